//! Detects that the cron job that sends messages has stopped.

use crate::app::Context;
use crate::domain::time::Instant;
use crate::platform::error::Result;
use crate::store::{Ending, Tx, sweeps};

/// Seconds that a due message may wait without a sweep before a warning.
pub const PATIENCE: i64 = 15 * 60;

/// Seconds in which the end of an idle sweep is not recorded again; well below [`PATIENCE`].
const NOTED_FOR: i64 = 5 * 60;

/// State of a clinic's sweeps.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Heartbeat {
    /// Nothing is due, or the oldest due message became due or was swept within [`PATIENCE`].
    Steady,
    /// A message is due, and the last sweep was too long ago.
    Late {
        /// Since when the oldest due message has waited.
        waiting_since: Instant,
        /// When the last sweep ended.
        last_sweep: Instant,
    },
    /// A message is due, and no sweep has ever run; the clinic may not use messages.
    Never {
        /// Since when the oldest due message has waited.
        waiting_since: Instant,
    },
}

/// Computes the state of a clinic's sweeps.
pub fn of(tx: &mut Tx<'_>, clinic_id: &str, now: Instant) -> Result<Heartbeat> {
    let (waiting_since, last_sweep) =
        (sweeps::waiting_since(tx, clinic_id, now)?, sweeps::last_end(tx, clinic_id)?);
    let Some(waiting_since) = waiting_since else { return Ok(Heartbeat::Steady) };
    // Quiet hours keep messages over several sweeps, so count from the last sweep.
    let left_alone_since = last_sweep.map_or(waiting_since, |last| last.max(waiting_since));
    if now.unix() - left_alone_since.unix() <= PATIENCE {
        return Ok(Heartbeat::Steady);
    }
    Ok(match last_sweep {
        Some(last_sweep) => Heartbeat::Late { waiting_since, last_sweep },
        None => Heartbeat::Never { waiting_since },
    })
}

/// Whether the last recorded sweep is so recent that an idle one need not be recorded: saves a write per
/// minute.
pub(crate) fn is_fresh(tx: &mut Tx<'_>, clinic_id: &str, now: Instant) -> Result<bool> {
    let last = sweeps::last_end(tx, clinic_id)?;
    Ok(last.is_some_and(|last| (0..NOTED_FOR).contains(&(now.unix() - last.unix()))))
}

pub(crate) fn note(context: &mut Context, clinic_id: &str) -> Result<()> {
    let Context { store, env } = context;
    store.write_in_clinic(Ending::Commit, |tx| Ok(sweeps::note_end(tx, clinic_id, env.time())?))
}
