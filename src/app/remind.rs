//! The outbox: planning messages with their appointment, and the sweep that sends them.

use crate::app::{Context, Desk, Env, find};
use crate::deliver::{Channel, Outgoing, Wording};
use crate::domain::appointment::{Appointment, Visit};
use crate::domain::reminder::{self, Decision, Kind, MessageStatus, Pending};
use crate::domain::settings::Settings;
use crate::domain::time::{Instant, Zone};
use crate::error::Result;
use crate::store::appointments::visit::Joined;
use crate::store::outbox::{self, Message, Settlement, Wanted};
use crate::store::{Ending, Tx};

/// How long a sweep may take over a message before another sweep takes it, in seconds.
const LEASE: i64 = 120;
/// How many messages a sweep sends where nobody says: they must be out before their lease is.
pub const MOST: u32 = 5000;
/// How many messages are looked at in one go.
const PAGE: usize = 500;

/// When the appointment's reminders are due: those that are still ahead.
pub fn due_times(env: &Env, settings: &Settings, appointment: &Appointment, zone: &Zone) -> Vec<Instant> {
    let Settings { reminder_offsets, quiet_hours, .. } = settings;
    reminder::plan(env.now, appointment.span.start, reminder_offsets, *quiet_hours, zone)
}

/// Puts the appointment's reminders into the outbox, and the notice of what was done, due at once.
///
/// # Errors
/// When the book refuses it.
pub fn plan(
    tx: &mut Tx<'_>,
    env: &Env,
    appointment: &Appointment,
    due: &[Instant],
    notice: Option<Kind>,
) -> Result<()> {
    let reminders = due.iter().map(|due_at| (Kind::Reminder, *due_at));
    let all = reminders.chain(notice.map(|kind| (kind, env.now)));
    let messages: Vec<Message> =
        all.map(|(kind, due_at)| message(env, appointment, kind, due_at)).collect::<Result<_>>()?;
    // No audit entry of their own: the change that calls for the messages has one.
    Ok(tx.insert_all(&messages)?)
}

/// Takes the appointment's pending messages out of the outbox.
///
/// # Errors
/// When the book refuses it.
pub fn drop_all(tx: &mut Tx<'_>, env: &Env, appointment: &Appointment) -> Result<()> {
    outbox::drop_pending(tx, &appointment.id, env.now)?;
    Ok(())
}

fn message(env: &Env, appointment: &Appointment, kind: Kind, due_at: Instant) -> Result<Message> {
    Ok(Message {
        id: env.new_id()?,
        clinic_id: appointment.clinic_id.clone(),
        appointment_id: appointment.id.clone(),
        kind,
        plan: appointment.reschedule_count,
        due_at,
        status: MessageStatus::Pending,
        lease_until: None,
        lease: None,
        attempts: 0,
        channel: None,
        error: None,
        settled_at: None,
        created_at: env.now,
    })
}

/// A message with its appointment.
#[derive(Debug, Clone)]
pub struct Note {
    /// The message.
    pub message: Message,
    /// What it is about.
    pub visit: Visit,
}

/// What a sweep makes of one message.
#[derive(Debug, Clone)]
pub struct Swept {
    /// The message.
    pub note: Note,
    /// What is done with it, and why.
    pub decision: Decision,
    /// The channel it goes out by.
    pub channel: &'static str,
    /// Its text, where it goes out.
    pub text: Option<String>,
    /// Why it did not go out, where a channel failed.
    pub error: Option<String>,
}

/// A sweep's report.
#[derive(Debug, Clone)]
pub struct Sweep {
    /// As of when.
    pub as_of: Instant,
    /// The clinic's zone.
    pub zone: Zone,
    /// The messages, earliest due first.
    pub messages: Vec<Swept>,
    /// Whether nothing was sent and nothing changed.
    pub dry_run: bool,
}

/// Says for each pending message whether it is due, and why; changes nothing.
///
/// # Errors
/// When the book can't be read.
pub fn rehearse(context: &mut Context, limit: usize) -> Result<Sweep> {
    let Context { store, env } = context;
    store.read(|tx| {
        let desk = env.desk(tx)?;
        let wording = Wording::new()?;
        let mut messages = Vec::new();
        each_pending(tx, env, &desk, None, |_, note, decision| {
            messages.push(prepare(&desk, &wording, note, decision)?);
            Ok(messages.len() < limit)
        })?;
        Ok(Sweep { as_of: env.now, zone: desk.zone, messages, dry_run: true })
    })
}

/// Sends what is due: claims it under a lease, hands it over outside any transaction, settles it.
///
/// `hand_over` gets the whole report, so that the `print` channel's texts reach their reader before
/// they count as sent; a sweep that dies in between loses nothing, the lease runs out.
///
/// # Errors
/// When the book can't be read or written, or `hand_over` fails: nothing is settled as sent then.
pub fn sweep<E: From<crate::domain::refusal::Refusal>>(
    context: &mut Context,
    limit: usize,
    hand_over: impl FnOnce(&Sweep) -> std::result::Result<(), E>,
) -> std::result::Result<Sweep, E> {
    let lease = context.env.new_id()?;
    let sweep = claim(context, limit, &lease)?;
    match hand_over(&sweep) {
        Ok(()) => {
            settle_sent(context, &sweep, &lease)?;
            Ok(sweep)
        }
        Err(problem) => {
            // Best effort: what can't be given back now comes back when the lease runs out.
            let _ = give_back(context, &sweep, &lease);
            Err(problem)
        }
    }
}

fn claim(context: &mut Context, limit: usize, lease: &str) -> Result<Sweep> {
    let Context { store, env } = context;
    // Most sweeps find nothing: that takes no write lock.
    let nothing = store.read(|tx| {
        let desk = env.desk(tx)?;
        let first = page(tx, env, &desk, Some(env.now), None, 1)?;
        Ok(first.is_empty().then_some(desk.zone))
    })?;
    if let Some(zone) = nothing {
        return Ok(Sweep { as_of: env.now, zone, messages: Vec::new(), dry_run: false });
    }
    store.write(Ending::Commit, |tx| {
        let desk = env.desk(tx)?;
        let wording = Wording::new()?;
        let mut sends = 0;
        let mut messages = Vec::new();
        each_pending(tx, env, &desk, Some(env.now), |tx, note, decision| {
            match decision.settles_as() {
                Some(status) => settle_unsent(tx, env, &note, decision, status)?,
                None if decision == Decision::Send => {
                    sends += 1;
                    outbox::lease(tx, &note.message.id, lease, env.now.plus(LEASE))?;
                }
                // Another sweep has it, or quiet hours do: not this sweep's business.
                None => return Ok(true),
            }
            messages.push(prepare(&desk, &wording, note, decision)?);
            Ok(sends < limit)
        })?;
        Ok(Sweep { as_of: env.now, zone: desk.zone, messages, dry_run: false })
    })
}

fn settle_unsent(
    tx: &mut Tx<'_>,
    env: &Env,
    note: &Note,
    decision: Decision,
    status: MessageStatus,
) -> Result<()> {
    // A lease that ran out is cleared on the way: its sweep is gone.
    let lease = note.message.lease.as_deref();
    let why = decision.reason(&note.visit.zone);
    let settlement =
        Settlement { id: &note.message.id, lease, status, channel: None, error: Some(&why), at: env.now };
    outbox::settle(tx, &settlement)?;
    Ok(())
}

fn settle_sent(context: &mut Context, sweep: &Sweep, lease: &str) -> Result<()> {
    if !sweep.messages.iter().any(|swept| swept.decision == Decision::Send) {
        return Ok(());
    }
    let Context { store, env } = context;
    store.write(Ending::Commit, |tx| {
        for swept in sweep.messages.iter().filter(|swept| swept.decision == Decision::Send) {
            let settlement = Settlement {
                id: &swept.note.message.id,
                lease: Some(lease),
                status: MessageStatus::Sent,
                channel: Some(swept.channel),
                error: None,
                at: env.now,
            };
            outbox::settle(tx, &settlement)?;
        }
        Ok(())
    })
}

fn give_back(context: &mut Context, sweep: &Sweep, lease: &str) -> Result<()> {
    context.store.write(Ending::Commit, |tx| {
        for swept in sweep.messages.iter().filter(|swept| swept.decision == Decision::Send) {
            outbox::release(tx, &swept.note.message.id, lease)?;
        }
        Ok(())
    })
}

/// Walks the pending messages page by page, until `take` has enough.
fn each_pending(
    tx: &mut Tx<'_>,
    env: &Env,
    desk: &Desk,
    due_by: Option<Instant>,
    mut take: impl FnMut(&mut Tx<'_>, Note, Decision) -> Result<bool>,
) -> Result<()> {
    let mut last: Option<(Instant, String)> = None;
    loop {
        let after = last.as_ref().map(|(due_at, id)| (*due_at, id.as_str()));
        let found = page(tx, env, desk, due_by, after, PAGE)?;
        let whole = found.len() == PAGE;
        last = found.last().map(|(note, _)| (note.message.due_at, note.message.id.clone()));
        for (note, decision) in found {
            if !take(tx, note, decision)? {
                return Ok(());
            }
        }
        if !whole {
            return Ok(());
        }
    }
}

/// A page of pending messages, each with what is to be done with it. Of one appointment's due
/// messages only the latest goes out.
fn page(
    tx: &mut Tx<'_>,
    env: &Env,
    desk: &Desk,
    due_by: Option<Instant>,
    after: Option<(Instant, &str)>,
    limit: usize,
) -> Result<Vec<(Note, Decision)>> {
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    let wanted = Wanted { clinic_id: &desk.clinic.id, now: env.now, due_by, after, limit };
    let quiet = desk.clinic.settings.quiet_hours;
    let found = outbox::pending(tx, &wanted)?.into_iter().map(|waiting| {
        let later_is_due = waiting.later_is_due;
        let note = note(env, waiting.message, waiting.joined)?;
        let pending = Pending {
            due_at: note.message.due_at,
            leased_until: note.message.lease_until,
            starts_at: note.visit.appointment.span.start,
            later_is_due,
            opted_out: note.visit.patient.opt_out,
        };
        let decision = reminder::decide(env.now, &pending, quiet, &note.visit.zone);
        Ok((note, decision))
    });
    found.collect()
}

fn note(env: &Env, message: Message, joined: Joined) -> Result<Note> {
    Ok(Note { message, visit: find::with_zone(&env.zones, joined)? })
}

fn prepare(desk: &Desk, wording: &Wording, note: Note, decision: Decision) -> Result<Swept> {
    let text = match decision {
        Decision::Send => Some(wording.text(&Outgoing {
            clinic: &desk.clinic,
            kind: note.message.kind,
            visit: &note.visit,
        })?),
        _ => None,
    };
    Ok(Swept { note, decision, channel: Channel::Print.name(), text, error: None })
}

/// Which messages to show.
#[derive(Debug, Clone, Default)]
pub struct ListRequest {
    /// Of that appointment.
    pub appointment: Option<String>,
    /// With that status.
    pub status: Option<MessageStatus>,
    /// At most so many.
    pub limit: i64,
}

/// The messages that pass, earliest due first.
///
/// # Errors
/// `RESOURCE_NOT_FOUND` for an unknown appointment.
pub fn list(context: &mut Context, request: &ListRequest) -> Result<Vec<Note>> {
    let Context { store, env } = context;
    store.read(|tx| {
        let desk = env.desk(tx)?;
        let appointment = match &request.appointment {
            Some(word) => Some(find::visit(tx, &env.zones, &desk, word)?.appointment.id),
            None => None,
        };
        let found = outbox::list(tx, &desk.clinic.id, appointment.as_deref(), request.status, request.limit)?;
        found.into_iter().map(|(message, joined)| note(env, message, joined)).collect()
    })
}
