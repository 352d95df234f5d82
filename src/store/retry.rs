//! Beginning again: when two writers met, when a server went away, and when it lets nobody in. Here is decided
//! which problems pass, and how long that is waited for.
//!
//! What was not committed is not there, so work that was cut short is simply done again. A commit
//! whose answer was lost may be there: its entry in the audit log tells. Entries are chained, so no
//! other program can have written that very one, and the place in the log can be taken only once.

use crate::domain::refusal::{Code, Refusal};
use crate::platform::error::StoreError;
use std::time::{Duration, Instant};

/// How long a server is waited for that is away, and how long is slept between tries where writers met.
pub(super) const PATIENCE: Duration = Duration::from_secs(10);
/// The first nap after two writers met, and the longest: each is twice the one before.
const MET: (Duration, Duration) = (Duration::from_millis(1), Duration::from_millis(100));
/// The same for a server that is away.
const AWAY: (Duration, Duration) = (Duration::from_millis(50), Duration::from_millis(400));

/// How one try at a change ended.
pub(super) enum Try<T, R> {
    /// It lasts (or was a rehearsal).
    Done(T),
    /// The work said no.
    Refused(R),
    /// It has to be done again.
    Again(StoreError),
}

/// How often a constraint is not taken at its word where writers may have met at it.
const DOUBTS: u32 = 3;

/// Whether a fault is one that doing it again may mend; a constraint's, where that is in `doubt`.
pub(super) fn may_pass(problem: &StoreError, doubt: bool) -> bool {
    match problem {
        StoreError::Conflict | StoreError::Lost { .. } | StoreError::Away { .. } => true,
        StoreError::Constraint(_) | StoreError::Overlap => doubt,
        _ => false,
    }
}

/// Waits between tries, until it was long enough.
pub(super) struct Patience {
    left: Duration,
    /// When a server that is away is given up.
    until: Option<Instant>,
    tries: u32,
}

impl Patience {
    /// Patience for so long.
    pub(super) fn of(left: Duration) -> Self {
        Patience { left, until: None, tries: 0 }
    }

    /// Whether what a constraint says is still worth another look.
    pub(super) fn doubts(&self) -> bool {
        self.tries < DOUBTS
    }

    /// Takes a nap of random length; `false` where there is no patience left.
    pub(super) fn nap(&mut self, problem: &StoreError) -> bool {
        let away = matches!(problem, StoreError::Lost { .. } | StoreError::Away { .. });
        let left = match away {
            true => {
                let until = *self.until.get_or_insert_with(|| Instant::now() + self.left);
                until.saturating_duration_since(Instant::now())
            }
            false => self.left,
        };
        if left.is_zero() {
            return false;
        }
        let (first, longest) = if away { AWAY } else { MET };
        let longest = (first * 2_u32.saturating_pow(self.tries.min(10))).min(longest);
        self.tries += 1;
        // Half to all of it: writers that met once don't meet again at the same moment.
        // Without randomness to be had, naps of one length still make progress.
        let part = getrandom::u32().unwrap_or_default() % 500 + 500;
        let nap = longest * part / 1000;
        if !away {
            self.left = self.left.saturating_sub(nap);
        }
        std::thread::sleep(nap);
        true
    }
}

/// A book that fails after a change of the same command was saved: that it was is said along.
pub(super) fn after_a_change(refusal: Refusal) -> Refusal {
    let saved = text!("what-was-changed-before-that-is-saved");
    let of_the_store = matches!(refusal.code, Code::StoreBusy | Code::StoreUnavailable | Code::StoreCorrupt);
    if !of_the_store || refusal.details.contains_key("outcome") {
        return refusal;
    }
    let mut refusal = refusal.part_way(saved).detail("outcome", "saved");
    if !refusal.message.contains(saved) {
        refusal.message = format!("{}; {saved}", refusal.message);
    }
    refusal
}

/// What is said where it is not known whether a change was made.
pub(super) fn unknown_outcome(problem: &dyn std::fmt::Display) -> Refusal {
    crate::platform::error::unknown_outcome(text!("the-server-was-lost-while-the-change", problem))
}
