//! Retries after conflicts between writers and after lost connections.
//!
//! Uncommitted work has no effect and is simply repeated. After a lost answer to a commit, the audit log
//! shows whether the commit succeeded: entries are chained, so no other program can have written the same
//! entry, and each place in a chain can be taken only once.

use crate::domain::refusal::{Code, Refusal};
use crate::platform::error::StoreError;
use std::time::{Duration, Instant};

/// How long to retry an unreachable server; also the longest total sleep after conflicts.
pub(super) const PATIENCE: Duration = Duration::from_secs(10);
/// The first and the longest sleep after a conflict; each is twice the one before.
const MET: (Duration, Duration) = (Duration::from_millis(1), Duration::from_millis(100));
/// The first and the longest sleep while a server is unreachable.
const AWAY: (Duration, Duration) = (Duration::from_millis(50), Duration::from_millis(400));

/// How one attempt ended.
pub(super) enum Try<T, R> {
    /// Committed, or completed as a dry run.
    Done(T),
    /// The work returned an error.
    Refused(R),
    /// The attempt must be repeated.
    Again(StoreError),
}

/// How many tries may treat a constraint violation as a possible conflict with another writer.
const DOUBTS: u32 = 3;

/// Whether a retry may help; constraint violations count only if `doubt` is set.
pub(super) fn may_pass(problem: &StoreError, doubt: bool) -> bool {
    match problem {
        StoreError::Conflict | StoreError::Lost { .. } | StoreError::Away { .. } => true,
        StoreError::Constraint(_) | StoreError::Overlap => doubt,
        _ => false,
    }
}

/// Sleeps between tries, up to a time limit.
pub(super) struct Patience {
    left: Duration,
    /// When to give up on an unreachable server.
    until: Option<Instant>,
    tries: u32,
}

impl Patience {
    pub(super) fn of(left: Duration) -> Self {
        Patience { left, until: None, tries: 0 }
    }

    /// Whether a constraint violation is still worth a retry.
    pub(super) fn doubts(&self) -> bool {
        self.tries < DOUBTS
    }

    /// Sleeps for a random time; returns `false` if the time limit is reached.
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
        // 50 to 100 % of the time, so that writers do not conflict again. If the random source fails, the
        // constant sleep still makes progress.
        let part = getrandom::u32().unwrap_or_default() % 500 + 500;
        let nap = longest * part / 1000;
        if !away {
            self.left = self.left.saturating_sub(nap);
        }
        std::thread::sleep(nap);
        true
    }
}

/// Adds to a database error that an earlier change of the same command was saved.
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

/// The error for a change whose outcome is unknown.
pub(super) fn unknown_outcome(problem: &dyn std::fmt::Display) -> Refusal {
    crate::platform::error::unknown_outcome(text!("the-server-was-lost-while-the-change", problem))
}
