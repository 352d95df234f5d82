//! Parses days and times of day in English and Spanish.

use crate::app::when::{Day, When};
use crate::domain::text::fold;
use crate::domain::time::{parse_date, parse_time, parse_weekday};
use chrono::{NaiveDate, NaiveTime};

type Parsed<T> = Result<T, String>;

/// The farthest day that is counted from today.
const FARTHEST: i64 = 36_500;

/// A day: `2026-06-15`, `today`, `mañana`, `mon`, `next friday`, `+3d`, `in 2 weeks`, `15 june`,
/// `15 de junio de 2026`, `15/6`, `lunes 15 de junio`.
pub fn day(text: &str) -> Parsed<Day> {
    let folded = fold(text);
    let words: Vec<&str> = folded.split(' ').collect();
    if let Some(day) = counted(&words).or_else(|| weekday(&words)).or_else(|| named(&words)) {
        return Ok(day);
    }
    if let Some(day) = of_month(&words).or_else(|| in_numbers(&folded)) {
        return day.ok_or_else(|| text!("is-not-a-day-that-exists", text));
    }
    parse_date(text).map(Day::Date).map_err(|problem| {
        if text.starts_with(|c: char| c.is_ascii_digit()) {
            problem
        } else {
            text!("is-not-a-day-such-as-2026-06", text)
        }
    })
}

/// A day so many days from today.
fn counted(words: &[&str]) -> Option<Day> {
    let days = match words {
        ["today" | "hoy"] => 0,
        ["tomorrow" | "manana"] => 1,
        ["day", "after", "tomorrow"] | ["overmorrow"] | ["pasado", "manana"] | ["pasado"] => 2,
        ["yesterday" | "ayer"] => -1,
        ["in" | "en", number, unit] => number_of(number)? * days_of(unit)?,
        [word] => relative(word)?,
        _ => return None,
    };
    Some(Day::InDays(days)).filter(|_| days.abs() <= FARTHEST)
}

fn relative(word: &str) -> Option<i64> {
    let (sign, rest) = match word.split_at_checked(1)? {
        ("+", rest) => (1, rest),
        ("-", rest) => (-1, rest),
        _ => return None,
    };
    let unit = rest.trim_start_matches(|c: char| c.is_ascii_digit());
    let days = match unit {
        "d" => 1,
        "w" | "s" => 7,
        _ => return None,
    };
    Some(sign * number_of(rest.strip_suffix(unit)?)? * days)
}

fn number_of(word: &str) -> Option<i64> {
    match word {
        "a" | "one" | "un" | "una" => Some(1),
        word if word.bytes().all(|b| b.is_ascii_digit()) => {
            word.parse().ok().filter(|number| *number <= FARTHEST)
        }
        _ => None,
    }
}

fn days_of(unit: &str) -> Option<i64> {
    match unit {
        "day" | "days" | "dia" | "dias" => Some(1),
        "week" | "weeks" | "semana" | "semanas" => Some(7),
        _ => None,
    }
}

/// The next one of a weekday: `fri`, `next friday` and `el próximo viernes` are all the same.
fn weekday(words: &[&str]) -> Option<Day> {
    let name = match words {
        [name] => name,
        ["next" | "this" | "on" | "el" | "este" | "proximo", name] => name,
        ["el", "proximo", name] | [name, "proximo" | "que", "viene"] | [name, "proximo"] => name,
        _ => return None,
    };
    parse_weekday(name).map(Day::Next)
}

/// A date behind its weekday: `monday 22 june`, `el lunes, 22 de junio`, `lun 22/6`.
fn named(words: &[&str]) -> Option<Day> {
    let words = words.strip_prefix(&["el"]).or(words.strip_prefix(&["on"])).unwrap_or(words);
    let (name, date) = words.split_first()?;
    let weekday = parse_weekday(name.trim_end_matches([',', '.']))?;
    let day = of_month(date).or_else(|| in_numbers(&date.join(" ")))?;
    day?.named(weekday)
}

/// `15 june`, `june 15`, `15 de junio`, each with a year or without one: then the next such day.
/// `Some(None)` where there is no such day.
fn of_month(words: &[&str]) -> Option<Option<Day>> {
    let words: Vec<&str> = words
        .iter()
        .filter(|word| !["de", "del", "el", "of", "the"].contains(*word))
        .map(|word| word.trim_end_matches([',', '.']))
        .collect();
    let (day, month, year) = match words.as_slice() {
        [first, second] if month_of(second).is_some() => (first, month_of(second)?, None),
        [first, second] => (second, month_of(first)?, None),
        [first, second, year] if month_of(second).is_some() => (first, month_of(second)?, Some(year)),
        [first, second, year] => (second, month_of(first)?, Some(year)),
        _ => return None,
    };
    let day = ["st", "nd", "rd", "th", "º"].iter().find_map(|end| day.strip_suffix(end)).unwrap_or(day);
    let day: u32 = number_of(day).and_then(|day| u32::try_from(day).ok())?;
    Some(match year {
        // A leap year has every date.
        None => NaiveDate::from_ymd_opt(2000, month, day).map(|_| Day::Yearly { month, day }),
        Some(year) if year.len() == 4 => {
            let year = year.parse().ok()?;
            NaiveDate::from_ymd_opt(year, month, day).map(Day::Date)
        }
        Some(_) => None,
    })
}

/// `15/6`, `15-6`, `15.6.`, each with a year of four digits or without one. Which is the month is clear
/// where one number is over 12; else the clinic's custom says it. `15.6` without the dot behind it may be a
/// time. `Some(None)` where there is no such day.
fn in_numbers(text: &str) -> Option<Option<Day>> {
    let separator = ['/', '-', '.'].into_iter().find(|c| text.contains(*c))?;
    let mut parts = text.split(separator);
    let (first, second, last) = (parts.next()?, parts.next()?, parts.next());
    let number = |part: &str, most: usize| {
        let fits = (1..=most).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_digit());
        fits.then(|| part.parse::<u32>().ok()).flatten()
    };
    let (first, second) = (number(first, 2)?, number(second, 2)?);
    let year = match (separator, last) {
        ('.', None) => return None,
        ('.', Some("")) | (_, None) => None,
        (_, Some(year)) if year.len() == 4 => Some(number(year, 4)?),
        _ => return None,
    };
    if parts.next().is_some() {
        return None;
    }
    let year = year.and_then(|year| i32::try_from(year).ok());
    let date = |month, day| match year {
        None => NaiveDate::from_ymd_opt(2000, month, day).map(|_| Day::Yearly { month, day }),
        Some(year) => NaiveDate::from_ymd_opt(year, month, day).map(Day::Date),
    };
    Some(match (first > 12, second > 12) {
        (true, _) => date(second, first),
        (false, true) => date(first, second),
        (false, false) if first == 0 || second == 0 => None,
        (false, false) if first == second => date(first, second),
        (false, false) => Some(Day::Either { first, second, year }),
    })
}

/// The number of a month by its name, or the first letters of it.
fn month_of(word: &str) -> Option<u32> {
    const MONTHS: [[&str; 3]; 12] = [
        ["january", "enero", "ene"],
        ["february", "febrero", "feb"],
        ["march", "marzo", "mar"],
        ["april", "abril", "abr"],
        ["may", "mayo", "may"],
        ["june", "junio", "jun"],
        ["july", "julio", "jul"],
        ["august", "agosto", "ago"],
        ["september", "septiembre", "sept"],
        ["october", "octubre", "oct"],
        ["november", "noviembre", "nov"],
        ["december", "diciembre", "dic"],
    ];
    let named = |names: &[&str; 3]| names.contains(&word) || (word.len() == 3 && names[0].starts_with(word));
    let place =
        MONTHS.iter().position(|names| named(names) || (word == "setiembre" && names[0] == "september"));
    place.and_then(|place| u32::try_from(place + 1).ok())
}

/// A time of day: `14:30`, `2:30pm`, `9am`, `9`, `9 30`, `14h30`, `noon`.
pub fn time(text: &str) -> Parsed<NaiveTime> {
    let number = |word: &str| (1..=2).contains(&word.len()) && word.bytes().all(|b| b.is_ascii_digit());
    if let Some((hour, minute)) = text.split_once(' ').filter(|(hour, minute)| number(hour) && number(minute))
    {
        return parse_time(&format!("{hour}:{minute}"))
            .map_err(|_| text!("is-not-a-time-such-as-14-30-or-2", text));
    }
    let word = fold(text).replace([' ', '.'], "");
    let word = word.strip_prefix("alas").or(word.strip_prefix("at")).unwrap_or(&word);
    let wrong = || text!("is-not-a-time-such-as-14-30-or-2", text);
    if ["noon", "mediodia"].contains(&word) {
        return NaiveTime::from_hms_opt(12, 0, 0).ok_or_else(wrong);
    }
    let (clock, afternoon) = match (word.strip_suffix("pm"), word.strip_suffix("am")) {
        (Some(clock), _) => (clock, Some(true)),
        (_, Some(clock)) => (clock, Some(false)),
        _ => (word, None),
    };
    let clock = clock.strip_suffix(['h', ':']).unwrap_or(clock).replace('h', ":");
    let (hour, minute) = match clock.split_once(':') {
        Some((hour, minute)) => (hour, minute),
        // An hour alone has one or two digits: `2026` is a year, and `930` is ambiguous.
        None if clock.len() <= 2 => (clock.as_str(), "00"),
        None => return parse_time(text),
    };
    let Some(afternoon) = afternoon else {
        return parse_time(&format!("{hour}:{minute}")).map_err(|_| wrong());
    };
    let hour = hour.parse::<u32>().ok().filter(|hour| (1..=12).contains(hour)).ok_or_else(wrong)?;
    let hour = hour % 12 + if afternoon { 12 } else { 0 };
    parse_time(&format!("{hour}:{minute}")).map_err(|_| wrong())
}

/// A day and a time said together: `tomorrow 9`, `mañana 9:30`, `15 de junio 14h30`.
pub fn day_and_time(text: &str) -> Option<When> {
    let words: Vec<&str> = text.split_whitespace().collect();
    (1..words.len()).rev().find_map(|split| {
        let (first, last) = words.split_at(split);
        let day = day(&first.join(" ")).ok()?;
        time(&last.join(" ")).ok().map(|time| When::DayTime(day, time))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::Weekday;

    #[test]
    fn days_are_said_in_two_languages() {
        let yearly = |day, month| Day::Yearly { month, day };
        for (text, expected) in [
            ("hoy", Day::InDays(0)),
            ("Mañana", Day::InDays(1)),
            ("manana", Day::InDays(1)),
            ("pasado mañana", Day::InDays(2)),
            ("day after tomorrow", Day::InDays(2)),
            ("lun", Day::Next(Weekday::Mon)),
            ("Miércoles", Day::Next(Weekday::Wed)),
            ("sáb", Day::Next(Weekday::Sat)),
            ("sun", Day::Next(Weekday::Sun)),
            ("next fri", Day::Next(Weekday::Fri)),
            ("el próximo viernes", Day::Next(Weekday::Fri)),
            ("lunes que viene", Day::Next(Weekday::Mon)),
            ("+3d", Day::InDays(3)),
            ("+2w", Day::InDays(14)),
            ("-1d", Day::InDays(-1)),
            ("in 3 days", Day::InDays(3)),
            ("en 2 semanas", Day::InDays(14)),
            ("in a week", Day::InDays(7)),
            ("15 june", yearly(15, 6)),
            ("June 15th", yearly(15, 6)),
            ("15 de Junio", yearly(15, 6)),
            ("1 ene", yearly(1, 1)),
            ("29 feb", yearly(29, 2)),
            ("4 setiembre", yearly(4, 9)),
            ("15/6", yearly(15, 6)),
            ("6/15", yearly(15, 6)),
            ("15-6", yearly(15, 6)),
            ("15.6.", yearly(15, 6)),
            ("05/05", yearly(5, 5)),
            ("29/2", yearly(29, 2)),
            ("6/5", Day::Either { first: 6, second: 5, year: None }),
            ("06-05-2027", Day::Either { first: 6, second: 5, year: Some(2027) }),
        ] {
            assert_eq!(day(text), Ok(expected), "{text}");
        }
        for (text, date, weekday) in [
            ("monday 22 june", yearly(22, 6), Weekday::Mon),
            ("lunes 22 de junio", yearly(22, 6), Weekday::Mon),
            ("el lunes, 22 de junio", yearly(22, 6), Weekday::Mon),
            ("mon june 22", yearly(22, 6), Weekday::Mon),
            ("Mié 22/7", yearly(22, 7), Weekday::Wed),
            ("vie 3/7", Day::Either { first: 3, second: 7, year: None }, Weekday::Fri),
        ] {
            assert_eq!(day(text).ok(), date.named(weekday), "{text}");
        }
        let date = |text| Day::Date(parse_date(text).unwrap());
        assert_eq!(day("15 de junio de 2027"), Ok(date("2027-06-15")));
        assert_eq!(day("june 15, 2027"), Ok(date("2027-06-15")));
        for text in ["15/6/2027", "15.6.2027", "6/15/2027"] {
            assert_eq!(day(text), Ok(date("2027-06-15")), "{text}");
        }
        for text in [
            "2026-02-30",
            "2026-6-1",
            "32/1",
            "31/4",
            "30/2",
            "13/14",
            "0/5",
            "29/2/2027",
            "15/6/26",
            "15/6/",
            "15.6",
            "1/2/3/4",
            "15/6-2026",
            "+1/6",
            "9.30",
            "someday",
            "",
            "+d",
            "+9999999w",
            "+36500w",
            "2026-06-15T10:00",
            "31 june",
            "30 feb",
            "29 feb 2027",
            "15 june 27",
            "0 june",
            "in 99999999 days",
            "in days",
            "next",
            "june",
            "15 moon",
            "mon 22",
            "mon 31 june",
            "mon tomorrow",
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
            ("9", at(9, 0)),
            ("14", at(14, 0)),
            ("14h30", at(14, 30)),
            ("9h", at(9, 0)),
            ("2:30pm", at(14, 30)),
            ("2:30 PM", at(14, 30)),
            ("12am", at(0, 0)),
            ("12:15 p.m.", at(12, 15)),
            ("a las 9:30", at(9, 30)),
            ("9 30", at(9, 30)),
            ("noon", at(12, 0)),
            ("mediodía", at(12, 0)),
            ("09:00:00", at(9, 0)),
        ] {
            assert_eq!(time(text), Ok(expected), "{text}");
        }
        for text in [
            "25:00", "24", "14:60", "0pm", "13pm", "2:5pm", "", "14:30:30", "-1:00", "ñpm", "930", "2026",
            "9 3", "9 75", "h", ":",
        ] {
            assert!(time(text).is_err(), "{text}");
        }
    }
}
