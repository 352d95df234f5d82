//! The public JSON that leaves by more than one door: the appointment object.
//!
//! A command's answer and a webhook show the same object, so its one shape is in a room that both may
//! know; a change of the schema never changes it by accident.

use crate::domain::appointment::Visit;
use crate::domain::ids;
use crate::domain::record::{Branch, Doctor};
use crate::domain::time::{Instant, hhmm};
use serde::Serialize;
use serde_json::Value;

/// The value as JSON; these structures hold nothing that JSON can't.
pub fn json<T: Serialize>(view: &T) -> Value {
    serde_json::to_value(view).unwrap_or(Value::Null)
}

/// An object of those keys, in that order.
pub fn object(pairs: Vec<(&str, Value)>) -> Value {
    Value::Object(pairs.into_iter().map(|(key, value)| (key.to_owned(), value)).collect())
}

#[derive(Serialize)]
struct AppointmentView<'a> {
    id: &'a str,
    code: &'a str,
    clinic_id: &'a str,
    branch_id: &'a str,
    doctor_id: Option<&'a str>,
    patient_id: &'a str,
    service_id: Option<&'a str>,
    date: String,
    start_time: String,
    end_time: String,
    timezone: &'a str,
    starts_at: String,
    ends_at: String,
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
    follow_up_date: Option<String>,
    source: &'a str,
    external_reference_id: Option<&'a str>,
    idempotency_key: String,
    patient: PatientInside<'a>,
    doctor: Option<DoctorInside<'a>>,
    branch: NamedInside<'a>,
    service: Option<NamedInside<'a>>,
    created_at: String,
    updated_at: String,
    confirmed_at: Option<String>,
    checked_in_at: Option<String>,
    started_at: Option<String>,
    completed_at: Option<String>,
    cancelled_at: Option<String>,
    no_show_at: Option<String>,
    cancellation_reason: Option<&'a str>,
    reschedule_count: i64,
}

#[derive(Serialize)]
struct PatientInside<'a> {
    id: &'a str,
    code: &'a str,
    full_name: &'a str,
    phone: &'a str,
    no_show_count: i64,
}

#[derive(Serialize)]
/// A doctor inside another record.
pub(crate) struct DoctorInside<'a> {
    id: &'a str,
    code: &'a str,
    full_name: &'a str,
    specialty: Option<&'a str>,
}

#[derive(Serialize)]
/// A named record inside another.
pub(crate) struct NamedInside<'a> {
    id: &'a str,
    code: &'a str,
    name: &'a str,
}

/// An appointment that is written as the appointment object.
pub(crate) struct Shown<'a>(pub(crate) &'a Visit);

impl Serialize for Shown<'_> {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        appointment_view(self.0).serialize(serializer)
    }
}

/// The appointment object.
pub fn appointment(visit: &Visit) -> Value {
    json(&Shown(visit))
}

fn appointment_view(visit: &Visit) -> AppointmentView<'_> {
    let Visit { appointment, patient, doctor, branch, service, zone } = visit;
    let at = |instant: Option<Instant>| instant.map(|instant| zone.rfc3339(instant));
    let stamps = &appointment.stamps;
    AppointmentView {
        id: &appointment.id,
        code: &appointment.code,
        clinic_id: &appointment.clinic_id,
        branch_id: &appointment.branch_id,
        doctor_id: appointment.doctor_id.as_deref(),
        patient_id: &appointment.patient_id,
        service_id: appointment.service_id.as_deref(),
        date: appointment.date.to_string(),
        start_time: hhmm(appointment.start_time),
        end_time: hhmm(zone.wall(appointment.span.end).time()),
        timezone: &appointment.timezone,
        starts_at: zone.rfc3339(appointment.span.start),
        ends_at: zone.rfc3339(appointment.span.end),
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
        follow_up_date: appointment.follow_up_date.map(|date| date.to_string()),
        source: &appointment.source,
        external_reference_id: appointment.external_reference_id.as_deref(),
        idempotency_key: appointment
            .idempotency_key
            .clone()
            .unwrap_or_else(|| ids::made_key(&appointment.source, &appointment.id)),
        patient: PatientInside {
            id: &patient.id,
            code: &patient.code,
            full_name: &patient.full_name,
            phone: &patient.phone,
            no_show_count: patient.no_show_count,
        },
        doctor: doctor.as_deref().map(doctor_inside),
        branch: branch_inside(branch),
        service: service.as_deref().map(|service| NamedInside {
            id: &service.id,
            code: &service.code,
            name: &service.name,
        }),
        created_at: zone.rfc3339(appointment.created_at),
        updated_at: zone.rfc3339(appointment.updated_at),
        confirmed_at: at(stamps.confirmed_at),
        checked_in_at: at(stamps.checked_in_at),
        started_at: at(stamps.started_at),
        completed_at: at(stamps.completed_at),
        cancelled_at: at(stamps.cancelled_at),
        no_show_at: at(stamps.no_show_at),
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
