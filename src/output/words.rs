//! Formats values for people.

use crate::domain::status::Status;
use crate::locale::word;
use crate::output::printable;
use anstyle::{AnsiColor, Style};
use comfy_table::Color;
use serde_json::Value;

/// The sign and the colour of a status; colour only repeats the sign.
pub fn status_face(status: Status) -> (char, Color) {
    match status {
        Status::Scheduled => ('○', Color::Reset),
        Status::Confirmed => ('●', Color::Green),
        Status::CheckedIn => ('▶', Color::Cyan),
        Status::InProgress => ('◐', Color::Blue),
        Status::Completed => ('✓', Color::DarkGrey),
        Status::Cancelled => ('✗', Color::Red),
        Status::NoShow => ('!', Color::Yellow),
    }
}

/// The name of a status in the user's language.
pub fn status_words(status: Status) -> String {
    readable(status.as_str())
}

/// How many answers of patients wait.
pub fn inbox(count: i64) -> String {
    match count {
        1 => text!("one-answer-waits-turno-inbox").to_owned(),
        count => text!("answers-wait-turno-inbox", count),
    }
}

/// A state or kind in the user's language.
pub fn state(value: &Value) -> String {
    readable(&words(value))
}

/// One of our own words in the user's language; the public spelling's underscores become spaces.
pub fn readable(public: &str) -> String {
    match word(public) {
        same if same == public && is_public(public) => same.replace('_', " "),
        translated => translated,
    }
}

/// Whether the word is spelled as keys and states of the JSON are.
fn is_public(word: &str) -> bool {
    word.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_')
}

/// Weekdays such as `mon` in the user's language.
pub fn days(value: &Value) -> String {
    let words = words(value);
    words.split(' ').map(word).collect::<Vec<_>>().join(" ")
}

/// The colour of a status for text outside tables.
pub fn status_style(status: Status) -> Style {
    let color = match status_face(status).1 {
        Color::Green => AnsiColor::Green,
        Color::Cyan => AnsiColor::Cyan,
        Color::Blue => AnsiColor::Blue,
        Color::DarkGrey => AnsiColor::BrightBlack,
        Color::Red => AnsiColor::Red,
        Color::Yellow => AnsiColor::Yellow,
        _ => return Style::new(),
    };
    Style::new().fg_color(Some(color.into()))
}

/// Applies the style if `color`.
pub(crate) fn paint(style: Style, text: &str, color: bool) -> String {
    if color { format!("{style}{text}{style:#}") } else { text.to_owned() }
}

/// The list under `key`; empty if missing.
pub fn list<'a>(value: &'a Value, key: &str) -> &'a [Value] {
    value.get(key).and_then(Value::as_array).map_or(&[], Vec::as_slice)
}

/// The value at a path such as `doctor.full_name`; null if missing.
pub fn at<'a>(row: &'a Value, path: &str) -> &'a Value {
    path.split('.').fold(row, |value, key| value.get(key).unwrap_or(&Value::Null))
}

/// A value for people, safe for a terminal.
pub fn words(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::Bool(true) => text!("yes").into(),
        Value::Bool(false) => text!("no").into(),
        Value::String(text) => printable(text),
        Value::Array(list) if list.iter().any(Value::is_object) => {
            list.iter().map(|record| words(at(record, "name"))).collect::<Vec<_>>().join(", ")
        }
        Value::Array(list) => list.iter().map(words).collect::<Vec<_>>().join(" "),
        other => printable(&other.to_string()),
    }
}
