//! Appointments.

use crate::domain::interval::Interval;
use crate::domain::record::{Attendee, Branch, Doctor, Patient, Service};
use crate::domain::refusal::{Code, Detail, Refusal};
use crate::domain::settings::Settings;
use crate::domain::status::Status;
use crate::domain::time::{Instant, Zone, hhmm};
use crate::locale::dated;
use chrono::{NaiveDate, NaiveTime};
use std::collections::BTreeMap;
use std::sync::Arc;

/// A time promised to a patient, with a doctor or in a pooled window.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Appointment {
    /// UUIDv7.
    pub id: String,
    /// Code of six characters that can be read out on the phone.
    pub code: String,
    /// The owning clinic's id.
    pub clinic_id: String,
    /// The branch's id.
    pub branch_id: String,
    /// The doctor's id; `None` in a pooled window.
    pub doctor_id: Option<String>,
    /// The patient's id.
    pub patient_id: String,
    /// The service's id.
    pub service_id: Option<String>,
    /// Id of the window that holds it.
    pub window_id: String,
    /// Local date on which that window opens.
    pub window_date: NaiveDate,
    /// The window's capacity when the appointment was placed; later changes of the window do not affect it.
    pub capacity: Option<i64>,
    /// IANA time zone of `date` and `start_time`.
    pub timezone: String,
    /// Local date of the start.
    pub date: NaiveDate,
    /// Local time of the start.
    pub start_time: NaiveTime,
    /// The instants derived from local date, time and zone.
    pub span: Interval,
    /// The span that is blocked for the doctor: `span` plus the buffers at booking.
    pub busy: Interval,
    /// The window's session label.
    pub session: Option<String>,
    /// The window's batch label.
    pub batch: Option<String>,
    /// Queue number, per doctor (pooled: per window) and local day.
    pub token_number: i64,
    /// Its status.
    pub status: Status,
    /// Whether it was booked without checks 9 and 10 (conflict and capacity).
    pub overbooked: bool,
    /// Kind of visit, free text (Bio Ecko).
    pub visit_type: Option<String>,
    /// A doctor's name on a pooled booking, without conflict checks (HuskyVoice).
    pub assigned_doctor: Option<String>,
    /// Reason for the visit.
    pub reason: Option<String>,
    /// Notes for the staff.
    pub notes: Option<String>,
    /// Diagnosis (SaludYa).
    pub diagnosis: Option<String>,
    /// Prescription (SaludYa).
    pub prescription: Option<String>,
    /// Whether a follow-up visit is needed (SaludYa).
    pub follow_up_required: bool,
    /// Date of the follow-up visit (SaludYa).
    pub follow_up_date: Option<NaiveDate>,
    /// Source of the booking: `manual`, `whatsapp` …
    pub source: String,
    /// The integrator's id of the appointment (HuskyVoice).
    pub external_reference_id: Option<String>,
    /// The key given with the request; `None` if derived from source and id.
    pub idempotency_key: Option<String>,
    /// Hash of the request, to distinguish a retry from a reused key.
    pub request_hash: Option<String>,
    /// Number of reminders planned for its current start.
    pub reminders_planned: i64,
    /// When it was booked.
    pub created_at: Instant,
    /// When it last changed.
    pub updated_at: Instant,
    /// When it reached each status.
    pub stamps: Stamps,
    /// Reason for the cancellation.
    pub cancellation_reason: Option<String>,
    /// Number of reschedules.
    pub reschedule_count: i64,
    /// When the patient confirmed the present time.
    pub confirmed_by_patient_at: Option<Instant>,
}

/// The part of an appointment that calendars and lists need.
#[derive(Debug, Clone, PartialEq)]
pub struct Brief {
    /// UUIDv7.
    pub id: String,
    /// Code of six characters that can be read out on the phone.
    pub code: String,
    /// The branch's id.
    pub branch_id: String,
    /// The doctor's id; `None` in a pooled window.
    pub doctor_id: Option<String>,
    /// The service's id.
    pub service_id: Option<String>,
    /// IANA time zone of `date` and `start_time`.
    pub timezone: String,
    /// Local date of the start.
    pub date: NaiveDate,
    /// Local time of the start.
    pub start_time: NaiveTime,
    /// The instants derived from local date, time and zone.
    pub span: Interval,
    /// Queue number, per doctor (pooled: per window) and local day.
    pub token_number: i64,
    /// Its status.
    pub status: Status,
    /// Whether it was booked without checks 9 and 10 (conflict and capacity).
    pub overbooked: bool,
    /// Kind of visit, free text (Bio Ecko).
    pub visit_type: Option<String>,
    /// Reason for the visit.
    pub reason: Option<String>,
    /// The patient.
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
    /// Sets the status's time to `now`.
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
    /// Sets the follow-up: a date implies `required`; `required: false` clears the date.
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

    /// Id of the queue's owner: the doctor, or the pooled window.
    pub fn token_holder(&self) -> &str {
        self.doctor_id.as_deref().unwrap_or(&self.window_id)
    }

    /// Length in minutes of elapsed time.
    pub fn duration_minutes(&self) -> i64 {
        self.span.seconds() / 60
    }
}

/// An appointment with the records that it refers to. Large records are boxed or shared because lists of
/// visits are regrouped several times; lists use [`Attendee`] for the patient.
#[derive(Debug, Clone)]
pub struct Visit<P = Patient> {
    /// The appointment.
    pub appointment: Box<Appointment>,
    /// The patient.
    pub patient: Box<P>,
    /// The doctor.
    pub doctor: Option<Arc<Doctor>>,
    /// The branch.
    pub branch: Arc<Branch>,
    /// The service.
    pub service: Option<Arc<Service>>,
    /// The appointment's time zone.
    pub zone: Zone,
}

/// An action that has a cutoff before the start.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LateAct {
    /// Cancelling.
    Cancel,
    /// Rescheduling.
    Reschedule,
}

/// Refuses an action inside the cutoff before the start (Bio Ecko's "configured window").
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

/// Refuses to mark an appointment as missed before its start.
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
/// An appointment that a refusal names.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Other {
    /// Its id.
    pub id: String,
    /// Its code.
    pub code: String,
    /// Its local date.
    pub date: NaiveDate,
    /// Its local start.
    pub start_time: NaiveTime,
    /// Its doctor's name.
    pub doctor: Option<String>,
    /// Its patient's name, if the caller may see it.
    pub patient: Option<String>,
}

impl Other {
    /// The appointment of a visit; its patient only if `shows_patient`.
    pub fn of(visit: &Visit, shows_patient: bool) -> Other {
        let Appointment { id, code, date, start_time, .. } = visit.appointment.as_ref();
        Other {
            id: id.clone(),
            code: code.clone(),
            date: *date,
            start_time: *start_time,
            doctor: visit.doctor.as_deref().map(|doctor| doctor.full_name.clone()),
            patient: shows_patient.then(|| visit.patient.full_name.clone()),
        }
    }

    /// Code, day, time and doctor, for the details of a refusal.
    pub fn detail(&self) -> BTreeMap<String, Detail> {
        let text = |text: &str| Detail::Text(text.to_owned());
        BTreeMap::from([
            ("code".to_owned(), text(&self.code)),
            ("date".to_owned(), text(&self.date.to_string())),
            ("start_time".to_owned(), text(&hhmm(self.start_time))),
            ("doctor".to_owned(), self.doctor.as_deref().into()),
        ])
    }

    /// `YM4MG7: Rosa Mejía, Tue 16 Jun 10:00, Dr. García`.
    pub fn line(&self) -> String {
        let when = format!("{} {}", dated(self.date, "%a %-d %b"), hhmm(self.start_time));
        let parts = [self.patient.as_deref(), Some(when.as_str()), self.doctor.as_deref()];
        format!("{}: {}", self.code, parts.into_iter().flatten().collect::<Vec<_>>().join(", "))
    }
}
