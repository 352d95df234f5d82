//! Setup of a clinic: all kinds of records with all their flags.

use crate::support::views::{
    Branch, Branches, ClinicRecord, Clinics, Closure, Closures, Doctor, Doctors, Service, Services,
};
use crate::support::{Clinic, MONDAY};

#[test]
fn init_makes_the_book_the_secret_file_and_the_first_clinic() {
    let clinic = Clinic::empty();
    let made: ClinicRecord = clinic.json("init --name 'Clínica San José' --timezone America/El_Salvador");
    assert_eq!(made.code, "clinica-san-jose");
    assert_eq!(made.name, "Clínica San José");
    assert_eq!(made.timezone, "America/El_Salvador");
    assert_eq!(made.country.as_deref(), Some("SV"));
    assert_eq!(made.db, Some(clinic.place().name()));
    assert_eq!(made.secret_file, Some(clinic.secret_path().display().to_string()));
    assert_eq!(std::fs::read_to_string(clinic.secret_path()).unwrap().trim().len(), 64);
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = |path| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
        assert_eq!(mode(clinic.secret_path()), 0o600);
    }
    let Branches { branches, total } = clinic.json("branch list");
    assert_eq!((branches[0].code.as_str(), total), ("main", 1));
}

#[test]
fn init_a_second_time_is_refused_and_changes_nothing() {
    let clinic = Clinic::open();
    let before = std::fs::read(clinic.secret_path()).unwrap();
    let refusal = clinic.refused("init --name Other --timezone Europe/Madrid", "VALIDATION_ERROR", 2);
    assert_eq!(refusal.fields(), ["db"]);
    assert_eq!(std::fs::read(clinic.secret_path()).unwrap(), before);
    let Clinics { total, .. } = clinic.json("clinic list");
    assert_eq!(total, 1);
}

#[test]
fn init_names_all_that_is_wrong_and_leaves_nothing() {
    let clinic = Clinic::empty();
    let refusal =
        clinic.refused("init --timezone Mars/Olympus --country Salvador --code 'a b'", "VALIDATION_ERROR", 2);
    assert_eq!(refusal.fields(), ["code", "country", "name", "timezone"]);
    assert!(!clinic.place().is_taken());
    assert!(!clinic.secret_path().exists());
}

#[test]
fn the_clinic_that_is_used_is_the_one_worked_in() {
    let clinic = Clinic::open();
    let other: ClinicRecord = clinic.json("clinic add --name Bombay --timezone Asia/Kolkata --code bom");
    assert_eq!((other.code.as_str(), other.country.as_deref()), ("bom", Some("IN")));
    let chosen = |clinic: &Clinic| -> Vec<(String, bool)> {
        let Clinics { clinics, .. } = clinic.json("clinic list");
        clinics.into_iter().map(|clinic| (clinic.code, clinic.chosen.unwrap())).collect()
    };
    let state = |bom: bool| vec![("bom".to_owned(), bom), ("sanjose".to_owned(), !bom)];
    let mut now = chosen(&clinic);
    now.sort();
    assert_eq!(now, state(false));
    clinic.does("clinic use BOM");
    let mut now = chosen(&clinic);
    now.sort();
    assert_eq!(now, state(true));
    let shown: ClinicRecord = clinic.json("clinic show");
    assert_eq!(shown.code, "bom");
    let Doctors { total, .. } = clinic.json("doctor list");
    assert_eq!(total, 0, "another clinic's doctors are not visible");
    let Doctors { total, .. } = clinic.json("doctor list --clinic sanjose");
    assert_eq!(total, 1);
    let refusal = clinic.refused("clinic use nowhere", "RESOURCE_NOT_FOUND", 3);
    assert_eq!(refusal.text("given"), "nowhere");
    let refusal = clinic.refused("clinic add --name Again --timezone UTC --code Bom", "VALIDATION_ERROR", 2);
    assert_eq!(refusal.fields(), ["code"]);
}

#[test]
fn the_environment_names_clinic_and_branch_for_a_workstation() {
    let mut clinic = Clinic::open();
    clinic.does("clinic add --name Bombay --timezone Asia/Kolkata --code bom");
    clinic.does("branch add --name Centro --code CEN");
    clinic.does("window add --doctor GARCIA --branch CEN --days sat --from 09:00 --to 10:00");
    clinic.env("TURNO_BRANCH", "CEN");
    let booked = clinic.book_juan("--date 2026-06-06 --time 09:00");
    assert_eq!(booked.branch.code, "CEN");
    clinic.env("TURNO_CLINIC", "bom");
    let Doctors { total, .. } = clinic.json("doctor list");
    assert_eq!(total, 0);
}

#[test]
fn a_branch_is_added_renamed_and_retired() {
    let clinic = Clinic::open();
    let added: Branch = clinic.json("branch add --name Norte --code NOR --timezone America/Guatemala");
    assert_eq!(added.timezone.as_deref(), Some("America/Guatemala"));
    assert_eq!(added.created_at, MONDAY);
    let set: Branch = clinic.json("branch set NOR --name 'Zona Norte' --code NORTE --timezone none");
    assert_eq!((set.code.as_str(), set.name.as_str(), set.timezone), ("NORTE", "Zona Norte", None));
    let main: Branch = clinic.json("branch set main --code CENTRAL --name Central");
    assert_eq!(main.code, "CENTRAL");
    let retired: Branch = clinic.json("branch remove 'zona norte'");
    assert!(!retired.active);
    let Branches { branches, .. } = clinic.json("branch list");
    assert_eq!(branches.iter().map(|branch| branch.code.as_str()).collect::<Vec<_>>(), ["CENTRAL"]);
    let refusal = clinic.refused("branch remove CENTRAL", "VALIDATION_ERROR", 2);
    assert_eq!(refusal.fields(), ["branch"]);
}

#[test]
fn a_doctor_is_added_changed_and_shown_by_any_name() {
    let clinic = Clinic::in_zone("America/El_Salvador");
    let added: Doctor = clinic.json(
        "doctor add --name 'Dra. Ana Ruiz' --code DOC-7 --specialty Cardiología --slot 20 --buffer-before 5 --buffer-after 10",
    );
    let expected = Doctor {
        id: added.id.clone(),
        code: "DOC-7".into(),
        full_name: "Dra. Ana Ruiz".into(),
        buffer_before: 5,
        buffer_after: 10,
        active: true,
        created_at: MONDAY.into(),
        specialty: Some("Cardiología".into()),
        slot_minutes: Some(20),
        appointments: None,
        dry_run: None,
    };
    assert_eq!(added, expected);
    for word in [added.id.as_str(), "doc-7", "'DRA. ana ruiz'"] {
        assert_eq!(clinic.json::<Doctor>(&format!("doctor show {word}")), added, "{word}");
    }
    let set: Doctor =
        clinic.json("doctor set DOC-7 --specialty none --slot none --buffer-before 0 --name 'Ana Ruiz'");
    assert_eq!((set.specialty, set.slot_minutes, set.buffer_before), (None, None, 0));
    assert_eq!((set.full_name.as_str(), set.buffer_after), ("Ana Ruiz", 10));
    let made: Doctor = clinic.json("doctor add --name 'Dr. Sol'");
    assert!(!made.code.is_empty() && made.code != "DOC-7", "{}", made.code);
    let refusal = clinic.refused("doctor add --name Otra --code doc-7", "VALIDATION_ERROR", 2);
    assert_eq!(refusal.fields(), ["code"]);
}

#[test]
fn a_service_is_added_changed_and_retired() {
    let clinic = Clinic::open();
    let added: Service = clinic.json("service add --name 'General Checkup' --code GC --duration 45");
    assert_eq!((added.code.as_str(), added.duration_minutes), ("GC", Some(45)));
    let set: Service = clinic.json("service set 'general CHECKUP' --duration none --name Checkup");
    assert_eq!((set.name.as_str(), set.duration_minutes), ("Checkup", None));
    let retired: Service = clinic.json("service remove GC");
    assert!(!retired.active);
    let Services { total, .. } = clinic.json("service list");
    assert_eq!(total, 0);
    let Services { services, .. } = clinic.json("service list --all");
    assert_eq!(services, [retired]);
}

#[test]
fn a_closure_says_which_appointments_it_hits_and_its_removal_opens_the_day_again() {
    let clinic = Clinic::open();
    let hit = clinic.book_juan("--date 2026-06-15 --time 14:00");
    let holiday: Closure = clinic.json("closure add --date 2026-06-15 --reason 'Día de fiesta'");
    assert_eq!((holiday.from.as_str(), holiday.to.as_str()), ("2026-06-15T00:00", "2026-06-16T00:00"));
    assert_eq!(holiday.appointments.unwrap(), [clinic.show(&hit)]);
    let break_: Closure = clinic
        .json("closure add --from 2026-06-16T12:00 --to 2026-06-16T13:00 --doctor GARCIA --branch main --reason Almuerzo");
    assert_eq!(break_.doctor.as_ref().unwrap().code, "GARCIA");
    assert_eq!(break_.branch.as_ref().unwrap().code, "main");
    assert_eq!(break_.appointments.as_deref(), Some(&[][..]));
    let Closures { total, .. } = clinic.json("closure list");
    assert_eq!(total, 2);
    assert_eq!(clinic.show(&hit).status, "confirmed", "a closure cancels nothing by itself");
    assert_eq!(clinic.free("--doctor GARCIA --date 2026-06-15"), Vec::<String>::new());
    let removed: Closure = clinic.json(&format!("closure remove {}", holiday.code));
    assert!(!removed.active);
    assert_eq!(clinic.free("--doctor GARCIA --date 2026-06-15").len(), 15);
}

#[test]
fn a_retired_doctor_takes_no_bookings_but_history_still_shows_them() {
    let clinic = Clinic::open();
    let booked = clinic.book_juan("--date 2026-06-15 --time 14:00");
    let retired: Doctor = clinic.json("doctor remove GARCIA");
    assert!(!retired.active);
    let Doctors { total, .. } = clinic.json("doctor list");
    assert_eq!(total, 0);
    let Doctors { doctors, .. } = clinic.json("doctor list --all");
    assert_eq!(doctors.len(), 1);
    let refusal = clinic.not_booked(
        "--doctor GARCIA --date 2026-06-15 --time 15:00 --name Ana --phone +50377000001",
        "RESOURCE_NOT_FOUND",
        3,
    );
    assert_eq!(refusal.text("kind"), "doctor");
    assert_eq!(clinic.show(&booked).doctor.unwrap().full_name, "Dr. García");
    assert_eq!(clinic.list("--doctor GARCIA").total, 1);
}

#[test]
fn malformed_fields_of_a_record_are_named_together() {
    let clinic = Clinic::open();
    for (line, fields) in [
        (
            "doctor add --slot 0 --buffer-before -5 --buffer-after 9d",
            &["buffer_after", "buffer_before", "name", "slot"][..],
        ),
        ("doctor set GARCIA --slot 1441 --name ''", &["name", "slot"]),
        ("service add --name X --duration -10", &["duration"]),
        ("service add --duration soon", &["duration", "name"]),
        ("branch add --name X --timezone Nowhere/Land", &["timezone"]),
        ("closure add --reason X", &["from", "to"]),
        ("closure add --date 2026-02-30 --reason X", &["date"]),
        ("closure add --from 2026-06-15T14:00 --to 2026-06-15T13:00 --reason X", &["to"]),
        ("closure add --date 2026-06-15", &["reason"]),
    ] {
        let before = clinic.content();
        let refusal = clinic.refused(line, "VALIDATION_ERROR", 2);
        for field in fields {
            assert!(refusal.details.contains_key(*field), "{line}: {:?}", refusal.details);
        }
        assert_eq!(clinic.content(), before, "{line}");
    }
}
