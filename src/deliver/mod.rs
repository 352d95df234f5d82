//! THE WORLD OUTSIDE: what a message says and the channels that it goes out by.

pub mod channel;
mod letter;
mod post;
pub mod templates;

pub use letter::{Written, write};
pub use post::{Done, Post};

use crate::domain::appointment::Visit;
use crate::domain::record::Clinic;
use crate::domain::reminder::Kind;
use crate::domain::settings::PRINT;
use channel::Channel;
use std::collections::BTreeMap;

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

/// The ways out of the house that a workstation has besides its own standard output, by the names
/// that the settings know them by.
#[derive(Default)]
pub struct Ways {
    channels: BTreeMap<String, Way>,
}

struct Way {
    channel: Box<dyn Channel>,
    address: Address,
}

/// Where a channel reaches a patient.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Address {
    /// At their phone.
    Phone,
    /// At their e-mail address.
    Email,
}

impl Ways {
    /// Adds a channel, or puts another in the place of the one that has its name.
    pub fn add(&mut self, name: &str, address: Address, channel: Box<dyn Channel>) {
        self.channels.insert(name.to_owned(), Way { channel, address });
    }

    /// The channel of that name; none for `print`, which is the sweep's own.
    pub fn channel(&self, name: &str) -> Option<&dyn Channel> {
        self.channels.get(name).map(|way| way.channel.as_ref())
    }

    /// Whether there is a channel of that name.
    pub fn knows(&self, name: &str) -> bool {
        name == PRINT || self.channels.contains_key(name)
    }

    /// Where that channel reaches the patient; the phone where it is none of ours.
    pub fn address(&self, name: &str, visit: &Visit) -> String {
        match self.channels.get(name).map(|way| way.address) {
            Some(Address::Email) => visit.patient.email.clone().unwrap_or_default(),
            Some(Address::Phone) | None => visit.patient.phone.clone(),
        }
    }
}
