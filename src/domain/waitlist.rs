//! The waiting list: patients who want an earlier time, and slots held for them.

use crate::domain::interval::Interval;
use crate::domain::time::{Instant, Zone};
use chrono::{NaiveDate, NaiveTime, Timelike};
use strum::{IntoStaticStr, VariantArray};

/// A half of the day in the branch's local time.
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
    /// Parses the English or Spanish word.
    pub fn parse(word: &str) -> Result<Half, String> {
        match word.trim().to_lowercase().as_str() {
            "morning" | "mañana" => Ok(Half::Morning),
            "afternoon" | "tarde" => Ok(Half::Afternoon),
            _ => Err(text!("is-neither-morning-nor-afternoon", word)),
        }
    }

    /// The half that contains `time`.
    pub fn of(time: NaiveTime) -> Half {
        if time.hour() < 12 { Half::Morning } else { Half::Afternoon }
    }
}

/// Status of an entry.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, IntoStaticStr, VariantArray)]
#[strum(serialize_all = "snake_case")]
pub enum Standing {
    /// Still waiting.
    #[default]
    Waiting,
    /// The patient accepted an earlier time.
    Accepted,
    /// Removed from the list.
    Removed,
}

spelled!(Standing);

impl Standing {
    /// Parses the public spelling.
    pub fn parse(word: &str) -> Result<Standing, String> {
        Standing::spelled(word).ok_or_else(|| text!("is-no-standing-of-the-waiting-list", word))
    }
}

/// A slot held for a patient.
#[derive(Debug, Clone, PartialEq)]
pub struct Hold {
    /// When the hold expires.
    pub until: Instant,
    /// The doctor's id; `None` in a pooled window.
    pub doctor_id: Option<String>,
    /// Id of the window.
    pub window_id: String,
    /// Local date on which that window opens.
    pub window_date: NaiveDate,
    /// The visit without buffers.
    pub span: Interval,
    /// The visit with the doctor's buffers.
    pub busy: Interval,
}

/// An entry of the waiting list.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Entry {
    /// UUIDv7; sorts by creation.
    pub id: String,
    /// The owning clinic's id.
    pub clinic_id: String,
    /// Short human-readable code.
    pub code: String,
    /// The patient's id.
    pub patient_id: String,
    /// The appointment to move earlier; once accepted, the booked one.
    pub appointment_id: Option<String>,
    /// The branch's id.
    pub branch_id: String,
    /// The doctor's id; `None` for any doctor.
    pub doctor_id: Option<String>,
    /// The service's id.
    pub service_id: Option<String>,
    /// Only windows with this session label.
    pub session: Option<String>,
    /// Only this half of the day.
    pub half: Option<Half>,
    /// First acceptable local date.
    pub from: Option<NaiveDate>,
    /// Last acceptable local date.
    pub to: Option<NaiveDate>,
    /// Length in minutes, if given.
    pub minutes: Option<i64>,
    /// Note for the staff.
    pub note: Option<String>,
    /// Its status.
    pub status: Standing,
    /// The current or last hold.
    pub hold: Option<Hold>,
    /// When it was created; the list is in this order.
    pub created_at: Instant,
    /// When it last changed.
    pub updated_at: Instant,
}

impl Entry {
    /// The hold, if the entry is waiting and the hold has not expired.
    pub fn held(&self, now: Instant) -> Option<&Hold> {
        self.hold.as_ref().filter(|hold| self.status == Standing::Waiting && hold.until > now)
    }

    /// Whether the start is on an acceptable date and in the wanted half of the day.
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
