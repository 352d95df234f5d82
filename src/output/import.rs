//! The result of an import.

use crate::output::error::ErrorView;
use crate::output::printable;
use crate::output::words::{at, list, words};
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::{Map, Value};
use std::fmt::Write;

/// The result of an import, and the first refusals.
#[derive(Default, Serialize, JsonSchema)]
pub(crate) struct ImportedView {
    pub(crate) import: &'static str,
    pub(crate) dry_run: bool,
    pub(crate) all_or_nothing: bool,
    pub(crate) written: bool,
    pub(crate) rows: u64,
    pub(crate) added: u64,
    pub(crate) updated: u64,
    pub(crate) known: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "u64")]
    pub(crate) removed: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "u64")]
    pub(crate) skipped: Option<u64>,
    pub(crate) refused: u64,
    pub(crate) refusals: Vec<ErrorView>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Vec<ImportColumn>")]
    pub(crate) columns: Option<Vec<ImportColumn>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Vec<ImportRow>")]
    pub(crate) preview: Option<Vec<ImportRow>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Vec<LeftAlone>")]
    pub(crate) left_alone: Option<Vec<LeftAlone>>,
}

/// A column of the file, and the field that it fills; none if the column is ignored.
#[derive(Serialize, JsonSchema)]
pub(crate) struct ImportColumn {
    pub(crate) column: String,
    pub(crate) field: Option<&'static str>,
}

/// A row as it was read.
#[derive(Serialize, JsonSchema)]
pub(crate) struct ImportRow {
    pub(crate) line: u64,
    pub(crate) fields: Map<String, Value>,
}

/// A kind of resource in a FHIR bundle for which turno has no record.
#[derive(Serialize, JsonSchema)]
pub(crate) struct LeftAlone {
    pub(crate) resource: String,
    pub(crate) count: u64,
}

/// How the file was read, the counts, and the refusals.
pub fn text(value: &Value) -> String {
    let mut text = String::new();
    // A FHIR bundle has entries instead of lines.
    let by_entry = at(value, "import") == "resources";
    let (mut taken, mut left_out) = (Vec::new(), Vec::new());
    for column in list(value, "columns") {
        let (name, field) = (words(at(column, "column")), words(at(column, "field")));
        match field.as_str() {
            "" => left_out.push(name),
            field if field == name => taken.push(name),
            field => taken.push(format!("{name} {} {field}", text!("as"))),
        }
    }
    for (head, columns) in [(text!("columns"), taken), (text!("left-out-mark"), left_out)] {
        if !columns.is_empty() {
            let _ = writeln!(text, "{}: {}", head, columns.join(", "));
        }
    }
    for row in list(value, "preview") {
        let Value::Object(fields) = at(row, "fields") else { continue };
        let fields: Vec<String> =
            fields.iter().map(|(field, said)| format!("{} {}", printable(field), words(said))).collect();
        let number = words(at(row, "line"));
        let place = if by_entry { text!("entry-number", number) } else { text!("line-number", number) };
        let _ = writeln!(text, "{place}: {}", fields.join(", "));
    }
    let left: Vec<String> = list(value, "left_alone")
        .iter()
        .map(|left| format!("{} {}", words(at(left, "count")), words(at(left, "resource"))))
        .collect();
    if !left.is_empty() {
        let _ = writeln!(text, "{}", text!("left-alone", all = left.join(", ")));
    }
    for refused in list(value, "refusals") {
        let error = at(refused, "error");
        let (line, code, message) = (at(error, "line"), at(error, "code"), at(error, "message"));
        let number = words(line);
        let place = if by_entry { text!("entry-refused", number) } else { text!("line-refused", number) };
        let _ = writeln!(text, "{place}: {} [{}]", words(message), words(code));
        if let Value::Object(details) = at(error, "details")
            && details.len() > 1
        {
            for (field, problem) in details {
                let _ = writeln!(text, "  {}: {}", printable(field), words(problem));
            }
        }
    }
    let number = |key: &str| at(value, key).as_u64().unwrap_or_default();
    let (refused, shown) = (number("refused"), list(value, "refusals").len() as u64);
    if refused > shown {
        let _ = writeln!(text, "{}", text!("and-more-are-refused", refused = refused - shown));
    }
    let counts = [
        (number("added"), text!("count-added", count = number("added"))),
        (number("updated"), text!("count-updated", count = number("updated"))),
        (number("known"), text!("count-known", count = number("known"))),
        (number("removed"), text!("count-removed", count = number("removed"))),
        (number("skipped"), text!("count-skipped", count = number("skipped"))),
        (number("refused"), text!("count-refused", count = number("refused"))),
    ];
    let counts: Vec<String> =
        counts.into_iter().filter(|(count, _)| *count > 0).map(|(_, text)| text).collect();
    let counts = if counts.is_empty() { text!("nothing-to-do").to_owned() } else { counts.join(", ") };
    // One calendar event may become many closures, so the counts may not add up to the rows.
    let rows = text!("imported-rows", kind = words(at(value, "import")); rows = number("rows"));
    let _ = writeln!(text, "{rows}: {counts}");
    if at(value, "written") == &Value::Bool(false) {
        let why = if at(value, "dry_run") == &Value::Bool(true) {
            text!("it-was-a-rehearsal")
        } else {
            text!("all-or-nothing-per-row-writes-what-can")
        };
        let _ = writeln!(text, "{}", text!("nothing-was-written", why));
    }
    text
}
