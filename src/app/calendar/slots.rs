//! Free slots: what is asked for and what is answered.

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

/// The longest range that can be asked for, in days.
const LONGEST_RANGE: i64 = 366;

/// Which free slots.
#[derive(Debug, Clone, Default)]
pub struct SlotsRequest {
    /// What is wrong with its shape so far.
    pub problems: Problems,
    /// Of that doctor only.
    pub doctor: Option<String>,
    /// For that service.
    pub service: Option<String>,
    /// At that branch only; `all` for every one.
    pub branch: Option<String>,
    /// In windows of that session.
    pub session: Option<String>,
    /// The first day; today by default.
    pub from: Option<Day>,
    /// The last day; the first by default.
    pub to: Option<Day>,
    /// Whether the last day was named for itself: looking ahead stops there.
    pub last_is_meant: bool,
    /// How long, in minutes.
    pub minutes: Option<i64>,
    /// So many, looking ahead until they are found.
    pub first: Option<usize>,
    /// For the appointment of that id, which is being moved: its own time is free, and one of a pooled
    /// window stays in one.
    pub moving: Option<Moving>,
}

/// An appointment that looks for another time.
#[derive(Debug, Clone)]
pub struct Moving {
    /// Its id.
    pub id: String,
    /// Whether it is of a pooled window.
    pub pooled: bool,
}

/// A free slot with the names of its doctor and branch.
#[derive(Debug, Clone)]
pub struct FreeSlot {
    /// The slot.
    pub slot: Slot,
    /// With whom; none in a pooled window.
    pub doctor: Option<(String, String)>,
    /// Where: id and name.
    pub branch: (String, String),
    /// What for.
    pub service_id: Option<String>,
    /// The rules of the branch's zone.
    pub zone: Zone,
}

/// Answers which slots are free.
pub fn slots(context: &mut Context, request: &SlotsRequest) -> Result<Vec<FreeSlot>> {
    context.read(|tx, env, desk| slots_in(tx, env, &desk, request))
}

/// The same inside a transaction that is open already.
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
        // Looking ahead goes as far as bookings do, unless a last day was named.
        (Some(_), false) => sources.latest_date(&bounds),
        _ => last,
    };
    let limit = request.first.unwrap_or(usize::MAX);
    sources.collect(tx, desk, &bounds, (first, last), limit)
}

/// What a search for other times is about.
pub struct Search<'a> {
    /// Where.
    pub branch: &'a Branch,
    /// The rules of the branch's zone.
    pub zone: &'a Zone,
    /// With whom.
    pub doctor: Option<&'a Doctor>,
    /// What for.
    pub service: Option<&'a Service>,
    /// Session and batch, where named.
    pub labels: (Option<&'a str>, Option<&'a str>),
    /// How long, in minutes, where said.
    pub minutes: Option<i64>,
    /// The appointment that is being moved: its own time is free.
    pub except: Option<&'a str>,
    /// The entry of the waiting list whose own hold is free for it.
    pub hold: Option<&'a str>,
}

/// From when, and how many.
#[derive(Debug, Clone, Copy)]
pub struct Reach {
    /// The first instant to offer.
    pub from: Instant,
    /// How many to offer.
    pub count: usize,
}

/// The next bookable starts: `HH:MM` on the day asked for, RFC 3339 beyond it.
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

/// The next bookable starts, as far ahead as bookings may be made.
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

/// The bookable starts inside a span of time, so many at most.
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
