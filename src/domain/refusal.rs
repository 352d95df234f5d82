//! Refusals: the one error record that every room of the house speaks.
//!
//! The code is the contract (scripts match on it), the message is for a person, the
//! details are for scripts and the hint says what to do next.

use std::collections::BTreeMap;
use std::fmt;
use strum::{IntoStaticStr, VariantArray};

/// Why something was refused. The spelling and the numbers are public and never change.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, IntoStaticStr, VariantArray)]
#[strum(serialize_all = "SCREAMING_SNAKE_CASE")]
pub enum Code {
    /// The request is malformed; `details` maps each bad field to what is wrong with it.
    ValidationError,
    /// The start is not in the future (HuskyVoice).
    PastAppointment,
    /// A word names several records; `details.candidates` lists them.
    Ambiguous,
    /// No access key, or a wrong one.
    Unauthorized,
    /// The scope is there but the record or act is not this key's.
    Forbidden,
    /// The key lacks `details.required`.
    InsufficientScope,
    /// There is no such record in this clinic.
    ResourceNotFound,
    /// The doctor is taken at that time (SaludYa).
    AppointmentConflict,
    /// The window has no capacity left (HuskyVoice).
    SlotFull,
    /// The window is closed, or a closure covers the slot (HuskyVoice).
    SlotInactive,
    /// This phone already has such a booking on that day (HuskyVoice).
    DuplicateBooking,
    /// The same idempotency key came with a different request.
    IdempotencyMismatch,
    /// The service is not one of the clinic's (HuskyVoice).
    InvalidAppointmentType,
    /// The start lies in no window (HuskyVoice, SaludYa).
    OutsideAvailability,
    /// The time does not exist, exists twice, does not fit its window or is off its grid.
    InvalidTimeSlot,
    /// The appointment's status does not allow this (SaludYa).
    InvalidStateTransition,
    /// Too close to the start to cancel (Bio Ecko).
    CancellationRestricted,
    /// Too close to the start to move.
    RescheduleRestricted,
    /// Sooner than `min_notice`.
    TooSoon,
    /// Later than `max_advance`.
    TooFar,
    /// Another process held the book for too long.
    StoreBusy,
    /// The book can't be opened or written; the file is untouched.
    StoreUnavailable,
    /// The book's file is damaged.
    StoreCorrupt,
    /// A fault of the program.
    Internal,
}

spelled!(Code);

impl Code {
    /// Whether it is about the time that was wanted: another may be taken.
    pub fn is_about_the_time(self) -> bool {
        matches!(
            self,
            Code::PastAppointment
                | Code::TooSoon
                | Code::TooFar
                | Code::OutsideAvailability
                | Code::SlotInactive
                | Code::InvalidTimeSlot
                | Code::AppointmentConflict
                | Code::SlotFull
                | Code::DuplicateBooking
        )
    }

    /// The HTTP status that the reference APIs give for the like.
    pub fn status(self) -> u16 {
        match self {
            Code::ValidationError | Code::PastAppointment | Code::Ambiguous => 400,
            Code::Unauthorized => 401,
            Code::Forbidden | Code::InsufficientScope => 403,
            Code::ResourceNotFound => 404,
            Code::AppointmentConflict
            | Code::SlotFull
            | Code::SlotInactive
            | Code::DuplicateBooking
            | Code::IdempotencyMismatch => 409,
            Code::InvalidAppointmentType
            | Code::OutsideAvailability
            | Code::InvalidTimeSlot
            | Code::InvalidStateTransition
            | Code::CancellationRestricted
            | Code::RescheduleRestricted
            | Code::TooSoon
            | Code::TooFar => 422,
            Code::StoreBusy | Code::StoreUnavailable => 503,
            Code::StoreCorrupt | Code::Internal => 500,
        }
    }

    /// The program's exit status, by the class that [`Code::status`] puts the code in.
    pub fn exit(self) -> u8 {
        match self.status() {
            400 => 2,
            404 => 3,
            409 => 4,
            422 => 5,
            401 | 403 => 6,
            503 => 7,
            _ => 1,
        }
    }
}

/// A value in a refusal's details: what JSON can hold, without a JSON library in the rules.
#[derive(Debug, Clone, PartialEq)]
pub enum Detail {
    /// Nothing known.
    Null,
    /// Text.
    Text(String),
    /// A whole number.
    Number(i64),
    /// Several values.
    List(Vec<Detail>),
    /// Named values.
    Map(BTreeMap<String, Detail>),
}

impl From<&str> for Detail {
    fn from(text: &str) -> Self {
        Detail::Text(text.to_owned())
    }
}
impl From<String> for Detail {
    fn from(text: String) -> Self {
        Detail::Text(text)
    }
}
impl From<i64> for Detail {
    fn from(number: i64) -> Self {
        Detail::Number(number)
    }
}
impl<T: Into<Detail>> From<Vec<T>> for Detail {
    fn from(list: Vec<T>) -> Self {
        Detail::List(list.into_iter().map(Into::into).collect())
    }
}
impl<T: Into<Detail>> From<Option<T>> for Detail {
    fn from(value: Option<T>) -> Self {
        value.map_or(Detail::Null, Into::into)
    }
}

/// A refusal: nothing was changed, and this is why.
#[derive(Debug, Clone, PartialEq)]
pub struct Refusal {
    /// The contract.
    pub code: Code,
    /// One sentence for a person.
    pub message: String,
    /// Facts for scripts.
    pub details: BTreeMap<String, Detail>,
    /// What to do about it.
    pub hint: Option<String>,
}

impl Refusal {
    /// A refusal without details.
    pub fn new(code: Code, message: impl Into<String>) -> Self {
        Refusal { code, message: message.into(), details: BTreeMap::new(), hint: None }
    }

    /// Adds one fact.
    #[must_use]
    pub fn detail(mut self, key: &str, value: impl Into<Detail>) -> Self {
        self.details.insert(key.to_owned(), value.into());
        self
    }

    /// Says what to do.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// The same, where a part of the work lasts already: that nothing was changed is not true then.
    #[must_use]
    pub fn part_way(mut self, stands: &str) -> Self {
        for words in [Some(&mut self.message), self.hint.as_mut()].into_iter().flatten() {
            *words = words.replace(text!("nothing-was-changed"), stands);
        }
        self
    }

    /// What is wrong, in one line: where fields are bad, which and why.
    pub fn in_a_line(&self) -> String {
        let fields = self.details.iter().filter_map(|(field, detail)| match detail {
            Detail::Text(problem) => Some(format!("{field}: {problem}")),
            _ => None,
        });
        let fields: Vec<String> = fields.collect();
        if self.code == Code::ValidationError && !fields.is_empty() {
            return fields.join("; ");
        }
        self.message.clone()
    }

    /// A record of that kind that this clinic does not have.
    pub fn not_found(kind: &str, word: &str) -> Self {
        Refusal::new(Code::ResourceNotFound, text!("not-found", kind, word))
            .detail("kind", kind)
            .detail("given", word)
            .hint(text!("turno-list-shows-what-there-is", kind))
    }

    /// One bad field.
    pub fn invalid(field: &str, problem: impl Into<String>) -> Self {
        let mut problems = Problems::default();
        problems.add(field, problem);
        problems.into_refusal()
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.code.as_str(), self.message)
    }
}

impl std::error::Error for Refusal {}

/// Shape errors of one request, collected so that all bad fields come in one answer.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Problems {
    /// By our own names of the fields.
    fields: BTreeMap<String, String>,
    /// By names that only the sender knows.
    foreign: BTreeMap<String, String>,
}

impl Problems {
    /// Notes a problem; the first one of a field stays.
    pub fn add(&mut self, field: &str, problem: impl Into<String>) {
        self.fields.entry(field.to_owned()).or_insert_with(|| problem.into());
    }

    /// Notes a problem with something that is no field of ours, under the sender's name for it.
    pub fn add_foreign(&mut self, name: &str, problem: impl Into<String>) {
        self.foreign.entry(name.to_owned()).or_insert_with(|| problem.into());
    }

    /// Keeps the value, or notes the problem and answers `None`.
    pub fn take<T>(&mut self, field: &str, parsed: Result<T, String>) -> Option<T> {
        match parsed {
            Ok(value) => Some(value),
            Err(problem) => {
                self.add(field, problem);
                None
            }
        }
    }

    /// Like [`Problems::take`], for a field that may be missing.
    pub fn take_opt<T>(&mut self, field: &str, parsed: Option<Result<T, String>>) -> Option<T> {
        parsed.and_then(|parsed| self.take(field, parsed))
    }

    /// What a text means that may be missing.
    pub fn said<T>(
        &mut self,
        field: &str,
        text: Option<String>,
        parse: impl FnOnce(&str) -> Result<T, String>,
    ) -> Option<T> {
        self.take_opt(field, text.map(|text| parse(&text)))
    }

    /// Takes over the problems of another part of the same request.
    pub fn merge(&mut self, other: Problems) {
        for (field, problem) in other.fields {
            self.fields.entry(field).or_insert(problem);
        }
        for (name, problem) in other.foreign {
            self.foreign.entry(name).or_insert(problem);
        }
    }

    /// The same problems under the names that the sender gave the fields.
    #[must_use]
    pub fn renamed(self, names: &BTreeMap<&'static str, String>) -> Problems {
        let rename = |field: String| names.get(field.as_str()).cloned().unwrap_or(field);
        let fields = self.fields.into_iter().map(|(field, text)| (rename(field), text)).collect();
        Problems { fields, foreign: self.foreign }
    }

    /// Whether something is wrong with that field.
    pub fn names(&self, field: &str) -> bool {
        self.fields.contains_key(field)
    }

    /// Whether nothing is wrong so far.
    pub fn is_empty(&self) -> bool {
        self.fields.is_empty() && self.foreign.is_empty()
    }

    /// Refuses if anything was noted.
    pub fn check(self) -> Result<(), Refusal> {
        if self.is_empty() { Ok(()) } else { Err(self.into_refusal()) }
    }

    fn into_refusal(self) -> Refusal {
        let mut fields = self.fields;
        for (name, problem) in self.foreign {
            fields.entry(name).or_insert(problem);
        }
        let message = match fields.iter().next() {
            Some((field, problem)) if fields.len() == 1 => format!("{field}: {problem}"),
            _ => text!("fields-are-not-right", count = fields.len()),
        };
        Refusal {
            code: Code::ValidationError,
            message,
            details: fields.into_iter().map(|(k, v)| (k, Detail::Text(v))).collect(),
            hint: None,
        }
    }
}

#[cfg(test)]
mod tests;
