//! Whose turn it is to write, where several programs want to.
//!
//! SQLite knows no queue: a program that finds the book locked naps and looks again, and between two looks the
//! book lies idle. So programs of ours line up before that, for a lock on the book's log, which SQLite itself
//! never locks; the system hands that on at once, in the order in which they came. It makes nothing safe: a program
//! that doesn't line up is waited for as ever (`patience`).

use super::patience::PATIENCE;
use crate::error::StoreError;
use std::fs::{File, TryLockError};
use std::path::Path;
use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread;
use std::time::Duration;

/// A program's turn, until it is dropped.
pub(super) struct Turn {
    _log: File,
}

impl Turn {
    /// Waits for it; nothing where nobody can line up: without a log, or on a file system without such locks.
    ///
    /// # Errors
    /// [`StoreError::Busy`] where it takes too long.
    pub(super) fn wait(log: &Path) -> Result<Option<Turn>, StoreError> {
        Turn::within(log, PATIENCE)
    }

    fn within(log: &Path, patience: Duration) -> Result<Option<Turn>, StoreError> {
        // Elsewhere such a lock may keep SQLite itself from the log.
        if !cfg!(unix) {
            return Ok(None);
        }
        let Ok(log) = File::open(log) else { return Ok(None) };
        match log.try_lock() {
            Ok(()) => return Ok(Some(Turn { _log: log })),
            Err(TryLockError::Error(_)) => return Ok(None),
            Err(TryLockError::WouldBlock) => {}
        }
        // The system waits for such a lock without end; so that is another thread's, which has nothing else to do.
        let (had, turn) = mpsc::channel();
        let waits = move || {
            if log.lock().is_ok() {
                // Where it came too late, the lock goes with the file.
                let _ = had.send(log);
            }
        };
        if thread::Builder::new().spawn(waits).is_err() {
            return Ok(None);
        }
        match turn.recv_timeout(patience) {
            Ok(log) => Ok(Some(Turn { _log: log })),
            Err(RecvTimeoutError::Timeout) => Err(StoreError::Busy),
            Err(RecvTimeoutError::Disconnected) => Ok(None),
        }
    }
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    #[test]
    fn one_has_it_and_the_next_gets_it_when_it_is_dropped() {
        let log = tempfile::NamedTempFile::new().unwrap();
        let first = Turn::wait(log.path()).unwrap();
        assert!(first.is_some());
        let late = Turn::within(log.path(), Duration::from_millis(5));
        assert_eq!(late.err(), Some(StoreError::Busy));
        // Whoever gave up waiting doesn't keep it from those who come after.
        drop(first);
        let second = Turn::wait(log.path()).unwrap();
        assert!(second.is_some());
        thread::scope(|scope| {
            let third = scope.spawn(|| Turn::wait(log.path()).map(|turn| turn.is_some()));
            drop(second);
            assert_eq!(third.join().unwrap(), Ok(true));
        });
    }

    #[test]
    fn where_there_is_no_log_nobody_waits() {
        let folder = tempfile::tempdir().unwrap();
        assert!(Turn::wait(&folder.path().join("turno.db-wal")).unwrap().is_none());
    }
}
