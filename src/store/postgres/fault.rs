//! PostgreSQL's codes as ours.

use super::server::Server;
use crate::error::StoreError;
use std::error::Error as _;
use tokio_postgres::Error;
use tokio_postgres::error::{DbError, SqlState};

/// What went wrong with a statement.
pub(super) fn fault(problem: Error) -> StoreError {
    match problem.as_db_error() {
        Some(said) => of_server(said),
        None if problem.is_closed() || io(&problem).is_some() => StoreError::Lost {
            message: io(&problem).map_or_else(|| problem.to_string(), ToString::to_string),
            starting: false,
        },
        None => StoreError::Internal(format!("the store answers: {}", whole(&problem))),
    }
}

/// What went wrong on the way to a session.
pub(super) fn connecting(server: &Server, problem: &Error) -> StoreError {
    if let Some(said) = problem.as_db_error() {
        return refused_session(server, said);
    }
    let address = server.address();
    if let Some(cause) = io(problem) {
        let message = format!("no PostgreSQL server is to be had at {address}: {cause}");
        return match cause.kind() {
            // A server that restarts is back in a moment.
            std::io::ErrorKind::ConnectionRefused
            | std::io::ErrorKind::ConnectionReset
            | std::io::ErrorKind::NotFound
            | std::io::ErrorKind::UnexpectedEof => StoreError::Lost { message, starting: false },
            std::io::ErrorKind::InvalidData => StoreError::unavailable(
                format!("the server at {address} can't be trusted: {cause}"),
                "check the host's name, sslmode and sslrootcert; a certificate names its hosts as subjectAltName",
            ),
            _ => StoreError::unavailable(message, "check the address, and that the server runs"),
        };
    }
    let whole = whole(problem);
    if whole.contains("password missing") {
        return StoreError::unavailable(
            format!("the server at {address} wants a password"),
            passwords(server),
        );
    }
    StoreError::unavailable(
        format!("no session at {address}: {whole}"),
        "check the address, sslmode and the server's log",
    )
}

fn refused_session(server: &Server, said: &DbError) -> StoreError {
    let message = format!("{server}: {}", said.message());
    match *said.code() {
        SqlState::INVALID_PASSWORD => StoreError::unavailable(message, passwords(server)),
        SqlState::INVALID_AUTHORIZATION_SPECIFICATION => StoreError::unavailable(
            message,
            "ask whoever runs the server to let this user in (pg_hba.conf), or check user and sslmode",
        ),
        SqlState::INVALID_CATALOG_NAME => StoreError::unavailable(
            message,
            "make the database first (`createdb NAME`), or name another with --db or TURNO_DB",
        ),
        SqlState::CANNOT_CONNECT_NOW => StoreError::Lost { message, starting: true },
        SqlState::TOO_MANY_CONNECTIONS => {
            StoreError::unavailable(message, "close other programs, or raise max_connections")
        }
        _ => match of_server(said) {
            StoreError::Internal(_) | StoreError::Constraint(_) => {
                StoreError::unavailable(message, "check the URL, or ask whoever runs the server")
            }
            problem => problem,
        },
    }
}

fn passwords(server: &Server) -> String {
    match server.passfile_is_open() {
        Some(file) => format!("{} is passed over because others may read it: `chmod 600` it", file.display()),
        None => "put the password into ~/.pgpass (0600) or PGPASSWORD, or into `db` in config.toml".into(),
    }
}

fn of_server(said: &DbError) -> StoreError {
    let text = said.message().to_owned();
    let class = said.code().code().get(..2).unwrap_or_default();
    match *said.code() {
        SqlState::T_R_SERIALIZATION_FAILURE | SqlState::T_R_DEADLOCK_DETECTED => StoreError::Conflict,
        SqlState::LOCK_NOT_AVAILABLE => StoreError::Busy,
        SqlState::EXCLUSION_VIOLATION => StoreError::Overlap,
        SqlState::ADMIN_SHUTDOWN
        | SqlState::CRASH_SHUTDOWN
        | SqlState::CANNOT_CONNECT_NOW
        // CockroachDB's word for a commit of which it does not know itself.
        | SqlState::T_R_STATEMENT_COMPLETION_UNKNOWN
        | SqlState::IDLE_IN_TRANSACTION_SESSION_TIMEOUT => {
            StoreError::Lost { message: text, starting: false }
        }
        SqlState::READ_ONLY_SQL_TRANSACTION => StoreError::unavailable(
            format!("the server takes no changes: {text}"),
            "is it a standby? name the primary, or add ?target_session_attrs=read-write",
        ),
        SqlState::DISK_FULL => StoreError::unavailable(
            "the server's disk is full; nothing was changed",
            "make room, then try again",
        ),
        SqlState::INSUFFICIENT_PRIVILEGE => StoreError::unavailable(
            format!("the server says: {text}"),
            "ask whoever runs the server to grant this user the rights on the book's schema",
        ),
        SqlState::DATA_CORRUPTED | SqlState::INDEX_CORRUPTED => StoreError::Corrupt(text),
        _ if class == "08" => StoreError::Lost { message: text, starting: false },
        _ if class == "53" => StoreError::unavailable(
            format!("the server can't go on: {text}; nothing was changed"),
            "look at the server, then try again",
        ),
        _ if class == "23" => StoreError::Constraint(said.constraint().map_or(text, ToOwned::to_owned)),
        _ => StoreError::Internal(format!("the store answers: {text}")),
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
    text
}
