//! Sends one webhook event to one endpoint: a signed POST to an address that was checked.

pub mod signature;

use super::http::tls;
use crate::domain::webhook::may_connect;
use signature::Key;
use std::fmt;
use std::io::Read;
use std::time::{Duration, Instant};
use ureq::config::Config;
use ureq::http::Uri;
use ureq::unversioned::resolver::{DefaultResolver, ResolvedSocketAddrs, Resolver};
use ureq::unversioned::transport::{DefaultConnector, NextTimeout};
use ureq::{Agent, Body, Error, http};

/// Time limit of one attempt, from the DNS lookup to the end of the response.
pub const TIME_LIMIT: Duration = Duration::from_secs(15);
/// Bytes of a response that are read.
const MOST_READ: u64 = 64 * 1024;
/// Bytes of a response that are kept.
const MOST_KEPT: usize = 1024;

/// One event for one endpoint.
pub struct Parcel {
    /// The endpoint's URL.
    pub url: String,
    /// Whether the endpoint may have a private IP address.
    pub allow_private: bool,
    /// The event's id, sent as `webhook-id`.
    pub id: String,
    /// The exact bytes that are signed and sent.
    pub body: String,
    /// The signing keys: one, or two during a rotation.
    pub keys: Vec<Key>,
}

/// Result of one attempt.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Attempt {
    /// The HTTP status; `None` without a response.
    pub status: Option<u16>,
    /// The `Retry-After` header as received.
    pub retry_after: Option<String>,
    /// The beginning of the response body on one line, without control characters.
    pub answer: Option<String>,
    /// Why the attempt failed; `None` for a 2xx status.
    pub error: Option<String>,
    /// Duration of the attempt.
    pub milliseconds: i64,
}

impl Attempt {
    /// Whether the endpoint accepted the event (status 2xx).
    pub fn arrived(&self) -> bool {
        self.status.is_some_and(|status| (200..300).contains(&status))
    }
}

/// Sends events; several threads may share it.
pub struct Client {
    open: Agent,
    private: Agent,
}

impl Default for Client {
    fn default() -> Self {
        let tls = tls();
        let agent = |allow_private| {
            let config = Agent::config_builder()
                .tls_config(tls.clone())
                .timeout_global(Some(TIME_LIMIT))
                .http_status_as_error(false)
                .max_redirects(0)
                // Ignore HTTPS_PROXY: a shell's setting must not decide where patients' data go.
                .proxy(None)
                // One connection per event: an idle one may have been closed by the endpoint, and every
                // address must be checked.
                .max_idle_connections(0)
                .user_agent(concat!("turno/", env!("CARGO_PKG_VERSION")))
                .build();
            Agent::with_parts(config, DefaultConnector::default(), Looked { allow_private })
        };
        Client { open: agent(false), private: agent(true) }
    }
}

impl Client {
    /// Sends `parcel`; the signature covers `timestamp` (Unix seconds).
    pub fn post(&self, parcel: &Parcel, timestamp: i64) -> Attempt {
        let began = Instant::now();
        let agent = if parcel.allow_private { &self.private } else { &self.open };
        let body = parcel.body.as_bytes();
        let sent = agent
            .post(&parcel.url)
            .header("content-type", "application/json")
            .header("webhook-id", &parcel.id)
            .header("webhook-timestamp", timestamp.to_string())
            .header("webhook-signature", signature::header(&parcel.keys, &parcel.id, timestamp, body))
            .send(body);
        let attempt = match sent {
            Ok(response) => answered(response),
            Err(problem) => Attempt { error: Some(in_words(&problem)), ..Attempt::default() },
        };
        let milliseconds = i64::try_from(began.elapsed().as_millis()).unwrap_or(i64::MAX);
        Attempt { milliseconds, ..attempt }
    }
}

fn answered(mut response: http::Response<Body>) -> Attempt {
    let status = response.status();
    let retry_after = response.headers().get("retry-after").and_then(|value| value.to_str().ok());
    let retry_after = retry_after.map(str::to_owned);
    let mut bytes = Vec::new();
    // The status decides; keep as much of the body as arrived.
    let _ = response.body_mut().as_reader().take(MOST_READ).read_to_end(&mut bytes);
    let answer = Some(kept(&bytes)).filter(|answer| !answer.is_empty());
    let error = match status.as_u16() {
        200..300 => None,
        300..400 => Some(text!("the-endpoint-answered-redirects-are-not-followed", as_u16 = status.as_u16())),
        other => Some(text!("the-endpoint-answered", other)),
    };
    Attempt { status: Some(status.as_u16()), retry_after, answer, error, milliseconds: 0 }
}

/// The beginning of a response body as one line of at most `MOST_KEPT` bytes.
fn kept(bytes: &[u8]) -> String {
    let text = String::from_utf8_lossy(&bytes[..bytes.len().min(MOST_KEPT)]);
    let words = text.split(|c: char| c.is_whitespace() || c.is_control()).filter(|word| !word.is_empty());
    let mut line = words.collect::<Vec<_>>().join(" ");
    // A byte that is not UTF-8 becomes U+FFFD, which takes three bytes.
    let end = (0..=line.len().min(MOST_KEPT)).rev().find(|end| line.is_char_boundary(*end));
    line.truncate(end.unwrap_or(0));
    line
}

fn in_words(problem: &Error) -> String {
    match problem {
        Error::Timeout(_) => text!("no-answer-within-s", as_secs = TIME_LIMIT.as_secs()),
        Error::HostNotFound => text!("the-hosts-name-is-not-known").into(),
        Error::Other(other) => other.to_string(),
        Error::Io(problem) => problem.to_string(),
        Error::Protocol(_) => text!("the-answer-is-no-http-because", problem),
        other => other.to_string(),
    }
}

/// Resolves host names and keeps only the addresses that `may_connect` allows. ureq connects to these without
/// another lookup, so a changed DNS answer cannot bypass the check.
#[derive(Debug)]
struct Looked {
    allow_private: bool,
}

impl Resolver for Looked {
    fn resolve(
        &self,
        uri: &Uri,
        config: &Config,
        timeout: NextTimeout,
    ) -> Result<ResolvedSocketAddrs, Error> {
        let found = DefaultResolver::default().resolve(uri, config, timeout)?;
        let encrypted = uri.scheme_str() == Some("https");
        let mut allowed = self.empty();
        for address in found.iter() {
            if may_connect(address.ip(), encrypted, self.allow_private) {
                allowed.push(*address);
            }
        }
        match (allowed.is_empty(), found.iter().next()) {
            (false, _) => Ok(allowed),
            (true, Some(address)) => {
                Err(Error::Other(Box::new(NotThere { address: address.ip(), encrypted })))
            }
            (true, None) => Err(Error::HostNotFound),
        }
    }
}

/// The error for an address that may not be connected to.
#[derive(Debug)]
struct NotThere {
    address: std::net::IpAddr,
    encrypted: bool,
}

impl fmt::Display for NotThere {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let address = self.address;
        f.write_str(&if self.encrypted {
            text!("the-host-stands-at-which-is-no-address", address)
        } else {
            text!("the-host-stands-at-without-tls-nothing-goes", address)
        })
    }
}

impl std::error::Error for NotThere {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_kept_of_an_answer_is_one_short_line() {
        assert_eq!(kept(b"  not\r\nnow\x1b[31m\0 "), "not now [31m");
        assert_eq!(kept(&[b'x'; 5000]).len(), MOST_KEPT);
        assert!(kept(&[0xff; 5000]).len() <= MOST_KEPT);
        assert_eq!(kept(b""), "");
    }
}
