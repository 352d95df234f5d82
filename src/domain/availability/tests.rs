//! Free slots on days with and without a DST change. The expected starts come from Python's zoneinfo.

use super::*;
use crate::domain::fixtures::{ANA, HALF_HOUR, POOLED, at, between, closure, date, in_order, window, zone};
use crate::domain::interval::merge;
use crate::domain::time::{hhmm, parse_time};
use crate::domain::window::Days;

fn ever() -> Bounds {
    Bounds { earliest: at("2000-01-01T00:00:00Z"), latest: at("2100-01-01T00:00:00Z"), strict: false }
}

fn calendar<'a>(windows: &'a [Window], zone: &'a Zone) -> Calendar<'a> {
    Calendar {
        ask: if windows.iter().any(|window| window.doctor_id.is_some()) { ANA } else { POOLED },
        zone,
        windows: windows.iter().collect(),
        closed: vec![],
        busy: vec![],
        lengths: HALF_HOUR,
        buffers: (0, 0),
    }
}

fn free(calendar: &Calendar<'_>, day: &str) -> Vec<Slot> {
    calendar.free_on(date(day), &ever(), &mut |_| Ok(0)).unwrap()
}

/// The starts as `01:30-04:00`; also checks the slots' date and local time.
fn starts(calendar: &Calendar<'_>, day: &str) -> String {
    let show = |slot: Slot| {
        let text = calendar.zone.rfc3339(slot.span.start);
        assert_eq!(text[..16], format!("{}T{}", slot.date, hhmm(slot.start_time)));
        assert_eq!(slot.date, date(day), "a slot belongs to the local date of its start");
        format!("{}{}", &text[11..16], &text[19..])
    };
    free(calendar, day).into_iter().map(show).collect::<Vec<_>>().join(" ")
}

fn times(calendar: &Calendar<'_>, day: &str) -> String {
    free(calendar, day).iter().map(|slot| hhmm(slot.start_time)).collect::<Vec<_>>().join(" ")
}

/// Zone, date on which the window opens, its hours, listed date, expected starts.
type ClockChange = (&'static str, &'static str, (&'static str, &'static str), &'static str, &'static str);

#[rustfmt::skip]
const CHANGES: [ClockChange; 36] = [
    ("America/New_York", "2026-03-08", ("00:00", "04:00"), "2026-03-08",
        "00:00-05:00 00:30-05:00 01:00-05:00 01:30-05:00 03:00-04:00 03:30-04:00"),
    ("America/New_York", "2026-11-01", ("00:00", "04:00"), "2026-11-01",
        "00:00-04:00 00:30-04:00 01:00-04:00 01:30-04:00 01:00-05:00 01:30-05:00 02:00-05:00 02:30-05:00 03:00-05:00 03:30-05:00"),
    ("Europe/Madrid", "2026-03-29", ("00:00", "04:00"), "2026-03-29",
        "00:00+01:00 00:30+01:00 01:00+01:00 01:30+01:00 03:00+02:00 03:30+02:00"),
    ("Europe/Madrid", "2026-10-25", ("00:00", "04:00"), "2026-10-25",
        "00:00+02:00 00:30+02:00 01:00+02:00 01:30+02:00 02:00+02:00 02:30+02:00 02:00+01:00 02:30+01:00 03:00+01:00 03:30+01:00"),
    ("Australia/Lord_Howe", "2026-10-04", ("00:00", "04:00"), "2026-10-04",
        "00:00+10:30 00:30+10:30 01:00+10:30 01:30+10:30 02:30+11:00 03:00+11:00 03:30+11:00"),
    ("Australia/Lord_Howe", "2026-04-05", ("00:00", "04:00"), "2026-04-05",
        "00:00+11:00 00:30+11:00 01:00+11:00 01:30+11:00 01:30+10:30 02:00+10:30 02:30+10:30 03:00+10:30 03:30+10:30"),
    ("America/El_Salvador", "2026-03-08", ("00:00", "04:00"), "2026-03-08",
        "00:00-06:00 00:30-06:00 01:00-06:00 01:30-06:00 02:00-06:00 02:30-06:00 03:00-06:00 03:30-06:00"),
    // If the clock jumps at midnight, the day begins at 01:00; the evening before may last longer.
    ("Asia/Beirut", "2026-03-29", ("00:00", "04:00"), "2026-03-29",
        "01:00+03:00 01:30+03:00 02:00+03:00 02:30+03:00 03:00+03:00 03:30+03:00"),
    ("America/Santiago", "2026-09-06", ("00:00", "04:00"), "2026-09-06",
        "01:00-03:00 01:30-03:00 02:00-03:00 02:30-03:00 03:00-03:00 03:30-03:00"),
    ("Asia/Beirut", "2026-10-25", ("00:00", "04:00"), "2026-10-25",
        "00:00+02:00 00:30+02:00 01:00+02:00 01:30+02:00 02:00+02:00 02:30+02:00 03:00+02:00 03:30+02:00"),
    ("Asia/Beirut", "2026-10-24", ("21:00", "00:00"), "2026-10-24",
        "21:00+03:00 21:30+03:00 22:00+03:00 22:30+03:00 23:00+03:00 23:30+03:00 23:00+02:00 23:30+02:00"),
    ("America/Santiago", "2026-04-04", ("21:00", "00:00"), "2026-04-04",
        "21:00-03:00 21:30-03:00 22:00-03:00 22:30-03:00 23:00-03:00 23:30-03:00 23:00-04:00 23:30-04:00"),
    ("America/Santiago", "2026-04-04", ("21:00", "00:00"), "2026-04-05", ""),
    // If midnight comes twice, the first one ends the day.
    ("Atlantic/Azores", "2026-10-24", ("22:00", "00:00"), "2026-10-24",
        "22:00+00:00 22:30+00:00 23:00+00:00 23:30+00:00"),
    ("Atlantic/Azores", "2026-10-24", ("22:00", "00:00"), "2026-10-25", ""),
    ("Atlantic/Azores", "2026-10-24", ("22:00", "00:30"), "2026-10-25",
        "00:00+00:00 00:30+00:00 00:00-01:00"),
    ("Atlantic/Azores", "2026-10-25", ("00:00", "02:00"), "2026-10-25",
        "00:00+00:00 00:30+00:00 00:00-01:00 00:30-01:00 01:00-01:00 01:30-01:00"),
    // A window that ends or begins in the repeated hour is open in both.
    ("Asia/Beirut", "2026-10-24", ("21:00", "23:30"), "2026-10-24",
        "21:00+03:00 21:30+03:00 22:00+03:00 22:30+03:00 23:00+03:00 23:30+03:00 23:00+02:00"),
    ("America/New_York", "2026-11-01", ("01:30", "03:00"), "2026-11-01",
        "01:30-04:00 01:00-05:00 01:30-05:00 02:00-05:00 02:30-05:00"),
    // The night shift opens on one date and ends on the next.
    ("America/New_York", "2026-03-07", ("22:00", "02:00"), "2026-03-07",
        "22:00-05:00 22:30-05:00 23:00-05:00 23:30-05:00"),
    ("America/New_York", "2026-03-07", ("22:00", "02:00"), "2026-03-08",
        "00:00-05:00 00:30-05:00 01:00-05:00 01:30-05:00"),
    ("America/New_York", "2026-10-31", ("22:00", "02:00"), "2026-10-31",
        "22:00-04:00 22:30-04:00 23:00-04:00 23:30-04:00"),
    ("America/New_York", "2026-10-31", ("22:00", "02:00"), "2026-11-01",
        "00:00-04:00 00:30-04:00 01:00-04:00 01:30-04:00 01:00-05:00 01:30-05:00"),
    ("Asia/Beirut", "2026-03-28", ("22:00", "02:00"), "2026-03-28",
        "22:00+02:00 22:30+02:00 23:00+02:00 23:30+02:00"),
    ("Asia/Beirut", "2026-03-28", ("22:00", "02:00"), "2026-03-29", "01:00+03:00 01:30+03:00"),
    ("Asia/Beirut", "2026-10-24", ("22:00", "02:00"), "2026-10-24",
        "22:00+03:00 22:30+03:00 23:00+03:00 23:30+03:00 23:00+02:00 23:30+02:00"),
    ("Asia/Beirut", "2026-10-24", ("22:00", "02:00"), "2026-10-25",
        "00:00+02:00 00:30+02:00 01:00+02:00 01:30+02:00"),
    ("America/Santiago", "2026-09-05", ("22:00", "02:00"), "2026-09-05",
        "22:00-04:00 22:30-04:00 23:00-04:00 23:30-04:00"),
    ("America/Santiago", "2026-09-05", ("22:00", "02:00"), "2026-09-06", "01:00-03:00 01:30-03:00"),
    ("America/Santiago", "2026-04-04", ("22:00", "02:00"), "2026-04-04",
        "22:00-03:00 22:30-03:00 23:00-03:00 23:30-03:00 23:00-04:00 23:30-04:00"),
    ("America/Santiago", "2026-04-04", ("22:00", "02:00"), "2026-04-05",
        "00:00-04:00 00:30-04:00 01:00-04:00 01:30-04:00"),
    ("Australia/Lord_Howe", "2026-04-04", ("22:00", "02:00"), "2026-04-04",
        "22:00+11:00 22:30+11:00 23:00+11:00 23:30+11:00"),
    ("Australia/Lord_Howe", "2026-04-04", ("22:00", "02:00"), "2026-04-05",
        "00:00+11:00 00:30+11:00 01:00+11:00 01:30+11:00 01:30+10:30"),
    // A window that the clock jumps over never opens.
    ("America/New_York", "2026-03-08", ("02:00", "03:00"), "2026-03-08", ""),
    ("Asia/Beirut", "2026-03-29", ("00:15", "00:45"), "2026-03-29", ""),
    ("America/New_York", "2026-03-08", ("09:00", "10:00"), "2026-03-08", "09:00-04:00 09:30-04:00"),
];

#[test]
fn each_instant_of_a_changed_night_is_offered_once_and_no_skipped_time_is() {
    for (name, opens_on, (from, to), asked, expected) in CHANGES {
        let zone = zone(name);
        let windows = [Window { days: Days::On(date(opens_on)), ..window(from, to) }];
        let listed = starts(&calendar(&windows, &zone), asked);
        assert_eq!(listed, expected, "{name}: {from}-{to} of {opens_on} on {asked}");
    }
}

#[test]
fn a_weekly_night_window_gives_each_date_its_early_and_its_late_hours() {
    let zone = zone("America/El_Salvador");
    let windows = [window("22:00", "02:00")];
    let listed = times(&calendar(&windows, &zone), "2026-06-15");
    assert_eq!(listed, "00:00 00:30 01:00 01:30 22:00 22:30 23:00 23:30");
}

#[test]
fn a_visit_lasts_its_minutes_of_elapsed_time_across_the_change() {
    let zone = zone("America/New_York");
    // In spring, 60 minutes from 01:30 end at 03:30; from 01:00 they end at 02:00, shown as 03:00.
    let windows = [window("00:00", "03:00")];
    let mut calendar_ = calendar(&windows, &zone);
    calendar_.lengths.service = Some(60);
    assert_eq!(starts(&calendar_, "2026-03-08"), "00:00-05:00 00:30-05:00 01:00-05:00");
    // In autumn, 90 minutes from the first 01:00 end at the second 01:30.
    let windows = [window("00:00", "02:00")];
    let mut calendar_ = calendar(&windows, &zone);
    calendar_.lengths = Lengths { service: Some(90), doctor: Some(60), ..HALF_HOUR };
    assert_eq!(starts(&calendar_, "2026-11-01"), "00:00-04:00 01:00-04:00");
    assert!(free(&calendar_, "2026-11-01").iter().all(|slot| slot.span.seconds() == 5400));
}

#[test]
fn the_grid_is_the_windows_then_the_doctors_then_the_clinics() {
    let zone = zone("America/El_Salvador");
    for (window_slot, doctor, expected) in [
        (Some(20), Some(15), "09:00 09:20 09:40"),
        (None, Some(15), "09:00 09:15 09:30 09:45"),
        (None, None, "09:00 09:30"),
    ] {
        let windows = [Window { slot_minutes: window_slot, ..window("09:00", "10:00") }];
        let mut calendar = calendar(&windows, &zone);
        calendar.lengths.doctor = doctor;
        assert_eq!(times(&calendar, "2026-06-15"), expected);
    }
}

#[test]
fn two_buffers_add_up_between_visits_but_may_reach_out_of_the_window() {
    let zone = zone("America/El_Salvador");
    let windows = [window("09:00", "12:00")];
    let mut calendar = calendar(&windows, &zone);
    calendar.buffers = (10, 10);
    // A visit from 10:00 to 10:30 with buffers of ten minutes.
    calendar.busy = vec![between("2026-06-15T09:50:00-06:00", "2026-06-15T10:40:00-06:00")];
    assert_eq!(times(&calendar, "2026-06-15"), "09:00 11:00 11:30");
    calendar.buffers = (0, 0);
    assert_eq!(times(&calendar, "2026-06-15"), "09:00 11:00 11:30");
    calendar.lengths.doctor = Some(10);
    assert_eq!(
        times(&calendar, "2026-06-15"),
        "09:00 09:10 09:20 09:30 09:40 10:40 10:50 11:00 11:10 11:20 11:30 11:40 11:50"
    );
}

#[test]
fn closures_take_out_the_slots_they_touch_even_across_a_change() {
    let el_salvador = zone("America/El_Salvador");
    let windows = [window("09:00", "12:00")];
    let mut calendar_ = calendar(&windows, &el_salvador);
    calendar_.closed = vec![closure("2026-06-15T09:45", "2026-06-15T11:00").span(&el_salvador)];
    assert_eq!(times(&calendar_, "2026-06-15"), "09:00 11:00 11:30");
    calendar_.closed = vec![closure("2026-06-15T00:00", "2026-06-16T00:00").span(&el_salvador)];
    assert_eq!(times(&calendar_, "2026-06-15"), "");
    assert_eq!(times(&calendar_, "2026-06-16"), "09:00 09:30 10:00 10:30 11:00 11:30");
    // A closure covers both passes of a repeated hour; a closed Saturday ends at Sunday's midnight.
    let beirut = zone("Asia/Beirut");
    let windows = [window("22:00", "01:00")];
    let mut calendar_ = calendar(&windows, &beirut);
    calendar_.closed = vec![closure("2026-10-24T23:00", "2026-10-25T00:00").span(&beirut)];
    assert_eq!(starts(&calendar_, "2026-10-24"), "00:00+03:00 00:30+03:00 22:00+03:00 22:30+03:00");
    calendar_.closed = vec![closure("2026-10-24T00:00", "2026-10-25T00:00").span(&beirut)];
    assert_eq!(starts(&calendar_, "2026-10-24"), "");
    assert_eq!(
        starts(&calendar_, "2026-10-25"),
        "00:00+02:00 00:30+02:00 22:00+02:00 22:30+02:00 23:00+02:00 23:30+02:00"
    );
}

#[test]
fn a_day_off_ends_at_the_first_midnight_of_the_next_day() {
    let azores = zone("Atlantic/Azores");
    let windows = [window("00:00", "01:00")];
    let mut calendar = calendar(&windows, &azores);
    calendar.closed = vec![closure("2026-10-24T00:00", "2026-10-25T00:00").span(&azores)];
    assert_eq!(starts(&calendar, "2026-10-24"), "");
    assert_eq!(starts(&calendar, "2026-10-25"), "00:00+00:00 00:30+00:00 00:00-01:00 00:30-01:00");
}

#[test]
fn a_full_window_has_no_slots_and_a_roomy_one_says_how_many_are_left() {
    let zone = zone("America/El_Salvador");
    let pool = |from, to, capacity| Window { doctor_id: None, capacity, ..window(from, to) };
    let windows = in_order([pool("09:00", "10:00", Some(3)), pool("14:00", "15:00", Some(5))]);
    let listed = calendar(&windows, &zone)
        .free_on(date("2026-06-15"), &ever(), &mut |opening| Ok(opening.window.position + 2))
        .unwrap();
    let listed: Vec<_> = listed.iter().map(|slot| (hhmm(slot.start_time), slot.capacity_left)).collect();
    assert_eq!(listed, [("14:00".to_owned(), Some(1)), ("14:30".to_owned(), Some(1))]);
}

#[test]
fn the_night_counts_against_the_date_it_began_on() {
    let zone = zone("America/El_Salvador");
    let windows = [Window { doctor_id: None, capacity: Some(1), ..window("22:00", "02:00") }];
    let mut asked = Vec::new();
    let listed = calendar(&windows, &zone).free_on(date("2026-06-15"), &ever(), &mut |opening| {
        asked.push(opening.date);
        Ok(i64::from(opening.date == date("2026-06-14")))
    });
    assert_eq!(asked, [date("2026-06-14"), date("2026-06-15")]);
    let listed: Vec<_> = listed.unwrap().iter().map(|slot| hhmm(slot.start_time)).collect();
    assert_eq!(listed, ["22:00", "22:30", "23:00", "23:30"]);
}

#[test]
fn nothing_is_offered_before_the_notice_or_beyond_the_advance() {
    let zone = zone("America/El_Salvador");
    let windows = [window("09:00", "12:00")];
    let now = at("2026-06-15T09:30:00-06:00");
    let mut settings = Settings::new("America/El_Salvador");
    let mut listed = |notice: i64, advance: i64| {
        (settings.min_notice, settings.max_advance) = (notice, advance);
        let bounds = Bounds::new(now, &settings);
        let slots = calendar(&windows, &zone).free_on(now_date(), &bounds, &mut |_| Ok(0)).unwrap();
        slots.iter().map(|slot| hhmm(slot.start_time)).collect::<Vec<_>>().join(" ")
    };
    assert_eq!(listed(0, 86_400), "10:00 10:30 11:00 11:30", "now itself has passed");
    assert_eq!(listed(3600, 86_400), "10:30 11:00 11:30");
    assert_eq!(listed(0, 5400), "10:00 10:30 11:00");
}

fn now_date() -> NaiveDate {
    date("2026-06-15")
}

#[test]
fn overlapping_windows_offer_a_time_once_with_the_label_it_will_be_booked_under() {
    let zone = zone("America/El_Salvador");
    let labelled = |from, to, label: &str| Window { session: Some(label.into()), ..window(from, to) };
    let windows = in_order([labelled("09:00", "11:00", "Late"), labelled("08:30", "10:00", "Early")]);
    let listed = free(&calendar(&windows, &zone), "2026-06-15");
    let listed: Vec<_> =
        listed.iter().map(|slot| (slot.start_time, slot.session.as_deref().unwrap())).collect();
    let at = |time| parse_time(time).unwrap();
    let early = [(at("08:30"), "Early"), (at("09:00"), "Early"), (at("09:30"), "Early")];
    assert_eq!(listed, [&early[..], &[(at("10:00"), "Late"), (at("10:30"), "Late")]].concat());
}

#[test]
fn a_closed_window_offers_nothing_and_hides_no_open_one() {
    let zone = zone("America/El_Salvador");
    let shut = Window { open: false, ..window("08:00", "12:00") };
    let windows = in_order([shut.clone(), window("09:00", "10:00")]);
    assert_eq!(times(&calendar(&windows, &zone), "2026-06-15"), "09:00 09:30");
    assert_eq!(times(&calendar(&[shut], &zone), "2026-06-15"), "");
}

#[test]
fn busy_spans_of_one_doctor_may_be_given_in_any_order_once_merged() {
    let zone = zone("America/El_Salvador");
    let windows = [window("09:00", "11:00")];
    let mut calendar = calendar(&windows, &zone);
    calendar.busy = merge(vec![
        between("2026-06-15T10:30:00-06:00", "2026-06-15T11:00:00-06:00"),
        between("2026-06-15T09:00:00-06:00", "2026-06-15T09:30:00-06:00"),
    ]);
    assert_eq!(times(&calendar, "2026-06-15"), "09:30 10:00");
}

#[test]
fn what_matters_to_a_day_goes_from_its_first_start_to_its_last_end_and_the_buffers_around() {
    let (zone, windows) = (zone("America/El_Salvador"), [window("09:00", "13:00"), window("20:00", "02:00")]);
    let windows: Vec<&Window> = windows.iter().collect();
    let days = (date("2026-06-15"), date("2026-06-16"));
    let reach = |bounds: &Bounds| {
        let span = reach(&windows, days, &zone, (10, 15), bounds);
        (zone.rfc3339(span.start), zone.rfc3339(span.end))
    };
    let end = "2026-06-17T02:15:00-06:00".to_owned();
    assert_eq!(reach(&ever()), ("2026-06-14T23:50:00-06:00".into(), end.clone()));
    let late = Bounds { earliest: at("2026-06-15T10:00:00-06:00"), ..ever() };
    assert_eq!(reach(&late), ("2026-06-15T09:50:00-06:00".into(), end));
}
