//! The waiting room of today: who is in, who waits, who is next.

use crate::app::Context;
use crate::app::access::find;
use crate::app::calendar::list;
use crate::app::calendar::list::{ListRequest, MOST};
use crate::app::when::Day;
use crate::domain::appointment::Visit;
use crate::domain::queue::{Turn, forecast};
use crate::domain::record::{Attendee, Branch};
use crate::domain::status::Status;
use crate::domain::time::{Instant, Zone};
use crate::platform::error::Result;
use chrono::NaiveDate;

/// Whose queue.
#[derive(Debug, Clone, Default)]
pub struct QueueRequest {
    /// Of that doctor only.
    pub doctor: Option<String>,
    /// At that branch; `all` for every one. By default the one that the workstation stands in.
    pub branch: Option<String>,
}

/// Today's queue.
#[derive(Debug, Clone)]
pub struct Queue {
    /// The local date that is today.
    pub date: NaiveDate,
    /// As of when.
    pub now: Instant,
    /// By whose clock.
    pub zone: Zone,
    /// Who is expected, waits or is in: doctor by doctor, in the order in which they are likely to be
    /// seen.
    pub places: Vec<Place>,
}

/// A place in the queue.
#[derive(Debug, Clone)]
pub struct Place {
    /// The visit.
    pub visit: Visit<Attendee>,
    /// For how many minutes the patient has been waiting; none for who is not there or is in already.
    pub waiting_minutes: Option<i64>,
    /// When the visit is likely to begin; for who is in, when it began. None in a pooled window: nobody
    /// knows how many see its patients.
    pub expected_at: Option<Instant>,
    /// For how many more minutes the patient is likely to wait: from now on, or from their own time on
    /// where they are not there yet. None for who is in.
    pub expected_wait_minutes: Option<i64>,
}

impl Place {
    /// Of a visit on another day, of whose turn nothing is known yet.
    pub(crate) fn ahead(visit: Visit<Attendee>) -> Place {
        Place { visit, waiting_minutes: None, expected_at: None, expected_wait_minutes: None }
    }
}

/// Answers today's queue.
pub fn queue(context: &mut Context, request: &QueueRequest) -> Result<Queue> {
    let zone = zone(context, request)?;
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
    Ok(Queue { date, now, zone, places: in_turn(page.visits, now) })
}

/// The zone by which it is today: the branch's where there is one, else the clinic's.
fn zone(context: &mut Context, request: &QueueRequest) -> Result<Zone> {
    context.read(|tx, env, desk| {
        let word = request.branch.as_ref().or(env.branch.as_ref()).filter(|word| *word != "all");
        match word {
            Some(word) => env.branch_zone(&desk, &find::any::<Branch>(tx, &desk, word)?),
            None => Ok(desk.zone),
        }
    })
}

/// The visits of each doctor in the order in which they are likely to come; those of a pooled window
/// by their tokens.
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

/// A visit as the forecast knows it.
pub(crate) fn turn<P>(visit: &Visit<P>) -> Turn {
    let appointment = &visit.appointment;
    Turn { status: appointment.status, span: appointment.span, started_at: appointment.stamps.started_at }
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
