//! The request to book an appointment, with the history that an import brings along.

use crate::app::Desk;
use crate::app::access::{find, whom};
use crate::app::booking::placement::Seeking;
use crate::app::when::{Day, Length, Now, When};
use crate::domain::record::Patient;
use crate::domain::refusal::{Problems, Refusal};
use crate::domain::status::Status;
use crate::domain::text::name_key;
use crate::domain::time::Zone;
use crate::platform::error::Result;
use crate::platform::secrets::fingerprint;
use crate::store::Tx;
use std::collections::BTreeMap;

/// A request to book an appointment: typed, or read from `--input`.
#[derive(Debug, Clone, Default)]
pub struct BookRequest {
    /// Input errors found so far.
    pub problems: Problems,
    /// The sender's field names if they differ from ours, for error messages.
    pub names: BTreeMap<&'static str, String>,
    /// A doctor or a service, where a person says either.
    pub whom: Option<String>,
    /// The doctor: id, code or name.
    pub doctor: Option<String>,
    /// The service: id, code or name.
    pub service: Option<String>,
    /// The branch: id, code or name.
    pub branch: Option<String>,
    /// Session label.
    pub session: Option<String>,
    /// Batch label.
    pub batch: Option<String>,
    /// The start.
    pub when: Option<When>,
    /// The duration or the end.
    pub length: Option<Length>,
    /// A known patient: id, code, name or phone; otherwise `name` and `phone` are used.
    pub patient: Option<String>,
    /// The patient's name.
    pub name: Option<String>,
    /// The patient's phone.
    pub phone: Option<String>,
    /// The patient's e-mail address.
    pub email: Option<String>,
    /// The patient's national ID, in clear.
    pub national_id: Option<String>,
    /// Kind of visit.
    pub visit_type: Option<String>,
    /// A doctor's name as a label on a pooled booking.
    pub assigned_doctor: Option<String>,
    /// The reason for the visit.
    pub reason: Option<String>,
    /// Notes for the staff.
    pub notes: Option<String>,
    /// Origin of the booking; `manual` by default.
    pub source: Option<String>,
    /// The initial status; the clinic's by default.
    pub status: Option<Status>,
    /// The integrator's own id of the booking.
    pub external_reference_id: Option<String>,
    /// The idempotency key: repeating a request with the same key returns the first booking.
    pub idempotency_key: Option<String>,
    /// Whether to skip the confirmation message.
    pub no_notify: bool,
    /// Whether to skip checks 9 (overlap) and 10 (capacity).
    pub overbook: bool,
    /// The waiting-list entry whose hold this booking uses.
    pub hold: Option<String>,
    /// Further data from another book; set if the appointment is imported.
    pub history: Option<Box<History>>,
}

impl BookRequest {
    /// Returns the request with a doctor or a service in the place of a word for either, if there is one.
    pub(crate) fn naming(&self, tx: &mut Tx<'_>, desk: &Desk) -> Result<Option<BookRequest>> {
        if self.whom.is_none() {
            return Ok(None);
        }
        let mut named = self.clone();
        whom::fill_in(tx, desk, &mut named.whom, (&mut named.doctor, &mut named.service))?;
        Ok(Some(named))
    }

    pub(crate) fn status_in(&self, desk: &Desk) -> Status {
        self.status.unwrap_or(desk.clinic.settings.initial_status)
    }

    /// Returns whether the appointment is imported and its start has passed.
    pub(crate) fn is_over(&self, zone: &Zone, now: Now) -> bool {
        self.history.is_some() && self.when.is_some_and(|when| when.about(zone, now) <= now.at)
    }

    /// Returns whether an import brings back an exported appointment with its own idempotency key.
    pub(crate) fn comes_back(&self) -> bool {
        self.history.as_ref().is_some_and(|history| history.comes_back)
    }

    pub(crate) fn bad(&self, field: &'static str, problem: String) -> Refusal {
        Refusal::invalid(self.names.get(field).map_or(field, String::as_str), problem)
    }

    /// Returns a hash that is equal for equal requests, however records, phone and time are spelled.
    pub(crate) fn fingerprint(&self, seeking: &Seeking<'_>, known: Option<&Patient>) -> String {
        // The masked ID does not depend on the book's secret, and the hash cannot confirm a guess at the
        // rest.
        let national_id = self.national_id.as_deref().map(find::masked);
        let name = name_key(seeking.name);
        let (minutes, start) = (seeking.minutes.map(|m| m.to_string()), seeking.start.unix().to_string());
        let ask = seeking.ask();
        let parts = [
            Some(ask.branch_id),
            ask.doctor_id,
            ask.service_id,
            ask.session,
            ask.batch,
            Some(start.as_str()),
            minutes.as_deref(),
            known.map(|patient| patient.id.as_str()),
            known.is_none().then_some(seeking.phone),
            known.is_none().then_some(name.as_str()),
            self.email.as_deref(),
            national_id.as_deref(),
            self.visit_type.as_deref(),
            self.assigned_doctor.as_deref(),
            self.reason.as_deref(),
            self.notes.as_deref(),
            self.source.as_deref(),
            self.status.map(Status::as_str),
            self.external_reference_id.as_deref(),
        ];
        fingerprint(&format!("{parts:?}"))
    }
}

/// What the other system recorded besides patient, time and service.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct History {
    /// Whether the row has its own idempotency key, as in an export: it is then that same appointment.
    pub comes_back: bool,
    /// Its code; kept if it has our format and is free.
    pub code: Option<String>,
    /// Its token number; kept if it is free.
    pub token_number: Option<i64>,
    /// When it reached each status.
    pub stamps: Vec<(Status, When)>,
    /// Cancellation reason.
    pub cancellation_reason: Option<String>,
    /// Diagnosis.
    pub diagnosis: Option<String>,
    /// Prescription.
    pub prescription: Option<String>,
    /// Whether a follow-up is required.
    pub follow_up_required: Option<bool>,
    /// Follow-up date.
    pub follow_up_date: Option<Day>,
    /// How often it was rescheduled.
    pub reschedule_count: Option<i64>,
}
