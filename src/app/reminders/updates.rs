//! Updates of leased messages, grouped so that one statement applies each to many messages.

use crate::app::reminders::Note;
use crate::domain::delivery::{Course, Rest};
use crate::domain::reminder::MessageStatus;
use crate::domain::series::Sitting;
use crate::domain::time::Instant;
use crate::platform::error::Result;
use crate::store::outbox::{self, Delay, Onward, Settlement};
use crate::store::{Tx, sweeps};
use std::collections::BTreeMap;

/// A message leased by this sweep.
#[derive(Debug)]
pub(crate) struct Held {
    pub id: String,
    pub note: Note,
    pub course: Course,
    /// The channel to try now.
    pub channel: String,
    /// The rendered text, once the message is handed over or printed.
    pub text: Option<String>,
    /// Number of changes of its appointment when the message was last read.
    pub changes: i64,
    /// The dates of the series that it confirms, when it was last read.
    pub dates: Vec<Sitting>,
}

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
    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

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
    pub(crate) fn named(&self) -> impl Iterator<Item = &str> {
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
