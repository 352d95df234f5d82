//! Weekly hours in one line: `mon-fri 8-12, 14-18; sat 8-12`.

pub mod plan;

use crate::domain::text::fold;
use crate::domain::time::{hhmm, parse_time, parse_weekday};
use crate::domain::window::bit;
use chrono::{NaiveTime, Timelike};
use std::collections::BTreeMap;

/// A night longer than this is taken for a slip.
pub const LONGEST_NIGHT: i64 = 14 * 60;
/// The word after hours that are meant to be so long.
const OVERNIGHT: &str = "overnight";
/// All seven days.
const DAILY: u8 = 0b111_1111;
const WORDS: [&str; 7] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];

/// Opening and closing time; the closing time is on the next day if it is not after the opening time.
pub type Times = (NaiveTime, NaiveTime);

/// Weekly hours: the weekdays of each span as bits, bit 0 for Monday.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Hours(pub BTreeMap<Times, u8>);

impl Hours {
    /// Parses hours in English or Spanish; `none` and `closed` are no hours at all.
    pub fn parse(text: &str) -> Result<Hours, String> {
        let mut hours = Hours::default();
        let folded = plain(text);
        if ["none", "closed", "cerrado", "ninguna", "-"].contains(&folded.as_str()) {
            return Ok(hours);
        }
        for part in folded.split(';').filter(|part| !part.trim().is_empty()) {
            parse_part(part, &mut hours)?;
        }
        if hours.0.is_empty() { Err(text!("is-not-hours-such-as", text)) } else { Ok(hours) }
    }

    /// Adds a span on these weekdays.
    pub fn add(&mut self, times: Times, days: u8) {
        *self.0.entry(times).or_default() |= days;
    }

    /// Writes the hours as [`Hours::parse`] reads them, days with equal hours together.
    pub fn text(&self) -> String {
        let mut groups: Vec<(Vec<Times>, u8)> = Vec::new();
        for day in 0..7u8 {
            let of_day: Vec<Times> =
                self.0.iter().filter(|(_, days)| *days & (1 << day) != 0).map(|(times, _)| *times).collect();
            if of_day.is_empty() {
                continue;
            }
            match groups.iter_mut().find(|(times, _)| *times == of_day) {
                Some((_, days)) => *days |= 1 << day,
                None => groups.push((of_day, 1 << day)),
            }
        }
        if groups.is_empty() {
            return "none".into();
        }
        let parts = groups.iter().flat_map(|(times, days)| {
            // Spans that overlap are written as parts of their own, as a slip would read like them.
            let in_order = |before: &Times, times: &Times| !begins_before_end(*before, *times);
            let chunks = times.chunk_by(in_order).map(|chunk| {
                let spans: Vec<String> = chunk.iter().map(|times| span_text(*times)).collect();
                format!("{} {}", days_text(*days), spans.join(", "))
            });
            chunks.collect::<Vec<_>>()
        });
        parts.collect::<Vec<_>>().join("; ")
    }
}

/// Lower case without accents; one sign for each way to write "to", "and" and the end of a part.
fn plain(text: &str) -> String {
    let text = text.replace(['–', '—'], "-").replace(['\n', '\r'], ";");
    let mut words = format!(" {} ", fold(&text));
    for (word, sign) in [
        (" to ", "-"),
        (" a ", "-"),
        (" al ", "-"),
        (" until ", "-"),
        (" hasta ", "-"),
        (" and ", ","),
        (" y ", ","),
        (" e ", ","),
        (" de ", " "),
        (" from ", " "),
        (" las ", " "),
        (" la ", " "),
        ("noon", "12:00"),
        ("mediodia", "12:00"),
        ("midnight", "24:00"),
        ("medianoche", "24:00"),
        ("nocturno", OVERNIGHT),
    ] {
        words = words.replace(word, sign);
    }
    for (wide, narrow) in [
        (" -", "-"),
        ("- ", "-"),
        (" am", "am"),
        (" pm", "pm"),
        (" a.m.", "am"),
        (" p.m.", "pm"),
        (" h", "h"),
    ] {
        while words.contains(wide) {
            words = words.replace(wide, narrow);
        }
    }
    words.trim().to_owned()
}

/// Parses the days and spans between two semicolons. Days after a span begin anew: `mon 8-12, tue 9-11`.
fn parse_part(part: &str, hours: &mut Hours) -> Result<(), String> {
    let (mut days, mut last): (u8, Option<Times>) = (0, None);
    for piece in part.split(',').map(str::trim) {
        let at = piece.find(|c: char| c.is_ascii_digit()).unwrap_or(piece.len());
        let (named, span) = piece.split_at(at);
        if !named.trim().is_empty() {
            if last.take().is_some() {
                days = 0;
            }
            days |= parse_days(named)?;
        }
        if span.is_empty() && !named.trim().is_empty() {
            continue;
        }
        if days == 0 {
            return Err(text!("hours-need-a-day", part = part.trim()));
        }
        let times = parse_span(span)?;
        if let Some(before) = last.filter(|before| begins_before_end(*before, times)) {
            let meant = (later(times.0), later(times.1));
            return Err(text!(
                "hours-overlap-the-ones-before",
                span = span_text(times),
                before = span_text(before),
                meant = span_text(meant)
            ));
        }
        hours.add(times, days);
        last = Some(times);
    }
    match last {
        Some(_) => Ok(()),
        None => Err(text!("hours-need-times", part = part.trim())),
    }
}

fn begins_before_end(before: Times, times: Times) -> bool {
    times.0 < before.1 && before.0 < before.1
}

/// Parses weekdays alone: `mon-fri`, `tue,thu`, `lunes a viernes`.
pub fn weekdays(text: &str) -> Result<u8, String> {
    let days = text.split(';').next().map(|text| parse_days(&plain(text).replace(',', " ")));
    days.unwrap_or(Ok(0)).and_then(|days| {
        if days == 0 { Err(text!("is-not-a-weekday-such-as-mon", word = text)) } else { Ok(days) }
    })
}

/// Parses weekdays: `mon-fri`, `mon tue`, `daily`.
fn parse_days(text: &str) -> Result<u8, String> {
    let parse = |word: &str| {
        let word = word.trim_end_matches(['.', ':']);
        // `martes` has a plural without a letter more, `sabados` has one.
        parse_weekday(word)
            .or_else(|| parse_weekday(word.strip_suffix('s')?))
            .ok_or_else(|| text!("is-not-a-weekday-such-as-mon", word))
    };
    let mut days = 0;
    for word in text.split_whitespace() {
        if ["daily", "everyday", "diario", "todos", "los", "dias"].contains(&word) {
            days |= if word == "los" || word == "dias" { 0 } else { DAILY };
            continue;
        }
        match word.split_once('-') {
            Some((first, last)) => {
                let (mut day, last) = (parse(first)?, parse(last)?);
                days |= bit(day);
                while day != last {
                    day = day.succ();
                    days |= bit(day);
                }
            }
            None => days |= bit(parse(word)?),
        }
    }
    Ok(days)
}

fn parse_span(text: &str) -> Result<Times, String> {
    let (text, overnight) = match text.strip_suffix(OVERNIGHT) {
        Some(span) => (span.trim(), true),
        None => (text.trim(), false),
    };
    let wrong = || text!("is-not-a-span-such-as-8-12", text);
    let (from, to) = text.split_once('-').ok_or_else(wrong)?;
    let (from, to) = (clock(from)?, clock(to)?);
    if from == to && from != NaiveTime::MIN {
        return Err(wrong());
    }
    match meant_instead((from, to)) {
        Some(meant) if !overnight => Err(text!(
            "would-be-a-night-of-hours",
            span = text,
            hours = length((from, to)) / 60,
            meant = span_text((from, meant)),
            overnight = OVERNIGHT
        )),
        _ => Ok((from, to)),
    }
}

/// Parses `8`, `8:30`, `8.30`, `8h30`, `2pm`; `24` is the midnight that ends the day.
pub fn clock(text: &str) -> Result<NaiveTime, String> {
    let word = text.trim().replace(' ', "");
    let wrong = || text!("is-not-a-time-such-as-14-30-or-2", text = text.trim());
    let (word, afternoon) = match (word.strip_suffix("pm"), word.strip_suffix("am")) {
        (Some(clock), _) => (clock.to_owned(), Some(true)),
        (_, Some(clock)) => (clock.to_owned(), Some(false)),
        _ => (word, None),
    };
    let word = word.trim_end_matches('h').replace(['h', '.'], ":");
    let word = if word.contains(':') { word } else { format!("{word}:00") };
    if word == "24:00" && afternoon.is_none() {
        return Ok(NaiveTime::MIN);
    }
    let time = parse_time(&word).map_err(|_| wrong())?;
    match (afternoon, time.hour()) {
        (None, _) => Ok(time),
        (Some(_), 0 | 13..) => Err(wrong()),
        (Some(false), 12) => time.with_hour(0).ok_or_else(wrong),
        (Some(true), hour @ 1..=11) => time.with_hour(hour + 12).ok_or_else(wrong),
        _ => Ok(time),
    }
}

/// Minutes from opening to closing.
pub fn length((from, to): Times) -> i64 {
    let minutes = (to - from).num_minutes();
    if minutes <= 0 { minutes + 24 * 60 } else { minutes }
}

/// Whether the span runs into the next day; midnight itself ends the day.
pub fn runs_past_midnight((from, to): Times) -> bool {
    to <= from && to != NaiveTime::MIN
}

/// The closing time that was probably meant by a night of over 14 hours: `9-5` is nine to five in the afternoon.
pub fn meant_instead((from, to): Times) -> Option<NaiveTime> {
    let is_long = runs_past_midnight((from, to)) && length((from, to)) > LONGEST_NIGHT;
    is_long.then(|| later(to))
}

/// The same time on the clock in the afternoon.
fn later(time: NaiveTime) -> NaiveTime {
    if time.hour() < 12 { time.with_hour(time.hour() + 12).unwrap_or(time) } else { time }
}

fn span_text(times: Times) -> String {
    let (from, to) = times;
    let said = |time: NaiveTime| match time.minute() {
        0 => time.hour().to_string(),
        _ => hhmm(time),
    };
    let to = if to == NaiveTime::MIN { "24".to_owned() } else { said(to) };
    let long = if meant_instead(times).is_some() { format!(" {OVERNIGHT}") } else { String::new() };
    format!("{}-{to}{long}", said(from))
}

/// Weekdays as in the one line: `mon-fri`, `tue,thu`.
pub fn days_text(days: u8) -> String {
    let is_on = |day: usize| day < 7 && days & (1 << day) != 0;
    let mut parts = Vec::new();
    let mut day = 0;
    while day < 7 {
        let end = (day..7).take_while(|day| is_on(*day)).count() + day;
        match end - day {
            0 => day += 1,
            1 | 2 => parts.extend(WORDS[day..end].iter().map(|word| (*word).to_owned())),
            _ => parts.push(format!("{}-{}", WORDS[day], WORDS[end - 1])),
        }
        day = day.max(end);
    }
    parts.join(",")
}

#[cfg(test)]
mod tests;
