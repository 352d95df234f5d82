//! A restore over an existing book: at every moment one of both is in place, and nothing is lost.

use crate::backup::{backup, names};
use crate::copying::{full, is_sound, source, swell};
use crate::restoring::{restore, said_without_log};
use crate::support::Clinic;
use crate::support::views::Restored;
use std::fs;
use std::path::PathBuf;
use std::process::Stdio;
use std::sync::Mutex;
use std::time::Duration;

#[test]
fn the_replaced_book_is_kept_aside_with_its_log_folded_in() {
    let clinic = full();
    let then = said_without_log(&clinic, &source(&clinic));
    let _ = backup(&clinic, "safe.db");
    // A reader prevents the checkpoint of the log.
    let reader = clinic.database();
    reader.execute_batch("BEGIN; SELECT count(*) FROM patients;").unwrap();
    let _: i64 = reader.query_row("SELECT count(*) FROM patients", [], |row| row.get(0)).unwrap();
    clinic.does("doctor add --name 'Dr. Nuevo' --code NUEVO --clinic sanjose");
    let later = said_without_log(&clinic, &source(&clinic));
    assert_ne!(then, later);
    let restored = restore(&clinic, "safe.db --force");
    let kept = format!("{}.replaced-20260615T184000Z", source(&clinic));
    assert_eq!(restored.kept, std::slice::from_ref(&kept));
    assert_eq!(said_without_log(&clinic, &source(&clinic)), then);
    drop(reader);
    assert_eq!(said_without_log(&clinic, &source(&clinic)), then);
    assert_eq!(said_without_log(&clinic, &kept), later);
    is_sound(&clinic, &source(&clinic));
    is_sound(&clinic, &kept);
    // Restoring the replaced book works in the same way.
    let Restored { kept: again, .. } = restore(&clinic, &format!("{kept} --force"));
    assert_eq!(again, [format!("{kept}-2")]);
    assert_eq!(said_without_log(&clinic, &source(&clinic)), later);
}

/// Bookings during a restore end up in the replaced book or in the new one.
#[test]
fn what_is_acknowledged_while_a_book_is_replaced_is_in_one_of_both() {
    let clinic = Clinic::open();
    let _ = backup(&clinic, "safe.db");
    let acknowledged = Mutex::new(Vec::new());
    std::thread::scope(|scope| {
        for desk in 0..4 {
            let (clinic, acknowledged) = (&clinic, &acknowledged);
            scope.spawn(move || {
                for n in 0..12 {
                    let (day, minute) = (15 + desk, 9 * 60 + n * 30);
                    let time = format!("--date 2026-06-{day} --time {:02}:{:02}", minute / 60, minute % 60);
                    let booked = clinic
                        .book(&format!("--doctor GARCIA {time} --name P{n} --phone 70{desk:02}-{n:04}"));
                    acknowledged.lock().unwrap().push(booked.id);
                }
            });
        }
        // A process that keeps the book open.
        let mut stream = clinic.process("book --input -");
        let mut stream =
            stream.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        for _ in 0..3 {
            std::thread::sleep(Duration::from_millis(60));
            let _ = restore(&clinic, "safe.db --force");
        }
        drop(stream.stdin.take());
        let _ = stream.wait().unwrap();
    });
    let mut found = Vec::new();
    for name in names(&clinic, "book") {
        if name.ends_with("-wal") || name.ends_with("-shm") {
            continue;
        }
        is_sound(&clinic, &format!("book/{name}"));
        let list = clinic.list(&format!("--limit 1000 --db book/{name}"));
        found.extend(list.appointments.into_iter().map(|one| one.id));
    }
    let acknowledged = acknowledged.into_inner().unwrap();
    assert_eq!(acknowledged.len(), 48);
    for id in acknowledged {
        assert!(found.contains(&id), "{id} was acknowledged, and is nowhere");
    }
}

/// A process with one secret does not write to a book with another secret.
#[test]
fn a_desk_with_the_book_open_does_not_sign_for_another_book() {
    use std::io::{BufRead, BufReader, Write};
    let clinic = Clinic::open();
    let mut other = Clinic::empty();
    other.env("TURNO_PASSPHRASE", "correct horse battery");
    other.found();
    let _ = backup(&other, "sealed.db --with-key");
    let file = other.home().join("sealed.db");
    let mut desk = clinic
        .process("book --input -")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let (mut input, output) = (desk.stdin.take().unwrap(), desk.stdout.take().unwrap());
    let mut answers = BufReader::new(output).lines();
    let line = |time: &str| {
        format!(
            "{{\"doctor_id\":\"GARCIA\",\"date\":\"2026-06-15\",\"time\":\"{time}\",\"patient_name\":\"A\",\"patient_phone\":\"7700-{}\"}}\n",
            time.replace(':', "")
        )
    };
    input.write_all(format!("{}{{}}\n", line("10:00")).as_bytes()).unwrap();
    let first = answers.next().unwrap().unwrap();
    assert!(first.contains("\"token_number\""), "{first}");
    let mut restoring = clinic.command();
    let restoring = restoring.args(["db", "restore", "--force"]).arg(&file);
    let done = restoring.env("TURNO_PASSPHRASE", "correct horse battery").output().unwrap();
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    let _ = input.write_all(line("11:00").as_bytes());
    drop(input);
    let rest: Vec<String> = answers.map(Result::unwrap).collect();
    let done = desk.wait_with_output().unwrap();
    let said = String::from_utf8_lossy(&done.stderr).into_owned() + &rest.concat();
    assert!(said.contains("is not the one that this book was made with"), "{said}");
    assert_eq!(clinic.list("").total, 0);
    clinic.is_sound();
}

#[test]
fn a_restore_that_is_killed_leaves_the_one_book_or_the_other() {
    let clinic = full();
    swell(&clinic);
    let _ = backup(&clinic, "safe.db");
    let then = said_without_log(&clinic, &source(&clinic));
    let change = |clinic: &Clinic| {
        clinic.does("doctor add --name 'Dr. Nuevo' --code NUEVO --clinic sanjose");
        said_without_log(clinic, &source(clinic))
    };
    let mut later = change(&clinic);
    let (mut killed, mut as_before) = (0, 0);
    for pause in [5, 20, 50, 90, 130, 180, 240, 320, 450, 600] {
        let mut process = clinic.process("db restore safe.db --force");
        let mut restoring =
            process.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        std::thread::sleep(Duration::from_millis(pause));
        restoring.kill().unwrap();
        let done = restoring.wait().unwrap().code() == Some(0);
        killed += usize::from(!done);
        let now = said_without_log(&clinic, &source(&clinic));
        assert!(now == then || (now == later && !done), "after {pause} ms the book is neither");
        is_sound(&clinic, &source(&clinic));
        if now == later {
            as_before += 1;
        } else {
            later = change(&clinic);
        }
    }
    assert!(killed > 0 && as_before > 0, "{killed} were killed, {as_before} before they were done");
    // The next restore removes leftovers.
    let _ = restore(&clinic, "safe.db --force");
    assert!(!names(&clinic, "book").iter().any(|name| name.starts_with(".turno-part")));
}

#[test]
fn a_damaged_book_makes_way_and_is_kept_as_it_is() {
    for cut in [false, true] {
        let clinic = full();
        let _ = backup(&clinic, "safe.db");
        let then = said_without_log(&clinic, &source(&clinic));
        clinic.database().execute_batch("PRAGMA wal_checkpoint(TRUNCATE);").unwrap();
        let mut bytes = fs::read(clinic.book_path()).unwrap();
        match cut {
            true => bytes.truncate(bytes.len() / 2),
            false => bytes[4096..].fill(0xa5),
        }
        fs::write(clinic.book_path(), &bytes).unwrap();
        let refusal = clinic.refused("db restore safe.db", "VALIDATION_ERROR", 2);
        assert!(refusal.text("replaces").contains("damaged"), "{refusal:?}");
        let Restored { kept, .. } = restore(&clinic, "safe.db --force");
        assert_eq!(said_without_log(&clinic, &source(&clinic)), then);
        is_sound(&clinic, &source(&clinic));
        let aside = fs::read(&kept[0]).unwrap();
        assert!(aside[4096..] == bytes[4096..], "cut {cut}: the damaged book is kept otherwise than it was");
    }
}

#[test]
fn a_log_that_a_lost_book_left_does_not_get_into_the_new_one() {
    let clinic = full();
    let then = said_without_log(&clinic, &source(&clinic));
    let _ = backup(&clinic, "safe.db");
    let reader = clinic.database();
    reader.execute_batch("BEGIN; SELECT count(*) FROM patients;").unwrap();
    let _: i64 = reader.query_row("SELECT count(*) FROM patients", [], |row| row.get(0)).unwrap();
    clinic.does("doctor add --name 'Dr. Nuevo' --code NUEVO --clinic sanjose");
    let wal = fs::read(clinic.book_path().with_extension("db-wal")).unwrap();
    assert!(!wal.is_empty());
    drop(reader);
    fs::remove_file(clinic.book_path()).unwrap();
    fs::write(clinic.book_path().with_extension("db-wal"), &wal).unwrap();
    let Restored { kept, .. } = restore(&clinic, "safe.db");
    assert_eq!(kept.len(), 1, "{kept:?}");
    assert_eq!(fs::read(&kept[0]).unwrap(), wal);
    assert_eq!(said_without_log(&clinic, &source(&clinic)), then);
    is_sound(&clinic, &source(&clinic));
}

/// A file named `what` that can't be restored.
fn unusable(clinic: &Clinic, what: &str) -> PathBuf {
    let path = clinic.home().join(what);
    match what {
        "missing" => {}
        "diary" => fs::write(&path, b"Dear diary, today the clinic was closed.\n".repeat(20)).unwrap(),
        "empty" => fs::write(&path, b"").unwrap(),
        "folder" => fs::create_dir(&path).unwrap(),
        "newer" | "development" | "damaged" | "cut" => {
            let _ = backup(clinic, what);
            let mut bytes = fs::read(&path).unwrap();
            match what {
                "newer" => bytes[60..64].copy_from_slice(&9999_u32.to_be_bytes()),
                "development" => bytes[60..64].copy_from_slice(&15_u32.to_be_bytes()),
                "damaged" => bytes[4096..].fill(0xa5),
                _ => bytes.truncate(bytes.len() / 2),
            }
            fs::write(&path, bytes).unwrap();
        }
        other => panic!("{other}?"),
    }
    path
}

#[test]
fn a_file_that_no_book_comes_back_from_changes_nothing() {
    for what in ["missing", "diary", "empty", "folder", "newer", "development", "damaged", "cut"] {
        let clinic = full();
        let path = unusable(&clinic, what);
        let (bytes, before) = (fs::read(&path).ok(), clinic.content());
        let (code, exit) = match what {
            "damaged" | "cut" => ("STORE_CORRUPT", 1),
            _ => ("STORE_UNAVAILABLE", 7),
        };
        let refusal = clinic.refused(&format!("db restore {what} --force"), code, exit);
        assert!(refusal.hint.is_some(), "{what}");
        assert_eq!(refusal.message.contains("there is no backup at missing"), what == "missing");
        assert_eq!(fs::read(&path).ok(), bytes, "{what} was touched");
        assert_eq!(clinic.content(), before, "{what}");
        let left: Vec<String> =
            names(&clinic, "book").into_iter().filter(|name| !name.starts_with("turno.db")).collect();
        assert_eq!(left, Vec::<String>::new(), "{what}");
        is_sound(&clinic, &source(&clinic));
    }
    let clinic = Clinic::open();
    let itself = format!("db restore {} --force", source(&clinic));
    assert_eq!(clinic.refused(&itself, "VALIDATION_ERROR", 2).fields(), ["file"]);
}

#[test]
fn what_is_no_book_is_not_replaced() {
    let clinic = full();
    let _ = backup(&clinic, "safe.db");
    clinic.file("diary", "Dear diary, today the clinic was closed.\n".repeat(20));
    let before = fs::read(clinic.home().join("diary")).unwrap();
    let refusal = clinic.refused("db restore safe.db --db diary --force", "STORE_UNAVAILABLE", 7);
    assert!(refusal.hint.is_some());
    assert_eq!(fs::read(clinic.home().join("diary")).unwrap(), before);
    clinic.does("init --name Otra --timezone UTC --db newer.db");
    let newer = rusqlite::Connection::open(clinic.home().join("newer.db")).unwrap();
    newer.execute_batch("PRAGMA user_version = 9999; PRAGMA wal_checkpoint(TRUNCATE);").unwrap();
    drop(newer);
    let before = fs::read(clinic.home().join("newer.db")).unwrap();
    let _ = clinic.refused("db restore safe.db --db newer.db --force", "STORE_UNAVAILABLE", 7);
    assert_eq!(fs::read(clinic.home().join("newer.db")).unwrap(), before);
}

#[test]
fn a_damaged_book_is_not_backed_up() {
    let clinic = full();
    clinic.database().execute_batch("PRAGMA wal_checkpoint(TRUNCATE);").unwrap();
    let mut bytes = fs::read(clinic.book_path()).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle..].fill(0xa5);
    fs::write(clinic.book_path(), &bytes).unwrap();
    let refusal = clinic.refused("db backup safe/book.db", "STORE_CORRUPT", 1);
    assert!(refusal.hint.is_some());
    assert_eq!(names(&clinic, "safe"), Vec::<String>::new());
}
