//! Fields from options or JSON on their way to a request. Both are read by the same rules; errors are
//! collected under the sender's name of the field.

pub mod import;

use crate::app::booking::request::BookRequest;
use crate::app::booking::reschedule::{NewStart, RescheduleRequest};
use crate::app::booking::status::StatusRequest;
use crate::app::booking::update::UpdateRequest;
use crate::app::change::Change;
use crate::app::when::{Day, Length, When};
use crate::domain::refusal::Problems;
use crate::domain::status::Status;
use crate::domain::text;
use crate::domain::time::parse_time;
use crate::input::values;
use serde::Serialize;
use serde_json::{Map, Value};
use std::collections::BTreeMap;

/// Fields by our own names.
#[derive(Debug, Clone, Default)]
pub struct Raw {
    /// Texts, whole numbers, flags, and `null`: not given; on `update` it empties the field.
    values: BTreeMap<String, Value>,
    /// What the sender calls them.
    pub names: BTreeMap<&'static str, String>,
    /// What is wrong so far.
    pub problems: Problems,
    /// JSON: dates and times as ISO has them, nothing else.
    pub iso: bool,
}

type Parsed<T> = Result<T, String>;

impl Raw {
    /// The options of a command that were typed, by their names; `no_notify` is the opposite of `notify`.
    pub fn typed(options: &impl Serialize) -> Raw {
        let mut raw = Raw::default();
        // Options are strings and flags, which always serialize.
        let options = serde_json::to_value(options).unwrap_or_default();
        for (name, value) in options.as_object().into_iter().flatten() {
            match (value, name.strip_prefix("no_")) {
                (Value::Null | Value::Bool(false), _) => {}
                (Value::Bool(true), Some(opposite)) => raw.insert(opposite, false.into()),
                _ => raw.insert(name, value.clone()),
            }
        }
        raw
    }

    fn insert(&mut self, field: &str, value: Value) {
        self.values.insert(field.to_owned(), value);
    }

    /// A text that was typed, if it was.
    pub fn put(&mut self, field: &str, value: Option<String>) {
        if let Some(value) = value {
            self.insert(field, value.into());
        }
    }

    /// A value from JSON, under the name it came by. A field that comes twice is a problem.
    pub fn put_named(&mut self, field: &'static str, name: &str, value: Value) {
        if let (true, Some(first)) = (self.values.contains_key(field), self.names.get(field)) {
            self.problems.add_foreign(name, text!("says-the-same-as-give-one-of-them", first));
            return;
        }
        self.names.insert(field, name.to_owned());
        self.insert(field, value);
    }

    /// A field that may only say what the command itself says.
    pub fn must_be(&mut self, field: &'static str, word: &str) {
        let other = match self.values.get(field) {
            None | Some(Value::Null) => false,
            Some(Value::String(text)) => text.trim() != word,
            Some(_) => true,
        };
        if other {
            self.problems.add(field, text!("can-only-be-here", word));
        }
    }

    /// Takes over the fields of the command line that the input does not hold.
    pub fn default_from(&mut self, defaults: &Raw) {
        for (field, value) in &defaults.values {
            self.values.entry(field.clone()).or_insert_with(|| value.clone());
        }
    }

    /// The fields as JSON, to be kept.
    pub fn to_map(&self) -> Map<String, Value> {
        self.values.clone().into_iter().collect()
    }

    /// Fields that were kept.
    pub fn from_map(map: Map<String, Value>) -> Raw {
        Raw { values: map.into_iter().collect(), ..Raw::default() }
    }

    /// Takes a field out.
    pub fn forget(&mut self, field: &str) {
        self.values.remove(field);
    }

    /// Whether the field holds something.
    pub fn has(&self, field: &str) -> bool {
        self.values.get(field).is_some_and(|value| !value.is_null())
    }

    fn string(&mut self, field: &'static str) -> Option<String> {
        match self.values.get(field)? {
            Value::String(text) => Some(text.clone()),
            Value::Null => None,
            _ => {
                self.problems.add(field, text!("must-be-a-text"));
                None
            }
        }
    }

    fn read<T>(&mut self, field: &'static str, parse: impl Fn(&str) -> Parsed<T>) -> Option<T> {
        let text = self.string(field)?;
        self.problems.take(field, parse(&text))
    }

    fn short(&mut self, field: &'static str) -> Option<String> {
        self.read(field, text::short)
    }

    fn long(&mut self, field: &'static str) -> Option<String> {
        self.read(field, text::long)
    }

    fn flag(&mut self, field: &'static str) -> Option<bool> {
        match self.values.get(field)? {
            Value::Bool(flag) => Some(*flag),
            Value::Null => None,
            _ => {
                self.problems.add(field, text!("must-be-true-or-false"));
                None
            }
        }
    }

    fn minutes(&mut self, field: &'static str) -> Option<i64> {
        match self.values.get(field)? {
            Value::Number(number) => {
                let text = number.to_string();
                self.problems.take(field, values::minutes(&text))
            }
            _ => self.read(field, values::minutes),
        }
    }

    /// A field of `update`: kept, emptied by `null` (typed: by an empty text or `none`), or set.
    fn change<T>(&mut self, field: &'static str, parse: impl Fn(&str) -> Parsed<T>) -> Change<T> {
        match self.values.get(field) {
            None => Change::Keep,
            Some(Value::Null) => Change::Clear,
            Some(Value::String(text)) if text.trim().is_empty() && !self.iso => Change::Clear,
            Some(_) => Change::from_option(self.read(field, parse)),
        }
    }

    fn day(&self) -> fn(&str) -> Parsed<Day> {
        if self.iso { values::iso_day } else { values::day }
    }

    fn time(&self) -> fn(&str) -> Parsed<chrono::NaiveTime> {
        if self.iso { parse_time } else { values::time }
    }

    fn status_words(&self) -> fn(&str) -> Parsed<Status> {
        if self.iso { Status::parse } else { Status::said }
    }

    /// The start: one moment, or a day and a time.
    fn start(&mut self) -> Option<NewStart> {
        let (day, time) = (self.day(), self.time());
        let moment = if self.iso { values::moment } else { values::said_moment };
        let (moment, day, time) = (self.read("at", moment), self.read("date", day), self.read("time", time));
        let given = |raw: &Raw, field| raw.values.contains_key(field) && raw.has(field);
        if given(self, "at") && (given(self, "date") || given(self, "time")) {
            self.problems.add("at", text!("give-either-the-whole-moment-or-a-date"));
        }
        match (moment, day, time) {
            (Some(when), _, _) => Some(NewStart::Whole(when)),
            (None, Some(day), Some(time)) => Some(NewStart::Whole(When::DayTime(day, time))),
            (None, Some(day), None) => Some(NewStart::Day(day)),
            (None, None, Some(time)) => Some(NewStart::Time(time)),
            (None, None, None) => None,
        }
    }

    /// A start that must be whole; what is missing of it is a problem.
    fn whole_start(&mut self) -> Option<When> {
        let start = self.start();
        if !self.has("at") {
            if self.has("time") && !self.has("date") {
                self.problems.add("date", text!("is-required-beside-a-time"));
            }
            if self.has("date") && !self.has("time") {
                self.problems.add("time", text!("is-required-beside-a-date"));
            }
        }
        match start {
            Some(NewStart::Whole(when)) => Some(when),
            _ => None,
        }
    }

    fn length(&mut self) -> Option<Length> {
        let (minutes, end) = (self.minutes("duration"), self.read("end", values::end));
        if self.has("duration") && self.has("end") {
            self.problems.add("end", text!("give-either-a-duration-or-an-end"));
        }
        minutes.map(Length::Minutes).or(end.map(Length::Until))
    }

    /// Reads a booking.
    pub fn book(mut self) -> BookRequest {
        let read = self.status_words();
        let status = self.read("status", |word| match read(word)? {
            status @ (Status::Scheduled | Status::Confirmed) => Ok(status),
            other => Err(text!("a-booking-begins-as-scheduled-or-confirmed-not", other = other.as_str())),
        });
        BookRequest {
            whom: self.short("whom"),
            doctor: self.short("doctor"),
            service: self.short("service"),
            branch: self.short("branch"),
            session: self.short("session"),
            batch: self.short("batch"),
            when: self.whole_start(),
            length: self.length(),
            patient: self.short("patient"),
            name: self.string("name"),
            phone: self.string("phone"),
            email: self.read("email", text::email),
            national_id: self.read("national_id", text::national_id),
            visit_type: self.short("visit_type"),
            assigned_doctor: self.short("assigned_doctor"),
            reason: self.long("reason"),
            notes: self.long("notes"),
            source: self.read("source", source),
            status,
            external_reference_id: self.short("external_ref"),
            idempotency_key: self.short("idempotency_key"),
            no_notify: self.flag("notify") == Some(false),
            overbook: self.flag("overbook") == Some(true),
            hold: None,
            history: None,
            problems: self.problems,
            names: self.names,
        }
    }

    /// Reads a move. Typed, its start is whole; from JSON a day or a time alone is enough, and the
    /// rest stays (SaludYa).
    pub fn reschedule(mut self) -> RescheduleRequest {
        let when = if self.iso { self.start() } else { self.whole_start().map(NewStart::Whole) };
        if when.is_none() && !["at", "date", "time"].iter().any(|field| self.has(field)) {
            self.problems.add("date", text!("is-required-with-a-time"));
        }
        self.move_to(when)
    }

    fn move_to(mut self, when: Option<NewStart>) -> RescheduleRequest {
        RescheduleRequest {
            when,
            length: self.length(),
            doctor: self.short("doctor"),
            branch: self.short("branch"),
            reason: self.long("reason"),
            notes: self.change("notes", text::long),
            no_notify: self.flag("notify") == Some(false),
            force: self.flag("force") == Some(true),
            overbook: self.flag("overbook") == Some(true),
            hold: None,
            problems: self.problems,
            names: self.names,
        }
    }

    /// Reads a step to another status. `to` is the status where the command itself says it.
    pub fn status(mut self, to: Option<Status>) -> StatusRequest {
        let read = self.status_words();
        let to = to.or_else(|| self.read("status", read));
        let day = self.day();
        let mut request = StatusRequest {
            to,
            reason: self.long("cancellation_reason").or_else(|| self.long("reason")),
            reason_name: self.iso.then_some("cancellation_reason"),
            diagnosis: self.long("diagnosis"),
            prescription: self.long("prescription"),
            follow_up_required: self.flag("follow_up_required"),
            follow_up_date: self.read("follow_up_date", day),
            no_notify: self.flag("notify") == Some(false),
            force: self.flag("force") == Some(true),
            by_patient: false,
            problems: Problems::default(),
        };
        request.problems = self.problems.renamed(&self.names);
        request
    }

    /// Reads a change of fields; with a start it moves, with a status it steps as well.
    pub fn update(mut self) -> UpdateRequest {
        const PLACE: [&str; 5] = ["at", "date", "time", "doctor", "branch"];
        let moves = PLACE.iter().any(|field| self.has(field));
        // Check these flags even if the update changes neither time nor status.
        let _ = (self.flag("notify"), self.flag("force"));
        let reschedule = moves.then(|| {
            let mut part =
                self.part(&["at", "end", "date", "time", "doctor", "branch", "duration", "notify", "force"]);
            let start = part.start().unwrap_or(NewStart::Same);
            part.move_to(Some(start))
        });
        let status = self
            .has("status")
            .then(|| self.part(&["status", "cancellation_reason", "notify", "force"]).status(None));
        if self.has("cancellation_reason") && !self.has("status") {
            self.problems.add("cancellation_reason", text!("goes-with-the-status-cancelled"));
        }
        if self.has("end") && !moves {
            self.problems.add("end", text!("goes-with-a-new-start-give-a-duration"));
        }
        let day = self.day();
        UpdateRequest {
            notes: self.change("notes", text::long),
            reason: self.change("reason", text::long),
            visit_type: self.change("visit_type", text::short),
            assigned_doctor: self.change("assigned_doctor", text::short),
            diagnosis: self.change("diagnosis", text::long),
            prescription: self.change("prescription", text::long),
            follow_up_required: self.flag("follow_up_required"),
            follow_up_date: self.follow_up(day),
            duration: if moves { None } else { self.minutes("duration") },
            reschedule,
            status,
            problems: self.problems,
            names: self.names,
        }
    }

    fn follow_up(&mut self, day: fn(&str) -> Parsed<Day>) -> Change<Day> {
        match self.values.get("follow_up_date") {
            Some(Value::String(word)) if word.trim() == "none" => Change::Clear,
            _ => self.change("follow_up_date", day),
        }
    }

    /// Some of the fields, for a part of the request.
    fn part(&self, fields: &[&str]) -> Raw {
        Raw {
            values: self
                .values
                .clone()
                .into_iter()
                .filter(|(field, _)| fields.contains(&field.as_str()))
                .collect(),
            names: self.names.clone(),
            problems: Problems::default(),
            iso: self.iso,
        }
    }
}

/// Where a booking comes from: a word that filters and prefixes can be made of.
fn source(word: &str) -> Parsed<String> {
    let word = text::short(word)?.to_lowercase();
    let plain = |c: char| c.is_alphanumeric() || c == '_' || c == '-';
    if word.chars().count() > 40 || !word.chars().all(plain) {
        return Err(text!("is-not-a-word-such-as-manual", word));
    }
    Ok(word)
}
