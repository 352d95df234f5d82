//! Restoring a book with its secret file: if only one is in place, this is reported, and a second run mends
//! it.

use crate::backup::{backup, names};
use crate::restoring::restore;
use crate::support::Clinic;
use std::fs;
use std::process::Stdio;
use std::time::Duration;

/// A clinic whose backup includes its secret file, and whose current secret file `name` is another one.
fn with_another_secret(name: &str) -> (Clinic, Vec<u8>) {
    let mut clinic = Clinic::open();
    clinic.env("TURNO_PASSPHRASE", "correct horse battery");
    let _ = backup(&clinic, "sealed.db --with-key");
    let own = fs::read(clinic.secret_path()).unwrap();
    clinic.put_secret("0f".repeat(32).as_bytes());
    let path = clinic.secret_path().with_file_name(name);
    fs::rename(clinic.secret_path(), &path).unwrap();
    clinic.env("TURNO_SECRET_FILE", &path.display().to_string());
    (clinic, own)
}

fn staged(clinic: &Clinic) -> Vec<String> {
    names(clinic, ".config/turno").into_iter().filter(|name| name.starts_with(".turno-secret")).collect()
}

#[test]
fn a_secret_that_finds_no_place_is_told_of_and_the_next_run_puts_it_there() {
    // A name too long to keep the old file under a longer one.
    let long = "k".repeat(240);
    let (clinic, own) = with_another_secret(&long);
    let path = clinic.secret_path().with_file_name(&long);
    let refusal = clinic.refused("db restore sealed.db --force", "STORE_UNAVAILABLE", 7);
    let kept = format!("{}.replaced-", clinic.book_path().display());
    assert!(refusal.message.starts_with("the book was restored, the one before is kept in "), "{refusal:?}");
    assert!(refusal.message.contains(&kept), "{refusal:?}");
    assert!(refusal.message.contains("could not be put in place"), "{refusal:?}");
    assert_eq!(refusal.text("outcome"), "saved");
    assert!(refusal.hint.unwrap().contains("the same command again"));
    assert_eq!(staged(&clinic), Vec::<String>::new());
    // Remove the obstacle.
    fs::rename(&path, clinic.home().join("old.key")).unwrap();
    let restored = restore(&clinic, "sealed.db --force");
    assert_eq!(restored.secret_file, Some(path.display().to_string()));
    assert_eq!(fs::read(&path).unwrap(), own);
    clinic.is_sound();
}

#[test]
fn a_restore_that_is_killed_between_book_and_secret_is_finished_by_the_next() {
    let (clinic, own) = with_another_secret("other.key");
    let path = clinic.secret_path().with_file_name("other.key");
    let other = fs::read(&path).unwrap();
    // Simulate a kill between both steps: the book is in place, the secret file has its temporary name.
    let _ = restore(&clinic, "sealed.db --force");
    fs::write(&path, &other).unwrap();
    let beside = path.with_file_name(".turno-secret-00112233445566ff");
    fs::write(&beside, &own).unwrap();
    // A copy made by a person is not touched.
    let mine = path.with_file_name("secret.key.20260601");
    fs::write(&mine, &own).unwrap();
    let _ = restore(&clinic, "sealed.db --force");
    assert_eq!((fs::read(&path).unwrap(), staged(&clinic)), (own.clone(), Vec::new()));
    assert!(mine.exists());
    clinic.is_sound();
    // After a kill at any moment, the same command finishes the restore.
    let mut killed = 0;
    for pause in [100, 250, 400, 550, 700] {
        fs::write(&path, &other).unwrap();
        let mut process = clinic.process("db restore sealed.db --force");
        let mut restoring =
            process.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        std::thread::sleep(Duration::from_millis(pause));
        restoring.kill().unwrap();
        killed += usize::from(restoring.wait().unwrap().code() != Some(0));
        let _ = restore(&clinic, "sealed.db --force");
        assert_eq!((fs::read(&path).unwrap(), staged(&clinic)), (own.clone(), Vec::new()));
        clinic.is_sound();
    }
    assert!(killed > 0, "none was killed");
}
