//! How fields of records are stored in columns.

use crate::domain::appointment::Stamps;
use crate::domain::delivery::{Failures, State};
use crate::domain::interval::Interval;
use crate::domain::reminder::{Kind, MessageStatus};
use crate::domain::reply::{Meaning, Outcome, Why};
use crate::domain::settings::Settings;
use crate::domain::status::Status;
use crate::domain::time::{Instant, hhmm, parse_date, parse_time};
use crate::domain::waitlist::{Half, Hold, Standing};
use crate::domain::webhook::{DeliveryStatus, Event};
use crate::domain::window::Days;
use crate::platform::error::StoreError;
use crate::store::engine::{Row, Value};
use crate::store::record::{FromRow, ToRow, record};
use chrono::{NaiveDate, NaiveDateTime, NaiveTime};
use std::borrow::Cow;

/// A field stored in one column.
pub trait Cell: Sized {
    /// The column's value.
    fn value(&self) -> Value<'_>;

    /// Reads the field; an error if the column holds an invalid value.
    fn from_value(value: Value<'_>) -> Result<Self, StoreError>;
}

impl<'a, T: Cell> From<&'a T> for Value<'a> {
    fn from(field: &'a T) -> Self {
        field.value()
    }
}

impl<T: Cell> FromRow for T {
    fn from_row(row: &mut Row<'_>) -> Result<Self, StoreError> {
        T::from_value(row.take()?)
    }
}

impl<T: Cell> ToRow for T {
    fn write<'a>(&'a self, values: &mut Vec<Value<'a>>) {
        values.push(self.value());
    }
}

impl<T: Cell> Cell for Option<T> {
    fn value(&self) -> Value<'_> {
        self.as_ref().map_or(Value::Null, Cell::value)
    }

    fn from_value(value: Value<'_>) -> Result<Self, StoreError> {
        if value == Value::Null { Ok(None) } else { T::from_value(value).map(Some) }
    }
}

fn misfit(value: &Value<'_>, wanted: &str) -> StoreError {
    match value {
        Value::Null => StoreError::unreadable(&format!("nothing where {wanted}")),
        other => StoreError::unreadable(&format!("{other:?} where {wanted}")),
    }
}

macro_rules! as_is {
    ($($field:ty: $kind:ident, $wanted:literal, $write:expr, $read:expr;)*) => {$(
        impl Cell for $field {
            fn value(&self) -> Value<'_> {
                let write: fn(&$field) -> Value<'_> = $write;
                write(self)
            }

            fn from_value(value: Value<'_>) -> Result<Self, StoreError> {
                match value {
                    Value::$kind(held) => Ok($read(held)),
                    other => Err(misfit(&other, $wanted)),
                }
            }
        }
    )*};
}

as_is! {
    i64: Int, "a number belongs", |number| Value::Int(*number), |number| number;
    bool: Int, "a number belongs", |flag| Value::Int((*flag).into()), |number| number != 0;
    Instant: Int, "a number belongs", |at| Value::Int(at.unix()), Instant::from_unix;
    String: Text, "a text belongs", |text| Value::Text(Cow::Borrowed(text)), Cow::into_owned;
    Vec<u8>: Bytes, "bytes belong", |bytes| Value::Bytes(Cow::Borrowed(bytes)), Cow::into_owned;
}

/// Fields stored as text: one function writes the text, another parses it and may fail.
macro_rules! as_text {
    ($($field:ty: $write:expr, $read:expr;)*) => {$(
        impl Cell for $field {
            fn value(&self) -> Value<'_> {
                let field: &$field = self;
                Value::from($write(field))
            }

            fn from_value(value: Value<'_>) -> Result<Self, StoreError> {
                let Value::Text(text) = value else { return Err(misfit(&value, "a text belongs")) };
                let read: fn(&str) -> Result<$field, String> = $read;
                read(&text).map_err(|problem| StoreError::unreadable(&problem))
            }
        }
    )*};
}

as_text! {
    NaiveDate: NaiveDate::to_string, parse_date;
    NaiveTime: |time: &NaiveTime| hhmm(*time), parse_time;
    NaiveDateTime: |wall: &NaiveDateTime| wall.format(WALL).to_string(), parse_wall;
    Status: |word: &Status| word.as_str(), Status::parse;
    Kind: |kind: &Kind| kind.as_str(), parse_kind;
    MessageStatus: |word: &MessageStatus| word.as_str(), MessageStatus::parse;
    Meaning: |word: &Meaning| word.as_str(), Meaning::parse;
    Outcome: |word: &Outcome| word.as_str(), Outcome::parse;
    Why: |word: &Why| word.as_str(), Why::parse;
    Half: |word: &Half| word.as_str(), Half::parse;
    Standing: |word: &Standing| word.as_str(), Standing::parse;
    Event: |word: &Event| word.as_str(), Event::parse;
    DeliveryStatus: |word: &DeliveryStatus| word.as_str(), DeliveryStatus::parse;
    Vec<Event>: |list: &Vec<Event>| spaced(list.iter().map(|event| event.as_str())),
        |text| text.split_whitespace().map(Event::parse).collect();
    State: |word: &State| word.as_str(), parse_state;
    Failures: Failures::to_text, |text| Ok(Failures::parse(text));
    Settings: settings_text, settings_from;
}

fn spaced<'a>(words: impl Iterator<Item = &'a str>) -> String {
    words.collect::<Vec<_>>().join(" ")
}

fn parse_kind(word: &str) -> Result<Kind, String> {
    Kind::spelled(word).ok_or_else(|| format!("the message kind {word}"))
}

fn parse_state(word: &str) -> Result<State, String> {
    State::spelled(word).ok_or_else(|| format!("the delivery {word}"))
}

const WALL: &str = "%Y-%m-%dT%H:%M";

fn parse_wall(text: &str) -> Result<NaiveDateTime, String> {
    NaiveDateTime::parse_from_str(text, WALL).map_err(|_| format!("the wall-clock reading {text}"))
}

fn settings_text(settings: &Settings) -> String {
    let map: serde_json::Map<String, serde_json::Value> =
        settings.pairs().into_iter().map(|(key, value)| (key.to_owned(), value.into())).collect();
    serde_json::Value::Object(map).to_string()
}

/// Settings that are not stored keep their defaults: an older database has fewer.
fn settings_from(text: &str) -> Result<Settings, String> {
    let map: std::collections::BTreeMap<String, String> =
        serde_json::from_str(text).map_err(|problem| format!("settings that are no JSON: {problem}"))?;
    let zone = map.get("timezone").map_or("UTC", String::as_str);
    let mut settings = Settings::without_country(zone);
    for (key, value) in &map {
        settings.set(key, value).map_err(|problem| format!("the setting {key}: {problem}"))?;
    }
    Ok(settings)
}

/// Lists separated by spaces: a window's services, and the fields taken over in a merge.
impl FromRow for Vec<String> {
    fn from_row(row: &mut Row<'_>) -> Result<Self, StoreError> {
        Ok(row.get::<String>()?.split_whitespace().map(str::to_owned).collect())
    }
}

impl ToRow for Vec<String> {
    fn write<'a>(&'a self, values: &mut Vec<Value<'a>>) {
        values.push(self.join(" ").into());
    }
}

/// A patient's message channels, separated by commas.
impl Cell for Option<Vec<String>> {
    fn value(&self) -> Value<'_> {
        self.as_ref().map(|channels| channels.join(",")).into()
    }

    fn from_value(value: Value<'_>) -> Result<Self, StoreError> {
        let list = Option::<String>::from_value(value)?;
        Ok(list.map(|list| list.split(',').map(str::to_owned).collect()))
    }
}

impl FromRow for Interval {
    fn from_row(row: &mut Row<'_>) -> Result<Self, StoreError> {
        Ok(Interval::new(row.get()?, row.get()?))
    }
}

impl ToRow for Interval {
    fn write<'a>(&'a self, values: &mut Vec<Value<'a>>) {
        values.extend([self.start, self.end].map(Value::from));
    }
}

impl FromRow for Days {
    fn from_row(row: &mut Row<'_>) -> Result<Self, StoreError> {
        let weekdays: Option<i64> = row.get()?;
        match (weekdays.and_then(|bits| u8::try_from(bits).ok()), row.get()?) {
            (Some(bits), None) => Ok(Days::Weekly(bits)),
            (None, Some(date)) => Ok(Days::On(date)),
            _ => Err(StoreError::unreadable("a window without days")),
        }
    }
}

impl ToRow for Days {
    fn write<'a>(&'a self, values: &mut Vec<Value<'a>>) {
        values.extend(match self {
            Days::Weekly(bits) => [Value::Int((*bits).into()), Value::Null],
            Days::On(date) => [Value::Null, (*date).into()],
        });
    }
}

record!(Stamps { confirmed_at, checked_in_at, started_at, completed_at, cancelled_at, no_show_at });

impl FromRow for Option<Hold> {
    fn from_row(row: &mut Row<'_>) -> Result<Self, StoreError> {
        let Some(until) = row.get()? else {
            row.skip(7);
            return Ok(None);
        };
        Ok(Some(Hold {
            until,
            doctor_id: row.get()?,
            window_id: row.get()?,
            window_date: row.get()?,
            span: row.get()?,
            busy: row.get()?,
        }))
    }
}

impl ToRow for Option<Hold> {
    fn write<'a>(&'a self, values: &mut Vec<Value<'a>>) {
        let Some(Hold { until, doctor_id, window_id, window_date, span, busy }) = self else {
            values.extend([const { Value::Null }; 8]);
            return;
        };
        values.extend([until.into(), doctor_id.into(), window_id.into(), window_date.into()]);
        span.write(values);
        busy.write(values);
    }
}
