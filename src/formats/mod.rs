//! THE FIELD'S FORMATS: iCalendar, FHIR R4 and CSV, as texts and structures. Pure: nothing is read from a
//! book or written to a file here.

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
