//! Undoes a closure together with the moves or cancellations that were made for it, as one act.

use super::{UndoRequest, Undone, take_back};
use crate::app::access::find;
use crate::app::{Desk, Env};
use crate::domain::access::Scope;
use crate::domain::window::Closure;
use crate::platform::error::Result;
use crate::store::Tx;
use crate::store::audit::Entry;
use serde_json::Value;

/// What the moves and cancellations that are made for a closure say of themselves.
pub(crate) fn reason(closure: &Closure) -> String {
    format!("{}: {}", closure.code, closure.reason)
}

/// The reason of a move or cancellation, as its audit entry has it.
fn said(entry: &Entry) -> Option<String> {
    if entry.note.is_some() {
        return entry.note.clone();
    }
    let after: Value = serde_json::from_str(entry.after.as_deref()?).ok()?;
    after.get("cancellation_reason")?.as_str().map(str::to_owned)
}

/// The closure that the change was made for, if it was made in the same act and still stands.
pub(super) fn closure_of(tx: &mut Tx<'_>, desk: &Desk, entry: &Entry) -> Result<Option<Closure>> {
    let Some(said) = said(entry) else { return Ok(None) };
    let Some((code, _)) = said.split_once(": ") else { return Ok(None) };
    // A reason that only looks like a closure's names none.
    let Ok(closure) = find::exact::<Closure>(tx, desk, code) else { return Ok(None) };
    let is_same = closure.active && closure.created_at == entry.at && reason(&closure) == said;
    Ok(is_same.then_some(closure))
}

/// Removes the closure and takes back all that was done for it; all or nothing. `done` has the actor's changes,
/// newest first.
pub(super) fn take_back_all(
    tx: &mut Tx<'_>,
    env: &Env,
    desk: &Desk,
    (closure, done): (&Closure, &[Entry]),
    request: &UndoRequest,
) -> Result<Undone> {
    desk.require(Scope::Admin)?;
    let after = Closure { active: false, ..closure.clone() };
    env.change(tx, Some(&desk.clinic.id), "closure.removed", None, (closure, &after))?;
    let reason = reason(closure);
    let mut undone = Vec::new();
    for entry in
        done.iter().filter(|entry| entry.at == closure.created_at && said(entry).as_ref() == Some(&reason))
    {
        undone.push(take_back(tx, env, desk, entry, request)?);
    }
    let others = undone.split_off(1.min(undone.len()));
    match undone.pop() {
        Some(first) => Ok(Undone { closure: Some(after), others, ..first }),
        None => Err(super::nothing_left(env.actor())),
    }
}
