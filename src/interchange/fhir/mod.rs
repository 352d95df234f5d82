//! FHIR R4 (4.0.1): the resources that a clinic's book is told by, and how the book's records become
//! them. <https://hl7.org/fhir/R4/>

mod names;
pub mod read;
mod resources;
mod taken;
pub mod write;
