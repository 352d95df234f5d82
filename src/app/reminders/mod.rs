//! The outbox: messages planned with their appointment, and the sweep that sends them.

mod claim;
pub(crate) mod delivery_reports;
mod due;
pub mod heartbeat;
pub mod orders;
mod outcomes;
mod pace;
mod pass;
pub mod preview;
pub mod report;
pub mod retry;
mod send;
mod settle;
pub mod sweep;
#[cfg(test)]
mod tests;
mod updates;

use crate::app::access::find;
use crate::app::{Context, Env};
use crate::delivery::{Outgoing, Route};
use crate::domain::appointment::{Appointment, Visit};
use crate::domain::record::{Clinic, Patient};
use crate::domain::reminder::{self, Kind, MessageStatus};
use crate::domain::series::Sitting;
use crate::domain::settings::Settings;
use crate::domain::time::{Instant, Zone};
use crate::platform::error::Result;
use crate::store::Tx;
use crate::store::appointments::visit::Joined;
use crate::store::outbox::{self, Message};

/// Returns the due times of the appointment's reminders that are still ahead.
pub fn due_times(env: &Env, settings: &Settings, appointment: &Appointment, zone: &Zone) -> Vec<Instant> {
    let Settings { reminder_offsets, quiet_hours, .. } = settings;
    reminder::plan(env.now, appointment.span.start, reminder_offsets, *quiet_hours, zone)
}

/// Adds the appointment's reminders to the outbox, and `notice`, which is due at once.
pub fn plan(
    tx: &mut Tx<'_>,
    env: &Env,
    appointment: &Appointment,
    due: &[Instant],
    notice: Option<Kind>,
) -> Result<()> {
    let reminders = due.iter().map(|due_at| (Kind::Reminder, *due_at));
    let all = reminders.chain(notice.map(|kind| (kind, env.now)));
    let messages: Vec<Message> = all.map(|(kind, due_at)| message(env, appointment, kind, due_at)).collect();
    // No audit entry: the change that plans the messages has one.
    Ok(tx.insert_all(&messages)?)
}

/// Drops the appointment's pending messages; another appointment of its series takes over the confirmation.
pub fn drop_all(tx: &mut Tx<'_>, env: &Env, appointment: &Appointment) -> Result<()> {
    outbox::pass_on(tx, &appointment.id)?;
    outbox::drop_pending(tx, &appointment.id, env.now)?;
    Ok(())
}

fn message(env: &Env, appointment: &Appointment, kind: Kind, due_at: Instant) -> Message {
    Message {
        id: env.new_id(),
        clinic_id: appointment.clinic_id.clone(),
        appointment_id: appointment.id.clone(),
        kind,
        plan: appointment.reschedule_count,
        due_at,
        created_at: env.now,
        ready_at: due_at,
        ..Message::default()
    }
}

/// Adds a message with the estimated start of a late visit to the outbox, due at once.
pub fn tell_delay(tx: &mut Tx<'_>, env: &Env, appointment: &Appointment, expected: Instant) -> Result<()> {
    let message = message(env, appointment, Kind::Delay, env.now);
    Ok(tx.insert(&Message { expected_at: Some(expected), ..message })?)
}

/// A message with its appointment.
#[derive(Debug, Clone)]
pub struct Note {
    /// The message.
    pub message: Message,
    /// The appointment.
    pub visit: Visit,
    /// The text of an answer to what the patient wrote.
    pub answer: Option<String>,
}

impl Note {
    fn outgoing<'n>(&'n self, clinic: &'n Clinic, dates: &'n [Sitting], route: Route) -> Outgoing<'n> {
        let Message { kind, expected_at, .. } = self.message;
        let answer = self.answer.as_deref();
        Outgoing { clinic, kind, visit: &self.visit, expected_at, answer, dates, route }
    }

    /// The message's channels, in order.
    pub fn channels(&self, clinic: &Clinic) -> Vec<String> {
        note_channels(&self.message, &self.visit.patient, clinic)
    }

    /// When the message comes too late.
    pub(crate) fn ends_at(&self) -> Instant {
        match self.message.kind {
            Kind::Answer => self.message.due_at.plus(reminder::ANSWER_LASTS),
            _ => self.visit.appointment.span.start,
        }
    }
}

/// The channels of a message, in order: the one that an answer goes back by, else the patient's or the
/// clinic's without those that the patient stopped.
fn note_channels(message: &Message, patient: &Patient, clinic: &Clinic) -> Vec<String> {
    if let Some(via) = &message.via {
        return vec![via.clone()];
    }
    let all = patient.channels.as_deref().unwrap_or(&clinic.settings.reminder_channels);
    let is_answer = message.kind == Kind::Answer;
    all.iter().filter(|channel| is_answer || !patient.stopped(channel)).cloned().collect()
}

/// The column of a message's sealed text.
const ANSWER: &str = "messages.answer";

/// Opens the text of an answer.
fn answer(env: &Env, message: &Message) -> Result<Option<String>> {
    let open = |sealed: &Vec<u8>| env.secrets.open(ANSWER, &message.id, sealed).map(|text| text.to_string());
    message.answer.as_ref().map(open).transpose()
}

fn note(env: &Env, message: Message, joined: Joined) -> Result<Note> {
    let answer = answer(env, &message)?;
    Ok(Note { message, visit: find::with_zone(&env.zones, joined)?, answer })
}

/// Adds an answer to what the appointment's patient wrote to the outbox, due at once.
pub(crate) fn reply(
    tx: &mut Tx<'_>,
    env: &Env,
    appointment: &Appointment,
    text: &str,
    via: Option<&str>,
) -> Result<()> {
    let blank = message(env, appointment, Kind::Answer, env.now);
    let answer = Some(env.secrets.seal(ANSWER, &blank.id, text)?);
    Ok(tx.insert(&Message { answer, via: via.map(str::to_owned), ..blank })?)
}

/// Filters for the list of messages.
#[derive(Debug, Clone, Default)]
pub struct ListRequest {
    /// Only messages of this appointment, as typed.
    pub appointment: Option<String>,
    /// Only messages with this status.
    pub status: Option<MessageStatus>,
    /// Maximum number of messages.
    pub limit: i64,
}

/// Lists the matching messages, earliest due first.
pub fn list(context: &mut Context, request: &ListRequest) -> Result<Vec<Note>> {
    context.read(|tx, env, desk| {
        let appointment = match &request.appointment {
            Some(word) => Some(find::visit(tx, env, &desk, word)?.appointment.id),
            None => None,
        };
        let filter = outbox::Filter {
            appointment_id: appointment,
            doctor_id: desk.own_doctor(),
            status: request.status,
        };
        let found = outbox::list(tx, &desk.clinic.id, &filter, request.limit)?;
        found.into_iter().map(|(message, joined)| note(env, message, joined)).collect()
    })
}
