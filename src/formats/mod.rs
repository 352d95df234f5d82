//! Formats: iCalendar, FHIR R4, CSV and the appointment's JSON, as texts and structures. Pure: no files, no book.

pub mod appointment;
pub mod csv;
pub mod fhir;
pub mod ics;
pub mod setup_file;

/// A problem in a file, with its line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// The line, starting at 1.
    pub line: u64,
    /// The error text.
    pub problem: String,
}

#[cfg(test)]
mod round_trip_properties;
