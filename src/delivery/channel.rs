//! The interface of a channel: it takes a rendered message and returns the outcome.

use crate::domain::reminder::Kind;
use crate::formats::ics::write::Entry;
use std::time::Duration;

/// Names that [`Letter::words`] can have: the variables of message templates.
pub const WORDS: [&str; 10] =
    ["kind", "clinic", "patient", "doctor", "branch", "day", "time", "expected", "zone", "code"];

/// A message ready to be sent: addressed, and rendered from the appointment's current state.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Letter {
    /// The message's id; the same on every try, so that a receiver can detect duplicates.
    pub message_id: String,
    /// The kind of message.
    pub kind: Kind,
    /// The clinic's name, shown as the sender.
    pub clinic: String,
    /// `es` or `en`.
    pub language: String,
    /// The subject, for channels that have one.
    pub subject: String,
    /// The text.
    pub text: String,
    /// The patient's name.
    pub name: String,
    /// The patient's phone, E.164.
    pub phone: String,
    /// The patient's e-mail address, if one is known.
    pub email: Option<String>,
    /// The values that the text was rendered from, by names of [`WORDS`], for providers that fill templates
    /// of their own. A value that the appointment does not have may be missing or empty.
    pub words: Vec<(&'static str, String)>,
    /// The appointment as a calendar entry.
    pub entry: Entry,
}

/// Result of sending a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// The receiving side accepted the message.
    Sent,
    /// The provider accepted the message under this id, by which it reports the delivery.
    SentAs {
        /// The provider's id.
        id: String,
    },
    /// A temporary failure.
    Later {
        /// The reason, without secrets.
        why: String,
        /// The pause that the receiving side asked for.
        after: Option<Duration>,
        /// Whether the failure affects the whole channel: no other message goes out through it during the
        /// pause.
        whole_channel: bool,
    },
    /// A permanent failure of this message on this channel.
    Never {
        /// The reason, without secrets.
        why: String,
    },
    /// The patient has opted out at the provider.
    OptedOut {
        /// The provider's text.
        why: String,
    },
}

impl Outcome {
    pub(crate) fn later(why: impl Into<String>, after: Option<Duration>) -> Self {
        Outcome::Later { why: why.into(), after, whole_channel: false }
    }

    /// Accepted under the provider's id; without one if the id is too long or strange to be stored.
    pub(crate) fn sent_as(id: &str) -> Self {
        crate::delivery::replies::id(id).map_or(Outcome::Sent, |id| Outcome::SentAs { id })
    }

    /// A temporary failure of the whole channel.
    pub(crate) fn held_up(why: impl Into<String>, after: Option<Duration>) -> Self {
        Outcome::Later { why: why.into(), after, whole_channel: true }
    }

    pub(crate) fn never(why: impl Into<String>) -> Self {
        Outcome::Never { why: why.into() }
    }
}

/// A way to send messages; several workers may use it at once.
pub trait Channel: Send + Sync {
    /// Sends `letter` within the channel's time limit.
    fn send(&self, letter: &Letter) -> Outcome;
}
