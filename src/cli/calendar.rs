//! Calendar windows and closures.

use crate::app::change::Change;
use crate::app::setup::closure::ClosureFields;
use crate::app::setup::window::WindowFields;
use crate::app::when::Day;
use crate::cli::clearing::ClearArgs;
use crate::cli::setup::{CareArgs, Listing, MindedRecord, Record};
use crate::cli::values;
use crate::domain::refusal::Problems;
use clap::{Args, Subcommand};

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
        /// What it says of itself.
        #[command(flatten)]
        fields: Box<WindowArgs>,
        /// It begins closed
        #[arg(long)]
        closed: bool,
    },
    /// List the windows
    List {
        /// Which ones.
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
    /// Change a window; appointments that it holds stay, those outside of it then are named
    Set {
        /// Which one.
        #[command(flatten)]
        record: Record,
        /// What it says of itself.
        #[command(flatten)]
        fields: Box<WindowArgs>,
        /// How it is gone about.
        #[command(flatten)]
        care: CareArgs,
    },
    /// Open a window
    Open(Record),
    /// Close a window: no new bookings for now, appointments that it holds stay
    Close(MindedRecord),
    /// Retire a window: no new bookings, history stays
    Remove(MindedRecord),
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
    /// Add a closure; the answer names the appointments that it hits, and moves them with --move
    Add {
        /// What it says of itself.
        #[command(flatten)]
        fields: ClosureArgs,
        /// How it is gone about.
        #[command(flatten)]
        care: CareArgs,
        /// What becomes of the appointments.
        #[command(flatten)]
        clear: ClearArgs,
    },
    /// List the closures
    List(Listing),
    /// Remove a closure: its time is open again
    Remove(Record),
}
