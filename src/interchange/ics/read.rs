//! The events of a calendar file (RFC 5545), with the lines on which they stand.
//!
//! Content lines are read here and not by a crate: none of those that read iCalendar says in which line of
//! the file something is wrong. What a rule of recurrence means is the `recurrence` crate's.

use chrono::{NaiveDate, NaiveDateTime, NaiveTime};
use std::io::{BufRead, Read};

/// The most bytes of a line, its continuations included.
const LONGEST_LINE: usize = 1 << 20;
/// The most events that a file may have.
const MOST_EVENTS: usize = 100_000;

/// What is wrong with a file, and in which line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// The line, from 1.
    pub line: u64,
    /// In words.
    pub problem: String,
}

type Read1<T> = Result<T, Problem>;

/// A date or time as a calendar writes it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Stamp {
    /// A whole day.
    Date(NaiveDate),
    /// A reading of UTC's clock.
    Utc(NaiveDateTime),
    /// A reading of the clock on the wall, wherever that is.
    Floating(NaiveDateTime),
    /// A reading of a zone's clock.
    Zoned(NaiveDateTime, String),
}

/// A property, and the line on which it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct At<T> {
    /// The line, from 1.
    pub line: u64,
    /// The value.
    pub value: T,
}

/// An event.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Event {
    /// The line of its `BEGIN`.
    pub line: u64,
    /// What tells it from others, also in a later file.
    pub uid: String,
    /// Its start.
    pub start: Option<At<Stamp>>,
    /// Its end …
    pub end: Option<At<Stamp>>,
    /// … or how long it takes, in seconds.
    pub seconds: Option<i64>,
    /// How it repeats: the text of an `RRULE`.
    pub rule: Option<At<String>>,
    /// More starts.
    pub more: Vec<At<Stamp>>,
    /// Starts that are left out.
    pub without: Vec<At<Stamp>>,
    /// Of an event that repeats, the one start that this event is about.
    pub instead_of: Option<At<Stamp>>,
    /// Whether it takes up nobody's time.
    pub transparent: bool,
    /// `STATUS`, as it is written.
    pub status: Option<String>,
    /// What it is called.
    pub summary: Option<String>,
    /// What is said of it.
    pub description: Option<String>,
    /// What our own exports say besides, by the names behind `X-TURNO-`.
    pub own: Vec<(String, String)>,
}

impl Event {
    /// Whether it was called off.
    pub fn is_cancelled(&self) -> bool {
        self.status.as_deref().is_some_and(|status| status.eq_ignore_ascii_case("CANCELLED"))
    }
}

/// Reads the events of a calendar.
///
/// # Errors
/// The first thing that is wrong, with its line: an import takes a calendar as a whole.
pub fn events(input: impl BufRead) -> Read1<Vec<Event>> {
    let mut lines = Lines { input, number: 0, held: None };
    let first = lines
        .next_line()?
        .ok_or(Problem { line: 1, problem: "is empty; a calendar begins with BEGIN:VCALENDAR".into() })?;
    if !(first.name == "BEGIN" && first.value.trim().eq_ignore_ascii_case("VCALENDAR")) {
        return Err(first.wrong("is no calendar: it must begin with BEGIN:VCALENDAR"));
    }
    let mut open = vec!["VCALENDAR".to_owned()];
    let (mut events, mut event): (Vec<Event>, Option<Event>) = (Vec::new(), None);
    let mut last = first.line;
    while let Some(line) = lines.next_line()? {
        last = line.line;
        match (line.name.as_str(), line.value.trim().to_uppercase()) {
            ("BEGIN", name) => {
                if open.is_empty() && name != "VCALENDAR" {
                    return Err(line.wrong("stands outside of a calendar"));
                }
                if open.len() >= 8 {
                    return Err(line.wrong("is nested too deep"));
                }
                if name == "VEVENT" {
                    if event.is_some() {
                        return Err(
                            line.wrong("begins an event inside another: END:VEVENT was expected before")
                        );
                    }
                    event = Some(Event { line: line.line, ..Event::default() });
                }
                open.push(name);
            }
            ("END", name) => {
                if open.pop().as_ref() != Some(&name) {
                    return Err(line.wrong(&format!("ends {name}, which is not what was begun last")));
                }
                if name == "VEVENT"
                    && let Some(whole) = event.take()
                {
                    check(&whole)?;
                    if events.len() == MOST_EVENTS {
                        return Err(line.wrong(&format!("is one event more than {MOST_EVENTS}")));
                    }
                    events.push(whole);
                }
            }
            // Alarms and what else stands in an event has properties of its own.
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
            Err(Problem { line: last, problem: format!("the file ends here; END:{name} was expected") })
        }
    }
}

fn check(event: &Event) -> Read1<()> {
    let wrong = |problem: &str| Err(Problem { line: event.line, problem: problem.to_owned() });
    if event.uid.is_empty() {
        return wrong("the event has no UID, by which it is known again");
    }
    if event.start.is_none() && !event.is_cancelled() {
        return wrong("the event has no DTSTART");
    }
    Ok(())
}

fn take(event: &mut Event, line: &Line) -> Read1<()> {
    let one =
        |there: bool| if there { Err(line.wrong(&format!("says {} twice", line.name))) } else { Ok(()) };
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
                .ok_or_else(|| line.wrong("is not a duration such as PT30M or P1D"))?;
            event.seconds = Some(seconds);
        }
        "RRULE" => {
            one(event.rule.is_some())?;
            event.rule = Some(At { line: line.line, value: line.value.trim().to_owned() });
        }
        "RDATE" => event.more.extend(line.stamps()?),
        "EXDATE" => event.without.extend(line.stamps()?),
        "EXRULE" => return Err(line.wrong("EXRULE is of an older standard; EXDATE was expected")),
        "RECURRENCE-ID" => {
            if line.param("RANGE").is_some() {
                return Err(line.wrong("a change of this event and all after it (RANGE) is not understood"));
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

/// A content line, unfolded.
struct Line {
    line: u64,
    name: String,
    params: Vec<(String, String)>,
    value: String,
}

impl Line {
    fn wrong(&self, problem: &str) -> Problem {
        Problem { line: self.line, problem: problem.to_owned() }
    }

    fn param(&self, name: &str) -> Option<&str> {
        self.params.iter().find(|(own, _)| own == name).map(|(_, value)| value.as_str())
    }

    fn stamps(&self) -> Read1<Vec<At<Stamp>>> {
        if self.param("VALUE").is_some_and(|kind| kind.eq_ignore_ascii_case("PERIOD")) {
            // Of a period the start is what counts here: its length is the event's.
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
            let expected = if is_date { "20260615" } else { "20260615T090000 or 20260615T150000Z" };
            self.wrong(&format!("{} must be such as {expected}", self.name))
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
    // A leap second is the one before it.
    let time = NaiveTime::from_hms_opt(number(9, 11)?, number(11, 13)?, number(13, 15)?.min(59))?;
    let wall = date.and_time(time);
    match (text.get(15..), zone) {
        (Some("Z"), _) => Some(Stamp::Utc(wall)),
        (Some(""), Some(zone)) => Some(Stamp::Zoned(wall, zone.to_owned())),
        (Some(""), None) => Some(Stamp::Floating(wall)),
        _ => None,
    }
}

/// The end of a rule of recurrence.
pub(super) fn until(value: &str) -> Option<Stamp> {
    stamp(value, None, false)
}

/// Seconds of a duration such as `P1DT2H`, `PT30M` or `P2W`; a negative one is none for an event.
fn duration(text: &str) -> Option<i64> {
    let rest = text.strip_prefix('+').unwrap_or(text).strip_prefix('P')?;
    let (mut seconds, mut digits, mut in_time, mut any) = (0_i64, String::new(), false, false);
    for c in rest.chars() {
        let unit = match (c, in_time) {
            ('0'..='9', _) if digits.len() < 9 => {
                digits.push(c);
                continue;
            }
            ('T', false) if digits.is_empty() => {
                in_time = true;
                continue;
            }
            ('W', false) => 7 * 86_400,
            ('D', false) => 86_400,
            ('H', true) => 3600,
            ('M', true) => 60,
            ('S', true) => 1,
            _ => return None,
        };
        seconds = seconds.checked_add(digits.parse::<i64>().ok()?.checked_mul(unit)?)?;
        digits.clear();
        any = true;
    }
    (any && digits.is_empty()).then_some(seconds)
}

/// A text value with its escapes read.
/// <https://www.rfc-editor.org/rfc/rfc5545#section-3.3.11>
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

/// The lines of a file, unfolded.
struct Lines<R> {
    input: R,
    /// Lines read so far.
    number: u64,
    /// A line that was read to see whether it goes on with the one before.
    held: Option<(u64, Vec<u8>)>,
}

impl<R: BufRead> Lines<R> {
    fn next_line(&mut self) -> Read1<Option<Line>> {
        loop {
            let Some((line, mut bytes)) = self.raw()? else { return Ok(None) };
            while let Some((number, next)) = self.raw()? {
                match next.split_first() {
                    Some((b' ' | b'\t', rest)) => bytes.extend_from_slice(rest),
                    _ => {
                        self.held = Some((number, next));
                        break;
                    }
                }
                if bytes.len() > LONGEST_LINE {
                    return Err(Problem { line, problem: "is longer than 1 MiB".into() });
                }
            }
            if !bytes.iter().all(u8::is_ascii_whitespace) {
                return parse(line, bytes).map(Some);
            }
        }
    }

    /// The next line as it stands, without its end.
    fn raw(&mut self) -> Read1<Option<(u64, Vec<u8>)>> {
        if let Some(held) = self.held.take() {
            return Ok(Some(held));
        }
        let mut bytes = Vec::new();
        let line = self.number + 1;
        let wrong = |problem: String| Problem { line, problem };
        let most = LONGEST_LINE as u64 + 2;
        let read = Read::take(&mut self.input, most)
            .read_until(b'\n', &mut bytes)
            .map_err(|problem| wrong(format!("can't be read: {problem}")))?;
        if read == 0 {
            return Ok(None);
        }
        if bytes.len() > LONGEST_LINE {
            return Err(wrong("is longer than 1 MiB".into()));
        }
        if line == 1 && bytes.starts_with(b"\xef\xbb\xbf") {
            bytes.drain(..3);
        }
        while bytes.last().is_some_and(|byte| matches!(byte, b'\n' | b'\r')) {
            bytes.pop();
        }
        self.number = line;
        Ok(Some((line, bytes)))
    }
}

/// A content line in its parts: `NAME;PARAM="a:b";OTHER=c:value`.
fn parse(line: u64, bytes: Vec<u8>) -> Read1<Line> {
    let wrong = |problem: &str| Problem { line, problem: problem.to_owned() };
    let text = String::from_utf8(bytes)
        .map_err(|_| wrong("has bytes that are not UTF-8; save the calendar as UTF-8"))?;
    if text.contains('\0') {
        return Err(wrong("has a NUL character"));
    }
    let no_line = || wrong("is not a line of a calendar: NAME:VALUE was expected");
    let (mut quoted, mut parts, mut from, mut end) = (false, Vec::new(), 0, None);
    for (place, c) in text.char_indices() {
        match c {
            '"' => quoted = !quoted,
            ';' if !quoted => {
                parts.push(&text[from..place]);
                from = place + 1;
            }
            ':' if !quoted => {
                parts.push(&text[from..place]);
                end = Some(place);
                break;
            }
            _ => {}
        }
    }
    let value = end.map(|end| text[end + 1..].to_owned()).ok_or_else(no_line)?;
    let mut parts = parts.into_iter();
    let name = parts.next().unwrap_or_default().trim().to_uppercase();
    if name.is_empty() || !name.chars().all(|c| c.is_ascii_alphanumeric() || c == '-') {
        return Err(no_line());
    }
    let params = parts
        .map(|part| {
            let (name, value) = part.split_once('=').unwrap_or((part, ""));
            (name.trim().to_uppercase(), value.trim().trim_matches('"').to_owned())
        })
        .collect();
    Ok(Line { line, name, params, value })
}

#[cfg(test)]
#[path = "read_tests.rs"]
mod tests;
