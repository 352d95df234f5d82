//! Windows: by day and session, open or closed, with labels and capacity.

use crate::support::Clinic;
use crate::support::views::{Window, Windows};

#[test]
fn a_window_holds_all_that_its_flags_say() {
    let clinic = Clinic::open();
    clinic.does("service add --name Vacuna --code VAC");
    clinic.does("service add --name Control --code CON");
    let added: Window = clinic.json(
        "window add --branch main --service VAC --service Control --days mon,wed-fri --from 08:00 --to 12:00 \
         --session Morning --batch MA --slot 15 --capacity 4 --valid-from 2026-06-01 --valid-until 2026-12-31 \
         --code MA-1 --closed",
    );
    assert_eq!(added.days, ["mon", "wed", "thu", "fri"]);
    assert_eq!((added.from.as_str(), added.to.as_str()), ("08:00", "12:00"));
    assert_eq!((added.session.as_deref(), added.batch.as_deref()), (Some("Morning"), Some("MA")));
    assert_eq!((added.slot_minutes, added.capacity), (Some(15), Some(4)));
    assert_eq!(added.valid_from.as_deref(), Some("2026-06-01"));
    assert_eq!(added.valid_until.as_deref(), Some("2026-12-31"));
    assert_eq!((added.status.as_str(), added.doctor.clone()), ("CLOSED", None));
    let services: Vec<&str> = added.services.iter().map(|service| service.code.as_str()).collect();
    assert_eq!(services, ["VAC", "CON"]);
    assert_eq!(clinic.json::<Window>("window show ma-1"), added);
}

#[test]
fn a_window_is_changed_cleared_opened_closed_and_retired() {
    let clinic = Clinic::open();
    clinic.does("window add --days mon --from 08:00 --to 12:00 --session Morning --batch MA --slot 15 --capacity 4 --valid-until 2026-12-31 --code W");
    let set: Window = clinic.json(
        "window set W --session none --batch none --slot none --valid-until none --doctor GARCIA --capacity none --days tue --to 13:00",
    );
    assert_eq!((set.session, set.batch, set.slot_minutes, set.valid_until), (None, None, None, None));
    assert_eq!((set.capacity, set.doctor.unwrap().code.as_str()), (None, "GARCIA"));
    assert_eq!((set.days, set.from.as_str(), set.to.as_str()), (vec!["tue".to_owned()], "08:00", "13:00"));
    assert_eq!(clinic.json::<Window>("window close W").status, "CLOSED");
    assert_eq!(clinic.json::<Window>("window open W").status, "OPEN");
    assert!(!clinic.json::<Window>("window remove W").active);
    let Windows { windows, .. } = clinic.json("window list");
    assert_eq!(windows.iter().map(|window| window.code.as_str()).collect::<Vec<_>>(), ["DAY"]);
    let Windows { total, .. } = clinic.json("window list --all --doctor GARCIA --branch main");
    assert_eq!(total, 2);
}

#[test]
fn a_window_on_one_date_opens_on_that_date_only() {
    let clinic = Clinic::open();
    let added: Window = clinic.json("window add --doctor GARCIA --on 2026-06-06 --from 09:00 --to 10:00");
    assert_eq!((added.on_date.as_deref(), added.days.len()), (Some("2026-06-06"), 0));
    assert_eq!(clinic.free("--doctor GARCIA --date 2026-06-06"), ["09:00", "09:30"]);
    assert_eq!(clinic.free("--doctor GARCIA --date 2026-06-13"), Vec::<String>::new());
}

#[test]
fn a_window_is_valid_from_its_first_to_its_last_date() {
    let clinic = Clinic::open();
    clinic.does(
        "window add --doctor GARCIA --days sat --from 09:00 --to 09:30 --valid-from 2026-06-13 --valid-until 2026-06-20",
    );
    let dates: Vec<String> = clinic
        .slots("--doctor GARCIA --from 2026-06-06 --to 2026-06-30")
        .into_iter()
        .map(|slot| slot.date)
        .filter(|date| ["2026-06-06", "2026-06-13", "2026-06-20", "2026-06-27"].contains(&date.as_str()))
        .collect();
    assert_eq!(dates, ["2026-06-13", "2026-06-20"]);
}

#[test]
fn midnight_may_be_written_in_two_ways_and_ends_the_day() {
    let clinic = Clinic::open();
    for (on, to) in [("2026-06-06", "24:00"), ("2026-06-07", "00:00")] {
        clinic.does(&format!("window add --doctor GARCIA --on {on} --from 23:00 --to {to}"));
        let slots = clinic.slots(&format!("--doctor GARCIA --date {on}"));
        let times: Vec<_> =
            slots.iter().map(|slot| (slot.start_time.as_str(), slot.end_time.as_str())).collect();
        assert_eq!(times, [("23:00", "23:30"), ("23:30", "00:00")], "--to {to}");
    }
}

#[test]
fn a_pooled_window_needs_a_capacity_and_a_window_needs_days_and_hours() {
    let clinic = Clinic::open();
    for (line, fields) in [
        ("window add --days mon --from 09:00 --to 10:00", &["capacity"][..]),
        ("window add --doctor GARCIA", &["days", "from", "to"]),
        ("window add --doctor GARCIA --days someday --from 25:00 --to 930", &["days", "from", "to"]),
        ("window add --doctor GARCIA --days mon --from 09:00 --to 09:00", &["to"]),
        ("window add --capacity 0 --days mon --from 09:00 --to 10:00", &["capacity"]),
        ("window add --doctor GARCIA --days mon --from 09:00 --to 10:00 --slot 0", &["slot"]),
        (
            "window add --doctor GARCIA --days mon --from 09:00 --to 10:00 --valid-from 2026-07-01 --valid-until 2026-06-01",
            &["valid_until"],
        ),
    ] {
        let refusal = clinic.refused(line, "VALIDATION_ERROR", 2);
        assert_eq!(refusal.fields(), fields, "{line}");
    }
    let refusal = clinic.refused(
        "window add --doctor NOBODY --days mon --from 09:00 --to 10:00",
        "RESOURCE_NOT_FOUND",
        3,
    );
    assert_eq!(refusal.text("given"), "NOBODY");
    let Windows { total, .. } = clinic.json("window list --all");
    assert_eq!(total, 1);
}

#[test]
fn a_window_needs_its_branch_named_where_the_clinic_has_several() {
    let clinic = Clinic::open();
    clinic.does("branch add --name Norte --code NOR");
    let refusal = clinic.refused(
        "window add --doctor GARCIA --days mon --from 18:00 --to 19:00",
        "VALIDATION_ERROR",
        2,
    );
    assert_eq!(refusal.fields(), ["branch"]);
    clinic.does("window add --doctor GARCIA --branch NOR --days mon --from 18:00 --to 19:00");
}

#[test]
fn changing_a_window_leaves_the_appointments_that_it_holds() {
    let clinic = Clinic::open();
    let booked = clinic.book_juan("--date 2026-06-15 --time 16:00");
    clinic.does("window set DAY --to 12:00");
    assert_eq!(clinic.show(&booked), crate::support::views::Appointment { idempotent: None, ..booked });
    assert_eq!(clinic.free("--doctor GARCIA --date 2026-06-15").last().unwrap(), "11:30");
}
