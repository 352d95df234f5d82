//! The channel `smtp`: mails with the appointment as an invitation, through the clinic's mail server.

use super::channel::{Channel, Letter, Outcome};
use super::check::{Check, absolute, is_loopback};
use super::mail::{Person, address, mail, only_ascii};
use super::secret::{Secret, reason};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use lettre::address::Address;
use lettre::message::Message;
use lettre::transport::smtp::Error;
use lettre::transport::smtp::authentication::{Credentials, DEFAULT_MECHANISMS};
use lettre::transport::smtp::client::{Certificate, SmtpConnection, TlsParameters};
use lettre::transport::smtp::commands::{Data, Mail, Quit, Rcpt, Rset};
use lettre::transport::smtp::extension::{ClientId, Extension, MailParameter};
use serde::Deserialize;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};
use url::Host;

/// The most that one mail may take.
const LONGEST_SEND: Duration = Duration::from_secs(90);
/// How long an idle connection is used again; servers close theirs after some minutes.
const IDLE: Duration = Duration::from_secs(60);
/// How long a server has to answer a goodbye.
const GOODBYE: Duration = Duration::from_secs(1);

/// How the connection is encrypted.
#[derive(Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Security {
    /// In clear at first, then encrypted, or not at all (port 587).
    #[default]
    Starttls,
    /// Encrypted from the start (port 465).
    Tls,
    /// Not encrypted (port 25): for a server on this machine or beside it.
    None,
}

/// `[channels.NAME]` with `kind = "smtp"`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Settings {
    /// The server's name, which its certificate must be for.
    host: String,
    /// Its port (587, with `security = "tls"` 465, with "none" 25).
    port: Option<u16>,
    /// `starttls` (as usual), `tls` or `none`.
    #[serde(default)]
    security: Security,
    /// A certificate (PEM) to trust beside those of the system.
    root_certificate: Option<PathBuf>,
    /// Who logs in; without one nobody does.
    username: Option<String>,
    /// The file that holds the password.
    password_file: Option<PathBuf>,
    /// The environment variable that holds the password.
    password_env: Option<String>,
    /// The address that mails come from.
    from: String,
    /// The name beside that address (the clinic's).
    from_name: Option<String>,
    /// How long each answer of the server may take, in seconds (30, at most 90); connecting and all
    /// answers together have 90.
    timeout: Option<u64>,
}

/// Talks to a mail server.
pub(super) struct Smtp {
    server: (String, u16),
    hello: ClientId,
    security: Security,
    tls: Option<TlsParameters>,
    login: Option<Login>,
    from: Address,
    from_name: Option<String>,
    timeout: Duration,
    /// Connections that are open and have nothing to do: at most one for each worker.
    idle: Mutex<Vec<(SmtpConnection, Instant)>>,
}

/// Who logs in.
struct Login {
    username: String,
    /// The password, and the forms in which it crosses the line: a server may say them back.
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

/// How far a mail came.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Stage {
    /// Connecting, greeting, encrypting, logging in.
    Connection,
    /// Saying who sends.
    Sender,
    /// Saying to whom.
    Recipient,
    /// The mail itself.
    Mail,
}

impl Smtp {
    pub(super) fn open(settings: Settings, check: &mut Check<'_>) -> Option<Self> {
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
            let tls = parameters(&host, root_certificate.as_deref());
            Some(check.take("root_certificate", tls)?)
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

    /// A connection on which somebody is logged in.
    fn connect(&self, until: Instant) -> Result<SmtpConnection, Error> {
        let (host, port) = &self.server;
        let wrapper = self.tls.as_ref().filter(|_| self.security == Security::Tls);
        // Reaching it, its greeting and its list of what it can do are waited for one by one.
        let each = self.timeout.min(LONGEST_SEND / 3);
        let mut connection =
            SmtpConnection::connect((host.as_str(), *port), Some(each), &self.hello, wrapper, None)?;
        if let Some(tls) = self.tls.as_ref().filter(|_| self.security == Security::Starttls) {
            self.limit(&mut connection, until);
            connection.starttls(tls, &self.hello)?;
        }
        if let Some(login) = &self.login {
            self.limit(&mut connection, until);
            connection.auth(DEFAULT_MECHANISMS, &login.credentials())?;
        }
        Ok(connection)
    }

    /// Says who sends, on a connection that is there already or on a new one. One that was there may
    /// have gone away meanwhile, and nothing is lost with it.
    fn begin(&self, mail: &Message, until: Instant) -> Result<SmtpConnection, (Stage, Error)> {
        while let Some(mut connection) = self.reusable() {
            if self.sender(&mut connection, mail, until).is_ok() {
                return Ok(connection);
            }
        }
        let mut connection = self.connect(until).map_err(|problem| (Stage::Connection, problem))?;
        self.sender(&mut connection, mail, until).map_err(|problem| (Stage::Sender, problem))?;
        Ok(connection)
    }

    fn sender(&self, connection: &mut SmtpConnection, mail: &Message, until: Instant) -> Result<(), Error> {
        self.limit(connection, until);
        let international = connection.server_info().supports_feature(Extension::SmtpUtfEight);
        let parameters = match only_ascii(mail) {
            false if international => vec![MailParameter::SmtpUtfEight],
            _ => Vec::new(),
        };
        connection.command(Mail::new(Some(self.from.clone()), parameters)).map(drop)
    }

    /// Delivers the mail, up to the server's last word.
    fn deliver(
        &self,
        connection: &mut SmtpConnection,
        mail: &Message,
        until: Instant,
    ) -> Result<(), (Stage, Error)> {
        for to in mail.envelope().to() {
            self.limit(connection, until);
            let recipient = Rcpt::new(to.clone(), Vec::new());
            connection.command(recipient).map_err(|problem| (Stage::Recipient, problem))?;
        }
        self.limit(connection, until);
        connection.command(Data).map_err(|problem| (Stage::Mail, problem))?;
        self.limit(connection, until);
        connection.message(&mail.formatted()).map_err(|problem| (Stage::Mail, problem))?;
        Ok(())
    }

    /// Gives the next answer no longer than is left.
    fn limit(&self, connection: &mut SmtpConnection, until: Instant) {
        let left = until.saturating_duration_since(Instant::now()).max(GOODBYE);
        // Where it can't be set the connection is gone, and the command says so.
        let _ = connection.set_timeout(Some(left.min(self.timeout)));
    }

    fn reusable(&self) -> Option<SmtpConnection> {
        let mut idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        idle.retain(|(_, since)| since.elapsed() < IDLE);
        idle.pop().map(|(connection, _)| connection)
    }

    fn keep(&self, connection: SmtpConnection) {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner).push((connection, Instant::now()));
    }

    /// What a problem means for the letter and for the channel.
    fn outcome(&self, stage: Stage, problem: &Error) -> Outcome {
        let secrets: Vec<&Secret> = self.login.iter().flat_map(|login| &login.secrets).collect();
        let why = reason(&words(problem), &secrets);
        let code = problem.status().map(u16::from);
        let of_channel = match stage {
            // Nobody's mail goes out where the server can't be reached or trusted, doesn't let us in, or
            // doesn't take mails from this address.
            Stage::Connection => true,
            Stage::Sender => code.is_some() || problem.is_tls(),
            // 421: the server goes away. 530 to 538: it wants a login after all.
            Stage::Recipient | Stage::Mail => {
                problem.is_tls() || matches!(code, Some(421 | 530 | 534 | 535 | 538))
            }
        };
        if of_channel {
            Outcome::held_up(why, None)
        } else if problem.is_permanent() {
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
        if !only_ascii(&mail) && !connection.server_info().supports_feature(Extension::SmtpUtfEight) {
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
                // A refused mail leaves the connection good for the next.
                if problem.status().is_some() && connection.command(Rset).is_ok() {
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
            let _ = connection.set_timeout(Some(GOODBYE));
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

/// Whom to trust: the system's certificates, and the one that is named.
fn parameters(host: &str, root: Option<&Path>) -> Result<TlsParameters, String> {
    let mut builder = TlsParameters::builder(host.to_owned());
    if let Some(root) = root {
        absolute(root)?;
        let pem = std::fs::read(root);
        let pem = pem.map_err(|problem| text!("cant-be-read", path = root.display(), problem))?;
        let none = || text!("holds-no-certificate", root = root.display());
        if !String::from_utf8_lossy(&pem).contains("-----BEGIN CERTIFICATE-----") {
            return Err(none());
        }
        builder = builder.add_root_certificate(Certificate::from_pem(&pem).map_err(|_| none())?);
    }
    builder.build().map_err(|problem| words(&problem))
}

/// The problem in words: the server's reply with its code, or what is the matter with the connection.
fn words(problem: &Error) -> String {
    use std::error::Error as _;
    let source = problem.source().map(ToString::to_string).unwrap_or_default();
    match problem.status() {
        Some(code) => text!("the-server-said", answer = format!("{code} {source}")),
        None if problem.is_timeout() => text!("no-answer-in-time").into(),
        None if problem.is_tls() => text!("no-encrypted-connection", source),
        None if problem.is_response() => text!("the-server-broke-off-or-is-no-mail", source),
        None if source.is_empty() => problem.to_string(),
        None => source,
    }
}
