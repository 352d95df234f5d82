//! Undoes the actor's last change of an appointment, if its earlier time is still free.

use crate::app::access::find;
use crate::app::booking::placement::{Recheck, recheck};
use crate::app::booking::status::count_no_shows;
use crate::app::exchange::webhook;
use crate::app::patients::privacy;
use crate::app::replies::PATIENT;
use crate::app::{Context, Desk, Env, reminders};
use crate::domain::appointment::{Appointment, Visit};
use crate::domain::record::{Branch, Doctor};
use crate::domain::refusal::{Code, Refusal};
use crate::domain::reminder::Kind;
use crate::domain::status::Status;
use crate::domain::time::{Instant, Zone};
use crate::domain::undo::{Act, Deed, REASON, TakenBack, UNDONE, note};
use crate::domain::window::{Closure, Window, openings_around};
use crate::platform::error::Result;
use crate::store::audit::{BOOK, Entry, Place};
use crate::store::record::Stored;
use crate::store::{Ending, Tx, appointments, outbox, undo, windows};
use std::sync::Arc;

mod act;

pub(crate) use act::reason as act_reason;

/// A request to undo the last change.
#[derive(Debug, Clone, Default)]
pub struct UndoRequest {
    /// The appointment, as typed, whose patient's last answer to undo instead of the caller's last change.
    pub answer: Option<String>,
    /// Number and time of the confirmed change's audit entry; refused if the last change is another one.
    pub entry: Option<(i64, Instant)>,
    /// Whether to leave out the messages that tell patients who know of the change that it is taken back.
    pub no_notify: bool,
}

/// The result of an undo.
#[derive(Debug, Clone)]
pub struct Undone {
    /// The appointment after the undo.
    pub visit: Visit,
    /// The appointment before the undo.
    pub before: Appointment,
    /// The change that was undone.
    pub act: Act,
    /// The change's action in the audit log.
    pub action: String,
    /// The change's entry number in its audit chain.
    pub entry: i64,
    /// When the change was made.
    pub at: Instant,
    /// Whether a message about the change has gone to the patient, which cannot be taken back.
    pub heard: bool,
    /// The closure that the change was made for, and which is removed with it.
    pub closure: Option<Closure>,
    /// The other changes of the same act.
    pub others: Vec<Undone>,
}

impl Undone {
    /// All changes of the act that were undone.
    pub fn all(&self) -> impl Iterator<Item = &Undone> {
        std::iter::once(self).chain(&self.others)
    }
}

/// Undoes the last change of this actor in this clinic that was not undone yet.
pub fn undo(context: &mut Context, request: &UndoRequest, ending: Ending) -> Result<Undone> {
    context.write(ending, |tx, env, desk| {
        let (actor, done) = match &request.answer {
            Some(word) => {
                let visit = find::visit(tx, env, &desk, word)?;
                (PATIENT, standing_changes(tx, &desk, PATIENT, Some(&visit.appointment.id))?)
            }
            None => (env.actor(), standing_changes(tx, &desk, env.actor(), None)?),
        };
        let Some(entry) = done.first() else { return Err(nothing_left(actor)) };
        if request.entry.is_some_and(|agreed| agreed != (entry.seq, entry.at)) {
            return Err(Refusal::new(
                Code::InvalidStateTransition,
                text!("another-change-was-made-meanwhile"),
            )
            .hint(text!("nothing-was-taken-back-turno-undo-again-shows")));
        }
        match act::closure_of(tx, &desk, entry)? {
            Some(closure) => act::take_back_all(tx, env, &desk, (&closure, &done), request),
            None => take_back(tx, env, &desk, entry, request),
        }
    })
}

/// Returns the actor's changes, of that appointment if one is named, that can be undone and were not undone yet,
/// newest first.
fn standing_changes(tx: &mut Tx<'_>, desk: &Desk, actor: &str, of: Option<&str>) -> Result<Vec<Entry>> {
    /// Maximum number of the actor's entries to search.
    const MOST: i64 = 1000;
    let mut taken_back = TakenBack::default();
    let done = match of {
        // Undone by others than the actor, so that all entries of the appointment are needed.
        Some(id) => undo::done_since(tx, id, &Place::default())?,
        None => undo::done_by(tx, &desk.clinic.id, actor, MOST)?,
    };
    let is_own = |entry: &Entry| of.is_none() || entry.actor == actor;
    let stands =
        |entry: &Entry| taken_back.stands(&deed(entry)) && Act::of(&entry.action).is_some() && is_own(entry);
    Ok(done.into_iter().filter(stands).collect())
}

fn nothing_left(actor: &str) -> Refusal {
    Refusal::new(Code::ResourceNotFound, text!("has-no-change-left-to-take-back", actor))
        .detail("kind", "change")
        .detail("actor", actor)
        .hint(text!("bookings-moves-cancellations-and-steps-are-taken"))
}

fn deed(entry: &Entry) -> Deed<'_> {
    Deed {
        chain: &entry.chain,
        seq: entry.seq,
        action: &entry.action,
        record_id: &entry.record_id,
        note: entry.note.as_deref(),
    }
}

fn take_back(
    tx: &mut Tx<'_>,
    env: &Env,
    desk: &Desk,
    entry: &Entry,
    request: &UndoRequest,
) -> Result<Undone> {
    let tells = !request.no_notify;
    let Some(act) = Act::of(&entry.action).filter(|_| entry.redacted_by.is_none()) else {
        return Err(erased(entry));
    };
    let visit = find::visit(tx, env, desk, &entry.record_id)?;
    privacy::check_not_erased(&visit.patient)?;
    check_unchanged_since(tx, &visit, entry, act)?;
    let before = visit.appointment.as_ref().clone();
    let (visit, heard) = match act {
        Act::Booking => unbook(tx, env, desk, visit, (entry, tells))?,
        Act::Move => move_back(tx, env, desk, visit, (entry, tells))?,
        Act::Step(_) => step_back(tx, env, desk, visit, (entry, tells))?,
    };
    webhook::announce(tx, env, act.event_back_to(visit.appointment.status), &visit)?;
    let (action, others) = (entry.action.clone(), Vec::new());
    Ok(Undone { visit, before, act, action, entry: entry.seq, at: entry.at, heard, closure: None, others })
}

fn erased(entry: &Entry) -> Refusal {
    Refusal::new(Code::InvalidStateTransition, text!("your-last-change-cant-be-taken-back-what"))
        .detail("reason", text!("the-patient-was-erased"))
        .detail("entry", entry.seq)
}

/// Refuses if a later change stands: undoing this one would undo that one, too.
fn check_unchanged_since(tx: &mut Tx<'_>, visit: &Visit, entry: &Entry, act: Act) -> Result<()> {
    let mut taken_back = TakenBack::default();
    let since = undo::done_since(tx, &entry.record_id, &entry.place())?;
    let Some(later) = since.into_iter().find(|later| taken_back.stands(&deed(later))) else {
        return Ok(());
    };
    let (code, at) = (&visit.appointment.code, visit.zone.rfc3339(later.at));
    let (who, what) = (&later.actor, &later.action);
    Err(Refusal::new(
        Code::InvalidStateTransition,
        text!("of-cant-be-taken-back-changed-it-since", words = act.words(), code, who, what, at),
    )
    .detail("from", visit.appointment.status.as_str())
    .detail("to", "undone")
    .detail("allowed", Vec::<String>::new())
    .detail("appointment_id", visit.appointment.id.as_str())
    .detail("changed_by", later.actor.as_str())
    .detail("changed_at", at.as_str())
    .detail("change", later.action.as_str())
    .hint(text!("turno-show-shows-how-it-stands-change", code)))
}

/// Undoes a booking by cancelling it; notifies the patient only if a message about it may have gone out. Like
/// the others it returns whether one has.
fn unbook(
    tx: &mut Tx<'_>,
    env: &Env,
    desk: &Desk,
    visit: Visit,
    (entry, tells): (&Entry, bool),
) -> Result<(Visit, bool)> {
    let mut after = visit.appointment.as_ref().clone();
    after.status = Status::Cancelled;
    after.stamps.stamp(Status::Cancelled, env.now);
    after.cancellation_reason = Some(REASON.to_owned());
    after.updated_at = env.now;
    let heard = [Kind::Confirmation, Kind::Reschedule, Kind::Reminder];
    let plan = after.reschedule_count;
    let heard = undo::has_gone(tx, &after.id, plan, &heard, visit.appointment.created_at)?;
    write_down(tx, env, desk, (&visit.appointment, &after), entry)?;
    reminders::drop_all(tx, env, &after)?;
    if heard && tells && after.span.start > env.now {
        reminders::plan(tx, env, &after, &[], Some(Kind::Cancellation))?;
    }
    Ok((Visit { appointment: after.into(), ..visit }, heard))
}

/// Undoes a move. The appointment gets its old token back, because tokens are never reused.
fn move_back(
    tx: &mut Tx<'_>,
    env: &Env,
    desk: &Desk,
    visit: Visit,
    (entry, tells): (&Entry, bool),
) -> Result<(Visit, bool)> {
    let before = visit.appointment.as_ref().clone();
    let mut after: Appointment = as_it_was(&before, entry)?;
    desk.check_doctor(after.doctor_id.as_deref())?;
    let visit = with_places(tx, env, desk, visit, &after)?;
    let buffers =
        visit.doctor.as_deref().map_or((0, 0), |doctor| (doctor.buffer_before, doctor.buffer_after));
    after.busy = after.span.padded(buffers.0 * 60, buffers.1 * 60);
    after.window_date = window_date(tx, desk, &after, &visit.zone)?;
    check_free(tx, env, desk, &visit, &after)?;
    let due = reminders::due_times(env, &desk.clinic.settings, &after, &visit.zone);
    after.reminders_planned = i64::try_from(due.len()).unwrap_or(i64::MAX);
    after.updated_at = env.now;
    let heard = [Kind::Reschedule, Kind::Reminder];
    let heard = undo::has_gone(tx, &after.id, before.reschedule_count, &heard, entry.at)?;
    let unheard = undo::dropped_notice(tx, &after.id, after.reschedule_count, entry.at)?;
    write_down(tx, env, desk, (&before, &after), entry)?;
    reminders::drop_all(tx, env, &after)?;
    let notice = if heard { Some(Kind::Reschedule).filter(|_| tells) } else { unheard };
    reminders::plan(tx, env, &after, &due, notice.filter(|_| after.span.start > env.now))?;
    Ok((Visit { appointment: after.into(), ..visit }, heard))
}

/// Undoes a status change, also out of a final status, with the fields that changed with it.
fn step_back(
    tx: &mut Tx<'_>,
    env: &Env,
    desk: &Desk,
    visit: Visit,
    (entry, tells): (&Entry, bool),
) -> Result<(Visit, bool)> {
    let before = visit.appointment.as_ref().clone();
    let mut after: Appointment = as_it_was(&before, entry)?;
    after.updated_at = env.now;
    let (from, to) = (before.status, after.status);
    let visit = if !from.occupies() && to.occupies() {
        check_reference(tx, desk, &before, &after)?;
        let visit = with_places(tx, env, desk, visit, &after)?;
        check_free(tx, env, desk, &visit, &after)?;
        visit
    } else {
        visit
    };
    let revived = !from.keeps_messages() && to.keeps_messages();
    let due = if revived {
        reminders::due_times(env, &desk.clinic.settings, &after, &visit.zone)
    } else {
        Vec::new()
    };
    if revived {
        after.reminders_planned = i64::try_from(due.len()).unwrap_or(i64::MAX);
    }
    let plan = after.reschedule_count;
    let heard = undo::has_gone(tx, &after.id, plan, &[Kind::Cancellation, Kind::Answer], entry.at)?;
    let unheard = undo::dropped_notice(tx, &after.id, plan, entry.at)?;
    write_down(tx, env, desk, (&before, &after), entry)?;
    let patient = count_no_shows(tx, env, desk, &visit, from, to)?;
    if revived || !to.keeps_messages() {
        outbox::drop_answers(tx, &after.id, entry.at, env.now)?;
        reminders::drop_all(tx, env, &after)?;
    }
    if revived {
        let notice = if heard { Some(Kind::Confirmation).filter(|_| tells) } else { unheard };
        reminders::plan(tx, env, &after, &due, notice.filter(|_| after.span.start > env.now))?;
    }
    Ok((Visit { appointment: after.into(), patient: patient.into(), ..visit }, heard))
}

fn as_it_was<T: Stored>(record: &T, entry: &Entry) -> Result<T> {
    let image = entry.before.as_deref().ok_or_else(|| erased(entry))?;
    Ok(undo::as_it_was(record, image)?)
}

fn write_down(
    tx: &mut Tx<'_>,
    env: &Env,
    desk: &Desk,
    states: (&Appointment, &Appointment),
    entry: &Entry,
) -> Result<()> {
    let note = note(entry.seq, entry.chain == BOOK);
    env.change(tx, Some(&desk.clinic.id), UNDONE, Some(&note), states)?;
    Ok(())
}

/// Returns the visit with its earlier doctor and branch, which must still be active.
fn with_places(tx: &mut Tx<'_>, env: &Env, desk: &Desk, visit: Visit, after: &Appointment) -> Result<Visit> {
    let branch = find::active::<Branch>(tx, desk, &after.branch_id)?;
    let doctor = after.doctor_id.as_deref().map(|id| find::active::<Doctor>(tx, desk, id)).transpose()?;
    let (branch, doctor) = (branch.into(), doctor.map(Arc::new));
    Ok(Visit { branch, doctor, zone: env.zones.get(&after.timezone)?, ..visit })
}

/// Returns the date on which the visit's window opened. Computed, because the audit log does not record it.
fn window_date(tx: &mut Tx<'_>, desk: &Desk, after: &Appointment, zone: &Zone) -> Result<chrono::NaiveDate> {
    let window: Option<Window> = tx.by_id(&desk.clinic.id, &after.window_id)?;
    let openings = openings_around(window.iter(), after.date, zone);
    let holding = openings.iter().find(|opening| opening.span.holds(after.span.start));
    Ok(holding.map_or(after.date, |opening| opening.date))
}

/// Checks that the time is free (checks 9 and 10) and not closed since. Other booking rules do not apply: the
/// appointment was promised before.
fn check_free(tx: &mut Tx<'_>, env: &Env, desk: &Desk, visit: &Visit, after: &Appointment) -> Result<()> {
    if after.span.start > env.now {
        let doctor = after.doctor_id.as_deref();
        let closures = windows::closures_around(tx, &desk.clinic.id, after.date, after.date)?;
        let closed = closures
            .iter()
            .filter(|closure| closure.concerns(&after.branch_id, doctor))
            .find(|closure| closure.span(&visit.zone).overlaps(after.span));
        if let Some(closure) = closed {
            return Err(Refusal::new(
                Code::SlotInactive,
                text!("it-cant-go-back-to-its-time", reason = closure.reason),
            )
            .detail("reason", closure.reason.as_str())
            .detail("closure", closure.code.as_str()));
        }
    }
    recheck(tx, env, desk, visit, after, Recheck::Room)
}

/// Refuses if another booking has taken the external reference that the cancellation freed.
fn check_reference(tx: &mut Tx<'_>, desk: &Desk, before: &Appointment, after: &Appointment) -> Result<()> {
    let Some(reference) = after.external_reference_id.as_deref() else { return Ok(()) };
    if before.status != Status::Cancelled {
        return Ok(());
    }
    match appointments::by_reference(tx, &desk.clinic.id, reference)? {
        Some(other) if other != after.id => {
            Err(Refusal::new(Code::DuplicateBooking, text!("another-appointment-has-its-external-reference"))
                .detail("existing_appointment_id", other)
                .detail("external_reference_id", reference)
                .hint(text!("cancel-the-other-one-first-or-leave")))
        }
        _ => Ok(()),
    }
}
