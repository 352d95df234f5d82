//! Writing down what became of messages, in short transactions.

use crate::app::remind::Note;
use crate::app::remind::pass::Held;
use crate::app::{Context, Env};
use crate::domain::delivery::Rest;
use crate::domain::record::Patient;
use crate::domain::refusal::Code;
use crate::domain::reminder::MessageStatus;
use crate::domain::time::Instant;
use crate::error::Result;
use crate::store::outbox::{self, Delay, Onward, Settlement};
use crate::store::{Ending, Tx, sweeps};

/// Who is recorded in the audit log for what a sweep learns from a provider.
pub(super) const ACTOR: &str = "sweep";
/// How often a book that is busy is asked again, ten seconds each time: what went out and isn't
/// noted would go out again.
const STUBBORN: usize = 5;

/// Something to be written down of a message that this sweep holds (or that none does).
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Act {
    /// It is done with.
    Settle(Settlement),
    /// It waits.
    PutOff(Delay),
    /// It is handed over to its channel.
    HandOver { id: String, lease: String },
    /// It goes on by its next channel.
    GoOn(Onward),
    /// It is given back.
    Release { id: String, lease: String },
    /// A channel rests.
    Rest { clinic_id: String, channel: String, rest: Rest },
    /// A channel rests no more.
    Recover { clinic_id: String, channel: String },
}

impl Act {
    /// A message that went out, or will not.
    pub(super) fn settle(held: &Held, lease: &str, status: MessageStatus, error: Option<String>) -> Act {
        Act::Settle(Settlement {
            id: held.id.clone(),
            lease: Some(lease.to_owned()),
            status,
            channel: Some(held.channel.clone()),
            error,
        })
    }

    /// A message that waits for its channel.
    pub(super) fn put_off(
        held: &Held,
        lease: &str,
        until: Instant,
        error: Option<String>,
        uncounted: bool,
    ) -> Act {
        Act::PutOff(Delay {
            id: held.id.clone(),
            lease: Some(lease.to_owned()),
            ready_at: until,
            channel: held.channel.clone(),
            tries: held.course.tries,
            failures: held.course.failures.clone(),
            error,
            uncounted,
            lost_leases: held.note.message.lost_leases,
        })
    }

    fn apply(&self, tx: &mut Tx<'_>, now: Instant) -> Result<()> {
        match self {
            Act::Settle(settlement) => {
                outbox::settle(tx, settlement, now)?;
            }
            Act::PutOff(delay) => {
                outbox::put_off(tx, delay)?;
            }
            Act::GoOn(onward) => outbox::go_on(tx, onward)?,
            Act::HandOver { id, lease } => outbox::hand_over(tx, id, lease)?,
            Act::Release { id, lease } => outbox::release(tx, id, lease)?,
            Act::Rest { clinic_id, channel, rest } => sweeps::rest(tx, clinic_id, channel, rest)?,
            Act::Recover { clinic_id, channel } => sweeps::recover(tx, clinic_id, channel)?,
        }
        Ok(())
    }
}

/// Writes acts down inside a transaction that is open already.
pub(super) fn apply_in(tx: &mut Tx<'_>, env: &Env, acts: &[Act]) -> Result<()> {
    acts.iter().try_for_each(|act| act.apply(tx, env.time()))
}

/// Writes acts down in one short transaction.
pub(super) fn apply(context: &mut Context, acts: &[Act]) -> Result<()> {
    if acts.is_empty() {
        return Ok(());
    }
    let Context { store, env } = context;
    let mut tried = 0;
    loop {
        match store.write(Ending::Commit, |tx| apply_in(tx, env, acts)) {
            Err(refusal) if refusal.code == Code::StoreBusy && tried < STUBBORN => tried += 1,
            answer => return answer,
        }
    }
}

/// Notes that the patient wants no messages, as the provider says, and drops this one. The others
/// are dropped when their turn comes.
pub(super) fn opt_out(context: &mut Context, note: &Note, drop: &Act, why: &str) -> Result<()> {
    let Context { store, env } = context;
    store.write(Ending::Commit, |tx| {
        let clinic_id = note.message.clinic_id.as_str();
        if let Some(before) = tx.by_id::<Patient>(clinic_id, &note.visit.patient.id)? {
            let after = Patient { opt_out: true, updated_at: env.now, ..before.clone() };
            if !before.opt_out {
                let words = ("patient.updated", Some(why));
                env.change_as(tx, ACTOR, Some(clinic_id), words, (&before, &after))?;
            }
        }
        apply_in(tx, env, std::slice::from_ref(drop))
    })
}
