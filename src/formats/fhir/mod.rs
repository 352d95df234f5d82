//! FHIR R4 (4.0.1): the resources that a clinic's book is told by, and how the book's records become
//! them. <https://hl7.org/fhir/R4/>

pub mod read;
mod resources;
mod to_fields;
pub mod write;

/// What every extension and code system of ours begins with: an export is still read in ten years. The name
/// says itself that nothing is to be found there: a clinic's book has no server.
const BASE: &str = "https://turno.invalid/fhir/";

/// The exact status of an appointment: FHIR has one word for several of ours.
const STATUS: &str = "status";
/// The codes that are said at the desk.
const CODE: &str = "code";
/// The integrator's own id.
const EXTERNAL_REFERENCE: &str = "external-reference-id";
/// The key that a booking was sent under.
const IDEMPOTENCY_KEY: &str = "idempotency-key";
/// A patient's national ID.
const NATIONAL_ID: &str = "national-id";

/// The code system of cancellation reasons of R4.
const CANCELLATION_REASONS: &str = "http://terminology.hl7.org/CodeSystem/appointment-cancellation-reason";
/// The code system of languages.
const LANGUAGES: &str = "urn:ietf:bcp:47";

/// The whole name of one of ours.
fn of_ours(name: &str) -> String {
    format!("{BASE}{name}")
}

/// How a resource is referred to, and what its entry is called.
fn urn(id: &str) -> String {
    format!("urn:uuid:{id}")
}
