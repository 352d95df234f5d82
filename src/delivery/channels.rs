//! The channels of a workstation, each opened at its first use.

use crate::delivery::channel::Channel;
use crate::domain::appointment::Visit;
use crate::platform::error::Result;
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::sync::Arc;

/// How long a text of a channel may be, and at what cost.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Form {
    /// Short; a person or a program may send it on as a text message.
    #[default]
    Text,
    /// A text message: each segment costs, so accents may go.
    Sms,
    /// Of any length: mail, and messages that a provider words.
    Letter,
}

/// What the text of a message depends on of its channel.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Route {
    /// The form of the text.
    pub form: Form,
    /// Whether answers of patients are read (`replies = true`).
    pub replies: bool,
}

/// Opens channels by name.
pub trait Opener {
    /// Opens the channel `name`.
    fn open(&self, name: &str) -> Result<Box<dyn Channel>>;

    /// Whether the channel `name` sends mail and not messages to a phone.
    fn is_mail(&self, name: &str) -> bool;

    /// What texts depend on of the channel `name`.
    fn route(&self, _name: &str) -> Route {
        Route::default()
    }
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

    /// What texts depend on of the channel `name`.
    pub fn route(&self, name: &str) -> Route {
        self.opener.route(name)
    }

    /// The address for this channel: the patient's e-mail address (empty if there is none) or phone.
    pub fn address(&self, name: &str, visit: &Visit) -> String {
        if self.opener.is_mail(name) {
            return visit.patient.email.clone().unwrap_or_default();
        }
        visit.patient.phone.clone()
    }
}
