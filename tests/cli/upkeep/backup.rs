//! Backups: one consistent file, made while others write.

use crate::copying::{full, is_sound, said, source, swell, without_log};
use crate::support::Clinic;
use crate::support::views::{Backup, List, Log};
use serde_json::Value;
use std::collections::HashSet;
use std::fs;
use std::process::Stdio;
use std::time::Duration;

pub fn backup(clinic: &Clinic, words: &str) -> Backup {
    clinic.json(&format!("db backup {words}"))
}

/// The sorted file names in a folder of the clinic's home.
pub fn names(clinic: &Clinic, folder: &str) -> Vec<String> {
    let Ok(entries) = fs::read_dir(clinic.home().join(folder)) else { return Vec::new() };
    let mut names: Vec<String> =
        entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

#[test]
fn a_backup_says_what_the_book_says() {
    let clinic = full();
    let before = said(&clinic, &source(&clinic));
    let made = backup(&clinic, "safe/book.db");
    assert_eq!(names(&clinic, "safe"), ["book.db"]);
    assert_eq!(made.bytes, fs::metadata(clinic.home().join("safe/book.db")).unwrap().len());
    let log: Value = clinic.json("audit verify");
    assert_eq!(log["entries"].as_i64().unwrap(), made.audit_entries + 1, "the backup is told of since");
    assert_eq!((made.path.as_str(), made.appointments, made.verified), ("safe/book.db", 9, true));
    assert_eq!((made.secret_file.as_str(), made.removed.len()), ("not included", 0));
    assert_eq!(made.made_at, "2026-06-15T18:40:00+00:00");
    let info: Value = clinic.json("db info");
    assert_eq!(info["schema_version"], made.schema_version);
    assert!(made.rows > 50, "{made:?}");
    assert_eq!(said(&clinic, "safe/book.db"), before);
    is_sound(&clinic, "safe/book.db");
    assert_eq!(without_log(said(&clinic, &source(&clinic))), without_log(before));
    // The same as text, with a note about the secret file.
    let ran = clinic.ran("db backup shown.db").exits(0);
    assert!(ran.stderr().contains(&clinic.secret_path().display().to_string()), "{}", ran.stderr());
    let quiet = clinic.ran("db backup quiet.db --quiet").exits(0);
    assert_eq!(quiet.stderr(), "");
}

#[test]
fn a_backup_and_a_copy_are_entries_of_the_book_and_not_of_what_was_made() {
    let mut clinic = Clinic::open();
    clinic.env("TURNO_PASSPHRASE", "correct horse battery");
    let told = |clinic: &Clinic, db: &str| -> Vec<(String, String)> {
        let Log { entries, .. } = clinic.json(&format!("audit log --action book{db}"));
        entries.into_iter().map(|entry| (entry.action, entry.note.unwrap_or_default())).collect()
    };
    let here = clinic.home().canonicalize().unwrap().display().to_string();
    let _ = backup(&clinic, "safe.db");
    let _ = backup(&clinic, "sealed.db --with-key");
    let rotated = backup(&clinic, "--keep 3 rota").path;
    clinic.does(&format!("db copy {} copy.db", source(&clinic)));
    let backed_up = |name: &str| ("book.backed_up".to_owned(), format!("{here}/{name}"));
    let (safe, rota) = (backed_up("safe.db"), backed_up(&rotated));
    let sealed = backed_up("sealed.db, with the secret file, sealed");
    let copied = ("book.copied".to_owned(), "copy.db".to_owned());
    let all = told(&clinic, "");
    assert_eq!(all[..3], [safe.clone(), sealed.clone(), rota.clone()]);
    assert!(all[3].0 == copied.0 && all[3].1.ends_with(&copied.1) && all.len() == 4, "{all:?}");
    assert_eq!(told(&clinic, " --db safe.db"), []);
    assert_eq!(told(&clinic, " --db copy.db"), [safe, sealed, rota]);
    // Copying a backup does not change it.
    let before = fs::read(clinic.home().join("safe.db")).unwrap();
    let _ = backup(&clinic, "again.db --db safe.db");
    clinic.does("db copy safe.db another.db");
    assert_eq!(told(&clinic, " --db safe.db"), []);
    assert_eq!(fs::read(clinic.home().join("safe.db")).unwrap(), before);
    let _ = backup(&clinic, "safe.db --force");
    // A refused backup is not recorded.
    let count = told(&clinic, "").len();
    let _ = clinic.refused("db backup safe.db", "STORE_UNAVAILABLE", 7);
    let _ = clinic.refused(&format!("db copy {} copy.db", source(&clinic)), "VALIDATION_ERROR", 2);
    assert_eq!(told(&clinic, "").len(), count);
    clinic.is_sound();
}

#[test]
fn a_backup_without_its_secret_file_says_what_is_missing() {
    let clinic = Clinic::open();
    fs::rename(clinic.secret_path(), clinic.home().join("away.key")).unwrap();
    let ran = clinic.ran("db backup one.db").exits(0);
    assert!(ran.stderr().contains("warning: the audit log does not tell of it"), "{}", ran.stderr());
    assert!(
        ran.stderr().contains("can't be read") && !ran.stderr().contains("keep a copy"),
        "{}",
        ran.stderr()
    );
    clinic.put_secret("0f".repeat(32).as_bytes());
    let ran = clinic.ran("db backup two.db").exits(0);
    assert!(ran.stderr().contains("is another book's"), "{}", ran.stderr());
}

#[test]
fn a_file_that_is_there_is_not_written_over() {
    let clinic = Clinic::open();
    let _ = backup(&clinic, "book.db");
    let before = fs::read(clinic.home().join("book.db")).unwrap();
    let refusal = clinic.refused("db backup book.db", "STORE_UNAVAILABLE", 7);
    assert!(refusal.hint.unwrap().contains("--force"));
    assert_eq!(fs::read(clinic.home().join("book.db")).unwrap(), before);
    let _ = clinic.book_juan("--date 2026-06-15 --time 14:00");
    assert_eq!(backup(&clinic, "book.db --force").appointments, 1);
    assert_eq!(clinic.list("--db book.db").total, 1);
}

#[test]
fn what_is_no_backup_stays_even_so() {
    let clinic = Clinic::open();
    clinic.file("diary.txt", "Dear diary, today the clinic was closed.\n".repeat(20));
    clinic.file("short", "x");
    clinic.does("init --name Otra --timezone UTC --db other.db");
    fs::create_dir(clinic.home().join("folder")).unwrap();
    clinic.file("lost.db-wal", "what a lost book left");
    let content = |name: &str| fs::read(clinic.home().join(name)).ok();
    for name in ["diary.txt", "short", "other.db", "folder", "lost.db"] {
        let before = content(name);
        let refusal = clinic.refused(&format!("db backup {name} --force"), "STORE_UNAVAILABLE", 7);
        assert!(refusal.hint.is_some(), "{name}");
        assert_eq!(content(name), before, "{name}");
    }
    let left = names(&clinic, "").into_iter().filter(|name| name.starts_with(".turno-part")).count();
    assert_eq!(left, 0);
}

#[test]
fn a_backup_while_eight_desks_book_holds_all_that_was_acknowledged_before() {
    let clinic = Clinic::open();
    let book = |desk: usize, n: usize| {
        let (day, minute) = (15 + desk % 5, 9 * 60 + n * 30);
        let time = format!("--date 2026-06-{day} --time {:02}:{:02}", minute / 60, minute % 60);
        let who = format!("--name 'P{desk} N{n}' --phone 70{desk:02}-{n:04}");
        clinic.book(&format!("--doctor GARCIA {time} {who} --overbook")).id
    };
    let acknowledged = std::sync::Mutex::new(Vec::new());
    let backups = std::thread::scope(|scope| {
        let desks: Vec<_> = (0..8)
            .map(|desk| {
                let acknowledged = &acknowledged;
                scope.spawn(move || {
                    for n in 0..10 {
                        let id = book(desk, n);
                        acknowledged.lock().unwrap().push(id);
                    }
                })
            })
            .collect();
        let mut backups = Vec::new();
        while desks.iter().any(|desk| !desk.is_finished()) {
            let before: Vec<String> = acknowledged.lock().unwrap().clone();
            let name = format!("backup-{}.db", backups.len());
            let made = backup(&clinic, &name);
            backups.push((before, name, made.appointments));
        }
        backups
    });
    let known = acknowledged.lock().unwrap().len();
    assert_eq!((known, clinic.list("--limit 1000").total), (80, 80));
    let meanwhile = backups.iter().filter(|(_, _, held)| *held > 0 && *held < 80).count();
    assert!(meanwhile > 1, "no backup was made while the desks were at work");
    for (before, name, held) in &backups {
        let List { appointments, .. } = clinic.list(&format!("--limit 1000 --db {name}"));
        assert_eq!(appointments.len(), *held);
        let ids: HashSet<&String> = appointments.iter().map(|one| &one.id).collect();
        assert!(before.iter().all(|id| ids.contains(id)), "{name}: an acknowledged booking is missing");
        is_sound(&clinic, name);
    }
    clinic.is_sound();
}

#[test]
fn a_backup_that_is_killed_leaves_nothing_under_the_name() {
    let clinic = full();
    let before = without_log(said(&clinic, &source(&clinic)));
    swell(&clinic);
    let (mut cut_off, mut left) = (0, 0);
    for (round, pause) in [3, 10, 30, 60, 120, 200, 300].into_iter().enumerate() {
        let name = format!("safe/round-{round}.db");
        let mut process = clinic.process(&format!("db backup {name} --json"));
        let mut making =
            process.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        std::thread::sleep(Duration::from_millis(pause));
        making.kill().unwrap();
        let done = making.wait().unwrap().code() == Some(0);
        let there = clinic.home().join(&name).exists();
        assert!(there || !done);
        if there {
            assert_eq!(without_log(said(&clinic, &name)), before, "after {pause} ms");
        }
        cut_off += usize::from(!done);
        left += names(&clinic, "safe").iter().filter(|name| name.starts_with(".turno-part")).count();
    }
    assert!(cut_off > 0 && left > 0, "no backup was cut off on its way: {cut_off}, {left}");
    // The next backup removes leftovers, but no file with a merely similar name.
    fs::write(clinic.home().join("safe/.turno-part-mine"), "mine").unwrap();
    let _ = backup(&clinic, "safe/last.db");
    let parts: Vec<String> =
        names(&clinic, "safe").into_iter().filter(|name| name.starts_with(".turno-part")).collect();
    assert_eq!(parts, [".turno-part-mine"]);
    assert_eq!(without_log(said(&clinic, "safe/last.db")), before);
}

#[test]
fn a_rotation_keeps_the_newest_and_touches_nothing_else() {
    let mut clinic = Clinic::open();
    clinic.does("init --name Otra --timezone UTC --code sanjose --db other.db");
    clinic.at("2026-05-01T00:00:00Z");
    let others = backup(&clinic, "--keep 3 rota --db other.db").path;
    let others = others.strip_prefix("rota/").unwrap().to_owned();
    let strangers =
        ["notes.txt", "turno-sanjose-20200101T000000Z.db", "turno-sanjose-20200101T000000Z.db.gz"];
    for name in strangers {
        clinic.file(&format!("rota/{name}"), "not a backup of this book");
    }
    for hour in 0..6 {
        clinic.at(&format!("2026-06-01T{hour:02}:00:00Z"));
        let made = backup(&clinic, "--keep 3 rota");
        let name = format!("rota/turno-sanjose-20260601T{hour:02}0000Z.db");
        assert_eq!(made.path, name);
        let gone = (hour >= 3).then(|| format!("rota/turno-sanjose-20260601T{:02}0000Z.db", hour - 3));
        assert_eq!(made.removed, Vec::from_iter(gone));
    }
    // Two backups of the same second, and one by an earlier clock that must not be removed first.
    let again = backup(&clinic, "--keep 3 rota");
    assert_eq!(again.path, "rota/turno-sanjose-20260601T050000Z-2.db");
    clinic.at("2026-05-20T00:00:00Z");
    let behind = backup(&clinic, "--keep 3 rota");
    assert_eq!(behind.path, "rota/turno-sanjose-20260520T000000Z.db");
    let mut expected: Vec<String> = strangers.map(String::from).into();
    expected.extend([others, "turno-sanjose-20260520T000000Z.db".into()]);
    expected.extend(["", "-2"].map(|more| format!("turno-sanjose-20260601T050000Z{more}.db")));
    expected.sort();
    assert_eq!(names(&clinic, "rota"), expected);
    // For cron, `--quiet` prints the result only.
    let quiet = clinic.ran("db backup --keep 3 rota --quiet").exits(0);
    assert_eq!(quiet.stderr(), "");
    for line in ["db backup --keep 0 rota", "db backup --keep 3 rota --force", "db backup"] {
        let _ = clinic.refused(line, "VALIDATION_ERROR", 2);
    }
}
