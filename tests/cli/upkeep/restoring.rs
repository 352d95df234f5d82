//! Restoring a book from a backup, with or without its secret file.

use crate::backup::{backup, names};
use crate::copying::{full, is_sound, said, source, without_log};
use crate::support::Clinic;
use crate::support::place::Place;
use crate::support::views::{Log, Restored};
use serde_json::Value;
use std::fs;

const WORDS: &str = "correct horse battery";

pub fn restore(clinic: &Clinic, words: &str) -> Restored {
    clinic.json(&format!("db restore {words}"))
}

/// The output about a book without the audit log, which also records the restore.
pub fn said_without_log(clinic: &Clinic, book: &str) -> Vec<(String, String)> {
    without_log(said(clinic, book))
}

/// A clinic with a backup that includes the secret file.
fn with_sealed_key() -> Clinic {
    let mut clinic = full();
    clinic.env("TURNO_PASSPHRASE", WORDS);
    let made = backup(&clinic, "sealed.db --with-key");
    assert_eq!(made.secret_file, "sealed");
    clinic
}

#[test]
fn a_book_comes_back_where_there_is_none() {
    let clinic = full();
    let before = said_without_log(&clinic, &source(&clinic));
    let made = backup(&clinic, "safe.db");
    let bytes = fs::read(clinic.home().join("safe.db")).unwrap();
    let home = Place::new(&clinic.home().join("again"));
    let back = home.name();
    let restored = restore(&clinic, &format!("safe.db --db {back}"));
    assert_eq!((restored.path.as_str(), restored.from.as_str()), (back.as_str(), "safe.db"));
    assert_eq!((restored.appointments, restored.audit_entries), (made.appointments, made.audit_entries));
    assert_eq!((restored.made_at.as_ref(), restored.kept.len()), (Some(&made.made_at), 0));
    assert_eq!((restored.clinics.len(), restored.secret_file), (2, None));
    assert_eq!(said_without_log(&clinic, &back), before);
    is_sound(&clinic, &back);
    let log: Log = clinic.json(&format!("audit log --limit 1 --clinic sanjose --db {back}"));
    let last = &log.entries[0];
    assert_eq!(
        (last.action.as_str(), last.kind.as_str(), last.actor.as_str()),
        ("book.restored", "book", "recepcion")
    );
    assert!(last.note.as_ref().unwrap().starts_with("safe.db, made "), "{last:?}");
    // The backup is unchanged, and the restored book is usable.
    assert_eq!(fs::read(clinic.home().join("safe.db")).unwrap(), bytes);
    clinic.does(&format!("doctor add --name 'Dr. Nuevo' --clinic sanjose --db {back}"));
    is_sound(&clinic, &back);
    assert!(!names(&clinic, "").iter().any(|name| name.starts_with(".turno-part")));
}

#[test]
fn a_place_with_a_book_is_not_restored_over_just_so() {
    let clinic = full();
    let _ = backup(&clinic, "safe.db");
    clinic.does("doctor add --name 'Dr. Nuevo' --clinic sanjose");
    let before = clinic.content();
    let line = "db restore safe.db --json";
    let refusal = clinic.ran(line).refusal("VALIDATION_ERROR", 2);
    assert!(refusal.hint.is_some(), "{refusal:?}");
    assert_eq!(clinic.content(), before);
    if let Place::Database(_) = clinic.place() {
        // On a server, a book is never replaced.
        let _ = clinic.refused("db restore safe.db --force", "VALIDATION_ERROR", 2);
        assert_eq!(clinic.content(), before);
    } else {
        assert!(refusal.text("holds").contains("9 appointments of "), "{refusal:?}");
        assert!(refusal.text("replaces").contains("9 appointments of "), "{refusal:?}");
    }
}

#[test]
fn a_lost_secret_file_comes_back_with_the_book() {
    let clinic = with_sealed_key();
    let before = said_without_log(&clinic, &source(&clinic));
    let secret = fs::read(clinic.secret_path()).unwrap();
    fs::remove_dir_all(clinic.secret_path().parent().unwrap()).unwrap();
    let back = Place::new(&clinic.home().join("again"));
    let restored = restore(&clinic, &format!("sealed.db --db {}", back.name()));
    let path = clinic.secret_path().display().to_string();
    assert_eq!((restored.secret_file, restored.secret_file_kept), (Some(path), None));
    assert_eq!(fs::read(clinic.secret_path()).unwrap(), secret);
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = |path: &std::path::Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
        assert_eq!(mode(&clinic.secret_path()), 0o600);
        assert_eq!(mode(clinic.secret_path().parent().unwrap()), 0o700);
    }
    assert_eq!(said_without_log(&clinic, &back.name()), before);
    is_sound(&clinic, &back.name());
}

#[test]
fn another_secret_file_is_kept_aside() {
    let clinic = with_sealed_key();
    let stranger = Clinic::open();
    let (own, other) = (fs::read(clinic.secret_path()).unwrap(), fs::read(stranger.secret_path()).unwrap());
    let other = if own == other { "0f".repeat(32).into_bytes() } else { other };
    clinic.put_secret(&other);
    let back = Place::new(&clinic.home().join("again"));
    let restored = restore(&clinic, &format!("sealed.db --db {}", back.name()));
    let kept = restored.secret_file_kept.unwrap();
    assert_eq!((fs::read(clinic.secret_path()).unwrap(), fs::read(kept).unwrap()), (own, other));
    is_sound(&clinic, &back.name());
}

#[test]
fn without_the_right_passphrase_nothing_is_restored() {
    let mut clinic = with_sealed_key();
    let own = fs::read(clinic.secret_path()).unwrap();
    fs::remove_file(clinic.secret_path()).unwrap();
    let line = "db restore sealed.db --db again/turno.db";
    let refuses = |clinic: &Clinic, code: &str, exit: i32| {
        let refusal = clinic.refused(line, code, exit);
        assert!(refusal.hint.is_some(), "{refusal:?}");
        assert!(!clinic.home().join("again/turno.db").exists() && !clinic.secret_path().exists());
        assert!(!names(clinic, "again").iter().any(|name| name.starts_with(".turno-part")));
    };
    clinic.env("TURNO_PASSPHRASE", "correct horse batterx");
    refuses(&clinic, "STORE_UNAVAILABLE", 7);
    clinic.env("TURNO_PASSPHRASE", "");
    refuses(&clinic, "VALIDATION_ERROR", 2);
    // Any change of the encrypted secret or its parameters, or a broken record.
    clinic.env("TURNO_PASSPHRASE", WORDS);
    let database = rusqlite::Connection::open(clinic.home().join("sealed.db")).unwrap();
    let sealed: String = database
        .query_row("SELECT value FROM meta WHERE key = 'backup_secret'", [], |row| row.get(0))
        .unwrap();
    let put = |text: &str| {
        database.execute("UPDATE meta SET value = ?1 WHERE key = 'backup_secret'", [text]).unwrap();
    };
    let record: Value = serde_json::from_str(&sealed).unwrap();
    let flipped = |field: &str| {
        let mut record = record.clone();
        let text = record[field].as_str().unwrap();
        let first = if text.starts_with('A') { "B" } else { "A" };
        record[field] = format!("{first}{}", &text[1..]).into();
        record.to_string()
    };
    let with = |field: &str, value: Value| {
        let mut record = record.clone();
        record[field] = value;
        record.to_string()
    };
    for altered in [
        flipped("sealed"),
        flipped("nonce"),
        flipped("salt"),
        with("memory", 65537.into()),
        with("memory", u32::MAX.into()),
        with("passes", 4_000_000_000_u32.into()),
        with("kdf", "none".into()),
        with("version", 2.into()),
        "{}".to_owned(),
        String::new(),
    ] {
        put(&altered);
        refuses(&clinic, "STORE_UNAVAILABLE", 7);
    }
    put(&sealed);
    drop(database);
    let _ = restore(&clinic, "sealed.db --db again/turno.db");
    assert_eq!(fs::read(clinic.secret_path()).unwrap(), own);
}

#[test]
fn a_passphrase_is_long_and_its_file_its_owners() {
    let mut clinic = Clinic::open();
    clinic.env("TURNO_PASSPHRASE", "short");
    let line = "db backup sealed.db --with-key";
    assert_eq!(clinic.refused(line, "VALIDATION_ERROR", 2).fields(), ["passphrase"]);
    clinic.without("TURNO_PASSPHRASE");
    assert_eq!(clinic.refused(line, "VALIDATION_ERROR", 2).fields(), ["passphrase"]);
    let file = clinic.file("words", format!("{WORDS}\n"));
    let line = format!("{line} --passphrase-file words");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        fs::set_permissions(&file, fs::Permissions::from_mode(0o644)).unwrap();
        let refusal = clinic.refused(&line, "STORE_UNAVAILABLE", 7);
        assert!(refusal.hint.unwrap().contains("chmod 600"));
        fs::set_permissions(&file, fs::Permissions::from_mode(0o600)).unwrap();
    }
    assert!(!clinic.home().join("sealed.db").exists());
    clinic.does(&line);
    let sealed = fs::read(clinic.home().join("sealed.db")).unwrap();
    let secret = fs::read(clinic.secret_path()).unwrap();
    let holds = |needle: &[u8]| sealed.windows(needle.len()).any(|part| part == needle);
    assert!(!holds(&secret[..32]) && !holds(WORDS.as_bytes()));
    assert!(clinic.refused("db backup x.db --passphrase-file words", "VALIDATION_ERROR", 2).hint.is_none());
}

#[test]
fn a_backup_of_another_secret_is_refused_before_anything_is_replaced() {
    let clinic = full();
    let _ = backup(&clinic, "safe.db");
    clinic.put_secret("0f".repeat(32).as_bytes());
    let refusal = clinic.refused("db restore safe.db --db again/turno.db", "STORE_UNAVAILABLE", 7);
    assert!(refusal.hint.unwrap().contains("TURNO_SECRET_FILE"));
    fs::remove_file(clinic.secret_path()).unwrap();
    let _ = clinic.refused("db restore safe.db --db again/turno.db", "STORE_UNAVAILABLE", 7);
    assert_eq!(names(&clinic, "again"), Vec::<String>::new());
}

#[test]
fn a_backup_whose_log_was_altered_is_refused() {
    let clinic = full();
    let _ = backup(&clinic, "safe.db");
    let database = rusqlite::Connection::open(clinic.home().join("safe.db")).unwrap();
    database.execute_batch("UPDATE audit_log SET actor = 'nadie' WHERE seq = 7").unwrap();
    drop(database);
    let refusal = clinic.refused("db restore safe.db --db again/turno.db", "STORE_CORRUPT", 1);
    assert!(refusal.message.contains("entry 7"), "{}", refusal.message);
    assert_eq!(names(&clinic, "again"), Vec::<String>::new());
}
