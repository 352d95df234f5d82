//! Checks the authentication method that a server requests, before any password is sent.
//!
//! The client library answers every request, even one for the password in clear text. So the connection is
//! watched until the server's request has arrived: a forbidden request ends the session. The names are those
//! of libpq's `require_auth` (<https://www.postgresql.org/docs/current/libpq-connect.html>).

use std::fmt;
use std::future::{Ready, ready};
use std::io::{self, ErrorKind};
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::task::{Context, Poll, ready as wait};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio_postgres::tls::{ChannelBinding, MakeTlsConnect, TlsConnect, TlsStream};

/// An authentication method.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Method {
    /// No authentication.
    Nothing,
    /// The password in clear text.
    Password,
    /// An MD5 hash, to be protected like the password itself.
    Md5,
    /// SCRAM: both sides prove that they know the password, without sending it.
    Scram,
    /// A method that the client library lacks.
    Other,
}

impl Method {
    fn parse(word: &str) -> Option<Method> {
        Some(match word {
            "none" => Method::Nothing,
            "password" => Method::Password,
            "md5" => Method::Md5,
            "scram-sha-256" => Method::Scram,
            "gss" | "sspi" | "oauth" => Method::Other,
            _ => return None,
        })
    }

    fn of(code: i32) -> Method {
        match code {
            0 => Method::Nothing,
            3 => Method::Password,
            5 => Method::Md5,
            10 => Method::Scram,
            _ => Method::Other,
        }
    }
}

impl fmt::Display for Method {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Method::Nothing => "none",
            Method::Password => "password",
            Method::Md5 => "md5",
            Method::Scram => "scram-sha-256",
            Method::Other => "other",
        })
    }
}

/// The value of `require_auth`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) enum Required {
    /// Not set.
    #[default]
    Unsaid,
    /// Only these methods are allowed.
    Only(Vec<Method>),
    /// These methods are forbidden.
    Not(Vec<Method>),
}

impl Required {
    /// Parses a comma-separated list of methods, all or none with a leading `!`; `None` if malformed.
    pub(super) fn parse(text: &str) -> Option<Required> {
        let words: Vec<&str> = text.split(',').map(str::trim).collect();
        let ruled_out = words.iter().filter(|word| word.starts_with('!')).count();
        let methods = words.iter().map(|word| Method::parse(word.strip_prefix('!').unwrap_or(word)));
        let methods = methods.collect::<Option<Vec<_>>>()?;
        match ruled_out {
            0 => Some(Required::Only(methods)),
            all if all == methods.len() => Some(Required::Not(methods)),
            _ => None,
        }
    }
}

/// The number of bytes that a server may still send. The limit protects memory until the server is known to
/// have a book.
#[derive(Debug, Clone)]
pub(super) struct Allowance(Arc<AtomicU64>);

impl Allowance {
    /// 1 MiB: enough for opening a session.
    pub(super) fn of_opening() -> Allowance {
        Allowance(Arc::new(AtomicU64::new(1 << 20)))
    }

    /// Removes the limit.
    pub(super) fn lift(&self) {
        self.0.store(u64::MAX, Ordering::Relaxed);
    }

    fn take(&self, bytes: usize) -> io::Result<()> {
        let left = self.0.load(Ordering::Relaxed);
        if left < u64::MAX {
            let left = left.checked_sub(bytes as u64);
            let left = left.ok_or_else(|| io::Error::other(text!("the-answer-has-no-end")))?;
            self.0.store(left, Ordering::Relaxed);
        }
        Ok(())
    }
}

/// The requests that are allowed on a connection.
#[derive(Debug, Clone)]
pub(super) struct Rule {
    pub(super) required: Required,
    pub(super) encrypted: bool,
    pub(super) allowance: Allowance,
}

impl Rule {
    /// Without encryption a password or its MD5 hash is sent only if `require_auth` names that method.
    fn allows(&self, method: Method) -> bool {
        let tells = matches!(method, Method::Password | Method::Md5);
        match &self.required {
            Required::Only(methods) => methods.contains(&method),
            Required::Not(methods) if methods.contains(&method) => false,
            Required::Not(_) | Required::Unsaid => self.encrypted || !tells,
        }
    }

    /// Returns whether `head` is long enough to judge; fails if the request is forbidden.
    fn judge(&self, head: &[u8]) -> io::Result<bool> {
        match head {
            // An error message.
            [b'E', ..] => Ok(true),
            [b'R', _, _, _, _, a, b, c, d] => {
                let method = Method::of(i32::from_be_bytes([*a, *b, *c, *d]));
                match self.allows(method) {
                    true => Ok(true),
                    false => Err(io::Error::new(
                        ErrorKind::PermissionDenied,
                        Forbidden { method, by_name: self.required != Required::Unsaid },
                    )),
                }
            }
            [b'R', ..] => Ok(false),
            _ => Err(io::Error::new(ErrorKind::InvalidData, "it does not speak PostgreSQL's protocol")),
        }
    }
}

/// A request of the server that must not be answered.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Forbidden {
    pub(super) method: Method,
    /// Whether `require_auth` is set.
    pub(super) by_name: bool,
}

impl std::error::Error for Forbidden {}

impl fmt::Display for Forbidden {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the server asks for {}", self.method)
    }
}

/// The length of a request's beginning: message type, message length and method.
const HEAD: usize = 9;

/// A connection from which nothing is read before the server's request is judged.
pub(super) struct Watched<S> {
    line: S,
    binding: fn(&S) -> ChannelBinding,
    rule: Rule,
    head: Vec<u8>,
    judged: bool,
}

impl<S> Watched<S> {
    fn new(line: S, rule: Rule, binding: fn(&S) -> ChannelBinding) -> Self {
        Watched { line, binding, rule, head: Vec::with_capacity(HEAD), judged: false }
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Watched<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let this = &mut *self;
        while !this.judged {
            let mut bytes = [0; HEAD];
            let mut more = ReadBuf::new(&mut bytes[this.head.len()..]);
            wait!(Pin::new(&mut this.line).poll_read(cx, &mut more))?;
            let ended = more.filled().is_empty();
            this.head.extend_from_slice(more.filled());
            this.judged = ended || this.rule.judge(&this.head)?;
        }
        if this.head.is_empty() {
            let before = buf.filled().len();
            wait!(Pin::new(&mut this.line).poll_read(cx, buf))?;
            return Poll::Ready(this.rule.allowance.take(buf.filled().len() - before));
        }
        let count = this.head.len().min(buf.remaining());
        buf.put_slice(&this.head[..count]);
        this.head.drain(..count);
        Poll::Ready(Ok(()))
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Watched<S> {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.line).poll_write(cx, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.line).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.line).poll_shutdown(cx)
    }
}

impl<S: AsyncRead + AsyncWrite + Unpin> TlsStream for Watched<S> {
    fn channel_binding(&self) -> ChannelBinding {
        (self.binding)(&self.line)
    }
}

/// A watched connection without encryption. The client library takes it for TLS with direct negotiation.
#[derive(Clone)]
pub(super) struct Plain(pub(super) Rule);

impl<S: AsyncRead + AsyncWrite + Unpin> MakeTlsConnect<S> for Plain {
    type Stream = Watched<S>;
    type TlsConnect = Plain;
    type Error = io::Error;

    fn make_tls_connect(&mut self, _: &str) -> io::Result<Plain> {
        Ok(self.clone())
    }
}

impl<S: AsyncRead + AsyncWrite + Unpin> TlsConnect<S> for Plain {
    type Stream = Watched<S>;
    type Error = io::Error;
    type Future = Ready<io::Result<Watched<S>>>;

    fn connect(self, line: S) -> Self::Future {
        ready(Ok(Watched::new(line, self.0, |_| ChannelBinding::none())))
    }
}

/// A TLS connection that is watched inside the encryption.
pub(super) struct Guarded<T> {
    pub(super) encryption: T,
    pub(super) rule: Rule,
}

impl<S, T> MakeTlsConnect<S> for Guarded<T>
where
    T: MakeTlsConnect<S>,
    <T::TlsConnect as TlsConnect<S>>::Future: 'static,
    T::Stream: 'static,
{
    type Stream = Watched<T::Stream>;
    type TlsConnect = Guarded<T::TlsConnect>;
    type Error = T::Error;

    fn make_tls_connect(&mut self, host: &str) -> Result<Self::TlsConnect, T::Error> {
        Ok(Guarded { encryption: self.encryption.make_tls_connect(host)?, rule: self.rule.clone() })
    }
}

impl<S, T> TlsConnect<S> for Guarded<T>
where
    T: TlsConnect<S>,
    T::Future: 'static,
    T::Stream: 'static,
{
    type Stream = Watched<T::Stream>;
    type Error = T::Error;
    type Future = Pin<Box<dyn Future<Output = Result<Watched<T::Stream>, T::Error>>>>;

    fn connect(self, line: S) -> Self::Future {
        let Guarded { encryption, rule } = self;
        let encrypted = encryption.connect(line);
        Box::pin(async move { Ok(Watched::new(encrypted.await?, rule, TlsStream::channel_binding)) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rule(required: &str, encrypted: bool) -> Rule {
        let required = match required {
            "" => Required::Unsaid,
            text => Required::parse(text).unwrap(),
        };
        Rule { required, encrypted, allowance: Allowance::of_opening() }
    }

    fn allowed(required: &str, encrypted: bool) -> Vec<String> {
        let rule = rule(required, encrypted);
        [Method::Nothing, Method::Password, Method::Md5, Method::Scram]
            .into_iter()
            .filter(|method| rule.allows(*method))
            .map(|method| method.to_string())
            .collect()
    }

    #[test]
    fn a_password_goes_out_encrypted_or_where_that_way_is_named() {
        for (required, encrypted, said) in [
            ("", false, "none scram-sha-256"),
            ("", true, "none password md5 scram-sha-256"),
            ("scram-sha-256", true, "scram-sha-256"),
            ("scram-sha-256", false, "scram-sha-256"),
            ("password", false, "password"),
            ("password,md5", true, "password md5"),
            ("!password", true, "none md5 scram-sha-256"),
            ("!password", false, "none scram-sha-256"),
            ("!none, !md5", true, "password scram-sha-256"),
            ("none", false, "none"),
            ("gss", true, ""),
        ] {
            assert_eq!(allowed(required, encrypted).join(" "), said, "{required:?} {encrypted}");
        }
        for wrong in ["scram", "password,!md5", "", "!", "password,,md5"] {
            assert_eq!(Required::parse(wrong), None, "{wrong:?}");
        }
    }

    #[test]
    fn a_server_s_first_word_is_judged_whole_and_nothing_else_is_taken_for_it() {
        let rule = rule("", false);
        let asks = |code: u8| [b'R', 0, 0, 0, 8, 0, 0, 0, code];
        for length in 1..9 {
            assert!(!rule.judge(&asks(3)[..length]).unwrap());
        }
        let refused = rule.judge(&asks(3)).unwrap_err();
        let forbidden = refused.get_ref().and_then(|inner| inner.downcast_ref::<Forbidden>());
        assert_eq!(forbidden, Some(&Forbidden { method: Method::Password, by_name: false }));
        assert!(
            rule.judge(&asks(5)).is_err() && rule.judge(&asks(10)).unwrap() && rule.judge(&asks(0)).unwrap()
        );
        assert!(rule.judge(b"E").unwrap());
        assert!(rule.judge(b"N\0\0\0\x08").is_err() && rule.judge(b"HTTP/1.1").is_err());
    }
}
