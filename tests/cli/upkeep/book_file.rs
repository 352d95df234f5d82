//! The book's file: location, content, and unusable files.

use crate::support::Clinic;
use crate::support::views::{ClinicRecord, Findings, List};
use serde_json::Value;
use std::fs;
use std::path::Path;

#[test]
fn a_book_in_a_file_says_of_which_version_it_is() {
    let clinic = Clinic::open();
    let info: Value = clinic.json("db info");
    assert!(info["engine"].as_str().unwrap().starts_with("SQLite 3."), "{info}");
    let version: i64 = clinic.database().query_row("PRAGMA user_version", [], |row| row.get(0)).unwrap();
    assert_eq!(info["schema_version"], version);
}

#[test]
fn the_books_directory_is_the_platforms_where_none_is_named() {
    let mut clinic = Clinic::empty();
    clinic.without("TURNO_DB");
    let made: ClinicRecord = clinic.json("init --name Home --timezone UTC");
    let path = made.db.unwrap();
    assert!(path.starts_with(&clinic.home().display().to_string()), "{path}");
    assert!(path.ends_with("turno.db"), "{path}");
    assert_eq!(clinic.run("db path"), format!("{path}\n"));
    clinic.does("doctor add --name 'Dr. Ruiz'");
}

#[test]
fn a_place_below_a_file_is_told_as_it_is_and_not_as_a_lost_book() {
    let clinic = Clinic::empty();
    clinic.file("diary.txt", "closed");
    let refusal =
        clinic.refused("init --name Home --timezone UTC --db diary.txt/turno.db", "STORE_UNAVAILABLE", 7);
    assert!(!refusal.message.contains("-wal"), "{}", refusal.message);
}

/// The log may hold the last bookings of the lost book.
#[test]
fn the_log_of_a_book_that_is_gone_is_not_lost_to_a_new_book() {
    let clinic = Clinic::open();
    let book = clinic.book_path();
    let log = book.with_extension("db-wal");
    for emptied in [true, false] {
        fs::write(&log, "what a lost book left").unwrap();
        if emptied {
            fs::write(&book, "").unwrap()
        } else {
            fs::remove_file(&book).unwrap()
        }
        let refusal = clinic.refused("init --name Home --timezone UTC", "STORE_UNAVAILABLE", 7);
        assert!(refusal.message.contains("turno.db-wal"), "{}", refusal.message);
        assert_eq!(fs::read_to_string(&log).unwrap(), "what a lost book left");
        assert_eq!(book.exists(), emptied);
    }
    fs::remove_file(&log).unwrap();
    clinic.does("init --name Home --timezone UTC");
}

/// A file that can't be read may hold data; a pipe must not block `init`.
#[cfg(unix)]
#[test]
fn what_is_no_log_and_lies_in_its_place_is_in_the_way_of_a_new_book() {
    let clinic = Clinic::open();
    fs::remove_file(clinic.book_path()).unwrap();
    let log = clinic.book_path().with_extension("db-wal");
    for how in ["mkdir", "mkfifo", "ln -s nowhere"] {
        let _ = fs::remove_dir(&log).or_else(|_| fs::remove_file(&log));
        let mut words = how.split(' ').map(std::ffi::OsStr::new).chain([log.as_os_str()]);
        let mut made = std::process::Command::new(words.next().unwrap());
        assert!(made.args(words).status().unwrap().success());
        let refusal = clinic.refused("init --name Home --timezone UTC", "STORE_UNAVAILABLE", 7);
        assert!(refusal.message.contains("turno.db-wal"), "{}", refusal.message);
        assert!(fs::symlink_metadata(&log).is_ok() && !clinic.book_path().exists());
    }
}

/// A killed process may leave an empty log.
#[test]
fn an_empty_log_of_a_removed_book_does_not_stop_init() {
    let clinic = Clinic::open();
    let log = clinic.book_path().with_extension("db-wal");
    fs::write(&log, "").unwrap();
    fs::remove_file(clinic.book_path()).unwrap();
    clinic.does("init --name Home --timezone UTC");
    assert_eq!(clinic.json::<List>("list").total, 0);
}

/// A leftover write-ahead log would be replayed over the copy.
#[test]
fn a_copy_of_the_file_put_back_by_hand_is_what_the_book_says() {
    let clinic = Clinic::open();
    let log = clinic.book_path().with_extension("db-wal");
    let book = |day: u32| {
        clinic.does(&format!(
            "book --doctor GARCIA --date 2026-06-{day:02} --time 14:00 --name Ana --phone 7700-0001"
        ));
        assert!(!log.exists(), "the log is still there after booking day {day}");
    };
    (8..16).filter(|day| ![13, 14].contains(day)).for_each(book);
    let copy = fs::read(clinic.book_path()).unwrap();
    let before = clinic.json::<List>("list").total;
    assert_eq!(before, 6);
    (16..20).for_each(book);
    assert_eq!(clinic.json::<List>("list").total, 10);
    fs::write(clinic.book_path(), copy).unwrap();
    assert_eq!(clinic.json::<List>("list").total, before);
    let found: Findings = clinic.ran("db check --json").exits(0).json();
    assert!(found.ok, "{:?}", found.findings);
    assert!(!log.exists());
}

#[test]
fn five_hundred_bookings_leave_no_long_log_and_a_copy_put_back_is_what_is_read() {
    const LONGEST_LOG: u64 = 5_000_000;
    let clinic = Clinic::open();
    clinic.set("duplicate_rule", "off");
    clinic.does("window set DAY --days daily --from 00:00 --to 24:00");
    let log = clinic.book_path().with_extension("db-wal");
    let mut copy = Vec::new();
    for number in 0..500 {
        if number == 250 {
            copy = fs::read(clinic.book_path()).unwrap();
        }
        let (day, time) = (8 + number / 48, number % 48);
        clinic.does(&format!(
            "book --doctor GARCIA --date 2026-06-{day:02} --time {:02}:{:02} --name Ana --phone 7700-0001 --no-notify",
            time / 2,
            time % 2 * 30
        ));
        let length = fs::metadata(&log).map_or(0, |log| log.len());
        assert!(length <= LONGEST_LOG, "the log has {length} bytes after booking {number}");
    }
    assert_eq!(clinic.json::<List>("list --limit 1000").total, 500);
    fs::write(clinic.book_path(), copy).unwrap();
    assert_eq!(clinic.json::<List>("list --limit 1000").total, 250);
    clinic.is_sound();
}

/// A reader prevents the log's removal, but not its checkpoint and reuse.
#[test]
fn a_log_that_a_reader_keeps_does_not_grow_without_end() {
    let clinic = Clinic::open();
    let log = clinic.book_path().with_extension("db-wal");
    let reader = clinic.database();
    let _: i64 = reader.query_row("SELECT count(*) FROM patients", [], |row| row.get(0)).unwrap();
    let mut longest = 0;
    for number in 0..120 {
        clinic.does(&format!("patient add --name P{number} --phone 7700-1{number:03}"));
        longest = longest.max(fs::metadata(&log).map_or(0, |log| log.len()));
    }
    assert!(longest > 1_000_000 && longest < 5_000_000, "{longest}");
}

/// SQLite only: a server does not allow the deletion of a referenced row.
#[test]
fn a_check_finds_a_record_that_is_not_there() {
    let clinic = Clinic::open();
    let _ = clinic.book_juan("--date 2026-06-15 --time 14:00");
    clinic.database().execute_batch("PRAGMA foreign_keys = OFF; DELETE FROM patients").unwrap();
    let found: Findings = clinic.ran("db check --json").exits(1).json();
    assert!(!found.ok && !found.findings.is_empty());
}

#[test]
fn a_national_id_is_in_no_file_in_clear() {
    let clinic = Clinic::open();
    let _ = clinic.book_juan("--date 2026-06-15 --time 14:00 --national-id 12345678-9");
    clinic.does("patient add --name Eva --phone 7700-0009 --national-id 98765432-1 --code EVA");
    // A reader prevents the checkpoint of the write-ahead log.
    let reader = clinic.database();
    reader.execute_batch("BEGIN; SELECT count(*) FROM patients;").unwrap();
    let _: i64 = reader.query_row("SELECT count(*) FROM patients", [], |row| row.get(0)).unwrap();
    clinic.does("patient set EVA --national-id 44444444-4");
    let wal = clinic.book_path().with_extension("db-wal");
    assert!(fs::metadata(&wal).is_ok_and(|meta| meta.len() > 0), "there is a write-ahead log to look into");
    let files = files(&clinic);
    drop(reader);
    assert_eq!(how_many_hold(&files, "+50377654321"), 2, "the book and its log are looked into");
    for id in ["12345678-9", "123456789", "98765432-1", "44444444-4"] {
        assert_eq!(how_many_hold(&files, id), 0, "{id}");
    }
}

/// The bytes of the book's files. Closing the files drops SQLite's locks in this process, so read them only
/// once.
fn files(clinic: &Clinic) -> Vec<Vec<u8>> {
    let folder = clinic.book_path().parent().unwrap().to_owned();
    let mut files: Vec<_> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    files.iter().map(|path| fs::read(path).unwrap()).collect()
}

fn how_many_hold(files: &[Vec<u8>], needle: &str) -> usize {
    files.iter().filter(|file| file.windows(needle.len()).any(|part| part == needle.as_bytes())).count()
}

/// All commands must refuse the file and leave it unchanged.
fn refuses(clinic: &Clinic, code: &str, exit: i32) {
    let bytes = |path: &Path| fs::read(path).ok();
    let before = bytes(&clinic.book_path());
    for line in [
        "list",
        "slots",
        "remind due",
        "db check",
        "audit verify",
        "book --doctor GARCIA --date 2026-06-15 --time 10:00 --name A --phone 7700-0001",
        "doctor add --name X",
    ] {
        let refusal = clinic.refused(line, code, exit);
        assert!(refusal.hint.is_some(), "{line}: what is to be done?");
        assert_eq!(bytes(&clinic.book_path()), before, "{line} touched the file");
    }
}

#[test]
fn a_book_that_is_missing_is_not_made_on_the_way() {
    let clinic = Clinic::empty();
    refuses(&clinic, "STORE_UNAVAILABLE", 7);
    assert!(!clinic.book_path().exists());
    assert!(!clinic.book_path().parent().unwrap().exists());
}

#[test]
fn a_foreign_file_is_refused_and_left_as_it_is() {
    for content in
        [&b"Dear diary, today the clinic was closed.\n".repeat(20)[..], &b"x"[..], &[0_u8; 4096][..]]
    {
        let clinic = Clinic::empty();
        fs::create_dir(clinic.book_path().parent().unwrap()).unwrap();
        fs::write(clinic.book_path(), content).unwrap();
        refuses(&clinic, "STORE_UNAVAILABLE", 7);
        let _ = clinic.refused("init --name A --timezone UTC", "STORE_UNAVAILABLE", 7);
        assert_eq!(fs::read(clinic.book_path()).unwrap(), content);
    }
    let clinic = Clinic::empty();
    fs::create_dir(clinic.book_path().parent().unwrap()).unwrap();
    let other = clinic.database();
    other.execute_batch("CREATE TABLE songs (title TEXT); INSERT INTO songs VALUES ('La Bala');").unwrap();
    drop(other);
    refuses(&clinic, "STORE_UNAVAILABLE", 7);
    let _ = clinic.refused("init --name A --timezone UTC", "STORE_UNAVAILABLE", 7);
    let title: String = clinic.database().query_row("SELECT title FROM songs", [], |row| row.get(0)).unwrap();
    assert_eq!(title, "La Bala");
}

#[test]
fn a_newer_book_is_refused_and_left_as_it_is() {
    let clinic = Clinic::open();
    clinic.database().execute_batch("PRAGMA user_version = 9999; PRAGMA wal_checkpoint(TRUNCATE);").unwrap();
    refuses(&clinic, "STORE_UNAVAILABLE", 7);
    let refusal = clinic.refused("list", "STORE_UNAVAILABLE", 7);
    assert!(refusal.message.contains("newer"), "{}", refusal.message);
}

#[test]
fn a_book_of_a_development_version_is_refused_and_left_as_it_is() {
    for version in [1, 3, 15] {
        let clinic = Clinic::open();
        let marked = format!("PRAGMA user_version = {version}; PRAGMA wal_checkpoint(TRUNCATE);");
        clinic.database().execute_batch(&marked).unwrap();
        refuses(&clinic, "STORE_UNAVAILABLE", 7);
        let before = fs::read(clinic.book_path()).unwrap();
        for line in ["list", "init --name A --timezone UTC"] {
            let refusal = clinic.refused(line, "STORE_UNAVAILABLE", 7);
            assert!(refusal.message.contains("before the first release"), "{}", refusal.message);
            assert!(refusal.hint.is_some_and(|hint| hint.contains("turno init")));
        }
        assert_eq!(fs::read(clinic.book_path()).unwrap(), before);
    }
}

#[test]
fn what_an_appointment_names_is_missed_and_not_passed_over() {
    for (table, kind) in [("branches", "branch"), ("doctors", "doctor"), ("services", "service")] {
        let clinic = Clinic::open();
        clinic.does("service add --name Control --code CON");
        clinic
            .does("book --doctor GARCIA --service CON --date today --time 9:30 --name Ana --phone 7765-4322");
        let without = format!("PRAGMA foreign_keys = OFF; DELETE FROM {table}");
        clinic.database().execute_batch(&without).unwrap();
        for line in ["list", "agenda --branch all"] {
            let refusal = clinic.refused(line, "STORE_CORRUPT", 1);
            assert!(refusal.message.contains(&format!("names the {kind}")), "{line}: {}", refusal.message);
        }
    }
}

#[test]
fn a_directory_is_no_book() {
    let clinic = Clinic::empty();
    fs::create_dir_all(clinic.book_path()).unwrap();
    refuses(&clinic, "STORE_UNAVAILABLE", 7);
    let _ = clinic.refused("init --name A --timezone UTC", "STORE_UNAVAILABLE", 7);
}

#[test]
fn a_damaged_book_is_said_to_be_damaged_and_left_as_it_is() {
    let clinic = Clinic::open();
    let _ = clinic.book_juan("--date 2026-06-15 --time 14:00");
    clinic.database().execute_batch("PRAGMA wal_checkpoint(TRUNCATE);").unwrap();
    let mut bytes = fs::read(clinic.book_path()).unwrap();
    for byte in &mut bytes[100..] {
        *byte = 0xa5;
    }
    fs::write(clinic.book_path(), &bytes).unwrap();
    for line in ["list", "slots", "doctor add --name X"] {
        let refusal = clinic.refused(line, "STORE_CORRUPT", 1);
        assert_eq!(refusal.status, 500, "{line}");
        assert_eq!(fs::read(clinic.book_path()).unwrap(), bytes, "{line} touched the file");
    }
}

#[test]
fn a_book_cut_short_is_not_taken_for_a_whole_one() {
    let clinic = Clinic::open();
    clinic.database().execute_batch("PRAGMA wal_checkpoint(TRUNCATE);").unwrap();
    let bytes = fs::read(clinic.book_path()).unwrap();
    let half = &bytes[..bytes.len() / 2];
    fs::write(clinic.book_path(), half).unwrap();
    let ran = clinic.ran("db check --json");
    assert_eq!(ran.exit, Some(1), "{ran:?}");
    assert_eq!(fs::read(clinic.book_path()).unwrap(), half);
}

/// Skipped for root, who may write anywhere.
#[cfg(unix)]
#[test]
fn a_book_that_may_not_be_written_is_unavailable() {
    use std::os::unix::fs::PermissionsExt;
    let clinic = Clinic::open();
    let _ = clinic.book_juan("--date 2026-06-15 --time 14:00");
    let folder = clinic.book_path().parent().unwrap().to_owned();
    let mode = |path: &Path, mode| fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
    mode(&clinic.book_path(), 0o400);
    mode(&folder, 0o500);
    let root = fs::write(folder.join("probe"), "").is_ok();
    if root {
        fs::remove_file(folder.join("probe")).unwrap();
    } else {
        let bytes = fs::read(clinic.book_path()).unwrap();
        let refusal = clinic.refused("doctor add --name X", "STORE_UNAVAILABLE", 7);
        assert!(refusal.hint.is_some());
        assert_eq!(fs::read(clinic.book_path()).unwrap(), bytes);
    }
    mode(&folder, 0o700);
    mode(&clinic.book_path(), 0o600);
    clinic.is_sound();
}

#[test]
fn a_server_that_is_not_built_in_or_not_there_is_refused_in_words() {
    let clinic = Clinic::open();
    let refusal =
        clinic.refused("list --db postgres://localhost:1/turno?connect_timeout=1", "STORE_UNAVAILABLE", 7);
    assert!(refusal.hint.is_some(), "{refusal:?}");
}

/// While a process has the book open, the log and its index exist, too.
#[cfg(unix)]
#[test]
fn the_book_and_its_companions_are_for_their_owner_only_whatever_the_umask() {
    use std::io::{BufRead, BufReader, Write};
    use std::os::unix::fs::PermissionsExt;
    use std::process::{Command, Stdio};
    for umask in ["0000", "0022", "0077"] {
        let clinic = Clinic::open();
        let folder = clinic.home().join("elsewhere");
        let under = |line: &str| {
            let desk = clinic.process(line);
            let mut command = Command::new("sh");
            command.args(["-c", "umask \"$1\"; shift; exec \"$@\"", "sh", umask]);
            command.arg(desk.get_program()).args(desk.get_args());
            command.env_clear().envs(desk.get_envs().filter_map(|(name, value)| Some((name, value?))));
            command.env("TURNO_DB", folder.join("turno.db")).env("PATH", "/usr/bin:/bin");
            command.stdin(Stdio::piped()).stdout(Stdio::piped());
            command
        };
        let made = under("init --name Otra --timezone America/El_Salvador").output().unwrap();
        assert!(made.status.success(), "umask {umask}: {}", String::from_utf8_lossy(&made.stderr));
        let mut desk = under("book --input -").spawn().unwrap();
        let mut input = desk.stdin.take().unwrap();
        input.write_all(b"{}\n{}\n").unwrap();
        // The first answer shows that the book is open; the process waits for more input.
        let mut answer = String::new();
        BufReader::new(desk.stdout.take().unwrap()).read_line(&mut answer).unwrap();
        let modes: Vec<(String, u32)> = fs::read_dir(&folder)
            .unwrap()
            .map(|entry| entry.unwrap())
            .map(|file| {
                let mode = file.metadata().unwrap().permissions().mode() & 0o777;
                (file.file_name().to_string_lossy().into_owned(), mode)
            })
            .collect();
        drop(input);
        assert_eq!(desk.wait().unwrap().code(), Some(4), "umask {umask}: {answer}");
        assert_eq!(modes.len(), 3, "umask {umask}: {modes:?}");
        assert!(modes.iter().all(|(_, mode)| *mode == 0o600), "umask {umask}: {modes:?}");
        assert_eq!(fs::metadata(&folder).unwrap().permissions().mode() & 0o777, 0o700);
    }
}
