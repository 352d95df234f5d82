//! Searches the book for errors that must never occur.

use crate::book::Chain;
use crate::day::Day;
use crate::plan::Result;
use std::collections::HashSet;
use std::fmt;

/// The errors found.
#[derive(Debug)]
pub(crate) struct Verdict {
    /// Pairs of overlapping visits of a doctor.
    double_bookings: i64,
    /// Acknowledged bookings that are missing.
    bookings_lost: usize,
    /// Bookings refused for a reason other than a conflict.
    turned_away: usize,
    /// Due messages that were not sent, and sent ones that the book does not record as sent.
    reminders_lost: usize,
    /// Messages sent more than once.
    reminders_twice: usize,
}

impl Verdict {
    /// Checks the book after a day.
    pub(crate) fn of(chain: &Chain, day: &Day) -> Result<Verdict> {
        let mut client = chain.database.connect();
        let overlaps = "SELECT count(*) FROM appointments AS a JOIN appointments AS b
              ON a.doctor_id = b.doctor_id AND a.id < b.id
                AND a.busy_from < b.busy_until AND b.busy_from < a.busy_until
            WHERE a.status NOT IN ('cancelled', 'no_show') AND b.status NOT IN ('cancelled', 'no_show')";
        let double_bookings = client.query_one(overlaps, &[])?.get(0);
        let mut ids = |sql: &str| -> Result<HashSet<String>> {
            Ok(client.query(sql, &[])?.iter().map(|row| row.get(0)).collect())
        };
        let there = ids("SELECT id FROM appointments")?;
        let bookings_lost = day.ids.iter().filter(|id| !there.contains(*id)).count();
        let settled = ids("SELECT id FROM messages WHERE status = 'sent'")?;
        let due = ids("SELECT id FROM messages WHERE status = 'pending' AND due_at <= 1781528400")?;
        let sent: HashSet<String> = day.sent.iter().cloned().collect();
        let reminders_lost = due.len() + sent.symmetric_difference(&settled).count();
        let reminders_twice = day.sent.len() - sent.len();
        chain.set_up(&["db", "check", "--quiet"])?;
        let turned_away = day.turned_away();
        Ok(Verdict { double_bookings, bookings_lost, turned_away, reminders_lost, reminders_twice })
    }

    /// Whether there are no errors.
    pub(crate) fn is_good(&self) -> bool {
        let counts = [self.bookings_lost, self.turned_away, self.reminders_lost, self.reminders_twice];
        self.double_bookings == 0 && counts.iter().all(|&count| count == 0)
    }
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "double bookings {}", self.double_bookings)?;
        writeln!(f, "bookings lost   {}", self.bookings_lost)?;
        writeln!(f, "turned away     {}", self.turned_away)?;
        writeln!(f, "reminders       {} lost, {} twice", self.reminders_lost, self.reminders_twice)
    }
}
