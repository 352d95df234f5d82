//! Resources of FHIR R4, with the elements that a clinic's book has something for.
//! <https://hl7.org/fhir/R4/resourcelist.html>

use super::elements::{CodeableConcept, ContactPoint, Extension, HumanName, Identifier, Meta, Reference};
use serde::{Deserialize, Serialize};

/// A resource of a bundle, told by its `resourceType`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "resourceType")]
pub enum Resource {
    /// Who is seen.
    Patient(Box<Patient>),
    /// Who sees.
    Practitioner(Practitioner),
    /// Where.
    Location(Location),
    /// What for.
    HealthcareService(HealthcareService),
    /// A doctor's time at a branch, or a branch's pooled time.
    Schedule(Schedule),
    /// A piece of a schedule.
    Slot(Slot),
    /// A promise of a time.
    Appointment(Box<Appointment>),
}

impl Resource {
    /// Its id.
    pub fn id(&self) -> &str {
        match self {
            Resource::Patient(it) => &it.id,
            Resource::Practitioner(it) => &it.id,
            Resource::Location(it) => &it.id,
            Resource::HealthcareService(it) => &it.id,
            Resource::Schedule(it) => &it.id,
            Resource::Slot(it) => &it.id,
            Resource::Appointment(it) => &it.id,
        }
    }
}

/// <https://hl7.org/fhir/R4/patient.html>
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Patient {
    /// UUIDv7.
    #[serde(default)]
    pub id: String,
    /// When it last changed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub meta: Option<Meta>,
    /// What FHIR has no element for.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub extension: Vec<Extension>,
    /// Code, and the national ID where it is revealed.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub identifier: Vec<Identifier>,
    /// False once retired.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub active: Option<bool>,
    /// As they write it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub name: Vec<HumanName>,
    /// Phone and e-mail.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub telecom: Vec<ContactPoint>,
    /// The language of their messages.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub communication: Vec<Communication>,
    /// The record that is kept, where two turned out to be one person.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub link: Vec<Link>,
}

/// A language that somebody is spoken to in.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Communication {
    /// Which.
    pub language: CodeableConcept,
    /// Whether it is the one that they want.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub preferred: Option<bool>,
}

/// Another record of the same person.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Link {
    /// That record.
    pub other: Reference,
    /// `replaced-by`.
    #[serde(rename = "type")]
    pub kind: String,
}

/// <https://hl7.org/fhir/R4/practitioner.html>
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Practitioner {
    /// UUIDv7.
    #[serde(default)]
    pub id: String,
    /// What FHIR has no element for.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub extension: Vec<Extension>,
    /// Code.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub identifier: Vec<Identifier>,
    /// False once retired.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub active: Option<bool>,
    /// As patients know them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub name: Vec<HumanName>,
    /// Their field.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub qualification: Vec<Qualification>,
}

/// What somebody is trained in.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Qualification {
    /// In words.
    pub code: CodeableConcept,
}

/// <https://hl7.org/fhir/R4/location.html>
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Location {
    /// UUIDv7.
    #[serde(default)]
    pub id: String,
    /// What FHIR has no element for.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub extension: Vec<Extension>,
    /// Code.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub identifier: Vec<Identifier>,
    /// `active`, or `inactive` once retired.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<String>,
    /// As patients know it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
}

/// <https://hl7.org/fhir/R4/healthcareservice.html>
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct HealthcareService {
    /// UUIDv7.
    #[serde(default)]
    pub id: String,
    /// What FHIR has no element for.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub extension: Vec<Extension>,
    /// Code.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub identifier: Vec<Identifier>,
    /// False once retired.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub active: Option<bool>,
    /// As patients know it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// It is: this is a book of appointments.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub appointment_required: Option<bool>,
}

/// <https://hl7.org/fhir/R4/schedule.html>
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Schedule {
    /// Made of the doctor's and the branch's.
    #[serde(default)]
    pub id: String,
    /// Whether both are.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub active: Option<bool>,
    /// The doctor's field.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub specialty: Vec<CodeableConcept>,
    /// The doctor, if it is one's, and the branch.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub actor: Vec<Reference>,
}

/// <https://hl7.org/fhir/R4/slot.html>
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Slot {
    /// Made of the appointment's, or of the schedule's and the time.
    #[serde(default)]
    pub id: String,
    /// What FHIR has no element for.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub extension: Vec<Extension>,
    /// The service that it is for, where it is for one.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub service_type: Vec<CodeableConcept>,
    /// Of what.
    pub schedule: Reference,
    /// `free` or `busy`.
    pub status: String,
    /// RFC 3339, with seconds and offset.
    pub start: String,
    /// RFC 3339, with seconds and offset.
    pub end: String,
    /// Whether somebody was booked on top.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub overbooked: Option<bool>,
}

/// <https://hl7.org/fhir/R4/appointment.html>
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Appointment {
    /// UUIDv7.
    #[serde(default)]
    pub id: String,
    /// When it last changed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub meta: Option<Meta>,
    /// The exact status, and what else FHIR has no element for.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub extension: Vec<Extension>,
    /// Code, external reference and idempotency key.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub identifier: Vec<Identifier>,
    /// <https://hl7.org/fhir/R4/valueset-appointmentstatus.html>
    pub status: String,
    /// Why it was called off; of cancelled ones alone (app-4).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cancelation_reason: Option<CodeableConcept>,
    /// What for.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub service_type: Vec<CodeableConcept>,
    /// Kind of visit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub appointment_type: Option<CodeableConcept>,
    /// Why the patient comes.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub reason_code: Vec<CodeableConcept>,
    /// The same in others' words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// RFC 3339, with seconds and offset; with an end always (app-2, app-3).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub start: Option<String>,
    /// RFC 3339, with seconds and offset.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub end: Option<String>,
    /// Its length.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub minutes_duration: Option<i64>,
    /// The time that it takes, while it takes any.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub slot: Vec<Reference>,
    /// When it was booked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub created: Option<String>,
    /// For the staff.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub comment: Option<String>,
    /// Who and what takes part.
    #[serde(default)]
    pub participant: Vec<Participant>,
}

/// Who or what takes part in an appointment.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Participant {
    /// Who (app-1).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub actor: Option<Reference>,
    /// `required`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub required: Option<String>,
    /// `accepted` or `needs-action`.
    pub status: String,
}

/// An entry of a bundle.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Entry {
    /// What references call it.
    pub full_url: String,
    /// The resource.
    pub resource: Resource,
    /// Why it is in a set of results.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub search: Option<Search>,
}

/// Why a resource is in a set of results.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Search {
    /// `match` or `include`.
    pub mode: String,
}
