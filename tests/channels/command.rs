//! `command`: no behaviour of the program stops the sweep.

use crate::support::{SECRET, letter, open, short, try_open, why};
use serde_json::Value;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;
use std::time::{Duration, Instant};
use tempfile::TempDir;
use turno::delivery::channel::{Letter, Outcome};

/// A folder with a shell script.
struct Script {
    folder: TempDir,
}

impl Script {
    fn new(body: &str) -> Script {
        let script = Script { folder: tempfile::tempdir().unwrap() };
        let path = script.path("send");
        fs::write(&path, format!("#!/bin/sh\n{body}\n")).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
        script
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Sends a letter; `more` is added to the configuration.
    fn send(&self, letter: &Letter, more: &str) -> Outcome {
        open(&self.config(more)).send(letter)
    }

    fn config(&self, more: &str) -> String {
        let program = self.path("send");
        format!("[channels.it]\nkind = \"command\"\nprogram = {:?}\n{more}", program.display().to_string())
    }
}

#[test]
fn the_status_says_what_became_of_the_letter() {
    for (body, expected, said) in [
        ("cat >/dev/null", "sent", ""),
        ("exit 75", "later", "send asks to be tried again"),
        ("echo 'no   credit' >&2; exit 75", "later", "send asks to be tried again: no credit"),
        ("exit 1", "never", "send ended with status 1"),
        (
            "echo one >&2; printf 'bad \\033[31mnumber\\r\\n\\n' >&2; exit 3",
            "never",
            "send ended with status 3: bad [31mnumber",
        ),
        ("kill -9 $$", "never", "send was ended by signal 9"),
        ("echo what is said on stdout is nobody\\'s business; exit 1", "never", "send ended with status 1"),
    ] {
        let outcome = Script::new(body).send(&letter(), "");
        assert_eq!((short(&outcome).as_str(), why(&outcome).as_str()), (expected, said), "{body}");
    }
}

#[test]
fn the_program_reads_the_message_as_one_json_object() {
    let script = Script::new("cat >\"$1\"");
    let to = script.path("message");
    let args = format!("args = [{:?}]", to.display().to_string());
    assert_eq!(script.send(&letter(), &args), Outcome::Sent);
    let message: Value = serde_json::from_slice(&fs::read(&to).unwrap()).unwrap();
    let expected = serde_json::json!({
        "message_id": "019ecbcd-c240-73e3-9949-22c627161344",
        "kind": "reminder",
        "to": { "name": "Ana Mejía", "phone": "+50370123456", "email": "ana@example.com" },
        "clinic": "Clínica Sol",
        "language": "es",
        "subject": letter().subject,
        "text": letter().text,
        "appointment": {
            "patient": "Ana Mejía", "day": "miércoles 17 de junio de 2026", "time": "10:00", "doctor": "",
        },
        "entry": {
            "uid": "019ebe10-4d80-72f5-a53e-2be3c4fb70c3", "sequence": 2,
            "starts_at": "2026-06-17T16:00:00Z", "ends_at": "2026-06-17T16:30:00Z",
            "changed_at": "2026-06-15T05:06:40Z",
            "place": "Clínica Sol, Av. Juárez 5", "summary": "Cita con Dra. Ruiz", "cancelled": false,
        },
    });
    assert_eq!(message, expected);
}

#[test]
fn arguments_reach_the_program_as_they_are() {
    let script = Script::new("cat >/dev/null; printf '%s|' \"$@\" >\"$0.args\"");
    assert_eq!(script.send(&letter(), "args = [\"a b\", \"$HOME\", \"`id`\", \"\"]"), Outcome::Sent);
    assert_eq!(fs::read_to_string(script.path("send.args")).unwrap(), "a b|$HOME|`id`||");
}

#[test]
fn the_program_sees_of_the_environment_what_it_is_given() {
    let script = Script::new("cat >/dev/null; env >\"$0.env\"");
    assert_eq!(script.send(&letter(), "environment = [\"TEST_EXTRA\"]"), Outcome::Sent);
    let environment = fs::read_to_string(script.path("send.env")).unwrap();
    assert!(environment.contains("TEST_EXTRA=extra\n") && environment.contains("PATH="), "{environment}");
    // The program must not get another channel's password.
    assert!(!environment.contains(SECRET), "{environment}");
}

/// Sends a letter and measures the time.
fn timed(script: &Script, more: &str) -> (Outcome, Duration) {
    let channel = open(&script.config(more));
    let started = Instant::now();
    let outcome = channel.send(&letter());
    (outcome, started.elapsed())
}

#[test]
fn a_program_that_never_ends_is_stopped_with_all_that_it_started() {
    for body in ["sleep 60", "trap '' TERM; sleep 60 & sleep 60", "sh -c 'trap \"\" TERM; sleep 60' & wait"] {
        let script = Script::new(&format!("echo $$ >\"$0.pid\"; echo still here >&2; {body}"));
        let (outcome, took) = timed(&script, "timeout = 1");
        assert_eq!(short(&outcome), "later", "{body}: {outcome:?}");
        assert_eq!(why(&outcome), "send took longer than 1 s and was stopped: still here");
        assert!(took < Duration::from_secs(4), "{body}: {took:?}");
        let group = fs::read_to_string(script.path("send.pid")).unwrap();
        // The process group must hold no running process; zombies don't count.
        let listed = std::process::Command::new("ps").args(["-eo", "pgid,stat"]).output();
        if let Ok(listed) = listed {
            let listed = String::from_utf8(listed.stdout).unwrap();
            let mut rows = listed.lines().map(|row| row.split_whitespace().collect::<Vec<_>>());
            assert!(!rows.any(|row| row[0] == group.trim() && !row[1].starts_with('Z')), "{body}\n{listed}");
        }
    }
}

#[test]
fn what_a_program_does_with_its_pipes_does_not_hold_up_the_sweep() {
    let mut long = letter();
    // More than a pipe buffers.
    long.text = "x".repeat(300_000);
    for (body, expected) in [
        // Reads nothing.
        ("exit 0", "sent"),
        ("exec <&-; sleep 0.2; exit 0", "sent"),
        // Writes megabytes before reading.
        (
            "i=0; while [ $i -lt 300 ]; do printf '%10000s\\n' x >&2; printf '%10000s\\n' x; i=$((i+1)); done; cat >/dev/null",
            "sent",
        ),
        // Leaves a child that keeps the pipes open.
        ("sleep 60 & exit 0", "sent"),
        ("sleep 60 & echo no >&2; exit 1", "never"),
    ] {
        let script = Script::new(body);
        let channel = open(&script.config("timeout = 20"));
        let started = Instant::now();
        let outcome = channel.send(&long);
        assert_eq!(short(&outcome), expected, "{body}: {outcome:?}");
        assert!(started.elapsed() < Duration::from_secs(5), "{body}: {:?}", started.elapsed());
    }
}

#[test]
fn a_daemon_that_left_the_group_keeps_the_pipe_and_does_not_hold_up_the_sweep() {
    if std::process::Command::new("setsid").arg("true").status().is_err() {
        return;
    }
    let script = Script::new("setsid sleep 5 & sleep 0.2; echo gone >&2; exit 1");
    let (outcome, took) = timed(&script, "");
    assert_eq!(short(&outcome), "never", "{outcome:?}");
    assert!(took < Duration::from_secs(3), "{took:?}");
}

#[test]
fn a_program_that_went_away_since_holds_the_channel_up() {
    let script = Script::new("exit 0");
    let channel = open(&script.config(""));
    fs::remove_file(script.path("send")).unwrap();
    let outcome = channel.send(&letter());
    assert_eq!(short(&outcome), "held up", "{outcome:?}");
}

#[test]
fn a_program_that_is_not_there_is_refused_before_anything_is_sent() {
    let folder = tempfile::tempdir().unwrap();
    let plain = folder.path().join("plain");
    fs::write(&plain, "no program").unwrap();
    let plain = plain.display().to_string();
    for program in ["/no/such/program", "no-such-program-anywhere", "./send", "", "/tmp", &plain] {
        let refusal = try_open(&format!("[channels.it]\nkind = \"command\"\nprogram = {program:?}"));
        let refusal = refusal.err().unwrap_or_else(|| panic!("{program} was taken"));
        assert!(refusal.details.contains_key("channels.it.program"), "{program}: {refusal}");
    }
    // A name without a path is searched in PATH.
    assert!(try_open("[channels.it]\nkind = \"command\"\nprogram = \"cat\"").is_ok());
}
