//! Calendar windows and closures.

use crate::app::change::Change;
use crate::app::setup::closure::ClosureFields;
use crate::app::setup::window::WindowFields;
use crate::app::when::Day;
use crate::cli::options::options;
use crate::cli::reassign::ClearArgs;
use crate::cli::setup::{CareArgs, Listing, MindedRecord, Record};
use crate::cli::values;
use crate::domain::refusal::Problems;
use clap::Subcommand;

options! {
    /// A window's fields.
    pub struct WindowArgs by fields(closed: bool) -> WindowFields, problems {
        /// Whose; without a doctor the window is pooled and needs a capacity
        #[arg(long, value_name = "D")]
        doctor: Option<String> => doctor,
        /// Where
        #[arg(long, value_name = "B")]
        branch: Option<String> => branch,
        /// Only for that service; may be given several times
        #[arg(long, value_name = "S")]
        service: Vec<String> => services: service,
        /// On these weekdays: mon,tue or mon-fri
        #[arg(long, value_name = "DAYS", conflicts_with = "on")]
        days: Option<String> => weekdays: problems.said("days", days, values::weekdays),
        /// On that date
        #[arg(long, value_name = "DATE")]
        on: Option<String> => on: problems.said("on", on, values::day),
        /// From that time
        #[arg(long, value_name = "HH:MM")]
        from: Option<String> => from: problems.said("from", from, values::time),
        /// To that time; 24:00 is the midnight that ends the day, an earlier one is the next day's
        #[arg(long, value_name = "HH:MM")]
        to: Option<String> => to: problems.said("to", to, values::time_to),
        /// Session label: Morning, Afternoon, Evening …
        #[arg(long, value_name = "S")]
        session: Option<String> => session,
        /// Batch label that bookings take over
        #[arg(long, value_name = "B")]
        batch: Option<String> => batch,
        /// Its grid, in minutes
        #[arg(long, value_name = "MIN", allow_hyphen_values = true)]
        slot: Option<String> => slot,
        /// Bookings that each service may have on one date
        #[arg(long, value_name = "N", allow_hyphen_values = true)]
        capacity: Option<String> => capacity,
        /// The first date it is valid on
        #[arg(long, value_name = "D")]
        valid_from: Option<String> => valid_from: date(&mut problems, "valid_from", valid_from),
        /// The last date it is valid on
        #[arg(long, value_name = "D")]
        valid_until: Option<String> => valid_until: date(&mut problems, "valid_until", valid_until),
        /// Short name [default: made]
        #[arg(long, value_name = "C")]
        code: Option<String> => code,
    } and { closed, }
}

fn date(problems: &mut Problems, field: &str, text: Option<String>) -> Change<Day> {
    match text {
        None => Change::Keep,
        Some(text) if text == "none" => Change::Clear,
        Some(text) => Change::from_option(problems.take(field, values::day(&text))),
    }
}

/// Calendar windows: when patients are seen
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

options! {
    /// A closure's fields.
    pub struct ClosureArgs by fields -> ClosureFields, problems {
        /// One whole day
        #[arg(long, value_name = "D", conflicts_with_all = ["from", "to"])]
        date: Option<String> => date: problems.said("date", date, values::day),
        /// From that day, or from that moment such as 2026-06-15T14:00
        #[arg(long, value_name = "T")]
        from: Option<String> => from: problems.said("from", from, values::bound),
        /// To the end of that day, or to that moment
        #[arg(long, value_name = "T")]
        to: Option<String> => to: problems.said("to", to, values::bound),
        /// Only that doctor
        #[arg(long, value_name = "D")]
        doctor: Option<String> => doctor,
        /// Only that branch
        #[arg(long, value_name = "B")]
        branch: Option<String> => branch,
        /// What for
        #[arg(long, value_name = "R")]
        reason: Option<String> => reason,
    }
}

/// Closures: holidays, time off and breaks
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
