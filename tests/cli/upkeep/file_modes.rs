//! File modes are for the owner only, whatever the umask, and a key file readable by others is refused.

use crate::support::views::Findings;
use crate::support::{Clinic, words};
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::Command;

fn mode(path: &Path) -> u32 {
    fs::metadata(path).unwrap().permissions().mode() & 0o777
}

fn set_mode(path: &Path, mode: u32) {
    fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
}

/// All files and folders below a folder, with their modes.
fn modes(folder: &Path) -> Vec<(String, bool, u32)> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        found.push((path.display().to_string(), path.is_dir(), mode(&path)));
        if path.is_dir() {
            found.extend(modes(&path));
        }
    }
    found
}

#[test]
fn all_that_is_made_is_for_its_owner_only_whatever_the_umask() {
    for umask in ["0000", "0022", "0077"] {
        let mut clinic = Clinic::empty();
        let at = |name: &str| clinic.home().join(name).display().to_string();
        let (book, secret) = (at("made/a/turno.db"), at("made/b/c/secret.key"));
        clinic.env("TURNO_DB", &book).env("TURNO_SECRET_FILE", &secret);
        clinic.env("TURNO_PASSPHRASE", "correct horse battery");
        clinic.file("patients.csv", "name,phone\nEva,+50377000009\n");
        for line in [
            "init --name Otra --timezone UTC",
            "db backup made/d/e/backup.db --with-key",
            "db backup --keep 2 made/f",
            "db backup --keep 2 made/f",
            "db restore made/d/e/backup.db --force",
            "db restore made/d/e/backup.db --db made/g/h/turno.db",
            "db copy made/d/e/backup.db made/i/copy.db",
            "import csv patients patients.csv --report made/told.ndjson",
            "export csv patients --out made/patients.csv",
            "export csv patients --out made/patients.csv --force",
            "export fhir --to 2026-06-01 --reveal --out made/bundle.json",
            "patient export +50377000009 --out made/eva.json",
        ] {
            let turno = clinic.process(line);
            let mut command = Command::new("sh");
            command.args(["-c", "umask \"$1\"; shift; exec \"$@\"", "sh", umask]);
            command.arg(turno.get_program()).args(words(line)).current_dir(clinic.home());
            command.env_clear().envs(turno.get_envs().filter_map(|(name, value)| Some((name, value?))));
            let ran = command.output().unwrap();
            assert!(ran.status.success(), "{umask} {line}: {}", String::from_utf8_lossy(&ran.stderr));
        }
        let made = modes(&clinic.home().join("made"));
        assert!(made.len() > 18, "{made:?}");
        for (path, folder, mode) in made {
            assert_eq!(mode, if folder { 0o700 } else { 0o600 }, "umask {umask}: {path} is {mode:o}");
        }
    }
}

#[test]
fn a_secret_file_that_others_can_read_is_refused() {
    let clinic = Clinic::open();
    let path = clinic.secret_path();
    for open in [0o640, 0o604, 0o660, 0o644, 0o610] {
        set_mode(&path, open);
        for line in ["doctor add --name X", "audit verify", "init --name Otra --timezone UTC --db other.db"] {
            let refusal = clinic.refused(line, "STORE_UNAVAILABLE", 7);
            assert!(refusal.message.contains("others"), "{open:o} {line}: {}", refusal.message);
            assert!(refusal.hint.unwrap().contains(&format!("chmod 600 {}", path.display())));
        }
        clinic.does("list");
    }
    for closed in [0o600, 0o400] {
        set_mode(&path, closed);
        clinic.does("doctor add --name X");
    }
    clinic.is_sound();
}

#[test]
fn a_book_that_others_can_read_is_used_and_told_of() {
    let clinic = Clinic::open();
    set_mode(&clinic.book_path(), 0o644);
    clinic.does("doctor add --name X");
    let ran = clinic.ran("db check --json").exits(0);
    let Findings { ok, findings, .. } = ran.json();
    assert!(ok && findings.len() == 1 && findings[0].check == "file_open", "{findings:?}");
    let ran = clinic.ran("db check").exits(0);
    assert!(ran.stderr().contains("chmod 600"), "{}", ran.stderr());
    set_mode(&clinic.book_path(), 0o600);
    clinic.is_sound();
}
