//! Expands events to spans of the clinic's wall clock: recurrence rules, exceptions and zones.
//!
//! A rule repeats wall-clock times, so it runs on the event's own clock; its results become instants
//! afterwards.

use crate::domain::interval::Interval;
use crate::domain::rrule;
use crate::domain::time::{Instant, Reading, Zone, in_reach};
use crate::formats::Problem;
use crate::formats::ics::read::{At, Event, Stamp};
use chrono::{Duration, NaiveDateTime, NaiveTime, Timelike};
use std::collections::BTreeMap;

/// Limit of an event's occurrences within the horizon.
const MOST: u16 = 2000;

/// One occurrence of an event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Occurrence {
    /// The start by the rule, which identifies the occurrence in a later file, too; empty without repetition.
    pub key: String,
    /// The start on the clinic's wall clock.
    pub from: NaiveDateTime,
    /// The end on the clinic's wall clock.
    pub to: NaiveDateTime,
    /// The event's title.
    pub summary: Option<String>,
}

/// An event's occurrences within the horizon; none if it is cancelled.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Expanded {
    /// The event's id.
    pub uid: String,
    /// The occurrences.
    pub occurrences: Vec<Occurrence>,
    /// Number of the file's entries for this event that take no time and so block nothing.
    pub empty: u64,
}

/// The zones and the horizon of an expansion.
pub struct View<'a> {
    /// Returns the zone of a name, if it is known.
    pub zone: &'a dyn Fn(&str) -> Option<Zone>,
    /// The clinic's zone, also for times without a zone.
    pub home: &'a Zone,
    /// Occurrences that do not overlap it are left out.
    pub horizon: Interval,
}

/// Expands the events that take up time.
pub fn expand(events: &[Event], view: &View<'_>) -> Result<Vec<Expanded>, Problem> {
    let mut by_uid: BTreeMap<&str, Vec<&Event>> = BTreeMap::new();
    for event in events {
        by_uid.entry(&event.uid).or_default().push(event);
    }
    by_uid.into_iter().map(|(uid, events)| one(uid, &events, view)).collect()
}

fn one(uid: &str, events: &[&Event], view: &View<'_>) -> Result<Expanded, Problem> {
    let mut found: BTreeMap<String, Occurrence> = BTreeMap::new();
    let mut empty = 0;
    let (masters, changed): (Vec<&Event>, Vec<&Event>) =
        events.iter().partition(|event| event.instead_of.is_none());
    // If an event is there twice, the later one counts: files are appended to.
    if let Some(master) = masters.last() {
        let repeats = master.rule.is_some() || !master.more.is_empty() || !changed.is_empty();
        if blocks(master) {
            let timing = Timing::of(master, view)?;
            empty += u64::from(timing.length.is_zero());
            for start in timing.starts(master, view)? {
                let key = if repeats { key(start) } else { String::new() };
                if let Some(occurrence) = timing.occurrence(master, start, &key, view) {
                    found.insert(key, occurrence);
                }
            }
        }
    }
    for event in changed {
        let Some(instead_of) = &event.instead_of else { continue };
        // A `RECURRENCE-ID` is on the clock of the repeating event.
        let clock = masters.last().unwrap_or(&event);
        let zone = zone_of(clock.start.as_ref().unwrap_or(instead_of), view)?;
        let key = key(reading(instead_of, &zone, view)?);
        found.remove(&key);
        if blocks(event) {
            let timing = Timing::of(event, view)?;
            empty += u64::from(timing.length.is_zero());
            if let Some(occurrence) = timing.occurrence(event, timing.start, &key, view) {
                found.insert(key, occurrence);
            }
        }
    }
    Ok(Expanded { uid: uid.to_owned(), occurrences: found.into_values().collect(), empty })
}

fn blocks(event: &Event) -> bool {
    !event.transparent && !event.is_cancelled() && event.start.is_some()
}

fn key(start: NaiveDateTime) -> String {
    start.format("%Y%m%dT%H%M%S").to_string()
}

/// An event's zone, its first start there, and its length.
struct Timing {
    zone: Zone,
    start: NaiveDateTime,
    length: Duration,
}

impl Timing {
    fn of(event: &Event, view: &View<'_>) -> Result<Timing, Problem> {
        let Some(given) = &event.start else {
            return Err(Problem { line: event.line, problem: text!("the-event-has-no-dtstart").into() });
        };
        let zone = zone_of(given, view)?;
        let start = reading(given, &zone, view)?;
        let wrong = |line: u64, problem: String| Err(Problem { line, problem });
        if !in_reach(start.date()) {
            return wrong(given.line, text!("is-beyond-the-years-that-the-book-knows", date = start.date()));
        }
        if let (false, Reading::Never(_)) = (matches!(given.value, Stamp::Date(_)), zone.read(start)) {
            let zone = zone.name();
            return wrong(
                given.line,
                text!("does-not-exist-in-the-clock-jumps-over", wall = start, name = zone),
            );
        }
        let length = match (&event.end, event.seconds) {
            (Some(end), _) => reading(end, &zone, view)? - start,
            (None, Some(seconds)) => Duration::seconds(seconds),
            // Without an end, a date lasts that day and a time takes no time.
            (None, None) if matches!(given.value, Stamp::Date(_)) => Duration::days(1),
            (None, None) => Duration::zero(),
        };
        let line = event.end.as_ref().map_or(event.line, |end| end.line);
        if length < Duration::zero() {
            return wrong(line, text!("the-event-ends-before-it-begins").into());
        }
        if length > Duration::days(366) {
            return wrong(line, text!("the-event-takes-longer-than-a-year").into());
        }
        Ok(Timing { zone, start, length })
    }

    /// The starts that may lie within the horizon, on the event's clock.
    fn starts(&self, event: &Event, view: &View<'_>) -> Result<Vec<NaiveDateTime>, Problem> {
        let mut starts = match &event.rule {
            None => vec![self.start],
            Some(rule) => self.by_rule(rule, view)?,
        };
        for more in &event.more {
            let start = reading(more, &self.zone, view)?;
            starts.push(if matches!(more.value, Stamp::Date(_)) {
                start.date().and_time(self.start.time())
            } else {
                start
            });
        }
        for without in &event.without {
            let left_out = reading(without, &self.zone, view)?;
            let whole_day = matches!(without.value, Stamp::Date(_));
            starts.retain(
                |start| {
                    if whole_day { start.date() != left_out.date() } else { *start != left_out }
                },
            );
        }
        starts.sort_unstable();
        starts.dedup();
        Ok(starts)
    }

    fn by_rule(&self, rule: &At<String>, view: &View<'_>) -> Result<Vec<NaiveDateTime>, Problem> {
        let wrong = |problem: String| Problem { line: rule.line, problem };
        // UNTIL is on the event's clock, as the starts are.
        let until = |value: &str| match crate::formats::ics::read::until(value) {
            None => Err(text!("until-must-be-such-as-20260615-or-20260615t150000z").to_owned()),
            Some(Stamp::Date(date)) => {
                Ok(date.and_time(NaiveTime::from_hms_opt(23, 59, 59).unwrap_or_default()))
            }
            Some(stamp) => reading(&At { line: rule.line, value: stamp }, &self.zone, view)
                .map_err(|wrong| wrong.problem),
        };
        let read = rrule::read(&rule.value, self.start, until).map_err(wrong)?;
        // One day more on each side: the event's clock may differ from the clinic's.
        let day = Duration::days(1);
        let (first, last) = (self.zone.wall(view.horizon.start), self.zone.wall(view.horizon.end));
        let horizon = (first - self.length - day, last + day);
        rrule::repeat(read, self.start, Some(horizon), MOST.into())
            .ok_or_else(|| wrong(text!("repeats-more-than-times-within-the-horizon", most = MOST)))
    }

    /// An occurrence on the clinic's wall clock; `None` outside the horizon or without a length.
    fn occurrence(
        &self,
        event: &Event,
        start: NaiveDateTime,
        key: &str,
        view: &View<'_>,
    ) -> Option<Occurrence> {
        let whole_days = matches!(event.start.as_ref().map(|start| &start.value), Some(Stamp::Date(_)));
        let (from, to) = (start, start.checked_add_signed(self.length)?);
        let span = Interval::new(self.zone.earliest(from), self.zone.latest(to));
        if from == to || !span.overlaps(view.horizon) {
            return None;
        }
        // Whole days keep their dates, whatever the calendar's zone.
        let wall = |instant: Instant| view.home.wall(instant);
        let (from, to) = if whole_days { (from, to) } else { (wall(span.start), wall(span.end)) };
        // In a repeated hour, the end's wall-clock time may not be after the start's.
        let to = if to > from { to } else { from + self.length };
        let (from, to) = (begun_minute(from), full_minute(to));
        Some(Occurrence { key: key.to_owned(), from, to, summary: event.summary.clone() })
    }
}

/// Rounds down to the minute: turno stores whole minutes.
pub fn begun_minute(wall: NaiveDateTime) -> NaiveDateTime {
    wall - Duration::seconds(i64::from(wall.second()))
}

/// Rounds up to the minute.
pub fn full_minute(wall: NaiveDateTime) -> NaiveDateTime {
    wall + Duration::seconds((60 - i64::from(wall.second())) % 60)
}

fn zone_of(stamp: &At<Stamp>, view: &View<'_>) -> Result<Zone, Problem> {
    match &stamp.value {
        Stamp::Date(_) | Stamp::Floating(_) => Ok(view.home.clone()),
        Stamp::Utc(_) => Ok(Zone::utc()),
        Stamp::Zoned(_, name) => named(name, view)
            .ok_or_else(|| Problem { line: stamp.line, problem: text!("the-zone-is-not-known-one", name) }),
    }
}

/// Finds a zone; some programs add a prefix to the name (`/mozilla.org/2026/Europe/Rome`).
fn named(name: &str, view: &View<'_>) -> Option<Zone> {
    let parts: Vec<&str> = name.split('/').collect();
    let tails = (0..parts.len()).map(|from| parts.get(from..).unwrap_or_default().join("/"));
    tails.filter(|tail| !tail.is_empty()).find_map(|tail| (view.zone)(&tail))
}

/// The stamp on the clock of `zone`.
fn reading(stamp: &At<Stamp>, zone: &Zone, view: &View<'_>) -> Result<NaiveDateTime, Problem> {
    let instant = match &stamp.value {
        Stamp::Date(date) => return Ok(date.and_time(NaiveTime::MIN)),
        Stamp::Floating(wall) => return Ok(*wall),
        Stamp::Utc(wall) => Instant::from_unix(wall.and_utc().timestamp()),
        Stamp::Zoned(wall, _) => {
            let own = zone_of(stamp, view)?;
            if own.name() == zone.name() {
                return Ok(*wall);
            }
            own.earliest(*wall)
        }
    };
    Ok(zone.wall(instant))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::formats::ics::read::events;

    /// The occurrences of one event with these lines, in San Salvador in June and July 2026.
    fn spans(lines: &str) -> Result<String, Problem> {
        let home = Zone::embedded("America/El_Salvador").unwrap();
        let at = |text: &str| Instant::parse_rfc3339(text).unwrap();
        let horizon = Interval::new(at("2026-06-01T00:00:00-06:00"), at("2026-08-01T00:00:00-06:00"));
        let view = View { zone: &Zone::embedded, home: &home, horizon };
        let lines = lines.replace('|', "\n");
        let text = format!("BEGIN:VCALENDAR\nBEGIN:VEVENT\nUID:a\n{lines}\nEND:VEVENT\nEND:VCALENDAR\n");
        let found = expand(&events(text.as_bytes()).unwrap(), &view)?;
        let spans = found.iter().flat_map(|event| &event.occurrences).map(|one| {
            let end = if one.to.date() == one.from.date() { "%H:%M" } else { "%m-%dT%H:%M" };
            format!("{}-{}", one.from.format("%m-%dT%H:%M"), one.to.format(end))
        });
        Ok(spans.collect::<Vec<_>>().join(" "))
    }

    #[test]
    fn an_event_takes_place_when_its_clock_says() {
        for (lines, expected) in [
            ("DTSTART:20260615T150000Z|DTEND:20260615T160000Z", "06-15T09:00-10:00"),
            ("DTSTART:20260615T090000|DURATION:PT90M", "06-15T09:00-10:30"),
            ("DTSTART;TZID=Europe/Madrid:20260615T180000|DURATION:PT1H", "06-15T10:00-11:00"),
            (
                "DTSTART;TZID=/mozilla.org/2026/Europe/Madrid:20260615T180000|DURATION:PT1H",
                "06-15T10:00-11:00",
            ),
            ("DTSTART;VALUE=DATE:20260615", "06-15T00:00-06-16T00:00"),
            ("DTSTART;VALUE=DATE:20260615|DTEND;VALUE=DATE:20260618", "06-15T00:00-06-18T00:00"),
            ("DTSTART:20260615T150000Z|DURATION:PT30S", "06-15T09:00-09:01"),
            ("DTSTART:20260615T150030Z|DTEND:20260615T150031Z", "06-15T09:00-09:01"),
            ("DTSTART:20260615T150059Z|DTEND:20260615T160001Z", "06-15T09:00-10:01"),
            // No length, transparent, cancelled, or over.
            ("DTSTART:20260615T150000Z", ""),
            ("DTSTART:20260615T150000Z|DURATION:PT1H|TRANSP:TRANSPARENT", ""),
            ("DTSTART:20260615T150000Z|DURATION:PT1H|STATUS:CANCELLED", ""),
            ("DTSTART:20250615T150000Z|DURATION:PT1H", ""),
            // The third Friday; the last day of the month; with exceptions and additions.
            (
                "DTSTART:20260116T090000|DURATION:PT1H|RRULE:FREQ=MONTHLY;BYDAY=3FR",
                "06-19T09:00-10:00 07-17T09:00-10:00",
            ),
            (
                "DTSTART:20260131T090000|DURATION:PT1H|RRULE:FREQ=MONTHLY;BYMONTHDAY=-1",
                "06-30T09:00-10:00 07-31T09:00-10:00",
            ),
            (
                "DTSTART:20260102T090000|DURATION:PT1H|RRULE:FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1",
                "06-30T09:00-10:00 07-31T09:00-10:00",
            ),
            (
                "DTSTART:20260601T090000|DURATION:PT1H|RRULE:FREQ=WEEKLY;COUNT=4|EXDATE:20260608T090000|RDATE:20260610T090000",
                "06-01T09:00-10:00 06-10T09:00-10:00 06-15T09:00-10:00 06-22T09:00-10:00",
            ),
            (
                "DTSTART:20260601T090000|DURATION:PT1H|RRULE:FREQ=WEEKLY;UNTIL=20260615|EXDATE;VALUE=DATE:20260608",
                "06-01T09:00-10:00 06-15T09:00-10:00",
            ),
            // No year has such a day.
            ("DTSTART:20260601T090000|DURATION:PT1H|RRULE:FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30", ""),
            // A rule without an end is cut by the horizon.
            ("DTSTART:20260131T090000|DURATION:PT1H|RRULE:FREQ=MONTHLY", "07-31T09:00-10:00"),
            // The rule ended before the horizon.
            ("DTSTART:20200601T090000|DURATION:PT1H|RRULE:FREQ=DAILY;UNTIL=20201231T000000Z", ""),
            // The rule keeps 18:00 in Madrid after the change to summer time.
            (
                "DTSTART;TZID=Europe/Madrid:20260105T180000|DURATION:PT1H|RRULE:FREQ=WEEKLY;UNTIL=20260608T160000Z",
                "06-01T10:00-11:00 06-08T10:00-11:00",
            ),
            // One occurrence is moved, another is cancelled.
            (
                "DTSTART:20260601T090000|DURATION:PT1H|RRULE:FREQ=WEEKLY;COUNT=3|END:VEVENT|BEGIN:VEVENT|UID:a|RECURRENCE-ID:20260608T090000|DTSTART:20260609T120000|DURATION:PT2H|END:VEVENT|BEGIN:VEVENT|UID:a|RECURRENCE-ID:20260615T150000Z|DTSTART:20260615T090000|STATUS:CANCELLED",
                "06-01T09:00-10:00 06-09T12:00-14:00",
            ),
        ] {
            assert_eq!(spans(lines).as_deref(), Ok(expected), "{lines}");
        }
    }

    #[test]
    fn what_nobody_can_tell_is_refused_with_its_line() {
        for (lines, line, problem) in [
            ("DTSTART;TZID=Europe/Madrid:20260329T023000|DURATION:PT1H", 4, "the clock jumps over it"),
            ("DTSTART;TZID=Nowhere:20260329T023000|DURATION:PT1H", 4, "the zone \"Nowhere\" is not known"),
            ("DTSTART:20260601T090000|DTEND:20260601T080000", 5, "ends before it begins"),
            ("DTSTART:20260601T090000|DURATION:P9999D", 3 - 1, "longer than a year"),
            ("DTSTART:20260601T090000|DURATION:PT1H|RRULE:FREQ=SECONDLY", 6, "more often than once a day"),
            (
                "DTSTART:19700101T090000|DURATION:PT1M|RRULE:FREQ=DAILY;BYHOUR=7,8,9,10,11,12,13;BYMINUTE=0,10,20,30,40,45,50",
                6,
                "more than 48 times a day",
            ),
            ("DTSTART:20260601T090000|DURATION:PT1H|RRULE:FREQ=DAILY;INTERVAL=0", 6, "INTERVAL must be"),
            ("DTSTART:20260601T090000|DURATION:PT1H|RRULE:BYDAY=MO", 6, "has no FREQ"),
            ("DTSTART:20260601T090000|DURATION:PT1H|RRULE:FREQ=OFTEN", 6, "is not a rule"),
            ("DTSTART:20260601T090000|DURATION:PT1H|RRULE:FREQ=WEEKLY;BYDAY=T\u{202e}U", 6, "is not a rule"),
            ("DTSTART:20260601T090000|DURATION:PT1H|RRULE:FREQ=DAILY;UNTIL=soon", 6, "UNTIL must be"),
            (
                "DTSTART:20260601T090000|DURATION:PT1H|RRULE:FREQ=DAILY;BYHOUR=1,2,3,4,5,6,7,8;BYMINUTE=0,10,20,30,40,50",
                6,
                "more than 2000 times",
            ),
            ("DTSTART:99990601T090000|DURATION:PT1H", 4, "beyond the years"),
        ] {
            let found = spans(lines).unwrap_err();
            assert!(found.line == line && found.problem.contains(problem), "{lines}: {found:?}");
        }
    }
}
