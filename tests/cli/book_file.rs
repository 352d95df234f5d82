//! The book's file: what it is made of, whether it holds together, and stores that can't be used.

use crate::support::Clinic;
use crate::support::views::Findings;
use rusqlite::Connection;
use serde_json::Value;
use std::fs;
use std::path::Path;

#[test]
fn the_book_says_where_it_is_and_what_it_is_made_of() {
    let clinic = Clinic::open();
    assert_eq!(clinic.run("db path"), format!("{}\n", clinic.book_path().display()));
    let path: Value = clinic.json("db path");
    assert_eq!(path["path"], clinic.book_path().display().to_string());
    let info: Value = clinic.json("db info");
    assert_eq!(info["path"], clinic.book_path().display().to_string());
    assert!(info["engine"].as_str().unwrap().starts_with("SQLite 3."), "{info}");
    assert_eq!(info["secret_file"], clinic.secret_path().display().to_string());
    assert!(info["bytes"].as_u64().unwrap() > 10_000, "{info}");
    assert!(info["schema_version"].as_i64().unwrap() >= 1, "{info}");
    let version: i64 = clinic.database().query_row("PRAGMA user_version", [], |row| row.get(0)).unwrap();
    assert_eq!(info["schema_version"], version);
    // Which zone rules are in force, and of which version.
    assert!(!info["timezone_rules"].as_str().unwrap().is_empty(), "{info}");
    assert!(info["timezone_version"].as_str().unwrap().starts_with("20"), "{info}");
    // The path is told of a book that is not there, too.
    let empty = Clinic::empty();
    assert_eq!(empty.run("db path"), format!("{}\n", empty.book_path().display()));
}

/// Copies an appointment under new ids, at that distance in time.
fn plant(database: &Connection, seconds: i64) {
    let columns: Vec<String> = database
        .prepare("SELECT name FROM pragma_table_info('appointments')")
        .unwrap()
        .query_map([], |row| row.get(0))
        .unwrap()
        .map(Result::unwrap)
        .collect();
    let values: Vec<String> = columns
        .iter()
        .map(|column| match column.as_str() {
            "id" => "'019e837b-f700-7d0c-aaa4-000000000000'".into(),
            "code" => "'PLANTD'".into(),
            "token_number" => "99".into(),
            "reminders_planned" => "0".into(),
            "starts_at" | "ends_at" | "busy_from" | "busy_until" => format!("{column} + {seconds}"),
            column => column.to_owned(),
        })
        .collect();
    let sql = format!(
        "INSERT INTO appointments ({}) SELECT {} FROM appointments",
        columns.join(", "),
        values.join(", ")
    );
    database.execute_batch(&sql).unwrap();
}

#[test]
fn the_database_itself_refuses_an_overlap() {
    let clinic = Clinic::open();
    let _ = clinic.book_juan("--date 2026-06-15 --time 14:00");
    let database = clinic.database();
    let sql = "INSERT INTO appointments SELECT * FROM appointments";
    assert!(database.execute_batch(sql).is_err());
    let planted = std::panic::catch_unwind(|| plant(&clinic.database(), 600));
    assert!(planted.is_err(), "the guard lets an overlap in");
    plant(&database, 1800);
    clinic.does("show PLANTD");
}

#[test]
fn a_check_finds_a_planted_overlap() {
    let clinic = Clinic::open();
    let booked = clinic.book_juan("--date 2026-06-15 --time 14:00");
    clinic.is_sound();
    let database = clinic.database();
    let triggers: Vec<String> = database
        .prepare("SELECT name FROM sqlite_master WHERE type = 'trigger'")
        .unwrap()
        .query_map([], |row| row.get(0))
        .unwrap()
        .map(Result::unwrap)
        .collect();
    for trigger in &triggers {
        database.execute_batch(&format!("DROP TRIGGER {trigger}")).unwrap();
    }
    plant(&database, 600);
    drop(database);
    let ran = clinic.ran("db check --json").exits(1);
    let found: Findings = ran.json();
    let overlap = found.findings.iter().find(|finding| finding.check == "overlap").unwrap();
    let named = [booked.id.as_str(), "019e837b-f700-7d0c-aaa4-000000000000"];
    assert!(named.contains(&overlap.record_id.as_deref().unwrap()), "{overlap:?}");
    assert!(clinic.ran("db check").exits(1).stdout().contains("overlap"));
}

#[test]
fn a_check_finds_what_else_must_not_be() {
    for (what, sql) in [
        ("a token given twice", "UPDATE appointments SET token_number = 1"),
        ("a reminder that is missing", "DELETE FROM messages WHERE kind = 'reminder'"),
        ("a dropped one that is pending", "UPDATE appointments SET status = 'cancelled'"),
        ("a record that is not there", "PRAGMA foreign_keys = OFF; DELETE FROM patients"),
    ] {
        let clinic = Clinic::open();
        let _ = clinic.book_juan("--date 2026-06-15 --time 14:00");
        clinic.book_at("2026-06-15", "15:00");
        clinic.is_sound();
        clinic.database().execute_batch(sql).unwrap();
        let found: Findings = clinic.ran("db check --json").exits(1).json();
        assert!(!found.ok && !found.findings.is_empty(), "{what}");
    }
}

/// Every command that meets that file is refused, and the file stays as it is.
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

/// Root may write anywhere, so there is nothing to be refused.
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
fn a_server_that_is_not_built_in_is_refused_in_words() {
    let clinic = Clinic::open();
    let ran = clinic.ran("list --db postgres://localhost:1/turno --json");
    assert!(matches!(ran.exit, Some(2 | 7)), "{ran:?}");
    assert_eq!(ran.stderr().lines().count(), 1);
}

/// While a desk is at work there are a log and its index beside the book: all three are its own.
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
        // Its first answer shows that it has the book open; it waits for more.
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
