//! Checks the documents: runs their examples, and compares their tables and paths with the program.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test that can't go on has failed")]

use assert_cmd::cargo::cargo_bin_cmd;
use clap::Parser;
use clap::error::ErrorKind;
use std::collections::HashMap;
use std::fs;
use std::path::PathBuf;
use turno::commands::Cli;
use turno::domain::refusal::Code;
use turno::domain::settings::{KEYS, Settings};

fn document(name: &str) -> String {
    fs::read_to_string(repository().join(name)).unwrap()
}

fn repository() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

// ---- examples

/// A new book, and the document's random codes and ids with their real counterparts.
struct Desk {
    folder: tempfile::TempDir,
    now: String,
    made: HashMap<String, String>,
}

/// A command of the document and its documented answer.
#[derive(Default)]
struct Example {
    command: String,
    input: Option<String>,
    answer: Vec<String>,
}

impl Desk {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("config.toml"), "").unwrap();
        Desk { folder, now: String::new(), made: HashMap::new() }
    }

    fn run(&self, words: &[String], input: Option<&str>) -> String {
        let mut command = cargo_bin_cmd!("turno");
        command
            .args(words)
            .env_clear()
            .current_dir(self.folder.path())
            .env("HOME", self.folder.path())
            .env("TURNO_DB", "turno.db")
            .env("TURNO_SECRET_FILE", "secret.key")
            .env("TURNO_CONFIG", "config.toml")
            .env("TURNO_NOW", &self.now)
            .write_stdin(input.unwrap_or_default());
        let output = command.output().unwrap();
        String::from_utf8([output.stdout, output.stderr].concat()).unwrap()
    }

    /// Runs an example and compares the answer with the document.
    fn try_out(&mut self, example: &Example) {
        let command = pieces(&example.command)
            .into_iter()
            .map(|piece| self.made.get(piece).map_or(piece, String::as_str))
            .collect::<String>();
        let words = shell_words(&command);
        let answer = self.run(&words[1..], example.input.as_deref());
        let mut real = answer.lines().map(str::trim_end);
        let mut skip = false;
        for said in &example.answer {
            if said == "…" {
                skip = true;
                continue;
            }
            let found = real.by_ref().find(|real| self.same(said, real) || !skip);
            let found = found.unwrap_or_else(|| panic!("{command}\nno more lines, but:\n{said}\n\n{answer}"));
            assert!(self.same(said, found), "{command}\nsaid: {said}\nreal: {found}\n\n{answer}");
            self.learn(said, found);
            skip = false;
        }
        assert!(skip || real.next().is_none(), "{command}\nanswers more than is said:\n{answer}");
    }

    /// Whether two lines are equal except for random codes and ids; a final `…` stands for the rest.
    fn same(&self, said: &str, real: &str) -> bool {
        let (said, real) = cut(said, real);
        let (said, real) = (pieces(&said), pieces(&real));
        said.len() == real.len()
            && said.iter().zip(&real).all(|(said, real)| match self.made.get(*said) {
                Some(known) => known == real,
                None => said == real || (is_made(said) && is_made(real) && said.len() == real.len()),
            })
    }

    fn learn(&mut self, said: &str, real: &str) {
        let (said, real) = cut(said, real);
        for (said, real) in pieces(&said).into_iter().zip(pieces(&real)) {
            if is_made(said) {
                self.made.insert(said.to_owned(), real.to_owned());
            }
        }
    }
}

fn cut(said: &str, real: &str) -> (String, String) {
    match said.strip_suffix('…') {
        Some(said) => (said.to_owned(), real.chars().take(said.chars().count()).collect()),
        None => (said.to_owned(), real.to_owned()),
    }
}

/// Whether a word is a random code or id.
fn is_made(word: &str) -> bool {
    let clear = |c: char| "34679ACDEFGHJKMNPQRTVWXY".contains(c);
    let id = word.len() == 36 && word.chars().filter(|c| *c == '-').count() == 4;
    id || (word.trim_start_matches("P-").len() == 6 && word.trim_start_matches("P-").chars().all(clear))
}

/// Splits a text into words and the characters between them.
fn pieces(text: &str) -> Vec<&str> {
    let of_word = |c: char| c.is_alphanumeric() || c == '-' || c == '_';
    let mut pieces = Vec::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let end = rest.find(|c| of_word(c) != of_word(first)).unwrap_or(rest.len());
        let (piece, tail) = rest.split_at(end);
        pieces.push(piece);
        rest = tail;
    }
    pieces
}

/// Splits a command line as a shell does; supports single quotes only.
fn shell_words(line: &str) -> Vec<String> {
    let (mut words, mut word, mut quoted, mut any) = (Vec::new(), String::new(), false, false);
    for c in line.chars() {
        match c {
            '\'' => (quoted, any) = (!quoted, true),
            ' ' if !quoted => {
                if any || !word.is_empty() {
                    words.push(std::mem::take(&mut word));
                }
                any = false;
            }
            c => word.push(c),
        }
    }
    if any || !word.is_empty() {
        words.push(word);
    }
    words
}

#[test]
fn the_examples_answer_what_the_documents_say() {
    // All documents share one book, so later ones can use earlier records.
    let mut desk = Desk::new();
    let mut examples = 0;
    for name in DOCUMENTS {
        examples += run_examples(&mut desk, &document(name));
    }
    assert!(examples > 20, "only {examples} examples were found");
}

/// Runs a document's examples and returns their number.
fn run_examples(desk: &mut Desk, text: &str) -> usize {
    let mut examples = 0;
    let mut lines = text.lines().peekable();
    let mut in_console = false;
    while let Some(line) = lines.next() {
        if let Some(clock) = line.strip_prefix("<!-- clock: ").and_then(|rest| rest.strip_suffix(" -->")) {
            clock.clone_into(&mut desk.now);
        } else if line == "```console" {
            in_console = true;
        } else if line == "```" {
            in_console = false;
        } else if in_console {
            let command = line.strip_prefix("$ ").unwrap_or_else(|| panic!("no command before: {line}"));
            let mut example = Example { command: command.to_owned(), ..Example::default() };
            if let Some(command) = command.strip_suffix(" <<'JSON'") {
                example.command = command.to_owned();
                let body: Vec<&str> = lines.by_ref().take_while(|line| *line != "JSON").collect();
                example.input = Some(body.join("\n"));
            }
            while let Some(answer) = lines.next_if(|line| !line.starts_with("$ ") && *line != "```") {
                example.answer.push(answer.to_owned());
            }
            desk.try_out(&example);
            examples += 1;
        }
    }
    examples
}

/// The user documents, in the order in which their examples run.
const DOCUMENTS: [&str; 18] = [
    "README.md",
    "docs/README.md",
    "docs/reminders.md",
    "docs/webhooks.md",
    "docs/access-keys.md",
    "docs/scripting.md",
    "docs/import-export.md",
    "docs/settings.md",
    "docs/backup.md",
    "docs/privacy.md",
    "docs/promises.md",
    "docs/postgres.md",
    "docs/performance.md",
    "docs/invariants.md",
    "docs/engines.md",
    "docs/decisions/README.md",
    "ARCHITECTURE.md",
    "CHANGELOG.md",
];

#[test]
fn each_page_is_listed_and_the_first_ones_are_short() {
    for folder in ["docs", "docs/decisions"] {
        let index = document(&format!("{folder}/README.md"));
        for page in files_in(folder).iter().filter_map(|page| page.strip_prefix(folder)?.strip_prefix('/')) {
            let is_listed = page == "README.md" || index.contains(&format!("({page})"));
            assert!(is_listed, "{folder}/README.md does not list {page}");
        }
    }
    for (name, most) in [("README.md", 14_000), ("ARCHITECTURE.md", 12_000)] {
        let bytes = document(name).len();
        assert!(bytes <= most, "{name} has {bytes} bytes");
    }
}

#[test]
fn every_command_that_is_mentioned_can_be_typed() {
    let mut mentioned = 0;
    for name in DOCUMENTS {
        let text = document(name);
        let crontab = text.lines().filter_map(|line| line.strip_prefix("* * * * * "));
        for command in spans(&text).chain(crontab).filter(|span| span.starts_with("turno ")) {
            let command = command.split(" | ").next().unwrap_or(command);
            mentioned += 1;
            match Cli::try_parse_from(shell_words(command)) {
                Ok(_) => {}
                Err(help) if matches!(help.kind(), ErrorKind::DisplayHelp | ErrorKind::DisplayVersion) => {}
                Err(problem) => panic!("{name}: `{command}`\n{problem}"),
            }
        }
    }
    assert!(mentioned > 15, "only {mentioned} commands were found");
}

/// The inline code spans.
fn spans(text: &str) -> impl Iterator<Item = &str> {
    text.lines().filter(|line| !line.starts_with("```")).flat_map(|line| line.split('`').skip(1).step_by(2))
}

// ---- tables and paths

/// The cells of the table whose first heading is `first_heading`.
fn table<'t>(text: &'t str, first_heading: &str) -> Vec<Vec<&'t str>> {
    let cells = |line: &'t str| line.trim_matches('|').split('|').map(str::trim).collect::<Vec<_>>();
    let mut lines = text.lines().skip_while(|line| !line.starts_with(&format!("| {first_heading} |")));
    lines.next().unwrap_or_else(|| panic!("there is no table {first_heading}"));
    lines.skip(1).take_while(|line| line.starts_with('|')).map(cells).collect()
}

#[test]
fn every_setting_is_listed_with_its_default() {
    let text = document("docs/settings.md");
    let listed: HashMap<&str, &str> = table(&text, "name")
        .into_iter()
        .map(|row| (row[0].trim_matches('`'), row[1].trim_matches('`')))
        .collect();
    assert_eq!(listed.len(), KEYS.len());
    let defaults = Settings::without_country("UTC");
    for (name, _) in KEYS {
        let said =
            listed.get(name).unwrap_or_else(|| panic!("the setting {name} is not in docs/settings.md"));
        if !["name", "timezone", "country"].contains(&name) {
            assert_eq!(defaults.get(name).as_deref(), Some(*said), "{name}");
        }
    }
}

#[test]
fn every_refusal_is_listed_under_its_exit_status() {
    let text = document("docs/scripting.md");
    let rows = table(&text, "exit");
    for code in Code::ALL {
        let row = rows.iter().find(|row| row[2].split(", ").any(|c| c.trim_matches('`') == code.as_str()));
        let row = row.unwrap_or_else(|| panic!("{} is not in docs/scripting.md", code.as_str()));
        assert_eq!(row[0], code.exit().to_string(), "{}", code.as_str());
    }
}

#[test]
fn each_promise_is_held_by_tests_that_are_there() {
    let text = document("docs/promises.md");
    let promises = table(&text, "promise");
    assert!(promises.len() > 8, "only {} promises were found", promises.len());
    for row in promises {
        let (promise, tests) = (row[0], spans(row[1]).collect::<Vec<_>>());
        assert!(!tests.is_empty(), "nothing holds: {promise}");
        for test in tests {
            let (file, name) = test.split_once("::").unwrap_or_else(|| panic!("{test} names no test"));
            let source = document(file);
            let head = format!("fn {name}(");
            let before = source.split(&head).next().unwrap_or_default();
            assert!(before.len() < source.len(), "{file} has no {name}, which holds: {promise}");
            // Only attributes may stand between `#[test]` and the function.
            let lead = before.rsplit_once("#[test]").map(|(_, lead)| lead);
            assert!(lead.is_some_and(|lead| !lead.contains("fn ")), "{test} is no test");
        }
    }
}

#[test]
fn the_documents_name_no_file_that_is_not_there() {
    let mut named = 0;
    let decisions = files_in("docs/decisions");
    for name in DOCUMENTS.iter().map(|name| (*name).to_owned()).chain(decisions) {
        let text = document(&name);
        for path in spans(&text)
            .filter(|span| (span.starts_with("src/") || span.starts_with("tests/")) && !span.contains('*'))
        {
            let path = path.split("::").next().unwrap_or(path);
            assert!(repository().join(path).exists(), "{name} names {path}, which is not there");
            named += 1;
        }
    }
    assert!(named > 100, "only {named} paths were found");
}

/// The Markdown files of a folder.
fn files_in(folder: &str) -> Vec<String> {
    let entries = fs::read_dir(repository().join(folder)).unwrap();
    let names = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap());
    names.filter(|name| name.ends_with(".md")).map(|name| format!("{folder}/{name}")).collect()
}

#[test]
fn links_lead_somewhere() {
    for name in DOCUMENTS {
        let text = document(name);
        let folder = repository().join(name).parent().expect("a document is in a folder").to_owned();
        let targets = text.split("](").skip(1).filter_map(|rest| rest.split(')').next());
        for target in targets.filter(|target| !target.starts_with("https://") && !target.starts_with('#')) {
            let target = target.split('#').next().unwrap_or(target);
            assert!(folder.join(target).exists(), "{name} links to {target}");
        }
    }
}

// ---- cron

#[test]
fn a_sweep_that_finds_nothing_leaves_cron_nothing_to_mail() {
    let mut desk = Desk::new();
    desk.now = "2026-06-15T08:00:00-06:00".into();
    desk.run(&shell_words("init --name Sol --timezone America/El_Salvador"), None);
    assert_eq!(desk.run(&shell_words("remind due"), None), "0 sent, 0 failed, 0 skipped\n");
    assert_eq!(desk.run(&shell_words("remind due --quiet"), None), "");
    let json = desk.run(&shell_words("remind due --quiet --json"), None);
    assert!(json.contains("\"messages\":[]"), "{json}");
}
