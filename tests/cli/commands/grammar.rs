//! Words in a fixed order in the place of flags, and names by their parts.

use crate::support::Clinic;
use crate::support::views::{Agenda, Appointment, ClinicRecord, Doctor, Patient};
use serde_json::Value;

fn clinic() -> Clinic {
    let clinic = Clinic::open();
    clinic.does("doctor add 'Dra. Ana Ruiz' --code R-1");
    clinic.does("window add --doctor R-1 --days daily --from 09:00 --to 12:00 --slot 30");
    clinic.does("service add Vacunación --duration 15");
    clinic.does("window add --service vacu --days daily --from 14:00 --to 15:00 --capacity 2 --slot 15");
    clinic
}

#[test]
fn a_part_of_a_word_names_a_doctor_a_service_a_branch_or_a_patient() {
    let clinic = clinic();
    for word in ["ruiz", "RUI", "r", "'ana ruiz'", "uiz"] {
        let doctor: Doctor = clinic.json(&format!("doctor show {word}"));
        assert_eq!(doctor.full_name, "Dra. Ana Ruiz", "{word}");
    }
    let service: Value = clinic.json("service show v");
    assert_eq!(service["name"], "Vacunación");
    clinic.does("branch add 'Sucursal Norte'");
    let branch: Value = clinic.json("branch show norte");
    assert_eq!(branch["name"], "Sucursal Norte");
    clinic.does("patient add 'Ana Mejía' --phone 7012-3456");
    let patient: Patient = clinic.json("patient show m");
    assert_eq!(patient.full_name, "Ana Mejía");
    // In the middle of a word one or two letters would find nearly everybody.
    let _ = clinic.refused("doctor show iz", "RESOURCE_NOT_FOUND", 3);
}

#[test]
fn what_is_retired_is_found_by_a_part_and_the_answer_says_whom() {
    let clinic = clinic();
    let text = clinic.run("doctor remove ruiz");
    assert!(text.contains("Dra. Ana Ruiz"), "{text}");
    let _ = clinic.refused("doctor remove ruiz", "RESOURCE_NOT_FOUND", 3);
    clinic.does("service remove vacu");
    clinic.does("branch add Norte");
    clinic.does("branch remove nor");
    clinic.does("doctor add 'Dr. Gil García'");
    let _ = clinic.refused("doctor remove garc", "AMBIGUOUS", 2);
    let _ = clinic.refused("patient erase nadie --force", "RESOURCE_NOT_FOUND", 3);
}

#[cfg(unix)]
#[test]
fn at_a_terminal_who_is_retired_by_a_part_is_agreed_to() {
    let clinic = clinic();
    let mut talk = clinic.talks("doctor remove ruiz");
    talk.waits_for("Retire Dra. Ana Ruiz (R-1)? [Y/n]");
    assert_eq!(talk.types("n").ends(), Some(2), "{}", talk.screen);
    let doctor: Doctor = clinic.json("doctor show R-1");
    assert!(doctor.active);
    let mut talk = clinic.talks("service remove vacu");
    assert_eq!(talk.waits_for("[Y/n]").types("\r").ends(), Some(0), "{}", talk.screen);
    let (text, exit) = clinic.on_terminal("doctor remove R-1", 80);
    assert_eq!(exit, Some(0), "{text}");
}

#[test]
fn a_booking_names_a_doctor_or_a_service() {
    let clinic = clinic();
    let booked: Appointment = clinic.json("book ruiz tomorrow 10:00 'Rosa Mejía' 70123456");
    assert_eq!((booked.doctor.unwrap().code.as_str(), booked.start_time.as_str()), ("R-1", "10:00"));
    let booked: Appointment = clinic.json("reserva vacunación mañana 14:15 'Rosa Mejía' 70123456");
    assert_eq!((booked.doctor, booked.service.unwrap().name.as_str()), (None, "Vacunación"));
    let booked: Appointment = clinic.json("book vac tomorrow 14:30 'Eva Sol' 70120000");
    assert_eq!(booked.duration_minutes, 15);
    let refusal = clinic.refused("book nadie tomorrow 10:00 'Rosa Mejía' 70123456", "RESOURCE_NOT_FOUND", 3);
    assert!(refusal.message.contains("no doctor and no service"), "{}", refusal.message);
    // What is wrong with the form comes before what is not there.
    let refusal = clinic.refused("book nadie someday 10:00 'Rosa Mejía' 70123456", "VALIDATION_ERROR", 2);
    assert!(refusal.details.contains_key("date"));
    clinic.does("doctor add 'Dr. Vacaro Gil'");
    let refusal = clinic.refused("book vac tomorrow 14:30 'Eva Luz' 70120001", "AMBIGUOUS", 2);
    let names: Vec<_> =
        refusal.details["candidates"].as_array().unwrap().iter().map(|one| &one["name"]).collect();
    assert_eq!(names, ["Dr. Vacaro Gil", "Vacunación"]);
    let booked: Value = clinic.json("book garcia tomorrow 9:00 'Eva Luz' 70120001 --every week --times 2");
    assert_eq!(booked["appointments"].as_array().unwrap().len(), 2);
}

#[test]
fn slots_and_the_agenda_take_whose_and_the_day_in_words() {
    let clinic = clinic();
    assert_eq!(clinic.free("ruiz tomorrow").first().map(String::as_str), Some("09:00"));
    let service = clinic.free("vacu 2026-06-03");
    assert_eq!(service, clinic.free("--service vacu --date 2026-06-03"));
    assert!(service.contains(&"14:45".to_owned()), "{service:?}");
    let all = clinic.slots("tomorrow");
    assert!(all.iter().all(|slot| slot.date == "2026-06-02") && all.len() > 20, "{}", all.len());
    assert_eq!(clinic.slots("ruiz --first 1").len(), 1);
    let _ = clinic.refused("slots ruiz tomorrow --doctor garcia", "VALIDATION_ERROR", 2);
    let _ = clinic.refused("slots ruiz tomorrow --date 2026-06-03", "VALIDATION_ERROR", 2);
    let _ = clinic.refused("slots nadie tomorrow", "RESOURCE_NOT_FOUND", 3);
    for (words, from, columns) in [
        ("17/6", "2026-06-17", 3),
        ("ruiz 17/6", "2026-06-17", 1),
        ("ruiz", "2026-06-01", 1),
        ("tomorrow --doctor ruiz", "2026-06-02", 1),
        ("'15 de junio'", "2026-06-15", 3),
    ] {
        let agenda: Agenda = clinic.json(&format!("agenda {words}"));
        assert_eq!((agenda.from.as_str(), agenda.columns.len()), (from, columns), "{words}");
    }
    let _ = clinic.refused("agenda ruiz --doctor garcia", "VALIDATION_ERROR", 2);
}

#[test]
fn a_new_record_is_named_without_a_flag() {
    let clinic = Clinic::open();
    let doctor: Doctor = clinic.json("doctor add Dra. Ana Ruiz --slot 20");
    assert_eq!((doctor.full_name.as_str(), doctor.slot_minutes), ("Dra. Ana Ruiz", Some(20)));
    let patient: Patient = clinic.json("patient add 'Rosa Mejía' --phone 70123456");
    assert_eq!(patient.full_name, "Rosa Mejía");
    let second: ClinicRecord = clinic.json("clinic add 'Clínica Norte' --timezone America/El_Salvador");
    assert_eq!(second.name, "Clínica Norte");
    let service: Value = clinic.json("service add Control --clinic sanjose");
    assert_eq!(service["name"], "Control");
    let branch: Value = clinic.json("branch add 'Colonia Escalón' --clinic sanjose");
    assert_eq!(branch["name"], "Colonia Escalón");
    let _ = clinic.refused("doctor add 'Dra. Sol' --name 'Dra. Luz'", "VALIDATION_ERROR", 2);
    let _ = clinic.refused("doctor add", "VALIDATION_ERROR", 2);
}

#[test]
fn a_cancellation_says_its_reason_in_words() {
    let clinic = clinic();
    let _ = clinic.book("ruiz tomorrow 10:00 'Rosa Mejía' 70123456");
    let _ = clinic.refused("cancel rosa viaje --reason viaje", "VALIDATION_ERROR", 2);
    let cancelled: Appointment = clinic.json("cancela rosa está de viaje");
    assert_eq!(cancelled.cancellation_reason.as_deref(), Some("está de viaje"));
    let _ = clinic.run("hoy");
}
