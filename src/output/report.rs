//! Writes the report of a sweep page by page, so that only one page is in memory.

use crate::app::reminders::report::{Swept, Tally};
use crate::domain::time::{Instant, Zone};
use crate::output::outbox::SweptView;
use crate::output::view::json;
use crate::output::{Face, Format, Printer, card, csv, json_line, outbox};
use std::io;

/// A report being written.
pub struct SweepReport {
    printer: Printer,
    as_of: String,
    tally: Tally,
    /// Whether to mask texts and recipients.
    veil: bool,
    begun: bool,
}

impl SweepReport {
    /// Starts the report of a sweep at `as_of`, with times in `zone`.
    pub fn new(printer: Printer, as_of: Instant, zone: &Zone, veil: bool) -> Self {
        SweepReport { printer, as_of: zone.rfc3339(as_of), tally: Tally::default(), veil, begun: false }
    }

    /// Whether a part is of use as soon as it is written: lines are, part of a JSON object is not.
    pub fn reads_along(&self) -> bool {
        self.printer.format != Format::Json
    }

    /// Writes the results of settled messages.
    pub fn messages(&mut self, swept: &[Swept]) -> io::Result<()> {
        let views: Vec<SweptView> = swept.iter().map(|message| outbox::swept(message, self.veil)).collect();
        let text = match self.printer.format {
            Format::Json => self.json(&views),
            Format::Csv => self.rows(&views)?,
            Format::Table => {
                let Printer { color, quiet, .. } = self.printer;
                views.iter().map(|view| card::swept(&json(view), color, quiet)).collect()
            }
        };
        self.printer.raw(&text)?;
        self.begun |= !text.is_empty();
        swept.iter().for_each(|swept| self.tally.count(swept));
        Ok(())
    }

    fn json(&self, views: &[SweptView]) -> String {
        let items = views.iter().map(json_line).collect::<Vec<_>>().join(",");
        if self.begun { format!(",{items}") } else { format!("{}{items}", self.head()) }
    }

    fn head(&self) -> String {
        format!("{{\"as_of\":\"{}\",\"messages\":[", self.as_of)
    }

    fn rows(&self, views: &[SweptView]) -> io::Result<String> {
        let text = csv::text(&serde_json::json!({ "messages": views }), &Face::Sweep);
        Ok(match text.split_once("\r\n") {
            Some((_, rows)) if self.begun => rows.to_owned(),
            _ => text,
        })
    }

    /// Writes the end with the totals. A report that breaks off lacks it, so that partial JSON is not taken
    /// for complete.
    pub fn end(&mut self) -> io::Result<()> {
        let text = match self.printer.format {
            Format::Json => {
                let head = if self.begun { String::new() } else { self.head() };
                let sums = json_line(&outbox::sums(&self.tally));
                format!("{head}],{}\n", sums.trim_start_matches('{'))
            }
            Format::Csv => String::new(),
            // Cron mails all output, so a quiet sweep without messages prints nothing.
            Format::Table if self.printer.quiet && !self.begun => String::new(),
            Format::Table => card::sums(&self.tally),
        };
        self.printer.raw(&text)
    }
}
