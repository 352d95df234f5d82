//! Calendar windows (opening hours) and closures.

use crate::domain::interval::Interval;
use crate::domain::text::fold;
use crate::domain::time::{Instant, Zone, add_days, midnight};
use chrono::{Datelike, NaiveDate, NaiveDateTime, NaiveTime, Timelike, Weekday};

/// The minutes of a day.
const DAY: i64 = 24 * 60;

/// The days on which a window opens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Days {
    /// Weekly; bit 0 is Monday, bit 6 is Sunday.
    Weekly(u8),
    /// On one date.
    On(NaiveDate),
}

impl Days {
    /// Whether the window opens on that date.
    pub fn include(self, date: NaiveDate) -> bool {
        match self {
            Days::Weekly(bits) => bits & bit(date.weekday()) != 0,
            Days::On(day) => day == date,
        }
    }

    /// English weekday abbreviations; empty for a window on one date.
    pub fn weekday_words(self) -> Vec<&'static str> {
        const WORDS: [&str; 7] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];
        match self {
            Days::Weekly(bits) => {
                WORDS.into_iter().enumerate().filter(|(i, _)| bits & (1 << i) != 0).map(|(_, w)| w).collect()
            }
            Days::On(_) => Vec::new(),
        }
    }
}

/// A weekday's bit in [`Days::Weekly`].
pub fn bit(day: Weekday) -> u8 {
    1 << day.num_days_from_monday()
}

/// Opening hours: a time span on weekdays or on one date in which appointments can start.
#[derive(Debug, Clone, PartialEq)]
pub struct Window {
    /// UUIDv7.
    pub id: String,
    /// The owning clinic's id.
    pub clinic_id: String,
    /// Short human-readable code.
    pub code: String,
    /// Order of creation in the clinic; the older window is preferred.
    pub position: i64,
    /// The branch's id.
    pub branch_id: String,
    /// The doctor's id; `None` for a pooled window (capacity per service instead of a doctor).
    pub doctor_id: Option<String>,
    /// Ids of the services that it accepts; empty for all.
    pub services: Vec<String>,
    /// The days it opens on.
    pub days: Days,
    /// The first date it is valid on.
    pub valid_from: Option<NaiveDate>,
    /// The last date it is valid on.
    pub valid_until: Option<NaiveDate>,
    /// Local time at which it opens.
    pub from: NaiveTime,
    /// Local time at which it ends; on the next day if not after `from`.
    pub to: NaiveTime,
    /// Morning, Afternoon, Evening or another label.
    pub session: Option<String>,
    /// Batch label, copied to bookings.
    pub batch: Option<String>,
    /// Grid step in minutes, if it differs from the doctor's.
    pub slot_minutes: Option<i64>,
    /// Bookings allowed per service and date; required without a doctor.
    pub capacity: Option<i64>,
    /// False for `CLOSED`.
    pub open: bool,
    /// False once retired.
    pub active: bool,
    /// When the record was created.
    pub created_at: Instant,
}

/// What a booking requires of a window, besides the time.
#[derive(Debug, Clone, Copy)]
pub struct Ask<'a> {
    /// The branch's id.
    pub branch_id: &'a str,
    /// The doctor's id; `None` requires a pooled window.
    pub doctor_id: Option<&'a str>,
    /// The service's id; `None` accepts any window.
    pub service_id: Option<&'a str>,
    /// Session label, if required.
    pub session: Option<&'a str>,
    /// Batch label, if required.
    pub batch: Option<&'a str>,
}

impl Window {
    /// Whether the window meets `ask`, regardless of the time.
    pub fn accepts(&self, ask: &Ask<'_>) -> bool {
        self.branch_id == ask.branch_id
            && self.doctor_id.as_deref() == ask.doctor_id
            && ask.service_id.is_none_or(|service| self.takes(service))
            && label_matches(ask.session, self.session.as_deref())
            && label_matches(ask.batch, self.batch.as_deref())
    }

    /// Whether it accepts the service.
    pub fn takes(&self, service_id: &str) -> bool {
        self.services.is_empty() || self.services.iter().any(|id| id == service_id)
    }

    /// Whether it opens on that date.
    pub fn opens_on(&self, date: NaiveDate) -> bool {
        self.days.include(date)
            && self.valid_from.is_none_or(|first| first <= date)
            && self.valid_until.is_none_or(|last| date <= last)
    }

    /// Whether both are open at the same time on some day, times and days alone considered.
    pub fn overlaps(&self, other: &Window) -> bool {
        let valid = |one: &Window, other: &Window| {
            one.valid_until.is_none_or(|last| other.valid_from.is_none_or(|first| first <= last))
        };
        let span = |window: &Window| {
            let minute = |time: NaiveTime| i64::from(time.num_seconds_from_midnight() / 60);
            let (from, to) = (minute(window.from), minute(window.to));
            (from, if to <= from { to + DAY } else { to })
        };
        let opens = |window: &Window, day: i64| match window.days {
            Days::Weekly(bits) => bits & (1 << day.rem_euclid(7)) != 0,
            Days::On(date) => i64::from(date.weekday().num_days_from_monday()) == day.rem_euclid(7),
        };
        let (one, two) = (span(self), span(other));
        let days = (0..7).flat_map(|day| [-1, 0, 1].map(|later| (day, later)));
        let mut meet = days.filter(|(day, later)| opens(self, *day) && opens(other, *day + *later));
        let dates_meet = match (self.days, other.days) {
            (Days::On(one), Days::On(two)) => (one - two).num_days().abs() <= 1,
            (Days::On(date), Days::Weekly(_)) => other.opens_on(date) || !other.days.include(date),
            (Days::Weekly(_), Days::On(date)) => self.opens_on(date) || !self.days.include(date),
            _ => valid(self, other) && valid(other, self),
        };
        dates_meet && meet.any(|(_, later)| one.0 < two.1 + later * DAY && two.0 + later * DAY < one.1)
    }

    /// Wall-clock start and end of the opening on that date.
    pub fn walls(&self, date: NaiveDate) -> (NaiveDateTime, NaiveDateTime) {
        let last = if self.to <= self.from { add_days(date, 1) } else { date };
        (date.and_time(self.from), last.and_time(self.to))
    }

    /// The span of instants of the opening on that date; empty if a DST jump skips it.
    pub fn span(&self, date: NaiveDate, zone: &Zone) -> Interval {
        let (from, to) = self.walls(date);
        Interval::new(zone.earliest(from), end_instant(zone, to))
    }

    /// Whether `start` lies on the wall-clock grid that begins at the opening of that date.
    pub fn on_grid(&self, date: NaiveDate, zone: &Zone, step_minutes: i64, start: Instant) -> bool {
        let since = zone.wall(start) - self.walls(date).0;
        since.num_seconds().rem_euclid(step_minutes * 60) == 0
    }
}

fn label_matches(wanted: Option<&str>, label: Option<&str>) -> bool {
    wanted.is_none_or(|wanted| label.is_some_and(|label| fold(label) == fold(wanted)))
}

/// The instant at which a span ends: the last one that shows `wall`, but for midnight the first one.
fn end_instant(zone: &Zone, wall: NaiveDateTime) -> Instant {
    if wall.time() == NaiveTime::MIN { zone.earliest(wall) } else { zone.latest(wall) }
}

/// A window's opening on one date.
#[derive(Debug, Clone, Copy)]
pub struct Opening<'a> {
    /// The window.
    pub window: &'a Window,
    /// The local date on which it opens.
    pub date: NaiveDate,
    /// The span of instants.
    pub span: Interval,
}

/// The non-empty openings of `date`, and those of the day before that run past midnight.
pub fn openings_around<'a>(
    windows: impl IntoIterator<Item = &'a Window>,
    date: NaiveDate,
    zone: &Zone,
) -> Vec<Opening<'a>> {
    let mut openings = Vec::new();
    for window in windows {
        for day in [add_days(date, -1), date] {
            let reaches = day == date || window.walls(day).1 > midnight(date);
            if reaches && window.opens_on(day) {
                let span = window.span(day, zone);
                if span.seconds() > 0 {
                    openings.push(Opening { window, date: day, span });
                }
            }
        }
    }
    openings
}

/// Whether an open window that accepts `ask` contains the whole span.
pub fn hold(openings: &[Opening<'_>], ask: &Ask<'_>, span: Interval) -> bool {
    let mut open = openings.iter().filter(|opening| opening.window.open && opening.window.accepts(ask));
    open.any(|opening| opening.span.contains(span))
}

/// A holiday, time off or break, subtracted from windows; applies to the clinic, a branch or a doctor.
#[derive(Debug, Clone, PartialEq)]
pub struct Closure {
    /// UUIDv7.
    pub id: String,
    /// The owning clinic's id.
    pub clinic_id: String,
    /// Short human-readable code.
    pub code: String,
    /// The only branch that it closes.
    pub branch_id: Option<String>,
    /// The only doctor whom it affects.
    pub doctor_id: Option<String>,
    /// Wall-clock start, in each branch's own zone.
    pub from: NaiveDateTime,
    /// Wall-clock end (exclusive).
    pub to: NaiveDateTime,
    /// The reason, shown in refusals.
    pub reason: String,
    /// False once removed.
    pub active: bool,
    /// When the record was created.
    pub created_at: Instant,
}

impl Closure {
    /// Whether it affects that branch and doctor (`None`: a pooled window).
    pub fn concerns(&self, branch_id: &str, doctor_id: Option<&str>) -> bool {
        self.branch_id.as_deref().is_none_or(|id| id == branch_id)
            && self.doctor_id.as_deref().is_none_or(|id| Some(id) == doctor_id)
    }

    /// The span of instants in a zone.
    pub fn span(&self, zone: &Zone) -> Interval {
        Interval::new(zone.earliest(self.from), end_instant(zone, self.to))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::fixtures;
    use crate::domain::time::parse_date;

    fn window(days: Days, from: &str, to: &str) -> Window {
        Window { days, session: Some("Morning".into()), ..fixtures::window(from, to) }
    }

    #[test]
    fn a_night_window_belongs_to_the_day_it_opens_on() {
        let zone = Zone::embedded("America/El_Salvador").unwrap();
        let friday = parse_date("2026-06-19").unwrap();
        let night = window(Days::Weekly(bit(Weekday::Fri)), "22:00", "02:00");
        let on_saturday = openings_around([&night], add_days(friday, 1), &zone);
        assert_eq!(on_saturday.len(), 1);
        assert_eq!(on_saturday[0].date, friday);
        assert_eq!(on_saturday[0].span.seconds(), 4 * 3600);
        assert!(openings_around([&night], add_days(friday, 2), &zone).is_empty());
    }

    #[test]
    fn midnight_ends_the_day_and_does_not_reach_into_the_next() {
        let zone = Zone::embedded("America/El_Salvador").unwrap();
        let friday = parse_date("2026-06-19").unwrap();
        let evening = window(Days::Weekly(bit(Weekday::Fri)), "18:00", "00:00");
        assert_eq!(openings_around([&evening], friday, &zone)[0].span.seconds(), 6 * 3600);
        assert!(openings_around([&evening], add_days(friday, 1), &zone).is_empty());
    }

    #[test]
    fn windows_overlap_where_both_are_open() {
        let monday = parse_date("2026-06-15").unwrap();
        let weekly = |bits, from: &str, to: &str| window(Days::Weekly(bits), from, to);
        for (one, other, overlap) in [
            (weekly(0b1, "08:00", "12:00"), weekly(0b1, "11:00", "13:00"), true),
            (weekly(0b1, "08:00", "12:00"), weekly(0b1, "12:00", "13:00"), false),
            (weekly(0b1, "08:00", "12:00"), weekly(0b10, "08:00", "12:00"), false),
            (weekly(0b1, "22:00", "02:00"), weekly(0b10, "01:00", "03:00"), true),
            (weekly(0b100_0000, "22:00", "02:00"), weekly(0b1, "01:00", "03:00"), true),
            (weekly(0b1, "18:00", "00:00"), weekly(0b10, "00:00", "03:00"), false),
            (weekly(0b1, "08:00", "12:00"), window(Days::On(monday), "09:00", "10:00"), true),
            (weekly(0b10, "08:00", "12:00"), window(Days::On(monday), "09:00", "10:00"), false),
            (window(Days::On(monday), "09:00", "11:00"), window(Days::On(monday), "10:00", "12:00"), true),
            (
                window(Days::On(monday), "09:00", "11:00"),
                window(Days::On(add_days(monday, 7)), "10:00", "12:00"),
                false,
            ),
        ] {
            assert_eq!(one.overlaps(&other), overlap, "{one:?} {other:?}");
            assert_eq!(other.overlaps(&one), overlap, "{other:?} {one:?}");
        }
        let first = Window { valid_until: Some(monday), ..weekly(0b1, "08:00", "12:00") };
        let second = Window { valid_from: Some(add_days(monday, 1)), ..weekly(0b1, "08:00", "12:00") };
        assert!(!first.overlaps(&second) && !second.overlaps(&first) && first.overlaps(&first.clone()));
    }

    #[test]
    fn labels_are_compared_without_case() {
        let morning = window(Days::Weekly(127), "09:00", "12:00");
        let ask = Ask { session: Some("MORNING"), ..fixtures::ANA };
        assert!(morning.accepts(&ask));
        assert!(!morning.accepts(&Ask { session: Some("Evening"), ..ask }));
        assert!(!morning.accepts(&Ask { batch: Some("MA"), ..ask }));
        assert!(!morning.accepts(&Ask { doctor_id: None, ..ask }));
    }
}
