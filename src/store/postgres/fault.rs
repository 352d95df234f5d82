//! Converts PostgreSQL's errors to [`StoreError`].

use super::auth::Forbidden;
use super::server::Server;
use super::target::Target;
use crate::domain::delivery::one_line;
use crate::platform::error::StoreError;
use std::error::Error as _;
use tokio_postgres::Error;
use tokio_postgres::error::{DbError, SqlState};

/// The error of a statement.
pub(super) fn fault(problem: Error) -> StoreError {
    match problem.as_db_error() {
        Some(said) => of_server(said),
        None if problem.is_closed() || io(&problem).is_some() => StoreError::Lost {
            message: io(&problem).map_or_else(|| problem.to_string(), ToString::to_string),
        },
        None => StoreError::Internal(text!("the-store-answers", whole = whole(&problem))),
    }
}

/// The error of an attempt to connect.
pub(super) fn connecting(server: &Server, problem: &Error) -> StoreError {
    if let Some(said) = problem.as_db_error() {
        return refused_session(server, said);
    }
    let address = server.address();
    if let Some(Forbidden { method, by_name }) = forbidden(problem) {
        return match by_name {
            true => StoreError::unavailable(
                text!("the-server-asks-for-what-require_auth-rules-out", address, method),
                text!("have-the-server-ask-otherwise-or-change"),
            ),
            false => StoreError::unavailable(
                text!("the-server-asks-for-the-password-in-clear", address, method),
                text!("encrypt-with-sslmode-require-or-have-the"),
            ),
        };
    }
    if let Some(cause) = io(problem) {
        return unreachable(server, cause);
    }
    let whole = whole(problem);
    if whole.contains("password missing") {
        return StoreError::unavailable(text!("the-server-at-wants-a-password", address), passwords(server));
    }
    let (message, hint) =
        (text!("no-session-at", address, whole), text!("check-the-address-sslmode-and-the-servers-log"));
    // A server that shuts down may close the connection without an error message.
    if problem.is_closed() { StoreError::away(message, hint) } else { StoreError::unavailable(message, hint) }
}

/// The error for a session that does not fit `target_session_attrs`.
pub(super) fn unfit(server: &Server, target: Target) -> StoreError {
    let message = text!("the-server-at-is-not-what-target-session-attrs", address = server.address());
    match target.takes_changes() {
        // A standby that is being promoted accepts changes soon.
        true => StoreError::away(message, text!("is-it-a-standby-name-the-primary")),
        false => StoreError::unavailable(message, text!("name-another-server-or-target-session-attrs")),
    }
}

/// The error for a change on a standby, which may be about to replace a lost primary.
pub(super) fn standby(server: &Server, about_to_take_over: bool) -> StoreError {
    let message = text!("the-server-is-a-standby-and-takes-no-changes", server);
    let hint = text!("is-it-a-standby-name-the-primary");
    if about_to_take_over { StoreError::away(message, hint) } else { StoreError::unavailable(message, hint) }
}

/// The error for a failed network connection.
pub(super) fn unreachable(server: &Server, cause: &std::io::Error) -> StoreError {
    let address = server.address();
    let message = text!("no-postgresql-server-is-to-be-had-at", address, cause);
    let hint = text!("check-the-address-and-that-the-server-runs");
    match cause.kind() {
        // A restarting server is back soon.
        std::io::ErrorKind::ConnectionRefused
        | std::io::ErrorKind::ConnectionReset
        | std::io::ErrorKind::ConnectionAborted
        | std::io::ErrorKind::BrokenPipe
        | std::io::ErrorKind::NotFound
        | std::io::ErrorKind::UnexpectedEof => StoreError::away(message, hint),
        std::io::ErrorKind::InvalidData => StoreError::unavailable(
            text!("the-server-at-cant-be-trusted", address, cause),
            text!("check-the-hosts-name-sslmode-and-sslrootcert"),
        ),
        _ => StoreError::unavailable(message, hint),
    }
}

/// The server's forbidden request, if that is the cause.
pub(super) fn forbidden(problem: &Error) -> Option<&Forbidden> {
    io(problem)?.get_ref()?.downcast_ref()
}

fn refused_session(server: &Server, said: &DbError) -> StoreError {
    let message = format!("{server}: {}", one_line(said.message()));
    match *said.code() {
        SqlState::INVALID_PASSWORD => StoreError::unavailable(message, passwords(server)),
        SqlState::INVALID_AUTHORIZATION_SPECIFICATION => {
            StoreError::unavailable(message, text!("ask-whoever-runs-the-server-to-let"))
        }
        SqlState::INVALID_CATALOG_NAME => {
            StoreError::unavailable(message, text!("make-the-database-first-createdb-name-or-name"))
        }
        SqlState::TOO_MANY_CONNECTIONS => {
            StoreError::away(message, text!("close-other-programs-or-raise-max_connections"))
        }
        _ => match of_server(said) {
            StoreError::Internal(_) | StoreError::Constraint(_) => {
                StoreError::unavailable(message, text!("check-the-url-or-ask-whoever-runs"))
            }
            StoreError::Lost { .. } => {
                StoreError::away(message, text!("check-the-address-and-that-the-server-runs"))
            }
            problem => problem,
        },
    }
}

fn passwords(server: &Server) -> String {
    match server.passfile_is_open() {
        Some(file) => text!("is-passed-over-because-others-may-read", file = file.display()),
        None => text!("put-the-password-into-pgpass-0600-or-pgpassword").into(),
    }
}

fn of_server(said: &DbError) -> StoreError {
    let text = one_line(said.message());
    let class = said.code().code().get(..2).unwrap_or_default();
    match *said.code() {
        SqlState::T_R_SERIALIZATION_FAILURE | SqlState::T_R_DEADLOCK_DETECTED => StoreError::Conflict,
        SqlState::LOCK_NOT_AVAILABLE => StoreError::Busy,
        SqlState::EXCLUSION_VIOLATION => StoreError::Overlap,
        SqlState::ADMIN_SHUTDOWN
        | SqlState::CRASH_SHUTDOWN
        | SqlState::CANNOT_CONNECT_NOW
        // CockroachDB: the outcome of a commit is unknown.
        | SqlState::T_R_STATEMENT_COMPLETION_UNKNOWN
        | SqlState::IDLE_IN_TRANSACTION_SESSION_TIMEOUT => {
            StoreError::Lost { message: text }
        }
        SqlState::READ_ONLY_SQL_TRANSACTION => StoreError::unavailable(
            text!("the-server-takes-no-changes", text),
            text!("is-it-a-standby-name-the-primary"),
        ),
        SqlState::DISK_FULL => StoreError::unavailable(
            text!("the-servers-disk-is-full-nothing-was-changed"),
            text!("make-room-then-try-again"),
        ),
        SqlState::INSUFFICIENT_PRIVILEGE => StoreError::unavailable(
            text!("the-server-says", text),
            text!("ask-whoever-runs-the-server-to-grant"),
        ),
        SqlState::DATA_CORRUPTED | SqlState::INDEX_CORRUPTED => StoreError::Corrupt(text),
        _ if class == "08" => StoreError::Lost { message: text },
        _ if class == "53" => StoreError::unavailable(
            text!("the-server-cant-go-on-nothing-was-changed", text),
            text!("look-at-the-server-then-try-again"),
        ),
        _ if class == "23" => StoreError::Constraint(said.constraint().map_or(text, ToOwned::to_owned)),
        _ => StoreError::Internal(text!("the-store-answers", whole = text)),
    }
}

fn io(problem: &Error) -> Option<&std::io::Error> {
    problem.source()?.downcast_ref()
}

/// The message with its causes.
fn whole(problem: &Error) -> String {
    let mut text = problem.to_string();
    let mut cause = problem.source();
    while let Some(next) = cause {
        text = format!("{text}: {next}");
        cause = next.source();
    }
    one_line(&text)
}
