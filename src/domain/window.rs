//! Calendar windows and closures: when a clinic sees patients, and when it doesn't after all.

use crate::domain::interval::Interval;
use crate::domain::text::fold;
use crate::domain::time::{Instant, Zone, add_days, midnight};
use chrono::{Datelike, NaiveDate, NaiveDateTime, NaiveTime, Weekday};

/// The days a window opens on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Days {
    /// Every week, bit 0 for Monday to bit 6 for Sunday.
    Weekly(u8),
    /// On one date.
    On(NaiveDate),
}

impl Days {
    /// Whether the window opens on that date.
    pub fn include(self, date: NaiveDate) -> bool {
        match self {
            Days::Weekly(bits) => bits & bit(date.weekday()) != 0,
            Days::On(day) => day == date,
        }
    }

    /// The English weekday abbreviations, or nothing for a window on one date.
    pub fn weekday_words(self) -> Vec<&'static str> {
        const WORDS: [&str; 7] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];
        match self {
            Days::Weekly(bits) => {
                WORDS.into_iter().enumerate().filter(|(i, _)| bits & (1 << i) != 0).map(|(_, w)| w).collect()
            }
            Days::On(_) => Vec::new(),
        }
    }
}

/// A weekday's bit in [`Days::Weekly`].
pub fn bit(day: Weekday) -> u8 {
    1 << day.num_days_from_monday()
}

/// A span of the week, or of one date, in which appointments can start.
#[derive(Debug, Clone, PartialEq)]
pub struct Window {
    /// UUIDv7.
    pub id: String,
    /// Whose it is.
    pub clinic_id: String,
    /// Short name for the command line.
    pub code: String,
    /// Order of creation in the clinic: the older window is preferred.
    pub position: i64,
    /// Where.
    pub branch_id: String,
    /// Whose; none for a pooled window.
    pub doctor_id: Option<String>,
    /// The services it is for; empty for any.
    pub services: Vec<String>,
    /// The days it opens on.
    pub days: Days,
    /// The first date it is valid on.
    pub valid_from: Option<NaiveDate>,
    /// The last date it is valid on.
    pub valid_until: Option<NaiveDate>,
    /// Wall clock at which it opens.
    pub from: NaiveTime,
    /// Wall clock at which it ends; the next day where not after `from`.
    pub to: NaiveTime,
    /// Morning, Afternoon, Evening or another label.
    pub session: Option<String>,
    /// Batch label that bookings take over.
    pub batch: Option<String>,
    /// Its grid, in minutes, where it differs from the doctor's.
    pub slot_minutes: Option<i64>,
    /// Bookings that each service may have on one date; required without a doctor.
    pub capacity: Option<i64>,
    /// False for `CLOSED`.
    pub open: bool,
    /// False once retired.
    pub active: bool,
    /// When it was set up.
    pub created_at: Instant,
}

/// What a booking asks of a window besides its time.
#[derive(Debug, Clone, Copy)]
pub struct Ask<'a> {
    /// Where.
    pub branch_id: &'a str,
    /// With whom; none asks for a pooled window.
    pub doctor_id: Option<&'a str>,
    /// What for; none takes any window.
    pub service_id: Option<&'a str>,
    /// Session label, where named.
    pub session: Option<&'a str>,
    /// Batch label, where named.
    pub batch: Option<&'a str>,
}

impl Window {
    /// Whether it is a window for what is asked, whatever the time.
    pub fn accepts(&self, ask: &Ask<'_>) -> bool {
        self.branch_id == ask.branch_id
            && self.doctor_id.as_deref() == ask.doctor_id
            && ask.service_id.is_none_or(|service| self.takes(service))
            && label_matches(ask.session, self.session.as_deref())
            && label_matches(ask.batch, self.batch.as_deref())
    }

    /// Whether bookings for that service may go in.
    pub fn takes(&self, service_id: &str) -> bool {
        self.services.is_empty() || self.services.iter().any(|id| id == service_id)
    }

    /// Whether it opens on that date.
    pub fn opens_on(&self, date: NaiveDate) -> bool {
        self.days.include(date)
            && self.valid_from.is_none_or(|first| first <= date)
            && self.valid_until.is_none_or(|last| date <= last)
    }

    /// The wall clock readings between which it is open when it opens on that date.
    pub fn walls(&self, date: NaiveDate) -> (NaiveDateTime, NaiveDateTime) {
        let last = if self.to <= self.from { add_days(date, 1) } else { date };
        (date.and_time(self.from), last.and_time(self.to))
    }

    /// The elapsed span of the opening on that date; empty if a clock jump swallowed it.
    pub fn span(&self, date: NaiveDate, zone: &Zone) -> Interval {
        let (from, to) = self.walls(date);
        Interval::new(zone.earliest(from), end_instant(zone, to))
    }

    /// Whether the instant lies on the grid that begins at the opening of that date.
    pub fn on_grid(&self, date: NaiveDate, zone: &Zone, step_minutes: i64, start: Instant) -> bool {
        let since = zone.wall(start) - self.walls(date).0;
        since.num_seconds().rem_euclid(step_minutes * 60) == 0
    }
}

fn label_matches(wanted: Option<&str>, label: Option<&str>) -> bool {
    wanted.is_none_or(|wanted| label.is_some_and(|label| fold(label) == fold(wanted)))
}

/// The instant at which a span ends whose last wall reading is given: midnight is when the new
/// day begins, any other reading counts until it was shown for the last time.
fn end_instant(zone: &Zone, wall: NaiveDateTime) -> Instant {
    if wall.time() == NaiveTime::MIN { zone.earliest(wall) } else { zone.latest(wall) }
}

/// One opening of a window.
#[derive(Debug, Clone, Copy)]
pub struct Opening<'a> {
    /// The window.
    pub window: &'a Window,
    /// The local date on which it opens.
    pub date: NaiveDate,
    /// From when to when.
    pub span: Interval,
}

/// The openings that can hold an instant of that local date: those of the date itself and those
/// of the day before that run past midnight.
pub fn openings_around<'a>(
    windows: impl IntoIterator<Item = &'a Window>,
    date: NaiveDate,
    zone: &Zone,
) -> Vec<Opening<'a>> {
    let mut openings = Vec::new();
    for window in windows {
        for day in [add_days(date, -1), date] {
            // Yesterday's opening matters only if it runs into today.
            let reaches = day == date || window.walls(day).1 > midnight(date);
            if reaches && window.opens_on(day) {
                let span = window.span(day, zone);
                if span.seconds() > 0 {
                    openings.push(Opening { window, date: day, span });
                }
            }
        }
    }
    openings
}

/// Whether an open one of them is for what is asked and holds the whole span.
pub fn hold(openings: &[Opening<'_>], ask: &Ask<'_>, span: Interval) -> bool {
    let mut open = openings.iter().filter(|opening| opening.window.open && opening.window.accepts(ask));
    open.any(|opening| opening.span.contains(span))
}

/// A holiday, time off or break: it subtracts from windows.
#[derive(Debug, Clone, PartialEq)]
pub struct Closure {
    /// UUIDv7.
    pub id: String,
    /// Whose it is.
    pub clinic_id: String,
    /// Short name for the command line.
    pub code: String,
    /// Only that branch.
    pub branch_id: Option<String>,
    /// Only that doctor.
    pub doctor_id: Option<String>,
    /// Wall clock of the first closed minute, in each branch's own zone.
    pub from: NaiveDateTime,
    /// Wall clock of the first minute after.
    pub to: NaiveDateTime,
    /// What for.
    pub reason: String,
    /// False once removed.
    pub active: bool,
    /// When it was entered.
    pub created_at: Instant,
}

impl Closure {
    /// Whether it is about that branch and doctor (none: a pooled window).
    pub fn concerns(&self, branch_id: &str, doctor_id: Option<&str>) -> bool {
        self.branch_id.as_deref().is_none_or(|id| id == branch_id)
            && self.doctor_id.as_deref().is_none_or(|id| Some(id) == doctor_id)
    }

    /// The elapsed span in a zone.
    pub fn span(&self, zone: &Zone) -> Interval {
        Interval::new(zone.earliest(self.from), end_instant(zone, self.to))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::fixtures;
    use crate::domain::time::parse_date;

    fn window(days: Days, from: &str, to: &str) -> Window {
        Window { days, session: Some("Morning".into()), ..fixtures::window(from, to) }
    }

    #[test]
    fn a_night_window_belongs_to_the_day_it_opens_on() {
        let zone = Zone::embedded("America/El_Salvador").unwrap();
        let friday = parse_date("2026-06-19").unwrap();
        let night = window(Days::Weekly(bit(Weekday::Fri)), "22:00", "02:00");
        let on_saturday = openings_around([&night], add_days(friday, 1), &zone);
        assert_eq!(on_saturday.len(), 1);
        assert_eq!(on_saturday[0].date, friday);
        assert_eq!(on_saturday[0].span.seconds(), 4 * 3600);
        assert!(openings_around([&night], add_days(friday, 2), &zone).is_empty());
    }

    #[test]
    fn midnight_ends_the_day_and_does_not_reach_into_the_next() {
        let zone = Zone::embedded("America/El_Salvador").unwrap();
        let friday = parse_date("2026-06-19").unwrap();
        let evening = window(Days::Weekly(bit(Weekday::Fri)), "18:00", "00:00");
        assert_eq!(openings_around([&evening], friday, &zone)[0].span.seconds(), 6 * 3600);
        assert!(openings_around([&evening], add_days(friday, 1), &zone).is_empty());
    }

    #[test]
    fn labels_are_compared_without_case() {
        let morning = window(Days::Weekly(127), "09:00", "12:00");
        let ask = Ask { session: Some("MORNING"), ..fixtures::ANA };
        assert!(morning.accepts(&ask));
        assert!(!morning.accepts(&Ask { session: Some("Evening"), ..ask }));
        assert!(!morning.accepts(&Ask { batch: Some("MA"), ..ask }));
        assert!(!morning.accepts(&Ask { doctor_id: None, ..ask }));
    }
}
