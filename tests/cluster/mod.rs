//! PostgreSQL for tests: one server, and a new database per test.
//!
//! The server is `TURNO_TEST_POSTGRES`, else a private one that ends with the test process. Without either,
//! the tests print a note and pass; if `TURNO_TEST_NEEDS_POSTGRES` is set, they fail.

// Each test program uses only a part of this module.
#![allow(dead_code, reason = "shared by test programs that use different parts of it")]

#[cfg(unix)]
pub(crate) mod private;
#[path = "../scratch/mod.rs"]
pub(crate) mod scratch;

use postgres::{Client, Config, NoTls};
use std::io::Write;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};

/// A server and a role that may create databases.
#[derive(Debug, Clone)]
pub(crate) struct Server {
    /// `postgres://user@host:port`, without a password.
    pub(crate) address: String,
    /// The URL's `?…` part, or empty.
    pub(crate) options: String,
    /// The database for administrative statements.
    pub(crate) home: String,
    pub(crate) password: Option<String>,
    /// The URL of the pooler that turno connects to, if any.
    pub(crate) pooler: Option<String>,
}

impl Server {
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

    /// The URL of a database, without a password.
    pub(crate) fn url(&self, database: &str) -> String {
        format!("{}/{database}{}", self.address, self.options)
    }

    /// The environment variables that belong to the URL.
    pub(crate) fn variable(&self, name: &str) -> Option<String> {
        self.password.clone().filter(|_| name == "PGPASSWORD")
    }

    /// A direct connection, without turno.
    pub(crate) fn connect(&self, database: &str) -> Result<Client, postgres::Error> {
        let mut config: Config = self.url(database).parse()?;
        if let Some(password) = &self.password {
            config.password(password);
        }
        config.connect(NoTls)
    }

    /// Runs statements in the administrative database.
    pub(crate) fn run(&self, sql: &str) {
        let done = self.connect(&self.home).and_then(|mut client| client.batch_execute(sql));
        done.unwrap_or_else(|problem| panic!("{sql}: {problem:?}"));
    }

    /// Creates an empty database.
    pub(crate) fn database(&self) -> Database {
        self.copy_of("template0")
    }

    /// Copies a database, which must have no connections.
    pub(crate) fn copy_of(&self, other: &str) -> Database {
        static MADE: AtomicU32 = AtomicU32::new(0);
        let number = MADE.fetch_add(1, Ordering::Relaxed);
        let mut client = self.connect(&self.home).unwrap_or_else(|problem| panic!("{problem:?}"));
        // The server's clock, as in `sweep`.
        let now = client.query_one("SELECT extract(epoch FROM now())::bigint", &[]).expect("a clock");
        let now: i64 = now.get(0);
        let name = format!("turno_test_{now}_{}_{number}", std::process::id());
        if self.pooler.is_some() {
            // The pooler keeps idle connections open.
            let end = "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = $1";
            client.query(end, &[&other]).expect("sessions can be ended");
        }
        let made = client.batch_execute(&format!("CREATE DATABASE {name} TEMPLATE {other}"));
        made.unwrap_or_else(|problem| panic!("{name}: {problem:?}"));
        Database { server: self.clone(), name }
    }

    /// Drops databases that interrupted runs left more than an hour ago.
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
            // Another run may drop the same database.
            let _ =
                client.batch_execute(&format!("DROP DATABASE IF EXISTS {}", row.get::<_, String>("datname")));
        }
    }
}

/// A test's database, dropped with the value.
#[derive(Debug)]
pub(crate) struct Database {
    pub(crate) server: Server,
    pub(crate) name: String,
}

impl Database {
    /// The URL for turno, without a password.
    pub(crate) fn url(&self) -> String {
        match &self.server.pooler {
            Some(pooler) => format!("{pooler}/{}", self.name),
            None => self.server.url(&self.name),
        }
    }

    /// A direct connection, without turno.
    pub(crate) fn connect(&self) -> Client {
        self.server.connect(&self.name).unwrap_or_else(|problem| panic!("{}: {problem:?}", self.name))
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        // Ignore errors: a private server's folder is deleted anyway, and `sweep` drops the rest.
        if let Ok(mut client) = self.server.connect(&self.server.home) {
            let _ = client.batch_execute(&format!("DROP DATABASE IF EXISTS {} WITH (FORCE)", self.name));
        }
    }
}

/// The server of this process, or `None` without PostgreSQL. With `TURNO_TEST_POOLER`, turno connects through
/// PgBouncer in transaction mode.
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

/// Prints directly to stderr, as the test harness captures output, that PostgreSQL is not tested.
///
/// # Panics
/// If `TURNO_TEST_NEEDS_POSTGRES` is set.
pub(crate) fn left_out(why: &str) {
    assert!(
        said("TURNO_TEST_NEEDS_POSTGRES").is_none(),
        "TURNO_TEST_NEEDS_POSTGRES is set, but PostgreSQL can't be tried: {why}"
    );
    let program = std::env::args().next().unwrap_or_default();
    let program = std::path::Path::new(&program).file_stem().unwrap_or_default().to_string_lossy();
    // Without the hash that cargo adds.
    let program = program.rsplit_once('-').map_or(&*program, |(name, _)| name);
    let _ = writeln!(std::io::stderr(), "\n{program}: PostgreSQL is left out ({why})");
}

fn said(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.is_empty())
}

/// The private server shared by the tests of this process.
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
