//! The text of a URL: what the client library reads of it, what is read here, and what may be shown.

use crate::platform::error::StoreError;
use percent_encoding::{NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};
use tokio_postgres::Config;

/// Parameters that the client library does not know, and the URL without them.
const OWN: [&str; 9] = [
    "sslmode",
    "sslrootcert",
    "sslcert",
    "sslkey",
    "passfile",
    "gssencmode",
    "require_auth",
    "target_session_attrs",
    "service",
];

/// What the client library makes of a URL.
pub(super) fn read(url: &str) -> Result<Config, StoreError> {
    url.parse().map_err(|problem: tokio_postgres::Error| {
        malformed(&std::error::Error::source(&problem).map_or(problem.to_string(), ToString::to_string))
    })
}

/// Whether a URL itself says what a service says, too.
pub(super) fn names(url: &str, config: &Config, key: &str) -> bool {
    match key {
        "user" => config.get_user().is_some(),
        "password" => config.get_password().is_some(),
        "dbname" => config.get_dbname().is_some(),
        "host" | "hostaddr" => !config.get_hosts().is_empty() || !config.get_hostaddrs().is_empty(),
        "port" => !config.get_ports().is_empty(),
        key => {
            let query = url.split_once('?').map_or("", |(_, query)| query);
            query.split('&').any(|part| part.split('=').next() == Some(key))
        }
    }
}

pub(super) fn split(url: &str) -> (Vec<(String, String)>, String) {
    let Some((address, query)) = url.split_once('?') else { return (Vec::new(), url.to_owned()) };
    let (mut own, mut rest) = (Vec::new(), Vec::new());
    for part in query.split('&').filter(|part| !part.is_empty()) {
        let (key, value) = part.split_once('=').unwrap_or((part, ""));
        let decoded = || percent_decode_str(value).decode_utf8_lossy().into_owned();
        if OWN.contains(&key) {
            own.push((key.to_owned(), decoded()));
        } else if key == "host" {
            // The client library takes one here.
            let hosts = decoded();
            let hosts = hosts.split(',').map(|host| utf8_percent_encode(host, NON_ALPHANUMERIC));
            rest.extend(hosts.map(|host| format!("host={host}")));
        } else {
            rest.push(part.to_owned());
        }
    }
    let mark = if rest.is_empty() { "" } else { "?" };
    (own, format!("{address}{mark}{}", rest.join("&")))
}

/// Whether a second `@` stands before the query: a password that was not escaped would be taken for a
/// host, looked up and shown.
pub(super) fn has_two_ats(url: &str) -> bool {
    let address = url.split('?').next().unwrap_or_default();
    address.matches('@').count() > 1
}

/// The URL as it was typed, but for the password. Letters in it that should have been escaped don't
/// make it show: everything from the first colon to the last `@` before the path goes.
pub(super) fn without_password(url: &str) -> String {
    let (scheme, rest) = url.split_once("://").unwrap_or(("postgres", url));
    let shown = match rest.split_once('@') {
        Some((who, tail)) => {
            let end = tail.find(['/', '?']).unwrap_or(tail.len());
            let host = tail[..end].rfind('@').map_or(tail, |more| &tail[more + 1..]);
            format!("{}@{host}", who.split(':').next().unwrap_or_default())
        }
        None => rest.to_owned(),
    };
    let (address, query) = shown.split_once('?').unwrap_or((&shown, ""));
    let is_password = |part: &&str| {
        let name = part.split('=').next().unwrap_or_default();
        percent_decode_str(name).decode_utf8_lossy() == "password"
    };
    let query: Vec<&str> =
        query.split('&').filter(|part| !part.is_empty()).filter(|part| !is_password(part)).collect();
    let mark = if query.is_empty() { "" } else { "?" };
    format!("{scheme}://{address}{mark}{}", query.join("&"))
}

/// The refusal of an address that can't be read.
pub(super) fn malformed(why: &str) -> StoreError {
    StoreError::unavailable(
        format!("the database's URL can't be read: {why}"),
        "it looks like postgres://USER@HOST:5432/DATABASE?sslmode=require",
    )
}
