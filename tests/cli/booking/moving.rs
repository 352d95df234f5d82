//! Rescheduling and updating: the new time passes all checks, or the old one stays.

use crate::support::Clinic;
use crate::support::views::{Appointment, Messages};

const ANA: &str = "--doctor GARCIA --name 'Ana Ruiz' --phone +50377000001";

fn moved(clinic: &Clinic, appointment: &Appointment, options: &str) -> Appointment {
    clinic.json(&format!("reschedule {} {options}", appointment.code))
}

#[test]
fn s6_a_move_keeps_all_but_the_time() {
    let mut clinic = Clinic::open();
    let booked =
        clinic.book_juan("--date 2026-06-15 --time 14:00 --reason Control --notes Nota --duration 45");
    clinic.at("2026-06-02T08:00:00-06:00");
    let now = moved(&clinic, &booked, "--date 2026-06-16 --time 10:00 --reason 'Lo pidió'");
    let expected = Appointment {
        date: "2026-06-16".into(),
        start_time: "10:00".into(),
        end_time: "10:45".into(),
        starts_at: "2026-06-16T10:00:00-06:00".into(),
        ends_at: "2026-06-16T10:45:00-06:00".into(),
        updated_at: "2026-06-02T08:00:00-06:00".into(),
        reschedule_count: 1,
        idempotent: None,
        waiting: Some(Vec::new()),
        ..booked.clone()
    };
    assert_eq!(now, expected);
    assert!(clinic.free("--doctor GARCIA --date 2026-06-15").contains(&"14:00".to_owned()));
    let log = clinic.run(&format!("audit log --record {} --json", booked.code));
    assert!(log.contains("\"note\":\"Lo pidió\""), "{log}");
}

#[test]
fn b3_a_move_replans_the_reminders_and_tells_the_patient() {
    let clinic = Clinic::open();
    let booked = clinic.book_juan("--date 2026-06-15 --time 14:00 --no-notify");
    let _ = moved(&clinic, &booked, "--at 2026-06-17T10:00");
    let Messages { messages, .. } = clinic.json(&format!("remind list --appointment {}", booked.code));
    let mut seen: Vec<_> =
        messages.iter().map(|m| (m.status.as_str(), m.kind.as_str(), m.due_at.as_str())).collect();
    seen.sort_unstable();
    assert_eq!(
        seen,
        [
            ("dropped", "reminder", "2026-06-14T14:00:00-06:00"),
            ("dropped", "reminder", "2026-06-15T12:00:00-06:00"),
            ("pending", "reminder", "2026-06-16T10:00:00-06:00"),
            ("pending", "reminder", "2026-06-17T08:00:00-06:00"),
            ("pending", "reschedule", "2026-06-01T08:00:00-06:00"),
        ]
    );
    let _ = moved(&clinic, &booked, "--at 2026-06-18T10:00 --no-notify");
    let Messages { messages, .. } = clinic.json("remind list --status pending");
    assert!(messages.iter().all(|message| message.kind == "reminder"), "{messages:?}");
    assert_eq!(messages.len(), 2);
    clinic.is_sound();
}

#[test]
fn a_move_is_held_against_everything_but_itself() {
    let clinic = Clinic::open();
    let booked = clinic.book_juan("--date 2026-06-15 --time 14:00 --duration 60");
    let other = clinic.book(&format!("{ANA} --date 2026-06-15 --time 15:30"));
    assert_eq!(moved(&clinic, &booked, "--date 2026-06-15 --time 14:30").end_time, "15:30");
    for (options, code, exit) in [
        ("--date 2026-06-15 --time 15:00", "APPOINTMENT_CONFLICT", 4),
        ("--date 2026-06-15 --time 08:00", "OUTSIDE_AVAILABILITY", 5),
        ("--date 2026-06-15 --time 16:30", "INVALID_TIME_SLOT", 5),
        ("--date 2026-05-15 --time 14:00", "PAST_APPOINTMENT", 2),
        ("--date 2028-06-15 --time 14:00", "TOO_FAR", 5),
        ("--date 2026-06-16 --time 14:00 --doctor HOUSE", "RESOURCE_NOT_FOUND", 3),
        ("--date 2026-06-16 --time 25:00 --duration 0", "VALIDATION_ERROR", 2),
        ("", "VALIDATION_ERROR", 2),
    ] {
        let before = clinic.content();
        let refusal = clinic.refused(&format!("reschedule {} {options}", booked.code), code, exit);
        assert_eq!(clinic.content(), before, "{options}: the old slot is kept");
        if code == "APPOINTMENT_CONFLICT" {
            assert_eq!(refusal.text("conflicting_appointment_id"), other.id);
            assert_eq!(refusal.texts("suggested_times")[0], "16:00");
        }
    }
}

#[test]
fn a_move_to_another_day_or_doctor_takes_a_new_token() {
    let clinic = Clinic::open();
    clinic.does("doctor add --name 'Dra. Sol' --code SOL");
    clinic.does("window add --doctor SOL --days mon-fri --from 09:00 --to 17:00");
    clinic.book_at("2026-06-15", "09:00");
    let booked = clinic.book_juan("--date 2026-06-15 --time 14:00");
    assert_eq!(booked.token_number, 2);
    assert_eq!(moved(&clinic, &booked, "--date 2026-06-15 --time 15:00").token_number, 2);
    assert_eq!(moved(&clinic, &booked, "--date 2026-06-16 --time 15:00").token_number, 1);
    let elsewhere = moved(&clinic, &booked, "--date 2026-06-15 --time 15:00 --doctor SOL");
    assert_eq!((elsewhere.token_number, elsewhere.doctor.unwrap().code.as_str()), (1, "SOL"));
    assert_eq!(clinic.show(&booked).reschedule_count, 3);
    clinic.is_sound();
}

#[test]
fn a_move_to_another_branch_finds_its_window_and_zone() {
    let clinic = Clinic::open();
    clinic.does("branch add --name Madrid --code MAD --timezone Europe/Madrid");
    clinic.does("window add --doctor GARCIA --branch MAD --days tue --from 16:00 --to 20:00 --session Tarde");
    let booked = clinic.book_juan("--branch main --date 2026-06-15 --time 14:00");
    let there = moved(&clinic, &booked, "--branch MAD --date 2026-06-16 --time 16:30");
    assert_eq!((there.branch.code.as_str(), there.timezone.as_str()), ("MAD", "Europe/Madrid"));
    assert_eq!(there.starts_at, "2026-06-16T16:30:00+02:00");
    assert_eq!(there.session.as_deref(), Some("Tarde"));
}

#[test]
fn a_move_to_a_repeated_hour_is_never_guessed() {
    let mut clinic = Clinic::empty();
    clinic.at("2026-10-01T08:00:00+02:00");
    clinic.does("init --name Noche --timezone Europe/Madrid --code noche");
    clinic.does("doctor add --name 'Dr. Noche' --code N --slot 60");
    clinic.does("window add --doctor N --days daily --from 00:00 --to 24:00");
    let booked = clinic.book("--doctor N --date 2026-10-24 --time 12:00 --name A --phone +34612345678");
    let refusal = clinic.refused(
        &format!("reschedule {} --date 2026-10-25 --time 02:30", booked.code),
        "INVALID_TIME_SLOT",
        5,
    );
    assert_eq!(refusal.texts("candidates"), ["2026-10-25T02:30:00+02:00", "2026-10-25T02:30:00+01:00"]);
    let second = moved(&clinic, &booked, "--at 2026-10-25T02:30:00+01:00");
    assert_eq!(second.starts_at, "2026-10-25T02:30:00+01:00");
}

#[test]
fn s8_an_update_changes_fields_and_none_or_empty_clears_them() {
    let clinic = Clinic::open();
    let booked = clinic.book_juan("--date 2026-06-15 --time 14:00 --notes Nota");
    let updated: Appointment = clinic.json(&format!(
        "update {} --notes 'Nota 2' --reason Dolor --diagnosis Gripe --prescription Reposo --follow-up 2026-07-01 --visit-type primera",
        booked.code
    ));
    assert_eq!((updated.notes.as_deref(), updated.reason.as_deref()), (Some("Nota 2"), Some("Dolor")));
    assert_eq!(
        (updated.diagnosis.as_deref(), updated.prescription.as_deref()),
        (Some("Gripe"), Some("Reposo"))
    );
    assert_eq!((updated.follow_up_required, updated.follow_up_date.as_deref()), (true, Some("2026-07-01")));
    assert_eq!(updated.visit_type.as_deref(), Some("primera"));
    let cleared: Appointment = clinic.json(&format!("update {} --follow-up none --notes ''", booked.code));
    assert_eq!((cleared.follow_up_required, cleared.follow_up_date, cleared.notes), (false, None, None));
    assert_eq!(cleared.reason.as_deref(), Some("Dolor"), "what is not given is kept");
}

#[test]
fn null_on_update_clears_and_an_absent_field_is_kept() {
    let clinic = Clinic::open();
    let booked =
        clinic.book_juan("--date 2026-06-15 --time 14:00 --notes Nota --reason Dolor --visit-type v");
    clinic.does(&format!("update {} --diagnosis Gripe --follow-up 2026-07-01", booked.code));
    let line = format!("update {} --input - --json", booked.code);
    let body =
        r#"{"notes":null,"visit_type":null,"diagnosis":null,"follow_up_date":null,"prescription":"Reposo"}"#;
    let updated: Appointment = clinic.fed(&line, body).exits(0).json();
    assert_eq!((updated.notes, updated.visit_type, updated.diagnosis), (None, None, None));
    assert_eq!((updated.follow_up_date, updated.prescription.as_deref()), (None, Some("Reposo")));
    assert_eq!(updated.reason.as_deref(), Some("Dolor"));
}

#[test]
fn a_longer_visit_runs_the_checks_of_room() {
    let clinic = Clinic::open();
    let booked = clinic.book_juan("--date 2026-06-15 --time 14:00");
    let other = clinic.book(&format!("{ANA} --date 2026-06-15 --time 15:00"));
    let longer: Appointment = clinic.json(&format!("update {} --duration 60", booked.code));
    assert_eq!((longer.duration_minutes, longer.end_time.as_str()), (60, "15:00"));
    let refusal =
        clinic.refused(&format!("update {} --duration 61 --notes x", booked.code), "APPOINTMENT_CONFLICT", 4);
    assert_eq!(refusal.text("conflicting_appointment_id"), other.id);
    let _ = clinic.refused(&format!("update {} --duration 121", other.code), "INVALID_TIME_SLOT", 5);
    let _ = clinic.refused(&format!("update {} --duration 0", other.code), "VALIDATION_ERROR", 2);
    let shown = clinic.show(&booked);
    assert_eq!((shown.duration_minutes, shown.notes), (60, None), "all or nothing");
    clinic.is_sound();
}

#[test]
fn fields_time_and_status_change_together_or_not_at_all() {
    let clinic = Clinic::open();
    let booked = clinic.book_juan("--date 2026-06-15 --time 14:00 --status scheduled");
    clinic.book_at("2026-06-16", "10:00");
    let line = format!("update {} --input - --json", booked.code);
    let before = clinic.content();
    for (body, code, exit) in [
        (
            r#"{"notes":"x","date":"2026-06-16","time":"10:00","status":"confirmed"}"#,
            "APPOINTMENT_CONFLICT",
            4,
        ),
        (
            r#"{"notes":"x","date":"2026-06-16","time":"11:00","status":"no_show"}"#,
            "INVALID_STATE_TRANSITION",
            5,
        ),
        (r#"{"notes":"x","date":"2026-06-16","time":"11:00","status":"cancelled"}"#, "VALIDATION_ERROR", 2),
        (r#"{"notes":"x","date":"2026-06-31","status":"asleep","colour":"blue"}"#, "VALIDATION_ERROR", 2),
    ] {
        let refusal = clinic.fed(&line, body).refusal(code, exit);
        if body.contains("colour") {
            assert_eq!(refusal.fields(), ["colour", "date", "status"]);
        }
        assert_eq!(clinic.content(), before, "{body}");
    }
    let body =
        r#"{"notes":"x","date":"2026-06-16","time":"11:00","duration_minutes":45,"status":"confirmed"}"#;
    let updated: Appointment = clinic.fed(&line, body).exits(0).json();
    assert_eq!(
        (updated.date.as_str(), updated.start_time.as_str(), updated.duration_minutes),
        ("2026-06-16", "11:00", 45)
    );
    assert_eq!((updated.status.as_str(), updated.notes.as_deref()), ("confirmed", Some("x")));
    clinic.is_sound();
}

#[test]
fn a_checked_in_patient_is_not_moved() {
    let clinic = Clinic::open();
    let booked = clinic.book_juan("--date 2026-06-15 --time 14:00");
    clinic.does(&format!("status {} checked_in", booked.code));
    let line = format!("reschedule {} --date 2026-06-16 --time 14:00", booked.code);
    let refusal = clinic.refused(&line, "INVALID_STATE_TRANSITION", 5);
    assert_eq!(refusal.text("from"), "checked_in");
}
