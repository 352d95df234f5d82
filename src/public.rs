//! The public JSON that leaves by more than one door: the appointment object.
//!
//! A command's answer and a webhook show the same object, so its one shape is in a room that both may
//! know; a change of the schema never changes it by accident.

use crate::domain::access::{KeyStatus, Scope};
use crate::domain::appointment::Visit;
use crate::domain::ids;
use crate::domain::record::{Attendee, Branch, Doctor, Label, Patient};
use crate::domain::refusal::Code;
use crate::domain::reminder::{Kind, MessageStatus};
use crate::domain::report::By;
use crate::domain::status::Status;
use crate::domain::time::{Instant, hhmm};
use crate::domain::waitlist::{Half, Standing};
use crate::domain::webhook::{DeliveryStatus, Event};
use chrono::{NaiveDate, NaiveDateTime, NaiveTime};
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value;
use std::borrow::Cow;

/// The value as JSON; these structures hold nothing that JSON can't.
pub fn json<T: Serialize>(view: &T) -> Value {
    serde_json::to_value(view).unwrap_or(Value::Null)
}

/// A UUID.
pub(crate) struct Id<'a>(pub(crate) &'a str);

/// An instant in RFC 3339.
pub(crate) struct At(pub(crate) String);

/// A date: `2026-06-15`.
pub(crate) struct On(pub(crate) NaiveDate);

/// A time on the clock of the clinic or branch: `14:30`.
pub(crate) struct Clock(pub(crate) NaiveTime);

/// A date and time on that clock: `2026-06-15T14:30`.
pub(crate) struct Wall(pub(crate) NaiveDateTime);

/// Always `true`: the key is there, or it is not.
pub(crate) struct True;

/// The HTTP status of a refusal.
#[derive(Debug)]
pub(crate) struct HttpStatus(pub(crate) u16);

/// How a type is written as JSON, and the schema of that.
macro_rules! written {
    ($kind:ty, |$it:pat_param| $json:expr, $schema:tt) => {
        impl serde::Serialize for $kind {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error> {
                let $it = self;
                serde::Serialize::serialize(&$json, serializer)
            }
        }

        impl schemars::JsonSchema for $kind {
            fn inline_schema() -> bool {
                true
            }

            fn schema_name() -> std::borrow::Cow<'static, str> {
                stringify!($kind).into()
            }

            fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
                schemars::json_schema!($schema)
            }
        }
    };
}
pub(crate) use written;

written!(Id<'_>, |Id(id)| id, {"type": "string", "format": "uuid"});
written!(At, |At(at)| at, {"type": "string", "format": "date-time"});
written!(On, |On(date)| date.to_string(), {"type": "string", "format": "date"});
written!(Clock, |Clock(time)| hhmm(*time), {
    "type": "string",
    "pattern": "^([01][0-9]|2[0-3]):[0-5][0-9]$",
});
written!(Wall, |Wall(wall)| wall.format("%Y-%m-%dT%H:%M").to_string(), {
    "type": "string",
    "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}T([01][0-9]|2[0-3]):[0-5][0-9]$",
});
written!(True, |True| true, {"const": true});
written!(HttpStatus, |HttpStatus(status)| status, {
    "enum": std::collections::BTreeSet::from(Code::ALL.map(Code::status)),
});

macro_rules! words {
    ($($kind:ty),* $(,)?) => {
        $(written!($kind, |it| it.as_str(), {"enum": <$kind>::ALL.map(<$kind>::as_str)});)*
    };
}
words!(By, Code, DeliveryStatus, Event, Half, KeyStatus, Kind, MessageStatus, Scope, Standing, Status);

/// An appointment, with the records that it names.
#[derive(Serialize, JsonSchema)]
pub(crate) struct AppointmentView<'a> {
    id: Id<'a>,
    code: &'a str,
    clinic_id: Id<'a>,
    branch_id: Id<'a>,
    doctor_id: Option<Id<'a>>,
    patient_id: Id<'a>,
    service_id: Option<Id<'a>>,
    date: On,
    start_time: Clock,
    end_time: Clock,
    timezone: &'a str,
    starts_at: At,
    ends_at: At,
    duration_minutes: i64,
    session: Option<&'a str>,
    batch: Option<&'a str>,
    token_number: i64,
    status: Status,
    overbooked: bool,
    visit_type: Option<&'a str>,
    assigned_doctor: Option<&'a str>,
    reason: Option<&'a str>,
    notes: Option<&'a str>,
    diagnosis: Option<&'a str>,
    prescription: Option<&'a str>,
    follow_up_required: bool,
    follow_up_date: Option<On>,
    source: &'a str,
    external_reference_id: Option<&'a str>,
    idempotency_key: Cow<'a, str>,
    patient: PatientInside<'a>,
    doctor: Option<DoctorInside<'a>>,
    branch: NamedView<'a>,
    service: Option<NamedView<'a>>,
    created_at: At,
    updated_at: At,
    confirmed_at: Option<At>,
    checked_in_at: Option<At>,
    started_at: Option<At>,
    completed_at: Option<At>,
    cancelled_at: Option<At>,
    no_show_at: Option<At>,
    cancellation_reason: Option<&'a str>,
    reschedule_count: i64,
}

/// The patient of an appointment.
#[derive(Serialize, JsonSchema)]
pub(crate) struct PatientInside<'a> {
    id: Id<'a>,
    code: &'a str,
    full_name: &'a str,
    phone: &'a str,
    no_show_count: i64,
}

/// A doctor inside another record.
#[derive(Serialize, JsonSchema)]
pub(crate) struct DoctorInside<'a> {
    id: Id<'a>,
    code: &'a str,
    full_name: &'a str,
    specialty: Option<&'a str>,
}

/// A record inside another.
#[derive(Serialize, JsonSchema)]
pub(crate) struct NamedView<'a> {
    id: Id<'a>,
    code: &'a str,
    name: &'a str,
}

/// The ids of an appointment and of what it names.
#[derive(Serialize, JsonSchema)]
pub(crate) struct AppointmentIds<'a> {
    id: Id<'a>,
    clinic_id: Id<'a>,
    branch_id: Id<'a>,
    doctor_id: Option<Id<'a>>,
    patient_id: Id<'a>,
    service_id: Option<Id<'a>>,
}

/// What an appointment tells of its patient.
pub(crate) trait Told {
    /// It, as it stands inside another record.
    fn inside(&self) -> PatientInside<'_>;
}

macro_rules! told {
    ($($kind:ty),*) => {$(
        impl Told for $kind {
            fn inside(&self) -> PatientInside<'_> {
                let Self { id, code, full_name, phone, no_show_count, .. } = self;
                PatientInside { id: Id(id), code, full_name, phone, no_show_count: *no_show_count }
            }
        }
    )*};
}
told!(Patient, Attendee);

/// The appointment object.
pub(crate) fn appointment<P: Told>(visit: &Visit<P>) -> AppointmentView<'_> {
    let Visit { appointment, patient, doctor, branch, service, zone } = visit;
    let at = |instant: Instant| At(zone.rfc3339(instant));
    let stamps = &appointment.stamps;
    AppointmentView {
        id: Id(&appointment.id),
        code: &appointment.code,
        clinic_id: Id(&appointment.clinic_id),
        branch_id: Id(&appointment.branch_id),
        doctor_id: appointment.doctor_id.as_deref().map(Id),
        patient_id: Id(&appointment.patient_id),
        service_id: appointment.service_id.as_deref().map(Id),
        date: On(appointment.date),
        start_time: Clock(appointment.start_time),
        end_time: Clock(zone.wall(appointment.span.end).time()),
        timezone: &appointment.timezone,
        starts_at: at(appointment.span.start),
        ends_at: at(appointment.span.end),
        duration_minutes: appointment.duration_minutes(),
        session: appointment.session.as_deref(),
        batch: appointment.batch.as_deref(),
        token_number: appointment.token_number,
        status: appointment.status,
        overbooked: appointment.overbooked,
        visit_type: appointment.visit_type.as_deref(),
        assigned_doctor: appointment.assigned_doctor.as_deref(),
        reason: appointment.reason.as_deref(),
        notes: appointment.notes.as_deref(),
        diagnosis: appointment.diagnosis.as_deref(),
        prescription: appointment.prescription.as_deref(),
        follow_up_required: appointment.follow_up_required,
        follow_up_date: appointment.follow_up_date.map(On),
        source: &appointment.source,
        external_reference_id: appointment.external_reference_id.as_deref(),
        idempotency_key: match &appointment.idempotency_key {
            Some(given) => Cow::Borrowed(given),
            None => Cow::Owned(ids::made_key(&appointment.source, &appointment.id)),
        },
        patient: patient.inside(),
        doctor: doctor.as_deref().map(doctor_inside),
        branch: branch_inside(branch),
        service: service.as_deref().map(|service| inside(&service.id, &service.code, &service.name)),
        created_at: at(appointment.created_at),
        updated_at: at(appointment.updated_at),
        confirmed_at: stamps.confirmed_at.map(at),
        checked_in_at: stamps.checked_in_at.map(at),
        started_at: stamps.started_at.map(at),
        completed_at: stamps.completed_at.map(at),
        cancelled_at: stamps.cancelled_at.map(at),
        no_show_at: stamps.no_show_at.map(at),
        cancellation_reason: appointment.cancellation_reason.as_deref(),
        reschedule_count: appointment.reschedule_count,
    }
}

/// A doctor inside another record.
pub(crate) fn doctor_inside(doctor: &Doctor) -> DoctorInside<'_> {
    let Doctor { id, code, full_name, specialty, .. } = doctor;
    DoctorInside { id: Id(id), code, full_name, specialty: specialty.as_deref() }
}

/// A named record inside another.
pub(crate) fn inside<'a>(id: &'a str, code: &'a str, name: &'a str) -> NamedView<'a> {
    NamedView { id: Id(id), code, name }
}

/// A branch inside another record.
pub(crate) fn branch_inside(branch: &Branch) -> NamedView<'_> {
    inside(&branch.id, &branch.code, &branch.name)
}

/// What a record is called, inside another.
pub(crate) fn label_inside(label: &Label) -> NamedView<'_> {
    inside(&label.id, &label.code, &label.name)
}

/// The ids of an appointment and of what it names, and nothing else.
pub(crate) fn appointment_ids(visit: &Visit) -> AppointmentIds<'_> {
    let appointment = &visit.appointment;
    AppointmentIds {
        id: Id(&appointment.id),
        clinic_id: Id(&appointment.clinic_id),
        branch_id: Id(&appointment.branch_id),
        doctor_id: appointment.doctor_id.as_deref().map(Id),
        patient_id: Id(&appointment.patient_id),
        service_id: appointment.service_id.as_deref().map(Id),
    }
}
