//! Series: appointments that repeat by a rule, written as iCalendar writes it (RFC 5545, RRULE).
//!
//! Of its parts those are known that a desk says: FREQ, INTERVAL, COUNT, UNTIL, and for weeks BYDAY.

use crate::domain::time::{Instant, add_days, in_reach};
use chrono::{Datelike, Months, NaiveDate, NaiveDateTime};

/// How many appointments a series has at most.
pub const LONGEST: usize = 366;
/// How many days, weeks or months lie between two of them at most.
const WIDEST: u32 = 52;

/// Appointments that were booked together.
#[derive(Debug, Clone, PartialEq)]
pub struct Series {
    /// UUIDv7.
    pub id: String,
    /// Whose it is.
    pub clinic_id: String,
    /// Short name for the command line.
    pub code: String,
    /// The rule, as iCalendar writes it.
    pub rule: String,
    /// When it was booked.
    pub created_at: Instant,
}

/// The rule of `--every day`, `week`, `2 weeks` or `month`, without its end.
///
/// # Errors
/// What is wrong with it, in words.
pub fn every(text: &str) -> Result<String, String> {
    let problem = || text!("is-not-day-week-month", text);
    let words: Vec<String> = text.split_whitespace().map(str::to_lowercase).collect();
    let (count, unit) = match words.as_slice() {
        [unit] => (1, unit.as_str()),
        [count, unit] => (count.parse::<u32>().map_err(|_| problem())?, unit.as_str()),
        _ => return Err(problem()),
    };
    let freq = match unit {
        "day" | "days" => "DAILY",
        "week" | "weeks" => "WEEKLY",
        "month" | "months" => "MONTHLY",
        _ => return Err(problem()),
    };
    if !(1..=WIDEST).contains(&count) {
        return Err(text!("is-not-between-1-and", text, widest = WIDEST));
    }
    Ok(if count == 1 { format!("FREQ={freq}") } else { format!("FREQ={freq};INTERVAL={count}") })
}

/// The rule with its end: so many times, or up to a day, that included.
pub fn ending(rule: &str, times: Option<u16>, until: Option<NaiveDate>) -> String {
    let count = times.map(|times| format!(";COUNT={times}")).unwrap_or_default();
    let until = until.map(|day| format!(";UNTIL={}", day.format("%Y%m%d"))).unwrap_or_default();
    format!("{rule}{count}{until}")
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Freq {
    Daily,
    Weekly,
    Monthly,
}

/// A rule, read.
#[derive(Debug, Default)]
struct Rule {
    freq: Option<Freq>,
    interval: Option<u32>,
    count: Option<usize>,
    until: Option<NaiveDate>,
    /// Days from Monday on, of the weeks that it repeats in.
    days: Vec<i64>,
}

impl Rule {
    fn parse(text: &str) -> Result<Rule, String> {
        let mut rule = Rule::default();
        let text = text.trim();
        for part in text.strip_prefix("RRULE:").unwrap_or(text).split(';') {
            let (name, value) =
                part.split_once('=').ok_or_else(|| text!("is-not-such-as-freq-weekly", part))?;
            let (name, value) = (name.trim().to_uppercase(), value.trim().to_uppercase());
            let twice = match name.as_str() {
                "FREQ" => rule.freq.replace(freq(&value)?).is_some(),
                "INTERVAL" => rule.interval.replace(number(&value, WIDEST)?).is_some(),
                "COUNT" => rule.count.replace(number(&value, LONGEST)?).is_some(),
                "UNTIL" => rule.until.replace(until(&value)?).is_some(),
                "BYDAY" => !std::mem::replace(&mut rule.days, days(&value)?).is_empty(),
                _ => return Err(text!("knows-freq-interval-count-until-and-byday-not", name)),
            };
            if twice {
                return Err(text!("says-twice", name));
            }
        }
        match rule.freq {
            None => Err(text!("lacks-freq").into()),
            Some(freq) if freq != Freq::Weekly && !rule.days.is_empty() => {
                Err(text!("knows-byday-with-freq-weekly-only").into())
            }
            Some(_) if rule.count.is_some() == rule.until.is_some() => {
                Err(text!("needs-one-end-say-how-many-times").into())
            }
            Some(_) => Ok(rule),
        }
    }

    /// The days of one of its repetitions, counted from the first day.
    fn days_of(&self, first: NaiveDate, repetition: u32) -> Vec<NaiveDate> {
        let steps = repetition.saturating_mul(self.interval.unwrap_or(1));
        match self.freq {
            Some(Freq::Monthly) => {
                let month = first.checked_add_months(Months::new(steps));
                // A month that lacks the day is left out.
                month.filter(|date| date.day() == first.day()).into_iter().collect()
            }
            Some(Freq::Weekly) if !self.days.is_empty() => {
                let monday = add_days(first, -i64::from(first.weekday().num_days_from_monday()));
                let week = add_days(monday, 7 * i64::from(steps));
                let days = self.days.iter().map(|day| add_days(week, *day));
                days.filter(|date| *date >= first).collect()
            }
            Some(Freq::Weekly) => vec![add_days(first, 7 * i64::from(steps))],
            _ => vec![add_days(first, i64::from(steps))],
        }
    }
}

fn freq(value: &str) -> Result<Freq, String> {
    match value {
        "DAILY" => Ok(Freq::Daily),
        "WEEKLY" => Ok(Freq::Weekly),
        "MONTHLY" => Ok(Freq::Monthly),
        _ => Err(text!("repeats-daily-weekly-or-monthly-not", value)),
    }
}

fn number<T: std::str::FromStr + PartialOrd + From<u8> + std::fmt::Display>(
    value: &str,
    most: T,
) -> Result<T, String> {
    match value.parse::<T>() {
        Ok(number) if number >= T::from(1) && number <= most => Ok(number),
        _ => Err(text!("is-not-between-1-and", text = value, widest = most)),
    }
}

fn until(value: &str) -> Result<NaiveDate, String> {
    let day = value.split('T').next().unwrap_or_default();
    NaiveDate::parse_from_str(day, "%Y%m%d").map_err(|_| text!("is-not-a-day-such-as-20260901", value))
}

fn days(value: &str) -> Result<Vec<i64>, String> {
    const WORDS: [&str; 7] = ["MO", "TU", "WE", "TH", "FR", "SA", "SU"];
    let day = |word: &str| {
        let place = WORDS.iter().position(|day| *day == word);
        place
            .and_then(|place| i64::try_from(place).ok())
            .ok_or_else(|| text!("is-not-a-day-such-as-mo", word))
    };
    let mut days = value.split(',').map(day).collect::<Result<Vec<i64>, String>>()?;
    days.sort_unstable();
    days.dedup();
    Ok(days)
}

/// The readings of the wall clock at which a rule repeats a start, from it on. The clock's jumps are
/// left to whoever turns them into instants.
///
/// # Errors
/// What is wrong with the rule, in words: one that never ends, repeats nothing, or too much.
pub fn occurrences(rule: &str, start: NaiveDateTime) -> Result<Vec<NaiveDateTime>, String> {
    let rule = Rule::parse(rule)?;
    let (first, most) = (start.date(), rule.count.unwrap_or(LONGEST + 1));
    let mut found: Vec<NaiveDateTime> = Vec::new();
    // Every eleven months or fewer one has the day, so that this ends.
    for repetition in 0..12 * u32::try_from(LONGEST).unwrap_or(u32::MAX) {
        let days = rule.days_of(first, repetition);
        if found.len() >= most || days.iter().any(|day| rule.until.is_some_and(|until| *day > until)) {
            found.extend(
                days.iter()
                    .filter(|day| rule.until.is_some_and(|until| **day <= until))
                    .map(|day| day.and_time(start.time())),
            );
            break;
        }
        if days.iter().any(|day| !in_reach(*day)) {
            return Err(text!("goes-on-for-too-long").into());
        }
        found.extend(days.into_iter().map(|day| day.and_time(start.time())));
    }
    if rule.count.is_some() {
        found.truncate(most);
    }
    match found.len() {
        0 => Err(text!("repeats-nothing").into()),
        1..=LONGEST => Ok(found),
        _ => Err(text!("is-more-than-appointments", longest = LONGEST)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn days(rule: &str) -> Vec<String> {
        let start = NaiveDate::from_ymd_opt(2026, 1, 31).unwrap().and_hms_opt(9, 0, 0).unwrap();
        occurrences(rule, start).unwrap().iter().map(|at| at.format("%m-%d").to_string()).collect()
    }

    #[test]
    fn a_rule_repeats_the_wall_clock() {
        assert_eq!(days("FREQ=WEEKLY;COUNT=3"), ["01-31", "02-07", "02-14"]);
        assert_eq!(
            days(&ending("FREQ=DAILY", None, NaiveDate::from_ymd_opt(2026, 2, 1))),
            ["01-31", "02-01"]
        );
        assert_eq!(days("FREQ=MONTHLY;COUNT=3"), ["01-31", "03-31", "05-31"]);
        assert_eq!(days("FREQ=MONTHLY;UNTIL=20260330"), ["01-31"]);
        assert_eq!(days("RRULE:FREQ=WEEKLY;COUNT=3;BYDAY=TH,MO"), ["02-02", "02-05", "02-09"]);
        assert_eq!(days("FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,TH;UNTIL=20260212T235959Z"), ["02-09", "02-12"]);
        assert_eq!(days("FREQ=WEEKLY;BYDAY=MO,TH;UNTIL=20260204"), ["02-02"]);
        assert_eq!(days("FREQ=DAILY;COUNT=366").len(), 366);
    }

    #[test]
    fn what_is_no_rule_or_has_no_end_is_refused() {
        let start = NaiveDate::from_ymd_opt(2026, 1, 1).unwrap().and_hms_opt(9, 0, 0).unwrap();
        for rule in [
            "",
            "FREQ=NEVER;COUNT=1",
            "FREQ=DAILY",
            "COUNT=3",
            "FREQ=DAILY;COUNT=3;COUNT=4",
            "FREQ=DAILY;COUNT=367",
            "FREQ=DAILY;UNTIL=20280101",
            "FREQ=DAILY;UNTIL=20250101",
            "FREQ=DAILY;COUNT=2;BYDAY=MO",
            "FREQ=WEEKLY;COUNT=2;BYDAY=XX",
            "FREQ=DAILY;INTERVAL=0;COUNT=2",
            "FREQ=DAILY;COUNT=2;BYSETPOS=1",
        ] {
            assert!(occurrences(rule, start).is_err(), "{rule}");
        }
    }

    #[test]
    fn every_is_said_in_words() {
        assert_eq!(every("2 weeks").as_deref(), Ok("FREQ=WEEKLY;INTERVAL=2"));
        assert_eq!(every("Month").as_deref(), Ok("FREQ=MONTHLY"));
        assert!(every("0 weeks").is_err() && every("fortnight").is_err() && every("").is_err());
    }
}
