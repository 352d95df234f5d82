//! Repeated requests: external references and idempotency keys.

use crate::support::Clinic;

const ANA: &str = "--doctor GARCIA --name 'Ana Ruiz' --phone +50377000001";

#[test]
fn h6_an_active_reference_answers_with_the_existing_record() {
    let clinic = Clinic::open();
    let request = format!("{ANA} --date 2026-06-15 --time 14:00 --external-ref R-1");
    let first = clinic.book(&request);
    assert_eq!(first.idempotent, Some(false));
    let before = clinic.content();
    let again = clinic.book(&request);
    assert_eq!((again.id.as_str(), again.idempotent), (first.id.as_str(), Some(true)));
    assert_eq!(clinic.content(), before, "nothing is written");
    // The appointment was moved since, but the booking request is the same.
    clinic.does(&format!("reschedule {} --date 2026-06-16 --time 15:00", first.code));
    let moved = clinic.book(&request);
    assert_eq!((moved.id.as_str(), moved.date.as_str()), (first.id.as_str(), "2026-06-16"));
}

#[test]
fn the_same_reference_with_another_request_is_a_mismatch() {
    let clinic = Clinic::open();
    let first = clinic.book(&format!("{ANA} --date 2026-06-15 --time 14:00 --external-ref R-1"));
    let before = clinic.content();
    for other in [
        format!("{ANA} --date 2026-06-16 --time 15:00"),
        format!("{ANA} --date 2026-06-15 --time 14:00 --notes y"),
        "--doctor GARCIA --name 'Eva Ruiz' --phone +50377000001 --date 2026-06-15 --time 14:00".to_owned(),
        // Another idempotency key does not change this.
        format!("{ANA} --date 2026-06-16 --time 15:00 --idempotency-key K-1"),
    ] {
        for dry_run in ["", "--dry-run"] {
            let line = format!("{other} --external-ref R-1 {dry_run}");
            let refusal = clinic.not_booked(&line, "IDEMPOTENCY_MISMATCH", 4);
            assert_eq!(refusal.status, 409);
            assert_eq!(refusal.text("existing_appointment_id"), first.id);
        }
    }
    let body = r#"{"doctor_id":"GARCIA","date":"2026-06-16","start_time":"10:00","patient_name":"Eva",
        "patient_phone":"7700-0002","external_reference_id":"R-1"}"#;
    let refusal = clinic.fed("book --input - --json", body).refusal("IDEMPOTENCY_MISMATCH", 4);
    assert_eq!(refusal.text("existing_appointment_id"), first.id);
    assert_eq!(clinic.content(), before, "nothing is written");
}

#[test]
fn h6_a_cancelled_reference_is_free_again() {
    let clinic = Clinic::open();
    let request = format!("{ANA} --date 2026-06-15 --time 14:00 --external-ref R-1");
    let first = clinic.book(&request);
    clinic.does(&format!("cancel {} --reason x", first.code));
    let second = clinic.book(&request);
    assert_ne!(second.id, first.id);
    assert_eq!(second.idempotent, Some(false));
    assert_eq!(clinic.list("").total, 2);
}

#[test]
fn h6_a_missed_appointment_keeps_its_reference() {
    let mut clinic = Clinic::open();
    let request = format!("{ANA} --date 2026-06-01 --time 10:00 --external-ref R-1");
    let first = clinic.book(&request);
    clinic.at("2026-06-01T10:30:00-06:00").does(&format!("status {} no_show", first.code));
    let again = clinic.book(&request);
    assert_eq!((again.id, again.idempotent), (first.id, Some(true)));
}

#[test]
fn h6_another_clinics_reference_is_its_own() {
    let clinic = Clinic::open();
    clinic.does("clinic add --name Otra --timezone America/El_Salvador --code otra");
    clinic.does("doctor add --name 'Dr. García' --code GARCIA --clinic otra");
    clinic.does("window add --doctor GARCIA --days mon-fri --from 09:00 --to 17:00 --clinic otra");
    let request = format!("{ANA} --date 2026-06-15 --time 14:00 --external-ref R-1 --idempotency-key K-1");
    let here = clinic.book(&request);
    let there = clinic.book(&format!("{request} --clinic otra"));
    assert_ne!(here.id, there.id);
    assert_eq!(there.idempotent, Some(false));
}

#[test]
fn the_same_key_with_the_same_request_answers_with_the_first_booking() {
    let clinic = Clinic::open();
    let first = clinic.book(&format!("{ANA} --date 2026-06-15 --time 14:00 --notes x --idempotency-key K-1"));
    assert_eq!(first.idempotency_key, "K-1");
    let before = clinic.content();
    // The same request in other words.
    for same in [
        "--doctor garcia --name 'ana ruiz' --phone 7700-0001 --date mon --time 2:00pm --notes x",
        "--doctor GARCIA --name 'Ana Ruiz' --phone +50377000001 --at 2026-06-15T20:00:00Z --notes x",
    ] {
        let same = same.replace("--date mon", "--date 2026-06-15");
        let again = clinic.book(&format!("{same} --idempotency-key K-1"));
        assert_eq!((again.id.as_str(), again.idempotent), (first.id.as_str(), Some(true)), "{same}");
    }
    assert_eq!(clinic.content(), before);
}

#[test]
fn the_same_key_with_another_request_is_a_mismatch() {
    let clinic = Clinic::open();
    let first = clinic.book(&format!("{ANA} --date 2026-06-15 --time 14:00 --idempotency-key K-1"));
    for other in [
        format!("{ANA} --date 2026-06-15 --time 15:00"),
        format!("{ANA} --date 2026-06-15 --time 14:00 --notes y"),
        "--doctor GARCIA --name 'Eva Ruiz' --phone +50377000001 --date 2026-06-15 --time 14:00".to_owned(),
    ] {
        let refusal = clinic.not_booked(&format!("{other} --idempotency-key K-1"), "IDEMPOTENCY_MISMATCH", 4);
        assert_eq!(refusal.status, 409);
        assert_eq!(refusal.text("existing_appointment_id"), first.id);
    }
    assert_eq!(clinic.list("").total, 1);
}

#[test]
fn cancelling_never_frees_an_idempotency_key() {
    let clinic = Clinic::open();
    let request = format!("{ANA} --date 2026-06-15 --time 14:00 --idempotency-key K-1");
    let first = clinic.book(&request);
    clinic.does(&format!("cancel {} --reason x", first.code));
    let again = clinic.book(&request);
    assert_eq!((again.id, again.status.as_str(), again.idempotent), (first.id, "cancelled", Some(true)));
    let _ = clinic.not_booked(
        &format!("{ANA} --date 2026-06-16 --time 14:00 --idempotency-key K-1"),
        "IDEMPOTENCY_MISMATCH",
        4,
    );
}

#[test]
fn a_refused_request_does_not_use_its_key_up() {
    let clinic = Clinic::open();
    let _ = clinic.not_booked(
        &format!("{ANA} --date 2026-06-15 --time 08:00 --idempotency-key K-1"),
        "OUTSIDE_AVAILABILITY",
        5,
    );
    let booked = clinic.book(&format!("{ANA} --date 2026-06-15 --time 09:00 --idempotency-key K-1"));
    assert_eq!(booked.idempotent, Some(false));
}
