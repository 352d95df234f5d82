//! Reads the events of a calendar file (RFC 5545), with their line numbers.

use crate::formats::Problem;
use crate::formats::ics::lines::{Line, Lines};
use chrono::{NaiveDate, NaiveDateTime, NaiveTime, Timelike};
use jiff::SpanRelativeTo;
use jiff::fmt::temporal::SpanParser;
use std::io::BufRead;

/// Most events of a file.
const MOST_EVENTS: usize = 100_000;

type Read1<T> = Result<T, Problem>;

/// A date or time of a calendar.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Stamp {
    /// A whole day.
    Date(NaiveDate),
    /// A UTC time.
    Utc(NaiveDateTime),
    /// A wall-clock time without a zone.
    Floating(NaiveDateTime),
    /// A wall-clock time in the named zone.
    Zoned(NaiveDateTime, String),
}

impl Stamp {
    /// The second within the minute.
    pub fn second(&self) -> i64 {
        match self {
            Stamp::Date(_) => 0,
            Stamp::Utc(wall) | Stamp::Floating(wall) | Stamp::Zoned(wall, _) => i64::from(wall.second()),
        }
    }
}

/// A property's value and line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct At<T> {
    /// The line, starting at 1.
    pub line: u64,
    /// The value.
    pub value: T,
}

/// An event.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Event {
    /// The line of the event's `BEGIN`.
    pub line: u64,
    /// The event's id, the same in a later file.
    pub uid: String,
    /// `DTSTART`.
    pub start: Option<At<Stamp>>,
    /// `DTEND`.
    pub end: Option<At<Stamp>>,
    /// `DURATION` in seconds.
    pub seconds: Option<i64>,
    /// `RRULE`.
    pub rule: Option<At<String>>,
    /// `RDATE`: further starts.
    pub more: Vec<At<Stamp>>,
    /// `EXDATE`: starts that are left out.
    pub without: Vec<At<Stamp>>,
    /// `RECURRENCE-ID`: the start of a repeating event that this event replaces.
    pub instead_of: Option<At<Stamp>>,
    /// Whether the event blocks no time (`TRANSP`).
    pub transparent: bool,
    /// `STATUS` as written.
    pub status: Option<String>,
    /// `SUMMARY`.
    pub summary: Option<String>,
    /// `DESCRIPTION`.
    pub description: Option<String>,
    /// Our own properties, by the names after `X-TURNO-`.
    pub own: Vec<(String, String)>,
}

impl Event {
    /// Whether start and end are the same. False without an end: a default duration may apply.
    pub fn takes_no_time(&self) -> bool {
        let value = |at: &At<Stamp>| at.value.clone();
        let ends = self.end.is_some() && self.end.as_ref().map(value) == self.start.as_ref().map(value);
        ends || self.seconds == Some(0)
    }

    /// Whether the event is cancelled.
    pub fn is_cancelled(&self) -> bool {
        self.status.as_deref().is_some_and(|status| status.eq_ignore_ascii_case("CANCELLED"))
    }
}

/// Reads the events of a calendar; the first problem ends the reading.
pub fn events(input: impl BufRead) -> Read1<Vec<Event>> {
    let mut lines = Lines::new(input);
    let first = lines.next_line()?.ok_or(Problem {
        line: 1,
        problem: text!("is-empty-a-calendar-begins-with-begin-vcalendar").into(),
    })?;
    if !(first.name == "BEGIN" && first.value.trim().eq_ignore_ascii_case("VCALENDAR")) {
        return Err(first.wrong(text!("is-no-calendar-it-must-begin-with-begin")));
    }
    let mut open = vec!["VCALENDAR".to_owned()];
    let (mut events, mut event): (Vec<Event>, Option<Event>) = (Vec::new(), None);
    let mut last = first.line;
    while let Some(line) = lines.next_line()? {
        last = line.line;
        match (line.name.as_str(), line.value.trim().to_uppercase()) {
            ("BEGIN", name) => {
                if open.is_empty() && name != "VCALENDAR" {
                    return Err(line.wrong(text!("stands-outside-of-a-calendar")));
                }
                if open.len() >= 8 {
                    return Err(line.wrong(text!("is-nested-too-deep")));
                }
                if name == "VEVENT" {
                    if event.is_some() {
                        return Err(line.wrong(text!("begins-an-event-inside-another-end-vevent")));
                    }
                    event = Some(Event { line: line.line, ..Event::default() });
                }
                open.push(name);
            }
            ("END", name) => {
                if open.pop().as_ref() != Some(&name) {
                    return Err(line.wrong(&text!("ends-which-is-not-what-was-begun-last", name)));
                }
                if name == "VEVENT"
                    && let Some(whole) = event.take()
                {
                    check(&whole)?;
                    if events.len() == MOST_EVENTS {
                        return Err(line.wrong(&text!("is-one-event-more-than", most_events = MOST_EVENTS)));
                    }
                    events.push(whole);
                }
            }
            // Alarms and other components inside an event have properties of their own.
            _ if open.last().is_some_and(|name| name == "VEVENT") => {
                if let Some(event) = &mut event {
                    take(event, &line)?;
                }
            }
            _ => {}
        }
    }
    match open.pop() {
        None => Ok(events),
        Some(name) => {
            Err(Problem { line: last, problem: text!("the-file-ends-here-end-was-expected", name) })
        }
    }
}

fn check(event: &Event) -> Read1<()> {
    let wrong = |problem: &str| Err(Problem { line: event.line, problem: problem.to_owned() });
    if event.uid.is_empty() {
        return wrong(text!("the-event-has-no-uid"));
    }
    if event.start.is_none() && !event.is_cancelled() {
        return wrong(text!("the-event-has-no-dtstart"));
    }
    Ok(())
}

fn take(event: &mut Event, line: &Line) -> Read1<()> {
    let one =
        |there: bool| if there { Err(line.wrong(&text!("says-twice", name = line.name))) } else { Ok(()) };
    match line.name.as_str() {
        "UID" => {
            one(!event.uid.is_empty())?;
            event.uid = text(line.value.trim());
        }
        "DTSTART" => {
            one(event.start.is_some())?;
            event.start = Some(line.stamp(&line.value)?);
        }
        "DTEND" => {
            one(event.end.is_some())?;
            event.end = Some(line.stamp(&line.value)?);
        }
        "DURATION" => {
            one(event.seconds.is_some())?;
            let seconds = duration(line.value.trim())
                .ok_or_else(|| line.wrong(text!("is-not-a-duration-such-as-pt30m")))?;
            event.seconds = Some(seconds);
        }
        "RRULE" => {
            one(event.rule.is_some())?;
            event.rule = Some(At { line: line.line, value: line.value.trim().to_owned() });
        }
        "RDATE" => event.more.extend(line.stamps()?),
        "EXDATE" => event.without.extend(line.stamps()?),
        "EXRULE" => return Err(line.wrong(text!("exrule-is-of-an-older-standard-exdate"))),
        "RECURRENCE-ID" => {
            if line.param("RANGE").is_some() {
                return Err(line.wrong(text!("a-change-of-this-event-and-all-after")));
            }
            event.instead_of = Some(line.stamp(&line.value)?);
        }
        "TRANSP" => event.transparent = line.value.trim().eq_ignore_ascii_case("TRANSPARENT"),
        "STATUS" => event.status = Some(line.value.trim().to_owned()),
        "SUMMARY" => event.summary = Some(text(&line.value)),
        "DESCRIPTION" => event.description = Some(text(&line.value)),
        name => {
            let own = name.strip_prefix("X-TURNO-").map(|name| (name.to_owned(), text(&line.value)));
            event.own.extend(own);
        }
    }
    Ok(())
}

impl Line {
    fn stamps(&self) -> Read1<Vec<At<Stamp>>> {
        if self.param("VALUE").is_some_and(|kind| kind.eq_ignore_ascii_case("PERIOD")) {
            // Of a period only the start is used; the length is the event's.
            return self
                .value
                .split(',')
                .map(|part| self.stamp(part.split('/').next().unwrap_or(part)))
                .collect();
        }
        self.value.split(',').map(|part| self.stamp(part)).collect()
    }

    fn stamp(&self, text: &str) -> Read1<At<Stamp>> {
        let zone = self.param("TZID");
        let is_date = self.param("VALUE").is_some_and(|kind| kind.eq_ignore_ascii_case("DATE"));
        let value = stamp(text.trim(), zone, is_date).ok_or_else(|| {
            let expected = if is_date { "20260615" } else { text!("or-20260615t150000z") };
            self.wrong(&text!("must-be-such-as", name = self.name, expected))
        })?;
        Ok(At { line: self.line, value })
    }
}

fn stamp(text: &str, zone: Option<&str>, is_date: bool) -> Option<Stamp> {
    if !text.is_ascii() {
        return None;
    }
    let number = |from: usize, to: usize| -> Option<u32> {
        let digits = text.get(from..to)?;
        if digits.bytes().all(|byte| byte.is_ascii_digit()) { digits.parse().ok() } else { None }
    };
    let year = i32::try_from(number(0, 4)?).ok()?;
    let date = NaiveDate::from_ymd_opt(year, number(4, 6)?, number(6, 8)?)?;
    if text.len() == 8 {
        return Some(Stamp::Date(date));
    }
    if is_date || text.get(8..9) != Some("T") {
        return None;
    }
    // A leap second counts as the second before.
    let time = NaiveTime::from_hms_opt(number(9, 11)?, number(11, 13)?, number(13, 15)?.min(59))?;
    let wall = date.and_time(time);
    match (text.get(15..), zone) {
        (Some("Z"), _) => Some(Stamp::Utc(wall)),
        (Some(""), Some(zone)) => Some(Stamp::Zoned(wall, zone.to_owned())),
        (Some(""), None) => Some(Stamp::Floating(wall)),
        _ => None,
    }
}

/// Parses the `UNTIL` of a rule.
pub(crate) fn until(value: &str) -> Option<Stamp> {
    stamp(value, None, false)
}

/// Seconds of a duration such as `P1DT2H`, `PT30M` or `P2W`; `None` if negative.
fn duration(text: &str) -> Option<i64> {
    // ISO 8601 also has lower case and fractions; iCalendar has not.
    if !text.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'+') {
        return None;
    }
    let span = SpanParser::new().parse_span(text).ok()?;
    Some(span.to_duration(SpanRelativeTo::days_are_24_hours()).ok()?.as_secs())
}

/// Unescapes a text value: <https://www.rfc-editor.org/rfc/rfc5545#section-3.3.11>
pub fn text(value: &str) -> String {
    let mut text = String::with_capacity(value.len());
    let mut chars = value.chars();
    while let Some(c) = chars.next() {
        match c {
            '\\' => match chars.next() {
                Some('n' | 'N') => text.push('\n'),
                Some(other) => text.push(other),
                None => {}
            },
            c => text.push(c),
        }
    }
    text
}

#[cfg(test)]
mod tests;
