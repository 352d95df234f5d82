//! Where a book is: in a file, or on a server.

use crate::platform::error::StoreError;
#[cfg(feature = "postgres")]
use crate::store::postgres::Server;
use std::fmt;
use std::path::PathBuf;

/// Where a book is.
#[derive(Debug, Clone)]
pub enum Location {
    /// An SQLite file.
    File(PathBuf),
    /// A database on a PostgreSQL server.
    #[cfg(feature = "postgres")]
    Server(Box<Server>),
}

impl Location {
    /// The book that a path or a `postgres://` URL names; libpq's environment variables fill what the URL leaves out.
    pub fn named(word: &str) -> Result<Location, StoreError> {
        Location::parse(word, &|name| std::env::var(name).ok())
    }

    /// The place that a word names: a path, a `postgres://` URL, or libpq's `host=… dbname=…`.
    ///
    /// `variable` looks up what an address leaves out, as libpq does (`PGHOST`, `PGPASSWORD` …).
    pub fn parse(word: &str, variable: &dyn Fn(&str) -> Option<String>) -> Result<Location, StoreError> {
        if is_of_settings(word) {
            return settings(word, variable);
        }
        match word.split_once("://") {
            Some(("postgres" | "postgresql", _)) => server(word, variable),
            Some((scheme, _)) => Err(StoreError::unavailable(
                text!("there-are-no-books-behind", scheme),
                text!("give-a-path-such-as-clinic-turno-db"),
            )),
            // A slash short, it would be taken for a file, and a password in it for a name.
            None if is_of_server(word) => Err(StoreError::unavailable(
                text!("a-servers-address-begins-with-postgres"),
                text!("it-looks-like-postgres-user-host-5432-database"),
            )),
            None => Ok(Location::File(PathBuf::from(word))),
        }
    }
}

/// Whether a word begins with one of libpq's settings: no file has such a name.
fn is_of_settings(word: &str) -> bool {
    const KEYS: [&str; 10] = [
        "host",
        "hostaddr",
        "port",
        "dbname",
        "user",
        "password",
        "service",
        "sslmode",
        "options",
        "target_session_attrs",
    ];
    word.split_once('=').is_some_and(|(key, _)| KEYS.contains(&key.trim()))
}

fn is_of_server(word: &str) -> bool {
    let rest = word.strip_prefix("postgresql").or_else(|| word.strip_prefix("postgres"));
    rest.is_some_and(|rest| rest.starts_with(':') || (rest.starts_with('/') && rest.contains('@')))
}

#[cfg(feature = "postgres")]
fn server(url: &str, variable: &dyn Fn(&str) -> Option<String>) -> Result<Location, StoreError> {
    Server::parse(url, variable).map(|server| Location::Server(Box::new(server)))
}

#[cfg(feature = "postgres")]
fn settings(text: &str, variable: &dyn Fn(&str) -> Option<String>) -> Result<Location, StoreError> {
    Server::parse_settings(text, variable).map(|server| Location::Server(Box::new(server)))
}

#[cfg(not(feature = "postgres"))]
use server as settings;

#[cfg(not(feature = "postgres"))]
fn server(_url: &str, _variable: &dyn Fn(&str) -> Option<String>) -> Result<Location, StoreError> {
    Err(StoreError::unavailable(
        text!("this-turno-was-built-without-postgresql"),
        text!("build-it-with-features-postgres-or-give"),
    ))
}

impl Location {
    /// Whether it is on a server, which keeps logs of its own.
    pub fn is_server(&self) -> bool {
        !matches!(self, Location::File(_))
    }

    /// Whether both are one place, as far as can be told without opening it.
    pub fn is_same(&self, other: &Location) -> bool {
        match (self, other) {
            (Location::File(one), Location::File(another)) => {
                let real = |path: &PathBuf| path.canonicalize().unwrap_or_else(|_| path.clone());
                let id = crate::store::files::identity(one);
                real(one) == real(another) || (id.is_some() && id == crate::store::files::identity(another))
            }
            #[cfg(feature = "postgres")]
            (Location::Server(one), Location::Server(another)) => one.to_string() == another.to_string(),
            #[cfg(feature = "postgres")]
            _ => false,
        }
    }
}

/// Without passwords.
impl fmt::Display for Location {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Location::File(path) => path.display().fmt(f),
            #[cfg(feature = "postgres")]
            Location::Server(server) => server.fmt(f),
        }
    }
}
