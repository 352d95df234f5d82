//! Changes an appointment's fields, and with `--input` also its time and status in one transaction.

use crate::app::access::find;
use crate::app::booking::placement::{Recheck, recheck};
use crate::app::booking::reschedule::{RescheduleRequest, move_in};
use crate::app::booking::status::{StatusRequest, set_in};
use crate::app::change::{Change, check_changeable, final_state, write_fields};
use crate::app::patients::privacy;
use crate::app::when::{Day, Length, Today};
use crate::app::{Context, Desk, Env};
use crate::domain::appointment::{Appointment, Other, Visit};
use crate::domain::meant::Purpose;
use crate::domain::refusal::{Problems, Refusal};
use crate::platform::error::Result;
use crate::store::{Ending, Tx};
use std::collections::BTreeMap;

/// A request to change an appointment.
#[derive(Debug, Clone, Default)]
pub struct UpdateRequest {
    /// Input errors found so far.
    pub problems: Problems,
    /// The sender's field names if they differ from ours, for error messages.
    pub names: BTreeMap<&'static str, String>,
    /// Notes for the staff.
    pub notes: Change<String>,
    /// The reason for the visit.
    pub reason: Change<String>,
    /// Kind of visit.
    pub visit_type: Change<String>,
    /// A doctor's name as a label on a pooled booking.
    pub assigned_doctor: Change<String>,
    /// The diagnosis.
    pub diagnosis: Change<String>,
    /// The prescription.
    pub prescription: Change<String>,
    /// Whether a follow-up visit is needed.
    pub follow_up_required: Option<bool>,
    /// The date of the follow-up visit.
    pub follow_up_date: Change<Day>,
    /// The new duration in minutes.
    pub duration: Option<i64>,
    /// A new time, in the same transaction.
    pub reschedule: Option<RescheduleRequest>,
    /// A new status, in the same transaction.
    pub status: Option<StatusRequest>,
}

/// Changes the fields, then the time, then the status, all or nothing.
pub fn update(context: &mut Context, word: &str, request: &UpdateRequest, ending: Ending) -> Result<Visit> {
    context.write(ending, |tx, env, desk| {
        let mut problems = request.problems.clone().renamed(&request.names);
        if let Some(reschedule) = &request.reschedule {
            problems.merge(reschedule.problems.clone().renamed(&reschedule.names));
        }
        if let Some(status) = &request.status {
            problems.merge(status.problems.clone());
        }
        problems.check()?;
        let visit = find::visit_for(tx, env, &desk, word, Purpose::Write)?;
        let named = Other::of(&visit, env.gate.shows_appointments());
        update_in(tx, env, &desk, visit, request).map_err(|refusal| refusal.about(&named))
    })
}

fn update_in(
    tx: &mut Tx<'_>,
    env: &Env,
    desk: &Desk,
    visit: Visit,
    request: &UpdateRequest,
) -> Result<Visit> {
    let mut visit = change_fields(tx, env, desk, visit, request)?;
    if let Some(reschedule) = &request.reschedule {
        visit = move_in(tx, env, desk, visit, reschedule)?;
    }
    if let Some(status) = &request.status {
        visit = set_in(tx, env, desk, visit, status)?.visit;
    }
    Ok(visit)
}

fn change_fields(
    tx: &mut Tx<'_>,
    env: &Env,
    desk: &Desk,
    visit: Visit,
    request: &UpdateRequest,
) -> Result<Visit> {
    privacy::check_not_erased(&visit.patient)?;
    let before = visit.appointment.as_ref();
    let mut after = before.clone();
    apply(&mut after, request, desk.today(env));
    check_changeable(before, &after)?;
    if desk.clinic.settings.require_reason && before.reason.is_some() && after.reason.is_none() {
        return Err(Refusal::invalid("reason", text!("is-required")));
    }
    if let Some(minutes) = request.duration
        && minutes != before.duration_minutes()
    {
        Length::Minutes(minutes).minutes(&visit.zone, before.span.start).map_err(|problem| {
            Refusal::invalid(request.names.get("duration").map_or("duration", String::as_str), problem)
        })?;
        let longer = (minutes - before.duration_minutes()) * 60;
        after.span.end = after.span.end.plus(longer);
        after.busy.end = after.busy.end.plus(longer);
        if before.status.is_final() {
            return Err(final_state(before));
        }
        // Only a longer visit needs free time; that of a no-show is checked on a late arrival.
        let checks = if before.status.occupies() && longer > 0 { Recheck::FitAndRoom } else { Recheck::Fit };
        recheck(tx, env, desk, &visit, &after, checks)?;
    }
    write_fields(tx, env, desk, visit, after)
}

fn apply(appointment: &mut Appointment, request: &UpdateRequest, today: Today) {
    request.notes.apply(&mut appointment.notes);
    request.reason.apply(&mut appointment.reason);
    request.visit_type.apply(&mut appointment.visit_type);
    request.assigned_doctor.apply(&mut appointment.assigned_doctor);
    request.diagnosis.apply(&mut appointment.diagnosis);
    request.prescription.apply(&mut appointment.prescription);
    match request.follow_up_date {
        Change::Keep => appointment.follow_up(request.follow_up_required, None),
        Change::Clear => appointment.follow_up(Some(request.follow_up_required.unwrap_or(false)), None),
        Change::Set(day) => appointment.follow_up(request.follow_up_required, Some(day.on(today))),
    }
    if request.follow_up_date == Change::Clear {
        appointment.follow_up_date = None;
    }
}
