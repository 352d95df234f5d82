//! Reads records for export, page by page, independent of the file format.
//!
//! An export of patient data is committed to the audit log before any data is read out. All data is then read
//! from one snapshot, so that every reference has its record.

mod everything;

use crate::app::access::find;
use crate::app::booking::series;
use crate::app::booking::series::Members;
use crate::app::patients::patient::{SeenPatient, see};
use crate::app::reminders::Note;
use crate::app::waitlist::{Waiting, name};
use crate::app::when::Day;
use crate::app::{Context, Desk, Env};
use crate::domain::access::{Scope, not_this_keys};
use crate::domain::appointment::Visit;
use crate::domain::record::{Clinic, Patient};
use crate::domain::refusal::{Code, Problems, Refusal};
use crate::domain::{spelled, waitlist};
use crate::platform::error::Result;
use crate::store::appointments::list::{self, Filter, Place};
use crate::store::audit::{self, Entry};
use crate::store::deliveries::{self, Known};
use crate::store::{Ending, Tx, outbox, patients};
pub use everything::{Item, everything};
use std::collections::HashMap;
use strum::{EnumMessage, IntoStaticStr, VariantArray};

/// Records read at a time.
const AT_A_TIME: i64 = 500;

/// Kinds of records; the variants' doc comments are their help text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, EnumMessage, IntoStaticStr, VariantArray)]
#[strum(serialize_all = "snake_case")]
pub enum Kind {
    /// Appointments with their patients
    Appointments,
    /// Patients, retired ones, too
    Patients,
    /// Doctors
    Doctors,
    /// Services
    Services,
    /// Branches
    Branches,
    /// Calendar windows
    Windows,
    /// Closures
    Closures,
    /// Series
    Series,
    /// The waiting list
    Waitlist,
    /// Messages
    Messages,
    /// Webhooks
    Webhooks,
    /// What was sent to webhooks
    Deliveries,
    /// Access keys, without their secrets
    Keys,
    /// Clinics with their settings
    Clinics,
    /// Entries of the audit log
    Audit,
}

spelled!(Kind);

/// The appointments to export.
#[derive(Debug, Clone, Default)]
pub struct ExportRequest {
    /// Input errors found so far.
    pub problems: Problems,
    /// Only appointments of this doctor, as typed.
    pub doctor: Option<String>,
    /// First local date.
    pub from: Option<Day>,
    /// Last local date.
    pub to: Option<Day>,
    /// Whether to show whole national IDs.
    pub reveal: bool,
}

/// Facts for the audit entry of an export.
#[derive(Debug, Clone, Copy)]
pub struct Noted<'a> {
    /// `ics`, `fhir` or `csv`.
    pub format: &'a str,
    /// What was exported: a kind, or the selection.
    pub what: &'a str,
}

/// A clinic and the size of its export.
#[derive(Debug, Clone)]
pub struct Scale {
    /// The clinic.
    pub clinic: Clinic,
    /// Number of appointments in the export.
    pub visits: u64,
}

/// Checks the request and counts the appointments; with `noted`, also writes the audit entry.
pub fn begin(
    context: &mut Context,
    request: &ExportRequest,
    scope: Scope,
    noted: Option<Noted<'_>>,
) -> Result<Scale> {
    let Context { store, env } = context;
    let look = |tx: &mut Tx<'_>, desk: Desk| -> Result<(Scale, Filter)> {
        check(&desk, scope)?;
        let filter = filter(tx, env, &desk, request)?;
        let visits = list::count(tx, &desk.clinic.id, &filter)?.unsigned_abs();
        Ok((Scale { clinic: desk.clinic, visits }, filter))
    };
    let Some(noted) = noted else {
        return store.read(|tx| {
            let desk = env.desk(tx)?;
            Ok(look(tx, desk)?.0)
        });
    };
    store.write_in_clinic(Ending::Commit, |tx| {
        let desk = env.desk(tx)?;
        let (scale, filter) = look(tx, desk)?;
        let date = |date: Option<chrono::NaiveDate>| date.map(|date| date.to_string()).into();
        let facts = crate::app::patients::privacy::facts(&[
            ("format", noted.format.into()),
            ("what", noted.what.into()),
            ("appointments", scale.visits.into()),
            ("doctor_id", filter.doctor_id.clone().into()),
            ("from", date(filter.from)),
            ("to", date(filter.to)),
            ("revealed", request.reveal.into()),
        ]);
        let id = &scale.clinic.id;
        env.note_facts::<Clinic>(tx, Some(id), "clinic.exported", id, facts)?;
        Ok(scale)
    })
}

/// A doctor's key may export only that doctor's appointments.
fn check(desk: &Desk, scope: Scope) -> Result<()> {
    desk.require(scope)?;
    if scope != Scope::AppointmentsRead && desk.own_doctor().is_some() {
        return Err(not_this_keys());
    }
    Ok(())
}

fn filter(tx: &mut Tx<'_>, env: &Env, desk: &Desk, request: &ExportRequest) -> Result<Filter> {
    let today = desk.today(env);
    let mut problems = request.problems.clone();
    let (from, to) = (request.from.map(|day| day.on(today)), request.to.map(|day| day.on(today)));
    if let (Some(from), Some(to)) = (from, to)
        && to < from
    {
        problems.add("to", text!("is-before-from"));
    }
    problems.check()?;
    let doctor = desk.doctor_asked(tx, request.doctor.as_deref(), find::any)?;
    Ok(Filter { from, to, doctor_id: doctor.map(|doctor| doctor.id), ..Filter::default() })
}

/// Passes each appointment to `each`, by date and start, with the number of its changes.
pub fn visits(
    context: &mut Context,
    request: &ExportRequest,
    each: &mut dyn FnMut(&Visit, i64) -> Result<()>,
) -> Result<()> {
    context.read(|tx, env, desk| {
        let filter = filter(tx, env, &desk, request)?;
        walk(tx, env, &desk, &filter, each)
    })
}

fn walk(
    tx: &mut Tx<'_>,
    env: &Env,
    desk: &Desk,
    filter: &Filter,
    each: &mut dyn FnMut(&Visit, i64) -> Result<()>,
) -> Result<()> {
    let mut after: Option<Place> = None;
    loop {
        let page = list::after(tx, &desk.clinic.id, filter, after.as_ref(), AT_A_TIME)?;
        let Some(last) = page.last() else { return Ok(()) };
        after = Some(Place::of(&last.appointment));
        let ids: Vec<&str> = page.iter().map(|joined| joined.appointment.id.as_str()).collect();
        let changes: HashMap<String, i64> = audit::changes(tx, &ids)?.into_iter().collect();
        for joined in page {
            let changed = changes.get(&joined.appointment.id).copied().unwrap_or(0);
            each(&find::with_zone(&env.zones, joined)?, changed)?;
        }
    }
}

/// Passes every patient to `each`, retired ones included, in order of creation.
pub fn patients(
    context: &mut Context,
    reveal: bool,
    each: &mut dyn FnMut(&SeenPatient) -> Result<()>,
) -> Result<()> {
    context.read(|tx, env, desk| {
        check(&desk, if reveal { Scope::PatientsReveal } else { Scope::PatientsRead })?;
        walk_patients(tx, &desk, None, &mut |patient| each(&see(env, patient, reveal)?))
    })
}

/// Passes all patients to `each`, or with `of` those of the matching appointments.
fn walk_patients(
    tx: &mut Tx<'_>,
    desk: &Desk,
    of: Option<&Filter>,
    each: &mut dyn FnMut(Patient) -> Result<()>,
) -> Result<()> {
    let mut after = String::new();
    loop {
        let page = patients::after(tx, &desk.clinic.id, of, &after, AT_A_TIME)?;
        let Some(last) = page.last() else { return Ok(()) };
        after.clone_from(&last.id);
        page.into_iter().try_for_each(&mut *each)?;
    }
}

/// Passes every message to `each`, in order of creation.
pub fn messages(context: &mut Context, each: &mut dyn FnMut(&Note) -> Result<()>) -> Result<()> {
    context.read(|tx, env, desk| {
        let mut after = String::new();
        loop {
            let page = outbox::after(tx, &desk.clinic.id, desk.own_doctor(), &after, AT_A_TIME)?;
            let Some((last, _)) = page.last() else { return Ok(()) };
            after.clone_from(&last.id);
            for (message, joined) in page {
                each(&Note { message, visit: find::with_zone(&env.zones, joined)?, answer: None })?;
            }
        }
    })
}

/// Passes every series to `each`, in order of creation; with a doctor's key only that doctor's.
pub fn series(context: &mut Context, each: &mut dyn FnMut(Members) -> Result<()>) -> Result<()> {
    context.read(|tx, env, desk| series::walk(tx, env, &desk, each))
}

/// Passes every waiting-list entry to `each`, in order of creation; with a doctor's key only that doctor's.
pub fn waiting(context: &mut Context, each: &mut dyn FnMut(&Waiting) -> Result<()>) -> Result<()> {
    context.read(|tx, env, desk| {
        let mut after = String::new();
        loop {
            let page = tx.after::<waitlist::Entry>(&desk.clinic.id, &after, AT_A_TIME)?;
            let Some(last) = page.last() else { return Ok(()) };
            after.clone_from(&last.id);
            for entry in page {
                if desk.own_doctor().is_none_or(|own| entry.doctor_id.as_deref() == Some(own)) {
                    each(&name(tx, env, &desk, entry)?)?;
                }
            }
        }
    })
}

/// Passes every webhook delivery to `each`, oldest first.
pub fn deliveries(context: &mut Context, each: &mut dyn FnMut(&Known) -> Result<()>) -> Result<()> {
    context.read(|tx, _, desk| {
        check(&desk, Scope::Admin)?;
        let mut after = None;
        loop {
            let page = deliveries::after(tx, &desk.clinic.id, after.as_ref(), AT_A_TIME)?;
            let Some(last) = page.last() else { return Ok(()) };
            after = Some(deliveries::Place::of(&last.delivery));
            page.iter().try_for_each(&mut *each)?;
        }
    })
}

/// Passes every audit entry of the clinic to `each`, oldest first.
pub fn entries(context: &mut Context, each: &mut dyn FnMut(&Entry) -> Result<()>) -> Result<()> {
    context.read(|tx, _, desk| {
        check(&desk, Scope::Admin)?;
        let mut places = (0, 0);
        loop {
            let page = audit::of_clinic(tx, &desk.clinic.id, &mut places, AT_A_TIME)?;
            if page.is_empty() {
                return Ok(());
            }
            page.iter().try_for_each(&mut *each)?;
        }
    })
}

/// Refuses an export without appointments: RFC 5545 forbids an empty calendar.
pub fn must_hold_visits(scale: &Scale) -> Result<()> {
    if scale.visits > 0 {
        return Ok(());
    }
    Err(Refusal::new(Code::ResourceNotFound, text!("there-is-no-appointment-to-export-nothing"))
        .hint(text!("a-calendar-without-entries-is-none-rfc-5545")))
}
