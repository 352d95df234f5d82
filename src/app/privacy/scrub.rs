//! After an erasure the book is written anew: what was taken out of the rows is then in no free page
//! and no log any more.

use crate::app::Context;
use crate::error::Result;
use crate::store::check::Finding;
use crate::store::{Ending, Tx, check, meta};

/// Notes, with the erasure and in its commit, that the book is still to be written anew.
pub(super) fn note(tx: &mut Tx<'_>, erasure: i64) -> Result<()> {
    Ok(meta::set(tx, meta::SCRUB_PENDING, &erasure.to_string())?)
}

/// Whether the book is still to be written anew.
///
/// # Errors
/// When the book can't be read.
pub fn is_pending(context: &mut Context) -> Result<bool> {
    context.store.read(|tx| Ok(meta::get(tx, meta::SCRUB_PENDING)?.is_some()))
}

/// Writes the book anew where that is still to be done. Answers what stands in the way, if anything
/// does; then it stays to be done, and `db check` says so.
///
/// # Errors
/// When the book can't be read at all.
pub fn finish(context: &mut Context) -> Result<Option<String>> {
    let store = &mut context.store;
    let Some(erasure) = store.read(|tx| Ok(meta::get(tx, meta::SCRUB_PENDING)?))? else { return Ok(None) };
    // What was erased is erased: that this could not be done is no failure of the command.
    if let Some(why) = store.scrub().unwrap_or_else(|problem| Some(problem.to_string())) {
        return Ok(Some(why));
    }
    // An erasure that came meanwhile has a number of its own.
    store.write(Ending::Commit, |tx| Ok(meta::forget_if(tx, meta::SCRUB_PENDING, &erasure)?))?;
    Ok(None)
}

/// The warning of `db check`, where there is something left to do.
///
/// # Errors
/// When the book can't be read.
pub fn finding(context: &mut Context) -> Result<Option<Finding>> {
    Ok(is_pending(context)?.then(|| Finding {
        check: check::SCRUB_PENDING,
        message: "what was erased may still be in free pages and logs of the book: `turno patient erase` or \
                  `turno db purge`, run again, finishes it"
            .into(),
        record_id: None,
    }))
}
