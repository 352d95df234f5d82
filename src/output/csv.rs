//! Results as CSV (RFC 4180): a row per record, nested records as `doctor.full_name`, no cell that a
//! spreadsheet would run as a formula.

use crate::formats::csv::write::{End, defuse, row as line};
use crate::output::words::list;
use crate::output::{Face, printable};
use serde_json::Value;
use std::io::{self, IsTerminal};

/// The result as CSV with a header line; on a terminal, control characters are escaped.
pub fn text(value: &Value, face: &Face) -> String {
    if !io::stdout().is_terminal() {
        return rows(value, face, End::Crlf, str::to_owned);
    }
    rows(value, face, End::Lf, printable)
}

/// The row of a record for given columns; `doctor.code` is a nested record's field. A nested value without
/// columns of its own, such as the images of an audit entry, becomes a cell of JSON.
pub fn row(record: &Value, columns: &[String], for_eyes: bool) -> String {
    let cells: Vec<String> = columns
        .iter()
        .map(|column| {
            let value = match column.split_once('.') {
                Some((outer, inner)) => &record[outer][inner],
                None => &record[column],
            };
            if for_eyes { printable(&cell(value)) } else { cell(value) }
        })
        .collect();
    line(cells.iter().map(String::as_str), if for_eyes { End::Lf } else { End::Crlf })
}

fn rows(value: &Value, face: &Face, end: End, show: fn(&str) -> String) -> String {
    let rows: Vec<&Value> = match (face, list_key(face).and_then(|key| value.get(key))) {
        (Face::Agenda | Face::Sheet(_), Some(Value::Array(columns))) => {
            columns.iter().flat_map(|column| list(column, "appointments")).collect()
        }
        (_, Some(Value::Array(rows))) => rows.iter().collect(),
        _ => vec![value],
    };
    // In slots, queue and sweep rows, doctor and branch are texts, not records.
    let plain = match face {
        Face::Rows(columns) => ["slots", "queue"].contains(&columns.key),
        face => matches!(face, Face::Sweep),
    };
    let flat: Vec<Vec<(String, String)>> = rows.into_iter().map(|row| flatten(row, plain)).collect();
    // Nested records may be missing in some rows: use the columns of all rows.
    let mut header: Vec<&str> = Vec::new();
    for (name, _) in flat.iter().flatten() {
        if !header.contains(&name.as_str()) {
            header.push(name);
        }
    }
    let split: Vec<String> =
        header.iter().filter_map(|name| name.split_once('.')).map(|(outer, _)| outer.to_owned()).collect();
    header.retain(|name| !split.iter().any(|outer| outer == name));
    let mut text = String::new();
    if !header.is_empty() {
        let names: Vec<String> = header.iter().copied().map(show).collect();
        text += &line(names.iter().map(String::as_str), end);
    }
    for row in &flat {
        let cells: Vec<String> = header
            .iter()
            .map(|name| {
                row.iter().find(|(column, _)| column == name).map_or(String::new(), |(_, text)| show(text))
            })
            .collect();
        text += &line(cells.iter().map(String::as_str), end);
    }
    text
}

fn list_key(face: &Face) -> Option<&'static str> {
    match face {
        Face::Rows(columns) => Some(columns.key),
        Face::Cleared => Some("moves"),
        Face::Sweep => Some("messages"),
        Face::Deliveries => Some("deliveries"),
        Face::Log => Some("entries"),
        Face::Findings => Some("findings"),
        Face::Agenda | Face::Sheet(_) => Some("columns"),
        Face::Why => Some("objections"),
        Face::Overview => Some("next"),
        Face::Report(_) => Some("rows"),
        Face::Pictures => Some("hours"),
        Face::Import => Some("refusals"),
        Face::Record
        | Face::Preview
        | Face::Cron
        | Face::Units
        | Face::Appointment
        | Face::Merge
        | Face::Minded
        | Face::Setup
        | Face::Json
        | Face::Field(_) => None,
    }
}

/// The columns of a nested record that may be null: always present, so that every page has the same header.
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
    use crate::formats::csv::write::undefuse;
    use serde_json::json;

    #[test]
    fn nested_records_become_columns_and_texts_are_quoted() {
        let value = json!({"code": "K7", "notes": "one, \"two\"", "doctor": {"full_name": "Dr. Ruiz"}, "service": null});
        let text = text(&value, &Face::Appointment);
        let header = "code,notes,doctor.full_name,service.id,service.code,service.name";
        assert_eq!(text, format!("{header}\r\nK7,\"one, \"\"two\"\"\",Dr. Ruiz,,,\r\n"));
    }

    proptest::proptest! {
        #[test]
        fn what_is_written_is_read_back(texts in proptest::collection::vec(proptest::prelude::any::<String>(), 1..6)) {
            let record: serde_json::Map<String, Value> =
                texts.iter().enumerate().map(|(place, text)| (format!("c{place}"), text.as_str().into())).collect();
            let written = rows(&record.into(), &Face::Record, End::Crlf, str::to_owned);
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
