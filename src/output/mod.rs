//! Writes a command's result as a table, JSON or CSV, and its messages to stderr.

pub mod agenda;
pub mod backup;
pub mod card;
pub mod charts;
pub mod columns;
pub mod cron;
pub mod csv;
pub mod error;
mod fold;
pub mod glance;
pub mod import;
mod json;
pub mod key;
pub mod late;
pub mod lists;
mod marks;
pub mod outbox;
pub mod overview;
mod paper;
pub mod pictures;
mod plain;
pub mod privacy;
pub mod reassign;
pub mod replies;
pub mod report;
pub mod schema;
pub mod screen;
pub mod sentences;
pub mod series;
pub(crate) mod setup;
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

/// The format of results.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Format {
    /// Text for people; tables where there are lists.
    #[default]
    Table,
    /// JSON for programs.
    Json,
    /// CSV for spreadsheets.
    Csv,
}

/// When colours are used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Color {
    /// On a terminal, unless `NO_COLOR`, `CLICOLOR_FORCE` or `TERM=dumb` decides otherwise.
    #[default]
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

/// The result of a command: its public JSON, and how to draw it for people.
#[derive(Debug, Clone)]
pub struct Answer {
    /// The public JSON.
    pub value: Value,
    /// Whether the JSON is already on stdout ([`Printer::view`]); then `value` is null.
    pub told: bool,
    /// How to draw the result for people.
    pub face: Face,
    /// What was done, in a sentence; the table format prints it in place of the record.
    pub sentence: Option<String>,
    /// Suggestions for the next step, for people.
    pub hints: Vec<String>,
    /// Codes, each with the length of its shortest unique prefix, which a terminal with colours highlights.
    pub marks: Vec<(String, usize)>,
    /// The exit status; above 0 if the result itself is a failure, such as findings of a check.
    pub exit: u8,
}

impl Answer {
    /// A result with exit status 0.
    pub fn new(view: impl Serialize, face: Face) -> Self {
        Answer {
            value: view::json(&view),
            told: false,
            face,
            sentence: None,
            hints: Vec::new(),
            marks: Vec::new(),
            exit: 0,
        }
    }

    /// Sets the sentence, made of the public JSON.
    #[must_use]
    pub fn said(mut self, sentence: impl FnOnce(&Value) -> String) -> Self {
        self.sentence = Some(sentence(&self.value));
        self
    }

    /// Adds a hint.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hints.push(hint.into());
        self
    }
}

/// How to draw a result for people.
#[derive(Debug, Clone, Copy)]
pub enum Face {
    /// One record: a line for each field that is not empty.
    Record,
    /// A list; the columns name its key.
    Rows(&'static lists::Columns),
    /// One appointment.
    Appointment,
    /// The start screen.
    Overview,
    /// A day or a week as a picture.
    Agenda,
    /// The printable sheet of a day.
    Sheet(sheet::Paper),
    /// The checks that refuse a time.
    Why,
    /// A report with bars.
    Report(charts::Kind),
    /// A report's pictures.
    Pictures,
    /// The messages of a sweep's dry run.
    Sweep,
    /// A rendered message.
    Preview,
    /// The crontab line and systemd units.
    Cron,
    /// The systemd units alone.
    Units,
    /// The deliveries of a webhook sweep.
    Deliveries,
    /// Entries of the audit log.
    Log,
    /// Findings of a check.
    Findings,
    /// The text of one field.
    Field(&'static str),
    /// A merge of two patient records.
    Merge,
    /// A record, and the appointments that its change affects.
    Minded,
    /// The plan for the appointments that a closure affects.
    Cleared,
    /// The summary of an import.
    Import,
    /// What a set-up file changed.
    Setup,
    /// JSON, whatever the format.
    Json,
}

/// How a command writes its output.
#[derive(Debug, Clone, Copy)]
pub struct Printer {
    /// The format of results.
    pub format: Format,
    /// Whether results on stdout are coloured.
    pub color: bool,
    /// Whether text on stderr is coloured.
    pub color_talk: bool,
    /// Whether to leave out hints and other optional text.
    pub quiet: bool,
    /// Whether to print records whole where a sentence would do, with their ids.
    pub verbose: bool,
}

impl Printer {
    /// Resolves `color` from the environment and from whether stdout and stderr are terminals.
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
            verbose: false,
        }
    }

    /// Prints records whole, with their ids, if `verbose`.
    #[must_use]
    pub fn verbosely(self, verbose: bool) -> Self {
        Printer { verbose, ..self }
    }

    /// Makes the result of a view. JSON is streamed to stdout at once, so that a long result is never in
    /// memory whole.
    pub(crate) fn view<T: Serialize>(&self, view: &T, face: Face) -> io::Result<Answer> {
        if self.format != Format::Json {
            return Ok(Answer::new(view, face));
        }
        write_json(view, io::stdout().lock())?;
        Ok(Answer { told: true, ..Answer::new(Value::Null, face) })
    }

    /// Writes a result to stdout and its hints to stderr.
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

    /// Draws a result for people.
    pub fn drawn(&self, answer: &Answer) -> String {
        plain::drawn(&table::answer(answer, self.verbose, self.color), self.color).into_owned()
    }

    /// Writes a warning to stderr.
    pub fn warning(&self, words: &str) {
        self.talk(&format!("{}: {}\n", text!("warning"), printable(words)));
    }

    /// Writes text to stdout unchanged.
    pub fn raw(&self, text: &str) -> io::Result<()> {
        write_out(text)
    }

    /// Writes text to stderr. Masks access keys that were typed in the wrong place, and escapes control
    /// characters.
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

    /// Writes a hint to stderr, unless quiet.
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
