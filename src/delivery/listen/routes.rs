//! The paths of the server, and the status of each answer.

use super::Desk;
use crate::delivery::replies::BODY_LIMIT;
use http_body_util::{BodyExt, Full};
use hyper::body::{Bytes, Incoming};
use hyper::header::{ALLOW, CACHE_CONTROL, CONNECTION, CONTENT_TYPE, HeaderValue, RETRY_AFTER};
use hyper::{Method, Request, Response, StatusCode};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::Semaphore;
use tokio::time::timeout;

/// Most bytes of a body that are read, though not kept.
const DRAINED: usize = 16 * 1024 * 1024;

/// A body that was posted to a channel.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Posted {
    /// The channel.
    pub channel: String,
    /// The body.
    pub body: Vec<u8>,
    /// The signature, if there is one.
    pub signature: Option<String>,
    /// The query of the URL.
    pub query: Option<String>,
}

/// What became of a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// Committed.
    Taken,
    /// The signature is missing or wrong.
    Forbidden,
    /// No such channel, or nothing comes back by it.
    Unknown,
    /// The body can't be read.
    Malformed,
    /// The book can't be used now.
    Unavailable,
}

/// What became of a question whether a URL is ours.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Challenge {
    /// It is.
    Met(String),
    /// The question was not asked rightly, or the channel can't answer it.
    Refused(Verdict),
}

impl Verdict {
    fn status(self) -> StatusCode {
        match self {
            Verdict::Taken => StatusCode::OK,
            Verdict::Forbidden => StatusCode::FORBIDDEN,
            Verdict::Unknown => StatusCode::NOT_FOUND,
            Verdict::Malformed => StatusCode::BAD_REQUEST,
            Verdict::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
        }
    }
}

type Answer = Response<Full<Bytes>>;

pub(super) struct Route {
    pub(super) desk: Arc<dyn Desk>,
    /// Bounds the bodies in work; others wait.
    pub(super) desks: Semaphore,
    /// Time for a body.
    pub(super) patience: Duration,
}

impl Route {
    pub(super) async fn answer(&self, request: Request<Incoming>) -> Answer {
        let path = request.uri().path().to_owned();
        if path == "/health" {
            return match *request.method() {
                Method::GET | Method::HEAD => self.health().await,
                _ => not_allowed("GET, HEAD"),
            };
        }
        let name = path.strip_prefix("/channels/").filter(|name| is_name(name));
        let Some(name) = name.map(str::to_owned) else { return plain(StatusCode::NOT_FOUND) };
        match *request.method() {
            Method::POST => self.post(name, request).await,
            Method::GET => self.challenge(name, &request).await,
            _ => not_allowed("GET, POST"),
        }
    }

    async fn health(&self) -> Answer {
        match self.work(|desk| desk.is_well()).await {
            Some(true) => text(StatusCode::OK, "ok\n".to_owned()),
            _ => unavailable(),
        }
    }

    async fn challenge(&self, name: String, request: &Request<Incoming>) -> Answer {
        let query = request.uri().query().unwrap_or_default().to_owned();
        match self.work(move |desk| desk.challenge(&name, &query)).await {
            Some(Challenge::Met(challenge)) => text(StatusCode::OK, challenge),
            Some(Challenge::Refused(verdict)) => told(verdict),
            None => unavailable(),
        }
    }

    async fn post(&self, channel: String, request: Request<Incoming>) -> Answer {
        let named = channel.clone();
        let header = match self.work(move |desk| desk.signature_header(&named)).await {
            Some(Ok(header)) => header,
            Some(Err(verdict)) => return told(verdict),
            None => return unavailable(),
        };
        let signature = request.headers().get(header).map(|value| {
            // A signature that is no text is a wrong one, not a missing one.
            value.to_str().unwrap_or("?").to_owned()
        });
        let query = request.uri().query().map(str::to_owned);
        let body = match timeout(self.patience, read(request.into_body())).await {
            Ok(Ok(body)) => body,
            Ok(Err(status)) => return closing(status),
            Err(_) => return closing(StatusCode::REQUEST_TIMEOUT),
        };
        let posted = Posted { channel, body, signature, query };
        self.work(move |desk| desk.take(posted)).await.map_or_else(unavailable, told)
    }

    /// Runs `work` on a thread that may block. `None` if it panicked.
    async fn work<T: Send + 'static>(&self, work: impl FnOnce(&dyn Desk) -> T + Send + 'static) -> Option<T> {
        let _place = self.desks.acquire().await.ok()?;
        let desk = Arc::clone(&self.desk);
        tokio::task::spawn_blocking(move || work(desk.as_ref())).await.ok()
    }
}

/// Reads a body. What is too long is read on for a while and thrown away: a client that still sends would not
/// see the answer.
async fn read(mut body: Incoming) -> Result<Vec<u8>, StatusCode> {
    let (mut kept, mut length) = (Vec::new(), 0);
    while length <= DRAINED {
        let Some(frame) = body.frame().await else { break };
        let Ok(data) = frame.map_err(|_| StatusCode::BAD_REQUEST)?.into_data() else { continue };
        length += data.len();
        if length <= BODY_LIMIT {
            kept.extend_from_slice(&data);
        }
    }
    if length > BODY_LIMIT { Err(StatusCode::PAYLOAD_TOO_LARGE) } else { Ok(kept) }
}

/// A channel's name, as in the configuration.
fn is_name(name: &str) -> bool {
    let of_name = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || "_-".contains(c);
    !name.is_empty() && name.len() <= 64 && name.chars().all(of_name)
}

fn told(verdict: Verdict) -> Answer {
    match verdict {
        Verdict::Unavailable => unavailable(),
        verdict => plain(verdict.status()),
    }
}

/// An answer without a body: providers read none, and a stranger learns nothing.
fn plain(status: StatusCode) -> Answer {
    let mut answer = Response::new(Full::default());
    *answer.status_mut() = status;
    answer.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    answer
}

fn text(status: StatusCode, text: String) -> Answer {
    let mut answer = plain(status);
    answer.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("text/plain; charset=utf-8"));
    *answer.body_mut() = Full::new(Bytes::from(text));
    answer
}

/// The provider is to try again.
fn unavailable() -> Answer {
    let mut answer = plain(StatusCode::SERVICE_UNAVAILABLE);
    answer.headers_mut().insert(RETRY_AFTER, HeaderValue::from_static("30"));
    answer
}

fn not_allowed(methods: &'static str) -> Answer {
    let mut answer = plain(StatusCode::METHOD_NOT_ALLOWED);
    answer.headers_mut().insert(ALLOW, HeaderValue::from_static(methods));
    answer
}

/// An answer to a request whose body is not read to its end.
fn closing(status: StatusCode) -> Answer {
    let mut answer = plain(status);
    answer.headers_mut().insert(CONNECTION, HeaderValue::from_static("close"));
    answer
}
