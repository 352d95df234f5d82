//! Single or lasting disk faults: the command must report them, and its report must be true.

use crate::shim::{self, Step};
use crate::story::{DEEDS, Deed, begun, content, scratch, watched};
use crate::support::Clinic;
use crate::wanted;
use serde_json::Value;
use std::path::Path;

/// An error and the operations that can fail with it, by the shim's letters.
#[derive(Debug)]
struct Trouble {
    name: &'static str,
    errno: i32,
    on: &'static str,
}

const TROUBLES: [Trouble; 7] = [
    Trouble { name: "ENOSPC", errno: 28, on: "cwtsmrl" },
    Trouble { name: "EIO", errno: 5, on: "wtsu" },
    Trouble { name: "EIO reading", errno: 5, on: "R" },
    Trouble { name: "EROFS", errno: 30, on: "cOwtumrl" },
    Trouble { name: "EMFILE", errno: 24, on: "coO" },
    Trouble { name: "EACCES", errno: 13, on: "coOumrl" },
    Trouble { name: "EDQUOT", errno: 122, on: "cwtsmrl" },
];

/// By default, every 37th fault is tried.
const EVERY: usize = 37;
/// Upper bound for the operations of a command.
const MOST: usize = 3000;

#[derive(Debug, Default)]
struct Tally {
    faults: usize,
    /// Refused, with a statement that nothing was changed.
    refused: usize,
    done: usize,
    /// Refused without such a statement, or with an unknown outcome.
    not_said_so: usize,
}

/// The result of a command; `met` is true if the fault occurred.
struct Ran {
    exit: Option<i32>,
    stdout: String,
    stderr: String,
    met: bool,
}

fn run(clinic: &Clinic, deed: &Deed, trouble: &Trouble, number: usize, stays: bool) -> Ran {
    let folder = scratch();
    let journal = folder.path().join("journal");
    let mut command = watched(clinic, deed, &journal);
    command.env("DISK_FAIL", number.to_string()).env("DISK_ERRNO", trouble.errno.to_string());
    command.env("DISK_ON", trouble.on);
    if stays {
        command.env("DISK_STAY", "1");
    }
    let output = command.output().expect("turno runs");
    let met = shim::steps(&journal).iter().any(|step| matches!(step, Step::Failed));
    let text = |bytes| String::from_utf8(bytes).expect("UTF-8");
    Ran { exit: output.status.code(), stdout: text(output.stdout), stderr: text(output.stderr), met }
}

/// Checks the command's report against the book.
fn judge(clinic: &Clinic, deed: &Deed, before: &Option<String>, ran: &Ran, what: &str, tally: &mut Tally) {
    let after = content(clinic.home(), &|| format!("{what} {}", ran.stderr));
    let changed = after != *before;
    tally.faults += 1;
    assert!(!ran.stderr.contains("panicked"), "{what}: {}", ran.stderr);
    for line in ran.stdout.lines() {
        let said: Value = serde_json::from_str(line).unwrap_or_else(|_| panic!("{what}: {line}"));
        let id = said["id"].as_str().unwrap_or_default();
        assert!(after.as_ref().is_some_and(|after| after.contains(id)), "{what}: {id} was acknowledged");
    }
    // One of the bookings is refused.
    let refused_of_many = deed.stdin.contains("Tarde").then_some(4);
    match ran.exit {
        Some(exit) if exit == 0 || Some(exit) == refused_of_many => {
            assert!(changed, "{what}: a success, and nothing is there");
            tally.done += 1;
        }
        Some(exit @ (1 | 7)) => {
            let line = ran.stderr.lines().last().unwrap_or_default();
            let said: Value = serde_json::from_str(line).unwrap_or_else(|_| panic!("{what}: {}", ran.stderr));
            let error = &said["error"];
            let code = error["code"].as_str().expect("a code");
            let words = format!("{} {}", error["message"], error["hint"]);
            let known = ["STORE_UNAVAILABLE", "STORE_BUSY", "STORE_CORRUPT"].contains(&code);
            assert!(known, "{what}: {words} ({code}, {exit})");
            assert!(error["hint"].is_string(), "{what}: what is to be done? {line}");
            if words.contains("nothing was changed") && !words.contains("stands, nothing") {
                assert!(!changed, "{what}: it is said that nothing was changed: {line}");
                tally.refused += 1;
            } else {
                let outcome = error["details"]["outcome"].as_str();
                assert!(outcome != Some("saved") || changed, "{what}: nothing is saved: {line}");
                assert!(
                    !changed || outcome.is_some() || !deed.at_once,
                    "{what}: it was done, and nobody says so: {line}"
                );
                tally.not_said_so += 1;
            }
        }
        // An unreadable configuration is reported before the book is opened.
        Some(2) => {
            assert!(ran.stderr.contains("config.toml can't be read") && !changed, "{what}: {}", ran.stderr);
            tally.refused += 1;
        }
        other => panic!("{what}: {other:?} {}", ran.stderr),
    }
    if changed {
        return;
    }
    // Without the fault, the same command must work.
    let again = clinic.fed(deed.line, deed.stdin);
    let exits = [Some(0), refused_of_many];
    assert!(exits.contains(&again.exit), "{what}, and again: {}", again.stderr());
    assert_ne!(content(clinic.home(), &|| format!("{what}, and again")), after, "{what}, and again");
}

/// Tries every `every`-th fault of a command; `turn` counts over all commands.
fn suffer(ready: &dyn Fn() -> Clinic, deed: &Deed, (every, turn): (usize, &mut usize), tally: &mut Tally) {
    let before = content(ready().home(), &|| "before".to_owned());
    for trouble in &TROUBLES {
        for stays in [false, true] {
            for number in 1..MOST {
                *turn += 1;
                // The end of a command is found only by trying, so always try multiples of `every`.
                if !turn.is_multiple_of(every) && !number.is_multiple_of(every) {
                    continue;
                }
                let clinic = ready();
                let ran = run(&clinic, deed, trouble, number, stays);
                let stay = if stays { " from then on" } else { "" };
                let what = format!("{}: {} at operation {number}{stay}", deed.line, trouble.name);
                if !ran.met {
                    assert!(matches!(ran.exit, Some(0 | 4)), "{what}: {}", ran.stderr);
                    break;
                }
                judge(&clinic, deed, &before, &ran, &what, tally);
            }
        }
    }
}

#[test]
fn a_disk_that_fails_is_told_of_and_what_is_told_is_true() {
    if shim::library().is_none() {
        return;
    }
    let template = begun();
    let ready = || copy_of(&template);
    let every = wanted("TURNO_FAULTS").unwrap_or(EVERY).max(1);
    let mut tally = Tally::default();
    let mut turn = wanted("TURNO_SEED").unwrap_or_default();
    for deed in &DEEDS {
        suffer(&ready, deed, (every, &mut turn), &mut tally);
        report(&tally, &format!("writing commands up to `{}`", deed.line));
    }
    assert!(tally.done > 0 && tally.refused > 0, "{tally:?}");
}

#[test]
fn a_disk_that_fails_while_the_book_is_made_leaves_nothing_that_is_in_the_way() {
    if shim::library().is_none() {
        return;
    }
    let every = wanted("TURNO_FAULTS").unwrap_or(EVERY).max(1);
    let deed = Deed {
        line: "init --name 'Clínica San José' --timezone America/El_Salvador --code sanjose",
        stdin: "",
        at_once: false,
    };
    let mut tally = Tally::default();
    suffer(&Clinic::empty, &deed, (every, &mut 0), &mut tally);
    report(&tally, "first runs");
}

/// A copy of the home and the book.
fn copy_of(clinic: &Clinic) -> Clinic {
    let copy = Clinic::empty();
    copy_folder(clinic.home(), copy.home());
    copy
}

fn copy_folder(from: &Path, to: &Path) {
    for entry in std::fs::read_dir(from).expect("a folder") {
        let entry = entry.expect("an entry");
        let target = to.join(entry.file_name());
        if entry.path().is_dir() {
            std::fs::create_dir_all(&target).expect("a folder can be made");
            copy_folder(&entry.path(), &target);
        } else {
            std::fs::copy(entry.path(), target).expect("a file can be copied");
        }
    }
}

#[expect(clippy::disallowed_macros, reason = "shown with --nocapture: what a run by hand has tried")]
fn report(tally: &Tally, what: &str) {
    eprintln!("disk: faults in {what}: {tally:?}");
}
