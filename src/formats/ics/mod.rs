//! iCalendar: RFC 5545, and RFC 5546 for what goes out by mail.

pub mod expand;
mod lines;
pub mod read;
pub mod write;
pub mod x_properties;
