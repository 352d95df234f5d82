//! Data for interactive prompts: whom to book, how full the coming days are, which patients and appointments.
//! Each function uses its own transaction, so that none is open while a person thinks.

use crate::app::Context;
use crate::app::access::whom::Whom;
use crate::app::access::{find, whom};
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

/// Days loaded at a time.
const CHUNK: i64 = 14;
/// Maximum number of appointments to choose from.
const MOST: i64 = 500;

/// The choices for a booking, and which inputs are required.
#[derive(Debug, Clone)]
pub struct Counter {
    /// The doctors that the caller may book.
    pub doctors: Vec<Doctor>,
    /// The clinic's services; none for a key limited to a doctor.
    pub services: Vec<Service>,
    /// The branches, if one must be named.
    pub branches: Vec<Branch>,
    /// Whether a booking needs a reason.
    pub requires_reason: bool,
    /// Whether a cancellation needs a reason.
    pub requires_cancellation_reason: bool,
    /// The country of phones without `+`.
    pub country: Option<String>,
    /// Whether the caller may see patients.
    pub shows_patients: bool,
    /// Today's date at the clinic.
    pub today: Today,
}

/// Loads the choices for a booking.
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
            // A key limited to a doctor cannot book pooled windows.
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

/// Tells whether the word names a doctor or a service.
pub fn whom(context: &mut Context, word: &str) -> Result<Whom> {
    context.read(|tx, _, desk| whom::whom(tx, &desk, word))
}

/// Returns the next `most` days from `from` on that have slots, with their number of free and total slots.
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

/// Returns the free slots of one day.
pub fn slots_on(context: &mut Context, request: &SlotsRequest, date: NaiveDate) -> Result<Vec<FreeSlot>> {
    let day = Some(Day::Date(date));
    crate::app::calendar::slots::slots(context, &SlotsRequest { from: day, to: day, ..request.clone() })
}

/// A patient found by a search.
#[derive(Debug, Clone)]
pub struct Known {
    /// The patient.
    pub patient: Patient,
    /// The local date of the last visit that the patient attended.
    pub last_visit: Option<NaiveDate>,
}

/// Searches patients and adds their last visits. Like every search, writes an audit entry and needs
/// `patients:read`.
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

/// Returns the appointments of today and later that have one of these statuses.
pub fn coming(context: &mut Context, statuses: Vec<Status>) -> Result<Vec<Visit<Attendee>>> {
    context.read(|_, _, desk| desk.require(Scope::AppointmentsRead))?;
    let request =
        ListRequest { from: Some(Day::InDays(0)), statuses, page: 1, limit: MOST, ..ListRequest::default() };
    Ok(list::page(context, &request)?.visits)
}
