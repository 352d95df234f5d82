//! What the pictures of a report show: use of open time by weekday and hour, no-shows by month, lead time.

use crate::domain::interval::Interval;
use crate::domain::report::{Tally, part};
use crate::domain::status::Status;
use crate::domain::time::{Zone, add_days};
use chrono::{Datelike, Months, NaiveDate, NaiveTime, Timelike, Weekday};
use std::ops::RangeInclusive;

const DAY: i64 = 24 * 60;

/// An hour of a weekday.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Hour {
    /// Minutes in which doctors' windows are open.
    pub open: i64,
    /// Minutes of visits with a doctor that are neither cancelled nor missed.
    pub booked: i64,
}

impl Hour {
    /// The booked part of the open time in tenths of a percent; `None` if it is closed. Overbooked hours, and
    /// visits from before the hours changed, may exceed 1000.
    pub fn used(self) -> Option<i64> {
        part(self.booked, self.open)
    }
}

/// Use of open time, by weekday from Monday and by hour of the wall clock.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Heat([[Hour; 24]; 7]);

impl Heat {
    /// Adds open time on that zone's clock.
    pub fn add_open(&mut self, span: Interval, zone: &Zone) {
        let mut at = span.start;
        while at < span.end {
            let wall = zone.wall(at);
            let until = at.plus(i64::from(3600 - wall.minute() * 60 - wall.second())).min(span.end);
            self.at(wall.weekday(), wall.hour()).open += Interval::new(at, until).seconds() / 60;
            at = until;
        }
    }

    /// Adds `count` visits that begin at that local time.
    pub fn add_booked(&mut self, date: NaiveDate, start: NaiveTime, minutes: i64, count: i64) {
        let mut at = i64::from(start.hour() * 60 + start.minute());
        let end = at + minutes.clamp(0, DAY);
        while at < end {
            let until = ((at / 60 + 1) * 60).min(end);
            let (date, hour) = (add_days(date, at / DAY), u32::try_from(at % DAY / 60).unwrap_or_default());
            self.at(date.weekday(), hour).booked += (until - at) * count;
            at = until;
        }
    }

    /// Weekdays count to 7 and hours to 24, so both indexes are in range.
    fn at(&mut self, weekday: Weekday, hour: u32) -> &mut Hour {
        &mut self.0[weekday.num_days_from_monday() as usize][hour as usize % 24]
    }

    /// The weekdays from Monday with their hours.
    pub fn days(&self) -> impl Iterator<Item = (Weekday, &[Hour; 24])> {
        std::iter::successors(Some(Weekday::Mon), |day| Some(day.succ())).zip(&self.0)
    }

    /// The hours of the day in which anything is open or booked; `None` if there is nothing at all.
    pub fn hours(&self) -> Option<RangeInclusive<usize>> {
        let used = |hour: &usize| self.0.iter().any(|day| day[*hour] != Hour::default());
        let first = (0..24).find(used)?;
        let last = (0..24).rfind(used)?;
        Some(first..=last)
    }
}

/// The visits of a month that came or were missed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Month {
    /// Its first day.
    pub first: NaiveDate,
    /// The visits.
    pub tally: Tally,
}

/// Every month from the one of `from` to that of `to`, with its visits.
pub fn months(
    (from, to): (NaiveDate, NaiveDate),
    shares: impl IntoIterator<Item = (NaiveDate, Status, i64)>,
) -> Vec<Month> {
    let first = |date: NaiveDate| date.with_day(1).unwrap_or(date);
    let all = std::iter::successors(Some(first(from)), |month| month.checked_add_months(Months::new(1)));
    let mut months: Vec<Month> =
        all.take_while(|month| *month <= to).map(|first| Month { first, tally: Tally::default() }).collect();
    for (date, status, count) in shares {
        if let Some(month) = months.iter_mut().find(|month| month.first == first(date)) {
            month.tally.add(status, count, 0);
        }
    }
    months
}

/// The visits that were booked so many days ahead.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Lead {
    /// The fewest days, of 24 hours.
    pub from_days: i64,
    /// The most days; `None` for the last group.
    pub to_days: Option<i64>,
    /// The number of visits.
    pub visits: i64,
}

/// The groups of lead times.
const LEADS: [(i64, Option<i64>); 7] =
    [(0, Some(0)), (1, Some(1)), (2, Some(3)), (4, Some(7)), (8, Some(14)), (15, Some(30)), (31, None)];

/// Groups visits by the days from booking to visit.
pub fn leads(shares: &[(i64, i64)]) -> Vec<Lead> {
    let within = |days: i64, from: i64, to: Option<i64>| days >= from && to.is_none_or(|to| days <= to);
    let group = |(from_days, to_days): (i64, Option<i64>)| {
        let mine = shares.iter().filter(|(days, _)| within(*days, from_days, to_days));
        Lead { from_days, to_days, visits: mine.map(|(_, count)| count).sum() }
    };
    LEADS.map(group).to_vec()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::time::Instant;
    use proptest::prelude::*;

    fn date(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn time(text: &str) -> NaiveTime {
        NaiveTime::parse_from_str(text, "%H:%M").unwrap()
    }

    #[test]
    fn a_visit_fills_the_hours_that_it_lasts_also_past_midnight() {
        let mut heat = Heat::default();
        heat.add_booked(date("2026-06-01"), time("09:45"), 30, 2);
        heat.add_booked(date("2026-06-07"), time("23:30"), 60, 1);
        let days: Vec<_> = heat.days().map(|(_, hours)| *hours).collect();
        assert_eq!((days[0][9].booked, days[0][10].booked), (30, 30));
        assert_eq!((days[6][23].booked, days[0][0].booked), (30, 30), "Sunday night ends on Monday");
        assert_eq!(heat.hours(), Some(0..=23));
        assert_eq!(Heat::default().hours(), None);
    }

    #[test]
    fn open_time_is_on_the_wall_clock() {
        let zone = Zone::embedded("Asia/Kolkata").unwrap();
        let mut heat = Heat::default();
        // 04:15 to 05:45 UTC is 09:45 to 11:15 there.
        let start = Instant::parse_rfc3339("2026-06-01T04:15:00Z").unwrap();
        heat.add_open(Interval::new(start, start.plus(90 * 60)), &zone);
        let monday = heat.days().next().unwrap().1;
        assert_eq!([9, 10, 11].map(|hour: usize| monday[hour].open), [15, 60, 15]);
        assert_eq!((monday[10].used(), monday[8].used()), (Some(0), None));
        assert_eq!(heat.hours(), Some(9..=11));
    }

    #[test]
    fn months_without_visits_are_there() {
        let shares = [
            (date("2026-01-31"), Status::NoShow, 1),
            (date("2026-01-02"), Status::Completed, 3),
            (date("2026-03-01"), Status::Completed, 2),
            (date("2027-03-01"), Status::Completed, 9),
        ];
        let found = months((date("2026-01-31"), date("2026-03-01")), shares);
        let said: Vec<_> =
            found.iter().map(|month| (month.first.to_string(), month.tally.missed())).collect();
        assert_eq!(
            said,
            [("2026-01-01".into(), Some(250)), ("2026-02-01".into(), None), ("2026-03-01".into(), Some(0))]
        );
    }

    proptest! {
        #[test]
        fn no_minute_and_no_visit_is_lost(
            visits in proptest::collection::vec((0_u32..1440, 0_i64..1440, 1_i64..5), 0..20),
            days in proptest::collection::vec((0_i64..400, 1_i64..9), 0..20),
            open in proptest::collection::vec((0_i64..1_000_000, 0_i64..200_000), 0..5),
        ) {
            let zone = Zone::embedded("America/New_York").unwrap();
            let mut heat = Heat::default();
            for (start, minutes, count) in &visits {
                let start = NaiveTime::from_num_seconds_from_midnight_opt(start * 60, 0).unwrap();
                heat.add_booked(date("2026-03-07"), start, *minutes, *count);
            }
            for (start, minutes) in &open {
                // Around the change of the clocks on 8 March.
                let start = Instant::from_unix(1_772_000_000 / 60 * 60 + start * 60);
                heat.add_open(Interval::new(start, start.plus(minutes * 60)), &zone);
            }
            let sum = |of: fn(&Hour) -> i64| heat.days().flat_map(|(_, hours)| hours).map(of).sum::<i64>();
            prop_assert_eq!(sum(|hour| hour.booked), visits.iter().map(|(_, m, n)| m * n).sum::<i64>());
            prop_assert_eq!(sum(|hour| hour.open), open.iter().map(|(_, minutes)| minutes).sum::<i64>());
            let led: i64 = leads(&days).iter().map(|lead| lead.visits).sum();
            prop_assert_eq!(led, days.iter().map(|(_, count)| count).sum::<i64>());
        }
    }
}
