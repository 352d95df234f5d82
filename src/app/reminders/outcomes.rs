//! Handles results from the workers: saves them, and moves a message on if its channel failed.

use crate::app::reminders::claim::{MENDING, is_open_to};
use crate::app::reminders::pass::Pass;
use crate::app::reminders::report::{Reader, Swept};
use crate::app::reminders::settle;
use crate::app::reminders::updates::Held;
use crate::app::reminders::updates::{Act, Acts};
use crate::delivery::channel::Outcome;
use crate::domain::delivery::{Rest, Setback, Step, Turn, after_setback, one_line};
use crate::domain::reminder::{Decision, MessageStatus};
use crate::platform::error::Result;
use crate::store::outbox::Onward;
use std::time::Duration;

/// Updates, report lines and messages that follow from results.
#[derive(Default)]
struct Settled {
    acts: Acts,
    swept: Vec<Swept>,
    go_on: Vec<Held>,
    /// Whether messages by `print` were left because the caller's key may not read appointments.
    unread: bool,
}

impl<R: Reader> Pass<'_, R> {
    /// Saves results, and requeues messages that go on by another channel.
    pub(crate) fn settle(&mut self, returned: Vec<(String, Outcome)>) -> Result<Vec<Swept>> {
        let mut outcome = Settled::default();
        // No early return: the other results would be lost, and their messages sent again.
        for (message_id, what) in returned {
            let Some(held) = self.away.remove(&message_id) else { continue };
            match what {
                Outcome::Sent | Outcome::SentAs { .. } => {
                    if let Outcome::SentAs { id } = what {
                        outcome.acts.add(Act::Name { lease: self.lease.clone(), provider_id: id }, &held.id);
                    }
                    if self.rests.get(&held.channel).is_some_and(|rest| rest.until <= self.context.env.time())
                    {
                        self.rests.remove(&held.channel);
                        let clinic_id = self.desk.clinic.id.clone();
                        outcome
                            .acts
                            .add_for_channel(Act::Recover { clinic_id, channel: held.channel.clone() });
                    }
                    outcome.acts.settle(&held, &self.lease, MessageStatus::Sent, None);
                    outcome.swept.push(self.sent(held));
                }
                Outcome::OptedOut { why } => {
                    self.opt_out(held, &why, &mut outcome);
                    // Read the ready letters again: some may be to the same patient.
                    let channels: Vec<String> = self.ready.keys().cloned().collect();
                    channels.iter().for_each(|channel| self.take_back(channel, &mut outcome.acts));
                }
                Outcome::Never { why } => self.set_back(held, &one_line(&why), Setback::Never, &mut outcome),
                Outcome::Later { why, after, whole_channel } => {
                    let (why, after) = (one_line(&why), after.map(seconds));
                    if whole_channel {
                        self.let_rest(held, &why, after, &mut outcome);
                    } else {
                        self.set_back(held, &why, Setback::Later(after), &mut outcome);
                    }
                }
            }
        }
        self.write_down(outcome.acts)?;
        self.warn_if(outcome.unread);
        for held in outcome.go_on {
            self.queues.entry(held.channel.clone()).or_default().push_front(held);
        }
        Ok(outcome.swept)
    }

    /// Postpones the message on the same channel, or moves it to the next.
    fn set_back(&mut self, mut held: Held, why: &str, setback: Setback, outcome: &mut Settled) {
        let now = self.context.env.time();
        match after_setback(now, held.course.starts_at, held.course.tries, setback) {
            Step::NextChannel => {
                let channel = held.channel.clone();
                held.course.give_up(&channel, why);
                let error = held.course.failures.summary();
                self.go_on(held, Some(error), true, outcome);
            }
            Step::Again(at) => {
                held.course.tries += 1;
                let error = Some(format!("{}: {why}", held.channel));
                outcome.acts.put_off(&held, &self.lease, at, error.clone(), false);
                let again_at = Some(at);
                outcome.swept.push(Swept { again_at, error, ..self.swept(held, Decision::Send) });
            }
        }
    }

    /// Lets the message's channel rest: nothing goes out by it until then, and no message loses a try.
    fn let_rest(&mut self, held: Held, why: &str, after: Option<i64>, outcome: &mut Settled) {
        let now = self.context.env.time();
        let channel = held.channel.clone();
        let rest = Rest::from(now, self.rests.get(&channel), after, why);
        let clinic_id = self.desk.clinic.id.clone();
        outcome.acts.add_for_channel(Act::Rest { clinic_id, channel: channel.clone(), rest: rest.clone() });
        self.rests.insert(channel.clone(), rest);
        self.go_on(held, Some(format!("{channel}: {why}")), false, outcome);
        let ready = self.ready.remove(&channel).map(|mut stock| stock.take()).unwrap_or_default();
        let queued = self.queues.remove(&channel).unwrap_or_default();
        for held in ready.into_iter().map(|(held, _)| held).chain(queued) {
            self.go_on(held, None, false, outcome);
        }
    }

    /// Moves a message to its next channel; `error` is of the last one, `counts` whether its try counts.
    fn go_on(&self, mut held: Held, error: Option<String>, counts: bool, outcome: &mut Settled) {
        let now = self.context.env.time();
        match held.course.turn(now, |channel| self.rests.get(channel).cloned()) {
            Turn::By(channel) => {
                let failures = held.course.failures.clone();
                let (lease, lost_leases) = (self.lease.clone(), held.note.message.lost_leases);
                let onward = Onward { lease, channel: channel.clone(), failures, lost_leases };
                outcome.acts.add(Act::GoOn(onward), &held.id);
                held.channel = channel;
                if is_open_to(&self.desk, &held.channel) {
                    outcome.go_on.push(held);
                } else {
                    outcome.unread = true;
                    outcome.acts.add(Act::Release { lease: self.lease.clone() }, &held.id);
                    outcome.swept.push(Swept { error, ..self.swept(held, Decision::Send) });
                }
            }
            Turn::Waits(channel, until) => {
                held.channel = channel;
                outcome.acts.put_off(&held, &self.lease, until, error.clone(), !counts);
                let decision = if error.is_some() { Decision::Send } else { Decision::Waiting(until) };
                let again_at = Some(until);
                outcome.swept.push(Swept { again_at, error, ..self.swept(held, decision) });
            }
            Turn::Failed => {
                let error = held.course.failures.summary();
                outcome.swept.push(self.failed(held, error, &mut outcome.acts));
            }
        }
    }

    fn opt_out(&mut self, held: Held, why: &str, outcome: &mut Settled) {
        let why = format!("{}: {}", held.channel, one_line(why));
        let mut drop = Acts::default();
        drop.settle(&held, &self.lease, MessageStatus::Dropped, Some(why.clone()));
        match settle::opt_out(self.context, &held.note, &drop, &why) {
            Ok(()) => {
                outcome.swept.push(Swept { error: Some(why), ..self.swept(held, Decision::OptedOut) });
            }
            Err(refusal) => {
                // Keep the message pending: the provider will report the opt-out again.
                let until = self.context.env.time().plus(MENDING);
                let error = Some(text!("it-could-not-be-noted", why, message = refusal.message));
                outcome.acts.put_off(&held, &self.lease, until, error.clone(), false);
                let again_at = Some(until);
                outcome.swept.push(Swept { again_at, error, ..self.swept(held, Decision::Send) });
            }
        }
    }
}

/// Rounds up: a retry must not come sooner than the provider asked.
fn seconds(length: Duration) -> i64 {
    let whole = i64::try_from(length.as_secs()).unwrap_or(i64::MAX).min(10 * 365 * 86_400);
    whole + i64::from(length.subsec_nanos() > 0)
}
