//! Days, times and lengths as people type them, in English and Spanish.

use crate::app::setup::closure::Bound;
use crate::app::when::{Day, End, When};
use crate::domain::refusal::Problems;
use crate::domain::text::fold;
use crate::domain::time::{Instant, in_reach, parse_date, parse_duration, parse_time, parse_weekday};
use crate::domain::window::bit;
use chrono::{NaiveDateTime, NaiveTime};

type Parsed<T> = Result<T, String>;

/// A day: `2026-06-15`, `today`, `mañana`, `mon`, `+3d`, `+2w`.
///
/// # Errors
/// What is wrong with it, in words.
pub fn day(text: &str) -> Parsed<Day> {
    let word = fold(text);
    match word.as_str() {
        "today" | "hoy" => return Ok(Day::InDays(0)),
        "tomorrow" | "manana" => return Ok(Day::InDays(1)),
        "yesterday" | "ayer" => return Ok(Day::InDays(-1)),
        _ => {}
    }
    if let Some(weekday) = parse_weekday(&word) {
        return Ok(Day::Next(weekday));
    }
    if let Some(days) = relative(&word) {
        return Ok(Day::InDays(days));
    }
    parse_date(text).map(Day::Date).map_err(|problem| {
        if text.starts_with(|c: char| c.is_ascii_digit()) {
            problem
        } else {
            format!("\"{text}\" is not a day such as 2026-06-15, today, tomorrow, mon or +3d")
        }
    })
}

fn relative(word: &str) -> Option<i64> {
    let (sign, rest) = match word.split_at_checked(1)? {
        ("+", rest) => (1, rest),
        ("-", rest) => (-1, rest),
        _ => return None,
    };
    let (number, unit) = match rest.strip_suffix('w') {
        Some(number) => (number, 7),
        None => (rest.strip_suffix('d')?, 1),
    };
    let number: i64 = number.parse().ok().filter(|number| (0..=36_500).contains(number))?;
    Some(number * unit).filter(|days| *days <= 36_500).map(|days| sign * days)
}

/// A day that was typed, if it was; what is wrong with it is noted.
pub fn said_day(problems: &mut Problems, field: &str, text: Option<String>) -> Option<Day> {
    text.and_then(|text| problems.take(field, day(&text)))
}

/// A calendar date as JSON has it: `2026-06-15` and nothing else.
///
/// # Errors
/// What is wrong with it, in words.
pub fn iso_day(text: &str) -> Parsed<Day> {
    parse_date(text).map(Day::Date)
}

/// A time of day: `14:30`, `2:30pm`, `9am`.
///
/// # Errors
/// What is wrong with it, in words.
pub fn time(text: &str) -> Parsed<NaiveTime> {
    let word = fold(text).replace([' ', '.'], "");
    let (clock, afternoon) = match (word.strip_suffix("pm"), word.strip_suffix("am")) {
        (Some(clock), _) => (clock, Some(true)),
        (_, Some(clock)) => (clock, Some(false)),
        _ => return parse_time(text),
    };
    let Some(afternoon) = afternoon else { return parse_time(text) };
    let wrong = || format!("\"{text}\" is not a time such as 14:30 or 2:30pm");
    let (hour, minute) = clock.split_once(':').unwrap_or((clock, "00"));
    let hour: u32 = hour.parse().map_err(|_| wrong())?;
    if !(1..=12).contains(&hour) {
        return Err(wrong());
    }
    let hour = hour % 12 + if afternoon { 12 } else { 0 };
    parse_time(&format!("{hour}:{minute}")).map_err(|_| wrong())
}

/// The end of a window: a time of day; `24:00` and `00:00` are the midnight that ends the day.
///
/// # Errors
/// What is wrong with it, in words.
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
///
/// # Errors
/// What is wrong with it, in words.
pub fn moment(text: &str) -> Parsed<When> {
    if let Some(wall) = wall(text) {
        return wall.map(When::Wall);
    }
    Instant::parse_rfc3339(text).map(When::At).map_err(|problem| {
        if text.contains(['T', 't', ' ']) {
            problem
        } else {
            format!("\"{text}\" is not a date and time such as 2026-06-15T14:30")
        }
    })
}

/// An instant with its offset, or a date alone: midnight at its start on the wall clock.
///
/// # Errors
/// What is wrong with it, in words.
pub fn since(text: &str) -> Parsed<When> {
    match day(text) {
        Ok(day) => Ok(When::DayTime(day, NaiveTime::MIN)),
        Err(_) => moment(text),
    }
}

/// An instant with its offset, or a date alone: the last second of it on the wall clock.
///
/// # Errors
/// What is wrong with it, in words.
pub fn until(text: &str) -> Parsed<When> {
    match day(text) {
        Ok(day) => Ok(When::DayTime(day, NaiveTime::from_hms_opt(23, 59, 59).unwrap_or(NaiveTime::MIN))),
        Err(_) => moment(text),
    }
}

/// The end of a visit: an instant, a wall-clock reading, or a time on the day of the start.
///
/// # Errors
/// What is wrong with it, in words.
pub fn end(text: &str) -> Parsed<End> {
    if let Ok(time) = time_to(text) {
        return Ok(End::Time(time));
    }
    match moment(text)? {
        When::At(instant) => Ok(End::At(instant)),
        When::Wall(wall) => Ok(End::Wall(wall)),
        When::DayTime(..) => Err(format!("\"{text}\" is not an end")),
    }
}

/// One end of a closure: a day, a wall-clock reading or an instant.
///
/// # Errors
/// What is wrong with it, in words.
pub fn bound(text: &str) -> Parsed<Bound> {
    if let Ok(day) = day(text) {
        return Ok(Bound::Day(day));
    }
    match moment(text)? {
        When::At(instant) => Ok(Bound::At(instant)),
        When::Wall(wall) if in_reach(wall.date()) => Ok(Bound::Wall(wall)),
        _ => Err(format!("\"{text}\" is not a date or time")),
    }
}

/// The length of a visit in minutes: `30`, `30m`, `2h`; more than none.
///
/// # Errors
/// What is wrong with it, in words.
pub fn minutes(text: &str) -> Parsed<i64> {
    let problem = || format!("\"{text}\" is not a number of minutes above 0");
    let minutes = parse_duration(text).map_err(|_| problem())? / 60;
    if minutes > 0 { Ok(minutes) } else { Err(problem()) }
}

/// Weekdays: `mon,tue`, `mon-fri`, `lun,mié`, `daily`.
///
/// # Errors
/// What is wrong with it, in words.
pub fn weekdays(text: &str) -> Parsed<u8> {
    if matches!(fold(text).as_str(), "daily" | "all" | "todos") {
        return Ok(127);
    }
    let parse = |word: &str| {
        parse_weekday(word).ok_or_else(|| format!("\"{}\" is not a weekday such as mon", word.trim()))
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
    use chrono::Weekday;

    #[test]
    fn days_are_said_in_two_languages() {
        for (text, expected) in [
            ("hoy", Day::InDays(0)),
            ("Mañana", Day::InDays(1)),
            ("manana", Day::InDays(1)),
            ("lun", Day::Next(Weekday::Mon)),
            ("Miércoles", Day::Next(Weekday::Wed)),
            ("sáb", Day::Next(Weekday::Sat)),
            ("sun", Day::Next(Weekday::Sun)),
            ("+3d", Day::InDays(3)),
            ("+2w", Day::InDays(14)),
        ] {
            assert_eq!(day(text), Ok(expected), "{text}");
        }
        for text in [
            "2026-02-30",
            "2026-6-1",
            "15/06/2026",
            "someday",
            "",
            "+d",
            "+9999999w",
            "+36500w",
            "2026-06-15T10:00",
        ] {
            assert!(day(text).is_err(), "{text}");
        }
    }

    #[test]
    fn times_are_said_on_both_clocks() {
        let at = |hour, minute| NaiveTime::from_hms_opt(hour, minute, 0).unwrap();
        for (text, expected) in [
            ("14:30", at(14, 30)),
            ("9:05", at(9, 5)),
            ("2:30pm", at(14, 30)),
            ("2:30 PM", at(14, 30)),
            ("12am", at(0, 0)),
            ("12:15 p.m.", at(12, 15)),
            ("09:00:00", at(9, 0)),
        ] {
            assert_eq!(time(text), Ok(expected), "{text}");
        }
        for text in ["25:00", "14:60", "14", "0pm", "13pm", "2:5pm", "noon", "", "14:30:30", "-1:00", "ñpm"]
        {
            assert!(time(text).is_err(), "{text}");
        }
        assert_eq!(time_to("24:00"), Ok(NaiveTime::MIN));
    }

    #[test]
    fn weekdays_come_singly_and_in_ranges() {
        assert_eq!(weekdays("mon,wed"), Ok(0b101));
        assert_eq!(weekdays("mon-fri"), Ok(0b1_1111));
        assert_eq!(weekdays("vie-lun"), Ok(0b111_0001));
        assert_eq!(weekdays("daily"), Ok(127));
        assert!(weekdays("mon,,tue").is_err() && weekdays("someday").is_err());
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
