//! Parses days, times and durations as people type them.

use crate::app::calendar::closure::Bound;
use crate::app::when::{Day, End, When};
use crate::domain::text::fold;
use crate::domain::time::{Instant, in_reach, parse_date, parse_duration, parse_time, parse_weekday};
use crate::domain::window::bit;
use crate::input::days::day_and_time;
pub use crate::input::days::{day, time};
use chrono::{NaiveDateTime, NaiveTime};
use clap::builder::{PossibleValue, PossibleValuesParser, TypedValueParser};
use std::ops::RangeBounds;

type Parsed<T> = Result<T, String>;

/// One of several words: what each stands for, and its help, if any.
pub fn one_of<T, const N: usize>(
    words: [(T, &'static str, &'static str); N],
) -> impl TypedValueParser<Value = T>
where
    T: Copy + Send + Sync + 'static,
{
    let shown = words.map(|(_, word, help)| match help {
        "" => PossibleValue::new(word),
        help => PossibleValue::new(word).help(help),
    });
    PossibleValuesParser::new(shown).try_map(move |typed| {
        let found = words.iter().find(|(_, word, _)| *word == typed);
        found.map(|(meant, ..)| *meant).ok_or("unknown word")
    })
}

/// A number in that range.
pub fn size(range: impl RangeBounds<i64>) -> impl TypedValueParser<Value = usize> {
    clap::value_parser!(u32).range(range).map(|number| usize::try_from(number).unwrap_or(usize::MAX))
}

/// A calendar date as JSON has it: `2026-06-15` and nothing else.
pub fn iso_day(text: &str) -> Parsed<Day> {
    parse_date(text).map(Day::Date)
}

/// The end of a window: a time of day; `24:00` and `00:00` are the midnight that ends the day.
pub fn time_to(text: &str) -> Parsed<NaiveTime> {
    if text.trim() == "24:00" { Ok(NaiveTime::MIN) } else { time(text) }
}

/// A wall-clock reading: `2026-06-15T14:30`.
fn wall(text: &str) -> Option<Parsed<NaiveDateTime>> {
    let (date, time) = text.trim().split_once(['T', 't', ' '])?;
    let time = parse_time(time).ok()?;
    Some(parse_date(date).map(|date| date.and_time(time)))
}

/// An instant, or a reading of the wall clock.
pub fn moment(text: &str) -> Parsed<When> {
    if let Some(wall) = wall(text) {
        return wall.map(When::Wall);
    }
    Instant::parse_rfc3339(text).map(When::At).map_err(|problem| {
        if text.contains(['T', 't', ' ']) { problem } else { text!("is-not-a-date-and-time", text) }
    })
}

/// The same as people say it, too: `tomorrow 9`, `mañana 9:30`.
pub fn said_moment(text: &str) -> Parsed<When> {
    if let Some(when) = day_and_time(text) {
        return Ok(when);
    }
    moment(text).map_err(|problem| match text.contains(['T', 't']) && !text.contains(' ') {
        true => problem,
        false => text!("is-not-a-day-and-a-time", text),
    })
}

/// An instant with its offset, or a date alone: midnight at its start on the wall clock.
pub fn since(text: &str) -> Parsed<When> {
    day(text).map(|day| When::DayTime(day, NaiveTime::MIN)).or_else(|_| moment(text))
}

/// An instant with its offset, or a date alone: the last second of it on the wall clock.
pub fn until(text: &str) -> Parsed<When> {
    let end = NaiveTime::from_hms_opt(23, 59, 59).unwrap_or(NaiveTime::MIN);
    day(text).map(|day| When::DayTime(day, end)).or_else(|_| moment(text))
}

/// The end of a visit: an instant, a wall-clock reading, or a time on the day of the start.
pub fn end(text: &str) -> Parsed<End> {
    if let Ok(time) = time_to(text) {
        return Ok(End::Time(time));
    }
    match moment(text)? {
        When::At(instant) => Ok(End::At(instant)),
        When::Wall(wall) => Ok(End::Wall(wall)),
        When::DayTime(..) => Err(text!("is-not-an-end", text)),
    }
}

/// One end of a closure: a day, a wall-clock reading or an instant.
pub fn bound(text: &str) -> Parsed<Bound> {
    if let Ok(day) = day(text) {
        return Ok(Bound::Day(day));
    }
    match moment(text)? {
        When::At(instant) => Ok(Bound::At(instant)),
        When::Wall(wall) if in_reach(wall.date()) => Ok(Bound::Wall(wall)),
        _ => Err(text!("is-not-a-date-or-time", text)),
    }
}

/// The length of a visit in minutes: `30`, `30m`, `2h`; more than none.
pub fn minutes(text: &str) -> Parsed<i64> {
    let problem = || text!("is-not-a-number-of-minutes-above-0", text);
    let minutes = parse_duration(text).map_err(|_| problem())? / 60;
    if minutes > 0 { Ok(minutes) } else { Err(problem()) }
}

/// Weekdays: `mon,tue`, `mon-fri`, `lun,mié`, `daily`.
pub fn weekdays(text: &str) -> Parsed<u8> {
    if matches!(fold(text).as_str(), "daily" | "all" | "todos") {
        return Ok(127);
    }
    let parse = |word: &str| {
        parse_weekday(word).ok_or_else(|| text!("is-not-a-weekday-such-as-mon", word = word.trim()))
    };
    let mut bits = 0;
    for part in text.split(',') {
        match part.split_once('-') {
            Some((first, last)) => {
                let (mut day, last) = (parse(first)?, parse(last)?);
                bits |= bit(day);
                while day != last {
                    day = day.succ();
                    bits |= bit(day);
                }
            }
            None => bits |= bit(parse(part)?),
        }
    }
    Ok(bits)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn weekdays_come_singly_and_in_ranges() {
        assert_eq!(weekdays("mon,wed"), Ok(0b101));
        assert_eq!(weekdays("mon-fri"), Ok(0b1_1111));
        assert_eq!(weekdays("vie-lun"), Ok(0b111_0001));
        assert_eq!(weekdays("daily"), Ok(127));
        assert!(weekdays("mon,,tue").is_err() && weekdays("someday").is_err());
    }

    #[test]
    fn a_window_may_end_with_its_day() {
        assert_eq!(time_to("24:00"), Ok(NaiveTime::MIN));
    }

    #[test]
    fn a_visit_lasts_longer_than_nothing() {
        assert_eq!(minutes("45"), Ok(45));
        assert_eq!(minutes("1h"), Ok(60));
        for text in ["0", "-5", "half", "", "1.5"] {
            assert!(minutes(text).is_err(), "{text}");
        }
    }
}
