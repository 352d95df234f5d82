//! Free slots: windows minus closures and bookings. A slot is listed only if
//! [`crate::domain::booking::place`] accepts it unchanged, in the same window.

use crate::domain::booking::{Lengths, Wanted, choose, placement};
use crate::domain::interval::{Interval, first_hit};
use crate::domain::refusal::Refusal;
use crate::domain::settings::Settings;
use crate::domain::time::{Instant, Reading, Zone, add_minutes, midnight};
use crate::domain::window::{Ask, Opening, Window, openings_around};
use chrono::{NaiveDate, NaiveTime};

/// One bookable start.
#[derive(Debug, Clone, PartialEq)]
pub struct Slot {
    /// The visit's span.
    pub span: Interval,
    /// Local date of the start.
    pub date: NaiveDate,
    /// Local time of the start.
    pub start_time: NaiveTime,
    /// The window's session label.
    pub session: Option<String>,
    /// The window's batch label.
    pub batch: Option<String>,
    /// Bookings that the window still accepts on that date; `None` without a capacity.
    pub capacity_left: Option<i64>,
}

/// The calendar of one doctor at one branch, or of a branch's pooled windows for one service.
#[derive(Debug)]
pub struct Calendar<'a> {
    /// Branch, doctor, service and labels.
    pub ask: Ask<'a>,
    /// The branch's zone.
    pub zone: &'a Zone,
    /// The windows that match `ask`.
    pub windows: Vec<&'a Window>,
    /// Merged closures that affect the branch and doctor.
    pub closed: Vec<Interval>,
    /// The doctor's merged busy spans.
    pub busy: Vec<Interval>,
    /// Where the length of a slot comes from.
    pub lengths: Lengths,
    /// The doctor's buffers before and after, in minutes.
    pub buffers: (i64, i64),
}

/// Which starts may be booked.
#[derive(Debug, Clone, Copy)]
pub struct Bounds {
    /// First allowed start.
    pub earliest: Instant,
    /// Last allowed start.
    pub latest: Instant,
    /// Whether starts must lie on the grid.
    pub strict: bool,
}

impl Bounds {
    /// The bounds of check 5 at `now`.
    pub fn new(now: Instant, settings: &Settings) -> Self {
        Bounds {
            earliest: now.plus(settings.min_notice.max(1)),
            latest: now.plus(settings.max_advance),
            strict: settings.strict_slots,
        }
    }
}

/// The span in which bookings can affect slots that start on these local dates: from the first allowed start
/// to the end of the last opening, with the buffers.
pub fn reach(
    windows: &[&Window],
    (first, last): (NaiveDate, NaiveDate),
    zone: &Zone,
    (before, after): (i64, i64),
    bounds: &Bounds,
) -> Interval {
    let start = zone.earliest(midnight(first)).max(bounds.earliest);
    let ends = windows.iter().map(|window| window.span(last, zone).end);
    let end = ends.max().unwrap_or(start).max(start);
    Interval::new(start.plus(-60 * before), end.plus(60 * after))
}

impl Calendar<'_> {
    /// The free slots that start on that local date, earliest first. `taken` returns how many bookings of the
    /// service an opening holds.
    pub fn free_on(
        &self,
        date: NaiveDate,
        bounds: &Bounds,
        taken: &mut dyn FnMut(&Opening<'_>) -> Result<i64, Refusal>,
    ) -> Result<Vec<Slot>, Refusal> {
        let openings = openings_around(self.windows.iter().copied(), date, self.zone);
        let mut slots: Vec<Slot> = Vec::new();
        for opening in openings.iter().filter(|opening| opening.window.open) {
            let capacity_left = match opening.window.capacity {
                Some(capacity) => Some(capacity - taken(opening)?),
                None => None,
            };
            if capacity_left.is_some_and(|left| left <= 0) {
                continue;
            }
            for start in self.grid(opening, date) {
                if let Some(span) = self.free_at(start, opening, &openings, bounds) {
                    let wall = self.zone.wall(start);
                    slots.push(Slot {
                        span,
                        date: wall.date(),
                        start_time: wall.time(),
                        session: opening.window.session.clone(),
                        batch: opening.window.batch.clone(),
                        capacity_left,
                    });
                }
            }
        }
        slots.sort_by_key(|slot| slot.span);
        slots.dedup_by_key(|slot| slot.span.start);
        Ok(slots)
    }

    /// The grid's instants on that local date: none for a wall-clock time that a DST jump skips, two for a
    /// repeated one.
    fn grid(&self, opening: &Opening<'_>, date: NaiveDate) -> Vec<Instant> {
        let step = self.lengths.step(opening.window.slot_minutes);
        let (mut wall, _) = opening.window.walls(opening.date);
        // If the clock is put back near the opening's start or end, local times outside its hours occur while
        // it is open.
        while self.zone.latest(add_minutes(wall, -step)) >= opening.span.start {
            wall = add_minutes(wall, -step);
        }
        let mut starts = Vec::new();
        while self.zone.earliest(wall) < opening.span.end {
            if wall.date() == date {
                match self.zone.read(wall) {
                    Reading::Once(instant) => starts.push(instant),
                    Reading::Twice(first, second) => starts.extend([first, second]),
                    Reading::Never(_) => {}
                }
            }
            wall = add_minutes(wall, step);
        }
        starts.retain(|start| opening.span.holds(*start));
        starts
    }

    /// The span of a visit at `start`, if it can be booked into this very opening.
    fn free_at(
        &self,
        start: Instant,
        opening: &Opening<'_>,
        openings: &[Opening<'_>],
        bounds: &Bounds,
    ) -> Option<Interval> {
        if start < bounds.earliest || start > bounds.latest {
            return None;
        }
        let mut wanted =
            Wanted { ask: self.ask, start, lengths: self.lengths, buffers: self.buffers, overbook: false };
        let placed = placement(&wanted, *opening);
        if !opening.span.contains(placed.span)
            || first_hit(&self.closed, placed.span).is_some()
            || first_hit(&self.busy, placed.busy).is_some()
        {
            return None;
        }
        if openings.len() > 1 {
            // Booking the slot by its start and end must choose the window that it is listed for.
            wanted.lengths.given = Some(placed.span.seconds() / 60);
            let chosen = choose(&wanted, bounds.strict, self.zone, openings)?;
            if chosen.window.id != opening.window.id || chosen.date != opening.date {
                return None;
            }
        }
        Some(placed.span)
    }
}

#[cfg(test)]
mod tests;

#[cfg(test)]
mod properties;
