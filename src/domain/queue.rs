//! Forecasts a queue: the likely order of patients and their likely start times.

use crate::domain::interval::Interval;
use crate::domain::status::Status;
use crate::domain::time::Instant;

/// A visit in the queue of one doctor (or one pooled window) on one day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Turn {
    /// Scheduled, confirmed, checked in or in progress.
    pub status: Status,
    /// The booked span.
    pub span: Interval,
    /// Actual start, for a visit in progress.
    pub started_at: Option<Instant>,
    /// When a patient who waits came.
    pub arrived_at: Option<Instant>,
}

impl Turn {
    /// The earliest time at which the patient can be seen.
    fn ready(&self, now: Instant) -> Instant {
        match self.status {
            Status::CheckedIn | Status::InProgress => now,
            _ => self.span.start.max(now),
        }
    }
}

/// Returns the indexes of `turns` in their likely order, each with its likely (in progress: actual) start.
///
/// Patients who wait are seen in the order in which they came. Between them and those who are still expected
/// the order is by booked start, but a patient who is present goes first if the next patient is late, or if the
/// visit ends before the next patient is due.
pub fn forecast(turns: &[Turn], now: Instant) -> Vec<(usize, Instant)> {
    one_after_another(turns, now, now)
}

/// Delay in minutes from which a patient is told to come later.
pub const WORTH_A_CALL: i64 = 10;

/// Whether `expected` is news to the patient: no estimate was sent, or the last one is [`WORTH_A_CALL`] off.
pub fn is_news(told: Option<Instant>, expected: Instant) -> bool {
    told.is_none_or(|told| (expected.unix() - told.unix()).abs() >= WORTH_A_CALL * 60)
}

/// [`forecast`] for a doctor who sees the next patient `seconds` later than forecast.
pub fn delayed(turns: &[Turn], now: Instant, seconds: i64) -> Vec<(usize, Instant)> {
    let likely = forecast(turns, now);
    let next = likely.iter().find(|(place, _)| turns[*place].status != Status::InProgress);
    one_after_another(turns, now, next.map_or(now, |(_, at)| *at).plus(seconds))
}

fn one_after_another(turns: &[Turn], now: Instant, free_at: Instant) -> Vec<(usize, Instant)> {
    let mut left: Vec<usize> = (0..turns.len()).collect();
    left.sort_by_key(|&i| (turns[i].status != Status::InProgress, turns[i].span));
    let (mut order, mut free_at) = (Vec::with_capacity(turns.len()), free_at);
    while let Some(&first) = left.first() {
        let next = match turns[first].status {
            Status::InProgress => 0,
            Status::CheckedIn => present(turns, &left).next().unwrap_or(0),
            _ => overtaker(turns, &left, free_at, now).unwrap_or(0),
        };
        let place = left.remove(next);
        let turn = &turns[place];
        let begin = match (turn.status, turn.started_at) {
            (Status::InProgress, Some(started)) => started,
            _ => free_at.max(turn.ready(now)),
        };
        free_at = free_at.max(begin.plus(turn.span.seconds()));
        order.push((place, begin));
    }
    order
}

/// Positions in `left` of the patients who are present, in the order in which they came.
fn present(turns: &[Turn], left: &[usize]) -> impl Iterator<Item = usize> {
    let is_here = |place: &usize| turns[left[*place]].status == Status::CheckedIn;
    let mut places: Vec<usize> = (0..left.len()).filter(is_here).collect();
    places.sort_by_key(|place| {
        let turn = &turns[left[*place]];
        (turn.arrived_at.unwrap_or(turn.span.start), turn.span)
    });
    places.into_iter()
}

/// Position in `left` of the patient who is present and goes before the first, who is still expected.
fn overtaker(turns: &[Turn], left: &[usize], free_at: Instant, now: Instant) -> Option<usize> {
    let first = &turns[*left.first()?];
    let late = first.span.start < now;
    let fits = |turn: &Turn| free_at.plus(turn.span.seconds()) <= first.ready(now);
    present(turns, left).find(|place| late || fits(&turns[left[*place]]))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(minute: i64) -> Instant {
        Instant::from_unix(8 * 3600 + minute * 60)
    }

    fn turn(status: Status, from: i64, to: i64) -> Turn {
        Turn { status, span: Interval::new(at(from), at(to)), started_at: None, arrived_at: None }
    }

    fn minutes(turns: &[Turn], now: i64) -> Vec<(usize, i64)> {
        let of = |instant: Instant| (instant.unix() - at(0).unix()) / 60;
        forecast(turns, at(now)).into_iter().map(|(place, begin)| (place, of(begin))).collect()
    }

    #[test]
    fn who_is_there_goes_by_their_appointed_times() {
        let turns = [turn(Status::CheckedIn, 30, 60), turn(Status::CheckedIn, 0, 30)];
        assert_eq!(minutes(&turns, 10), [(1, 10), (0, 40)]);
    }

    #[test]
    fn who_came_first_is_seen_first() {
        let came =
            |minute, from| Turn { arrived_at: Some(at(minute)), ..turn(Status::CheckedIn, from, from + 30) };
        assert_eq!(minutes(&[came(8, 0), came(2, 60), came(5, 30)], 10), [(1, 10), (2, 40), (0, 70)]);
    }

    #[test]
    fn the_one_who_is_in_holds_the_doctor_until_their_time_is_over() {
        let inside = Turn { started_at: Some(at(5)), ..turn(Status::InProgress, 0, 30) };
        let turns = [turn(Status::CheckedIn, 30, 60), inside];
        assert_eq!(minutes(&turns, 20), [(1, 5), (0, 35)]);
        // An overrunning visit is expected to end any moment.
        assert_eq!(minutes(&turns, 50), [(1, 5), (0, 50)]);
    }

    #[test]
    fn who_is_expected_comes_at_their_own_time_and_is_waited_for_only_then() {
        let turns = [turn(Status::Confirmed, 60, 90), turn(Status::CheckedIn, 90, 120)];
        // Half an hour fits before 09:00.
        assert_eq!(minutes(&turns, 20), [(1, 20), (0, 60)]);
        // Half an hour does not fit before 09:00, so the 09:00 patient goes first.
        assert_eq!(minutes(&turns, 40), [(0, 60), (1, 90)]);
    }

    #[test]
    fn who_is_late_is_not_waited_for() {
        let turns = [turn(Status::Confirmed, 0, 30), turn(Status::CheckedIn, 30, 60)];
        assert_eq!(minutes(&turns, 0), [(0, 0), (1, 30)]);
        assert_eq!(minutes(&turns, 10), [(1, 10), (0, 40)]);
    }

    #[test]
    fn a_delay_is_of_the_next_patient_and_gaps_swallow_it() {
        let inside = Turn { started_at: Some(at(5)), ..turn(Status::InProgress, 0, 30) };
        let turns = [
            inside,
            turn(Status::CheckedIn, 30, 60),
            turn(Status::Confirmed, 60, 90),
            turn(Status::Confirmed, 110, 140),
        ];
        let of = |instant: Instant| (instant.unix() - at(0).unix()) / 60;
        let late = delayed(&turns, at(20), 25 * 60);
        let late: Vec<_> = late.into_iter().map(|(place, begin)| (place, of(begin))).collect();
        assert_eq!(late, [(0, 5), (1, 60), (2, 90), (3, 120)]);
        assert_eq!(delayed(&turns, at(20), 0), forecast(&turns, at(20)));
        assert_eq!(delayed(&[], at(20), 60), []);
    }

    #[test]
    fn delays_add_up() {
        let turns: Vec<Turn> = (0..4).map(|n| turn(Status::CheckedIn, n * 15, n * 15 + 15)).collect();
        assert_eq!(minutes(&turns, 40), [(0, 40), (1, 55), (2, 70), (3, 85)]);
    }
}
