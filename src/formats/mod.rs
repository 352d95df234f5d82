//! Formats: iCalendar, FHIR R4, CSV and the appointment's JSON, as texts and structures. Pure: no files, no book.

pub mod appointment;
pub mod csv;
pub mod fhir;
pub mod ics;

/// What is wrong with a file, and in which line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// The line, from 1.
    pub line: u64,
    /// In words.
    pub problem: String,
}

#[cfg(test)]
mod round_trip_properties;
