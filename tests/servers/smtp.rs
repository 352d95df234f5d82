//! A fake SMTP server on loopback whose encryption, logins, replies and failures a test sets.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};
use rustls::{ServerConfig, ServerConnection, StreamOwned};
use std::io::{BufRead, BufReader, Error, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::Path;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::Duration;

/// A self-signed certificate for `localhost` and 127.0.0.1.
pub struct Identity {
    config: Arc<ServerConfig>,
    pem: String,
}

impl Identity {
    pub fn new() -> Identity {
        let names = vec!["localhost".to_owned(), "127.0.0.1".to_owned()];
        let made = rcgen::generate_simple_self_signed(names).expect("a certificate");
        let key = PrivateKeyDer::from(PrivatePkcs8KeyDer::from(made.signing_key.serialize_der()));
        let config = ServerConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
            .with_safe_default_protocol_versions()
            .expect("the usual versions")
            .with_no_client_auth()
            .with_single_cert(vec![made.cert.der().clone()], key)
            .expect("a certificate with its key");
        Identity { config: Arc::new(config), pem: made.cert.pem() }
    }

    /// Writes the certificate, which the client must trust.
    pub fn write(&self, path: &Path) {
        std::fs::write(path, &self.pem).expect("the certificate is written");
    }
}

/// How clients connect.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Encryption {
    None,
    Starttls,
    Tls,
}

/// The server's behaviour at a point of the protocol.
#[derive(Debug, Clone)]
pub enum Act {
    /// Goes on.
    Go,
    /// Sends a line and waits for the next command.
    Say(&'static str),
    /// Sends nothing and keeps the connection open.
    Hang,
    /// Closes the connection.
    Drop,
}

/// An accepted mail.
#[derive(Debug, Clone)]
pub struct Mail {
    pub from: String,
    pub to: Vec<String>,
    pub data: Vec<u8>,
    pub encrypted: bool,
    /// The user who logged in.
    pub user: Option<String>,
}

/// Chooses the behaviour from the point and its argument.
pub type Decide = dyn Fn(&str, &str) -> Act + Send + Sync;

/// The server's configuration.
pub struct Setup {
    pub encryption: Encryption,
    /// User and password; `None` accepts mail without a login.
    pub login: Option<(&'static str, &'static str)>,
    /// The offered mechanisms.
    pub mechanisms: &'static str,
    /// The behaviour at a verb (`EHLO`, `STARTTLS`, `AUTH`, `MAIL`, `RCPT`, `DATA`), at `GREETING`, `MIDDLE`
    /// (after a mail's first line) or `BODY` (at its end).
    pub act: Box<Decide>,
}

impl Default for Setup {
    fn default() -> Self {
        let act = Box::new(|_: &str, _: &str| Act::Go);
        Setup { encryption: Encryption::None, login: None, mechanisms: "PLAIN LOGIN", act }
    }
}

/// A running server; stops on drop.
pub struct SmtpServer {
    address: SocketAddr,
    shared: Arc<Shared>,
}

struct Shared {
    setup: Setup,
    identity: Arc<ServerConfig>,
    mails: Mutex<Vec<Mail>>,
    connections: AtomicUsize,
    stopping: AtomicBool,
}

impl SmtpServer {
    /// Serves on a free port of 127.0.0.1, with a thread per connection.
    pub fn start(setup: Setup, identity: &Identity) -> SmtpServer {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let address = listener.local_addr().expect("an address");
        let shared = Arc::new(Shared {
            setup,
            identity: identity.config.clone(),
            mails: Mutex::default(),
            connections: AtomicUsize::new(0),
            stopping: AtomicBool::new(false),
        });
        let of_thread = shared.clone();
        thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                if of_thread.stopping.load(Ordering::SeqCst) {
                    return;
                }
                of_thread.connections.fetch_add(1, Ordering::SeqCst);
                let shared = of_thread.clone();
                // A client may close its connection at any time.
                thread::spawn(move || drop(Session::serve(stream, &shared)));
            }
        });
        SmtpServer { address, shared }
    }

    pub fn port(&self) -> u16 {
        self.address.port()
    }

    /// The accepted mails.
    pub fn mails(&self) -> Vec<Mail> {
        self.shared.mails.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// The number of connections so far.
    pub fn connections(&self) -> usize {
        self.shared.connections.load(Ordering::SeqCst)
    }
}

impl Drop for SmtpServer {
    fn drop(&mut self) {
        self.shared.stopping.store(true, Ordering::SeqCst);
        // Wake the listener to make it see `stopping`.
        let _ = TcpStream::connect(self.address);
    }
}

trait Wire: Read + Write + Send {}
impl<T: Read + Write + Send> Wire for T {}

/// One connection.
struct Session<'s> {
    wire: BufReader<Box<dyn Wire>>,
    shared: &'s Shared,
    encrypted: bool,
    user: Option<String>,
    from: String,
    to: Vec<String>,
}

/// An error that ends the connection.
fn over<T>() -> std::io::Result<T> {
    Err(Error::other("the connection is at its end"))
}

impl Session<'_> {
    fn serve(stream: TcpStream, shared: &Shared) -> std::io::Result<()> {
        stream.set_nodelay(true)?;
        let tls = shared.setup.encryption == Encryption::Tls;
        let wire: Box<dyn Wire> =
            if tls { encrypt(stream.try_clone()?, shared)? } else { Box::new(stream.try_clone()?) };
        let mut session = Session {
            wire: BufReader::new(wire),
            shared,
            encrypted: tls,
            user: None,
            from: String::new(),
            to: Vec::new(),
        };
        if session.act("GREETING", "")? {
            session.say("220 test ESMTP")?;
        }
        loop {
            let line = session.line()?;
            let (verb, rest) = line.split_once([' ', ':']).unwrap_or((&line, ""));
            let verb = verb.to_uppercase();
            if verb == "STARTTLS" && session.act(&verb, rest)? {
                session.say("220 go on")?;
                session.wire = BufReader::new(encrypt(stream.try_clone()?, shared)?);
                session.encrypted = true;
            } else if verb != "STARTTLS" && session.act(&verb, rest)? {
                session.answer(&verb, rest)?;
            }
        }
    }

    /// Returns whether to go on as usual; other behaviours are carried out here.
    fn act(&mut self, point: &str, rest: &str) -> std::io::Result<bool> {
        match (self.shared.setup.act)(point, rest) {
            Act::Go => Ok(true),
            Act::Say(line) => self.say(line).map(|()| false),
            Act::Drop => over(),
            Act::Hang => {
                while !self.shared.stopping.load(Ordering::SeqCst) {
                    thread::sleep(Duration::from_millis(20));
                }
                over()
            }
        }
    }

    fn answer(&mut self, verb: &str, rest: &str) -> std::io::Result<()> {
        let shut = self.shared.setup.login.is_some() && self.user.is_none();
        match verb {
            "EHLO" => {
                if self.shared.setup.encryption == Encryption::Starttls && !self.encrypted {
                    self.say("250-STARTTLS")?;
                }
                if self.shared.setup.login.is_some() {
                    self.say(&format!("250-AUTH {}", self.shared.setup.mechanisms))?;
                }
                self.say("250 8BITMIME")
            }
            "AUTH" => self.log_in(rest),
            "MAIL" if shut => self.say("530 5.7.0 Authentication required"),
            "MAIL" => {
                self.from = address(rest);
                self.to.clear();
                self.say("250 ok")
            }
            "RCPT" => {
                self.to.push(address(rest));
                self.say("250 ok")
            }
            "DATA" => self.data(),
            "RSET" | "NOOP" => self.say("250 ok"),
            "QUIT" => self.say("221 bye").and_then(|()| over()),
            _ => self.say("502 what?"),
        }
    }

    fn log_in(&mut self, rest: &str) -> std::io::Result<()> {
        let (mechanism, initial) = rest.split_once(' ').unwrap_or((rest, ""));
        let (user, password) = if mechanism.eq_ignore_ascii_case("PLAIN") {
            let said = decoded(initial);
            let mut parts = said.split('\0').skip(1).map(str::to_owned);
            (parts.next().unwrap_or_default(), parts.next().unwrap_or_default())
        } else {
            // Base64 of `Username:` and `Password:`.
            self.say("334 VXNlcm5hbWU6")?;
            let user = decoded(&self.line()?);
            self.say("334 UGFzc3dvcmQ6")?;
            (user, decoded(&self.line()?))
        };
        if self.shared.setup.login == Some((&user, &password)) {
            self.user = Some(user);
            return self.say("235 come in");
        }
        // Some real servers repeat the credentials.
        let echo = STANDARD.encode(format!("\0{user}\0{password}"));
        self.say(&format!("535 5.7.8 no: {user} {password} {echo}"))
    }

    fn data(&mut self) -> std::io::Result<()> {
        self.say("354 go on")?;
        let mut data = Vec::new();
        loop {
            let mut line = Vec::new();
            self.wire.read_until(b'\n', &mut line)?;
            if line.is_empty() {
                return over();
            }
            if line == b".\r\n" {
                break;
            }
            let first = data.is_empty();
            data.extend_from_slice(line.strip_prefix(b".").unwrap_or(&line));
            if first && !self.act("MIDDLE", "")? {
                return Ok(());
            }
        }
        if self.act("BODY", "")? {
            let (from, to) = (self.from.clone(), self.to.clone());
            let mail = Mail { from, to, data, encrypted: self.encrypted, user: self.user.clone() };
            self.shared.mails.lock().unwrap_or_else(PoisonError::into_inner).push(mail);
            self.say("250 queued")?;
        }
        Ok(())
    }

    fn say(&mut self, line: &str) -> std::io::Result<()> {
        let wire = self.wire.get_mut();
        wire.write_all(format!("{line}\r\n").as_bytes())?;
        wire.flush()
    }

    fn line(&mut self) -> std::io::Result<String> {
        let mut line = String::new();
        if self.wire.read_line(&mut line)? == 0 {
            return over();
        }
        Ok(line.trim_end().to_owned())
    }
}

fn encrypt(stream: TcpStream, shared: &Shared) -> std::io::Result<Box<dyn Wire>> {
    let connection = ServerConnection::new(shared.identity.clone()).map_err(Error::other)?;
    Ok(Box::new(StreamOwned::new(connection, stream)))
}

/// The address in angle brackets.
fn address(rest: &str) -> String {
    let address = rest.split_once('<').and_then(|(_, rest)| rest.split_once('>'));
    address.map(|(address, _)| address.to_owned()).unwrap_or_default()
}

fn decoded(text: &str) -> String {
    String::from_utf8(STANDARD.decode(text).unwrap_or_default()).unwrap_or_default()
}
