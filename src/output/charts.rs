//! Reports: the public JSON, and a table with bars.

use crate::app::calendar::report::{Line, Report};
use crate::domain::report::{By, Tally, part};
use crate::domain::spelled;
use crate::formats::appointment::{Id, On, json, view, written};
use crate::locale::{plain, word};
use crate::output::table::{bare_table, terminal_width};
use crate::output::words::{at, list, words};
use comfy_table::{Attribute, Cell, CellAlignment, ColumnConstraint};
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value;
use strum::{IntoStaticStr, VariantArray};
use unicode_width::UnicodeWidthStr;

/// The kinds of reports.
#[derive(Debug, Clone, Copy, PartialEq, Eq, IntoStaticStr, VariantArray)]
#[strum(serialize_all = "kebab-case")]
pub enum Kind {
    /// The part of the open time that is booked.
    Utilisation,
    /// No-shows.
    NoShows,
    /// Visits by status.
    Volume,
}

spelled!(Kind);

impl Kind {
    /// Heading and key of each column, and the key that the bars show.
    fn columns(self) -> (&'static [(&'static str, &'static str)], &'static str) {
        match self {
            Kind::Utilisation => (
                &[
                    ("open-min", "open_minutes"),
                    ("booked-min", "booked_minutes"),
                    ("%", "utilisation_percent"),
                ],
                "utilisation_percent",
            ),
            Kind::NoShows => (
                &[("came", "completed"), ("no-shows", "no_show"), ("%", "no_show_percent")],
                "no_show_percent",
            ),
            Kind::Volume => (
                &[
                    ("visits", "total"),
                    ("expected", "expected"),
                    ("completed", "completed"),
                    ("cancelled", "cancelled"),
                    ("no-shows", "no_show"),
                ],
                "total",
            ),
        }
    }
}

/// A report by its name, with lines of one kind.
#[derive(Serialize, JsonSchema)]
pub(crate) struct ReportView<N, L> {
    report: N,
    from: On,
    to: On,
    by: By,
    rows: Vec<L>,
    total: L,
}

pub(crate) struct Utilisation;
pub(crate) struct NoShows;
pub(crate) struct Volume;

written!(Utilisation, |_| Kind::Utilisation.as_str(), {"enum": [Kind::Utilisation.as_str()]});
written!(NoShows, |_| Kind::NoShows.as_str(), {"enum": [Kind::NoShows.as_str()]});
written!(Volume, |_| Kind::Volume.as_str(), {"enum": [Kind::Volume.as_str()]});

/// The JSON of a report.
pub fn report(kind: Kind, report: &Report) -> Value {
    match kind {
        Kind::Utilisation => of_lines(Utilisation, report, utilisation),
        Kind::NoShows => of_lines(NoShows, report, no_shows),
        Kind::Volume => of_lines(Volume, report, volume),
    }
}

fn of_lines<'a, N: Serialize, L: Serialize>(name: N, report: &'a Report, line: fn(&'a Line) -> L) -> Value {
    json(&ReportView {
        report: name,
        from: On(report.from),
        to: On(report.to),
        by: report.by,
        rows: report.rows.iter().map(line).collect(),
        total: line(&report.total),
    })
}

view! {
    /// A line of the report on open time that is booked.
    pub(crate) struct UtilisationView<'a> by utilisation(line: &'a Line) where {
        let Line { id, code, name, tally, open_minutes, doctors_minutes } = line;
    } {
        id: Option<Id<'a>> = id.as_deref().map(Id),
        code: Option<&'a str> = code.as_deref(),
        name: &'a str = name,
        open_minutes: Option<i64> = *open_minutes,
        booked_minutes: i64 = tally.minutes,
        utilisation_percent: Option<f64> =
            percent(open_minutes.and_then(|open| part(*doctors_minutes, open))),
    }
}

view! {
    /// A line of the report on no-shows.
    pub(crate) struct NoShowsView<'a> by no_shows(line: &'a Line) where {
        let Line { id, code, name, tally, .. } = line;
    } {
        id: Option<Id<'a>> = id.as_deref().map(Id),
        code: Option<&'a str> = code.as_deref(),
        name: &'a str = name,
        completed: i64 = tally.completed,
        no_show: i64 = tally.no_show,
        no_show_percent: Option<f64> = percent(tally.missed()),
    }
}

view! {
    /// A line of the report on visits by status.
    pub(crate) struct VolumeView<'a> by volume(line: &'a Line) where {
        let Line { id, code, name, tally, .. } = line;
        let Tally { total, expected, completed, cancelled, no_show, minutes } = *tally;
        let (id, code) = (id.as_deref().map(Id), code.as_deref());
    } {
        id: Option<Id<'a>> = id,
        code: Option<&'a str> = code,
        name: &'a str = name,
        total: i64 = total,
        expected: i64 = expected,
        completed: i64 = completed,
        cancelled: i64 = cancelled,
        no_show: i64 = no_show,
        minutes: i64 = minutes,
    }
}

pub(super) fn percent(tenths: Option<i64>) -> Option<f64> {
    // `i32` converts to `f64` exactly.
    tenths.and_then(|tenths| i32::try_from(tenths).ok()).map(|tenths| f64::from(tenths) / 10.0)
}

/// The most columns for a bar.
const BAR: usize = 24;
/// The most columns kept for a name; a longer name takes more lines.
const NAME: usize = 20;

/// The report as a table with a bar for each row.
pub fn text(value: &Value, kind: Kind, color: bool) -> String {
    let rows = list(value, "rows");
    let head = text!(
        "to-by",
        kind = word(kind.as_str()),
        from = words(at(value, "from")),
        to = words(at(value, "to")),
        by = word(&words(at(value, "by")))
    );
    let head = head + "\n";
    if rows.is_empty() {
        return head + text!("nothing-to-report") + "\n";
    }
    let (columns, measure) = kind.columns();
    let number = |row: &Value| at(row, measure).as_f64().unwrap_or(0.0);
    // Percentages are drawn against 100, numbers against the largest.
    let whole =
        if measure.ends_with("_percent") { 100.0 } else { rows.iter().map(number).fold(1.0, f64::max) };
    let total = at(value, "total");
    let all = || rows.iter().chain([total]);
    let widest = |key: &str| all().map(|row| words(at(row, key)).width()).max().unwrap_or(0);
    let numbers: usize =
        columns.iter().map(|(heading, key)| widest(key).max(plain(heading).width()) + 2).sum();
    let others = numbers + widest("name").min(NAME) + 4;
    let bar_width =
        terminal_width().map_or(BAR, |width| usize::from(width).saturating_sub(others).clamp(4, BAR));
    let mut table = bare_table(color);
    let headings = columns.iter().map(|(heading, _)| plain(heading));
    table.set_header(
        std::iter::once("").chain(headings).map(|text| Cell::new(text).add_attribute(Attribute::Dim)),
    );
    for row in all() {
        let numbers =
            columns.iter().map(|(_, key)| Cell::new(words(at(row, key))).set_alignment(CellAlignment::Right));
        let bar = if std::ptr::eq(row, total) { String::new() } else { bar(number(row) / whole, bar_width) };
        table.add_row(
            std::iter::once(Cell::new(words(at(row, "name")))).chain(numbers).chain([Cell::new(bar)]),
        );
    }
    // Only the name may wrap, not the bar.
    if let Some(column) = table.column_iter_mut().last() {
        column.set_constraint(ColumnConstraint::ContentWidth);
    }
    let text: String = table.to_string().lines().map(|line| line.trim_end().to_owned() + "\n").collect();
    head + &text
}

/// A bar of `part` (0 to 1) of `width`, in eighths of a character.
pub(super) fn bar(part: f64, width: usize) -> String {
    const EIGHTHS: [&str; 8] = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"];
    let units = u32::try_from(width * 8).unwrap_or(u32::MAX);
    // Counting avoids a float cast; the width is a few dozen.
    let filled = (1..=units).take_while(|unit| f64::from(*unit) <= part * f64::from(units) + 0.5).count();
    "█".repeat(filled / 8) + EIGHTHS[filled % 8]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bar_is_as_long_as_its_part() {
        for (part, expected) in
            [(0.0, ""), (0.5, "██"), (1.0, "████"), (7.0, "████"), (0.25, "█"), (0.03, "▏")]
        {
            assert_eq!(bar(part, 4), expected, "{part}");
        }
        assert!((0..=100).all(|n| bar(f64::from(n) / 100.0, 24).width() <= 24));
    }
}
