//! Getting a session: within seconds, or a refusal that says why.

use super::fault::{self, fault};
use super::server::{Server, SslMode};
use super::tls;
use crate::error::StoreError;
use postgres::config::SslMode as Negotiation;
use postgres::error::SqlState;
use postgres::{Client, NoTls, SimpleQueryMessage};
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::time::Duration;
use tokio_postgres_rustls::MakeRustlsConnect;

/// The oldest server this program was made for.
const OLDEST: (i64, &str) = (130_000, "13");
/// How long a server that is starting is waited for.
const STARTING: Duration = Duration::from_secs(10);
/// How long until a server that fell silent is given up, at worst the sum of these.
const IDLE: Duration = Duration::from_secs(15);
const SILENT: Duration = Duration::from_secs(20);

/// An open session, and what is known of its server.
pub(super) struct Session {
    pub(super) client: Client,
    /// What the server says it is.
    pub(super) version: String,
    /// Whether tables can be locked.
    pub(super) locks: bool,
    /// Whether a column can be told how to compare its texts.
    pub(super) collates: bool,
    /// The schema's version, if a book is there.
    pub(super) schema: Option<i64>,
}

/// Waiting for other writers has an end; a program that was stopped in the middle of a change does
/// not keep the others waiting; an acknowledged booking survives a power cut; and one schema is
/// meant, even where the search path names several.
const SETTINGS: &str = "SET lock_timeout = '10s'; SET idle_in_transaction_session_timeout = '30s';
    SET client_min_messages = 'warning';
    SELECT set_config('synchronous_commit', 'on', false) WHERE current_setting('synchronous_commit') = 'off';
    SELECT set_config('search_path', quote_ident(current_schema()), false) WHERE current_schema() IS NOT NULL;";
const ABOUT: &str = "SELECT current_setting('server_version_num') AS number, version() AS version,
     current_setting('server_encoding') AS encoding, current_schema() AS home;";
/// The one column is the schema's version.
pub(super) const SCHEMA_VERSION: &str =
    "SELECT version AS taken FROM schema_version WHERE application = 'turno'";

/// Opens a session; waits for a server that is just starting.
pub(super) fn patiently(server: &Server) -> Result<Session, StoreError> {
    let mut waited = Duration::ZERO;
    loop {
        match once(server) {
            Err(StoreError::Lost { starting: true, .. }) if waited < STARTING => {
                let nap = Duration::from_millis(200);
                std::thread::sleep(nap);
                waited += nap;
            }
            // Nothing was there to be lost.
            Err(StoreError::Lost { message, .. }) => {
                return Err(StoreError::unavailable(message, "check the address, and that the server runs"));
            }
            answer => return answer,
        }
    }
}

/// Opens a session, trying once.
pub(super) fn once(server: &Server) -> Result<Session, StoreError> {
    let mut client = connected(server)?;
    let (client, about) = in_time(server, move || {
        let about = introduced(&mut client);
        (client, about)
    })?;
    let about = about?;
    refuse_old(about.number, server)?;
    if about.encoding != "UTF8" {
        return Err(StoreError::unavailable(
            format!("{server} keeps its texts in {}, not in UTF8", about.encoding),
            "make a database that can hold every name: `createdb --encoding UTF8 --template template0 NAME`",
        ));
    }
    if about.home.is_none() {
        return Err(StoreError::unavailable(
            format!("{server} has no schema that its search_path names"),
            "make it with `CREATE SCHEMA`, or let the search path name another",
        ));
    }
    let plain = !about.version.contains("CockroachDB") && !about.version.contains("-YB-");
    Ok(Session {
        client,
        locks: plain && server.locks,
        collates: !about.version.contains("CockroachDB"),
        version: about.version,
        schema: about.schema,
    })
}

/// What a server says of itself.
#[derive(Default)]
struct About {
    number: i64,
    version: String,
    encoding: String,
    home: Option<String>,
    schema: Option<i64>,
}

/// Makes the session as it has to be, and asks what there is: in one round trip where a book is.
fn introduced(client: &mut Client) -> Result<About, StoreError> {
    if let Ok(about) = about(client, &format!("{SETTINGS}{ABOUT}{SCHEMA_VERSION}")) {
        return Ok(about);
    }
    // Without a book, the whole line was taken back. Old servers know less; they know their version.
    let old = about(client, "SELECT current_setting('server_version_num') AS number")?;
    if old.number < OLDEST.0 { Ok(old) } else { about(client, &format!("{SETTINGS}{ABOUT}")) }
}

fn about(client: &mut Client, sql: &str) -> Result<About, StoreError> {
    let mut about = About::default();
    for message in client.simple_query(sql).map_err(fault)? {
        let SimpleQueryMessage::Row(row) = message else { continue };
        for (position, column) in row.columns().iter().enumerate() {
            let value = row.get(position);
            match column.name() {
                "number" => about.number = value.and_then(|text| text.parse().ok()).unwrap_or_default(),
                "version" => about.version = value.unwrap_or_default().to_owned(),
                "encoding" => about.encoding = value.unwrap_or_default().to_owned(),
                "home" => about.home = value.map(str::to_owned),
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
        format!("the server at {} is too old: PostgreSQL {major}; nothing was changed", server.address()),
        format!("turno needs PostgreSQL {} or newer", OLDEST.1),
    ))
}

fn connected(server: &Server) -> Result<Client, StoreError> {
    let mut config = server.with_password();
    if config.get_keepalives_idle() > IDLE {
        config.keepalives_idle(IDLE).keepalives_interval(Duration::from_secs(5)).keepalives_retries(3);
    }
    if config.get_tcp_user_timeout().is_none() {
        config.tcp_user_timeout(SILENT);
    }
    config.connect_timeout(server.timeout);
    let ways = server.negotiations();
    let mut answer = Err(StoreError::Busy);
    for (position, way) in ways.iter().enumerate() {
        config.ssl_mode(*way);
        let (config, tls) = (config.clone(), encryption(server, *way)?);
        let connect = move || match tls {
            None => config.connect(NoTls),
            Some(tls) => config.connect(tls),
        };
        answer = match in_time(server, connect)? {
            Ok(client) => return Ok(client),
            Err(problem) if position + 1 < ways.len() && other_way_may_help(&problem) => {
                Err(fault::connecting(server, &problem))
            }
            Err(problem) => return Err(fault::connecting(server, &problem)),
        };
    }
    answer
}

/// What encrypts the connection, where it is to be tried that way.
fn encryption(server: &Server, way: Negotiation) -> Result<Option<MakeRustlsConnect>, StoreError> {
    if way == Negotiation::Disable || server.sslmode == SslMode::Disable {
        return Ok(None);
    }
    tls::connector(server.sslmode, &server.certificates).map(Some)
}

/// Whether a server that refuses plain may take encrypted, or the other way round.
fn other_way_may_help(problem: &postgres::Error) -> bool {
    match problem.code() {
        Some(code) => *code == SqlState::INVALID_AUTHORIZATION_SPECIFICATION,
        None => problem.to_string().contains("TLS"),
    }
}

/// On a thread of its own: the time limit of the client library ends once the socket is there, and
/// a server that takes the connection and then says nothing would be waited for without end.
fn in_time<T: Send + 'static>(
    server: &Server,
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<T, StoreError> {
    let (sender, receiver) = channel();
    std::thread::spawn(move || {
        // Nobody listens any more where the time was up.
        let _ = sender.send(work());
    });
    let limit = if server.timeout.is_zero() { Duration::MAX } else { server.timeout };
    receiver.recv_timeout(limit).map_err(|problem| match problem {
        RecvTimeoutError::Timeout => StoreError::unavailable(
            format!("the server at {} does not answer within {} s", server.address(), limit.as_secs()),
            "check the address and the network, or give it longer with ?connect_timeout=SECONDS",
        ),
        RecvTimeoutError::Disconnected => StoreError::Internal("the connection ended before it began".into()),
    })
}
