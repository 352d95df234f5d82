//! The guided tour `turno demo`.

#![expect(clippy::unwrap_used, reason = "a test that can't go on has failed")]

use assert_cmd::cargo::cargo_bin_cmd;
use std::fs;
use std::path::Path;
use std::process::{Command, Output, Stdio};

/// The tour's command with a clean environment.
fn tour(home: &Path, temp: &Path) -> assert_cmd::Command {
    let mut command = cargo_bin_cmd!("turno");
    command.env_clear().env("HOME", home).env("TMPDIR", temp).env("TMP", temp).arg("demo");
    command
}

fn entries(folder: &Path) -> Vec<String> {
    fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned())
        .collect()
}

/// The text without random codes and ids.
fn without_made(text: &str) -> String {
    let made = |word: &str| {
        let clear = |c: char| "34679ACDEFGHJKMNPQRTVWXY".contains(c);
        let code = word.len() == 6 && word.chars().all(clear) && word != "GARCIA";
        let id = word.len() == 36 && word.chars().filter(|c| *c == '-').count() == 4;
        code || id
    };
    text.split_inclusive(|c: char| !c.is_ascii_alphanumeric() && c != '-')
        .map(|piece| {
            let word = piece.trim_end_matches(|c: char| !c.is_ascii_alphanumeric() && c != '-');
            let word = word.strip_prefix("P-").unwrap_or(word);
            if made(word) { piece.replace(word, "MADE") } else { piece.to_owned() }
        })
        .collect()
}

#[test]
fn the_tour_shows_a_clinics_fortnight_and_leaves_nothing_behind() {
    let (home, temp) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let done = tour(home.path(), temp.path()).assert().success();
    let Output { stdout, stderr, .. } = done.get_output();
    let text = String::from_utf8(stdout.clone()).unwrap();
    for line in [
        "$ turno init --name 'Clínica Luna' --timezone America/El_Salvador",
        "\n 2026-06-15  11:30  12:00  Dr. García  Clínica Luna \n 2026-06-15  13:00  13:30  Dr. García",
        "\"patientDui\": \"12345678-9\",",
        "error[APPOINTMENT_CONFLICT]: ",
        "\n  1  2026-06-15  10:30  Dr. García  Clínica Luna\n",
        "--name 'Carlos Rivas' --phone 7800-1122 --time 10:30",
        "error[DUPLICATE_BOOKING]: ",
        ": phone is 2222-3333 now.\n",
        "Mon 15 Jun 13:30–14:00",
        "Cancelled: Juan Pérez",
        "5 sent, 0 failed, 0 skipped",
        "The clock: Mon 2026-06-15 08:30",
        "a later message of this appointment goes out instead",
        "2 sent, 0 failed, 1 skipped",
        "superseded",
        "¿Puedo llegar a la una?",
        "quedó confirmada",
        "4 sent, 0 failed, 0 skipped",
        "Did not come: ",
        "start time: 10:30 → 13:30",
        "$ turno db check\nok\n",
        "commands, each ended as it should.",
    ] {
        assert!(text.contains(line), "{line:?} is not in the tour:\n{text}");
    }
    assert!(!text.contains('\u{1b}'), "no colours where nobody sees them");
    assert!(!text.contains(&*temp.path().to_string_lossy()), "what is shown depends on where it runs");
    assert_eq!(String::from_utf8_lossy(stderr), "");
    assert_eq!(entries(temp.path()), Vec::<String>::new());
    assert_eq!(entries(home.path()), Vec::<String>::new());
}

#[test]
fn the_tour_is_the_same_each_time_but_for_what_is_made_at_random() {
    let (home, temp) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let text = || {
        let done = tour(home.path(), temp.path()).assert().success();
        without_made(&String::from_utf8_lossy(&done.get_output().stdout))
    };
    assert_eq!(text(), text());
}

#[test]
fn the_users_own_book_and_settings_play_no_part() {
    let (home, temp) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let own = home.path().join("own.db");
    fs::write(&own, "not to be touched").unwrap();
    tour(home.path(), temp.path())
        .env("TURNO_DB", &own)
        .env("TURNO_CLINIC", "nowhere")
        .env("TURNO_BRANCH", "nowhere")
        .env("TURNO_NOW", "1999-01-01T00:00:00Z")
        .env("TURNO_CONFIG", home.path().join("there-is-none"))
        .assert()
        .success();
    assert_eq!(fs::read_to_string(own).unwrap(), "not to be touched");
    assert_eq!(entries(home.path()), ["own.db"]);
}

#[test]
fn with_colours_it_tells_the_same() {
    let (home, temp) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let done = tour(home.path(), temp.path()).args(["--color", "always"]).assert().success();
    let text = String::from_utf8_lossy(&done.get_output().stdout).into_owned();
    assert!(text.contains("\u{1b}[1m1. Set a clinic up\u{1b}[0m"), "{text}");
    assert!(
        text.contains("\u{1b}[1m\u{1b}[31merror[APPOINTMENT_CONFLICT]"),
        "the commands are coloured, too"
    );
}

#[test]
fn a_reader_who_has_seen_enough_is_left_in_peace() {
    let (home, temp) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let mut child = Command::new(assert_cmd::cargo::cargo_bin!("turno"))
        .arg("demo")
        .env_clear()
        .env("HOME", home.path())
        .env("TMPDIR", temp.path())
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    let ended = child.wait_with_output().unwrap();
    assert!(ended.status.success(), "{:?}", ended.status);
    assert_eq!(String::from_utf8_lossy(&ended.stderr), "");
    assert_eq!(entries(temp.path()), Vec::<String>::new());
}

#[cfg(unix)]
#[test]
fn a_tour_that_can_not_be_given_says_so() {
    let (home, temp) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let failed = tour(home.path(), &temp.path().join("missing")).assert().code(1);
    let text = String::from_utf8_lossy(&failed.get_output().stderr).into_owned();
    assert!(text.starts_with("error[INTERNAL]: the tour's directory"), "{text}");
}
