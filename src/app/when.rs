//! Days, times and lengths as people write them, and the instants that they mean.

use crate::domain::booking::wall_instant;
use crate::domain::refusal::{Code, Refusal};
use crate::domain::time::{Instant, Reading, Zone, add_days, hhmm, within_reach};
use crate::platform::error::Result;
use chrono::{Datelike, NaiveDate, NaiveDateTime, NaiveTime, Weekday};

/// What is needed to read a day: today's date and the clinic's date format.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Today {
    /// Today's local date.
    pub date: NaiveDate,
    /// Whether 6/5 means the fifth of June, and not the sixth of May.
    pub month_first: bool,
}

/// The time of a command, and the clinic's date format.
#[derive(Debug, Clone, Copy)]
pub struct Now {
    /// The time of the command.
    pub at: Instant,
    /// As [`Today::month_first`].
    pub month_first: bool,
}

impl Now {
    /// Returns today's date in a time zone.
    pub fn today(self, zone: &Zone) -> Today {
        Today { date: zone.date(self.at), month_first: self.month_first }
    }
}

/// A day as written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Day {
    /// 2026-06-15
    Date(NaiveDate),
    /// This many days from today.
    InDays(i64),
    /// The next such weekday, never today.
    Next(Weekday),
    /// The next such day of the year, today included.
    Yearly {
        /// 1 to 12.
        month: u32,
        /// 1 to 31. February 29 means the next leap day.
        day: u32,
    },
    /// 6/5: the clinic's date format decides which is the month. Both are 1 to 12, so either date exists.
    Either {
        /// The first number.
        first: u32,
        /// The second number.
        second: u32,
        /// The year; without one the next such day is meant.
        year: Option<i32>,
    },
    /// `monday 22 june`: a date with the weekday that it should be.
    Named {
        /// The expected weekday.
        weekday: Weekday,
        /// The first number as in `Either`; the month if `settled`.
        first: u32,
        /// The second number as in `Either`; the day if `settled`.
        second: u32,
        /// As in `Either`.
        year: Option<i32>,
        /// Whether it is known which number is the month.
        settled: bool,
    },
}

impl Day {
    /// Adds an expected weekday; `None` if the day is not given as a date.
    pub fn named(self, weekday: Weekday) -> Option<Day> {
        let (first, second, year, settled) = match self {
            Day::Date(date) => (date.month(), date.day(), Some(date.year()), true),
            Day::Yearly { month, day } => (month, day, None, true),
            Day::Either { first, second, year } => (first, second, year, false),
            Day::InDays(_) | Day::Next(_) | Day::Named { .. } => return None,
        };
        Some(Day::Named { weekday, first, second, year, settled })
    }

    /// Returns the date; refuses a date that is not the expected weekday.
    fn certain(self, today: Today) -> Result<NaiveDate> {
        let date = self.on(today);
        match self {
            Day::Named { weekday, .. } if weekday != date.weekday() => {
                let is = date.format("%A");
                Err(Refusal::invalid("date", text!("is-a-the-weekday-or-the-date", date, is)))
            }
            _ => Ok(date),
        }
    }

    /// Returns the date that the day means on `today`, limited to the dates that the book accepts.
    pub fn on(self, today: Today) -> NaiveDate {
        within_reach(self.read(today.month_first).counted_from(today.date))
    }

    /// Resolves which number is the month.
    fn read(self, month_first: bool) -> Day {
        let (first, second, year, settled) = match self {
            Day::Either { first, second, year } => (first, second, year, false),
            Day::Named { first, second, year, settled, .. } => (first, second, year, settled),
            _ => return self,
        };
        let (month, day) = if month_first || settled { (first, second) } else { (second, first) };
        match year.and_then(|year| NaiveDate::from_ymd_opt(year, month, day)) {
            Some(date) => Day::Date(date),
            None => Day::Yearly { month, day },
        }
    }

    fn counted_from(self, today: NaiveDate) -> NaiveDate {
        match self {
            Day::Either { .. } | Day::Named { .. } => self.read(false).counted_from(today),
            Day::Date(date) => date,
            Day::InDays(days) => add_days(today, days),
            Day::Yearly { month, day } => {
                // A leap day comes within eight years.
                let years =
                    (0..=8).filter_map(|more| NaiveDate::from_ymd_opt(today.year() + more, month, day));
                years.into_iter().find(|date| *date >= today).unwrap_or(today)
            }
            Day::Next(weekday) => {
                let ahead = (7 + weekday.num_days_from_monday() - today.weekday().num_days_from_monday()) % 7;
                add_days(today, if ahead == 0 { 7 } else { ahead.into() })
            }
        }
    }
}

/// A start as written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum When {
    /// A day and a time on the branch's wall clock.
    DayTime(Day, NaiveTime),
    /// A local date and time on the branch's wall clock.
    Wall(NaiveDateTime),
    /// An instant.
    At(Instant),
}

impl When {
    /// Returns the instant; refuses a local time that does not exist or occurs twice, and a wrong weekday.
    pub fn instant(self, zone: &Zone, now: Now) -> Result<Instant> {
        if let When::DayTime(day, _) = self {
            day.certain(now.today(zone))?;
        }
        match self.wall(zone, now) {
            Some(wall) => wall_instant(zone, wall),
            None => Ok(self.about(zone, now)),
        }
    }

    /// Returns the instant: the first of two, or the DST jump if the local time does not exist.
    pub fn about(self, zone: &Zone, now: Now) -> Instant {
        match self {
            When::At(instant) => instant,
            When::DayTime(day, time) => zone.earliest(day.on(now.today(zone)).and_time(time)),
            When::Wall(wall) => zone.earliest(wall),
        }
    }

    fn wall(self, zone: &Zone, now: Now) -> Option<NaiveDateTime> {
        match self {
            When::At(_) => None,
            When::DayTime(day, time) => Some(day.on(now.today(zone)).and_time(time)),
            When::Wall(wall) => Some(wall),
        }
    }
}

/// An end as written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum End {
    /// A time on the day of the start; midnight is the end of that day.
    Time(NaiveTime),
    /// A local date and time on the branch's wall clock.
    Wall(NaiveDateTime),
    /// An instant.
    At(Instant),
}

impl End {
    /// Returns the instant, for a visit that begins at `start`.
    pub fn instant(self, zone: &Zone, start: Instant) -> Instant {
        match self {
            End::At(instant) => instant,
            End::Wall(wall) => zone.latest(wall),
            End::Time(NaiveTime::MIN) => {
                zone.earliest(add_days(zone.date(start), 1).and_time(NaiveTime::MIN))
            }
            End::Time(time) => zone.latest(zone.date(start).and_time(time)),
        }
    }

    /// Returns the end as an instant; refuses a local time that does not exist or is ambiguous.
    fn certain(self, zone: &Zone, start: Instant) -> Result<End> {
        let wall = match self {
            End::At(_) | End::Time(NaiveTime::MIN) => return Ok(self),
            End::Wall(wall) => wall,
            End::Time(time) => zone.date(start).and_time(time),
        };
        match zone.read(wall) {
            Reading::Once(instant) => Ok(End::At(instant)),
            Reading::Twice(first, second) if first <= start => Ok(End::At(second)),
            Reading::Twice(first, second) => Err(Refusal::new(
                Code::InvalidTimeSlot,
                text!("the-end-comes-twice-on-the-clock", time = hhmm(wall.time()), date = wall.date()),
            )
            .detail("candidates", vec![zone.rfc3339(first), zone.rfc3339(second)])
            .hint(text!("say-which-with-its-offset-end", first = zone.rfc3339(first)))),
            Reading::Never(_) => Err(Refusal::new(
                Code::InvalidTimeSlot,
                text!("the-end-does-not-exist-on-the-clock", time = hhmm(wall.time()), date = wall.date()),
            )
            .detail("date", wall.date().to_string())
            .hint(text!("give-the-length-with-duration"))),
        }
    }
}

/// A visit's length as written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Length {
    /// A duration in minutes.
    Minutes(i64),
    /// An end.
    Until(End),
}

impl Length {
    /// Returns the length with an unambiguous end, or refuses.
    pub fn certain(self, zone: &Zone, start: Instant) -> Result<Length> {
        match self {
            Length::Minutes(_) => Ok(self),
            Length::Until(end) => end.certain(zone, start).map(Length::Until),
        }
    }

    /// Returns the minutes, for a visit that begins at `start`; the error is the message for the field.
    pub fn minutes(self, zone: &Zone, start: Instant) -> Result<i64, String> {
        let minutes = match self {
            Length::Minutes(minutes) => minutes,
            Length::Until(end) => {
                let seconds = end.instant(zone, start).unix() - start.unix();
                if seconds <= 0 {
                    return Err(text!("must-be-after-the-start").into());
                }
                if seconds % 60 != 0 {
                    return Err(text!("must-be-on-a-whole-minute").into());
                }
                seconds / 60
            }
        };
        if minutes > crate::domain::booking::LONGEST_MINUTES {
            return Err(text!("an-appointment-lasts-at-most-24-hours").into());
        }
        if minutes <= 0 {
            return Err(text!("must-be-more-than-0-minutes").into());
        }
        Ok(minutes)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::time::parse_date;

    #[test]
    fn a_day_that_is_said_is_the_next_one() {
        let monday = parse_date("2026-06-15").unwrap();
        for (day, expected) in [
            (Day::Next(Weekday::Mon), "2026-06-22"),
            (Day::Next(Weekday::Tue), "2026-06-16"),
            (Day::Next(Weekday::Sun), "2026-06-21"),
            (Day::InDays(1), "2026-06-16"),
            (Day::InDays(-1), "2026-06-14"),
            (Day::Yearly { month: 6, day: 15 }, "2026-06-15"),
            (Day::Yearly { month: 6, day: 14 }, "2027-06-14"),
            (Day::Yearly { month: 2, day: 29 }, "2028-02-29"),
        ] {
            let today = Today { date: monday, month_first: false };
            assert_eq!(day.on(today).to_string(), expected);
        }
    }

    #[test]
    fn a_day_in_numbers_is_read_as_the_clinic_writes_it() {
        let date = parse_date("2026-06-15").unwrap();
        for (year, day_first, month_first) in
            [(None, "2026-07-06", "2027-06-07"), (Some(2028), "2028-07-06", "2028-06-07")]
        {
            let day = Day::Either { first: 6, second: 7, year };
            assert_eq!(day.on(Today { date, month_first: false }).to_string(), day_first);
            assert_eq!(day.on(Today { date, month_first: true }).to_string(), month_first);
        }
    }

    #[test]
    fn a_date_has_to_be_the_weekday_that_is_said_with_it() {
        let today = Today { date: parse_date("2026-06-15").unwrap(), month_first: false };
        let monday = Day::Yearly { month: 6, day: 22 }.named(Weekday::Mon).unwrap();
        assert_eq!(monday.certain(today).unwrap().to_string(), "2026-06-22");
        let friday = Day::Either { first: 3, second: 7, year: None }.named(Weekday::Fri).unwrap();
        assert_eq!(friday.certain(today).unwrap().to_string(), "2026-07-03");
        let wrong = Day::Yearly { month: 7, day: 8 }.named(Weekday::Mon).unwrap();
        assert!(wrong.certain(today).unwrap_err().to_string().contains("2026-07-08"));
        assert_eq!(Day::InDays(1).named(Weekday::Tue), None);
    }

    #[test]
    fn an_end_at_midnight_is_the_one_that_ends_the_day() {
        let zone = Zone::embedded("America/El_Salvador").unwrap();
        let start = Instant::parse_rfc3339("2026-06-15T23:00:00-06:00").unwrap();
        assert_eq!(Length::Until(End::Time(NaiveTime::MIN)).minutes(&zone, start), Ok(60));
        let earlier = NaiveTime::from_hms_opt(22, 0, 0).unwrap();
        assert!(Length::Until(End::Time(earlier)).minutes(&zone, start).is_err());
    }
}
