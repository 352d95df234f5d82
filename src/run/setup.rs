//! Setting up.

use crate::app::paging::{Paged, Paging};
use crate::app::reassign::{ClearRequest, clear};
use crate::app::setup::affected::{Care, Minded};
use crate::app::setup::window::NamedWindow;
use crate::app::setup::{self, branch, clinic, closure, doctor, patient, service, window};
use crate::app::waitlist::after_reopening;
use crate::app::{Context, Desk};
use crate::cli::calendar::{ClosureCommand, WindowCommand};
use crate::cli::patient::PatientCommand;
use crate::cli::setup::{
    BranchCommand, CareArgs, ClinicArgs, ClinicCommand, DoctorCommand, MindedRecord, ServiceCommand,
};
use crate::domain::record::{Branch, Clinic, Doctor, Service};
use crate::domain::time::Zone;
use crate::output::reassign as face;
use crate::output::view::{ClinicRow, FilesView, PatientsView};
use crate::output::{Answer, Face, lists, view};
use crate::platform::error::Result;
use crate::run::waitlist::with_waiting;
use crate::run::{Session, affected, ending, from_stdin, privacy, rows};
use crate::store::{Ending, Store};
use dialoguer::Input;
use serde::Serialize;
use serde_json::Value;

/// Makes the book, the secret file and the first clinic; asks for what is missing on a terminal.
pub(super) fn init(session: &Session, args: ClinicArgs) -> Result<Answer> {
    let config = session.config()?;
    let env = session.env(config)?;
    let book = session.location()?;
    let mut request = args.request();
    if session.may_ask() {
        request.name = request.name.or_else(|| ask(text!("name-of-the-clinic"), ""));
        request.timezone = request.timezone.or_else(|| ask(text!("time-zone"), "America/El_Salvador"));
    }
    // A request that is refused leaves no file behind.
    clinic::check(&env, &request)?;
    let secret_file = env.secrets.path().display().to_string();
    let mut context = Context { store: Store::create(&book)?, env };
    let clinic = clinic::init(&mut context, &request)?;
    let zone = context.env.zones.get(&clinic.settings.timezone)?;
    let value = view::with(
        view::json(&view::clinic(&clinic, &zone)),
        &FilesView { db: book.to_string(), secret_file: secret_file.clone() },
    );
    Ok(Answer::new(value, Face::Record)
        .hint(text!("keep-safe-without-it-the-book", secret_file))
        .hint(text!("next-turno-doctor-add-name-n-turno-window")))
}

/// A prompt that is given up on is an answer that is missing.
fn ask(question: &str, usual: &str) -> Option<String> {
    let mut input = Input::<String>::new().with_prompt(question);
    if !usual.is_empty() {
        input = input.default(usual.to_owned());
    }
    input.interact_text().ok().filter(|answer| !answer.trim().is_empty())
}

/// All clinics that the caller sees, each in its own zone.
pub(super) fn clinics(context: &mut Context) -> Result<Vec<Value>> {
    let (clinics, chosen) = clinic::list(context)?;
    let view = |clinic: &Clinic| {
        let zone = context.env.zones.get(&clinic.settings.timezone)?;
        let chosen = chosen.as_ref() == Some(&clinic.id);
        Ok(view::json(&ClinicRow { clinic: view::clinic(clinic, &zone), chosen }))
    };
    clinics.iter().map(view).collect()
}

pub(super) fn clinic(session: &Session, command: ClinicCommand) -> Result<Answer> {
    let mut context = session.open()?;
    let found = match command {
        ClinicCommand::List => {
            return Ok(rows(&lists::CLINICS, &clinics(&mut context)?));
        }
        ClinicCommand::Add(args) => clinic::add(&mut context, &args.request())?,
        ClinicCommand::Show { clinic } => clinic::show(&mut context, clinic.as_deref())?,
        ClinicCommand::Use { clinic } => clinic::choose(&mut context, &clinic)?,
        ClinicCommand::Set { key, value } => clinic::set(&mut context, &key, &value)?,
    };
    let zone = context.env.zones.get(&found.settings.timezone)?;
    Ok(Answer::new(view::clinic(&found, &zone), Face::Record))
}

/// The zone in which a clinic's records show their times.
pub(super) fn clinic_zone(context: &mut Context) -> Result<Zone> {
    let Context { store, env } = context;
    store.read(|tx| {
        // The command has been let in: what it did is shown, even where it has taken its own key back.
        let Desk { zone, .. } = env.desk_unasked(tx)?;
        Ok(zone)
    })
}

/// One record as the answer.
pub(super) fn one<'a, T, V: Serialize>(
    context: &mut Context,
    record: &'a T,
    view: fn(&'a T, &Zone) -> V,
) -> Result<Answer> {
    let zone = clinic_zone(context)?;
    Ok(Answer::new(view(record, &zone), Face::Record))
}

/// Several records as the answer.
pub(super) fn several<'a, T, V: Serialize>(
    context: &mut Context,
    columns: &'static lists::Columns,
    records: &'a [T],
    view: fn(&'a T, &Zone) -> V,
) -> Result<Answer> {
    let zone = clinic_zone(context)?;
    Ok(rows(columns, &records.iter().map(|record| view(record, &zone)).collect::<Vec<_>>()))
}

/// The commands of a kind of record; how one is removed is said of each.
macro_rules! records {
    ($($kind:ident of $record:ty: $command:ident, $columns:ident,
        |$session:ident, $context:ident, $which:pat_param| $remove:expr;)*) => {$(
        pub(super) fn $kind($session: &Session, command: $command) -> Result<Answer> {
            let $context = &mut $session.open()?;
            let found = match command {
                $command::List(listing) => {
                    let all: Vec<$record> = setup::list($context, listing.all)?;
                    return several($context, &lists::$columns, &all, view::$kind);
                }
                $command::Add(args) => $kind::add($context, &args.fields())?,
                $command::Show(record) => setup::show($context, &record.record)?,
                $command::Set { record, fields } => $kind::set($context, &record.record, &fields.fields())?,
                $command::Remove($which) => return $remove,
            };
            one($context, &found, view::$kind)
        }
    )*};
}

records! {
    branch of Branch: BranchCommand, BRANCHES, |session, context, MindedRecord { record, care }| {
        let remove = |context: &mut Context, how: Care<'_>| branch::remove(context, &record.record, how);
        let Minded { record, hits } = affected::minding(session, context, (care, None), remove)?;
        Ok(affected::answer(session, one(context, &record, view::branch)?, &hits, care.dry_run))
    };
    doctor of Doctor: DoctorCommand, DOCTORS, |session, context, MindedRecord { record, care }| {
        let remove = |context: &mut Context, how: Care<'_>| doctor::remove(context, &record.record, how);
        let Minded { record, hits } = affected::minding(session, context, (care, None), remove)?;
        Ok(affected::answer(session, one(context, &record, view::doctor)?, &hits, care.dry_run))
    };
    service of Service: ServiceCommand, SERVICES, |session, context, record| {
        let removed = service::remove(context, &record.record)?;
        one(context, &removed, view::service)
    };
}

pub(super) fn window(session: &Session, command: WindowCommand) -> Result<Answer> {
    let context = &mut session.open()?;
    let (care, change): (CareArgs, Box<WindowChange>) = match command {
        WindowCommand::List { listing, doctor, branch } => {
            let all = window::list(context, doctor.as_deref(), branch.as_deref(), listing.all)?;
            return several(context, &lists::WINDOWS, &all, view::window);
        }
        WindowCommand::Add { fields, closed } => {
            let added = window::add(context, &fields.fields(closed))?;
            return one(context, &added, view::window);
        }
        WindowCommand::Show(record) => {
            let shown = window::show(context, &record.record)?;
            return one(context, &shown, view::window);
        }
        WindowCommand::Set { record, fields, care } => {
            let fields = fields.fields(false);
            (care, Box::new(move |context, how| window::set(context, &record.record, &fields, how)))
        }
        WindowCommand::Open(record) => {
            let care = CareArgs { dry_run: false, yes: true };
            (care, Box::new(move |context, how| window::open(context, &record.record, true, how)))
        }
        WindowCommand::Close(MindedRecord { record, care }) => {
            (care, Box::new(move |context, how| window::open(context, &record.record, false, how)))
        }
        WindowCommand::Remove(MindedRecord { record, care }) => {
            (care, Box::new(move |context, how| window::remove(context, &record.record, how)))
        }
    };
    let Minded { record, hits } = affected::minding(session, context, (care, None), change)?;
    Ok(affected::answer(session, one(context, &record, view::window)?, &hits, care.dry_run))
}

type WindowChange = dyn Fn(&mut Context, Care<'_>) -> Result<Minded<NamedWindow>>;

pub(super) fn closure(session: &Session, command: ClosureCommand) -> Result<Answer> {
    let context = &mut session.open()?;
    match command {
        ClosureCommand::Add { fields, clear, care: _ } if clear.moves => {
            let ending = ending(!clear.apply);
            clearing(context, &clear.request(fields.fields()), ending)
        }
        ClosureCommand::Add { fields, clear: _, care } => {
            let fields = fields.fields();
            let add = |context: &mut Context, how: Care<'_>| {
                let added = closure::add(context, &fields, how)?;
                Ok(Minded { hits: added.hits.clone(), record: added })
            };
            let tip = text!("with-move-it-finds-other-times-for-them");
            let Minded { record, hits } = affected::minding(session, context, (care, Some(tip)), add)?;
            let answer =
                affected::answer(session, one(context, &record, view::closure)?, &hits, care.dry_run);
            Ok(if care.dry_run && !hits.is_empty() { answer.hint(tip) } else { answer })
        }
        ClosureCommand::List(listing) => {
            let all = closure::list(context, listing.all)?;
            several(context, &lists::CLOSURES, &all, view::closure)
        }
        ClosureCommand::Remove(record) => {
            let (removed, waiting) = after_reopening(context, &record.record)?;
            Ok(with_waiting(session, one(context, &removed, view::closure)?, &waiting))
        }
    }
}

/// Closes, and moves whom that hits; without `--apply` that is a plan.
fn clearing(context: &mut Context, request: &ClearRequest, ending: Ending) -> Result<Answer> {
    let applied = ending == Ending::Commit;
    let cleared = clear(context, request, ending)?;
    let zone = clinic_zone(context)?;
    let answer = Answer::new(face::view(&cleared, &zone, applied), Face::Cleared);
    Ok(match applied {
        true => answer.hint(text!("this-is-what-was-done-a-plan")),
        false => answer.hint(text!("a-plan-nothing-was-saved-the-same")),
    })
}

pub(super) fn patient(session: &Session, command: PatientCommand) -> Result<Answer> {
    let context = &mut session.open()?;
    let found = match command {
        PatientCommand::Export(args) => return privacy::export(context, &args),
        PatientCommand::Merge(args) => return privacy::merge(session, context, &args),
        PatientCommand::Erase(args) => return privacy::erase(session, context, &args),
        PatientCommand::List { listing, page, limit, total } => {
            let paging = Paging { page, limit, total };
            let Paged { rows, total, has_more } = patient::list(context, listing.all, paging)?;
            let zone = clinic_zone(context)?;
            let patients = rows.iter().map(|patient| view::patient(patient, &zone)).collect();
            let view = PatientsView { patients, total, page, limit, has_more };
            return Ok(Answer::new(view, Face::Rows(&lists::PATIENTS)));
        }
        PatientCommand::Find { words, limit } => {
            let found = patient::search(context, &words, limit)?;
            return several(context, &lists::PATIENTS, &found, view::patient);
        }
        PatientCommand::Add(mut args) => {
            args.national_id = from_stdin("national_id", args.national_id)?;
            patient::add(context, &args.fields(None))?
        }
        PatientCommand::Show { record, reveal } => {
            let shown = patient::show(context, &record.record, reveal)?;
            let merged_into = shown.patient.merged_into.clone();
            let answer = one(context, &shown, view::patient)?;
            return Ok(match merged_into {
                Some(kept) => answer.hint(text!("this-record-was-merged-into-another-turno-patient", kept)),
                None => answer,
            });
        }
        PatientCommand::Set { record, mut fields, opt_out, opt_in } => {
            fields.national_id = from_stdin("national_id", fields.national_id)?;
            let opt_out = (opt_out || opt_in).then_some(opt_out);
            let changed = patient::set(context, &record.record, &fields.fields(opt_out))?;
            if !session.gate.shows_patients() {
                return one(context, &changed, |seen, zone| view::patient(seen, zone).veiled());
            }
            changed
        }
    };
    one(context, &found, view::patient)
}
