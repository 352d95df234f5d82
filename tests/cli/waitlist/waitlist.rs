//! The waiting list: patients to call when a slot is free, and held slots.

use crate::support::views::{Agenda, Appointment, Closure, ErrorLine, Export, Waiting, Waitlist};
use crate::support::{Clinic, Ran};
use std::process::{Child, Stdio};

const OFFER: &str = "waitlist offer WAIT-001 --at 2026-06-15T09:00";

/// Ana has an appointment on the 15th at 09:00; Luis has one on the 30th and wants an earlier one; Eva has
/// none and wants a morning.
fn three() -> (Clinic, Appointment, Appointment) {
    let clinic = Clinic::open();
    let ana =
        clinic.book("--doctor GARCIA --date 2026-06-15 --time 09:00 --name 'Ana Sol' --phone 7700-0001");
    let luis =
        clinic.book("--doctor GARCIA --date 2026-06-30 --time 10:00 --name 'Luis Paz' --phone 7700-0002");
    clinic.does(&format!("waitlist add {} --note NOTA-DE-LUIS", luis.code));
    clinic.does(
        "waitlist add --doctor GARCIA --name 'Eva Luz' --phone 7700-0003 --half morning --to 2026-06-20",
    );
    (clinic, ana, luis)
}

fn codes(waiting: &[Waiting]) -> Vec<&str> {
    waiting.iter().map(|entry| entry.code.as_str()).collect()
}

#[test]
fn a_cancellation_tells_whom_to_call_in_the_order_of_the_list() {
    let (clinic, ana, luis) = three();
    let list: Waitlist = clinic.json("waitlist list");
    assert_eq!((codes(&list.waitlist), list.total), (vec!["WAIT-001", "WAIT-002"], 2));
    assert_eq!(list.waitlist[0].appointment.as_ref().unwrap().code, luis.code);
    assert_eq!(list.waitlist[1].half.as_deref(), Some("morning"));
    let would: Appointment = clinic.json(&format!("cancel {} --reason viaje --dry-run", ana.code));
    assert_eq!(codes(&would.waiting.unwrap()), ["WAIT-001", "WAIT-002"]);
    let gone: Appointment = clinic.json(&format!("cancel {} --reason viaje", ana.code));
    assert_eq!(codes(&gone.waiting.unwrap()), ["WAIT-001", "WAIT-002"]);
    let again: Appointment = clinic.json(&format!("cancel {} --reason viaje", ana.code));
    assert_eq!(again.waiting, Some(vec![]), "nothing is free now that was not before");
    let fits: Waitlist = clinic.json(&format!("waitlist list --for {}", ana.code));
    assert_eq!(codes(&fits.waitlist), ["WAIT-001", "WAIT-002"]);
    let fits: Waitlist = clinic.json("waitlist list --doctor GARCIA --at 2026-06-15T14:00");
    assert_eq!(codes(&fits.waitlist), ["WAIT-001"], "Eva wants a morning");
    let fits: Waitlist = clinic.json("waitlist list --doctor GARCIA --at 2026-06-22T09:00");
    assert_eq!(codes(&fits.waitlist), ["WAIT-001"], "Eva wants a day up to the twentieth");
    let fits: Waitlist = clinic.json("waitlist list --doctor GARCIA --at 2026-06-30T11:00");
    assert_eq!(codes(&fits.waitlist), [""; 0], "Luis comes earlier already");
}

#[test]
fn a_move_and_a_closure_that_goes_tell_whom_to_call_too() {
    let (clinic, ana, _) = three();
    let moved: Appointment = clinic.json(&format!("reschedule {} --date 2026-06-16 --time 16:00", ana.code));
    assert_eq!(codes(&moved.waiting.unwrap()), ["WAIT-001", "WAIT-002"]);
    let stays: Appointment = clinic.json(&format!("reschedule {} --date 2026-06-16 --time 16:00", ana.code));
    assert_eq!(stays.waiting, Some(vec![]));
    let words = clinic.ran(&format!("reschedule {} --date 2026-06-16 --time 15:00", ana.code)).exits(0);
    assert!(words.stderr().contains("Luis Paz +50377000002 would come then"), "{}", words.stderr());
    assert!(!words.stderr().contains("Eva"), "it is no morning: {}", words.stderr());
    clinic.does("closure add --doctor GARCIA --date 2026-06-22 --reason curso");
    let open: Closure = clinic.json("closure remove CLO-001");
    assert_eq!(codes(&open.waiting.unwrap()), ["WAIT-001"]);
    clinic.is_sound();
}

#[test]
fn a_held_slot_is_nobody_elses_until_its_time_is_over() {
    let (mut clinic, ana, _) = three();
    clinic.does(&format!("cancel {} --reason viaje", ana.code));
    let before = clinic.free("--doctor GARCIA --date 2026-06-15");
    assert_eq!(before[0], "09:00");
    let rehearsed: Waiting = clinic.json(&format!("{OFFER} --dry-run"));
    assert!(rehearsed.hold.is_some() && rehearsed.dry_run == Some(true));
    let held: Waiting = clinic.json(OFFER);
    let hold = held.hold.unwrap();
    assert_eq!((hold.until.as_str(), hold.start_time.as_str()), ("2026-06-01T08:30:00-06:00", "09:00"));
    assert_eq!(clinic.free("--doctor GARCIA --date 2026-06-15"), before[1..]);
    for time in ["09:00 --duration 30", "09:10 --duration 15", "09:20"] {
        let line = format!("--doctor GARCIA --date 2026-06-15 --time {time} --name Otro --phone 7700-0009");
        clinic.set("strict_slots", "false");
        let refused = clinic.not_booked(&line, "APPOINTMENT_CONFLICT", 4);
        assert_eq!(refused.text("held_until"), hold.until, "{time}");
    }
    let why: crate::support::views::Why = clinic.json("why GARCIA 2026-06-15 9:00");
    assert_eq!((why.objections[0].check, why.objections.len()), (9, 1));
    let agenda: Agenda = clinic.json("agenda --date 2026-06-15");
    assert_eq!((agenda.columns[0].held.len(), agenda.columns[0].held[0].entry.as_str()), (1, "WAIT-001"));
    assert!(clinic.run("agenda --date 2026-06-15").contains("◇ WAIT-001"));
    // The hold also blocks reschedules and other offers.
    let other = clinic.refused("waitlist offer WAIT-002 --at 2026-06-15T09:00", "APPOINTMENT_CONFLICT", 4);
    assert_eq!(other.text("held_until"), hold.until);
    let luisa = clinic.book("--doctor GARCIA --date 2026-06-15 --time 11:00 --name Luisa --phone 7700-0010");
    let line = format!("reschedule {} --date 2026-06-15 --time 09:00", luisa.code);
    let _ = clinic.refused(&line, "APPOINTMENT_CONFLICT", 4);
    clinic.is_sound();
    clinic.at("2026-06-01T08:30:00-06:00");
    let list: Waitlist = clinic.json("waitlist list");
    assert_eq!(list.waitlist[0].hold, None, "it is over by itself");
    let late = clinic.refused("waitlist accept WAIT-001", "INVALID_STATE_TRANSITION", 5);
    assert_eq!(late.text("held_until"), hold.until);
    clinic.does("book --doctor GARCIA --date 2026-06-15 --time 09:00 --name Otro --phone 7700-0009");
    clinic.is_sound();
}

#[test]
fn what_is_accepted_is_booked_or_moved_like_anything_else() {
    let (clinic, ana, luis) = three();
    clinic.does(&format!("cancel {} --reason viaje", ana.code));
    clinic.does(OFFER);
    clinic.does("waitlist offer WAIT-002 '2026-06-16 9:30' --for 2h");
    let moved: Appointment = clinic.json("waitlist accept WAIT-001");
    assert_eq!((&moved.id, moved.start_time.as_str(), moved.reschedule_count), (&luis.id, "09:00", 1));
    let entry = moved.entry.unwrap();
    assert_eq!((entry.status.as_str(), entry.hold), ("accepted", None));
    let booked: Appointment = clinic.json("waitlist accept WAIT-002");
    assert_eq!((booked.date.as_str(), booked.start_time.as_str()), ("2026-06-16", "09:30"));
    assert_eq!(booked.patient.full_name, "Eva Luz");
    let list: Waitlist = clinic.json("waitlist list");
    assert_eq!(list.total, 0);
    let all: Waitlist = clinic.json("waitlist list --all");
    assert_eq!(all.waitlist[1].appointment.as_ref().unwrap().code, booked.code);
    let _ = clinic.refused("waitlist offer WAIT-002 --at 2026-06-17T09:00", "INVALID_STATE_TRANSITION", 5);
    let log = clinic.run("audit log --record WAIT-002");
    for action in ["waitlist.added", "waitlist.offered", "waitlist.accepted"] {
        assert!(log.contains(action), "{action} is not in\n{log}");
    }
    clinic.is_sound();
}

#[test]
fn what_is_declined_or_removed_is_free_again() {
    let (clinic, ana, _) = three();
    clinic.does(&format!("cancel {} --reason viaje", ana.code));
    let other = "--doctor GARCIA --date 2026-06-15 --time 09:00 --name Otro --phone 7700-0009 --dry-run";
    for (free, status) in [("decline", "waiting"), ("remove", "removed")] {
        clinic.does(OFFER);
        let _ = clinic.not_booked(other, "APPOINTMENT_CONFLICT", 4);
        let after: Waiting = clinic.json(&format!("waitlist {free} WAIT-001"));
        assert_eq!((after.status.as_str(), after.hold), (status, None));
        clinic.does(&format!("book {other}"));
    }
    let fits: Waitlist = clinic.json(&format!("waitlist list --for {}", ana.code));
    assert_eq!(codes(&fits.waitlist), ["WAIT-002"]);
}

#[test]
fn held_places_count_in_a_window_with_a_capacity() {
    let clinic = Clinic::open();
    for line in [
        "service add --name Vacuna --code VAC --duration 10",
        "window add --days mon --from 08:00 --to 12:00 --capacity 2",
        "book --service VAC --date 2026-06-15 --time 08:00 --name Uno --phone 7700-0001",
        "waitlist add --service VAC --name Dos --phone 7700-0002",
        "waitlist add --service VAC --name Tres --phone 7700-0003",
        "waitlist offer WAIT-001 --at 2026-06-15T08:00",
    ] {
        clinic.does(line);
    }
    let book = "--service VAC --date 2026-06-15 --time 09:00 --name Otro --phone 7700-0009";
    let full = clinic.not_booked(book, "SLOT_FULL", 4);
    assert_eq!(full.text("held_until"), "2026-06-01T08:30:00-06:00");
    let _ = clinic.refused("waitlist offer WAIT-002 --at 2026-06-15T08:00", "SLOT_FULL", 4);
    let free = clinic.slots("--service VAC --date 2026-06-15");
    assert!(free.iter().all(|slot| slot.doctor_id.is_some()), "no place of the pool is free");
    let booked: Appointment = clinic.json("waitlist accept WAIT-001");
    assert_eq!(booked.token_number, 2);
    let full = clinic.not_booked(book, "SLOT_FULL", 4);
    assert!(!full.details.contains_key("held_until"), "it is taken by now");
    clinic.is_sound();
}

#[test]
fn what_can_not_wait_is_refused() {
    let (clinic, ana, luis) = three();
    let twice = clinic.refused(&format!("waitlist add {}", luis.code), "VALIDATION_ERROR", 2);
    assert!(twice.text("appointment").contains("WAIT-001"));
    clinic.does(&format!("cancel {} --reason viaje", ana.code));
    let _ = clinic.refused(&format!("waitlist add {}", ana.code), "INVALID_STATE_TRANSITION", 5);
    for (line, field) in [
        ("waitlist add --name X --phone 7700-0001", "doctor"),
        ("waitlist add --doctor GARCIA", "name"),
        ("waitlist add --doctor GARCIA --name X", "phone"),
        ("waitlist add --doctor GARCIA --patient 7700-0002 --half noon", "half"),
        ("waitlist add --doctor GARCIA --patient 7700-0002 --from 2026-06-20 --to 2026-06-19", "to"),
        ("waitlist offer WAIT-001", "date"),
        ("waitlist offer WAIT-001 --at 2026-06-15T09:00 --for 8d", "for"),
    ] {
        let refused = clinic.refused(line, "VALIDATION_ERROR", 2);
        assert!(refused.details.contains_key(field), "{line}: {:?}", refused.details);
    }
    let _ = clinic.refused("waitlist offer WAIT-001 --at 2026-06-14T09:00", "OUTSIDE_AVAILABILITY", 5);
    // After its appointment is cancelled, the entry is no longer listed.
    clinic.does(&format!("cancel {} --reason viaje", luis.code));
    let list: Waitlist = clinic.json("waitlist list");
    assert_eq!(codes(&list.waitlist), ["WAIT-002"]);
    let _ = clinic.refused("waitlist offer WAIT-001 --at 2026-06-15T09:00", "INVALID_STATE_TRANSITION", 5);
}

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

#[test]
fn many_desks_offer_and_book_one_slot_and_one_gets_it() {
    let clinic = Clinic::open();
    for n in 1..=10 {
        clinic.does(&format!("waitlist add --doctor GARCIA --name 'P {n}' --phone +5037700{n:04}"));
    }
    let offers = (1..=10).map(|n| format!("waitlist offer WAIT-{n:03} --at 2026-06-15T09:00 --json"));
    let bookings = (11..=20).map(|n| {
        format!(
            "book --doctor GARCIA --date 2026-06-15 --time 09:00 --name 'P {n}' --phone +5037700{n:04} --json"
        )
    });
    let lines: Vec<String> = offers.zip(bookings).flat_map(|(offer, book)| [offer, book]).collect();
    let ran = at_once(&clinic, lines);
    let won: Vec<&Ran> = ran.iter().filter(|ran| ran.exit == Some(0)).collect();
    assert_eq!(won.len(), 1, "{won:?}");
    for lost in ran.iter().filter(|ran| ran.exit != Some(0)) {
        let ErrorLine { error } = serde_json::from_slice(&lost.stderr).unwrap();
        assert_eq!((lost.exit, error.code.as_str()), (Some(4), "APPOINTMENT_CONFLICT"), "{}", lost.line);
    }
    clinic.is_sound();
}

#[test]
fn many_desks_want_a_held_slot_and_only_the_accepted_offer_gets_it() {
    let clinic = Clinic::open();
    clinic.does("waitlist add --doctor GARCIA --name Eva --phone 7700-0001");
    clinic.does(OFFER);
    let mut lines: Vec<String> = (11..=20)
        .map(|n| format!("book --doctor GARCIA --date 2026-06-15 --time 09:00 --name 'P {n}' --phone +5037700{n:04} --json"))
        .collect();
    lines.extend([(); 3].map(|()| "waitlist accept WAIT-001 --json".to_owned()));
    let ran = at_once(&clinic, lines);
    let won: Vec<Appointment> =
        ran.iter().filter(|ran| ran.exit == Some(0)).map(Ran::json::<Appointment>).collect();
    assert_eq!(won.len(), 1, "{won:?}");
    assert_eq!(won[0].patient.full_name, "Eva");
    assert_eq!(clinic.list("").total, 1);
    clinic.is_sound();
}

#[test]
fn entries_that_are_too_old_go_and_the_book_stays_sound() {
    let mut clinic = Clinic::open();
    let visit = clinic.book_juan("--date 2026-06-15 --time 14:00");
    clinic.does(&format!("waitlist add {} --note NOTA", visit.code));
    clinic.does("waitlist add --doctor GARCIA --name Bea --phone 7700-0031");
    clinic.is_sound();
    clinic.at("2040-01-01T08:00:00-06:00");
    clinic.does("db purge --older-than 10y --force");
    let all: Waitlist = clinic.json("waitlist list --all");
    assert_eq!(all.total, 0);
    clinic.is_sound();
}

#[test]
fn an_erased_or_merged_patient_leaves_nothing_on_the_list() {
    let (mut clinic, _, luis) = three();
    let seen: Export = clinic.json("patient export 7700-0002");
    assert_eq!(
        (codes(&seen.waitlist), seen.waitlist[0].note.as_deref()),
        (vec!["WAIT-001"], Some("NOTA-DE-LUIS"))
    );
    assert!(seen.entries.iter().any(|entry| entry.action == "waitlist.added"));
    clinic.does("patient add --name 'Eva L.' --phone 7700-0099 --code KEPT");
    clinic.does("patient merge KEPT 7700-0003");
    let list: Waitlist = clinic.json("waitlist list");
    assert_eq!(list.waitlist[1].patient.code, "KEPT");
    clinic.does("waitlist offer WAIT-002 --at 2026-06-16T09:00");
    let booked: Appointment = clinic.json("waitlist accept WAIT-002");
    assert_eq!(booked.patient.code, "KEPT");
    clinic.does(&format!("cancel {} --reason viaje", luis.code));
    clinic.at("2026-07-05T08:00:00-06:00");
    clinic.does("patient erase 7700-0002 --force");
    clinic.does("patient erase KEPT --force");
    let all: Waitlist = clinic.json("waitlist list --all");
    assert_eq!((all.waitlist[0].status.as_str(), all.waitlist[0].note.as_deref()), ("removed", None));
    assert!(!clinic.place().content().contains("NOTA-DE-LUIS"));
    clinic.is_sound();
    clinic.does("audit verify");
    clinic.at("2040-01-01T08:00:00-06:00");
    let would: crate::support::views::Purged = clinic.json("db purge --older-than 10y --dry-run");
    let purged: crate::support::views::Purged = clinic.json("db purge --older-than 10y --force");
    assert_eq!(
        (purged.visits, purged.patients, purged.entries),
        (would.visits, would.patients, would.entries)
    );
    let all: Waitlist = clinic.json("waitlist list --all");
    assert_eq!(all.total, 0);
    clinic.is_sound();
}
