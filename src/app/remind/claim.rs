//! Claiming: which of a page's messages this sweep takes, inside the transaction that takes them.

use crate::app::remind::Note;
use crate::app::remind::look::{self, Looked};
use crate::app::remind::pass::Held;
use crate::app::remind::settle::{self, Act};
use crate::app::remind::sweep::{Orders, Swept};
use crate::app::{Desk, Env};
use crate::domain::delivery::{Course, Rest, Turn};
use crate::domain::lease::{Precaution, given_up};
use crate::domain::reminder::{Decision, MessageStatus};
use crate::domain::settings::PRINT;
use crate::domain::time::Instant;
use crate::error::Result;
use crate::store::Tx;
use crate::store::outbox::{self, Delay, Settlement};
use std::collections::{BTreeMap, VecDeque};

/// The most messages that wait for one channel's workers: a page finds room where they are short.
const QUEUE: usize = 2 * look::PAGE;
/// How long a message waits that can't be read or settled, in seconds: somebody has to mend
/// something first.
pub(super) const MENDING: i64 = 60 * 60;

/// What came of looking at a page.
#[derive(Default)]
pub(super) struct Claim {
    pub held: Vec<Held>,
    pub swept: Vec<Swept>,
    pub last: Option<(Instant, String)>,
    pub passed_over: bool,
    /// The precaution under which the next of those go that don't go yet.
    pub next: Option<Precaution>,
}

/// Sorts the messages of a page, inside the transaction that claims it.
pub(super) struct Claimer<'c> {
    pub env: &'c Env,
    pub orders: &'c Orders<'c>,
    pub desk: &'c Desk,
    pub lease: &'c str,
    pub until: Instant,
    pub rests: &'c BTreeMap<String, Rest>,
    pub queues: &'c BTreeMap<String, VecDeque<Held>>,
    /// What lost more leases than this precaution is for waits.
    pub precaution: Precaution,
}

impl Claimer<'_> {
    pub(super) fn sort(&self, tx: &mut Tx<'_>, looked: Looked, claim: &mut Claim) -> Result<()> {
        let Looked { note, decision, trouble, changes: _ } = looked;
        if let Some(status) = decision.settles_as() {
            let why = decision.reason(&note.visit.zone);
            let channel = note.message.channel.clone().unwrap_or_else(|| PRINT.to_owned());
            // A lease that ran out is cleared on the way: its sweep is gone.
            let (id, lease) = (note.message.id.clone(), note.message.lease.clone());
            let act = Act::Settle(Settlement { id, lease, status, channel: None, error: Some(why) });
            settle::apply_in(tx, self.env, &[act])?;
            claim.swept.push(Swept::untried(note, decision, self.orders.ways, &channel));
            return Ok(());
        }
        if decision != Decision::Send {
            // Another sweep has it, or quiet hours do: not this sweep's business.
            return Ok(());
        }
        let precaution = Precaution::after(note.message.lost_leases);
        if precaution == Precaution::GiveUp {
            return self.fail(tx, note, given_up().to_owned(), claim);
        }
        if precaution > self.precaution {
            claim.next = Some(claim.next.map_or(precaution, |next| next.min(precaution)));
            return Ok(());
        }
        let mut course = Course {
            channels: note.channels(&self.desk.clinic).to_vec(),
            failures: note.message.failures.clone(),
            tries: note.message.tries,
            starts_at: note.visit.appointment.span.start,
        };
        let turn = match trouble {
            Some(_) => Turn::Waits(PRINT.into(), self.env.time().plus(MENDING)),
            None => course.turn(self.env.time(), |channel| self.rests.get(channel).cloned()),
        };
        self.take(tx, note, course, turn, trouble, claim)
    }

    fn take(
        &self,
        tx: &mut Tx<'_>,
        note: Note,
        mut course: Course,
        turn: Turn,
        trouble: Option<String>,
        claim: &mut Claim,
    ) -> Result<()> {
        let (id, old_lease) = (note.message.id.clone(), note.message.lease.clone());
        if let Turn::By(channel) | Turn::Waits(channel, _) = &turn
            && note.message.channel.as_ref() != Some(channel)
        {
            // The tries that were counted were another channel's.
            course.tries = 0;
        }
        match turn {
            Turn::By(channel) => {
                let waiting = self.queues.get(&channel).map_or(0, VecDeque::len)
                    + claim.held.iter().filter(|held| held.channel == channel).count();
                if waiting >= QUEUE {
                    claim.passed_over = true;
                    return Ok(());
                }
                outbox::lease(tx, &id, self.lease, self.until, &channel)?;
                claim.held.push(Held { id, note, course, channel, text: None, changes: 0 });
            }
            Turn::Waits(channel, until) => {
                let put_off = Act::PutOff(Delay {
                    id,
                    lease: old_lease,
                    ready_at: until,
                    channel: channel.clone(),
                    tries: course.tries,
                    failures: course.failures,
                    error: trouble.clone(),
                    uncounted: false,
                    lost_leases: note.message.lost_leases,
                });
                settle::apply_in(tx, self.env, &[put_off])?;
                let untried = Swept::untried(note, Decision::Waiting(until), self.orders.ways, &channel);
                claim.swept.push(Swept { again_at: Some(until), error: trouble, ..untried });
            }
            Turn::Failed => return self.fail(tx, note, course.failures.summary(), claim),
        }
        Ok(())
    }

    fn fail(&self, tx: &mut Tx<'_>, note: Note, why: String, claim: &mut Claim) -> Result<()> {
        let (status, error) = (MessageStatus::Failed, Some(why));
        let (id, lease) = (note.message.id.clone(), note.message.lease.clone());
        let channel = note.message.channel.clone();
        let act =
            Act::Settle(Settlement { id, lease, status, channel: channel.clone(), error: error.clone() });
        settle::apply_in(tx, self.env, &[act])?;
        let channel = channel.unwrap_or_else(|| PRINT.to_owned());
        let untried = Swept::untried(note, Decision::Send, self.orders.ways, &channel);
        claim.swept.push(Swept { status, error, ..untried });
        Ok(())
    }
}
