//! Saves results of messages, in short transactions.

use crate::app::reminders::pass::{Held, Pass};
use crate::app::reminders::sweep::Reader;
use crate::app::reminders::{Note, delivery_reports};
use crate::app::{Context, Env};
use crate::domain::delivery::Rest;
use crate::domain::record::Patient;
use crate::domain::refusal::Code;
use crate::domain::reminder::MessageStatus;
use crate::domain::time::Instant;
use crate::platform::error::Result;
use crate::store::outbox::{self, Delay, Onward, Settlement};
use crate::store::{Ending, Tx, sweeps};
use std::collections::BTreeMap;

/// The actor of audit entries for what a provider reports to a sweep.
pub(crate) const ACTOR: &str = "sweep";
/// Retries of a save while the database is busy, ten seconds each: a result that is not saved means that the
/// message is sent again.
const STUBBORN: usize = 5;

/// An update of a channel, or of messages that this sweep leases (or no sweep does). Updates of one message
/// are applied in the order of the variants.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Act {
    /// Go on by the next channel.
    GoOn(Onward),
    /// Have this id at their provider.
    Name {
        lease: String,
        provider_id: String,
    },
    /// Get a final status.
    Settle(Settlement),
    PutOff(Delay),
    HandOver {
        lease: String,
    },
    /// Were not handed over after all.
    TakeBack {
        lease: String,
    },
    Release {
        lease: String,
    },
    /// The channel works again.
    Recover {
        clinic_id: String,
        channel: String,
    },
    Rest {
        clinic_id: String,
        channel: String,
        rest: Rest,
    },
}

/// Updates, each with the ids of its messages: one statement per update.
#[derive(Debug, Default)]
pub(crate) struct Acts(BTreeMap<Act, Vec<String>>);

impl Acts {
    pub(crate) fn add(&mut self, act: Act, id: &str) {
        self.0.entry(act).or_default().push(id.to_owned());
    }

    pub(crate) fn add_for_channel(&mut self, act: Act) {
        self.0.entry(act).or_default();
    }

    pub(crate) fn settle(&mut self, held: &Held, lease: &str, status: MessageStatus, error: Option<String>) {
        let (lease, channel) = (Some(lease.to_owned()), Some(held.channel.clone()));
        self.add(Act::Settle(Settlement { lease, status, channel, error }), &held.id);
    }

    pub(crate) fn put_off(
        &mut self,
        held: &Held,
        lease: &str,
        until: Instant,
        error: Option<String>,
        uncounted: bool,
    ) {
        let delay = Delay {
            lease: Some(lease.to_owned()),
            ready_at: until,
            channel: held.channel.clone(),
            tries: held.course.tries,
            failures: held.course.failures.clone(),
            error,
            uncounted,
            lost_leases: held.note.message.lost_leases,
        };
        self.add(Act::PutOff(delay), &held.id);
    }

    /// The ids at providers that these updates record.
    fn named(&self) -> impl Iterator<Item = &str> {
        self.0.keys().filter_map(|act| match act {
            Act::Name { provider_id, .. } => Some(provider_id.as_str()),
            _ => None,
        })
    }

    /// Applies all updates inside an open transaction.
    pub(crate) fn apply_in(&self, tx: &mut Tx<'_>, now: Instant) -> Result<()> {
        for (act, ids) in &self.0 {
            match act {
                Act::GoOn(onward) => outbox::go_on(tx, ids, onward)?,
                Act::Name { lease, provider_id } => outbox::name(tx, ids, lease, provider_id)?,
                Act::Settle(settlement) => outbox::settle(tx, ids, settlement, now)?,
                Act::PutOff(delay) => outbox::put_off(tx, ids, delay)?,
                Act::HandOver { lease } => outbox::hand_over(tx, ids, lease)?,
                Act::TakeBack { lease } => outbox::take_back(tx, ids, lease)?,
                Act::Release { lease } => outbox::release(tx, ids, lease)?,
                Act::Recover { clinic_id, channel } => sweeps::recover(tx, clinic_id, channel)?,
                Act::Rest { clinic_id, channel, rest } => sweeps::rest(tx, clinic_id, channel, rest)?,
            }
        }
        Ok(())
    }
}

impl<R: Reader> Pass<'_, R> {
    /// Applies updates that could not be saved before, then `acts`, in one short transaction; keeps all if it
    /// fails.
    pub(crate) fn write_down(&mut self, acts: Acts) -> Result<()> {
        self.unwritten.push_back(acts);
        self.unwritten.retain(|acts| !acts.0.is_empty());
        let Pass { context, unwritten, desk, .. } = self;
        if !unwritten.is_empty() {
            let named: Vec<&str> = unwritten.iter().flat_map(Acts::named).collect();
            write(context, |tx, env| {
                unwritten.iter().try_for_each(|acts| acts.apply_in(tx, env.time()))?;
                match named.is_empty() {
                    true => Ok(()),
                    false => delivery_reports::catch_up(tx, env, &desk.clinic, &named),
                }
            })?;
            unwritten.clear();
        }
        Ok(())
    }
}

/// Runs `work` in a short transaction; retries while the database is busy.
pub(crate) fn write<T>(
    context: &mut Context,
    mut work: impl FnMut(&mut Tx<'_>, &Env) -> Result<T>,
) -> Result<T> {
    let Context { store, env } = context;
    let mut tried = 0;
    loop {
        match store.write_in_clinic(Ending::Commit, |tx| work(tx, env)) {
            Err(refusal) if refusal.code == Code::StoreBusy && tried < STUBBORN => tried += 1,
            answer => return answer,
        }
    }
}

/// Records the patient's opt-out, as the provider reports it, and drops this message. The patient's other
/// messages are dropped when they are due.
pub(crate) fn opt_out(context: &mut Context, note: &Note, drop: &Acts, why: &str) -> Result<()> {
    let Context { store, env } = context;
    store.write_in_clinic(Ending::Commit, |tx| {
        let clinic_id = note.message.clinic_id.as_str();
        if let Some(before) = tx.by_id::<Patient>(clinic_id, &note.visit.patient.id)? {
            let after = Patient { opt_out: true, updated_at: env.now, ..before.clone() };
            if !before.opt_out {
                let words = ("patient.updated", Some(why));
                env.change_as(tx, ACTOR, Some(clinic_id), words, (&before, &after))?;
            }
        }
        drop.apply_in(tx, env.time())
    })
}
