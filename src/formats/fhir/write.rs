//! Converts records to FHIR resources. FHIR has no nulls, empty arrays or empty texts, so empty elements are
//! left out.

use super::{
    CANCELLATION_REASONS, CODE, EXTERNAL_REFERENCE, IDEMPOTENCY_KEY, LANGUAGES, NATIONAL_ID, STATUS, of_ours,
    urn,
};
use crate::domain::appointment::Visit;
use crate::domain::interval::Interval;
use crate::domain::record;
use crate::domain::status::Status;
use crate::domain::time::{Instant, Zone};
use serde::Serialize;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

/// A text as FHIR allows it: no control characters but tab and line ends, no space but the plain one; `None`
/// if nothing visible is left.
/// <https://hl7.org/fhir/R4/datatypes.html#string>
pub fn text(text: &str) -> Option<String> {
    let kept = |c: char| match c {
        '\t' | '\r' | '\n' => Some(c),
        c if c.is_control() => None,
        // FHIR has only the plain space; some programs treat these as spaces.
        c if c.is_whitespace() || matches!(c, '\u{feff}' | '\u{180e}') => Some(' '),
        c => Some(c),
    };
    let text: String = text.chars().filter_map(kept).collect();
    if text.trim().is_empty() { None } else { Some(text) }
}

/// The type of a bundle.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A set of resources.
    Collection,
    /// Search results: appointments match, the other resources are included.
    Searchset,
}

/// The beginning of a bundle's text; `total` is the number of matching appointments of a `Searchset`.
pub fn head(kind: Kind, at: &str, total: u64) -> String {
    let more = match kind {
        Kind::Collection => format!("collection\",\"timestamp\":\"{at}\""),
        Kind::Searchset => format!("searchset\",\"timestamp\":\"{at}\",\"total\":{total}"),
    };
    format!("{{\"resourceType\":\"Bundle\",\"type\":\"{more},\"entry\":[\n")
}

/// The end of a bundle's text.
pub const FOOT: &str = "\n]}\n";

/// A resource as an entry of a bundle.
pub fn entry(kind: Kind, resource: Value) -> Value {
    let mode = if resource["resourceType"] == "Appointment" { "match" } else { "include" };
    let mut entry = json!({
        "fullUrl": urn(resource["id"].as_str().unwrap_or_default()),
        "resource": resource,
        "search": (kind == Kind::Searchset).then(|| json!({ "mode": mode })),
    });
    leave_out_nothings(&mut entry);
    entry
}

fn leave_out_nothings(value: &mut Value) {
    let says_something = |value: &Value| match value {
        Value::Null => false,
        Value::Array(items) => !items.is_empty(),
        Value::Object(elements) => !elements.is_empty(),
        _ => true,
    };
    match value {
        Value::Array(items) => {
            items.iter_mut().for_each(leave_out_nothings);
            items.retain(says_something);
        }
        Value::Object(elements) => {
            elements.values_mut().for_each(leave_out_nothings);
            elements.retain(|_, value| says_something(value));
        }
        _ => {}
    }
}

/// One of our extensions; `kind` is the key of the value: `valueString`, `valueInstant` …
fn extension<T: Serialize>(name: &str, kind: &str, value: Option<T>) -> Option<Value> {
    value.map(|value| json!({ "url": of_ours(name), kind: value }))
}

fn string(name: &str, value: Option<&str>) -> Option<Value> {
    extension(name, "valueString", value.and_then(text))
}

/// Written only if true.
fn flag(name: &str, value: bool) -> Option<Value> {
    extension(name, "valueBoolean", value.then_some(true))
}

/// Left out if it does not fit into FHIR's 32 bits.
fn integer(name: &str, value: Option<i64>) -> Option<Value> {
    extension(name, "valueInteger", value.and_then(|value| i32::try_from(value).ok()))
}

fn identifier(system: &str, value: Option<&str>) -> Option<Value> {
    Some(json!({ "system": of_ours(system), "value": text(value?)? }))
}

fn in_words(words: Option<&str>) -> Value {
    json!({ "text": words.and_then(text) })
}

fn refer(id: &str, display: Option<&str>) -> Value {
    json!({ "reference": urn(id), "display": display.and_then(text) })
}

/// An id that is the same for the same words: UUID version 8 of RFC 9562.
fn made_id(words: &[&str]) -> String {
    let digest = Sha256::digest(words.join("\n"));
    let mut bytes = [0; 16];
    bytes.iter_mut().zip(digest).for_each(|(byte, made)| *byte = made);
    uuid::Builder::from_custom_bytes(bytes).into_uuid().to_string()
}

/// A patient. `national_id` is whole or `None`, never a part of it. `link` is true if the record that this
/// one was merged into is in the bundle, too.
pub fn patient(patient: &record::Patient, national_id: Option<&str>, zone: &Zone, link: bool) -> Value {
    let kept = patient.merged_into.as_deref().filter(|_| link);
    let reach = |system: &str, value: Option<&str>| Some(json!({ "system": system, "value": text(value?)? }));
    let language = patient.locale.as_deref().map(|locale| {
        json!({ "language": { "coding": [{ "system": LANGUAGES, "code": locale }] }, "preferred": true })
    });
    let channels = patient.channels.as_ref().map(|channels| channels.join(","));
    json!({
        "resourceType": "Patient",
        "id": patient.id,
        "meta": { "lastUpdated": zone.rfc3339(patient.updated_at) },
        "extension": [
            extension("created-at", "valueInstant", Some(zone.rfc3339(patient.created_at))),
            integer("no-show-count", Some(patient.no_show_count)),
            flag("opt-out", patient.opt_out),
            string("channels", channels.as_deref()),
            extension("erased-at", "valueInstant", patient.erased_at.map(|at| zone.rfc3339(at))),
        ],
        "identifier": [identifier(CODE, Some(&patient.code)), identifier(NATIONAL_ID, national_id)],
        "active": patient.active,
        "name": [in_words(Some(&patient.full_name))],
        "telecom": [reach("phone", Some(&patient.phone)), reach("email", patient.email.as_deref())],
        "communication": [language],
        "link": [kept.map(|id| json!({ "other": refer(id, None), "type": "replaced-by" }))],
    })
}

/// A doctor.
pub fn practitioner(doctor: &record::Doctor, zone: &Zone) -> Value {
    json!({
        "resourceType": "Practitioner",
        "id": doctor.id,
        "extension": [
            extension("created-at", "valueInstant", Some(zone.rfc3339(doctor.created_at))),
            integer("slot-minutes", doctor.slot_minutes),
            integer("buffer-before", Some(doctor.buffer_before)),
            integer("buffer-after", Some(doctor.buffer_after)),
        ],
        "identifier": [identifier(CODE, Some(&doctor.code))],
        "active": doctor.active,
        "name": [in_words(Some(&doctor.full_name))],
        "qualification": [{ "code": in_words(doctor.specialty.as_deref()) }],
    })
}

/// A branch; `zone` is for its timestamps.
pub fn location(branch: &record::Branch, zone: &Zone) -> Value {
    json!({
        "resourceType": "Location",
        "id": branch.id,
        "extension": [
            extension("created-at", "valueInstant", Some(zone.rfc3339(branch.created_at))),
            string("timezone", branch.timezone.as_deref()),
        ],
        "identifier": [identifier(CODE, Some(&branch.code))],
        "status": if branch.active { "active" } else { "inactive" },
        "name": text(&branch.name),
    })
}

/// A service.
pub fn service(service: &record::Service, zone: &Zone) -> Value {
    json!({
        "resourceType": "HealthcareService",
        "id": service.id,
        "extension": [
            extension("created-at", "valueInstant", Some(zone.rfc3339(service.created_at))),
            integer("duration-minutes", service.duration_minutes),
        ],
        "identifier": [identifier(CODE, Some(&service.code))],
        "active": service.active,
        "name": text(&service.name),
        "appointmentRequired": true,
    })
}

/// The id of the resource that [`schedule`] returns.
fn schedule_id(doctor_id: Option<&str>, branch_id: &str) -> String {
    made_id(&["schedule", doctor_id.unwrap_or("pooled"), branch_id])
}

/// The schedule of a doctor at a branch, or of the branch's pooled windows.
pub fn schedule(doctor: Option<&record::Doctor>, branch: &record::Branch) -> Value {
    json!({
        "resourceType": "Schedule",
        "id": schedule_id(doctor.map(|doctor| doctor.id.as_str()), &branch.id),
        "active": branch.active && doctor.is_none_or(|doctor| doctor.active),
        "specialty": [in_words(doctor.and_then(|doctor| doctor.specialty.as_deref()))],
        "actor": [
            doctor.map(|doctor| refer(&doctor.id, Some(&doctor.full_name))),
            Some(refer(&branch.id, Some(&branch.name))),
        ],
    })
}

/// A free slot.
#[derive(Debug, Clone, Copy)]
pub struct Free<'a> {
    /// The doctor; `None` in a pooled window.
    pub doctor_id: Option<&'a str>,
    /// The branch.
    pub branch_id: &'a str,
    /// The service, if the slot is for one.
    pub service: Option<&'a record::Service>,
    /// The time.
    pub span: Interval,
    /// Places that are left, if the window has a capacity.
    pub capacity_left: Option<i64>,
}

/// The resource of a free slot.
pub fn free(free: &Free<'_>, zone: &Zone) -> Value {
    let schedule = schedule_id(free.doctor_id, free.branch_id);
    let (start, end) = (free.span.start.unix().to_string(), free.span.end.unix().to_string());
    let service_id = free.service.map_or("", |service| service.id.as_str());
    json!({
        "resourceType": "Slot",
        "id": made_id(&["free", &schedule, service_id, &start, &end]),
        "extension": [integer("capacity-left", free.capacity_left)],
        "serviceType": [free.service.and_then(what_for)],
        "schedule": refer(&schedule, None),
        "status": "free",
        "start": zone.rfc3339(free.span.start),
        "end": zone.rfc3339(free.span.end),
    })
}

fn what_for(service: &record::Service) -> Option<Value> {
    let words = text(&service.name)?;
    Some(json!({ "coding": [{ "system": of_ours("service"), "code": service.code }], "text": words }))
}

fn busy_id(visit: &Visit) -> String {
    made_id(&["busy", &visit.appointment.id])
}

/// The busy slot of an appointment; `None` if its status takes up no time.
pub fn busy(visit: &Visit) -> Option<Value> {
    let Visit { appointment, zone, .. } = visit;
    let schedule = schedule_id(appointment.doctor_id.as_deref(), &appointment.branch_id);
    appointment.status.occupies().then(|| {
        json!({
            "resourceType": "Slot",
            "id": busy_id(visit),
            "serviceType": [visit.service.as_deref().and_then(what_for)],
            "schedule": refer(&schedule, None),
            "status": "busy",
            "start": zone.rfc3339(appointment.span.start),
            "end": zone.rfc3339(appointment.span.end),
            "overbooked": appointment.overbooked.then_some(true),
        })
    })
}

/// FHIR's status. The exact one is in an extension.
fn public_status(status: Status) -> &'static str {
    match status {
        Status::Scheduled | Status::Confirmed => "booked",
        Status::CheckedIn | Status::InProgress => "checked-in",
        Status::Completed => "fulfilled",
        Status::Cancelled => "cancelled",
        Status::NoShow => "noshow",
    }
}

/// Whether the patient has confirmed or come.
fn is_accepted(visit: &Visit) -> bool {
    let appointment = &visit.appointment;
    matches!(
        appointment.status,
        Status::Confirmed | Status::CheckedIn | Status::InProgress | Status::Completed
    ) || (!appointment.status.occupies() && appointment.stamps.confirmed_at.is_some())
}

/// An appointment; `window` is the code of its window.
pub fn appointment(visit: &Visit, window: Option<&str>) -> Value {
    let Visit { appointment, patient, doctor, branch, service, zone } = visit;
    let stamp = |name: &str, at: Option<Instant>| {
        extension(name, "valueInstant", at.map(|instant| zone.rfc3339(instant)))
    };
    let stamps = &appointment.stamps;
    let part = |id: &str, name: &str, accepted: bool| {
        let status = if accepted { "accepted" } else { "needs-action" };
        json!({ "actor": refer(id, Some(name)), "required": "required", "status": status })
    };
    // Constraint app-4 allows a reason only for cancelled appointments; R4 expects one of its codes.
    let cancelation_reason = (appointment.status == Status::Cancelled).then(|| {
        let words = appointment.cancellation_reason.as_deref().and_then(text);
        json!({ "coding": [{ "system": CANCELLATION_REASONS, "code": "other" }], "text": words })
    });
    let extension = [
        extension(STATUS, "valueCode", Some(appointment.status.as_str())),
        string("timezone", Some(&appointment.timezone)),
        string("window", window),
        string("session", appointment.session.as_deref()),
        string("batch", appointment.batch.as_deref()),
        integer("capacity", appointment.capacity),
        integer("token-number", Some(appointment.token_number)),
        flag("overbooked", appointment.overbooked),
        string("assigned-doctor", appointment.assigned_doctor.as_deref()),
        string("diagnosis", appointment.diagnosis.as_deref()),
        string("prescription", appointment.prescription.as_deref()),
        flag("follow-up-required", appointment.follow_up_required),
        extension("follow-up-date", "valueDate", appointment.follow_up_date.map(|date| date.to_string())),
        string("source", Some(&appointment.source)),
        integer("reschedule-count", Some(appointment.reschedule_count)),
        stamp("confirmed-at", stamps.confirmed_at),
        stamp("checked-in-at", stamps.checked_in_at),
        stamp("started-at", stamps.started_at),
        stamp("completed-at", stamps.completed_at),
        stamp("cancelled-at", stamps.cancelled_at),
        stamp("no-show-at", stamps.no_show_at),
    ];
    json!({
        "resourceType": "Appointment",
        "id": appointment.id,
        "meta": { "lastUpdated": zone.rfc3339(appointment.updated_at) },
        "extension": extension,
        "identifier": [
            identifier(CODE, Some(&appointment.code)),
            identifier(EXTERNAL_REFERENCE, appointment.external_reference_id.as_deref()),
            identifier(IDEMPOTENCY_KEY, appointment.idempotency_key.as_deref()),
        ],
        "status": public_status(appointment.status),
        "cancelationReason": cancelation_reason,
        "serviceType": [service.as_deref().and_then(what_for)],
        "appointmentType": in_words(appointment.visit_type.as_deref()),
        "reasonCode": [in_words(appointment.reason.as_deref())],
        "start": zone.rfc3339(appointment.span.start),
        "end": zone.rfc3339(appointment.span.end),
        "minutesDuration": appointment.duration_minutes(),
        "slot": [appointment.status.occupies().then(|| refer(&busy_id(visit), None))],
        "created": zone.rfc3339(appointment.created_at),
        "comment": appointment.notes.as_deref().and_then(text),
        "participant": [
            part(&patient.id, &patient.full_name, is_accepted(visit)),
            doctor.as_ref().map_or(Value::Null, |doctor| part(&doctor.id, &doctor.full_name, true)),
            part(&branch.id, &branch.name, true),
            service.as_ref().map_or(Value::Null, |service| part(&service.id, &service.name, true)),
        ],
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_keeps_its_letters_and_lines_and_loses_what_fhir_has_no_place_for() {
        for (given, kept) in [
            ("Ana Mejía, ñ; 漢字 🌺", Some("Ana Mejía, ñ; 漢字 🌺")),
            ("one\r\ntwo\tthree", Some("one\r\ntwo\tthree")),
            ("red\u{1b}[31m\u{0}", Some("red[31m")),
            ("a\u{a0}b\u{3000}c\u{85}", Some("a b c")),
            ("", None),
            (" \n\u{a0}", None),
            ("\u{7}", None),
        ] {
            assert_eq!(text(given).as_deref(), kept, "{given:?}");
        }
    }
}
