//! Why a time cannot be booked: every rule that refuses it.

use crate::app::access::find;
use crate::app::booking::placement::Seeking;
use crate::app::when::When;
use crate::app::{Context, Desk, Env};
use crate::domain::appointment::Visit;
use crate::domain::record::{Patient, Service};
use crate::domain::refusal::{Problems, Refusal};
use crate::domain::time::{Instant, Zone};
use crate::domain::why::Objection;
use crate::platform::error::Result;
use crate::store::Tx;

/// The time to check, or an appointment.
#[derive(Debug, Clone, Default)]
pub struct WhyRequest {
    /// Input errors found so far.
    pub problems: Problems,
    /// The appointment whose own time is checked, instead of all below.
    pub appointment: Option<String>,
    /// The doctor; without one, the service's pooled windows are checked.
    pub doctor: Option<String>,
    /// The service.
    pub service: Option<String>,
    /// The branch.
    pub branch: Option<String>,
    /// The patient, for the duplicate rule.
    pub patient: Option<String>,
    /// The start.
    pub when: Option<When>,
    /// The duration in minutes.
    pub minutes: Option<i64>,
}

/// The result of the check.
#[derive(Debug, Clone)]
pub struct Why {
    /// The requested start.
    pub start: Instant,
    /// The branch's time zone.
    pub zone: Zone,
    /// Every rule that refuses the time, in the order of the checks; empty if the time can be booked.
    pub objections: Vec<Objection>,
    /// The next bookable starts, if the time cannot be booked.
    pub suggested_times: Vec<String>,
}

/// Returns every rule that refuses the booking; of an appointment, every rule that would refuse it if it were booked now.
pub fn why(context: &mut Context, request: &WhyRequest) -> Result<Why> {
    context.read(|tx, env, desk| {
        if let Some(word) = &request.appointment {
            request.problems.clone().check()?;
            let visit = find::visit(tx, env, &desk, word)?;
            return of_visit(tx, env, &desk, &visit);
        }
        let mut problems = request.problems.clone();
        if request.doctor.is_none() && request.service.is_none() {
            problems.add("doctor", text!("is-required-or-a-service"));
        }
        problems.check()?;
        let when = request
            .when
            .ok_or_else(|| Refusal::invalid("when", text!("is-required-such-as-tomorrow-9-30")))?;
        let branch = find::branch(tx, env, &desk, request.branch.as_deref())?;
        let zone = env.branch_zone(&desk, &branch)?;
        let doctor = desk.doctor_asked(tx, request.doctor.as_deref(), find::active)?;
        let service: Option<Service> =
            request.service.as_deref().map(|word| find::service(tx, &desk, word)).transpose()?;
        let patient =
            request.patient.as_deref().map(|word| find::active::<Patient>(tx, &desk, word)).transpose()?;
        let (phone, name) = patient.map(|patient| (patient.phone, patient.full_name)).unwrap_or_default();
        let seeking = Seeking {
            branch: &branch,
            zone: &zone,
            doctor: doctor.as_ref(),
            service: service.as_ref(),
            session: None,
            batch: None,
            start: when.instant(&zone, desk.now(env))?,
            minutes: request.minutes,
            phone: &phone,
            name: &name,
            overbook: false,
            except: None,
            hold: None,
        };
        objections(tx, env, &desk, &seeking)
    })
}

/// Checks an appointment against everything but itself.
fn of_visit(tx: &mut Tx<'_>, env: &Env, desk: &Desk, visit: &Visit) -> Result<Why> {
    let Visit { appointment, patient, doctor, branch, service, zone } = visit;
    let seeking = Seeking {
        branch,
        zone,
        doctor: doctor.as_deref(),
        service: service.as_deref(),
        session: None,
        batch: None,
        start: appointment.span.start,
        minutes: Some(appointment.duration_minutes()),
        phone: &patient.phone,
        name: &patient.full_name,
        overbook: appointment.overbooked,
        except: Some(&appointment.id),
        hold: None,
    };
    objections(tx, env, desk, &seeking)
}

fn objections(tx: &mut Tx<'_>, env: &Env, desk: &Desk, seeking: &Seeking<'_>) -> Result<Why> {
    let objections = seeking.objections(tx, env, desk)?;
    let suggested_times =
        if objections.is_empty() { Vec::new() } else { seeking.suggestions(tx, env, desk)? };
    Ok(Why { start: seeking.start, zone: seeking.zone.clone(), objections, suggested_times })
}
