//! Free slots: request, result and search.

mod sources;

pub(crate) use sources::Sources;

use crate::app::when::Day;
use crate::app::{Context, Desk, Env};
use crate::domain::availability::{Bounds, Slot};
use crate::domain::interval::Interval;
use crate::domain::record::{Branch, Doctor, Service};
use crate::domain::refusal::Problems;
use crate::domain::time::{Instant, Zone, hhmm};
use crate::platform::error::Result;
use crate::store::Tx;

/// The longest range, in days.
const LONGEST_RANGE: i64 = 366;

/// Filters for free slots.
#[derive(Debug, Clone, Default)]
pub struct SlotsRequest {
    /// Input errors found so far.
    pub problems: Problems,
    /// A doctor or a service, where a person says either.
    pub whom: Option<String>,
    /// Only this doctor.
    pub doctor: Option<String>,
    /// The service to be booked.
    pub service: Option<String>,
    /// Only this branch; `all` for every branch.
    pub branch: Option<String>,
    /// Only windows of this session.
    pub session: Option<String>,
    /// The first day; by default today.
    pub from: Option<Day>,
    /// The last day; by default the first.
    pub to: Option<Day>,
    /// Whether `to` was given and limits a search for `first` slots, too.
    pub last_is_meant: bool,
    /// The duration in minutes.
    pub minutes: Option<i64>,
    /// Search ahead until this many slots are found.
    pub first: Option<usize>,
    /// The appointment being moved: its own time is free, and a pooled one stays in a pooled window.
    pub moving: Option<Moving>,
}

/// An appointment being moved.
#[derive(Debug, Clone)]
pub struct Moving {
    /// The appointment's id.
    pub id: String,
    /// Whether the appointment is in a pooled window.
    pub pooled: bool,
}

/// A free slot with its doctor and branch.
#[derive(Debug, Clone)]
pub struct FreeSlot {
    /// The slot.
    pub slot: Slot,
    /// Id and name of the doctor; `None` in a pooled window.
    pub doctor: Option<(String, String)>,
    /// Id and name of the branch.
    pub branch: (String, String),
    /// The service's id.
    pub service_id: Option<String>,
    /// The branch's time zone.
    pub zone: Zone,
}

/// Returns the free slots.
pub fn slots(context: &mut Context, request: &SlotsRequest) -> Result<Vec<FreeSlot>> {
    context.read(|tx, env, desk| slots_in(tx, env, &desk, request))
}

/// Like [`slots`], inside an open transaction.
pub fn slots_in(tx: &mut Tx<'_>, env: &Env, desk: &Desk, request: &SlotsRequest) -> Result<Vec<FreeSlot>> {
    let today = desk.today(env);
    let first = request.from.map_or(today.date, |day| day.on(today));
    let last = request.to.map_or(first, |day| day.on(today));
    let mut problems = request.problems.clone();
    if last < first {
        problems.add("to", text!("is-before-the-first-day"));
    } else if (last - first).num_days() > LONGEST_RANGE {
        problems.add("to", text!("the-range-is-longer-than-days", longest_range = LONGEST_RANGE));
    }
    problems.check()?;
    let sources = Sources::load(tx, env, desk, request)?;
    let bounds = Bounds::new(env.now, &desk.clinic.settings);
    let last = match (request.first, request.last_is_meant) {
        // A search for `first` slots goes as far as bookings may, unless a last day was given.
        (Some(_), false) => sources.latest_date(&bounds),
        _ => last,
    };
    let limit = request.first.unwrap_or(usize::MAX);
    sources.collect(tx, desk, &bounds, (first, last), limit)
}

/// A search for other times.
pub struct Search<'a> {
    /// The branch.
    pub branch: &'a Branch,
    /// The branch's time zone.
    pub zone: &'a Zone,
    /// The doctor; `None` for pooled windows.
    pub doctor: Option<&'a Doctor>,
    /// The service.
    pub service: Option<&'a Service>,
    /// Session and batch label, if named.
    pub labels: (Option<&'a str>, Option<&'a str>),
    /// The duration in minutes, if given.
    pub minutes: Option<i64>,
    /// Id of the appointment being moved, whose own time is free.
    pub except: Option<&'a str>,
    /// Id of the waiting-list entry whose held slot is free.
    pub hold: Option<&'a str>,
}

/// Where a search begins, and how many slots it returns.
#[derive(Debug, Clone, Copy)]
pub struct Reach {
    /// The first instant to offer.
    pub from: Instant,
    /// Number of slots to offer.
    pub count: usize,
}

/// Returns the next bookable starts: `HH:MM` on the requested day, RFC 3339 on later days.
pub fn suggest(
    tx: &mut Tx<'_>,
    env: &Env,
    desk: &Desk,
    search: &Search<'_>,
    reach: Reach,
) -> Result<Vec<String>> {
    let asked_day = search.zone.date(reach.from);
    Ok(ahead(tx, env, desk, search, reach)?
        .into_iter()
        .map(|free| {
            if free.slot.date == asked_day {
                hhmm(free.slot.start_time)
            } else {
                free.zone.rfc3339(free.slot.span.start)
            }
        })
        .collect())
}

/// Returns the next free slots, as far ahead as bookings may be made.
pub fn ahead(
    tx: &mut Tx<'_>,
    env: &Env,
    desk: &Desk,
    search: &Search<'_>,
    reach: Reach,
) -> Result<Vec<FreeSlot>> {
    let sources = Sources::of(tx, env, desk, search)?;
    let mut bounds = Bounds::new(env.now, &desk.clinic.settings);
    bounds.earliest = bounds.earliest.max(reach.from);
    let days = (search.zone.date(bounds.earliest), sources.latest_date(&bounds));
    sources.collect(tx, desk, &bounds, days, reach.count)
}

/// Returns at most `count` free slots inside `span`.
pub fn inside(
    tx: &mut Tx<'_>,
    env: &Env,
    desk: &Desk,
    search: &Search<'_>,
    (span, count): (Interval, usize),
) -> Result<Vec<FreeSlot>> {
    let sources = Sources::of(tx, env, desk, search)?;
    let mut bounds = Bounds::new(env.now, &desk.clinic.settings);
    bounds.earliest = bounds.earliest.max(span.start);
    let days =
        (search.zone.date(bounds.earliest), search.zone.date(span.end).min(sources.latest_date(&bounds)));
    let mut found = sources.collect(tx, desk, &bounds, days, count)?;
    found.retain(|free| span.contains(free.slot.span));
    Ok(found)
}
