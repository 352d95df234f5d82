//! An appointment's life: the table of transitions, cutoffs and final statuses.

use crate::support::Clinic;
use crate::support::views::{Appointment, Messages, Patient};

const STATUSES: [&str; 7] =
    ["scheduled", "confirmed", "checked_in", "in_progress", "completed", "cancelled", "no_show"];

/// The manual's table of transitions.
fn next(from: &str) -> &'static [&'static str] {
    match from {
        "scheduled" => &["confirmed", "checked_in", "in_progress", "completed", "cancelled", "no_show"],
        "confirmed" => &["checked_in", "in_progress", "completed", "cancelled", "no_show"],
        "checked_in" => &["in_progress", "completed", "cancelled", "no_show"],
        "in_progress" => &["completed", "cancelled"],
        "no_show" => &["checked_in"],
        _ => &[],
    }
}

fn stamp<'a>(appointment: &'a Appointment, status: &str) -> Option<&'a str> {
    match status {
        "confirmed" => appointment.confirmed_at.as_deref(),
        "checked_in" => appointment.checked_in_at.as_deref(),
        "in_progress" => appointment.started_at.as_deref(),
        "completed" => appointment.completed_at.as_deref(),
        "cancelled" => appointment.cancelled_at.as_deref(),
        "no_show" => appointment.no_show_at.as_deref(),
        other => panic!("{other} has no stamp"),
    }
}

fn step(clinic: &Clinic, appointment: &Appointment, to: &str) -> Appointment {
    clinic.json(&format!("status {} {to} --reason porque", appointment.code))
}

const DURING: &str = "2026-06-01T10:05:00-06:00";

/// A clinic with an appointment at 10:00 in the given status; the clock shows 10:05.
fn clinic_with(status: &str) -> (Clinic, Appointment) {
    let mut clinic = Clinic::open();
    let booked = clinic.book_juan("--date 2026-06-01 --time 10:00 --status scheduled");
    clinic.at(DURING);
    let appointment = if status == "scheduled" { booked } else { step(&clinic, &booked, status) };
    (clinic, appointment)
}

#[test]
fn s7_every_step_of_the_table_is_taken_or_refused() {
    for from in STATUSES {
        for to in STATUSES {
            let (clinic, appointment) = clinic_with(from);
            if from == to {
                let same = step(&clinic, &appointment, to);
                assert_eq!((same.changed, same.status.as_str()), (Some(false), to));
                assert_eq!(same.updated_at, clinic.show(&appointment).updated_at);
            } else if next(from).contains(&to) {
                let stepped = step(&clinic, &appointment, to);
                assert_eq!((stepped.changed, stepped.status.as_str()), (Some(true), to), "{from} → {to}");
                assert_eq!(stamp(&stepped, to), Some(DURING), "{from} → {to}");
            } else {
                let line = format!("status {} {to} --reason porque", appointment.code);
                let refusal = clinic.refused(&line, "INVALID_STATE_TRANSITION", 5);
                assert_eq!((refusal.text("from"), refusal.text("to")), (from, to));
                assert_eq!(refusal.texts("allowed"), next(from), "{from} → {to}");
                assert_eq!(clinic.show(&appointment).status, from);
            }
        }
    }
}

#[test]
fn a_good_day_stamps_each_step() {
    let mut clinic = Clinic::open();
    let booked = clinic.book_juan("--date 2026-06-01 --time 10:00 --status scheduled");
    for (time, status) in
        [("08:30", "confirmed"), ("09:50", "checked-in"), ("10:02", "in_progress"), ("10:25", "completed")]
    {
        clinic.at(&format!("2026-06-01T{time}:00-06:00"));
        let _ = step(&clinic, &booked, status);
    }
    let done = clinic.show(&booked);
    assert_eq!(done.confirmed_at.as_deref(), Some("2026-06-01T08:30:00-06:00"));
    assert_eq!(done.checked_in_at.as_deref(), Some("2026-06-01T09:50:00-06:00"));
    assert_eq!(done.started_at.as_deref(), Some("2026-06-01T10:02:00-06:00"));
    assert_eq!(done.completed_at.as_deref(), Some("2026-06-01T10:25:00-06:00"));
    assert_eq!((done.cancelled_at, done.no_show_at), (None, None));
    clinic.is_sound();
}

#[test]
fn d8_a_no_show_counts_on_the_patient_and_a_late_arrival_takes_it_back() {
    let mut clinic = Clinic::open();
    let booked = clinic.book_juan("--date 2026-06-01 --time 10:00");
    let early = clinic.refused(&format!("status {} no_show", booked.code), "INVALID_STATE_TRANSITION", 5);
    assert!(!early.text("reason").is_empty());
    clinic.at(DURING);
    let missed = step(&clinic, &booked, "no_show");
    assert_eq!((missed.patient.no_show_count, missed.no_show_at.as_deref()), (1, Some(DURING)));
    let again = step(&clinic, &booked, "no_show");
    assert_eq!((again.changed, again.patient.no_show_count), (Some(false), 1), "counted once");
    let Messages { total, .. } = clinic.json("remind list --status pending");
    assert_eq!(total, 0);
    let late = step(&clinic, &booked, "checked_in");
    assert_eq!((late.patient.no_show_count, late.status.as_str()), (0, "checked_in"));
    let patient: Patient = clinic.json(&format!("patient show {}", booked.patient.code));
    assert_eq!(patient.no_show_count, 0);
    clinic.is_sound();
}

#[test]
fn a_late_arrival_whose_time_was_given_away_conflicts() {
    let mut clinic = Clinic::open();
    let booked = clinic.book_juan("--date 2026-06-01 --time 10:00 --duration 60");
    clinic.at("2026-06-01T10:20:00-06:00");
    let _ = step(&clinic, &booked, "no_show");
    let other = clinic.book("--doctor GARCIA --name Ana --phone 7700-0001 --date 2026-06-01 --time 10:30");
    let refusal = clinic.refused(&format!("status {} checked_in", booked.code), "APPOINTMENT_CONFLICT", 4);
    assert_eq!(refusal.text("conflicting_appointment_id"), other.id);
    let still = clinic.show(&booked);
    assert_eq!((still.status.as_str(), still.patient.no_show_count), ("no_show", 1));
    clinic.is_sound();
}

#[test]
fn d8_a_cancellation_records_its_time_and_drops_the_reminders() {
    let mut clinic = Clinic::open();
    let booked = clinic.book_juan("--date 2026-06-15 --time 10:00 --no-notify");
    clinic.at("2026-06-02T08:00:00-06:00");
    let cancelled: Appointment =
        clinic.json(&format!("cancel {} --reason 'De viaje' --no-notify", booked.code));
    assert_eq!(cancelled.cancelled_at.as_deref(), Some("2026-06-02T08:00:00-06:00"));
    assert_eq!(cancelled.cancellation_reason.as_deref(), Some("De viaje"));
    let Messages { messages, .. } = clinic.json("remind list");
    let seen: Vec<_> = messages.iter().map(|m| (m.kind.as_str(), m.status.as_str())).collect();
    assert_eq!(seen, [("reminder", "dropped"), ("reminder", "dropped")]);
    assert_eq!(clinic.free("--doctor GARCIA --date 2026-06-15").len(), 16, "its time is free");
}

#[test]
fn s7_a_cancellation_needs_its_reason_unless_the_clinic_says_otherwise() {
    let clinic = Clinic::open();
    let booked = clinic.book_juan("--date 2026-06-15 --time 10:00");
    for line in [format!("cancel {}", booked.code), format!("status {} cancelled", booked.code)] {
        let refusal = clinic.refused(&line, "VALIDATION_ERROR", 2);
        assert_eq!(refusal.details.len(), 1, "{:?}", refusal.details);
    }
    clinic.set("require_cancellation_reason", "false");
    assert_eq!(clinic.json::<Appointment>(&format!("cancel {}", booked.code)).status, "cancelled");
}

#[test]
fn s7_completion_needs_a_diagnosis_where_the_clinic_says_so() {
    let (clinic, appointment) = clinic_with("in_progress");
    clinic.set("require_diagnosis", "true");
    let line = format!("status {} completed", appointment.code);
    let refusal = clinic.refused(&line, "VALIDATION_ERROR", 2);
    assert_eq!(refusal.fields(), ["status"]);
    let done: Appointment = clinic.json(&format!(
        "{line} --diagnosis Hipertensión --prescription 'Enalapril 10mg' --follow-up 2026-09-01"
    ));
    assert_eq!(done.diagnosis.as_deref(), Some("Hipertensión"));
    assert_eq!(done.prescription.as_deref(), Some("Enalapril 10mg"));
    assert_eq!((done.follow_up_required, done.follow_up_date.as_deref()), (true, Some("2026-09-01")));
}

#[test]
fn a_diagnosis_that_was_noted_before_is_enough() {
    let (clinic, appointment) = clinic_with("in_progress");
    clinic.set("require_diagnosis", "true");
    clinic.does(&format!("update {} --diagnosis Gripe", appointment.code));
    assert_eq!(step(&clinic, &appointment, "completed").diagnosis.as_deref(), Some("Gripe"));
}

#[test]
fn b4_inside_the_cutoff_cancelling_and_moving_need_force() {
    let mut clinic = Clinic::open();
    clinic.set("cancellation_cutoff", "2h");
    clinic.set("reschedule_cutoff", "4h");
    let booked = clinic.book_juan("--date 2026-06-01 --time 14:00");
    clinic.at("2026-06-01T10:30:00-06:00");
    let restricted = clinic.refused(
        &format!("reschedule {} --date 2026-06-02 --time 14:00", booked.code),
        "RESCHEDULE_RESTRICTED",
        5,
    );
    assert_eq!(restricted.status, 422);
    clinic.at("2026-06-01T12:01:00-06:00");
    for line in ["cancel {} --reason x", "status {} cancelled --reason x"] {
        let refusal = clinic.refused(&line.replace("{}", &booked.code), "CANCELLATION_RESTRICTED", 5);
        assert_eq!(refusal.status, 422);
    }
    assert_eq!(clinic.show(&booked).status, "confirmed");
    let moved: Appointment =
        clinic.json(&format!("reschedule {} --date 2026-06-02 --time 14:00 --force", booked.code));
    assert_eq!(moved.date, "2026-06-02");
    clinic.at("2026-06-02T12:00:00-06:00");
    // The cutoff of two hours is exclusive.
    assert_eq!(
        clinic.json::<Appointment>(&format!("cancel {} --reason x --dry-run", booked.code)).status,
        "cancelled"
    );
    clinic.at("2026-06-02T13:00:00-06:00");
    let forced: Appointment = clinic.json(&format!("cancel {} --reason x --force", booked.code));
    assert_eq!(forced.status, "cancelled");
}

#[test]
fn s7_final_appointments_refuse_everything_but_notes() {
    for status in ["completed", "cancelled"] {
        let (clinic, appointment) = clinic_with(status);
        let code = &appointment.code;
        for line in [
            format!("reschedule {code} --date 2026-06-02 --time 10:00"),
            format!("update {code} --reason x"),
            format!("update {code} --duration 45"),
            format!("update {code} --diagnosis x"),
            format!("update {code} --notes x --visit-type x"),
            format!("update {code} --follow-up 2026-09-01"),
            format!("status {code} checked_in"),
            format!("status {code} no_show"),
        ] {
            let refusal = clinic.refused(&line, "INVALID_STATE_TRANSITION", 5);
            assert_eq!(refusal.text("from"), status, "{line}");
        }
        let noted: Appointment = clinic.json(&format!("update {code} --notes 'Llamó después'"));
        assert_eq!((noted.notes.as_deref(), noted.status.as_str()), (Some("Llamó después"), status));
    }
}

#[test]
fn d9_an_unknown_status_is_a_bad_request() {
    let (clinic, appointment) = clinic_with("confirmed");
    for line in [format!("status {} tidied", appointment.code), "list --status tidied".to_owned()] {
        let refusal = clinic.refused(&line, "VALIDATION_ERROR", 2);
        assert_eq!((refusal.fields(), refusal.status), (vec!["status"], 400));
    }
    let refusal = clinic
        .fed(&format!("status {} --input - --json", appointment.code), r#"{"status":"done"}"#)
        .refusal("VALIDATION_ERROR", 2);
    assert_eq!(refusal.fields(), ["status"]);
    let missing = clinic.refused(&format!("status {}", appointment.code), "VALIDATION_ERROR", 2);
    assert_eq!(missing.fields(), ["status"]);
}

#[test]
fn an_appointment_that_is_not_there_is_not_found() {
    let clinic = Clinic::open();
    for line in [
        "show AAAAAA",
        "cancel AAAAAA --reason x",
        "status AAAAAA completed",
        "update AAAAAA --notes x",
        "reschedule AAAAAA --date 2026-06-15 --time 10:00",
        "show 019e837b-f700-7d0c-aaa4-4a3982643725",
    ] {
        let refusal = clinic.refused(line, "RESOURCE_NOT_FOUND", 3);
        assert_eq!(refusal.status, 404, "{line}");
    }
}
