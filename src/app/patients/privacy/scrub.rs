//! Removes erased data from free pages and logs by rewriting the database: a file at once, a server's tables
//! by `db scrub`, because the rewrite locks readers out.

use crate::app::Context;
use crate::domain::time::{Instant, Zone};
use crate::platform::error::Result;
use crate::store::audit::Place;
use crate::store::check::Finding;
use crate::store::engine::{Locked, Scrub};
use crate::store::{Ending, Tx, check, meta};

/// The work of `db scrub`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Pending {
    /// The first erasure since the last rewrite.
    pub since: Instant,
    /// The tables that are locked for readers during the rewrite.
    pub locked: Vec<Locked>,
}

/// Records, in the erasure's transaction, that a rewrite is pending: since when, and the last erasure.
pub(crate) fn note(tx: &mut Tx<'_>, now: Instant, Place { chain, seq }: &Place) -> Result<()> {
    let since = meta::get(tx, meta::SCRUB_PENDING)?.map_or(now, |noted| since(&noted));
    Ok(meta::set(tx, meta::SCRUB_PENDING, &format!("{} {seq} {chain}", since.unix()))?)
}

fn since(noted: &str) -> Instant {
    Instant::from_unix(noted.split(' ').next().and_then(|since| since.parse().ok()).unwrap_or_default())
}

/// Since when a rewrite is pending, if it is.
pub(crate) fn pending_since(context: &mut Context) -> Result<Option<Instant>> {
    Ok(noted(context)?.map(|noted| since(&noted)))
}

fn noted(context: &mut Context) -> Result<Option<String>> {
    context.store.read(|tx| Ok(meta::get(tx, meta::SCRUB_PENDING)?))
}

/// Returns the pending work, if any; checks access to the clinic.
pub fn pending(context: &mut Context) -> Result<Option<Pending>> {
    context.read(|_, _, _| Ok(()))?;
    let Some(since) = pending_since(context)? else { return Ok(None) };
    Ok(Some(Pending { since, locked: context.store.locked_by_scrub()? }))
}

/// Rewrites the database if that is pending.
pub fn run(context: &mut Context) -> Result<Scrub> {
    let Some(noted) = noted(context)? else { return Ok(Scrub::Done) };
    let scrub = context.store.scrub()?;
    if !matches!(scrub, Scrub::Waits(_)) {
        // A later erasure has stored another note, which stays.
        context.store.write(Ending::Commit, |tx| Ok(meta::forget_if(tx, meta::SCRUB_PENDING, &noted)?))?;
    }
    Ok(scrub)
}

/// Rewrites a database file at once; on a server, returns `None` if `db scrub` must do it. If something
/// prevents the rewrite, it stays pending and `db check` reports it.
pub fn finish(context: &mut Context) -> Result<Option<Scrub>> {
    if context.store.location().is_server() {
        return Ok(noted(context)?.is_none().then_some(Scrub::Done));
    }
    // The erasure itself is done: a failed rewrite is no failure of the command.
    Ok(Some(run(context).unwrap_or_else(|problem| Scrub::Waits(problem.message))))
}

/// The warning of `db check`, if a rewrite is pending.
pub fn finding(context: &mut Context) -> Result<Option<Finding>> {
    Ok(pending_since(context)?.map(|since| Finding {
        check: check::SCRUB_PENDING,
        message: text!("what-was-erased-may-still-be-in-free-pages", since = Zone::utc().rfc3339(since)),
        record_id: None,
    }))
}
