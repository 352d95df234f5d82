//! Waits for another program that has locked the book.

use crate::platform::error::StoreError;
use std::cell::Cell;
use std::time::Duration;

/// The limit of a writer's wait, in the queue and for SQLite's lock together.
pub(super) const PATIENCE: Duration = Duration::from_secs(10);

thread_local! {
    static WAITED: Cell<Duration> = const { Cell::new(Duration::ZERO) };
    static LINED_UP: Cell<Duration> = const { Cell::new(Duration::ZERO) };
}

/// Records the time spent in the queue, which counts towards [`PATIENCE`].
pub(super) fn lined_up(waited: Duration) {
    LINED_UP.set(waited);
}

/// SQLite's busy handler: sleeps 0.3 to 3 ms at first, and up to 24 ms after many tries, to leave the
/// processor to the writer. SQLite's own back-off would let late programs overtake the first one.
pub(super) fn wait_a_little(tries: i32) -> bool {
    let nap = nap() * (1 + tries.unsigned_abs() / 16).min(8);
    let waited = if tries == 0 { LINED_UP.get() } else { WAITED.get() } + nap;
    WAITED.set(waited);
    if waited > PATIENCE {
        return false;
    }
    std::thread::sleep(nap);
    true
}

pub(super) fn nap() -> Duration {
    // Without randomness, sleeps of equal length still make progress.
    let random = getrandom::u32().unwrap_or(1350);
    Duration::from_micros(300 + u64::from(random % 2700))
}

pub(super) fn retry_busy<T>(mut step: impl FnMut() -> Result<T, StoreError>) -> Result<T, StoreError> {
    let mut waited = Duration::ZERO;
    loop {
        match step() {
            Err(StoreError::Busy) if waited < PATIENCE => {
                let nap = nap();
                waited += nap;
                std::thread::sleep(nap);
            }
            answer => return answer,
        }
    }
}
