//! `turno waitlist`, and whom to call when a slot is free.

use crate::app::waitlist::{self, Accepted, Waiting};
use crate::cli::waitlist::WaitlistCommand;
use crate::domain::time::hhmm;
use crate::output::waitlist::{AcceptedView, CallList, WaitingView, entries, entry};
use crate::output::{Answer, Face, lists, view};
use crate::platform::error::Result;
use crate::run::{Session, desk, ending, rows};

/// How many are named in talk; the answer has them all.
const NAMED: usize = 3;

pub(super) fn waitlist(session: &Session, command: WaitlistCommand) -> Result<Answer> {
    let context = &mut session.open()?;
    match command {
        WaitlistCommand::Add(args) => {
            let dry_run = args.dry_run;
            Ok(one(session, &waitlist::add(context, &args.request(), ending(dry_run))?, dry_run))
        }
        WaitlistCommand::List(args) => {
            let found = waitlist::list(context, &args.request())?;
            Ok(rows(&lists::WAITLIST, &entries(&found)))
        }
        WaitlistCommand::Offer(args) => {
            let (word, dry_run) = (args.entry.clone(), args.dry_run);
            let waiting = waitlist::offer(context, &word, &args.request(), ending(dry_run))?;
            let code = &waiting.entry.code;
            let hint = waiting.entry.held(waiting.now).map(|hold| {
                let until = hhmm(waiting.zone.wall(hold.until).time());
                text!("held-until-turno-waitlist-accept-books-it-turno", until, code, code2 = code)
            });
            let answer = one(session, &waiting, dry_run);
            Ok(match hint {
                Some(hint) if !dry_run => answer.hint(hint),
                _ => answer,
            })
        }
        WaitlistCommand::Accept(args) => {
            let (word, dry_run) = (args.entry.clone(), args.dry_run);
            let Accepted { visit, waiting, others } =
                waitlist::accept(context, &word, &args.request(), ending(dry_run))?;
            let answer = desk::appointment(
                session,
                &visit,
                dry_run,
                &AcceptedView { entry: shown(session, &waiting) },
            );
            Ok(with_waiting(session, answer, &others))
        }
        WaitlistCommand::Decline(which) => {
            Ok(one(session, &waitlist::decline(context, &which.entry)?, false))
        }
        WaitlistCommand::Remove(which) => Ok(one(session, &waitlist::remove(context, &which.entry)?, false)),
    }
}

/// An entry; a key that may not read is not told who waits, as it is not told for whom an appointment is.
fn shown<'a>(session: &Session, waiting: &'a Waiting) -> WaitingView<'a> {
    let entry = entry(waiting);
    if session.gate.shows_appointments() { entry } else { entry.veiled() }
}

fn one(session: &Session, waiting: &Waiting, dry_run: bool) -> Answer {
    let value = view::json(&shown(session, waiting));
    Answer::new(view::with(value, &view::dry_run(dry_run)), Face::Record)
}

/// The answer with those whom a slot fits that is free now, the first to call first; nobody, for a key that
/// may not read.
pub(super) fn with_waiting(session: &Session, mut answer: Answer, waiting: &[Waiting]) -> Answer {
    let waiting = if session.gate.shows_appointments() { waiting } else { &[] };
    answer.value = view::with(answer.value, &CallList { waiting: entries(waiting) });
    for one in waiting.iter().take(NAMED) {
        let Waiting { entry, patient, .. } = one;
        let (name, phone, code) = (&patient.full_name, &patient.phone, &entry.code);
        answer = answer.hint(text!("would-come-then-turno-waitlist-offer-when", name, phone, code));
    }
    match waiting.len().saturating_sub(NAMED) {
        0 => answer,
        more => answer.hint(text!("and-more-turno-waitlist-list", more)),
    }
}
