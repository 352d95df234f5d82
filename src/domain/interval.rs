//! Half-open spans of time: the end is the first instant that is outside.

use crate::domain::time::Instant;

/// From `start` up to, but not including, `end`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Interval {
    /// The first instant inside.
    pub start: Instant,
    /// The first instant after.
    pub end: Instant,
}

impl Interval {
    /// The span between two instants.
    pub fn new(start: Instant, end: Instant) -> Self {
        Interval { start, end }
    }

    /// Whether the two share an instant; spans that only touch don't, nor does one that is empty.
    pub fn overlaps(self, other: Interval) -> bool {
        self.start.max(other.start) < self.end.min(other.end)
    }

    /// Whether the other lies wholly inside.
    pub fn contains(self, other: Interval) -> bool {
        self.start <= other.start && other.end <= self.end
    }

    /// Whether the instant is inside.
    pub fn holds(self, instant: Instant) -> bool {
        self.start <= instant && instant < self.end
    }

    /// Wider by so many seconds at each side.
    #[must_use]
    pub fn padded(self, before: i64, after: i64) -> Self {
        Interval::new(self.start.plus(-before), self.end.plus(after))
    }

    /// Its length in seconds.
    pub fn seconds(self) -> i64 {
        self.end.unix() - self.start.unix()
    }
}

/// Sorts and joins overlapping or touching spans, so that one search finds a hit.
pub fn merge(mut spans: Vec<Interval>) -> Vec<Interval> {
    spans.sort_unstable();
    let mut merged: Vec<Interval> = Vec::with_capacity(spans.len());
    for span in spans {
        match merged.last_mut() {
            Some(last) if span.start <= last.end => last.end = last.end.max(span.end),
            _ => merged.push(span),
        }
    }
    merged
}

/// The first of the merged spans that overlaps the probe.
pub fn first_hit(merged: &[Interval], probe: Interval) -> Option<Interval> {
    let next = merged.partition_point(|span| span.end <= probe.start);
    merged.get(next).copied().filter(|span| span.overlaps(probe))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn span(start: i64, end: i64) -> Interval {
        Interval::new(Instant::from_unix(start), Instant::from_unix(end))
    }

    #[test]
    fn touching_spans_do_not_overlap() {
        assert!(!span(0, 10).overlaps(span(10, 20)));
        assert!(span(0, 10).overlaps(span(9, 20)));
        assert!(!span(0, 10).overlaps(span(5, 5)));
        assert!(span(0, 10).contains(span(0, 10)));
        assert!(span(0, 10).holds(Instant::from_unix(0)) && !span(0, 10).holds(Instant::from_unix(10)));
    }

    proptest! {
        #[test]
        fn merging_changes_no_answer(
            spans in proptest::collection::vec((0_i64..500, 1_i64..40), 0..30),
            probe in (0_i64..500, 1_i64..40),
        ) {
            let spans: Vec<_> = spans.into_iter().map(|(s, l)| span(s, s + l)).collect();
            let probe = span(probe.0, probe.0 + probe.1);
            let plain = spans.iter().any(|s| s.overlaps(probe));
            prop_assert_eq!(first_hit(&merge(spans), probe).is_some(), plain);
        }
    }
}
