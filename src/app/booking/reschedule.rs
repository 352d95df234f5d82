//! Moves an appointment; if a check refuses the new place, the old one is kept.

use crate::app::access::find;
use crate::app::booking::placement::{Seeking, with_real_times};
use crate::app::change::{Change, write_fields};
use crate::app::exchange::webhook;
use crate::app::patients::privacy;
use crate::app::when::{Length, When};
use crate::app::{Context, Desk, Env, reminders};
use crate::domain::access::Scope;
use crate::domain::appointment::{LateAct, Other, Visit, check_cutoff};
use crate::domain::meant::Purpose;
use crate::domain::record::{Branch, Doctor};
use crate::domain::refusal::{Code, Problems, Refusal};
use crate::domain::reminder::Kind;
use crate::domain::time::Zone;
use crate::domain::webhook::Event;
use crate::platform::error::Result;
use crate::store::{Ending, Tx, appointments};
use chrono::NaiveTime;
use std::collections::BTreeMap;

use crate::app::when::Day;
use std::sync::Arc;

/// A request to move an appointment.
#[derive(Debug, Clone, Default)]
pub struct RescheduleRequest {
    /// Input errors found so far.
    pub problems: Problems,
    /// The sender's field names if they differ from ours, for error messages.
    pub names: BTreeMap<&'static str, String>,
    /// The new start.
    pub when: Option<NewStart>,
    /// The new duration or end; unchanged by default.
    pub length: Option<Length>,
    /// The new doctor; unchanged by default.
    pub doctor: Option<String>,
    /// The new branch; unchanged by default.
    pub branch: Option<String>,
    /// The reason, recorded in the audit log.
    pub reason: Option<String>,
    /// A change of the notes in the same transaction (SaludYa).
    pub notes: Change<String>,
    /// Whether to skip the notice.
    pub no_notify: bool,
    /// Whether to move even inside the `reschedule_cutoff`.
    pub force: bool,
    /// Whether to skip checks 9 (overlap) and 10 (capacity).
    pub overbook: bool,
    /// The waiting-list entry whose hold this move uses.
    pub hold: Option<String>,
}

/// A new start: complete, or only the part that changes (SaludYa).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NewStart {
    /// Day and time.
    Whole(When),
    /// Another day at the same time.
    Day(Day),
    /// Another time on the same day.
    Time(NaiveTime),
    /// Unchanged: something else changes.
    Same,
}

impl NewStart {
    fn for_visit(self, visit: &Visit) -> When {
        let appointment = &visit.appointment;
        match self {
            NewStart::Whole(when) => when,
            NewStart::Day(day) => When::DayTime(day, appointment.start_time),
            NewStart::Same => When::At(appointment.span.start),
            NewStart::Time(time) => When::DayTime(Day::Date(appointment.date), time),
        }
    }
}

/// Moves an appointment.
pub fn reschedule(
    context: &mut Context,
    word: &str,
    request: &RescheduleRequest,
    ending: Ending,
) -> Result<Visit> {
    context.write(ending, |tx, env, desk| {
        let visit = find::visit_for(tx, env, &desk, word, Purpose::Move)?;
        move_in(tx, env, &desk, visit, request)
    })
}

/// Like [`reschedule`], inside an open transaction.
pub fn move_in(
    tx: &mut Tx<'_>,
    env: &Env,
    desk: &Desk,
    visit: Visit,
    request: &RescheduleRequest,
) -> Result<Visit> {
    let named = Other::of(&visit, env.gate.shows_appointments());
    place_anew(tx, env, desk, visit, request).map_err(|refusal| refusal.about(&named))
}

fn place_anew(
    tx: &mut Tx<'_>,
    env: &Env,
    desk: &Desk,
    visit: Visit,
    request: &RescheduleRequest,
) -> Result<Visit> {
    request.problems.clone().renamed(&request.names).check()?;
    if request.force || request.overbook {
        desk.require(Scope::AppointmentsOverride)?;
    }
    let (branch, zone) = new_branch(tx, env, desk, &visit, request)?;
    let doctor = match &request.doctor {
        Some(word) => Some(find::active::<Doctor>(tx, desk, word)?),
        None => visit.doctor.as_deref().map(find::still_active).transpose()?,
    };
    desk.check_doctor(doctor.as_ref().map(|doctor| doctor.id.as_str()))?;
    let before = visit.appointment.as_ref();
    let new_start = request
        .when
        .ok_or_else(|| Refusal::invalid("date", text!("is-required-with-a-time")))?
        .for_visit(&visit);
    let mut seeking = Seeking {
        branch: &branch,
        zone: &zone,
        doctor: doctor.as_ref(),
        service: visit.service.as_deref(),
        session: None,
        batch: None,
        start: new_start.about(&zone, desk.now(env)),
        minutes: Some(before.duration_minutes()),
        phone: &visit.patient.phone,
        name: &visit.patient.full_name,
        overbook: request.overbook,
        except: Some(&before.id),
        hold: request.hold.as_deref(),
    };
    let bad = |problem: String| {
        let field = if matches!(request.length, Some(Length::Until(_))) { "end" } else { "duration" };
        Refusal::invalid(request.names.get(field).map_or(field, String::as_str), problem)
    };
    // Report input errors before refusals that depend on the appointment.
    if let Some(length) = request.length {
        length.minutes(&zone, seeking.start).map_err(bad)?;
    }
    if seeking.start.unix() % 60 != 0 {
        return Err(Refusal::invalid("at", text!("appointments-start-on-a-whole-minute")));
    }
    privacy::check_not_erased(&visit.patient)?;
    check_can_move(env, desk, &visit, request.force)?;
    seeking.start = match new_start.instant(&zone, desk.now(env)) {
        Ok(start) => start,
        Err(refusal) => match with_real_times(refusal, &seeking, tx, env, desk)? {},
    };
    if let Some(length) = request.length {
        seeking.minutes =
            Some(length.certain(&zone, seeking.start)?.minutes(&zone, seeking.start).map_err(bad)?);
    }
    if is_there_already(&seeking, &visit, request) {
        let mut after = before.clone();
        request.notes.apply(&mut after.notes);
        return write_fields(tx, env, desk, visit, after);
    }

    let found = seeking.place(tx, env, desk)?;
    let wall = zone.wall(found.span.start);
    let mut after = before.clone();
    after.branch_id.clone_from(&branch.id);
    after.doctor_id = doctor.as_ref().map(|doctor| doctor.id.clone());
    after.timezone = zone.name().to_owned();
    after.date = wall.date();
    after.start_time = wall.time();
    after.span = found.span;
    after.busy = found.busy;
    after.session = found.window.session;
    after.batch = found.window.batch;
    after.capacity = found.window.capacity;
    after.window_id = found.window.id;
    after.window_date = found.window_date;
    after.overbooked = request.overbook;
    request.notes.apply(&mut after.notes);
    after.reschedule_count += 1;
    // The patient confirmed another time.
    after.confirmed_by_patient_at = None;
    after.updated_at = env.now;
    if after.token_holder() != before.token_holder() || after.date != before.date {
        after.token_number = appointments::next_token(tx, after.token_holder(), after.date)?;
    }
    let due = reminders::due_times(env, &desk.clinic.settings, &after, &zone);
    after.reminders_planned = i64::try_from(due.len()).unwrap_or(i64::MAX);
    let note = request.reason.as_deref();
    env.change(tx, Some(&desk.clinic.id), "appointment.rescheduled", note, (before, &after))?;
    reminders::drop_all(tx, env, &after)?;
    reminders::plan(tx, env, &after, &due, (!request.no_notify).then_some(Kind::Reschedule))?;
    let Visit { patient, service, .. } = visit;
    let (branch, doctor) = (Arc::new(branch), doctor.map(Arc::new));
    let visit = Visit { appointment: after.into(), patient, doctor, branch, service, zone };
    webhook::announce(tx, env, Event::Rescheduled, &visit)?;
    Ok(visit)
}

fn new_branch(
    tx: &mut Tx<'_>,
    env: &Env,
    desk: &Desk,
    visit: &Visit,
    request: &RescheduleRequest,
) -> Result<(Branch, Zone)> {
    let branch = match &request.branch {
        Some(word) => find::active::<Branch>(tx, desk, word)?,
        None => find::still_active(&*visit.branch)?,
    };
    let zone = env.branch_zone(desk, &branch)?;
    Ok((branch, zone))
}

fn check_can_move(env: &Env, desk: &Desk, visit: &Visit, force: bool) -> Result<()> {
    let status = visit.appointment.status;
    if !status.can_move() {
        return Err(Refusal::new(
            Code::InvalidStateTransition,
            text!("a-appointment-cant-be-moved", words = status.words()),
        )
        .detail("from", status.as_str())
        .detail("to", "rescheduled")
        .detail("allowed", status.next().iter().map(|next| next.as_str()).collect::<Vec<_>>())
        .hint(text!("only-scheduled-and-confirmed-appointments-move-book")));
    }
    if force {
        return Ok(());
    }
    check_cutoff(LateAct::Reschedule, &desk.clinic.settings, visit.appointment.span.start, env.now)
}

/// Returns whether nothing would move: repeating a move is safe.
fn is_there_already(seeking: &Seeking<'_>, visit: &Visit, request: &RescheduleRequest) -> bool {
    let appointment = &visit.appointment;
    appointment.span.start == seeking.start
        && Some(appointment.duration_minutes()) == seeking.minutes
        && appointment.branch_id == seeking.branch.id
        && appointment.doctor_id.as_deref() == seeking.doctor.map(|doctor| doctor.id.as_str())
        && appointment.overbooked == request.overbook
}
