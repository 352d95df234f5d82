//! Bad input: refusals with code, exit status and message; the book does not change.

use crate::support::views::ErrorLine;
use crate::support::{Clinic, words};
use std::ffi::OsString;

const ANA: &str = "--doctor GARCIA --name Ana --phone +50377000001";

#[test]
fn whatever_is_wrong_is_named_and_nothing_is_written() {
    let clinic = Clinic::open();
    clinic.does("patient add --name 'Eva Ruiz' --phone 7700-0002 --code E1");
    clinic.does("patient add --name 'Eva Ruiz' --phone 7700-0003 --code E2");
    let booked = clinic.book_juan("--date 2026-06-15 --time 14:00");
    let (code, note) = (&booked.code, "x".repeat(40_000));
    let name = "ñ".repeat(201);
    let invalid = |line: String, fields: &'static [&'static str]| (line, "VALIDATION_ERROR", 2, fields);
    let before = (clinic.content(), clinic.run("remind list --json"), clinic.run("patient list --json"));
    for (line, code, exit, fields) in [
        invalid(format!("book {ANA} --date 2026-02-29 --time 10:00"), &["date"]),
        invalid(format!("book {ANA} --date 2026-06-31 --time 10:00"), &["date"]),
        invalid(format!("book {ANA} --date 2026-13-01 --time 10:00"), &["date"]),
        invalid(format!("book {ANA} --date 15/13/2026 --time 10:00"), &["date"]),
        invalid(format!("book {ANA} --date 2026-06-15 --time 24:30"), &["time"]),
        invalid(format!("book {ANA} --date 2026-06-15 --time 1030"), &["time"]),
        invalid(format!("book {ANA} --time 10:00"), &["date"]),
        invalid(format!("book {ANA} --date 2026-06-15"), &["time"]),
        invalid(format!("book {ANA} --at 2026-06-15"), &["at"]),
        invalid(format!("book {ANA} --at 2026-06-15T10:00:30-06:00"), &["at"]),
        invalid(format!("book {ANA} --at 2026-06-15T10:00 --date 2026-06-15 --time 10:00"), &["at"]),
        invalid(format!("book {ANA} --date 2026-06-15 --time 10:00 --duration 0"), &["duration"]),
        invalid(format!("book {ANA} --date 2026-06-15 --time 10:00 --duration -30"), &["duration"]),
        invalid(format!("book {ANA} --date 2026-06-15 --time 10:00 --duration 1.5"), &["duration"]),
        invalid(
            format!("book {ANA} --date 2026-06-15 --time 10:00 --duration 99999999999999999999"),
            &["duration"],
        ),
        invalid(format!("book {ANA} --date 2026-06-15 --time 10:00 --end 10:00"), &["end"]),
        invalid(format!("book {ANA} --date 2026-06-15 --time 10:00 --duration 30 --end 10:30"), &["end"]),
        invalid(format!("book {ANA} --date 2026-06-15 --time 10:00 --notes {note}"), &["notes"]),
        invalid(format!("book {ANA} --date 2026-06-15 --time 10:00 --email ana"), &["email"]),
        invalid(format!("book {ANA} --date 2026-06-15 --time 10:00 --source 'two words'"), &["source"]),
        invalid(
            format!("book --doctor GARCIA --date 2026-06-15 --time 10:00 --phone 7700-0001 --name {name}"),
            &["name"],
        ),
        invalid(
            "book --doctor GARCIA --date 2026-06-15 --time 10:00 --phone 7700-0001 --name ' '".into(),
            &["name"],
        ),
        invalid(
            "book --doctor GARCIA --date 2026-06-15 --time 10:00 --name A --phone +5037765XXXX".into(),
            &["phone"],
        ),
        invalid(
            "book --doctor GARCIA --date 2026-06-15 --time 10:00 --name A --phone 1-800-FLOWERS".into(),
            &["phone"],
        ),
        invalid("book --doctor GARCIA --date 2026-06-15 --time 10:00 --name A --phone 12".into(), &["phone"]),
        invalid("book --doctor GARCIA --date 2026-06-15 --time 10:00 --name A --phone ''".into(), &["phone"]),
        invalid("book --doctor GARCIA --date 2026-06-15 --time 10:00".into(), &["name", "phone"]),
        invalid(format!("update {code} --notes {note} --duration 0"), &["duration", "notes"]),
        invalid(format!("update {code} --follow-up 2026-02-30"), &["follow_up_date"]),
        invalid(format!("reschedule {code} --time 25:00 --date 2026-06-31"), &["date", "time"]),
        invalid(format!("status {code} asleep"), &["status"]),
        invalid(format!("cancel {code} --reason {note}"), &["reason"]),
        invalid(
            "patient add --name A --phone 12 --locale fr --email x --national-id 1".into(),
            &["email", "locale", "national_id", "phone"],
        ),
        invalid("clinic set nonsense 1".into(), &["nonsense"]),
        invalid("slots --date 2026-02-30 --duration 0".into(), &["date", "duration"]),
        invalid("list --date 2026-02-30".into(), &["date"]),
        invalid("count --since someday".into(), &["since"]),
        (
            "book --doctor GARCIA --patient 'eva ruiz' --date 2026-06-15 --time 10:00".into(),
            "AMBIGUOUS",
            2,
            &["candidates", "more"],
        ),
        ("patient show 'Eva Ruiz'".into(), "AMBIGUOUS", 2, &["candidates", "more"]),
        (
            "book --doctor GARCIA --patient 'Eva Ruizz' --date 2026-06-15 --time 10:00".into(),
            "RESOURCE_NOT_FOUND",
            3,
            &["given", "kind"],
        ),
    ] {
        let shown: String = line.chars().take(120).collect();
        let refusal = clinic.refused(&line, code, exit);
        assert_eq!(refusal.fields(), fields, "{shown}");
        let texts_are_short = refusal.details.values().all(|detail| detail.to_string().len() < 1000);
        assert!(texts_are_short && refusal.message.len() < 1000, "{shown}: the refusal repeats the input");
    }
    let after = (clinic.content(), clinic.run("remind list --json"), clinic.run("patient list --json"));
    assert_eq!(after, before);
    clinic.is_sound();
}

#[test]
fn the_limits_themselves_are_accepted() {
    let clinic = Clinic::open();
    let (note, name) = ("ñ".repeat(10_000), "ñ".repeat(200));
    let booked = clinic.book(&format!(
        "--doctor GARCIA --date 2026-06-15 --time 10:00 --phone 7700-0001 --name {name} --notes {note}"
    ));
    assert_eq!(booked.notes.unwrap().chars().count(), 10_000);
    assert_eq!(booked.patient.full_name, name);
    let _ = clinic.not_booked(
        &format!("{ANA} --date 2026-06-16 --time 10:00 --notes {note}x"),
        "VALIDATION_ERROR",
        2,
    );
}

#[cfg(unix)]
#[test]
fn an_argument_that_is_not_utf_8_is_refused() {
    use std::os::unix::ffi::OsStringExt;
    let clinic = Clinic::open();
    let before = clinic.content();
    for line in [
        "book --doctor GARCIA --date 2026-06-15 --time 10:00 --phone 7700-0001 --json --name",
        "patient find --json",
        "show --json",
    ] {
        let mut command = clinic.command();
        let output =
            command.args(words(line)).arg(OsString::from_vec(b"Ju\xffan".to_vec())).output().unwrap();
        assert_eq!(output.status.code(), Some(2), "{line}");
        assert_eq!(output.stdout, b"");
        let ErrorLine { error } = serde_json::from_slice(&output.stderr).unwrap();
        assert_eq!(error.code, "VALIDATION_ERROR", "{line}");
    }
    assert_eq!(clinic.content(), before);
}

#[test]
fn a_clock_that_cannot_be_read_is_refused() {
    let mut clinic = Clinic::open();
    for now in ["yesterday", "2026-06-01", "2026-06-01T08:00:00"] {
        clinic.at(now);
        let refusal = clinic.refused("list", "VALIDATION_ERROR", 2);
        assert_eq!(refusal.fields(), ["TURNO_NOW"], "{now}");
    }
}

#[test]
fn far_dates_are_refused_and_nothing_panics() {
    let clinic = Clinic::open();
    for when in [
        "--date 9999-12-31 --time 10:00",
        "--at 9999-12-31T23:59:00Z",
        "--date 0001-01-01 --time 10:00",
        "--at 0001-01-01T00:00:00+14:00",
        "--date +36500d --time 10:00",
        "--date 99999-01-01 --time 10:00",
        "--date -5d --time 10:00",
    ] {
        let ran = clinic.ran(&format!("book {ANA} {when} --json"));
        assert!(matches!(ran.exit, Some(2 | 5)), "{when}: {ran:?}");
        let ErrorLine { error } = serde_json::from_slice(&ran.stderr).unwrap();
        assert!(["VALIDATION_ERROR", "PAST_APPOINTMENT", "TOO_FAR"].contains(&error.code.as_str()), "{when}");
    }
    for line in
        ["slots --date 9999-12-31", "slots --date 0001-01-01", "list --from 0001-01-01 --to 9999-12-31"]
    {
        let ran = clinic.ran(&format!("{line} --json"));
        assert!(matches!(ran.exit, Some(0 | 2)), "{line}: {ran:?}");
    }
}

#[test]
fn typos_are_answered_with_what_was_likely_meant() {
    let clinic = Clinic::open();
    for (line, meant) in [
        ("boook GARCIA tomorrow 9 Ana 7012-3456", "book"),
        ("doctor lst", "list"),
        ("list --docter GARCIA", "--doctor"),
        ("list --sort strat", "start"),
    ] {
        let refusal = clinic.refused(line, "VALIDATION_ERROR", 2);
        assert!(refusal.texts("did_you_mean").contains(&meant), "{line}: {:?}", refusal.details);
        let said = clinic.ran(line).exits(2).stderr();
        assert!(said.contains("did you mean") && said.contains(&format!("`{meant}`")), "{line}: {said}");
    }
    let refusal = clinic.refused("clinic set slot_minuts 20", "VALIDATION_ERROR", 2);
    assert_eq!(refusal.details["did_you_mean"], "slot_minutes");
    let said = clinic.ran("clinic set slot-minuts 20").exits(2).stderr();
    assert!(said.contains("did you mean `turno clinic set slot_minutes 20`?"), "{said}");
}
