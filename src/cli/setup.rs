//! Setting up: clinics, branches, doctors, services, windows, closures and patients.

use crate::app::setup::branch::BranchFields;
use crate::app::setup::clinic::ClinicRequest;
use crate::app::setup::closure::ClosureFields;
use crate::app::setup::doctor::DoctorFields;
use crate::app::setup::patient::PatientFields;
use crate::app::setup::service::ServiceFields;
use crate::app::setup::window::WindowFields;
use crate::app::update::Change;
use crate::app::when::Day;
use crate::cli::values;
use crate::domain::refusal::Problems;
use clap::{Args, Subcommand};

/// A record.
#[derive(Debug, Args)]
pub struct Record {
    /// Its code, id or name
    #[arg(value_name = "RECORD")]
    pub record: String,
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
        #[command(flatten)]
        record: Record,
        #[command(flatten)]
        fields: BranchArgs,
    },
    /// Retire a branch: no new bookings, history stays
    Remove(Record),
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
        #[command(flatten)]
        record: Record,
        #[command(flatten)]
        fields: DoctorArgs,
    },
    /// Retire a doctor: no new bookings, history stays
    Remove(Record),
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
        #[command(flatten)]
        record: Record,
        #[command(flatten)]
        fields: ServiceArgs,
    },
    /// Retire a service: no new bookings, history stays
    Remove(Record),
}

/// A window's fields.
#[derive(Debug, Args)]
pub struct WindowArgs {
    /// Whose; without a doctor the window is pooled and needs a capacity
    #[arg(long, value_name = "D")]
    doctor: Option<String>,
    /// Where
    #[arg(long, value_name = "B")]
    branch: Option<String>,
    /// Only for that service; may be given several times
    #[arg(long, value_name = "S")]
    service: Vec<String>,
    /// On these weekdays: mon,tue or mon-fri
    #[arg(long, value_name = "DAYS", conflicts_with = "on")]
    days: Option<String>,
    /// On that date
    #[arg(long, value_name = "DATE")]
    on: Option<String>,
    /// From that time
    #[arg(long, value_name = "HH:MM")]
    from: Option<String>,
    /// To that time; 24:00 is the midnight that ends the day, an earlier one is the next day's
    #[arg(long, value_name = "HH:MM")]
    to: Option<String>,
    /// Session label: Morning, Afternoon, Evening …
    #[arg(long, value_name = "S")]
    session: Option<String>,
    /// Batch label that bookings take over
    #[arg(long, value_name = "B")]
    batch: Option<String>,
    /// Its grid, in minutes
    #[arg(long, value_name = "MIN", allow_hyphen_values = true)]
    slot: Option<String>,
    /// Bookings that each service may have on one date
    #[arg(long, value_name = "N", allow_hyphen_values = true)]
    capacity: Option<String>,
    /// The first date it is valid on
    #[arg(long, value_name = "D")]
    valid_from: Option<String>,
    /// The last date it is valid on
    #[arg(long, value_name = "D")]
    valid_until: Option<String>,
    /// Short name [default: made]
    #[arg(long, value_name = "C")]
    code: Option<String>,
}

impl WindowArgs {
    /// As fields.
    pub fn fields(self, closed: bool) -> WindowFields {
        let WindowArgs {
            doctor,
            branch,
            service,
            days,
            on,
            from,
            to,
            session,
            batch,
            slot,
            capacity,
            valid_from,
            valid_until,
            code,
        } = self;
        let mut problems = Problems::default();
        WindowFields {
            code,
            doctor,
            branch,
            services: service,
            weekdays: days.and_then(|text| problems.take("days", values::weekdays(&text))),
            on: on.and_then(|text| problems.take("on", values::day(&text))),
            from: from.and_then(|text| problems.take("from", values::time(&text))),
            to: to.and_then(|text| problems.take("to", values::time_to(&text))),
            session,
            batch,
            slot,
            capacity,
            valid_from: date(&mut problems, "valid_from", valid_from),
            valid_until: date(&mut problems, "valid_until", valid_until),
            closed,
            problems,
        }
    }
}

fn date(problems: &mut Problems, field: &str, text: Option<String>) -> Change<Day> {
    match text {
        None => Change::Keep,
        Some(text) if text == "none" => Change::Clear,
        Some(text) => Change::from_option(problems.take(field, values::day(&text))),
    }
}

/// `turno window`
#[derive(Debug, Subcommand)]
pub enum WindowCommand {
    /// Add a window
    Add {
        #[command(flatten)]
        fields: Box<WindowArgs>,
        /// It begins closed
        #[arg(long)]
        closed: bool,
    },
    /// List the windows
    List {
        #[command(flatten)]
        listing: Listing,
        /// Of that doctor
        #[arg(long, value_name = "D")]
        doctor: Option<String>,
        /// At that branch
        #[arg(long, value_name = "B")]
        branch: Option<String>,
    },
    /// Show a window
    Show(Record),
    /// Change a window; appointments that it holds stay
    Set {
        #[command(flatten)]
        record: Record,
        #[command(flatten)]
        fields: Box<WindowArgs>,
    },
    /// Open a window
    Open(Record),
    /// Close a window: no new bookings for now
    Close(Record),
    /// Retire a window: no new bookings, history stays
    Remove(Record),
}

/// A closure's fields.
#[derive(Debug, Args)]
pub struct ClosureArgs {
    /// One whole day
    #[arg(long, value_name = "D", conflicts_with_all = ["from", "to"])]
    date: Option<String>,
    /// From that day, or from that moment such as 2026-06-15T14:00
    #[arg(long, value_name = "T")]
    from: Option<String>,
    /// To the end of that day, or to that moment
    #[arg(long, value_name = "T")]
    to: Option<String>,
    /// Only that doctor
    #[arg(long, value_name = "D")]
    doctor: Option<String>,
    /// Only that branch
    #[arg(long, value_name = "B")]
    branch: Option<String>,
    /// What for
    #[arg(long, value_name = "R")]
    reason: Option<String>,
}

impl ClosureArgs {
    /// As fields.
    pub fn fields(self) -> ClosureFields {
        let ClosureArgs { date, from, to, doctor, branch, reason } = self;
        let mut problems = Problems::default();
        ClosureFields {
            date: date.and_then(|text| problems.take("date", values::day(&text))),
            from: from.and_then(|text| problems.take("from", values::bound(&text))),
            to: to.and_then(|text| problems.take("to", values::bound(&text))),
            doctor,
            branch,
            reason,
            problems,
        }
    }
}

/// `turno closure`
#[derive(Debug, Subcommand)]
pub enum ClosureCommand {
    /// Add a closure; the answer names the appointments that it hits
    Add(ClosureArgs),
    /// List the closures
    List(Listing),
    /// Remove a closure: its time is open again
    Remove(Record),
}

/// A patient's fields.
#[derive(Debug, Args)]
pub struct PatientArgs {
    /// Full name, as they write it
    #[arg(long, value_name = "N")]
    name: Option<String>,
    /// Phone, as they say it
    #[arg(long, value_name = "P", allow_hyphen_values = true)]
    phone: Option<String>,
    /// Short name [default: made]
    #[arg(long, value_name = "C")]
    code: Option<String>,
    /// E-mail address
    #[arg(long, value_name = "E")]
    email: Option<String>,
    /// National ID, kept encrypted; `-` reads it from stdin
    #[arg(long, value_name = "X", allow_hyphen_values = true)]
    pub national_id: Option<String>,
    /// Language of their messages: es or en
    #[arg(long, value_name = "L")]
    locale: Option<String>,
}

impl PatientArgs {
    /// As fields.
    pub fn fields(self, opt_out: Option<bool>) -> PatientFields {
        let PatientArgs { name, phone, code, email, national_id, locale } = self;
        PatientFields { name, phone, code, email, national_id, locale, opt_out }
    }
}

/// `turno patient`
#[derive(Debug, Subcommand)]
pub enum PatientCommand {
    /// Add a patient
    Add(PatientArgs),
    /// List the patients by name
    List {
        #[command(flatten)]
        listing: Listing,
        /// Which page
        #[arg(long, value_name = "N", default_value_t = 1, value_parser = clap::value_parser!(i64).range(1..))]
        page: i64,
        /// How many on a page
        #[arg(long, value_name = "N", default_value_t = 50, value_parser = clap::value_parser!(i64).range(1..=1000))]
        limit: i64,
    },
    /// Find patients by parts of name, code or phone, or by national ID
    Find {
        /// What to look for
        #[arg(required = true, allow_hyphen_values = true)]
        words: Vec<String>,
        /// At most so many
        #[arg(long, value_name = "N", default_value_t = 50, value_parser = clap::value_parser!(i64).range(1..=1000))]
        limit: i64,
    },
    /// Show a patient
    Show {
        #[command(flatten)]
        record: Record,
        /// With the whole national ID
        #[arg(long)]
        reveal: bool,
    },
    /// Change a patient
    Set {
        #[command(flatten)]
        record: Record,
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
