//! Rules of recurrence (RFC 5545, 3.3.10): what one says, part by part, and when it repeats.
//!
//! What it means is the `recurrence` crate's. Its own reader of such texts is left aside: that takes
//! `BYDAY=1.5MO` for `MO`, and panics where a day is not written in ASCII.

use chrono::{DateTime, Month, NaiveDateTime, TimeZone, Utc, Weekday};
use recurrence::{Frequency, NWeekday, RRule, RRuleSet, Tz, Unvalidated, Validated};
use std::str::FromStr;

/// How often an event takes place on one day at most: a rule that began long ago is run from there.
const MOST_A_DAY: usize = 48;

/// The rule of that text for an event that first starts at `start`, on the event's clock. What UNTIL means
/// there, the caller knows.
pub fn read(
    text: &str,
    start: NaiveDateTime,
    until: impl Fn(&str) -> Result<NaiveDateTime, String>,
) -> Result<RRule<Validated>, String> {
    let mut rule = RRule::<Unvalidated>::default();
    let (mut said, mut a_day) = (Vec::new(), 1_usize);
    for part in text.split(';').filter(|part| !part.trim().is_empty()) {
        let (name, value) = part.split_once('=').ok_or(text!("is-not-such-as-freq-weekly-byday-mo"))?;
        let (name, value) = (name.trim().to_ascii_uppercase(), value.trim().to_ascii_uppercase());
        if said.contains(&name) {
            return Err(text!("says-twice", name));
        }
        if matches!(name.as_str(), "BYHOUR" | "BYMINUTE" | "BYSECOND") {
            a_day = a_day.saturating_mul(value.split(',').count());
        }
        rule = if name == "UNTIL" {
            rule.until(on_wall(until(&value)?.max(start)))
        } else {
            with(rule, &name, &value)?
        };
        said.push(name);
    }
    if a_day > MOST_A_DAY {
        return Err(text!("repeats-more-than-times-a-day", most_a_day = MOST_A_DAY));
    }
    if !said.iter().any(|name| name == "FREQ") {
        return Err(text!("has-no-freq").into());
    }
    if counts_amiss(&rule) {
        return Err(text!("counts-the-days-of-byday-as-in-2mo").into());
    }
    rule.validate(on_wall(start)).map_err(|problem| text!("is-not-a-rule-of-recurrence", problem))
}

/// Whether it numbers days that have no number: the crate would take the second Monday of a week for any day.
fn counts_amiss(rule: &RRule<Unvalidated>) -> bool {
    let may_count = match rule.get_freq() {
        Frequency::Monthly => true,
        Frequency::Yearly => rule.get_by_week_no().is_empty(),
        _ => false,
    };
    !may_count && rule.get_by_weekday().iter().any(|day| matches!(day, NWeekday::Nth(..)))
}

/// A reading of the event's clock, as the crate takes it: of a clock that never jumps.
fn on_wall(wall: NaiveDateTime) -> DateTime<Tz> {
    Tz::from(Utc).from_utc_datetime(&wall)
}

/// When a rule repeats a start, on the same clock; only what lies between two readings, if they are given.
/// `None` for `most` times or more.
pub fn repeat(
    rule: RRule<Validated>,
    start: NaiveDateTime,
    between: Option<(NaiveDateTime, NaiveDateTime)>,
    most: u16,
) -> Option<Vec<NaiveDateTime>> {
    let mut set = RRuleSet::new(on_wall(start)).rrule(rule);
    if let Some((first, last)) = between {
        set = set.after(on_wall(first)).before(on_wall(last));
    }
    let found = set.all(most);
    (!found.limited).then(|| found.dates.into_iter().map(|date| date.naive_utc()).collect())
}

/// The rule with one more part of it.
fn with(rule: RRule<Unvalidated>, name: &str, value: &str) -> Result<RRule<Unvalidated>, String> {
    let nothing = || {
        let part = [name, value].join("=");
        text!("is-not-a-rule-of-recurrence", problem = part)
    };
    Ok(match name {
        "FREQ" => match Frequency::from_str(value).map_err(|_| nothing())? {
            Frequency::Hourly | Frequency::Minutely | Frequency::Secondly => {
                return Err(text!("repeats-more-often-than-once-a-day-daily").into());
            }
            daily_or_rarer => rule.freq(daily_or_rarer),
        },
        "INTERVAL" => match value.parse() {
            Ok(steps @ 1..=1000) => rule.interval(steps),
            _ => return Err(text!("interval-must-be-a-whole-number-from-1").into()),
        },
        "COUNT" => rule.count(value.parse().map_err(|_| nothing())?),
        "WKST" => rule.week_start(weekday(value).ok_or_else(nothing)?),
        "BYDAY" | "BYWEEKDAY" => rule.by_weekday(each(value, nth_weekday).ok_or_else(nothing)?),
        "BYMONTH" => rule.by_month(&each(value, month).ok_or_else(nothing)?),
        "BYMONTHDAY" => rule.by_month_day(each(value, day_of_month).ok_or_else(nothing)?),
        "BYYEARDAY" => rule.by_year_day(each(value, number).ok_or_else(nothing)?),
        "BYWEEKNO" => rule.by_week_no(each(value, number).ok_or_else(nothing)?),
        "BYSETPOS" => rule.by_set_pos(each(value, number).ok_or_else(nothing)?),
        "BYHOUR" => rule.by_hour(each(value, number).ok_or_else(nothing)?),
        "BYMINUTE" => rule.by_minute(each(value, number).ok_or_else(nothing)?),
        "BYSECOND" => rule.by_second(each(value, number).ok_or_else(nothing)?),
        _ => return Err(nothing()),
    })
}

/// What a list such as `1,15,-1` says, if each of them says something.
fn each<T>(list: &str, read: fn(&str) -> Option<T>) -> Option<Vec<T>> {
    list.split(',').map(|one| read(one.trim())).collect()
}

/// Whether it is within the part's range, the crate looks at.
fn number<T: FromStr>(text: &str) -> Option<T> {
    text.parse().ok()
}

/// Such as `15`, or `-1` for the last; the crate would leave a zero out.
fn day_of_month(text: &str) -> Option<i8> {
    number(text).filter(|day| *day != 0)
}

fn month(text: &str) -> Option<Month> {
    number::<u8>(text).and_then(|number| Month::try_from(number).ok())
}

fn weekday(text: &str) -> Option<Weekday> {
    Some(match text {
        "MO" => Weekday::Mon,
        "TU" => Weekday::Tue,
        "WE" => Weekday::Wed,
        "TH" => Weekday::Thu,
        "FR" => Weekday::Fri,
        "SA" => Weekday::Sat,
        "SU" => Weekday::Sun,
        _ => return None,
    })
}

/// Such as `MO`, `2TU` or `-1FR`.
fn nth_weekday(text: &str) -> Option<NWeekday> {
    let (nth, day) = text.split_at_checked(text.len().checked_sub(2)?)?;
    let day = weekday(day)?;
    if nth.is_empty() {
        return Some(NWeekday::Every(day));
    }
    number(nth).filter(|nth| *nth != 0).map(|nth| NWeekday::Nth(nth, day))
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::NaiveDate;

    /// The rule as the crate writes it, for an event that starts on New Year's Day of 2026 at nine.
    fn told(text: &str) -> Result<String, String> {
        let start = NaiveDate::from_ymd_opt(2026, 1, 1).unwrap().and_hms_opt(9, 0, 0).unwrap();
        let until = |value: &str| {
            NaiveDateTime::parse_from_str(value, "%Y%m%dT%H%M%SZ").map_err(|_| "UNTIL".to_owned())
        };
        read(text, start, until).map(|rule| rule.to_string())
    }

    #[test]
    fn every_part_of_the_standard_is_read() {
        for (text, expected) in [
            ("FREQ=WEEKLY", "FREQ=WEEKLY;BYHOUR=9;BYMINUTE=0;BYSECOND=0;BYDAY=TH"),
            ("freq=daily; count=3 ;", "FREQ=DAILY;COUNT=3;BYHOUR=9;BYMINUTE=0;BYSECOND=0"),
            (
                "FREQ=DAILY;UNTIL=20260201T090000Z",
                "FREQ=DAILY;UNTIL=20260201T090000Z;BYHOUR=9;BYMINUTE=0;BYSECOND=0",
            ),
            // An end before the beginning leaves the first.
            (
                "FREQ=DAILY;UNTIL=20250201T090000Z",
                "FREQ=DAILY;UNTIL=20260101T090000Z;BYHOUR=9;BYMINUTE=0;BYSECOND=0",
            ),
            (
                "FREQ=MONTHLY;INTERVAL=2;WKST=SU;BYDAY=-1FR,2MO,+3TU,SU;BYSETPOS=-1,1;BYMONTHDAY=15",
                "FREQ=MONTHLY;INTERVAL=2;WKST=SU;BYSETPOS=-1,1;BYMONTHDAY=15;BYHOUR=9;BYMINUTE=0;BYSECOND=0;BYDAY=SU,-1FR,2MO,3TU",
            ),
            (
                "FREQ=YEARLY;BYMONTH=6,12;BYYEARDAY=-1,200;BYHOUR=8,14;BYMINUTE=30;BYSECOND=0",
                "FREQ=YEARLY;BYMONTH=6,12;BYHOUR=8,14;BYMINUTE=30;BYSECOND=0;BYYEARDAY=-1,200",
            ),
            ("BYDAY=20MO;FREQ=YEARLY", "FREQ=YEARLY;BYHOUR=9;BYMINUTE=0;BYSECOND=0;BYDAY=20MO"),
            ("FREQ=WEEKLY;BYWEEKDAY=TU", "FREQ=WEEKLY;BYHOUR=9;BYMINUTE=0;BYSECOND=0;BYDAY=TU"),
            ("FREQ=YEARLY;BYWEEKNO=-1,20", "FREQ=YEARLY;BYWEEKNO=-1,20;BYHOUR=9;BYMINUTE=0;BYSECOND=0"),
        ] {
            assert_eq!(told(text).as_deref(), Ok(expected), "{text}");
        }
    }

    #[test]
    fn what_says_nothing_is_refused_and_nothing_is_guessed() {
        for (text, problem) in [
            ("WEEKLY", "is not such as"),
            ("BYDAY=MO", "has no FREQ"),
            ("FREQ=HOURLY", "more often than once a day"),
            ("FREQ=OFTEN", "FREQ=OFTEN"),
            ("FREQ=DAILY;FREQ=WEEKLY", "says FREQ twice"),
            ("FREQ=DAILY;FREQ=HOURLY", "says FREQ twice"),
            ("FREQ=WEEKLY;WK\u{17f}T=SU", "WK"),
            ("FREQ=WEEKLY;BYDAY=2MO", "only those of a month"),
            ("BYDAY=MO,-1TU;FREQ=DAILY", "only those of a month"),
            ("FREQ=YEARLY;BYDAY=1MO;BYWEEKNO=30", "only those of a month"),
            ("FREQ=MONTHLY;BYMONTHDAY=0", "BYMONTHDAY=0"),
            ("FREQ=MONTHLY;BYMONTHDAY=1,0", "BYMONTHDAY=1,0"),
            ("FREQ=DAILY;INTERVAL=0", "from 1 to 1000"),
            ("FREQ=DAILY;COUNT=many", "COUNT=MANY"),
            ("FREQ=DAILY;UNTIL=soon", "UNTIL"),
            ("FREQ=WEEKLY;WKST=1MO", "WKST=1MO"),
            ("FREQ=WEEKLY;BYDAY=", "BYDAY="),
            ("FREQ=WEEKLY;BYDAY=MO,,TU", "BYDAY=MO,,TU"),
            ("FREQ=MONTHLY;BYDAY=1.5MO", "BYDAY=1.5MO"),
            ("FREQ=MONTHLY;BYDAY=0MO", "BYDAY=0MO"),
            ("FREQ=MONTHLY;BYDAY=9MO", "BYDAY"),
            ("FREQ=WEEKLY;BYDAY=\u{202e}", "BYDAY="),
            ("FREQ=YEARLY;BYMONTH=13", "BYMONTH=13"),
            ("FREQ=MONTHLY;BYMONTHDAY=32", "BYMONTHDAY"),
            ("FREQ=DAILY;BYHOUR=24", "BYHOUR"),
            ("FREQ=DAILY;BYHOUR=-1", "BYHOUR=-1"),
            ("FREQ=DAILY;BYEASTER=1", "BYEASTER=1"),
            ("FREQ=DAILY;BYHOUR=1,2,3,4,5,6,7;BYMINUTE=0,10,20,30,40,45,50", "48 times a day"),
        ] {
            let found = told(text).unwrap_err();
            assert!(found.contains(problem), "{text}: {found}");
        }
    }
}
