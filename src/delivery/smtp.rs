//! The channel `smtp`: mails with an invitation, through the clinic's mail server.

mod session;

use super::channel::{Channel, Letter, Outcome};
use super::check::{Check, absolute, is_loopback};
use super::mail::{Person, address, mail, only_ascii};
use super::secret::{Secret, reason};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use lettre::address::Address;
use lettre::message::Message;
use lettre::transport::smtp::authentication::Credentials;
use lettre::transport::smtp::commands::{Mail, Quit, Rcpt, Rset};
use lettre::transport::smtp::extension::{ClientId, Extension, MailParameter};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{ClientConfig, RootCertStore};
use serde::Deserialize;
use session::{Encryption, Session, Trouble};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};
use url::Host;

/// Time limit of one mail.
const LONGEST_SEND: Duration = Duration::from_secs(90);
/// How long an idle connection is reused; servers close theirs after some minutes.
const IDLE: Duration = Duration::from_secs(60);
/// How long to wait for the reply to QUIT.
const GOODBYE: Duration = Duration::from_secs(1);

#[derive(Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Security {
    /// STARTTLS, refused if the server can't do it (port 587).
    #[default]
    Starttls,
    /// TLS from the start (port 465).
    Tls,
    /// No encryption (port 25), for a server on this machine or near it.
    None,
}

/// `[channels.NAME]` with `kind = "smtp"`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Settings {
    /// The server's name, as in its certificate.
    host: String,
    /// Default 587; 465 for `tls`, 25 for `none`.
    port: Option<u16>,
    #[serde(default)]
    security: Security,
    /// A certificate (PEM) to trust in addition to the system's.
    root_certificate: Option<PathBuf>,
    /// The user to log in; without it there is no login.
    username: Option<String>,
    /// File with the password.
    password_file: Option<PathBuf>,
    /// Environment variable with the password.
    password_env: Option<String>,
    /// The sender's address.
    from: String,
    /// The sender's name (default: the clinic's).
    from_name: Option<String>,
    /// Time limit of each reply in seconds (default 30, at most 90); connecting and all replies together take
    /// at most 90.
    timeout: Option<u64>,
}

pub(crate) struct Smtp {
    server: (String, u16),
    hello: ClientId,
    security: Security,
    tls: Option<Encryption>,
    login: Option<Login>,
    from: Address,
    from_name: Option<String>,
    timeout: Duration,
    /// Open connections that are not in use, with the time of their last use.
    idle: Mutex<Vec<(Session, Instant)>>,
}

struct Login {
    username: String,
    /// The password and its encoded forms, removed from error texts: a server may repeat them.
    secrets: [Secret; 3],
}

impl Login {
    fn new(username: String, password: Secret) -> Self {
        let plain = Secret::new(format!("\0{username}\0{}", password.reveal()));
        let secrets = [STANDARD.encode(plain.reveal()), STANDARD.encode(password.reveal())].map(Secret::new);
        let [plain, encoded] = secrets;
        Login { username, secrets: [plain, encoded, password] }
    }

    fn credentials(&self) -> Credentials {
        Credentials::new(self.username.clone(), self.secrets[2].reveal().to_owned())
    }
}

/// The step at which sending failed.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Stage {
    /// Connecting, greeting, encrypting, logging in.
    Connection,
    /// `MAIL FROM`.
    Sender,
    /// `RCPT TO`.
    Recipient,
    /// `DATA` and the mail.
    Mail,
}

impl Smtp {
    pub(crate) fn open(settings: Settings, check: &mut Check<'_>) -> Option<Self> {
        let Settings {
            host,
            port,
            security,
            root_certificate,
            username,
            password_file,
            password_env,
            from,
            from_name,
            timeout,
        } = settings;
        let timeout = check.timeout(timeout);
        let sender = address(&from).filter(|from| from.to_string().is_ascii());
        let sender =
            check.take("from", sender.ok_or_else(|| text!("takes-a-mail-address-in-ascii").to_owned()));
        let from_name = from_name.and_then(|name| check.text("from_name", &name));
        let local = match Host::parse(&host) {
            Ok(host) => is_loopback(&host),
            Err(_) => {
                check.problem("host", text!("takes-a-servers-name-or-address"));
                false
            }
        };
        let login = login(check, username, password_file.as_deref(), password_env.as_deref());
        if security == Security::None && login.is_some() && !local {
            check.problem("security", text!("none-would-send-the-password-in-clear-takes"));
        }
        let tls = if security == Security::None {
            if root_certificate.is_some() {
                check.problem("root_certificate", text!("is-of-no-use-with-security-none"));
            }
            None
        } else {
            let config = check.take("root_certificate", trust(root_certificate.as_deref()));
            let name = ServerName::try_from(host.clone());
            let name =
                check.take("host", name.map_err(|_| text!("takes-a-servers-name-or-address").to_owned()));
            Some(Encryption { config: config?, name: name? })
        };
        let port = port.unwrap_or(match security {
            Security::Starttls => 587,
            Security::Tls => 465,
            Security::None => 25,
        });
        Some(Smtp {
            server: (host, port),
            hello: ClientId::default(),
            security,
            tls,
            login,
            from: sender?,
            from_name,
            timeout,
            idle: Mutex::default(),
        })
    }

    /// Opens a connection and logs in.
    fn connect(&self, until: Instant) -> Result<Session, Trouble> {
        let (host, port) = &self.server;
        let wrapper = self.tls.as_ref().filter(|_| self.security == Security::Tls);
        // Three waits: the connection, the greeting and the EHLO reply.
        let each = self.timeout.min(LONGEST_SEND / 3);
        let mut connection = Session::open((host, *port), (each, until), &self.hello, wrapper)?;
        if let Some(tls) = self.tls.as_ref().filter(|_| self.security == Security::Starttls) {
            self.limit(&mut connection, until);
            connection.encrypt(tls, &self.hello)?;
        }
        if let Some(login) = &self.login {
            self.limit(&mut connection, until);
            connection.log_in(&login.credentials())?;
        }
        Ok(connection)
    }

    /// Sends `MAIL FROM` on an idle connection or a new one. The server may have closed an idle one; then the
    /// next is tried.
    fn begin(&self, mail: &Message, until: Instant) -> Result<Session, (Stage, Trouble)> {
        while let Some(mut connection) = self.reusable() {
            if self.sender(&mut connection, mail, until).is_ok() {
                return Ok(connection);
            }
        }
        let mut connection = self.connect(until).map_err(|problem| (Stage::Connection, problem))?;
        self.sender(&mut connection, mail, until).map_err(|problem| (Stage::Sender, problem))?;
        Ok(connection)
    }

    fn sender(&self, connection: &mut Session, mail: &Message, until: Instant) -> Result<(), Trouble> {
        self.limit(connection, until);
        let international = connection.supports(Extension::SmtpUtfEight);
        let parameters = match only_ascii(mail) {
            false if international => vec![MailParameter::SmtpUtfEight],
            _ => Vec::new(),
        };
        connection.command(Mail::new(Some(self.from.clone()), parameters)).map(drop)
    }

    /// Sends the recipients and the mail, and waits for the final reply.
    fn deliver(
        &self,
        connection: &mut Session,
        mail: &Message,
        until: Instant,
    ) -> Result<(), (Stage, Trouble)> {
        for to in mail.envelope().to() {
            self.limit(connection, until);
            let recipient = Rcpt::new(to.clone(), Vec::new());
            connection.command(recipient).map_err(|problem| (Stage::Recipient, problem))?;
        }
        self.limit(connection, until);
        connection.data().map_err(|problem| (Stage::Mail, problem))?;
        self.limit(connection, until);
        connection.mail(&mail.formatted()).map_err(|problem| (Stage::Mail, problem))
    }

    fn limit(&self, connection: &mut Session, until: Instant) {
        connection.limit(self.timeout, until);
    }

    fn reusable(&self) -> Option<Session> {
        let mut idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        idle.retain(|(_, since)| since.elapsed() < IDLE);
        idle.pop().map(|(connection, _)| connection)
    }

    fn keep(&self, connection: Session) {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner).push((connection, Instant::now()));
    }

    /// The outcome of a problem: for this letter, or for the whole channel.
    fn outcome(&self, stage: Stage, problem: &Trouble) -> Outcome {
        let secrets: Vec<&Secret> = self.login.iter().flat_map(|login| &login.secrets).collect();
        let why = reason(&words(problem), &secrets);
        let code = problem.code();
        let of_channel = match stage {
            // The server can't be reached or trusted, or refuses the login or the sender: no mail can go out.
            Stage::Connection => true,
            Stage::Sender => code.is_some() || problem.is_encryption(),
            // 421: the server closes the connection. 530 to 538: it demands a login.
            Stage::Recipient | Stage::Mail => {
                problem.is_encryption() || matches!(code, Some(421 | 530 | 534 | 535 | 538))
            }
        };
        if of_channel {
            Outcome::held_up(why, None)
        } else if code.is_some_and(|code| code >= 500) {
            Outcome::never(why)
        } else {
            Outcome::later(why, None)
        }
    }
}

impl Channel for Smtp {
    fn send(&self, letter: &Letter) -> Outcome {
        let Some(email) = &letter.email else {
            return Outcome::never(text!("the-patient-has-no-e-mail-address"));
        };
        let Some(to) = address(email) else {
            return Outcome::never(text!("the-patients-e-mail-address-is-not-one"));
        };
        let from = Person { name: self.from_name.as_deref().unwrap_or(&letter.clinic), address: &self.from };
        let mail = match mail(letter, &from, &Person { name: &letter.name, address: &to }) {
            Ok(mail) => mail,
            Err(problem) => return Outcome::never(text!("the-mail-cant-be-written", problem)),
        };
        let until = Instant::now() + LONGEST_SEND;
        let mut connection = match self.begin(&mail, until) {
            Ok(connection) => connection,
            Err((stage, problem)) => return self.outcome(stage, &problem),
        };
        if !only_ascii(&mail) && !connection.supports(Extension::SmtpUtfEight) {
            if connection.command(Rset).is_ok() {
                self.keep(connection);
            }
            return Outcome::never(text!("the-mail-server-takes-no-addresses-with-letters"));
        }
        match self.deliver(&mut connection, &mail, until) {
            Ok(()) => {
                self.keep(connection);
                Outcome::Sent
            }
            Err((stage, problem)) => {
                // After a refused mail, the connection can be reused.
                if problem.code().is_some() && connection.command(Rset).is_ok() {
                    self.keep(connection);
                }
                self.outcome(stage, &problem)
            }
        }
    }
}

impl Drop for Smtp {
    fn drop(&mut self) {
        let idle = self.idle.get_mut().unwrap_or_else(PoisonError::into_inner);
        for (mut connection, _) in idle.drain(..) {
            connection.limit(GOODBYE, Instant::now());
            let _ = connection.command(Quit);
        }
    }
}

fn login(
    check: &mut Check<'_>,
    username: Option<String>,
    file: Option<&Path>,
    variable: Option<&str>,
) -> Option<Login> {
    if let Some(username) = username {
        return Some(Login::new(username, check.secret("password", file, variable)?));
    }
    if check.optional_secret("password", file, variable).is_some() {
        check.problem("username", text!("is-missing-the-password-is-whose"));
    }
    None
}

/// Trusts the system's certificates and the one in `root`.
fn trust(root: Option<&Path>) -> Result<Arc<ClientConfig>, String> {
    let mut roots = RootCertStore::empty();
    roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
    if let Some(root) = root {
        absolute(root)?;
        let pem = std::fs::read(root);
        let pem = pem.map_err(|problem| text!("cant-be-read", path = root.display(), problem))?;
        let none = || text!("holds-no-certificate", root = root.display());
        let certificates: Vec<_> =
            CertificateDer::pem_slice_iter(&pem).collect::<Result<_, _>>().map_err(|_| none())?;
        if certificates.is_empty() || roots.add_parsable_certificates(certificates).0 == 0 {
            return Err(none());
        }
    }
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions();
    let config = config.map_err(|problem| problem.to_string())?;
    Ok(Arc::new(config.with_root_certificates(roots).with_no_client_auth()))
}

fn words(problem: &Trouble) -> String {
    match problem {
        Trouble::Said(code, said) => text!("the-server-said", answer = format!("{code} {said}")),
        Trouble::Silence => text!("no-answer-in-time").into(),
        Trouble::Encryption(source) => text!("no-encrypted-connection", source),
        Trouble::NoMail(source) => text!("the-server-broke-off-or-is-no-mail", source),
        Trouble::Network(source) => source.clone(),
    }
}
