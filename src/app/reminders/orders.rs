//! What a sweep starts from: its options and the state of the clinic's outbox.

use crate::app::{Desk, Env};
use crate::delivery::Ways;
use crate::delivery::templates::{Folder, Wording};
use crate::domain::delivery::Rest;
use crate::domain::record::Clinic;
use crate::domain::time::{Instant, Zone};
use crate::platform::error::Result;

/// Default number of letters in flight per channel.
pub const WORKERS: usize = 8;

/// Options of a sweep.
#[derive(Clone, Copy)]
pub struct Orders<'a> {
    /// The channels besides `print`.
    pub ways: &'a Ways<'a>,
    /// Maximum number of letters in flight per channel.
    pub workers: usize,
    /// Maximum number of messages to send; none: all that are due.
    pub limit: Option<usize>,
}

/// The state at the start of a sweep.
pub struct Start {
    /// The time of the report.
    pub as_of: Instant,
    pub(crate) desk: Desk,
    /// Channels that rest or rested lately.
    pub(crate) rests: Vec<(String, Rest)>,
    /// Whether anything is due.
    pub(crate) any: bool,
    /// Whether the end of a recent sweep is recorded.
    pub(crate) noted: bool,
}

impl Start {
    /// The clinic's zone, used in the report.
    pub fn zone(&self) -> &Zone {
        &self.desk.zone
    }
}

/// Returns the clinic's own templates, with the built-in ones as fallback.
pub(crate) fn wording(env: &Env, clinic: &Clinic) -> Result<Wording> {
    let folder = env.templates.as_deref().and_then(|directory| Folder::of(directory, &clinic.code));
    Wording::new(folder.as_ref())
}
