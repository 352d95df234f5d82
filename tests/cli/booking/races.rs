//! Concurrent processes on one book, and the rules that hold in any order.

use crate::support::views::{Appointment, Clinics, ErrorLine, Refusal, Sweep};
use crate::support::{Clinic, Ran};
use std::collections::BTreeSet;
use std::process::{Child, Stdio};

/// Starts all commands before waiting for any.
fn at_once(clinic: &Clinic, lines: impl IntoIterator<Item = String>) -> Vec<Ran> {
    let start = |line: String| -> (String, Child) {
        let mut process = clinic.process(&line);
        process.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        (line, process.spawn().expect("turno starts"))
    };
    let running: Vec<_> = lines.into_iter().map(start).collect();
    let end = |(line, child): (String, Child)| Ran::of(&line, child.wait_with_output().expect("turno ends"));
    running.into_iter().map(end).collect()
}

/// The bookings, and the refusals with their exit statuses.
fn sorted(answers: Vec<Ran>) -> (Vec<Appointment>, Vec<(i32, Refusal)>) {
    let (mut booked, mut refused) = (Vec::new(), Vec::new());
    for ran in answers {
        match ran.exit {
            Some(0) => booked.push(ran.json()),
            Some(exit) => {
                let ErrorLine { error } = serde_json::from_slice(&ran.stderr)
                    .unwrap_or_else(|problem| panic!("{problem}: {}", ran.stderr()));
                assert_eq!(ran.stdout(), "");
                refused.push((exit, error));
            }
            None => panic!("turno {} was killed", ran.line),
        }
    }
    (booked, refused)
}

#[test]
fn fifty_desks_want_one_slot_and_one_gets_it() {
    let clinic = Clinic::open();
    let lines = (0..50).map(|n| {
        format!(
            "book --doctor GARCIA --date 2026-06-15 --time 14:00 --name 'P {n}' --phone +5037700{n:04} --json"
        )
    });
    let (booked, refused) = sorted(at_once(&clinic, lines));
    assert_eq!(booked.len(), 1);
    assert_eq!(refused.len(), 49);
    for (exit, refusal) in refused {
        assert_eq!((exit, refusal.code.as_str()), (4, "APPOINTMENT_CONFLICT"));
        assert_eq!(refusal.text("conflicting_appointment_id"), booked[0].id);
        assert_eq!(refusal.texts("suggested_times"), ["14:30", "15:00", "15:30"]);
    }
    assert_eq!(clinic.list("").appointments, [clinic.show(&booked[0])]);
    clinic.is_sound();
}

#[test]
fn forty_desks_want_a_window_for_seven_and_seven_get_it() {
    let clinic = Clinic::open();
    clinic.does("service add --name Vacuna --code VAC --duration 10");
    clinic.does("window add --days mon --from 08:00 --to 12:00 --capacity 7");
    let lines = (0..40).map(|n| {
        format!(
            "book --service VAC --date 2026-06-15 --time 09:00 --name 'P {n}' --phone +5037700{n:04} --json"
        )
    });
    let (booked, refused) = sorted(at_once(&clinic, lines));
    assert_eq!((booked.len(), refused.len()), (7, 33));
    for (exit, refusal) in refused {
        assert_eq!((exit, refusal.code.as_str()), (4, "SLOT_FULL"));
        assert_eq!(refusal.details["capacity"], 7);
    }
    let tokens: BTreeSet<i64> = booked.iter().map(|appointment| appointment.token_number).collect();
    assert_eq!(tokens, (1..=7).collect());
    clinic.is_sound();
}

#[test]
fn a_hundred_and_sixty_bookings_at_once_all_succeed() {
    let clinic = Clinic::open();
    for doctor in 0..10 {
        clinic.does(&format!("doctor add --name 'Doctor {doctor}' --code D{doctor}"));
        clinic.does(&format!("window add --doctor D{doctor} --days mon --from 09:00 --to 17:00"));
    }
    let lines = (0..160).map(|n| {
        let (doctor, slot) = (n % 10, n / 10);
        let time = format!("{:02}:{:02}", 9 + slot / 2, slot % 2 * 30);
        format!("book --doctor D{doctor} --date 2026-06-15 --time {time} --name 'P {n}' --phone +5037700{n:04} --json")
    });
    let (booked, refused) = sorted(at_once(&clinic, lines));
    assert_eq!(refused, []);
    assert_eq!(booked.len(), 160);
    let tokens: BTreeSet<_> = booked.iter().map(|a| (a.doctor_id.clone(), a.token_number)).collect();
    assert_eq!(tokens.len(), 160, "each doctor's tokens are 1 to 16");
    assert_eq!(tokens.iter().map(|(_, token)| *token).max(), Some(16));
    assert_eq!(clinic.list("").total, 160);
    clinic.is_sound();
}

#[test]
fn the_same_request_sent_twenty_times_at_once_is_one_booking() {
    let clinic = Clinic::open();
    for key in ["--external-ref R-1", "--idempotency-key K-1"] {
        let time = if key.contains("R-1") { "09:00" } else { "10:00" };
        let phone = if key.contains("R-1") { "7700-0001" } else { "7700-0002" };
        let line = format!(
            "book --doctor GARCIA --date 2026-06-15 --time {time} --name A --phone {phone} {key} --json"
        );
        let (booked, refused) = sorted(at_once(&clinic, (0..20).map(|_| line.clone())));
        assert_eq!(refused, []);
        let ids: BTreeSet<&str> = booked.iter().map(|appointment| appointment.id.as_str()).collect();
        assert_eq!(ids.len(), 1, "{key}");
        assert_eq!(booked.iter().filter(|appointment| appointment.idempotent == Some(false)).count(), 1);
    }
    clinic.is_sound();
}

#[test]
fn a_family_books_at_once_and_is_written_down_once_each() {
    let clinic = Clinic::open();
    clinic.set("duplicate_rule", "off");
    let lines = (0..16).map(|n| {
        let time = format!("{:02}:{:02}", 9 + n / 2, n % 2 * 30);
        format!(
            "book --doctor GARCIA --date 2026-06-15 --time {time} --name 'Hijo {}' --phone 7700-0001 --json",
            n % 4
        )
    });
    let (booked, refused) = sorted(at_once(&clinic, lines));
    assert_eq!((booked.len(), refused.len()), (16, 0));
    let patients: BTreeSet<&str> = booked.iter().map(|appointment| appointment.patient_id.as_str()).collect();
    assert_eq!(patients.len(), 4);
    clinic.is_sound();
}

#[test]
fn eight_sweeps_at_once_send_each_message_once() {
    let mut clinic = Clinic::open();
    clinic.does("window set DAY --from 00:00 --to 24:00");
    clinic.set("quiet_hours", "off");
    for hour in 0..24 {
        clinic.does(&format!(
            "book --doctor GARCIA --date 2026-06-15 --time {hour:02}:00 --name 'P {hour}' --phone +5037700{hour:04} --no-notify"
        ));
    }
    clinic.at("2026-06-14T23:30:00-06:00");
    let answers = at_once(&clinic, (0..8).map(|_| "remind due --json".to_owned()));
    let mut sent = Vec::new();
    for ran in answers {
        let sweep: Sweep = ran.exits(0).json();
        sent.extend(sweep.messages.into_iter().filter(|m| m.status == "sent").map(|m| m.message_id));
    }
    let distinct: BTreeSet<&String> = sent.iter().collect();
    // At 23:30, all 24 appointments start within 24 hours.
    assert_eq!(sent.len(), 24);
    assert_eq!(distinct.len(), 24);
    assert_eq!(clinic.sweep().sent, 0);
    clinic.is_sound();
}

#[test]
fn two_desks_open_the_same_new_book_and_there_is_one() {
    for _ in 0..5 {
        let clinic = Clinic::empty();
        let answers =
            at_once(&clinic, ["A", "B"].map(|name| format!("init --name {name} --timezone UTC --json")));
        let won = answers.iter().filter(|ran| ran.exit == Some(0)).count();
        assert_eq!(won, 1, "{answers:?}");
        let refused = answers.into_iter().find(|ran| ran.exit != Some(0)).unwrap();
        let refusal = refused.refusal("VALIDATION_ERROR", 2);
        assert_eq!(refusal.fields(), ["db"]);
        let clinics: Clinics = clinic.json("clinic list");
        assert_eq!(clinics.total, 1);
        clinic.does("doctor add --name 'Dr. García'");
        clinic.is_sound();
    }
}

#[test]
fn moves_cancellations_and_bookings_at_once_leave_a_sound_book() {
    let clinic = Clinic::open();
    let mut codes = Vec::new();
    for n in 0..8 {
        let line = format!(
            "--doctor GARCIA --date 2026-06-15 --time {:02}:00 --name 'P {n}' --phone +5037700{n:04}",
            9 + n
        );
        codes.push(clinic.book(&line).code);
    }
    let mut lines = Vec::new();
    for (n, code) in codes.iter().enumerate() {
        // Each appointment moves to the next one's time, and every second one is cancelled at the same time.
        lines.push(format!("reschedule {code} --date 2026-06-15 --time {:02}:00 --json", 9 + (n + 1) % 8));
        if n % 2 == 0 {
            lines.push(format!("cancel {code} --reason x --json"));
        }
        let phone = 100 + n;
        lines.push(format!(
            "book --doctor GARCIA --date 2026-06-15 --time {:02}:15 --name 'Q {n}' --phone +5037700{phone:04} --json",
            9 + n
        ));
    }
    for ran in at_once(&clinic, lines) {
        assert!(matches!(ran.exit, Some(0 | 4 | 5)), "{ran:?}");
    }
    clinic.is_sound();
}
