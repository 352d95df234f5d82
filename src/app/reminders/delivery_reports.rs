//! Takes in what providers report about messages: delivered, read, failed. After a failure the next channel is
//! tried, as after a refusal.

use crate::app::Env;
use crate::app::reminders::{Note, note};
use crate::delivery::replies::Report;
use crate::domain::delivery::{Failures, State, is_out_of_reach};
use crate::domain::record::{Clinic, Patient};
use crate::domain::reminder::MessageStatus;
use crate::domain::time::Instant;
use crate::platform::error::Result;
use crate::store::Tx;
use crate::store::delivery_reports::{self as reports, Early};
use crate::store::outbox::{self, Message};

/// The actor of audit entries for what a provider reports.
const ACTOR: &str = "provider";
/// Seconds for which a report is kept whose message is not known. A sweep records the ids of what it sent within
/// seconds; other programs may send by the same account, too.
const KEPT: i64 = 24 * 3600;

/// Takes in a report by `channel`. One that is not news changes nothing.
pub(crate) fn take(
    tx: &mut Tx<'_>,
    env: &Env,
    clinic: &Clinic,
    channel: &str,
    report: &Report,
) -> Result<()> {
    let early = Early {
        channel: channel.to_owned(),
        provider_id: report.id.clone(),
        state: report.state,
        code: report.code.clone(),
        // A provider's clock may be ahead of ours.
        at: report.at.filter(|at| *at <= env.now).unwrap_or(env.now),
    };
    match reports::message(tx, &clinic.id, channel, &report.id)? {
        Some(message) => apply(tx, env, clinic, message, &early),
        None => {
            let known = reports::kept(tx, &clinic.id, &[&report.id])?;
            let known = known.iter().find(|known| known.channel == channel).map(|known| known.state);
            if early.state.follows(known) {
                reports::keep(tx, &clinic.id, &early, env.now.plus(-KEPT))?;
            }
            Ok(())
        }
    }
}

/// Applies reports that came before these ids were recorded.
pub(crate) fn catch_up(tx: &mut Tx<'_>, env: &Env, clinic: &Clinic, provider_ids: &[&str]) -> Result<()> {
    for early in reports::kept(tx, &clinic.id, provider_ids)? {
        if let Some(message) = reports::message(tx, &clinic.id, &early.channel, &early.provider_id)? {
            apply(tx, env, clinic, message, &early)?;
            reports::forget(tx, &clinic.id, &early)?;
        }
    }
    Ok(())
}

fn apply(tx: &mut Tx<'_>, env: &Env, clinic: &Clinic, message: Message, early: &Early) -> Result<()> {
    if !early.state.follows(message.delivery) {
        return Ok(());
    }
    let reported = Message {
        delivery: Some(early.state),
        delivery_code: early.code.clone(),
        delivery_at: Some(early.at),
        ..message.clone()
    };
    let Some(waiting) = outbox::one(tx, &clinic.id, &message.id, env.now)? else { return Ok(()) };
    let note = note(env, waiting.message, waiting.joined)?;
    let after = match early.state {
        State::Failed if message.status == MessageStatus::Sent => failed(env.time(), clinic, &note, reported),
        _ => reported,
    };
    tx.update(&message, &after)?;
    mark(tx, env, clinic, &note, early)
}

/// The message goes on by its next channel; without one it has failed.
fn failed(now: Instant, clinic: &Clinic, note: &Note, reported: Message) -> Message {
    let channel = reported.channel.clone().unwrap_or_default();
    let code = reported.delivery_code.as_deref().unwrap_or("?");
    let mut failures: Failures = reported.failures.clone();
    failures.add(&channel, &text!("could-not-be-delivered-error", code));
    let error = Some(failures.summary());
    let channels = note.channels(clinic);
    match failures.next_channel(&channels) {
        Some(_) => Message {
            status: MessageStatus::Pending,
            ready_at: now,
            settled_at: None,
            tries: 0,
            failures,
            error,
            ..reported
        },
        None => Message { status: MessageStatus::Failed, settled_at: Some(now), failures, error, ..reported },
    }
}

/// Marks the patient whose phone can't be reached, and takes the mark away once a message arrived there.
fn mark(tx: &mut Tx<'_>, env: &Env, clinic: &Clinic, note: &Note, early: &Early) -> Result<()> {
    let code = early.code.as_deref().unwrap_or_default();
    let unreachable_since = match early.state {
        State::Failed if is_out_of_reach(code) => Some(early.at),
        State::Delivered | State::Read => None,
        State::Sent | State::Failed => return Ok(()),
    };
    let Some(before) = tx.by_id::<Patient>(&clinic.id, &note.visit.patient.id)? else { return Ok(()) };
    if before.unreachable_since.is_some() == unreachable_since.is_some() || before.erased_at.is_some() {
        return Ok(());
    }
    let after = Patient { unreachable_since, updated_at: env.now, ..before.clone() };
    let why = match unreachable_since {
        Some(_) => text!("the-phone-cant-be-reached-error", channel = early.channel, code),
        None => text!("the-phone-was-reached", channel = early.channel),
    };
    env.change_as(tx, ACTOR, Some(&clinic.id), ("patient.updated", Some(&why)), (&before, &after))?;
    Ok(())
}
