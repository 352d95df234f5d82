//! The appointment: a promise of a time to a patient.

use crate::domain::interval::Interval;
use crate::domain::record::{Attendee, Branch, Doctor, Patient, Service};
use crate::domain::refusal::{Code, Refusal};
use crate::domain::settings::Settings;
use crate::domain::status::Status;
use crate::domain::time::{Instant, Zone};
use chrono::{NaiveDate, NaiveTime};
use std::sync::Arc;

/// A promise of a time to a patient: by a doctor, or in a pooled window.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Appointment {
    /// UUIDv7.
    pub id: String,
    /// Six characters that can be told over the telephone.
    pub code: String,
    /// Whose book it is in.
    pub clinic_id: String,
    /// Where.
    pub branch_id: String,
    /// With whom; none in a pooled window.
    pub doctor_id: Option<String>,
    /// For whom.
    pub patient_id: String,
    /// What for.
    pub service_id: Option<String>,
    /// The window that holds it.
    pub window_id: String,
    /// The local date on which that window opened.
    pub window_date: NaiveDate,
    /// The window's capacity when the appointment was given its place; a later change of the window
    /// breaks no promise.
    pub capacity: Option<i64>,
    /// IANA zone of the promise.
    pub timezone: String,
    /// Local date of the start.
    pub date: NaiveDate,
    /// Wall clock of the start.
    pub start_time: NaiveTime,
    /// The instants derived from the promise.
    pub span: Interval,
    /// The doctor's time that it takes: the span and the buffers at booking.
    pub busy: Interval,
    /// The window's session label.
    pub session: Option<String>,
    /// The window's batch label.
    pub batch: Option<String>,
    /// Queue position of the doctor's (pooled: the window's) local day.
    pub token_number: i64,
    /// Where it stands.
    pub status: Status,
    /// Whether it was booked past checks 9 and 10.
    pub overbooked: bool,
    /// Kind of visit, free text (Bio Ecko).
    pub visit_type: Option<String>,
    /// A name on a pooled booking; not a conflict-checked doctor (HuskyVoice).
    pub assigned_doctor: Option<String>,
    /// Why the patient comes.
    pub reason: Option<String>,
    /// For the staff.
    pub notes: Option<String>,
    /// What the doctor found (SaludYa).
    pub diagnosis: Option<String>,
    /// What the doctor ordered (SaludYa).
    pub prescription: Option<String>,
    /// Whether the patient should come again (SaludYa).
    pub follow_up_required: bool,
    /// When the patient should come again (SaludYa).
    pub follow_up_date: Option<NaiveDate>,
    /// Where the booking came from: `manual`, `whatsapp` …
    pub source: String,
    /// The integrator's own id for it (HuskyVoice).
    pub external_reference_id: Option<String>,
    /// The key that was given with the request; none where it is made.
    pub idempotency_key: Option<String>,
    /// Fingerprint of the request, to tell a retry from a reused key.
    pub request_hash: Option<String>,
    /// How many reminders were planned for its present time.
    pub reminders_planned: i64,
    /// When it was booked.
    pub created_at: Instant,
    /// When it last changed.
    pub updated_at: Instant,
    /// When it reached each status.
    pub stamps: Stamps,
    /// Why it was called off.
    pub cancellation_reason: Option<String>,
    /// How often it was moved.
    pub reschedule_count: i64,
}

/// An appointment as a calendar tells of it: when, who comes, what for, and how it stands.
#[derive(Debug, Clone, PartialEq)]
pub struct Brief {
    /// UUIDv7.
    pub id: String,
    /// Six characters that can be told over the telephone.
    pub code: String,
    /// Where.
    pub branch_id: String,
    /// With whom; none in a pooled window.
    pub doctor_id: Option<String>,
    /// What for.
    pub service_id: Option<String>,
    /// IANA zone of the promise.
    pub timezone: String,
    /// Local date of the start.
    pub date: NaiveDate,
    /// Wall clock of the start.
    pub start_time: NaiveTime,
    /// The instants derived from the promise.
    pub span: Interval,
    /// Queue position of the doctor's (pooled: the window's) local day.
    pub token_number: i64,
    /// Where it stands.
    pub status: Status,
    /// Whether it was booked past checks 9 and 10.
    pub overbooked: bool,
    /// Kind of visit, free text (Bio Ecko).
    pub visit_type: Option<String>,
    /// Why the patient comes.
    pub reason: Option<String>,
    /// For whom.
    pub patient: Attendee,
}

/// When an appointment reached each status.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Stamps {
    /// `confirmed`
    pub confirmed_at: Option<Instant>,
    /// `checked_in`
    pub checked_in_at: Option<Instant>,
    /// `in_progress`
    pub started_at: Option<Instant>,
    /// `completed`
    pub completed_at: Option<Instant>,
    /// `cancelled`
    pub cancelled_at: Option<Instant>,
    /// `no_show`
    pub no_show_at: Option<Instant>,
}

impl Stamps {
    /// Notes that the status was reached now.
    pub fn stamp(&mut self, status: Status, now: Instant) {
        let slot = match status {
            Status::Scheduled => return,
            Status::Confirmed => &mut self.confirmed_at,
            Status::CheckedIn => &mut self.checked_in_at,
            Status::InProgress => &mut self.started_at,
            Status::Completed => &mut self.completed_at,
            Status::Cancelled => &mut self.cancelled_at,
            Status::NoShow => &mut self.no_show_at,
        };
        *slot = Some(now);
    }
}

impl Appointment {
    /// Notes whether and when the patient should come again: a date asks for it, a plain no takes
    /// the date away.
    pub fn follow_up(&mut self, required: Option<bool>, date: Option<NaiveDate>) {
        if date.is_some() {
            self.follow_up_date = date;
            self.follow_up_required = true;
        }
        if let Some(required) = required {
            self.follow_up_required = required;
            if !required {
                self.follow_up_date = None;
            }
        }
    }

    /// Whose queue its token is of: the doctor's id, or the pooled window's.
    pub fn token_holder(&self) -> &str {
        self.doctor_id.as_deref().unwrap_or(&self.window_id)
    }

    /// Its length in minutes of elapsed time.
    pub fn duration_minutes(&self) -> i64 {
        self.span.seconds() / 60
    }
}

/// An appointment with the records it names, and its zone's rules. The large ones stay where they were
/// read: a list of visits is put together and taken apart several times on its way. Of the patient a list
/// holds no more than it tells ([`Attendee`](crate::domain::record::Attendee)).
#[derive(Debug, Clone)]
pub struct Visit<P = Patient> {
    /// The promise itself.
    pub appointment: Box<Appointment>,
    /// For whom.
    pub patient: Box<P>,
    /// With whom.
    pub doctor: Option<Arc<Doctor>>,
    /// Where.
    pub branch: Arc<Branch>,
    /// What for.
    pub service: Option<Arc<Service>>,
    /// The rules of the promise's zone.
    pub zone: Zone,
}

/// Which act a cutoff is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LateAct {
    /// Calling it off.
    Cancel,
    /// Moving it.
    Reschedule,
}

/// Refuses an act that comes too close to the start (Bio Ecko's "configured window").
pub fn check_cutoff(
    act: LateAct,
    settings: &Settings,
    starts_at: Instant,
    now: Instant,
) -> Result<(), Refusal> {
    let (code, cutoff, words) = match act {
        LateAct::Cancel => (Code::CancellationRestricted, settings.cancellation_cutoff, text!("called-off")),
        LateAct::Reschedule => (Code::RescheduleRestricted, settings.reschedule_cutoff, text!("moved")),
    };
    let left = starts_at.unix() - now.unix();
    if cutoff == 0 || left >= cutoff {
        return Ok(());
    }
    let lead = crate::domain::time::show_duration(cutoff);
    Err(Refusal::new(code, text!("appointments-cant-be-in-the-last-before-they", words, lead))
        .detail("cutoff_minutes", cutoff / 60)
        .detail("minutes_left", left.div_euclid(60))
        .hint(text!("force-does-it-all-the-same")))
}

/// Whether the appointment can be marked as missed: only once its time has come.
pub fn check_no_show(visit: &Appointment, now: Instant) -> Result<(), Refusal> {
    if now >= visit.span.start {
        return Ok(());
    }
    let allowed = visit.status.next().iter().filter(|next| **next != Status::NoShow);
    let allowed: Vec<&str> = allowed.map(|next| next.as_str()).collect();
    let refused = visit.status.step_to(Status::NoShow).err().unwrap_or_else(|| {
        Refusal::new(Code::InvalidStateTransition, text!("an-appointment-cant-be-missed-before"))
            .detail("from", visit.status.as_str())
            .detail("to", Status::NoShow.as_str())
            .detail("allowed", allowed)
    });
    Err(refused
        .detail("reason", text!("the-appointment-has-not-begun-yet"))
        .hint(text!("mark-it-after-its-start-or-cancel-it")))
}
