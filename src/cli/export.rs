//! `turno export`: the clinic's records in the formats of other programs.

use crate::app::export::{ExportRequest, Kind};
use crate::cli::options::options;
use crate::cli::values;
use crate::formats::ics::write::Detail;
use clap::builder::TypedValueParser;
use clap::{Args, Subcommand};
use std::path::PathBuf;
use strum::EnumMessage;

/// Take records out: as a calendar, as FHIR R4, as CSV
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
