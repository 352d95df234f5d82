//! Decides what to do with each pending message, from the current state of its appointment.

use crate::app::reminders::{Note, answer, note_channels};
use crate::app::{Desk, Env};
use crate::domain::appointment::Visit;
use crate::domain::reminder::{self, Decision, Kind, Pending};
use crate::domain::series::Sitting;
use crate::domain::status::Status;
use crate::domain::time::Instant;
use crate::platform::error::Result;
use crate::store::Tx;
use crate::store::outbox::{self, Waiting, Wanted};
use crate::store::series;
use std::collections::BTreeMap;

/// Messages per page.
pub(crate) const PAGE: usize = 500;

/// A pending message with its decision.
pub(crate) struct Looked {
    pub note: Note,
    pub decision: Decision,
    /// The error if the zone of the appointment is unknown.
    pub trouble: Option<String>,
    /// Number of changes of its appointment; loaded right before sending, else 0.
    pub changes: i64,
    /// The dates of the series that it confirms; loaded right before sending.
    pub dates: Vec<Sitting>,
}

/// A page of messages after the place `after`, ready by `ready_by` (`None`: all pending ones).
pub(crate) fn page(
    tx: &mut Tx<'_>,
    env: &Env,
    desk: &Desk,
    ready_by: Option<Instant>,
    after: Option<(Instant, &str)>,
) -> Result<Vec<Looked>> {
    let now = env.time();
    let limit = i64::try_from(PAGE).unwrap_or(i64::MAX);
    let wanted = Wanted { clinic_id: &desk.clinic.id, now, ready_by, after, limit };
    Ok(outbox::pending(tx, &wanted)?
        .into_iter()
        .map(|waiting| judge(env, desk, now, waiting, None))
        .collect())
}

/// Adds the dates of series to their confirmations that are due.
pub(crate) fn add_dates(tx: &mut Tx<'_>, env: &Env, page: &mut [Looked]) -> Result<()> {
    let confirms =
        |looked: &Looked| looked.decision == Decision::Send && looked.note.message.kind == Kind::Confirmation;
    let due = page.iter().filter(|looked| confirms(looked));
    let ids: Vec<String> = due.map(|looked| looked.note.message.appointment_id.clone()).collect();
    if ids.is_empty() {
        return Ok(());
    }
    let mut dates = series::dates(tx, &ids, env.time())?;
    for looked in page.iter_mut().filter(|looked| confirms(looked)) {
        looked.dates = dates.remove(&looked.note.message.appointment_id).unwrap_or_default();
    }
    Ok(())
}

/// Reloads messages that a sweep holds under `lease`, by id; deleted messages are left out.
pub(crate) fn again(
    tx: &mut Tx<'_>,
    env: &Env,
    desk: &Desk,
    ids: &[String],
    lease: &str,
) -> Result<BTreeMap<String, Looked>> {
    let now = env.time();
    let found = outbox::held(tx, &desk.clinic.id, ids, now)?;
    let in_series = found.iter().filter(|(_, facts)| facts.of_series);
    let in_series: Vec<String> =
        in_series.map(|(waiting, _)| waiting.message.appointment_id.clone()).collect();
    // Ask only if there are any: the question is a round trip.
    let mut dates = if in_series.is_empty() { BTreeMap::new() } else { series::dates(tx, &in_series, now)? };
    let looked = found.into_iter().map(|(waiting, facts)| {
        let dates = dates.remove(&waiting.message.appointment_id).unwrap_or_default();
        Looked { changes: facts.changes, dates, ..judge(env, desk, now, waiting, Some(lease)) }
    });
    Ok(looked.map(|looked| (looked.note.message.id.clone(), looked)).collect())
}

/// An appointment with an unknown zone must not stop the others: it uses the clinic's zone.
fn judge(env: &Env, desk: &Desk, now: Instant, waiting: Waiting, lease: Option<&str>) -> Looked {
    let Waiting { message, later_is_due, joined } = waiting;
    let known = env.zones.get(&joined.appointment.timezone);
    let trouble = known.as_ref().err().map(|refusal| refusal.message.clone());
    let visit = Visit {
        zone: known.unwrap_or_else(|_| desk.zone.clone()),
        appointment: joined.appointment,
        patient: joined.patient,
        branch: joined.branch,
        doctor: joined.doctor,
        service: joined.service,
    };
    let held_by_us = lease.is_some() && message.lease.as_deref() == lease;
    let stopped = note_channels(&message, &visit.patient, &desk.clinic).is_empty();
    let pending = Pending {
        due_at: message.due_at,
        ready_at: message.ready_at,
        leased_until: message.lease_until.filter(|_| !held_by_us),
        starts_at: visit.appointment.span.start,
        outdated: is_outdated(message.kind, message.plan, &visit),
        later_is_due,
        opted_out: visit.patient.opt_out || stopped,
    };
    let decision = match message.kind {
        Kind::Answer => reminder::decide(now, &of_answer(pending), None, &visit.zone),
        _ => reminder::decide(now, &pending, desk.clinic.settings.quiet_hours, &visit.zone),
    };
    let opened = answer(env, &message);
    let trouble = trouble.or(opened.as_ref().err().map(|refusal| refusal.message.clone()));
    let answer = opened.ok().flatten();
    Looked { note: Note { message, visit, answer }, decision, trouble, changes: 0, dates: Vec::new() }
}

/// An answer goes out soon or not at all, whatever becomes of the appointment: its patient has just written.
fn of_answer(pending: Pending) -> Pending {
    let expires_at = pending.due_at.plus(reminder::ANSWER_LASTS);
    Pending { starts_at: expires_at, outdated: false, later_is_due: false, opted_out: false, ..pending }
}

/// Whether the message is outdated. The change that outdates a message drops it in the same transaction; this
/// check is a safeguard.
fn is_outdated(kind: Kind, plan: i64, visit: &Visit) -> bool {
    let appointment = &visit.appointment;
    // A patient who has arrived needs no notice of a delay.
    let is_there =
        kind == Kind::Delay && !matches!(appointment.status, Status::Scheduled | Status::Confirmed);
    let is_over = !appointment.status.keeps_messages() || plan != appointment.reschedule_count;
    kind != Kind::Cancellation && (is_over || is_there)
}

/// Walks pending messages page by page; the caller opens a transaction for each page.
#[derive(Debug, Default)]
pub(crate) struct Walk {
    /// The last message seen.
    last: Option<(Instant, String)>,
    /// Whether there is no further page.
    pub done: bool,
}

impl Walk {
    pub(crate) fn at_its_end() -> Self {
        Walk { done: true, ..Walk::default() }
    }

    /// The place after which the next page begins.
    pub(crate) fn after(&self) -> Option<(Instant, &str)> {
        self.last.as_ref().map(|(ready_at, id)| (*ready_at, id.as_str()))
    }

    /// Moves on after a page of `count` messages.
    pub(crate) fn passed(&mut self, last: Option<(Instant, String)>, count: usize) {
        self.done = count < PAGE;
        self.last = last.or(self.last.take());
    }
}

pub(crate) fn place(looked: &Looked) -> (Instant, String) {
    (looked.note.message.ready_at, looked.note.message.id.clone())
}
