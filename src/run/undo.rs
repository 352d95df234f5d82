//! Taking back the last change, once it was said what that is.

use crate::app::undo::{UndoRequest, Undone, undo};
use crate::cli::undo::UndoArgs;
use crate::output::undo::{sentence, view};
use crate::output::{Answer, Format};
use crate::run::desk::appointment;
use crate::run::{Session, Stop, ask};
use crate::store::Ending;

/// Says what would be taken back; on a terminal asks; takes it back.
pub(super) fn run(session: &Session, args: &UndoArgs) -> Result<Answer, Stop> {
    let context = &mut session.open()?;
    let mut request = UndoRequest::default();
    if args.dry_run || (!args.yes && session.may_ask()) {
        let would = undo(context, request, Ending::Rollback)?;
        if args.dry_run {
            tell(session, text!("would-take-back"), &told(session, &would));
            return Ok(appointment(session, &would.visit, true, &view(&would)));
        }
        session.printer.talk(&format!("{} {}.\n", text!("this-takes-back"), told(session, &would)));
        ask::confirm(session, text!("take-it-back"), true)?;
        request.entry = Some((would.entry, would.at));
    }
    let undone = undo(context, request, Ending::Commit)?;
    if request.entry.is_none() {
        tell(session, text!("took-back"), &told(session, &undone));
    }
    Ok(appointment(session, &undone.visit, false, &view(&undone)))
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
