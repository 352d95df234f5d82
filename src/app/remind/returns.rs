//! What comes back from the workers: written down at once, and sent on where a channel failed.

use crate::app::remind::claim::MENDING;
use crate::app::remind::pass::{Held, Pass};
use crate::app::remind::settle::{self, Act};
use crate::app::remind::sweep::{Reader, Swept};
use crate::deliver::Done;
use crate::deliver::channel::Outcome;
use crate::domain::delivery::{Rest, Setback, Step, Turn, after_setback, one_line};
use crate::domain::reminder::{Decision, MessageStatus};
use crate::domain::time::Instant;
use crate::error::Result;

/// What is to be written down, reported and sent on.
#[derive(Default)]
struct Settled {
    acts: Vec<Act>,
    swept: Vec<Swept>,
    go_on: Vec<Held>,
}

impl<R: Reader> Pass<'_, R> {
    /// Writes down what came back, and sends on what its channel did not take.
    pub(super) fn settle(&mut self, returned: Vec<Done>) -> Result<Vec<Swept>> {
        let mut outcome = Settled::default();
        for Done { message_id, outcome: what } in returned {
            let Some(held) = self.away.remove(&message_id) else { continue };
            match what {
                Outcome::Sent => {
                    outcome.acts.push(Act::settle(&held, &self.lease, MessageStatus::Sent, None));
                    outcome.swept.push(self.sent(held));
                }
                Outcome::OptedOut { why } => outcome.swept.push(self.opt_out(held, &why)?),
                Outcome::Never { why } => self.set_back(held, &why, Setback::Never, &mut outcome),
                Outcome::Later { why, after, whole_channel } => {
                    let after = after.map(|after| i64::try_from(after.as_secs()).unwrap_or(i64::MAX / 4));
                    self.set_back(held, &why, Setback::Later { after, whole_channel }, &mut outcome);
                }
            }
        }
        settle::apply(self.context, &outcome.acts)?;
        for held in outcome.go_on {
            self.queues.entry(held.channel.clone()).or_default().push_front(held);
        }
        Ok(outcome.swept)
    }

    /// The same channel later, the next one, or the end.
    fn set_back(&mut self, mut held: Held, why: &str, setback: Setback, outcome: &mut Settled) {
        let now = self.context.env.time();
        let why = one_line(why);
        match after_setback(now, held.course.starts_at, held.course.tries, setback) {
            Step::NextChannel => {
                let channel = held.channel.clone();
                if let Setback::Later { after: Some(_), whole_channel: true } = setback {
                    self.let_rest(&channel, now, &why, setback, outcome);
                }
                held.course.give_up(&channel, &why);
                self.go_on(held, true, outcome);
            }
            Step::Again { at, counts } => {
                held.course.tries += i64::from(counts);
                let error = format!("{}: {why}", held.channel);
                outcome.acts.push(Act::put_off(&held, &self.lease, at, Some(error.clone()), !counts));
                let channel = held.channel.clone();
                outcome.swept.push(Swept {
                    again_at: Some(at),
                    error: Some(error),
                    ..self.swept(held, Decision::Send)
                });
                if !counts {
                    self.let_rest(&channel, now, &why, setback, outcome);
                }
            }
        }
    }

    /// Lets a channel rest: nothing more goes out by it before then, its messages wait.
    fn let_rest(&mut self, channel: &str, now: Instant, why: &str, setback: Setback, outcome: &mut Settled) {
        // As long as if no appointment stood behind it.
        let far = Instant::from_unix(i64::MAX / 2);
        let Step::Again { at: until, .. } = after_setback(now, far, 0, setback) else { return };
        if self.rests.get(channel).is_some_and(|rest| rest.until >= until) {
            return;
        }
        self.rests.insert(channel.to_owned(), Rest { until, why: why.to_owned() });
        outcome.acts.push(Act::Rest { channel: channel.to_owned(), until, why: why.to_owned() });
        for held in self.queues.remove(channel).unwrap_or_default() {
            self.go_on(held, false, outcome);
        }
    }

    /// Sends a message on to where its turn is now. `tried` says whether a channel was tried.
    fn go_on(&self, mut held: Held, tried: bool, outcome: &mut Settled) {
        let now = self.context.env.time();
        let turn = held.course.turn(now, |channel| self.rests.get(channel).cloned());
        match turn {
            Turn::By(channel) => {
                let failures = held.course.failures.clone();
                let (id, lease) = (held.id.clone(), self.lease.clone());
                outcome.acts.push(Act::GoOn { id, lease, channel: channel.clone(), failures });
                outcome.go_on.push(Held { channel, ..held });
            }
            Turn::Waits(channel, until) => {
                held.channel = channel;
                let error = tried.then(|| held.course.failures.summary());
                outcome.acts.push(Act::put_off(&held, &self.lease, until, error.clone(), !tried));
                let decision = if tried { Decision::Send } else { Decision::Waiting(until) };
                let again_at = Some(until);
                outcome.swept.push(Swept { again_at, error, ..self.swept(held, decision) });
            }
            Turn::Failed => {
                let error = Some(held.course.failures.summary());
                let status = MessageStatus::Failed;
                outcome.acts.push(Act::settle(&held, &self.lease, status, error.clone()));
                outcome.swept.push(Swept { status, error, ..self.swept(held, Decision::Send) });
            }
        }
    }

    fn opt_out(&mut self, held: Held, why: &str) -> Result<Swept> {
        let why = format!("{}: {}", held.channel, one_line(why));
        let drop = Act::settle(&held, &self.lease, MessageStatus::Dropped, Some(why.clone()));
        match settle::opt_out(self.context, &held.note, &drop, &why) {
            Ok(()) => Ok(Swept { error: Some(why), ..self.swept(held, Decision::OptedOut) }),
            Err(refusal) => {
                // The wish must not get lost: the provider will say it again.
                let until = self.context.env.time().plus(MENDING);
                let error = Some(format!("{why}; it could not be noted: {}", refusal.message));
                settle::apply(
                    self.context,
                    &[Act::put_off(&held, &self.lease, until, error.clone(), false)],
                )?;
                Ok(Swept { again_at: Some(until), error, ..self.swept(held, Decision::Send) })
            }
        }
    }
}
