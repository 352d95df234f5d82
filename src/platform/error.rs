//! Errors of the database and of files, and their refusals.

use crate::domain::refusal::{Code, Refusal};

/// A value, or the refusal.
pub type Result<T, E = Refusal> = std::result::Result<T, E>;

/// The hint for too many open files.
pub fn close_some() -> &'static str {
    text!("raise-the-limit-ulimit-n-or-close-other")
}

/// Whether the limit of open files was reached.
pub fn too_many_files(problem: &std::io::Error) -> bool {
    // ENFILE and EMFILE are the same numbers on every Unix.
    cfg!(unix) && matches!(problem.raw_os_error(), Some(23 | 24))
}

/// The system's error: `tempfile` adds the temporary file's path to it, which helps nobody.
pub fn cause(problem: &std::io::Error) -> &std::io::Error {
    let said = problem.get_ref().and_then(|added| added.source());
    said.and_then(|said| said.downcast_ref()).unwrap_or(problem)
}

/// The refusal for a file that can't be opened; with another code and hint if too many files are open.
pub fn unless_too_many(refusal: Refusal, problem: &std::io::Error) -> Refusal {
    match too_many_files(problem) {
        true => Refusal { code: Code::StoreUnavailable, ..refusal.hint(close_some()) },
        false => refusal,
    }
}

/// An error of the database.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum StoreError {
    /// Another process held the lock for too long.
    #[error("{}", text!("the-book-is-busy"))]
    Busy,
    /// Two writers collided; this one has to start again.
    #[error("{}", text!("the-book-is-busy"))]
    Conflict,
    /// The connection to the server was lost; nothing that was not committed is there.
    #[error("{}", text!("the-connection-to-the-book-was-lost", problem = .message))]
    Lost {
        /// The error text.
        message: String,
    },
    /// The server accepts no connections, as during a restart; nothing was changed.
    #[error("{message}")]
    Away {
        /// The error text.
        message: String,
        /// What to do.
        hint: String,
    },
    /// The database can't be opened, read or written; nothing was changed.
    #[error("{message}")]
    Unavailable {
        /// The error text.
        message: String,
        /// What to do.
        hint: String,
    },
    /// The file can't be read or written, and SQLite reports no cause; nothing was changed.
    #[error("{}", text!("the-book-cant-be-used-nothing-was-changed", problem = .0))]
    Trouble(String),
    /// The disk failed during the commit: whether the change is there shows at the next opening.
    #[error("{}", text!("the-disk-failed-while-the-change-was-being", problem = .0))]
    Doubtful(String),
    /// The file is damaged.
    #[error("{}", text!("the-book-is-damaged", problem = .0))]
    Corrupt(String),
    /// A constraint of the schema was violated; its name, if the engine reports it.
    #[error("{}", text!("the-book-refuses-it", problem = .0))]
    Constraint(String),
    /// The database's constraint against overlaps was violated.
    #[error("{}", text!("the-doctor-already-has-an-appointment"))]
    Overlap,
    /// A fault in turno.
    #[error("{0}")]
    Internal(String),
}

impl StoreError {
    /// A database that can't be used, with a hint.
    pub fn unavailable(message: impl Into<String>, hint: impl Into<String>) -> Self {
        StoreError::Unavailable { message: message.into(), hint: hint.into() }
    }

    #[cfg(feature = "postgres")]
    pub(crate) fn away(message: impl Into<String>, hint: impl Into<String>) -> Self {
        StoreError::Away { message: message.into(), hint: hint.into() }
    }

    /// A value in the database that turno can't have written.
    pub fn unreadable(what: &str) -> Self {
        StoreError::Corrupt(format!("it holds {what}"))
    }
}

impl From<StoreError> for Refusal {
    fn from(error: StoreError) -> Self {
        let message = error.to_string();
        match error {
            StoreError::Busy | StoreError::Conflict => {
                Refusal::new(Code::StoreBusy, message).hint(text!("another-program-keeps-writing-try-again"))
            }
            StoreError::Lost { .. } => Refusal::new(Code::StoreUnavailable, message)
                .hint(text!("nothing-was-changed-check-that-the-server-runs")),
            StoreError::Away { hint, .. } | StoreError::Unavailable { hint, .. } => {
                Refusal::new(Code::StoreUnavailable, message).hint(hint)
            }
            StoreError::Trouble(_) => {
                Refusal::new(Code::StoreUnavailable, message).hint(text!("check-that-the-disk-is-not-full"))
            }
            StoreError::Doubtful(_) => unknown_outcome(message),
            StoreError::Corrupt(_) => Refusal::new(Code::StoreCorrupt, message)
                .hint(text!("copy-the-file-away-first-then-ask-turno")),
            StoreError::Overlap => Refusal::new(Code::AppointmentConflict, message),
            StoreError::Constraint(_) | StoreError::Internal(_) => {
                Refusal::new(Code::Internal, message).hint(text!("nothing-was-changed-this-is-a-fault"))
            }
        }
    }
}

/// The refusal for a change that may or may not be there.
pub fn unknown_outcome(message: impl Into<String>) -> Refusal {
    Refusal::new(Code::StoreUnavailable, message)
        .detail("outcome", "unknown")
        .hint(text!("the-change-may-be-there-or-not-look-first"))
}
