//! An appointment's life: `turno show`, `reschedule`, `cancel`, `status` and `update`.

use crate::cli::fields::Raw;
use crate::cli::speech;
use clap::Args;
use serde::Serialize;

/// An appointment.
#[derive(Debug, Args)]
pub struct Appointment {
    /// The appointment's code or id
    #[arg(value_name = "APPT")]
    pub appointment: String,
}

/// Show one appointment
#[derive(Debug, Args)]
pub struct ShowArgs {
    /// Which one.
    #[command(flatten)]
    pub appointment: Appointment,
}

/// Move an appointment
#[derive(Debug, Args, Serialize)]
pub struct RescheduleArgs {
    /// The appointment's code or id; on a terminal it is asked for where it is missing
    #[arg(value_name = "APPT")]
    #[serde(skip)]
    pub appointment: Option<String>,
    /// To when, such as `tomorrow 10:00`
    #[arg(value_name = "WHEN")]
    #[serde(skip)]
    words: Vec<String>,
    /// To that day
    #[arg(long, value_name = "D")]
    date: Option<String>,
    /// To that time
    #[arg(long, value_name = "T")]
    time: Option<String>,
    /// To that moment: RFC 3339, or 2026-06-15T14:30 on the wall clock
    #[arg(long, value_name = "T")]
    at: Option<String>,
    /// For so long [default: as before]
    #[arg(long, value_name = "MIN", allow_hyphen_values = true)]
    duration: Option<String>,
    /// Until then: HH:MM, or as --at
    #[arg(long, value_name = "T")]
    end: Option<String>,
    /// To that doctor
    #[arg(long, value_name = "D")]
    doctor: Option<String>,
    /// To that branch
    #[arg(long, value_name = "B")]
    branch: Option<String>,
    /// Why; noted in the audit log
    #[arg(long, value_name = "R")]
    reason: Option<String>,
    /// Send no notice
    #[arg(long)]
    no_notify: bool,
    /// Even inside the clinic's cutoff
    #[arg(long)]
    force: bool,
    /// Even where the doctor is taken or the window is full
    #[arg(long)]
    overbook: bool,
    /// Go the whole way, then take it back
    #[arg(long)]
    #[serde(skip)]
    pub dry_run: bool,
    /// Read the move as a JSON object; `-` is stdin
    #[arg(long, value_name = "FILE", conflicts_with_all = ["words", "date", "time", "at", "duration", "end", "doctor", "branch",
        "reason", "no_notify", "force", "overbook"])]
    #[serde(skip)]
    pub input: Option<String>,
}

impl RescheduleArgs {
    /// As fields.
    pub fn fields(self) -> Raw {
        let mut raw = Raw::typed(&self);
        speech::reschedule(&mut raw, &self.words);
        raw
    }
}

/// Call an appointment off
#[derive(Debug, Args, Serialize)]
pub struct CancelArgs {
    /// The appointment's code or id; on a terminal it is asked for where it is missing
    #[arg(value_name = "APPT")]
    #[serde(skip)]
    pub appointment: Option<String>,
    /// Why
    #[arg(long, value_name = "R")]
    reason: Option<String>,
    /// Send no notice
    #[arg(long)]
    no_notify: bool,
    /// Even inside the clinic's cutoff
    #[arg(long)]
    force: bool,
    /// Go the whole way, then take it back
    #[arg(long)]
    #[serde(skip)]
    pub dry_run: bool,
    /// Read the cancellation as a JSON object; `-` is stdin
    #[arg(long, value_name = "FILE", conflicts_with_all = ["reason", "no_notify", "force"])]
    #[serde(skip)]
    pub input: Option<String>,
}

/// Bring an appointment to another status
#[derive(Debug, Args, Serialize)]
pub struct StatusArgs {
    /// The appointment's code or id; on a terminal it is asked for where it is missing
    #[arg(value_name = "APPT")]
    #[serde(skip)]
    pub appointment: Option<String>,
    /// confirmed, checked_in, in_progress, completed, cancelled or no_show
    #[arg(value_name = "STATUS")]
    status: Option<String>,
    /// Why it is called off
    #[arg(long, value_name = "R")]
    reason: Option<String>,
    /// What the doctor found
    #[arg(long, value_name = "D")]
    diagnosis: Option<String>,
    /// What the doctor ordered
    #[arg(long, value_name = "P")]
    prescription: Option<String>,
    /// When the patient should come again
    #[arg(long, value_name = "DATE")]
    #[serde(rename = "follow_up_date")]
    follow_up: Option<String>,
    /// Send no notice
    #[arg(long)]
    no_notify: bool,
    /// Even inside the clinic's cutoff
    #[arg(long)]
    force: bool,
    /// Go the whole way, then take it back
    #[arg(long)]
    #[serde(skip)]
    pub dry_run: bool,
    /// Read the status as a JSON object; `-` is stdin
    #[arg(long, value_name = "FILE", conflicts_with_all = ["status", "reason", "diagnosis", "prescription", "follow_up",
        "no_notify", "force"])]
    #[serde(skip)]
    pub input: Option<String>,
}

/// Change what an appointment says
#[derive(Debug, Args, Serialize)]
pub struct UpdateArgs {
    /// The appointment's code or id
    #[arg(value_name = "APPT")]
    #[serde(skip)]
    pub appointment: String,
    /// For the staff; an empty text clears it, here and below
    #[arg(long, value_name = "TEXT")]
    notes: Option<String>,
    /// Why the patient comes
    #[arg(long, value_name = "TEXT")]
    reason: Option<String>,
    /// How long
    #[arg(long, value_name = "MIN", allow_hyphen_values = true)]
    duration: Option<String>,
    /// What the doctor found
    #[arg(long, value_name = "TEXT")]
    diagnosis: Option<String>,
    /// What the doctor ordered
    #[arg(long, value_name = "TEXT")]
    prescription: Option<String>,
    /// When the patient should come again; `none` for not at all
    #[arg(long, value_name = "DATE")]
    #[serde(rename = "follow_up_date")]
    follow_up: Option<String>,
    /// Kind of visit
    #[arg(long, value_name = "TEXT")]
    visit_type: Option<String>,
    /// Go the whole way, then take it back
    #[arg(long)]
    #[serde(skip)]
    pub dry_run: bool,
    /// Read any fields of update, reschedule and status from a JSON object; `-` is stdin
    #[arg(long, value_name = "FILE", conflicts_with_all = ["notes", "reason", "duration", "diagnosis", "prescription",
        "follow_up", "visit_type"])]
    #[serde(skip)]
    pub input: Option<String>,
}
