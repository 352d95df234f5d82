//! Today's queue: visits in progress, waiting patients, expected visits.

use crate::app::access::find;
use crate::app::calendar::list;
use crate::app::calendar::list::{ListRequest, MOST};
use crate::app::when::Day;
use crate::app::{Context, Desk, Env};
use crate::domain::appointment::Visit;
use crate::domain::queue::{Turn, forecast};
use crate::domain::record::{Attendee, Branch};
use crate::domain::status::Status;
use crate::domain::time::{Instant, Zone};
use crate::platform::error::Result;
use crate::store::{Tx, replies};
use chrono::NaiveDate;

/// Filters for today's queue.
#[derive(Debug, Clone, Default)]
pub struct QueueRequest {
    /// Only this doctor's visits.
    pub doctor: Option<String>,
    /// The branch, or `all`; by default the workstation's branch ([`Env::branch`](crate::app::Env::branch)).
    pub branch: Option<String>,
}

/// Today's queue.
#[derive(Debug, Clone)]
pub struct Queue {
    /// Today's local date.
    pub date: NaiveDate,
    /// The time of the query.
    pub now: Instant,
    /// The time zone of `date` and of printed times.
    pub zone: Zone,
    /// Visits expected, waiting or in progress: by doctor, in the expected order.
    pub places: Vec<Place>,
    /// Number of patients' answers that wait for a person.
    pub inbox: i64,
}

/// A visit in the queue.
#[derive(Debug, Clone)]
pub struct Place {
    /// The visit.
    pub visit: Visit<Attendee>,
    /// Minutes since check-in; `None` before check-in and once the visit has begun.
    pub waiting_minutes: Option<i64>,
    /// Estimated start (actual start if in progress); `None` in a pooled window, which has no doctor to
    /// forecast for.
    pub expected_at: Option<Instant>,
    /// Estimated further wait in minutes, from now or from a booked start still ahead; `None` if in progress
    /// or in a pooled window.
    pub expected_wait_minutes: Option<i64>,
}

impl Place {
    /// Creates a place for a visit on a later day, without estimates.
    pub(crate) fn ahead(visit: Visit<Attendee>) -> Place {
        Place { visit, waiting_minutes: None, expected_at: None, expected_wait_minutes: None }
    }
}

/// Loads today's queue.
pub fn queue(context: &mut Context, request: &QueueRequest) -> Result<Queue> {
    let (zone, inbox) = zone(context, request)?;
    let now = context.env.now;
    let date = zone.date(now);
    let page = list::page(
        context,
        &ListRequest {
            from: Some(Day::Date(date)),
            to: Some(Day::Date(date)),
            statuses: vec![Status::Scheduled, Status::Confirmed, Status::CheckedIn, Status::InProgress],
            doctor: request.doctor.clone(),
            branch: request.branch.clone(),
            page: 1,
            limit: MOST,
            ..ListRequest::default()
        },
    )?;
    Ok(Queue { date, now, zone, places: in_turn(page.visits, now), inbox })
}

/// Returns the zone that decides today's date: the selected branch's, else the clinic's; and the number of
/// answers in the inbox.
fn zone(context: &mut Context, request: &QueueRequest) -> Result<(Zone, i64)> {
    context.read(|tx, env, desk| {
        let inbox = replies::waiting(tx, &desk.clinic.id)?;
        Ok((zone_in(tx, env, &desk, request)?, inbox))
    })
}

/// The zone of [`zone`], inside an open transaction.
pub(crate) fn zone_in(tx: &mut Tx<'_>, env: &Env, desk: &Desk, request: &QueueRequest) -> Result<Zone> {
    let word = request.branch.as_ref().or(env.branch.as_ref()).filter(|word| *word != "all");
    match word {
        Some(word) => env.branch_zone(desk, &find::any::<Branch>(tx, desk, word)?),
        None => Ok(desk.zone.clone()),
    }
}

/// Sorts each doctor's visits by their expected order, and those of a pooled window by token number.
pub(crate) fn in_turn(visits: Vec<Visit<Attendee>>, now: Instant) -> Vec<Place> {
    let holder = |visit: &Visit<Attendee>| {
        let name = visit.doctor.as_deref().map_or(String::new(), |doctor| doctor.full_name.clone());
        (name, visit.appointment.token_holder().to_owned())
    };
    let mut visits = visits;
    visits.sort_by_cached_key(|visit| (holder(visit), visit.appointment.token_number));
    let mut places = Vec::with_capacity(visits.len());
    for of_one in visits.chunk_by(|one, other| holder(one) == holder(other)) {
        if of_one[0].doctor.is_none() {
            places.extend(of_one.iter().map(|visit| place(visit.clone(), None, now)));
            continue;
        }
        let turns: Vec<Turn> = of_one.iter().map(turn).collect();
        let order = forecast(&turns, now).into_iter();
        places.extend(order.map(|(i, at)| place(of_one[i].clone(), Some(at), now)));
    }
    places
}

/// Converts a visit to the forecast's input.
pub(crate) fn turn<P>(visit: &Visit<P>) -> Turn {
    let appointment = &visit.appointment;
    let stamps = &appointment.stamps;
    Turn {
        status: appointment.status,
        span: appointment.span,
        started_at: stamps.started_at,
        arrived_at: stamps.checked_in_at,
    }
}

fn place(visit: Visit<Attendee>, expected_at: Option<Instant>, now: Instant) -> Place {
    let minutes = |from: Instant, to: Instant| ((to.unix() - from.unix()) / 60).max(0);
    let appointment = &visit.appointment;
    let arrived_at = appointment.stamps.checked_in_at.unwrap_or(now);
    let (waiting_minutes, ready_at) = match appointment.status {
        Status::CheckedIn => (Some(minutes(arrived_at, now)), Some(now)),
        Status::InProgress => (None, None),
        _ => (None, Some(appointment.span.start.max(now))),
    };
    let expected_wait_minutes = ready_at.zip(expected_at).map(|(from, to)| minutes(from, to));
    Place { visit, waiting_minutes, expected_at, expected_wait_minutes }
}
