//! Booking with a doctor: the appointment object, overbooking, dry runs and tokens.

use crate::support::{Clinic, MONDAY};

const ANA: &str = "--doctor GARCIA --name 'Ana Ruiz' --phone +50377000001";

#[test]
fn d3_a_booking_by_hand_is_confirmed_and_has_a_made_key() {
    let clinic = Clinic::open();
    let booked = clinic.book_juan("--date 2026-06-15 --time 14:00 --notes 'Revisión anual'");
    assert_eq!(booked.code.len(), 6);
    assert_eq!(
        (booked.date.as_str(), booked.start_time.as_str(), booked.end_time.as_str()),
        ("2026-06-15", "14:00", "14:30")
    );
    assert_eq!(booked.starts_at, "2026-06-15T14:00:00-06:00");
    assert_eq!(booked.ends_at, "2026-06-15T14:30:00-06:00");
    assert_eq!((booked.timezone.as_str(), booked.duration_minutes), ("America/El_Salvador", 30));
    assert_eq!((booked.status.as_str(), booked.token_number), ("confirmed", 1));
    assert_eq!(booked.confirmed_at.as_deref(), Some(MONDAY));
    assert_eq!(booked.created_at, MONDAY);
    assert_eq!(booked.notes.as_deref(), Some("Revisión anual"));
    assert!(booked.idempotency_key.starts_with("MANUAL_"), "{}", booked.idempotency_key);
    assert_eq!((booked.source.as_str(), booked.idempotent), ("manual", Some(false)));
    assert_eq!(booked.patient.full_name, "Juan Pérez");
    assert_eq!(booked.patient.phone, "+50377654321");
    let doctor = booked.doctor.unwrap();
    assert_eq!(
        (doctor.full_name.as_str(), doctor.specialty.as_deref()),
        ("Dr. García", Some("Medicina General"))
    );
    assert_eq!((booked.branch.code.as_str(), booked.service), ("main", None));
}

#[test]
fn d3_the_source_names_the_made_key() {
    let clinic = Clinic::open();
    let booked = clinic.book_juan("--date 2026-06-15 --time 14:00 --source whatsapp");
    assert_eq!(booked.source, "whatsapp");
    assert!(booked.idempotency_key.starts_with("WHATSAPP_"), "{}", booked.idempotency_key);
    let other = clinic.book(&format!("{ANA} --date 2026-06-16 --time 14:00"));
    assert_ne!(booked.idempotency_key, other.idempotency_key);
}

#[test]
fn every_flag_of_a_booking_is_kept() {
    let clinic = Clinic::open();
    clinic.does("service add --name Control --code CON --duration 45");
    clinic.does("window add --doctor GARCIA --service CON --days sat --from 08:00 --to 12:00 --session Morning --batch MA");
    let booked = clinic.book(
        "--doctor 'dr. garcia' --service control --at 2026-06-06T14:30:00Z --end 09:00 --name 'Ana Ruiz' --phone 7700-0001 \
         --email ana@example.org --branch MAIN --session morning --batch ma --visit-type primera --reason Dolor \
         --notes Nota --source web --status scheduled --external-ref EXT-9 --idempotency-key K-9 --no-notify",
    );
    assert_eq!((booked.start_time.as_str(), booked.duration_minutes), ("08:30", 30));
    assert_eq!((booked.session.as_deref(), booked.batch.as_deref()), (Some("Morning"), Some("MA")));
    assert_eq!(booked.visit_type.as_deref(), Some("primera"));
    assert_eq!((booked.reason.as_deref(), booked.notes.as_deref()), (Some("Dolor"), Some("Nota")));
    assert_eq!((booked.source.as_str(), booked.status.as_str()), ("web", "scheduled"));
    assert_eq!(booked.external_reference_id.as_deref(), Some("EXT-9"));
    assert_eq!((booked.idempotency_key.as_str(), booked.confirmed_at.as_deref()), ("K-9", None));
    assert_eq!(booked.service.as_ref().unwrap().name, "Control");
    assert_eq!(
        clinic.show(&booked),
        crate::support::views::Appointment { idempotent: None, ..booked.clone() }
    );
    assert_eq!(
        clinic.show(&booked).code,
        clinic.json::<crate::support::views::Appointment>(&format!("show {}", booked.id)).code
    );
}

#[test]
fn days_and_times_are_said_as_people_say_them() {
    let clinic = Clinic::open();
    for (phone, when, starts_at) in [
        (1, "--date tomorrow --time 9:00", "2026-06-02T09:00:00-06:00"),
        (2, "--date mañana --time 2:30pm", "2026-06-02T14:30:00-06:00"),
        (3, "--date hoy --time 11am", "2026-06-01T11:00:00-06:00"),
        (4, "--date mon --time 09:30", "2026-06-08T09:30:00-06:00"),
        (5, "--date vie --time 09:30", "2026-06-05T09:30:00-06:00"),
        (6, "--date +2w --time 10:00", "2026-06-15T10:00:00-06:00"),
        (7, "--date +3d --time 10:00", "2026-06-04T10:00:00-06:00"),
        (8, "--at 2026-06-16T10:00", "2026-06-16T10:00:00-06:00"),
        (9, "--at 2026-06-16T18:00:00+02:00 --end 2026-06-16T10:30", "2026-06-16T10:00:00-06:00"),
    ] {
        let options = format!("--doctor GARCIA --name Ana --phone +5037700000{phone} {when}");
        if phone == 9 {
            let _ = clinic.not_booked(&options, "APPOINTMENT_CONFLICT", 4);
            continue;
        }
        assert_eq!(clinic.book(&options).starts_at, starts_at, "{when}");
    }
}

#[test]
fn the_length_comes_from_the_request_then_service_window_doctor_clinic() {
    let clinic = Clinic::open();
    clinic.does("service add --name Larga --code LON --duration 50");
    clinic.does("window add --doctor GARCIA --days sat --from 08:00 --to 12:00 --slot 15");
    clinic.does("doctor add --name 'Dra. Sol' --code SOL");
    clinic.does("window add --doctor SOL --days mon-sat --from 08:00 --to 12:00");
    let minutes =
        |options: &str| clinic.book(&format!("{options} --name Ana --phone +50377000001")).duration_minutes;
    assert_eq!(minutes("--doctor GARCIA --service LON --date 2026-06-02 --time 09:00 --duration 1h"), 60);
    assert_eq!(minutes("--doctor GARCIA --service LON --date 2026-06-06 --time 09:00"), 50);
    assert_eq!(minutes("--doctor GARCIA --date 2026-06-06 --time 10:00"), 15);
    assert_eq!(minutes("--doctor GARCIA --date 2026-06-03 --time 10:00"), 30);
    clinic.set("slot_minutes", "25");
    assert_eq!(minutes("--doctor SOL --date 2026-06-03 --time 08:00"), 25);
}

#[test]
fn booking_over_a_cancelled_slot_succeeds() {
    let clinic = Clinic::open();
    let first = clinic.book_juan("--date 2026-06-15 --time 14:00");
    clinic.does(&format!("cancel {} --reason viaje", first.code));
    let second = clinic.book(&format!("{ANA} --date 2026-06-15 --time 14:00"));
    assert_eq!((second.start_time.as_str(), second.token_number), ("14:00", 2));
    clinic.is_sound();
}

#[test]
fn overbooking_is_marked_and_a_later_normal_booking_still_conflicts() {
    let clinic = Clinic::open();
    let first = clinic.book_juan("--date 2026-06-15 --time 14:00");
    let squeezed = clinic.book(&format!("{ANA} --date 2026-06-15 --time 14:00 --overbook"));
    assert!(squeezed.overbooked && !first.overbooked);
    clinic.does(&format!("cancel {} --reason viaje", first.code));
    let refusal = clinic.not_booked(
        "--doctor GARCIA --name Eva --phone +50377000009 --date 2026-06-15 --time 14:00",
        "APPOINTMENT_CONFLICT",
        4,
    );
    assert_eq!(refusal.text("conflicting_appointment_id"), squeezed.id);
    clinic.is_sound();
}

#[test]
fn overbooking_skips_room_and_nothing_else() {
    let clinic = Clinic::open();
    clinic.does("closure add --date 2026-06-16 --reason Fiesta");
    let _ = clinic.book_juan("--date 2026-06-15 --time 14:00");
    for (when, code, exit) in [
        ("--date 2026-06-15 --time 08:00", "OUTSIDE_AVAILABILITY", 5),
        ("--date 2026-06-16 --time 14:00", "SLOT_INACTIVE", 4),
        ("--date 2026-06-15 --time 16:45", "INVALID_TIME_SLOT", 5),
        ("--date 2026-05-15 --time 14:00", "PAST_APPOINTMENT", 2),
    ] {
        let _ = clinic.not_booked(&format!("{ANA} {when} --overbook"), code, exit);
    }
    let _ = clinic.not_booked(
        "--doctor GARCIA --name 'Juan Pérez' --phone +50377654321 --date 2026-06-15 --time 14:00 --overbook",
        "DUPLICATE_BOOKING",
        4,
    );
}

#[test]
fn rescheduling_an_overbooked_visit_runs_all_checks_and_clears_the_mark() {
    let clinic = Clinic::open();
    let _ = clinic.book_juan("--date 2026-06-15 --time 14:00");
    let squeezed = clinic.book(&format!("{ANA} --date 2026-06-15 --time 14:00 --overbook"));
    let _ = clinic.refused(
        &format!("reschedule {} --date 2026-06-15 --time 14:15", squeezed.code),
        "APPOINTMENT_CONFLICT",
        4,
    );
    assert!(clinic.show(&squeezed).overbooked);
    let moved: crate::support::views::Appointment =
        clinic.json(&format!("reschedule {} --date 2026-06-15 --time 15:00", squeezed.code));
    assert_eq!((moved.overbooked, moved.start_time.as_str()), (false, "15:00"));
    clinic.is_sound();
}

#[test]
fn a_rehearsal_says_all_and_writes_nothing() {
    let clinic = Clinic::open();
    let standing = clinic.book_juan("--date 2026-06-15 --time 14:00");
    let before = (clinic.content(), clinic.run("remind list --json"), clinic.run("patient list --json"));
    let rehearsed =
        clinic.book(&format!("{ANA} --date 2026-06-15 --time 15:00 --national-id 99999 --dry-run"));
    assert_eq!((rehearsed.dry_run, rehearsed.token_number), (Some(true), 2));
    let _ = clinic.refused(&format!("show {}", rehearsed.code), "RESOURCE_NOT_FOUND", 3);
    for line in [
        format!("reschedule {} --date 2026-06-16 --time 15:00 --dry-run", standing.code),
        format!("cancel {} --reason x --dry-run", standing.code),
        format!("status {} checked_in --dry-run", standing.code),
        format!("update {} --notes x --dry-run", standing.code),
    ] {
        let rehearsed: crate::support::views::Appointment = clinic.json(&line);
        assert_eq!(rehearsed.dry_run, Some(true), "{line}");
    }
    let _ = clinic.not_booked(
        &format!("{ANA} --date 2026-06-15 --time 14:00 --dry-run"),
        "APPOINTMENT_CONFLICT",
        4,
    );
    assert_eq!(
        (clinic.content(), clinic.run("remind list --json"), clinic.run("patient list --json")),
        before
    );
    assert_eq!(
        clinic.book(&format!("{ANA} --date 2026-06-15 --time 15:00")).token_number,
        2,
        "no token was used up"
    );
}

#[test]
fn b2_tokens_count_per_doctor_and_day_and_never_come_back() {
    let clinic = Clinic::open();
    clinic.does("doctor add --name 'Dra. Sol' --code SOL");
    clinic.does("window add --doctor SOL --days mon-fri --from 09:00 --to 17:00");
    let token = |doctor: &str, date: &str, time: &str, phone: u32| {
        let booked = clinic.book(&format!(
            "--doctor {doctor} --date {date} --time {time} --name P --phone +5037700{phone:04}"
        ));
        (booked.token_number, booked.code)
    };
    assert_eq!(
        token("GARCIA", "2026-06-15", "16:00", 1).0,
        1,
        "booking order, not the hour, gives the token"
    );
    let (two, code) = token("GARCIA", "2026-06-15", "09:00", 2);
    assert_eq!(two, 2);
    assert_eq!(token("SOL", "2026-06-15", "09:00", 3).0, 1);
    assert_eq!(token("GARCIA", "2026-06-16", "09:00", 4).0, 1);
    clinic.does(&format!("cancel {code} --reason x"));
    assert_eq!(token("GARCIA", "2026-06-15", "09:00", 5).0, 3);
    clinic.is_sound();
}

#[test]
fn d9_another_clinics_appointment_is_not_found() {
    let clinic = Clinic::open();
    let booked = clinic.book_juan("--date 2026-06-15 --time 14:00");
    clinic.does("clinic add --name Otra --timezone America/El_Salvador --code otra");
    for word in [&booked.id, &booked.code] {
        for line in [
            format!("show {word}"),
            format!("cancel {word} --reason x"),
            format!("status {word} checked_in"),
            format!("update {word} --notes x"),
            format!("reschedule {word} --date 2026-06-16 --time 14:00"),
            format!("audit log --record {word}"),
        ] {
            // `audit log` accepts any id and finds no entries of another clinic.
            if line.starts_with("audit log") && *word == booked.id {
                let log: crate::support::views::Log = clinic.json(&format!("{line} --clinic otra"));
                assert_eq!(log.total, 0);
                continue;
            }
            let refusal = clinic.refused(&format!("{line} --clinic otra"), "RESOURCE_NOT_FOUND", 3);
            assert_eq!(refusal.status, 404, "{line}");
        }
    }
    assert_eq!(clinic.list("--clinic otra").total, 0);
    assert_eq!(clinic.show(&booked).status, "confirmed");
}

#[test]
fn d6_doctor_not_found_slot_taken_and_bad_request_are_three_codes() {
    let clinic = Clinic::open();
    clinic.does("clinic add --name Otra --timezone America/El_Salvador --code otra");
    clinic.does("doctor add --name 'Dr. Lejano' --code LEJANO --clinic otra");
    let when = "--date 2026-06-15 --time 14:00";
    let foreign = clinic.not_booked(
        &format!("--doctor LEJANO --name A --phone +50377000001 {when}"),
        "RESOURCE_NOT_FOUND",
        3,
    );
    assert_eq!(foreign.text("kind"), "doctor");
    let _ = clinic.book_juan(when);
    let taken = clinic.not_booked(&format!("{ANA} {when}"), "APPOINTMENT_CONFLICT", 4);
    assert_eq!(taken.status, 409);
    let bad = clinic.not_booked(
        "--doctor GARCIA --date 15/13/2026 --time 14x --name A --phone 12",
        "VALIDATION_ERROR",
        2,
    );
    assert_eq!(bad.fields(), ["date", "phone", "time"]);
}

#[test]
fn s1_initial_status_and_require_reason_make_it_saludyas() {
    let clinic = Clinic::open();
    clinic.set("initial_status", "scheduled");
    clinic.set("require_reason", "true");
    clinic.does("patient add --name 'María González' --phone 7000-0001 --code pat_5x8y2z4a6b");
    let request = "--patient pat_5x8y2z4a6b --doctor GARCIA --date 2026-06-15 --time 14:30";
    let refusal = clinic.not_booked(request, "VALIDATION_ERROR", 2);
    assert_eq!(refusal.fields(), ["reason"]);
    let booked = clinic.book(&format!("{request} --reason 'Consulta de seguimiento'"));
    assert_eq!(
        (booked.status.as_str(), booked.confirmed_at, booked.duration_minutes),
        ("scheduled", None, 30)
    );
    assert_eq!(booked.reason.as_deref(), Some("Consulta de seguimiento"));
    let confirmed =
        clinic.book(&format!("{ANA} --date 2026-06-15 --time 16:00 --reason x --status confirmed"));
    assert_eq!(confirmed.status, "confirmed");
}

#[test]
fn h7_the_branch_is_filled_in_when_there_is_only_one() {
    let clinic = Clinic::open();
    assert_eq!(clinic.book_juan("--date 2026-06-15 --time 14:00").branch.code, "main");
    clinic.does("branch add --name Norte --code NOR");
    clinic.does("branch remove NOR");
    assert_eq!(clinic.book(&format!("{ANA} --date 2026-06-15 --time 15:00")).branch.code, "main");
}
