//! Names that stay as they are: whoever reads an export in ten years looks for them.

/// What every extension and code system of ours begins with. The name says itself that nothing is to be
/// found there: a clinic's book has no server.
pub(super) const BASE: &str = "https://turno.invalid/fhir/";

/// The exact status of an appointment: FHIR has one word for several of ours.
pub(super) const STATUS: &str = "status";
/// The codes that are said at the desk.
pub(super) const CODE: &str = "code";
/// The integrator's own id.
pub(super) const EXTERNAL_REFERENCE: &str = "external-reference-id";
/// The key that a booking was sent under.
pub(super) const IDEMPOTENCY_KEY: &str = "idempotency-key";
/// A patient's national ID.
pub(super) const NATIONAL_ID: &str = "national-id";

/// The code system of cancellation reasons of R4.
pub(super) const CANCELLATION_REASONS: &str =
    "http://terminology.hl7.org/CodeSystem/appointment-cancellation-reason";
/// The code system of languages.
pub(super) const LANGUAGES: &str = "urn:ietf:bcp:47";

/// The whole name of one of ours.
pub(super) fn of_ours(name: &str) -> String {
    format!("{BASE}{name}")
}

/// How a resource is referred to, and what its entry is called.
pub(super) fn urn(id: &str) -> String {
    format!("urn:uuid:{id}")
}
