//! Edge cases of input: distant dates, repeated local times, duplicate JSON keys and missed visits.

use crate::support::Clinic;
use crate::support::views::Findings;
use serde_json::Value;

#[test]
fn a_day_centuries_away_is_refused_and_the_book_stays_readable() {
    let clinic = Clinic::open();
    let visit = clinic.book_juan("--date 2026-06-15 --time 10:00");
    let before = clinic.content();
    for line in [
        format!("update {} --follow-up +36500w", visit.code),
        format!("status {} completed --follow-up +36500w", visit.code),
        "window set DAY --valid-until +36500w".to_owned(),
        "window add --doctor GARCIA --on +36500w --from 09:00 --to 10:00".to_owned(),
        "closure add --date +36500w --reason Feriado".to_owned(),
    ] {
        let _ = clinic.refused(&line, "VALIDATION_ERROR", 2);
    }
    assert_eq!(clinic.content(), before);
    clinic.is_sound();
}

#[test]
fn an_end_that_the_clock_shows_twice_or_never_is_not_guessed() {
    let clinic = Clinic::in_zone("America/New_York");
    clinic.does("doctor add --name 'Dr. Night' --code NIGHT");
    clinic.does("window add --doctor NIGHT --days daily --from 00:00 --to 24:00");
    let who = "--doctor NIGHT --name 'Eve Cole' --phone 2125550123";
    let twice = clinic.refused(
        &format!("book {who} --date 2026-11-01 --time 00:45 --end 01:15"),
        "INVALID_TIME_SLOT",
        5,
    );
    assert_eq!(twice.texts("candidates"), ["2026-11-01T01:15:00-04:00", "2026-11-01T01:15:00-05:00"]);
    let never = clinic.refused(
        &format!("book {who} --date 2027-03-14 --time 01:30 --end 02:30"),
        "INVALID_TIME_SLOT",
        5,
    );
    assert_eq!(never.text("date"), "2027-03-14");
    // An end with an offset is unambiguous; after a start in the repeated hour, only one end is possible.
    let said = clinic.book(&format!("{who} --date 2026-11-01 --time 00:45 --end 2026-11-01T01:15:00-04:00"));
    assert_eq!(said.duration_minutes, 30);
    let only = clinic.book(
        "--doctor NIGHT --name 'Ada Cole' --phone 2125550199 --at 2026-11-01T01:30:00-05:00 --end 01:45",
    );
    assert_eq!(only.duration_minutes, 15);
}

#[test]
fn a_missed_visit_grows_no_further_than_its_window() {
    let mut clinic = Clinic::open();
    let visit = clinic.book_juan("--date 2026-06-15 --time 10:00");
    clinic.at("2026-06-15T11:00:00-06:00");
    clinic.does(&format!("status {} no_show", visit.code));
    let _ = clinic.refused(&format!("update {} --duration 600", visit.code), "INVALID_TIME_SLOT", 5);
    for minutes in ["2000", "5000"] {
        let line = format!("update {} --duration {minutes}", visit.code);
        let refusal = clinic.refused(&line, "VALIDATION_ERROR", 2);
        assert!(refusal.text("duration").contains("24 hours"));
    }
    clinic.is_sound();
}

#[test]
fn an_overbooked_visit_is_given_no_more_room_than_it_had() {
    let clinic = Clinic::open();
    let _ = clinic.book_juan("--date 2026-06-15 --time 10:00");
    let extra = clinic
        .book("--doctor GARCIA --date 2026-06-15 --time 10:00 --name 'Ana Ruiz' --phone 70001111 --overbook");
    let line = format!("update {} --duration 60", extra.code);
    let _ = clinic.refused(&line, "APPOINTMENT_CONFLICT", 4);
    let shorter: Value = clinic.json(&format!("update {} --duration 15", extra.code));
    assert_eq!(shorter["duration_minutes"], 15);
}

#[test]
fn a_body_is_told_of_its_fields_by_its_own_names() {
    let clinic = Clinic::open();
    let body = r#"{"name":"Ana","duration":30,"notify":"x","send_notification":"no","doctorId":"GARCIA",
        "date":"2026-06-15","time":"10:00","patientName":"Ana Ruiz","patientPhone":"70001111"}"#;
    let refusal = clinic.fed("book --input - --json", body).refusal("VALIDATION_ERROR", 2);
    for unknown in ["name", "duration", "notify"] {
        assert!(refusal.text(unknown).contains("not a field"), "{unknown}");
    }
    assert!(refusal.text("send_notification").contains("true or false"));
}

#[test]
fn a_body_that_says_a_thing_twice_is_refused() {
    let clinic = Clinic::open();
    let body = r#"{"date":"2026-06-15","date":"2026-06-16","time":"10:00","doctor_id":"GARCIA",
        "patient_name":"Ana Ruiz","patient_phone":"70001111"}"#;
    let refusal = clinic.fed("book --input - --json", body).refusal("VALIDATION_ERROR", 2);
    assert!(refusal.text("date").contains("twice"));
    assert_eq!(clinic.list("").total, 0);
}

#[test]
fn flags_of_an_update_are_read_also_where_nothing_moves() {
    let clinic = Clinic::open();
    let visit = clinic.book_juan("--date 2026-06-15 --time 10:00");
    let body = r#"{"force":"yes","send_notification":"no","notes":"x"}"#;
    let line = format!("update {} --input - --json", visit.code);
    let refusal = clinic.fed(&line, body).refusal("VALIDATION_ERROR", 2);
    assert!(refusal.text("force").contains("true or false"));
    assert!(refusal.text("send_notification").contains("true or false"));
}

#[test]
fn other_times_reach_as_far_as_bookings_and_leave_the_moved_visit_out() {
    let clinic = Clinic::open();
    clinic.does("doctor add --name 'Dra. Luna' --code LUNA --slot 30");
    clinic.does("window add --doctor LUNA --on 2026-11-11 --from 08:00 --to 09:00");
    let who = "--doctor LUNA --name 'Ana Ruiz' --phone 70001111";
    let far = clinic.not_booked(&format!("{who} --date 2026-06-29 --time 08:00"), "OUTSIDE_AVAILABILITY", 5);
    assert_eq!(far.texts("suggested_times"), ["2026-11-11T08:00:00-06:00", "2026-11-11T08:30:00-06:00"]);
    let visit = clinic.book_juan("--date 2026-06-15 --time 09:30 --duration 90");
    let moved = clinic.refused(
        &format!("reschedule {} --date 2026-06-15 --time 07:30", visit.code),
        "OUTSIDE_AVAILABILITY",
        5,
    );
    assert_eq!(moved.texts("suggested_times"), ["09:00", "09:30", "10:00"]);
}

#[test]
fn a_retired_doctor_takes_no_moved_visits() {
    let clinic = Clinic::open();
    let visit = clinic.book_juan("--date 2026-06-15 --time 10:00");
    clinic.does("doctor remove GARCIA");
    let line = format!("reschedule {} --date 2026-06-16 --time 10:00", visit.code);
    let _ = clinic.refused(&line, "RESOURCE_NOT_FOUND", 3);
    assert_eq!(clinic.show(&visit).date, "2026-06-15");
}

#[test]
fn a_visit_keeps_its_reason_where_one_is_required() {
    let clinic = Clinic::open();
    clinic.set("require_reason", "true");
    let visit = clinic.book_juan("--date 2026-06-15 --time 10:00 --reason Control");
    let refusal = clinic.refused(&format!("update {} --reason ''", visit.code), "VALIDATION_ERROR", 2);
    assert_eq!(refusal.text("reason"), "is required");
}

#[test]
fn one_patient_per_phone_holds_for_patients_that_are_added_by_hand() {
    let clinic = Clinic::open();
    clinic.set("patient_identity", "phone");
    clinic.does("patient add --name 'Ana Ruiz' --phone 70001111");
    let taken = clinic.refused("patient add --name 'Eva Ruiz' --phone 7000-1111", "VALIDATION_ERROR", 2);
    assert!(taken.details["phone"].as_str().is_some());
    clinic.does("patient add --name 'Eva Ruiz' --phone 70002222 --code EVA");
    let _ = clinic.refused("patient set EVA --phone 70001111", "VALIDATION_ERROR", 2);
}

#[test]
fn a_finding_that_comes_with_the_present_status_is_written_down() {
    let clinic = Clinic::open();
    let visit = clinic.book_juan("--date 2026-06-15 --time 10:00");
    let body = r#"{"status":"confirmed","diagnosis":"Gripe","follow_up_date":"2026-07-01"}"#;
    let kept = clinic.fed(&format!("status {} --input - --json", visit.code), body).exits(0);
    let kept: Value = kept.json();
    assert_eq!((&kept["changed"], &kept["diagnosis"]), (&Value::Bool(false), &Value::from("Gripe")));
    assert_eq!(kept["follow_up_required"], true);
    let body = r#"{"status":"checked_in","follow_up_required":false}"#;
    let gone: Value = clinic.fed(&format!("status {} --input - --json", visit.code), body).exits(0).json();
    assert_eq!((&gone["follow_up_required"], &gone["follow_up_date"]), (&Value::Bool(false), &Value::Null));
}

#[test]
fn a_key_that_was_used_for_another_request_says_so_before_a_reference_answers() {
    let clinic = Clinic::open();
    let options = "--external-ref R --idempotency-key K --date";
    let _ = clinic.book_juan(&format!("{options} 2026-06-15 --time 10:00"));
    let refusal = clinic.refused(
        &format!(
            "book --doctor GARCIA --name 'Juan Pérez' --phone 77654321 {options} 2026-06-16 --time 10:00"
        ),
        "IDEMPOTENCY_MISMATCH",
        4,
    );
    assert!(refusal.details.contains_key("existing_appointment_id"));
}

#[test]
fn a_window_made_smaller_breaks_no_promise_that_was_given() {
    let clinic = Clinic::open();
    clinic.does("service add --name Vacuna --code VAC --duration 15");
    clinic.does("window add --service VAC --days mon --from 09:00 --to 11:00 --capacity 2 --code POOL");
    for (name, phone) in [("Ana Ruiz", "70001111"), ("Eva Ruiz", "70002222")] {
        let _ = clinic
            .book(&format!("--service VAC --date 2026-06-15 --time 09:00 --name '{name}' --phone {phone}"));
    }
    clinic.does("window set POOL --capacity 1");
    let Findings { ok, findings, .. } = clinic.json("db check");
    assert!(ok, "{findings:?}");
    let _ = clinic.not_booked(
        "--service VAC --date 2026-06-15 --time 09:30 --name 'Luz Paz' --phone 70003333",
        "SLOT_FULL",
        4,
    );
    let _ = clinic.refused("window set POOL --doctor GARCIA", "VALIDATION_ERROR", 2);
}

#[test]
fn csv_keeps_its_columns_whatever_is_missing() {
    let clinic = Clinic::open();
    let _ = clinic.book_juan("--date 2026-06-15 --time 10:00");
    let csv = clinic.run("list --format csv");
    let header = csv.lines().next().unwrap_or_default().to_owned();
    for column in ["service.id", "service.code", "service.name", "doctor.full_name"] {
        assert!(header.split(',').any(|name| name == column), "{column} in {header}");
    }
    assert!(!header.split(',').any(|name| name == "service"), "{header}");
}

#[test]
fn a_body_over_many_lines_takes_no_longer_with_each_of_them() {
    let clinic = Clinic::open();
    let notes = (0..20_000).map(|_| "\n").collect::<String>();
    let body = format!(
        "{{{notes}\"doctor_id\":\"GARCIA\",\n\"date\":\"2026-06-15\",\n\"time\":\"10:00\",\n\"patient_name\":\"Ana \
         Ruiz\",\n\"patient_phone\":\"70001111\"\n}}\n"
    );
    let booked: Value = clinic.fed("book --input - --json", body).exits(0).json();
    assert_eq!(booked["start_time"], "10:00");
}
