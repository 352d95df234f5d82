//! `reply --input`: answers as JSON objects, one or many.

use crate::domain::refusal::{Problems, Refusal};
use crate::domain::reply::Reply;
use crate::domain::time::Instant;
use crate::input::bodies::Given;
use crate::input::json_stream::Values;
use crate::platform::error::Result;
use serde_json::Value;
use std::io::{BufReader, Read};

/// The fields of an answer.
const FIELDS: [&str; 5] = ["from", "text", "id", "channel", "received_at"];

/// Reads all answers before any is taken in; everything that is wrong is told together. `channel` is the one
/// of answers that name none.
pub(crate) fn read(reader: Box<dyn Read + Send>, channel: Option<&str>) -> Result<Vec<Reply>> {
    let mut values = Values::new(BufReader::new(reader));
    let (mut replies, mut problems) = (Vec::new(), Problems::default());
    for item in &mut values {
        let prefix =
            if item.of_many || item.line > 1 { format!("line {}: ", item.line) } else { String::new() };
        let reply = one(item.value?, &prefix, &mut problems);
        replies.push(Reply { channel: reply.channel.or_else(|| channel.map(str::to_owned)), ..reply });
    }
    problems.check()?;
    if replies.is_empty() && !values.is_array() {
        return Err(Refusal::invalid("input", text!("is-empty")));
    }
    Ok(replies)
}

fn one(given: Given, prefix: &str, problems: &mut Problems) -> Reply {
    for name in &given.twice {
        problems.add_foreign(&format!("{prefix}{name}"), text!("comes-twice"));
    }
    let mut map = given.map;
    let mut take = |name: &str| match map.remove(name) {
        None | Some(Value::Null) => None,
        Some(Value::String(text)) => Some(text),
        Some(_) => {
            problems.add(&format!("{prefix}{name}"), text!("must-be-a-text"));
            None
        }
    };
    let [from, text, id, channel, at] = FIELDS.map(&mut take);
    let received_at =
        at.and_then(|at| problems.take(&format!("{prefix}received_at"), Instant::parse_rfc3339(&at)));
    for name in map.keys() {
        problems.add_foreign(
            &format!("{prefix}{name}"),
            text!("is-not-a-field-of-an-answer", all = FIELDS.join(", ")),
        );
    }
    for (name, value) in [("from", &from), ("text", &text)] {
        if value.is_none() {
            problems.add(&format!("{prefix}{name}"), text!("is-required"));
        }
    }
    let (from, text) = (from.unwrap_or_default(), text.unwrap_or_default());
    Reply { id, from, text, channel, received_at, ..Reply::default() }
}
