//! The report of a sweep: results of messages, totals, and who receives them.

use crate::app::reminders::Note;
use crate::delivery::Ways;
use crate::domain::refusal::Refusal;
use crate::domain::reminder::{Decision, MessageStatus};
use crate::domain::time::{Instant, Zone};
use crate::platform::error::Result;

/// The result for one message.
#[derive(Debug, Clone)]
pub struct Swept {
    /// The message before the sweep.
    pub note: Note,
    /// The decision on it.
    pub decision: Decision,
    /// Its status after the sweep.
    pub status: MessageStatus,
    /// The channel used, or to be used.
    pub channel: String,
    /// The patient's address on that channel.
    pub to: String,
    /// The text, if it is sent.
    pub text: Option<String>,
    /// When it is tried again, after a failed try or while its channel rests.
    pub again_at: Option<Instant>,
    /// Why it was not sent, after an error.
    pub error: Option<String>,
}

impl Swept {
    /// The result for a message that no channel was tried for.
    pub(crate) fn untried(note: Note, decision: Decision, ways: &Ways<'_>, channel: &str) -> Self {
        Swept {
            status: decision.settles_as().unwrap_or(note.message.status),
            to: ways.address(channel, &note.visit),
            channel: channel.to_owned(),
            text: None,
            again_at: None,
            error: None,
            note,
            decision,
        }
    }

    /// Returns the reason for the result, as text.
    pub fn why(&self) -> String {
        let zone = &self.note.visit.zone;
        match (self.again_at, self.decision) {
            (Some(at), Decision::Send) => text!("could-not-go-out-is-tried-again-at", at = zone.rfc3339(at)),
            (Some(at), _) => text!("its-channel-rests-is-tried-at", at = zone.rfc3339(at)),
            (None, decision) => decision.reason(zone),
        }
    }
}

/// Totals of a sweep.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Tally {
    /// Messages to send.
    pub due: usize,
    /// Messages sent.
    pub sent: usize,
    /// Messages that failed for good.
    pub failed: usize,
    /// Messages settled or postponed without a try.
    pub skipped: usize,
}

impl Tally {
    /// Adds one result.
    pub fn count(&mut self, swept: &Swept) {
        if swept.decision != Decision::Send {
            self.skipped += 1;
            return;
        }
        self.due += 1;
        match swept.status {
            MessageStatus::Sent => self.sent += 1,
            MessageStatus::Failed => self.failed += 1,
            _ => {}
        }
    }
}

/// Receives a sweep's report while the sweep runs.
pub trait Reader {
    /// The error if the report cannot be written.
    type Problem: From<Refusal>;

    /// Whether each part is visible once written. If not, printed messages count as sent when the report is
    /// complete.
    fn reads_along(&self) -> bool;

    /// Writes results. If that fails, no printed message among them counts as sent.
    fn take(&mut self, swept: &[Swept]) -> Result<(), Self::Problem>;

    /// Writes a warning.
    fn warn(&mut self, words: &str);
}

/// The report of a dry run.
#[derive(Debug, Clone)]
pub struct Rehearsal {
    /// The time of the report.
    pub as_of: Instant,
    /// The clinic's zone.
    pub zone: Zone,
    /// The messages, earliest ready first.
    pub messages: Vec<Swept>,
}
