//! What a set-up file changed.

use crate::formats::appointment::AppointmentView;
use crate::locale::word;
use crate::output::words::{at, list, words};
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value;
use std::fmt::Write;

/// A record by its kind and code.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct RecordName {
    pub(crate) kind: &'static str,
    pub(crate) code: String,
}

/// What a set-up file changed, and the appointments that lie outside the hours now.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct SetupView {
    pub(crate) created: Vec<RecordName>,
    pub(crate) changed: Vec<RecordName>,
    pub(crate) unchanged: usize,
    #[schemars(with = "Vec<AppointmentView>")]
    pub(crate) outside: Vec<Value>,
}

/// The change in a few lines.
pub(crate) fn text(value: &Value) -> String {
    let mut text = String::new();
    for (key, title) in [("created", text!("setup-added")), ("changed", text!("setup-changed"))] {
        let records = list(value, key);
        if records.is_empty() {
            continue;
        }
        let mut by_kind: Vec<(String, Vec<String>)> = Vec::new();
        for record in records {
            let (kind, code) = (words(at(record, "kind")), words(at(record, "code")));
            match by_kind.iter_mut().find(|(known, _)| *known == kind) {
                Some((_, codes)) => codes.push(code),
                None => by_kind.push((kind, vec![code])),
            }
        }
        for (kind, codes) in by_kind {
            let (kind, codes) = (word(&kind), codes.join(", "));
            let _ = writeln!(text, "{title}: {kind} {codes}");
        }
    }
    if text.is_empty() {
        let _ = writeln!(text, "{}", text!("setup-changes-nothing"));
    }
    for visit in list(value, "outside") {
        let get = |path: &str| words(at(visit, path));
        let (code, day, time, patient) =
            (get("code"), get("date"), get("start_time"), get("patient.full_name"));
        let _ = writeln!(text, "{}", text!("setup-leaves-out", code, day, time, patient));
    }
    text
}
