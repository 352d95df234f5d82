//! Tests that only a PostgreSQL server allows: access, encryption, and old, foreign, silent or lost servers.
//! They start their own servers; without PostgreSQL, the program prints a note and exits.

#![cfg(unix)]
#![expect(
    unreachable_pub,
    clippy::panic,
    clippy::expect_used,
    clippy::unwrap_used,
    reason = "the helpers of a test program are shared by its modules, and a test fails by a panic"
)]

#[path = "cli/support/mod.rs"]
mod support;

#[path = "server/databases.rs"]
mod databases;
#[path = "server/encryption.rs"]
mod encryption;
#[path = "server/failover.rs"]
mod failover;
#[path = "server/passwords.rs"]
mod passwords;
#[path = "server/restarts.rs"]
mod restarts;
#[path = "server/strangers.rs"]
mod strangers;
#[path = "server/trips.rs"]
mod trips;
#[path = "server/wire.rs"]
mod wire;

use support::cluster::private::{Cluster, Wishes};
use support::cluster::{self, Server};
use support::views::Refusal;
use support::{Clinic, Engine, Place};

const ENGINE: Engine = Engine::Postgres;

/// The private server shared by these tests; `TURNO_TEST_POSTGRES` may accept every login and can't be used.
fn server() -> &'static Server {
    here(cluster::shared_cluster().map(|cluster| &cluster.server))
}

/// A server for a single test.
fn own_server(wishes: &Wishes) -> Cluster {
    here(Cluster::start(wishes))
}

#[expect(clippy::disallowed_methods, reason = "a test program that is left out has not failed")]
fn here<T>(found: Option<T>) -> T {
    found.unwrap_or_else(|| {
        cluster::left_out("no initdb was found");
        std::process::exit(0)
    })
}

/// A home and an empty database.
fn empty_at(server: &Server) -> Clinic {
    Clinic::at_place(|_| Place::Database(server.database()))
}

/// A home and a database with the clinic of `found`.
fn open_at(server: &Server) -> Clinic {
    let clinic = empty_at(server);
    clinic.found();
    clinic
}

fn database(clinic: &Clinic) -> &str {
    match clinic.place() {
        Place::Database(database) => &database.name,
        Place::File(path) => panic!("{} is a file", path.display()),
    }
}

/// Creates a user who may only log in.
fn new_user(server: &Server, name: &str, password: &str) {
    server.run(&format!("CREATE ROLE {name} LOGIN PASSWORD '{password}'"));
}

/// The URL of the clinic's database with another user.
fn url_for(clinic: &Clinic, user: &str) -> String {
    clinic.place().name().replacen("postgres@", &format!("{user}@"), 1)
}

/// The command must be refused with `STORE_UNAVAILABLE` and a hint.
fn unavailable(clinic: &Clinic, line: &str) -> Refusal {
    let refusal = clinic.refused(line, "STORE_UNAVAILABLE", 7);
    assert!(refusal.hint.is_some(), "{line}: what is to be done? {refusal:?}");
    refusal
}
