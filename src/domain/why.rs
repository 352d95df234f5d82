//! Every rule that stands in the way of a time, in the order in which a booking would meet them.

use crate::domain::booking::{
    Facts, Ledger, Wanted, check_duplicate, check_fit, check_free, check_open, check_room, check_start,
    choose, outside, placement,
};
use crate::domain::refusal::Refusal;

/// A rule that stands in the way: the number of its check in the manual's table, and what it says.
#[derive(Debug, Clone, PartialEq)]
pub struct Objection {
    /// 5 to 11.
    pub check: u8,
    /// What a booking would be told, if nothing before it stood in the way.
    pub refusal: Refusal,
}

/// Checks 5 to 11, all of them: what [`crate::domain::booking::place`] would answer comes first.
pub fn objections(
    wanted: &Wanted<'_>,
    facts: &Facts<'_>,
    ledger: &mut dyn Ledger,
) -> Result<Vec<Objection>, Refusal> {
    let mut found = Vec::new();
    let mut hear = |check, answer: Result<(), Refusal>| match answer {
        // A book that can't be read is no rule.
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
            // Without a window there is neither a fit nor a capacity, but the doctor may be taken.
            if let Some(doctor) = wanted.ask.doctor_id {
                let busy = wanted.busy_without_window();
                hear(9, check_free(doctor, busy, ledger))?;
            }
        }
    }
    hear(11, check_duplicate(facts.zone.date(wanted.start), ledger))?;
    Ok(found)
}
