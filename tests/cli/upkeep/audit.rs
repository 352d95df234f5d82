//! The audit log: who changed what and when, values before and after, and verification.

use crate::support::Clinic;
use crate::support::views::{Entry, Log};
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
fn every_command_that_changes_something_or_looks_at_a_patient_leaves_an_entry() {
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
        ("patient show A".to_owned(), 1),
        ("patient show A --reveal".to_owned(), 1),
        ("patient set A --opt-out".to_owned(), 1),
        ("patient find A".to_owned(), 1),
        ("patient find nobody".to_owned(), 1),
        ("patient list".to_owned(), 0),
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
fn looking_at_a_patient_is_an_entry_and_nothing_that_was_typed_is_in_it() {
    let mut clinic = Clinic::open();
    clinic.env("TURNO_ACTOR", "ana");
    clinic.does("patient add --name 'Eva Sol' --phone 7700-0001 --national-id 98765432-1 --code EVA");
    clinic.does("patient add --name 'Leo Sol' --phone 7700-0002 --code LEO");
    clinic.env("TURNO_ACTOR", "curioso");
    for line in
        ["show 7700-0001", "show EVA --reveal", "find sol", "find 98765432-1", "find 7700-0001", "find Nadie"]
    {
        clinic.does(&format!("patient {line}"));
    }
    let seen = log(&clinic, "--actor curioso");
    let actions: Vec<&str> = seen.iter().map(|entry| entry.action.as_str()).collect();
    let found = "patient.found";
    assert_eq!(actions, ["patient.shown", "patient.revealed", found, found, found, found]);
    let numbers: Vec<_> =
        seen[2..].iter().map(|entry| entry.after.as_ref().unwrap()["found"].clone()).collect();
    assert_eq!(numbers, [2, 1, 1, 0]);
    // Reads are found by patient, also through the searches that listed the patient.
    assert_eq!(log(&clinic, "--record EVA --actor curioso").len(), 5);
    assert_eq!(log(&clinic, "--record LEO --actor curioso").len(), 1);
    let text = serde_json::to_string(&seen.iter().map(|entry| &entry.after).collect::<Vec<_>>()).unwrap();
    // Long enough not to occur in a hash by chance.
    for word in ["Eva Sol", "Leo Sol", "98765432", "7700-000", "77000001", "Nadie", "\"sol\""] {
        assert!(!text.contains(word), "{word} is in {text}");
    }
    clinic.is_sound();
}

#[test]
fn nothing_is_answered_whose_entry_can_not_be_written() {
    let clinic = Clinic::open();
    clinic.does("patient add --name 'Eva Sol' --phone 7700-0001 --code EVA");
    std::fs::rename(clinic.secret_path(), clinic.home().join("aside")).unwrap();
    for line in ["patient show EVA", "patient find eva", "patient show EVA --reveal"] {
        let _ = clinic.refused(line, "STORE_UNAVAILABLE", 7);
    }
}

#[test]
fn the_log_is_asked_by_actor_record_act_and_time() {
    let mut clinic = Clinic::open();
    clinic.does("patient add --name 'Eva Sol' --phone 7700-0001 --code EVA");
    clinic.does("service add --name Vacuna --code EVA");
    clinic.at("2026-06-02T10:00:00-06:00").does("patient set EVA --locale en");
    clinic.at("2026-06-03T10:00:00-06:00").does("doctor set GARCIA --slot 20");
    for (filters, count) in [
        ("--record 'Dr. García'", 2),
        ("--record garcia", 2),
        ("--record 'eva sol'", 2),
        ("--record +50377000001", 2),
        ("--record Vacuna", 1),
        ("--record sanjose", 1),
        ("--record DAY", 1),
        ("--action patient.updated", 1),
        ("--action patient", 2),
        ("--action pat", 0),
        ("--action patient_", 0),
        ("--since 2026-06-02 --until 2026-06-02", 1),
        ("--until 2026-06-01", 6),
        ("--since 2026-06-02T10:00:00-06:00 --until 2026-06-03T09:59:59-06:00", 1),
    ] {
        assert_eq!(log(&clinic, filters).len(), count, "{filters}");
    }
    let refusal = clinic.refused("audit log --record EVA", "AMBIGUOUS", 2);
    let kinds: Vec<_> =
        refusal.details["candidates"].as_array().unwrap().iter().map(|c| &c["kind"]).collect();
    assert_eq!(kinds, ["patient", "service"]);
    let _ = clinic.refused("audit log --record nobody", "RESOURCE_NOT_FOUND", 3);
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
