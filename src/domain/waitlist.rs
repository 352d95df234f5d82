//! The waiting list: who would rather come earlier, and the slots that are held for them.

use crate::domain::interval::Interval;
use crate::domain::time::{Instant, Zone};
use chrono::{NaiveDate, NaiveTime, Timelike};
use strum::{IntoStaticStr, VariantArray};

/// A half of the day, on the branch's clock: noon begins the afternoon.
#[derive(Debug, Clone, Copy, PartialEq, Eq, IntoStaticStr, VariantArray)]
#[strum(serialize_all = "snake_case")]
pub enum Half {
    /// Before noon.
    Morning,
    /// From noon on.
    Afternoon,
}

spelled!(Half);

impl Half {
    /// Reads the public spelling.
    pub fn parse(word: &str) -> Result<Half, String> {
        match word.trim().to_lowercase().as_str() {
            "morning" | "mañana" => Ok(Half::Morning),
            "afternoon" | "tarde" => Ok(Half::Afternoon),
            _ => Err(text!("is-neither-morning-nor-afternoon", word)),
        }
    }

    /// The half in which that time lies.
    pub fn of(time: NaiveTime) -> Half {
        if time.hour() < 12 { Half::Morning } else { Half::Afternoon }
    }
}

/// How it stands with an entry.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, IntoStaticStr, VariantArray)]
#[strum(serialize_all = "snake_case")]
pub enum Standing {
    /// Waits.
    #[default]
    Waiting,
    /// Has the earlier time.
    Accepted,
    /// Wants none any more.
    Removed,
}

spelled!(Standing);

impl Standing {
    /// Reads the public spelling.
    pub fn parse(word: &str) -> Result<Standing, String> {
        Standing::spelled(word).ok_or_else(|| text!("is-no-standing-of-the-waiting-list", word))
    }
}

/// A slot that is held for somebody.
#[derive(Debug, Clone, PartialEq)]
pub struct Hold {
    /// From then on it holds nothing any more.
    pub until: Instant,
    /// Whose time it is; none in a pooled window.
    pub doctor_id: Option<String>,
    /// The window that it lies in.
    pub window_id: String,
    /// The local date on which that opens.
    pub window_date: NaiveDate,
    /// The visit itself.
    pub span: Interval,
    /// With the doctor's buffers.
    pub busy: Interval,
}

/// Somebody who would rather come earlier.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Entry {
    /// UUIDv7: entries sort by when they were made.
    pub id: String,
    /// Whose it is.
    pub clinic_id: String,
    /// Short name for the command line.
    pub code: String,
    /// Who.
    pub patient_id: String,
    /// The appointment that would rather be earlier; once accepted, the one that was booked.
    pub appointment_id: Option<String>,
    /// Where.
    pub branch_id: String,
    /// With whom; none for anybody who does the service.
    pub doctor_id: Option<String>,
    /// What for.
    pub service_id: Option<String>,
    /// In windows of that session only.
    pub session: Option<String>,
    /// In that half of the day only.
    pub half: Option<Half>,
    /// Not before that local date.
    pub from: Option<NaiveDate>,
    /// Not after that local date.
    pub to: Option<NaiveDate>,
    /// How long, in minutes, where said.
    pub minutes: Option<i64>,
    /// For the staff.
    pub note: Option<String>,
    /// How it stands.
    pub status: Standing,
    /// What is, or was, held.
    pub hold: Option<Hold>,
    /// When it was made: the order of the list.
    pub created_at: Instant,
    /// When it last changed.
    pub updated_at: Instant,
}

impl Entry {
    /// What is held at that instant: a hold whose time is over holds nothing.
    pub fn held(&self, now: Instant) -> Option<&Hold> {
        self.hold.as_ref().filter(|hold| self.status == Standing::Waiting && hold.until > now)
    }

    /// Whether the days and the half of the day are the wanted ones.
    pub fn wants(&self, start: Instant, zone: &Zone) -> bool {
        let wall = zone.wall(start);
        self.from.is_none_or(|from| from <= wall.date())
            && self.to.is_none_or(|to| wall.date() <= to)
            && self.half.is_none_or(|half| half == Half::of(wall.time()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn noon_begins_the_afternoon() {
        for (time, half) in [("00:00", Half::Morning), ("11:59", Half::Morning), ("12:00", Half::Afternoon)] {
            let time = crate::domain::time::parse_time(time).unwrap();
            assert_eq!(Half::of(time), half);
            assert_eq!(Half::parse(half.as_str()), Ok(half));
        }
        assert!(Half::parse("noon").is_err());
    }
}
