//! FHIR R4 (4.0.1): the resources that a clinic's book is told by, and how the book's records become
//! them. <https://hl7.org/fhir/R4/>
//!
//! The structures hold what is written and nothing else: an element that has nothing to say is left out,
//! as there are no nulls, empty arrays or empty texts in FHIR.

pub mod elements;
pub mod names;
pub mod read;
pub mod resources;
mod taken;
pub mod write;
