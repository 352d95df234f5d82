//! Copying a book between files: refused targets stay unchanged, and an interrupted copy can be repeated.

use crate::copying::{copy, full, is_sound, place, said, source, swell, without_log};
use crate::support::Clinic;
use crate::support::views::{Appointment, List};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Stdio};
use std::time::Duration;

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
    // A single `meta` row is already data.
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
    // An earlier copy is not overwritten either.
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
    // A schema without any row, as an interrupted copy leaves it.
    let emptied = place(&clinic, "emptied.db");
    clinic.does(&format!("init --name Otra --timezone UTC --db {emptied}"));
    let database = rusqlite::Connection::open(&emptied).unwrap();
    let tables = ["audit_head", "audit_log", "branches", "clinics", "meta"];
    database.execute_batch(&tables.map(|table| format!("DELETE FROM {table};")).concat()).unwrap();
    drop(database);
    let _ = copy(&clinic, &source(&clinic), &emptied);
    assert_eq!(without_log(said(&clinic, &emptied)), without_log(before));
    // An empty file is not a book and can't be copied.
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
    for file in fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path()) {
        assert_eq!(mode(&file), 0o600, "{}", file.display());
    }
    assert!(!folder.join("copy.db-wal").exists(), "all of it is in the copy itself");
}

/// A file named `what` that is not a readable book.
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
    let nobody = clinic
        .ran(&format!("db copy {from} postgres://desk:hush@localhost:1/turno?connect_timeout=1 --json"));
    assert_eq!(nobody.exit, Some(7), "{nobody:?}");
    assert!(!nobody.stderr().contains("hush"), "{nobody:?}");
}

fn start(clinic: &Clinic, to: &str) -> Child {
    let mut process = clinic.process(&format!("db copy {} {to} --json", source(clinic)));
    process.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
}

#[test]
fn a_copy_that_is_killed_leaves_no_half_book_and_can_be_made_again() {
    let clinic = full();
    let before = without_log(said(&clinic, &source(&clinic)));
    swell(&clinic);
    let mut cut_off = 0;
    for (round, pause) in [5, 40, 120, 250, 400].into_iter().enumerate() {
        let to = place(&clinic, &format!("copy-{round}.db"));
        let mut copying = start(&clinic, &to);
        std::thread::sleep(Duration::from_millis(pause));
        copying.kill().unwrap();
        if copying.wait().unwrap().code() != Some(0) {
            cut_off += 1;
            // Nothing, a book without a clinic, or a copy that completed before the kill.
            let found = clinic.ran(&format!("list --clinic sanjose --json --db {to}"));
            assert!(matches!(found.exit, Some(0 | 3 | 7)), "after {pause} ms: {found:?}");
            if found.exit != Some(0) {
                let _ = copy(&clinic, &source(&clinic), &to);
            }
        }
        assert_eq!(without_log(said(&clinic, &to)), before, "after {pause} ms");
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
    // The times were booked in order, so the copy holds a prefix of the list.
    assert_eq!(copied, all[..copied.len()]);
}
