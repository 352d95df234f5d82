//! What the channels that speak HTTP share: one request, one bounded answer, in a bounded time.

use super::channel::Outcome;
use super::check::is_loopback;
use super::secret::{Secret, reason};
use std::io::{ErrorKind, Read};
use std::sync::Arc;
use std::time::Duration;
use ureq::http::header::{AUTHORIZATION, CONTENT_TYPE, DATE, RETRY_AFTER};
use ureq::http::{HeaderMap, HeaderValue};
use ureq::tls::{Certificate, RootCerts, TlsConfig};
use ureq::{Agent, Error, Timeout};
use url::Url;

/// The most of an answer that is read, in bytes.
const ANSWER_LIMIT: u64 = 64 * 1024;
/// How many connections are kept open when they have nothing to do.
const CONNECTIONS: usize = 32;
/// The longest pause that a `Retry-After` can ask for: beyond it somebody has to look anyway.
const LONGEST_PAUSE: Duration = Duration::from_secs(24 * 3600);

/// Talks to one API.
pub(crate) struct Client {
    agent: Agent,
    /// The `Authorization` header.
    authorization: HeaderValue,
}

/// What came back.
pub(crate) struct Answer {
    pub(crate) status: u16,
    /// When it said to come again.
    pub(crate) after: Option<Duration>,
    pub(crate) body: Vec<u8>,
}

impl Client {
    /// A client for the API at that address. The system's certificates are read here, where the
    /// address is https: once for a sweep.
    pub(crate) fn new(base: &Url, authorization: &Secret, timeout: Duration) -> Result<Self, String> {
        let mut authorization = HeaderValue::from_str(authorization.reveal())
            .map_err(|_| text!("the-secret-holds-characters-that-no-header-can").to_owned())?;
        authorization.set_sensitive(true);
        let local = base.host().is_none_or(|host| is_loopback(&host));
        let mut config = Agent::config_builder()
            .http_status_as_error(false)
            .max_redirects(0)
            .https_only(base.scheme() == "https")
            .timeout_global(Some(timeout))
            .timeout_connect(Some(timeout.min(Duration::from_secs(10))))
            // One for each worker of a sweep, and some.
            .max_idle_connections(CONNECTIONS)
            .max_idle_connections_per_host(CONNECTIONS)
            .user_agent(concat!("turno/", env!("CARGO_PKG_VERSION")))
            .tls_config(if base.scheme() == "https" { tls() } else { TlsConfig::default() });
        if local {
            // The proxy of the environment is for what is outside.
            config = config.proxy(None);
        }
        Ok(Client { agent: config.build().new_agent(), authorization })
    }

    /// Posts the body. Where no whole answer came, the other side may have the message even so.
    pub(crate) fn post(&self, url: &Url, kind: &str, body: &[u8]) -> Result<Answer, Outcome> {
        let request = self.agent.post(url.as_str());
        let request = request.header(AUTHORIZATION, self.authorization.clone()).header(CONTENT_TYPE, kind);
        let mut response = request.send(body).map_err(|problem| trouble(&problem))?;
        let mut body = Vec::new();
        let read = response.body_mut().as_reader().take(ANSWER_LIMIT).read_to_end(&mut body);
        read.map_err(|problem| trouble(&Error::from(problem)))?;
        Ok(Answer { status: response.status().as_u16(), after: pause(response.headers()), body })
    }
}

/// The system's certificates, and one library for all of TLS: ring.
pub(crate) fn tls() -> TlsConfig {
    let certificates = rustls_native_certs::load_native_certs().certs;
    let roots: Vec<_> = certificates.iter().map(|der| Certificate::from_der(der).to_owned()).collect();
    TlsConfig::builder()
        .unversioned_rustls_crypto_provider(Arc::new(rustls::crypto::ring::default_provider()))
        .root_certs(RootCerts::from(roots))
        .build()
}

/// Where the other side can't be reached or trusted, nothing of the channel goes out. Where it went
/// away in the middle, it may have been this letter's fault.
fn trouble(problem: &Error) -> Outcome {
    let why = match problem {
        Error::Timeout(_) => text!("no-answer-in-time").to_owned(),
        Error::Protocol(_) => text!("the-answer-is-no-http").to_owned(),
        other => reason(&other.to_string(), &[]),
    };
    let unreachable = match problem {
        Error::HostNotFound
        | Error::ConnectionFailed
        | Error::ConnectProxyFailed(_)
        | Error::Tls(_)
        | Error::Rustls(_)
        | Error::Timeout(Timeout::Resolve | Timeout::Connect) => true,
        // What can happen to a connection that stood; anything else happens before it does.
        Error::Io(problem) => !matches!(
            problem.kind(),
            ErrorKind::UnexpectedEof
                | ErrorKind::ConnectionReset
                | ErrorKind::ConnectionAborted
                | ErrorKind::BrokenPipe
                | ErrorKind::TimedOut
                | ErrorKind::WouldBlock
        ),
        _ => false,
    };
    if unreachable { Outcome::held_up(why, None) } else { Outcome::later(why, None) }
}

/// `Retry-After`: seconds, or a date. A date is measured by the answer's own `Date`, so that it does
/// not matter whether the two clocks agree. <https://www.rfc-editor.org/rfc/rfc9110#field.retry-after>
fn pause(headers: &HeaderMap) -> Option<Duration> {
    let text = headers.get(RETRY_AFTER)?.to_str().ok()?.trim();
    let pause = match text.parse() {
        Ok(seconds) => Duration::from_secs(seconds),
        Err(_) => {
            let then = chrono::DateTime::parse_from_rfc2822(text).ok()?;
            let now = chrono::DateTime::parse_from_rfc2822(headers.get(DATE)?.to_str().ok()?).ok()?;
            (then - now).to_std().ok()?
        }
    };
    Some(pause.min(LONGEST_PAUSE))
}

/// What an answer means that says no more than its status.
pub(crate) fn by_status(answer: &Answer, why: String) -> Outcome {
    match answer.status {
        // Who answers with a redirect, does not know the account, or does not let it in, does so for
        // every letter.
        300..=399 | 401 | 403 | 404 | 407 | 410 | 429 => Outcome::held_up(why, answer.after),
        503 if answer.after.is_some() => Outcome::held_up(why, answer.after),
        408 | 425 | 500.. => Outcome::later(why, answer.after),
        // A success without what belongs to it comes from somebody else, a hotel's login page say.
        200..=299 => Outcome::held_up(why, answer.after),
        _ => Outcome::never(why),
    }
}
