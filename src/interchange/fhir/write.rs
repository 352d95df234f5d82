//! The book's records as resources.

use super::elements::{
    CodeableConcept, ContactPoint, Extensions, Meta, coded, human_name, identifier, in_words, refer, text,
};
use super::names::{
    CANCELLATION_REASONS, CODE, EXTERNAL_REFERENCE, IDEMPOTENCY_KEY, LANGUAGES, NATIONAL_ID, STATUS, of_ours,
    urn,
};
use super::resources::{
    Appointment, Communication, Entry, HealthcareService, Link, Location, Participant, Patient, Practitioner,
    Qualification, Resource, Schedule, Search, Slot,
};
use crate::domain::appointment::Visit;
use crate::domain::interval::Interval;
use crate::domain::record;
use crate::domain::status::Status;
use crate::domain::time::{Instant, Zone};
use sha2::{Digest, Sha256};

/// What a bundle is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A set of resources.
    Collection,
    /// What a search answers: appointments match, the others go with them.
    Searchset,
}

/// What a bundle begins with. `total` is how many appointments match, for a set of results.
pub fn head(kind: Kind, at: &str, total: u64) -> String {
    match kind {
        Kind::Collection => {
            format!(
                "{{\"resourceType\":\"Bundle\",\"type\":\"collection\",\"timestamp\":\"{at}\",\"entry\":[\n"
            )
        }
        Kind::Searchset => format!(
            "{{\"resourceType\":\"Bundle\",\"type\":\"searchset\",\"timestamp\":\"{at}\",\"total\":{total},\"entry\":[\n"
        ),
    }
}

/// What a bundle ends with.
pub const FOOT: &str = "\n]}\n";

/// A resource as an entry of a bundle.
pub fn entry(kind: Kind, resource: Resource) -> Entry {
    let mode = if matches!(resource, Resource::Appointment(_)) { "match" } else { "include" };
    Entry {
        full_url: urn(resource.id()),
        search: (kind == Kind::Searchset).then(|| Search { mode: mode.to_owned() }),
        resource,
    }
}

/// An id that is always the same for the same words: RFC 9562, version 8.
fn made_id(words: &[&str]) -> String {
    let digest = Sha256::digest(words.join("\n"));
    let mut bytes = [0; 16];
    bytes.iter_mut().zip(digest).for_each(|(byte, made)| *byte = made);
    uuid::Builder::from_custom_bytes(bytes).into_uuid().to_string()
}

/// A patient. The national ID is whole, or left out: part of it is nobody's number. `link` says whether the
/// record that is kept is in the bundle, too.
pub fn patient(patient: &record::Patient, national_id: Option<&str>, zone: &Zone, link: bool) -> Resource {
    let kept = patient.merged_into.as_deref().filter(|_| link);
    let reach = |system: &str, value: Option<&str>| {
        Some(ContactPoint { system: Some(system.to_owned()), value: Some(text(value?)?), purpose: None })
    };
    let language = patient.locale.as_deref().map(|locale| Communication {
        language: CodeableConcept { coding: vec![coded(LANGUAGES.to_owned(), locale)], text: None },
        preferred: Some(true),
    });
    let channels = patient.channels.as_ref().map(|channels| channels.join(","));
    Resource::Patient(Box::new(Patient {
        id: patient.id.clone(),
        meta: Meta::updated(zone.rfc3339(patient.updated_at)),
        extension: Extensions::default()
            .instant("created-at", Some(zone.rfc3339(patient.created_at)))
            .integer("no-show-count", Some(patient.no_show_count))
            .flag("opt-out", patient.opt_out)
            .string("channels", channels.as_deref())
            .instant("erased-at", patient.erased_at.map(|at| zone.rfc3339(at)))
            .done(),
        identifier: [identifier(CODE, Some(&patient.code)), identifier(NATIONAL_ID, national_id)]
            .into_iter()
            .flatten()
            .collect(),
        active: Some(patient.active),
        name: human_name(&patient.full_name),
        telecom: [reach("phone", Some(&patient.phone)), reach("email", patient.email.as_deref())]
            .into_iter()
            .flatten()
            .collect(),
        communication: language.into_iter().collect(),
        link: kept
            .map(|id| Link { other: refer(id, None), kind: "replaced-by".to_owned() })
            .into_iter()
            .collect(),
    }))
}

/// A doctor.
pub fn practitioner(doctor: &record::Doctor, zone: &Zone) -> Resource {
    Resource::Practitioner(Practitioner {
        id: doctor.id.clone(),
        extension: Extensions::default()
            .instant("created-at", Some(zone.rfc3339(doctor.created_at)))
            .integer("slot-minutes", doctor.slot_minutes)
            .integer("buffer-before", Some(doctor.buffer_before))
            .integer("buffer-after", Some(doctor.buffer_after))
            .done(),
        identifier: identifier(CODE, Some(&doctor.code)).into_iter().collect(),
        active: Some(doctor.active),
        name: human_name(&doctor.full_name),
        qualification: in_words(doctor.specialty.as_deref())
            .map(|code| Qualification { code })
            .into_iter()
            .collect(),
    })
}

/// A branch, in its own zone or the clinic's.
pub fn location(branch: &record::Branch, zone: &Zone) -> Resource {
    Resource::Location(Location {
        id: branch.id.clone(),
        extension: Extensions::default()
            .instant("created-at", Some(zone.rfc3339(branch.created_at)))
            .string("timezone", branch.timezone.as_deref())
            .done(),
        identifier: identifier(CODE, Some(&branch.code)).into_iter().collect(),
        status: Some(if branch.active { "active" } else { "inactive" }.to_owned()),
        name: text(&branch.name),
    })
}

/// A service.
pub fn service(service: &record::Service, zone: &Zone) -> Resource {
    Resource::HealthcareService(HealthcareService {
        id: service.id.clone(),
        extension: Extensions::default()
            .instant("created-at", Some(zone.rfc3339(service.created_at)))
            .integer("duration-minutes", service.duration_minutes)
            .done(),
        identifier: identifier(CODE, Some(&service.code)).into_iter().collect(),
        active: Some(service.active),
        name: text(&service.name),
        appointment_required: Some(true),
    })
}

/// The id of a doctor's time at a branch; without a doctor of the branch's pooled time.
pub fn schedule_id(doctor_id: Option<&str>, branch_id: &str) -> String {
    made_id(&["schedule", doctor_id.unwrap_or("pooled"), branch_id])
}

/// A doctor's time at a branch, or the branch's pooled time.
pub fn schedule(doctor: Option<&record::Doctor>, branch: &record::Branch) -> Resource {
    let seen = doctor.map(|doctor| refer(&doctor.id, Some(&doctor.full_name)));
    Resource::Schedule(Schedule {
        id: schedule_id(doctor.map(|doctor| doctor.id.as_str()), &branch.id),
        active: Some(branch.active && doctor.is_none_or(|doctor| doctor.active)),
        specialty: in_words(doctor.and_then(|doctor| doctor.specialty.as_deref())).into_iter().collect(),
        actor: seen.into_iter().chain([refer(&branch.id, Some(&branch.name))]).collect(),
    })
}

/// Free time.
#[derive(Debug, Clone, Copy)]
pub struct Free<'a> {
    /// With whom; none in a pooled window.
    pub doctor_id: Option<&'a str>,
    /// Where.
    pub branch_id: &'a str,
    /// For which service, where it is for one: id, code and name.
    pub service: Option<&'a record::Service>,
    /// When.
    pub span: Interval,
    /// How many places are left, where they are counted.
    pub capacity_left: Option<i64>,
}

/// A slot that can be booked.
pub fn free(free: &Free<'_>, zone: &Zone) -> Resource {
    let schedule = schedule_id(free.doctor_id, free.branch_id);
    let (start, end) = (free.span.start.unix().to_string(), free.span.end.unix().to_string());
    let service_id = free.service.map_or("", |service| service.id.as_str());
    Resource::Slot(Slot {
        id: made_id(&["free", &schedule, service_id, &start, &end]),
        extension: Extensions::default().integer("capacity-left", free.capacity_left).done(),
        service_type: free.service.and_then(what_for).into_iter().collect(),
        schedule: refer(&schedule, None),
        status: "free".to_owned(),
        start: zone.rfc3339(free.span.start),
        end: zone.rfc3339(free.span.end),
        overbooked: None,
    })
}

fn what_for(service: &record::Service) -> Option<CodeableConcept> {
    let words = text(&service.name)?;
    Some(CodeableConcept { coding: vec![coded(of_ours("service"), &service.code)], text: Some(words) })
}

fn busy_id(visit: &Visit) -> String {
    made_id(&["busy", &visit.appointment.id])
}

/// The time that an appointment takes; none for one that takes none any more.
pub fn busy(visit: &Visit) -> Option<Resource> {
    let Visit { appointment, zone, .. } = visit;
    if !appointment.status.occupies() {
        return None;
    }
    Some(Resource::Slot(Slot {
        id: busy_id(visit),
        extension: Vec::new(),
        service_type: visit.service.as_deref().and_then(what_for).into_iter().collect(),
        schedule: refer(&schedule_id(appointment.doctor_id.as_deref(), &appointment.branch_id), None),
        status: "busy".to_owned(),
        start: zone.rfc3339(appointment.span.start),
        end: zone.rfc3339(appointment.span.end),
        overbooked: appointment.overbooked.then_some(true),
    }))
}

/// The status as FHIR has it. The exact one is in an extension.
fn public_status(status: Status) -> &'static str {
    match status {
        Status::Scheduled | Status::Confirmed => "booked",
        Status::CheckedIn | Status::InProgress => "checked-in",
        Status::Completed => "fulfilled",
        Status::Cancelled => "cancelled",
        Status::NoShow => "noshow",
    }
}

/// Whether the patient has said that they come, or came.
fn is_accepted(visit: &Visit) -> bool {
    let appointment = &visit.appointment;
    matches!(
        appointment.status,
        Status::Confirmed | Status::CheckedIn | Status::InProgress | Status::Completed
    ) || (!appointment.status.occupies() && appointment.stamps.confirmed_at.is_some())
}

/// An appointment. `window` is the code of the window that holds it.
pub fn appointment(visit: &Visit, window: Option<&str>) -> Resource {
    let Visit { appointment, patient, doctor, branch, service, zone } = visit;
    let at = |instant: Option<Instant>| instant.map(|instant| zone.rfc3339(instant));
    let stamps = &appointment.stamps;
    let part = |id: &str, name: Option<&str>, accepted: bool| Participant {
        actor: Some(refer(id, name)),
        required: Some("required".to_owned()),
        status: if accepted { "accepted" } else { "needs-action" }.to_owned(),
    };
    let mut participant = vec![part(&patient.id, Some(&patient.full_name), is_accepted(visit))];
    participant.extend(doctor.iter().map(|doctor| part(&doctor.id, Some(&doctor.full_name), true)));
    participant.push(part(&branch.id, Some(&branch.name), true));
    participant.extend(service.iter().map(|service| part(&service.id, Some(&service.name), true)));
    // app-4: a reason belongs to what was cancelled alone; R4 wants one of its codes.
    let cancelation_reason = (appointment.status == Status::Cancelled).then(|| CodeableConcept {
        coding: vec![coded(CANCELLATION_REASONS.to_owned(), "other")],
        text: appointment.cancellation_reason.as_deref().and_then(text),
    });
    Resource::Appointment(Box::new(Appointment {
        id: appointment.id.clone(),
        meta: Meta::updated(zone.rfc3339(appointment.updated_at)),
        extension: Extensions::default()
            .code(STATUS, appointment.status.as_str())
            .string("timezone", Some(&appointment.timezone))
            .string("window", window)
            .string("session", appointment.session.as_deref())
            .string("batch", appointment.batch.as_deref())
            .integer("capacity", appointment.capacity)
            .integer("token-number", Some(appointment.token_number))
            .flag("overbooked", appointment.overbooked)
            .string("assigned-doctor", appointment.assigned_doctor.as_deref())
            .string("diagnosis", appointment.diagnosis.as_deref())
            .string("prescription", appointment.prescription.as_deref())
            .flag("follow-up-required", appointment.follow_up_required)
            .date("follow-up-date", appointment.follow_up_date)
            .string("source", Some(&appointment.source))
            .integer("reschedule-count", Some(appointment.reschedule_count))
            .instant("confirmed-at", at(stamps.confirmed_at))
            .instant("checked-in-at", at(stamps.checked_in_at))
            .instant("started-at", at(stamps.started_at))
            .instant("completed-at", at(stamps.completed_at))
            .instant("cancelled-at", at(stamps.cancelled_at))
            .instant("no-show-at", at(stamps.no_show_at))
            .done(),
        identifier: [
            identifier(CODE, Some(&appointment.code)),
            identifier(EXTERNAL_REFERENCE, appointment.external_reference_id.as_deref()),
            identifier(IDEMPOTENCY_KEY, appointment.idempotency_key.as_deref()),
        ]
        .into_iter()
        .flatten()
        .collect(),
        status: public_status(appointment.status).to_owned(),
        cancelation_reason,
        service_type: service.as_deref().and_then(what_for).into_iter().collect(),
        appointment_type: in_words(appointment.visit_type.as_deref()),
        reason_code: in_words(appointment.reason.as_deref()).into_iter().collect(),
        description: None,
        start: Some(zone.rfc3339(appointment.span.start)),
        end: Some(zone.rfc3339(appointment.span.end)),
        minutes_duration: Some(appointment.duration_minutes()),
        slot: appointment.status.occupies().then(|| refer(&busy_id(visit), None)).into_iter().collect(),
        created: Some(zone.rfc3339(appointment.created_at)),
        comment: appointment.notes.as_deref().and_then(text),
        participant,
    }))
}
