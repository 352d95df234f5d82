//! `turno undo`

use crate::app::booking::undo::{UndoRequest, Undone, undo};
use crate::commands::answers::appointment;
use crate::input::prompts;
use crate::input::session::{Session, Stop};
use crate::output::Answer;
use crate::output::undo::{sentence, view};
use crate::store::Ending;
use clap::Args;

/// Undo your last change: a booking, move, cancellation or step
#[derive(Debug, Args)]
pub struct UndoArgs {
    /// Tell what would be taken back, and leave it
    #[arg(long)]
    pub dry_run: bool,
    /// Take it back without being asked
    #[arg(long, visible_alias = "force")]
    pub yes: bool,
    /// What the patient of that appointment did by the last answer, instead of your own change
    #[arg(long, value_name = "APPT")]
    pub answer: Option<String>,
    /// Do not tell patients who know of the change that it is taken back
    #[arg(long)]
    pub no_notify: bool,
}

/// Says what would be taken back; on a terminal asks; takes it back.
pub(crate) fn run(session: &Session, args: &UndoArgs) -> Result<Answer, Stop> {
    let context = &mut session.open()?;
    let mut request =
        UndoRequest { answer: args.answer.clone(), no_notify: args.no_notify, ..UndoRequest::default() };
    if args.dry_run || (!args.yes && session.may_ask()) {
        let would = undo(context, &request, Ending::Rollback)?;
        if args.dry_run {
            return Ok(answer(session, &would, true));
        }
        session.printer.talk(&format!("{} {}.\n", text!("this-takes-back"), told(session, &would)));
        let heard = heard(&would);
        if heard > 0 {
            session.printer.talk(&format!("{}\n", text!("messages-have-gone"; count = heard)));
        }
        prompts::confirm(session, text!("take-it-back"), true)?;
        if heard > 0 && !request.no_notify {
            request.no_notify = !prompts::agrees(session, text!("tell-them"), true);
        }
        request.entry = Some((would.entry, would.at));
    }
    let undone = undo(context, &request, Ending::Commit)?;
    let mut answer = answer(session, &undone, false);
    if heard(&undone) > 0 {
        let count = heard(&undone);
        answer = answer.hint(match request.no_notify {
            true => text!("messages-have-gone-and-nobody-is-told"; count = count),
            false => text!("messages-have-gone-and-they-are-told"; count = count),
        });
    }
    Ok(answer)
}

/// How many patients know of the change by a message.
fn heard(undone: &Undone) -> usize {
    undone.all().filter(|undone| undone.heard).count()
}

fn answer(session: &Session, undone: &Undone, dry_run: bool) -> Answer {
    let did = if dry_run { text!("would-take-back") } else { text!("took-back") };
    let sentence = format!("{did} {}.", told(session, undone));
    let mut first = sentence.chars();
    let sentence = first.next().map(|c| c.to_uppercase().chain(first).collect::<String>());
    Answer { sentence, ..appointment(session, &undone.visit, dry_run, &view(undone)) }
}

/// What is taken back, in a sentence. Whoever may not read hears the patient's code in the place of the name.
fn told(session: &Session, undone: &Undone) -> String {
    let patient = &undone.visit.patient;
    let who = if session.gate.shows_appointments() { &patient.full_name } else { &patient.code };
    sentence(undone, who)
}
