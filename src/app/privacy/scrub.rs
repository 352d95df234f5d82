//! After an erasure the book is written anew: what was taken out of the rows is then in no free page
//! and no log any more.

use crate::app::Context;
use crate::error::Result;
use crate::store::audit::Place;
use crate::store::check::Finding;
use crate::store::engine::Scrub;
use crate::store::{Ending, Tx, audit, check, meta, redact};

/// Notes, with the erasure and in its commit, that the book is still to be written anew.
pub(super) fn note(tx: &mut Tx<'_>, Place { chain, seq }: &Place) -> Result<()> {
    Ok(meta::set(tx, meta::SCRUB_PENDING, &format!("{seq} {chain}"))?)
}

/// Writes the book anew where that is still to be done. Where something stands in the way it stays to be
/// done, and `db check` says so.
pub fn finish(context: &mut Context) -> Result<Scrub> {
    let store = &mut context.store;
    let pending = store.read(|tx| Ok(meta::get(tx, meta::SCRUB_PENDING)?))?;
    let Some(erasure) = pending else { return Ok(Scrub::Done) };
    // What was erased is erased: that this could not be done is no failure of the command.
    let scrub = store.scrub().unwrap_or_else(|problem| Scrub::Waits(problem.to_string()));
    if !matches!(scrub, Scrub::Waits(_)) {
        // An erasure that came meanwhile has a number of its own.
        store.write(Ending::Commit, |tx| Ok(meta::forget_if(tx, meta::SCRUB_PENDING, &erasure)?))?;
    }
    Ok(scrub)
}

/// The warning of `db check`, where there is something left to do.
pub fn finding(context: &mut Context) -> Result<Option<Finding>> {
    let store = &mut context.store;
    let erasure = store.read(|tx| match meta::get(tx, meta::SCRUB_PENDING)? {
        None => Ok(None),
        Some(place) => {
            // In the book's chain no chain is named.
            let (seq, chain) = place.split_once(' ').unwrap_or((&place, audit::BOOK));
            Ok(Some(match seq.parse() {
                Ok(seq) => {
                    audit::from(tx, chain, seq, 1)?.pop().filter(|entry| entry.action == redact::ERASED)
                }
                Err(_) => None,
            }))
        }
    })?;
    let again = |erased: Option<audit::Entry>| match erased {
        // Their code may have been replaced; what stays is the id.
        Some(entry) => text!("turno-patient-erase-force", record_id = entry.record_id),
        None => text!("turno-db-purge-run-again").to_owned(),
    };
    Ok(erasure.map(|erased| Finding {
        check: check::SCRUB_PENDING,
        message: text!("what-was-erased-may-still-be-in-free-pages", again = again(erased)),
        record_id: None,
    }))
}
