//! iCalendar (RFC 5545).

pub mod expand;
pub mod read;
