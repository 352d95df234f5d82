//! Draws a day or a week: columns are doctors (or days), rows are time.
//!
//! A sign shows the status; colour only repeats it. The picture is never wider than the terminal: columns
//! that do not fit are drawn below the others.

use crate::domain::status::Status;
use crate::locale::{dated, plain, word};
use crate::output::printable;
use crate::output::words::{at, list, paint, status_face, status_style, words};
use anstyle::{AnsiColor, Style};
use chrono::{NaiveDate, NaiveTime, Timelike};
use serde_json::Value;
use std::fmt::Write;
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

const DAY: i64 = 24 * 60;
/// The width of the time labels, gap included.
const LABEL: usize = 6;
/// The limits of a column's width.
const NARROWEST: usize = 9;
const WIDEST: usize = 28;
const FREE: &str = "·";
const SHUT: &str = "░";
const HELD: &str = "◇";
const GOES_ON: &str = "│";
const NOW: &str = "┄";

/// A span of a column, in minutes since midnight of its date.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Span {
    pub(super) from: i64,
    pub(super) to: i64,
}

impl Span {
    /// Reads the record's local times. An end not after the start is on the next day.
    pub(super) fn of(record: &Value) -> Span {
        let (from, to) = (minute(at(record, "start_time")), minute(at(record, "end_time")));
        Span { from, to: if to <= from { to + DAY } else { to } }
    }

    pub(super) fn overlaps(self, other: Span) -> bool {
        self.from.max(other.from) < self.to.min(other.to)
    }
}

/// The parts of `spans` that lie in none of `taken`.
fn without(mut spans: Vec<Span>, taken: &[Span]) -> Vec<Span> {
    for taken in taken {
        let parts = |span: Span| {
            let before = Span { from: span.from, to: span.to.min(taken.from) };
            let after = Span { from: span.from.max(taken.to), to: span.to };
            [before, after].into_iter().filter(|part| part.from < part.to)
        };
        spans = spans.into_iter().flat_map(parts).collect();
    }
    spans
}

/// Text in one style.
type Ink = (String, Style);

struct Visit<'a> {
    span: Span,
    status: Status,
    name: &'a str,
}

struct Column<'a> {
    date: NaiveDate,
    heading: String,
    open: Vec<Span>,
    shut: Vec<(Span, String)>,
    held: Vec<(Span, String)>,
    visits: Vec<Visit<'a>>,
}

/// The picture for a terminal of `width` columns; without a width, lines may have any length.
pub fn text(value: &Value, width: Option<usize>, color: bool) -> String {
    let columns = list(value, "columns");
    let (from, to) = (words(at(value, "from")), words(at(value, "to")));
    let where_ = words(at(value, "branch.name"));
    let mut text = if from == to { heading_of(&from) } else { format!("{from} {}", text!("to-name", to)) };
    if !where_.is_empty() {
        let _ = write!(text, ", {where_}");
    }
    let mut text = format!("{}\n", cut(&text, width.unwrap_or(usize::MAX)));
    if columns.is_empty() {
        return text + text!("nobody-sees-patients-and-nothing-is-booked") + "\n";
    }
    let picture = Picture::new(value, &from, &to);
    let per_block = picture.per_block(width);
    for block in picture.columns.chunks(per_block) {
        text.push('\n');
        picture.draw(block, picture.column_width(block, width), color, &mut text);
    }
    text.push('\n');
    text + &legend(width, color)
}

/// `2026-06-15` as `Monday 2026-06-15`.
pub(super) fn heading_of(date: &str) -> String {
    date.parse::<NaiveDate>().map_or_else(|_| date.to_owned(), |date| dated(date, "%A %Y-%m-%d"))
}

struct Picture<'a> {
    columns: Vec<Column<'a>>,
    /// The current local date, and minute of the day.
    now: Option<(NaiveDate, i64)>,
    /// Minutes per row.
    step: i64,
    /// The start of each row, in minutes since midnight; none for a gap of empty rows.
    rows: Vec<Option<i64>>,
}

impl<'a> Picture<'a> {
    fn new(value: &'a Value, from: &str, to: &str) -> Self {
        let records = list(value, "columns");
        let is_day = from == to;
        let mut columns: Vec<Column<'a>> = Vec::new();
        for record in records {
            let column = Column::read(record, is_day);
            match columns.last_mut() {
                // A week has one column per day, for all doctors together.
                Some(last) if !is_day && last.date == column.date => last.join(column),
                _ => columns.push(column),
            }
        }
        let steps = records
            .iter()
            .flat_map(|record| list(record, "open"))
            .filter_map(|open| open["slot_minutes"].as_i64());
        let step = steps.min().unwrap_or(30).clamp(10, 60);
        let now = at(value, "as_of").as_str().and_then(|text| {
            let (date, time) = text.split_once('T')?;
            Some((date.parse().ok()?, minute(&Value::from(time.get(..5)?))))
        });
        let rows = rows(&columns, step);
        Picture { columns, now, step, rows }
    }

    /// The number of columns that fit side by side.
    fn per_block(&self, width: Option<usize>) -> usize {
        let count = self.columns.len();
        match width {
            Some(width) => (width.saturating_sub(LABEL) / (NARROWEST + 1)).clamp(1, count),
            None => count,
        }
    }

    /// The width that the contents need, limited by the terminal.
    fn column_width(&self, block: &[Column<'_>], width: Option<usize>) -> usize {
        let need =
            block.iter().map(|column| self.need(column)).max().unwrap_or(NARROWEST).clamp(NARROWEST, WIDEST);
        let room = width.map_or(WIDEST, |width| width.saturating_sub(LABEL) / block.len().max(1));
        need.min(room.saturating_sub(1)).max(1)
    }

    fn need(&self, column: &Column<'_>) -> usize {
        let cells = self
            .rows
            .iter()
            .flatten()
            .map(|row| column.cell(Span { from: *row, to: row + self.step }))
            .map(|cell| cell.iter().map(|(text, _)| text.width()).sum());
        cells.chain([column.heading.width()]).max().unwrap_or(0)
    }

    fn draw(&self, block: &[Column<'_>], width: usize, color: bool, text: &mut String) {
        let mut line = |label: &str, cells: Vec<Vec<Ink>>| {
            let mut line = format!("{label:<LABEL$}");
            for cell in cells {
                fit(&cell, width, color, &mut line);
                line.push(' ');
            }
            text.push_str(line.trim_end());
            text.push('\n');
        };
        let bold = Style::new().bold();
        line("", block.iter().map(|c| vec![(c.heading.clone(), bold)]).collect());
        let mut now_drawn = self.now.is_none_or(|(_, minute)| self.rows.first() > Some(&Some(minute)));
        for row in &self.rows {
            let Some(from) = *row else {
                line("", Vec::new());
                continue;
            };
            if let Some((date, minute)) = self.now
                && !now_drawn
                && minute < from
                && block.iter().any(|column| column.date == date)
            {
                now_drawn = true;
                let red = Style::new().fg_color(Some(AnsiColor::Red.into()));
                let dashes = |column: &Column<'_>| {
                    let here = if column.date == date { NOW.repeat(width) } else { String::new() };
                    vec![(here, red)]
                };
                line(&clock(minute), block.iter().map(dashes).collect());
            }
            let span = Span { from, to: from + self.step };
            line(&clock(from), block.iter().map(|column| column.cell(span)).collect());
        }
    }
}

/// The rows from the first to the last minute in use; a run of empty rows becomes one gap.
fn rows(columns: &[Column<'_>], step: i64) -> Vec<Option<i64>> {
    let spans = || columns.iter().flat_map(Column::spans);
    let first = spans().map(|span| span.from).min().unwrap_or(0).div_euclid(step) * step;
    let last = spans().map(|span| span.to).max().unwrap_or(0);
    let mut rows: Vec<Option<i64>> = Vec::new();
    let mut from = first;
    while from < last {
        let row = Span { from, to: from + step };
        if spans().any(|span| span.overlaps(row)) {
            rows.push(Some(from));
        } else if rows.last().is_some_and(Option::is_some) {
            rows.push(None);
        }
        from += step;
    }
    rows
}

impl<'a> Column<'a> {
    fn read(record: &'a Value, is_day: bool) -> Self {
        let date = at(record, "date").as_str().and_then(|date| date.parse().ok()).unwrap_or_default();
        let doctor = words(at(record, "doctor.full_name"));
        Column {
            date,
            heading: match (is_day, doctor.is_empty()) {
                (false, _) => dated(date, "%a %d"),
                (true, true) => "(pooled)".into(),
                (true, false) => doctor,
            },
            open: list(record, "open").iter().map(Span::of).collect(),
            shut: list(record, "closed")
                .iter()
                .map(|shut| (Span::of(shut), words(at(shut, "reason"))))
                .collect(),
            held: list(record, "held")
                .iter()
                .map(|held| (Span::of(held), words(at(held, "entry"))))
                .collect(),
            visits: list(record, "appointments")
                .iter()
                .map(|visit| Visit {
                    span: Span::of(visit),
                    status: Status::parse(at(visit, "status").as_str().unwrap_or_default())
                        .unwrap_or(Status::Scheduled),
                    name: at(visit, "patient.full_name").as_str().unwrap_or_default(),
                })
                .collect(),
        }
    }

    fn join(&mut self, other: Column<'a>) {
        // Closed means closed for everyone who would be there.
        let (own_free, other_free) = (self.free(), other.free());
        let own = std::mem::take(&mut self.shut);
        let left = |shut: Vec<(Span, String)>, free: &[Span]| {
            shut.into_iter()
                .flat_map(|(span, reason)| {
                    without(vec![span], free).into_iter().map(move |span| (span, reason.clone()))
                })
                .collect::<Vec<_>>()
        };
        self.shut = left(own, &other_free);
        for (span, reason) in left(other.shut, &own_free) {
            // A holiday closes each doctor's hours for the same reason.
            if !self.shut.contains(&(span, reason.clone())) {
                self.shut.push((span, reason));
            }
        }
        self.shut.sort_by_key(|(span, _)| (span.from, span.to));
        self.open.extend(other.open);
        self.held.extend(other.held);
        self.visits.extend(other.visits);
        self.visits.sort_by_key(|visit| visit.span.from);
    }

    /// The open times that no closure takes away.
    fn free(&self) -> Vec<Span> {
        let shut: Vec<Span> = self.shut.iter().map(|(span, _)| *span).collect();
        without(self.open.clone(), &shut)
    }

    fn spans(&self) -> impl Iterator<Item = Span> {
        self.open.iter().copied().chain(self.visits.iter().map(|visit| visit.span))
    }

    /// The cell of a row: a visit that starts, else one that goes on, else held, closed, free or empty.
    fn cell(&self, row: Span) -> Vec<Ink> {
        let here: Vec<&Visit<'_>> = self.visits.iter().filter(|visit| visit.span.overlaps(row)).collect();
        let beginning: Vec<&&Visit<'_>> = here.iter().filter(|visit| visit.span.from >= row.from).collect();
        if let Some(first) = beginning.first() {
            return beginning_cell(first, &beginning, row);
        }
        // A no-show leaves its time free.
        if let Some(visit) = here.iter().find(|visit| visit.status != Status::NoShow) {
            return vec![(GOES_ON.to_owned(), status_style(visit.status))];
        }
        if let Some((held, entry)) = self.held.iter().find(|(held, _)| held.overlaps(row)) {
            let entry = if held.from >= row.from { format!("{HELD} {entry}") } else { HELD.to_owned() };
            return vec![(entry, Style::new())];
        }
        if let Some((shut, reason)) = self.shut.iter().find(|(shut, _)| shut.overlaps(row)) {
            let reason = if shut.from >= row.from { format!("{SHUT} {reason}") } else { SHUT.to_owned() };
            return vec![(reason, Style::new().dimmed())];
        }
        if self.open.iter().any(|open| open.overlaps(row)) {
            return vec![(FREE.to_owned(), Style::new().dimmed())];
        }
        Vec::new()
    }
}

fn beginning_cell(first: &Visit<'_>, all: &[&&Visit<'_>], row: Span) -> Vec<Ink> {
    let (sign, _) = status_face(first.status);
    let mut name = String::new();
    if first.span.from != row.from {
        let _ = write!(name, "{} ", clock(first.span.from));
    }
    name.push_str(&printable(first.name));
    let mut ink = vec![(format!("{sign} "), status_style(first.status))];
    if all.len() > 1 {
        ink.push((format!("+{} ", all.len() - 1), Style::new()));
    }
    ink.push((name, Style::new()));
    ink
}

/// Explains the signs.
fn legend(width: Option<usize>, color: bool) -> String {
    let signs = Status::ALL.into_iter().filter(|status| status.is_shown()).map(|status| {
        let (sign, _) = status_face(status);
        (sign.to_string(), word(status.as_str()).replace('_', " "), status_style(status))
    });
    let others = [(FREE, "free"), (SHUT, "closed"), (HELD, "held"), (NOW, "now")];
    let others = others.map(|(sign, what)| (sign.to_owned(), plain(what).to_owned(), Style::new().dimmed()));
    let (mut text, mut line, mut used) = (String::new(), String::new(), 0);
    for (sign, word, style) in signs.chain(others) {
        let need = 2 + word.width() + 2;
        if width.is_some_and(|width| used + need > width + 2) {
            let _ = writeln!(text, "{}", line.trim_end());
            (line, used) = (String::new(), 0);
        }
        let _ = write!(line, "{} {word}  ", paint(style, &sign, color));
        used += need;
    }
    let _ = writeln!(text, "{}", line.trim_end());
    text
}

/// Writes the pieces, cut or padded to `width` columns.
fn fit(cell: &[Ink], width: usize, color: bool, line: &mut String) {
    let mut left = width;
    for (text, style) in cell {
        let text = cut(text, left);
        left -= text.width().min(left);
        line.push_str(&paint(*style, &text, color && *style != Style::new()));
    }
    line.extend(std::iter::repeat_n(' ', left));
}

/// The text, shortened with an ellipsis if it is wider than `width` columns.
pub(super) fn cut(text: &str, width: usize) -> String {
    if text.width() <= width {
        return text.to_owned();
    }
    let (mut short, mut used) = (String::new(), 0);
    for c in text.chars() {
        let wide = c.width().unwrap_or(0);
        if used + wide + 1 > width {
            break;
        }
        used += wide;
        short.push(c);
    }
    if width > 0 { short + "…" } else { short }
}

/// The minute of the day of a time such as `14:30`.
pub(super) fn minute(time: &Value) -> i64 {
    let time =
        time.as_str().and_then(|text| NaiveTime::parse_from_str(text, "%H:%M").ok()).unwrap_or_default();
    i64::from(time.num_seconds_from_midnight() / 60)
}

/// The time at a minute of the day, such as `14:30`.
pub(super) fn clock(minute: i64) -> String {
    let minute = minute.rem_euclid(DAY);
    format!("{:02}:{:02}", minute / 60, minute % 60)
}

#[cfg(test)]
mod tests;
