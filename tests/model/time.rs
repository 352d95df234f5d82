//! Time in the model: minutes since 1970, on the clock of UTC or on a wall.

/// A zone: its offset from UTC in minutes, at a minute of UTC.
#[derive(Debug, Clone, Copy)]
pub struct Zone {
    pub name: &'static str,
    standard: i64,
    /// When summer time begins and ends, an hour ahead of the standard.
    summers: &'static [(i64, i64)],
}

pub const DAY: i64 = 24 * 60;

/// Days since 1970 of a date.
pub const fn days(year: i64, month: i64, day: i64) -> i64 {
    // Years from March on, so that a leap day is the last of its year.
    let (year, month) = if month > 2 { (year, month - 3) } else { (year - 1, month + 9) };
    year * 365 + year / 4 - year / 100 + year / 400 + (153 * month + 2) / 5 + day - 719_469
}

/// The clock is never put forward or back.
pub const SALVADOR: Zone = Zone { name: "America/El_Salvador", standard: -360, summers: &[] };
/// It is, at two in the morning.
pub const NEW_YORK: Zone = Zone {
    name: "America/New_York",
    standard: -300,
    summers: &[
        (days(2026, 3, 8) * DAY + 420, days(2026, 11, 1) * DAY + 360),
        (days(2027, 3, 14) * DAY + 420, days(2027, 11, 7) * DAY + 360),
    ],
};

/// What a reading of the wall clock means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reading {
    Once(i64),
    Twice(i64, i64),
    /// The clock jumps over it, at that minute.
    Never(i64),
}

impl Zone {
    fn offset(&self, minute: i64) -> i64 {
        let summer = self.summers.iter().any(|(from, to)| (*from..*to).contains(&minute));
        self.standard + if summer { 60 } else { 0 }
    }

    /// The wall clock at that minute.
    pub fn wall(&self, minute: i64) -> i64 {
        minute + self.offset(minute)
    }

    /// The day of the wall clock at that minute.
    pub fn day(&self, minute: i64) -> i64 {
        self.wall(minute).div_euclid(DAY)
    }

    pub fn read(&self, wall: i64) -> Reading {
        let (summer, standard) = (wall - self.standard - 60, wall - self.standard);
        match (self.wall(summer) == wall, self.wall(standard) == wall) {
            (true, true) => Reading::Twice(summer, standard),
            (true, false) => Reading::Once(summer),
            (false, true) => Reading::Once(standard),
            (false, false) => {
                let jump = self
                    .summers
                    .iter()
                    .map(|(from, _)| *from)
                    .find(|from| (*from + self.standard..*from + self.standard + 60).contains(&wall));
                Reading::Never(jump.expect("a jump"))
            }
        }
    }

    pub fn earliest(&self, wall: i64) -> i64 {
        match self.read(wall) {
            Reading::Once(minute) | Reading::Twice(minute, _) | Reading::Never(minute) => minute,
        }
    }

    /// Where a span ends: midnight is when the new day begins, another reading counts to its last.
    pub fn end(&self, wall: i64) -> i64 {
        match self.read(wall) {
            Reading::Twice(_, last) if wall % DAY != 0 => last,
            _ => self.earliest(wall),
        }
    }
}
