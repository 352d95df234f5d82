//! Opens a session within seconds, or returns an error with the reason.

#[cfg(unix)]
use super::auth::Watched;
use super::auth::{Allowance, Guarded, Plain, Rule};
use super::fault::{self, fault};
use super::flight;
use super::server::Server;
use super::session::{Missed, Session};
use super::tls;
use crate::platform::error::StoreError;
use crate::store::engine::{Question, Rows};
use crate::store::retry::{self, Patience};
use std::time::Duration;
#[cfg(unix)]
use tokio::net::UnixStream;
#[cfg(unix)]
use tokio_postgres::Connection;
#[cfg(unix)]
use tokio_postgres::config::Host;
use tokio_postgres::config::{SslMode, SslNegotiation};
use tokio_postgres::error::SqlState;
use tokio_postgres::{Client, Config, Error, SimpleQueryMessage};

/// The oldest supported server: its version as a number and as text.
const OLDEST: (i64, &str) = (130_000, "13");
/// TCP limits: idle time before keepalive probes, and time without acknowledgement. At worst they add up.
const IDLE: Duration = Duration::from_secs(15);
const SILENT: Duration = Duration::from_secs(20);

/// An open session, and facts about its server.
pub(super) struct Opened {
    pub(super) session: Session,
    /// SQL that each transaction runs first.
    pub(super) settings: String,
    /// The server's own description, such as `PostgreSQL 15.4 on …`.
    pub(super) version: String,
    pub(super) locks: bool,
    /// Whether columns may have a collation.
    pub(super) collates: bool,
    /// `None` if there is no book.
    pub(super) schema: Option<i64>,
    /// Whether the server is a standby, which accepts no changes.
    pub(super) standby: bool,
    /// Whether the session accepts no changes.
    pub(super) read_only: bool,
}

const ABOUT: &str = "SELECT current_setting('server_version_num') AS number, version() AS version,
     current_setting('server_encoding') AS encoding, current_schema() AS home,
     current_setting('synchronous_commit') AS synchronous,
     current_setting('transaction_read_only') AS read_only, current_setting('in_hot_standby', true) AS standby;";
/// Returns the schema version in its only column.
pub(super) const SCHEMA_VERSION: &str =
    "SELECT version AS taken FROM schema_version WHERE application = 'turno'";

/// Opens a session; retries for up to `server.patience` while the server is away.
pub(super) fn patiently(server: &Server, questions: &[Question]) -> Result<(Opened, Vec<Rows>), StoreError> {
    let mut patience = Patience::of(server.patience);
    loop {
        match once(server, questions) {
            Err(problem) if retry::may_pass(&problem, false) && patience.nap(&problem) => {}
            answer => return answer,
        }
    }
}

/// Opens a session; tries each host once for each target of `Target::in_turn`.
pub(super) fn once(server: &Server, questions: &[Question]) -> Result<(Opened, Vec<Rows>), StoreError> {
    let mut missed: Option<StoreError> = None;
    let hosts = server.hosts();
    for target in server.target.in_turn() {
        for host in &hosts {
            let problem = match at_one(host, questions) {
                Ok(found) if target.fits(&found.0) => return Ok(found),
                Ok(_) => fault::unfit(host, *target),
                Err(problem) => problem,
            };
            // Prefer an error that may pass, so that the caller tries again.
            if missed
                .as_ref()
                .is_none_or(|missed| !retry::may_pass(missed, false) && retry::may_pass(&problem, false))
            {
                missed = Some(problem);
            }
        }
    }
    Err(missed.unwrap_or(StoreError::Busy))
}

/// Opens a session with one host. The questions are sent in the same round trip; without a book they get no
/// answers.
fn at_one(server: &Server, questions: &[Question]) -> Result<(Opened, Vec<Rows>), StoreError> {
    let allowance = Allowance::of_opening();
    let mut session = connected(server, &allowance)?;
    let about = session.ask(async |client| introduced(client, questions).await);
    let hung_up = session.is_closed();
    let (about, answers) = about.map_err(|problem| match problem {
        StoreError::Lost { message } => {
            let message = format!("{}: {message}", server.address());
            let hint = text!("check-the-address-and-that-the-server-runs");
            // A server that closed the connection may be restarting, so a new try may help. A server that did
            // not answer has used up the time limit already.
            if hung_up { StoreError::away(message, hint) } else { StoreError::unavailable(message, hint) }
        }
        problem => problem,
    })?;
    refuse_old(about.number, server)?;
    if about.encoding != "UTF8" {
        return Err(StoreError::unavailable(
            text!("keeps-its-texts-in-not-in-utf8", server, encoding = about.encoding),
            text!("make-a-database-that-can-hold-every-name"),
        ));
    }
    let Some(home) = &about.home else {
        return Err(StoreError::unavailable(
            text!("has-no-schema-that-its-search_path-names", server),
            text!("make-it-with-create-schema-or-let"),
        ));
    };
    let settings = about.settings(home);
    session.limit(None);
    allowance.lift();
    let plain = !about.version.contains("CockroachDB") && !about.version.contains("-YB-");
    let opened = Opened {
        session,
        settings,
        locks: plain && server.locks,
        collates: !about.version.contains("CockroachDB"),
        version: about.version,
        schema: about.schema,
        // Servers before 14 have no `in_hot_standby`.
        standby: about.standby.unwrap_or(about.read_only),
        read_only: about.read_only,
    };
    Ok((opened, answers))
}

/// Facts about a server.
#[derive(Default)]
struct About {
    number: i64,
    version: String,
    encoding: String,
    home: Option<String>,
    synchronous: String,
    schema: Option<i64>,
    read_only: bool,
    standby: Option<bool>,
}

impl About {
    /// The settings of each transaction: the wait for other writers is limited to 20 s, and no other limit of
    /// the server ends it earlier; a stopped program loses its transaction after 5 s, before others give up;
    /// an acknowledged booking survives a power cut; only one schema is used, even if the search path names
    /// several.
    fn settings(&self, home: &str) -> String {
        let synchronous =
            if self.synchronous == "off" { "SET LOCAL synchronous_commit = 'on'; " } else { "" };
        format!(
            "SET LOCAL lock_timeout = '20s'; SET LOCAL statement_timeout = 0;
             SET LOCAL idle_in_transaction_session_timeout = '5s'; SET LOCAL client_min_messages = 'warning';
             SET LOCAL search_path = \"{}\"; {synchronous}",
            home.replace('"', "\"\"")
        )
    }
}

/// Reads the facts and the answers, in one round trip if there is a book.
async fn introduced(client: &Client, questions: &[Question]) -> Result<(About, Vec<Rows>), StoreError> {
    let first = format!("{ABOUT}{SCHEMA_VERSION}");
    let all = match flight::along(about(client, &first), client, questions).await? {
        (Ok(about), answers) => return Ok((about, answers)),
        (Err(problem), _) => problem,
    };
    // The whole script failed. Old servers may lack one of the settings, but not the version.
    let old = about(client, "SELECT current_setting('server_version_num') AS number").await.map_err(fault)?;
    if old.number < OLDEST.0 {
        return Ok((old, Vec::new()));
    }
    match all.code() {
        Some(code) if *code == SqlState::UNDEFINED_TABLE || *code == SqlState::UNDEFINED_COLUMN => {
            about(client, ABOUT).await.map(|about| (about, Vec::new())).map_err(fault)
        }
        _ => Err(fault(all)),
    }
}

async fn about(client: &Client, sql: &str) -> Result<About, Error> {
    let mut about = About::default();
    for message in client.simple_query(sql).await? {
        let SimpleQueryMessage::Row(row) = message else { continue };
        for (position, column) in row.columns().iter().enumerate() {
            let value = row.get(position);
            match column.name() {
                "number" => about.number = value.and_then(|text| text.parse().ok()).unwrap_or_default(),
                "version" => about.version = value.unwrap_or_default().to_owned(),
                "encoding" => about.encoding = value.unwrap_or_default().to_owned(),
                "home" => about.home = value.map(str::to_owned),
                "synchronous" => about.synchronous = value.unwrap_or_default().to_owned(),
                "read_only" => about.read_only = value == Some("on"),
                "standby" => about.standby = value.map(|text| text == "on"),
                "taken" => about.schema = value.and_then(|text| text.parse().ok()),
                _ => {}
            }
        }
    }
    Ok(about)
}

fn refuse_old(number: i64, server: &Server) -> Result<(), StoreError> {
    if number >= OLDEST.0 {
        return Ok(());
    }
    let major = if number >= 100_000 {
        (number / 10_000).to_string()
    } else {
        format!("{}.{}", number / 10_000, number / 100 % 100)
    };
    Err(StoreError::unavailable(
        text!("the-server-at-is-too-old-postgresql-nothing", address = server.address(), major),
        text!("turno-needs-postgresql-or-newer", value = OLDEST.1),
    ))
}

fn connected(server: &Server, allowance: &Allowance) -> Result<Session, StoreError> {
    let mut config = server.with_password();
    if config.get_keepalives_idle() > IDLE {
        config.keepalives_idle(IDLE).keepalives_interval(Duration::from_secs(5)).keepalives_retries(3);
    }
    if config.get_tcp_user_timeout().is_none() {
        config.tcp_user_timeout(SILENT);
    }
    let ways = server.ways();
    let mut answer = Err(StoreError::Busy);
    for (position, encrypted) in ways.iter().enumerate() {
        answer = match connect(server, &mut config, *encrypted, allowance)? {
            Ok(session) => return Ok(session),
            Err(problem) if position + 1 < ways.len() && other_way_may_help(&problem) => {
                Err(fault::connecting(server, &problem))
            }
            Err(problem) => return Err(fault::connecting(server, &problem)),
        };
    }
    answer
}

/// Connects with or without encryption. The inner error is the client library's.
fn connect(
    server: &Server,
    config: &mut Config,
    encrypted: bool,
    allowance: &Allowance,
) -> Result<Result<Session, Error>, StoreError> {
    let limit = (!server.timeout.is_zero()).then_some(server.timeout);
    let rule = Rule { required: server.required.clone(), encrypted, allowance: allowance.clone() };
    let usual = config.get_ssl_negotiation();
    // Direct negotiation: the client library hands the stream to `Plain` without an SSL request.
    config.ssl_mode(SslMode::Require).ssl_negotiation(if encrypted { usual } else { SslNegotiation::Direct });
    let session = match encrypted {
        true => {
            let encryption = tls::connector(server.sslmode, &server.certificates)?;
            Session::connect(config.connect(Guarded { encryption, rule }), limit)
        }
        #[cfg(unix)]
        false if server.is_local() => Session::connect(local(config, Plain(rule)), limit),
        false => Session::connect(config.connect(Plain(rule)), limit),
    };
    config.ssl_negotiation(usual);
    match session {
        Ok(session) => Ok(Ok(session)),
        Err(Missed::Refused(problem)) => Ok(Err(problem)),
        Err(Missed::Unreachable(problem)) => Err(fault::unreachable(server, &problem)),
        Err(Missed::Unable(problem)) => {
            Err(StoreError::Internal(text!("no-connection-can-be-made-here", problem)))
        }
        Err(Missed::Silence) => Err(StoreError::unavailable(
            text!(
                "the-server-at-does-not-answer-within-s",
                address = server.address(),
                as_secs = server.timeout.as_secs()
            ),
            text!("check-the-address-and-the-network-or-give"),
        )),
    }
}

/// Connects to a Unix socket. The client library connects to sockets only without a wrapper such as `Plain`.
#[cfg(unix)]
async fn local(
    config: &Config,
    line: Plain,
) -> Result<(Client, Connection<UnixStream, Watched<UnixStream>>), Missed> {
    let Some(Host::Unix(folder)) = config.get_hosts().first() else { return Err(Missed::Silence) };
    let port = config.get_ports().first().copied().unwrap_or(5432);
    let stream = UnixStream::connect(folder.join(format!(".s.PGSQL.{port}"))).await;
    Ok(config.connect_raw(stream.map_err(Missed::Unreachable)?, line).await?)
}

/// Whether to try again with encryption on instead of off, or the reverse.
fn other_way_may_help(problem: &Error) -> bool {
    match problem.code() {
        Some(code) => *code == SqlState::INVALID_AUTHORIZATION_SPECIFICATION,
        None => problem.to_string().contains("TLS") || fault::forbidden(problem).is_some(),
    }
}
