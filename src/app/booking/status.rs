//! Status changes of an appointment.

use crate::app::access::find;
use crate::app::booking::placement::{Recheck, recheck};
use crate::app::change::{check_changeable, write_fields};
use crate::app::exchange::webhook;
use crate::app::patients::privacy;
use crate::app::when::{Day, Today};
use crate::app::{Context, Desk, Env, reminders};
use crate::domain::access::Scope;
use crate::domain::appointment::{Appointment, LateAct, Other, Visit, check_cutoff, check_no_show};
use crate::domain::meant::Purpose;
use crate::domain::record::Patient;
use crate::domain::refusal::{Problems, Refusal};
use crate::domain::reminder::Kind;
use crate::domain::status::Status;
use crate::domain::time::Instant;
use crate::domain::webhook::Event;
use crate::platform::error::Result;
use crate::store::{Ending, Tx};
use chrono::NaiveDate;

/// A request to change an appointment's status.
#[derive(Debug, Clone, Default)]
pub struct StatusRequest {
    /// Input errors found so far.
    pub problems: Problems,
    /// The new status.
    pub to: Option<Status>,
    /// The reason for a cancellation.
    pub reason: Option<String>,
    /// The sender's name of the reason field, if not `reason`.
    pub reason_name: Option<&'static str>,
    /// The diagnosis.
    pub diagnosis: Option<String>,
    /// The prescription.
    pub prescription: Option<String>,
    /// Whether a follow-up visit is needed.
    pub follow_up_required: Option<bool>,
    /// The date of the follow-up visit.
    pub follow_up_date: Option<Day>,
    /// Whether to skip the notice.
    pub no_notify: bool,
    /// Whether to cancel even inside the `cancellation_cutoff`.
    pub force: bool,
    /// Whether the patient asks for it, by an answer to a message.
    pub by_patient: bool,
}

impl StatusRequest {
    /// What an appointment that is named by its patient is wanted for.
    pub fn purpose(&self) -> Purpose {
        self.to.map_or(Purpose::Show, Purpose::Step)
    }
}

/// The result of a status change.
#[derive(Debug, Clone)]
pub struct Stepped {
    /// The appointment.
    pub visit: Visit,
    /// False if the appointment already had the status.
    pub changed: bool,
    /// The appointment's date, if the step was taken on another day.
    pub other_day: Option<NaiveDate>,
}

/// The appointment's date, if `to` is a step of the day of the visit and today is another day.
pub fn other_day(visit: &Visit, to: Status, now: Instant) -> Option<NaiveDate> {
    let date = visit.appointment.date;
    (to.is_of_the_day() && visit.zone.date(now) != date).then_some(date)
}

/// Changes the status of an appointment.
pub fn set(context: &mut Context, word: &str, request: &StatusRequest, ending: Ending) -> Result<Stepped> {
    context.write(ending, |tx, env, desk| {
        let visit = find::visit_for(tx, env, &desk, word, request.purpose())?;
        set_in(tx, env, &desk, visit, request)
    })
}

/// Like [`set`], inside an open transaction.
pub fn set_in(
    tx: &mut Tx<'_>,
    env: &Env,
    desk: &Desk,
    visit: Visit,
    request: &StatusRequest,
) -> Result<Stepped> {
    let named = Other::of(&visit, env.gate.shows_appointments());
    step(tx, env, desk, visit, request).map_err(|refusal| refusal.about(&named))
}

fn step(tx: &mut Tx<'_>, env: &Env, desk: &Desk, visit: Visit, request: &StatusRequest) -> Result<Stepped> {
    let mut problems = request.problems.clone();
    if request.to.is_none() {
        problems.add("status", text!("is-required"));
    }
    problems.check()?;
    if request.force {
        desk.require(Scope::AppointmentsOverride)?;
    }
    let Some(to) = request.to else {
        return Ok(Stepped { visit, changed: false, other_day: None });
    };
    privacy::check_not_erased(&visit.patient)?;
    let from = visit.appointment.status;
    let mut after = visit.appointment.as_ref().clone();
    let confirms = request.by_patient && to == Status::Confirmed;
    if from == to && !(confirms && after.confirmed_by_patient_at.is_none()) {
        take_findings(&mut after, request, desk.today(env));
        check_changeable(&visit.appointment, &after)?;
        let visit = write_fields(tx, env, desk, visit, after)?;
        return Ok(Stepped { visit, changed: false, other_day: None });
    }
    if from != to {
        from.step_to(to)?;
    }
    take_findings(&mut after, request, desk.today(env));
    check_step(env, desk, &visit, &after, request, to)?;
    if !from.occupies() && to.occupies() {
        // A patient who arrives after a no-show occupies the time again.
        recheck(tx, env, desk, &visit, &after, Recheck::Room)?;
    }
    after.status = to;
    if from != to {
        after.stamps.stamp(to, env.now);
    }
    if confirms {
        after.confirmed_by_patient_at = Some(env.now);
    }
    after.updated_at = env.now;
    if to == Status::Cancelled {
        after.cancellation_reason.clone_from(&request.reason);
    }
    if from == Status::NoShow {
        after.stamps.no_show_at = None;
    }
    let event = Event::of_step(to);
    let action = event.map_or("appointment.scheduled", Event::as_str);
    env.change(tx, Some(&desk.clinic.id), action, None, (&*visit.appointment, &after))?;
    let patient = count_no_shows(tx, env, desk, &visit, from, to)?;
    if !to.keeps_messages() {
        reminders::drop_all(tx, env, &after)?;
    }
    let visit = Visit { appointment: after.into(), patient: patient.into(), ..visit };
    if to == Status::Cancelled && !request.no_notify && visit.appointment.span.start > env.now {
        reminders::plan(tx, env, &visit.appointment, &[], Some(Kind::Cancellation))?;
    }
    if let Some(event) = event {
        webhook::announce(tx, env, event, &visit)?;
    }
    let other_day = other_day(&visit, to, env.now);
    Ok(Stepped { visit, changed: true, other_day })
}

fn take_findings(appointment: &mut Appointment, request: &StatusRequest, today: Today) {
    if request.diagnosis.is_some() {
        appointment.diagnosis.clone_from(&request.diagnosis);
    }
    if request.prescription.is_some() {
        appointment.prescription.clone_from(&request.prescription);
    }
    appointment.follow_up(request.follow_up_required, request.follow_up_date.map(|day| day.on(today)));
}

/// Checks the rules of a status change beyond the table of allowed changes.
fn check_step(
    env: &Env,
    desk: &Desk,
    visit: &Visit,
    after: &Appointment,
    request: &StatusRequest,
    to: Status,
) -> Result<()> {
    let settings = &desk.clinic.settings;
    match to {
        Status::Cancelled => {
            if settings.require_cancellation_reason && request.reason.is_none() {
                let field = request.reason_name.unwrap_or("reason");
                return Err(Refusal::invalid(field, text!("is-required-to-cancel"))
                    .hint(text!("say-why-with-reason")));
            }
            if !request.force {
                check_cutoff(LateAct::Cancel, settings, visit.appointment.span.start, env.now)?;
            }
        }
        Status::Completed if settings.require_diagnosis && after.diagnosis.is_none() => {
            return Err(Refusal::invalid("status", text!("cant-become-completed-without-a-diagnosis"))
                .hint(text!("give-it-with-diagnosis")));
        }
        Status::NoShow => check_no_show(&visit.appointment, env.now)?,
        _ => {}
    }
    Ok(())
}

pub(crate) fn count_no_shows(
    tx: &mut Tx<'_>,
    env: &Env,
    desk: &Desk,
    visit: &Visit,
    from: Status,
    to: Status,
) -> Result<Patient> {
    let before = visit.patient.as_ref();
    let mut after = before.clone();
    if to == Status::NoShow {
        after.no_show_count += 1;
    } else if from == Status::NoShow {
        after.no_show_count = (after.no_show_count - 1).max(0);
    }
    if after != *before {
        after.updated_at = env.now;
        env.change(tx, Some(&desk.clinic.id), "patient.updated", None, (before, &after))?;
    }
    Ok(after)
}
