//! How many messages a sweep reads and settles in one transaction.
//!
//! With a fast database, each message is read right before a worker takes it and settled when it returns.
//! With a slow one, a transaction covers the messages that go out in about a second.

use crate::app::reminders::due;
use crate::app::reminders::updates::Held;
use crate::delivery::channel::Letter;
use std::collections::VecDeque;
use std::time::{Duration, Instant};

/// A database is far away if its shortest transaction takes longer than this.
const NEAR: Duration = Duration::from_millis(20);
/// How long letters are prepared in advance, and how long results may wait to be saved.
const AHEAD: Duration = Duration::from_secs(1);

/// How far away the database is: its shortest transaction so far.
#[derive(Debug, Default)]
pub(crate) struct Distance {
    shortest: Duration,
}

impl Distance {
    /// Records the duration of a short transaction; the shortest counts, as others may wait for locks.
    pub(crate) fn note(&mut self, took: Duration) {
        let known = self.shortest > Duration::ZERO;
        self.shortest = if known { self.shortest.min(took) } else { took };
    }

    pub(crate) fn is_far(&self) -> bool {
        self.shortest > NEAR
    }
}

/// Letters recorded as handed over that wait for a worker of their channel.
pub(crate) struct Stock {
    pub letters: VecDeque<(Held, Letter)>,
    read_at: Instant,
    /// Since when workers may take them.
    ready_since: Instant,
    /// Number of letters, without those taken back.
    size: usize,
}

impl Stock {
    pub(crate) fn new(letters: Vec<(Held, Letter)>, read_at: Instant) -> Self {
        Stock { size: letters.len(), letters: letters.into(), read_at, ready_since: Instant::now() }
    }

    /// Whether letters are left that may be outdated.
    pub(crate) fn is_stale(&self) -> bool {
        is_long_since(self.read_at) && !self.letters.is_empty()
    }

    /// Takes out all letters that were not sent.
    pub(crate) fn take(&mut self) -> VecDeque<(Held, Letter)> {
        self.size -= self.letters.len();
        std::mem::take(&mut self.letters)
    }

    /// Estimates from the rate so far how many letters go out within [`AHEAD`].
    pub(crate) fn next_size(&self, at_least: usize) -> usize {
        let passed = self.ready_since.elapsed().as_millis().max(1);
        let rate = self.size as u128 * AHEAD.as_millis() / passed;
        usize::try_from(rate).unwrap_or(usize::MAX).min(due::PAGE).max(at_least)
    }
}

/// Whether [`AHEAD`] has passed since `moment`.
pub(crate) fn is_long_since(moment: Instant) -> bool {
    moment.elapsed() >= AHEAD
}
