//! Refusals: the error type of all layers. The code is the stable contract for scripts; the message and hint
//! are for people.

use crate::domain::appointment::Other;
use std::collections::BTreeMap;
use std::fmt;
use strum::{IntoStaticStr, VariantArray};

/// Why a request was refused. Spellings, HTTP statuses and exit statuses are public and never change.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, IntoStaticStr, VariantArray)]
#[strum(serialize_all = "SCREAMING_SNAKE_CASE")]
pub enum Code {
    /// The request is malformed; `details` maps each bad field to its problem.
    ValidationError,
    /// The start is not in the future (HuskyVoice).
    PastAppointment,
    /// A name matches several records; `details.candidates` lists them.
    Ambiguous,
    /// No access key, or a wrong one.
    Unauthorized,
    /// The key has the scope, but the record or command is not open to it.
    Forbidden,
    /// The key lacks the scope `details.required`.
    InsufficientScope,
    /// No such record in this clinic.
    ResourceNotFound,
    /// The doctor has another appointment at that time (SaludYa).
    AppointmentConflict,
    /// The window has no capacity left (HuskyVoice).
    SlotFull,
    /// The window is closed, or a closure covers the slot (HuskyVoice).
    SlotInactive,
    /// The duplicate rule forbids a second such booking on that day (HuskyVoice).
    DuplicateBooking,
    /// The idempotency key was used with a different request.
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
    /// Another process held the database's lock for too long.
    StoreBusy,
    /// The database can't be opened or written; it is unchanged.
    StoreUnavailable,
    /// The database file is damaged.
    StoreCorrupt,
    /// A bug in the program.
    Internal,
}

spelled!(Code);

impl Code {
    /// Whether the requested time was refused, so that another time may succeed.
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

    /// The HTTP status that the reference APIs use for it.
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

    /// The program's exit status, derived from [`Code::status`].
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

/// A JSON-like value in a refusal's details; keeps the domain free of a JSON library.
#[derive(Debug, Clone, PartialEq)]
pub enum Detail {
    /// No value.
    Null,
    /// Text.
    Text(String),
    /// An integer.
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
impl From<BTreeMap<String, Detail>> for Detail {
    fn from(map: BTreeMap<String, Detail>) -> Self {
        Detail::Map(map)
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

/// A refused request; nothing was changed.
#[derive(Debug, Clone, PartialEq)]
pub struct Refusal {
    /// Stable code.
    pub code: Code,
    /// One sentence for a person.
    pub message: String,
    /// Machine-readable facts.
    pub details: BTreeMap<String, Detail>,
    /// What to do next.
    pub hint: Option<String>,
    /// The appointment that it is about, for people alone: its patient's name is not in the JSON.
    pub about: Option<String>,
}

impl Refusal {
    /// A refusal without details.
    pub fn new(code: Code, message: impl Into<String>) -> Self {
        Refusal { code, message: message.into(), details: BTreeMap::new(), hint: None, about: None }
    }

    /// Adds a detail.
    #[must_use]
    pub fn detail(mut self, key: &str, value: impl Into<Detail>) -> Self {
        self.details.insert(key.to_owned(), value.into());
        self
    }

    /// Sets the hint.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// Names the appointment that it is about, unless one is named already.
    #[must_use]
    pub fn about(mut self, appointment: &Other) -> Self {
        self.about.get_or_insert_with(|| appointment.line());
        self
    }

    /// For work that was partly committed: replaces "nothing was changed" in message and hint by `stands`.
    #[must_use]
    pub fn part_way(mut self, stands: &str) -> Self {
        for words in [Some(&mut self.message), self.hint.as_mut()].into_iter().flatten() {
            *words = words.replace(text!("nothing-was-changed"), stands);
        }
        self
    }

    /// The problem in one line: the bad fields with their problems, if any, else the message.
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

    /// The refusal for a record that this clinic does not have.
    pub fn not_found(kind: &str, word: &str) -> Self {
        Refusal::new(Code::ResourceNotFound, text!("not-found", kind, word))
            .detail("kind", kind)
            .detail("given", word)
            .hint(text!("turno-list-shows-what-there-is", kind))
    }

    /// A validation error of one field.
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

/// Validation errors of one request, collected to be reported together.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Problems {
    /// By turno's field names.
    fields: BTreeMap<String, String>,
    /// By the sender's names, for input that is no field of turno.
    foreign: BTreeMap<String, String>,
}

impl Problems {
    /// Adds a problem; only the first one of a field is kept.
    pub fn add(&mut self, field: &str, problem: impl Into<String>) {
        self.fields.entry(field.to_owned()).or_insert_with(|| problem.into());
    }

    /// Adds a problem of an unknown field, under the sender's name for it.
    pub fn add_foreign(&mut self, name: &str, problem: impl Into<String>) {
        self.foreign.entry(name.to_owned()).or_insert_with(|| problem.into());
    }

    /// Returns the value, or adds the problem and returns `None`.
    pub fn take<T>(&mut self, field: &str, parsed: Result<T, String>) -> Option<T> {
        match parsed {
            Ok(value) => Some(value),
            Err(problem) => {
                self.add(field, problem);
                None
            }
        }
    }

    /// [`Problems::take`] for an optional field.
    pub fn take_opt<T>(&mut self, field: &str, parsed: Option<Result<T, String>>) -> Option<T> {
        parsed.and_then(|parsed| self.take(field, parsed))
    }

    /// Parses an optional text; adds the problem if that fails.
    pub fn said<T>(
        &mut self,
        field: &str,
        text: Option<String>,
        parse: impl FnOnce(&str) -> Result<T, String>,
    ) -> Option<T> {
        self.take_opt(field, text.map(|text| parse(&text)))
    }

    /// Adds the problems of another part of the same request.
    pub fn merge(&mut self, other: Problems) {
        for (field, problem) in other.fields {
            self.fields.entry(field).or_insert(problem);
        }
        for (name, problem) in other.foreign {
            self.foreign.entry(name).or_insert(problem);
        }
    }

    /// Renames fields to the names that the sender used.
    #[must_use]
    pub fn renamed(self, names: &BTreeMap<&'static str, String>) -> Problems {
        let rename = |field: String| names.get(field.as_str()).cloned().unwrap_or(field);
        let fields = self.fields.into_iter().map(|(field, text)| (rename(field), text)).collect();
        Problems { fields, foreign: self.foreign }
    }

    /// Whether the field has a problem.
    pub fn names(&self, field: &str) -> bool {
        self.fields.contains_key(field)
    }

    /// Whether there are no problems.
    pub fn is_empty(&self) -> bool {
        self.fields.is_empty() && self.foreign.is_empty()
    }

    /// Refuses the request if there are problems.
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
            about: None,
        }
    }
}

#[cfg(test)]
mod tests;
