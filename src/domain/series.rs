//! Series: appointments repeated by an iCalendar rule (RFC 5545, RRULE) with FREQ, INTERVAL, COUNT, UNTIL and
//! weekly BYDAY only.

use crate::domain::interval::Interval;
use crate::domain::rrule;
use crate::domain::time::{Instant, in_reach};
use chrono::{NaiveDate, NaiveDateTime, NaiveTime};
use ical::recur::IcalRecurFreq;

/// Maximum appointments in a series.
const LONGEST: u16 = 366;
/// Maximum INTERVAL, in units of FREQ.
const WIDEST: u16 = 52;
const PARTS: [&str; 5] = ["FREQ", "INTERVAL", "COUNT", "UNTIL", "BYDAY"];

/// Appointments that were booked together.
#[derive(Debug, Clone, PartialEq)]
pub struct Series {
    /// UUIDv7.
    pub id: String,
    /// The owning clinic's id.
    pub clinic_id: String,
    /// Short human-readable code.
    pub code: String,
    /// The RRULE text.
    pub rule: String,
    /// When it was booked.
    pub created_at: Instant,
}

/// One date of a series, as its confirmation lists it.
#[derive(Debug, Clone, PartialEq)]
pub struct Sitting {
    /// The appointment's code.
    pub code: String,
    /// The local date.
    pub date: NaiveDate,
    /// The local start.
    pub start_time: NaiveTime,
    /// The instants.
    pub span: Interval,
}

/// Returns the rule for `--every day`, `week`, `2 weeks` or `month`, without its end.
pub fn every(text: &str) -> Result<String, String> {
    let problem = || text!("is-not-day-week-month", text);
    let words: Vec<String> = text.split_whitespace().map(str::to_lowercase).collect();
    let (count, unit) = match words.as_slice() {
        [unit] => (1, unit.as_str()),
        [count, unit] => (count.parse::<u16>().map_err(|_| problem())?, unit.as_str()),
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

/// Appends COUNT (`times`) or UNTIL (`until`, inclusive) to the rule.
pub fn ending(rule: &str, times: Option<u16>, until: Option<NaiveDate>) -> String {
    let count = times.map(|times| format!(";COUNT={times}")).unwrap_or_default();
    let until = until.map(|day| format!(";UNTIL={}", day.format("%Y%m%d"))).unwrap_or_default();
    format!("{rule}{count}{until}")
}

/// The wall-clock starts of the series, from `start` on. The caller handles DST when it converts them to
/// instants.
pub fn occurrences(rule: &str, start: NaiveDateTime) -> Result<Vec<NaiveDateTime>, String> {
    let text = rule.trim();
    let text = text.strip_prefix("RRULE:").unwrap_or(text);
    for part in text.split(';') {
        let (name, _) = part.split_once('=').ok_or_else(|| text!("is-not-such-as-freq-weekly", part))?;
        let name = name.trim().to_uppercase();
        if !PARTS.contains(&name.as_str()) {
            return Err(text!("knows-freq-interval-count-until-and-byday-not", name));
        }
    }
    let rule = rrule::read(text, start, |value| match until(value)? {
        end if end < start => Err(text!("repeats-nothing").into()),
        end => Ok(end),
    })?;
    if rule.freq == IcalRecurFreq::Yearly {
        return Err(text!("repeats-daily-weekly-or-monthly-not", value = "YEARLY"));
    }
    if rule.freq != IcalRecurFreq::Weekly && !rule.by_day.is_empty() {
        return Err(text!("knows-byday-with-freq-weekly-only").into());
    }
    between(rule.interval, WIDEST)?;
    match (rule.count, rule.until) {
        (Some(count), None) => between(count, LONGEST)?,
        (None, Some(_)) => {}
        _ => return Err(text!("needs-one-end-say-how-many-times").into()),
    }
    let found = rrule::repeat(rule, start, None, usize::from(LONGEST) + 1)
        .ok_or_else(|| text!("is-more-than-appointments", longest = LONGEST))?;
    match found.last() {
        None => Err(text!("repeats-nothing").into()),
        Some(last) if !in_reach(last.date()) => Err(text!("goes-on-for-too-long").into()),
        Some(_) => Ok(found),
    }
}

fn between(number: u32, most: u16) -> Result<(), String> {
    if (1..=most.into()).contains(&number) {
        Ok(())
    } else {
        Err(text!("is-not-between-1-and", text = number, widest = most))
    }
}

/// Returns the last second of the UNTIL date; its time part is ignored.
fn until(value: &str) -> Result<NaiveDateTime, String> {
    let day = value.split('T').next().unwrap_or_default();
    let day = NaiveDate::parse_from_str(day, "%Y%m%d")
        .map_err(|_| text!("is-not-a-day-such-as-20260901", value))?;
    Ok(day.and_time(NaiveTime::from_hms_opt(23, 59, 59).unwrap_or_default()))
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
            "FREQ=DAILY;COUNT=0",
            "FREQ=DAILY;COUNT=2;",
            "FREQ=DAILY;COUNT=2;UNTIL=20260105",
            "FREQ=WEEKLY;INTERVAL=53;COUNT=2",
            "FREQ=WEEKLY;COUNT=2;BYDAY=2MO",
            "FREQ=YEARLY;COUNT=2",
            "FREQ=MONTHLY;INTERVAL=52;COUNT=366",
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
