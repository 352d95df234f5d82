//! Free and total slots of a day.

use chrono::NaiveDate;
use std::collections::BTreeMap;

/// Counts of a day's future slots.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DayRoom {
    /// The local date.
    pub date: NaiveDate,
    /// Free slots.
    pub free: usize,
    /// Slots if nothing were booked.
    pub all: usize,
}

impl DayRoom {
    /// The taken cells of a bar of `length`: 0 only if nothing is booked, all only if nothing is free.
    pub fn taken_of(self, length: usize) -> usize {
        let taken = self.all.saturating_sub(self.free);
        match (taken, self.free) {
            (0, _) => 0,
            (_, 0) => length,
            _ => (taken * length).div_ceil(self.all).clamp(1, length.saturating_sub(1).max(1)),
        }
    }
}

/// Counts slots per day, from the date of every slot in `all` and in `free`.
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
    // Bookings off the grid can leave more free slots than an empty day has.
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
