//! Resources and data types of FHIR R4 as they are read, with the elements that a clinic's book has something
//! for, or that are refused in another shape.
//! <https://hl7.org/fhir/R4/resourcelist.html> <https://hl7.org/fhir/R4/datatypes.html>

#![expect(dead_code, reason = "some elements are only held against their shape")]

use serde::Deserialize;

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(super) struct Meta {
    last_updated: Option<String>,
}

/// What FHIR has no element for: one value.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Extension {
    pub(super) url: String,
    pub(super) value_string: Option<String>,
    pub(super) value_code: Option<String>,
    pub(super) value_boolean: Option<bool>,
    pub(super) value_integer: Option<i64>,
    pub(super) value_date: Option<String>,
    pub(super) value_instant: Option<String>,
}

/// A number or word by which somebody knows the record.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct Identifier {
    pub(super) system: Option<String>,
    pub(super) value: Option<String>,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct HumanName {
    /// All of it, as it is written.
    pub(super) text: Option<String>,
    /// `official`, `usual`, `old` …
    #[serde(rename = "use")]
    pub(super) purpose: Option<String>,
    pub(super) family: Option<String>,
    pub(super) given: Vec<String>,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct ContactPoint {
    /// `phone`, `sms` or `email`.
    pub(super) system: Option<String>,
    pub(super) value: Option<String>,
    /// `home`, `mobile`, `old` …
    #[serde(rename = "use")]
    pub(super) purpose: Option<String>,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct Coding {
    pub(super) system: Option<String>,
    pub(super) code: Option<String>,
    pub(super) display: Option<String>,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct CodeableConcept {
    pub(super) coding: Vec<Coding>,
    pub(super) text: Option<String>,
}

/// Another resource of the same bundle.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct Reference {
    /// Its entry's `fullUrl`, or its type and id.
    pub(super) reference: Option<String>,
    display: Option<String>,
}

/// <https://hl7.org/fhir/R4/patient.html>
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Patient {
    id: String,
    meta: Option<Meta>,
    pub(super) extension: Vec<Extension>,
    pub(super) identifier: Vec<Identifier>,
    pub(super) active: Option<bool>,
    pub(super) name: Vec<HumanName>,
    pub(super) telecom: Vec<ContactPoint>,
    pub(super) communication: Vec<Communication>,
    pub(super) link: Vec<Link>,
}

/// A language that somebody is spoken to in.
#[derive(Deserialize)]
pub(super) struct Communication {
    pub(super) language: CodeableConcept,
    preferred: Option<bool>,
}

/// Another record of the same person.
#[derive(Deserialize)]
pub(super) struct Link {
    other: Reference,
    /// `replaced-by`, where the other record is the one that is kept.
    #[serde(rename = "type")]
    pub(super) kind: String,
}

/// <https://hl7.org/fhir/R4/practitioner.html>
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Practitioner {
    id: String,
    pub(super) extension: Vec<Extension>,
    pub(super) identifier: Vec<Identifier>,
    pub(super) active: Option<bool>,
    pub(super) name: Vec<HumanName>,
    pub(super) qualification: Vec<Qualification>,
}

/// What somebody is trained in.
#[derive(Deserialize)]
pub(super) struct Qualification {
    pub(super) code: CodeableConcept,
}

/// <https://hl7.org/fhir/R4/location.html>
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Location {
    id: String,
    pub(super) extension: Vec<Extension>,
    pub(super) identifier: Vec<Identifier>,
    pub(super) status: Option<String>,
    pub(super) name: Option<String>,
}

/// <https://hl7.org/fhir/R4/healthcareservice.html>
#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(super) struct HealthcareService {
    id: String,
    pub(super) extension: Vec<Extension>,
    pub(super) identifier: Vec<Identifier>,
    pub(super) active: Option<bool>,
    pub(super) name: Option<String>,
    appointment_required: Option<bool>,
}

/// <https://hl7.org/fhir/R4/appointment.html>
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Appointment {
    #[serde(default)]
    pub(super) id: String,
    meta: Option<Meta>,
    #[serde(default)]
    pub(super) extension: Vec<Extension>,
    #[serde(default)]
    pub(super) identifier: Vec<Identifier>,
    /// <https://hl7.org/fhir/R4/valueset-appointmentstatus.html>
    pub(super) status: String,
    pub(super) cancelation_reason: Option<CodeableConcept>,
    #[serde(default)]
    service_type: Vec<CodeableConcept>,
    pub(super) appointment_type: Option<CodeableConcept>,
    #[serde(default)]
    pub(super) reason_code: Vec<CodeableConcept>,
    /// Why the patient comes, in others' exports.
    pub(super) description: Option<String>,
    pub(super) start: Option<String>,
    pub(super) end: Option<String>,
    pub(super) minutes_duration: Option<i64>,
    #[serde(default)]
    slot: Vec<Reference>,
    created: Option<String>,
    pub(super) comment: Option<String>,
    #[serde(default)]
    pub(super) participant: Vec<Participant>,
}

/// Who or what takes part in an appointment.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct Participant {
    pub(super) actor: Option<Reference>,
    required: Option<String>,
    /// `accepted` or `needs-action`.
    pub(super) status: String,
}
