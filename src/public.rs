//! The public JSON that leaves by more than one door: the appointment object.
//!
//! A command's answer and a webhook show the same object, so its one shape is in a room that both may
//! know; a change of the schema never changes it by accident.

use crate::domain::appointment::Visit;
use crate::domain::ids;
use crate::domain::record::{Attendee, Branch, Doctor, Label, Patient};
use crate::domain::time::{Instant, Zone, hhmm};
use chrono::{NaiveDate, NaiveTime};
use serde::{Serialize, Serializer};
use serde_json::Value;
use spell::{Spell, Text, view};
use std::borrow::Cow;
use std::io;

pub(crate) mod spell;

/// The value as JSON; these structures hold nothing that JSON can't.
pub fn json<T: Serialize>(view: &T) -> Value {
    serde_json::to_value(view).unwrap_or(Value::Null)
}

/// An object of those keys, in that order.
pub fn object(pairs: Vec<(&str, Value)>) -> Value {
    Value::Object(pairs.into_iter().map(|(key, value)| (key.to_owned(), value)).collect())
}

view! {
    struct AppointmentView<'a> {
        id: &'a str,
        code: &'a str,
        clinic_id: &'a str,
        branch_id: &'a str,
        doctor_id: Option<&'a str>,
        patient_id: &'a str,
        service_id: Option<&'a str>,
        date: On,
        start_time: Clock,
        end_time: Clock,
        timezone: &'a str,
        starts_at: At<'a>,
        ends_at: At<'a>,
        duration_minutes: i64,
        session: Option<&'a str>,
        batch: Option<&'a str>,
        token_number: i64,
        status: &'a str,
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
        branch: NamedInside<'a>,
        service: Option<NamedInside<'a>>,
        created_at: At<'a>,
        updated_at: At<'a>,
        confirmed_at: Option<At<'a>>,
        checked_in_at: Option<At<'a>>,
        started_at: Option<At<'a>>,
        completed_at: Option<At<'a>>,
        cancelled_at: Option<At<'a>>,
        no_show_at: Option<At<'a>>,
        cancellation_reason: Option<&'a str>,
        reschedule_count: i64,
    }
}

/// An instant, spelt by the rules of a zone.
pub(crate) struct At<'a>(pub(crate) &'a Zone, pub(crate) Instant);

/// A date.
pub(crate) struct On(pub(crate) NaiveDate);

/// A time on the wall clock.
pub(crate) struct Clock(pub(crate) NaiveTime);

/// What is a date or time spelt out, to `serde` as to [`Spell`].
macro_rules! spelt {
    ($kind:ty, |$it:ident| $spelled:expr) => {
        impl Serialize for $kind {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                let $it = self;
                serializer.serialize_str($spelled.as_str())
            }
        }

        impl Spell for $kind {
            fn spell(&self, out: &mut Text<'_>) -> io::Result<()> {
                let $it = self;
                out.put_plain($spelled.as_str());
                Ok(())
            }
        }
    };
}
spelt!(At<'_>, |at| at.0.rfc3339(at.1));
spelt!(On, |on| on.0.to_string());
spelt!(Clock, |clock| hhmm(clock.0));

view! {
    /// A patient inside another record.
    pub(crate) struct PatientInside<'a> {
        id: &'a str,
        code: &'a str,
        full_name: &'a str,
        phone: &'a str,
        no_show_count: i64,
    }
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
                PatientInside {
                    id: &self.id,
                    code: &self.code,
                    full_name: &self.full_name,
                    phone: &self.phone,
                    no_show_count: self.no_show_count,
                }
            }
        }
    )*};
}
told!(Patient, Attendee);

view! {
    /// A doctor inside another record.
    pub(crate) struct DoctorInside<'a> {
        id: &'a str,
        code: &'a str,
        full_name: &'a str,
        specialty: Option<&'a str>,
    }
}

view! {
    /// A named record inside another.
    pub(crate) struct NamedInside<'a> {
        id: &'a str,
        code: &'a str,
        name: &'a str,
    }
}

/// An appointment that is written as the appointment object.
pub(crate) struct Shown<'a, P = Patient>(pub(crate) &'a Visit<P>);

impl<P: Told> Serialize for Shown<'_, P> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        appointment_view(self.0).serialize(serializer)
    }
}

impl<P: Told> Spell for Shown<'_, P> {
    fn spell(&self, out: &mut Text<'_>) -> io::Result<()> {
        appointment_view(self.0).spell(out)
    }
}

/// The appointment object.
pub fn appointment(visit: &Visit) -> Value {
    json(&Shown(visit))
}

fn appointment_view<P: Told>(visit: &Visit<P>) -> AppointmentView<'_> {
    let Visit { appointment, patient, doctor, branch, service, zone } = visit;
    let at = |instant: Instant| At(zone, instant);
    let stamps = &appointment.stamps;
    AppointmentView {
        id: &appointment.id,
        code: &appointment.code,
        clinic_id: &appointment.clinic_id,
        branch_id: &appointment.branch_id,
        doctor_id: appointment.doctor_id.as_deref(),
        patient_id: &appointment.patient_id,
        service_id: appointment.service_id.as_deref(),
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
        status: appointment.status.as_str(),
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
        service: service.as_deref().map(|service| NamedInside {
            id: &service.id,
            code: &service.code,
            name: &service.name,
        }),
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
    DoctorInside {
        id: &doctor.id,
        code: &doctor.code,
        full_name: &doctor.full_name,
        specialty: doctor.specialty.as_deref(),
    }
}

/// A named record inside another.
pub(crate) fn inside(id: &str, code: &str, name: &str) -> Value {
    json(&NamedInside { id, code, name })
}

/// A branch inside another record.
pub(crate) fn branch_inside(branch: &Branch) -> NamedInside<'_> {
    NamedInside { id: &branch.id, code: &branch.code, name: &branch.name }
}

/// What a record is called, inside another.
pub(crate) fn label_inside(label: &Label) -> NamedInside<'_> {
    NamedInside { id: &label.id, code: &label.code, name: &label.name }
}

/// The ids of an appointment and of what it names, and nothing else.
pub fn appointment_ids(visit: &Visit) -> Value {
    let appointment = &visit.appointment;
    object(vec![
        ("id", appointment.id.as_str().into()),
        ("clinic_id", appointment.clinic_id.as_str().into()),
        ("branch_id", appointment.branch_id.as_str().into()),
        ("doctor_id", appointment.doctor_id.as_deref().into()),
        ("patient_id", appointment.patient_id.as_str().into()),
        ("service_id", appointment.service_id.as_deref().into()),
    ])
}
