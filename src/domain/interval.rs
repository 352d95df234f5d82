//! Half-open spans of time.

use crate::domain::time::Instant;

/// A span from `start` (inclusive) to `end` (exclusive).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Interval {
    /// The first instant inside.
    pub start: Instant,
    /// The first instant after.
    pub end: Instant,
}

impl Interval {
    /// A span between two instants.
    pub fn new(start: Instant, end: Instant) -> Self {
        Interval { start, end }
    }

    /// Whether both share an instant; touching or empty spans don't.
    pub fn overlaps(self, other: Interval) -> bool {
        self.start.max(other.start) < self.end.min(other.end)
    }

    /// Whether `other` lies entirely inside.
    pub fn contains(self, other: Interval) -> bool {
        self.start <= other.start && other.end <= self.end
    }

    /// Whether the instant lies inside.
    pub fn holds(self, instant: Instant) -> bool {
        self.start <= instant && instant < self.end
    }

    /// Extends the span by `before` and `after` seconds.
    #[must_use]
    pub fn padded(self, before: i64, after: i64) -> Self {
        Interval::new(self.start.plus(-before), self.end.plus(after))
    }

    /// Length in seconds.
    pub fn seconds(self) -> i64 {
        self.end.unix() - self.start.unix()
    }
}

/// Sorts spans and joins those that overlap or touch, as [`first_hit`] requires.
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

/// Returns the first of the [`merge`]d spans that overlaps `probe`.
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
