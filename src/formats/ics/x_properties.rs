//! Our own properties (`X-TURNO-…`) of calendar entries. Diagnosis and prescription are in no calendar.

use crate::domain::appointment::Visit;
use crate::domain::ids;
use crate::domain::time::Instant;

/// Prefix of our properties' names.
pub const PREFIX: &str = "X-TURNO-";

/// The properties, and the import fields that they hold.
pub const NAMES: [(&str, &str); 28] = [
    ("CODE", "code"),
    ("STATUS", "status"),
    ("KEY", "idempotency_key"),
    ("NAME", "name"),
    ("PHONE", "phone"),
    ("DOCTOR", "doctor"),
    ("SERVICE", "service"),
    ("BRANCH", "branch"),
    ("REASON", "reason"),
    ("NOTES", "notes"),
    ("SESSION", "session"),
    ("BATCH", "batch"),
    ("TOKEN", "token_number"),
    ("VISIT-TYPE", "visit_type"),
    ("ASSIGNED-DOCTOR", "assigned_doctor"),
    ("SOURCE", "source"),
    ("EXTERNAL-REF", "external_ref"),
    ("OVERBOOKED", "overbook"),
    ("RESCHEDULED", "reschedule_count"),
    ("CANCELLATION-REASON", "cancellation_reason"),
    ("CONFIRMED-AT", "confirmed_at"),
    ("CHECKED-IN-AT", "checked_in_at"),
    ("STARTED-AT", "started_at"),
    ("COMPLETED-AT", "completed_at"),
    ("CANCELLED-AT", "cancelled_at"),
    ("NO-SHOW-AT", "no_show_at"),
    ("FOLLOW-UP", "follow_up_required"),
    ("FOLLOW-UP-DATE", "follow_up_date"),
];

/// The properties of a full calendar besides code and status.
pub fn whole(visit: &Visit) -> Vec<(&'static str, String)> {
    let Visit { appointment, patient, doctor, branch, service, zone } = visit;
    let stamps = &appointment.stamps;
    let made = || ids::made_key(&appointment.source, &appointment.id);
    let at = |instant: Option<Instant>| instant.map(|instant| zone.rfc3339(instant));
    let said = [
        ("KEY", Some(appointment.idempotency_key.clone().unwrap_or_else(made))),
        ("NAME", Some(patient.full_name.clone())),
        ("PHONE", Some(patient.phone.clone())),
        ("DOCTOR", doctor.as_ref().map(|doctor| doctor.code.clone())),
        ("SERVICE", service.as_ref().map(|service| service.code.clone())),
        ("BRANCH", Some(branch.code.clone())),
        ("REASON", appointment.reason.clone()),
        ("NOTES", appointment.notes.clone()),
        ("SESSION", appointment.session.clone()),
        ("BATCH", appointment.batch.clone()),
        ("TOKEN", Some(appointment.token_number.to_string())),
        ("VISIT-TYPE", appointment.visit_type.clone()),
        ("ASSIGNED-DOCTOR", appointment.assigned_doctor.clone()),
        ("SOURCE", Some(appointment.source.clone())),
        ("EXTERNAL-REF", appointment.external_reference_id.clone()),
        ("OVERBOOKED", appointment.overbooked.then(|| "true".to_owned())),
        ("RESCHEDULED", Some(appointment.reschedule_count.to_string())),
        ("CANCELLATION-REASON", appointment.cancellation_reason.clone()),
        ("CONFIRMED-AT", at(stamps.confirmed_at)),
        ("CHECKED-IN-AT", at(stamps.checked_in_at)),
        ("STARTED-AT", at(stamps.started_at)),
        ("COMPLETED-AT", at(stamps.completed_at)),
        ("CANCELLED-AT", at(stamps.cancelled_at)),
        ("NO-SHOW-AT", at(stamps.no_show_at)),
        ("FOLLOW-UP", appointment.follow_up_required.then(|| "true".to_owned())),
        ("FOLLOW-UP-DATE", appointment.follow_up_date.map(|date| date.to_string())),
    ];
    said.into_iter().filter_map(|(name, value)| Some((name, value?))).collect()
}
