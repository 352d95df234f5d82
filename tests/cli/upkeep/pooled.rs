//! HuskyVoice's calendar: services, sessions, windows with capacity, duplicates and labels.

use crate::support::Clinic;
use crate::support::views::{Appointment, Service};

/// Two services, a morning window for four of each, and an afternoon window for two.
fn pooled() -> Clinic {
    let clinic = Clinic::in_zone("America/El_Salvador");
    clinic.does("service add --name 'General Checkup' --code GC --duration 20");
    clinic.does("service add --name Vacuna --code VAC --duration 10");
    clinic.does("window add --days mon-fri --from 08:00 --to 12:00 --session Morning --batch MA --capacity 4 --code AM");
    clinic.does("window add --days mon-fri --from 13:00 --to 17:00 --session Afternoon --batch AB --capacity 2 --code PM");
    clinic
}

fn book(clinic: &Clinic, options: &str, phone: u32) -> Appointment {
    clinic.book(&format!("{options} --name Paciente --phone +5037711{phone:04}"))
}

#[test]
fn h1_a_service_is_named_by_id_code_or_name_in_any_case() {
    let clinic = pooled();
    let service: Service = clinic.json("service show GC");
    let words =
        [service.id.to_uppercase(), "gc".into(), "'general checkup'".into(), "'GENERAL CHECKUP'".into()];
    for (day, word) in (15..).zip(words) {
        let booked = book(&clinic, &format!("--service {word} --date 2026-06-{day} --time 09:00"), 1);
        assert_eq!(booked.service_id.as_ref(), Some(&service.id), "{word}");
        assert_eq!(booked.duration_minutes, 20);
    }
}

#[test]
fn h2_the_window_of_the_session_fills_in_the_batch() {
    let clinic = pooled();
    let morning = book(&clinic, "--service GC --date 2026-06-15 --time 09:00", 1);
    assert_eq!((morning.session.as_deref(), morning.batch.as_deref()), (Some("Morning"), Some("MA")));
    assert_eq!((morning.doctor_id.as_deref(), morning.doctor.as_ref()), (None, None));
    let afternoon = book(&clinic, "--service GC --date 2026-06-15 --time 13:00 --session AFTERNOON", 2);
    assert_eq!((afternoon.session.as_deref(), afternoon.batch.as_deref()), (Some("Afternoon"), Some("AB")));
    for options in ["--session Evening", "--batch AB", "--session Afternoon"] {
        let refusal = clinic.not_booked(
            &format!("--service GC --date 2026-06-15 --time 09:00 --name P --phone +50377110003 {options}"),
            "OUTSIDE_AVAILABILITY",
            5,
        );
        assert!(refusal.details.contains_key("working_hours"), "{options}");
    }
}

#[test]
fn h2_a_closed_window_takes_nothing_until_it_opens() {
    let clinic = pooled();
    clinic.does("window close AM");
    let request = "--service GC --date 2026-06-15 --time 09:00 --name P --phone +50377110001";
    let refusal = clinic.not_booked(request, "SLOT_INACTIVE", 4);
    assert_eq!(refusal.texts("suggested_times")[0], "13:00", "{:?}", refusal.details);
    // An open window is preferred to a closed one.
    clinic.does("window add --days mon --from 08:30 --to 10:00 --session Morning --batch MB --capacity 1");
    assert_eq!(clinic.book(request).batch.as_deref(), Some("MB"));
    clinic.does("window open AM");
    let _ = book(&clinic, "--service GC --date 2026-06-16 --time 09:00", 2);
}

#[test]
fn h4_each_service_is_counted_on_its_own() {
    let clinic = pooled();
    for phone in 1..=2 {
        let _ = book(&clinic, "--service GC --date 2026-06-15 --time 13:00", phone);
    }
    let full = clinic.not_booked(
        "--service GC --date 2026-06-15 --time 15:00 --name P --phone +50377110003",
        "SLOT_FULL",
        4,
    );
    assert_eq!(full.details["capacity"], 2);
    assert_eq!(full.texts("suggested_times")[0], "2026-06-16T08:00:00-06:00");
    for phone in 4..=5 {
        let _ = book(&clinic, "--service VAC --date 2026-06-15 --time 13:00", phone);
    }
    let _ = clinic.not_booked(
        "--service VAC --date 2026-06-15 --time 15:00 --name P --phone +50377110006",
        "SLOT_FULL",
        4,
    );
    let squeezed = book(&clinic, "--service VAC --date 2026-06-15 --time 15:00 --overbook", 7);
    assert!(squeezed.overbooked);
    clinic.is_sound();
}

#[test]
fn h4_a_cancellation_gives_its_place_back() {
    let clinic = pooled();
    let first = book(&clinic, "--service GC --date 2026-06-15 --time 13:00", 1);
    let _ = book(&clinic, "--service GC --date 2026-06-15 --time 13:00", 2);
    clinic.does(&format!("cancel {} --reason x", first.code));
    let third = book(&clinic, "--service GC --date 2026-06-15 --time 13:00", 3);
    assert_eq!(third.token_number, 3, "tokens of a pooled window count per window");
    let _ = clinic.not_booked(
        "--service GC --date 2026-06-15 --time 13:00 --name P --phone +50377110004",
        "SLOT_FULL",
        4,
    );
}

#[test]
fn h5_one_booking_per_phone_service_and_day_names_the_existing_one() {
    let clinic = pooled();
    clinic.set("duplicate_rule", "phone");
    let first = book(&clinic, "--service GC --date 2026-06-15 --time 09:00", 1);
    let again = "--service GC --date 2026-06-15 --time 13:00 --name Otra --phone +50377110001";
    let refusal = clinic.not_booked(again, "DUPLICATE_BOOKING", 4);
    assert_eq!(refusal.text("existing_appointment_id"), first.id);
    let _ = book(&clinic, "--service VAC --date 2026-06-15 --time 09:00", 1);
    let _ = book(&clinic, "--service GC --date 2026-06-16 --time 09:00", 1);
    clinic.does(&format!("cancel {} --reason x", first.code));
    let _ = clinic.book(again);
}

#[test]
fn h5_the_duplicate_rule_may_look_at_the_name_or_be_off() {
    let clinic = pooled();
    let day = "--service GC --date 2026-06-15";
    let _ = clinic.book(&format!("{day} --time 08:00 --name 'Ana Ruiz' --phone 7711-0001"));
    // A mother books two children.
    let _ = clinic.book(&format!("{day} --time 08:30 --name 'Eva Ruiz' --phone 7711-0001"));
    let _ = clinic.not_booked(
        &format!("{day} --time 09:00 --name 'ana ruiz' --phone 7711-0001"),
        "DUPLICATE_BOOKING",
        4,
    );
    clinic.set("duplicate_rule", "off");
    let _ = clinic.book(&format!("{day} --time 09:00 --name 'ana ruiz' --phone 7711-0001"));
}

#[test]
fn h8_each_reason_has_its_own_code() {
    let mut clinic = pooled();
    clinic.at("2026-06-15T07:00:00-06:00");
    clinic.does("window add --days sat --from 08:00 --to 09:00 --capacity 1 --code SAT --closed");
    clinic.does("window add --days sun --from 08:00 --to 09:00 --capacity 1 --code SUN");
    let _ = book(&clinic, "--service GC --date 2026-06-21 --time 08:00", 1);
    for (options, code, exit, status) in [
        ("--service GC --date 2026-06-12 --time 09:00", "PAST_APPOINTMENT", 2, 400),
        ("--service GC --date 2026-06-21 --time 08:30", "SLOT_FULL", 4, 409),
        ("--service GC --date 2026-06-20 --time 08:00", "SLOT_INACTIVE", 4, 409),
        ("--service VAC --date 2026-06-21 --time 08:00", "", 0, 0),
        ("--service VAC --date 2026-06-21 --time 08:10 --overbook", "DUPLICATE_BOOKING", 4, 409),
        ("--service Surgery --date 2026-06-16 --time 09:00", "INVALID_APPOINTMENT_TYPE", 5, 422),
        ("--service GC --date 2026-06-16 --time 12:30", "OUTSIDE_AVAILABILITY", 5, 422),
        ("--date 2026-06-16 --time 12:30", "VALIDATION_ERROR", 2, 400),
    ] {
        let options = format!("{options} --name Paciente --phone +50377110002");
        if code.is_empty() {
            let _ = clinic.book(&options);
            continue;
        }
        assert_eq!(clinic.not_booked(&options, code, exit).status, status, "{options}");
    }
}

#[test]
fn h9_the_assigned_doctor_is_a_label_and_conflicts_with_nobody() {
    let clinic = pooled();
    clinic.does("doctor add --name 'Dr. House' --code HOUSE");
    let body = |phone: u32| {
        format!(
            r#"{{"appointment_type":"GC","appointment_date":"2026-06-15T15:00:00Z","patient_name":"P",
                "parent_phone":"+5037711{phone:04}","assigned_doctor":"Dr. House"}}"#
        )
    };
    for phone in 1..=3 {
        let booked: Appointment = clinic.fed("book --input - --json", body(phone)).exits(0).json();
        assert_eq!(booked.assigned_doctor.as_deref(), Some("Dr. House"));
        assert_eq!((booked.doctor_id, booked.start_time.as_str()), (None, "09:00"));
    }
    assert_eq!(clinic.list("--doctor HOUSE").total, 0);
}

#[test]
fn a_window_that_names_the_service_is_preferred() {
    let clinic = pooled();
    clinic.does("window add --service VAC --days mon --from 08:00 --to 12:00 --batch VACUNAS --capacity 1");
    let named = book(&clinic, "--service VAC --date 2026-06-15 --time 09:00", 1);
    assert_eq!(named.batch.as_deref(), Some("VACUNAS"));
    let other = book(&clinic, "--service GC --date 2026-06-15 --time 09:00", 2);
    assert_eq!(other.batch.as_deref(), Some("MA"));
}
