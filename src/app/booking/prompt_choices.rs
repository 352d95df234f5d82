//! What the questions at the desk are asked with: whom one can book with, how full the coming days
//! are, and which patients and appointments are meant. Each answer is a transaction of its own, so that
//! none is open while a person thinks.

use crate::app::Context;
use crate::app::access::find;
use crate::app::calendar::list;
use crate::app::calendar::list::ListRequest;
use crate::app::calendar::slots::{FreeSlot, SlotsRequest, Sources};
use crate::app::patients::patient;
use crate::app::patients::patient::SeenPatient;
use crate::app::when::Day;
use crate::app::when::Today;
use crate::domain::access::{Scope, not_this_keys};
use crate::domain::appointment::Visit;
use crate::domain::availability::Bounds;
use crate::domain::record::{Attendee, Branch, Doctor, Patient, Service};
use crate::domain::room::{DayRoom, rooms};
use crate::domain::status::Status;
use crate::domain::time::add_days;
use crate::platform::error::Result;
use crate::store::appointments::list::{self as rows, Filter, Order};
use crate::store::appointments::visit::Joined;
use crate::store::directory;
use chrono::NaiveDate;

/// How many days are loaded at a time.
const CHUNK: i64 = 14;
/// The most appointments that one can be chosen from.
const MOST: i64 = 500;

/// What can be chosen from, and what has to be asked for.
#[derive(Debug, Clone)]
pub struct Counter {
    /// The doctors that the caller may book with.
    pub doctors: Vec<Doctor>,
    /// The services of the clinic.
    pub services: Vec<Service>,
    /// The branches, where one has to be named.
    pub branches: Vec<Branch>,
    /// Whether a booking says why the patient comes.
    pub requires_reason: bool,
    /// Whether a cancellation says why.
    pub requires_cancellation_reason: bool,
    /// The country of phones without `+`.
    pub country: Option<String>,
    /// Whether the caller may see who is known.
    pub shows_patients: bool,
    /// The local date that is today.
    pub today: Today,
}

/// What the desk can choose from.
pub fn counter(context: &mut Context) -> Result<Counter> {
    context.read(|tx, env, desk| {
        desk.require(Scope::AppointmentsRead)?;
        let clinic_id = &desk.clinic.id;
        let doctors = match desk.doctor_asked(tx, None, find::active)? {
            Some(own) => vec![own],
            None => directory::all(tx, clinic_id, false)?,
        };
        let mut branches = directory::branches(tx, clinic_id)?;
        if env.branch.is_some() || branches.len() < 2 {
            branches.clear();
        }
        Ok(Counter {
            doctors,
            // In a pooled window nobody is a doctor's own patient.
            services: if desk.own_doctor().is_some() {
                Vec::new()
            } else {
                directory::all(tx, clinic_id, false)?
            },
            branches,
            requires_reason: desk.clinic.settings.require_reason,
            requires_cancellation_reason: desk.clinic.settings.require_cancellation_reason,
            country: desk.clinic.settings.country.clone(),
            shows_patients: desk.shows_patients(),
            today: desk.today(env),
        })
    })
}

/// The next days, from that one on, on which something is open, at most so many, with the room there is.
pub fn room(
    context: &mut Context,
    request: &SlotsRequest,
    from: NaiveDate,
    most: usize,
) -> Result<Vec<DayRoom>> {
    context.read(|tx, env, desk| {
        desk.require(Scope::AppointmentsRead)?;
        let mut sources = Sources::load(tx, env, &desk, request)?;
        let bounds = Bounds::new(env.now, &desk.clinic.settings);
        let (mut first, latest) = (from, sources.latest_date(&bounds));
        let mut found = Vec::new();
        while first <= latest && found.len() < most {
            let days = (first, add_days(first, CHUNK - 1).min(latest));
            let mut dates = |empty: bool| {
                sources.empty = empty;
                let slots = sources.collect(tx, &desk, &bounds, days, usize::MAX)?;
                Ok::<_, crate::domain::refusal::Refusal>(slots.into_iter().map(|free| free.slot.date))
            };
            found.extend(rooms(dates(true)?, dates(false)?));
            first = add_days(days.1, 1).max(add_days(first, 1));
        }
        found.truncate(most);
        Ok(found)
    })
}

/// The free slots of one day.
pub fn slots_on(context: &mut Context, request: &SlotsRequest, date: NaiveDate) -> Result<Vec<FreeSlot>> {
    let day = Some(Day::Date(date));
    crate::app::calendar::slots::slots(context, &SlotsRequest { from: day, to: day, ..request.clone() })
}

/// A patient whom the desk knows.
#[derive(Debug, Clone)]
pub struct Known {
    /// The patient.
    pub patient: Patient,
    /// The local date of the last visit that took place.
    pub last_visit: Option<NaiveDate>,
}

/// The patients that the words are found in, each with the last visit. It is a search as any other: an
/// entry of the audit log, for who may see patients.
pub fn patients(context: &mut Context, words: &str, limit: i64) -> Result<Vec<Known>> {
    context.read(|_, _, desk| {
        desk.require(Scope::PatientsRead)?;
        if desk.own_doctor().is_some() { Err(not_this_keys()) } else { Ok(()) }
    })?;
    let found = patient::search(context, &[words.to_owned()], limit)?;
    context.read(|tx, env, desk| {
        let mut known = Vec::new();
        for SeenPatient { patient, .. } in &found {
            let filter = Filter {
                to: Some(desk.zone.date(env.now)),
                patient_id: Some(patient.id.clone()),
                statuses: vec![Status::CheckedIn, Status::InProgress, Status::Completed],
                ..Filter::default()
            };
            let visits: Vec<Joined<Attendee>> =
                rows::page(tx, &desk.clinic.id, &filter, Order::Start, i64::MAX, 0)?;
            known.push(Known {
                patient: patient.clone(),
                last_visit: visits.last().map(|joined| joined.appointment.date),
            });
        }
        Ok(known)
    })
}

/// The appointments of today and later that have one of these statuses.
pub fn coming(context: &mut Context, statuses: Vec<Status>) -> Result<Vec<Visit<Attendee>>> {
    context.read(|_, _, desk| desk.require(Scope::AppointmentsRead))?;
    let request =
        ListRequest { from: Some(Day::InDays(0)), statuses, page: 1, limit: MOST, ..ListRequest::default() };
    Ok(list::page(context, &request)?.visits)
}
