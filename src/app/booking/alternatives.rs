//! Other times, doctors and branches to offer if a requested time cannot be booked.

use crate::app::access::find;
use crate::app::booking::request::BookRequest;
use crate::app::calendar::slots::{FreeSlot, SlotsRequest, slots_in};
use crate::app::when::Day;
use crate::app::{Context, Desk, Env};
use crate::domain::record::Doctor;
use crate::domain::refusal::Code;
use crate::domain::time::Instant;
use crate::platform::error::Result;
use crate::store::Tx;
use chrono::NaiveDate;

/// Number of offered times of the requested doctor.
const OF_THE_SAME: usize = 3;
/// Number of other doctors offered, each with the nearest time.
const OTHERS: usize = 2;

/// Returns whether to offer alternatives after this refusal.
pub fn would_help(code: Code) -> bool {
    matches!(
        code,
        Code::AppointmentConflict
            | Code::SlotFull
            | Code::SlotInactive
            | Code::OutsideAvailability
            | Code::InvalidTimeSlot
            | Code::TooSoon
            | Code::PastAppointment
    )
}

/// The request, resolved to records and an instant.
struct Wish {
    start: Instant,
    date: NaiveDate,
    doctor: Option<Doctor>,
    branch_id: String,
    minutes: Option<i64>,
}

/// Returns alternatives, best first: times of the same doctor nearest to the requested start, then other
/// doctors at the branch, then other branches.
pub fn alternatives(context: &mut Context, request: &BookRequest) -> Result<Vec<FreeSlot>> {
    context.read(|tx, env, desk| alternatives_in(tx, env, &desk, request))
}

fn alternatives_in(tx: &mut Tx<'_>, env: &Env, desk: &Desk, request: &BookRequest) -> Result<Vec<FreeSlot>> {
    let resolved = request.naming(tx, desk)?;
    let request = resolved.as_ref().unwrap_or(request);
    let Some(wish) = wish(tx, env, desk, request)? else { return Ok(Vec::new()) };
    let ask = |branch: Option<&str>, doctor: Option<&Doctor>| SlotsRequest {
        doctor: doctor.map(|doctor| doctor.id.clone()),
        service: request.service.clone(),
        branch: branch.map(str::to_owned).or(request.branch.clone()),
        session: request.session.clone(),
        from: Some(Day::Date(wish.date)),
        to: Some(Day::Date(wish.date)),
        minutes: wish.minutes,
        ..SlotsRequest::default()
    };
    let mut offered =
        nearest(slots_in(tx, env, desk, &ask(None, wish.doctor.as_ref()))?, wish.start, OF_THE_SAME, |_| {
            None
        });
    if offered.len() < OF_THE_SAME {
        // Too few times on that day: search the following days.
        let ahead = SlotsRequest {
            first: Some(OF_THE_SAME + offered.len()),
            to: None,
            ..ask(None, wish.doctor.as_ref())
        };
        let more = slots_in(tx, env, desk, &ahead)?.into_iter().filter(|free| free.slot.date > wish.date);
        offered.extend(more.take(OF_THE_SAME - offered.len()).collect::<Vec<_>>());
    }
    if let Some(doctor) = &wish.doctor {
        let mut others = slots_in(tx, env, desk, &ask(None, None))?;
        others.retain(|free| free.doctor.as_ref().is_some_and(|(id, _)| *id != doctor.id));
        offered.extend(nearest(others, wish.start, OTHERS, |free| {
            free.doctor.as_ref().map(|(id, _)| id.as_str())
        }));
    }
    let mut elsewhere = slots_in(tx, env, desk, &ask(Some("all"), wish.doctor.as_ref()))?;
    elsewhere.retain(|free| free.branch.0 != wish.branch_id);
    offered.extend(nearest(elsewhere, wish.start, 1, |free| Some(&free.branch.0)));
    Ok(offered)
}

fn wish(tx: &mut Tx<'_>, env: &Env, desk: &Desk, request: &BookRequest) -> Result<Option<Wish>> {
    let Some(when) = request.when else { return Ok(None) };
    let branch = find::branch(tx, env, desk, request.branch.as_deref())?;
    let zone = env.branch_zone(desk, &branch)?;
    let start = when.about(&zone, desk.now(env));
    let doctor = request.doctor.as_deref().map(|word| find::active(tx, desk, word)).transpose()?;
    Ok(Some(Wish {
        start,
        date: zone.date(start.max(env.now)),
        doctor,
        branch_id: branch.id,
        minutes: request.length.and_then(|length| length.minutes(&zone, start).ok()),
    }))
}

/// Returns up to `count` slots nearest to `start`, earliest first; at most one per `kind` other than `None`.
fn nearest(
    mut free: Vec<FreeSlot>,
    start: Instant,
    count: usize,
    kind: impl Fn(&FreeSlot) -> Option<&str>,
) -> Vec<FreeSlot> {
    free.sort_by_key(|free| (free.slot.span.start.unix() - start.unix()).abs());
    let mut chosen: Vec<FreeSlot> = Vec::new();
    for slot in free {
        let again = kind(&slot).is_some() && chosen.iter().any(|other| kind(other) == kind(&slot));
        if chosen.len() < count && !again {
            chosen.push(slot);
        }
    }
    chosen.sort_by_key(|free| free.slot.span.start);
    chosen
}
