//! Series: several appointments booked by one rule.

use crate::support::Clinic;
use crate::support::views::{Appointment, Members, SeriesList};

const WEEKLY: &str = "book --doctor GARCIA --date 2026-06-15 --time 09:00 --name 'Ana Sol' --phone 7700-0001 --every week --times 4";

fn starts(appointments: &[Appointment]) -> Vec<String> {
    appointments.iter().map(|visit| format!("{} {}", &visit.date[5..], visit.start_time)).collect()
}

#[test]
fn a_series_is_booked_whole_or_not_at_all() {
    let clinic = Clinic::open();
    let other = clinic.book("--doctor GARCIA --date 2026-06-29 --time 09:00 --name Luis --phone 7700-0002");
    let refused = clinic.refused(WEEKLY, "APPOINTMENT_CONFLICT", 4);
    assert_eq!(refused.text("conflicting_appointment_id"), other.id);
    assert_eq!(refused.details["occurrence"], 3);
    assert_eq!(clinic.list("").total, 1, "nothing of it is left");
    let would: Members = clinic.json(&format!("{WEEKLY} --skip-conflicts --dry-run"));
    assert_eq!((would.appointments.len(), would.dry_run, clinic.list("").total), (3, Some(true), 1));
    let made: Members = clinic.json(&format!("{WEEKLY} --skip-conflicts"));
    assert_eq!(starts(&made.appointments), ["06-15 09:00", "06-22 09:00", "07-06 09:00"]);
    assert_eq!((made.series.code.as_str(), made.series.rule.as_str()), ("SER-001", "FREQ=WEEKLY;COUNT=4"));
    assert_eq!(
        (made.skipped[0].date.as_str(), made.skipped[0].error.code.as_str()),
        ("2026-06-29", "APPOINTMENT_CONFLICT")
    );
    let shown: Members = clinic.json("series show SER-001");
    assert_eq!(starts(&shown.appointments), starts(&made.appointments));
    let list: SeriesList = clinic.json("series list");
    assert_eq!((list.total, list.series[0].open, list.series[0].patient.as_deref()), (1, 3, Some("Ana Sol")));
    clinic.is_sound();
}

#[test]
fn sent_again_with_its_key_nothing_is_booked_twice() {
    let clinic = Clinic::open();
    let line = format!("{WEEKLY} --idempotency-key K");
    let first: Members = clinic.json(&line);
    let again: Members = clinic.json(&line);
    assert_eq!((first.idempotent, again.idempotent), (Some(false), Some(true)));
    assert_eq!((&again.series, starts(&again.appointments)), (&first.series, starts(&first.appointments)));
    assert_eq!(clinic.list("").total, 4);
    let other = line.replace("--times 4", "--times 3");
    let _ = clinic.refused(&other, "IDEMPOTENCY_MISMATCH", 4);
    clinic.is_sound();
}

#[test]
fn the_wall_clock_is_kept_where_the_clocks_change() {
    let clinic = Clinic::in_zone("Europe/Madrid");
    clinic.does("doctor add --name 'Dra. Vega' --code VEGA");
    clinic.does("window add --doctor VEGA --days daily --from 01:00 --to 12:00");
    let made: Members = clinic.json("book --doctor VEGA --date 2026-10-19 --time 09:00 --name Ana --phone 612345678 --rrule 'FREQ=WEEKLY;COUNT=3;BYDAY=MO'");
    let at: Vec<_> = made.appointments.iter().map(|visit| visit.starts_at.as_str()).collect();
    assert_eq!(at, ["2026-10-19T09:00:00+02:00", "2026-10-26T09:00:00+01:00", "2026-11-02T09:00:00+01:00"]);
    let twice = "book --doctor VEGA --date 2026-10-24 --time 02:30 --name Eva --phone 612345679 --every day --times 3";
    let refused = clinic.refused(twice, "INVALID_TIME_SLOT", 5);
    assert_eq!(refused.details["occurrence"], 2);
    let made: Members = clinic.json(&format!("{twice} --skip-conflicts"));
    assert_eq!(made.appointments.len(), 2);
    clinic.is_sound();
}

#[test]
fn what_is_still_to_come_is_cancelled_or_moved_together() {
    let mut clinic = Clinic::open();
    let made: Members = clinic.json(WEEKLY);
    clinic.at("2026-06-16T08:00:00-06:00");
    let moved: Members = clinic.json("series move SER-001 --by 30m");
    assert_eq!(starts(&moved.appointments), ["06-22 09:30", "06-29 09:30", "07-06 09:30"]);
    let moved: Members = clinic.json("series move SER-001 --by 7d --dry-run");
    assert_eq!(starts(&moved.appointments), ["06-29 09:30", "07-06 09:30", "07-13 09:30"]);
    clinic.does("book --doctor GARCIA --date 2026-06-29 --time 15:00 --name Luis --phone 7700-0002");
    let refused = clinic.refused("series move SER-001 --time 15:00", "APPOINTMENT_CONFLICT", 4);
    assert!(refused.message.starts_with("2026-06-29 09:30: "), "{}", refused.message);
    let which = made.appointments.iter().find(|one| one.code == refused.text("appointment_code"));
    assert_eq!(which.map(|one| one.date.as_str()), Some("2026-06-29"));
    let moved: Members = clinic.json("series move SER-001 --time 15:00 --skip-conflicts");
    assert_eq!(starts(&moved.appointments), ["06-22 15:00", "07-06 15:00"]);
    assert_eq!((moved.skipped.len(), moved.skipped[0].start_time.as_str()), (1, "09:30"));
    let gone: Members = clinic.json("series cancel SER-001 --reason alta --from 2026-06-29");
    assert_eq!(starts(&gone.appointments), ["06-29 09:30", "07-06 15:00"]);
    assert!(gone.appointments.iter().all(|visit| visit.status == "cancelled"));
    let shown: Members = clinic.json("series show SER-001");
    assert_eq!(shown.appointments.len(), 4, "what was cancelled or moved stays in it");
    let _ = clinic.refused("series cancel SER-001", "VALIDATION_ERROR", 2);
    clinic.is_sound();
    clinic.at("2040-01-01T08:00:00-06:00");
    clinic.does("db purge --older-than 10y --force");
    let list: SeriesList = clinic.json("series list");
    assert_eq!(list.total, 0);
    clinic.is_sound();
}

#[test]
fn a_rule_that_is_none_is_refused() {
    let clinic = Clinic::open();
    let book = "book --doctor GARCIA --date 2026-06-15 --time 09:00 --name Ana --phone 7700-0001";
    for (rest, field) in [
        ("--every fortnight --times 2", "every"),
        ("--every week", "times"),
        ("--rrule FREQ=DAILY", "rrule"),
        ("--rrule 'FREQ=DAILY;COUNT=9999'", "rrule"),
        ("--every day --until 2028-06-15", "rrule"),
        ("--skip-conflicts", "skip_conflicts"),
    ] {
        let refused = clinic.refused(&format!("{book} {rest}"), "VALIDATION_ERROR", 2);
        assert!(refused.details.contains_key(field), "{rest}: {:?}", refused.details);
    }
    // `max_advance` applies to every appointment of a series.
    let far = clinic.refused(&format!("{book} --every week --times 60"), "TOO_FAR", 5);
    assert_eq!(far.details["occurrence"], 52);
    assert_eq!(clinic.list("").total, 0);
}
