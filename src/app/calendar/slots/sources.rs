//! Loads the calendars from which free slots are computed.

use crate::app::access::{find, whom};
use crate::app::calendar::slots::{FreeSlot, Moving, Search, SlotsRequest};
use crate::app::{Desk, Env};
use crate::domain::availability::{Bounds, Calendar, Slot, reach};
use crate::domain::booking::Lengths;
use crate::domain::interval::merge;
use crate::domain::record::{Branch, Doctor, Service};
use crate::domain::time::{Instant, Zone, add_days};
use crate::domain::window::{Ask, Closure, Window};
use crate::platform::error::Result;
use crate::store::waitlist::Held;
use crate::store::{Tx, appointments, directory, windows};
use chrono::NaiveDate;

/// The most days loaded at a time.
const CHUNK: i64 = 28;

/// Everything that free slots are computed from, except the bookings.
pub(crate) struct Sources {
    windows: Vec<Window>,
    places: Vec<(Branch, Zone)>,
    doctors: Vec<Doctor>,
    /// The services for which pooled windows are listed.
    services: Vec<Service>,
    /// The requested service.
    service: Option<Service>,
    labels: (Option<String>, Option<String>),
    minutes: Option<i64>,
    except: Option<String>,
    hold: Option<String>,
    now: Instant,
    /// Whether to ignore all bookings.
    pub(crate) empty: bool,
}

impl Sources {
    pub(crate) fn of(tx: &mut Tx<'_>, env: &Env, desk: &Desk, search: &Search<'_>) -> Result<Sources> {
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

    pub(crate) fn load(tx: &mut Tx<'_>, env: &Env, desk: &Desk, request: &SlotsRequest) -> Result<Sources> {
        let clinic_id = &desk.clinic.id;
        let branches = match request.branch.as_deref() {
            Some("all") => directory::branches(tx, clinic_id)?,
            named => vec![find::branch(tx, env, desk, named)?],
        };
        let (mut doctor, mut service) = (request.doctor.clone(), request.service.clone());
        whom::fill_in(tx, desk, &mut request.whom.clone(), (&mut doctor, &mut service))?;
        let doctor = desk.doctor_asked(tx, doctor.as_deref(), find::active)?;
        let service = service.as_deref().map(|word| find::service(tx, desk, word)).transpose()?;
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

    /// The last local date on which a slot can start.
    pub(crate) fn latest_date(&self, bounds: &Bounds) -> NaiveDate {
        let dates = self.places.iter().map(|(_, zone)| zone.date(bounds.latest));
        dates.max().unwrap_or_default()
    }

    /// Returns the first `limit` free slots of the dates from `first` to `last`.
    pub(crate) fn collect(
        &self,
        tx: &mut Tx<'_>,
        desk: &Desk,
        bounds: &Bounds,
        (first, last): (NaiveDate, NaiveDate),
        limit: usize,
    ) -> Result<Vec<FreeSlot>> {
        let mut found = Vec::new();
        let mut day = first;
        // A few slots are usually on the first day; after that, more days at once need fewer queries.
        let mut chunk = if limit == usize::MAX { CHUNK } else { 1 };
        while day <= last && found.len() < limit {
            let chunk_end = add_days(day, chunk - 1).min(last);
            chunk = (2 * chunk).min(CHUNK);
            let closures = windows::closures_around(tx, &desk.clinic.id, day, chunk_end)?;
            let calendars =
                self.calendars(tx, desk, &Stretch { days: (day, chunk_end), closures, bounds })?;
            while day <= chunk_end && found.len() < limit {
                let (mut of_day, wanted) = (Vec::new(), limit - found.len());
                for calendar in &calendars {
                    // The earliest `wanted` slots of each calendar are enough.
                    let free = calendar.free_on(tx, day, bounds)?.into_iter().take(wanted);
                    of_day.extend(free.map(|slot| (calendar, slot)));
                }
                of_day.sort_by_key(|(_, slot)| slot.span.start);
                of_day.truncate(wanted);
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

    /// Returns a calendar for each doctor at each branch, and for each service of a branch's pooled windows.
    fn calendars<'a>(
        &'a self,
        tx: &mut Tx<'_>,
        desk: &Desk,
        stretch: &Stretch<'_>,
    ) -> Result<Vec<NamedCalendar<'a>>> {
        let mut calendars = Vec::new();
        let doctors = self.doctors.iter().map(Whose::Doctor);
        let whose: Vec<Whose<'_>> = doctors.chain(self.services.iter().map(Whose::Pool)).collect();
        for place in &self.places {
            for whose in &whose {
                calendars.extend(self.calendar(tx, desk, stretch, place, *whose)?);
            }
        }
        Ok(calendars)
    }

    fn calendar<'a>(
        &'a self,
        tx: &mut Tx<'_>,
        desk: &Desk,
        stretch: &Stretch<'_>,
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
        let closed = stretch
            .closures
            .iter()
            .filter(|c| c.concerns(ask.branch_id, ask.doctor_id))
            .map(|c| c.span(zone));
        let buffers = doctor.map_or((0, 0), |doctor| (doctor.buffer_before, doctor.buffer_after));
        let busy = match doctor {
            Some(doctor) if !self.empty => {
                let within = reach(&windows, stretch.days, zone, buffers, stretch.bounds);
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
            buffers,
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

/// Days that are loaded at once.
struct Stretch<'a> {
    /// The first date and the last date.
    days: (NaiveDate, NaiveDate),
    closures: Vec<Closure>,
    bounds: &'a Bounds,
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
