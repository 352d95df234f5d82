//! `turno undo`: a user's last change is undone by the rules and audited.

use crate::support::Clinic;
use crate::support::views::{Appointment, Log, Messages};

const ANA: &str = "book --doctor GARCIA --date 2026-06-02 --time 10:00 --name 'Ana Mejía' --phone 7765-4321";

fn undone(clinic: &Clinic) -> Appointment {
    let appointment: Appointment = clinic.json("undo");
    assert!(appointment.undone.is_some(), "it says what was taken back");
    appointment
}

/// The kinds of an appointment's messages with the given status.
fn messages(clinic: &Clinic, appointment: &Appointment, status: &str) -> Vec<String> {
    let line = format!("remind list --appointment {} --status {status}", appointment.code);
    let Messages { messages, .. } = clinic.json(&line);
    let mut kinds: Vec<_> = messages.into_iter().map(|message| message.kind).collect();
    kinds.sort_unstable();
    kinds
}

/// The appointment must be as before, except for the time of the last change.
fn is_again(now: &Appointment, was: &Appointment) {
    let was = Appointment { updated_at: now.updated_at.clone(), undone: now.undone.clone(), ..was.clone() };
    assert_eq!(*now, Appointment { idempotent: None, changed: None, ..was });
}

#[test]
#[cfg(unix)]
fn who_is_asked_and_says_no_keeps_the_change() {
    let clinic = Clinic::open();
    let booked: Appointment = clinic.json(ANA);
    for no in ["n", "\u{1b}", "\u{3}"] {
        let mut talk = clinic.talks("undo");
        talk.waits_for("This takes back the booking of").waits_for("Take it back?").types(no);
        assert_eq!(talk.ends(), Some(130), "{}", talk.screen);
        assert!(talk.screen.contains("nothing was changed"), "{}", talk.screen);
    }
    assert_eq!(clinic.show(&booked).status, "confirmed");
    let mut talk = clinic.talks("undo");
    assert_eq!(talk.waits_for("Take it back?").types("y").ends(), Some(0), "{}", talk.screen);
    assert_eq!(clinic.show(&booked).status, "cancelled");
}

#[test]
fn a_booking_that_was_none_is_called_off_before_anybody_hears_of_it() {
    let clinic = Clinic::open();
    let booked: Appointment = clinic.json(ANA);
    let taken_back = undone(&clinic);
    assert_eq!((taken_back.status.as_str(), &taken_back.code), ("cancelled", &booked.code));
    assert_eq!(taken_back.cancellation_reason.as_deref(), Some("undone"));
    assert!(messages(&clinic, &booked, "pending").is_empty());
    let again: Appointment = clinic.json(ANA);
    assert_eq!(again.start_time, "10:00", "the time is free");
    clinic.is_sound();
}

#[test]
fn who_has_heard_of_a_booking_hears_that_it_is_none() {
    let clinic = Clinic::open();
    let booked: Appointment = clinic.json(ANA);
    let _ = clinic.sweep();
    let _ = undone(&clinic);
    assert_eq!(messages(&clinic, &booked, "pending"), ["cancellation"]);
    clinic.is_sound();
}

#[test]
fn a_move_goes_back_with_its_token_its_reminders_and_its_confirmation() {
    let clinic = Clinic::open();
    let booked: Appointment = clinic.json(ANA);
    let planned = messages(&clinic, &booked, "pending");
    clinic.does(&format!("reschedule {} --date 2026-06-03 --time 16:00 --reason x", booked.code));
    let back = undone(&clinic);
    is_again(&back, &booked);
    assert_eq!(messages(&clinic, &booked, "pending"), planned, "what waited waits again");
    assert!(clinic.free("--doctor GARCIA --date 2026-06-03").contains(&"16:00".to_owned()));
    clinic.is_sound();
}

#[test]
fn who_has_heard_of_a_move_hears_that_it_is_back() {
    let clinic = Clinic::open();
    let booked: Appointment = clinic.json(ANA);
    let _ = clinic.sweep();
    clinic.does(&format!("reschedule {} --date 2026-06-03 --time 16:00", booked.code));
    let _ = undone(&clinic);
    assert!(!messages(&clinic, &booked, "pending").contains(&"reschedule".to_owned()));
    clinic.does(&format!("reschedule {} --date 2026-06-03 --time 16:00", booked.code));
    let _ = clinic.sweep();
    let _ = undone(&clinic);
    assert!(messages(&clinic, &booked, "pending").contains(&"reschedule".to_owned()));
    clinic.is_sound();
}

#[test]
fn a_cancellation_is_taken_back_if_the_time_is_still_free() {
    let clinic = Clinic::open();
    let booked: Appointment = clinic.json(&format!("{ANA} --external-ref X-1"));
    let planned = messages(&clinic, &booked, "pending");
    let cancel = format!("cancel {} --reason 'no viene'", booked.code);
    clinic.does(&cancel);
    is_again(&undone(&clinic), &booked);
    assert_eq!(messages(&clinic, &booked, "pending"), planned);

    // The cancellation notice was sent, so the undo sends a confirmation.
    let _ = clinic.sweep();
    clinic.does(&cancel);
    let _ = clinic.sweep();
    let _ = undone(&clinic);
    assert!(messages(&clinic, &booked, "pending").contains(&"confirmation".to_owned()));
    clinic.is_sound();
}

#[test]
fn what_was_taken_meanwhile_is_not_taken_back() {
    let mut clinic = Clinic::open();
    let booked: Appointment = clinic.json(&format!("{ANA} --external-ref X-1"));
    clinic.does(&format!("cancel {} --reason x", booked.code));
    clinic.env("TURNO_ACTOR", "berta");
    let other: Appointment = clinic.json(
        "book --doctor GARCIA --date 2026-06-02 --time 10:00 --name Luis --phone 7765-4322 --external-ref X-1",
    );
    clinic.env("TURNO_ACTOR", "recepcion");
    let refusal = clinic.refused("undo", "DUPLICATE_BOOKING", 4);
    assert_eq!(refusal.details["existing_appointment_id"], other.id.as_str());
    clinic.env("TURNO_ACTOR", "berta");
    let _ = undone(&clinic);
    clinic.does("book --doctor GARCIA --date 2026-06-02 --time 10:15 --name Eva --phone 7765-4323");
    clinic.env("TURNO_ACTOR", "recepcion");
    let refusal = clinic.refused("undo", "APPOINTMENT_CONFLICT", 4);
    assert!(refusal.details.contains_key("suggested_times"));
    assert_eq!(clinic.show(&booked).status, "cancelled");
    clinic.is_sound();
}

#[test]
fn a_step_is_taken_back_out_of_a_final_status_with_all_that_it_said() {
    let mut clinic = Clinic::open();
    let booked: Appointment = clinic.json(ANA);
    clinic.at("2026-06-02T10:05:00-06:00");
    clinic.does(&format!("status {} in_progress", booked.code));
    let inside = clinic.show(&booked);
    clinic.does(&format!(
        "status {} completed --diagnosis gripe --prescription reposo --follow-up 2026-06-20",
        booked.code
    ));
    is_again(&undone(&clinic), &inside);
    is_again(&undone(&clinic), &booked);
    clinic.does(&format!("status {} no_show", booked.code));
    assert_eq!(clinic.show(&booked).patient.no_show_count, 1);
    let back = undone(&clinic);
    is_again(&back, &booked);
    assert_eq!(back.patient.no_show_count, 0);
    // Undoing an arrival restores the no-show count.
    clinic.does(&format!("status {} no_show", booked.code));
    clinic.does(&format!("status {} checked_in", booked.code));
    let back = undone(&clinic);
    assert_eq!((back.status.as_str(), back.patient.no_show_count), ("no_show", 1));
    clinic.is_sound();
}

#[test]
fn each_undo_takes_the_change_before_and_an_undo_is_not_taken_back() {
    let clinic = Clinic::open();
    let booked: Appointment = clinic.json(ANA);
    clinic.does(&format!("reschedule {} --date 2026-06-03 --time 16:00", booked.code));
    clinic.does(&format!("cancel {} --reason x", booked.code));
    let acts: Vec<_> = (0..3).map(|_| undone(&clinic).undone.expect("a change").action).collect();
    assert_eq!(acts, ["appointment.cancelled", "appointment.rescheduled", "appointment.booked"]);
    assert_eq!(clinic.show(&booked).status, "cancelled");
    let refusal = clinic.refused("undo", "RESOURCE_NOT_FOUND", 3);
    assert_eq!(refusal.details["kind"], "change");
    let log: Log = clinic.json("audit log --action appointment.undone");
    let notes: Vec<_> = log.entries.iter().filter_map(|entry| entry.note.as_deref()).collect();
    assert_eq!(notes.len(), 3);
    assert!(notes.iter().all(|note| note.starts_with("takes back entry ")), "{notes:?}");
    clinic.is_sound();
}

#[test]
fn what_somebody_changed_since_stays_and_everybody_takes_back_their_own() {
    let mut clinic = Clinic::open();
    let booked: Appointment = clinic.json(ANA);
    clinic.env("TURNO_ACTOR", "berta");
    clinic.does(&format!("status {} checked_in", booked.code));
    clinic.env("TURNO_ACTOR", "recepcion");
    let refusal = clinic.refused("undo", "INVALID_STATE_TRANSITION", 5);
    assert_eq!(refusal.details["changed_by"], "berta");
    assert_eq!(refusal.details["change"], "appointment.checked_in");
    clinic.env("TURNO_ACTOR", "berta");
    assert_eq!(undone(&clinic).status, "confirmed");
    clinic.env("TURNO_ACTOR", "recepcion");
    assert_eq!(undone(&clinic).status, "cancelled");
}

#[test]
fn nothing_goes_back_into_a_closed_day_and_nothing_erased_comes_back() {
    let clinic = Clinic::open();
    let booked: Appointment = clinic.json(ANA);
    clinic.does(&format!("reschedule {} --date 2026-06-03 --time 16:00", booked.code));
    clinic.does("closure add --doctor GARCIA --date 2026-06-02 --reason Congreso");
    let refusal = clinic.refused("undo", "SLOT_INACTIVE", 4);
    assert_eq!(refusal.details["reason"], "Congreso");
    clinic.does(&format!("cancel {} --reason x", booked.code));
    clinic.does(&format!("patient erase {} --force", booked.patient.code));
    let refusal = clinic.refused("undo", "INVALID_STATE_TRANSITION", 5);
    assert!(refusal.message.contains("erased"), "{}", refusal.message);
}

#[test]
fn a_dry_run_tells_and_changes_nothing_and_people_read_what_was_taken_back() {
    let clinic = Clinic::open();
    let booked: Appointment = clinic.json(ANA);
    let before = clinic.content();
    let would: Appointment = clinic.json("undo --dry-run");
    assert_eq!((would.dry_run, would.status.as_str()), (Some(true), "cancelled"));
    let told = clinic.run("undo --dry-run");
    let expected = format!(
        "Would take back the booking of {} (Ana Mejía with Dr. García, 2026-06-02 10:00)",
        booked.code
    );
    assert!(told.starts_with(&expected), "{told}");
    assert_eq!(clinic.content(), before);
    let told = clinic.run("undo");
    assert!(told.starts_with("Took back the booking"), "{told}");
}

#[test]
fn two_undos_at_once_take_back_one_change_each() {
    let clinic = Clinic::open();
    for hour in [9, 10, 11, 12] {
        clinic.does(&format!(
            "book --doctor GARCIA --date 2026-06-02 --time {hour}:00 --name 'Ana {hour}' --phone 7765-43{hour:02}"
        ));
    }
    let both: Vec<_> = (0..2)
        .map(|_| clinic.process("undo --json").stdout(std::process::Stdio::piped()).spawn().unwrap())
        .collect();
    let mut codes: Vec<String> = both
        .into_iter()
        .map(|child| {
            let output = child.wait_with_output().unwrap();
            assert!(output.status.success());
            serde_json::from_slice::<Appointment>(&output.stdout).unwrap().code
        })
        .collect();
    codes.sort_unstable();
    codes.dedup();
    assert_eq!(codes.len(), 2, "each took back another");
    let left = clinic.list("--date 2026-06-02 --status confirmed");
    assert_eq!(left.total, 2);
    clinic.is_sound();
}
