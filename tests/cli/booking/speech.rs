//! Bookings and moves in one phrase, as callers say them on the telephone.

use crate::support::Clinic;
use crate::support::views::Appointment;

#[test]
fn a_booking_is_said_in_one_breath_and_said_back() {
    let clinic = Clinic::open();
    let text = clinic.run("book GARCIA tomorrow 9:30 'Ana Mejía' 7765-4321");
    assert!(text.contains("Ana Mejía, Tue 2 Jun 09:30–10:00, Dr. García"), "{text}");
    for (line, date, start) in [
        ("book GARCIA mañana 11 'Luis Paz' 7765-4322", "2026-06-02", "11:00"),
        ("book GARCIA next fri 2:30pm Eva Ruiz 7765-4323", "2026-06-05", "14:30"),
        ("book GARCIA 15 de junio 10h30 Zoë 7765-4324", "2026-06-15", "10:30"),
        ("book GARCIA 'in 2 weeks' 9 'Ana Mejía' 7765-4321 --reason control", "2026-06-15", "09:00"),
        ("book GARCIA fri 9 'Ana Mejía'", "2026-06-05", "09:00"),
        ("book --doctor GARCIA --at 'pasado mañana 10' --patient 77654321", "2026-06-03", "10:00"),
    ] {
        let booked: Appointment = clinic.json(line);
        assert_eq!((booked.date.as_str(), booked.start_time.as_str()), (date, start), "{line}");
    }
}

#[test]
fn what_can_not_be_understood_is_named_and_nothing_is_booked() {
    let clinic = Clinic::open();
    for (line, field) in [
        ("book GARCIA someday 9 Ana 7765-4321", "date"),
        ("book GARCIA tomorrow late Ana 7765-4321", "time"),
        ("book GARCIA tomorrow", "time"),
        ("book GARCIA", "date"),
    ] {
        let refusal = clinic.refused(line, "VALIDATION_ERROR", 2);
        assert!(refusal.details.contains_key(field), "{line}: {:?}", refusal.details);
    }
    let unknown = clinic.refused("book GARCIA tomorrow 9 'Nobody Known'", "RESOURCE_NOT_FOUND", 3);
    assert!(unknown.hint.is_some_and(|hint| hint.contains("with name and phone")), "what is missing is said");
    // 2026-06-03 is a Wednesday, and no patient is called "de junio 10 Ana" or "30 Ana".
    for line in ["book GARCIA lunes 3 de junio 10 Ana 7765-4321", "book GARCIA mon 8 9 30 Ana 7765-4321"] {
        let refusal = clinic.refused(line, "VALIDATION_ERROR", 2);
        assert_eq!(refusal.details.len(), 1, "{:?}", refusal.details);
    }
    let _ = clinic.refused("book GARCIA tomorrow 9 --date 2026-06-02 Ana 7765-4321", "VALIDATION_ERROR", 2);
    assert!(clinic.list("").appointments.is_empty());
}

#[test]
fn a_move_is_said_the_same_way() {
    let clinic = Clinic::open();
    let booked: Appointment = clinic.json("book GARCIA tomorrow 9:30 'Ana Mejía' 7765-4321");
    let moved: Appointment = clinic.json(&format!("reschedule {} fri 10", booked.code));
    assert_eq!((moved.date.as_str(), moved.start_time.as_str()), ("2026-06-05", "10:00"));
    let refusal = clinic.refused(&format!("reschedule {} fri 10 please", booked.code), "VALIDATION_ERROR", 2);
    assert!(refusal.details.contains_key("at"));
}

#[test]
fn json_says_its_dates_and_times_as_iso_and_nothing_else() {
    let clinic = Clinic::open();
    for (date, time) in [("tomorrow", "09:30"), ("2026-06-02", "9"), ("2 june", "09:30")] {
        let body = format!(
            r#"{{"doctor_id":"GARCIA","date":"{date}","time":"{time}","patient_name":"Ana","patient_phone":"+50377654321"}}"#
        );
        let _ = clinic.fed("book --input - --json", body).refusal("VALIDATION_ERROR", 2);
    }
    let body = r#"{"doctor_id":"GARCIA","slot_start":"tomorrow 9","patient_name":"Ana","patient_phone":"+50377654321"}"#;
    let _ = clinic.fed("book --input - --json", body.to_owned()).refusal("VALIDATION_ERROR", 2);
}
