//! `turno why`: all rules that prevent a booking, in the order of the checks.

use crate::support::Clinic;
use crate::support::views::Why;

fn told(clinic: &Clinic, line: &str) -> Vec<(u8, String)> {
    let why: Why = clinic.json(&format!("why {line}"));
    assert_eq!(why.bookable, why.objections.is_empty());
    why.objections.into_iter().map(|objection| (objection.check, objection.code)).collect()
}

#[test]
fn every_rule_that_stands_in_the_way_is_named_in_the_order_of_the_checks() {
    let clinic = Clinic::open();
    for line in [
        "book --doctor GARCIA --date 2026-06-02 --time 10:00 --name 'Ana Mejía' --phone 7765-4321",
        "closure add --doctor GARCIA --from 2026-06-02T10:00 --to 2026-06-02T11:00 --reason Congreso",
        "service add --name Vacunas --code VAC",
        "clinic set strict_slots true",
    ] {
        clinic.does(line);
    }
    for (line, expected) in [
        ("GARCIA 2026-06-02 9:00", vec![]),
        (
            "GARCIA 2026-06-02 10:10",
            vec![(7, "SLOT_INACTIVE"), (8, "INVALID_TIME_SLOT"), (9, "APPOINTMENT_CONFLICT")],
        ),
        (
            "GARCIA 2026-06-02 10:30 --patient 'Ana Mejía'",
            vec![(7, "SLOT_INACTIVE"), (11, "DUPLICATE_BOOKING")],
        ),
        ("GARCIA yesterday 10", vec![(5, "PAST_APPOINTMENT"), (6, "OUTSIDE_AVAILABILITY")]),
        ("GARCIA 2029-01-01 10", vec![(5, "TOO_FAR")]),
        ("GARCIA 2026-06-02 16:30 --duration 60", vec![(8, "INVALID_TIME_SLOT")]),
    ] {
        let expected: Vec<_> = expected.into_iter().map(|(check, code)| (check, code.to_owned())).collect();
        assert_eq!(told(&clinic, line), expected, "{line}");
    }
    let why: Why = clinic.json("why GARCIA 2026-06-02 10:00");
    assert_eq!(why.suggested_times, ["11:00", "11:30", "12:00"]);
    let text = clinic.run("why GARCIA 2026-06-02 10:00");
    assert!(
        text.starts_with("1. closed at that time: Congreso [SLOT_INACTIVE]\n2. the doctor already has"),
        "{text}"
    );
    assert!(clinic.run("why GARCIA 2026-06-02 9:00").contains("can be booked"));
}

#[test]
fn what_a_booking_would_be_told_comes_first() {
    let clinic = Clinic::open();
    clinic.does("book --doctor GARCIA --date 2026-06-02 --time 10:00 --name 'Ana' --phone 7765-4321");
    for time in ["06:00", "10:00", "16:45"] {
        let refusal = clinic.ran(&format!(
            "book --doctor GARCIA --date 2026-06-02 --time {time} --name Eva --phone 7765-4322 --json"
        ));
        let first = told(&clinic, &format!("GARCIA 2026-06-02 {time}")).remove(0).1;
        assert!(refusal.stderr().contains(&first), "{time}: {first}\n{}", refusal.stderr());
    }
}

#[test]
fn a_question_that_names_nothing_is_refused() {
    let clinic = Clinic::open();
    let _ = clinic.refused("why NOBODY tomorrow 9", "RESOURCE_NOT_FOUND", 3);
    let _ = clinic.refused("why GARCIA someday", "VALIDATION_ERROR", 2);
    let paris = Clinic::in_zone("Europe/Paris");
    paris.does("doctor add --name Uno --code UNO");
    let _ = paris.refused("why UNO 2027-03-28 2:30", "INVALID_TIME_SLOT", 5);
}

#[test]
fn who_was_merged_is_asked_about_by_the_record_that_is_kept_and_who_was_erased_is_not() {
    let clinic = Clinic::open();
    for line in [
        "patient add --name 'Ana Mejía' --phone 7765-4321 --code A",
        "patient add --name 'Ana M.' --phone 7765-4322 --code B",
        "book --doctor GARCIA --date 2026-06-02 --time 10:00 --patient A",
        "patient merge A B",
        "patient add --name Eva --phone 7765-4323 --code EVA",
    ] {
        clinic.does(line);
    }
    let expected = vec![(11, "DUPLICATE_BOOKING".to_owned())];
    assert_eq!(told(&clinic, "GARCIA 2026-06-02 12:00 --patient B"), expected);
    let eva: crate::support::views::Erased = clinic.json("patient erase EVA --force");
    for line in [
        format!("why GARCIA 2026-06-02 12:00 --patient {}", eva.patient_id),
        format!("book --doctor GARCIA --date 2026-06-02 --time 12:00 --patient {}", eva.patient_id),
    ] {
        let _ = clinic.refused(&line, "RESOURCE_NOT_FOUND", 3);
    }
}

#[test]
fn an_appointment_tells_what_would_stand_in_its_way_now() {
    let clinic = Clinic::open();
    let _ = clinic.book("GARCIA 2026-06-02 10:00 'Rosa Mejía' 7012-3456");
    let why: Why = clinic.json("why rosa");
    assert_eq!(
        (why.bookable, why.starts_at.as_str()),
        (true, "2026-06-02T10:00:00-06:00"),
        "{:?}",
        why.objections
    );
    clinic.does("closure add --date 2026-06-02 --reason Feriado");
    let why: Why = clinic.json("why 7012-3456");
    let codes: Vec<&str> = why.objections.iter().map(|objection| objection.code.as_str()).collect();
    assert_eq!((why.bookable, codes), (false, vec!["SLOT_INACTIVE"]));
    let _ = clinic.refused("why nadie", "RESOURCE_NOT_FOUND", 3);
    let refusal = clinic.refused("why rosa --duration 30", "VALIDATION_ERROR", 2);
    assert!(refusal.details.contains_key("duration"));
}
