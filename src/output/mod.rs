//! FACES: one answer, as a table, as JSON or as CSV. Nothing else in the house prints.

pub mod agenda;
pub mod backup;
pub mod card;
pub mod charts;
pub mod columns;
pub mod cron;
pub mod csv;
pub mod error;
mod fold;
pub mod import;
mod json;
pub mod key;
pub mod late;
pub mod lists;
mod marks;
pub mod outbox;
pub mod overview;
mod plain;
pub mod privacy;
pub mod reassign;
pub mod report;
pub mod schema;
pub mod screen;
pub mod series;
pub mod sheet;
pub mod table;
pub mod tour;
pub mod undo;
pub mod view;
pub mod waitlist;
pub mod webhook;
pub mod words;

use crate::domain::access::without_secrets;
use crate::domain::refusal::Refusal;
pub(crate) use json::json_line;
use json::write_json;
pub use plain::printable;
use serde::Serialize;
use serde_json::Value;
use std::io::{self, IsTerminal, Write};

/// How results are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Format {
    /// For people.
    #[default]
    Table,
    /// For programs.
    Json,
    /// For spreadsheets.
    Csv,
}

/// When colours are used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Color {
    /// On a terminal, unless the environment says otherwise.
    #[default]
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

/// What a command answers: one value, and how it is drawn for people.
#[derive(Debug, Clone)]
pub struct Answer {
    /// The public JSON.
    pub value: Value,
    /// Whether it was written already, because it is long and only its JSON was asked for: then there is
    /// no value.
    pub told: bool,
    /// How it is drawn.
    pub face: Face,
    /// Words on what to do next, for people.
    pub hints: Vec<String>,
    /// Codes with how many of their characters are enough, for a terminal with colours.
    pub marks: Vec<(String, usize)>,
    /// The exit status, where the answer itself is bad news.
    pub exit: u8,
}

impl Answer {
    /// An answer that is good news.
    pub fn new(view: impl Serialize, face: Face) -> Self {
        Answer { value: view::json(&view), told: false, face, hints: Vec::new(), marks: Vec::new(), exit: 0 }
    }

    /// With a word on what to do next.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hints.push(hint.into());
        self
    }
}

/// How an answer is drawn for people.
#[derive(Debug, Clone, Copy)]
pub enum Face {
    /// One record: a line for each field that holds something.
    Record,
    /// A list under that key.
    Rows(&'static lists::Columns),
    /// One appointment.
    Appointment,
    /// How it stands today.
    Overview,
    /// A day or a week, drawn.
    Agenda,
    /// A day, for paper.
    Sheet(sheet::Paper),
    /// What stands in the way of a time.
    Why,
    /// A report, with bars.
    Report(charts::Kind),
    /// A rehearsed sweep's messages.
    Sweep,
    /// What a message would say.
    Preview,
    /// What the machine's clock has to be told.
    Cron,
    /// A sweep's deliveries.
    Deliveries,
    /// Entries of the audit log.
    Log,
    /// What a check found.
    Findings,
    /// One field's text.
    Field(&'static str),
    /// Two records that are one person.
    Merge,
    /// A record, and the appointments that its change hits.
    Minded,
    /// What becomes of the appointments that a closure hits.
    Cleared,
    /// What became of an import.
    Import,
    /// JSON whatever the format.
    Json,
}

/// Where and how a command writes.
#[derive(Debug, Clone, Copy)]
pub struct Printer {
    /// How results are written.
    pub format: Format,
    /// Whether results are coloured.
    pub color: bool,
    /// Whether talk on stderr is coloured.
    pub color_talk: bool,
    /// Results only.
    pub quiet: bool,
}

impl Printer {
    /// What flags, environment and terminal together ask for.
    pub fn new(format: Format, color: Color, quiet: bool) -> Self {
        let wanted = |terminal: bool| match color {
            Color::Always => true,
            Color::Never => false,
            Color::Auto if set("NO_COLOR") => false,
            Color::Auto => {
                set("CLICOLOR_FORCE") || (terminal && std::env::var_os("TERM").is_none_or(|t| t != "dumb"))
            }
        };
        Printer {
            format,
            color: wanted(io::stdout().is_terminal()),
            color_talk: wanted(io::stderr().is_terminal()),
            quiet,
        }
    }

    /// An answer with that view as its public JSON. Programs get it as it is made: a long answer is never in
    /// memory whole.
    pub(crate) fn view<T: Serialize>(&self, view: &T, face: Face) -> io::Result<Answer> {
        if self.format != Format::Json {
            return Ok(Answer::new(view, face));
        }
        write_json(view, io::stdout().lock())?;
        Ok(Answer { told: true, ..Answer::new(Value::Null, face) })
    }

    /// Writes an answer to stdout, and its hint to stderr.
    pub fn answer(&self, answer: &Answer) -> io::Result<()> {
        if answer.told {
            return Ok(());
        }
        if self.format == Format::Json || matches!(answer.face, Face::Json) {
            return write_json(&answer.value, io::stdout().lock());
        }
        let text = match self.format {
            Format::Json => String::new(),
            Format::Csv => csv::text(&answer.value, &answer.face),
            Format::Table => self.drawn(answer),
        };
        write_out(&text)?;
        if self.format == Format::Table {
            answer.hints.iter().for_each(|hint| self.hint(hint));
        }
        Ok(())
    }

    /// An answer as it is drawn for people.
    pub fn drawn(&self, answer: &Answer) -> String {
        plain::drawn(&table::text(answer, self.color), self.color).into_owned()
    }

    /// Writes a warning to stderr.
    pub fn warning(&self, words: &str) {
        self.talk(&format!("{}: {}\n", text!("warning"), printable(words)));
    }

    /// Writes text that is a result as it stands.
    pub fn raw(&self, text: &str) -> io::Result<()> {
        write_out(text)
    }

    /// Writes talk to stderr. An access key that was typed in the wrong place is not said back, and whatever is
    /// in it, nothing but our own colours commands the terminal.
    pub fn talk(&self, text: &str) {
        let text = without_secrets(text);
        let text = plain::drawn(&text, self.color_talk);
        // Ignore errors when writing to stderr: it may be closed.
        let width = console::Term::stderr().size_checked().map(|(_, columns)| usize::from(columns));
        let _ = io::stderr().lock().write_all(fold::folded(&text, width, 2).as_bytes());
    }

    /// Writes a refusal to stderr.
    pub fn refusal(&self, refusal: &Refusal) {
        let text = match self.format {
            Format::Json => format!("{}\n", json_line(&error::json(refusal, None))),
            Format::Table | Format::Csv if self.quiet => {
                error::text(&Refusal { hint: None, ..refusal.clone() }, self.color_talk)
            }
            Format::Table | Format::Csv => error::text(refusal, self.color_talk),
        };
        self.talk(&text);
    }

    /// Writes a word on what to do next to stderr.
    pub fn hint(&self, hint: &str) {
        if !self.quiet {
            self.talk(&format!("{}\n", error::hint(hint, self.color_talk)));
        }
    }
}

fn set(name: &str) -> bool {
    std::env::var_os(name).is_some_and(|value| !value.is_empty() && value != "0")
}

fn write_out(text: &str) -> io::Result<()> {
    let mut out = io::stdout().lock();
    out.write_all(text.as_bytes())?;
    out.flush()
}
