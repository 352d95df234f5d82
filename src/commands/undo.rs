//! `turno undo`

use crate::app::booking::undo::{UndoRequest, Undone, undo};
use crate::commands::answers::appointment;
use crate::input::prompts;
use crate::input::session::{Session, Stop};
use crate::output::undo::{sentence, view};
use crate::output::{Answer, Format, sentences};
use crate::store::Ending;
use clap::Args;

/// Take back your last change: a booking, move, cancellation or step
#[derive(Debug, Args)]
pub struct UndoArgs {
    /// Tell what would be taken back, and leave it
    #[arg(long)]
    pub dry_run: bool,
    /// Take it back without being asked
    #[arg(long, visible_alias = "force")]
    pub yes: bool,
}

/// Says what would be taken back; on a terminal asks; takes it back.
pub(crate) fn run(session: &Session, args: &UndoArgs) -> Result<Answer, Stop> {
    let context = &mut session.open()?;
    let mut request = UndoRequest::default();
    if args.dry_run || (!args.yes && session.may_ask()) {
        let would = undo(context, request, Ending::Rollback)?;
        if args.dry_run {
            tell(session, text!("would-take-back"), &told(session, &would));
            return Ok(appointment(session, &would.visit, true, &view(&would)).said(sentences::taken_back));
        }
        session.printer.talk(&format!("{} {}.\n", text!("this-takes-back"), told(session, &would)));
        prompts::confirm(session, text!("take-it-back"), true)?;
        request.entry = Some((would.entry, would.at));
    }
    let undone = undo(context, request, Ending::Commit)?;
    if request.entry.is_none() {
        tell(session, text!("took-back"), &told(session, &undone));
    }
    Ok(appointment(session, &undone.visit, false, &view(&undone)).said(sentences::taken_back))
}

/// What is taken back, in a sentence. Whoever may not read hears the patient's code in the place of the name.
fn told(session: &Session, undone: &Undone) -> String {
    let patient = &undone.visit.patient;
    let who = if session.gate.shows_appointments() { &patient.full_name } else { &patient.code };
    sentence(undone, who)
}

fn tell(session: &Session, did: &'static str, sentence: &str) {
    if session.printer.format == Format::Table && !session.printer.quiet {
        session.printer.talk(&format!("{} {sentence}\n", did));
    }
}
