//! Exports a clinic's records with everything that they refer to.

use super::{ExportRequest, check, filter, walk, walk_patients};
use crate::app::calendar::slots::{FreeSlot, SlotsRequest, Sources};
use crate::app::patients::patient::{SeenPatient, see};
use crate::app::{Context, Desk, Env};
use crate::domain::access::Scope;
use crate::domain::appointment::Visit;
use crate::domain::availability::Bounds;
use crate::domain::record::{Branch, Doctor, Service};
use crate::domain::time::{Zone, add_days};
use crate::domain::window::Window;
use crate::platform::error::Result;
use crate::store::appointments::list::Filter;
use crate::store::{Tx, directory};
use std::collections::{HashMap, HashSet};

/// Days of free slots computed at once.
const DAYS: i64 = 7;

/// A record of the clinic; every record that it refers to is exported too.
#[derive(Debug)]
pub enum Item<'a> {
    /// A branch.
    Branch(&'a Branch, &'a Zone),
    /// A service.
    Service(&'a Service, &'a Zone),
    /// A doctor.
    Doctor(&'a Doctor, &'a Zone),
    /// The schedule of a doctor at a branch, or of a branch's pooled windows.
    Schedule(Option<&'a Doctor>, &'a Branch),
    /// A patient; true if the record that it was merged into is exported too.
    Patient(&'a SeenPatient, &'a Zone, bool),
    /// A free slot and its service.
    Free(&'a FreeSlot, Option<&'a Service>),
    /// An appointment and the code of its window.
    Visit(&'a Visit, Option<&'a str>),
}

/// Passes every record to `each`: setup, patients (with a filter only those of matching appointments), free
/// slots from today to the last bookable day, and appointments. All reads share one snapshot.
pub fn everything(
    context: &mut Context,
    request: &ExportRequest,
    each: &mut dyn FnMut(Item<'_>) -> Result<()>,
) -> Result<()> {
    context.read(|tx, env, desk| {
        check(&desk, Scope::PatientsReveal)?;
        let filter = filter(tx, env, &desk, request)?;
        let clinic_id = &desk.clinic.id;
        let branches: Vec<Branch> = directory::all(tx, clinic_id, true)?;
        let doctors: Vec<Doctor> = directory::all(tx, clinic_id, true)?;
        let services: Vec<Service> = directory::all(tx, clinic_id, true)?;
        let windows: Vec<Window> = directory::all(tx, clinic_id, true)?;
        for branch in &branches {
            each(Item::Branch(branch, &desk.zone))?;
        }
        services.iter().try_for_each(|service| each(Item::Service(service, &desk.zone)))?;
        doctors.iter().try_for_each(|doctor| each(Item::Doctor(doctor, &desk.zone)))?;
        let whole = filter == Filter::default();
        walk_patients(tx, &desk, (!whole).then_some(&filter), &mut |patient| {
            each(Item::Patient(&see(env, patient, request.reveal)?, &desk.zone, whole))
        })?;
        let mut schedules = Schedules { doctors: &doctors, branches: &branches, told: HashSet::new() };
        free_time(tx, env, &desk, request, &filter, &mut |free| {
            let doctor_id = free.doctor.as_ref().map(|(id, _)| id.as_str());
            schedules.tell(doctor_id, &free.branch.0, each)?;
            let service = services.iter().find(|service| free.service_id.as_deref() == Some(&service.id));
            each(Item::Free(free, service))
        })?;
        let codes: HashMap<&str, &str> =
            windows.iter().map(|window| (window.id.as_str(), window.code.as_str())).collect();
        walk(tx, env, &desk, &filter, &mut |visit, _| {
            let appointment = &visit.appointment;
            schedules.tell(appointment.doctor_id.as_deref(), &appointment.branch_id, each)?;
            each(Item::Visit(visit, codes.get(appointment.window_id.as_str()).copied()))
        })
    })
}

/// The schedules exported so far, one per doctor and branch.
struct Schedules<'a> {
    doctors: &'a [Doctor],
    branches: &'a [Branch],
    told: HashSet<(Option<String>, String)>,
}

impl Schedules<'_> {
    fn tell(
        &mut self,
        doctor_id: Option<&str>,
        branch_id: &str,
        each: &mut dyn FnMut(Item<'_>) -> Result<()>,
    ) -> Result<()> {
        if !self.told.insert((doctor_id.map(str::to_owned), branch_id.to_owned())) {
            return Ok(());
        }
        let doctor = self.doctors.iter().find(|doctor| doctor_id == Some(&doctor.id));
        match self.branches.iter().find(|branch| branch.id == branch_id) {
            Some(branch) => each(Item::Schedule(doctor, branch)),
            None => Ok(()),
        }
    }
}

fn free_time(
    tx: &mut Tx<'_>,
    env: &Env,
    desk: &Desk,
    request: &ExportRequest,
    filter: &Filter,
    each: &mut dyn FnMut(&FreeSlot) -> Result<()>,
) -> Result<()> {
    let retired = match &filter.doctor_id {
        Some(id) => tx.by_id::<Doctor>(&desk.clinic.id, id)?.is_none_or(|doctor| !doctor.active),
        None => false,
    };
    if retired {
        return Ok(());
    }
    let asked = SlotsRequest {
        doctor: request.doctor.clone(),
        branch: Some("all".to_owned()),
        ..SlotsRequest::default()
    };
    let sources = Sources::load(tx, env, desk, &asked)?;
    let bounds = Bounds::new(env.now, &desk.clinic.settings);
    let today = desk.today(env).date;
    let mut day = filter.from.map_or(today, |from| from.max(today));
    let last = sources.latest_date(&bounds);
    let last = filter.to.map_or(last, |to| to.min(last));
    while day <= last {
        let end = add_days(day, DAYS - 1).min(last);
        for free in sources.collect(tx, desk, &bounds, (day, end), usize::MAX)? {
            each(&free)?;
        }
        let next = add_days(end, 1);
        if next == end {
            break;
        }
        day = next;
    }
    Ok(())
}
