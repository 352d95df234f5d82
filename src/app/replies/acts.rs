//! Follows an answer: confirms, cancels, opts out or in, asks, or leaves it to a person.

use crate::app::booking::status::{StatusRequest, set_in};
use crate::app::replies::is_rule;
use crate::app::replies::sender::{Sender, is_open};
use crate::app::{Desk, Env, reminders};
use crate::delivery::templates::{Says, answer};
use crate::delivery::{Outgoing, Route};
use crate::domain::appointment::Visit;
use crate::domain::record::Patient;
use crate::domain::refusal::Code;
use crate::domain::reminder::Kind;
use crate::domain::reply::{ANSWERS_WITHIN, CANCELLED, MOST_ANSWERS, Meaning, Outcome, Why};
use crate::domain::status::Status;
use crate::platform::error::Result;
use crate::store::{Tx, replies};

/// What came of an answer.
#[derive(Debug)]
pub(super) struct Done {
    pub result: Outcome,
    /// Why it waits in the inbox.
    pub why: Option<Why>,
    /// The appointment that it is about.
    pub visit: Option<Visit>,
    pub answered: bool,
}

impl Done {
    fn did(result: Outcome, visit: Option<Visit>, answered: bool) -> Done {
        Done { result, why: None, visit, answered }
    }

    fn left(why: Why, visit: Option<Visit>, answered: bool) -> Done {
        Done { result: Outcome::Inbox, why: Some(why), visit, answered }
    }
}

/// Does what the answer means; `code` names the appointment.
pub(super) fn follow(
    tx: &mut Tx<'_>,
    env: &Env,
    desk: &Desk,
    sender: &Sender,
    meaning: Meaning,
    code: Option<&str>,
) -> Result<Done> {
    let scene = &mut Scene { tx, env, desk, sender };
    match meaning {
        Meaning::Stop | Meaning::Start => scene.opt(meaning == Meaning::Stop),
        Meaning::Unclear => scene.leave(code),
        Meaning::Yes | Meaning::No => {
            let yes = meaning == Meaning::Yes;
            if let Some(code) = code {
                return match scene.named(code)? {
                    Some(visit) => scene.act(yes, visit),
                    None => scene.leave(None),
                };
            }
            match sender.open(env.now).as_slice() {
                [only] => scene.act(yes, (*only).clone()),
                // What the last message was about may have been cancelled since.
                [] => match sender.written.first().cloned() {
                    Some(last) => scene.act(yes, last),
                    None => scene.leave(None),
                },
                several => scene.ask(several),
            }
        }
    }
}

struct Scene<'s, 'tx> {
    tx: &'s mut Tx<'tx>,
    env: &'s Env,
    desk: &'s Desk,
    sender: &'s Sender,
}

impl Scene<'_, '_> {
    fn named(&mut self, code: &str) -> Result<Option<Visit>> {
        self.sender.named(self.tx, self.env, self.desk, code)
    }

    /// Leaves the answer to a person, with the appointment that it may be about.
    fn leave(&mut self, code: Option<&str>) -> Result<Done> {
        let named = code.map(|code| self.named(code)).transpose()?.flatten();
        let why = if self.sender.is_known() || named.is_some() { Why::Unclear } else { Why::UnknownNumber };
        let visit = match named {
            Some(visit) => Some(visit),
            None => self.sender.nearest(self.tx, self.env, self.desk)?,
        };
        Ok(Done::left(why, visit, false))
    }

    /// Confirms or cancels an appointment, as far as the rules for the desk allow.
    fn act(&mut self, yes: bool, visit: Visit) -> Result<Done> {
        let is_cancelled = visit.appointment.status == Status::Cancelled;
        if is_cancelled && !yes && visit.appointment.span.start > self.env.now {
            let answered = self.answer(Says::Cancelled, &visit, &[])?;
            return Ok(Done::did(Outcome::Cancelled, Some(visit), answered));
        }
        if !is_open(&visit, self.env.now) {
            let answered = is_cancelled && self.answer(Says::Over, &visit, &[])?;
            return Ok(Done::left(Why::Failed, Some(visit), answered));
        }
        let request = StatusRequest {
            to: Some(if yes { Status::Confirmed } else { Status::Cancelled }),
            reason: (!yes).then(|| CANCELLED.to_owned()),
            // The answer is the notice.
            no_notify: true,
            by_patient: true,
            ..StatusRequest::default()
        };
        let before = visit.clone();
        let (env, desk) = (self.env, self.desk);
        match self.tx.nested(|tx| set_in(tx, env, desk, visit, &request)) {
            Ok(stepped) => {
                let (says, result) = match yes {
                    true => (Says::Confirmed, Outcome::Confirmed),
                    false => (Says::Cancelled, Outcome::Cancelled),
                };
                let answered = self.answer(says, &stepped.visit, &[])?;
                Ok(Done::did(result, Some(stepped.visit), answered))
            }
            Err(refusal) if refusal.code == Code::CancellationRestricted => {
                let answered = self.answer(Says::TooLate, &before, &[])?;
                Ok(Done::left(Why::TooLate, Some(before), answered))
            }
            Err(refusal) if is_rule(&refusal) => Ok(Done::left(Why::Failed, Some(before), false)),
            Err(refusal) => Err(refusal),
        }
    }

    /// Asks which of several appointments is meant. Until that is answered, the answer is in the inbox, too.
    fn ask(&mut self, several: &[&Visit]) -> Result<Done> {
        // Only those whose patients still have this number.
        let own = several.iter().filter(|visit| self.sender.is_of(&visit.patient));
        let own: Vec<Visit> = own.map(|visit| (*visit).clone()).collect();
        let answered = match own.first() {
            Some(first) => self.answer(Says::Several, first, &own)?,
            None => false,
        };
        let result = if answered { Outcome::Asked } else { Outcome::Inbox };
        Ok(Done { result, why: Some(Why::Several), visit: None, answered })
    }

    /// Opts everybody with the writer's address out of the channel, or in again.
    fn opt(&mut self, out: bool) -> Result<Done> {
        let sender = self.sender;
        if sender.patients.is_empty() {
            return self.leave(None);
        }
        let visit = self.recipient()?;
        let mut changed = false;
        for patient in &sender.patients {
            let after = opted(patient, sender.channel.as_deref(), out);
            if after != *patient {
                let after = Patient { updated_at: self.env.now, ..after };
                let clinic_id = Some(self.desk.clinic.id.as_str());
                let action = if out { "patient.opted_out" } else { "patient.opted_in" };
                self.env.change(self.tx, clinic_id, action, None, (patient, &after))?;
                changed = true;
            }
        }
        let answered = match &visit {
            // One last confirmation, and none for a second STOP.
            Some(visit) if changed => {
                let says = if out { Says::Stopped } else { Says::Started };
                self.answer(says, visit, &[])?
            }
            _ => false,
        };
        let result = if out { Outcome::OptedOut } else { Outcome::OptedIn };
        Ok(Done::did(result, None, answered))
    }

    /// An appointment whose patient has the writer's address, to send the confirmation about.
    fn recipient(&mut self) -> Result<Option<Visit>> {
        if let Some(visit) = self.sender.written.iter().find(|visit| self.sender.is_of(&visit.patient)) {
            return Ok(Some(visit.clone()));
        }
        for patient in &self.sender.patients {
            let found = replies::nearest(self.tx, &self.desk.clinic.id, &patient.id, self.env.now)?;
            if let Some(joined) = found {
                return crate::app::access::find::with_zone(&self.env.zones, joined).map(Some);
            }
        }
        Ok(None)
    }

    /// Puts an answer into the outbox, unless it would reach somebody else, a machine wrote, the number had
    /// enough answers today, or its patient asked for no messages. Returns whether it did.
    fn answer(&mut self, says: Says, visit: &Visit, visits: &[Visit]) -> Result<bool> {
        let (sender, clinic) = (self.sender, &self.desk.clinic);
        let is_about_messages = matches!(says, Says::Stopped | Says::Started);
        let is_stopped = visit.patient.opt_out
            || sender.channel.as_ref().is_some_and(|channel| visit.patient.stopped(channel));
        if sender.automatic || !sender.is_of(&visit.patient) || (is_stopped && !is_about_messages) {
            return Ok(false);
        }
        let since = self.env.now.plus(-ANSWERS_WITHIN);
        if replies::answers(self.tx, &clinic.id, &sender.address, since)? >= MOST_ANSWERS {
            return Ok(false);
        }
        let (dates, route) = (&[][..], Route::default());
        let outgoing =
            Outgoing { clinic, kind: Kind::Answer, visit, expected_at: None, answer: None, dates, route };
        let text = answer(says, &outgoing, visits)?;
        reminders::reply(self.tx, self.env, &visit.appointment, &text, sender.via.as_deref())?;
        Ok(true)
    }
}

/// The patient's record after an opt-out of the channel (of all, if none is known) or an opt-in.
fn opted(patient: &Patient, channel: Option<&str>, out: bool) -> Patient {
    let mut after = patient.clone();
    let mut stopped = patient.stopped_channels.clone().unwrap_or_default();
    match channel {
        Some(channel) => {
            stopped.retain(|one| one != channel);
            if out {
                stopped.push(channel.to_owned());
            }
        }
        None if out => after.opt_out = true,
        None => stopped.clear(),
    }
    if !out {
        after.opt_out = false;
    }
    // A repeated STOP leaves the record as it is.
    let same = out && channel.is_some_and(|channel| patient.stopped(channel));
    if !same {
        after.stopped_channels = (!stopped.is_empty()).then_some(stopped);
    }
    after
}
