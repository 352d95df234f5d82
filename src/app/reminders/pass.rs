//! One sweep: claims pages of what is due, has letters sent, settles what comes back.
//!
//! Only this thread touches the book; the workers know letters and channels. A message is read again
//! right before it goes out, and what became of it is written down as soon as it is known. Nothing
//! is held in memory but what is claimed, and no more is claimed than the workers will soon need.

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
use crate::domain::settings::PRINT;
use crate::domain::time::Instant;
use crate::platform::error::Result;
use crate::store::{Ending, outbox};
use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::thread::Scope;
use std::time::Duration;

/// How long a message is this sweep's, in seconds; renewed while the sweep is alive, so that no
/// letter takes longer than its lease.
const LEASE: i64 = 120;
/// How long workers are waited for before the sweep looks about: at its lease, or at what else there
/// is to claim while a channel hangs.
const TICK: Duration = Duration::from_secs(1);
/// How many messages are reported at once, while letters are on their way, and printed.
pub(crate) const REPORT: usize = 300;

/// A message that this sweep holds.
#[derive(Debug)]
pub(crate) struct Held {
    pub id: String,
    pub note: Note,
    pub course: Course,
    /// The channel whose turn it is.
    pub channel: String,
    /// What was said, once it was.
    pub text: Option<String>,
    /// How often its appointment was changed, as it was read last.
    pub changes: i64,
}

/// A sweep under way.
pub(crate) struct Pass<'a, R> {
    pub(crate) context: &'a mut Context,
    pub(crate) orders: &'a Orders<'a>,
    pub(crate) reader: &'a mut R,
    pub(crate) desk: Desk,
    /// The templates, where something may be to say.
    pub(crate) wording: Option<Wording>,
    pub(crate) lease: String,
    leased_until: Instant,
    /// The channels that rest, or did lately.
    pub(crate) rests: BTreeMap<String, Rest>,
    walk: Walk,
    /// Messages that call for more than this are not claimed yet.
    pub(crate) precaution: Precaution,
    /// The next precaution that messages call for.
    next_precaution: Option<Precaution>,
    /// Whether messages were passed over because their channel's queue was full.
    passed_over: bool,
    /// How many messages may still be claimed.
    left: usize,
    /// What waits for a channel's workers; `print`'s is this thread.
    pub(crate) queues: BTreeMap<String, VecDeque<Held>>,
    /// What is noted as handed over, and goes to the next free worker of its channel.
    pub(crate) ready: BTreeMap<String, Stock>,
    /// What is on its way.
    pub(crate) away: BTreeMap<String, Held>,
    /// What came back and is not written down yet, and since when the first of it waits.
    back: Vec<(String, Outcome)>,
    back_since: std::time::Instant,
    /// What could not be written down so far: of messages that went out, or will not.
    pub(crate) unwritten: VecDeque<Acts>,
    pub(crate) distance: Distance,
    /// What is done with, and not reported yet. A reader may keep the sweep waiting for as long as it
    /// likes, so it hears of things only while nothing is on its way that would want settling.
    unread: Vec<Swept>,
    /// Whether something is printed that does not count as sent yet.
    pub(crate) printed: bool,
    /// The templates that were warned of.
    pub(crate) warned: BTreeSet<String>,
    tally: Tally,
}

impl<'a, R: Reader> Pass<'a, R> {
    /// Makes ready for what is due.
    pub(crate) fn begin(
        context: &'a mut Context,
        start: Start,
        orders: &'a Orders<'a>,
        reader: &'a mut R,
    ) -> Result<Self> {
        let Start { desk, rests, any, .. } = start;
        let (lease, now) = (context.env.new_id(), context.env.time());
        // Before anything is claimed: a message is not to fail for a template of ours.
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

    /// Sends until nothing is due any more. Where it has to stop, what is on its way is waited for
    /// and settled all the same.
    pub(crate) fn run<'scope>(&mut self, scope: &'scope Scope<'scope, 'a>) -> Result<(), R::Problem> {
        let mut post = Post::new(scope, self.orders.ways, self.orders.workers);
        let ran = self.work(&mut post);
        while ran.is_err() && !(post.is_idle() && self.back.is_empty()) {
            if !post.is_idle() {
                self.collect(&mut post);
            }
            let back = std::mem::take(&mut self.back);
            // What can't be written down is tried once more at the end.
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
                // However long that took: what went to another sweep meanwhile is let go.
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

    /// Waits for what comes back. Answers whether anything did.
    fn collect(&mut self, post: &mut Post<'_, '_, '_>) -> bool {
        let done = post.collect(TICK);
        if self.back.is_empty() {
            self.back_since = std::time::Instant::now();
        }
        let any = !done.is_empty();
        self.back.extend(done);
        any
    }

    /// Whether what came back is written down now: at once, or where the book is far away together with what comes
    /// back within a second, unless it says something of other messages, too.
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

    /// Whether more may be claimed beside what this sweep holds.
    fn may_claim(&self, post: &Post<'_, '_, '_>) -> bool {
        self.precaution < Precaution::Alone || (post.is_idle() && self.holds_nothing())
    }

    /// Whether there may be more to claim, of which nothing is held: begins anew where messages were left out.
    fn has_more(&mut self) -> bool {
        if self.walk.done {
            if !self.passed_over {
                let Some(next) = self.next_precaution.take() else { return false };
                self.precaution = next;
            }
            (self.walk, self.passed_over) = (Walk::default(), false);
        }
        // What was printed and does not count as sent yet is held to the end of the sweep. What must go alone
        // goes with the next one.
        self.precaution < Precaution::Alone || !self.printed
    }

    /// Whether it is the reader's turn: the workers come to rest first.
    fn reader_is_due(&self) -> bool {
        self.unread.len() + self.back.len() >= REPORT
            || self.queues.get(PRINT).is_some_and(|queue| !queue.is_empty())
    }

    /// Whether a channel's workers will soon have nothing to do.
    fn is_short_of_work(&self) -> bool {
        let few = self.orders.workers * 2;
        self.queues.values().all(VecDeque::is_empty) || self.queues.values().any(|queue| queue.len() < few)
    }

    /// Keeps what is held for as long as this sweep lives.
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

    /// Whether no message is under this sweep's lease.
    fn holds_nothing(&self) -> bool {
        !self.printed && self.away.is_empty() && self.waits_for_nothing()
    }

    /// Whether no message waits for a worker or to be printed.
    fn waits_for_nothing(&self) -> bool {
        self.ready.is_empty() && self.queues.values().all(VecDeque::is_empty)
    }

    /// Takes the next page of what is due: what goes out is leased, what never will is settled.
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
                    // The rest of the page is looked at again.
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

    /// Says once that messages wait for a sweep that may read what it prints.
    pub(crate) fn warn_if(&mut self, unread: bool) {
        if unread && self.warned.insert(PRINT.to_owned()) {
            self.reader.warn(text!("messages-by-print-wait-for-a-key-that-reads"));
        }
    }

    /// Gives everything back that is still held, but what is not known to have gone out or not: that goes again
    /// when its lease has run out.
    pub(crate) fn give_back(&mut self) -> Result<()> {
        self.write_down(Acts::default())?;
        let lease = &self.lease;
        self.context.store.write_in_clinic(Ending::Commit, |tx| Ok(outbox::release_all(tx, lease)?))
    }

    pub(crate) fn report(&mut self, swept: Vec<Swept>) {
        self.unread.extend(swept);
    }

    /// Tells the reader what is done with.
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
