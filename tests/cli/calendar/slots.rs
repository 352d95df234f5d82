//! Free slots by doctor, service, branch and session; every listed slot can be booked.

use crate::support::Clinic;

#[test]
fn b1_the_free_slots_of_a_doctor_on_a_date() {
    let clinic = Clinic::open();
    clinic.book_at("2026-06-15", "14:00");
    let free = clinic.free("--doctor GARCIA --date 2026-06-15");
    assert_eq!(free.len(), 15);
    assert_eq!((free[0].as_str(), free[14].as_str()), ("09:00", "16:30"));
    assert!(!free.contains(&"14:00".to_owned()));
    let first = &clinic.slots("--doctor garcia --date 2026-06-15")[0];
    assert_eq!(first.doctor.as_deref(), Some("Dr. García"));
    assert_eq!((first.date.as_str(), first.end_time.as_str()), ("2026-06-15", "09:30"));
    assert_eq!(first.starts_at, "2026-06-15T09:00:00-06:00");
    assert_eq!(first.ends_at, "2026-06-15T09:30:00-06:00");
    assert_eq!((first.capacity_left, first.session.as_deref()), (None, None));
}

#[test]
fn b1_a_longer_visit_finds_the_starts_from_which_it_fits() {
    let clinic = Clinic::open();
    clinic.book_at("2026-06-15", "10:30");
    let free = clinic.free("--doctor GARCIA --date 2026-06-15 --duration 90");
    assert_eq!(free[..3], ["09:00", "11:00", "11:30"]);
    assert_eq!(free.last().unwrap(), "15:30");
}

#[test]
fn b1_the_branch_is_required_where_there_are_several() {
    let clinic = Clinic::open();
    clinic.does("branch add --name Norte --code NOR");
    clinic.does("window add --doctor GARCIA --branch NOR --days sat --from 09:00 --to 10:00");
    let refusal = clinic.refused("slots --doctor GARCIA --date 2026-06-06", "VALIDATION_ERROR", 2);
    assert_eq!(refusal.fields(), ["branch"]);
    assert_eq!(clinic.free("--doctor GARCIA --date 2026-06-06 --branch NOR"), ["09:00", "09:30"]);
    assert_eq!(clinic.free("--doctor GARCIA --date 2026-06-06 --branch main"), Vec::<String>::new());
}

#[test]
fn slots_of_today_are_those_still_ahead() {
    let mut clinic = Clinic::open();
    clinic.at("2026-06-01T15:45:00-06:00");
    assert_eq!(clinic.free("--doctor GARCIA"), ["16:00", "16:30"]);
    clinic.set("min_notice", "1h");
    assert_eq!(clinic.free("--doctor GARCIA"), Vec::<String>::new());
}

#[test]
fn a_range_shows_day_after_day_and_may_not_run_backwards() {
    let clinic = Clinic::open();
    let slots = clinic.slots("--doctor GARCIA --from 2026-06-05 --to 2026-06-08");
    assert_eq!(slots.len(), 32);
    assert_eq!((slots[0].date.as_str(), slots[31].date.as_str()), ("2026-06-05", "2026-06-08"));
    let refusal =
        clinic.refused("slots --doctor GARCIA --from 2026-06-08 --to 2026-06-05", "VALIDATION_ERROR", 2);
    assert_eq!(refusal.fields(), ["to"]);
    let refusal = clinic.refused("slots --doctor GARCIA --date someday --duration -5", "VALIDATION_ERROR", 2);
    assert_eq!(refusal.fields(), ["date", "duration"]);
}

#[test]
fn first_looks_ahead_until_it_has_enough() {
    let clinic = Clinic::open();
    clinic.does("closure add --from 2026-06-01 --to 2026-08-30 --reason Obras");
    let slots = clinic.slots("--doctor GARCIA --first 3");
    let starts: Vec<&str> = slots.iter().map(|slot| slot.starts_at.as_str()).collect();
    assert_eq!(
        starts,
        ["2026-08-31T09:00:00-06:00", "2026-08-31T09:30:00-06:00", "2026-08-31T10:00:00-06:00"]
    );
    assert_eq!(clinic.slots("--doctor GARCIA --first 1 --from 2026-09-05")[0].date, "2026-09-07");
}

#[test]
fn without_a_doctor_every_doctors_slots_are_shown() {
    let clinic = Clinic::open();
    clinic.does("doctor add --name 'Dra. Sol' --code SOL --slot 60");
    clinic.does("window add --doctor SOL --days mon --from 09:00 --to 11:00");
    let slots = clinic.slots("--date 2026-06-15");
    let sols: Vec<_> = slots
        .iter()
        .filter(|slot| slot.doctor.as_deref() == Some("Dra. Sol"))
        .map(|s| s.start_time.as_str())
        .collect();
    assert_eq!(sols, ["09:00", "10:00"]);
    assert_eq!(slots.len(), 18);
}

#[test]
fn a_service_finds_doctors_and_pooled_windows_that_take_it() {
    let clinic = Clinic::open();
    clinic.does("service add --name Vacuna --code VAC --duration 10");
    clinic.does("service add --name Control --code CON --duration 20");
    clinic.does("window set DAY --service CON");
    clinic.does("window add --service VAC --days mon --from 08:00 --to 08:30 --slot 10 --capacity 2 --session Morning --batch MA");
    let pooled = clinic.slots("--service VAC --date 2026-06-15");
    let times: Vec<_> = pooled.iter().map(|slot| (slot.start_time.as_str(), slot.capacity_left)).collect();
    assert_eq!(times, [("08:00", Some(2)), ("08:10", Some(2)), ("08:20", Some(2))]);
    assert_eq!((pooled[0].doctor.as_deref(), pooled[0].batch.as_deref()), (None, Some("MA")));
    let _ = clinic.book("--service VAC --date 2026-06-15 --time 08:00 --name A --phone 7700-0001");
    assert_eq!(clinic.slots("--service VAC --date 2026-06-15")[0].capacity_left, Some(1));
    let _ = clinic.book("--service VAC --date 2026-06-15 --time 08:00 --name B --phone 7700-0002");
    assert_eq!(clinic.slots("--service VAC --date 2026-06-15").len(), 0);
    assert_eq!(clinic.slots("--service control --date 2026-06-15")[0].end_time, "09:20");
    let refusal = clinic.refused("slots --service Surgery", "INVALID_APPOINTMENT_TYPE", 5);
    assert_eq!(refusal.texts("available").len(), 2);
}

#[test]
fn a_session_narrows_the_slots_whatever_its_case() {
    let clinic = Clinic::open();
    clinic.does("window add --doctor GARCIA --days sat --from 08:00 --to 09:00 --session Morning");
    clinic.does("window add --doctor GARCIA --days sat --from 18:00 --to 19:00 --session Evening");
    assert_eq!(clinic.free("--doctor GARCIA --date 2026-06-06 --session EVENING"), ["18:00", "18:30"]);
    assert_eq!(clinic.free("--doctor GARCIA --date 2026-06-06").len(), 4);
}

#[test]
fn a_window_past_midnight_gives_each_slot_to_the_date_it_starts_on() {
    let clinic = Clinic::open();
    clinic.does("window add --doctor GARCIA --on 2026-06-06 --from 23:00 --to 01:00");
    assert_eq!(clinic.free("--doctor GARCIA --date 2026-06-06"), ["23:00", "23:30"]);
    assert_eq!(clinic.free("--doctor GARCIA --date 2026-06-07"), ["00:00", "00:30"]);
    let late = clinic.book_juan("--date 2026-06-06 --time 23:30 --duration 60");
    assert_eq!((late.end_time.as_str(), late.ends_at.as_str()), ("00:30", "2026-06-07T00:30:00-06:00"));
    assert_eq!(late.token_number, 1);
    let after = clinic.book("--doctor GARCIA --date 2026-06-07 --time 00:30 --name A --phone 7700-0001");
    assert_eq!(
        (after.date.as_str(), after.token_number),
        ("2026-06-07", 1),
        "token days are those of the start"
    );
}

#[test]
fn buffers_keep_the_neighbouring_slots_free() {
    let clinic = Clinic::open();
    clinic.does("doctor set GARCIA --buffer-before 5 --buffer-after 5");
    clinic.book_at("2026-06-15", "12:00");
    let free = clinic.free("--doctor GARCIA --date 2026-06-15");
    for taken in ["11:30", "12:00", "12:30"] {
        assert!(!free.contains(&taken.to_owned()), "{taken} in {free:?}");
    }
    assert!(free.contains(&"11:00".to_owned()) && free.contains(&"13:00".to_owned()), "{free:?}");
}

#[test]
fn a_closure_of_the_doctor_the_branch_or_the_clinic_takes_its_slots_away() {
    let clinic = Clinic::open();
    clinic.does("doctor add --name 'Dra. Sol' --code SOL");
    clinic.does("window add --doctor SOL --days mon-fri --from 09:00 --to 10:00");
    clinic.does("closure add --doctor GARCIA --date 2026-06-15 --reason Congreso");
    clinic.does("closure add --branch main --from 2026-06-16T09:00 --to 2026-06-16T09:15 --reason Agua");
    assert_eq!(clinic.slots("--date 2026-06-15").len(), 2);
    assert_eq!(clinic.free("--doctor SOL --date 2026-06-16"), ["09:30"]);
    assert_eq!(clinic.free("--doctor GARCIA --date 2026-06-16")[0], "09:30");
}

#[test]
fn every_slot_that_is_listed_can_be_booked() {
    let clinic = Clinic::open();
    clinic.does("doctor set GARCIA --buffer-after 7 --slot 20");
    clinic.does("closure add --from 2026-06-15T12:05 --to 2026-06-15T12:55 --reason Almuerzo");
    clinic.set("duplicate_rule", "off");
    let mut booked = 0;
    while let Some(slot) = clinic.slots("--doctor GARCIA --date 2026-06-15").into_iter().next_back() {
        let appointment = clinic.book_juan(&format!("--at {} --end {}", slot.starts_at, slot.ends_at));
        assert_eq!(appointment.starts_at, slot.starts_at);
        booked += 1;
    }
    assert!(booked >= 8, "{booked}");
    clinic.is_sound();
}
