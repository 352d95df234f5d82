//! Authentication: sources of a password, and places where a password must never appear.

use crate::support::Clinic;
use crate::{database, new_user, open_at, server, unavailable, url_for};
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

const PASSWORD: &str = "caracola-4711";

/// A clinic used by a database user whose password is not configured yet.
fn desk(user: &str) -> Clinic {
    let mut clinic = open_at(server());
    new_user(server(), user, PASSWORD);
    server().run(&format!("GRANT CONNECT ON DATABASE {} TO {user}", database(&clinic)));
    clinic
        .place()
        .run(&format!("GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {user}"))
        .unwrap();
    let url = url_for(&clinic, user);
    clinic.env("TURNO_DB", &url).without("PGPASSWORD");
    clinic
}

fn keep(path: &Path, content: &str, mode: u32) {
    fs::write(path, content).unwrap();
    fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
}

#[test]
fn without_a_password_or_with_a_wrong_one_nobody_is_let_in() {
    let mut clinic = desk("ana_without");
    let refusal = unavailable(&clinic, "list");
    assert!(refusal.message.contains("password"), "{refusal:?}");
    let url = url_for(&clinic, "ana_without:tortuga-0815");
    for line in ["list", "db info", "doctor add --name X"] {
        let ran = clinic.ran(&format!("{line} --db {url} --json"));
        assert!(!ran.stderr().contains("tortuga-0815"), "{}", ran.stderr());
        let refusal = ran.refusal("STORE_UNAVAILABLE", 7);
        assert!(refusal.hint.is_some_and(|hint| hint.contains(".pgpass")), "{line}");
    }
    clinic.env("TURNO_DB", &url);
    assert!(!clinic.ran("list").exits(7).stderr().contains("tortuga-0815"));
}

#[test]
fn the_password_may_be_in_the_url_the_environment_or_the_configuration() {
    let clinic = desk("ana_url");
    clinic.does(&format!("list --db {}", url_for(&clinic, &format!("ana_url:{PASSWORD}"))));
    clinic.does(&format!("list --db {}?password={PASSWORD}", url_for(&clinic, "ana_url")));

    let mut clinic = desk("ana_environment");
    let database = database(&clinic).to_owned();
    let port = clinic.place().name().split(':').next_back().unwrap().split('/').next().unwrap().to_owned();
    new_user(server(), "wrong_one", "other");
    for (name, value) in [
        ("TURNO_DB", "postgresql:///"),
        ("PGHOST", "127.0.0.1"),
        ("PGPORT", &port),
        ("PGUSER", "ana_environment"),
        ("PGDATABASE", &database),
    ] {
        clinic.env(name, value);
    }
    unavailable(&clinic, "list");
    clinic.env("PGUSER", "wrong_one");
    unavailable(&clinic, "list");
    clinic.env("PGUSER", "ana_environment");
    // The clinic's environment has no `PGPASSWORD`, so set it on this process.
    let mut process = clinic.process("list");
    assert!(process.env("PGPASSWORD", PASSWORD).output().unwrap().status.success());

    let mut clinic = desk("ana_configuration");
    let url = url_for(&clinic, &format!("ana_configuration:{PASSWORD}"));
    let config = clinic.file("turno.toml", format!("db = '{url}'\n"));
    clinic.without("TURNO_DB").env("TURNO_CONFIG", &config.display().to_string());
    clinic.does("list");
    for line in ["db path", "db info", "db path --json", "db info --json", "list", "--help"] {
        let ran = clinic.ran(line).exits(0);
        assert!(!(ran.stdout() + &ran.stderr()).contains(PASSWORD), "turno {line} tells the password");
    }
}

#[test]
fn the_password_file_is_read_where_nobody_else_can() {
    let mut clinic = desk("ana_file");
    let line = format!("127.0.0.1:*:{}:ana_file:{PASSWORD}\n", database(&clinic));
    let others = format!("# ours\nexample.org:*:*:ana_file:x\n127.0.0.1:1:*:ana_file:y\n{line}");
    let usual = clinic.home().join(".pgpass");
    keep(&usual, &others, 0o644);
    let refusal = unavailable(&clinic, "list");
    assert!(refusal.hint.is_some_and(|hint| hint.contains("chmod 600")), "others may read it");
    keep(&usual, &others, 0o600);
    clinic.does("list");
    fs::remove_file(&usual).unwrap();
    unavailable(&clinic, "list");
    let named = clinic.home().join("passwords");
    keep(&named, &others, 0o600);
    let url = url_for(&clinic, "ana_file");
    clinic.does(&format!("list --db {url}?passfile={}", named.display()));
    clinic.env("PGPASSFILE", &named.display().to_string());
    clinic.does("list");
    keep(&named, &others, 0o640);
    unavailable(&clinic, "list");
}

#[test]
fn a_password_of_strange_letters_works_and_is_told_in_no_spelling() {
    let clinic = desk("ana_strange");
    server().run("ALTER ROLE ana_strange PASSWORD 'p@ss:w/rd?#%é'");
    let url = url_for(&clinic, "ana_strange:p%40ss%3Aw%2Frd%3F%23%25%C3%A9");
    for line in ["list", "db path", "db info"] {
        let ran = clinic.ran(&format!("{line} --db {url}")).exits(0);
        let said = ran.stdout() + &ran.stderr();
        assert!(!said.contains("ss%3A") && !said.contains("ss:w"), "{said}");
    }
}

/// No refusal may repeat the password.
#[test]
fn a_mistyped_url_is_refused_without_its_password() {
    let mut clinic = Clinic::at_place(|_| crate::Place::Database(server().database()));
    clinic.env("PGCONNECT_TIMEOUT", "1");
    for url in [
        "postgres://ana:caracola@127.0.0.1:notaport/db",
        "postgres://ana:caracola@127.0.0.1:99999/db",
        "postgres://ana:caracola@[::1/db",
        "postgres://ana:caracola@127.0.0.1:1/db?sslmode=perhaps",
        "postgres://ana:caracola@127.0.0.1:1/db?connect_timeout=soon",
        "postgres://ana:caracola@127.0.0.1:1/db?colour=blue",
        "postgres://ana:caracola@127.0.0.1:1/db?sslmode=verify-full",
        "postgres://127.0.0.1:1/db?user=ana&password=caracola&colour=blue",
        "postgres://127.0.0.1:1/db?user=ana&PASSWORD=caracola",
        "postgres://ana:caracola/1@127.0.0.1:1/db",
        "postgres://ana:caracola?1@127.0.0.1:1/db",
        "postgres://ana:caracola@1@127.0.0.1:1/db",
        "postgres://ana:caracola#1@127.0.0.1:1/db",
        "postgres://ana:%zzcaracola@127.0.0.1:1/db",
        "postgres:/ana:caracola@127.0.0.1/db",
        "postgre://ana:caracola@127.0.0.1/db",
        "postgres://ana:caracola",
        "'host=127.0.0.1 port=1 user=ana password=caracola'",
        "'host=127.0.0.1 port=1 password=caracola colour=blue'",
        "'host=127.0.0.1 password=caracola user'",
    ] {
        for line in ["db path", "db info", "list", "init --name A --timezone UTC", "lst"] {
            let ran = clinic.ran(&format!("{line} --db {url}"));
            let said = ran.stdout() + &ran.stderr();
            assert!(!said.contains("caracola"), "turno {line} --db {url}\n{said}");
            let json = clinic.ran(&format!("{line} --db {url} --json"));
            let said = json.stdout() + &json.stderr();
            assert!(!said.contains("caracola"), "turno {line} --db {url} --json\n{said}");
        }
    }
}

#[test]
fn what_the_program_writes_down_has_no_password_in_it() {
    let mut clinic = empty_with_password();
    clinic.found();
    let booked = clinic.book_juan("--date 2026-06-15 --time 14:00");
    for line in ["db path", "db info", "audit log", "clinic show", "--help", "list --help", "db check"] {
        let ran = clinic.ran(line).exits(0);
        assert!(!(ran.stdout() + &ran.stderr()).contains(PASSWORD), "turno {line} tells the password");
    }
    assert!(!clinic.place().content().contains(PASSWORD));
    // A usage error repeats the command line, but no environment variable.
    clinic.env("TURNO_NO_INPUT", "1");
    assert!(!clinic.ran(&format!("cancel {} --because x", booked.code)).stderr().contains(PASSWORD));
}

/// An empty database; its URL in `TURNO_DB` includes the password.
fn empty_with_password() -> Clinic {
    let mut clinic = crate::empty_at(server());
    server().run(&format!("CREATE ROLE ana_init SUPERUSER LOGIN PASSWORD '{PASSWORD}'"));
    let url = url_for(&clinic, &format!("ana_init:{PASSWORD}"));
    clinic.env("TURNO_DB", &url).without("PGPASSWORD");
    clinic
}
