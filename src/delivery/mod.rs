//! THE WORLD OUTSIDE: the texts of messages and the channels that send them.

pub mod channel;
mod channels;
mod check;
pub(crate) mod command;
mod http;
mod invitation;
pub mod listen;
mod mail;
mod message;
#[cfg(unix)]
mod process;
pub mod replies;
mod secret;
pub mod settings;
mod smtp;
pub mod templates;
mod twilio;
pub mod webhook;
mod whatsapp;
mod workers;

pub use channels::{Form, Opener, Route, Ways};
pub use check::Lookup;
pub use message::write;
pub use workers::Post;

use crate::domain::appointment::Visit;
use crate::domain::record::Clinic;
use crate::domain::reminder::Kind;
use crate::domain::series::Sitting;
use crate::domain::time::Instant;

/// A message to be rendered from the appointment's current state.
#[derive(Debug, Clone, Copy)]
pub struct Outgoing<'a> {
    /// The sender.
    pub clinic: &'a Clinic,
    /// The kind of message.
    pub kind: Kind,
    /// The appointment.
    pub visit: &'a Visit,
    /// The estimated start, if the message announces a delay.
    pub expected_at: Option<Instant>,
    /// The text, if it is an answer to what the patient wrote.
    pub answer: Option<&'a str>,
    /// The dates of a series that one confirmation lists; otherwise empty.
    pub dates: &'a [Sitting],
    /// The channel.
    pub route: Route,
}
