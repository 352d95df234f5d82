//! An SMTP session (RFC 5321). Replies are limited in size and time, even if a line never ends.

use super::{GOODBYE, LONGEST_SEND};
use lettre::transport::smtp::authentication::{Credentials, DEFAULT_MECHANISMS};
use lettre::transport::smtp::commands::{Auth, Data, Ehlo, Starttls};
use lettre::transport::smtp::extension::{ClientId, Extension, ServerInfo};
use lettre::transport::smtp::response::Response;
use rustls::pki_types::ServerName;
use rustls::{ClientConfig, ClientConnection, StreamOwned};
use std::fmt::Display;
use std::io::{self, BufRead, BufReader, ErrorKind, Read, Write};
use std::net::{TcpStream, ToSocketAddrs};
use std::sync::Arc;
use std::time::{Duration, Instant};

/// Most bytes of a reply, all lines together.
const LONGEST_ANSWER: usize = 64 * 1024;
/// Most challenges of the server during login.
const MOST_CHALLENGES: usize = 10;

#[derive(Debug)]
pub(crate) enum Trouble {
    /// The server's error reply: code and text.
    Said(u16, String),
    /// No reply in time.
    Silence,
    /// TLS failed.
    Encryption(String),
    /// The connection ended, or the server broke the protocol or lacks a needed extension.
    NoMail(String),
    /// An I/O error.
    Network(String),
}

impl Trouble {
    pub(crate) fn code(&self) -> Option<u16> {
        match self {
            Trouble::Said(code, _) => Some(*code),
            _ => None,
        }
    }

    pub(crate) fn is_encryption(&self) -> bool {
        matches!(self, Trouble::Encryption(_))
    }
}

impl From<io::Error> for Trouble {
    fn from(problem: io::Error) -> Self {
        match problem.kind() {
            ErrorKind::WouldBlock | ErrorKind::TimedOut => Trouble::Silence,
            _ if problem.get_ref().is_some_and(|inner| inner.is::<rustls::Error>()) => {
                Trouble::Encryption(problem.to_string())
            }
            _ => Trouble::Network(problem.to_string()),
        }
    }
}

type Answered<T> = Result<T, Trouble>;

/// The trusted certificates, and the name that the server's certificate must have.
#[derive(Clone)]
pub(crate) struct Encryption {
    pub(crate) config: Arc<ClientConfig>,
    pub(crate) name: ServerName<'static>,
}

pub(crate) struct Session {
    stream: BufReader<Stream>,
    /// The extensions of the server's EHLO reply.
    info: ServerInfo,
}

impl Session {
    /// Connects, starts TLS at once if `encryption` is given, and sends EHLO.
    pub(crate) fn open(
        (host, port): (&str, u16),
        (each, until): (Duration, Instant),
        hello: &ClientId,
        encryption: Option<&Encryption>,
    ) -> Answered<Session> {
        let tcp = reach(host, port, each)?;
        let timed = Timed { tcp, until: Instant::now() };
        let stream = match encryption {
            Some(encryption) => encrypted(timed, encryption)?,
            None => Stream::Plain(timed),
        };
        let mut session = Session { stream: BufReader::new(stream), info: ServerInfo::default() };
        session.limit(each, until);
        session.answer()?;
        session.limit(each, until);
        session.greet(hello)?;
        Ok(session)
    }

    /// Sets the deadline of the next reply to `until`, but at most `each` and at least `GOODBYE` from now.
    pub(crate) fn limit(&mut self, each: Duration, until: Instant) {
        let now = Instant::now();
        let left = until.saturating_duration_since(now).max(GOODBYE);
        self.stream.get_mut().timed().until = now + left.min(each);
    }

    pub(crate) fn supports(&self, extension: Extension) -> bool {
        self.info.supports_feature(extension)
    }

    fn greet(&mut self, hello: &ClientId) -> Answered<()> {
        let answer = self.command(Ehlo::new(hello.clone()))?;
        let info = ServerInfo::from_response(&answer);
        self.info = info.map_err(|problem| Trouble::NoMail(problem.to_string()))?;
        Ok(())
    }

    /// Sends STARTTLS and starts TLS.
    pub(crate) fn encrypt(&mut self, encryption: &Encryption, hello: &ClientId) -> Answered<()> {
        if !self.supports(Extension::StartTls) {
            return Err(Trouble::NoMail("STARTTLS is not supported on this server".into()));
        }
        self.command(Starttls)?;
        // Data after the reply is not encrypted: anyone may have inserted it.
        if !self.stream.buffer().is_empty() {
            return Err(Trouble::NoMail("the server said more than its answer to STARTTLS".into()));
        }
        let timed = self.stream.get_mut().timed();
        let timed = Timed { tcp: timed.tcp.try_clone()?, until: timed.until };
        self.stream = BufReader::new(encrypted(timed, encryption)?);
        self.greet(hello)
    }

    pub(crate) fn log_in(&mut self, credentials: &Credentials) -> Answered<()> {
        let no_way = || Trouble::NoMail("No compatible authentication mechanism was found".into());
        let mechanism = self.info.get_auth_mechanism(DEFAULT_MECHANISMS).ok_or_else(no_way)?;
        let wrong = |problem: lettre::transport::smtp::Error| Trouble::NoMail(problem.to_string());
        let first = Auth::new(mechanism, credentials.clone(), None).map_err(wrong)?;
        let mut answer = self.command(first)?;
        for _ in 0..MOST_CHALLENGES {
            if !answer.has_code(334) {
                return Ok(());
            }
            let next = Auth::new_from_response(mechanism, credentials.clone(), &answer).map_err(wrong)?;
            answer = self.command(next)?;
        }
        Err(Trouble::NoMail("Unexpected number of challenges".into()))
    }

    /// Sends a command and returns the reply; an error reply is a `Trouble`.
    pub(crate) fn command(&mut self, command: impl Display) -> Answered<Response> {
        self.say(command.to_string().as_bytes())?;
        self.answer()
    }

    pub(crate) fn data(&mut self) -> Answered<()> {
        self.command(Data).map(drop)
    }

    /// Sends the mail, with dots at line starts doubled (RFC 5321, 4.5.2).
    pub(crate) fn mail(&mut self, mail: &[u8]) -> Answered<()> {
        let mut stuffed = Vec::with_capacity(mail.len() + 16);
        let mut begins_line = true;
        for byte in mail {
            if begins_line && *byte == b'.' {
                stuffed.push(b'.');
            }
            begins_line = *byte == b'\n';
            stuffed.push(*byte);
        }
        stuffed.extend_from_slice(b"\r\n.\r\n");
        self.say(&stuffed)?;
        self.answer().map(drop)
    }

    fn say(&mut self, words: &[u8]) -> Answered<()> {
        let stream = self.stream.get_mut();
        stream.write_all(words)?;
        Ok(stream.flush()?)
    }

    /// Reads a reply, which may have several lines; codes from 400 on are errors.
    fn answer(&mut self) -> Answered<Response> {
        let (mut all, mut words) = (String::new(), Vec::new());
        loop {
            let line = self.line(LONGEST_ANSWER.saturating_sub(all.len()))?;
            let code = line.get(..3).and_then(|code| code.parse::<u16>().ok());
            let Some(code) = code.filter(|code| (200..600).contains(code)) else {
                return Err(Trouble::NoMail(line.trim().to_owned()));
            };
            words.push(line.get(4..).unwrap_or_default().trim().to_owned());
            all.push_str(&line);
            if line.as_bytes().get(3) == Some(&b'-') {
                continue;
            }
            if code >= 400 {
                return Err(Trouble::Said(code, words.join(" ")));
            }
            return all.parse().map_err(|_| Trouble::NoMail(words.join(" ")));
        }
    }

    /// Reads a line of at most `most` bytes.
    fn line(&mut self, most: usize) -> Answered<String> {
        let mut line = Vec::new();
        self.stream.by_ref().take(most as u64).read_until(b'\n', &mut line)?;
        if line.is_empty() && most > 0 {
            return Err(Trouble::NoMail(text!("the-connection-ended").into()));
        }
        if !line.ends_with(b"\n") {
            let cut = line.len() >= most;
            let what = if cut { text!("the-answer-has-no-end") } else { text!("the-connection-ended") };
            return Err(Trouble::NoMail(what.into()));
        }
        Ok(String::from_utf8_lossy(&line).into_owned())
    }
}

/// Connects to the first of the host's addresses that accepts.
fn reach(host: &str, port: u16, each: Duration) -> Answered<TcpStream> {
    let mut last = Trouble::Network(text!("the-hosts-name-is-not-known").into());
    for address in (host, port).to_socket_addrs()? {
        match TcpStream::connect_timeout(&address, each.min(LONGEST_SEND)) {
            Ok(tcp) => return Ok(tcp),
            Err(problem) => last = problem.into(),
        }
    }
    Err(last)
}

fn encrypted(timed: Timed, encryption: &Encryption) -> Answered<Stream> {
    let client = ClientConnection::new(Arc::clone(&encryption.config), encryption.name.clone());
    let client = client.map_err(|problem| Trouble::Encryption(problem.to_string()))?;
    Ok(Stream::Encrypted(Box::new(StreamOwned::new(client, timed))))
}

/// A connection whose reads and writes fail after `until`.
struct Timed {
    tcp: TcpStream,
    until: Instant,
}

impl Timed {
    fn left(&self) -> io::Result<Option<Duration>> {
        match self.until.saturating_duration_since(Instant::now()) {
            Duration::ZERO => Err(ErrorKind::TimedOut.into()),
            left => Ok(Some(left)),
        }
    }
}

impl Read for Timed {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        self.tcp.set_read_timeout(self.left()?)?;
        self.tcp.read(into)
    }
}

impl Write for Timed {
    fn write(&mut self, from: &[u8]) -> io::Result<usize> {
        self.tcp.set_write_timeout(self.left()?)?;
        self.tcp.write(from)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.tcp.flush()
    }
}

enum Stream {
    Plain(Timed),
    Encrypted(Box<StreamOwned<ClientConnection, Timed>>),
}

impl Stream {
    fn timed(&mut self) -> &mut Timed {
        match self {
            Stream::Plain(timed) => timed,
            Stream::Encrypted(stream) => &mut stream.sock,
        }
    }
}

impl Read for Stream {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        match self {
            Stream::Plain(timed) => timed.read(into),
            Stream::Encrypted(stream) => stream.read(into),
        }
    }
}

impl Write for Stream {
    fn write(&mut self, from: &[u8]) -> io::Result<usize> {
        match self {
            Stream::Plain(timed) => timed.write(from),
            Stream::Encrypted(stream) => stream.write(from),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match self {
            Stream::Plain(timed) => timed.flush(),
            Stream::Encrypted(stream) => stream.flush(),
        }
    }
}
