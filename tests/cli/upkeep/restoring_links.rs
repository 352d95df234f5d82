//! Books by several names, pipes in place of files, and file modes after a restore.

use crate::backup::{backup, names};
use crate::restoring::restore;
use crate::support::Clinic;
use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::Path;
use std::process::Command;

fn mode(path: impl AsRef<Path>) -> u32 {
    fs::metadata(path).unwrap().permissions().mode() & 0o777
}

fn set_mode(path: impl AsRef<Path>, mode: u32) {
    fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
}

/// A clinic with an appointment that is only in the write-ahead log, until the returned reader is dropped.
fn with_a_log() -> (Clinic, rusqlite::Connection) {
    let clinic = Clinic::open();
    let reader = clinic.database();
    reader.execute_batch("PRAGMA wal_checkpoint(TRUNCATE); BEGIN").unwrap();
    let _: i64 = reader.query_row("SELECT count(*) FROM patients", [], |row| row.get(0)).unwrap();
    let _ = clinic.book_juan("--date 2026-06-15 --time 10:00");
    (clinic, reader)
}

#[test]
fn a_book_comes_back_by_a_link_with_all_that_its_log_holds() {
    let (clinic, _reader) = with_a_log();
    symlink(clinic.book_path(), clinic.home().join("link.db")).unwrap();
    assert_eq!(restore(&clinic, "link.db --db other.db").appointments, 1);
    assert_eq!(clinic.list("--db other.db").total, 1);
    // The refusal describes the linked book, and the link stays a link.
    let _ = backup(&clinic, "safe.db");
    let _ = clinic.book_juan("--date 2026-06-16 --time 12:00");
    let refusal = clinic.refused("db restore safe.db --db link.db", "VALIDATION_ERROR", 2);
    assert!(refusal.text("replaces").contains("2 appointments"), "{refusal:?}");
    let restored = restore(&clinic, "safe.db --db link.db --force");
    assert!(fs::symlink_metadata(clinic.home().join("link.db")).unwrap().is_symlink());
    assert!(restored.kept[0].starts_with(&clinic.book_path().display().to_string()), "{restored:?}");
    assert_eq!((clinic.list("").total, clinic.list(&format!("--db {}", restored.kept[0])).total), (1, 2));
}

#[test]
fn a_book_of_two_names_is_not_read_past_its_log() {
    let (clinic, reader) = with_a_log();
    fs::hard_link(clinic.book_path(), clinic.home().join("twin.db")).unwrap();
    let refusal = clinic.refused("db restore twin.db --db other.db", "STORE_UNAVAILABLE", 7);
    assert!(refusal.message.contains("hard link") && refusal.hint.is_some(), "{refusal:?}");
    assert!(!clinic.home().join("other.db").exists());
    let itself = clinic.refused("db restore twin.db --force", "VALIDATION_ERROR", 2);
    assert_eq!(itself.fields(), ["file"]);
    drop(reader);
    assert_eq!(clinic.list("").total, 1);
}

#[test]
fn a_damaged_book_behind_a_link_makes_way_where_it_is() {
    let clinic = Clinic::open();
    let _ = backup(&clinic, "safe.db");
    clinic.database().execute_batch("PRAGMA wal_checkpoint(TRUNCATE)").unwrap();
    let mut bytes = fs::read(clinic.book_path()).unwrap();
    bytes[4096..].fill(0xa5);
    fs::write(clinic.book_path(), &bytes).unwrap();
    set_mode(clinic.book_path(), 0o644);
    let link = clinic.home().join("link.db");
    symlink(clinic.book_path(), &link).unwrap();
    let restored = restore(&clinic, "safe.db --db link.db --force");
    assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
    assert!(fs::read(&restored.kept[0]).unwrap()[4096..] == bytes[4096..]);
    assert_eq!((mode(&restored.kept[0]), mode(clinic.book_path())), (0o600, 0o600));
    clinic.is_sound();
}

#[test]
fn what_others_could_read_is_its_owners_after_a_restore() {
    let mut clinic = Clinic::open();
    clinic.env("TURNO_PASSPHRASE", "correct horse battery");
    let _ = backup(&clinic, "sealed.db --with-key");
    set_mode(clinic.book_path(), 0o644);
    clinic.put_secret("0f".repeat(32).as_bytes());
    set_mode(clinic.secret_path(), 0o644);
    let restored = restore(&clinic, "sealed.db --force");
    let secret = restored.secret_file_kept.unwrap();
    assert_eq!((mode(clinic.book_path()), mode(&restored.kept[0]), mode(secret)), (0o600, 0o600, 0o600));
    clinic.is_sound();
}

#[test]
fn a_pipe_is_no_backup_and_no_place_for_one() {
    let clinic = Clinic::open();
    let made = Command::new("mkfifo").arg(clinic.home().join("pipe")).status().unwrap();
    assert!(made.success());
    for line in
        ["db restore pipe --force", "db backup pipe --force", "list --db pipe", "db restore pipe --db x.db"]
    {
        let refusal = clinic.refused(line, "STORE_UNAVAILABLE", 7);
        assert!(refusal.message.contains("no regular file"), "{line}: {}", refusal.message);
    }
}

/// A dangling link is followed if its folder exists; a link to a missing disk is not replaced by a file.
#[test]
fn a_link_that_leads_to_nothing_is_followed_where_that_can_be() {
    let clinic = Clinic::open();
    let _ = clinic.book_juan("--date 2026-06-15 --time 10:00");
    let _ = backup(&clinic, "safe.db");
    fs::create_dir(clinic.home().join("disk")).unwrap();
    symlink("disk/book.db", clinic.home().join("first.db")).unwrap();
    symlink("first.db", clinic.home().join("second.db")).unwrap();
    fs::remove_dir(clinic.home().join("disk")).unwrap();
    let refusal = clinic.refused("db restore safe.db --db second.db --force", "STORE_UNAVAILABLE", 7);
    assert!(refusal.message.contains("disk/book.db, whose folder is not there"), "{refusal:?}");
    assert!(!clinic.home().join("disk").exists());
    fs::create_dir(clinic.home().join("disk")).unwrap();
    let _ = restore(&clinic, "safe.db --db second.db");
    assert!(fs::symlink_metadata(clinic.home().join("second.db")).unwrap().is_symlink());
    assert_eq!((clinic.list("--db disk/book.db").total, clinic.list("--db second.db").total), (1, 1));
    symlink("round.db", clinic.home().join("round.db")).unwrap();
    let _ = clinic.refused("db restore safe.db --db round.db --force", "STORE_UNAVAILABLE", 7);
}

/// Pipes with the names of leftover files are neither read nor removed.
#[test]
fn pipes_by_the_names_of_what_is_left_behind_hold_nobody_up() {
    let mut clinic = Clinic::open();
    clinic.env("TURNO_PASSPHRASE", "correct horse battery");
    let _ = backup(&clinic, "safe/sealed.db --with-key");
    let keys = clinic.secret_path().parent().unwrap().to_owned();
    let pipes = [
        clinic.home().join("safe/.turno-part-0123456789abcdef"),
        clinic.home().join("book/.turno-part-0123456789abcdef"),
        keys.join(".turno-secret-0123456789abcdef"),
    ];
    let made = Command::new("mkfifo").args(&pipes).status().unwrap();
    assert!(made.success());
    fs::remove_file(clinic.secret_path()).unwrap();
    let _ = restore(&clinic, "safe/sealed.db --force");
    let _ = backup(&clinic, "safe/another.db");
    assert!(pipes.iter().all(|pipe| fs::symlink_metadata(pipe).is_ok()), "{pipes:?}");
    clinic.is_sound();
}

/// A kill or a copy of the files can leave a book with its write-ahead log.
#[test]
fn a_book_with_its_log_is_read_and_nothing_is_left_beside_it() {
    let (clinic, reader) = with_a_log();
    fs::create_dir(clinic.home().join("copy")).unwrap();
    for end in ["", "-wal"] {
        let from = format!("{}{end}", clinic.book_path().display());
        fs::copy(from, clinic.home().join(format!("copy/turno.db{end}"))).unwrap();
    }
    drop(reader);
    assert_eq!(restore(&clinic, "copy/turno.db --db other/turno.db").appointments, 1);
    assert_eq!(names(&clinic, "copy"), ["turno.db", "turno.db-wal"]);
    assert!(!names(&clinic, "other").iter().any(|name| name.starts_with(".turno-part")));
}

/// A backup that was changed may hold acknowledged work, so it is not overwritten.
#[test]
fn a_backup_that_somebody_has_worked_in_is_none_any_more() {
    let mut clinic = Clinic::open();
    let _ = backup(&clinic, "m.db");
    // Reading does not change the backup.
    assert_eq!(clinic.list("--db m.db").total, 0);
    let _ = backup(&clinic, "m.db --force");
    let _ = clinic.book_juan("--date 2026-06-15 --time 10:00 --db m.db");
    let refusal = clinic.refused("db backup m.db --force", "STORE_UNAVAILABLE", 7);
    assert!(refusal.message.contains("was changed since") && refusal.hint.is_some(), "{refusal:?}");
    fs::copy(clinic.home().join("m.db"), clinic.home().join("live.db")).unwrap();
    let _ = clinic.refused("db backup live.db --force", "STORE_UNAVAILABLE", 7);
    assert_eq!(clinic.list("--db m.db").total, 1);
    // A rotation keeps such a file and prints a warning.
    let first = backup(&clinic, "--keep 1 rota").path;
    let _ = clinic.book_juan(&format!("--date 2026-06-15 --time 10:00 --db {first}"));
    for day in [16, 17] {
        clinic.at(&format!("2026-06-{day}T18:40:00Z"));
        let ran = clinic.ran("db backup --keep 1 rota").exits(0);
        assert!(ran.stderr().contains(&format!("{first} was changed since")), "{}", ran.stderr());
    }
    let kept = first.strip_prefix("rota/").unwrap();
    // The changed book also has its log beside it.
    let is_book = |name: &String| name.ends_with(".db");
    let books: Vec<String> = names(&clinic, "rota").into_iter().filter(is_book).collect();
    assert_eq!(books, [kept, "turno-sanjose-20260617T184000Z.db"]);
    assert_eq!(clinic.list(&format!("--db {first}")).total, 1);
}
