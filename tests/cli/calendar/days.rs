//! Days with clock changes, tested through the whole program.

use crate::support::Clinic;

/// A clinic in `zone` whose Dr. Noche works around the clock with slots of an hour.
fn night_clinic(zone: &str, now: &str) -> Clinic {
    let mut clinic = Clinic::empty();
    clinic.at(now);
    clinic.does(&format!("init --name Noche --timezone {zone} --code noche"));
    clinic.does("doctor add --name 'Dr. Noche' --code N --slot 60");
    clinic.does("window add --doctor N --days daily --from 00:00 --to 24:00");
    clinic
}

fn starts(clinic: &Clinic, date: &str, from: &str, to: &str) -> Vec<String> {
    let slots = clinic.slots(&format!("--doctor N --date {date}"));
    let near = slots.into_iter().filter(|slot| (from..to).contains(&slot.start_time.as_str()));
    near.map(|slot| slot.starts_at).collect()
}

#[test]
fn new_york_skips_an_hour_in_march() {
    let clinic = night_clinic("America/New_York", "2026-03-01T08:00:00-05:00");
    assert_eq!(
        starts(&clinic, "2026-03-08", "01:00", "05:00"),
        ["2026-03-08T01:00:00-05:00", "2026-03-08T03:00:00-04:00", "2026-03-08T04:00:00-04:00"]
    );
    assert_eq!(clinic.slots("--doctor N --date 2026-03-08").len(), 23);
    let refusal = clinic.not_booked(
        "--doctor N --date 2026-03-08 --time 02:30 --name A --phone +12125550123",
        "INVALID_TIME_SLOT",
        5,
    );
    assert_eq!(refusal.texts("suggested_times"), ["03:00", "04:00", "05:00"]);
}

#[test]
fn new_york_repeats_an_hour_in_november_and_nobody_guesses_which() {
    let clinic = night_clinic("America/New_York", "2026-10-01T08:00:00-04:00");
    let both = ["2026-11-01T01:00:00-04:00", "2026-11-01T01:00:00-05:00"];
    assert_eq!(starts(&clinic, "2026-11-01", "01:00", "02:00"), both);
    assert_eq!(clinic.slots("--doctor N --date 2026-11-01").len(), 25);
    for when in ["--date 2026-11-01 --time 01:00", "--at 2026-11-01T01:00"] {
        let refusal = clinic.not_booked(
            &format!("--doctor N {when} --name A --phone +12125550123"),
            "INVALID_TIME_SLOT",
            5,
        );
        assert_eq!(refusal.texts("candidates"), both, "{when}");
    }
    for (phone, at) in both.iter().enumerate() {
        let booked = clinic.book(&format!("--doctor N --at {at} --name A --phone +1212555012{phone}"));
        assert_eq!((booked.starts_at.as_str(), booked.start_time.as_str()), (*at, "01:00"));
        assert_eq!(booked.duration_minutes, 60);
    }
    assert_eq!(starts(&clinic, "2026-11-01", "01:00", "02:00"), Vec::<String>::new());
    clinic.is_sound();
}

#[test]
fn madrid_santiago_lord_howe_and_beirut_change_their_clocks_in_their_own_ways() {
    // Zone, clock, date, number of one-hour slots, and the starts around the change.
    for (zone, now, date, slots, from, to, expected) in [
        (
            "Europe/Madrid",
            "2026-03-01T08:00:00+01:00",
            "2026-03-29",
            23,
            "01:00",
            "04:00",
            &["2026-03-29T01:00:00+01:00", "2026-03-29T03:00:00+02:00"][..],
        ),
        (
            "Europe/Madrid",
            "2026-10-01T08:00:00+02:00",
            "2026-10-25",
            25,
            "02:00",
            "03:00",
            &["2026-10-25T02:00:00+02:00", "2026-10-25T02:00:00+01:00"],
        ),
        // The day begins at 01:00.
        (
            "America/Santiago",
            "2026-08-20T08:00:00-04:00",
            "2026-09-06",
            23,
            "00:00",
            "02:00",
            &["2026-09-06T01:00:00-03:00"],
        ),
        (
            "Asia/Beirut",
            "2026-03-01T08:00:00+02:00",
            "2026-03-29",
            23,
            "00:00",
            "02:00",
            &["2026-03-29T01:00:00+03:00"],
        ),
        (
            "America/El_Salvador",
            "2026-03-01T08:00:00-06:00",
            "2026-03-29",
            24,
            "01:00",
            "03:00",
            &["2026-03-29T01:00:00-06:00", "2026-03-29T02:00:00-06:00"],
        ),
    ] {
        let clinic = night_clinic(zone, now);
        assert_eq!(starts(&clinic, date, from, to), expected, "{zone} {date}");
        assert_eq!(clinic.slots(&format!("--doctor N --date {date}")).len(), slots, "{zone} {date}");
    }
}

#[test]
fn lord_howe_moves_by_half_an_hour() {
    let clinic = night_clinic("Australia/Lord_Howe", "2026-03-01T08:00:00+11:00");
    clinic.does("doctor set N --slot 30");
    assert_eq!(
        starts(&clinic, "2026-04-05", "01:00", "02:30"),
        [
            "2026-04-05T01:00:00+11:00",
            "2026-04-05T01:30:00+11:00",
            "2026-04-05T01:30:00+10:30",
            "2026-04-05T02:00:00+10:30"
        ]
    );
    assert_eq!(
        starts(&clinic, "2026-10-04", "01:30", "03:00"),
        ["2026-10-04T01:30:00+10:30", "2026-10-04T02:30:00+11:00"]
    );
}

#[test]
fn a_day_before_is_elapsed_time_and_a_weekly_nine_stays_nine_on_the_wall() {
    let clinic = night_clinic("Europe/Madrid", "2026-03-20T08:00:00+01:00");
    let before = clinic.book("--doctor N --date 2026-03-28 --time 09:00 --name A --phone +34612345678");
    let after = clinic.book("--doctor N --date 2026-03-29 --time 09:00 --name A --phone +34612345678");
    assert_eq!(before.starts_at, "2026-03-28T09:00:00+01:00");
    assert_eq!(after.starts_at, "2026-03-29T09:00:00+02:00");
    let messages = clinic.run(&format!("remind list --appointment {} --json", after.code));
    assert!(messages.contains("\"due_at\":\"2026-03-28T08:00:00+01:00\""), "{messages}");
}

#[test]
fn h3_an_instant_becomes_the_branchs_wall_clock() {
    let clinic = Clinic::open();
    let booked = clinic.book_juan("--at 2026-06-15T20:00:00Z");
    assert_eq!((booked.date.as_str(), booked.start_time.as_str()), ("2026-06-15", "14:00"));
    assert_eq!(booked.starts_at, "2026-06-15T14:00:00-06:00");
    clinic.does("branch add --name Madrid --code MAD --timezone Europe/Madrid");
    clinic.does("window add --doctor GARCIA --branch MAD --days tue --from 09:00 --to 10:00");
    let there =
        clinic.book("--doctor GARCIA --branch MAD --at 2026-06-16T07:00:00Z --name A --phone 7700-0001");
    assert_eq!((there.start_time.as_str(), there.timezone.as_str()), ("09:00", "Europe/Madrid"));
    assert_eq!(there.starts_at, "2026-06-16T09:00:00+02:00");
    let late = clinic.book_juan("--branch main --at 2026-06-18T22:59:00Z --duration 1");
    assert_eq!((late.date.as_str(), late.start_time.as_str()), ("2026-06-18", "16:59"));
}
