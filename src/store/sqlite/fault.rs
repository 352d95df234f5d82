//! Converts SQLite's errors to [`StoreError`].

use crate::platform::error::StoreError;
use rusqlite::{ErrorCode, ffi};

pub(super) fn error(problem: rusqlite::Error) -> StoreError {
    let rusqlite::Error::SqliteFailure(failure, text) = &problem else {
        return StoreError::Internal(text!("the-store-answers", whole = problem));
    };
    let text = text.clone().unwrap_or_else(|| failure.to_string());
    match (failure.code, failure.extended_code) {
        (_, ffi::SQLITE_CONSTRAINT_TRIGGER) if text.contains("appointments_no_overlap") => {
            StoreError::Overlap
        }
        (ErrorCode::ConstraintViolation, _) => StoreError::Constraint(text),
        (ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked, _) => StoreError::Busy,
        // `file::header` refuses foreign files before SQLite opens them, so this is damage.
        (ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase, _) => StoreError::Corrupt(damage(text)),
        (ErrorCode::DiskFull, _) => StoreError::unavailable(
            text!("the-disk-is-full-nothing-was-changed"),
            text!("make-room-then-try-again"),
        ),
        (
            ErrorCode::CannotOpen
            | ErrorCode::ReadOnly
            | ErrorCode::PermissionDenied
            | ErrorCode::SystemIoFailure
            | ErrorCode::AuthorizationForStatementDenied,
            _,
        ) => StoreError::Trouble(text),
        // The SQL is the program's own, so the schema has lost a table.
        _ if text.starts_with("no such table") => StoreError::Corrupt(text),
        _ => StoreError::Internal(text!("the-store-answers", whole = text)),
    }
}

/// Keeps only the name from SQLite's message, which may quote the whole statement of the schema.
fn damage(text: String) -> String {
    match text.strip_prefix("malformed database schema (").and_then(|rest| rest.split_once(')')) {
        Some((name, _)) => text!("the-schema-cant-be-read-at", name),
        None => text,
    }
}
