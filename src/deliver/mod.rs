//! THE WORLD OUTSIDE: what a message says and the channel it goes out by.

pub mod channel;
mod check;
mod command;
mod http;
mod invitation;
mod mail;
#[cfg(unix)]
mod process;
mod secret;
pub mod settings;
mod smtp;
mod templates;
mod twilio;
pub mod webhook;
mod whatsapp;

pub use check::Lookup;

pub use templates::Wording;

use crate::domain::appointment::Visit;
use crate::domain::record::Clinic;
use crate::domain::reminder::Kind;

/// A way out of the house.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Channel {
    /// The sweep's own standard output.
    Print,
}

impl Channel {
    /// Its name in the settings.
    pub fn name(self) -> &'static str {
        match self {
            Channel::Print => "print",
        }
    }
}

/// A message that is about to go out; it is worded from the appointment as it is now.
#[derive(Debug, Clone, Copy)]
pub struct Outgoing<'a> {
    /// From whom.
    pub clinic: &'a Clinic,
    /// What it is about.
    pub kind: Kind,
    /// The appointment.
    pub visit: &'a Visit,
}
