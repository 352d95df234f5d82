//! Setting up: clinics, branches, doctors and services.

use crate::app::setup::branch::BranchFields;
use crate::app::setup::clinic::ClinicRequest;
use crate::app::setup::doctor::DoctorFields;
use crate::app::setup::service::ServiceFields;
use crate::cli::options::options;
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

/// Make the book, the secret file and the first clinic
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
            Add($fields),
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
    /// `turno branch`
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
    }
}

commands! {
    /// `turno doctor`
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
    }
}

commands! {
    /// `turno service`
    ServiceCommand of ServiceArgs: "Add a service", "List the services", "Show a service", "Change a service",
    "Retire a service: no new bookings, history stays" with Record
}
