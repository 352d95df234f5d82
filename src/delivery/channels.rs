//! The ways out of the house that a workstation has, each opened when the first letter goes by it.

use crate::delivery::channel::Channel;
use crate::domain::appointment::Visit;
use crate::platform::error::Result;
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::sync::Arc;

/// What opens channels by their names.
pub trait Opener {
    /// Opens a channel.
    fn open(&self, name: &str) -> Result<Box<dyn Channel>>;

    /// Whether the channel of that name reaches patients by mail, and not at their phones.
    fn is_mail(&self, name: &str) -> bool;
}

/// The channels, opened once. `print` is none of them: what goes there is the sweep's own to write.
pub struct Ways<'o> {
    opener: &'o dyn Opener,
    opened: RefCell<BTreeMap<String, Opened>>,
}

/// A channel, or why there is none.
type Opened = Result<Arc<dyn Channel>, String>;

impl<'o> Ways<'o> {
    /// The channels that the opener knows.
    pub fn new(opener: &'o dyn Opener) -> Self {
        Ways { opener, opened: RefCell::default() }
    }

    /// The channel of that name.
    pub fn channel(&self, name: &str) -> Opened {
        let mut opened = self.opened.borrow_mut();
        if let Some(known) = opened.get(name) {
            return known.clone();
        }
        let channel = self.opener.open(name).map(Arc::from).map_err(|refusal| refusal.in_a_line());
        opened.insert(name.to_owned(), channel.clone());
        channel
    }

    /// Where that channel reaches the patient.
    pub fn address(&self, name: &str, visit: &Visit) -> String {
        if self.opener.is_mail(name) {
            return visit.patient.email.clone().unwrap_or_default();
        }
        visit.patient.phone.clone()
    }
}
