//! `turno import`: what comes in from other programs.

pub mod columns;

use clap::{Args, Subcommand, ValueEnum};
use serde::Serialize;
use std::path::PathBuf;
use strum::IntoStaticStr;

/// `turno import`
#[derive(Debug, Subcommand)]
pub enum ImportCommand {
    /// Take over patients or appointments from a CSV file
    Csv(CsvArgs),
    /// Close a doctor's time by their own calendar, or take over its events as appointments
    Ics(IcsArgs),
    /// Take over doctors, patients and appointments from a Bundle of FHIR R4
    Fhir(FhirArgs),
}

/// What a CSV file holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, IntoStaticStr, ValueEnum)]
#[strum(serialize_all = "snake_case")]
pub enum Kind {
    /// A patient in each row
    Patients,
    /// An appointment in each row, past or to come, with its status
    Appointments,
}

/// How an import goes about it.
#[derive(Debug, Args)]
pub struct HowArgs {
    /// Go the whole way, show how the file was understood, then take it back
    #[arg(long)]
    pub dry_run: bool,
    /// Write nothing where a row is refused [default: below 10000 rows]
    #[arg(long)]
    pub all_or_nothing: bool,
    /// Write each row by itself, whatever becomes of the others [default: from 10000 rows on]
    #[arg(long, conflicts_with = "all_or_nothing")]
    pub per_row: bool,
    /// Write what became of each row into a file, a line of JSON for each
    #[arg(long, value_name = "FILE")]
    pub report: Option<PathBuf>,
}

/// What every appointment of a file has in common where the file does not say it.
#[derive(Debug, Args, Serialize)]
pub struct ForAllArgs {
    /// The doctor of the rows that name none
    #[arg(long, value_name = "D")]
    pub doctor: Option<String>,
    /// The service of the rows that name none
    #[arg(long, value_name = "S")]
    pub service: Option<String>,
    /// The branch of the rows that name none [env: TURNO_BRANCH]
    #[arg(long, value_name = "B")]
    pub branch: Option<String>,
}

/// `turno import csv`
#[derive(Debug, Args)]
pub struct CsvArgs {
    /// What the file holds
    #[arg(value_enum, value_name = "KIND")]
    pub kind: Kind,
    /// The file; `-` for stdin
    #[arg(value_name = "FILE")]
    pub file: String,
    /// Which column holds which field, such as phone=Teléfono; the columns of our own files are known
    #[arg(long, value_name = "FIELD=COLUMN", value_delimiter = ',')]
    pub map: Vec<String>,
    /// What stands between the cells: `,`, `;` or `tab`
    #[arg(long, value_name = "C", default_value = ",", value_parser = separator)]
    pub separator: u8,
    /// What every row has in common.
    #[command(flatten)]
    pub for_all: ForAllArgs,
    /// How to go about it.
    #[command(flatten)]
    pub how: HowArgs,
}

/// What the events of a calendar become.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Events {
    /// Time that is closed
    Closures,
    /// Appointments
    Appointments,
}

/// `turno import ics`
#[derive(Debug, Args)]
pub struct IcsArgs {
    /// The calendar; `-` for stdin
    #[arg(value_name = "FILE")]
    pub file: String,
    /// What its events become
    #[arg(long = "as", value_enum, value_name = "KIND")]
    pub events: Events,
    /// What every event has in common.
    #[command(flatten)]
    pub for_all: ForAllArgs,
    /// How to go about it.
    #[command(flatten)]
    pub how: HowArgs,
}

/// `turno import fhir`
#[derive(Debug, Args)]
pub struct FhirArgs {
    /// The bundle, JSON; `-` for stdin
    #[arg(value_name = "FILE")]
    pub file: String,
    /// What every appointment has in common.
    #[command(flatten)]
    pub for_all: ForAllArgs,
    /// How to go about it.
    #[command(flatten)]
    pub how: HowArgs,
}

fn separator(word: &str) -> Result<u8, String> {
    match word {
        "tab" | "\t" | "\\t" => Ok(b'\t'),
        "," | ";" | "|" => Ok(word.as_bytes().first().copied().unwrap_or(b',')),
        _ => Err(text!("takes-a-comma-a-semicolon-or-tab").into()),
    }
}
