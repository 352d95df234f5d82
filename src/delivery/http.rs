//! The HTTP client of the channels: one request, one response, limited in size and time.

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

/// Bytes of a response that are read.
const ANSWER_LIMIT: u64 = 64 * 1024;
/// Idle connections to keep open: enough for the workers of a usual sweep.
const CONNECTIONS: usize = 32;
/// Upper limit for `Retry-After`; after a longer outage a person has to look anyway.
const LONGEST_PAUSE: Duration = Duration::from_secs(24 * 3600);

pub(crate) struct Client {
    agent: Agent,
    authorization: HeaderValue,
}

pub(crate) struct Answer {
    pub(crate) status: u16,
    /// From `Retry-After`.
    pub(crate) after: Option<Duration>,
    pub(crate) body: Vec<u8>,
}

impl Client {
    /// A client for the API at `base`. Reads the system's certificates if `base` is https, so make it once
    /// per sweep.
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
            .max_idle_connections(CONNECTIONS)
            .max_idle_connections_per_host(CONNECTIONS)
            .user_agent(concat!("turno/", env!("CARGO_PKG_VERSION")))
            .tls_config(if base.scheme() == "https" { tls() } else { TlsConfig::default() });
        if local {
            // A proxy of the environment is not for this machine.
            config = config.proxy(None);
        }
        Ok(Client { agent: config.build().new_agent(), authorization })
    }

    /// Posts `body`. After an error, the server may have received it even so.
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

/// TLS with the system's certificates; ring is the only crypto library.
pub(crate) fn tls() -> TlsConfig {
    let certificates = rustls_native_certs::load_native_certs().certs;
    let roots: Vec<_> = certificates.iter().map(|der| Certificate::from_der(der).to_owned()).collect();
    TlsConfig::builder()
        .unversioned_rustls_crypto_provider(Arc::new(rustls::crypto::ring::default_provider()))
        .root_certs(RootCerts::from(roots))
        .build()
}

/// A server that can't be reached or trusted holds up the whole channel. A connection that breaks may be this
/// letter's fault.
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
        // Errors of an established connection; all others occur before there is one.
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

/// `Retry-After`: seconds, or a date, which is compared with the response's own `Date` so that differing
/// clocks do not matter. <https://www.rfc-editor.org/rfc/rfc9110#field.retry-after>
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

/// The outcome by the status alone.
pub(crate) fn by_status(answer: &Answer, why: String) -> Outcome {
    match answer.status {
        // A redirect or a refused login affects every letter.
        300..=399 | 401 | 403 | 404 | 407 | 410 | 429 => Outcome::held_up(why, answer.after),
        503 if answer.after.is_some() => Outcome::held_up(why, answer.after),
        408 | 425 | 500.. => Outcome::later(why, answer.after),
        // A success without the expected body comes from another server, such as a hotel's login page.
        200..=299 => Outcome::held_up(why, answer.after),
        _ => Outcome::never(why),
    }
}
