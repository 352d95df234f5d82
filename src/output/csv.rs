//! Answers as CSV (RFC 4180): a row for each record, nested records as `doctor.full_name`.

use crate::output::Face;
use crate::output::words::list;
use serde_json::Value;
use std::io;

/// The answer as CSV with a header line.
///
/// # Errors
/// What the writer answers; memory takes everything, so there is nothing to be expected.
pub fn text(value: &Value, face: &Face) -> io::Result<String> {
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
    let mut writer = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(Vec::new());
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
            row.iter().find(|(column, _)| column == name).map_or("", |(_, text)| text.as_str())
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
        Face::Report(_) => Some("rows"),
        Face::Record | Face::Preview | Face::Cron | Face::Appointment | Face::Field(_) => None,
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
        Value::String(text) => text.clone(),
        Value::Array(list) if list.iter().all(Value::is_string) => {
            list.iter().map(cell).collect::<Vec<_>>().join(",")
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
}
