//! Setting up: clinics, branches, doctors and services.

use crate::app::setup::branch::BranchFields;
use crate::app::setup::clinic::ClinicRequest;
use crate::app::setup::doctor::DoctorFields;
use crate::app::setup::service::ServiceFields;
use clap::{Args, Subcommand};

/// A record.
#[derive(Debug, Args)]
pub struct Record {
    /// Its code, id or name
    #[arg(value_name = "RECORD")]
    pub record: String,
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

/// What is done about the appointments that a change hits.
#[derive(Debug, Clone, Copy, Args)]
pub struct CareArgs {
    /// Tell whose appointments it hits, and save nothing
    #[arg(long)]
    pub dry_run: bool,
    /// Save it without being asked, whoever it hits
    #[arg(long)]
    pub yes: bool,
}

/// What a list shows.
#[derive(Debug, Args)]
pub struct Listing {
    /// Retired ones, too
    #[arg(long)]
    pub all: bool,
}

/// `turno init` and `turno clinic add`
#[derive(Debug, Clone, Args)]
pub struct ClinicArgs {
    /// The clinic's name
    #[arg(long, value_name = "N")]
    pub name: Option<String>,
    /// Its IANA time zone, such as America/El_Salvador
    #[arg(long, value_name = "TZ")]
    pub timezone: Option<String>,
    /// Its ISO 3166 country, for phone numbers [default: the zone's]
    #[arg(long, value_name = "CC")]
    pub country: Option<String>,
    /// Its short name [default: made from the name]
    #[arg(long, value_name = "C")]
    pub code: Option<String>,
}

impl ClinicArgs {
    /// As a request.
    pub fn request(self) -> ClinicRequest {
        let ClinicArgs { name, timezone, country, code } = self;
        ClinicRequest { name, timezone, country, code }
    }
}

/// `turno clinic`
#[derive(Debug, Subcommand)]
pub enum ClinicCommand {
    /// Add a clinic to the book
    Add(ClinicArgs),
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
        /// The setting, such as slot_minutes
        key: String,
        /// Its new value
        #[arg(allow_hyphen_values = true)]
        value: String,
    },
}

/// A branch's fields.
#[derive(Debug, Args)]
pub struct BranchArgs {
    /// As patients know it
    #[arg(long, value_name = "N")]
    name: Option<String>,
    /// Its short name [default: made]
    #[arg(long, value_name = "C")]
    code: Option<String>,
    /// Its IANA time zone, where it differs from the clinic's
    #[arg(long, value_name = "TZ")]
    timezone: Option<String>,
}

impl BranchArgs {
    /// As fields.
    pub fn fields(self) -> BranchFields {
        let BranchArgs { name, code, timezone } = self;
        BranchFields { name, code, timezone }
    }
}

/// `turno branch`
#[derive(Debug, Subcommand)]
pub enum BranchCommand {
    /// Add a branch
    Add(BranchArgs),
    /// List the branches
    List(Listing),
    /// Show a branch
    Show(Record),
    /// Change a branch
    Set {
        /// Which one.
        #[command(flatten)]
        record: Record,
        /// What it says of itself.
        #[command(flatten)]
        fields: BranchArgs,
    },
    /// Retire a branch: no new bookings, history stays
    Remove(MindedRecord),
}

/// A doctor's fields.
#[derive(Debug, Args)]
pub struct DoctorArgs {
    /// Full name, as patients know them
    #[arg(long, value_name = "N")]
    name: Option<String>,
    /// Short name [default: made]
    #[arg(long, value_name = "C")]
    code: Option<String>,
    /// Their field
    #[arg(long, value_name = "S")]
    specialty: Option<String>,
    /// Usual length of a visit, in minutes
    #[arg(long, value_name = "MIN", allow_hyphen_values = true)]
    slot: Option<String>,
    /// Minutes kept free before each visit
    #[arg(long, value_name = "MIN", allow_hyphen_values = true)]
    buffer_before: Option<String>,
    /// Minutes kept free after each visit
    #[arg(long, value_name = "MIN", allow_hyphen_values = true)]
    buffer_after: Option<String>,
}

impl DoctorArgs {
    /// As fields.
    pub fn fields(self) -> DoctorFields {
        let DoctorArgs { name, code, specialty, slot, buffer_before, buffer_after } = self;
        DoctorFields { name, code, specialty, slot, buffer_before, buffer_after }
    }
}

/// `turno doctor`
#[derive(Debug, Subcommand)]
pub enum DoctorCommand {
    /// Add a doctor
    Add(DoctorArgs),
    /// List the doctors
    List(Listing),
    /// Show a doctor
    Show(Record),
    /// Change a doctor
    Set {
        /// Which one.
        #[command(flatten)]
        record: Record,
        /// What it says of itself.
        #[command(flatten)]
        fields: DoctorArgs,
    },
    /// Retire a doctor: no new bookings, history stays
    Remove(MindedRecord),
}

/// A service's fields.
#[derive(Debug, Args)]
pub struct ServiceArgs {
    /// As patients know it
    #[arg(long, value_name = "N")]
    name: Option<String>,
    /// Short name [default: made]
    #[arg(long, value_name = "C")]
    code: Option<String>,
    /// How long it takes, in minutes
    #[arg(long, value_name = "MIN", allow_hyphen_values = true)]
    duration: Option<String>,
}

impl ServiceArgs {
    /// As fields.
    pub fn fields(self) -> ServiceFields {
        let ServiceArgs { name, code, duration } = self;
        ServiceFields { name, code, duration }
    }
}

/// `turno service`
#[derive(Debug, Subcommand)]
pub enum ServiceCommand {
    /// Add a service
    Add(ServiceArgs),
    /// List the services
    List(Listing),
    /// Show a service
    Show(Record),
    /// Change a service
    Set {
        /// Which one.
        #[command(flatten)]
        record: Record,
        /// What it says of itself.
        #[command(flatten)]
        fields: ServiceArgs,
    },
    /// Retire a service: no new bookings, history stays
    Remove(Record),
}
