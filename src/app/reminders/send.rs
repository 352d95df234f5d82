//! Sends claimed messages: reads each again, records the hand-over, then gives it to a worker or prints it.

use crate::app::Context;
use crate::app::reminders::due;
use crate::app::reminders::due::Looked;
use crate::app::reminders::orders::wording;
use crate::app::reminders::pace::Stock;
use crate::app::reminders::pass::{Pass, REPORT};
use crate::app::reminders::report::{Reader, Swept};
use crate::app::reminders::settle;
use crate::app::reminders::updates::Held;
use crate::app::reminders::updates::{Act, Acts};
use crate::delivery::channel::{Letter, Outcome};
use crate::delivery::{Post, write};
use crate::domain::lease::Precaution;
use crate::domain::reminder::{Decision, MessageStatus};
use crate::domain::settings::PRINT;
use crate::platform::error::Result;
use crate::store::{Ending, outbox};
use std::collections::BTreeSet;
use std::time::Instant;

impl<R: Reader> Pass<'_, R> {
    /// Prints the messages of the channel `print`.
    pub(crate) fn print(&mut self) -> Result<(), R::Problem> {
        let Some(queue) = self.queues.get_mut(PRINT).filter(|queue| !queue.is_empty()) else { return Ok(()) };
        let most = if self.distance.is_far() { due::PAGE } else { REPORT };
        let batch: Vec<Held> = queue.drain(..queue.len().min(most)).collect();
        let letters = self.read_again(batch)?;
        let (mut acts, mut swept) = (Acts::default(), Vec::with_capacity(letters.len()));
        for (mut held, letter) in letters {
            acts.settle(&held, &self.lease, MessageStatus::Sent, None);
            held.text = Some(letter.text);
            swept.push(self.sent(held));
        }
        // Report first, then mark as sent: if the report cannot be written, the messages are sent again.
        let any = !swept.is_empty();
        self.report(swept);
        self.tell()?;
        if self.reader.reads_along() {
            self.write_down(acts)?;
        } else {
            self.printed |= any;
        }
        Ok(())
    }

    /// Gives letters to free workers.
    pub(crate) fn hand_over(&mut self, post: &mut Post<'_, '_, '_>) -> Result<(), R::Problem> {
        let queued = self.queues.iter().filter(|(_, queue)| !queue.is_empty()).map(|(channel, _)| channel);
        let channels: BTreeSet<String> = queued.chain(self.ready.keys()).cloned().collect();
        for channel in channels.into_iter().filter(|channel| channel != PRINT) {
            let room = post.room(&channel);
            if room == 0 {
                continue;
            }
            self.stock_up(&channel, room)?;
            let mut returned = Vec::new();
            let Some(stock) = self.ready.get_mut(&channel) else { continue };
            for _ in 0..room {
                let Some((mut held, letter)) = stock.letters.pop_front() else { break };
                held.text = Some(letter.text.clone());
                let message_id = held.id.clone();
                self.away.insert(message_id.clone(), held);
                if let Err(why) = post.send(&channel, letter) {
                    if self.warned.insert(channel.clone()) {
                        self.reader.warn(&text!("the-channel-cant-be-used", channel, why));
                    }
                    // The channel is unusable: this is no failed try of the message.
                    returned.push((message_id, Outcome::Later { why, after: None, whole_channel: true }));
                }
            }
            let swept = self.settle(returned)?;
            self.report(swept);
        }
        Ok(())
    }

    /// Refills the channel's ready letters if there are none or they are stale.
    fn stock_up(&mut self, channel: &str, room: usize) -> Result<(), R::Problem> {
        if self.ready.get(channel).is_some_and(Stock::is_stale) {
            let mut acts = Acts::default();
            self.take_back(channel, &mut acts);
            self.write_down(acts)?;
        }
        let mut size = room;
        if let Some(stock) = self.ready.get(channel) {
            if !stock.letters.is_empty() {
                return Ok(());
            }
            // After lost leases keep batches small: a letter may crash the sweep.
            if self.distance.is_far() && self.precaution == Precaution::None {
                size = stock.next_size(room);
            }
        }
        let Some(queue) = self.queues.get_mut(channel).filter(|queue| !queue.is_empty()) else {
            self.ready.remove(channel);
            return Ok(());
        };
        let batch: Vec<Held> = queue.drain(..size.min(queue.len())).collect();
        let read_at = Instant::now();
        let letters = self.read_again(batch)?;
        self.ready.insert(channel.to_owned(), Stock::new(letters, read_at));
        Ok(())
    }

    /// Puts letters that no worker has taken back into the queue, to be read again.
    pub(crate) fn take_back(&mut self, channel: &str, acts: &mut Acts) {
        let Some(stock) = self.ready.get_mut(channel) else { return };
        let letters = stock.take();
        let queue = self.queues.entry(channel.to_owned()).or_default();
        for (held, _) in letters.into_iter().rev() {
            acts.add(Act::TakeBack { lease: self.lease.clone() }, &held.id);
            queue.push_front(held);
        }
    }

    /// Reads messages again right before sending: cancelled, moved or opted-out ones are settled instead.
    fn read_again(&mut self, batch: Vec<Held>) -> Result<Vec<(Held, Letter)>, R::Problem> {
        let (desk, lease) = (&self.desk, self.lease.as_str());
        let ids: Vec<String> = batch.iter().map(|held| held.id.clone()).collect();
        let begun = Instant::now();
        let mut fresh = settle::write(self.context, |tx, env| {
            let fresh = due::again(tx, env, desk, &ids, lease)?;
            // Record the hand-over before rendering: rendering may crash the process too.
            let mut handed_over = Acts::default();
            for (id, _) in fresh.iter().filter(|(_, looked)| looked.decision == Decision::Send) {
                handed_over.add(Act::HandOver { lease: lease.to_owned() }, id);
            }
            handed_over.apply_in(tx, env.time())?;
            Ok(fresh)
        })?;
        self.distance.note(begun.elapsed());
        let (mut letters, mut acts, mut swept) = (Vec::new(), Acts::default(), Vec::new());
        for mut held in batch {
            // Deleted meanwhile.
            let Some(looked) = fresh.remove(&held.id) else { continue };
            let Looked { note, decision, changes, dates, .. } = looked;
            (held.note, held.changes, held.dates) = (note, changes, dates);
            if held.note.message.status == MessageStatus::Sent {
                continue;
            }
            if held.note.message.status != MessageStatus::Pending {
                // Settled meanwhile by a change of the appointment, which stored the reason.
                let status = held.note.message.status;
                swept.push(Swept { status, ..self.swept(held, Decision::Outdated) });
                continue;
            }
            if held.note.message.lease.as_deref() != Some(&self.lease) {
                continue;
            }
            match decision.settles_as() {
                Some(status) => {
                    let why = decision.reason(&held.note.visit.zone);
                    acts.settle(&held, &self.lease, status, Some(why));
                    swept.push(self.swept(held, decision));
                }
                None if decision == Decision::Send => match self.word(&held) {
                    Ok(letter) => letters.push((held, letter)),
                    Err(refusal) => {
                        swept.push(self.failed(held, refusal.message, &mut acts));
                    }
                },
                // Quiet hours began meanwhile.
                None => acts.add(Act::Release { lease: self.lease.clone() }, &held.id),
            }
        }
        self.write_down(acts)?;
        self.report(swept);
        Ok(letters)
    }

    fn word(&mut self, held: &Held) -> Result<Letter> {
        let route = self.orders.ways.route(&held.channel);
        let outgoing = held.note.outgoing(&self.desk.clinic, &held.dates, route);
        let wording = match self.wording.take() {
            Some(wording) => wording,
            None => wording(&self.context.env, &self.desk.clinic)?,
        };
        let (letter, broken) = write(self.wording.insert(wording), &held.id, held.changes, &outgoing)?;
        for broken in broken {
            if self.warned.insert(broken.file.clone()) {
                self.reader.warn(&text!("the-template-the-built-in-one-was-used", broken));
            }
        }
        Ok(letter)
    }

    /// Settles printed messages as sent, once the report is complete.
    pub(crate) fn settle_printed(&mut self) -> Result<()> {
        let limit = i64::try_from(due::PAGE).unwrap_or(i64::MAX);
        let Context { store, env } = &mut *self.context;
        let lease = &self.lease;
        while self.printed {
            let settled = store.write_in_clinic(Ending::Commit, |tx| {
                Ok(outbox::settle_all(tx, lease, PRINT, env.time(), limit)?)
            })?;
            self.printed = settled >= limit.unsigned_abs();
        }
        Ok(())
    }
}
