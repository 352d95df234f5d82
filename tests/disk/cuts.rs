//! Simulates power cuts during writing commands.

use crate::image::{Disk, Fate};
use crate::shim::{self, Step};
use crate::story::{DEEDS, Deed, begun, content, scratch, watched};
use crate::support::Clinic;
use crate::{Chance, wanted};
use std::collections::BTreeSet;
use std::path::Path;

/// Default number of disk states to check.
const DISKS: usize = 300;

/// Disk states of one command: with and without its change.
#[derive(Debug, Default)]
struct Tally {
    disks: usize,
    before: usize,
    after: usize,
}

/// Runs a command and checks the disk after every `every`-th step.
fn cut(clinic: &Clinic, deed: &Deed, every: usize, chance: &mut Chance) -> Tally {
    let mut disk = Disk::holding(clinic.home());
    let before = content_of(&disk, Fate::Lost, clinic, &|| format!("before {}", deed.line));
    let steps = done(clinic, deed);
    let after = content(clinic.home(), &|| format!("after {}", deed.line));
    assert_ne!(before, after, "{} does nothing", deed.line);

    let mut tally = Tally::default();
    // The contents since the last acknowledgement: after a cut, the book must hold one of them.
    let mut seen: BTreeSet<Option<String>> = BTreeSet::from([before.clone()]);
    let mut said = false;
    let offset = chance.below(every);
    for (number, step) in steps.iter().enumerate() {
        disk.take(step);
        let speaks = matches!(step, Step::Said);
        said |= speaks;
        // Opening an existing file does not change the disk.
        let changes = !matches!(step, Step::Opened { made: false, .. });
        let looks = speaks || (changes && (number + offset).is_multiple_of(every));
        if !looks && (deed.at_once || !changes) {
            continue;
        }
        let killed = content_of(&disk, Fate::There, clinic, &|| format!("{} killed at {number}", deed.line));
        if deed.at_once {
            assert!(
                killed == before || killed == after,
                "{} is half done when killed at {number}",
                deed.line
            );
            seen.insert(after.clone());
        }
        if speaks {
            seen.clear();
        }
        seen.insert(killed);
        if !looks {
            continue;
        }
        let what = format!("{} cut off at step {number}, {step}", deed.line);
        for left in cut_off(&disk, clinic, &seen, chance, &what) {
            *(if left == after { &mut tally.after } else { &mut tally.before }) += 1;
        }
        tally.disks += 4;
    }
    assert!(said, "{} says nothing", deed.line);
    tally
}

/// The book after three power cuts at one moment; each must be one of `seen`.
fn cut_off(
    disk: &Disk,
    clinic: &Clinic,
    seen: &BTreeSet<Option<String>>,
    chance: &mut Chance,
    moment: &str,
) -> [Option<String>; 3] {
    let seed = chance.below(1 << 30) as u64;
    [Fate::Lost, Fate::Torn(seed), Fate::Late(seed)].map(|fate| {
        let what = || format!("{moment}, {fate:?}");
        let left = content_of(disk, fate, clinic, &what);
        assert!(seen.contains(&left), "{}: what is there was not said, or half of it is", what());
        left
    })
}

/// Runs a command and returns the recorded steps.
fn done(clinic: &Clinic, deed: &Deed) -> Vec<Step> {
    let folder = scratch();
    let journal = folder.path().join("journal");
    let output = watched(clinic, deed, &journal).output().expect("turno runs");
    let refusals_of_many = deed.stdin.contains("Tarde").then_some(4);
    let ended = output.status.code();
    assert!(ended == Some(0) || ended == refusals_of_many, "{}: {output:?}", deed.line);
    shim::steps(&journal)
}

/// The book's content after a power cut.
fn content_of(disk: &Disk, fate: Fate, clinic: &Clinic, what: &dyn Fn() -> String) -> Option<String> {
    let target = scratch();
    disk.lay_out(fate, clinic.home(), target.path());
    content(target.path(), what)
}

/// The interval between checked steps, from the wanted number of disk states.
fn spread(steps: usize) -> usize {
    let disks = wanted("TURNO_CUTS").unwrap_or(DISKS);
    (steps * 4).div_ceil(disks).max(1)
}

#[test]
fn a_power_cut_at_any_moment_leaves_what_was_acknowledged_and_nothing_by_halves() {
    if shim::library().is_none() {
        return;
    }
    let clinic = begun();
    let seed = wanted("TURNO_SEED").unwrap_or(20_260_601);
    let mut chance = Chance(seed as u64);
    let mut total = Tally::default();
    // About forty changing steps per command.
    let every = spread(DEEDS.len() * 40);
    for deed in &DEEDS {
        let tally = cut(&clinic, deed, every, &mut chance);
        assert!(tally.disks > 0, "{} was not cut", deed.line);
        total.disks += tally.disks;
        total.before += tally.before;
        total.after += tally.after;
    }
    assert!(total.before > 0 && total.after > 0, "{total:?}");
    report(&format!("{} disks, {} without the change, {} with it", total.disks, total.before, total.after));
}

/// The next command overwrites the log while earlier unsynced writes may still be lost or torn.
#[test]
fn a_power_cut_between_commands_leaves_what_each_acknowledged() {
    // A sweep commits several times, so its log contains pages that it has overwritten itself.
    const LINES: [&str; 3] = [
        "book --doctor GARCIA --date 2026-06-09 --time 09:00 --name 'Ana Paz' --phone 7700-0081",
        "remind due",
        "book --doctor GARCIA --date 2026-06-10 --time 09:00 --name 'Leo Sol' --phone 7700-0082",
    ];
    if shim::library().is_none() {
        return;
    }
    let clinic = begun();
    let mut chance = Chance(wanted("TURNO_SEED").unwrap_or(20_260_601) as u64);
    let mut disk = Disk::holding(clinic.home());
    // Don't open the book between the commands: opening and closing would change the log.
    let steps = LINES.map(|line| done(&clinic, &Deed { line, stdin: "", at_once: true })).concat();
    let every = (steps.len() * 3).div_ceil(wanted("TURNO_CUTS").unwrap_or(DISKS)).max(1);
    let mut seen = BTreeSet::from([content_of(&disk, Fate::Lost, &clinic, &|| "before".to_owned())]);
    let mut disks = 0;
    for (number, step) in steps.iter().enumerate() {
        disk.take(step);
        let looks = number.is_multiple_of(every);
        // A new content appears at a sync at the latest, before the acknowledgement.
        if looks || matches!(step, Step::Synced { .. } | Step::Said) {
            let killed = content_of(&disk, Fate::There, &clinic, &|| format!("killed at {number}"));
            if matches!(step, Step::Said) {
                seen.clear();
            }
            seen.insert(killed);
        }
        if !looks {
            continue;
        }
        let what = format!("three commands cut off at step {number}, {step}");
        disks += cut_off(&disk, &clinic, &seen, &mut chance, &what).len();
    }
    // A book file put here by hand must not meet an old log.
    let folder = scratch();
    disk.lay_out(Fate::There, clinic.home(), folder.path());
    assert!(!folder.path().join("book/turno.db-wal").exists(), "the last command left its log");
    report(&format!("{disks} disks between commands"));
}

/// A reader has created the log without writing, so the log's name is not synced yet.
#[test]
fn what_is_written_to_a_log_that_somebody_else_made_is_found_again() {
    if shim::library().is_none() {
        return;
    }
    let clinic = begun();
    let log = clinic.home().join("book/turno.db-wal");
    let mut disk = Disk::holding(clinic.home());
    let reader = clinic.database();
    let look = |_: &rusqlite::Row<'_>| Ok(());
    reader.query_row("SELECT count(*) FROM patients", [], look).expect("a look");
    let about = std::fs::metadata(&log).expect("a log");
    assert_eq!(about.len(), 0);
    let inode = std::os::unix::fs::MetadataExt::ino(&about);
    disk.take(&Step::Opened { path: log, inode, made: true });
    let line = "book --doctor GARCIA --date 2026-06-09 --time 09:00 --name 'Ana Paz' --phone 7700-0081";
    done(&clinic, &Deed { line, stdin: "", at_once: true }).iter().for_each(|step| disk.take(step));
    let left = content_of(&disk, Fate::Lost, &clinic, &|| "a booking beside a reader".to_owned());
    drop(reader);
    assert!(left == content(clinic.home(), &|| line.to_owned()), "what was acknowledged is lost");
}

#[test]
fn a_power_cut_while_the_book_is_made_leaves_none_or_one_that_works() {
    if shim::library().is_none() {
        return;
    }
    let clinic = Clinic::empty();
    let mut chance = Chance(7);
    let deed = Deed {
        line: "init --name 'Clínica San José' --timezone America/El_Salvador --code sanjose",
        stdin: "",
        at_once: false,
    };
    let folder = scratch();
    let journal = folder.path().join("journal");
    let mut disk = Disk::holding(clinic.home());
    let output = watched(&clinic, &deed, &journal).output().expect("turno runs");
    assert!(output.status.success(), "{output:?}");
    let after = content(clinic.home(), &|| "after init".to_owned());
    let steps = shim::steps(&journal);
    let every = (steps.len() * 8).div_ceil(wanted("TURNO_CUTS").unwrap_or(DISKS)).max(1);
    let mut said = false;
    let mut disks = 0;
    for (number, step) in steps.iter().enumerate() {
        disk.take(step);
        let last_word = matches!(step, Step::Said) && !said;
        said |= last_word;
        if !last_word && !number.is_multiple_of(every) {
            continue;
        }
        for fate in [Fate::Lost, Fate::There, Fate::Torn(chance.below(1 << 30) as u64)] {
            let what = || format!("init cut off at step {number}, {step}, {fate:?}");
            let target = scratch();
            disk.lay_out(fate, clinic.home(), target.path());
            if said {
                assert!(content(target.path(), &what) == after, "{}: it was acknowledged", what());
            } else {
                goes_on(&clinic, target.path(), &what);
            }
            disks += 1;
        }
    }
    report(&format!("{disks} disks while a book is made"));
}

/// After a cut during `init`, the same command must create the book or find it.
fn goes_on(clinic: &Clinic, home: &Path, what: &dyn Fn() -> String) {
    let mut again = clinic.command();
    again.env("HOME", home).env("TURNO_DB", home.join("book/turno.db")).args([
        "init",
        "--name",
        "Clínica San José",
        "--timezone",
        "America/El_Salvador",
    ]);
    let output = again.output().expect("turno runs");
    let there =
        output.status.code() == Some(0) || String::from_utf8_lossy(&output.stderr).contains("already");
    assert!(there, "{}: {output:?}", what());
    assert!(content(home, what).is_some(), "{}", what());
}

#[expect(clippy::disallowed_macros, reason = "shown with --nocapture: what a run by hand has tried")]
fn report(words: &str) {
    eprintln!("disk: {words}");
}
