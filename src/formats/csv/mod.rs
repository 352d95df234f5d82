//! CSV: RFC 4180, and what spreadsheets make of it.

pub mod read;
pub mod write;
