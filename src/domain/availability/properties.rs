//! Properties: listing and booking agree for random windows, closures and bookings.

use super::*;
use crate::domain::appointment::Other;
use crate::domain::booking::{Facts, Ledger, place};
use crate::domain::fixtures::{ANA, POOLED, at, closure, date, in_order, window, zone};
use crate::domain::interval::merge;
use crate::domain::time::{add_days, midnight};
use crate::domain::window::{Closure, Days};
use chrono::{Datelike, TimeDelta};
use proptest::option;
use proptest::prelude::*;
use proptest::sample::select;

/// Days with and without a DST change on the day or next to it.
const DAYS: [(&str, &str); 14] = [
    ("America/El_Salvador", "2026-06-15"),
    ("America/New_York", "2026-03-08"),
    ("America/New_York", "2026-11-01"),
    ("Europe/Madrid", "2026-10-25"),
    ("Australia/Lord_Howe", "2026-04-05"),
    ("Australia/Lord_Howe", "2026-10-04"),
    ("Asia/Beirut", "2026-03-29"),
    ("Asia/Beirut", "2026-10-24"),
    ("Asia/Beirut", "2026-10-25"),
    ("America/Santiago", "2026-04-04"),
    ("America/Santiago", "2026-04-05"),
    ("America/Santiago", "2026-09-06"),
    ("America/Havana", "2026-11-01"),
    ("Antarctica/Troll", "2026-10-25"),
];

/// A random day of a clinic, and a request.
#[derive(Debug, Clone)]
struct Scene {
    zone: Zone,
    date: NaiveDate,
    now: Instant,
    settings: Settings,
    ask: Ask<'static>,
    windows: Vec<Window>,
    closures: Vec<Closure>,
    busy: Vec<Interval>,
    lengths: Lengths,
    buffers: (i64, i64),
}

impl Scene {
    fn listed(&self) -> Vec<Slot> {
        let concerned = self.closures.iter().filter(|c| c.concerns(self.ask.branch_id, self.ask.doctor_id));
        let bounds = Bounds::new(self.now, &self.settings);
        let windows: Vec<&Window> = self.windows.iter().filter(|window| window.accepts(&self.ask)).collect();
        // Bookings outside the reach must make no difference.
        let reach = reach(&windows, (self.date, self.date), &self.zone, self.buffers, &bounds);
        let calendar = Calendar {
            ask: self.ask,
            zone: &self.zone,
            windows,
            closed: merge(concerned.map(|closure| closure.span(&self.zone)).collect()),
            busy: merge(self.busy.iter().copied().filter(|span| span.overlaps(reach)).collect()),
            lengths: self.lengths,
            buffers: self.buffers,
        };
        calendar.free_on(self.date, &bounds, &mut |opening| Ok(held(opening))).unwrap()
    }

    fn wanted(&self, start: Instant) -> Wanted<'_> {
        Wanted { ask: self.ask, start, lengths: self.lengths, buffers: self.buffers, overbook: false }
    }

    /// The booked window, its date, the visit's span and the busy span.
    fn book(&self, wanted: &Wanted<'_>) -> Result<(String, NaiveDate, Interval, Interval), Refusal> {
        let openings = openings_around(&self.windows, self.zone.date(wanted.start), &self.zone);
        let facts = Facts {
            now: self.now,
            settings: &self.settings,
            zone: &self.zone,
            openings: &openings,
            closures: &self.closures,
        };
        let placed = place(wanted, &facts, &mut Doctor(&self.busy))?;
        Ok((placed.opening.window.code.clone(), placed.opening.date, placed.span, placed.busy))
    }
}

struct Doctor<'a>(&'a [Interval]);

impl Ledger for Doctor<'_> {
    fn conflict(&mut self, _doctor_id: &str, busy: Interval) -> Result<Option<Other>, Refusal> {
        Ok(self
            .0
            .iter()
            .any(|span| span.overlaps(busy))
            .then(|| Other { id: "earlier".into(), ..Other::default() }))
    }

    fn taken(&mut self, opening: &Opening<'_>, _service_id: Option<&str>) -> Result<i64, Refusal> {
        Ok(held(opening))
    }

    fn held(&mut self, _doctor_id: &str, _busy: Interval) -> Result<Option<String>, Refusal> {
        Ok(None)
    }

    fn held_places(
        &mut self,
        _opening: &Opening<'_>,
        _service_id: Option<&str>,
    ) -> Result<Vec<String>, Refusal> {
        Ok(Vec::new())
    }

    fn duplicate(&mut self, _date: NaiveDate) -> Result<Option<Option<Other>>, Refusal> {
        Ok(None)
    }
}

/// Bookings in an opening: 0, 1 or 2, by window and date.
fn held(opening: &Opening<'_>) -> i64 {
    (opening.window.position + i64::from(opening.date.day())) % 3
}

fn any_time() -> impl Strategy<Value = NaiveTime> {
    prop_oneof![3 => (0_u32..96).prop_map(|quarter| quarter * 15), 1 => 0_u32..1440]
        .prop_map(|minute| NaiveTime::from_hms_opt(minute / 60, minute % 60, 0).unwrap())
}

fn any_slot() -> impl Strategy<Value = Option<i64>> {
    option::of(select(vec![10, 15, 20, 30, 45, 60, 90]))
}

fn any_window(day: NaiveDate, pooled: bool) -> impl Strategy<Value = Window> {
    let labels = || option::of(select(vec!["Morning".to_owned(), "Evening".to_owned()]));
    let services = select(vec![vec![], vec!["checkup".to_owned()], vec!["x-ray".to_owned()]]);
    let days = select(vec![Days::Weekly(127), Days::On(day), Days::On(add_days(day, -1))]);
    (
        (any_time(), any_time(), days, prop::bool::weighted(0.8)),
        (any_slot(), option::of(1_i64..4), labels(), labels(), services),
    )
        .prop_map(move |((from, to, days, open), (slot_minutes, capacity, session, batch, services))| {
            Window {
                from,
                to,
                days,
                open,
                slot_minutes,
                session,
                batch,
                services,
                doctor_id: (!pooled).then(|| "ana".to_owned()),
                capacity: if pooled { capacity.or(Some(2)) } else { capacity },
                ..window("00:00", "00:00")
            }
        })
}

/// Start in minutes of wall-clock time after midnight, and length in minutes.
fn any_stretch() -> impl Strategy<Value = (i64, i64)> {
    (-720_i64..2160, 1_i64..300)
}

fn any_closure(day: NaiveDate) -> impl Strategy<Value = Closure> {
    let branch = select(vec![None, Some("main".to_owned()), Some("annex".to_owned())]);
    let doctor = select(vec![None, Some("ana".to_owned()), Some("bea".to_owned())]);
    (any_stretch(), branch, doctor).prop_map(move |((start, minutes), branch_id, doctor_id)| {
        let from = midnight(day) + TimeDelta::minutes(start);
        let to = from + TimeDelta::minutes(minutes);
        Closure { branch_id, doctor_id, from, to, ..closure("2026-01-01T00:00", "2026-01-02T00:00") }
    })
}

fn any_busy(zone: Zone, day: NaiveDate) -> impl Strategy<Value = Interval> {
    any_stretch().prop_map(move |(start, minutes)| {
        let start = zone.earliest(midnight(day)).plus(start * 60);
        Interval::new(start, start.plus(minutes * 60))
    })
}

/// `now` is mostly long before the day, else on it.
fn any_settings(zone: Zone, day: NaiveDate) -> impl Strategy<Value = (Instant, Settings)> {
    let now = prop_oneof![2 => Just(None), 1 => (0_i64..1500).prop_map(Some)];
    (now, any::<bool>(), 0_i64..7200, 0_i64..86_400).prop_map(move |(now, strict_slots, notice, advance)| {
        let settings = Settings { strict_slots, ..Settings::new(zone.name()) };
        match now {
            None => (at("2026-01-01T00:00:00Z"), settings),
            Some(minute) => (
                zone.earliest(midnight(day)).plus(minute * 60 + 7),
                Settings { min_notice: notice, max_advance: advance, ..settings },
            ),
        }
    })
}

fn any_scene() -> impl Strategy<Value = Scene> {
    (select(DAYS.to_vec()), any::<bool>()).prop_flat_map(|((name, day), pooled)| {
        let (zone, day) = (zone(name), date(day));
        let ask = if pooled { POOLED } else { ANA };
        let service = option::of(Just("checkup"));
        let labels = option::weighted(0.2, select(vec!["morning", "EVENING"]));
        (
            any_settings(zone.clone(), day),
            prop::collection::vec(any_window(day, pooled), 1..6),
            prop::collection::vec(any_closure(day), 0..4),
            prop::collection::vec(any_busy(zone.clone(), day), 0..5),
            (any_slot(), any_slot(), any_slot(), 0_i64..40, 0_i64..40),
            (service, labels),
        )
            .prop_map(
                move |((now, settings), windows, closures, busy, lengths, (service_id, session))| {
                    let (given, service, doctor, before, after) = lengths;
                    Scene {
                        zone: zone.clone(),
                        date: day,
                        now,
                        settings,
                        ask: Ask { service_id, session, ..ask },
                        windows: in_order(windows),
                        closures,
                        busy: if pooled { vec![] } else { busy },
                        lengths: Lengths { given, service, doctor, clinic: 30 },
                        buffers: if pooled { (0, 0) } else { (before, after) },
                    }
                },
            )
    })
}

proptest! {
    #[test]
    fn every_slot_on_the_list_can_be_booked_as_it_stands(scene in any_scene()) {
        for slot in scene.listed() {
            let mut wanted = scene.wanted(slot.span.start);
            wanted.lengths.given = Some(slot.span.seconds() / 60);
            let unlabelled = scene.book(&wanted);
            prop_assert!(unlabelled.is_ok(), "{slot:?} is refused: {unlabelled:?}");
            let (window, opened_on, span, busy) = unlabelled.unwrap();
            prop_assert_eq!(span, slot.span, "it was moved or stretched");
            prop_assert!(scene.busy.iter().all(|other| !other.overlaps(busy)), "{slot:?} is double-booked");

            let of = scene.windows.iter().find(|other| other.code == window).unwrap();
            let left = of.capacity.map(|capacity| capacity - held(&Opening {
                window: of, date: opened_on, span: of.span(opened_on, &scene.zone),
            }));
            prop_assert_eq!((&of.session, &of.batch, left), (&slot.session, &slot.batch, slot.capacity_left));

            wanted.ask.session = slot.session.as_deref().or(wanted.ask.session);
            wanted.ask.batch = slot.batch.as_deref();
            let labelled = scene.book(&wanted);
            prop_assert_eq!(labelled, Ok((window, opened_on, span, busy)), "its labels lead elsewhere");
        }
    }

    #[test]
    fn what_matters_to_some_days_holds_what_matters_to_each(scene in any_scene()) {
        let bounds = Bounds::new(scene.now, &scene.settings);
        let windows: Vec<&Window> = scene.windows.iter().collect();
        let reach = |first, last| {
            reach(&windows, (add_days(scene.date, first), add_days(scene.date, last)), &scene.zone, scene.buffers, &bounds)
        };
        for day in -2..3 {
            prop_assert!(reach(-2, 2).contains(reach(day, day)), "{day}");
        }
    }

    #[test]
    fn the_list_is_in_order_and_names_no_start_twice(scene in any_scene()) {
        let listed = scene.listed();
        prop_assert!(listed.windows(2).all(|pair| pair[0].span.start < pair[1].span.start));
        prop_assert!(listed.iter().all(|slot| slot.date == scene.date));
    }

    #[test]
    fn in_a_lone_window_every_time_on_the_grid_that_can_be_booked_is_on_the_list(
        mut scene in any_scene(),
        length in option::of(1_i64..300),
    ) {
        scene.windows.truncate(1);
        scene.windows[0].open = true;
        scene.closures.clear();
        scene.lengths.given = length;
        // With `strict_slots` only starts on the grid can be booked.
        scene.settings.strict_slots = true;
        let midday = scene.zone.earliest(scene.date.and_time(NaiveTime::from_hms_opt(12, 0, 0).unwrap()));
        let minutes = (-16 * 60..16 * 60).map(|minute| midday.plus(minute * 60));
        let bookable: Vec<Interval> = minutes
            .filter(|start| scene.zone.date(*start) == scene.date)
            .filter_map(|start| scene.book(&scene.wanted(start)).ok())
            .map(|(_, _, span, _)| span)
            .collect();
        for strict in [true, false] {
            scene.settings.strict_slots = strict;
            let listed: Vec<Interval> = scene.listed().into_iter().map(|slot| slot.span).collect();
            prop_assert_eq!(&listed, &bookable);
        }
    }
}
