//! Refusals for people and as JSON.

use crate::domain::access::without_secrets;
use crate::domain::refusal::{Code, Detail, Refusal};
use crate::formats::appointment::HttpStatus;
use crate::locale::word;
use crate::output::card::by_day;
use crate::output::printable;
use crate::output::words::paint;
use anstyle::{AnsiColor, Style};
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::{Map, Value};
use std::borrow::Cow;
use std::fmt::Write;

/// What was refused and why; the code is for programs, the message for people.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct RefusalView {
    pub(crate) code: Code,
    pub(crate) message: String,
    pub(crate) details: Map<String, Value>,
    status: HttpStatus,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "String")]
    hint: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "u64")]
    line: Option<u64>,
}

/// A refusal.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct ErrorView {
    error: RefusalView,
}

impl RefusalView {
    /// Takes the line of the input, if known.
    pub(crate) fn of(refusal: &Refusal, line: Option<u64>) -> RefusalView {
        RefusalView {
            code: refusal.code,
            message: without_secrets(&brief(&refusal.message)).into(),
            details: refusal.details.iter().map(|(key, detail)| (key.clone(), value(detail))).collect(),
            status: HttpStatus(refusal.code.status()),
            hint: refusal.hint.clone(),
            line,
        }
    }
}

/// The refusal as public JSON: `{"error":{"code","message","details","status"}}`.
pub(crate) fn json(refusal: &Refusal, line: Option<u64>) -> ErrorView {
    ErrorView { error: RefusalView::of(refusal, line) }
}

/// The name may come from user input, so it is shortened too.
fn named((name, detail): (&String, &Detail)) -> (String, Value) {
    (brief(name).into(), value(detail))
}

fn value(detail: &Detail) -> Value {
    match detail {
        Detail::Null => Value::Null,
        Detail::Text(text) => without_secrets(&brief(text)).into(),
        Detail::Number(number) => (*number).into(),
        Detail::List(list) => list.iter().map(value).collect(),
        Detail::Map(map) => map.iter().map(named).collect::<Map<_, _>>().into(),
    }
}

/// The refusal for people: `error[CODE]: message`, the details, and the hint.
pub fn text(refusal: &Refusal, color: bool) -> String {
    let red = Style::new().bold().fg_color(Some(AnsiColor::Red.into()));
    let head = paint(red, &format!("error[{}]", refusal.code.as_str()), color);
    let mut text = format!("{head}: {}\n", printable(&brief(&refusal.message)));
    let said_already = refusal.details.len() == 1 && refusal.code == Code::ValidationError;
    if !said_already {
        // Bad fields keep the names under which they are typed.
        let named = refusal.code == Code::ValidationError;
        for (key, detail) in &refusal.details {
            let told = match detail {
                // Times on other days are RFC 3339 instants for programs; show day and time instead.
                Detail::List(times) if key == "suggested_times" && !times.is_empty() => {
                    by_day(times.iter().map(words))
                }
                detail => words(detail),
            };
            let told = if key == "kind" { word(&told) } else { told };
            let key = if named { key.clone() } else { word(key) };
            let (key, told) = (printable(&brief(&key)), printable(&brief(&told)));
            let _ = writeln!(text, "  {key}: {told}");
        }
    }
    if let Some(words) = &refusal.hint {
        let _ = writeln!(text, "{}", hint(words, color));
    }
    text
}

/// Shortens text from user input, which may be megabytes.
fn brief(text: &str) -> Cow<'_, str> {
    const LONGEST: usize = 2000;
    match text.char_indices().nth(LONGEST) {
        None => Cow::Borrowed(text),
        Some(_) => {
            let end = text.char_indices().nth(LONGEST / 10).map_or(text.len(), |(place, _)| place);
            Cow::Owned(format!("{}… ({} characters)", &text[..end], text.chars().count()))
        }
    }
}

/// The line of a hint.
pub fn hint(words: &str, color: bool) -> String {
    let cyan = Style::new().fg_color(Some(AnsiColor::Cyan.into()));
    format!("{}: {}", paint(cyan, text!("hint"), color), printable(&brief(words)))
}

fn words(detail: &Detail) -> String {
    match detail {
        Detail::Null => "-".into(),
        Detail::Text(text) => text.clone(),
        Detail::Number(number) => number.to_string(),
        Detail::List(list) if list.is_empty() => text!("none").into(),
        Detail::List(list) => list.iter().map(words).collect::<Vec<_>>().join(", "),
        Detail::Map(map) => {
            let text = |key: &str| map.get(key).map(words).unwrap_or_default();
            if map.contains_key("start_time") {
                return ["code", "date", "start_time", "doctor", "patient"].map(text).join(" ");
            }
            format!("{} ({})", text("code"), text("name"))
        }
    }
}
