//! A doctor who runs late: whom to call before they leave home.

use crate::app::access::find;
use crate::app::{Context, Desk, Env, reminders};
use crate::domain::appointment::Visit;
use crate::domain::queue::{Turn, WORTH_A_CALL, delayed, forecast, is_news};
use crate::domain::record::Doctor;
use crate::domain::refusal::{Problems, Refusal};
use crate::domain::status::Status;
use crate::domain::time::Instant;
use crate::platform::error::Result;
use crate::store::appointments::list::{Filter, Order, page};
use crate::store::{Ending, Tx, outbox};
use chrono::NaiveDate;

/// Who runs late, and by how much.
#[derive(Debug, Clone, Default)]
pub struct LateRequest {
    /// What is wrong with its shape so far.
    pub problems: Problems,
    /// Who.
    pub doctor: String,
    /// By so many minutes.
    pub minutes: i64,
    /// Whether those whom to call get a message, too.
    pub notify: bool,
}

/// What that does to the rest of the day.
#[derive(Debug, Clone)]
pub struct Late {
    /// Who.
    pub doctor: Doctor,
    /// The local date that is today.
    pub date: NaiveDate,
    /// By so many minutes.
    pub minutes: i64,
    /// Whom to call, the earliest first.
    pub calls: Vec<Call>,
}

/// A patient who is not there yet and would wait for long.
#[derive(Debug, Clone)]
pub struct Call {
    /// The visit.
    pub visit: Visit,
    /// When it was likely to begin before.
    pub expected_before: Instant,
    /// When it is likely to begin now.
    pub expected_at: Instant,
    /// What became of the message to them, where one was asked for.
    pub message: Option<Told>,
}

/// What became of the message to somebody who had better come later.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Told {
    /// It is in the outbox.
    Queued,
    /// They were told so, or so nearly that they would come at the same time, or are going to be.
    Already,
    /// They asked for no messages.
    OptedOut,
    /// No channel leads to them.
    NoChannel,
}

impl Told {
    /// The public spelling.
    pub fn as_str(self) -> &'static str {
        match self {
            Told::Queued => "queued",
            Told::Already => text!("told-already"),
            Told::OptedOut => text!("opted-out"),
            Told::NoChannel => text!("no-channel"),
        }
    }
}

impl Call {
    /// How many minutes behind the promised time that is.
    pub fn late_minutes(&self) -> i64 {
        (self.expected_at.unix() - self.visit.appointment.span.start.unix()) / 60
    }
}

/// Answers whom to call when a doctor is late by that much, and queues a message to each where that is
/// wanted.
pub fn late(context: &mut Context, request: &LateRequest) -> Result<Late> {
    if request.notify {
        return context.write(Ending::Commit, |tx, env, desk| {
            let mut late = look(tx, env, &desk, request)?;
            tell(tx, env, &desk, &mut late)?;
            Ok(late)
        });
    }
    context.read(|tx, env, desk| look(tx, env, &desk, request))
}

fn look(tx: &mut Tx<'_>, env: &Env, desk: &Desk, request: &LateRequest) -> Result<Late> {
    request.problems.clone().check()?;
    let asked = desk.doctor_asked(tx, Some(&request.doctor), find::active)?;
    let doctor = asked.ok_or_else(|| Refusal::not_found("doctor", &request.doctor))?;
    let Desk { clinic, zone, .. } = desk;
    let date = zone.date(env.now);
    let filter = Filter {
        from: Some(date),
        to: Some(date),
        statuses: vec![Status::Scheduled, Status::Confirmed, Status::CheckedIn, Status::InProgress],
        doctor_id: Some(doctor.id.clone()),
        ..Filter::default()
    };
    let visits: Vec<Visit> =
        find::with_zones(env, page(tx, &clinic.id, &filter, Order::Start, i64::MAX, 0)?)?;
    let calls = calls(visits, env.now, request.minutes);
    Ok(Late { doctor, date, minutes: request.minutes, calls })
}

/// Queues the messages. One audit entry stands for all of them: how many they are, and no names.
fn tell(tx: &mut Tx<'_>, env: &Env, desk: &Desk, late: &mut Late) -> Result<()> {
    let mut queued = 0;
    for call in &mut late.calls {
        let Visit { appointment, patient, .. } = &call.visit;
        let channels = patient.channels.as_ref().unwrap_or(&desk.clinic.settings.reminder_channels);
        let told = outbox::told(tx, &appointment.id, appointment.reschedule_count)?;
        let message = if patient.opt_out {
            Told::OptedOut
        } else if channels.is_empty() || patient.erased_at.is_some() {
            Told::NoChannel
        } else if is_news(told, call.expected_at) {
            reminders::tell_delay(tx, env, appointment, call.expected_at)?;
            queued += 1;
            Told::Queued
        } else {
            Told::Already
        };
        call.message = Some(message);
    }
    if queued > 0 {
        let facts = format!("{{\"delay_minutes\":{},\"messages\":{queued}}}", late.minutes);
        env.note_facts::<Doctor>(tx, Some(&desk.clinic.id), "doctor.late", &late.doctor.id, facts)?;
    }
    Ok(())
}

fn calls(visits: Vec<Visit>, now: Instant, minutes: i64) -> Vec<Call> {
    let turns: Vec<Turn> = visits.iter().map(super::queue::turn).collect();
    let mut before = vec![now; turns.len()];
    for (place, at) in forecast(&turns, now) {
        before[place] = at;
    }
    let mut calls: Vec<Call> = delayed(&turns, now, minutes * 60)
        .into_iter()
        .map(|(place, at)| Call {
            visit: visits[place].clone(),
            expected_before: before[place],
            expected_at: at,
            message: None,
        })
        .filter(|call| {
            let is_at_home = matches!(call.visit.appointment.status, Status::Scheduled | Status::Confirmed);
            let is_ahead = call.visit.appointment.span.start > now;
            is_at_home && is_ahead && call.late_minutes() >= WORTH_A_CALL
        })
        .collect();
    calls.sort_by_key(|call| call.visit.appointment.span);
    calls
}
