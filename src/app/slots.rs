//! Free slots: loads calendars and asks the rules, day by day.

use crate::app::when::Day;
use crate::app::{Context, Desk, Env, find};
use crate::domain::availability::{Bounds, Calendar, Slot};
use crate::domain::booking::Lengths;
use crate::domain::interval::{Interval, merge};
use crate::domain::record::{Branch, Doctor, Service};
use crate::domain::refusal::Problems;
use crate::domain::time::{Instant, Zone, add_days, hhmm, midnight};
use crate::domain::window::{Ask, Closure, Window};
use crate::error::Result;
use crate::store::waitlist::Held;
use crate::store::{Tx, appointments, directory, windows};
use chrono::NaiveDate;

/// The longest range that can be asked for, in days.
const LONGEST_RANGE: i64 = 366;
/// The most days that are loaded at a time.
const CHUNK: i64 = 28;

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
///
/// # Errors
/// `VALIDATION_ERROR`, `RESOURCE_NOT_FOUND`, `INVALID_APPOINTMENT_TYPE`.
pub fn slots(context: &mut Context, request: &SlotsRequest) -> Result<Vec<FreeSlot>> {
    let Context { store, env } = context;
    store.read(|tx| {
        let desk = env.desk(tx)?;
        let today = desk.today(env);
        let first = request.from.map_or(today.date, |day| day.on(today));
        let last = request.to.map_or(first, |day| day.on(today));
        let mut problems = request.problems.clone();
        if last < first {
            problems.add("to", "is before the first day");
        } else if (last - first).num_days() > LONGEST_RANGE {
            problems.add("to", format!("the range is longer than {LONGEST_RANGE} days"));
        }
        problems.check()?;
        let sources = Sources::load(tx, env, &desk, request)?;
        let bounds = Bounds::new(env.now, &desk.clinic.settings);
        let last = match (request.first, request.last_is_meant) {
            // Looking ahead goes as far as bookings do, unless a last day was named.
            (Some(_), false) => sources.latest_date(&bounds),
            _ => last,
        };
        let limit = request.first.unwrap_or(usize::MAX);
        sources.collect(tx, &desk, &bounds, (first, last), limit)
    })
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
///
/// # Errors
/// When the book can't be read.
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
///
/// # Errors
/// When the book can't be read.
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
///
/// # Errors
/// When the book can't be read.
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

/// Everything that slots are made from, before the bookings.
pub(super) struct Sources {
    windows: Vec<Window>,
    places: Vec<(Branch, Zone)>,
    doctors: Vec<Doctor>,
    /// The services that pooled windows are listed for.
    services: Vec<Service>,
    /// The service that was asked for.
    service: Option<Service>,
    labels: (Option<String>, Option<String>),
    minutes: Option<i64>,
    except: Option<String>,
    hold: Option<String>,
    now: Instant,
    /// As if nothing were booked.
    pub(super) empty: bool,
}

impl Sources {
    fn of(tx: &mut Tx<'_>, env: &Env, desk: &Desk, search: &Search<'_>) -> Result<Sources> {
        let windows = match search.doctor {
            Some(doctor) => windows::of_doctor(tx, &desk.clinic.id, &doctor.id)?,
            None => windows::pooled(tx, &desk.clinic.id)?,
        };
        Ok(Sources {
            windows,
            places: vec![(search.branch.clone(), search.zone.clone())],
            doctors: search.doctor.cloned().into_iter().collect(),
            services: search.service.cloned().into_iter().collect(),
            service: search.service.cloned(),
            labels: (search.labels.0.map(str::to_owned), search.labels.1.map(str::to_owned)),
            minutes: search.minutes,
            except: search.except.map(str::to_owned),
            hold: search.hold.map(str::to_owned),
            now: env.now,
            empty: false,
        })
    }

    pub(super) fn load(tx: &mut Tx<'_>, env: &Env, desk: &Desk, request: &SlotsRequest) -> Result<Sources> {
        let clinic_id = &desk.clinic.id;
        let branches = match request.branch.as_deref() {
            Some("all") => directory::branches(tx, clinic_id)?,
            named => vec![find::branch(tx, env, desk, named)?],
        };
        let doctor = desk.doctor_asked(tx, request.doctor.as_deref(), find::active)?;
        let service = request.service.as_deref().map(|word| find::service(tx, desk, word)).transpose()?;
        let (windows, doctors, services) = match (doctor, &service) {
            (Some(doctor), _) => (windows::of_doctor(tx, clinic_id, &doctor.id)?, vec![doctor], Vec::new()),
            (None, service) => {
                let services = match service {
                    Some(service) => vec![service.clone()],
                    None => directory::all(tx, clinic_id, false)?,
                };
                let doctors = match &request.moving {
                    Some(Moving { pooled: true, .. }) => Vec::new(),
                    _ => directory::all(tx, clinic_id, false)?,
                };
                (directory::all(tx, clinic_id, false)?, doctors, services)
            }
        };
        let places = branches
            .into_iter()
            .map(|branch| env.branch_zone(desk, &branch).map(|zone| (branch, zone)))
            .collect::<Result<Vec<_>>>()?;
        Ok(Sources {
            windows,
            places,
            doctors,
            services,
            service,
            labels: (request.session.clone(), None),
            minutes: request.minutes,
            except: request.moving.as_ref().map(|moving| moving.id.clone()),
            empty: false,
            hold: None,
            now: env.now,
        })
    }

    fn held(&self) -> Held<'_> {
        Held { now: self.now, except: self.hold.as_deref() }
    }

    /// The last local date on which anything can start.
    pub(super) fn latest_date(&self, bounds: &Bounds) -> NaiveDate {
        let dates = self.places.iter().map(|(_, zone)| zone.date(bounds.latest));
        dates.max().unwrap_or_default()
    }

    /// Walks the days in chunks until there are enough.
    pub(super) fn collect(
        &self,
        tx: &mut Tx<'_>,
        desk: &Desk,
        bounds: &Bounds,
        (first, last): (NaiveDate, NaiveDate),
        limit: usize,
    ) -> Result<Vec<FreeSlot>> {
        let mut found = Vec::new();
        let mut day = first;
        // A few are most often found on the first day; further on, more days at once are fewer questions.
        let mut chunk = if limit == usize::MAX { CHUNK } else { 1 };
        while day <= last && found.len() < limit {
            let chunk_end = add_days(day, chunk - 1).min(last);
            chunk = (2 * chunk).min(CHUNK);
            let closures = windows::closures_around(tx, &desk.clinic.id, day, chunk_end)?;
            let calendars = self.calendars(tx, desk, &closures, (day, chunk_end))?;
            while day <= chunk_end && found.len() < limit {
                let mut of_day = Vec::new();
                for calendar in &calendars {
                    of_day
                        .extend(calendar.free_on(tx, day, bounds)?.into_iter().map(|slot| (calendar, slot)));
                }
                of_day.sort_by_key(|(_, slot)| slot.span.start);
                of_day.truncate(limit - found.len());
                found.extend(of_day.into_iter().map(|(calendar, slot)| calendar.named(slot)));
                let next = add_days(day, 1);
                if next == day {
                    break;
                }
                day = next;
            }
        }
        Ok(found)
    }

    /// A calendar for each doctor at each branch, and for each service of a branch's pooled windows.
    fn calendars<'a>(
        &'a self,
        tx: &mut Tx<'_>,
        desk: &Desk,
        closures: &[Closure],
        days: (NaiveDate, NaiveDate),
    ) -> Result<Vec<NamedCalendar<'a>>> {
        let mut calendars = Vec::new();
        for place in &self.places {
            for doctor in &self.doctors {
                calendars.extend(self.calendar(tx, desk, closures, days, place, Whose::Doctor(doctor))?);
            }
            for service in &self.services {
                calendars.extend(self.calendar(tx, desk, closures, days, place, Whose::Pool(service))?);
            }
        }
        Ok(calendars)
    }

    fn calendar<'a>(
        &'a self,
        tx: &mut Tx<'_>,
        desk: &Desk,
        closures: &[Closure],
        (first, last): (NaiveDate, NaiveDate),
        (branch, zone): &'a (Branch, Zone),
        whose: Whose<'a>,
    ) -> Result<Option<NamedCalendar<'a>>> {
        let (doctor, service) = match whose {
            Whose::Doctor(doctor) => (Some(doctor), self.service.as_ref()),
            Whose::Pool(service) => (None, Some(service)),
        };
        let ask = Ask {
            branch_id: &branch.id,
            doctor_id: doctor.map(|doctor| doctor.id.as_str()),
            service_id: service.map(|service| service.id.as_str()),
            session: self.labels.0.as_deref(),
            batch: self.labels.1.as_deref(),
        };
        let windows: Vec<&Window> = self.windows.iter().filter(|window| window.accepts(&ask)).collect();
        if windows.is_empty() {
            return Ok(None);
        }
        let closed =
            closures.iter().filter(|c| c.concerns(ask.branch_id, ask.doctor_id)).map(|c| c.span(zone));
        let within = Interval::new(
            zone.earliest(midnight(add_days(first, -1))),
            zone.latest(midnight(add_days(last, 3))),
        );
        let busy = match doctor {
            Some(doctor) if !self.empty => {
                let mut busy = appointments::busy(tx, &doctor.id, within, self.except.as_deref())?;
                busy.extend(self.held().busy(tx, &doctor.id, within)?);
                busy
            }
            _ => Vec::new(),
        };
        let calendar = Calendar {
            ask,
            zone,
            windows,
            closed: merge(closed.collect()),
            busy: merge(busy),
            lengths: Lengths {
                given: self.minutes,
                service: service.and_then(|service| service.duration_minutes),
                doctor: doctor.and_then(|doctor| doctor.slot_minutes),
                clinic: desk.clinic.settings.slot_minutes,
            },
            buffers: doctor.map_or((0, 0), |doctor| (doctor.buffer_before, doctor.buffer_after)),
        };
        Ok(Some(NamedCalendar {
            calendar,
            doctor,
            branch,
            except: self.except.as_deref(),
            held: self.held(),
            empty: self.empty,
        }))
    }
}

#[derive(Clone, Copy)]
enum Whose<'a> {
    Doctor(&'a Doctor),
    Pool(&'a Service),
}

struct NamedCalendar<'a> {
    calendar: Calendar<'a>,
    doctor: Option<&'a Doctor>,
    branch: &'a Branch,
    except: Option<&'a str>,
    empty: bool,
    held: Held<'a>,
}

impl NamedCalendar<'_> {
    fn free_on(&self, tx: &mut Tx<'_>, day: NaiveDate, bounds: &Bounds) -> Result<Vec<Slot>> {
        let service_id = self.calendar.ask.service_id;
        self.calendar.free_on(day, bounds, &mut |opening| {
            if self.empty {
                return Ok(0);
            }
            let taken = appointments::taken(tx, opening, service_id, self.except)?;
            let held = self.held.places(tx, opening, service_id)?;
            Ok(taken + i64::try_from(held.len()).unwrap_or(i64::MAX))
        })
    }

    /// One of its slots, with the names of whose it is.
    fn named(&self, slot: Slot) -> FreeSlot {
        FreeSlot {
            slot,
            doctor: self.doctor.map(|doctor| (doctor.id.clone(), doctor.full_name.clone())),
            branch: (self.branch.id.clone(), self.branch.name.clone()),
            service_id: self.calendar.ask.service_id.map(str::to_owned),
            zone: self.calendar.zone.clone(),
        }
    }
}
