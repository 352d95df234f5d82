//! A doctor who runs late: which patients to call before they leave home.

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

/// Which doctor is late, and by how much.
#[derive(Debug, Clone, Default)]
pub struct LateRequest {
    /// Input errors found so far.
    pub problems: Problems,
    /// The doctor, as typed: code, id or name.
    pub doctor: String,
    /// The delay in minutes.
    pub minutes: i64,
    /// Whether to also queue a message to each patient in the calls.
    pub notify: bool,
}

/// The effect of the delay on the rest of today.
#[derive(Debug, Clone)]
pub struct Late {
    /// The doctor.
    pub doctor: Doctor,
    /// Today's local date.
    pub date: NaiveDate,
    /// The delay in minutes.
    pub minutes: i64,
    /// The patients to call, earliest first.
    pub calls: Vec<Call>,
}

/// A patient who has not arrived and would wait long.
#[derive(Debug, Clone)]
pub struct Call {
    /// The visit.
    pub visit: Visit,
    /// Estimated start without the delay.
    pub expected_before: Instant,
    /// Estimated start with the delay.
    pub expected_at: Instant,
    /// What happened to the message; `None` if none was requested.
    pub message: Option<Told>,
}

/// What happened to a delay message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Told {
    /// The message is in the outbox.
    Queued,
    /// A message already sent or queued gave an estimate less than [`WORTH_A_CALL`] minutes off.
    Already,
    /// The patient opted out of messages.
    OptedOut,
    /// No message channel is set, or the patient was erased.
    NoChannel,
}

impl Told {
    /// The spelling in the output.
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
    /// Returns the minutes between the booked start and the estimated start.
    pub fn late_minutes(&self) -> i64 {
        (self.expected_at.unix() - self.visit.appointment.span.start.unix()) / 60
    }
}

/// Lists the patients to call when a doctor is late; with `notify`, also queues a message to each.
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

/// Queues the messages; writes one audit entry with their number and no patient names.
fn tell(tx: &mut Tx<'_>, env: &Env, desk: &Desk, late: &mut Late) -> Result<()> {
    let mut queued = 0;
    for call in &mut late.calls {
        let Visit { appointment, patient, .. } = &call.visit;
        let channels = patient.channels.as_ref().unwrap_or(&desk.clinic.settings.reminder_channels);
        let told = outbox::told(tx, &appointment.id, appointment.reschedule_count)?;
        let message = if patient.refuses(channels) {
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
