//! RULES: pure. No I/O, no clock, no SQL; what is needed is handed in, what was decided
//! comes out.

pub mod access;
pub mod address;
pub mod age;
pub mod appointment;
pub mod availability;
pub mod booking;
pub mod delivery;
#[cfg(test)]
pub(crate) mod fixtures;
pub mod ids;
pub mod imported;
pub mod interval;
pub mod lease;
pub mod phone;
pub mod queue;
pub mod record;
pub mod refusal;
pub mod reminder;
pub mod report;
pub mod room;
pub mod rrule;
pub mod series;
pub mod settings;
pub mod status;
pub mod text;
pub mod time;
pub mod undo;
pub mod waitlist;
pub mod webhook;
pub mod why;
pub mod window;
