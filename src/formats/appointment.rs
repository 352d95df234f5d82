//! The public JSON of an appointment, shared by command output and webhooks. A change of the database's
//! schema must not change it by accident.

use crate::domain::access::{KeyStatus, Scope};
use crate::domain::appointment::Visit;
use crate::domain::delivery::State;
use crate::domain::ids;
use crate::domain::record::{Attendee, Branch, Doctor, Label, Patient};
use crate::domain::refusal::Code;
use crate::domain::reminder::{Kind, MessageStatus};
use crate::domain::reply::{Meaning, Outcome, Why};
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

/// The value as JSON; these types can always be serialized.
pub fn json<T: Serialize>(view: &T) -> Value {
    serde_json::to_value(view).unwrap_or(Value::Null)
}

pub(crate) struct Id<'a>(pub(crate) &'a str);

/// An instant in RFC 3339.
pub(crate) struct At(pub(crate) String);

/// A date: `2026-06-15`.
pub(crate) struct On(pub(crate) NaiveDate);

/// A wall-clock time of the clinic or branch: `14:30`.
pub(crate) struct Clock(pub(crate) NaiveTime);

/// A wall-clock date and time: `2026-06-15T14:30`.
pub(crate) struct Wall(pub(crate) NaiveDateTime);

/// Always `true`: for keys that are either there or not.
pub(crate) struct True;

#[derive(Debug)]
pub(crate) struct HttpStatus(pub(crate) u16);

/// Implements `Serialize` and `JsonSchema`.
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

/// Defines a view and the function that fills it: name, type and value of each field in one place.
macro_rules! view {
    (
        $(#[$about:meta])*
        $vis:vis struct $view:ident $(<$life:lifetime>)?
            by $fill:ident $(<$kind:ident: $bound:path>)? ($($given:ident: $of:ty),* $(,)?)
            $(where { $($begin:tt)* })?
        { $($(#[$more:meta])* $field:ident: $type:ty = $value:expr,)* }
    ) => {
        $(#[$about])*
        #[derive(serde::Serialize, schemars::JsonSchema)]
        $vis struct $view<$($life)?> {
            $($(#[$more])* $field: $type,)*
        }

        $(#[$about])*
        $vis fn $fill<$($life,)? $($kind: $bound)?>($($given: $of),*) -> $view<$($life)?> {
            $($($begin)*)?
            $view { $($field: $value,)* }
        }
    };
}
pub(crate) use view;

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
words!(
    By,
    Code,
    DeliveryStatus,
    Event,
    Half,
    KeyStatus,
    Kind,
    Meaning,
    MessageStatus,
    Outcome,
    Scope,
    Standing,
    State,
    Status,
    Why
);

/// The patient of an appointment.
#[derive(Serialize, JsonSchema)]
pub(crate) struct PatientInside<'a> {
    id: Id<'a>,
    code: &'a str,
    full_name: &'a str,
    phone: &'a str,
    no_show_count: i64,
}

/// A patient's record that can be part of an appointment's JSON.
pub(crate) trait Told {
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

view! {
    /// An appointment, with the records that it names.
    pub(crate) struct AppointmentView<'a> by appointment<P: Told>(visit: &'a Visit<P>) where {
        let Visit { appointment, patient, doctor, branch, service, zone } = visit;
        let at = |instant: Instant| At(zone.rfc3339(instant));
        let stamps = &appointment.stamps;
    } {
        id: Id<'a> = Id(&appointment.id),
        code: &'a str = &appointment.code,
        clinic_id: Id<'a> = Id(&appointment.clinic_id),
        branch_id: Id<'a> = Id(&appointment.branch_id),
        doctor_id: Option<Id<'a>> = appointment.doctor_id.as_deref().map(Id),
        patient_id: Id<'a> = Id(&appointment.patient_id),
        service_id: Option<Id<'a>> = appointment.service_id.as_deref().map(Id),
        date: On = On(appointment.date),
        start_time: Clock = Clock(appointment.start_time),
        end_time: Clock = Clock(zone.wall(appointment.span.end).time()),
        timezone: &'a str = &appointment.timezone,
        starts_at: At = at(appointment.span.start),
        ends_at: At = at(appointment.span.end),
        duration_minutes: i64 = appointment.duration_minutes(),
        session: Option<&'a str> = appointment.session.as_deref(),
        batch: Option<&'a str> = appointment.batch.as_deref(),
        token_number: i64 = appointment.token_number,
        status: Status = appointment.status,
        overbooked: bool = appointment.overbooked,
        visit_type: Option<&'a str> = appointment.visit_type.as_deref(),
        assigned_doctor: Option<&'a str> = appointment.assigned_doctor.as_deref(),
        reason: Option<&'a str> = appointment.reason.as_deref(),
        notes: Option<&'a str> = appointment.notes.as_deref(),
        diagnosis: Option<&'a str> = appointment.diagnosis.as_deref(),
        prescription: Option<&'a str> = appointment.prescription.as_deref(),
        follow_up_required: bool = appointment.follow_up_required,
        follow_up_date: Option<On> = appointment.follow_up_date.map(On),
        source: &'a str = &appointment.source,
        external_reference_id: Option<&'a str> = appointment.external_reference_id.as_deref(),
        idempotency_key: Cow<'a, str> = match &appointment.idempotency_key {
            Some(given) => Cow::Borrowed(given),
            None => Cow::Owned(ids::made_key(&appointment.source, &appointment.id)),
        },
        patient: PatientInside<'a> = patient.inside(),
        doctor: Option<DoctorInside<'a>> = doctor.as_deref().map(doctor_inside),
        branch: NamedView<'a> = branch_inside(branch),
        service: Option<NamedView<'a>> =
            service.as_deref().map(|service| inside(&service.id, &service.code, &service.name)),
        created_at: At = at(appointment.created_at),
        updated_at: At = at(appointment.updated_at),
        confirmed_at: Option<At> = stamps.confirmed_at.map(at),
        checked_in_at: Option<At> = stamps.checked_in_at.map(at),
        started_at: Option<At> = stamps.started_at.map(at),
        completed_at: Option<At> = stamps.completed_at.map(at),
        cancelled_at: Option<At> = stamps.cancelled_at.map(at),
        no_show_at: Option<At> = stamps.no_show_at.map(at),
        cancellation_reason: Option<&'a str> = appointment.cancellation_reason.as_deref(),
        reschedule_count: i64 = appointment.reschedule_count,
        confirmed_by_patient_at: Option<At> = appointment.confirmed_by_patient_at.map(at),
    }
}

view! {
    /// A doctor inside another record.
    pub(crate) struct DoctorInside<'a> by doctor_inside(doctor: &'a Doctor) where {
        let Doctor { id, code, full_name, specialty, .. } = doctor;
    } {
        id: Id<'a> = Id(id),
        code: &'a str = code,
        full_name: &'a str = full_name,
        specialty: Option<&'a str> = specialty.as_deref(),
    }
}

view! {
    /// A record inside another.
    pub(crate) struct NamedView<'a> by inside(id: &'a str, code: &'a str, name: &'a str) {
        id: Id<'a> = Id(id),
        code: &'a str = code,
        name: &'a str = name,
    }
}

pub(crate) fn branch_inside(branch: &Branch) -> NamedView<'_> {
    inside(&branch.id, &branch.code, &branch.name)
}

pub(crate) fn label_inside(label: &Label) -> NamedView<'_> {
    inside(&label.id, &label.code, &label.name)
}

view! {
    /// The ids of an appointment and of what it names.
    pub(crate) struct AppointmentIds<'a> by appointment_ids(visit: &'a Visit) where {
        let appointment = &visit.appointment;
    } {
        id: Id<'a> = Id(&appointment.id),
        clinic_id: Id<'a> = Id(&appointment.clinic_id),
        branch_id: Id<'a> = Id(&appointment.branch_id),
        doctor_id: Option<Id<'a>> = appointment.doctor_id.as_deref().map(Id),
        patient_id: Id<'a> = Id(&appointment.patient_id),
        service_id: Option<Id<'a>> = appointment.service_id.as_deref().map(Id),
    }
}
