//! Why a time can't be booked: every rule that stands in its way.

use crate::app::Context;
use crate::app::access::find;
use crate::app::booking::placement::Seeking;
use crate::app::when::When;
use crate::domain::record::{Patient, Service};
use crate::domain::refusal::{Problems, Refusal};
use crate::domain::time::{Instant, Zone};
use crate::domain::why::Objection;
use crate::platform::error::Result;

/// Which time.
#[derive(Debug, Clone, Default)]
pub struct WhyRequest {
    /// What is wrong with its shape so far.
    pub problems: Problems,
    /// With whom; without a doctor a service's pooled windows are meant.
    pub doctor: Option<String>,
    /// What for.
    pub service: Option<String>,
    /// Where.
    pub branch: Option<String>,
    /// For whom: the duplicate rule asks.
    pub patient: Option<String>,
    /// When.
    pub when: Option<When>,
    /// How long, in minutes.
    pub minutes: Option<i64>,
}

/// What stands in the way.
#[derive(Debug, Clone)]
pub struct Why {
    /// The start that was asked about.
    pub start: Instant,
    /// The rules of the branch's zone.
    pub zone: Zone,
    /// Every rule that stands in the way, in their order; none where it can be booked.
    pub objections: Vec<Objection>,
    /// The next bookable starts, where it can't be booked.
    pub suggested_times: Vec<String>,
}

/// Answers every rule that stands in the way of a booking.
pub fn why(context: &mut Context, request: &WhyRequest) -> Result<Why> {
    context.read(|tx, env, desk| {
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
        // As a booking finds them: by the record that is kept, and nobody who was erased.
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
        let objections = seeking.objections(tx, env, &desk)?;
        let suggested_times =
            if objections.is_empty() { Vec::new() } else { seeking.suggestions(tx, env, &desk)? };
        Ok(Why { start: seeking.start, zone: zone.clone(), objections, suggested_times })
    })
}
