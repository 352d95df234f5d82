//! Resources and data types of FHIR R4 as they are read: only the elements that turno uses or checks.
//! <https://hl7.org/fhir/R4/resourcelist.html> <https://hl7.org/fhir/R4/datatypes.html>

#![expect(dead_code, reason = "some elements are only held against their shape")]

use serde::Deserialize;

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(crate) struct Meta {
    last_updated: Option<String>,
}

/// A value that FHIR has no element for.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Extension {
    pub(crate) url: String,
    pub(crate) value_string: Option<String>,
    pub(crate) value_code: Option<String>,
    pub(crate) value_boolean: Option<bool>,
    pub(crate) value_integer: Option<i64>,
    pub(crate) value_date: Option<String>,
    pub(crate) value_instant: Option<String>,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Identifier {
    pub(crate) system: Option<String>,
    pub(crate) value: Option<String>,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(crate) struct HumanName {
    /// The whole name as written.
    pub(crate) text: Option<String>,
    /// `official`, `usual`, `old` …
    #[serde(rename = "use")]
    pub(crate) purpose: Option<String>,
    pub(crate) family: Option<String>,
    pub(crate) given: Vec<String>,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(crate) struct ContactPoint {
    /// `phone`, `sms` or `email`.
    pub(crate) system: Option<String>,
    pub(crate) value: Option<String>,
    /// `home`, `mobile`, `old` …
    #[serde(rename = "use")]
    pub(crate) purpose: Option<String>,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Coding {
    pub(crate) system: Option<String>,
    pub(crate) code: Option<String>,
    pub(crate) display: Option<String>,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(crate) struct CodeableConcept {
    pub(crate) coding: Vec<Coding>,
    pub(crate) text: Option<String>,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Reference {
    /// An entry's `fullUrl`, or its type and id.
    pub(crate) reference: Option<String>,
    display: Option<String>,
}

/// <https://hl7.org/fhir/R4/patient.html>
#[derive(Default, Deserialize)]
#[serde(default)]
pub(crate) struct Patient {
    id: String,
    meta: Option<Meta>,
    pub(crate) extension: Vec<Extension>,
    pub(crate) identifier: Vec<Identifier>,
    pub(crate) active: Option<bool>,
    pub(crate) name: Vec<HumanName>,
    pub(crate) telecom: Vec<ContactPoint>,
    pub(crate) communication: Vec<Communication>,
    pub(crate) link: Vec<Link>,
}

#[derive(Deserialize)]
pub(crate) struct Communication {
    pub(crate) language: CodeableConcept,
    preferred: Option<bool>,
}

/// Another record of the same patient.
#[derive(Deserialize)]
pub(crate) struct Link {
    other: Reference,
    /// `replaced-by`: the other record is the one to use.
    #[serde(rename = "type")]
    pub(crate) kind: String,
}

/// <https://hl7.org/fhir/R4/practitioner.html>
#[derive(Default, Deserialize)]
#[serde(default)]
pub(crate) struct Practitioner {
    id: String,
    pub(crate) extension: Vec<Extension>,
    pub(crate) identifier: Vec<Identifier>,
    pub(crate) active: Option<bool>,
    pub(crate) name: Vec<HumanName>,
    pub(crate) qualification: Vec<Qualification>,
}

#[derive(Deserialize)]
pub(crate) struct Qualification {
    pub(crate) code: CodeableConcept,
}

/// <https://hl7.org/fhir/R4/location.html>
#[derive(Default, Deserialize)]
#[serde(default)]
pub(crate) struct Location {
    id: String,
    pub(crate) extension: Vec<Extension>,
    pub(crate) identifier: Vec<Identifier>,
    pub(crate) status: Option<String>,
    pub(crate) name: Option<String>,
}

/// <https://hl7.org/fhir/R4/healthcareservice.html>
#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(crate) struct HealthcareService {
    id: String,
    pub(crate) extension: Vec<Extension>,
    pub(crate) identifier: Vec<Identifier>,
    pub(crate) active: Option<bool>,
    pub(crate) name: Option<String>,
    appointment_required: Option<bool>,
}

/// <https://hl7.org/fhir/R4/appointment.html>
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Appointment {
    #[serde(default)]
    pub(crate) id: String,
    meta: Option<Meta>,
    #[serde(default)]
    pub(crate) extension: Vec<Extension>,
    #[serde(default)]
    pub(crate) identifier: Vec<Identifier>,
    /// <https://hl7.org/fhir/R4/valueset-appointmentstatus.html>
    pub(crate) status: String,
    pub(crate) cancelation_reason: Option<CodeableConcept>,
    #[serde(default)]
    service_type: Vec<CodeableConcept>,
    pub(crate) appointment_type: Option<CodeableConcept>,
    #[serde(default)]
    pub(crate) reason_code: Vec<CodeableConcept>,
    /// Why the patient comes, in exports of other programs.
    pub(crate) description: Option<String>,
    pub(crate) start: Option<String>,
    pub(crate) end: Option<String>,
    pub(crate) minutes_duration: Option<i64>,
    #[serde(default)]
    slot: Vec<Reference>,
    created: Option<String>,
    pub(crate) comment: Option<String>,
    #[serde(default)]
    pub(crate) participant: Vec<Participant>,
}

#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Participant {
    pub(crate) actor: Option<Reference>,
    required: Option<String>,
    /// `accepted` or `needs-action`.
    pub(crate) status: String,
}
