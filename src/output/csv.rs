//! Answers as CSV (RFC 4180): a row for each record, nested records as `doctor.full_name`.
//!
//! A spreadsheet takes a cell that begins with `=`, `+`, `-` or `@` for a formula, and runs it. So a text
//! that may be taken for one gets an apostrophe before it, and so does one that begins with an
//! apostrophe: whoever reads the file back takes one away, and has the text as it was.

use crate::domain::text::is_invisible;
use crate::output::words::list;
use crate::output::{Face, printable};
use serde_json::Value;
use std::borrow::Cow;
use std::io::{self, IsTerminal};

/// The answer as CSV with a header line.
///
/// # Errors
/// What the writer answers; memory takes everything, so there is nothing to be expected.
pub fn text(value: &Value, face: &Face) -> io::Result<String> {
    if !io::stdout().is_terminal() {
        return rows(value, face, "\r\n", str::to_owned);
    }
    // For eyes: no cell begins a line of its own.
    rows(value, face, "\n", printable)
}

/// A text as a cell that no spreadsheet runs. [`undefuse`] gives it back.
pub fn defuse(text: &str) -> Cow<'_, str> {
    let hides = |c: char| c.is_whitespace() || c.is_control() || is_invisible(c) || matches!(c, '"' | '\'');
    let first = text.trim_start_matches(hides).chars().next();
    let runs = matches!(
        first,
        Some('=' | '+' | '-' | '@' | '＝' | '＋' | '－' | '＠' | '−' | '﹢' | '﹣' | '﹦' | '﹫')
    );
    // A tab or a line's end begins a cell anew in some.
    if runs || text.starts_with(['\'', '\t', '\r', '\n']) {
        return Cow::Owned(format!("'{text}"));
    }
    Cow::Borrowed(text)
}

/// The text that a cell was made of by [`defuse`].
pub fn undefuse(cell: &str) -> &str {
    cell.strip_prefix('\'').unwrap_or(cell)
}

fn rows(value: &Value, face: &Face, end: &str, show: fn(&str) -> String) -> io::Result<String> {
    let rows: Vec<&Value> = match (face, list_key(face).and_then(|key| value.get(key))) {
        (Face::Agenda | Face::Sheet(_), Some(Value::Array(columns))) => {
            columns.iter().flat_map(|column| list(column, "appointments")).collect()
        }
        (_, Some(Value::Array(rows))) => rows.iter().collect(),
        _ => vec![value],
    };
    let flat: Vec<Vec<(String, String)>> = rows
        .into_iter()
        .map(|row| flatten(row, matches!(face, Face::Sweep) || has_plain_names(face)))
        .collect();
    let terminator = if end == "\n" { csv::Terminator::Any(b'\n') } else { csv::Terminator::CRLF };
    let mut writer = csv::WriterBuilder::new().terminator(terminator).from_writer(Vec::new());
    // Records of one list may lack a nested record: the columns are those of all of them.
    let mut header: Vec<&str> = Vec::new();
    for (name, _) in flat.iter().flatten() {
        if !header.contains(&name.as_str()) {
            header.push(name);
        }
    }
    let split: Vec<String> =
        header.iter().filter_map(|name| name.split_once('.')).map(|(outer, _)| outer.to_owned()).collect();
    header.retain(|name| !split.iter().any(|outer| outer == name));
    if !header.is_empty() {
        writer.write_record(&header)?;
    }
    for row in &flat {
        writer.write_record(header.iter().map(|name| {
            row.iter().find(|(column, _)| column == name).map_or(String::new(), |(_, text)| show(text))
        }))?;
    }
    let bytes = writer.into_inner().map_err(|problem| io::Error::other(problem.to_string()))?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

fn list_key(face: &Face) -> Option<&'static str> {
    match face {
        Face::Rows(columns) => Some(columns.key),
        Face::Sweep => Some("messages"),
        Face::Deliveries => Some("deliveries"),
        Face::Log => Some("entries"),
        Face::Findings => Some("findings"),
        Face::Agenda | Face::Sheet(_) => Some("columns"),
        Face::Why => Some("objections"),
        Face::Overview => Some("next"),
        Face::Report(_) => Some("rows"),
        Face::Record
        | Face::Preview
        | Face::Cron
        | Face::Appointment
        | Face::Merge
        | Face::Json
        | Face::Field(_) => None,
    }
}

/// Slots and the queue name doctor and branch by a text, not by a record.
fn has_plain_names(face: &Face) -> bool {
    matches!(face, Face::Rows(columns) if ["slots", "queue"].contains(&columns.key))
}

/// The columns of a nested record that may be missing: they stay, so that a program finds them in
/// every page.
fn nested(key: &str) -> &'static [&'static str] {
    match key {
        "doctor" => &["id", "code", "full_name", "specialty"],
        "service" | "branch" => &["id", "code", "name"],
        _ => &[],
    }
}

fn flatten(row: &Value, plain: bool) -> Vec<(String, String)> {
    let mut flat = Vec::new();
    let Value::Object(map) = row else { return flat };
    for (key, value) in map {
        match value {
            Value::Null if !plain && !nested(key).is_empty() => {
                flat.extend(nested(key).iter().map(|inner| (format!("{key}.{inner}"), String::new())));
            }
            Value::Object(inner) => flat
                .extend(inner.iter().map(|(inner_key, value)| (format!("{key}.{inner_key}"), cell(value)))),
            value => flat.push((key.clone(), cell(value))),
        }
    }
    flat
}

fn cell(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => defuse(text).into_owned(),
        Value::Array(list) if list.iter().all(Value::is_string) => {
            let all: Vec<&str> = list.iter().filter_map(Value::as_str).collect();
            defuse(&all.join(",")).into_owned()
        }
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn nested_records_become_columns_and_texts_are_quoted() {
        let value = json!({"code": "K7", "notes": "one, \"two\"", "doctor": {"full_name": "Dr. Ruiz"}, "service": null});
        let text = text(&value, &Face::Appointment).unwrap();
        let header = "code,notes,doctor.full_name,service.id,service.code,service.name";
        assert_eq!(text, format!("{header}\r\nK7,\"one, \"\"two\"\"\",Dr. Ruiz,,,\r\n"));
    }

    #[test]
    fn a_text_that_a_spreadsheet_runs_is_defused() {
        for formula in [
            "=1+1",
            "+50370123456",
            "-5",
            "@SUM(A1)",
            "  =1",
            "\t=1",
            "\r=1",
            "\"=1",
            "'=1",
            "＝1",
            "＋1",
            "－1",
            "＠1",
            "\u{200b}=1",
            "\u{feff}=1",
            "\tx",
            "' x",
        ] {
            assert_eq!(defuse(formula), format!("'{formula}"), "{formula:?}");
        }
        for plain in ["Ana", "a=b", "2026-06-15", "09:00", "", "ana@example.org", "5", "\"quoted\""] {
            assert_eq!(defuse(plain), plain);
        }
    }

    proptest::proptest! {
        #[test]
        fn what_is_written_is_read_back(texts in proptest::collection::vec(proptest::prelude::any::<String>(), 1..6)) {
            let record: serde_json::Map<String, Value> =
                texts.iter().enumerate().map(|(place, text)| (format!("c{place}"), text.as_str().into())).collect();
            let written = rows(&record.into(), &Face::Record, "\r\n", str::to_owned).unwrap();
            let mut reader = ::csv::Reader::from_reader(written.as_bytes());
            let row = reader.records().next().unwrap().unwrap();
            for (cell, text) in row.iter().zip(&texts) {
                proptest::prop_assert_eq!(undefuse(cell), text);
                let first = cell.trim_start().chars().next();
                proptest::prop_assert!(!matches!(first, Some('=' | '+' | '-' | '@')), "{cell:?}");
            }
            proptest::prop_assert_eq!(row.len(), texts.len());
        }
    }
}
