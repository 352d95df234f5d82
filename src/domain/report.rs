//! Counts of visits and utilisation of open time, for reports.

use crate::domain::interval::{Interval, merge};
use crate::domain::status::Status;
use crate::domain::time::{Zone, add_days};
use crate::domain::window::{Closure, Window};
use chrono::NaiveDate;
use strum::{IntoStaticStr, VariantArray};

/// What each row of a report stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, IntoStaticStr, VariantArray)]
#[strum(serialize_all = "snake_case")]
pub enum By {
    /// Doctors; visits without a doctor are pooled.
    #[default]
    Doctor,
    /// Services.
    Service,
    /// Branches.
    Branch,
    /// Monday to Sunday.
    Weekday,
}

spelled!(By);

/// Counts of visits by status.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Tally {
    /// All visits.
    pub total: i64,
    /// Scheduled, confirmed, checked in or in progress.
    pub expected: i64,
    /// Completed.
    pub completed: i64,
    /// Cancelled.
    pub cancelled: i64,
    /// Missed.
    pub no_show: i64,
    /// Minutes of all visits that are neither cancelled nor missed.
    pub minutes: i64,
}

impl Tally {
    /// Adds `count` visits of a status with `minutes` in total.
    pub fn add(&mut self, status: Status, count: i64, minutes: i64) {
        self.total += count;
        match status {
            Status::Cancelled => self.cancelled += count,
            Status::NoShow => self.no_show += count,
            Status::Completed => {
                self.completed += count;
                self.minutes += minutes;
            }
            _ => {
                self.expected += count;
                self.minutes += minutes;
            }
        }
    }

    /// Adds another tally.
    pub fn join(&mut self, other: &Tally) {
        let Tally { total, expected, completed, cancelled, no_show, minutes } = other;
        self.total += total;
        self.expected += expected;
        self.completed += completed;
        self.cancelled += cancelled;
        self.no_show += no_show;
        self.minutes += minutes;
    }

    /// Share of missed among missed and completed visits, in tenths of a percent; `None` if there are none.
    pub fn missed(&self) -> Option<i64> {
        part(self.no_show, self.no_show + self.completed)
    }
}

/// `some` of `all` in tenths of a percent, rounded; `None` if `all` is 0.
pub fn part(some: i64, all: i64) -> Option<i64> {
    (all > 0).then(|| (some * 1000 + all / 2) / all)
}

/// Minutes in which open windows are open from one local date to another (inclusive), without closures;
/// overlapping windows count once.
pub fn open_minutes(
    windows: &[&Window],
    closures: &[Closure],
    days: (NaiveDate, NaiveDate),
    zone: &Zone,
) -> i64 {
    open_spans(windows, closures, days, zone).into_iter().map(|span| span.seconds() / 60).sum()
}

/// The times in which open windows are open, as [`open_minutes`] counts them.
pub fn open_spans(
    windows: &[&Window],
    closures: &[Closure],
    (from, to): (NaiveDate, NaiveDate),
    zone: &Zone,
) -> Vec<Interval> {
    let days = std::iter::successors(Some(from), |day| Some(add_days(*day, 1)).filter(|next| next > day));
    let mut open = Vec::new();
    for day in days.take_while(|day| *day <= to) {
        for window in windows.iter().filter(|window| window.open && window.opens_on(day)) {
            let shut = closures.iter().filter(|c| c.concerns(&window.branch_id, window.doctor_id.as_deref()));
            let shut = merge(shut.map(|closure| closure.span(zone)).collect());
            open.extend(without(window.span(day, zone), &shut));
        }
    }
    merge(open)
}

/// Subtracts merged spans from a span.
fn without(span: Interval, others: &[Interval]) -> Vec<Interval> {
    let (mut left, mut start) = (Vec::new(), span.start);
    for other in others.iter().filter(|other| other.overlaps(span)) {
        if start < other.start {
            left.push(Interval::new(start, other.start));
        }
        start = start.max(other.end);
    }
    if start < span.end {
        left.push(Interval::new(start, span.end));
    }
    left
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::time::Instant;
    use proptest::prelude::*;

    fn span(start: i64, end: i64) -> Interval {
        Interval::new(Instant::from_unix(start), Instant::from_unix(end))
    }

    #[test]
    fn each_status_counts_where_it_belongs() {
        let mut tally = Tally::default();
        for (status, count) in [
            (Status::Confirmed, 2),
            (Status::CheckedIn, 1),
            (Status::Completed, 6),
            (Status::Cancelled, 3),
            (Status::NoShow, 2),
        ] {
            tally.add(status, count, count * 30);
        }
        assert_eq!((tally.total, tally.expected, tally.completed), (14, 3, 6));
        assert_eq!(tally.minutes, 270, "who did not come took up no time");
        assert_eq!(tally.missed(), Some(250), "two of eight");
        assert_eq!(Tally::default().missed(), None);
    }

    proptest! {
        #[test]
        fn what_is_left_is_what_the_others_do_not_have(
            whole in (0_i64..100, 1_i64..200),
            others in proptest::collection::vec((0_i64..300, 1_i64..40), 0..12),
        ) {
            let whole = span(whole.0, whole.0 + whole.1);
            let others: Vec<_> = others.into_iter().map(|(s, l)| span(s, s + l)).collect();
            let left = without(whole, &merge(others.clone()));
            for second in 0..300 {
                let at = Instant::from_unix(second);
                let expected = whole.holds(at) && !others.iter().any(|other| other.holds(at));
                prop_assert_eq!(left.iter().filter(|span| span.holds(at)).count(), usize::from(expected));
            }
        }
    }
}
