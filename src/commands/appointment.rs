//! `turno show`, `reschedule`, `cancel`, `status` and `update`.

use crate::app::Context;
use crate::app::booking::status::{StatusRequest, Stepped};
use crate::app::booking::update;
use crate::app::calendar::list;
use crate::app::waitlist::{Waiting, after_cancel, after_move};
use crate::commands::answers::{appointment, freed, mark, marked, of_appointment};
use crate::domain::meant::Purpose;
use crate::domain::refusal::Refusal;
use crate::domain::status::Status;
use crate::input::bodies::Body;
use crate::input::fields::Raw;
use crate::input::session::{Session, Stop, ending};
use crate::input::stdin::input as input_of;
use crate::input::{bodies, prompts, speech};
use crate::locale::dated;
use crate::output::view::ChangedView;
use crate::output::{Answer, sentences};
use crate::platform::error::Result;
use chrono::NaiveDate;
use clap::Args;
use serde::Serialize;

/// An appointment.
#[derive(Debug, Args)]
pub struct Appointment {
    /// The appointment's code or id, or the patient's name or phone
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
    /// The appointment's code, or the patient's name or phone; on a terminal it is asked for where it is missing
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
    /// Try it and save nothing
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

/// Cancel an appointment
#[derive(Debug, Args, Serialize)]
pub struct CancelArgs {
    /// The appointment's code, or the patient's name or phone; on a terminal it is asked for where it is missing
    #[arg(value_name = "APPT")]
    #[serde(skip)]
    pub appointment: Option<String>,
    /// Why, such as `"is ill"`
    #[arg(value_name = "REASON", conflicts_with = "reason")]
    #[serde(skip)]
    words: Vec<String>,
    /// Why
    #[arg(long, value_name = "R")]
    reason: Option<String>,
    /// Send no notice
    #[arg(long)]
    no_notify: bool,
    /// Even inside the clinic's cutoff
    #[arg(long)]
    force: bool,
    /// Try it and save nothing
    #[arg(long)]
    #[serde(skip)]
    pub dry_run: bool,
    /// Read the cancellation as a JSON object; `-` is stdin
    #[arg(long, value_name = "FILE", conflicts_with_all = ["words", "reason", "no_notify", "force"])]
    #[serde(skip)]
    pub input: Option<String>,
}

impl CancelArgs {
    /// As fields.
    pub fn fields(self) -> Raw {
        let mut raw = Raw::typed(&self);
        raw.put("reason", Some(self.words.join(" ")).filter(|words| !words.is_empty()));
        raw
    }
}

/// Change an appointment's status
#[derive(Debug, Args, Serialize)]
pub struct StatusArgs {
    /// The appointment's code, or the patient's name or phone; on a terminal it is asked for where it is missing
    #[arg(value_name = "APPT")]
    #[serde(skip)]
    pub appointment: Option<String>,
    /// confirmed, checked-in, in-progress, completed, cancelled or no-show; in Spanish, too, such as en_sala
    #[arg(value_name = "STATUS")]
    status: Option<String>,
    /// Why it is cancelled
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
    /// Try it and save nothing
    #[arg(long)]
    #[serde(skip)]
    pub dry_run: bool,
    /// Read the status as a JSON object; `-` is stdin
    #[arg(long, value_name = "FILE", conflicts_with_all = ["status", "reason", "diagnosis", "prescription", "follow_up",
        "no_notify", "force"])]
    #[serde(skip)]
    pub input: Option<String>,
}

/// Change notes, length or other details of an appointment
#[derive(Debug, Args, Serialize)]
pub struct UpdateArgs {
    /// The appointment's code, or the patient's name or phone; on a terminal it is asked for where it is missing
    #[arg(value_name = "APPT")]
    #[serde(skip)]
    pub appointment: Option<String>,
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
    /// Try it and save nothing
    #[arg(long)]
    #[serde(skip)]
    pub dry_run: bool,
    /// Read any fields of update, reschedule and status from a JSON object; `-` is stdin
    #[arg(long, value_name = "FILE", conflicts_with_all = ["notes", "reason", "duration", "diagnosis", "prescription",
        "follow_up", "visit_type"])]
    #[serde(skip)]
    pub input: Option<String>,
}

impl UpdateArgs {
    /// Whether any change is given.
    fn says_something(&self) -> bool {
        let UpdateArgs { notes, reason, duration, diagnosis, prescription, follow_up, visit_type, .. } = self;
        [notes, reason, duration, diagnosis, prescription, follow_up, visit_type]
            .iter()
            .any(|it| it.is_some())
    }
}

/// The appointment that has to be named, where nobody can be asked which.
fn named(word: Option<String>) -> Result<String> {
    word.ok_or_else(|| {
        Refusal::invalid("appointment", text!("is-required")).hint(text!("name-it-by-its-code-as-turno-list"))
    })
}

pub(crate) fn show(session: &Session, args: &Appointment) -> Result<Answer, Stop> {
    let context = &mut session.open_for(of_appointment(&args.appointment))?;
    let visit = prompts::with_visit(session, context, (&args.appointment, Purpose::Show), list::show)?;
    let mut answer = appointment(session, &visit, false, &());
    mark(session, context, &mut answer, [&visit]);
    Ok(answer)
}

pub(crate) fn reschedule(session: &Session, args: RescheduleArgs) -> Result<Answer, Stop> {
    let (word, dry_run) = (args.appointment.clone(), args.dry_run);
    let may_ask = args.input.is_none() && prompts::may(session);
    let said = match &args.input {
        Some(path) => bodies::one(Body::Reschedule, input_of(path)?)?,
        None => args.fields(),
    };
    if may_ask && (word.is_none() || !prompts::has_start(&said)) {
        let (visit, waiting) = prompts::visit::move_it(session, word.as_deref(), &said, dry_run)?;
        return Ok(freed(session, None, (&visit, dry_run), (sentences::moved, &()), &waiting));
    }
    let (word, request) = (named(word)?, said.reschedule());
    let mut context = session.open_for(of_appointment(&word))?;
    let (visit, waiting) =
        prompts::with_visit(session, &mut context, (&word, Purpose::Move), |context, word| {
            after_move(context, word, &request, ending(dry_run))
        })?;
    Ok(freed(session, Some(context), (&visit, dry_run), (sentences::moved, &()), &waiting))
}

pub(crate) fn cancel(session: &Session, args: CancelArgs) -> Result<Answer, Stop> {
    let (word, dry_run) = (args.appointment.clone(), args.dry_run);
    let may_ask = args.input.is_none() && prompts::may(session);
    let request = match &args.input {
        Some(path) => {
            let mut raw = bodies::one(Body::Status, input_of(path)?)?;
            raw.must_be("status", Status::Cancelled.as_str());
            raw.status(Some(Status::Cancelled))
        }
        None => args.fields().status(Some(Status::Cancelled)),
    };
    if may_ask && (word.is_none() || request.reason.is_none()) {
        let (Stepped { visit, .. }, waiting) =
            prompts::visit::step(session, word.as_deref(), (request, true), dry_run)?;
        return Ok(freed(session, None, (&visit, dry_run), (sentences::stepped, &()), &waiting));
    }
    let word = named(word)?;
    let mut context = session.open_for(of_appointment(&word))?;
    let (Stepped { visit, .. }, waiting) = stepped(session, &mut context, &word, &request, dry_run)?;
    Ok(freed(session, Some(context), (&visit, dry_run), (sentences::stepped, &()), &waiting))
}

pub(crate) fn status(session: &Session, args: StatusArgs) -> Result<Answer, Stop> {
    let (word, dry_run) = (args.appointment.clone(), args.dry_run);
    let may_ask = args.input.is_none() && prompts::may(session);
    let request = match &args.input {
        Some(path) => bodies::one(Body::Status, input_of(path)?)?.status(None),
        None => Raw::typed(&args).status(None),
    };
    step(session, word, request, (dry_run, may_ask))
}

/// Brings an appointment to a status; asks for what is missing where that can be.
pub(crate) fn step(
    session: &Session,
    word: Option<String>,
    request: StatusRequest,
    (dry_run, may_ask): (bool, bool),
) -> Result<Answer, Stop> {
    let lacks_reason = request.to == Some(Status::Cancelled) && request.reason.is_none();
    let lacks_status = request.to.is_none() && request.problems.is_empty();
    // A step of the day of the visit is asked about on another day.
    let is_of_the_day = request.to.is_some_and(Status::is_of_the_day) && request.problems.is_empty();
    if may_ask && (word.is_none() || lacks_status || lacks_reason || is_of_the_day) {
        let (stepped, waiting) = prompts::visit::step(session, word.as_deref(), (request, false), dry_run)?;
        return Ok(told(session, None, (stepped, dry_run), &waiting));
    }
    let word = named(word)?;
    let mut context = session.open_for(of_appointment(&word))?;
    let (stepped, waiting) = stepped(session, &mut context, &word, &request, dry_run)?;
    Ok(told(session, Some(context), (stepped, dry_run), &waiting))
}

fn stepped(
    session: &Session,
    context: &mut Context,
    word: &str,
    request: &StatusRequest,
    dry_run: bool,
) -> Result<(Stepped, Vec<Waiting>), Stop> {
    prompts::with_visit(session, context, (word, request.purpose()), |context, word| {
        after_cancel(context, word, request, ending(dry_run))
    })
}

/// The appointment after a step.
pub(crate) fn told(
    session: &Session,
    context: Option<Context>,
    (stepped, dry_run): (Stepped, bool),
    waiting: &[Waiting],
) -> Answer {
    let Stepped { visit, changed, other_day } = stepped;
    let changed = ChangedView { changed };
    let answer = freed(session, context, (&visit, dry_run), (sentences::stepped, &changed), waiting);
    with_other_day(answer, other_day)
}

/// Says that a step was taken on another day than the appointment's.
fn with_other_day(answer: Answer, other_day: Option<NaiveDate>) -> Answer {
    match other_day {
        Some(date) => {
            answer.hint(text!("the-appointment-is-on-another-day", day = dated(date, "%a %-d %b %Y")))
        }
        None => answer,
    }
}

pub(crate) fn update(session: &Session, mut args: UpdateArgs) -> Result<Answer, Stop> {
    if args.input.is_none() && prompts::may(session) {
        let says = args.says_something();
        let (word, notes) = prompts::visit::note(session, args.appointment.take(), says)?;
        args.appointment = Some(word);
        args.notes = notes.or(args.notes);
    }
    let (word, dry_run) = (named(args.appointment.clone())?, args.dry_run);
    let request = match &args.input {
        Some(path) => bodies::one(Body::Update, input_of(path)?)?.update(),
        None => Raw::typed(&args).update(),
    };
    let mut context = session.open_for(of_appointment(&word))?;
    let visit = prompts::with_visit(session, &mut context, (&word, Purpose::Write), |context, word| {
        update::update(context, word, &request, ending(dry_run))
    })?;
    let answer = appointment(session, &visit, dry_run, &()).said(sentences::updated);
    Ok(marked(session, Some(context), answer, &visit))
}
