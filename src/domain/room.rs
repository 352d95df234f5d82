//! How much room a day has left.

use chrono::NaiveDate;
use std::collections::BTreeMap;

/// How full a day is, in slots that are still ahead.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DayRoom {
    /// The local date.
    pub date: NaiveDate,
    /// How many slots are free.
    pub free: usize,
    /// How many there would be if nothing were booked.
    pub all: usize,
}

impl DayRoom {
    /// How much of a bar of that length is taken: none of it where nothing is booked, all of it only
    /// where nothing is free.
    pub fn taken_of(self, length: usize) -> usize {
        let taken = self.all.saturating_sub(self.free);
        match (taken, self.free) {
            (0, _) => 0,
            (_, 0) => length,
            _ => (taken * length).div_ceil(self.all).clamp(1, length.saturating_sub(1).max(1)),
        }
    }
}

/// The days of these slots, each with its free ones: those of the first list are all that there would
/// be, those of the second the free ones.
pub fn rooms(
    all: impl IntoIterator<Item = NaiveDate>,
    free: impl IntoIterator<Item = NaiveDate>,
) -> Vec<DayRoom> {
    let mut days: BTreeMap<NaiveDate, (usize, usize)> = BTreeMap::new();
    for date in all {
        days.entry(date).or_default().1 += 1;
    }
    for date in free {
        days.entry(date).or_default().0 += 1;
    }
    // Bookings off the grid can leave more slots than the empty day has.
    days.into_iter().map(|(date, (free, all))| DayRoom { date, free, all: all.max(free) }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(day: u32) -> NaiveDate {
        NaiveDate::from_ymd_opt(2026, 6, day).unwrap()
    }

    #[test]
    fn a_day_tells_how_much_of_it_is_free() {
        let all = [day(1), day(1), day(1), day(2), day(3)];
        let free = [day(1), day(3), day(3)];
        assert_eq!(
            rooms(all, free),
            [
                DayRoom { date: day(1), free: 1, all: 3 },
                DayRoom { date: day(2), free: 0, all: 1 },
                DayRoom { date: day(3), free: 2, all: 2 },
            ]
        );
    }

    #[test]
    fn a_bar_is_empty_or_full_only_where_the_day_is() {
        for (free, all, taken) in
            [(16, 16, 0), (15, 16, 1), (8, 16, 4), (1, 16, 7), (0, 16, 8), (0, 1, 8), (1, 1, 0), (1, 2, 4)]
        {
            assert_eq!(DayRoom { date: day(1), free, all }.taken_of(8), taken, "{free} of {all}");
        }
    }
}
