//! Records by a part of their name, appointments by the start of their code, and dates in the clinic's
//! format.

use crate::support::Clinic;
use crate::support::views::Appointment;
use serde_json::Value;

/// Two doctors, a service, and patients with similar names.
fn busy() -> Clinic {
    let clinic = Clinic::open();
    for line in [
        "doctor add --name 'Dra. Elena Ruiz' --code RUIZ --slot 30",
        "window add --doctor RUIZ --days mon-fri --from 09:00 --to 17:00",
        "service add --name Vacunación --code VAC --duration 30",
        "patient add --name 'Ana Mejía' --phone 7765-4321",
        "patient add --name 'Ana Paz' --phone 7765-4322",
        "patient add --name 'Luis Paz' --phone 7012-0099",
    ] {
        clinic.does(line);
    }
    clinic.set("duplicate_rule", "off");
    clinic
}

#[test]
fn a_part_that_is_one_records_names_it() {
    let clinic = busy();
    for (line, doctor, patient) in [
        ("book garc tomorrow 9 mejía", "Dr. García", "Ana Mejía"),
        ("book elena tomorrow 10 4322", "Dra. Elena Ruiz", "Ana Paz"),
        ("book 'Dra. Ruiz' tomorrow 11 'luis p'", "Dra. Elena Ruiz", "Luis Paz"),
        ("book --doctor rui --date tomorrow --time 12 --patient 0099", "Dra. Elena Ruiz", "Luis Paz"),
    ] {
        let booked: Appointment = clinic.json(line);
        let names = (booked.doctor.map(|doctor| doctor.full_name), booked.patient.full_name);
        assert_eq!(names, (Some(doctor.to_owned()), patient.to_owned()), "{line}");
    }
    assert_eq!(clinic.list("--doctor garc").total, 1);
    let service: Value = clinic.json("service show vacu");
    assert_eq!(service["code"], "VAC");
}

#[test]
fn a_part_of_several_is_refused_with_those_it_names() {
    let clinic = busy();
    let refusal = clinic.refused("book garc tomorrow 9 ana", "AMBIGUOUS", 2);
    let names: Vec<&str> = refusal.details["candidates"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| one["name"].as_str().unwrap())
        .collect();
    assert_eq!(names, ["Ana Mejía", "Ana Paz"]);
    assert_eq!(refusal.details["more"], 0);
    let _ = clinic.refused("doctor show dr", "AMBIGUOUS", 2);
    // One or two letters begin a word; a phone's end has four digits.
    let doctor: Value = clinic.json("doctor show g");
    assert_eq!(doctor["full_name"], "Dr. García");
    let _ = clinic.refused("doctor show ui", "RESOURCE_NOT_FOUND", 3);
    let _ = clinic.refused("patient show 099", "RESOURCE_NOT_FOUND", 3);
    // A complete phone number is never matched in part.
    let _ = clinic.refused("patient show 7765-4329", "RESOURCE_NOT_FOUND", 3);
    assert!(clinic.list("").appointments.is_empty());
}

#[test]
fn many_candidates_are_counted_and_ten_are_shown() {
    let clinic = busy();
    for n in 10..22 {
        clinic.does(&format!("patient add --name 'Rosa Gil {n}' --phone 7100-00{n}"));
    }
    let refusal = clinic.refused("patient show rosa", "AMBIGUOUS", 2);
    assert_eq!(refusal.details["candidates"].as_array().unwrap().len(), 10);
    assert_eq!(refusal.details["more"], 2);
}

#[test]
fn what_can_not_be_taken_back_and_what_comes_as_json_go_by_whole_names() {
    let clinic = busy();
    for line in
        ["patient erase mejía --force", "patient merge mejía 0099 --force", "audit log --record mejía"]
    {
        let _ = clinic.refused(line, "RESOURCE_NOT_FOUND", 3);
    }
    let body = r#"{"doctor_id":"garc","date":"2026-06-02","time":"09:00","patient_name":"Ana","patient_phone":"+50377654321"}"#;
    let _ = clinic.fed("book --input - --json", body).refusal("RESOURCE_NOT_FOUND", 3);
    let booked: Appointment = clinic.json("book garc tomorrow 9 mejía");
    let reason = r#"{"reason":"x"}"#;
    let _ = clinic
        .fed(&format!("cancel {} --input - --json", &booked.code[..4]), reason)
        .refusal("RESOURCE_NOT_FOUND", 3);
}

#[test]
fn what_is_retired_goes_by_its_whole_name_only() {
    let clinic = busy();
    clinic.does("doctor remove RUIZ");
    let _ = clinic.refused("doctor show elena", "RESOURCE_NOT_FOUND", 3);
    clinic.does("doctor show ruiz");
}

#[test]
fn an_appointment_goes_by_the_beginning_of_its_code() {
    let clinic = busy();
    let booked: Vec<Appointment> =
        (9..17).map(|hour| clinic.json(&format!("book garc tomorrow {hour} mejía --overbook"))).collect();
    for one in &booked {
        let prefix = &one.code[..2].to_lowercase();
        let same: Vec<_> = booked.iter().filter(|other| other.code[..2] == one.code[..2]).collect();
        if same.len() == 1 {
            let shown: Appointment = clinic.json(&format!("show {prefix}"));
            assert_eq!(shown.id, one.id);
        } else {
            let refusal = clinic.refused(&format!("show {prefix}"), "AMBIGUOUS", 2);
            assert_eq!(refusal.details["candidates"].as_array().unwrap().len(), same.len());
        }
    }
    let _ = clinic.refused("show 'K%'", "RESOURCE_NOT_FOUND", 3);
}

#[test]
fn a_code_that_begins_like_another_is_refused_with_their_times() {
    let clinic = busy();
    // Codes are random; without two that share their first two characters, the test can't go on.
    let day = ["02", "03", "04", "05", "08"];
    let mut codes: Vec<String> = Vec::new();
    for date in day {
        for hour in 9..14 {
            let booked: Appointment = clinic.json(&format!("book garc 2026-06-{date} {hour} mejía"));
            codes.push(booked.code);
        }
    }
    codes.sort();
    let Some(pair) = codes.windows(2).find(|pair| pair[0][..2] == pair[1][..2]) else { return };
    let refusal = clinic.refused(&format!("show {}", &pair[0][..2]), "AMBIGUOUS", 2);
    let first = &refusal.details["candidates"][0];
    assert_eq!(
        (first["code"].as_str(), first["patient"].as_str()),
        (Some(pair[0].as_str()), Some("Ana Mejía"))
    );
    assert!(first["starts_at"].as_str().unwrap().starts_with("2026-06-"));
}

#[test]
fn who_may_not_see_patients_says_their_names_in_full() {
    let clinic = busy();
    clinic.does("key create --name Front --scope admin");
    let made: Value = clinic.json("key create --name Kiosk --scope appointments:write");
    let secret = made["secret"].as_str().unwrap().to_owned();
    clinic.set("access", "keys");
    let mut kiosk = clinic;
    kiosk.env("TURNO_KEY", &secret);
    let _ = kiosk.refused("book garc tomorrow 9 mejía", "RESOURCE_NOT_FOUND", 3);
    let booked: Value = kiosk.json("book garc tomorrow 9 'Ana Mejía'");
    assert_eq!(booked["status"], "confirmed");
}

#[test]
fn days_in_numbers_are_read_as_the_clinic_writes_them() {
    let clinic = busy();
    for (said, date) in
        [("15/6", "2026-06-15"), ("3/7/2026", "2026-07-03"), ("2-7", "2026-07-02"), ("6/15", "2026-06-15")]
    {
        let booked: Appointment = clinic.json(&format!("book garc {said} 9 mejía --overbook --dry-run"));
        assert_eq!(booked.date, date, "{said}");
    }
    let text = clinic.run("book garc 3/7 9 mejía");
    assert!(text.contains("Fri 3 Jul"), "{text}");
    // The order of day and month depends on the country, not on the language.
    clinic.set("locale", "en");
    let booked: Appointment = clinic.json("book garc 2/7 9 mejía --dry-run");
    assert_eq!(booked.date, "2026-07-02");
    clinic.set("country", "US");
    let booked: Appointment = clinic.json("book garc 7/2 9 mejía --dry-run");
    assert_eq!(booked.date, "2026-07-02");
    for said in ["31/4", "13/14", "30/2", "15/6/26"] {
        let refusal = clinic.refused(&format!("book garc {said} 9 mejía"), "VALIDATION_ERROR", 2);
        assert!(refusal.details.contains_key("date"), "{said}: {:?}", refusal.details);
    }
    let body = r#"{"doctor_id":"GARCIA","date":"15/6","time":"09:00","patient_name":"Ana","patient_phone":"+50377654321"}"#;
    let _ = clinic.fed("book --input - --json", body).refusal("VALIDATION_ERROR", 2);
}

#[test]
fn the_part_of_a_code_that_is_enough_is_marked_in_colours_alone() {
    let clinic = busy();
    let booked: Appointment = clinic.json("book garc tomorrow 9 mejía");
    let (enough, rest) = booked.code.split_at(2);
    let marked = format!("\u{1b}[1m{enough}\u{1b}[0m\u{1b}[2m{rest}\u{1b}[0m");
    for line in ["list", &format!("show {enough}")] {
        assert!(clinic.run(&format!("{line} --color always")).contains(&marked), "{line}");
        assert!(clinic.run(&format!("{line} --color never")).contains(&booked.code), "{line}");
    }
}
