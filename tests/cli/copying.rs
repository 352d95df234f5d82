//! Moving a book: there and back it says the same, it goes on being used, and nothing is half copied.

use crate::support::Clinic;
use crate::support::views::{Appointment, List, Sweep};
use serde_json::Value;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Stdio};
use std::time::Duration;

/// Where a copy goes. The one place of this file that knows which engine is tried.
fn place(clinic: &Clinic, name: &str) -> String {
    clinic.home().join("copies").join(name).display().to_string()
}

fn source(clinic: &Clinic) -> String {
    clinic.book_path().display().to_string()
}

/// What `turno db copy` answers.
fn copy(clinic: &Clinic, from: &str, to: &str) -> Value {
    clinic.json(&format!("db copy {from} {to}"))
}

/// A book with everything in it: two clinics, retired records, windows with and without doctors,
/// visits in every state, messages sent and waiting, national IDs.
fn full() -> Clinic {
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
    // Confirmations go out, reminders wait.
    let Sweep { sent, .. } = clinic.sweep();
    assert!(sent > 3, "{sent} sent");
    clinic.at("2026-06-15T12:40:00-06:00");
    clinic.does(&format!("status {done} checked_in"));
    clinic.does(&format!("status {done} in_progress"));
    clinic.does(&format!("status {done} completed --diagnosis Gripe --prescription Té --follow-up +2w"));
    clinic.does(&format!("status {missed} no_show"));
    clinic
}

/// Everything that a book says, line by line of the commands that say it.
fn said(clinic: &Clinic, book: &str) -> Vec<(String, String)> {
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
    for line in [
        "patient show ANA --reveal --clinic sanjose",
        "clinic list",
        "clinic show sanjose",
        "clinic show other",
        "db check",
        "audit verify",
    ] {
        said.push((line.to_owned(), clinic.run(&format!("{line} --json --db {book}"))));
    }
    said
}

fn is_sound(clinic: &Clinic, book: &str) {
    assert_eq!(clinic.run(&format!("db check --db {book}")), "ok\n");
}

#[test]
fn there_and_back_a_book_says_the_same() {
    let clinic = full();
    let before = said(&clinic, &source(&clinic));
    let (there, back) = (place(&clinic, "there.db"), clinic.home().join("back.db").display().to_string());
    let _ = copy(&clinic, &source(&clinic), &there);
    assert_eq!(said(&clinic, &there), before);
    let _ = copy(&clinic, &there, &back);
    assert_eq!(said(&clinic, &back), before);
    assert_eq!(said(&clinic, &source(&clinic)), before, "the book that was copied is as it was");
    assert!(
        before.iter().any(|(line, text)| line.starts_with("patient show") && text.contains("01234567-8"))
    );
    for book in [&there, &back] {
        is_sound(&clinic, book);
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
    assert_eq!((rows("clinics"), rows("appointments"), rows("branches"), rows("audit_head")), (2, 9, 3, 1));
    assert_eq!(tables.values().map(|rows| rows.as_u64().unwrap()).sum::<u64>(), answer["rows"]);
    let log: Value = clinic.json("audit verify");
    assert_eq!(log["entries"], tables["audit_log"]);
    // For people: the same as a list, and what to mind.
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
    fs::write(clinic.secret_path(), secret).unwrap();
    assert_eq!(said(&clinic, &to), before);
}

#[test]
fn a_book_is_not_copied_onto_itself() {
    let clinic = Clinic::open();
    let before = clinic.content();
    let from = source(&clinic);
    let mut spellings =
        vec![from.clone(), from.replace("/book/", "/book/../book/./"), "book/turno.db".into()];
    #[cfg(unix)]
    {
        std::os::unix::fs::symlink(clinic.book_path(), clinic.home().join("link.db")).unwrap();
        spellings.push("link.db".into());
    }
    for to in spellings {
        let refusal = clinic.refused(&format!("db copy {from} {to}"), "VALIDATION_ERROR", 2);
        assert_eq!(refusal.fields(), ["to"]);
        assert!(refusal.hint.is_some());
    }
    assert_eq!(clinic.content(), before);
}

#[test]
fn a_book_that_holds_records_is_not_written_over() {
    let clinic = full();
    let from = source(&clinic);
    // Already so much as one fact is somebody's.
    for (name, sql) in [("other.db", ""), ("facts.db", "DELETE FROM branches; DELETE FROM clinics")] {
        let to = clinic.home().join(name);
        clinic.does(&format!("init --name Otra --timezone UTC --db {name}"));
        let database = rusqlite::Connection::open(&to).unwrap();
        database.execute_batch(sql).unwrap();
        drop(database);
        let before = fs::read(&to).unwrap();
        let refusal = clinic.refused(&format!("db copy {from} {name}"), "VALIDATION_ERROR", 2);
        assert_eq!(refusal.fields(), ["to"]);
        assert!(refusal.hint.is_some());
        assert_eq!(fs::read(&to).unwrap(), before, "{name}");
    }
    // So is a copy that was made before.
    let to = place(&clinic, "copy.db");
    let _ = copy(&clinic, &from, &to);
    let before = said(&clinic, &to);
    let _ = clinic.refused(&format!("db copy {from} {to}"), "VALIDATION_ERROR", 2);
    assert_eq!(said(&clinic, &to), before);
}

#[test]
fn an_empty_file_and_an_empty_book_take_a_copy() {
    let clinic = full();
    let before = said(&clinic, &source(&clinic));
    clinic.file("empty.db", "");
    let _ = copy(&clinic, &source(&clinic), "empty.db");
    assert_eq!(said(&clinic, "empty.db"), before);
    // A book of which nothing was ever used: what a copy that was cut off leaves.
    let emptied = place(&clinic, "emptied.db");
    clinic.does(&format!("init --name Otra --timezone UTC --db {emptied}"));
    let database = rusqlite::Connection::open(&emptied).unwrap();
    let tables = ["audit_head", "audit_log", "branches", "clinics", "meta"];
    database.execute_batch(&tables.map(|table| format!("DELETE FROM {table};")).concat()).unwrap();
    drop(database);
    let _ = copy(&clinic, &source(&clinic), &emptied);
    assert_eq!(said(&clinic, &emptied), before);
    // And such a book can be copied as well.
    fs::write(clinic.home().join("nothing.db"), "").unwrap();
    let _ = clinic.refused("db copy nothing.db target.db", "STORE_UNAVAILABLE", 7);
}

#[cfg(unix)]
#[test]
fn a_copy_is_for_its_owner_only() {
    use std::os::unix::fs::PermissionsExt;
    let clinic = Clinic::open();
    let _ = copy(&clinic, &source(&clinic), "elsewhere/copy.db");
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    let folder = clinic.home().join("elsewhere");
    assert_eq!((mode(&folder), mode(&folder.join("copy.db"))), (0o700, 0o600));
    assert_eq!(fs::read_dir(folder).unwrap().count(), 1, "no companion is left behind");
}

/// A file of that name in the clinic's home that is no book that can be read.
fn unusable(clinic: &Clinic, what: &str) -> PathBuf {
    let path = clinic.home().join(what);
    match what {
        "missing" => {}
        "diary" => fs::write(&path, b"Dear diary, today the clinic was closed.\n".repeat(20)).unwrap(),
        "songs" => {
            let other = rusqlite::Connection::open(&path).unwrap();
            other.execute_batch("CREATE TABLE songs (title TEXT); INSERT INTO songs VALUES ('A')").unwrap();
        }
        "folder" => fs::create_dir(&path).unwrap(),
        "newer" => {
            clinic.does("init --name Otra --timezone UTC --db newer");
            let newer = rusqlite::Connection::open(&path).unwrap();
            newer.execute_batch("PRAGMA user_version = 9999; PRAGMA wal_checkpoint(TRUNCATE);").unwrap();
        }
        other => panic!("{other}?"),
    }
    path
}

#[test]
fn a_source_that_is_no_book_is_refused_before_anything_is_made() {
    for what in ["missing", "diary", "songs", "folder", "newer"] {
        let clinic = Clinic::open();
        let path = unusable(&clinic, what);
        let before = fs::read(&path).ok();
        let refusal = clinic.refused(&format!("db copy {what} new/folder/copy.db"), "STORE_UNAVAILABLE", 7);
        assert!(refusal.hint.is_some(), "{what}");
        assert!(!clinic.home().join("new").exists(), "{what}: something was made");
        assert_eq!(fs::read(&path).ok(), before, "{what} was touched");
    }
}

#[test]
fn a_damaged_source_is_refused_before_anything_is_made() {
    let clinic = Clinic::open();
    let path = unusable(&clinic, "newer");
    let mut bytes = fs::read(&path).unwrap();
    bytes[60..64].copy_from_slice(&3_u32.to_be_bytes());
    bytes[100..].fill(0xa5);
    fs::write(&path, &bytes).unwrap();
    let _ = clinic.refused("db copy newer new/copy.db", "STORE_CORRUPT", 1);
    assert!(!clinic.home().join("new").exists());
    assert_eq!(fs::read(&path).unwrap(), bytes);
}

#[test]
fn a_target_that_is_not_ours_is_refused_and_left_as_it_is() {
    for what in ["diary", "songs", "folder", "newer"] {
        let clinic = Clinic::open();
        let path = unusable(&clinic, what);
        let (before, book) = (fs::read(&path).ok(), clinic.content());
        let refusal = clinic.refused(&format!("db copy {} {what}", source(&clinic)), "STORE_UNAVAILABLE", 7);
        assert!(refusal.hint.is_some(), "{what}");
        assert_eq!(fs::read(&path).ok(), before, "{what} was touched");
        assert_eq!(clinic.content(), book);
    }
}

#[test]
fn words_that_name_no_place_are_refused() {
    let clinic = Clinic::open();
    let from = source(&clinic);
    for line in ["db copy".to_owned(), format!("db copy {from}"), format!("db copy {from} ''")] {
        let _ = clinic.refused(&line, "VALIDATION_ERROR", 2);
    }
    let _ = clinic.refused(&format!("db copy {from} mysql://localhost/turno"), "STORE_UNAVAILABLE", 7);
    let nobody = clinic.ran(&format!("db copy {from} postgres://desk:hush@localhost:1/turno --json"));
    assert_eq!(nobody.exit, Some(7), "{nobody:?}");
    assert!(!nobody.stderr().contains("hush"), "{nobody:?}");
}

/// Makes the book so large that copying it takes a while: facts come first.
fn swell(clinic: &Clinic) {
    let sql = "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 60000)
        INSERT INTO meta (key, value) SELECT printf('note-%08d', i), hex(randomblob(40)) FROM n";
    clinic.database().execute_batch(sql).unwrap();
}

fn start(clinic: &Clinic, to: &str) -> Child {
    let mut process = clinic.process(&format!("db copy {} {to} --json", source(clinic)));
    process.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
}

#[test]
fn a_copy_that_is_killed_leaves_no_half_book_and_can_be_made_again() {
    let clinic = full();
    let before = said(&clinic, &source(&clinic));
    swell(&clinic);
    let mut cut_off = 0;
    for (round, pause) in [5, 40, 120, 250, 400].into_iter().enumerate() {
        let to = place(&clinic, &format!("copy-{round}.db"));
        let mut copying = start(&clinic, &to);
        std::thread::sleep(Duration::from_millis(pause));
        copying.kill().unwrap();
        if copying.wait().unwrap().code() != Some(0) {
            cut_off += 1;
            // Nothing is there, or a book without a clinic.
            let found = clinic.ran(&format!("list --clinic sanjose --json --db {to}"));
            assert!(matches!(found.exit, Some(3 | 7)), "after {pause} ms: {found:?}");
            let _ = copy(&clinic, &source(&clinic), &to);
        }
        assert_eq!(said(&clinic, &to), before, "after {pause} ms");
    }
    assert!(cut_off > 0, "every copy was done before it could be cut off");
}

#[test]
fn a_desk_that_writes_meanwhile_is_not_half_copied() {
    let clinic = Clinic::open();
    swell(&clinic);
    let book = |n: i64| {
        let (day, hour, half) = (15 + n / 16, 9 + n % 16 / 2, 30 * (n % 2));
        let time = format!("--date 2026-06-{day} --time {hour:02}:{half:02}");
        clinic.book(&format!("--doctor GARCIA {time} --name P{n} --phone 7012-00{n:02}"))
    };
    let early: Vec<Appointment> = (0..3).map(book).collect();
    let to = place(&clinic, "copy.db");
    let mut copying = start(&clinic, &to);
    let mut n = 3;
    while copying.try_wait().unwrap().is_none() && n < 70 {
        let _ = book(n);
        n += 1;
    }
    let done = copying.wait_with_output().unwrap();
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    assert!(n > 3, "nobody wrote meanwhile");
    is_sound(&clinic, &to);
    clinic.is_sound();
    let List { appointments: copied, .. } = clinic.list(&format!("--limit 1000 --db {to}"));
    let List { appointments: all, .. } = clinic.list("--limit 1000");
    assert!(early.len() <= copied.len() && copied.len() <= all.len());
    // Times were given out in their order, so that a moment's book is the list's beginning.
    assert_eq!(copied, all[..copied.len()]);
}
