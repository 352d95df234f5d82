//! What was taken out of the rows stays in free pages and logs until the book is written anew: a file at once,
//! a server's tables by `db scrub`, as that keeps their readers out.

use crate::app::Context;
use crate::domain::time::{Instant, Zone};
use crate::platform::error::Result;
use crate::store::audit::Place;
use crate::store::check::Finding;
use crate::store::engine::{Locked, Scrub};
use crate::store::{Ending, Tx, check, meta};

/// What `db scrub` has to do.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Pending {
    /// The first erasure since the book was written anew.
    pub since: Instant,
    /// The tables that keep readers out while they are written anew.
    pub locked: Vec<Locked>,
}

/// Notes, with the erasure and in its commit, that the book is still to be written anew: since when, and the
/// last erasure of all.
pub(crate) fn note(tx: &mut Tx<'_>, now: Instant, Place { chain, seq }: &Place) -> Result<()> {
    let since = meta::get(tx, meta::SCRUB_PENDING)?.map_or(now, |noted| since(&noted));
    Ok(meta::set(tx, meta::SCRUB_PENDING, &format!("{} {seq} {chain}", since.unix()))?)
}

fn since(noted: &str) -> Instant {
    Instant::from_unix(noted.split(' ').next().and_then(|since| since.parse().ok()).unwrap_or_default())
}

/// Since when the book is to be written anew, if it is.
pub(crate) fn pending_since(context: &mut Context) -> Result<Option<Instant>> {
    Ok(noted(context)?.map(|noted| since(&noted)))
}

fn noted(context: &mut Context) -> Result<Option<String>> {
    context.store.read(|tx| Ok(meta::get(tx, meta::SCRUB_PENDING)?))
}

/// What is still to be done, for who may take out what is old.
pub fn pending(context: &mut Context) -> Result<Option<Pending>> {
    context.read(|_, _, _| Ok(()))?;
    let Some(since) = pending_since(context)? else { return Ok(None) };
    Ok(Some(Pending { since, locked: context.store.locked_by_scrub()? }))
}

/// Writes the book anew where that is still to be done.
pub fn run(context: &mut Context) -> Result<Scrub> {
    let Some(noted) = noted(context)? else { return Ok(Scrub::Done) };
    let scrub = context.store.scrub()?;
    if !matches!(scrub, Scrub::Waits(_)) {
        // An erasure that came meanwhile has a number of its own.
        context.store.write(Ending::Commit, |tx| Ok(meta::forget_if(tx, meta::SCRUB_PENDING, &noted)?))?;
    }
    Ok(scrub)
}

/// Does for an erasure what can be done at once; `None` where it is left to `db scrub`. Where something stands
/// in the way it stays to be done, and `db check` says so.
pub fn finish(context: &mut Context) -> Result<Option<Scrub>> {
    if context.store.location().is_server() {
        return Ok(noted(context)?.is_none().then_some(Scrub::Done));
    }
    // What was erased is erased: that this could not be done is no failure of the command.
    Ok(Some(run(context).unwrap_or_else(|problem| Scrub::Waits(problem.message))))
}

/// The warning of `db check`, where there is something left to do.
pub fn finding(context: &mut Context) -> Result<Option<Finding>> {
    Ok(pending_since(context)?.map(|since| Finding {
        check: check::SCRUB_PENDING,
        message: text!("what-was-erased-may-still-be-in-free-pages", since = Zone::utc().rfc3339(since)),
        record_id: None,
    }))
}
