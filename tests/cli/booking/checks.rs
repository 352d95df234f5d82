//! The eleven checks of a booking in order: code, exit status and details.

use crate::support::Clinic;
use serde_json::json;

const ANA: &str = "--doctor GARCIA --name 'Ana Ruiz' --phone +50377000001";

#[test]
fn check_1_names_every_bad_field_at_once() {
    let clinic = Clinic::open();
    let before = clinic.content();
    let refusal = clinic.not_booked(
        "--date 2026-02-30 --time 25:00 --duration 0 --phone 7765-ABCD --email nobody --status completed",
        "VALIDATION_ERROR",
        2,
    );
    assert_eq!(refusal.fields(), ["date", "doctor", "duration", "email", "name", "phone", "status", "time"]);
    let refusal = clinic.not_booked(
        &format!("{ANA} --date 2026-06-15 --time 14:00 --end 13:30"),
        "VALIDATION_ERROR",
        2,
    );
    assert_eq!(refusal.fields(), ["end"]);
    let refusal = clinic.not_booked(
        &format!("{ANA} --date 2026-06-15 --time 14:00 --duration 25h"),
        "VALIDATION_ERROR",
        2,
    );
    assert_eq!(refusal.fields(), ["duration"]);
    assert_eq!(clinic.content(), before);
}

#[test]
fn check_1_a_time_needs_its_day_and_a_day_its_time() {
    let clinic = Clinic::open();
    let without = |when: &str| {
        let refusal = clinic.not_booked(&format!("{ANA} {when}"), "VALIDATION_ERROR", 2);
        refusal.details.keys().cloned().collect::<Vec<_>>()
    };
    assert_eq!(without("--time 14:00"), ["date"]);
    assert_eq!(without("--date 2026-06-15"), ["time"]);
    assert_eq!(without(""), ["date"]);
}

#[test]
fn check_1_the_branch_is_required_where_the_clinic_has_several() {
    let clinic = Clinic::open();
    clinic.does("branch add --name Norte --code NOR");
    let refusal = clinic.not_booked(&format!("{ANA} --date 2026-06-15 --time 14:00"), "VALIDATION_ERROR", 2);
    assert_eq!(refusal.fields(), ["branch"]);
    assert!(refusal.text("branch").contains("NOR"), "{}", refusal.text("branch"));
}

#[test]
fn check_2_what_does_not_exist_is_not_found() {
    let clinic = Clinic::open();
    let when = "--date 2026-06-15 --time 14:00";
    for (options, kind, given) in [
        (format!("--doctor HOUSE --name Ana --phone +50377000001 {when}"), "doctor", "HOUSE"),
        (format!("--doctor GARCIA --patient P-NONE {when}"), "patient", "P-NONE"),
        (format!("{ANA} --branch moon {when}"), "branch", "moon"),
        (format!("{ANA} --clinic elsewhere {when}"), "clinic", "elsewhere"),
    ] {
        let refusal = clinic.not_booked(&options, "RESOURCE_NOT_FOUND", 3);
        assert_eq!((refusal.text("kind"), refusal.text("given")), (kind, given));
        assert_eq!(refusal.status, 404);
    }
}

#[test]
fn check_3_an_unknown_service_is_answered_with_those_there_are() {
    let clinic = Clinic::open();
    clinic.does("service add --name Vacuna");
    clinic.does("service add --name 'General Checkup'");
    let refusal = clinic.not_booked(
        &format!("{ANA} --service Surgery --date 2026-06-15 --time 14:00"),
        "INVALID_APPOINTMENT_TYPE",
        5,
    );
    let mut available = refusal.texts("available");
    available.sort_unstable();
    assert_eq!(available, ["General Checkup", "Vacuna"]);
}

#[test]
fn check_5_the_start_is_neither_past_nor_too_soon_nor_too_far() {
    let mut clinic = Clinic::open();
    clinic.at("2026-06-01T10:00:00-06:00");
    let book = |when: &str, code: &str, exit| clinic.not_booked(&format!("{ANA} {when}"), code, exit);
    let _ = book("--date 2026-05-29 --time 10:00", "PAST_APPOINTMENT", 2);
    let past = book("--date 2026-06-01 --time 10:00", "PAST_APPOINTMENT", 2);
    assert_eq!(past.status, 400);
    let _ = book("--date 2027-06-02 --time 10:00", "TOO_FAR", 5);
    clinic.set("min_notice", "2h");
    let soon = book("--date 2026-06-01 --time 11:30", "TOO_SOON", 5);
    assert_eq!(soon.text("earliest"), "2026-06-01T12:00:00-06:00");
    clinic.set("max_advance", "7d");
    let far = book("--date 2026-06-08 --time 10:30", "TOO_FAR", 5);
    assert_eq!(far.text("latest"), "2026-06-08T10:00:00-06:00");
    // Both limits are inclusive.
    assert_eq!(clinic.book(&format!("{ANA} --date 2026-06-01 --time 12:00")).start_time, "12:00");
    let edge = clinic.book_juan("--date 2026-06-08 --time 10:00");
    assert_eq!(edge.date, "2026-06-08");
}

#[test]
fn check_6_outside_the_windows_it_says_the_hours_and_other_times() {
    let clinic = Clinic::open();
    let early =
        clinic.not_booked(&format!("{ANA} --date 2026-06-15 --time 08:30"), "OUTSIDE_AVAILABILITY", 5);
    assert_eq!(early.texts("working_hours"), ["09:00-17:00"]);
    assert_eq!(early.texts("suggested_times"), ["09:00", "09:30", "10:00"]);
    let sunday =
        clinic.not_booked(&format!("{ANA} --date 2026-06-14 --time 10:00"), "OUTSIDE_AVAILABILITY", 5);
    assert_eq!(sunday.details["working_hours"], json!([]));
    assert_eq!(
        sunday.texts("suggested_times"),
        ["2026-06-15T09:00:00-06:00", "2026-06-15T09:30:00-06:00", "2026-06-15T10:00:00-06:00"]
    );
    let _ = clinic.not_booked(
        &format!("{ANA} --session Evening --date 2026-06-15 --time 10:00"),
        "OUTSIDE_AVAILABILITY",
        5,
    );
}

#[test]
fn check_6_suggestions_go_from_the_day_asked_for_to_the_next() {
    let clinic = Clinic::open();
    let late = clinic.not_booked(&format!("{ANA} --date 2026-06-15 --time 17:00"), "OUTSIDE_AVAILABILITY", 5);
    assert_eq!(late.texts("suggested_times")[0], "2026-06-16T09:00:00-06:00");
    clinic.book_at("2026-06-15", "16:30");
    clinic.book_at("2026-06-15", "15:30");
    let taken =
        clinic.not_booked(&format!("{ANA} --date 2026-06-15 --time 15:30"), "APPOINTMENT_CONFLICT", 4);
    assert_eq!(
        taken.texts("suggested_times"),
        ["16:00", "2026-06-16T09:00:00-06:00", "2026-06-16T09:30:00-06:00"]
    );
}

#[test]
fn check_7_a_closed_window_or_a_closure_makes_the_slot_inactive() {
    let clinic = Clinic::open();
    clinic.does("closure add --from 2026-06-15T12:00 --to 2026-06-15T13:00 --reason Almuerzo");
    let lunch = clinic.not_booked(&format!("{ANA} --date 2026-06-15 --time 12:30"), "SLOT_INACTIVE", 4);
    assert_eq!(lunch.text("reason"), "Almuerzo");
    let _ =
        clinic.not_booked(&format!("{ANA} --date 2026-06-15 --time 11:30 --duration 45"), "SLOT_INACTIVE", 4);
    assert_eq!(clinic.book(&format!("{ANA} --date 2026-06-15 --time 11:30")).end_time, "12:00");
    clinic.does("window close DAY");
    let closed = clinic.not_booked(&format!("{ANA} --date 2026-06-16 --time 10:00"), "SLOT_INACTIVE", 4);
    assert!(!closed.text("reason").is_empty());
    clinic.does("window open DAY");
    let _ = clinic.book_juan("--date 2026-06-16 --time 10:00");
}

#[test]
fn check_8_the_whole_visit_fits_in_its_window() {
    let clinic = Clinic::open();
    let _ = clinic.not_booked(&format!("{ANA} --date 2026-06-15 --time 16:45"), "INVALID_TIME_SLOT", 5);
    let _ = clinic.not_booked(
        &format!("{ANA} --date 2026-06-15 --time 16:00 --end 17:01"),
        "INVALID_TIME_SLOT",
        5,
    );
    let fits = clinic.book(&format!("{ANA} --date 2026-06-15 --time 16:00 --end 17:00"));
    assert_eq!((fits.duration_minutes, fits.end_time.as_str()), (60, "17:00"));
}

#[test]
fn check_8_strict_slots_keep_bookings_on_the_grid() {
    let clinic = Clinic::open();
    assert_eq!(clinic.book(&format!("{ANA} --date 2026-06-15 --time 10:10")).start_time, "10:10");
    clinic.set("strict_slots", "true");
    let _ = clinic.not_booked(
        "--doctor GARCIA --name Eva --phone +50377000009 --date 2026-06-16 --time 10:10",
        "INVALID_TIME_SLOT",
        5,
    );
    let _ = clinic.book("--doctor GARCIA --name Eva --phone +50377000009 --date 2026-06-16 --time 10:30");
}

#[test]
fn check_9_a_taken_doctor_conflicts_at_any_branch() {
    let clinic = Clinic::open();
    clinic.does("branch add --name Norte --code NOR");
    clinic.does("window add --doctor GARCIA --branch NOR --days mon-fri --from 09:00 --to 17:00");
    let first = clinic.book_juan("--branch main --date 2026-06-15 --time 14:00");
    for when in ["--time 14:00", "--time 13:45", "--time 14:15", "--time 13:30 --duration 120"] {
        let refusal = clinic.not_booked(
            &format!("{ANA} --branch NOR --date 2026-06-15 {when}"),
            "APPOINTMENT_CONFLICT",
            4,
        );
        assert_eq!(refusal.text("conflicting_appointment_id"), first.id, "{when}");
        assert_eq!(refusal.texts("suggested_times").len(), 3, "{when}");
    }
    // Spans are half-open: an appointment may start when another one ends.
    let _ = clinic.book(&format!("{ANA} --branch NOR --date 2026-06-15 --time 14:30"));
}

#[test]
fn check_9_buffers_of_two_visits_add_up() {
    let clinic = Clinic::open();
    clinic.does("doctor set GARCIA --buffer-before 5 --buffer-after 10");
    clinic.book_at("2026-06-15", "10:00");
    for time in ["10:30", "10:40", "10:44", "09:20"] {
        let _ =
            clinic.not_booked(&format!("{ANA} --date 2026-06-15 --time {time}"), "APPOINTMENT_CONFLICT", 4);
    }
    let after = clinic.book(&format!("{ANA} --date 2026-06-15 --time 10:45"));
    assert_eq!((after.start_time.as_str(), after.end_time.as_str()), ("10:45", "11:15"));
    // Buffers may extend beyond the window.
    let _ = clinic.book("--doctor GARCIA --name Eva --phone +50377000009 --date 2026-06-15 --time 16:30");
}

#[test]
fn check_10_a_full_window_says_its_capacity_and_other_times() {
    let clinic = Clinic::open();
    clinic.does("service add --name Vacuna --code VAC --duration 10");
    clinic.does("window add --days mon --from 09:00 --to 10:00 --capacity 2");
    for phone in ["+50377000011", "+50377000012"] {
        let _ =
            clinic.book(&format!("--service VAC --date 2026-06-15 --time 09:00 --name A --phone {phone}"));
    }
    let full = clinic.not_booked(
        "--service VAC --date 2026-06-15 --time 09:30 --name B --phone +50377000013",
        "SLOT_FULL",
        4,
    );
    assert_eq!(full.details["capacity"], 2);
    assert_eq!(full.texts("suggested_times")[0], "2026-06-22T09:00:00-06:00");
}

#[test]
fn check_11_the_same_phone_on_the_same_day_is_a_duplicate() {
    let clinic = Clinic::open();
    let first = clinic.book_juan("--date 2026-06-15 --time 14:00");
    let refusal = clinic.not_booked(
        "--doctor GARCIA --name 'Juan Pérez' --phone 7765-4321 --date 2026-06-15 --time 16:00",
        "DUPLICATE_BOOKING",
        4,
    );
    assert_eq!(refusal.text("existing_appointment_id"), first.id);
    let _ = clinic.book_juan("--date 2026-06-16 --time 16:00");
}

/// A request that fails every check: each corrected field leads to the next refusal.
#[test]
fn the_checks_answer_in_their_order() {
    let mut clinic = Clinic::open();
    clinic.at("2026-06-15T08:00:00-06:00");
    clinic.does("service add --name Control --code CON --duration 30");
    clinic.does("doctor add --name 'Dra. Sol' --code SOL --slot 30");
    clinic.does("window add --doctor SOL --days mon --from 09:00 --to 12:00 --capacity 1");
    clinic.does("closure add --from 2026-06-15T10:00 --to 2026-06-15T10:30 --reason Pausa");
    let first = clinic
        .book("--doctor SOL --service CON --date 2026-06-15 --time 11:00 --name Ana --phone +50377000001");
    let order = [
        ("--doctor NO --service NO --date 2026-06-01 --time 08:00 --phone x", "VALIDATION_ERROR", 2),
        (
            "--doctor NO --service NO --date 2026-06-01 --time 08:00 --phone +50377000001",
            "RESOURCE_NOT_FOUND",
            3,
        ),
        (
            "--doctor SOL --service NO --date 2026-06-01 --time 08:00 --phone +50377000001",
            "INVALID_APPOINTMENT_TYPE",
            5,
        ),
        (
            "--doctor SOL --service CON --date 2026-06-01 --time 08:00 --phone +50377000001",
            "PAST_APPOINTMENT",
            2,
        ),
        (
            "--doctor SOL --service CON --date 2026-06-15 --time 08:30 --phone +50377000001",
            "OUTSIDE_AVAILABILITY",
            5,
        ),
        (
            "--doctor SOL --service CON --date 2026-06-15 --time 10:00 --end 13:00 --phone +50377000001",
            "SLOT_INACTIVE",
            4,
        ),
        (
            "--doctor SOL --service CON --date 2026-06-15 --time 11:00 --end 13:00 --phone +50377000001",
            "INVALID_TIME_SLOT",
            5,
        ),
        (
            "--doctor SOL --service CON --date 2026-06-15 --time 11:00 --phone +50377000001",
            "APPOINTMENT_CONFLICT",
            4,
        ),
        ("--doctor SOL --service CON --date 2026-06-15 --time 11:30 --phone +50377000001", "SLOT_FULL", 4),
    ];
    for (options, code, exit) in order {
        let _ = clinic.not_booked(&format!("{options} --name Ana"), code, exit);
    }
    clinic.does("window set DAY --doctor SOL --capacity 5 --days mon");
    clinic.does("window remove DAY");
    clinic.does("window add --doctor SOL --days mon --from 14:00 --to 16:00");
    let duplicate = clinic.not_booked(
        "--doctor SOL --service CON --date 2026-06-15 --time 14:00 --phone +50377000001 --name Ana",
        "DUPLICATE_BOOKING",
        4,
    );
    assert_eq!(duplicate.text("existing_appointment_id"), first.id);
    assert_eq!(clinic.list("").total, 1);
}

#[test]
fn check_4_comes_before_the_clock_a_retry_of_a_past_booking_is_answered() {
    let mut clinic = Clinic::open();
    let request = format!("{ANA} --date 2026-06-15 --time 14:00 --external-ref R-1");
    let first = clinic.book(&request);
    clinic.at("2026-06-20T08:00:00-06:00");
    let again = clinic.book(&request);
    assert_eq!((again.id, again.idempotent), (first.id, Some(true)));
}

impl Clinic {
    /// Books a new patient with Dr. García; the phone is derived from date and time.
    pub fn book_at(&self, date: &str, time: &str) {
        let phone = format!("+503770{}{}", &date[8..], time.replace(':', "").get(1..).unwrap());
        let _ = self
            .book(&format!("--doctor GARCIA --date {date} --time {time} --name Paciente --phone {phone}"));
    }
}
