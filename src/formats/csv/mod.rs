//! CSV (RFC 4180) as spreadsheets write it.

pub mod read;
pub mod write;
