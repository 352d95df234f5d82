//! The public JSON of the waiting list.

use crate::app::waitlist::Waiting;
use crate::domain::record::Patient;
use crate::domain::status::Status;
use crate::domain::waitlist::{Half, Standing};
use crate::formats::appointment::{
    At, Clock, DoctorInside, Id, NamedView, On, branch_inside, doctor_inside, inside, view,
};
use schemars::JsonSchema;
use serde::Serialize;

/// The patient who waits.
#[derive(Serialize, JsonSchema)]
struct PersonView<'a> {
    id: Id<'a>,
    code: &'a str,
    full_name: &'a str,
    phone: &'a str,
}

/// The appointment of a patient who wants an earlier time.
#[derive(Serialize, JsonSchema)]
struct WaitedFor<'a> {
    id: Id<'a>,
    code: &'a str,
    status: Status,
    starts_at: At,
    date: On,
    start_time: Clock,
}

/// A held slot, and when the hold ends.
#[derive(Serialize, JsonSchema)]
struct HoldView<'a> {
    until: At,
    until_time: Clock,
    starts_at: At,
    ends_at: At,
    date: On,
    start_time: Clock,
    doctor: Option<DoctorInside<'a>>,
}

/// The patients to call for a time that became free.
#[derive(Serialize, JsonSchema)]
pub(crate) struct CallList<'a> {
    pub(crate) waiting: Vec<WaitingView<'a>>,
}

/// The accepted entry.
#[derive(Serialize, JsonSchema)]
pub(crate) struct AcceptedView<'a> {
    pub(crate) entry: WaitingView<'a>,
}

impl WaitingView<'_> {
    /// The entry without its patient and note.
    #[must_use]
    pub(crate) fn veiled(self) -> Self {
        WaitingView { patient: None, note: None, ..self }
    }
}

view! {
    /// An entry of the waiting list.
    pub struct WaitingView<'a> by entry(waiting: &'a Waiting) where {
        let Waiting { entry, patient, branch, doctor, service, visit, hold_doctor, zone, now } = waiting;
        let at = |instant| At(zone.rfc3339(instant));
        let Patient { id, code, full_name, phone, .. } = patient;
        let waited_for = visit.as_ref().map(|visit| WaitedFor {
            id: Id(&visit.appointment.id),
            code: &visit.appointment.code,
            status: visit.appointment.status,
            starts_at: At(visit.zone.rfc3339(visit.appointment.span.start)),
            date: On(visit.appointment.date),
            start_time: Clock(visit.appointment.start_time),
        });
        let hold = entry.held(*now).map(|hold| HoldView {
            until: at(hold.until),
            until_time: Clock(zone.wall(hold.until).time()),
            starts_at: at(hold.span.start),
            ends_at: at(hold.span.end),
            date: On(zone.wall(hold.span.start).date()),
            start_time: Clock(zone.wall(hold.span.start).time()),
            doctor: hold_doctor.as_ref().map(doctor_inside),
        });
    } {
        id: Id<'a> = Id(&entry.id),
        code: &'a str = &entry.code,
        status: Standing = entry.status,
        patient: Option<PersonView<'a>> = Some(PersonView { id: Id(id), code, full_name, phone }),
        appointment: Option<WaitedFor<'a>> = waited_for,
        doctor: Option<DoctorInside<'a>> = doctor.as_ref().map(doctor_inside),
        service: Option<NamedView<'a>> = service.as_ref().map(|it| inside(&it.id, &it.code, &it.name)),
        branch: NamedView<'a> = branch_inside(branch),
        session: Option<&'a str> = entry.session.as_deref(),
        half: Option<Half> = entry.half,
        from: Option<On> = entry.from.map(On),
        to: Option<On> = entry.to.map(On),
        duration_minutes: Option<i64> = entry.minutes,
        note: Option<&'a str> = entry.note.as_deref(),
        hold: Option<HoldView<'a>> = hold,
        created_at: At = at(entry.created_at),
        updated_at: At = at(entry.updated_at),
    }
}

/// Several entries.
pub fn entries(waiting: &[Waiting]) -> Vec<WaitingView<'_>> {
    waiting.iter().map(entry).collect()
}
