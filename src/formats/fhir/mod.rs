//! FHIR R4 (4.0.1): converts a clinic's records to resources and back. <https://hl7.org/fhir/R4/>

pub mod bundle;
pub mod read;
mod resources;
mod to_fields;
pub mod write;

use std::collections::BTreeMap;

/// Prefix of our extensions and code systems. It must not change, so that old exports can still be read.
/// `.invalid` never resolves: there is no server.
const BASE: &str = "https://turno.invalid/fhir/";

/// The exact status of an appointment: one FHIR status stands for several of ours.
const STATUS: &str = "status";
/// A record's short code.
const CODE: &str = "code";
/// The integrator's own id.
const EXTERNAL_REFERENCE: &str = "external-reference-id";
const IDEMPOTENCY_KEY: &str = "idempotency-key";
const NATIONAL_ID: &str = "national-id";

const CANCELLATION_REASONS: &str = "http://terminology.hl7.org/CodeSystem/appointment-cancellation-reason";
const LANGUAGES: &str = "urn:ietf:bcp:47";

/// The full URL of one of our extensions or code systems.
fn of_ours(name: &str) -> String {
    format!("{BASE}{name}")
}

/// The reference to a resource, and the `fullUrl` of its entry.
fn urn(id: &str) -> String {
    format!("urn:uuid:{id}")
}

/// A record's fields, by the names that imports use.
pub type Fields = BTreeMap<&'static str, String>;
