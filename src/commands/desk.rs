//! The desk's verbs: `turno arrive`, `start`, `done`, `noshow`, `confirm` and `next`.

use crate::app::booking::status::StatusRequest;
use crate::app::calendar::next;
use crate::app::calendar::queue::QueueRequest;
use crate::commands::answers::everyone;
use crate::commands::appointment::{step, told};
use crate::domain::status::Status;
use crate::input::fields::Raw;
use crate::input::prompts;
use crate::input::session::{Session, Stop, ending};
use crate::output::Answer;
use clap::Args;
use serde::Serialize;

// No doc comment: clap would show it instead of the verbs' own.
#[derive(Debug, Args)]
#[expect(missing_docs, reason = "the verbs say what they do")]
pub struct StepArgs {
    /// The patient's name or phone, or the appointment's code; on a terminal it is asked for where it is missing
    #[arg(value_name = "APPT")]
    pub appointment: Option<String>,
    /// Try it and save nothing
    #[arg(long)]
    pub dry_run: bool,
}

/// End a visit: the patient was seen
#[derive(Debug, Args, Serialize)]
pub struct DoneArgs {
    /// The patient's name or phone, or the appointment's code; on a terminal it is asked for where it is missing
    #[arg(value_name = "APPT")]
    #[serde(skip)]
    pub appointment: Option<String>,
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
    /// Try it and save nothing
    #[arg(long)]
    #[serde(skip)]
    pub dry_run: bool,
}

/// Call in the patient who waits first
#[derive(Debug, Args)]
pub struct NextArgs {
    /// To that doctor (code, id or name)
    #[arg(value_name = "DOCTOR")]
    pub doctor: Option<String>,
    /// At that branch; `all` for every one [env: TURNO_BRANCH]
    #[arg(long, value_name = "B")]
    pub branch: Option<String>,
    /// Try it and save nothing
    #[arg(long)]
    pub dry_run: bool,
}

/// Brings an appointment to the status that the verb says.
pub(crate) fn bring(session: &Session, args: StepArgs, to: Status) -> Result<Answer, Stop> {
    let StepArgs { appointment, dry_run } = args;
    let request = StatusRequest { to: Some(to), ..StatusRequest::default() };
    step(session, appointment, request, (dry_run, prompts::may(session)))
}

pub(crate) fn done(session: &Session, args: DoneArgs) -> Result<Answer, Stop> {
    let request = Raw::typed(&args).status(Some(Status::Completed));
    step(session, args.appointment, request, (args.dry_run, prompts::may(session)))
}

pub(crate) fn next(session: &Session, args: NextArgs) -> Result<Answer, Stop> {
    let NextArgs { doctor, branch, dry_run } = args;
    let mut context = session.open_for(everyone())?;
    let request = QueueRequest { doctor, branch };
    let stepped = next::call_in(&mut context, &request, ending(dry_run))?;
    Ok(told(session, Some(context), (stepped, dry_run), &[]))
}
