//! The audit log: who, when, what, before and after; and whether it is still as it was written.

use crate::support::Clinic;
use crate::support::views::{Entry, Findings, Log};
use serde_json::json;

fn log(clinic: &Clinic, filters: &str) -> Vec<Entry> {
    let Log { entries, total } = clinic.json(&format!("audit log {filters}"));
    assert_eq!(entries.len(), total);
    entries
}

#[test]
fn every_change_says_who_when_what_before_and_after() {
    let mut clinic = Clinic::open();
    clinic.env("TURNO_ACTOR", "ana");
    let booked = clinic.book_juan("--date 2026-06-15 --time 14:00");
    clinic.env("TURNO_ACTOR", "eva").at("2026-06-02T08:00:00-06:00");
    clinic.does(&format!("reschedule {} --date 2026-06-16 --time 10:00 --reason 'Lo pidió'", booked.code));
    clinic.does(&format!("cancel {} --reason viaje", booked.code));
    let entries = log(&clinic, &format!("--record {}", booked.code));
    let actions: Vec<_> =
        entries.iter().map(|e| (e.action.as_str(), e.actor.as_str(), e.at.as_str())).collect();
    assert_eq!(
        actions,
        [
            ("appointment.booked", "ana", "2026-06-01T08:00:00-06:00"),
            ("appointment.rescheduled", "eva", "2026-06-02T08:00:00-06:00"),
            ("appointment.cancelled", "eva", "2026-06-02T08:00:00-06:00"),
        ]
    );
    assert!(entries.iter().all(|entry| entry.kind == "appointment" && entry.record_id == booked.id));
    assert_eq!(entries[0].before, None);
    assert_eq!(entries[0].after.as_ref().unwrap()["status"], "confirmed");
    let (before, after) = (entries[1].before.as_ref().unwrap(), entries[1].after.as_ref().unwrap());
    assert_eq!((&before["date"], &after["date"]), (&json!("2026-06-15"), &json!("2026-06-16")));
    assert_eq!((&before["start_time"], &after["start_time"]), (&json!("14:00"), &json!("10:00")));
    assert_eq!(entries[1].note.as_deref(), Some("Lo pidió"));
    assert_eq!(entries[2].after.as_ref().unwrap()["cancellation_reason"], "viaje");
    assert_eq!(log(&clinic, "--actor ana").len(), 2, "the patient and the appointment");
    assert_eq!(log(&clinic, "--since 2026-06-02").len(), 2);
    assert_eq!(log(&clinic, "--limit 1")[0].action, "appointment.cancelled");
}

#[test]
fn every_command_that_changes_something_leaves_an_entry() {
    let mut clinic = Clinic::open();
    let booked = clinic.book_juan("--date 2026-06-01 --time 10:00");
    let code = &booked.code;
    let mut count = log(&clinic, "--limit 1000").len();
    clinic.at("2026-06-01T10:05:00-06:00");
    for (line, entries) in [
        ("clinic set locale en".to_owned(), 1),
        ("branch add --name Norte --code N".to_owned(), 1),
        ("branch set N --name Sur".to_owned(), 1),
        ("branch remove N".to_owned(), 1),
        ("doctor set GARCIA --slot 20".to_owned(), 1),
        ("service add --name X --code X".to_owned(), 1),
        ("window close DAY".to_owned(), 1),
        ("window open DAY".to_owned(), 1),
        ("closure add --date 2026-07-01 --reason x".to_owned(), 1),
        ("patient add --name A --phone 7700-0001 --code A".to_owned(), 1),
        ("patient set A --opt-out".to_owned(), 1),
        (format!("update {code} --notes x"), 1),
        (format!("update {code} --notes x"), 0),
        (format!("status {code} no_show"), 2),
        (format!("status {code} no_show"), 0),
        (format!("status {code} checked_in"), 2),
        (format!("show {code}"), 0),
        ("slots".to_owned(), 0),
        ("list".to_owned(), 0),
    ] {
        clinic.does(&line);
        let now = log(&clinic, "--limit 1000").len();
        assert_eq!(now - count, entries, "{line}");
        count = now;
    }
    let seqs: Vec<i64> = log(&clinic, "--limit 1000").iter().map(|entry| entry.seq).collect();
    assert!(seqs.windows(2).all(|pair| pair[0] + 1 == pair[1]), "{seqs:?}");
    clinic.is_sound();
}

#[test]
fn a_refusal_leaves_no_entry() {
    let clinic = Clinic::open();
    let before = clinic.run("audit log --limit 1000 --json");
    let _ = clinic.not_booked(
        "--doctor GARCIA --date 2026-06-14 --time 10:00 --name A --phone 7700-0001",
        "OUTSIDE_AVAILABILITY",
        5,
    );
    assert_eq!(clinic.run("audit log --limit 1000 --json"), before);
}

#[test]
fn an_edit_past_the_program_is_noticed() {
    for (what, sql) in [
        ("an actor", "UPDATE audit_log SET actor = 'nobody' WHERE seq = 4"),
        ("an instant", "UPDATE audit_log SET at = at + 1 WHERE seq = 4"),
        ("an image", "UPDATE audit_log SET after = replace(after, '14:00', '15:00') WHERE action = 'appointment.booked'"),
        ("a missing entry", "DELETE FROM audit_log WHERE seq = 4"),
        ("a cut end", "DELETE FROM audit_log WHERE seq = (SELECT max(seq) FROM audit_log)"),
        ("two swapped", "UPDATE audit_log SET seq = CASE seq WHEN 3 THEN -4 ELSE -3 END WHERE seq IN (3, 4);
            UPDATE audit_log SET seq = -seq WHERE seq < 0"),
        ("an added entry", "INSERT INTO audit_log SELECT seq + 1, at, actor, clinic_id, action, kind, record_id, note, before, after, mac
            FROM audit_log ORDER BY seq DESC LIMIT 1"),
    ] {
        let clinic = Clinic::open();
        let _ = clinic.book_juan("--date 2026-06-15 --time 14:00");
        let sound: Findings = clinic.json("audit verify");
        assert_eq!((sound.ok, sound.findings.len(), sound.entries), (true, 0, Some(6)));
        clinic.place().run(sql).unwrap();
        let ran = clinic.ran("audit verify --json").exits(1);
        let found: Findings = ran.json();
        assert!(!found.ok && !found.findings.is_empty(), "{what}: {found:?}");
        assert_eq!(ran.stderr(), "", "findings are the result, not an error");
        let checked: Findings = clinic.ran("db check --json").exits(1).json();
        assert!(!checked.ok, "{what}: db check looks at the log, too");
    }
}

#[test]
fn the_log_reads_as_lines_for_people() {
    let clinic = Clinic::open();
    let _ = clinic.book_juan("--date 2026-06-15 --time 14:00");
    let text = clinic.run("audit log --limit 1");
    for word in ["recepcion", "appointment.booked"] {
        assert!(text.contains(word), "{word} is not in\n{text}");
    }
}
