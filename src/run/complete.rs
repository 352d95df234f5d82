//! What a shell asks while somebody types. Nothing is said but candidates, whatever goes wrong: an error
//! in the midst of a line helps nobody.

use crate::app::Context;
use crate::app::completion::{Choice, Named, choices};
use crate::cli::Global;
use crate::cli::completion::{Lookup, completable};
use crate::domain::access::Need;
use crate::output::{Color, Format, Printer, printable};
use crate::platform::error::Result;
use crate::run::Session;
use crate::store::Store;
use clap_complete::Shell;
use clap_complete::env::Shells;
use std::ffi::OsString;
use std::sync::Arc;

/// Names the shell that asks.
const ASKED: &str = "TURNO_COMPLETE";

/// What a shell is told so that it asks.
pub(super) fn script(shell: Shell) -> std::io::Result<String> {
    let shells = Shells::builtins();
    let Some(completer) = shells.completer(&shell.to_string()) else { return Ok(String::new()) };
    let mut script = Vec::new();
    completer.write_registration(ASKED, "turno", "turno", "turno", &mut script)?;
    let mut script = String::from_utf8_lossy(&script).trim().to_owned() + "\n";
    if shell == Shell::Zsh {
        // Loaded from a folder of $fpath, it is called as the function of its name, to complete.
        script +=
            "\nif [ \"$funcstack[1]\" = \"_turno\" ]; then\n    _clap_dynamic_completer_turno \"$@\"\nfi\n";
    }
    Ok(script)
}

/// Answers a shell, if one asks: `turno -- WORDS` with its name in the environment.
pub(super) fn answer(args: &[OsString]) -> Option<u8> {
    let shell = std::env::var(ASKED).ok().filter(|name| !name.is_empty())?;
    let words: Vec<OsString> = args.iter().skip_while(|arg| *arg != "--").skip(1).cloned().collect();
    let shells = Shells::builtins();
    if let (Some(completer), false) = (shells.completer(&shell), words.is_empty()) {
        let mut command = completable(crate::cli::command(), before(&words), &lookup(&words));
        let mut text = Vec::new();
        let folder = std::env::current_dir().ok();
        if completer.write_complete(&mut command, words, folder.as_deref(), &mut text).is_ok() {
            let printer = Printer::new(Format::Table, Color::Never, true);
            // A shell that went on is no reason to fail.
            let _ = printer.raw(&String::from_utf8_lossy(&text));
        }
    }
    Some(0)
}

/// The word before the one that is completed: that is the last, unless the shell says which.
fn before(words: &[OsString]) -> Option<&str> {
    let told = std::env::var("_CLAP_COMPLETE_INDEX").ok().and_then(|index| index.parse::<usize>().ok());
    words.get(told.unwrap_or(words.len() - 1).checked_sub(1)?)?.to_str()
}

/// Looks into the book that the words so far are about.
fn lookup(words: &[OsString]) -> Lookup {
    let (db, clinic) = (option(words, "--db", "TURNO_DB"), option(words, "--clinic", "TURNO_CLINIC"));
    Arc::new(move |named| {
        let mut found = found(db.clone(), clinic.clone(), named).unwrap_or_default();
        found.iter_mut().for_each(|choice| choice.about = printable(&choice.about));
        found
    })
}

fn found(db: Option<String>, clinic: Option<String>, named: Named) -> Result<Vec<Choice>> {
    let global = Global {
        db,
        clinic,
        format: Format::Table,
        json: false,
        color: Color::Never,
        no_input: true,
        quiet: true,
    };
    // What is told is what the list of appointments tells.
    let need = Need::of("list", |_| false);
    let session = Session::new(global, Printer::new(Format::Table, Color::Never, true), need, true);
    let config = session.config()?;
    let env = session.env(config)?;
    let store = Store::look(&session.location()?)?;
    choices(&mut Context { store, env }, named)
}

/// What the words give for an option that every command takes, else the environment.
fn option(words: &[OsString], name: &str, variable: &str) -> Option<String> {
    let mut words = words.iter().map(|word| word.to_string_lossy()).take_while(|word| word != "--");
    while let Some(word) = words.next() {
        match word.strip_prefix(name) {
            Some("") => return words.next().map(|value| value.into_owned()),
            Some(value) if value.starts_with('=') => return Some(value[1..].to_owned()),
            _ => {}
        }
    }
    std::env::var(variable).ok().filter(|value| !value.is_empty())
}
