//! What every way out of the house does: it takes a letter and says what became of it.

use crate::domain::reminder::Kind;
use crate::formats::ics::write::Entry;
use std::time::Duration;

/// The names that [`Letter::words`] can have: those that message templates use.
pub const WORDS: [&str; 10] =
    ["kind", "clinic", "patient", "doctor", "branch", "day", "time", "expected", "zone", "code"];

/// A message as it goes out: worded from the appointment as it is now, and addressed.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Letter {
    /// The message's id; the same on every try, so that a receiver can tell a repetition.
    pub message_id: String,
    /// What it is about.
    pub kind: Kind,
    /// The clinic's name, as the sender.
    pub clinic: String,
    /// `es` or `en`.
    pub language: String,
    /// A line that says what it is, for channels that have one.
    pub subject: String,
    /// The text.
    pub text: String,
    /// The patient's name.
    pub name: String,
    /// The patient's phone, E.164.
    pub phone: String,
    /// The patient's e-mail address, if one is known.
    pub email: Option<String>,
    /// What the text was made of, by names out of [`WORDS`]; for providers that word it themselves.
    /// A word that an appointment has no use for may be missing or empty.
    pub words: Vec<(&'static str, String)>,
    /// The calendar entry that goes along with a mail.
    pub entry: Entry,
}

/// What became of a letter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// The other side has it.
    Sent,
    /// Not now; perhaps later.
    Later {
        /// Why, in words that hold no secret.
        why: String,
        /// When the other side said to come again.
        after: Option<Duration>,
        /// Whether it is the channel that is held up and not this letter: nothing else of it goes out
        /// before then either.
        whole_channel: bool,
    },
    /// Not this way, however often it is tried.
    Never {
        /// Why, in words that hold no secret.
        why: String,
    },
    /// The patient told the provider to send nothing more.
    OptedOut {
        /// In the provider's words.
        why: String,
    },
}

impl Outcome {
    /// This letter not now.
    pub(crate) fn later(why: impl Into<String>, after: Option<Duration>) -> Self {
        Outcome::Later { why: why.into(), after, whole_channel: false }
    }

    /// Nothing of this channel now.
    pub(crate) fn held_up(why: impl Into<String>, after: Option<Duration>) -> Self {
        Outcome::Later { why: why.into(), after, whole_channel: true }
    }

    /// Not this way.
    pub(crate) fn never(why: impl Into<String>) -> Self {
        Outcome::Never { why: why.into() }
    }
}

/// A way out of the house. Several workers may send by it at once.
pub trait Channel: Send + Sync {
    /// Sends a letter, within the channel's own time limit.
    fn send(&self, letter: &Letter) -> Outcome;
}
