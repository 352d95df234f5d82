//! Answers of patients and delivery reports, as providers send them: pure parsers with bounds, and signatures.
//!
//! A body is checked against its signature first ([`Receiver`]), then parsed ([`Receiver::read`]). Nothing here
//! knows the book.

mod forms;
mod mail;
mod receiver;
mod signature;
mod whatsapp;

pub(crate) use receiver::Settings;
pub use receiver::{Receiver, Rejected, Request};

use crate::domain::reply::Meaning;
use crate::domain::time::Instant;

/// Most bytes of a provider's body.
pub const BODY_LIMIT: usize = 64 * 1024;
/// Most answers and reports of one body.
const MOST: usize = 500;
/// Most characters of an answer that are kept: the longest text that WhatsApp sends. An answer that is cut here
/// is far too long to be understood.
const TEXT_LIMIT: usize = 4096;
/// Most bytes of a provider's id, or of a sender's address.
const ID_LIMIT: usize = 200;

/// The content of a provider's body. Both lists are empty if the body holds nothing for us, such as an absence
/// note.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Delivered {
    /// The answers, in the provider's order.
    pub answers: Vec<Answer>,
    /// The reports, in the provider's order.
    pub reports: Vec<Report>,
}

/// An answer of a patient.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// The provider's id, by which a repetition is detected.
    pub id: String,
    /// The sender's number (as the provider writes it, with `+`) or e-mail address.
    pub from: String,
    /// The text; line breaks are kept, other control characters are not.
    pub text: String,
    /// When the provider received it, if the body says so.
    pub at: Option<Instant>,
    /// What the answer refers to, if the body says so.
    pub about: Option<About>,
    /// What the answer says, if the body says so beyond doubt; else the text is read.
    pub said: Option<Meaning>,
}

/// What an answer refers to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum About {
    /// The message with this id at the provider.
    Message(String),
    /// The appointment with this id.
    Appointment(String),
}

/// A provider's report about a message that was sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    /// The message's id at the provider.
    pub id: String,
    /// What became of the message.
    pub state: State,
    /// The provider's error code, if the message failed.
    pub code: Option<String>,
    /// When it happened, if the body says so.
    pub at: Option<Instant>,
}

pub use crate::domain::delivery::State;

/// Why a body can't be read. Localised; holds nothing of the body.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unreadable(pub String);

impl Delivered {
    fn bounded(self) -> Result<Delivered, Unreadable> {
        match self.answers.len() + self.reports.len() {
            0..=MOST => Ok(self),
            _ => Err(Unreadable(text!("replies-too-many-in-one-body", most = MOST))),
        }
    }
}

/// Removes control characters other than line breaks, and cuts the text.
fn tidy(text: &str) -> String {
    let kept = text.chars().filter(|c| *c == '\n' || !c.is_control());
    kept.take(TEXT_LIMIT).collect::<String>().trim().to_owned()
}

/// An id or address: not empty, bounded, without blanks and control characters.
pub(crate) fn id(text: &str) -> Option<String> {
    let text = text.trim();
    let sound = !text.is_empty() && text.len() <= ID_LIMIT;
    (sound && !text.chars().any(|c| c.is_control() || c.is_whitespace())).then(|| text.to_owned())
}

/// As [`id`], required.
fn required(text: &str, field: &'static str) -> Result<String, Unreadable> {
    id(text).ok_or_else(|| Unreadable(text!("replies-field-missing-or-malformed", field)))
}
