//! CSV (RFC 4180).

pub mod read;
