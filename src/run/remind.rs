//! `turno remind`: what comes of messages.

use crate::app::remind::sweep::{Orders, Reader, Swept, WORKERS, rehearse, start, sweep};
use crate::app::remind::{self, preview, retry};
use crate::cli::remind::{DueArgs, RemindCommand, TemplatesCommand};
use crate::delivery::Ways;
use crate::output::report::SweepReport;
use crate::output::{Answer, Face, Printer, lists, outbox};
use crate::run::{Ended, Session, Stop, rows};
use crate::store::words::Words;

/// The exit status of a sweep by which some messages failed.
const SOME_FAILED: u8 = 8;

/// What a sweep that the book itself breaks off has to say of what it had in its hands.
pub(super) fn goes_again() -> &'static str {
    text!("what-was-not-noted-as-sent-goes-out")
}

pub(super) fn remind(session: &Session, command: RemindCommand) -> Ended {
    let answer = match command {
        RemindCommand::Due(args) if args.dry_run => {
            let config = session.config()?;
            let rehearsal = rehearse(&mut session.open()?, &Ways::new(config), args.limit)?;
            Answer::new(outbox::rehearsal(&rehearsal, !session.gate.shows_appointments()), Face::Sweep)
        }
        RemindCommand::Due(args) => return due(session, &args),
        RemindCommand::List(args) => {
            let notes = remind::list(&mut session.open()?, &args.request()?)?;
            rows(&lists::MESSAGES, &notes.iter().map(outbox::message).collect::<Vec<_>>())
        }
        RemindCommand::Retry(args) => {
            let notes = retry::retry(&mut session.open()?, &args.request())?;
            let shows = session.gate.shows_appointments();
            let views = notes.iter().map(outbox::message);
            let views: Vec<_> = views.map(|view| if shows { view } else { view.veiled() }).collect();
            rows(&lists::MESSAGES, &views)
        }
        RemindCommand::Preview(args) => {
            let preview = preview::preview(&mut session.open()?, &args.request()?)?;
            Answer::new(outbox::preview(&preview), Face::Preview)
        }
        RemindCommand::Templates(TemplatesCommand::Check { directory }) => {
            let templates = preview::check_templates(&mut session.open()?, directory.as_deref())?;
            Answer::new(outbox::templates(&templates), Face::Record)
        }
        RemindCommand::Templates(TemplatesCommand::Set { directory }) => {
            let templates = preview::set_templates(&mut session.open()?, &directory)?;
            Answer::new(outbox::templates(&templates), Face::Record)
        }
    };
    session.tell(&answer)
}

/// The reader of a sweep's report: whoever reads our output.
struct Out {
    report: SweepReport,
    printer: Printer,
}

impl Reader for Out {
    type Problem = Stop;

    fn reads_along(&self) -> bool {
        self.report.reads_along()
    }

    fn take(&mut self, swept: &[Swept]) -> Result<(), Stop> {
        Ok(self.report.messages(swept)?)
    }

    fn warn(&mut self, words: &str) {
        self.printer.warning(words);
    }
}

fn due(session: &Session, args: &DueArgs) -> Ended {
    let config = session.config()?;
    let ways = Ways::new(config);
    let mut context = session.open_for(Words::default())?;
    let start = start(&mut context)?;
    let printer = session.printer;
    let veil = !session.gate.shows_appointments();
    let mut out = Out { report: SweepReport::new(printer, start.as_of, start.zone(), veil), printer };
    let orders = Orders { ways: &ways, workers: config.workers()?.unwrap_or(WORKERS), limit: args.limit };
    let swept = sweep(&mut context, start, &orders, &mut out, |out| Ok(out.report.end()?));
    let tally = swept.map_err(|stop| match stop {
        Stop::Refused(refusal) => Stop::Refused(refusal.part_way(goes_again())),
        other => other,
    })?;
    Ok(if tally.failed > 0 { SOME_FAILED } else { 0 })
}
