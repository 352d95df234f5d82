//! THE WORLD OUTSIDE: what a message says and the channels that it goes out by.

pub mod channel;
mod channels;
mod check;
pub(crate) mod command;
mod http;
mod invitation;
mod mail;
mod message;
#[cfg(unix)]
mod process;
mod secret;
pub mod settings;
mod smtp;
pub mod templates;
mod twilio;
pub mod webhook;
mod whatsapp;
mod workers;

pub use channels::{Opener, Ways};
pub use check::Lookup;
pub use message::write;
pub use workers::Post;

use crate::domain::appointment::Visit;
use crate::domain::record::Clinic;
use crate::domain::reminder::Kind;
use crate::domain::time::Instant;

/// A message that is about to go out; it is worded from the appointment as it is now.
#[derive(Debug, Clone, Copy)]
pub struct Outgoing<'a> {
    /// From whom.
    pub clinic: &'a Clinic,
    /// What it is about.
    pub kind: Kind,
    /// The appointment.
    pub visit: &'a Visit,
    /// When it is likely to begin, where a delay is told.
    pub expected_at: Option<Instant>,
}
