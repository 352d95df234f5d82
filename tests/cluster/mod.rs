//! PostgreSQL to test with: a server, and a database of its own for each test.
//!
//! The server is the one that `TURNO_TEST_POSTGRES` names, else a private one that lives as long as
//! the test process. Where there is neither, that is said once and the tests do nothing, unless
//! `TURNO_TEST_NEEDS_POSTGRES` says that they must not be left out.

// Several test programs share this, and each uses a part of it.
#![allow(dead_code, reason = "shared by test programs that use different parts of it")]

#[cfg(unix)]
pub(crate) mod private;
#[path = "../scratch/mod.rs"]
pub(crate) mod scratch;

use postgres::{Client, Config, NoTls};
use std::io::Write;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};

/// A server and a role on it that may create databases.
#[derive(Debug, Clone)]
pub(crate) struct Server {
    /// `postgres://user@host:port`, without a password.
    pub(crate) address: String,
    /// `?…`, or nothing.
    pub(crate) options: String,
    /// The database from which others are made.
    pub(crate) home: String,
    pub(crate) password: Option<String>,
    /// The pooler by which the program comes, where there is one.
    pub(crate) pooler: Option<String>,
}

impl Server {
    /// The server that a URL names.
    fn named(url: &str) -> Server {
        let config: Config = url.parse().unwrap_or_else(|problem| panic!("TURNO_TEST_POSTGRES: {problem}"));
        let password = config.get_password().map(|word| String::from_utf8_lossy(word).into_owned());
        let (place, options) = url.find('?').map_or((url, ""), |mark| url.split_at(mark));
        let (scheme, rest) = place.split_once("://").expect("TURNO_TEST_POSTGRES begins with postgres://");
        let (authority, home) = rest.split_once('/').unwrap_or((rest, ""));
        let (user, host) = authority.rsplit_once('@').expect("TURNO_TEST_POSTGRES names a user");
        let user = user.split(':').next().unwrap_or_default();
        let home = if home.is_empty() { "postgres" } else { home };
        let address = format!("{scheme}://{user}@{host}");
        let (options, home) = (options.to_owned(), home.to_owned());
        let server = Server { address, options, home, password, pooler: None };
        server.sweep();
        server
    }

    /// Where a database on it is: a URL without a password.
    pub(crate) fn url(&self, database: &str) -> String {
        format!("{}/{database}{}", self.address, self.options)
    }

    /// The variables of the environment that go with the URL.
    pub(crate) fn variable(&self, name: &str) -> Option<String> {
        self.password.clone().filter(|_| name == "PGPASSWORD")
    }

    /// A connection past the program.
    pub(crate) fn connect(&self, database: &str) -> Result<Client, postgres::Error> {
        let mut config: Config = self.url(database).parse()?;
        if let Some(password) = &self.password {
            config.password(password);
        }
        config.connect(NoTls)
    }

    /// Runs statements in the database from which others are made.
    pub(crate) fn run(&self, sql: &str) {
        let done = self.connect(&self.home).and_then(|mut client| client.batch_execute(sql));
        done.unwrap_or_else(|problem| panic!("{sql}: {problem:?}"));
    }

    /// A new database with nothing in it.
    pub(crate) fn database(&self) -> Database {
        self.copy_of("template0")
    }

    /// A new database with what is in another one, at which nobody may be.
    pub(crate) fn copy_of(&self, other: &str) -> Database {
        static MADE: AtomicU32 = AtomicU32::new(0);
        let number = MADE.fetch_add(1, Ordering::Relaxed);
        let mut client = self.connect(&self.home).unwrap_or_else(|problem| panic!("{problem:?}"));
        // The server's clock: it must agree with the one in `sweep`.
        let now = client.query_one("SELECT extract(epoch FROM now())::bigint", &[]).expect("a clock");
        let now: i64 = now.get(0);
        let name = format!("turno_test_{now}_{}_{number}", std::process::id());
        if self.pooler.is_some() {
            // It keeps sessions for the next program.
            let end = "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = $1";
            client.query(end, &[&other]).expect("sessions can be ended");
        }
        let made = client.batch_execute(&format!("CREATE DATABASE {name} TEMPLATE {other}"));
        made.unwrap_or_else(|problem| panic!("{name}: {problem:?}"));
        Database { server: self.clone(), name }
    }

    /// Drops what earlier runs that were cut short have left on a server that is not ours.
    fn sweep(&self) {
        let mut client = self.connect(&self.home).unwrap_or_else(|problem| panic!("{problem:?}"));
        let old = client
            .query(
                "SELECT datname FROM pg_database WHERE datname ~ '^turno_test_[0-9]+_[0-9]+_[0-9]+$'
                    AND split_part(datname, '_', 3)::bigint < extract(epoch FROM now()) - 3600",
                &[],
            )
            .expect("the list of databases");
        for row in old {
            // Another run may be sweeping, too.
            let _ =
                client.batch_execute(&format!("DROP DATABASE IF EXISTS {}", row.get::<_, String>("datname")));
        }
    }
}

/// A database of one test; dropped with the value.
#[derive(Debug)]
pub(crate) struct Database {
    pub(crate) server: Server,
    pub(crate) name: String,
}

impl Database {
    /// Where it is for the program: a URL without a password.
    pub(crate) fn url(&self) -> String {
        match &self.server.pooler {
            Some(pooler) => format!("{pooler}/{}", self.name),
            None => self.server.url(&self.name),
        }
    }

    /// A connection past the program.
    pub(crate) fn connect(&self) -> Client {
        self.server.connect(&self.name).unwrap_or_else(|problem| panic!("{}: {problem:?}", self.name))
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        // What stays when the server is gone goes with the server's folder, or with the next sweep.
        if let Ok(mut client) = self.server.connect(&self.server.home) {
            let _ = client.batch_execute(&format!("DROP DATABASE IF EXISTS {} WITH (FORCE)", self.name));
        }
    }
}

/// The server of this test process, or nothing where PostgreSQL is left out. With `TURNO_TEST_POOLER` the program comes
/// to it through PgBouncer, which gives each transaction whatever session is free.
pub(crate) fn server() -> Option<&'static Server> {
    static SERVER: OnceLock<Option<Server>> = OnceLock::new();
    SERVER
        .get_or_init(|| match said("TURNO_TEST_POSTGRES") {
            Some(url) => Some(Server::named(&url)),
            None => {
                let own = shared();
                if own.is_none() {
                    left_out("no initdb was found and TURNO_TEST_POSTGRES is not set");
                }
                own
            }
        })
        .as_ref()
}

/// Says plainly, past the harness that swallows what tests print, that PostgreSQL is not tried.
///
/// # Panics
/// Where `TURNO_TEST_NEEDS_POSTGRES` wants it tried.
pub(crate) fn left_out(why: &str) {
    assert!(
        said("TURNO_TEST_NEEDS_POSTGRES").is_none(),
        "TURNO_TEST_NEEDS_POSTGRES is set, but PostgreSQL can't be tried: {why}"
    );
    let program = std::env::args().next().unwrap_or_default();
    let program = std::path::Path::new(&program).file_stem().unwrap_or_default().to_string_lossy();
    // Without the number that cargo adds.
    let program = program.rsplit_once('-').map_or(&*program, |(name, _)| name);
    let _ = writeln!(std::io::stderr(), "\n{program}: PostgreSQL is left out ({why})");
}

fn said(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.is_empty())
}

/// The private server that the tests of this process share.
#[cfg(unix)]
pub(crate) fn shared_cluster() -> Option<&'static private::Cluster> {
    static CLUSTER: OnceLock<Option<private::Cluster>> = OnceLock::new();
    let wishes =
        || private::Wishes { pooled: said("TURNO_TEST_POOLER").is_some(), ..private::Wishes::default() };
    CLUSTER.get_or_init(|| private::Cluster::start(&wishes())).as_ref()
}

#[cfg(unix)]
fn shared() -> Option<Server> {
    shared_cluster().map(|cluster| cluster.server.clone())
}

#[cfg(not(unix))]
fn shared() -> Option<Server> {
    None
}
