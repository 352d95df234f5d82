//! Answers of patients: what one says, and what it means.
//!
//! An answer counts only as a whole: "sí" is a yes, "sí, pero mañana" is not. Case, accents, punctuation and
//! emoji don't matter, nor do a greeting before or thanks behind.

mod phrases;

pub use phrases::{Phrases, Understood};

use crate::domain::time::Instant;
use strum::{IntoStaticStr, VariantArray};

/// One answer, as every way in hands it over: the command line, JSON, and the body of any provider.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Reply {
    /// The provider's id of the message; the same whenever the provider delivers it again.
    pub id: Option<String>,
    /// Who wrote: a phone number or an e-mail address, as the provider writes it.
    pub from: String,
    /// The text, without a quoted message.
    pub text: String,
    /// The channel's name in the configuration.
    pub channel: Option<String>,
    /// When the provider received it; `None` for now.
    pub received_at: Option<Instant>,
    /// The meaning, if the provider's form says it beyond doubt, as a calendar's answer does; else the text is
    /// read.
    pub meaning: Option<Meaning>,
    /// The code or id of the appointment, if it is named outside the text.
    pub appointment: Option<String>,
    /// Whether a machine wrote it (an out-of-office mail): it gets no answer.
    pub automatic: bool,
}

/// What an answer means.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, IntoStaticStr, VariantArray)]
#[strum(serialize_all = "snake_case")]
pub enum Meaning {
    /// The patient comes.
    Yes,
    /// The patient does not come.
    No,
    /// No more messages.
    Stop,
    /// Messages again.
    Start,
    /// Anything else; a person has to read it.
    Unclear,
}

spelled!(Meaning);

/// Adds the reading of a stored word.
macro_rules! parsed {
    ($($kind:ident),+) => {$(
        impl $kind {
            /// Parses the public spelling.
            pub fn parse(word: &str) -> Result<$kind, String> {
                $kind::spelled(word).ok_or_else(|| word.to_owned())
            }
        }
    )+};
}
parsed!(Meaning, Outcome, Why);

/// What came of an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, IntoStaticStr, VariantArray)]
#[strum(serialize_all = "snake_case")]
pub enum Outcome {
    /// The appointment is confirmed by the patient.
    Confirmed,
    /// The appointment was cancelled by the patient.
    Cancelled,
    /// The patient gets no more messages by this channel.
    OptedOut,
    /// The patient gets messages again.
    OptedIn,
    /// The patient was asked which appointment is meant.
    Asked,
    /// A person has to deal with it.
    Inbox,
    /// The answer was taken in before.
    Repeated,
}

spelled!(Outcome);

/// Why an answer is in the inbox.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, IntoStaticStr, VariantArray)]
#[strum(serialize_all = "snake_case")]
pub enum Why {
    /// The text was not understood, or it does not say which appointment it is about.
    Unclear,
    /// The appointment begins too soon to be cancelled by the patient.
    TooLate,
    /// No patient has this number.
    UnknownNumber,
    /// Several appointments could be meant.
    Several,
    /// The appointment can't be confirmed or cancelled any more.
    Failed,
}

spelled!(Why);

/// An answer as it was taken in.
#[derive(Debug, Clone, PartialEq)]
pub struct Received {
    /// The clinic's id.
    pub clinic_id: String,
    /// UUIDv7.
    pub id: String,
    /// The number by which people name it, from 1 in each clinic.
    pub number: i64,
    /// The channel's name; empty if none was named.
    pub channel: String,
    /// The provider's id of the message, or a made one.
    pub provider_id: String,
    /// The phone in E.164 or the e-mail address, else as given.
    pub sender: String,
    /// The text, sealed and cut to [`KEPT`] characters; `None` once erased.
    pub text: Option<Vec<u8>>,
    /// When the provider received it.
    pub received_at: Instant,
    /// When it was taken in.
    pub taken_at: Instant,
    /// The meaning.
    pub understood: Meaning,
    /// What came of it.
    pub result: Outcome,
    /// Why it is or was in the inbox.
    pub why: Option<Why>,
    /// The appointment that it is about.
    pub appointment_id: Option<String>,
    /// The patient who has the number, if there is only one.
    pub patient_id: Option<String>,
    /// Whether an answer went back.
    pub answered: bool,
    /// When somebody dealt with it.
    pub done_at: Option<Instant>,
}

/// How many characters of a text are kept.
pub const KEPT: usize = 1000;

/// How many answers a number gets in [`ANSWERS_WITHIN`] seconds, so that two machines don't talk for ever.
pub const MOST_ANSWERS: i64 = 3;
/// See [`MOST_ANSWERS`].
pub const ANSWERS_WITHIN: i64 = 86_400;
/// How many seconds ago a message may have been sent that an answer without a code is about.
pub const WRITTEN_WITHIN: i64 = 14 * 86_400;

/// The reason of an appointment that its patient cancelled by an answer.
pub const CANCELLED: &str = "cancelled by the patient";
