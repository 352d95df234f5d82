//! Finds the entries of the waiting list that a free slot fits, oldest first.

use crate::app::access::find;
use crate::app::booking::placement::Seeking;
use crate::app::booking::reschedule::{RescheduleRequest, move_in};
use crate::app::booking::status::{StatusRequest, Stepped, set_in};
use crate::app::calendar::closure;
use crate::app::calendar::closure::NamedClosure;
use crate::app::calendar::slots;
use crate::app::calendar::slots::Search;
use crate::app::waitlist::{Waiting, name};
use crate::app::{Context, Desk, Env};
use crate::domain::appointment::Visit;
use crate::domain::meant::Purpose;
use crate::domain::record::Doctor;
use crate::domain::status::Status;
use crate::domain::time::Instant;
use crate::platform::error::Result;
use crate::store::{Ending, Tx, waitlist};

/// Free starts examined per entry after a closure is removed.
const STARTS: usize = 500;

/// A slot that is, or may be, free again.
#[derive(Debug, Clone)]
pub struct Freed {
    /// The branch.
    pub branch_id: String,
    /// The doctor; none in a pooled window.
    pub doctor_id: Option<String>,
    /// The start.
    pub start: Instant,
}

impl Freed {
    /// Returns the slot of a visit.
    pub fn of(visit: &Visit) -> Freed {
        let appointment = &visit.appointment;
        Freed {
            branch_id: appointment.branch_id.clone(),
            doctor_id: appointment.doctor_id.clone(),
            start: appointment.span.start,
        }
    }
}

/// Sets an appointment's status; after a cancellation, also returns the entries that the freed slot fits.
pub fn after_cancel(
    context: &mut Context,
    word: &str,
    request: &StatusRequest,
    ending: Ending,
) -> Result<(Stepped, Vec<Waiting>)> {
    let (stepped, calls) = context.write(ending, |tx, env, desk| {
        let visit = find::visit_for(tx, env, &desk, word, request.purpose())?;
        let freed = Freed::of(&visit);
        let stepped = set_in(tx, env, &desk, visit, request)?;
        let cancelled = stepped.changed && stepped.visit.appointment.status == Status::Cancelled;
        let calls = Calls::after(tx, env, &desk, freed, cancelled, ending)?;
        Ok((stepped, calls))
    })?;
    Ok((stepped, calls.find(context)?))
}

/// Moves an appointment; also returns the entries that its old slot fits.
pub fn after_move(
    context: &mut Context,
    word: &str,
    request: &RescheduleRequest,
    ending: Ending,
) -> Result<(Visit, Vec<Waiting>)> {
    let (visit, calls) = context.write(ending, |tx, env, desk| {
        let visit = find::visit_for(tx, env, &desk, word, Purpose::Move)?;
        let (freed, moves) = (Freed::of(&visit), visit.appointment.reschedule_count);
        let visit = move_in(tx, env, &desk, visit, request)?;
        let moved = visit.appointment.reschedule_count > moves;
        let calls = Calls::after(tx, env, &desk, freed, moved, ending)?;
        Ok((visit, calls))
    })?;
    Ok((visit, calls.find(context)?))
}

/// The entries to call after a change.
enum Calls {
    Known(Vec<Waiting>),
    /// Entries to look up after the commit, so that the write lock is not held longer.
    Fitting(Freed),
}

impl Calls {
    /// `left` is whether the change freed the slot. A dry run looks entries up within its transaction.
    fn after(
        tx: &mut Tx<'_>,
        env: &Env,
        desk: &Desk,
        freed: Freed,
        left: bool,
        ending: Ending,
    ) -> Result<Calls> {
        if !left || waitlist::entries(tx, &desk.clinic.id, false)?.is_empty() {
            return Ok(Calls::Known(Vec::new()));
        }
        match ending {
            Ending::Rollback => whom(tx, env, desk, &freed).map(Calls::Known),
            Ending::Commit => Ok(Calls::Fitting(freed)),
        }
    }

    fn find(self, context: &mut Context) -> Result<Vec<Waiting>> {
        match self {
            Calls::Known(waiting) => Ok(waiting),
            Calls::Fitting(freed) => context.read(|tx, env, desk| whom(tx, env, &desk, &freed)),
        }
    }
}

/// Removes a closure; also returns the entries that a reopened time fits.
pub fn after_reopening(context: &mut Context, word: &str) -> Result<(NamedClosure, Vec<Waiting>)> {
    let removed = closure::remove(context, word)?;
    let waiting = context.read(|tx, env, desk| {
        let mut found = Vec::new();
        for entry in waitlist::entries(tx, &desk.clinic.id, false)? {
            let doctor_id = entry.doctor_id.as_deref().or(removed.closure.doctor_id.as_deref());
            if !removed.closure.concerns(&entry.branch_id, doctor_id) {
                continue;
            }
            let waiting = name(tx, env, &desk, entry)?;
            if has_room(tx, env, &desk, &waiting, &removed)? {
                found.push(waiting);
            }
        }
        Ok(found)
    })?;
    Ok((removed, waiting))
}

/// Whether a reopened start suits the entry.
fn has_room(
    tx: &mut Tx<'_>,
    env: &Env,
    desk: &Desk,
    waiting: &Waiting,
    reopened: &NamedClosure,
) -> Result<bool> {
    if !may_be_called(waiting) {
        return Ok(false);
    }
    let search = Search {
        branch: &waiting.branch,
        zone: &waiting.zone,
        doctor: waiting.doctor.as_ref().or(reopened.doctor.as_ref()),
        service: waiting.service.as_ref(),
        labels: (waiting.entry.session.as_deref(), None),
        minutes: waiting.minutes(),
        except: waiting.entry.appointment_id.as_deref(),
        hold: None,
    };
    let free = slots::inside(tx, env, desk, &search, (reopened.closure.span(&waiting.zone), STARTS))?;
    Ok(free.iter().any(|free| is_better(waiting, free.slot.span.start)))
}

pub(super) fn whom(tx: &mut Tx<'_>, env: &Env, desk: &Desk, freed: &Freed) -> Result<Vec<Waiting>> {
    let mut found = Vec::new();
    if freed.start <= env.now {
        return Ok(found);
    }
    let doctor: Option<Doctor> = find::named_by(tx, &desk.clinic.id, freed.doctor_id.as_deref())?;
    let mut entries = waitlist::entries(tx, &desk.clinic.id, false)?;
    entries.retain(|entry| {
        let own = desk.own_doctor().is_none_or(|own| entry.doctor_id.as_deref() == Some(own));
        let same = entry.branch_id == freed.branch_id
            && (entry.doctor_id.is_none() || entry.doctor_id == freed.doctor_id);
        own && same
    });
    // Evaluate all entries before the first `?`: a remote database gets all queries in one round trip.
    let named: Vec<Result<Waiting>> = entries.into_iter().map(|entry| name(tx, env, desk, entry)).collect();
    let mut waiting = named.into_iter().collect::<Result<Vec<Waiting>>>()?;
    waiting.retain(|waiting| may_be_called(waiting) && is_better(waiting, freed.start));
    let fitting: Vec<Result<bool>> =
        waiting.iter().map(|waiting| fits(tx, env, desk, waiting, (doctor.as_ref(), freed.start))).collect();
    for (waiting, fits) in waiting.into_iter().zip(fitting) {
        if fits? {
            found.push(waiting);
        }
    }
    Ok(found)
}

/// An entry with another slot on offer is not called.
fn may_be_called(waiting: &Waiting) -> bool {
    waiting.is_open() && waiting.entry.held(waiting.now).is_none()
}

/// Whether `start` is a wanted time and earlier than the entry's appointment.
fn is_better(waiting: &Waiting, start: Instant) -> bool {
    waiting.entry.wants(start, &waiting.zone)
        && waiting.visit.as_ref().is_none_or(|visit| start < visit.appointment.span.start)
}

/// Whether a booking would be accepted.
fn fits(
    tx: &mut Tx<'_>,
    env: &Env,
    desk: &Desk,
    waiting: &Waiting,
    (doctor, start): (Option<&Doctor>, Instant),
) -> Result<bool> {
    let seeking = seeking(waiting, doctor, start);
    Ok(seeking.objections(tx, env, desk)?.is_empty())
}

/// The placement of the entry's visit at `start`.
pub(super) fn seeking<'a>(waiting: &'a Waiting, doctor: Option<&'a Doctor>, start: Instant) -> Seeking<'a> {
    Seeking {
        branch: &waiting.branch,
        zone: &waiting.zone,
        doctor,
        service: waiting.service.as_ref(),
        session: waiting.entry.session.as_deref(),
        batch: None,
        start,
        minutes: waiting.minutes(),
        phone: &waiting.patient.phone,
        name: &waiting.patient.full_name,
        overbook: false,
        except: waiting.entry.appointment_id.as_deref(),
        hold: Some(&waiting.entry.id),
    }
}
