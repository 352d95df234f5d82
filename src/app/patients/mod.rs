//! Patients: their records, matching, merging, export, erasure and retention.

pub mod glance;
pub mod patient;
pub mod patient_match;
pub mod privacy;
