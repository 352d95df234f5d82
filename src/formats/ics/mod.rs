//! iCalendar (RFC 5545), and invitations by mail (RFC 5546).

pub mod expand;
pub(crate) mod lines;
pub mod read;
pub mod write;
pub mod x_properties;
