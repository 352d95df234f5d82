//! The channels of a workstation, each opened at its first use.

use crate::delivery::channel::Channel;
use crate::domain::appointment::Visit;
use crate::platform::error::Result;
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::sync::Arc;

/// Opens channels by name.
pub trait Opener {
    /// Opens the channel `name`.
    fn open(&self, name: &str) -> Result<Box<dyn Channel>>;

    /// Whether the channel `name` sends mail and not messages to a phone.
    fn is_mail(&self, name: &str) -> bool;
}

/// The channels, each opened once. `print` is not among them: the sweep prints its messages itself.
pub struct Ways<'o> {
    opener: &'o dyn Opener,
    opened: RefCell<BTreeMap<String, Opened>>,
}

type Opened = Result<Arc<dyn Channel>, String>;

impl<'o> Ways<'o> {
    /// Opens nothing yet.
    pub fn new(opener: &'o dyn Opener) -> Self {
        Ways { opener, opened: RefCell::default() }
    }

    /// The channel `name`, or why it can't be opened.
    pub fn channel(&self, name: &str) -> Opened {
        let mut opened = self.opened.borrow_mut();
        if let Some(known) = opened.get(name) {
            return known.clone();
        }
        let channel = self.opener.open(name).map(Arc::from).map_err(|refusal| refusal.in_a_line());
        opened.insert(name.to_owned(), channel.clone());
        channel
    }

    /// The address for this channel: the patient's e-mail address (empty if there is none) or phone.
    pub fn address(&self, name: &str, visit: &Visit) -> String {
        if self.opener.is_mail(name) {
            return visit.patient.email.clone().unwrap_or_default();
        }
        visit.patient.phone.clone()
    }
}
