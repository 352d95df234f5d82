//! `--input`: JSON bodies, with the reference APIs' names as aliases.

use crate::domain::refusal::{Code, Refusal};
use crate::input::fields::Raw;
use crate::platform::error::Result;
use serde::de::{Deserialize, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;
use serde_json::{Map, Value};
use std::fmt;
use std::io::Read;

/// What JSON calls the fields that go by other names than their own there, the usual one first.
/// `start_or_day` is HuskyVoice's `appointment_date`: a full instant, or a date alone beside a time.
const NAMES: &[(&str, &[&str])] = &[
    ("date", &["date", "appointmentDate"]),
    ("start_or_day", &["appointment_date"]),
    ("time", &["time", "startTime", "start_time"]),
    ("at", &["starts_at", "slot_start", "new_slot_start"]),
    ("end", &["ends_at", "slot_end", "new_slot_end", "end_time"]),
    ("duration", &["duration_minutes"]),
    ("doctor", &["doctor_id", "doctorId"]),
    ("branch", &["branch_id"]),
    ("service", &["service_id", "appointment_type"]),
    ("patient", &["patient_id"]),
    ("name", &["patient_name", "patientName"]),
    ("phone", &["patient_phone", "patientPhone", "parent_phone"]),
    ("email", &["patient_email", "patientEmail"]),
    ("national_id", &["national_id", "patientDui", "patient_national_id"]),
    ("external_ref", &["external_reference_id"]),
    ("notify", &["send_notification"]),
];

/// The fields that a start, a booking, a move, a step to another status and a change may have.
const TIME: &str = "date start_or_day time at end duration doctor branch notify";
const BOOK: &str = "service patient name phone email national_id session batch assigned_doctor visit_type \
    reason notes source status external_ref idempotency_key overbook";
const RESCHEDULE: &str = "reason notes force overbook";
const STATUS: &str = "status reason cancellation_reason diagnosis prescription follow_up_required \
    follow_up_date notify force";
const UPDATE: &str = "visit_type assigned_doctor notes reason status cancellation_reason diagnosis \
    prescription follow_up_required follow_up_date force";

/// What a body is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Body {
    /// A booking.
    Book,
    /// A move.
    Reschedule,
    /// A step to another status, or a cancellation.
    Status,
    /// Any change.
    Update,
}

impl Body {
    fn field(self, name: &str) -> Option<&'static str> {
        let fields: &[&str] = match self {
            Body::Book => &[TIME, BOOK],
            Body::Reschedule => &[TIME, RESCHEDULE],
            Body::Status => &[STATUS],
            Body::Update => &[TIME, UPDATE],
        };
        let goes_by = |field: &&str| names_of(field).map_or(*field == name, |names| names.contains(&name));
        fields.iter().flat_map(|fields| fields.split(' ')).find(goes_by)
    }
}

fn names_of(field: &str) -> Option<&'static [&'static str]> {
    NAMES.iter().find(|(own, _)| *own == field).map(|(_, names)| *names)
}

/// The fields that go by their usual name where the body does not name them.
const NAMED: &str = "doctor service branch patient name phone end at duration external_ref";

/// The most bytes of one JSON value.
pub(crate) const LONGEST: usize = 1 << 20;
/// The most fields of an object: a command has a few dozen.
const MOST_FIELDS: usize = 1000;

/// A JSON object, with the names that come twice in it: which of two would be meant is not guessed.
#[derive(Debug)]
pub struct Given {
    pub(crate) map: Map<String, Value>,
    pub(crate) twice: Vec<String>,
    fields: usize,
}

impl Given {
    /// Reads a JSON value.
    pub fn read(value: &RawValue) -> Result<Given> {
        if value.get().len() > LONGEST {
            return Err(too_long(LONGEST));
        }
        let given: Given = serde_json::from_str(value.get()).map_err(|problem| match problem.is_data() {
            true => Refusal::new(Code::ValidationError, text!("the-input-must-be-a-json-object"))
                .detail("input", text!("is-not-a-json-object")),
            false => broken(&problem),
        })?;
        match given.fields > MOST_FIELDS {
            true => Err(unusable(text!("has-more-than-fields", most = MOST_FIELDS))),
            false => Ok(given),
        }
    }
}

impl<'de> Deserialize<'de> for Given {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(GivenVisitor)
    }
}

struct GivenVisitor;

impl<'de> Visitor<'de> for GivenVisitor {
    type Value = Given;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Given, A::Error> {
        let (mut map, mut twice, mut fields) = (Map::new(), Vec::new(), 0);
        while let Some((name, Field(value))) = entries.next_entry::<String, Field>()? {
            fields += 1;
            // Values beyond the limit are not kept.
            if fields <= MOST_FIELDS && map.insert(name.clone(), value).is_some() {
                twice.push(name);
            }
        }
        Ok(Given { map, twice, fields })
    }
}

/// A field's value. Of a list or an object, which no field takes, nothing is kept but that it is one.
struct Field(Value);

impl<'de> Deserialize<'de> for Field {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(FieldVisitor)
    }
}

struct FieldVisitor;

impl<'de> Visitor<'de> for FieldVisitor {
    type Value = Field;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_unit<E>(self) -> Result<Field, E> {
        Ok(Field(Value::Null))
    }

    fn visit_bool<E>(self, value: bool) -> Result<Field, E> {
        Ok(Field(value.into()))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Field, E> {
        Ok(Field(value.into()))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Field, E> {
        Ok(Field(value.into()))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Field, E> {
        Ok(Field(value.into()))
    }

    fn visit_str<E>(self, value: &str) -> Result<Field, E> {
        Ok(Field(value.into()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Field, A::Error> {
        while items.next_element::<IgnoredAny>()?.is_some() {}
        Ok(Field(Value::Array(Vec::new())))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Field, A::Error> {
        while entries.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Ok(Field(Value::Array(Vec::new())))
    }
}

/// The fields of one JSON object. Unknown ones are collected with the other problems.
pub fn fields(body: Body, Given { map, twice, .. }: Given) -> Raw {
    let mut raw = Raw::default();
    raw.iso = true;
    for name in &twice {
        raw.problems.add_foreign(name, text!("comes-twice"));
    }
    let has_time = ["time", "startTime", "start_time"].iter().any(|name| map.contains_key(*name));
    for (name, value) in map {
        let Some(field) = body.field(&name) else {
            raw.problems.add_foreign(&name, text!("is-not-a-field-of-this-command"));
            continue;
        };
        if value.is_null() || value.is_boolean() || value.is_i64() || value.is_string() {
            raw.put_named(resolve(field, &value, has_time), &name, value);
        } else {
            raw.problems.add_foreign(&name, text!("must-be-a-text-a-whole-number-true"));
        }
    }
    for field in NAMED.split(' ') {
        let name = names_of(field).and_then(<[_]>::first).unwrap_or(&field);
        raw.names.entry(field).or_insert_with(|| (*name).to_owned());
    }
    raw
}

/// HuskyVoice's `appointment_date` is an instant; a date alone means that date only beside a time.
fn resolve(field: &'static str, value: &Value, has_time: bool) -> &'static str {
    match value {
        _ if field != "start_or_day" => field,
        Value::String(text) if has_time && text.trim().len() == 10 => "date",
        _ => "at",
    }
}

/// One object from the whole input.
pub fn one(body: Body, input: impl Read) -> Result<Raw> {
    let mut bytes = Vec::new();
    input
        .take(LONGEST as u64 + 1)
        .read_to_end(&mut bytes)
        .map_err(|problem| unusable(text!("cant-be-read-because", problem)))?;
    if bytes.len() > LONGEST {
        return Err(too_long(LONGEST));
    }
    let text = std::str::from_utf8(&bytes).map_err(|_| not_utf8())?;
    let value: &RawValue = serde_json::from_str(text).map_err(|problem| broken(&problem))?;
    Ok(fields(body, Given::read(value)?))
}

/// Input that is longer than so many bytes, a multiple of 1 MiB.
pub(crate) fn too_long(most: usize) -> Refusal {
    unusable(text!("is-longer-than-mib", most = most >> 20))
}

fn unusable(what: String) -> Refusal {
    Refusal::new(Code::ValidationError, text!("the-input-is-unusable", what)).detail("input", what)
}

/// Input that is not UTF-8.
pub fn not_utf8() -> Refusal {
    Refusal::new(Code::ValidationError, text!("the-input-is-not-utf-8-text"))
        .detail("input", text!("has-bytes-that-are-not-utf-8"))
}

/// Input that is not JSON.
pub fn broken(problem: &serde_json::Error) -> Refusal {
    let what = if problem.is_eof() { text!("is-cut-short") } else { text!("is-not-json") };
    Refusal::new(Code::ValidationError, text!("the-input", what, problem))
        .detail("input", format!("{what}: {problem}"))
}
