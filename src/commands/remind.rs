//! `turno remind`.

use crate::app::reminders;
use crate::app::reminders::orders::{Orders, WORKERS};
use crate::app::reminders::preview::PreviewRequest;
use crate::app::reminders::report::{Reader, Swept};
use crate::app::reminders::retry::RetryRequest;
use crate::app::reminders::sweep::{rehearse, start, sweep};
use crate::app::reminders::{preview, retry};
use crate::commands::answers::rows;
use crate::delivery::Ways;
use crate::domain::refusal::Refusal;
use crate::domain::reminder::{Kind, MessageStatus};
use crate::domain::settings::parse_locale;
use crate::input::session::{Ended, Session, Stop};
use crate::input::values;
use crate::output::report::SweepReport;
use crate::output::{Answer, Face, Printer, lists, outbox};
use crate::platform::error::Result;
use crate::store::words::Words;
use clap::{Args, Subcommand};
use std::path::PathBuf;

/// Send messages that are due, and see what is planned
#[derive(Debug, Subcommand)]
pub enum RemindCommand {
    /// Send what is due (for cron, every minute)
    Due(DueArgs),
    /// List the messages of the outbox
    List(MessagesArgs),
    /// Let messages go out again that failed
    Retry(RetryArgs),
    /// Show each message as it would be sent, with its length; send nothing
    Preview(PreviewArgs),
    /// The clinic's own templates
    #[command(subcommand)]
    Templates(TemplatesCommand),
}

/// `turno remind due`
#[derive(Debug, Args)]
pub struct DueArgs {
    /// Say for each pending message whether it is due, and why; send nothing
    #[arg(long)]
    pub dry_run: bool,
    /// Send at most so many; the rest goes with the next sweep [default: all]
    #[arg(long, value_name = "N", value_parser = values::size(1..))]
    pub limit: Option<usize>,
}

/// `turno remind list`
#[derive(Debug, Args)]
pub struct MessagesArgs {
    /// Of that appointment
    #[arg(long, value_name = "A")]
    appointment: Option<String>,
    /// With that status: pending, sent, failed, dropped, superseded or expired
    #[arg(long, value_name = "S")]
    status: Option<String>,
    /// At most so many
    #[arg(long, value_name = "N", default_value_t = 1000, value_parser = clap::value_parser!(i64).range(1..))]
    limit: i64,
}

impl MessagesArgs {
    /// As a request.
    pub fn request(self) -> Result<reminders::ListRequest> {
        let MessagesArgs { appointment, status, limit } = self;
        let status = status.as_deref().map(MessageStatus::parse).transpose();
        let status = status.map_err(|problem| Refusal::invalid("status", problem))?;
        Ok(reminders::ListRequest { appointment, status, limit })
    }
}

/// `turno remind retry`
#[derive(Debug, Args)]
pub struct RetryArgs {
    /// The messages' ids, as `remind list --status failed --json` shows them
    #[arg(value_name = "MESSAGE", required_unless_present = "all")]
    messages: Vec<String>,
    /// All that failed and whose appointment is still ahead
    #[arg(long, conflicts_with = "messages")]
    all: bool,
}

impl RetryArgs {
    /// As a request.
    pub fn request(self) -> RetryRequest {
        let RetryArgs { messages, all } = self;
        if all { RetryRequest::All } else { RetryRequest::These(messages) }
    }
}

/// `turno remind preview`
#[derive(Debug, Args)]
pub struct PreviewArgs {
    /// The appointment's code or id [default: a made-up one of tomorrow]
    #[arg(value_name = "APPT")]
    appointment: Option<String>,
    /// What it is about: reminder, confirmation, reschedule, cancellation or delay [default: each]
    #[arg(long, value_name = "K")]
    kind: Option<String>,
    /// In that language: es or en [default: the patient's]
    #[arg(long, value_name = "L")]
    locale: Option<String>,
}

impl PreviewArgs {
    /// As a request.
    pub fn request(self) -> Result<PreviewRequest> {
        let PreviewArgs { appointment, kind, locale } = self;
        let kind = kind.map(|kind| {
            Kind::worded().find(|it| it.as_str() == kind.trim()).ok_or_else(|| {
                let all = Kind::worded_list();
                Refusal::invalid("kind", text!("is-not-a-kind-of-message-there-are", kind, all))
            })
        });
        let kind = kind.transpose()?;
        let locale = locale.as_deref().map(parse_locale).transpose();
        let locale = locale.map_err(|problem| Refusal::invalid("locale", problem))?;
        Ok(PreviewRequest { appointment, kind, locale })
    }
}

/// `turno remind templates`
#[derive(Debug, Subcommand)]
pub enum TemplatesCommand {
    /// Try the clinic's templates on appointments of every sort
    Check {
        /// Those in that directory, before they are put in place [default: the clinic's]
        #[arg(value_name = "DIR")]
        directory: Option<PathBuf>,
    },
    /// Put those of a directory in the place of the clinic's, if every one of them is good
    Set {
        /// The directory, with es/ and en/ in it
        #[arg(value_name = "DIR")]
        directory: PathBuf,
    },
}

/// The exit status of a sweep by which some messages failed.
const SOME_FAILED: u8 = 8;

/// What a sweep that the book itself breaks off has to say of what it had in its hands.
pub(crate) fn goes_again() -> &'static str {
    text!("what-was-not-noted-as-sent-goes-out")
}

pub(crate) fn remind(session: &Session, command: RemindCommand) -> Ended {
    let answer = match command {
        RemindCommand::Due(args) if args.dry_run => {
            let config = session.config()?;
            let rehearsal = rehearse(&mut session.open()?, &Ways::new(config), args.limit)?;
            Answer::new(outbox::rehearsal(&rehearsal, !session.gate.shows_appointments()), Face::Sweep)
        }
        RemindCommand::Due(args) => return due(session, &args),
        RemindCommand::List(args) => {
            let notes = reminders::list(&mut session.open()?, &args.request()?)?;
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
            let ways = Ways::new(session.config()?);
            let preview = preview::preview(&mut session.open()?, &args.request()?, &ways)?;
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
