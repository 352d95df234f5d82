//! `turno window` and `turno closure`.

use crate::app::Context;
use crate::app::booking::status::StatusRequest;
use crate::app::calendar::affected::{Care, Minded};
use crate::app::calendar::closure::ClosureFields;
use crate::app::calendar::closure::NamedClosure;
use crate::app::calendar::reassign::{ClearRequest, clear};
use crate::app::calendar::window::{NamedWindow, WindowFields};
use crate::app::calendar::{closure, window};
use crate::app::change::Change;
use crate::app::waitlist::{Waiting, after_reopening};
use crate::app::when::Day;
use crate::commands::affected;
use crate::commands::affected::CareArgs;
use crate::commands::answers::{clinic_zone, one, several};
use crate::commands::options::options;
use crate::commands::reassign::ClearArgs;
use crate::commands::setup::{Listing, MindedRecord, Record};
use crate::commands::waitlist::with_waiting;
use crate::domain::hours::runs_past_midnight;
use crate::domain::refusal::{Problems, Refusal};
use crate::domain::time::hhmm;
use crate::input::prompts;
use crate::input::session::{Session, Stop, ending};
use crate::input::values;
use crate::locale::dated;
use crate::output::sentences::Fate;
use crate::output::{Answer, Face, lists, reassign as face, sentences, view};
use crate::platform::error::Result;
use crate::store::Ending;
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
        /// A night of over 14 hours is meant
        #[arg(long)]
        overnight: bool => overnight,
    } and { closed, }
}

fn date(problems: &mut Problems, field: &str, text: Option<String>) -> Change<Day> {
    match text {
        None => Change::Keep,
        Some(text) if text == "none" => Change::Clear,
        Some(text) => Change::from_option(problems.take(field, values::day(&text))),
    }
}

/// Hours in which patients are seen (windows)
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

type WindowChange = dyn Fn(&mut Context, Care<'_>) -> Result<Minded<NamedWindow>>;

pub(crate) fn window(session: &Session, command: WindowCommand) -> Result<Answer, Stop> {
    let context = &mut session.open()?;
    let removes = matches!(command, WindowCommand::Remove(_));
    let fate = if removes { Fate::Removed } else { Fate::Changed };
    let (care, change): (CareArgs, Box<WindowChange>) = match command {
        WindowCommand::List { listing, doctor, branch } => {
            let all = window::list(context, doctor.as_deref(), branch.as_deref(), listing.all)?;
            return Ok(several(context, &lists::WINDOWS, &all, view::window)?);
        }
        WindowCommand::Add { fields, closed } => {
            let fields = prompts::records::window(session, context, fields.fields(closed))?;
            let added = window::add(context, &fields)?;
            let answer = one(context, &added, view::window)?;
            return Ok(remarked(answer.said(|value| sentences::window(value, Fate::Added)), &added));
        }
        WindowCommand::Show(record) => {
            let shown = window::show(context, &record.record)?;
            return Ok(one(context, &shown, view::window)?);
        }
        WindowCommand::Set { record, fields, care } => {
            let fields = fields.fields(false);
            (care, Box::new(move |context, how| window::set(context, &record.record, &fields, how)))
        }
        WindowCommand::Open(record) => {
            let care = CareArgs { dry_run: false, yes: true };
            (care, Box::new(move |context, how| window::open(context, &record.record, true, how)))
        }
        WindowCommand::Close(MindedRecord { record, care }) => {
            (care, Box::new(move |context, how| window::open(context, &record.record, false, how)))
        }
        WindowCommand::Remove(MindedRecord { record, care }) => {
            (care, Box::new(move |context, how| window::remove(context, &record.record, how)))
        }
    };
    let Minded { record, hits } = affected::minding(session, context, (care, None), change)?;
    let answer = affected::answer(session, one(context, &record, view::window)?, &hits, care.dry_run);
    Ok(answer.said(|value| sentences::window(value, fate)))
}

/// Says what may be a slip of a new window: that it ends on the next day, and which others it overlaps.
fn remarked(mut answer: Answer, added: &NamedWindow) -> Answer {
    let times = (added.window.from, added.window.to);
    if runs_past_midnight(times) {
        answer = answer.hint(text!("until-on-the-next-day", to = hhmm(added.window.to)));
    }
    if !added.overlapping.is_empty() {
        answer = answer.hint(text!("overlaps-other-windows", codes = added.overlapping.join(", ")));
    }
    answer
}

pub(crate) fn closure(session: &Session, command: ClosureCommand) -> Result<Answer, Stop> {
    let context = &mut session.open()?;
    match command {
        ClosureCommand::Add { fields, clear, care: _ } if clear.moves => {
            let ending = ending(!clear.apply);
            Ok(clearing(context, &clear.request(fields.fields()), ending)?)
        }
        ClosureCommand::Add { fields, clear, care } => {
            if !clear.cancel && (clear.no_notify || clear.force) {
                let field = if clear.force { "force" } else { "no_notify" };
                return Err(Refusal::invalid(field, text!("needs-move-or-cancel")).into());
            }
            let fields = prompts::records::closure(session, context, fields.fields())?;
            let (cancels, no_notify, force) = (clear.cancel, clear.no_notify, clear.force);
            let step = StatusRequest { no_notify, force, ..StatusRequest::default() };
            let add = |context: &mut Context, how: Care<'_>| {
                let added = match cancels {
                    true => closure::add_cancelling(context, &fields, &step, how)?,
                    false => closure::add(context, &fields, how)?,
                };
                Ok(Minded { hits: added.hits.clone(), record: added })
            };
            let tip = match cancels {
                true => text!("they-are-cancelled-with-it"),
                false => text!("with-move-it-finds-other-times-for-them"),
            };
            let Minded { record, hits } = affected::minding(session, context, (care, Some(tip)), add)?;
            let answer =
                affected::answer(session, one(context, &record, view::closure)?, &hits, care.dry_run)
                    .said(|value| sentences::closure(value, Fate::Added));
            let answer = if cancels && !hits.is_empty() {
                let undo = text!("turno-undo-takes-it-all-back").to_owned();
                Answer { hints: Vec::new(), ..answer }
                    .hint(text!("cancelled-with-it"; count = hits.len()))
                    .hint(undo)
            } else {
                answer
            };
            let answer = with_held(session, answer, &record, cancels);
            Ok(if care.dry_run && !hits.is_empty() && !cancels { answer.hint(tip) } else { answer })
        }
        ClosureCommand::List(listing) => {
            let all = closure::list(context, listing.all)?;
            Ok(several(context, &lists::CLOSURES, &all, view::closure)?)
        }
        ClosureCommand::Remove(record) => {
            let (removed, waiting) = after_reopening(context, &record.record)?;
            let answer = one(context, &removed, view::closure)?;
            let answer = answer.said(|value| sentences::closure(value, Fate::Removed));
            Ok(with_waiting(session, answer, &waiting))
        }
    }
}

/// The answer with what is held in the closure, as far as the caller may see for whom.
fn with_held(session: &Session, answer: Answer, added: &NamedClosure, gone: bool) -> Answer {
    let held = if session.gate.shows_appointments() { added.held.as_slice() } else { &[] };
    held.iter().fold(answer, |answer, Waiting { entry, patient, zone, .. }| {
        let Some(hold) = &entry.hold else { return answer };
        let at = zone.wall(hold.span.start);
        let when = format!("{} {}", dated(at.date(), "%a %-d %b"), hhmm(at.time()));
        let (name, code) = (&patient.full_name, &entry.code);
        answer.hint(match gone {
            true => text!("what-was-held-is-given-up", name, code, when),
            false => text!("a-slot-in-it-is-held-for", name, code, when, code2 = code),
        })
    })
}

/// Closes, and moves whom that hits; without `--apply` that is a plan.
fn clearing(context: &mut Context, request: &ClearRequest, ending: Ending) -> Result<Answer> {
    let applied = ending == Ending::Commit;
    let cleared = clear(context, request, ending)?;
    let zone = clinic_zone(context)?;
    let answer = Answer::new(face::view(&cleared, &zone, applied), Face::Cleared);
    Ok(match applied {
        true => {
            answer.hint(text!("this-is-what-was-done-a-plan")).hint(text!("turno-undo-takes-it-all-back"))
        }
        false => answer.hint(text!("a-plan-nothing-was-saved-the-same")),
    })
}
