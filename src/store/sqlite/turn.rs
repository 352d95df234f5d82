//! Whose turn it is to write, where several programs want to.
//!
//! SQLite knows no queue: a program that finds the book locked naps and looks again, and between two looks the
//! book lies idle. So programs of ours line up before that, for a lock on the book's log, which SQLite itself
//! never locks; the system wakes those who wait for it at once, about in the order in which they came. It makes nothing
//! safe, and nobody is refused for it: SQLite's own lock decides, which is looked at by naps as ever (`patience`).

use super::patience::{self, PATIENCE};
use std::fs::{File, TryLockError};
use std::path::Path;
use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread;
use std::time::Duration;

/// Does in its turn what locks the book without a transaction of ours.
pub(super) fn in_turn<T>(log: &Path, work: impl FnOnce() -> T) -> T {
    let turn = Turn::wait(log);
    let done = work();
    patience::lined_up(Duration::ZERO);
    drop(turn);
    done
}

/// What is left for SQLite's own lock, where the queue took all the time that there is.
const AT_LAST: Duration = Duration::from_secs(1);

/// How exactly it is known how long somebody has waited.
const PIECE: Duration = Duration::from_millis(50);

/// A program's turn, until it is dropped.
pub(super) struct Turn {
    _log: File,
}

impl Turn {
    /// Waits for it; nothing where nobody can line up, without a log or on a file system without such locks, and where
    /// it takes too long: then whoever has it may be no writer at all.
    pub(super) fn wait(log: &Path) -> Option<Turn> {
        Turn::within(log, PATIENCE - AT_LAST)
    }

    fn within(log: &Path, patience: Duration) -> Option<Turn> {
        patience::lined_up(Duration::ZERO);
        // Elsewhere such a lock may keep SQLite itself from the log.
        if !cfg!(unix) {
            return None;
        }
        let log = File::open(log).ok()?;
        match log.try_lock() {
            Ok(()) => return Some(Turn { _log: log }),
            Err(TryLockError::Error(_)) => return None,
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
        thread::Builder::new().spawn(waits).ok()?;
        // In pieces, which tell how long it took: that is taken off the time that SQLite's lock is waited for.
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
        // Whoever gave up waiting doesn't keep it from those who come after.
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
