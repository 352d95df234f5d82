//! Patients.

use crate::app::paging::{Paged, Paging};
use crate::app::patients::patient;
use crate::app::patients::patient::PatientFields;
use crate::commands::answers::{clinic_zone, one, several};
use crate::commands::options::options;
use crate::commands::privacy::{self, EraseArgs, ExportArgs, MergeArgs};
use crate::commands::setup::{Listing, NewName, Record};
use crate::input::session::Session;
use crate::input::stdin::from_stdin;
use crate::output::sentences::Fate;
use crate::output::view::PatientsView;
use crate::output::{Answer, Face, lists, sentences, view};
use crate::platform::error::Result;
use clap::Subcommand;

options! {
    /// A patient's fields.
    pub struct PatientArgs by fields(opt_out: Option<bool>) -> PatientFields {
        /// Full name, as they write it
        #[arg(long, value_name = "N")]
        name: Option<String> => name,
        /// Phone, as they say it
        #[arg(long, value_name = "P", allow_hyphen_values = true)]
        phone: Option<String> => phone,
        /// Short name [default: made]
        #[arg(long, value_name = "C")]
        code: Option<String> => code,
        /// E-mail address
        #[arg(long, value_name = "E")]
        email: Option<String> => email,
        /// National ID, kept encrypted; `-` reads it from stdin
        #[arg(long, value_name = "X", allow_hyphen_values = true)]
        pub national_id: Option<String> => national_id,
        /// Language of their messages: es or en
        #[arg(long, value_name = "L")]
        locale: Option<String> => locale,
        /// Channels of their messages, in order, such as smtp,print; `none` for the clinic's
        #[arg(long, value_name = "LIST")]
        channels: Option<String> => channels,
    } and { opt_out }
}

/// Patients
#[derive(Debug, Subcommand)]
pub enum PatientCommand {
    /// Add a patient
    Add {
        /// Their name.
        #[command(flatten)]
        name: NewName,
        /// What else it says of them.
        #[command(flatten)]
        fields: PatientArgs,
    },
    /// List the patients by name
    List {
        /// Which ones.
        #[command(flatten)]
        listing: Listing,
        /// Which page
        #[arg(long, value_name = "N", default_value_t = 1, value_parser = clap::value_parser!(i64).range(1..))]
        page: i64,
        /// How many on a page
        #[arg(long, value_name = "N", default_value_t = 50, value_parser = clap::value_parser!(i64).range(1..=1000))]
        limit: i64,
        /// Count all of them, also where that reads the whole book
        #[arg(long)]
        total: bool,
    },
    /// Find patients by parts of name, code or phone, or by national ID
    Find {
        /// What to look for
        #[arg(required = true)]
        words: Vec<String>,
        /// At most so many
        #[arg(long, value_name = "N", default_value_t = 50, value_parser = clap::value_parser!(i64).range(1..=1000))]
        limit: i64,
    },
    /// Show a patient
    Show {
        /// Which one.
        #[command(flatten)]
        record: Record,
        /// With the whole national ID
        #[arg(long)]
        reveal: bool,
    },
    /// Write down all that is held of a patient, as JSON
    Export(ExportArgs),
    /// Make one of two records that are the same person, and take that back
    Merge(MergeArgs),
    /// Take a patient out of the book: their visits stay, nameless
    Erase(EraseArgs),
    /// Change a patient
    Set {
        /// Which one.
        #[command(flatten)]
        record: Record,
        /// What it says of itself.
        #[command(flatten)]
        fields: PatientArgs,
        /// They want no messages
        #[arg(long, conflicts_with = "opt_in")]
        opt_out: bool,
        /// They want messages again
        #[arg(long)]
        opt_in: bool,
    },
}

pub(crate) fn patient(session: &Session, command: PatientCommand) -> Result<Answer> {
    let context = &mut session.open()?;
    let (found, fate) = match command {
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
        PatientCommand::Add { name, mut fields } => {
            fields.national_id = from_stdin("national_id", fields.national_id)?;
            let fields = fields.fields(None);
            let fields = PatientFields { name: name.said().or(fields.name), ..fields };
            (patient::add(context, &fields)?, Fate::Added)
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
                let answer = one(context, &changed, |seen, zone| view::patient(seen, zone).veiled())?;
                return Ok(answer.said(|value| sentences::patient(value, Fate::Changed)));
            }
            (changed, Fate::Changed)
        }
    };
    Ok(one(context, &found, view::patient)?.said(|value| sentences::patient(value, fate)))
}
