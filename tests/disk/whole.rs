//! Power cuts while a whole file is written: a backup, a copy, a restored book or an export. The file must be
//! complete or absent, and the replaced file must not be lost.

use crate::image::{Disk, Fate};
use crate::shim::{self, Step};
use crate::story::{Deed, begun, content, content_of, scratch, watched};
use crate::support::{Clinic, Place};
use crate::{Chance, wanted};
use std::fs;
use std::path::{Path, PathBuf};

/// Default number of disk states per command; `TURNO_CUTS` sets four times this number.
const DISKS: usize = 80;

/// The disk after a power cut.
struct Left<'a> {
    home: &'a Path,
    /// Whether the command had acknowledged its work.
    said: bool,
    what: &'a dyn Fn() -> String,
}

/// Runs a command and calls `look` for the disk states after power cuts.
fn cut(clinic: &Clinic, line: &'static str, disks: usize, look: &mut dyn FnMut(&Left<'_>)) {
    let deed = Deed { line, stdin: "", at_once: false };
    let folder = scratch();
    let journal = folder.path().join("journal");
    let mut disk = Disk::holding(clinic.home());
    let output = watched(clinic, &deed, &journal).output().expect("turno runs");
    assert!(output.status.success(), "{line}: {output:?}");
    let steps = shim::steps(&journal);
    let every = (steps.len() * 4).div_ceil(disks).max(1);
    let mut chance = Chance(wanted("TURNO_SEED").unwrap_or(20_260_601) as u64);
    let offset = chance.below(every);
    let (mut said, mut count) = (false, 0);
    for (number, step) in steps.iter().enumerate() {
        disk.take(step);
        let speaks = matches!(step, Step::Said) && !said;
        said |= speaks;
        // Check every change of a name, as names decide which file counts.
        let names = matches!(step, Step::Renamed { .. } | Step::Linked { .. } | Step::FolderSynced { .. });
        if !speaks && !names && !(number + offset).is_multiple_of(every) {
            continue;
        }
        let torn = [0; 2].map(|_| Fate::Torn(chance.below(1 << 30) as u64));
        for fate in [Fate::Lost, Fate::There, torn[0], torn[1]] {
            let target = scratch();
            disk.lay_out(fate, clinic.home(), target.path());
            let what = || format!("{line} cut off at step {number}, {step}, {fate:?}");
            look(&Left { home: target.path(), said, what: &what });
            count += 1;
        }
    }
    assert!(said, "{line} says nothing");
    report(&format!("{count} disks while `{line}` is done"));
}

fn disks() -> usize {
    wanted("TURNO_CUTS").map_or(DISKS, |cuts| cuts / 4)
}

fn book(home: &Path) -> PathBuf {
    home.join("book/turno.db")
}

/// The files whose names contain `part`, without SQLite's log files.
fn named(folder: &Path, part: &str) -> Vec<PathBuf> {
    let Ok(entries) = fs::read_dir(folder) else { return Vec::new() };
    let paths = entries.map(|entry| entry.expect("an entry").path());
    let is_named = |path: &PathBuf| {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        name.contains(part) && !name.ends_with("-wal") && !name.ends_with("-shm")
    };
    paths.filter(is_named).collect()
}

/// The rows of a book, sorted.
fn sorted(content: &str) -> Vec<&str> {
    let mut lines: Vec<&str> = content.lines().collect();
    lines.sort_unstable();
    lines
}

#[test]
fn a_power_cut_leaves_a_backup_whole_or_none() {
    if shim::library().is_none() {
        return;
    }
    let clinic = begun();
    let before = content(clinic.home(), &|| "before".to_owned());
    let line = "db backup safe/monday.db";
    let (mut without, mut with) = (0, 0);
    let mut seen = Vec::new();
    cut(&clinic, line, disks(), &mut |left| {
        let now = content(left.home, left.what);
        let made = content_of(&left.home.join("safe/monday.db"), left.home, left.what);
        assert!(made.is_some() || !left.said, "{}: it was said", (left.what)());
        // The audit log may record the backup only after the backup exists.
        assert!(now == before || made.is_some(), "{}: the log tells of none", (left.what)());
        seen.extend(made.clone().filter(|made| !seen.contains(made)));
        *(if made.is_some() { &mut with } else { &mut without }) += 1;
    });
    assert_eq!(seen.len(), 1, "a backup is whole, or it is not there");
    assert!(with > 0 && without > 0, "{with} with, {without} without");
    assert_eq!(
        content_of(&clinic.home().join("safe/monday.db"), clinic.home(), &|| line.to_owned()),
        seen.pop()
    );
}

#[test]
fn a_power_cut_amid_a_rotation_leaves_a_backup() {
    if shim::library().is_none() {
        return;
    }
    let mut clinic = begun();
    clinic.does("db backup --keep 1 rota");
    clinic.at("2026-06-01T09:00:00-06:00");
    cut(&clinic, "db backup --keep 1 rota", disks(), &mut |left| {
        let kept = named(&left.home.join("rota"), "Z.db");
        let _ = content(left.home, left.what);
        for path in &kept {
            assert!(content_of(path, left.home, left.what).is_some(), "{}: {path:?}", (left.what)());
        }
        assert!(!kept.is_empty(), "{}: no backup is left", (left.what)());
        let new = kept.iter().any(|path| path.to_string_lossy().contains("150000Z"));
        assert!(new || !left.said, "{}: it was said", (left.what)());
    });
}

#[test]
fn a_power_cut_leaves_a_copy_whole_or_without_a_clinic() {
    if shim::library().is_none() {
        return;
    }
    let clinic = begun();
    let before = content(clinic.home(), &|| "before".to_owned());
    let line = "db copy book/turno.db moved.db";
    let mut made = 0;
    cut(&clinic, line, disks(), &mut |left| {
        let now = content(left.home, left.what);
        let copied = content_of(&left.home.join("moved.db"), left.home, left.what);
        let whole = copied.as_deref().map(sorted) == before.as_deref().map(sorted);
        assert!(copied.is_none() || whole, "{}: half a copy", (left.what)());
        assert!(copied.is_some() || (!left.said && now == before), "{}: it was said", (left.what)());
        made += usize::from(copied.is_some());
    });
    assert!(made > 0);
}

#[test]
fn a_power_cut_leaves_the_one_book_or_the_other_and_what_it_replaced() {
    if shim::library().is_none() {
        return;
    }
    let clinic = begun();
    clinic.does("db backup safe.db");
    clinic.does("doctor add --name 'Dr. Nuevo' --code NUEVO");
    let before = content(clinic.home(), &|| "before".to_owned());
    let (mut old, mut new) = (0, Vec::new());
    cut(&clinic, "db restore safe.db --force", disks(), &mut |left| {
        let now = content(left.home, left.what);
        assert!(now.is_some(), "{}: no book is left", (left.what)());
        if now == before {
            assert!(!left.said, "{}: it was said", (left.what)());
            old += 1;
            return;
        }
        let kept = named(&left.home.join("book"), ".replaced-");
        let kept: Vec<_> = kept.iter().map(|path| content_of(path, left.home, left.what)).collect();
        assert_eq!(kept, std::slice::from_ref(&before), "{}: the replaced book is lost", (left.what)());
        new.push(now);
    });
    let after = content(clinic.home(), &|| "after".to_owned());
    assert!(old > 0 && !new.is_empty() && new.iter().all(|now| *now == after), "half a book was there");
}

/// A restore also replaces the secret file. After a cut, both must be in place or the same command must
/// finish, and the old secret must be kept.
#[test]
fn a_power_cut_between_book_and_secret_is_mended_by_the_same_command() {
    if shim::library().is_none() {
        return;
    }
    const WORDS: (&str, &str) = ("TURNO_PASSPHRASE", "correct horse battery");
    let mut other = Clinic::empty();
    other.env(WORDS.0, WORDS.1);
    other.found();
    other.does("patient add --name 'Luz Ruiz' --phone 7700-0051 --national-id 01234567-8 --code LUZ");
    other.does("db backup sealed.db --with-key");
    let mut clinic = begun();
    clinic.env(WORDS.0, WORDS.1);
    fs::copy(other.home().join("sealed.db"), clinic.home().join("sealed.db")).expect("a copy");
    let (before, secret) =
        (content(clinic.home(), &|| "before".to_owned()), fs::read(clinic.secret_path()).expect("a secret"));
    let (mut old, mut between) = (0, 0);
    // Fewer states: deriving a key from the passphrase is slow.
    cut(&clinic, "db restore sealed.db --force", disks() / 2, &mut |left| {
        let keys = named(&left.home.join(".config/turno"), "secret.key");
        let kept = keys.iter().any(|path| fs::read(path).is_ok_and(|bytes| bytes == secret));
        assert!(kept, "{}: a secret is lost", (left.what)());
        let key = left.home.join(".config/turno/secret.key");
        if before.as_ref() == Some(&Place::File(book(left.home)).content()) {
            assert!(!left.said, "{}: it was said", (left.what)());
            assert!(fs::read(&key).is_ok_and(|bytes| bytes == secret), "{}: no key fits", (left.what)());
            assert_eq!(content(left.home, left.what), before);
            old += 1;
            return;
        }
        if left.said {
            assert!(fs::read(&key).is_ok_and(|bytes| bytes != secret), "{}: it was said", (left.what)());
        } else if fs::read(&key).is_ok_and(|bytes| bytes == secret) || !key.exists() {
            between += 1;
            let mut again = clinic.command();
            again.env("HOME", left.home).env("TURNO_DB", book(left.home)).current_dir(left.home);
            let output = again.args(["db", "restore", "sealed.db", "--force"]).output().expect("turno runs");
            assert!(output.status.success(), "{}: {output:?}", (left.what)());
        }
        assert!(content(left.home, left.what).is_some());
        let mut show = clinic.command();
        show.env("HOME", left.home).env("TURNO_DB", book(left.home)).current_dir(left.home);
        let shown = show.args(["patient", "show", "LUZ", "--reveal"]).output().expect("turno runs");
        assert!(String::from_utf8_lossy(&shown.stdout).contains("01234567-8"), "{}", (left.what)());
    });
    assert!(old > 0 && between > 0, "{old} with the old book, {between} between book and secret");
}

#[test]
fn a_power_cut_leaves_an_export_whole_or_none() {
    if shim::library().is_none() {
        return;
    }
    let clinic = begun();
    let mut seen = Vec::new();
    cut(&clinic, "patient export EVA2 --out eva.json", disks(), &mut |left| {
        let _ = content(left.home, left.what);
        let made = fs::read(left.home.join("eva.json")).ok();
        assert!(made.is_some() || !left.said, "{}: it was said", (left.what)());
        seen.extend(made.filter(|made| !seen.contains(made)));
    });
    assert_eq!(seen, [fs::read(clinic.home().join("eva.json")).expect("an export")]);
}

#[expect(clippy::disallowed_macros, reason = "shown with --nocapture: what a run by hand has tried")]
fn report(words: &str) {
    eprintln!("disk: {words}");
}
