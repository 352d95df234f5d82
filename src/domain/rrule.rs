//! Recurrence rules (RFC 5545, 3.3.10), parsed and expanded by the `ical-rs` crate. The crate ignores unknown
//! parts and empty lists; here they are refused, so that no appointment is booked by a misread rule.

use chrono::{NaiveDate, NaiveDateTime};
use ical::recur::expand::IcalRecurExpand;
use ical::recur::validate::IcalRecurRuleProblem;
use ical::recur::{IcalRecurDateTime, IcalRecurFreq, IcalRecurRule};

/// Maximum repetitions on one day.
const MOST_A_DAY: usize = 48;
const PARTS: [&str; 14] = [
    "FREQ",
    "INTERVAL",
    "COUNT",
    "UNTIL",
    "WKST",
    "BYDAY",
    "BYMONTH",
    "BYMONTHDAY",
    "BYYEARDAY",
    "BYWEEKNO",
    "BYSETPOS",
    "BYHOUR",
    "BYMINUTE",
    "BYSECOND",
];

/// Parses the rule of an event that first starts at `start`. `until` converts UNTIL to the event's wall-clock
/// time; an UNTIL before `start` becomes `start`.
pub fn read(
    text: &str,
    start: NaiveDateTime,
    until: impl Fn(&str) -> Result<NaiveDateTime, String>,
) -> Result<IcalRecurRule, String> {
    let (mut names, mut parts, mut end) = (Vec::new(), Vec::new(), None);
    for part in text.split(';').filter(|part| !part.trim().is_empty()) {
        let (name, value) =
            part.split_once('=').ok_or_else(|| text!("is-not-such-as-freq-weekly-byday-mo"))?;
        let (name, value) = (name.trim().to_ascii_uppercase(), value.trim().to_ascii_uppercase());
        let name = if name == "BYWEEKDAY" { "BYDAY".to_owned() } else { name };
        if names.contains(&name) {
            return Err(text!("says-twice", name));
        }
        if name == "UNTIL" {
            end = Some(civil(until(&value)?.max(start)));
        } else {
            check_part(&name, &value)?;
            parts.push(format!("{name}={value}"));
        }
        names.push(name);
    }
    if !names.iter().any(|name| name == "FREQ") {
        return Err(text!("has-no-freq").into());
    }
    let mut rule = IcalRecurRule::parse(&parts.join(";")).map_err(not_a_rule)?;
    rule.until = end;
    check_whole(&rule)?;
    Ok(rule)
}

/// Refuses a part that the crate would ignore or drop a value of; parsing parts one by one names the bad one.
fn check_part(name: &str, value: &str) -> Result<(), String> {
    let part = format!("{name}={value}");
    let known = PARTS.contains(&name) && value.split(',').all(|item| !item.trim().is_empty());
    match IcalRecurRule::parse(&format!("FREQ=DAILY;{part}")) {
        Ok(rule) if known && rule.by_day.iter().all(|day| day.ordinal != Some(0)) => Ok(()),
        _ if name == "INTERVAL" => Err(text!("interval-must-be-a-whole-number-from-1").into()),
        _ => Err(not_a_rule(part)),
    }
}

/// Refuses conflicting parts and rules that repeat too often.
fn check_whole(rule: &IcalRecurRule) -> Result<(), String> {
    if matches!(rule.freq, IcalRecurFreq::Hourly | IcalRecurFreq::Minutely | IcalRecurFreq::Secondly) {
        return Err(text!("repeats-more-often-than-once-a-day-daily").into());
    }
    if rule.interval > 1000 {
        return Err(text!("interval-must-be-a-whole-number-from-1").into());
    }
    let a_day = [&rule.by_hour, &rule.by_minute, &rule.by_second];
    if a_day.iter().map(|times| times.len().max(1)).product::<usize>() > MOST_A_DAY {
        return Err(text!("repeats-more-than-times-a-day", most_a_day = MOST_A_DAY));
    }
    for problem in rule.problems() {
        match problem {
            // Allowed as in other calendars: the earlier limit ends the series.
            IcalRecurRuleProblem::UntilWithCount => {}
            IcalRecurRuleProblem::OrdinalFreq { .. } | IcalRecurRuleProblem::OrdinalWithWeekNo => {
                return Err(text!("counts-the-days-of-byday-as-in-2mo").into());
            }
            problem => return Err(not_a_rule(problem)),
        }
    }
    let weeks = if rule.freq == IcalRecurFreq::Monthly { 5 } else { 53 };
    if rule.by_day.iter().any(|day| day.ordinal.is_some_and(|nth| nth.unsigned_abs() > weeks)) {
        return Err(not_a_rule("BYDAY"));
    }
    Ok(())
}

fn not_a_rule(problem: impl ToString) -> String {
    text!("is-not-a-rule-of-recurrence", problem = problem.to_string())
}

/// Expands the rule from `start` in wall-clock time, limited to `between` (inclusive) if given. Returns
/// `None` if there are `most` repetitions or more.
pub fn repeat(
    rule: IcalRecurRule,
    start: NaiveDateTime,
    between: Option<(NaiveDateTime, NaiveDateTime)>,
    most: usize,
) -> Option<Vec<NaiveDateTime>> {
    let (first, last) = between.unwrap_or((NaiveDateTime::MIN, NaiveDateTime::MAX));
    let found: Vec<_> = IcalRecurExpand::new(rule, civil(start))
        .filter_map(wall)
        .skip_while(|at| *at < first)
        .take_while(|at| *at <= last)
        .take(most)
        .collect();
    (found.len() < most).then_some(found)
}

fn civil(wall: NaiveDateTime) -> IcalRecurDateTime {
    IcalRecurDateTime::from_seconds(wall.and_utc().timestamp())
}

/// `None` for a leap second, which chrono can't represent.
fn wall(civil: IcalRecurDateTime) -> Option<NaiveDateTime> {
    let (hour, minute, second) = (civil.hour.into(), civil.minute.into(), civil.second.into());
    NaiveDate::from_ymd_opt(civil.year, civil.month.into(), civil.day.into())?
        .and_hms_opt(hour, minute, second)
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::NaiveDate;

    /// The first three repetitions of the rule for an event that starts on 2026-01-01 at 09:00.
    fn told(text: &str) -> Result<String, String> {
        let start = NaiveDate::from_ymd_opt(2026, 1, 1).unwrap().and_hms_opt(9, 0, 0).unwrap();
        let until = |value: &str| {
            NaiveDateTime::parse_from_str(value, "%Y%m%dT%H%M%SZ").map_err(|_| "UNTIL".to_owned())
        };
        let rule = read(text, start, until)?;
        let end = NaiveDate::from_ymd_opt(2035, 1, 1).unwrap().and_hms_opt(0, 0, 0).unwrap();
        let found = repeat(rule, start, Some((start, end)), 10_000).unwrap();
        Ok(found.iter().take(3).map(|at| at.format("%y%m%dT%H%M ").to_string()).collect())
    }

    #[test]
    fn every_part_of_the_standard_is_read() {
        for (text, expected) in [
            ("FREQ=WEEKLY", "260101T0900 260108T0900 260115T0900 "),
            ("freq=daily; count=2 ;", "260101T0900 260102T0900 "),
            ("FREQ=DAILY;UNTIL=20260102T090000Z", "260101T0900 260102T0900 "),
            // An UNTIL before the start leaves only the first.
            ("FREQ=DAILY;UNTIL=20250201T090000Z", "260101T0900 "),
            ("FREQ=DAILY;COUNT=2;UNTIL=20270201T090000Z", "260101T0900 260102T0900 "),
            ("FREQ=MONTHLY;INTERVAL=2;BYDAY=-1FR,2MO,+3TU", "260112T0900 260120T0900 260130T0900 "),
            ("FREQ=MONTHLY;BYDAY=MO,TU;BYSETPOS=-1,1", "260105T0900 260127T0900 260202T0900 "),
            ("FREQ=MONTHLY;BYMONTHDAY=-1", "260131T0900 260228T0900 260331T0900 "),
            ("FREQ=WEEKLY;INTERVAL=2;WKST=SU;BYDAY=SU,TH", "260101T0900 260111T0900 260115T0900 "),
            (
                "FREQ=YEARLY;BYMONTH=6,12;BYMONTHDAY=15;BYHOUR=8,14;BYMINUTE=30",
                "260615T0830 260615T1430 261215T0830 ",
            ),
            ("FREQ=YEARLY;BYYEARDAY=-1,200", "260719T0900 261231T0900 270719T0900 "),
            ("BYDAY=20MO;FREQ=YEARLY", "260518T0900 270517T0900 280515T0900 "),
            ("FREQ=WEEKLY;BYWEEKDAY=TU", "260106T0900 260113T0900 260120T0900 "),
            ("FREQ=YEARLY;BYWEEKNO=20;BYDAY=MO", "260511T0900 270517T0900 280515T0900 "),
            ("FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29", "280229T0900 320229T0900 "),
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
