//! Copying a book: the copy gives the same output, can be copied back, and is usable.

use crate::support::Clinic;
use crate::support::place::Place;
use crate::support::views::Sweep;
use serde_json::Value;
use std::fs;

/// A path for a copy.
pub fn place(clinic: &Clinic, name: &str) -> String {
    clinic.home().join("copies").join(name).display().to_string()
}

/// The location of the clinic's book.
pub fn source(clinic: &Clinic) -> String {
    clinic.place().name()
}

/// The output of `turno db copy`.
pub fn copy(clinic: &Clinic, from: &str, to: &str) -> Value {
    clinic.json(&format!("db copy {from} {to}"))
}

/// A book with two clinics, retired records, all kinds of windows, visits in every status, sent and pending
/// messages, and national IDs.
pub fn full() -> Clinic {
    let mut clinic = Clinic::open();
    for line in [
        "clinic set duplicate_rule off",
        "clinic set quiet_hours 21:00-06:00",
        "branch add --name 'Sucursal Norte' --code NORTE --timezone America/Guatemala",
        "doctor add --name 'Dra. Ruiz' --code RUIZ --buffer-before 5 --buffer-after 10",
        "doctor add --name 'Dr. Ido' --code IDO",
        "doctor remove IDO",
        "service add --name Vacuna --code VAC --duration 10",
        "service add --name 'Control general' --code GC",
        "window add --doctor RUIZ --branch NORTE --days mon,wed --from 08:00 --to 12:00 --valid-until 2026-12-31",
        "window add --branch main --service VAC --days mon-fri --from 13:00 --to 17:00 --capacity 2 --session PM --code POOL",
        "window close POOL",
        "window open POOL",
        "closure add --date 2026-06-17 --reason 'Feriado; \"puente\"'",
        "closure add --doctor RUIZ --from 2026-06-15T08:00 --to 2026-06-15T09:00 --reason Junta",
        "patient add --name 'Ana Mejía' --phone 7012-3456 --code ANA --national-id 01234567-8 --locale en",
    ] {
        clinic.does(line);
    }
    let book = |options: &str| clinic.book(&format!("{options} --branch main")).code;
    let garcia = "--doctor GARCIA --date 2026-06-15";
    let moved = book(&format!("{garcia} --time 09:00 --patient ANA --notes 'línea 1; 日本 \"x\"'"));
    let cancelled = book(&format!("{garcia} --time 10:00 --name 'Luis Paz' --phone 7012-0001"));
    let done =
        book(&format!("{garcia} --time 11:00 --name 'Eva Sol' --phone 7012-0002 --external-ref web-1"));
    let missed =
        book(&format!("{garcia} --time 12:00 --name 'Noé Paz' --phone 7012-0003 --idempotency-key k-1"));
    let _ = book(&format!("{garcia} --time 11:00 --name 'Otra Más' --phone 7012-0004 --overbook"));
    for phone in 5..7 {
        let _ = book(&format!(
            "--service VAC --date 2026-06-15 --time 13:00 --name P{phone} --phone 7012-000{phone}"
        ));
    }
    clinic
        .does("book --doctor RUIZ --date 2026-06-22 --time 08:10 --name Q --phone 7012-0008 --branch NORTE");
    clinic.does(&format!("reschedule {moved} --date 2026-06-16 --time 09:30 --reason 'Trabaja'"));
    clinic.does(&format!("cancel {cancelled} --reason 'Ya está bien'"));
    clinic.does("clinic add --name 'Other Place' --code other --timezone America/New_York");
    clinic.does("doctor add --name 'Dr. Cole' --code COLE --clinic other");
    clinic.does("window add --doctor COLE --days daily --from 00:00 --to 24:00 --clinic other");
    clinic.does(
        "book --clinic other --doctor COLE --date 2026-11-01 --time 00:30 --name Eve --phone 2125550123",
    );
    // Send the confirmations; the reminders wait.
    let Sweep { sent, .. } = clinic.sweep();
    assert!(sent > 3, "{sent} sent");
    clinic.at("2026-06-15T12:40:00-06:00");
    clinic.does(&format!("status {done} checked_in"));
    clinic.does(&format!("status {done} in_progress"));
    clinic.does(&format!("status {done} completed --diagnosis Gripe --prescription Té --follow-up +2w"));
    clinic.does(&format!("status {missed} no_show"));
    clinic
}

/// The output of commands that together print the whole book.
pub fn said(clinic: &Clinic, book: &str) -> Vec<(String, String)> {
    let mut said = Vec::new();
    for at in ["sanjose", "other"] {
        for line in [
            "list --limit 1000 --branch all",
            "audit log --limit 100000",
            "remind list",
            "branch list",
            "doctor list",
            "service list",
            "window list",
            "closure list",
            "patient list",
            "slots --date 2026-06-22 --branch all",
        ] {
            let line = format!("{line} --clinic {at} --json");
            said.push((line.clone(), clinic.run(&format!("{line} --db {book}"))));
        }
    }
    for line in ["clinic list", "clinic show sanjose", "clinic show other", "db check", "audit verify"] {
        said.push((line.to_owned(), clinic.run(&format!("{line} --json --db {book}"))));
    }
    said
}

/// The output without the audit log, which records copies and restores.
pub fn without_log(said: Vec<(String, String)>) -> Vec<(String, String)> {
    said.into_iter().filter(|(line, _)| !line.starts_with("audit")).collect()
}

/// Adds many `meta` rows, which are copied first, to make copies slow.
pub fn swell(clinic: &Clinic) {
    let sql = match clinic.place() {
        Place::File(_) => {
            "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 60000)
             INSERT INTO meta (key, value) SELECT printf('note-%08d', i), hex(randomblob(40)) FROM n"
        }
        Place::Database(_) => {
            "INSERT INTO meta (key, value)
             SELECT 'note-' || lpad(i::text, 8, '0'), md5(random()::text) FROM generate_series(1, 20000) AS i"
        }
    };
    clinic.place().run(sql).unwrap();
}

pub fn is_sound(clinic: &Clinic, book: &str) {
    assert_eq!(clinic.run(&format!("db check --db {book}")), "ok\n");
}

#[test]
fn there_and_back_a_book_says_the_same() {
    let clinic = full();
    let before = said(&clinic, &source(&clinic));
    // To a file, and back to the book's engine.
    let home = Place::new(&clinic.home().join("again"));
    let (there, back) = (place(&clinic, "there.db"), home.name());
    let _ = copy(&clinic, &source(&clinic), &there);
    assert_eq!(said(&clinic, &there), before);
    let _ = copy(&clinic, &there, &back);
    assert_eq!(said(&clinic, &back), before);
    let after = without_log(said(&clinic, &source(&clinic)));
    assert_eq!(after, without_log(before.clone()), "the book that was copied is as it was");
    assert!(
        before.iter().any(|(line, text)| line.starts_with("patient list") && text.contains("****-8")),
        "{before:?}"
    );
    for book in [&there, &back] {
        is_sound(&clinic, book);
        // Showing a patient is recorded, so do this last.
        let shown = clinic.run(&format!("patient show ANA --reveal --clinic sanjose --db {book}"));
        assert!(shown.contains("01234567-8"), "{shown}");
    }
}

#[test]
fn a_copy_says_what_it_moved() {
    let clinic = full();
    let (from, to) = (source(&clinic), place(&clinic, "copy.db"));
    let answer = copy(&clinic, &from, &to);
    let keys: Vec<&String> = answer.as_object().unwrap().keys().collect();
    assert_eq!(keys, ["from", "to", "tables", "rows", "verified"]);
    assert_eq!((&answer["from"], &answer["to"]), (&from.clone().into(), &to.into()));
    assert_eq!(answer["verified"], true);
    let tables = answer["tables"].as_object().unwrap();
    let rows = |table: &str| tables[table].as_u64().unwrap();
    assert_eq!((rows("clinics"), rows("appointments"), rows("branches"), rows("audit_head")), (2, 9, 3, 3));
    assert_eq!(tables.values().map(|rows| rows.as_u64().unwrap()).sum::<u64>(), answer["rows"]);
    let log: Value = clinic.json("audit verify");
    assert_eq!(log["entries"].as_u64().unwrap(), rows("audit_log") + 1, "the copy is told of since");
    // The same as text, with a note about the secret file.
    let ran = clinic.ran(&format!("db copy {from} {}", place(&clinic, "shown.db"))).exits(0);
    assert!(ran.stdout().contains("tables.appointments"), "{}", ran.stdout());
    assert!(ran.stderr().contains(&clinic.secret_path().display().to_string()), "{}", ran.stderr());
    let quiet = clinic.ran(&format!("db copy {from} {} --quiet", place(&clinic, "quiet.db"))).exits(0);
    assert_eq!(quiet.stderr(), "");
}

#[test]
fn a_copy_goes_on_being_used() {
    let mut clinic = Clinic::open();
    let first = clinic.book_juan("--date 2026-06-15 --time 14:00");
    let second = clinic.book("--doctor GARCIA --date 2026-06-15 --time 15:00 --name Ana --phone 7012-0001");
    clinic.does(&format!("cancel {} --reason Viaje", second.code));
    let to = place(&clinic, "copy.db");
    let _ = copy(&clinic, &source(&clinic), &to);
    let original = clinic.content();
    clinic.env("TURNO_DB", &to);
    let third = clinic.book("--doctor GARCIA --date 2026-06-15 --time 15:00 --name Eva --phone 7012-0002");
    assert_eq!((first.token_number, second.token_number, third.token_number), (1, 2, 3));
    let taken = "--doctor GARCIA --date 2026-06-15 --time 14:00 --name Luis --phone 7012-0003";
    let _ = clinic.not_booked(taken, "APPOINTMENT_CONFLICT", 4);
    let Sweep { sent, .. } = clinic.sweep();
    assert_eq!(sent, 3, "two confirmations and a notice that waited in the book");
    assert_eq!(clinic.sweep().sent, 0);
    is_sound(&clinic, &to);
    clinic.without("TURNO_DB");
    let from = source(&clinic);
    let list = clinic.run(&format!("list --limit 1000 --json --db {from}"));
    let log = clinic.run(&format!("audit log --limit 100000 --json --db {from}"));
    assert_eq!((list, log), original);
}

#[test]
fn a_copy_needs_neither_the_secret_file_nor_the_usual_book() {
    let clinic = full();
    let (from, to) = (source(&clinic), place(&clinic, "copy.db"));
    let before = said(&clinic, &from);
    let secret = fs::read(clinic.secret_path()).unwrap();
    fs::remove_file(clinic.secret_path()).unwrap();
    clinic.does(&format!("db copy {from} {to} --db nowhere/at/all.db --clinic nobody"));
    assert!(!clinic.secret_path().exists() && !clinic.home().join("nowhere").exists());
    clinic.put_secret(&secret);
    assert_eq!(said(&clinic, &to), before);
}
