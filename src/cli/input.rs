//! `--input`: JSON bodies, with the reference APIs' names as aliases.

use crate::cli::raw::Raw;
use crate::domain::refusal::{Code, Refusal};
use crate::error::Result;
use serde::de::{Deserialize, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;
use serde_json::{Map, Value};
use std::fmt;
use std::io::Read;

/// A name that JSON may give a field, and the field. `start_or_day` is HuskyVoice's
/// `appointment_date`: a full instant, or a date alone beside a time.
type Aliases = &'static [(&'static str, &'static str)];

const TIME: Aliases = &[
    ("date", "date"),
    ("appointmentDate", "date"),
    ("appointment_date", "start_or_day"),
    ("time", "time"),
    ("startTime", "time"),
    ("start_time", "time"),
    ("slot_start", "at"),
    ("new_slot_start", "at"),
    ("starts_at", "at"),
    ("slot_end", "end"),
    ("new_slot_end", "end"),
    ("ends_at", "end"),
    ("end_time", "end"),
    ("duration_minutes", "duration"),
    ("doctorId", "doctor"),
    ("doctor_id", "doctor"),
    ("branch_id", "branch"),
    ("send_notification", "notify"),
];

const BOOK: Aliases = &[
    ("service_id", "service"),
    ("appointment_type", "service"),
    ("patient_id", "patient"),
    ("patientName", "name"),
    ("patient_name", "name"),
    ("patientPhone", "phone"),
    ("patient_phone", "phone"),
    ("parent_phone", "phone"),
    ("patientEmail", "email"),
    ("patient_email", "email"),
    ("patientDui", "national_id"),
    ("patient_national_id", "national_id"),
    ("national_id", "national_id"),
    ("session", "session"),
    ("batch", "batch"),
    ("assigned_doctor", "assigned_doctor"),
    ("visit_type", "visit_type"),
    ("reason", "reason"),
    ("notes", "notes"),
    ("source", "source"),
    ("status", "status"),
    ("external_reference_id", "external_ref"),
    ("idempotency_key", "idempotency_key"),
    ("overbook", "overbook"),
];

const RESCHEDULE: Aliases =
    &[("reason", "reason"), ("notes", "notes"), ("force", "force"), ("overbook", "overbook")];

const STATUS: Aliases = &[
    ("status", "status"),
    ("reason", "reason"),
    ("cancellation_reason", "cancellation_reason"),
    ("diagnosis", "diagnosis"),
    ("prescription", "prescription"),
    ("follow_up_required", "follow_up_required"),
    ("follow_up_date", "follow_up_date"),
    ("send_notification", "notify"),
    ("force", "force"),
];

const UPDATE: Aliases = &[
    ("visit_type", "visit_type"),
    ("assigned_doctor", "assigned_doctor"),
    ("notes", "notes"),
    ("reason", "reason"),
    ("status", "status"),
    ("cancellation_reason", "cancellation_reason"),
    ("diagnosis", "diagnosis"),
    ("prescription", "prescription"),
    ("follow_up_required", "follow_up_required"),
    ("follow_up_date", "follow_up_date"),
    ("force", "force"),
];

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
        let tables: &[Aliases] = match self {
            Body::Book => &[TIME, BOOK],
            Body::Reschedule => &[TIME, RESCHEDULE],
            Body::Status => &[STATUS],
            Body::Update => &[TIME, UPDATE],
        };
        tables.iter().copied().flatten().find(|(alias, _)| *alias == name).map(|(_, field)| *field)
    }
}

/// What a field is called where the body does not name it.
const USUAL_NAMES: [(&str, &str); 10] = [
    ("doctor", "doctor_id"),
    ("service", "service_id"),
    ("branch", "branch_id"),
    ("patient", "patient_id"),
    ("name", "patient_name"),
    ("phone", "patient_phone"),
    ("end", "ends_at"),
    ("at", "starts_at"),
    ("duration", "duration_minutes"),
    ("external_ref", "external_reference_id"),
];

/// The most bytes of one JSON value.
pub(super) const LONGEST: usize = 1 << 20;
/// The most fields of an object: a command has a few dozen.
const MOST_FIELDS: usize = 1000;

/// A JSON object, with the names that come twice in it: which of two would be meant is not guessed.
#[derive(Debug)]
pub struct Given {
    pub(super) map: Map<String, Value>,
    twice: Vec<String>,
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
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> std::result::Result<Self, D::Error> {
        deserializer.deserialize_map(GivenVisitor)
    }
}

struct GivenVisitor;

impl<'de> Visitor<'de> for GivenVisitor {
    type Value = Given;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> std::result::Result<Given, A::Error> {
        let (mut map, mut twice, mut fields) = (Map::new(), Vec::new(), 0);
        while let Some((name, Field(value))) = entries.next_entry::<String, Field>()? {
            fields += 1;
            // Of those that are too many nothing is kept.
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
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> std::result::Result<Self, D::Error> {
        deserializer.deserialize_any(FieldVisitor)
    }
}

struct FieldVisitor;

impl<'de> Visitor<'de> for FieldVisitor {
    type Value = Field;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_unit<E>(self) -> std::result::Result<Field, E> {
        Ok(Field(Value::Null))
    }

    fn visit_bool<E>(self, value: bool) -> std::result::Result<Field, E> {
        Ok(Field(value.into()))
    }

    fn visit_i64<E>(self, value: i64) -> std::result::Result<Field, E> {
        Ok(Field(value.into()))
    }

    fn visit_u64<E>(self, value: u64) -> std::result::Result<Field, E> {
        Ok(Field(value.into()))
    }

    fn visit_f64<E>(self, value: f64) -> std::result::Result<Field, E> {
        Ok(Field(value.into()))
    }

    fn visit_str<E>(self, value: &str) -> std::result::Result<Field, E> {
        Ok(Field(value.into()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> std::result::Result<Field, A::Error> {
        while items.next_element::<IgnoredAny>()?.is_some() {}
        Ok(Field(Value::Array(Vec::new())))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> std::result::Result<Field, A::Error> {
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
    for (field, name) in USUAL_NAMES {
        raw.names.entry(field).or_insert_with(|| name.to_owned());
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
pub(super) fn too_long(most: usize) -> Refusal {
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
