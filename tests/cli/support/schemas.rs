//! Validates all JSON that tests see against `turno schema`.

use super::{Ran, words};
use jsonschema::Validator;
use serde_json::Value;
use std::collections::HashMap;
use std::sync::{Arc, LazyLock, Mutex, PoisonError};
use turno::output::schema::{Answered, document};

/// The validator of a schema.
fn validator(name: &'static str) -> Arc<Validator> {
    static READY: LazyLock<Mutex<HashMap<&'static str, Arc<Validator>>>> = LazyLock::new(Mutex::default);
    let mut ready = READY.lock().unwrap_or_else(PoisonError::into_inner);
    let made = ready.entry(name).or_insert_with(|| {
        let document = document(name).unwrap_or_else(|| panic!("there is no schema {name}"));
        let validator = jsonschema::options().should_validate_formats(true).build(&document);
        Arc::new(validator.unwrap_or_else(|problem| panic!("the schema {name} is none: {problem}")))
    });
    Arc::clone(made)
}

/// Whether a value matches the schema.
pub fn fits(name: &'static str, value: &Value) -> bool {
    validator(name).is_valid(value)
}

/// Fails unless the value matches the schema.
pub fn hold(name: &'static str, value: &Value) {
    let problems: Vec<String> = validator(name)
        .iter_errors(value)
        .map(|problem| format!("{}: {problem}", problem.instance_path()))
        .collect();
    assert!(problems.is_empty(), "not as `turno schema {name}` tells:\n{}\n{value:#}", problems.join("\n"));
}

/// Validates a command's JSON against the schema in its row of `src/output/schema/answers.rs`.
pub fn hold_ran(ran: &Ran) {
    let refusals = ran.stderr.split(|byte| *byte == b'\n').filter(|line| line.starts_with(b"{\"error\":"));
    let mut refused = false;
    for refusal in refusals {
        // A killed process or a full disk can leave a partial line.
        if let Ok(refusal) = serde_json::from_slice(refusal) {
            hold("error", &refusal);
            refused = true;
        }
    }
    let cut_short = refused || ran.exit.is_none();
    let words = words(&ran.line);
    let wants_json = words.iter().any(|word| word == "--json");
    let is_json = ran.stdout.starts_with(b"{");
    if ran.stdout.is_empty() || !(is_json || wants_json) {
        return;
    }
    // Help has no row.
    let Some(row) = row(&words) else { return };
    let Some(name) = row.schema else {
        assert!(!is_json, "turno {}: JSON from a command that is told to write none", ran.line);
        return;
    };
    let texts: Vec<&[u8]> = match row.lines {
        true => ran.stdout.split(|byte| *byte == b'\n').filter(|line| !line.is_empty()).collect(),
        false => vec![&ran.stdout],
    };
    for text in texts {
        match serde_json::from_slice(text) {
            Ok(value) => hold(name, &value),
            Err(_) if cut_short => {}
            Err(problem) => panic!("turno {}: {problem}\n{}", ran.line, String::from_utf8_lossy(text)),
        }
    }
}

/// The row of a command line, or `None` if the command line does not parse.
fn row(words: &[String]) -> Option<&'static Answered> {
    static PARSER: LazyLock<clap::Command> = LazyLock::new(turno::commands::command);
    let line = std::iter::once("turno").chain(words.iter().map(String::as_str));
    let matches = PARSER.clone().try_get_matches_from(line).ok()?;
    let row = turno::commands::schema::answered(&PARSER, &matches);
    assert!(row.is_some(), "turno {}: src/output/schema/answers.rs lacks its row", words.join(" "));
    row
}
