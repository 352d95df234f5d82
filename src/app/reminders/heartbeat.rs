//! Whether somebody sweeps: a clinic whose cron stopped must not learn it from its patients.

use crate::app::Context;
use crate::domain::time::Instant;
use crate::platform::error::Result;
use crate::store::{Ending, Tx, sweeps};

/// How long a message that could go out may wait for a sweep before somebody should look, in seconds.
pub const PATIENCE: i64 = 15 * 60;

/// For how long the note of a sweep's end is fresh, in seconds: well below [`PATIENCE`].
const NOTED_FOR: i64 = 5 * 60;

/// How it stands with a clinic's sweeps.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Heartbeat {
    /// Nothing has waited for long.
    Steady,
    /// A message could have gone out since then, and the last sweep is longer ago than it should be.
    Late {
        /// Since when it waits.
        waiting_since: Instant,
        /// When the last sweep ended.
        last_sweep: Instant,
    },
    /// The same, and there never was a sweep: perhaps the clinic wants none.
    Never {
        /// Since when it waits.
        waiting_since: Instant,
    },
}

/// How it stands with the sweeps of a clinic.
pub fn of(tx: &mut Tx<'_>, clinic_id: &str, now: Instant) -> Result<Heartbeat> {
    let (waiting_since, last_sweep) =
        (sweeps::waiting_since(tx, clinic_id, now)?, sweeps::last_end(tx, clinic_id)?);
    let Some(waiting_since) = waiting_since else { return Ok(Heartbeat::Steady) };
    // Quiet hours keep messages waiting through sweep after sweep: those are no reason to worry.
    let left_alone_since = last_sweep.map_or(waiting_since, |last| last.max(waiting_since));
    if now.unix() - left_alone_since.unix() <= PATIENCE {
        return Ok(Heartbeat::Steady);
    }
    Ok(match last_sweep {
        Some(last_sweep) => Heartbeat::Late { waiting_since, last_sweep },
        None => Heartbeat::Never { waiting_since },
    })
}

/// Whether a sweep came to its end so lately that another one which finds nothing need not say so again: a note each
/// minute, of each clinic, would be most of what a book writes.
pub(crate) fn is_fresh(tx: &mut Tx<'_>, clinic_id: &str, now: Instant) -> Result<bool> {
    let last = sweeps::last_end(tx, clinic_id)?;
    Ok(last.is_some_and(|last| (0..NOTED_FOR).contains(&(now.unix() - last.unix()))))
}

/// Notes that a sweep came to its end.
pub(crate) fn note(context: &mut Context, clinic_id: &str) -> Result<()> {
    let Context { store, env } = context;
    store.write_in_clinic(Ending::Commit, |tx| Ok(sweeps::note_end(tx, clinic_id, env.time())?))
}
