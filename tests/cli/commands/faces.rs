//! Output: tables, colours, escapes, closed pipes, and command line errors.

use crate::support::Clinic;
use crate::support::views::{ErrorLine, Patient};
use serde_json::Value;
use std::io::Read;
use std::process::Stdio;

#[test]
fn a_reader_that_has_seen_enough_ends_the_program_quietly() {
    let clinic = Clinic::open();
    clinic.does("doctor set GARCIA --slot 1");
    // More than a pipe buffers, so that the program still writes when the reader closes.
    let lines = [
        "slots --from 2026-06-01 --to 2026-06-30",
        "slots --from 2026-06-01 --to 2026-06-30 --json",
        "--help",
    ];
    for line in lines {
        let mut child = clinic.process(line).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let mut first = [0_u8; 16];
        child.stdout.take().unwrap().read_exact(&mut first).unwrap();
        let output = child.wait_with_output().unwrap();
        assert_eq!(String::from_utf8(output.stderr).unwrap(), "", "{line}");
        assert_eq!(output.status.code(), Some(0), "{line}");
    }
}

#[test]
fn a_pipe_that_was_closed_before_is_quiet_for_every_command() {
    let clinic = Clinic::open();
    let booked = clinic.book_juan("--date 2026-06-15 --time 14:00");
    for line in [
        "list",
        "slots",
        "doctor list",
        "audit log",
        "db info",
        "clinic show --json",
        "completions bash",
        "man",
        "--version",
    ] {
        let (reader, writer) = std::io::pipe().unwrap();
        drop(reader);
        let output = clinic.process(line).stdout(writer).stderr(Stdio::piped()).output().unwrap();
        assert_eq!(String::from_utf8(output.stderr).unwrap(), "", "{line}");
        assert_eq!(output.status.code(), Some(0), "{line}");
    }
    let (reader, writer) = std::io::pipe().unwrap();
    drop(reader);
    let line = format!("update {} --notes x", booked.code);
    let output = clinic.process(&line).stdout(writer).output().unwrap();
    assert_eq!(output.status.code(), Some(0));
    assert_eq!(clinic.show(&booked).notes.as_deref(), Some("x"), "what was done is done");
}

#[test]
fn escape_codes_in_a_name_are_shown_escaped() {
    let clinic = Clinic::open();
    let name = "Ana\u{1b}[2J\u{7}\u{9b}31m\u{202e}";
    let booked =
        clinic.book(&format!("--doctor GARCIA --date 2026-06-15 --time 14:00 --phone 7700-0001 --name '{name}' --notes 'a\u{1b}]0;x'"));
    assert_eq!(booked.patient.full_name, name, "JSON keeps what was said");
    clinic.does("doctor set GARCIA --name 'Dr\u{1b}[31m García'");
    for line in [
        "list".to_owned(),
        format!("show {}", booked.code),
        "patient list".to_owned(),
        "patient find ana".to_owned(),
        "doctor list".to_owned(),
        "slots --date 2026-06-15".to_owned(),
        "audit log".to_owned(),
        "remind list".to_owned(),
        "remind due".to_owned(),
        format!("cancel {} --reason x", booked.code),
    ] {
        let text = clinic.run(&line);
        let raw = |c: char| (c.is_control() && c != '\n') || c == '\u{202e}';
        assert!(!text.contains(raw), "{line}: {text:?}");
    }
    assert!(clinic.run("list").contains("Ana\\u{1b}[2J\\u{7}"));
    let refused = clinic.ran("show 'x\u{1b}[2J'").exits(3).stderr();
    assert!(!refused.contains('\u{1b}'), "{refused:?}");
}

#[test]
fn colours_are_used_when_asked_for_and_never_otherwise() {
    let mut clinic = Clinic::open();
    let booked = clinic.book_juan("--date 2026-06-15 --time 14:00");
    let coloured = |clinic: &Clinic, line: &str| clinic.run(line).contains('\u{1b}');
    assert!(!coloured(&clinic, "list"), "a pipe is no terminal");
    for line in ["list --color always".to_owned(), format!("show {} --color always", booked.code)] {
        assert!(coloured(&clinic, &line), "{line}");
    }
    assert!(!coloured(&clinic, "list --json --color always"), "JSON has no colours");
    assert!(!coloured(&clinic, "list --format csv --color always"), "CSV has no colours");
    let error = clinic.ran("show AAAAAA --color always").exits(3).stderr();
    assert!(error.contains('\u{1b}'), "{error}");
    clinic.env("CLICOLOR_FORCE", "1");
    assert!(coloured(&clinic, "list"));
    assert!(!coloured(&clinic, "list --color never"));
    clinic.env("NO_COLOR", "1");
    assert!(!coloured(&clinic, "list"), "NO_COLOR is stronger than CLICOLOR_FORCE");
    assert!(coloured(&clinic, "list --color always"), "what is typed is stronger than both");
    assert!(!clinic.ran("show AAAAAA").exits(3).stderr().contains('\u{1b}'));
}

#[test]
fn mistakes_on_the_command_line_come_as_json_where_json_was_asked_for() {
    let clinic = Clinic::open();
    for line in [
        "book --colour blue --json",
        "--json frobnicate",
        "--format json list --sort colour",
        "--format=json list --limit many",
        "status --json",
        "book --date 2026-06-15 --input x.json --json",
        "list --date today --from today --json",
        "doctor --json",
    ] {
        let ran = clinic.ran(line);
        let refusal = ran.refusal("VALIDATION_ERROR", 2);
        assert!(!refusal.message.is_empty(), "{line}");
        assert!(!refusal.message.contains('\u{1b}') && !refusal.message.starts_with("error"), "{line}");
    }
    let ran = clinic.ran("book --colour blue").exits(2);
    assert!(ran.stderr().starts_with("error[VALIDATION_ERROR]: "), "{}", ran.stderr());
    assert_eq!(ran.stdout(), "");
}

#[test]
fn a_refusal_is_words_for_people_and_one_line_for_scripts() {
    let clinic = Clinic::open();
    let _ = clinic.book_juan("--date 2026-06-15 --time 14:00");
    let line = "book --doctor GARCIA --date 2026-06-15 --time 14:00 --name A --phone 7700-0001";
    let ran = clinic.ran(line).exits(4);
    let text = ran.stderr();
    assert!(text.starts_with("error[APPOINTMENT_CONFLICT]: "), "{text}");
    assert!(text.contains(": Juan Pérez, Mon 15 Jun 14:00, Dr. García"), "{text}");
    assert!(text.contains("1  2026-06-15  13:00"), "{text}");
    assert_eq!(ran.stdout(), "");
    let hint = clinic.ran("show AAAAAA").exits(3).stderr();
    assert!(hint.contains("\nhint: "), "{hint}");
    let json = clinic.ran(&format!("{line} --json")).exits(4).stderr();
    let raw: Value = serde_json::from_str(&json).unwrap();
    assert_eq!(raw["error"]["status"], 409);
    let _: ErrorLine = serde_json::from_str(&json).unwrap();
}

#[test]
fn results_go_to_stdout_and_talk_to_stderr() {
    let clinic = Clinic::empty();
    let ran = clinic.ran("init --name A --timezone UTC").exits(0);
    assert!(!ran.stdout().is_empty() && !ran.stderr().is_empty());
    let quiet = Clinic::empty();
    assert_eq!(quiet.ran("init --name A --timezone UTC --quiet").exits(0).stderr(), "");
    let json = Clinic::empty();
    assert_eq!(json.ran("init --name A --timezone UTC --json").exits(0).stderr(), "");
    let help = clinic.ran("--help").exits(0);
    assert!(help.stdout().contains("Usage: turno") && help.stderr().is_empty());
    let version = clinic.run("--version");
    assert_eq!(version, format!("turno {}\n", env!("CARGO_PKG_VERSION")));
}

#[test]
fn nobody_is_asked_where_nobody_can_answer() {
    let clinic = Clinic::empty();
    let refusal = clinic.refused("init", "VALIDATION_ERROR", 2);
    assert_eq!(refusal.fields(), ["name", "timezone"]);
    let open = Clinic::open();
    let refusal = open.refused("book", "VALIDATION_ERROR", 2);
    assert_eq!(refusal.fields(), ["date", "doctor", "name", "phone"]);
}

#[test]
fn quotes_line_breaks_and_any_script_survive_the_round_trip() {
    let clinic = Clinic::open();
    for (phone, name) in
        [(1, "O\"Brien, \\ \t x"), (2, "日本 花子"), (3, "محمد"), (4, "Zoë 👩‍⚕️"), (5, "{{x}} %s {0}")]
    {
        let added: Patient =
            clinic.json(&format!("patient add --phone 7700-000{phone} --name '{name}' --code N{phone}"));
        assert_eq!(added.full_name, name);
        assert_eq!(clinic.json::<Patient>(&format!("patient show N{phone}")).full_name, name);
    }
    let booked =
        clinic.book("--doctor GARCIA --patient N5 --date 2026-06-15 --time 10:00 --notes 'uno\ndos'");
    assert_eq!(booked.notes.as_deref(), Some("uno\ndos"));
    let text = clinic.sweep().messages.remove(0).text.unwrap();
    assert!(text.contains("Hola {{x}}, "), "a name is no template: {text}");
}
