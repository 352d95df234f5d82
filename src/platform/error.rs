//! Faults below the rules, and how they become refusals.

use crate::domain::refusal::{Code, Refusal};

/// What every room answers with: a value, or the record of why not.
pub type Result<T, E = Refusal> = std::result::Result<T, E>;

/// What helps where too many files are open.
pub fn close_some() -> &'static str {
    text!("raise-the-limit-ulimit-n-or-close-other")
}

/// Whether the system lets nobody open one more file.
pub fn too_many_files(problem: &std::io::Error) -> bool {
    // ENFILE and EMFILE are the same numbers on every Unix.
    cfg!(unix) && matches!(problem.raw_os_error(), Some(23 | 24))
}

/// What the system said: `tempfile` adds the path of the file aside, which tells nobody anything.
pub fn cause(problem: &std::io::Error) -> &std::io::Error {
    let said = problem.get_ref().and_then(|added| added.source());
    said.and_then(|said| said.downcast_ref()).unwrap_or(problem)
}

/// The refusal for a file that can't be opened; where only too many are open, nothing is wrong with what was
/// asked for.
pub fn unless_too_many(refusal: Refusal, problem: &std::io::Error) -> Refusal {
    match too_many_files(problem) {
        true => Refusal { code: Code::StoreUnavailable, ..refusal.hint(close_some()) },
        false => refusal,
    }
}

/// What can go wrong with the store.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum StoreError {
    /// Another process held the book for too long.
    #[error("{}", text!("the-book-is-busy"))]
    Busy,
    /// Two writers met, and this one has to begin again.
    #[error("{}", text!("the-book-is-busy"))]
    Conflict,
    /// The connection to the book's server was lost; what was not committed is not there.
    #[error("{}", text!("the-connection-to-the-book-was-lost", problem = .message))]
    Lost {
        /// What is the matter.
        message: String,
    },
    /// The book's server lets nobody in just now, as it does while it is restarted; nothing was changed.
    #[error("{message}")]
    Away {
        /// What is the matter.
        message: String,
        /// What to do.
        hint: String,
    },
    /// The book can't be opened, read or written; nothing was changed.
    #[error("{message}")]
    Unavailable {
        /// What is the matter.
        message: String,
        /// What to do.
        hint: String,
    },
    /// The book's file can't be read or written, and the engine does not say why; nothing was changed.
    #[error("{}", text!("the-book-cant-be-used-nothing-was-changed", problem = .0))]
    Trouble(String),
    /// The disk failed after the last of a change was written and before that was sure to last:
    /// whether it is there will show when the book is opened next.
    #[error("{}", text!("the-disk-failed-while-the-change-was-being", problem = .0))]
    Doubtful(String),
    /// The book's file is damaged.
    #[error("{}", text!("the-book-is-damaged", problem = .0))]
    Corrupt(String),
    /// A constraint of the schema stood in the way; its name where the engine tells.
    #[error("{}", text!("the-book-refuses-it", problem = .0))]
    Constraint(String),
    /// The database's own guard against overlaps stood in the way.
    #[error("{}", text!("the-doctor-already-has-an-appointment"))]
    Overlap,
    /// Something that should not happen.
    #[error("{0}")]
    Internal(String),
}

impl StoreError {
    /// A book that can't be used, and what to do.
    pub fn unavailable(message: impl Into<String>, hint: impl Into<String>) -> Self {
        StoreError::Unavailable { message: message.into(), hint: hint.into() }
    }

    /// A server that lets nobody in just now, and what to do where that lasts.
    #[cfg(feature = "postgres")]
    pub(crate) fn away(message: impl Into<String>, hint: impl Into<String>) -> Self {
        StoreError::Away { message: message.into(), hint: hint.into() }
    }

    /// A value in the book that no rule of ours wrote.
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

/// A change of which nobody knows whether it is there.
pub fn unknown_outcome(message: impl Into<String>) -> Refusal {
    Refusal::new(Code::StoreUnavailable, message)
        .detail("outcome", "unknown")
        .hint(text!("the-change-may-be-there-or-not-look-first"))
}
