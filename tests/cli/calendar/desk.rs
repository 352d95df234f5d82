//! The verbs of the desk, in English and Spanish, and who is called in next.

use crate::support::Clinic;
use crate::support::views::{Appointment, Glances};

/// Monday at nine: three patients of today, in the order of their times.
fn desk() -> Clinic {
    let mut clinic = Clinic::open();
    for (time, name, phone) in [
        ("10:00", "Rosa Mejía", "7012-3456"),
        ("10:30", "Luis Paz", "7012-0001"),
        ("11:00", "Eva Sol", "7012-0002"),
    ] {
        let _ = clinic.book(&format!("GARCIA 2026-06-01 {time} '{name}' {phone}"));
    }
    // The same patient comes again, and that is not today's business.
    let _ = clinic.book("GARCIA 2026-06-09 10:00 'Rosa Mejía' 7012-3456");
    clinic.at("2026-06-01T09:55:00-06:00");
    clinic
}

#[test]
fn a_visit_goes_through_the_desk_by_name() {
    let mut clinic = desk();
    for (line, who, status) in [
        ("arrive mejía", "Rosa Mejía", "checked_in"),
        ("llega luis", "Luis Paz", "checked_in"),
        ("start rosa", "Rosa Mejía", "in_progress"),
        ("done 3456 --diagnosis gripe --follow-up +2w", "Rosa Mejía", "completed"),
        ("pasa luis", "Luis Paz", "in_progress"),
        ("listo luis", "Luis Paz", "completed"),
    ] {
        let step: Appointment = clinic.json(line);
        assert_eq!((step.patient.full_name.as_str(), step.status.as_str()), (who, status), "{line}");
        assert_eq!((step.date.as_str(), step.changed), ("2026-06-01", Some(true)), "{line}");
    }
    let done = clinic.list("--patient rosa --date 2026-06-01").appointments.remove(0);
    assert_eq!(
        (done.diagnosis.as_deref(), done.follow_up_date.as_deref()),
        (Some("gripe"), Some("2026-06-15"))
    );
    clinic.at("2026-06-01T11:20:00-06:00");
    let missed: Appointment = clinic.json("falta eva");
    assert_eq!((missed.status.as_str(), missed.no_show_at.is_some()), ("no_show", true));
    let late: Appointment = clinic.json("arrive eva");
    assert_eq!(late.status, "checked_in");
    let again: Appointment = clinic.json("arrive eva");
    assert_eq!(again.changed, Some(false), "who has arrived has arrived");
    // Rosa's visit of next week is no visit of today.
    let refusal = clinic.refused("start rosa", "INVALID_STATE_TRANSITION", 5);
    assert_eq!(refusal.details["from"], "completed");
    clinic.is_sound();
}

#[test]
fn a_visit_is_confirmed_by_name_on_the_day_before() {
    let mut clinic = Clinic::open();
    clinic.set("initial_status", "scheduled");
    let _ = clinic.book("GARCIA 2026-06-02 10:00 'Rosa Mejía' 7012-3456");
    for line in ["confirm rosa", "confirma 7012-3456"] {
        let confirmed: Appointment = clinic.json(line);
        assert_eq!(
            (confirmed.status.as_str(), confirmed.date.as_str()),
            ("confirmed", "2026-06-02"),
            "{line}"
        );
    }
    clinic.at("2026-06-02T10:00:00-06:00");
    let rehearsed: Appointment = clinic.json("arrive rosa --dry-run");
    assert_eq!(rehearsed.dry_run, Some(true));
    assert_eq!(clinic.list("").appointments[0].status, "confirmed");
}

#[test]
fn who_came_first_is_called_in_first() {
    let mut clinic = desk();
    let refusal = clinic.refused("next", "RESOURCE_NOT_FOUND", 3);
    assert!(refusal.hint.unwrap().contains("turno queue"));
    clinic.does("doctor add 'Dra. Ana Ruiz' --code RUIZ");
    clinic.does("window add --doctor RUIZ --days daily --from 09:00 --to 17:00 --slot 30");
    let _ = clinic.book("RUIZ 2026-06-01 10:00 'Ida Luz' 7012-0003");
    for (minute, name) in [("56", "eva"), ("57", "ida"), ("58", "rosa")] {
        clinic.at(&format!("2026-06-01T09:{minute}:00-06:00"));
        clinic.does(&format!("arrive {name}"));
    }
    let called = |clinic: &Clinic, line: &str| {
        let called: Appointment = clinic.json(line);
        assert_eq!((called.status.as_str(), called.changed), ("in_progress", Some(true)));
        called.patient.full_name
    };
    assert_eq!(called(&clinic, "next garcia"), "Eva Sol");
    assert_eq!(called(&clinic, "siguiente"), "Ida Luz");
    assert_eq!(called(&clinic, "next garcia --dry-run"), "Rosa Mejía");
    assert_eq!(called(&clinic, "next garcia"), "Rosa Mejía");
    let _ = clinic.refused("next ruiz", "RESOURCE_NOT_FOUND", 3);
    let _ = clinic.refused("next nadie", "RESOURCE_NOT_FOUND", 3);
}

#[test]
fn patients_are_found_with_their_next_and_last_appointment() {
    let mut clinic = desk();
    clinic.at("2026-06-01T10:45:00-06:00");
    let found: Glances = clinic.json("find rosa");
    let [rosa] = found.patients.as_slice() else { panic!("{found:?}") };
    assert_eq!(
        (rosa.full_name.as_str(), rosa.phone.as_str(), found.total),
        ("Rosa Mejía", "+50370123456", 1)
    );
    let next = rosa.next.as_ref().unwrap();
    assert_eq!((next.date.as_str(), next.start_time.as_str()), ("2026-06-09", "10:00"));
    assert_eq!(next.doctor.as_deref(), Some("Dr. García"));
    assert_eq!(rosa.last.as_ref().unwrap().date, "2026-06-01");
    clinic.does(&format!("cancel {} --reason x", next.code));
    let found: Glances = clinic.json("busca mejía");
    assert!(found.patients[0].next.is_none());
    // One who is in right now comes next, not last.
    let found: Glances = clinic.json("find luis");
    assert_eq!(found.patients[0].next.as_ref().map(|next| next.start_time.as_str()), Some("10:30"));
    assert!(found.patients[0].last.is_none());
    let found: Glances = clinic.json("find 7012");
    assert_eq!(found.total, 3);
    let found: Glances = clinic.json("find nadie");
    assert_eq!(found.total, 0);
    let text = clinic.run("find luis");
    assert!(
        text.contains("Luis Paz") && text.contains("+50370120001") && text.contains("Dr. García"),
        "{text}"
    );
}

#[test]
fn a_status_is_said_in_two_languages_and_any_spelling() {
    let clinic = desk();
    for (word, status) in [("llegó", "checked_in"), ("en_curso", "in_progress"), ("Atendida", "completed")] {
        let step: Appointment = clinic.json(&format!("status rosa {word}"));
        assert_eq!(step.status, status, "{word}");
    }
    for word in ["atendida", "Completed", "done"] {
        assert_eq!(clinic.list(&format!("--status {word}")).total, 1, "{word}");
    }
    assert_eq!(clinic.list("--status 'checked in,en curso,atendida'").total, 1);
    let _ = clinic.refused("status luis borrada", "VALIDATION_ERROR", 2);
    let luis: Appointment = clinic.json("show luis");
    let line = format!("status {} --input - --json", luis.code);
    let _ = clinic.fed(&line, r#"{"status":"done"}"#).refusal("VALIDATION_ERROR", 2);
}
