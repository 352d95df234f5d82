//! Parsing of a URL's text, and the form of the URL that may be shown.

use crate::platform::error::StoreError;
use percent_encoding::{NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};
use tokio_postgres::Config;

/// Parameters that turno reads itself, and removes from the URL for the client library.
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

pub(super) fn read(url: &str) -> Result<Config, StoreError> {
    url.parse().map_err(|problem: tokio_postgres::Error| {
        malformed(&std::error::Error::source(&problem).map_or(problem.to_string(), ToString::to_string))
    })
}

/// Whether the URL itself sets `key`, so that a service's value is ignored.
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
            // The client library reads one host from each `host` parameter, so repeat the parameter.
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

/// Whether the URL has two `@` before the query. If a password has an unescaped `@`, its end would be read as
/// the host, looked up and shown.
pub(super) fn has_two_ats(url: &str) -> bool {
    let address = url.split('?').next().unwrap_or_default();
    address.matches('@').count() > 1
}

/// The URL without its password, even if that was not escaped: drops everything from the first colon to the
/// last `@` before the path, and any `password` parameter.
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

/// The error for a malformed address.
pub(super) fn malformed(why: &str) -> StoreError {
    StoreError::unavailable(
        format!("the database's URL can't be read: {why}"),
        "it looks like postgres://USER@HOST:5432/DATABASE?sslmode=require",
    )
}
