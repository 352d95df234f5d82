//! The commands to set up clinics, branches, doctors and services.

use crate::app::access::find::Spoken;
use crate::app::calendar::affected::{Care, Minded};
use crate::app::calendar::branch::BranchFields;
use crate::app::calendar::doctor::DoctorFields;
use crate::app::calendar::service::ServiceFields;
use crate::app::calendar::{branch, doctor, service};
use crate::app::upkeep::clinic;
use crate::app::upkeep::clinic::ClinicRequest;
use crate::app::{Context, records};
use crate::commands::affected::{self, CareArgs};
use crate::commands::answers::{Sentence, one, rows, several};
use crate::commands::options::options;
use crate::domain::record::{Branch, Clinic, Doctor, Service};
use crate::domain::refusal::Refusal;
use crate::domain::text::name_key;
use crate::input::prompts;
use crate::input::session::{Session, Stop};
use crate::output::sentences::Fate;
use crate::output::view::{ClinicRow, FilesView};
use crate::output::{Answer, Face, lists, sentences, view};
use crate::platform::error::Result;
use crate::store::Store;
use clap::{Args, Subcommand};
use dialoguer::Input;
use serde_json::Value;

/// A record.
#[derive(Debug, Args)]
pub struct Record {
    /// Its code, id or name
    #[arg(value_name = "RECORD")]
    pub record: String,
}

/// The name of what is added, said without its flag.
#[derive(Debug, Args)]
pub struct NewName {
    /// The name; the same as --name
    #[arg(value_name = "NAME", conflicts_with = "name")]
    pub words: Vec<String>,
}

impl NewName {
    pub(crate) fn said(self) -> Option<String> {
        Some(self.words.join(" ")).filter(|name| !name.is_empty())
    }
}

/// A record whose going may hit appointments.
#[derive(Debug, Args)]
pub struct MindedRecord {
    /// Which one.
    #[command(flatten)]
    pub record: Record,
    /// How it is gone about.
    #[command(flatten)]
    pub care: CareArgs,
}

/// What a list shows.
#[derive(Debug, Args)]
pub struct Listing {
    /// Retired ones, too
    #[arg(long)]
    pub all: bool,
}

/// Make the book and the first clinic
#[derive(Debug, Args)]
pub struct InitArgs {
    /// The first clinic.
    #[command(flatten)]
    pub clinic: ClinicArgs,
}

options! {
    /// A new clinic.
    #[derive(Clone)]
    pub struct ClinicArgs by request -> ClinicRequest {
        /// The clinic's name
        #[arg(long, value_name = "N")]
        pub name: Option<String> => name,
        /// Its IANA time zone, such as America/El_Salvador
        #[arg(long, value_name = "TZ")]
        pub timezone: Option<String> => timezone,
        /// Its ISO 3166 country, for phone numbers [default: the zone's]
        #[arg(long, value_name = "CC")]
        pub country: Option<String> => country,
        /// Its short name [default: made from the name]
        #[arg(long, value_name = "C")]
        pub code: Option<String> => code,
    }
}

/// Clinics and their settings
#[derive(Debug, Subcommand)]
pub enum ClinicCommand {
    /// Add a clinic to the book
    Add {
        /// Its name, instead of --name
        #[command(flatten)]
        name: NewName,
        /// What else it says of itself.
        #[command(flatten)]
        clinic: ClinicArgs,
    },
    /// List the book's clinics
    List,
    /// Show a clinic and its settings
    Show {
        /// Its code or id [default: the one worked in]
        #[arg(value_name = "C")]
        clinic: Option<String>,
    },
    /// Choose the clinic to work in
    Use {
        /// Its code or id
        #[arg(value_name = "C")]
        clinic: String,
    },
    /// Change a setting
    Set {
        /// The setting, such as slot-minutes
        key: String,
        /// Its new value
        #[arg(allow_hyphen_values = true)]
        value: String,
    },
}

/// The commands of a kind of record.
macro_rules! commands {
    (
        $(#[$about:meta])*
        $command:ident of $fields:ident:
        $add:literal, $list:literal, $show:literal, $set:literal, $remove:literal with $removed:ident
    ) => {
        $(#[$about])*
        #[derive(Debug, Subcommand)]
        pub enum $command {
            #[doc = $add]
            Add {
                /// Its name.
                #[command(flatten)]
                name: NewName,
                /// What else it says of itself.
                #[command(flatten)]
                fields: $fields,
            },
            #[doc = $list]
            List(Listing),
            #[doc = $show]
            Show(Record),
            #[doc = $set]
            Set {
                /// Which one.
                #[command(flatten)]
                record: Record,
                /// What it says of itself.
                #[command(flatten)]
                fields: $fields,
            },
            #[doc = $remove]
            Remove($removed),
        }
    };
}

options! {
    /// A branch's fields.
    pub struct BranchArgs by fields -> BranchFields {
        /// As patients know it
        #[arg(long, value_name = "N")]
        name: Option<String> => name,
        /// Its short name [default: made]
        #[arg(long, value_name = "C")]
        code: Option<String> => code,
        /// Its IANA time zone, where it differs from the clinic's
        #[arg(long, value_name = "TZ")]
        timezone: Option<String> => timezone,
    }
}

commands! {
    /// Branches: the places of the clinic
    BranchCommand of BranchArgs: "Add a branch", "List the branches", "Show a branch", "Change a branch",
    "Retire a branch: no new bookings, history stays" with MindedRecord
}

options! {
    /// A doctor's fields.
    pub struct DoctorArgs by fields -> DoctorFields {
        /// Full name, as patients know them
        #[arg(long, value_name = "N")]
        name: Option<String> => name,
        /// Short name [default: made]
        #[arg(long, value_name = "C")]
        code: Option<String> => code,
        /// Their field
        #[arg(long, value_name = "S")]
        specialty: Option<String> => specialty,
        /// Usual length of a visit, in minutes
        #[arg(long, value_name = "MIN", allow_hyphen_values = true)]
        slot: Option<String> => slot,
        /// Minutes kept free before each visit
        #[arg(long, value_name = "MIN", allow_hyphen_values = true)]
        buffer_before: Option<String> => buffer_before,
        /// Minutes kept free after each visit
        #[arg(long, value_name = "MIN", allow_hyphen_values = true)]
        buffer_after: Option<String> => buffer_after,
        /// When patients are seen, every week: 'mon-fri 8-12, 14-18; sat 8-12'
        #[arg(long, value_name = "HOURS")]
        hours: Option<String> => hours,
    }
}

commands! {
    /// Doctors
    DoctorCommand of DoctorArgs: "Add a doctor", "List the doctors", "Show a doctor", "Change a doctor",
    "Retire a doctor: no new bookings, history stays" with MindedRecord
}

options! {
    /// A service's fields.
    pub struct ServiceArgs by fields -> ServiceFields {
        /// As patients know it
        #[arg(long, value_name = "N")]
        name: Option<String> => name,
        /// Short name [default: made]
        #[arg(long, value_name = "C")]
        code: Option<String> => code,
        /// How long it takes, in minutes
        #[arg(long, value_name = "MIN", allow_hyphen_values = true)]
        duration: Option<String> => duration,
        /// When it is given without a doctor, every week: 'tue,thu 9-11'
        #[arg(long, value_name = "HOURS")]
        hours: Option<String> => hours,
        /// Places at a time in these hours [default: 1]
        #[arg(long, value_name = "N", allow_hyphen_values = true, requires = "hours")]
        capacity: Option<String> => capacity,
    }
}

commands! {
    /// Services: what patients come for
    ServiceCommand of ServiceArgs: "Add a service", "List the services", "Show a service", "Change a service",
    "Retire a service: no new bookings, history stays" with Record
}

/// Makes the book, the secret file and the first clinic; asks for what is missing on a terminal.
pub(crate) fn init(session: &Session, args: ClinicArgs) -> Result<Answer> {
    let config = session.config()?;
    let env = session.env(config)?;
    let book = session.location()?;
    let mut request = args.request();
    if session.may_ask() {
        request.name = request.name.or_else(|| ask(text!("name-of-the-clinic"), ""));
        request.timezone = request.timezone.or_else(|| ask(text!("time-zone"), "America/El_Salvador"));
    }
    // Check first, so that a refused request leaves no file behind.
    clinic::check(&env, &request)?;
    let secret_file = env.secrets.path().display().to_string();
    let mut context = Context { store: Store::create(&book)?, env };
    let clinic = clinic::init(&mut context, &request)?;
    let zone = context.env.zones.get(&clinic.settings.timezone)?;
    let value = view::with(
        view::json(&view::clinic(&clinic, &zone)),
        &FilesView { db: book.to_string(), secret_file },
    );
    Ok(Answer::new(value, Face::Record)
        .said(sentences::founded)
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
pub(crate) fn clinics(context: &mut Context) -> Result<Vec<Value>> {
    let (clinics, chosen) = clinic::list(context)?;
    let view = |clinic: &Clinic| {
        let zone = context.env.zones.get(&clinic.settings.timezone)?;
        let chosen = chosen.as_ref() == Some(&clinic.id);
        Ok(view::json(&ClinicRow { clinic: view::clinic(clinic, &zone), chosen }))
    };
    clinics.iter().map(view).collect()
}

pub(crate) fn clinic(session: &Session, command: ClinicCommand) -> Result<Answer> {
    let mut context = session.open()?;
    let mut named = None;
    let (found, sentence): (Clinic, Option<Sentence>) = match command {
        ClinicCommand::List => {
            return Ok(rows(&lists::CLINICS, &clinics(&mut context)?));
        }
        ClinicCommand::Add { name, clinic } => {
            let request = clinic.request();
            let request = ClinicRequest { name: name.said().or(request.name), ..request };
            (clinic::add(&mut context, &request)?, Some(sentences::clinic))
        }
        ClinicCommand::Show { clinic } => (clinic::show(&mut context, clinic.as_deref())?, None),
        ClinicCommand::Use { clinic } => (clinic::choose(&mut context, &clinic)?, Some(sentences::chosen)),
        ClinicCommand::Set { key, value } => {
            // The table names settings in words: `slot minutes`.
            let key = key.trim().to_lowercase().replace(['-', ' '], "_");
            let changed = clinic::set(&mut context, &key, &value)?;
            named = Some(key);
            (changed, None)
        }
    };
    let zone = context.env.zones.get(&found.settings.timezone)?;
    let answer = Answer::new(view::clinic(&found, &zone), Face::Record);
    Ok(match (named, sentence) {
        (Some(key), _) => answer.said(|value| sentences::setting(value, &key)),
        (None, Some(sentence)) => answer.said(sentence),
        (None, None) => answer,
    })
}

/// The commands of a kind of record; how one is removed is said of each.
macro_rules! records {
    ($($kind:ident of $record:ty: $command:ident, $columns:ident $(asked as $asked:ident)?,
        |$session:ident, $context:ident, $which:pat_param| $remove:expr;)*) => {$(
        pub(crate) fn $kind($session: &Session, command: $command) -> Result<Answer, Stop> {
            let $context = &mut $session.open()?;
            let (found, fate) = match command {
                $command::List(listing) => {
                    let all: Vec<$record> = records::list($context, listing.all)?;
                    return Ok(several($context, &lists::$columns, &all, view::$kind)?);
                }
                $command::Add { name, fields } => {
                    let mut fields = fields.fields();
                    fields.name = name.said().or(fields.name);
                    $(let fields = prompts::records::$asked($session, fields)?;)?
                    ($kind::add($context, &fields)?, Fate::Added)
                }
                $command::Show(record) => {
                    let shown: $record = records::show($context, &record.record)?;
                    return Ok(one($context, &shown, view::$kind)?);
                }
                $command::Set { record, fields } => {
                    ($kind::set($context, &record.record, &fields.fields())?, Fate::Changed)
                }
                $command::Remove($which) => {
                    let answer: Result<Answer, Stop> = $remove;
                    return Ok(answer?.said(|value| sentences::$kind(value, Fate::Removed)));
                }
            };
            Ok(one($context, &found, view::$kind)?.said(|value| sentences::$kind(value, fate)))
        }
    )*};
}

/// At a terminal a person agrees before a record that was named by a part is retired.
fn agreed<T: Spoken>(session: &Session, context: &mut Context, word: &str, yes: bool) -> Result<()> {
    if yes || !prompts::may(session) {
        return Ok(());
    }
    let found: T = records::show(context, word)?;
    let is_whole =
        [found.id(), found.code(), found.label()].iter().any(|own| name_key(own) == name_key(word));
    let question = text!("ask-retire", name = found.label(), code = found.code());
    if is_whole || prompts::agrees(session, &question, true) {
        return Ok(());
    }
    Err(Refusal::invalid("record", text!("was-not-agreed-to-nothing-was-saved")))
}

records! {
    branch of Branch: BranchCommand, BRANCHES, |session, context, MindedRecord { record, care }| {
        agreed::<Branch>(session, context, &record.record, care.yes || care.dry_run)?;
        let remove = |context: &mut Context, how: Care<'_>| branch::remove(context, &record.record, how);
        let Minded { record, hits } = affected::minding(session, context, (care, None), remove)?;
        Ok(affected::answer(session, one(context, &record, view::branch)?, &hits, care.dry_run))
    };
    doctor of Doctor: DoctorCommand, DOCTORS asked as doctor, |session, context, MindedRecord { record, care }| {
        agreed::<Doctor>(session, context, &record.record, care.yes || care.dry_run)?;
        let remove = |context: &mut Context, how: Care<'_>| doctor::remove(context, &record.record, how);
        let Minded { record, hits } = affected::minding(session, context, (care, None), remove)?;
        Ok(affected::answer(session, one(context, &record, view::doctor)?, &hits, care.dry_run))
    };
    service of Service: ServiceCommand, SERVICES asked as service, |session, context, record| {
        agreed::<Service>(session, context, &record.record, false)?;
        let removed = service::remove(context, &record.record)?;
        Ok(one(context, &removed, view::service)?)
    };
}
