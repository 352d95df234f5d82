//! Checks for an appointment imported from another system. It keeps its promise whatever this clinic's rules
//! are: the checks of lead time, windows, closures and duplicates are skipped. Only a doctor's overlaps and,
//! for future visits, free places are checked.

use crate::domain::booking::{
    Facts, Ledger, Placement, Wanted, check_free, check_room, choose, conflict, outside,
};
use crate::domain::interval::Interval;
use crate::domain::refusal::Refusal;
use crate::domain::status::Status;
use crate::domain::window::Opening;

/// The opening and spans of an imported appointment.
#[derive(Debug, Clone, Copy)]
pub struct Admitted<'a> {
    /// The opening that holds the start, if any; for a past visit only if it has capacity left.
    pub opening: Option<Opening<'a>>,
    /// The visit without buffers.
    pub span: Interval,
    /// The visit with the doctor's buffers; past visits have none.
    pub busy: Interval,
}

/// Runs checks 9 and 10 for a future visit; a past one must only not overlap another visit of its doctor.
/// Cancelled, missed and overbooked ones pass. `comes_back` allows a pooled visit without a window.
pub fn admit<'a>(
    wanted: &Wanted<'_>,
    (status, comes_back): (Status, bool),
    facts: &Facts<'a>,
    ledger: &mut dyn Ledger,
) -> Result<Admitted<'a>, Refusal> {
    let opening = choose(wanted, false, facts.zone, facts.openings);
    let minutes = wanted.lengths.within(opening.and_then(|opening| opening.window.slot_minutes));
    let span = Interval::new(wanted.start, wanted.start.plus(minutes * 60));
    let ahead = is_ahead(status, span, facts);
    let (before, after) = if ahead { wanted.buffers } else { (0, 0) };
    let busy = span.padded(before * 60, after * 60);
    let admitted = Admitted { opening, span, busy };
    if !status.occupies() || wanted.overbook {
        return Ok(admitted);
    }
    match (ahead, opening, wanted.ask.doctor_id) {
        (true, Some(opening), _) => {
            check_room(wanted, &Placement { opening, span, busy }, ledger)?;
            Ok(admitted)
        }
        (true, None, Some(doctor)) => check_free(doctor, busy, ledger).map(|()| admitted),
        (true, None, None) if comes_back => Ok(admitted),
        (true, None, None) => Err(outside(wanted, facts)),
        (false, opening, doctor) => {
            if let Some(doctor) = doctor
                && let Some(other) = ledger.conflict(doctor, busy)?
            {
                return Err(conflict(&other));
            }
            // The window's capacity may be smaller today: import the visit without its opening.
            let has_room = match opening.and_then(|opening| Some((opening, opening.window.capacity?))) {
                Some((opening, capacity)) => ledger.taken(&opening, wanted.ask.service_id)? < capacity,
                None => true,
            };
            Ok(Admitted { opening: opening.filter(|_| has_room), ..admitted })
        }
    }
}

fn is_ahead(status: Status, span: Interval, facts: &Facts<'_>) -> bool {
    status.occupies() && !status.is_final() && span.end > facts.now
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::fixtures::{ANA, Book, HALF_HOUR};
    use crate::domain::refusal::Code;
    use crate::domain::settings::Settings;
    use crate::domain::time::{Instant, Zone};
    use crate::domain::window::Ask;

    #[test]
    fn what_is_over_or_ahead_is_held_against_the_doctors_time_alone() {
        let zone = Zone::embedded("America/El_Salvador").unwrap();
        let settings = Settings::new("America/El_Salvador");
        let at = |hour: i64| Instant::from_unix(1_780_000_000).plus(hour * 3600);
        let facts = Facts { now: at(0), settings: &settings, zone: &zone, openings: &[], closures: &[] };
        // (start in hours, status, buffers, overbooked, has a doctor, expected)
        for (start, status, buffers, overbook, doctor, expected) in [
            (-10, Status::Completed, (0, 0), false, true, Ok(())),
            (-10, Status::Scheduled, (600, 600), false, true, Ok(())),
            (-4, Status::Completed, (0, 0), false, true, Err(Code::AppointmentConflict)),
            (-4, Status::Completed, (0, 0), true, true, Ok(())),
            (-4, Status::Cancelled, (0, 0), false, true, Ok(())),
            (-4, Status::NoShow, (0, 0), false, true, Ok(())),
            (10, Status::Confirmed, (0, 0), false, true, Ok(())),
            (1, Status::Confirmed, (600, 0), false, true, Err(Code::AppointmentConflict)),
            (10, Status::Confirmed, (0, 0), false, false, Err(Code::OutsideAvailability)),
            (-10, Status::Completed, (0, 0), false, false, Ok(())),
        ] {
            let ask = Ask { doctor_id: doctor.then_some("ana"), ..ANA };
            let wanted = Wanted { ask, start: at(start), lengths: HALF_HOUR, buffers, overbook };
            let other = Interval::new(at(-4), at(-3));
            let answer = |comes_back| {
                let mut book = Book { busy: vec![other], duplicate: true, ..Book::default() };
                let answer = admit(&wanted, (status, comes_back), &facts, &mut book);
                answer.map(|_| ()).map_err(|refusal| refusal.code)
            };
            assert_eq!(answer(false), expected, "{start} {status:?} {buffers:?}");
            // With `comes_back` a missing pooled window is accepted, but the doctor's conflicts still count.
            let back = if expected == Err(Code::OutsideAvailability) { Ok(()) } else { expected };
            assert_eq!(answer(true), back, "{start} {status:?} {buffers:?}");
        }
    }
}
