//! One sweep: claims pages of due messages, has letters sent, settles the results.
//!
//! Only this thread uses the database; workers see letters and channels only. A message is read again right
//! before it is sent. The sweep claims no more messages than the workers will soon need.

use crate::app::reminders::Note;
use crate::app::reminders::claim::{Claim, Claimer};
use crate::app::reminders::due;
use crate::app::reminders::due::Walk;
use crate::app::reminders::pace::{Distance, Stock, is_long_since};
use crate::app::reminders::settle::Acts;
use crate::app::reminders::sweep::{Orders, Reader, Start, Swept, Tally, wording};
use crate::app::{Context, Desk};
use crate::delivery::Post;
use crate::delivery::channel::Outcome;
use crate::delivery::templates::Wording;
use crate::domain::delivery::{Course, Rest};
use crate::domain::lease::Precaution;
use crate::domain::reminder::{Decision, MessageStatus};
use crate::domain::series::Sitting;
use crate::domain::settings::PRINT;
use crate::domain::time::Instant;
use crate::platform::error::Result;
use crate::store::{Ending, outbox};
use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::thread::Scope;
use std::time::Duration;

/// Lease time in seconds; renewed while the sweep runs, so a slow delivery does not outlive it.
const LEASE: i64 = 120;
/// Longest wait for workers before the loop renews the lease and claims more.
const TICK: Duration = Duration::from_secs(1);
/// Number of results after which the report is written; with a fast database also the print batch.
pub(crate) const REPORT: usize = 300;

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

/// A sweep while it runs.
pub(crate) struct Pass<'a, R> {
    pub(crate) context: &'a mut Context,
    pub(crate) orders: &'a Orders<'a>,
    pub(crate) reader: &'a mut R,
    pub(crate) desk: Desk,
    /// The templates; none if nothing was due at the start.
    pub(crate) wording: Option<Wording>,
    pub(crate) lease: String,
    leased_until: Instant,
    /// Channels that rest or rested lately.
    pub(crate) rests: BTreeMap<String, Rest>,
    walk: Walk,
    /// Messages that need a higher precaution are not claimed yet.
    pub(crate) precaution: Precaution,
    /// The lowest higher precaution seen so far.
    next_precaution: Option<Precaution>,
    /// Whether messages were skipped because their channel's queue was full.
    passed_over: bool,
    /// How many more messages may be claimed.
    left: usize,
    /// Claimed messages by channel; this thread itself prints those of `print`.
    pub(crate) queues: BTreeMap<String, VecDeque<Held>>,
    /// Letters recorded as handed over, by channel, for the next free worker.
    pub(crate) ready: BTreeMap<String, Stock>,
    /// Messages that a worker has.
    pub(crate) away: BTreeMap<String, Held>,
    /// Results that are not saved yet; `back_since` is when the first of them arrived.
    back: Vec<(String, Outcome)>,
    back_since: std::time::Instant,
    /// Updates that could not be saved yet.
    pub(crate) unwritten: VecDeque<Acts>,
    pub(crate) distance: Distance,
    /// Results not reported yet; reported only while no letter is in flight, as writing may block.
    unread: Vec<Swept>,
    /// Whether printed messages wait to be settled as sent.
    pub(crate) printed: bool,
    /// The channels and template files that were warned about.
    pub(crate) warned: BTreeSet<String>,
    tally: Tally,
}

impl<'a, R: Reader> Pass<'a, R> {
    pub(crate) fn begin(
        context: &'a mut Context,
        start: Start,
        orders: &'a Orders<'a>,
        reader: &'a mut R,
    ) -> Result<Self> {
        let Start { desk, rests, any, .. } = start;
        let (lease, now) = (context.env.new_id(), context.env.time());
        // Load templates before claiming, so that a broken one fails the sweep and not a message.
        let wording = any.then(|| wording(&context.env, &desk.clinic)).transpose()?;
        let walk = if any { Walk::default() } else { Walk::at_its_end() };
        Ok(Pass {
            context,
            reader,
            desk,
            wording,
            lease,
            leased_until: now,
            rests: rests.into_iter().collect(),
            walk,
            precaution: Precaution::None,
            next_precaution: None,
            passed_over: false,
            left: orders.limit.unwrap_or(usize::MAX),
            orders,
            queues: BTreeMap::new(),
            ready: BTreeMap::new(),
            away: BTreeMap::new(),
            back: Vec::new(),
            back_since: std::time::Instant::now(),
            unwritten: VecDeque::new(),
            distance: Distance::default(),
            unread: Vec::new(),
            printed: false,
            warned: BTreeSet::new(),
            tally: Tally::default(),
        })
    }

    pub(crate) fn tally(&self) -> Tally {
        self.tally
    }

    pub(crate) fn reader(&mut self) -> &mut R {
        self.reader
    }

    /// Sends until nothing is due. After an error, waits for letters in flight and settles them.
    pub(crate) fn run<'scope>(&mut self, scope: &'scope Scope<'scope, 'a>) -> Result<(), R::Problem> {
        let mut post = Post::new(scope, self.orders.ways, self.orders.workers);
        let ran = self.work(&mut post);
        while ran.is_err() && !(post.is_idle() && self.back.is_empty()) {
            if !post.is_idle() {
                self.collect(&mut post);
            }
            let back = std::mem::take(&mut self.back);
            // Updates that fail stay in `unwritten` and are tried again.
            let _ = self.keep_lease();
            let _ = self.settle(back);
        }
        ran
    }

    fn work(&mut self, post: &mut Post<'_, '_, '_>) -> Result<(), R::Problem> {
        let mut hangs = false;
        loop {
            if self.settling_is_due(post) {
                let back = std::mem::take(&mut self.back);
                let swept = self.settle(back)?;
                self.report(swept);
            }
            self.keep_lease()?;
            if !self.walk.done && self.may_claim(post) && (hangs || self.is_short_of_work()) {
                self.claim()?;
            }
            if post.is_idle() && self.back.is_empty() {
                self.tell()?;
                self.print()?;
                // The report may have blocked for long: renew the lease before sending.
                self.keep_lease()?;
            }
            if !self.reader_is_due() {
                self.hand_over(post)?;
            }
            if post.is_idle() {
                if !self.unread.is_empty() || !self.back.is_empty() || self.reader_is_due() {
                    continue;
                }
                if self.waits_for_nothing() && !self.has_more() {
                    return Ok(());
                }
                continue;
            }
            hangs = !self.collect(post);
        }
    }

    /// Waits up to [`TICK`] for results; returns whether there were any.
    fn collect(&mut self, post: &mut Post<'_, '_, '_>) -> bool {
        let done = post.collect(TICK);
        if self.back.is_empty() {
            self.back_since = std::time::Instant::now();
        }
        let any = !done.is_empty();
        self.back.extend(done);
        any
    }

    /// Whether to save results now: always if the database is fast, else after a second, when the workers
    /// become idle, or if a result affects other messages.
    fn settling_is_due(&self, post: &Post<'_, '_, '_>) -> bool {
        let concerns_others = |(_, outcome): &(String, Outcome)| {
            matches!(outcome, Outcome::OptedOut { .. } | Outcome::Later { whole_channel: true, .. })
        };
        let comes_to_rest = post.is_idle() && (self.ready.is_empty() || self.reader_is_due());
        !self.back.is_empty()
            && (!self.distance.is_far()
                || comes_to_rest
                || is_long_since(self.back_since)
                || self.back.iter().any(concerns_others))
    }

    /// Whether more messages may be claimed; under [`Precaution::Alone`] only if this sweep holds none.
    fn may_claim(&self, post: &Post<'_, '_, '_>) -> bool {
        self.precaution < Precaution::Alone || (post.is_idle() && self.holds_nothing())
    }

    /// Restarts the walk if messages were skipped; returns whether to go on.
    fn has_more(&mut self) -> bool {
        if self.walk.done {
            if !self.passed_over {
                let Some(next) = self.next_precaution.take() else { return false };
                self.precaution = next;
            }
            (self.walk, self.passed_over) = (Walk::default(), false);
        }
        // Printed messages stay leased until the sweep ends, so a message that must go alone waits for the
        // next sweep.
        self.precaution < Precaution::Alone || !self.printed
    }

    /// Whether to pause sending so that the report can be written.
    fn reader_is_due(&self) -> bool {
        self.unread.len() + self.back.len() >= REPORT
            || self.queues.get(PRINT).is_some_and(|queue| !queue.is_empty())
    }

    /// Whether a channel's workers will soon have nothing to do.
    fn is_short_of_work(&self) -> bool {
        let few = self.orders.workers * 2;
        self.queues.values().all(VecDeque::is_empty) || self.queues.values().any(|queue| queue.len() < few)
    }

    /// Renews the lease once half of it has passed.
    fn keep_lease(&mut self) -> Result<()> {
        let now = self.context.env.time();
        if self.leased_until.unix() - now.unix() > LEASE / 2 {
            return Ok(());
        }
        self.leased_until = now.plus(LEASE);
        if self.holds_nothing() {
            return Ok(());
        }
        let (lease, until) = (&self.lease, self.leased_until);
        self.context.store.write_in_clinic(Ending::Commit, |tx| Ok(outbox::renew(tx, lease, until)?))
    }

    /// Whether this sweep leases no message.
    fn holds_nothing(&self) -> bool {
        !self.printed && self.away.is_empty() && self.waits_for_nothing()
    }

    /// Whether no message waits for a worker or to be printed.
    fn waits_for_nothing(&self) -> bool {
        self.ready.is_empty() && self.queues.values().all(VecDeque::is_empty)
    }

    /// Claims the next page: leases the messages to send, and settles those that never will be sent.
    fn claim(&mut self) -> Result<(), R::Problem> {
        let Context { store, env } = &mut *self.context;
        let claimer = Claimer {
            env,
            orders: self.orders,
            desk: &self.desk,
            lease: &self.lease,
            until: self.leased_until,
            rests: &self.rests,
            queues: &self.queues,
            precaution: self.precaution,
        };
        let room = if self.precaution == Precaution::Alone { self.left.min(1) } else { self.left };
        let walk = &self.walk;
        let (claim, count) = store.write_in_clinic(Ending::Commit, |tx| {
            let page = due::page(tx, env, claimer.desk, Some(env.now), walk.after())?;
            let (mut claim, mut count) = (Claim::default(), page.len());
            for looked in page {
                if claim.held.len() >= room {
                    // The rest of the page is read again.
                    count = due::PAGE;
                    break;
                }
                claim.last = Some(due::place(&looked));
                claimer.sort(looked, &mut claim);
            }
            claimer.write(tx, &claim)?;
            Ok((claim, count))
        })?;
        self.walk.passed(claim.last, count);
        self.passed_over |= claim.passed_over;
        self.warn_if(claim.unread);
        self.next_precaution = self.next_precaution.into_iter().chain(claim.next).min();
        self.left -= claim.held.len();
        if self.left == 0 {
            (self.walk, self.passed_over, self.next_precaution) = (Walk::at_its_end(), false, None);
        }
        for held in claim.held {
            self.queues.entry(held.channel.clone()).or_default().push_back(held);
        }
        self.report(claim.swept);
        Ok(())
    }

    /// Warns once that messages by `print` wait for a caller who may read them.
    pub(crate) fn warn_if(&mut self, unread: bool) {
        if unread && self.warned.insert(PRINT.to_owned()) {
            self.reader.warn(text!("messages-by-print-wait-for-a-key-that-reads"));
        }
    }

    /// Releases all leases. If unsaved results cannot be saved first, releases nothing and lets the leases
    /// expire.
    pub(crate) fn give_back(&mut self) -> Result<()> {
        self.write_down(Acts::default())?;
        let lease = &self.lease;
        self.context.store.write_in_clinic(Ending::Commit, |tx| Ok(outbox::release_all(tx, lease)?))
    }

    pub(crate) fn report(&mut self, swept: Vec<Swept>) {
        self.unread.extend(swept);
    }

    /// Reports the queued results and counts them.
    pub(crate) fn tell(&mut self) -> Result<(), R::Problem> {
        let swept = std::mem::take(&mut self.unread);
        if swept.is_empty() {
            return Ok(());
        }
        self.reader.take(&swept)?;
        swept.iter().for_each(|swept| self.tally.count(swept));
        Ok(())
    }

    pub(crate) fn sent(&self, mut held: Held) -> Swept {
        let text = held.text.take();
        Swept { status: MessageStatus::Sent, text, ..self.swept(held, Decision::Send) }
    }

    pub(crate) fn failed(&self, held: Held, error: String, acts: &mut Acts) -> Swept {
        let (status, error) = (MessageStatus::Failed, Some(error));
        acts.settle(&held, &self.lease, status, error.clone());
        Swept { status, error, ..self.swept(held, Decision::Send) }
    }

    pub(crate) fn swept(&self, held: Held, decision: Decision) -> Swept {
        Swept::untried(held.note, decision, self.orders.ways, &held.channel)
    }
}
