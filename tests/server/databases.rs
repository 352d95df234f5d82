//! A book's database: missing, foreign, newer, shared, or without permission.

use crate::support::Clinic;
use crate::support::views::{ClinicRecord, Clinics};
use crate::{database, empty_at, new_user, open_at, own_server, server, unavailable, url_for};
use std::process::{Command, Stdio};

const COMMANDS: [&str; 7] = [
    "list",
    "slots",
    "remind due",
    "db check",
    "audit verify",
    "book --doctor GARCIA --date 2026-06-15 --time 10:00 --name A --phone 7700-0001",
    "doctor add --name X",
];

/// All columns with their types, without the server's own schemas.
fn layout(clinic: &Clinic) -> Vec<String> {
    clinic.place().ask(
        "SELECT concat_ws(' ', table_schema, table_name, column_name, data_type)
         FROM information_schema.columns WHERE table_schema NOT IN ('pg_catalog', 'information_schema')
         ORDER BY 1",
    )
}

#[test]
fn a_database_that_is_missing_is_not_made_on_the_way() {
    let clinic = empty_at(server());
    let missing = server().url("turno_of_nobody");
    for line in COMMANDS.into_iter().chain(["init --name A --timezone UTC"]) {
        let refusal = unavailable(&clinic, &format!("{line} --db {missing}"));
        assert!(refusal.message.contains("turno_of_nobody"), "{line}: {refusal:?}");
    }
    let made = "SELECT count(*) FROM pg_database WHERE datname = 'turno_of_nobody'";
    assert_eq!(clinic.place().ask(made), ["0"]);
}

#[test]
fn a_foreign_schema_is_refused_and_left_as_it_is() {
    for theirs in [
        "CREATE TABLE songs (title TEXT); INSERT INTO songs VALUES ('La Bala')",
        "CREATE VIEW today AS SELECT now()",
        "CREATE TABLE schema_version (installed_rank INT, version TEXT)",
        "CREATE TABLE schema_version (application TEXT, version BIGINT); INSERT INTO schema_version VALUES ('other', 3)",
        "CREATE TABLE appointments (id TEXT, patient TEXT)",
        "CREATE SEQUENCE numbers",
    ] {
        let clinic = empty_at(server());
        clinic.place().run(theirs).unwrap();
        let before = layout(&clinic);
        for line in COMMANDS.into_iter().chain(["init --name A --timezone UTC"]) {
            let ran = clinic.ran(&format!("{line} --json"));
            assert_eq!(ran.exit, Some(7), "{theirs}: {ran:?}");
            let refusal = ran.refusal("STORE_UNAVAILABLE", 7);
            assert!(refusal.hint.is_some(), "{theirs}: {line}");
        }
        assert_eq!(layout(&clinic), before, "{theirs}");
        if theirs.contains("songs") {
            assert_eq!(clinic.place().ask("SELECT title FROM songs"), ["La Bala"]);
        }
    }
}

#[test]
fn a_database_that_can_not_hold_every_name_is_refused() {
    let clinic = empty_at(server());
    let name = format!("{}_latin", database(&clinic));
    server().run(&format!("CREATE DATABASE {name} TEMPLATE template0 ENCODING 'LATIN1' LOCALE 'C'"));
    let url = server().url(&name);
    let refusal = unavailable(&clinic, &format!("init --name A --timezone UTC --db {url}"));
    assert!(refusal.message.contains("LATIN1"), "{refusal:?}");
    server().run(&format!("DROP DATABASE {name} WITH (FORCE)"));
}

#[test]
fn a_newer_book_is_refused_and_left_as_it_is() {
    let clinic = open_at(server());
    clinic.place().run("UPDATE schema_version SET version = 9999").unwrap();
    let before = (layout(&clinic), clinic.place().content());
    for line in COMMANDS.into_iter().chain(["init --name A --timezone UTC"]) {
        let refusal = unavailable(&clinic, line);
        assert!(refusal.message.contains("newer"), "{line}: {refusal:?}");
    }
    assert_eq!((layout(&clinic), clinic.place().content()), before);
}

#[test]
fn a_book_of_a_development_version_is_refused_and_left_as_it_is() {
    let clinic = open_at(server());
    clinic.place().run("UPDATE schema_version SET version = 15").unwrap();
    let before = (layout(&clinic), clinic.place().content());
    for line in COMMANDS.into_iter().chain(["init --name A --timezone UTC"]) {
        let refusal = unavailable(&clinic, line);
        assert!(refusal.message.contains("before the first release"), "{line}: {refusal:?}");
    }
    assert_eq!((layout(&clinic), clinic.place().content()), before);
}

#[test]
fn a_schema_of_its_own_beside_other_things_is_enough() {
    let clinic = empty_at(server());
    clinic
        .place()
        .run("CREATE TABLE songs (title TEXT); CREATE SCHEMA clinic; CREATE SCHEMA \"Año 2\"")
        .unwrap();
    let url = clinic.place().name();
    let other = clinic.place().name() + "?options=-csearch_path%3D%22A%C3%B1o%5C%202%22";
    let url = format!("{url}?options=-csearch_path%3Dclinic");
    for (url, name) in [(&url, "Luna"), (&other, "Sol")] {
        clinic.does(&format!("init --name {name} --timezone UTC --db {url}"));
        clinic.does(&format!("doctor add --name 'Dr. {name}' --code DOC --db {url}"));
        let Clinics { total, clinics, .. } = clinic.json(&format!("clinic list --db {url}"));
        assert_eq!((total, clinics[0].name.as_str()), (1, name));
        assert_eq!(clinic.run(&format!("db path --db {url}")), format!("{url}\n"));
        let again =
            clinic.refused(&format!("init --name Otra --timezone UTC --db {url}"), "VALIDATION_ERROR", 2);
        assert_eq!(again.fields(), ["db"]);
    }
    let columns = layout(&clinic);
    let of = |schema: &str| columns.iter().filter(|line| line.starts_with(schema)).count();
    assert_eq!((of("public "), of("clinic "), of("Año 2 ")), (1, of("clinic "), of("clinic ")));
    // Without the option, the search path leads to the other schema, which has no book.
    unavailable(&clinic, "list");
    let missing = format!("{}?options=-csearch_path%3Dnowhere", clinic.place().name());
    let refusal = unavailable(&clinic, &format!("init --name A --timezone UTC --db {missing}"));
    assert!(refusal.message.contains("search_path"), "{refusal:?}");
}

#[test]
fn a_user_without_special_rights_keeps_a_book_in_a_schema_of_its_own() {
    let mut clinic = empty_at(server());
    new_user(server(), "berta", "b");
    let database = database(&clinic).to_owned();
    clinic
        .place()
        .run(&format!(
            "REVOKE ALL ON DATABASE {database} FROM PUBLIC; GRANT CONNECT ON DATABASE {database} TO berta;
            CREATE SCHEMA berta AUTHORIZATION berta"
        ))
        .unwrap();
    let url = url_for(&clinic, "berta");
    clinic.env("TURNO_DB", &url).env("PGPASSWORD", "b");
    clinic.found();
    let _ = clinic.book_juan("--date 2026-06-15 --time 14:00");
    let refusal = clinic.not_booked(
        "--doctor GARCIA --date 2026-06-15 --time 14:00 --name Eva --phone 7700-0002",
        "APPOINTMENT_CONFLICT",
        4,
    );
    assert!(!refusal.texts("suggested_times").is_empty());
    assert_eq!(clinic.list("").total, 1);
    // `db scrub` prints the part of the erasure that only the database's owner can run.
    clinic.does("patient add --name Eva --phone 7700-0002 --code EVA");
    clinic.does("patient erase EVA --force");
    let ran = clinic.ran("db scrub --force").exits(0);
    assert!(ran.stdout().contains("yes"), "{}", ran.stdout());
    assert!(ran.stderr().contains("`VACUUM FULL pg_statistic`"), "{}", ran.stderr());
    clinic.is_sound();
}

#[test]
fn a_user_who_may_only_read_reads_and_changes_nothing() {
    let mut clinic = open_at(server());
    let _ = clinic.book_juan("--date 2026-06-15 --time 14:00");
    new_user(server(), "reader", "r");
    clinic.place().run("GRANT SELECT ON ALL TABLES IN SCHEMA public TO reader").unwrap();
    let before = clinic.content();
    let url = url_for(&clinic, "reader");
    clinic.env("TURNO_DB", &url).env("PGPASSWORD", "r");
    assert_eq!(clinic.list("").total, 1);
    clinic.is_sound();
    let refusal = unavailable(
        &clinic,
        "book --doctor GARCIA --date 2026-06-15 --time 10:00 --name A --phone 7700-0001",
    );
    assert!(refusal.hint.is_some_and(|hint| hint.contains("grant")), "what would help?");
    unavailable(&clinic, "doctor add --name X");
    assert_eq!(clinic.content(), before);
    new_user(server(), "nobody_yet", "n");
    clinic.env("TURNO_DB", &url_for_user(&url, "nobody_yet")).env("PGPASSWORD", "n");
    unavailable(&clinic, "list");
}

fn url_for_user(url: &str, user: &str) -> String {
    url.replacen("reader@", &format!("{user}@"), 1)
}

#[test]
fn a_database_that_takes_no_changes_is_read_and_says_so() {
    let clinic = open_at(server());
    let _ = clinic.book_juan("--date 2026-06-15 --time 14:00");
    server().run(&format!("ALTER DATABASE {} SET default_transaction_read_only = on", database(&clinic)));
    assert_eq!(clinic.list("").total, 1);
    let refusal = unavailable(&clinic, "doctor add --name X");
    assert!(refusal.message.contains("no changes"), "{refusal:?}");
}

#[test]
fn a_server_that_is_full_says_so() {
    let mut clinic = open_at(server());
    new_user(server(), "crowd", "c");
    server().run("ALTER ROLE crowd CONNECTION LIMIT 0");
    let url = url_for(&clinic, "crowd");
    clinic.env("TURNO_DB", &url).env("PGPASSWORD", "c");
    clinic.env("PGCONNECT_TIMEOUT", "1");
    let refusal = unavailable(&clinic, "list");
    assert!(refusal.message.contains("too many connections"), "{refusal:?}");
}

#[test]
fn a_server_that_is_full_for_a_moment_is_waited_for() {
    let mut clinic = open_at(server());
    new_user(server(), "queue", "q");
    clinic.place().run("GRANT SELECT ON ALL TABLES IN SCHEMA public TO queue").unwrap();
    let url = url_for(&clinic, "queue");
    clinic.env("TURNO_DB", &url).env("PGPASSWORD", "q");
    server().run("ALTER ROLE queue CONNECTION LIMIT 0");
    std::thread::scope(|scope| {
        let waiting = scope.spawn(|| clinic.ran("list"));
        std::thread::sleep(std::time::Duration::from_secs(1));
        server().run("ALTER ROLE queue CONNECTION LIMIT 5");
        let _ = waiting.join().unwrap().exits(0);
    });
}

#[test]
fn a_writer_that_never_ends_keeps_the_others_from_writing_but_not_from_reading() {
    let clinic = open_at(server());
    let crate::Place::Database(place) = clinic.place() else { panic!("a database") };
    let mut other = place.connect();
    let mut lock = other.transaction().unwrap();
    lock.batch_execute("LOCK TABLE meta IN EXCLUSIVE MODE").unwrap();
    clinic.does("list");
    let refusal = clinic.refused("doctor add --name X", "STORE_BUSY", 7);
    assert!(refusal.hint.is_some(), "{refusal:?}");
    lock.rollback().unwrap();
    clinic.does("doctor add --name X");
    clinic.is_sound();
}

#[test]
fn the_socket_of_a_server_on_this_machine_is_found() {
    let mut clinic = open_at(server());
    let own = own_server(&crate::Wishes::default());
    let folder = own.folder.display().to_string();
    let place = own.server.database();
    clinic.env("PGPASSWORD", own.server.password.as_deref().unwrap());
    let url = format!("postgres://postgres@{}:{}/{}", folder.replace('/', "%2F"), own.port, place.name);
    clinic.does(&format!("init --name Luna --timezone UTC --db {url}"));
    let shown: ClinicRecord = clinic.json(&format!("clinic show --db {url}"));
    assert_eq!(shown.name, "Luna");
    clinic.env("PGHOST", &folder).env("PGPORT", &own.port.to_string()).env("PGUSER", "postgres");
    let shown: ClinicRecord = clinic.json(&format!("clinic show --db postgres:///{}", place.name));
    assert_eq!(shown.name, "Luna");
}

/// PostgreSQL's column statistics contain sample values, also in dead rows.
#[test]
fn an_erased_patient_is_in_no_sample_of_the_server() {
    let own = own_server(&crate::Wishes::default());
    let clinic = open_at(&own.server);
    let adds = |name: &str| {
        for n in 0..5 {
            clinic.does(&format!("patient add --name '{name} {n}' --phone 7700-00{n}0 --code {name}{n}"));
        }
    };
    adds("Secreta");
    adds("Otra");
    clinic.place().run("ANALYZE").unwrap();
    let holds = |needle: &str| {
        own.server.run("CHECKPOINT");
        let mut grep = Command::new("grep");
        grep.args(["-rlaF", "--", needle]).arg(&own.folder).stderr(Stdio::null());
        let found = String::from_utf8(grep.output().unwrap().stdout).unwrap();
        found.lines().filter(|path| path.contains("/base/")).count()
    };
    assert!(holds("Secreta") >= 2, "the rows and the samples are looked into");
    for n in 0..5 {
        clinic.does(&format!("patient erase Secreta{n} --force"));
    }
    assert!(holds("Secreta") >= 1, "the pages wait for the command that says whom it keeps out");
    let ran = clinic.ran("db scrub --force").exits(0);
    assert!(!ran.stderr().contains("pg_statistic"), "{}", ran.stderr());
    assert_eq!(holds("Secreta"), 0);
    assert!(holds("Otra") >= 2);
}

/// Checks tables, the write-ahead log and the server's statement log.
#[test]
fn a_national_id_is_in_no_file_of_the_server_in_clear() {
    let settings = "log_statement = 'all'\nlog_parameter_max_length = -1\n".to_owned();
    let own = own_server(&crate::Wishes { settings, ..crate::Wishes::default() });
    let clinic = open_at(&own.server);
    let _ = clinic.book_juan("--date 2026-06-15 --time 14:00 --national-id 12345678-9");
    clinic.does("patient add --name Eva --phone 7700-0009 --national-id 98765432-1 --code EVA");
    clinic.does("patient set EVA --national-id 44444444-4");
    own.server.run("CHECKPOINT");
    let holds = |needle: &str| {
        let mut grep = Command::new("grep");
        grep.args(["-rlaF", "--", needle]).arg(&own.folder).stderr(Stdio::null());
        String::from_utf8(grep.output().unwrap().stdout).unwrap().lines().count()
    };
    assert!(holds("+50377654321") >= 3, "the rows, the write-ahead log and the server's log are looked into");
    for id in ["12345678-9", "123456789", "98765432-1", "44444444-4"] {
        assert_eq!(holds(id), 0, "{id}");
    }
}

/// A constraint error must be reported for its own row and must not affect other rows.
#[test]
fn a_row_that_the_server_refuses_takes_nothing_from_the_others() {
    let clinic = open_at(server());
    clinic.place().run("ALTER TABLE patients ADD CONSTRAINT no_eva CHECK (full_name <> 'Eva')").unwrap();
    clinic.file("three.csv", "name,phone\nAna,7013-0001\nEva,7013-0002\nLuz,7013-0003\n");
    let there = || clinic.place().ask("SELECT full_name FROM patients WHERE full_name <> '' ORDER BY 1");
    let before = there().len();
    let ran = clinic.ran("import csv patients three.csv --all-or-nothing");
    assert_ne!(ran.exit, Some(0));
    let said = ran.stdout() + &ran.stderr();
    assert!(said.contains("line 3 refused") && !said.contains("line 4 refused"), "{said}");
    assert_eq!(there().len(), before);
    let ran = clinic.ran("import csv patients three.csv --per-row");
    let said = ran.stdout() + &ran.stderr();
    assert!(said.contains("line 3 refused") && !said.contains("line 4 refused"), "{said}");
    assert_eq!(there().len(), before + 2);
    let bookings: Vec<String> = [("Bea", "09:00"), ("Eva", "10:00"), ("Sol", "11:00")]
        .iter()
        .zip(4..)
        .map(|((name, time), n)| {
            format!(
                r#"{{"doctor_id":"GARCIA","date":"2026-06-15","time":"{time}","patient_name":"{name}","patient_phone":"7013-000{n}"}}"#
            )
        })
        .collect();
    let answers = clinic.fed("book --input - --json", bookings.join("\n"));
    let refused: Vec<bool> = answers.stdout().lines().map(|line| line.starts_with("{\"error\"")).collect();
    assert_eq!(refused, [false, true, false], "{}", answers.stdout());
    assert_eq!(there().len(), before + 4);
}
