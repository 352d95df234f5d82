//! Queue for the SQLite write lock.
//!
//! SQLite polls with sleeps; waiting on a file lock first lets the kernel wake the next writer at once. Only
//! an optimisation: SQLite's own lock still decides. The file is the write-ahead log, which SQLite itself
//! never locks.

use super::patience::{self, PATIENCE};
use std::fs::{File, TryLockError};
use std::path::Path;
use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread;
use std::time::Duration;

/// Runs work that takes SQLite's write lock without a transaction of ours.
pub(super) fn in_turn<T>(log: &Path, work: impl FnOnce() -> T) -> T {
    let turn = Turn::wait(log);
    let done = work();
    patience::lined_up(Duration::ZERO);
    drop(turn);
    done
}

/// The part of [`PATIENCE`] that is left for SQLite's own lock.
const AT_LAST: Duration = Duration::from_secs(1);

/// How often the waiting time is updated.
const PIECE: Duration = Duration::from_millis(50);

/// The queue's lock, held until dropped.
pub(super) struct Turn {
    _log: File,
}

impl Turn {
    /// Waits for the lock. `None` without a log, on a file system without such locks, and after a long wait,
    /// as the lock's holder may be no writer.
    pub(super) fn wait(log: &Path) -> Option<Turn> {
        Turn::within(log, PATIENCE - AT_LAST)
    }

    fn within(log: &Path, patience: Duration) -> Option<Turn> {
        patience::lined_up(Duration::ZERO);
        // On other systems the lock is mandatory and may keep SQLite itself from the log.
        if !cfg!(unix) {
            return None;
        }
        let log = File::open(log).ok()?;
        match log.try_lock() {
            Ok(()) => return Some(Turn { _log: log }),
            Err(TryLockError::Error(_)) => return None,
            Err(TryLockError::WouldBlock) => {}
        }
        // The lock has no time limit, so another thread waits for it.
        let (had, turn) = mpsc::channel();
        let waits = move || {
            if log.lock().is_ok() {
                // After a time-out the send fails, and closing the file releases the lock.
                let _ = had.send(log);
            }
        };
        thread::Builder::new().spawn(waits).ok()?;
        // The time spent here counts towards the patience for SQLite's own lock.
        let mut waited = Duration::ZERO;
        while waited < patience {
            match turn.recv_timeout(PIECE) {
                Ok(log) => return Some(Turn { _log: log }),
                Err(RecvTimeoutError::Disconnected) => return None,
                Err(RecvTimeoutError::Timeout) => waited += PIECE,
            }
            patience::lined_up(waited);
        }
        None
    }
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    #[test]
    fn one_has_it_and_the_next_gets_it_when_it_is_dropped() {
        let log = tempfile::NamedTempFile::new().unwrap();
        let first = Turn::wait(log.path());
        assert!(first.is_some());
        assert!(Turn::within(log.path(), PIECE).is_none());
        drop(first);
        let second = Turn::wait(log.path());
        assert!(second.is_some());
        thread::scope(|scope| {
            let third = scope.spawn(|| Turn::wait(log.path()).is_some());
            drop(second);
            assert!(third.join().unwrap());
        });
    }

    #[test]
    fn where_there_is_no_log_nobody_waits() {
        let folder = tempfile::tempdir().unwrap();
        assert!(Turn::wait(&folder.path().join("turno.db-wal")).is_none());
    }
}
