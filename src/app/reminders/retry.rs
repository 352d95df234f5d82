//! Retries failed messages.

use crate::app::reminders::{Note, note};
use crate::app::{Context, Desk, Env};
use crate::domain::refusal::{Code, Refusal};
use crate::domain::reminder::{Kind, MessageStatus};
use crate::platform::error::Result;
use crate::store::{Ending, Tx, outbox};

/// The failed messages to retry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RetryRequest {
    /// Those with these ids.
    These(Vec<String>),
    /// All that are not outdated and whose appointment is ahead.
    All,
}

/// Makes failed messages pending again, with the same ids and all channels. Writes no audit entry.
pub fn retry(context: &mut Context, request: &RetryRequest) -> Result<Vec<Note>> {
    context.write(Ending::Commit, |tx, env, desk| {
        let mut revived = Vec::new();
        match request {
            RetryRequest::These(ids) => {
                for id in ids {
                    let found = look_up(tx, env, &desk, id)?.ok_or_else(|| unknown(id))?;
                    check(env, &found)?;
                    revived.push(revive(tx, env, &desk, found)?);
                }
            }
            RetryRequest::All => {
                for id in outbox::failed(tx, &desk.clinic.id)? {
                    if let Some(found) = look_up(tx, env, &desk, &id)?
                        && check(env, &found).is_ok()
                    {
                        revived.push(revive(tx, env, &desk, found)?);
                    }
                }
            }
        }
        Ok(revived)
    })
}

fn look_up(tx: &mut Tx<'_>, env: &Env, desk: &Desk, id: &str) -> Result<Option<Note>> {
    let found = outbox::one(tx, &desk.clinic.id, &id.trim().to_lowercase(), env.now)?;
    found.map(|waiting| note(env, waiting.message, waiting.joined)).transpose()
}

fn unknown(id: &str) -> Refusal {
    Refusal::new(Code::ResourceNotFound, text!("message-not-found", id))
        .detail("kind", "message")
        .detail("given", id)
        .hint(text!("turno-remind-list-status-failed-shows-those"))
}

/// Accepts only failed messages that are still of use.
fn check(env: &Env, note: &Note) -> Result<()> {
    let Note { message, visit, .. } = note;
    let refused = |words: String| {
        Err(Refusal::new(Code::InvalidStateTransition, words)
            .detail("from", message.status.as_str())
            .detail("to", MessageStatus::Pending.as_str()))
    };
    if message.status != MessageStatus::Failed {
        return refused(text!("message-has-not-failed", id = message.id));
    }
    if note.ends_at() <= env.now {
        return refused(text!("message-comes-too-late-its-appointment-has-begun", id = message.id));
    }
    if !matches!(message.kind, Kind::Cancellation | Kind::Answer)
        && (!visit.appointment.status.keeps_messages() || message.plan != visit.appointment.reschedule_count)
    {
        return refused(text!("message-is-not-true-any-more-its-appointment", id = message.id));
    }
    Ok(())
}

fn revive(tx: &mut Tx<'_>, env: &Env, desk: &Desk, found: Note) -> Result<Note> {
    outbox::revive(tx, &found.message.id, env.now)?;
    let again = look_up(tx, env, desk, &found.message.id)?;
    Ok(again.unwrap_or(found))
}
