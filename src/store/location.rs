//! The location of a database: a file or a server.

use crate::platform::error::StoreError;
#[cfg(feature = "postgres")]
use crate::store::postgres::Server;
use std::fmt;
use std::path::PathBuf;

/// The location of a database.
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

    /// Parses a path, a `postgres://` URL, or libpq settings (`host=… dbname=…`). `variable` looks up
    /// environment variables for what is left out, as libpq does (`PGHOST`, `PGPASSWORD` …).
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
            // Without this check, a URL with a slash missing would be a file name, with the password in it.
            None if is_of_server(word) => Err(StoreError::unavailable(
                text!("a-servers-address-begins-with-postgres"),
                text!("it-looks-like-postgres-user-host-5432-database"),
            )),
            None => Ok(Location::File(PathBuf::from(word))),
        }
    }
}

/// Whether the text begins with a libpq setting, as no file name does.
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
    /// Whether the database is on a server.
    pub fn is_server(&self) -> bool {
        !matches!(self, Location::File(_))
    }

    /// Whether both are the same place, as far as can be known without opening it.
    pub fn is_same(&self, other: &Location) -> bool {
        match (self, other) {
            (Location::File(one), Location::File(another)) => {
                let real = |path: &PathBuf| path.canonicalize().unwrap_or_else(|_| path.clone());
                let id = crate::platform::files::identity(one);
                real(one) == real(another)
                    || (id.is_some() && id == crate::platform::files::identity(another))
            }
            #[cfg(feature = "postgres")]
            (Location::Server(one), Location::Server(another)) => one.to_string() == another.to_string(),
            #[cfg(feature = "postgres")]
            _ => false,
        }
    }
}

/// Prints the location without passwords.
impl fmt::Display for Location {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Location::File(path) => path.display().fmt(f),
            #[cfg(feature = "postgres")]
            Location::Server(server) => server.fmt(f),
        }
    }
}
