//! Time in the model: minutes since 1970, either UTC or wall-clock.

/// A zone; `standard` is its offset from UTC in minutes.
#[derive(Debug, Clone, Copy)]
pub struct Zone {
    pub name: &'static str,
    standard: i64,
    /// Start and end of each summer time (UTC minutes), with an offset one hour larger.
    summers: &'static [(i64, i64)],
}

pub const DAY: i64 = 24 * 60;

/// Days from 1970 to a date.
pub const fn days(year: i64, month: i64, day: i64) -> i64 {
    // Count years from March, so that a leap day is the last of its year.
    let (year, month) = if month > 2 { (year, month - 3) } else { (year - 1, month + 9) };
    year * 365 + year / 4 - year / 100 + year / 400 + (153 * month + 2) / 5 + day - 719_469
}

/// Has no clock changes.
pub const SALVADOR: Zone = Zone { name: "America/El_Salvador", standard: -360, summers: &[] };
/// Changes its clocks at 02:00.
pub const NEW_YORK: Zone = Zone {
    name: "America/New_York",
    standard: -300,
    summers: &[
        (days(2026, 3, 8) * DAY + 420, days(2026, 11, 1) * DAY + 360),
        (days(2027, 3, 14) * DAY + 420, days(2027, 11, 7) * DAY + 360),
    ],
};

/// The instants (UTC minutes) of a wall-clock time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reading {
    Once(i64),
    Twice(i64, i64),
    /// Skipped by the clock change at this instant.
    Never(i64),
}

impl Zone {
    fn offset(&self, minute: i64) -> i64 {
        let summer = self.summers.iter().any(|(from, to)| (*from..*to).contains(&minute));
        self.standard + if summer { 60 } else { 0 }
    }

    /// The wall clock at an instant.
    pub fn wall(&self, minute: i64) -> i64 {
        minute + self.offset(minute)
    }

    /// The local day at an instant.
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

    /// End of a span: the first instant if `wall` is midnight, else the last one.
    pub fn end(&self, wall: i64) -> i64 {
        match self.read(wall) {
            Reading::Twice(_, last) if wall % DAY != 0 => last,
            _ => self.earliest(wall),
        }
    }
}
