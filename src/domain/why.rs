//! Lists every check that a requested time fails, in the order of a booking's checks.

use crate::domain::booking::{
    Facts, Ledger, Wanted, check_duplicate, check_fit, check_free, check_open, check_room, check_start,
    choose, outside, placement,
};
use crate::domain::refusal::Refusal;

/// A failed check.
#[derive(Debug, Clone, PartialEq)]
pub struct Objection {
    /// Number of the check in the manual's table, 5 to 11.
    pub check: u8,
    /// The refusal of a booking for which no earlier check fails.
    pub refusal: Refusal,
}

/// Runs all checks 5 to 11; the first objection is the refusal of [`crate::domain::booking::place`].
pub fn objections(
    wanted: &Wanted<'_>,
    facts: &Facts<'_>,
    ledger: &mut dyn Ledger,
) -> Result<Vec<Objection>, Refusal> {
    let mut found = Vec::new();
    let mut hear = |check, answer: Result<(), Refusal>| match answer {
        // Database errors are no objections.
        Err(refusal) if refusal.code.status() >= 500 => Err(refusal),
        Err(refusal) => {
            found.push(Objection { check, refusal });
            Ok(())
        }
        Ok(()) => Ok(()),
    };
    hear(5, check_start(wanted.start, facts))?;
    match choose(wanted, facts.settings.strict_slots, facts.zone, facts.openings) {
        Some(opening) => {
            let placement = placement(wanted, opening);
            hear(7, check_open(&placement, facts))?;
            hear(8, check_fit(wanted, &placement, facts))?;
            let room = check_room(wanted, &placement, ledger);
            let check = if room.as_ref().is_err_and(|refusal| refusal.details.contains_key("capacity")) {
                10
            } else {
                9
            };
            hear(check, room)?;
        }
        None => {
            hear(6, Err(outside(wanted, facts)))?;
            // Without a window only the doctor's conflicts can be checked.
            if let Some(doctor) = wanted.ask.doctor_id {
                let busy = wanted.busy_without_window();
                hear(9, check_free(doctor, busy, ledger))?;
            }
        }
    }
    hear(11, check_duplicate(facts.zone.date(wanted.start), ledger))?;
    Ok(found)
}
