//! Weekly hours in one line, and hours that look like a slip.

use crate::support::Clinic;
use crate::support::views::{Doctor, Service, Window, Windows};

/// Code, days, times and capacity of the windows that are not retired.
fn windows(clinic: &Clinic, filter: &str) -> Vec<(String, String, String)> {
    let Windows { windows, .. } = clinic.json(&format!("window list {filter}"));
    let of = |window: Window| (window.code, window.days.join(","), format!("{}-{}", window.from, window.to));
    let mut all: Vec<_> = windows.into_iter().map(of).collect();
    all.sort();
    all
}

fn row(code: &str, days: &str, times: &str) -> (String, String, String) {
    (code.into(), days.into(), times.into())
}

#[test]
fn a_doctor_is_added_with_hours_in_one_line() {
    let clinic = Clinic::open();
    let _: Doctor = clinic.json(
        "doctor add --name 'Dra. Ana Ruiz' --code RUIZ --slot 60 --hours 'lun-vie 8-12, 14-16; sáb 8-10'",
    );
    let expected = [
        row("WIN-002", "sat", "08:00-10:00"),
        row("WIN-003", "mon,tue,wed,thu,fri", "08:00-12:00"),
        row("WIN-004", "mon,tue,wed,thu,fri", "14:00-16:00"),
    ];
    assert_eq!(windows(&clinic, "--doctor RUIZ"), expected);
    assert_eq!(
        clinic.free("--doctor RUIZ --date 2026-06-02"),
        ["08:00", "09:00", "10:00", "11:00", "14:00", "15:00"]
    );
    clinic.is_sound();
}

#[test]
fn hours_that_are_set_replace_the_week_and_keep_what_is_the_same() {
    let clinic = Clinic::open();
    clinic.does("window add --doctor GARCIA --on 2026-06-06 --from 09:00 --to 10:00 --code EXTRA");
    clinic.does("doctor set GARCIA --hours 'mon-fri 9-17; sat 8-12'");
    let day = row("DAY", "mon,tue,wed,thu,fri", "09:00-17:00");
    let extra = row("EXTRA", "", "09:00-10:00");
    let saturday = row("WIN-003", "sat", "08:00-12:00");
    assert_eq!(windows(&clinic, "--doctor GARCIA"), [day, extra.clone(), saturday]);
    clinic.does("doctor set GARCIA --hours 'mon-thu 9-17'");
    assert_eq!(
        windows(&clinic, "--doctor GARCIA"),
        [row("DAY", "mon,tue,wed,thu", "09:00-17:00"), extra.clone()]
    );
    clinic.does("doctor set GARCIA --hours none");
    assert_eq!(windows(&clinic, "--doctor GARCIA"), [extra]);
    clinic.is_sound();
}

#[test]
fn hours_that_leave_appointments_out_name_them() {
    let clinic = Clinic::open();
    let late = clinic.book_juan("--date 2026-06-02 --time 16:00");
    let ran = clinic.ran("doctor set GARCIA --hours 'mon-fri 9-15'").exits(0);
    assert!(ran.stderr().contains(&late.code) && ran.stderr().contains("16:00"), "{}", ran.stderr());
    assert_eq!(clinic.show(&late).status, "confirmed");
}

#[test]
fn a_service_has_hours_and_places_of_its_own() {
    let clinic = Clinic::open();
    let _: Service = clinic
        .json("service add --name Vacunación --code VAC --duration 30 --hours 'sat,sun 9-10' --capacity 6");
    let added: Window = clinic.json("window show WIN-002");
    assert_eq!((added.capacity, added.doctor, added.services[0].code.as_str()), (Some(6), None, "VAC"));
    assert_eq!(clinic.free("--service VAC --date 2026-06-06"), ["09:00", "09:30"]);
    clinic.does("service set VAC --hours 'sat 9-10; fri 8-9'");
    let expected = [row("WIN-002", "sat", "09:00-10:00"), row("WIN-003", "fri", "08:00-09:00")];
    let of_service: Vec<_> =
        windows(&clinic, "").into_iter().filter(|(code, ..)| code.starts_with("WIN")).collect();
    assert_eq!(of_service, expected);
    let kept: Window = clinic.json("window show WIN-003");
    assert_eq!(kept.capacity, Some(6), "the places stay");
}

#[test]
fn hours_that_cant_be_read_change_nothing() {
    let clinic = Clinic::open();
    let before = clinic.content();
    for line in [
        "doctor add --name X --hours someday",
        "doctor set GARCIA --hours 'mon-fri 9-5'",
        "doctor set GARCIA --hours '8-12'",
        "service add --name X --hours 'mon 8'",
    ] {
        let refusal = clinic.refused(line, "VALIDATION_ERROR", 2);
        assert_eq!(refusal.fields(), ["hours"], "{line}");
    }
    let refusal = clinic.refused("doctor set GARCIA --hours 'mon-fri 9-5'", "VALIDATION_ERROR", 2);
    assert!(refusal.text("hours").contains("9-17"), "{refusal:?}");
    assert_eq!(clinic.content(), before);
}

#[test]
fn nine_to_five_is_no_night_unless_it_is_meant() {
    let clinic = Clinic::open();
    let line = "window add --doctor GARCIA --days sat --from 9 --to 5";
    let refusal = clinic.refused(line, "VALIDATION_ERROR", 2);
    assert!(refusal.text("to").contains("17:00"), "{refusal:?}");
    let refusal = clinic.refused("window set DAY --to 5", "VALIDATION_ERROR", 2);
    assert!(refusal.text("to").contains("17:00"), "{refusal:?}");
    let long: Window = clinic.json(&format!("{line} --overnight"));
    assert_eq!((long.from.as_str(), long.to.as_str()), ("09:00", "05:00"));
    let night = clinic.ran("window add --doctor GARCIA --days fri --from 22:00 --to 06:00").exits(0);
    assert!(night.stderr().contains("until 06:00 the next day"), "{}", night.stderr());
    let evening = clinic.ran("window add --doctor GARCIA --days sun --from 18:00 --to 24:00").exits(0);
    assert!(!evening.stderr().contains("next day"), "{}", evening.stderr());
}

#[test]
fn a_doctors_window_or_closure_that_is_there_is_refused_with_its_code() {
    let clinic = Clinic::open();
    clinic.does("doctor add --name 'Dra. Ruiz' --code RUIZ");
    let refusal = clinic.refused(
        "window add --doctor GARCIA --days mon-fri --from 09:00 --to 17:00",
        "VALIDATION_ERROR",
        2,
    );
    assert!(refusal.text("window").contains("DAY") && refusal.text("existing") == "DAY", "{refusal:?}");
    clinic.does("window add --doctor RUIZ --days mon-fri --from 09:00 --to 17:00");
    let ran = clinic.ran("window add --doctor GARCIA --days mon --from 16:00 --to 18:00").exits(0);
    assert!(ran.stderr().contains("overlaps DAY"), "{}", ran.stderr());
    let closed = "closure add --doctor GARCIA --date 2026-06-10 --reason Curso";
    clinic.does(closed);
    let refusal = clinic.refused(closed, "VALIDATION_ERROR", 2);
    assert!(refusal.text("closure").contains("CLO-001"), "{refusal:?}");
    clinic.does("closure add --doctor RUIZ --date 2026-06-10 --reason Curso");
    clinic.does("closure remove CLO-001");
    clinic.does(closed);
}
