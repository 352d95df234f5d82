//! THE FIELD'S FORMATS: iCalendar, FHIR R4 and CSV, as texts and structures. Pure: nothing is read from a
//! book or written to a file here.

pub mod csv;
pub mod fhir;
pub mod ics;

#[cfg(test)]
mod round_trip_properties;
