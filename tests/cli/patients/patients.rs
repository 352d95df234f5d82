//! Patients: created and found by bookings, with both identity rules and encrypted national IDs.

use crate::support::Clinic;
use crate::support::views::{Patient, Patients};

#[test]
fn d5_one_patient_per_phone_takes_over_what_the_booking_gives() {
    let clinic = Clinic::open();
    clinic.set("patient_identity", "phone");
    let first = clinic.book("--doctor GARCIA --date 2026-06-15 --time 14:00 --name 'Juan Perez' --phone 7765-4321 --email juan@example.org");
    let second = clinic
        .book("--doctor GARCIA --date 2026-06-16 --time 14:00 --name 'Juan Pérez Díaz' --phone +50377654321");
    assert_eq!(first.patient.id, second.patient.id);
    let Patients { patients, total, .. } = clinic.json("patient list");
    assert_eq!(total, 1);
    assert_eq!(patients[0].full_name, "Juan Pérez Díaz");
    assert_eq!(patients[0].email.as_deref(), Some("juan@example.org"), "what is not given is kept");
    assert_eq!(clinic.show(&first).patient.full_name, "Juan Pérez Díaz");
    let log = clinic.run("audit log --limit 100 --json");
    assert!(
        log.contains("\"before\":{\"full_name\":\"Juan Perez\""),
        "old values stay in the audit log: {log}"
    );
}

/// A stored number still finds its patient if the phone library rejects the number.
#[test]
fn a_number_that_is_none_by_todays_rules_stays_its_patients() {
    let clinic = Clinic::open();
    let book = |day: u32, phone: &str| {
        clinic.book(&format!("--doctor GARCIA --date 2026-06-{day} --time 14:00 --name Ana --phone {phone}"))
    };
    let first = book(15, "+50377654321");
    // A country code that is not assigned.
    clinic.place().run("UPDATE patients SET phone = '+99912345678' WHERE phone = '+50377654321'").unwrap();
    assert_eq!(book(16, "+99912345678").patient.id, first.patient.id);
}

#[test]
fn a_number_of_another_country_finds_its_patient_again() {
    let clinic = Clinic::open();
    let book = |day: u32, phone: &str| {
        clinic.book(&format!("--doctor GARCIA --date 2026-06-{day} --time 14:00 --name Ana --phone {phone}"))
    };
    let first = book(15, "'+54 11 4321-1234'");
    assert_eq!(first.patient.phone, "+541143211234");
    assert_eq!(book(16, "+541143211234").patient.id, first.patient.id);
}

#[test]
fn d5_a_family_shares_a_phone_and_each_has_their_own_record() {
    let clinic = Clinic::open();
    clinic.set("duplicate_rule", "off");
    let book = |name: &str, time: &str| {
        clinic.book(&format!(
            "--doctor GARCIA --date 2026-06-15 --time {time} --name '{name}' --phone 7765-4321"
        ))
    };
    let father = book("Juan Pérez", "09:00");
    let again = book("JUAN  PEREZ", "10:00");
    let daughter = book("Ana Pérez", "11:00");
    assert_eq!(father.patient.id, again.patient.id);
    assert_eq!(again.patient.full_name, "JUAN  PEREZ", "the name in its new spelling");
    assert_ne!(father.patient.id, daughter.patient.id);
    let Patients { total, .. } = clinic.json("patient list");
    assert_eq!(total, 2);
}

#[test]
fn d5_another_clinics_patient_with_the_same_phone_is_another_patient() {
    let clinic = Clinic::open();
    clinic.does("patient add --name 'Juan Pérez' --phone 7765-4321 --code J");
    clinic.does("clinic add --name Otra --timezone America/El_Salvador --code otra");
    clinic.does("patient add --name 'Juan Pérez' --phone 7765-4321 --code J --clinic otra");
    let Patients { total, .. } = clinic.json("patient list --clinic otra");
    assert_eq!(total, 1);
    let Patients { total, .. } = clinic.json("patient find 7765");
    assert_eq!(total, 1);
}

#[test]
fn a_patient_is_added_found_changed_and_shown() {
    let clinic = Clinic::open();
    let added: Patient = clinic.json(
        "patient add --name 'María de los Ángeles' --phone '7700 0001' --code PAT-2026-00123 --email m@example.org --locale en",
    );
    assert_eq!((added.phone.as_str(), added.locale.as_deref()), ("+50377000001", Some("en")));
    clinic.does("patient add --name 'Mario Luna' --phone 7700-0002");
    for words in ["'angeles maria'", "77000001", "'7700 0001'", "pat-2026"] {
        let Patients { patients, .. } = clinic.json(&format!("patient find {words}"));
        assert_eq!(patients, std::slice::from_ref(&added), "{words}");
    }
    for word in ["PAT-2026-00123", "+50377000001", "'maria de los angeles'", &added.id] {
        assert_eq!(clinic.json::<Patient>(&format!("patient show {word}")), added, "{word}");
    }
    let set: Patient = clinic.json(
        "patient set PAT-2026-00123 --phone 7700-0009 --email none --locale none --opt-out --name 'María Á'",
    );
    assert_eq!((set.phone.as_str(), set.email, set.locale, set.opt_out), ("+50377000009", None, None, true));
    assert!(!clinic.json::<Patient>("patient set PAT-2026-00123 --opt-in").opt_out);
}

#[test]
fn an_ambiguous_name_is_refused_with_the_candidates() {
    let clinic = Clinic::open();
    clinic.does("patient add --name 'Ana Ruiz' --phone 7700-0001 --code A1");
    clinic.does("patient add --name 'Ana Ruiz' --phone 7700-0002 --code A2");
    clinic.does("patient add --name 'Eva Ruiz' --phone 7700-0001 --code E1");
    for (word, codes) in [("'Ana Ruiz'", ["A1", "A2"]), ("7700-0001", ["A1", "E1"])] {
        let refusal = clinic.not_booked(
            &format!("--doctor GARCIA --date 2026-06-15 --time 14:00 --patient {word}"),
            "AMBIGUOUS",
            2,
        );
        let candidates = refusal.details["candidates"].as_array().unwrap().clone();
        let mut found: Vec<_> = candidates.iter().map(|one| one["code"].as_str().unwrap()).collect();
        found.sort_unstable();
        assert_eq!(found, codes, "{word}");
        let hint = refusal.hint.unwrap();
        assert!(codes.iter().all(|code| hint.contains(code)), "{hint}");
    }
    assert_eq!(clinic.list("").total, 0);
}

#[test]
fn a_known_patient_is_booked_by_code_phone_or_name_and_not_under_another_name() {
    let clinic = Clinic::open();
    clinic.does("patient add --name 'Ana Ruiz' --phone 7700-0001 --code A1");
    let mut seen = Vec::new();
    for (day, word) in [(15, "a1"), (16, "7700-0001"), (17, "'ana RUIZ'")] {
        let booked =
            clinic.book(&format!("--doctor GARCIA --date 2026-06-{day} --time 14:00 --patient {word}"));
        seen.push(booked.patient.code);
    }
    assert_eq!(seen, ["A1", "A1", "A1"]);
    let refusal = clinic.not_booked(
        "--doctor GARCIA --date 2026-06-18 --time 14:00 --patient A1 --name Eva --phone 7700-0002",
        "VALIDATION_ERROR",
        2,
    );
    assert_eq!(refusal.fields(), ["name", "phone"]);
}

#[test]
fn d4_a_national_id_is_in_no_row_and_no_log_in_clear() {
    let clinic = Clinic::open();
    let booked = clinic.book_juan("--date 2026-06-15 --time 14:00 --national-id 12345678-9");
    clinic.does("patient add --name Eva --phone 7700-0009 --national-id 98765432-1 --code EVA");
    clinic.does("patient set EVA --national-id 55555555-5");
    clinic.does("patient set EVA --national-id 44444444-4");
    let rows = clinic.place().content();
    assert!(rows.contains("+50377654321"), "the rows are looked into: {rows}");
    let log = clinic.run("audit log --limit 1000 --json");
    for id in ["12345678-9", "123456789", "98765432-1", "55555555-5", "44444444-4"] {
        assert!(!rows.contains(id), "{id} is in a row");
        assert!(!log.contains(id), "{id} is in the audit log");
    }
    let shown: Patient = clinic.json(&format!("patient show {}", booked.patient.id));
    let masked = shown.national_id.unwrap();
    assert!(masked.ends_with("-9") && !masked.contains("1234"), "{masked}");
    let revealed: Patient = clinic.json(&format!("patient show {} --reveal", booked.patient.id));
    assert_eq!(revealed.national_id.as_deref(), Some("12345678-9"));
}

#[test]
fn d4_a_national_id_is_read_from_stdin_and_finds_its_patient() {
    let clinic = Clinic::open();
    let line = "book --doctor GARCIA --date 2026-06-15 --time 14:00 --name Ana --phone 7700-0001 --national-id - --json";
    let booked: crate::support::views::Appointment = clinic.fed(line, "12345678-9\n").exits(0).json();
    let Patients { patients, .. } = clinic.json("patient find 12345678-9");
    assert_eq!(patients.len(), 1);
    assert_eq!(patients[0].id, booked.patient.id);
    let Patients { total, .. } = clinic.json("patient find 12345678-0");
    assert_eq!(total, 0);
}

#[test]
fn d4_a_refused_national_id_is_not_repeated() {
    let clinic = Clinic::open();
    let id = "1".repeat(80);
    let ran = clinic.ran(&format!("patient add --name Ana --phone 7700-0001 --national-id {id} --json"));
    assert!(!ran.stderr().contains(&id));
    let refusal = ran.refusal("VALIDATION_ERROR", 2);
    assert_eq!(refusal.fields(), ["national_id"]);
}

#[test]
fn d4_without_its_secret_file_or_with_another_the_book_changes_nothing() {
    let mut clinic = Clinic::open();
    let booked = clinic.book_juan("--date 2026-06-15 --time 14:00 --national-id 12345678-9");
    let before = clinic.content();
    let aside = clinic.home().join("aside.key");
    std::fs::rename(clinic.secret_path(), &aside).unwrap();
    let refusal = clinic.refused(&format!("cancel {} --reason x", booked.code), "STORE_UNAVAILABLE", 7);
    assert!(refusal.hint.unwrap().contains("TURNO_SECRET_FILE"));
    let other = Clinic::open();
    other.does("db info");
    let stranger = Clinic::in_zone("UTC");
    std::fs::copy(stranger.secret_path(), clinic.secret_path()).unwrap();
    let _ = clinic.refused(&format!("cancel {} --reason x", booked.code), "STORE_UNAVAILABLE", 7);
    let _ = clinic.refused(&format!("patient show {} --reveal", booked.patient.id), "STORE_UNAVAILABLE", 7);
    assert_eq!(clinic.content(), before);
    clinic.env("TURNO_SECRET_FILE", &aside.display().to_string());
    clinic.does(&format!("cancel {} --reason x", booked.code));
}
