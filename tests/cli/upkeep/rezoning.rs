//! Zone rules that change after a booking: the local time stays.

use crate::support::Clinic;
use crate::support::views::{Appointment, Log, Rezoned};

fn rezone(clinic: &Clinic, words: &str) -> Rezoned {
    clinic.json(&format!("db rezone {words}"))
}

/// Shifts an appointment's instants by an hour, as under other zone rules.
fn under_other_rules(clinic: &Clinic, appointment: &Appointment) {
    let id = &appointment.id;
    let later = ["starts_at", "ends_at", "busy_from", "busy_until"]
        .map(|column| format!("{column} = {column} + 3600"));
    let sql = format!(
        "UPDATE appointments SET {} WHERE id = '{id}'; UPDATE messages SET due_at = due_at + 3600, ready_at = ready_at + 3600 WHERE appointment_id = '{id}' AND kind = 'reminder'",
        later.join(", ")
    );
    clinic.place().run(&sql).unwrap();
}

fn pending_reminders(clinic: &Clinic) -> Vec<String> {
    let mut due = clinic.place().ask(
        "SELECT appointment_id || ' ' || CAST(due_at AS TEXT) FROM messages WHERE status = 'pending' AND kind = 'reminder'",
    );
    due.sort();
    due
}

fn log(clinic: &Clinic) -> usize {
    let Log { total, .. } = clinic.json("audit log --limit 100000");
    total
}

#[test]
fn coming_appointments_keep_their_wall_clock() {
    let clinic = Clinic::open();
    let times = ["10:00", "12:00", "14:00"];
    let book = |time: &&str| {
        let phone = format!("7012-{}", time.replace(':', ""));
        clinic.book(&format!("--doctor GARCIA --date 2026-06-15 --time {time} --name P --phone {phone}"))
    };
    let booked: Vec<Appointment> = times.iter().map(book).collect();
    let reminders = pending_reminders(&clinic);
    assert_eq!(rezone(&clinic, "").total, 0);
    under_other_rules(&clinic, &booked[0]);
    under_other_rules(&clinic, &booked[1]);
    assert_ne!(pending_reminders(&clinic), reminders);
    let before = log(&clinic);
    // The dry run reports the same and changes nothing.
    let rehearsed = rezone(&clinic, "--dry-run");
    assert!(rehearsed.dry_run && log(&clinic) == before);
    let done = rezone(&clinic, "");
    assert_eq!((rehearsed.total, done.total, done.dry_run), (2, 2, false));
    for (one, booked) in done.rezoned.iter().zip(&booked) {
        assert_eq!((&one.code, one.outcome.as_str()), (&booked.code, "moved"));
        assert_eq!((&one.date, &one.start_time), (&booked.date, &booked.start_time));
        assert_eq!(one.starts_at, booked.starts_at);
        assert_ne!(one.starts_at_before, one.starts_at);
    }
    for booked in &booked {
        assert_eq!(clinic.show(booked).starts_at, booked.starts_at);
    }
    assert_eq!(pending_reminders(&clinic), reminders);
    let Log { entries, .. } = clinic.json("audit log --limit 2");
    assert!(entries.iter().all(|entry| entry.action == "appointment.rezoned"), "{entries:?}");
    assert_eq!(rezone(&clinic, "").total, 0);
    assert_eq!(log(&clinic), before + 2);
    clinic.is_sound();
}

#[test]
fn neighbours_that_move_together_do_not_stand_in_each_others_way() {
    let clinic = Clinic::open();
    let book = |time: &str| {
        let phone = format!("7012-{}", time.replace(':', ""));
        clinic.book(&format!("--doctor GARCIA --date 2026-06-15 --time {time} --name P --phone {phone}"))
    };
    let booked: Vec<Appointment> = ["10:00", "10:30", "11:00", "11:30", "12:00"].map(book).into();
    for one in booked.iter().rev() {
        under_other_rules(&clinic, one);
    }
    let done = rezone(&clinic, "");
    assert_eq!(done.total, 5);
    assert!(done.rezoned.iter().all(|one| one.outcome == "moved"), "{:?}", done.rezoned);
    for one in &booked {
        assert_eq!(clinic.show(one).starts_at, one.starts_at);
    }
    clinic.is_sound();
}

#[test]
fn an_overlap_that_it_makes_is_told_of_and_counts_as_overbooked() {
    let clinic = Clinic::open();
    let first = clinic.book_juan("--date 2026-06-15 --time 10:00");
    let second = clinic.book("--doctor GARCIA --date 2026-06-15 --time 10:30 --name Ana --phone 7012-0001");
    let sql = format!("UPDATE appointments SET start_time = '10:30' WHERE id = '{}'", first.id);
    clinic.place().run(&sql).unwrap();
    let done = rezone(&clinic, "");
    assert_eq!((done.total, done.rezoned[0].outcome.as_str()), (1, "overlaps"));
    let ran = clinic.ran("db rezone").exits(0);
    assert!(ran.stdout().contains("where its wall clock is"), "{}", ran.stdout());
    let now = clinic.show(&first);
    assert_eq!((now.starts_at, now.overbooked), (second.starts_at, true));
    clinic.is_sound_but_for_its_records();
}

#[test]
fn an_overlap_with_a_visit_that_is_overbooked_is_told_of_too() {
    let clinic = Clinic::open();
    let first = clinic.book_juan("--date 2026-06-15 --time 10:00");
    let second = clinic.book("--doctor GARCIA --date 2026-06-15 --time 10:30 --name Ana --phone 7012-0001");
    let third =
        clinic.book("--doctor GARCIA --date 2026-06-15 --time 10:30 --name Eva --phone 7012-0002 --overbook");
    clinic.does(&format!("cancel {} --reason Viaje", second.code));
    let sql = format!("UPDATE appointments SET start_time = '10:30' WHERE id = '{}'", first.id);
    clinic.place().run(&sql).unwrap();
    let done = rezone(&clinic, "");
    assert_eq!((done.total, done.rezoned[0].outcome.as_str()), (1, "overlaps"));
    let now = clinic.show(&first);
    assert_eq!((&now.starts_at, now.overbooked), (&third.starts_at, false), "one mark is enough");
    clinic.is_sound_but_for_its_records();
}

#[test]
fn an_overlap_that_was_there_before_is_no_news() {
    let clinic = Clinic::open();
    let first = clinic.book_juan("--date 2026-06-15 --time 10:00");
    let second =
        clinic.book("--doctor GARCIA --date 2026-06-15 --time 10:00 --name Eva --phone 7012-0002 --overbook");
    under_other_rules(&clinic, &first);
    under_other_rules(&clinic, &second);
    let done = rezone(&clinic, "");
    assert_eq!(done.total, 2);
    assert!(done.rezoned.iter().all(|one| one.outcome == "moved"), "{:?}", done.rezoned);
}

#[test]
fn what_seems_to_be_over_by_the_old_rules_is_moved_while_its_wall_clock_is_ahead() {
    let mut clinic = Clinic::open();
    let first = clinic.book_juan("--date 2026-06-15 --time 10:00");
    let second = clinic.book("--doctor GARCIA --date 2026-06-15 --time 10:30 --name Ana --phone 7012-0001");
    clinic.at("2026-06-15T09:45:00-06:00");
    clinic.does(&format!("status {} checked_in", second.code));
    for visit in [&first, &second] {
        let earlier = ["starts_at", "ends_at", "busy_from", "busy_until"]
            .map(|column| format!("{column} = {column} - 3600"));
        let sql = format!("UPDATE appointments SET {} WHERE id = '{}'", earlier.join(", "), visit.id);
        clinic.place().run(&sql).unwrap();
    }
    let done = rezone(&clinic, "");
    assert_eq!(done.total, 2);
    assert!(done.rezoned.iter().all(|one| one.outcome == "moved"), "{:?}", done.rezoned);
    for visit in [&first, &second] {
        assert_eq!(clinic.show(visit).starts_at, visit.starts_at);
    }
    clinic.is_sound();
}

#[test]
fn a_time_that_is_no_more_is_told_of_and_left() {
    let clinic = Clinic::in_zone("America/New_York");
    clinic.does("doctor add --name 'Dr. Cole' --code COLE");
    clinic.does("window add --doctor COLE --days daily --from 00:00 --to 24:00");
    let booked = clinic.book("--doctor COLE --date 2027-03-14 --time 01:30 --name Ana --phone +12125550123");
    let sql = format!("UPDATE appointments SET start_time = '02:30' WHERE id = '{}'", booked.id);
    clinic.place().run(&sql).unwrap();
    let done = rezone(&clinic, "");
    assert_eq!((done.total, done.rezoned[0].outcome.as_str()), (1, "no such time"));
    assert_eq!(clinic.show(&booked).starts_at, booked.starts_at);
}

#[test]
fn what_is_over_or_called_off_is_left_alone() {
    let mut clinic = Clinic::open();
    let gone = clinic.book_juan("--date 2026-06-15 --time 10:00");
    let off = clinic.book("--doctor GARCIA --date 2026-06-16 --time 10:00 --name Ana --phone 7012-0001");
    clinic.does(&format!("cancel {} --reason Viaje", off.code));
    under_other_rules(&clinic, &gone);
    under_other_rules(&clinic, &off);
    clinic.at("2026-06-15T18:00:00-06:00");
    assert_eq!(rezone(&clinic, "").total, 0);
}
