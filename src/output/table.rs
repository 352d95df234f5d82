//! Formats results for people.

use crate::domain::status::Status;
use crate::locale::plain;
use crate::output::fold::folded;
use crate::output::lists::{APPOINTMENTS, Columns, QUEUE};
use crate::output::words::{at, days, list, state, status_face, status_words, words};
use crate::output::{Answer, Face, agenda, card, charts, import, marks, overview, pictures, reassign, sheet};
use comfy_table::{Attribute, Cell, ColumnConstraint, ContentArrangement, Table, presets};
use serde_json::Value;
use std::fmt::Write;
use unicode_width::UnicodeWidthStr;

/// Offered times, numbered from 1.
pub fn offers(slots: &[Value], color: bool) -> String {
    let mut table = bare_table(color);
    for (n, slot) in slots.iter().enumerate() {
        let number = (n + 1).to_string();
        let columns = ["date", "start_time", "doctor", "branch"].map(|key| words(at(slot, key)));
        table.add_row(std::iter::once(number).chain(columns));
    }
    table.to_string().lines().map(|line| format!(" {}\n", line.trim_end())).collect()
}

/// The result as text; with `color`, unique prefixes of codes are highlighted.
pub fn text(answer: &Answer, color: bool) -> String {
    let drawn = drawn(answer, color);
    if color { marks::marked(&drawn, &answer.marks) } else { drawn }
}

fn drawn(answer: &Answer, color: bool) -> String {
    let value = &answer.value;
    let width = terminal_width().map(usize::from);
    match answer.face {
        Face::Rows(columns) => rows(value, columns, color),
        Face::Record => folded(&card::record(value), width, 4),
        Face::Appointment => folded(&card::appointment(value, color), width, 12),
        Face::Overview => overview::text(value, width, color),
        Face::Agenda => agenda::text(value, width, color),
        Face::Sheet(paper) => sheet::text(value, paper),
        Face::Why => folded(&card::why(value), width, 3),
        Face::Report(kind) => charts::text(value, kind, color),
        Face::Pictures => pictures::text(value),
        Face::Sweep => card::rehearsal(value),
        Face::Preview => card::preview(value),
        Face::Cron => card::cron(value),
        Face::Deliveries => card::deliveries(value),
        Face::Log => card::log(value),
        Face::Findings => card::findings(value),
        Face::Merge => card::merge(value),
        Face::Minded => minded(value, color),
        Face::Cleared => reassign::text(value, color),
        Face::Import => import::text(value),
        Face::Json => format!("{value}\n"),
        Face::Field(key) => format!("{}\n", words(value.get(key).unwrap_or(&Value::Null))),
    }
}

/// A record, and below it the appointments that its change affects.
fn minded(value: &Value, color: bool) -> String {
    let mut record = value.clone();
    if let Value::Object(map) = &mut record {
        map.shift_remove(APPOINTMENTS.key);
    }
    let text = card::record(&record);
    if list(value, APPOINTMENTS.key).is_empty() {
        text
    } else {
        format!("{text}\n{}", rows(value, &APPOINTMENTS, color))
    }
}

/// The list as a table, a row for each record.
pub(super) fn rows(value: &Value, columns: &Columns, color: bool) -> String {
    let rows = list(value, columns.key);
    if rows.is_empty() {
        return format!("{}\n", plain(columns.empty));
    }
    // Leave out empty columns.
    let mut shown: Vec<_> = columns
        .columns
        .iter()
        .filter(|(_, path)| rows.iter().any(|row| tells_something(path, at(row, path))))
        .collect();
    if let Some(width) = terminal_width() {
        leave_out_what_does_not_fit(&mut shown, (columns.key, rows), width.into());
    }
    let mut table = bare_table(color);
    table
        .set_header(shown.iter().map(|(heading, _)| Cell::new(plain(heading)).add_attribute(Attribute::Dim)));
    for row in rows {
        table.add_row(shown.iter().map(|(_, path)| cell(path, at(row, path))));
    }
    // Codes, dates, times and phones never wrap; names and texts may.
    for (column, (_, path)) in table.column_iter_mut().zip(&shown) {
        if !WRAPPED.contains(path) {
            column.set_constraint(ColumnConstraint::ContentWidth);
        }
    }
    let mut text = format!("{table}\n");
    let page = value.get("page").and_then(Value::as_u64).unwrap_or(1);
    let (count, has_more) = (rows.len(), value.get("has_more") == Some(&Value::Bool(true)));
    let _ = match value.get("total").and_then(Value::as_u64) {
        Some(total) if total > count as u64 => writeln!(text, "{}", text!("of-page", count, total, page)),
        None if has_more => writeln!(text, "{}", text!("more-follow-page", count, page, next = page + 1)),
        _ => Ok(()),
    };
    text
}

/// The columns to leave out if the terminal is narrow, in this order.
const SPARED: [&str; 10] = [
    "duration_minutes",
    "expected_wait_minutes",
    "token_number",
    "email",
    "patient.phone",
    "to",
    "branch",
    "branch.name",
    "service.name",
    "session",
];

/// The columns to leave out next if the terminal is very narrow.
const SPARED_LAST: [&str; 8] = [
    "waiting_minutes",
    "doctor",
    "doctor.full_name",
    "expected_time",
    "token_number",
    "status",
    "date",
    "start_time",
];

/// Leaves out columns until the rest fits. Columns that may wrap need at least NAME characters, or SHORTEST
/// once all of [`SPARED`] are gone; a queue keeps its tokens, by which patients are called.
fn leave_out_what_does_not_fit(
    shown: &mut Vec<&(&'static str, &str)>,
    (key, rows): (&str, &[Value]),
    width: usize,
) {
    const NAME: usize = 16;
    const SHORTEST: usize = 8;
    let need = |(heading, path): &(&'static str, &str), name: usize| {
        let widest = rows.iter().map(|row| reads(path, at(row, path)).width()).max().unwrap_or(0);
        // A status has a sign before it.
        let content = widest.max(plain(heading).width()) + if *path == "status" { 2 } else { 0 };
        2 + if WRAPPED.contains(path) { content.min(name) } else { content }
    };
    let first = SPARED.iter().filter(|path| key != QUEUE.key || **path != "token_number");
    for (spared, name) in
        first.map(|path| (path, NAME)).chain(SPARED_LAST.iter().map(|path| (path, SHORTEST)))
    {
        if shown.iter().map(|column| need(column, name)).sum::<usize>() > width {
            shown.retain(|(_, path)| path != spared);
        }
    }
}

/// The columns that may wrap.
const WRAPPED: [&str; 17] = [
    "url",
    "events",
    "disabled_reason",
    "error",
    "patient.full_name",
    "patient",
    "doctor.full_name",
    "doctor",
    "service.name",
    "branch.name",
    "branch",
    "full_name",
    "name",
    "specialty",
    "email",
    "days",
    "reason",
];

/// False for an empty cell and for `active: true`, which nearly all records have.
fn tells_something(path: &str, value: &Value) -> bool {
    let usual = path == "active" && *value == Value::Bool(true);
    !usual && !words(value).is_empty()
}

pub(super) fn bare_table(color: bool) -> Table {
    let mut table = Table::new();
    table.load_style(presets::NOTHING).set_content_arrangement(ContentArrangement::Dynamic);
    if color {
        table.enforce_styling();
    } else {
        table.force_no_tty();
    }
    if let Some(width) = terminal_width() {
        table.set_width(width);
    }
    table
}

/// The terminal's width in columns; none if stdout is not a terminal.
pub(super) fn terminal_width() -> Option<u16> {
    use std::io::IsTerminal;
    if !std::io::stdout().is_terminal() {
        return None;
    }
    Table::new().set_content_arrangement(ContentArrangement::Dynamic).width()
}

/// The text of a cell; our own words are translated.
fn reads(path: &str, value: &Value) -> String {
    match value.as_str().and_then(|word| Status::parse(word).ok()) {
        Some(status) if path == "status" => status_words(status).to_owned(),
        _ if path == "days" => days(value),
        _ if SAID.contains(&path) => state(value),
        _ => words(value),
    }
}

/// The columns that hold our own words, which are translated.
const SAID: [&str; 6] = ["status", "kind", "half", "outcome", "disabled_reason", "message"];

fn cell(path: &str, value: &Value) -> Cell {
    let text = reads(path, value);
    match value.as_str().and_then(|word| Status::parse(word).ok()) {
        Some(status) if path == "status" => {
            let (sign, color) = status_face(status);
            Cell::new(format!("{sign} {text}")).fg(color)
        }
        _ => Cell::new(text),
    }
}
