//! How much a sweep reads, notes and settles at once.
//!
//! Beside its book it reads each message right before a worker takes it, and settles it as soon as it returns.
//! Where a trip to the book takes time, as many letters share one as go out in about a second.

use crate::app::reminders::due;
use crate::app::reminders::pass::Held;
use crate::delivery::channel::Letter;
use std::collections::VecDeque;
use std::time::{Duration, Instant};

/// A short transaction with the book takes longer where the book is far away.
const NEAR: Duration = Duration::from_millis(20);
/// For how long letters are read ahead, and how long what came back may wait to be settled.
const AHEAD: Duration = Duration::from_secs(1);

/// How far the book is.
#[derive(Debug, Default)]
pub(crate) struct Distance {
    shortest: Duration,
}

impl Distance {
    /// Notes how long a short transaction took; the shortest tells, others had to wait.
    pub(crate) fn note(&mut self, took: Duration) {
        let known = self.shortest > Duration::ZERO;
        self.shortest = if known { self.shortest.min(took) } else { took };
    }

    pub(crate) fn is_far(&self) -> bool {
        self.shortest > NEAR
    }
}

/// Letters that are noted as handed over and wait for a worker of their channel.
pub(crate) struct Stock {
    pub letters: VecDeque<(Held, Letter)>,
    read_at: Instant,
    /// Since when workers may have them.
    ready_since: Instant,
    /// How many of them there were, without those that were taken back.
    size: usize,
}

impl Stock {
    /// Letters that were read from that moment on.
    pub(crate) fn new(letters: Vec<(Held, Letter)>, read_at: Instant) -> Self {
        Stock { size: letters.len(), letters: letters.into(), read_at, ready_since: Instant::now() }
    }

    /// Whether what the letters say may not be true any more.
    pub(crate) fn is_stale(&self) -> bool {
        is_long_since(self.read_at) && !self.letters.is_empty()
    }

    /// Takes all letters out that were not sent.
    pub(crate) fn take(&mut self) -> VecDeque<(Held, Letter)> {
        self.size -= self.letters.len();
        std::mem::take(&mut self.letters)
    }

    /// How many letters are likely to go out in the time that letters are read ahead, as these did.
    pub(crate) fn next_size(&self, at_least: usize) -> usize {
        let passed = self.ready_since.elapsed().as_millis().max(1);
        let rate = self.size as u128 * AHEAD.as_millis() / passed;
        usize::try_from(rate).unwrap_or(usize::MAX).min(due::PAGE).max(at_least)
    }
}

/// Whether as much time has passed as letters are read ahead.
pub(crate) fn is_long_since(moment: Instant) -> bool {
    moment.elapsed() >= AHEAD
}
