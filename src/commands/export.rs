//! `turno export`.

use crate::app::exchange::export;
use crate::app::exchange::export::{ExportRequest, Item, Kind, Noted, Scale};
use crate::app::{Context, calendar, records};
use crate::commands::answers::clinic_zone;
use crate::commands::export_buffer::Spool;
use crate::commands::options::options;
use crate::commands::setup::clinics;
use crate::domain::access::Scope;
use crate::domain::record::{Branch, Doctor, Service};
use crate::domain::refusal::{Code, Refusal};
use crate::domain::time::Zone;
use crate::domain::webhook::Webhook;
use crate::formats::csv::write::{End, row as line};
use crate::formats::fhir::write as fhir;
use crate::formats::fhir::write::{Free, Kind as Bundle};
use crate::formats::ics::write as ics;
use crate::formats::ics::write::Detail;
use crate::input::session::{Ended, Session, Stop, in_rows};
use crate::input::values;
use crate::output::view::json;
use crate::output::{
    columns, csv, json_line, key, outbox, printable, series as series_face, view, waitlist as waiting_face,
    webhook,
};
use crate::platform::atomic_file;
use crate::platform::atomic_file::Over;
use crate::platform::error::Result;
use clap::builder::TypedValueParser;
use clap::{Args, Subcommand};
use indicatif::ProgressBar;
use serde::Serialize;
use serde_json::Value;
use std::io;
use std::io::IsTerminal;
use std::path::PathBuf;
use strum::EnumMessage;

/// Write data out as a calendar, FHIR R4 or CSV
#[derive(Debug, Subcommand)]
pub enum ExportCommand {
    /// Appointments as a calendar (iCalendar, RFC 5545)
    Ics(IcsArgs),
    /// Everything as a bundle of FHIR R4: patients, doctors, branches, services, slots, appointments
    Fhir(FhirArgs),
    /// One kind of record as CSV (RFC 4180)
    Csv(CsvArgs),
}

options! {
    /// Which appointments.
    pub struct Which by request -> ExportRequest, problems {
        /// With that doctor
        #[arg(long, value_name = "D")]
        doctor: Option<String> => doctor,
        /// From that day on
        #[arg(long, value_name = "D", allow_hyphen_values = true)]
        from: Option<String> => from: problems.said("from", from, values::day),
        /// Up to that day
        #[arg(long, value_name = "D", allow_hyphen_values = true)]
        to: Option<String> => to: problems.said("to", to, values::day),
    } and { reveal: false, }
}

/// Where an export goes.
#[derive(Debug, Args)]
pub struct Target {
    /// Write it into that file, for its owner's eyes only
    #[arg(long, value_name = "FILE")]
    pub out: Option<PathBuf>,
    /// Write over an earlier export
    #[arg(long, requires = "out")]
    pub force: bool,
}

/// How much of the patients a calendar shows.
const DETAILS: [(Detail, &str, &str); 3] = [
    (Detail::None, "none", "Nothing"),
    (Detail::Initials, "initials", "The letters that their names begin with"),
    (Detail::Full, "full", "Name, phone, reason and notes"),
];

/// `turno export ics`
#[derive(Debug, Args)]
pub struct IcsArgs {
    #[command(flatten)]
    pub(crate) which: Which,
    /// How much of the patients it shows
    #[arg(long, default_value = "initials", value_name = "HOW", value_parser = values::one_of(DETAILS))]
    pub(crate) detail: Detail,
    /// Where it goes.
    #[command(flatten)]
    pub target: Target,
}

/// `turno export fhir`
#[derive(Debug, Args)]
pub struct FhirArgs {
    #[command(flatten)]
    pub(crate) which: Which,
    /// As a search would answer it
    #[arg(long)]
    pub searchset: bool,
    /// With whole national IDs; without, there are none
    #[arg(long)]
    pub(crate) reveal: bool,
    /// Where it goes.
    #[command(flatten)]
    pub target: Target,
}

/// `turno export csv`
#[derive(Debug, Args)]
pub struct CsvArgs {
    /// Which records
    #[arg(value_parser = kinds(), value_name = "KIND")]
    pub kind: Kind,
    #[command(flatten)]
    which: Which,
    /// Patients with whole national IDs
    #[arg(long)]
    reveal: bool,
    /// Where it goes.
    #[command(flatten)]
    pub target: Target,
}

fn kinds() -> impl TypedValueParser<Value = Kind> {
    values::one_of(Kind::ALL.map(|kind| (kind, kind.as_str(), kind.get_documentation().unwrap_or_default())))
}

impl CsvArgs {
    /// As a request. Options of other kinds of records are wrong, and not passed over.
    pub fn request(self) -> (Kind, ExportRequest, Target) {
        let CsvArgs { kind, which, reveal, target } = self;
        let said = which.doctor.is_some() || which.from.is_some() || which.to.is_some();
        let mut request = ExportRequest { reveal, ..which.request() };
        if said && kind != Kind::Appointments {
            request.problems.add("kind", text!("doctor-from-and-to-choose-among-appointments-alone"));
        }
        if reveal && kind != Kind::Patients {
            request.problems.add("reveal", text!("is-about-patients"));
        }
        (kind, request, target)
    }
}

/// What every calendar of ours begins with.
const CALENDAR: &str = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//turno//";
/// What every bundle of ours begins with.
const BUNDLE: &str = "{\"resourceType\":\"Bundle\",\"type\":\"";

pub(crate) fn export(session: &Session, command: ExportCommand) -> Ended {
    let context = &mut session.open()?;
    match command {
        ExportCommand::Ics(args) => calendar(session, context, args)?,
        ExportCommand::Fhir(args) => bundle(session, context, args)?,
        ExportCommand::Csv(args) => table(session, context, args)?,
    }
    Ok(0)
}

/// Makes sure that the name is free, before anything is noted or read for it.
fn look(target: &Target, begins: &'static str) -> Result<Over> {
    let over = if target.force { Over::Begun(begins) } else { Over::Nothing };
    match &target.out {
        Some(path) => atomic_file::refuse_taken(path, over).map(|()| over),
        None => Ok(over),
    }
}

fn bar(session: &Session, scale: &Scale) -> ProgressBar {
    let bar = session.progress(&text!(
        "progress-appointments",
        bar = "{bar:40}",
        at = "{pos}",
        all = "{len}",
        eta = "{eta}"
    ));
    bar.set_length(scale.visits);
    bar
}

fn done(session: &Session, target: &Target) {
    if let Some(path) = &target.out {
        session.printer.hint(&text!("written-to", path = path.display()));
    }
}

fn calendar(session: &Session, context: &mut Context, args: IcsArgs) -> Result<(), Stop> {
    let IcsArgs { which, detail, target } = args;
    let request = which.request();
    let over = look(&target, CALENDAR)?;
    let what = match detail {
        Detail::None => None,
        Detail::Initials => Some("initials"),
        Detail::Full => Some("full"),
    };
    let noted = what.map(|what| Noted { format: "ics", what });
    let scale = export::begin(context, &request, Scope::AppointmentsRead, noted)?;
    export::must_hold_visits(&scale)?;
    let clinic = &scale.clinic;
    let word = if clinic.settings.locale.starts_with("es") { "Cita" } else { "Appointment" };
    let bar = bar(session, &scale);
    let mut spool = Spool::begin(target.out.as_deref(), over)?;
    spool.add(&ics::head(&clinic.name))?;
    export::visits(context, &request, &mut |visit, changes| {
        bar.inc(1);
        let event = ics::event(visit, changes, detail, &clinic.name, word);
        spool.add(&event.ok_or_else(|| beyond(&visit.appointment.code))?)
    })?;
    spool.add(&ics::foot())?;
    bar.finish_and_clear();
    spool.end(printable)?;
    done(session, &target);
    Ok(())
}

/// No calendar has a day for it.
fn beyond(code: &str) -> Refusal {
    Refusal::new(Code::Internal, text!("the-appointment-lies-beyond-the-years-of-calendars", code))
}

fn bundle(session: &Session, context: &mut Context, args: FhirArgs) -> Result<(), Stop> {
    let FhirArgs { which, searchset, reveal, target } = args;
    let request = ExportRequest { reveal, ..which.request() };
    let over = look(&target, BUNDLE)?;
    let kind = if searchset { Bundle::Searchset } else { Bundle::Collection };
    let noted = Noted { format: "fhir", what: "everything" };
    let scale = export::begin(context, &request, Scope::PatientsReveal, Some(noted))?;
    let at = clinic_zone(context)?.rfc3339(context.env.now);
    let bar = bar(session, &scale);
    let mut spool = Spool::begin(target.out.as_deref(), over)?;
    spool.add(&fhir::head(kind, &at, scale.visits))?;
    let mut is_first = true;
    export::everything(context, &request, &mut |item| {
        if matches!(item, Item::Visit(..)) {
            bar.inc(1);
        }
        for resource in resources(&item, request.reveal) {
            let entry = json_line(&fhir::entry(kind, resource));
            spool.add(if is_first { "" } else { ",\n" })?;
            spool.add(&entry)?;
            is_first = false;
        }
        Ok(())
    })?;
    spool.add(fhir::FOOT)?;
    bar.finish_and_clear();
    // Our JSON is already safe for a terminal.
    spool.end(str::to_owned)?;
    done(session, &target);
    Ok(())
}

fn resources(item: &Item<'_>, reveal: bool) -> Vec<Value> {
    match item {
        Item::Branch(branch, zone) => vec![fhir::location(branch, zone)],
        Item::Service(service, zone) => vec![fhir::service(service, zone)],
        Item::Doctor(doctor, zone) => vec![fhir::practitioner(doctor, zone)],
        Item::Schedule(doctor, branch) => vec![fhir::schedule(*doctor, branch)],
        Item::Patient(seen, zone, link) => {
            let national_id = seen.national_id.as_deref().filter(|_| reveal);
            vec![fhir::patient(&seen.patient, national_id, zone, *link)]
        }
        Item::Free(free, service) => {
            let slot = Free {
                doctor_id: free.doctor.as_ref().map(|(id, _)| id.as_str()),
                branch_id: &free.branch.0,
                service: *service,
                span: free.slot.span,
                capacity_left: free.slot.capacity_left,
            };
            vec![fhir::free(&slot, &free.zone)]
        }
        Item::Visit(visit, window) => {
            fhir::busy(visit).into_iter().chain([fhir::appointment(visit, *window)]).collect()
        }
    }
}

/// What a kind of record takes, and whether it tells of patients.
fn scope_of(kind: Kind, reveal: bool) -> (Scope, bool) {
    match kind {
        Kind::Doctors | Kind::Services | Kind::Branches | Kind::Windows | Kind::Closures | Kind::Clinics => {
            (Scope::AppointmentsRead, false)
        }
        Kind::Appointments | Kind::Series | Kind::Waitlist | Kind::Messages => {
            (Scope::AppointmentsRead, true)
        }
        Kind::Patients if reveal => (Scope::PatientsReveal, true),
        Kind::Patients => (Scope::PatientsRead, true),
        Kind::Webhooks | Kind::Keys => (Scope::Admin, false),
        // An endpoint's answer may name a patient.
        Kind::Audit | Kind::Deliveries => (Scope::Admin, true),
    }
}

fn table(session: &Session, context: &mut Context, args: CsvArgs) -> Result<(), Stop> {
    let (kind, request, target) = args.request();
    let columns = columns::of(kind);
    let over = look(&target, columns::beginning(kind))?;
    let (scope, of_patients) = scope_of(kind, request.reveal);
    let noted = of_patients.then(|| Noted { format: "csv", what: kind.as_str() });
    let scale = export::begin(context, &request, scope, noted)?;
    let for_eyes = target.out.is_none() && io::stdout().is_terminal();
    let mut spool = Spool::begin(target.out.as_deref(), over)?;
    spool.add(&line(columns.iter().map(String::as_str), if for_eyes { End::Lf } else { End::Crlf }))?;
    let bar = if kind == Kind::Appointments { bar(session, &scale) } else { session.progress(&in_rows()) };
    let mut add = |record: Value| {
        bar.inc(1);
        spool.add(&csv::row(&record, &columns, for_eyes))
    };
    let zone = clinic_zone(context)?;
    match kind {
        Kind::Appointments => {
            export::visits(context, &request, &mut |visit, _| add(json(&view::appointment(visit))))?;
        }
        Kind::Patients => {
            export::patients(context, request.reveal, &mut |seen| add(json(&view::patient(seen, &zone))))?;
        }
        Kind::Series => export::series(context, &mut |members| add(json(&series_face::row(&members))))?,
        Kind::Waitlist => export::waiting(context, &mut |waiting| add(json(&waiting_face::entry(waiting))))?,
        Kind::Messages => export::messages(context, &mut |note| add(json(&outbox::message(note))))?,
        Kind::Deliveries => {
            export::deliveries(context, &mut |known| add(json(&webhook::delivery(known, &zone))))?
        }
        Kind::Audit => export::entries(context, &mut |entry| add(json(&outbox::entry(entry, &zone))))?,
        _ => few(context, kind, &zone)?.into_iter().try_for_each(&mut add)?,
    }
    bar.finish_and_clear();
    spool.end(printable)?;
    done(session, &target);
    Ok(())
}

/// The records of a kind that a clinic has few of.
fn few(context: &mut Context, kind: Kind, zone: &Zone) -> Result<Vec<Value>> {
    fn views<'a, T, V: Serialize>(records: &'a [T], view: fn(&'a T, &Zone) -> V, zone: &Zone) -> Vec<Value> {
        records.iter().map(|record| json(&view(record, zone))).collect()
    }
    Ok(match kind {
        Kind::Doctors => views(&records::list::<Doctor>(context, true)?, view::doctor, zone),
        Kind::Services => views(&records::list::<Service>(context, true)?, view::service, zone),
        Kind::Branches => views(&records::list::<Branch>(context, true)?, view::branch, zone),
        Kind::Webhooks => views(&records::list::<Webhook>(context, true)?, webhook::webhook, zone),
        Kind::Windows => views(&calendar::window::list(context, None, None, true)?, view::window, zone),
        Kind::Closures => views(&calendar::closure::list(context, true)?, view::closure, zone),
        Kind::Keys => views(&crate::app::access::key::list(context, true)?, key::key, zone),
        Kind::Clinics => clinics(context)?,
        Kind::Appointments
        | Kind::Patients
        | Kind::Series
        | Kind::Waitlist
        | Kind::Messages
        | Kind::Deliveries
        | Kind::Audit => Vec::new(),
    })
}
