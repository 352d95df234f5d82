//! Instants, time zones and wall-clock times. A wall-clock time in a [`Zone`] may name no instant (DST gap)
//! or two (repeated hour).

use chrono::{
    DateTime, Datelike, Days, FixedOffset, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta, Weekday,
};
use jiff::Timestamp;
use jiff::tz::{AmbiguousOffset, Offset, TimeZone, TimeZoneDatabase};
use std::fmt;

/// A point in time, in whole Unix seconds (UTC).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Instant(i64);

impl Instant {
    /// An instant from Unix seconds.
    pub const fn from_unix(seconds: i64) -> Self {
        Instant(seconds)
    }

    /// Returns Unix seconds.
    pub const fn unix(self) -> i64 {
        self.0
    }

    /// Adds elapsed seconds; saturates.
    #[must_use]
    pub const fn plus(self, seconds: i64) -> Self {
        Instant(self.0.saturating_add(seconds))
    }

    /// Parses RFC 3339 with an offset; drops fractions of a second.
    pub fn parse_rfc3339(text: &str) -> Result<Self, String> {
        let parsed = DateTime::parse_from_rfc3339(text.trim())
            .map_err(|_| text!("is-not-an-rfc-3339-instant", text))?;
        let instant = Instant(parsed.timestamp());
        if in_reach(parsed.naive_utc().date()) {
            Ok(instant)
        } else {
            Err(text!("is-outside-the-years-1900-to-2200", text))
        }
    }

    fn utc(self) -> NaiveDateTime {
        DateTime::from_timestamp(self.0, 0).unwrap_or(DateTime::UNIX_EPOCH).naive_utc()
    }
}

/// Clamps the date to the supported years (1900 to 2200).
pub fn within_reach(date: NaiveDate) -> NaiveDate {
    let first = NaiveDate::from_ymd_opt(1900, 1, 1).unwrap_or(date);
    let last = NaiveDate::from_ymd_opt(2200, 12, 31).unwrap_or(date);
    date.clamp(first, last)
}

/// Whether the date is in the supported years (1900 to 2200).
pub fn in_reach(date: NaiveDate) -> bool {
    (1900..=2200).contains(&date.year())
}

/// The instants that a wall-clock time means in a zone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reading {
    /// One instant.
    Once(Instant),
    /// Two instants: the clock was put back.
    Twice(Instant, Instant),
    /// None: the clock jumped over it at this instant.
    Never(Instant),
}

/// An IANA time zone with its rules.
#[derive(Clone)]
pub struct Zone(TimeZone);

impl fmt::Debug for Zone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Zone").field(&self.name()).finish()
    }
}

impl PartialEq for Zone {
    fn eq(&self, other: &Self) -> bool {
        self.name() == other.name()
    }
}

impl Zone {
    /// The zone of that exact IANA name, from the embedded database.
    pub fn embedded(name: &str) -> Option<Zone> {
        let rules = TimeZoneDatabase::bundled().get(name).ok()?;
        (rules.iana_name() == Some(name) && !rules.is_unknown()).then_some(Zone(rules))
    }

    /// UTC.
    pub fn utc() -> Zone {
        Zone(TimeZone::UTC)
    }

    /// A zone from the bytes of a compiled zone file (RFC 8536).
    pub fn from_tzif(name: &str, bytes: &[u8]) -> Option<Zone> {
        TimeZone::tzif(name, bytes).ok().map(Zone)
    }

    /// Its IANA name.
    pub fn name(&self) -> &str {
        self.0.iana_name().unwrap_or("UTC")
    }

    /// ISO 3166 code of its country, by IANA's `zone.tab`; `None` for aliases and for zones such as `EST`.
    pub fn country(&self) -> Option<String> {
        let location = self.0.location().filter(|_| self.0.is_primary())?;
        Some(location.country().to_owned())
    }

    /// Offset in seconds east of UTC at that instant.
    pub fn offset_at(&self, instant: Instant) -> i32 {
        // 0 for instants beyond the range of `jiff`.
        Timestamp::from_second(instant.unix()).map_or(0, |at| self.0.to_offset(at).seconds())
    }

    /// The local date and time at that instant.
    pub fn wall(&self, instant: Instant) -> NaiveDateTime {
        instant.plus(self.offset_at(instant).into()).utc()
    }

    /// The local date at that instant.
    pub fn date(&self, instant: Instant) -> NaiveDate {
        self.wall(instant).date()
    }

    /// Resolves a local date and time.
    pub fn read(&self, wall: NaiveDateTime) -> Reading {
        let as_utc = wall.and_utc().timestamp();
        let at = |offset: Offset| Instant(as_utc - i64::from(offset.seconds()));
        let Ok(civil) = Timestamp::from_second(as_utc).map(|at| Offset::UTC.to_datetime(at)) else {
            return Reading::Once(Instant(as_utc));
        };
        match self.0.to_ambiguous_timestamp(civil).offset() {
            AmbiguousOffset::Unambiguous { offset } => Reading::Once(at(offset)),
            AmbiguousOffset::Fold { before, after } => Reading::Twice(at(before), at(after)),
            // With the offset after the jump, the skipped time lies before the jump.
            AmbiguousOffset::Gap { before, after } => Reading::Never(
                Timestamp::from_second(at(after).unix())
                    .ok()
                    .and_then(|earlier| self.0.following(earlier).find(|jump| jump.offset() == after))
                    .map_or(at(before), |jump| Instant(jump.timestamp().as_second())),
            ),
        }
    }

    /// The first instant at which the local time is `wall` or later.
    pub fn earliest(&self, wall: NaiveDateTime) -> Instant {
        match self.read(wall) {
            Reading::Once(instant) | Reading::Twice(instant, _) | Reading::Never(instant) => instant,
        }
    }

    /// The last instant at which the local time is `wall` (in a gap: the jump).
    pub fn latest(&self, wall: NaiveDateTime) -> Instant {
        match self.read(wall) {
            Reading::Once(instant) | Reading::Twice(_, instant) | Reading::Never(instant) => instant,
        }
    }

    /// RFC 3339 text with this zone's offset, cut to minutes: RFC 3339 has no seconds in offsets, but local
    /// mean times have.
    pub fn rfc3339(&self, instant: Instant) -> String {
        let offset = self.offset_at(instant);
        let wall = instant.plus(offset.into()).utc();
        let minutes = FixedOffset::east_opt(offset - offset % 60);
        let minutes = minutes.map_or_else(String::new, |minutes| minutes.to_string());
        format!("{}{minutes}", wall.format("%FT%T"))
    }
}

/// Adds days; returns `date` unchanged on overflow.
pub fn add_days(date: NaiveDate, days: i64) -> NaiveDate {
    let step = Days::new(days.unsigned_abs());
    let moved = if days < 0 { date.checked_sub_days(step) } else { date.checked_add_days(step) };
    moved.unwrap_or(date)
}

/// Adds minutes of wall-clock time; returns `wall` unchanged on overflow.
pub fn add_minutes(wall: NaiveDateTime, minutes: i64) -> NaiveDateTime {
    TimeDelta::try_minutes(minutes).and_then(|step| wall.checked_add_signed(step)).unwrap_or(wall)
}

/// Midnight at the start of the date.
pub fn midnight(date: NaiveDate) -> NaiveDateTime {
    date.and_time(NaiveTime::MIN)
}

/// Parses a date, `YYYY-MM-DD` only.
pub fn parse_date(text: &str) -> Result<NaiveDate, String> {
    let text = text.trim();
    let shaped = text.len() == 10
        && text
            .bytes()
            .enumerate()
            .all(|(i, b)| if i == 4 || i == 7 { b == b'-' } else { b.is_ascii_digit() });
    if !shaped {
        return Err(text!("is-not-a-date-such-as-2026-06", text));
    }
    let date: NaiveDate = text.parse().map_err(|_| text!("there-is-no-in-the-calendar", text))?;
    if in_reach(date) { Ok(date) } else { Err(text!("is-outside-the-years-1900-to-2200-2", text)) }
}

/// Parses a time of day on the 24-hour clock: `HH:MM` or `HH:MM:00`.
pub fn parse_time(text: &str) -> Result<NaiveTime, String> {
    let text = text.trim();
    let wrong = || text!("is-not-a-time-such-as-14-30", text);
    let mut parts = text.split(':');
    let (hour, minute) = (parts.next().unwrap_or(""), parts.next().ok_or_else(wrong)?);
    let second = parts.next().unwrap_or("00");
    let digits = |part: &str, most: usize| {
        (1..=most).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_digit())
    };
    if parts.next().is_some() || !digits(hour, 2) || minute.len() != 2 || !digits(minute, 2) {
        return Err(wrong());
    }
    if second != "00" {
        return Err(text!("is-not-on-a-whole-minute", text));
    }
    let (hour, minute) = (hour.parse().unwrap_or(99), minute.parse().unwrap_or(99));
    NaiveTime::from_hms_opt(hour, minute, 0).ok_or_else(wrong)
}

/// Formats a time of day as `HH:MM`.
pub fn hhmm(time: NaiveTime) -> String {
    time.format("%H:%M").to_string()
}

/// Parses an English or Spanish weekday, three letters or the whole word, in any case.
pub fn parse_weekday(word: &str) -> Option<Weekday> {
    let folded = crate::domain::text::fold(word);
    const WORDS: [(Weekday, [&str; 4]); 7] = [
        (Weekday::Mon, ["mon", "monday", "lun", "lunes"]),
        (Weekday::Tue, ["tue", "tuesday", "mar", "martes"]),
        (Weekday::Wed, ["wed", "wednesday", "mie", "miercoles"]),
        (Weekday::Thu, ["thu", "thursday", "jue", "jueves"]),
        (Weekday::Fri, ["fri", "friday", "vie", "viernes"]),
        (Weekday::Sat, ["sat", "saturday", "sab", "sabado"]),
        (Weekday::Sun, ["sun", "sunday", "dom", "domingo"]),
    ];
    WORDS.iter().find(|(_, words)| words.contains(&folded.as_str())).map(|(day, _)| *day)
}

/// Parses a duration, `30` (minutes), `30m`, `2h` or `1d`, to seconds.
pub fn parse_duration(text: &str) -> Result<i64, String> {
    let text = text.trim();
    let wrong = || text!("is-not-a-duration-such-as-30m-2h", text);
    let (number, unit) = match text.char_indices().last() {
        Some((at, 'm')) => (&text[..at], 60),
        Some((at, 'h')) => (&text[..at], 3600),
        Some((at, 'd')) => (&text[..at], 86_400),
        _ => (text, 60),
    };
    if number.is_empty() || number.len() > 7 || !number.bytes().all(|b| b.is_ascii_digit()) {
        return Err(wrong());
    }
    let number: i64 = number.parse().map_err(|_| wrong())?;
    Ok(number * unit)
}

/// Formats a duration so that [`parse_duration`] reads it back.
pub fn show_duration(seconds: i64) -> String {
    match seconds {
        0 => "0".into(),
        // One day is written as 24h, the usual term for reminders.
        s if s % 86_400 == 0 && s > 86_400 => format!("{}d", s / 86_400),
        s if s % 3600 == 0 => format!("{}h", s / 3600),
        s => format!("{}m", s / 60),
    }
}

#[cfg(test)]
mod tests;

#[cfg(test)]
mod spelling_tests;
