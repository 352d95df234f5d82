//! Undo: which changes can be undone, and which are not undone yet.

use crate::domain::status::Status;
use crate::domain::webhook::Event;
use std::collections::{BTreeMap, BTreeSet};

/// The audit action of an undo.
pub const UNDONE: &str = "appointment.undone";

/// The cancellation reason of an undone booking.
pub const REASON: &str = "undone";

/// A change of an appointment that can be undone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Act {
    /// A booking.
    Booking,
    /// A reschedule.
    Move,
    /// A change to this status.
    Step(Status),
}

impl Act {
    /// Parses an audit action; `None` if it can't be undone.
    pub fn of(action: &str) -> Option<Act> {
        match Event::spelled(action)? {
            Event::Booked => Some(Act::Booking),
            Event::Rescheduled => Some(Act::Move),
            event => Status::ALL.into_iter().find(|to| Event::of_step(*to) == Some(event)).map(Act::Step),
        }
    }

    /// Localised name of the change.
    pub fn words(self) -> &'static str {
        match self {
            Act::Booking => text!("the-booking"),
            Act::Move => text!("the-move"),
            Act::Step(Status::Cancelled) => text!("the-cancellation"),
            Act::Step(Status::Confirmed) => text!("the-step-to-confirmed"),
            Act::Step(Status::CheckedIn) => text!("the-step-to-checked-in"),
            Act::Step(Status::InProgress) => text!("the-step-to-in-progress"),
            Act::Step(Status::Completed) => text!("the-step-to-completed"),
            Act::Step(Status::NoShow) => text!("the-step-to-no-show"),
            Act::Step(Status::Scheduled) => text!("the-step-to-scheduled"),
        }
    }

    /// The webhook event of the undo that returns the appointment to `status`. Undoing a cancellation sends a
    /// booking, because subscribers dropped the appointment.
    pub fn event_back_to(self, status: Status) -> Event {
        match (self, status) {
            (Act::Booking, _) => Event::Cancelled,
            (Act::Move, _) => Event::Rescheduled,
            (Act::Step(Status::Cancelled), _) => Event::Booked,
            (Act::Step(_), status) => Event::of_step(status).unwrap_or(Event::Booked),
        }
    }
}

/// The audit note of an undo of entry `seq`; `of_the_book`: the entry is in the database-wide chain.
pub fn note(seq: i64, of_the_book: bool) -> String {
    format!("{NOTE}{seq}{}", if of_the_book { OF_THE_BOOK } else { "" })
}

const NOTE: &str = "takes back entry ";
const OF_THE_BOOK: &str = " of the book";

/// An audit entry as far as undo needs it.
#[derive(Debug, Clone, Copy)]
pub struct Deed<'a> {
    /// The audit chain; empty for the database-wide one.
    pub chain: &'a str,
    /// The entry's number in its chain.
    pub seq: i64,
    /// The audit action.
    pub action: &'a str,
    /// The changed record.
    pub record_id: &'a str,
    /// The note; `None` if the entry was erased.
    pub note: Option<&'a str>,
}

/// The undone entries found so far, reading the log backwards.
#[derive(Debug, Default)]
pub struct TakenBack {
    named: BTreeSet<(String, i64)>,
    /// Number of undos per record whose erased entries do not name the undone entry.
    unnamed: BTreeMap<String, u32>,
}

impl TakenBack {
    /// Whether the change is not undone; false for an undo itself. Call it for the newest entry first.
    pub fn stands(&mut self, deed: &Deed<'_>) -> bool {
        if deed.action == UNDONE {
            let named = deed.note.and_then(|note| note.strip_prefix(NOTE));
            let place = named.map(|place| match place.strip_suffix(OF_THE_BOOK) {
                Some(seq) => ("", seq),
                None => (deed.chain, place),
            });
            match place.and_then(|(chain, seq)| Some((chain.to_owned(), seq.parse().ok()?))) {
                Some(place) => drop(self.named.insert(place)),
                None => *self.unnamed.entry(deed.record_id.to_owned()).or_default() += 1,
            }
            return false;
        }
        if self.named.contains(&(deed.chain.to_owned(), deed.seq)) {
            return false;
        }
        // An erased undo undoes the newest erased change of its record.
        match self.unnamed.get_mut(deed.record_id) {
            Some(count) if *count > 0 && Act::of(deed.action).is_some() => {
                *count -= 1;
                false
            }
            _ => true,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn standing(log: &[(i64, &str, &str, Option<&str>)]) -> Vec<i64> {
        let mut taken_back = TakenBack::default();
        let deeds = log.iter().rev().map(|(seq, action, record_id, note)| Deed {
            chain: if *seq < 10 { "" } else { "clinic" },
            seq: *seq,
            action,
            record_id,
            note: *note,
        });
        deeds.filter(|deed| taken_back.stands(deed)).map(|deed| deed.seq).collect()
    }

    #[test]
    fn each_undo_takes_away_one_change_and_itself() {
        let (one, two) = (note(1, false), note(2, false));
        let log = [
            (1, "appointment.booked", "a", None),
            (2, "appointment.rescheduled", "a", None),
            (3, UNDONE, "a", Some(two.as_str())),
            (4, "appointment.booked", "b", None),
            (5, UNDONE, "a", Some(one.as_str())),
        ];
        assert_eq!(standing(&log[..2]), [2, 1]);
        assert_eq!(standing(&log[..4]), [4, 1]);
        assert_eq!(standing(&log), [4]);
    }

    #[test]
    fn a_change_of_the_books_chain_is_taken_back_in_the_clinics() {
        let (ten, of_the_book) = (note(10, false), note(2, true));
        let log = [
            (1, "appointment.booked", "a", None),
            (2, "appointment.confirmed", "a", None),
            (10, "appointment.booked", "b", None),
            (11, UNDONE, "b", Some(ten.as_str())),
            (12, UNDONE, "a", Some(of_the_book.as_str())),
        ];
        assert_eq!(standing(&log[..4]), [2, 1]);
        assert_eq!(standing(&log), [1]);
    }

    #[test]
    fn entries_that_were_emptied_take_back_the_newest_of_their_record() {
        let log = [
            (1, "appointment.booked", "a", None),
            (2, "appointment.booked", "b", None),
            (3, "appointment.confirmed", "a", None),
            (4, "appointment.updated", "a", None),
            (5, UNDONE, "a", None),
        ];
        assert_eq!(standing(&log), [4, 2, 1]);
    }

    #[test]
    fn what_can_be_taken_back_is_a_booking_a_move_or_a_step() {
        for (action, act) in [
            ("appointment.booked", Some(Act::Booking)),
            ("appointment.rescheduled", Some(Act::Move)),
            ("appointment.no_show", Some(Act::Step(Status::NoShow))),
            ("appointment.updated", None),
            ("appointment.merged", None),
            ("appointment.rezoned", None),
            (UNDONE, None),
        ] {
            assert_eq!(Act::of(action), act, "{action}");
        }
    }

    #[test]
    fn subscribers_hear_where_the_appointment_stands_again() {
        use Status::*;
        for (act, status, event) in [
            (Act::Booking, Cancelled, Event::Cancelled),
            (Act::Move, Confirmed, Event::Rescheduled),
            (Act::Step(Cancelled), Confirmed, Event::Booked),
            (Act::Step(Confirmed), Scheduled, Event::Booked),
            (Act::Step(NoShow), Confirmed, Event::Confirmed),
            (Act::Step(Completed), InProgress, Event::Started),
            (Act::Step(CheckedIn), NoShow, Event::NoShow),
        ] {
            assert_eq!(act.event_back_to(status), event, "{act:?} back to {status:?}");
        }
    }
}
