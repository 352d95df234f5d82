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

/// The result as text: its sentence if it has one, or the record if it has none or with `verbose`.
pub(super) fn answer(answer: &Answer, verbose: bool, color: bool) -> String {
    let Some(sentence) = answer.sentence.as_ref().filter(|_| !verbose) else {
        return drawn_text(answer, verbose, color);
    };
    let width = terminal_width().map(usize::from);
    let mut text = folded(&format!("{sentence}\n"), width, 2);
    let hits = list(&answer.value, APPOINTMENTS.key);
    if matches!(answer.face, Face::Minded) && !hits.is_empty() {
        let _ = write!(text, "\n{}", rows(&answer.value, &APPOINTMENTS, color));
    }
    if answer.value.get("dry_run") == Some(&Value::Bool(true)) {
        let _ = writeln!(text, "{}", text!("dry-run-nothing-was-written"));
    }
    if color { marks::marked(&text, &answer.marks) } else { text }
}

/// The result as text; with `color`, unique prefixes of codes are highlighted.
pub fn text(answer: &Answer, color: bool) -> String {
    drawn_text(answer, false, color)
}

fn drawn_text(answer: &Answer, verbose: bool, color: bool) -> String {
    let drawn = drawn(answer, verbose, color);
    if color { marks::marked(&drawn, &answer.marks) } else { drawn }
}

fn drawn(answer: &Answer, verbose: bool, color: bool) -> String {
    let value = &answer.value;
    let width = terminal_width().map(usize::from);
    match answer.face {
        Face::Rows(columns) => rows(value, columns, color),
        Face::Record => folded(&card::record(value, verbose), width, 4),
        Face::Appointment => folded(&card::appointment(value, color), width, 12),
        Face::Overview => overview::text(value, width, color),
        Face::Agenda => agenda::text(value, width, color),
        Face::Sheet(paper) => sheet::text(value, paper),
        Face::Why => folded(&card::why(value), width, 3),
        Face::Report(kind) => charts::text(value, kind, color),
        Face::Pictures => pictures::text(value),
        Face::Sweep => card::rehearsal(value),
        Face::Preview => card::preview(value),
        Face::Cron => card::cron(value, true),
        Face::Units => card::cron(value, false),
        Face::Deliveries => card::deliveries(value),
        Face::Log => card::log(value, verbose),
        Face::Findings => card::findings(value),
        Face::Merge => card::merge(value),
        Face::Minded => minded(value, verbose, color),
        Face::Cleared => reassign::text(value, color),
        Face::Import => import::text(value),
        Face::Setup => crate::output::setup::text(value),
        Face::Json => format!("{value}\n"),
        Face::Field(key) => format!("{}\n", words(value.get(key).unwrap_or(&Value::Null))),
    }
}

/// A record, and below it the appointments that its change affects.
fn minded(value: &Value, verbose: bool, color: bool) -> String {
    let mut record = value.clone();
    if let Value::Object(map) = &mut record {
        map.shift_remove(APPOINTMENTS.key);
    }
    let text = card::record(&record, verbose);
    if list(value, APPOINTMENTS.key).is_empty() {
        text
    } else {
        format!("{text}\n{}", rows(value, &APPOINTMENTS, color))
    }
}

/// The list as a table, a row for each record.
pub(super) fn rows(value: &Value, columns: &Columns, color: bool) -> String {
    let marked;
    let rows = if columns.key == QUEUE.key {
        marked = with_next(list(value, columns.key));
        &marked
    } else {
        list(value, columns.key)
    };
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

/// The queue with a mark on who is next at each doctor: who waits longest, or nobody waiting the first who is
/// expected.
fn with_next(places: &[Value]) -> Vec<Value> {
    let is = |place: &Value, status: Status| at(place, "status") == status.as_str();
    let is_next = |n: usize, place: &Value| {
        let of_doctor =
            || places.iter().enumerate().filter(|(_, it)| at(it, "doctor") == at(place, "doctor"));
        let waiting = of_doctor().find(|(_, it)| is(it, Status::CheckedIn));
        let expected = || of_doctor().find(|(_, it)| !is(it, Status::InProgress));
        waiting.or_else(expected).is_some_and(|(first, _)| first == n)
    };
    let mark = |(n, place): (usize, &Value)| {
        let next = if is_next(n, place) { "→" } else { "" };
        crate::output::view::with(place.clone(), &serde_json::json!({ "next": next }))
    };
    places.iter().enumerate().map(mark).collect()
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
const SPARED_LAST: [&str; 9] = [
    "channel",
    "doctor",
    "doctor.full_name",
    "waiting_minutes",
    "expected_time",
    "next",
    "token_number",
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

/// False for a cell that is empty, 0, "no" or the usual state of such a record.
fn tells_something(path: &str, value: &Value) -> bool {
    let usual = match value {
        Value::Bool(said) => *said == (path == "active"),
        Value::Number(number) => number.as_i64() == Some(0) && !COUNTED.contains(&path),
        Value::String(word) => path == "status" && ["OPEN", "active"].contains(&word.as_str()),
        _ => false,
    };
    !usual && !words(value).is_empty()
}

/// Numbers of which 0 says something.
const COUNTED: [&str; 3] = ["open", "capacity_left", "waiting_minutes"];

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
        Some(status) if path == "status" => status_words(status),
        _ if path == "days" => days(value),
        _ if path == "waiting_minutes" && value.is_number() => format!("{} min", words(value)),
        _ if SAID.contains(&path) => state(value),
        _ => moment(words(value)),
    }
}

/// An instant or wall-clock time for people: without its seconds and offset.
fn moment(text: String) -> String {
    let (bytes, is_time) = (text.as_bytes(), |at: usize| text.get(at..at + 1) == Some(":"));
    let is_moment = bytes.len() >= 16 && bytes.get(10) == Some(&b'T') && is_time(13);
    if is_moment && bytes.first().is_some_and(u8::is_ascii_digit) {
        return format!("{} {}", &text[..10], &text[11..16]);
    }
    text
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
