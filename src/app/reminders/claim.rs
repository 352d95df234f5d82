//! Decides which messages of a page this sweep claims, inside the claiming transaction.

use crate::app::reminders::Note;
use crate::app::reminders::due;
use crate::app::reminders::due::Looked;
use crate::app::reminders::orders::Orders;
use crate::app::reminders::report::Swept;
use crate::app::reminders::updates::Held;
use crate::app::reminders::updates::{Act, Acts};
use crate::app::{Desk, Env};
use crate::domain::access::Scope;
use crate::domain::delivery::{Course, Rest, Turn};
use crate::domain::lease::{Precaution, given_up};
use crate::domain::reminder::{Decision, MessageStatus};
use crate::domain::settings::PRINT;
use crate::domain::time::Instant;
use crate::platform::error::Result;
use crate::store::Tx;
use crate::store::outbox::{self, Delay, Settlement};
use std::collections::{BTreeMap, VecDeque};

/// Most messages that wait for the workers of one channel.
const QUEUE: usize = 2 * due::PAGE;
/// Seconds by which a message is postponed that cannot be read or settled until a person fixes the cause.
pub(crate) const MENDING: i64 = 60 * 60;

/// The result of claiming from a page.
#[derive(Default)]
pub(crate) struct Claim {
    pub held: Vec<Held>,
    acts: Acts,
    pub swept: Vec<Swept>,
    pub last: Option<(Instant, String)>,
    pub passed_over: bool,
    /// Whether messages by `print` were left because the caller's key may not read appointments.
    pub unread: bool,
    /// The lowest precaution among the messages left for later in this sweep.
    pub next: Option<Precaution>,
}

/// Whether this sweep may send by `channel`. `print` shows messages to the caller: a key that may not read
/// appointments must not mark them as sent.
pub(crate) fn is_open_to(desk: &Desk, channel: &str) -> bool {
    channel != PRINT || desk.require(Scope::AppointmentsRead).is_ok()
}

/// Sorts the messages of a page, inside the claiming transaction.
pub(crate) struct Claimer<'c> {
    pub env: &'c Env,
    pub orders: &'c Orders<'c>,
    pub desk: &'c Desk,
    pub lease: &'c str,
    pub until: Instant,
    pub rests: &'c BTreeMap<String, Rest>,
    pub queues: &'c BTreeMap<String, VecDeque<Held>>,
    /// Messages that need a higher precaution wait.
    pub precaution: Precaution,
}

impl Claimer<'_> {
    /// Settles, claims, postpones or skips a message.
    pub(crate) fn sort(&self, looked: Looked, claim: &mut Claim) {
        let Looked { note, decision, trouble, changes: _, dates: _ } = looked;
        if let Some(status) = decision.settles_as() {
            let why = decision.reason(&note.visit.zone);
            let channel = note.message.channel.clone().unwrap_or_else(|| PRINT.to_owned());
            // An expired lease is cleared: its sweep is gone.
            let lease = note.message.lease.clone();
            let settlement = Settlement { lease, status, channel: None, error: Some(why) };
            claim.acts.add(Act::Settle(settlement), &note.message.id);
            claim.swept.push(Swept::untried(note, decision, self.orders.ways, &channel));
            return;
        }
        if decision != Decision::Send {
            // Held by another sweep or by quiet hours.
            return;
        }
        let precaution = Precaution::after(note.message.lost_leases);
        if precaution == Precaution::GiveUp {
            return self.fail(note, given_up().to_owned(), claim);
        }
        if precaution > self.precaution {
            claim.next = Some(claim.next.map_or(precaution, |next| next.min(precaution)));
            return;
        }
        let mut course = Course {
            channels: note.channels(&self.desk.clinic),
            failures: note.message.failures.clone(),
            tries: note.message.tries,
            starts_at: note.ends_at(),
        };
        let turn = match trouble {
            Some(_) => Turn::Waits(PRINT.into(), self.env.time().plus(MENDING)),
            None => course.turn(self.env.time(), |channel| self.rests.get(channel).cloned()),
        };
        self.take(note, course, turn, trouble, claim);
    }

    fn take(&self, note: Note, mut course: Course, turn: Turn, trouble: Option<String>, claim: &mut Claim) {
        let (id, old_lease) = (note.message.id.clone(), note.message.lease.clone());
        if let Turn::By(channel) | Turn::Waits(channel, _) = &turn
            && note.message.channel.as_ref() != Some(channel)
        {
            // The counted tries belong to another channel.
            course.tries = 0;
        }
        match turn {
            Turn::By(channel) if !is_open_to(self.desk, &channel) => claim.unread = true,
            Turn::By(channel) => {
                let waiting = self.queues.get(&channel).map_or(0, VecDeque::len)
                    + claim.held.iter().filter(|held| held.channel == channel).count();
                if waiting >= QUEUE {
                    claim.passed_over = true;
                    return;
                }
                claim.held.push(Held {
                    id,
                    note,
                    course,
                    channel,
                    text: None,
                    changes: 0,
                    dates: Vec::new(),
                });
            }
            Turn::Waits(channel, until) => {
                let put_off = Act::PutOff(Delay {
                    lease: old_lease,
                    ready_at: until,
                    channel: channel.clone(),
                    tries: course.tries,
                    failures: course.failures,
                    error: trouble.clone(),
                    uncounted: false,
                    lost_leases: note.message.lost_leases,
                });
                claim.acts.add(put_off, &id);
                let untried = Swept::untried(note, Decision::Waiting(until), self.orders.ways, &channel);
                claim.swept.push(Swept { again_at: Some(until), error: trouble, ..untried });
            }
            Turn::Failed => self.fail(note, course.failures.summary(), claim),
        }
    }

    fn fail(&self, note: Note, why: String, claim: &mut Claim) {
        let (status, error) = (MessageStatus::Failed, Some(why));
        let (lease, channel) = (note.message.lease.clone(), note.message.channel.clone());
        let settlement = Settlement { lease, status, channel: channel.clone(), error: error.clone() };
        claim.acts.add(Act::Settle(settlement), &note.message.id);
        let channel = channel.unwrap_or_else(|| PRINT.to_owned());
        let untried = Swept::untried(note, Decision::Send, self.orders.ways, &channel);
        claim.swept.push(Swept { status, error, ..untried });
    }

    /// Saves the decisions; leases the claimed messages with one statement per channel.
    pub(crate) fn write(&self, tx: &mut Tx<'_>, claim: &Claim) -> Result<()> {
        let mut by_channel: BTreeMap<&str, Vec<String>> = BTreeMap::new();
        for held in &claim.held {
            by_channel.entry(&held.channel).or_default().push(held.id.clone());
        }
        for (channel, ids) in by_channel {
            outbox::lease(tx, &ids, self.lease, self.until, channel)?;
        }
        claim.acts.apply_in(tx, self.env.time())
    }
}
