//! Taking back: which changes can be, and which of them still stand.

use crate::domain::status::Status;
use crate::domain::webhook::Event;
use std::collections::{BTreeMap, BTreeSet};

/// What the audit log calls a change that takes another one back.
pub const UNDONE: &str = "appointment.undone";

/// Why a booking that was taken back is cancelled.
pub const REASON: &str = "undone";

/// A change of an appointment that can be taken back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Act {
    /// It was booked.
    Booking,
    /// It was moved.
    Move,
    /// It was brought to that status.
    Step(Status),
}

impl Act {
    /// The change that the audit log calls so; none for one that can't be taken back.
    pub fn of(action: &str) -> Option<Act> {
        match Event::spelled(action)? {
            Event::Booked => Some(Act::Booking),
            Event::Rescheduled => Some(Act::Move),
            event => Status::ALL.into_iter().find(|to| Event::of_step(*to) == Some(event)).map(Act::Step),
        }
    }

    /// The change as a person says it.
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

    /// What subscribers hear when it is taken back and the appointment stands there again. One that
    /// was called off takes up its time anew: who dropped it then must hear that it is booked.
    pub fn event_back_to(self, status: Status) -> Event {
        match (self, status) {
            (Act::Booking, _) => Event::Cancelled,
            (Act::Move, _) => Event::Rescheduled,
            (Act::Step(Status::Cancelled), _) => Event::Booked,
            (Act::Step(_), status) => Event::of_step(status).unwrap_or(Event::Booked),
        }
    }
}

/// The note of an entry that takes that one back; one of the book's chain is named as such in a clinic's.
pub fn note(seq: i64, of_the_book: bool) -> String {
    format!("{NOTE}{seq}{}", if of_the_book { OF_THE_BOOK } else { "" })
}

const NOTE: &str = "takes back entry ";
const OF_THE_BOOK: &str = " of the book";

/// What the audit log says of a change, as far as it matters here.
#[derive(Debug, Clone, Copy)]
pub struct Deed<'a> {
    /// The chain of the log that it is in.
    pub chain: &'a str,
    /// Its place there.
    pub seq: i64,
    /// What was done.
    pub action: &'a str,
    /// To which record.
    pub record_id: &'a str,
    /// The entry's note; none in one that was emptied.
    pub note: Option<&'a str>,
}

/// What was taken back, as it is learnt reading the log from its end.
#[derive(Debug, Default)]
pub struct TakenBack {
    named: BTreeSet<(String, i64)>,
    /// How many of a record's are, by entries that do not say which any more.
    unnamed: BTreeMap<String, u32>,
}

impl TakenBack {
    /// Whether a change still stands. Asked of the newest first: the entry that takes a change back
    /// comes after it, and stands for nothing itself.
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
        // An emptied entry takes back an emptied one, the newest of its record.
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
