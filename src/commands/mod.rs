//! Commands: one file for each family, with its arguments, its request and how its answer is drawn.
//!
//! [`run`] reads the command line, runs the command and writes its answer or refusal.

use crate::commands::agenda::TodayArgs;
use crate::domain::refusal::{Code, Refusal};
use crate::domain::status::Status;
use crate::input::global::Global;
use crate::input::session::{Ended, Session, Stop};
use crate::locale;
use crate::locale::Language;
use crate::output::{Format, Printer};
use crate::platform::config;
use crate::platform::error::Result;
use clap::builder::styling::{AnsiColor, Styles};
use clap::error::ErrorKind;
use clap::{ArgMatches, Args, CommandFactory, FromArgMatches, Parser, Subcommand};
use std::ffi::OsString;
use std::io;

pub mod access;
pub mod admin;
pub(crate) mod affected;
pub mod agenda;
pub mod answers;
pub mod appointment;
pub mod backup;
pub mod book;
pub mod calendar;
pub mod completion;
pub(crate) mod cron;
pub(crate) mod demo;
pub mod desk;
pub mod examples;
pub mod export;
pub(crate) mod export_buffer;
pub mod find;
pub mod help;
pub mod import;
pub mod inbox;
pub mod key;
pub mod late;
pub mod list;
pub mod listen;
mod options;
pub mod patient;
pub(crate) mod privacy;
pub mod reassign;
pub mod remind;
pub mod reply;
pub(crate) mod reply_body;
pub mod report;
pub mod schema;
pub mod series;
pub mod setup;
pub mod setup_file;
pub mod slots;
pub(crate) mod stream;
pub mod undo;
pub(crate) mod usage;
pub mod waitlist;
pub(crate) mod watch;
pub mod webhook;
pub mod why;

const STYLES: Styles = Styles::styled()
    .header(AnsiColor::Green.on_default().bold())
    .usage(AnsiColor::Green.on_default().bold())
    .literal(AnsiColor::Cyan.on_default().bold())
    .placeholder(AnsiColor::Cyan.on_default());

/// A clinic's appointment book.
#[derive(Debug, Parser)]
#[command(name = "turno", bin_name = "turno", version, about, styles = STYLES, disable_help_subcommand = true)]
pub struct Cli {
    /// Options that every command takes.
    #[command(flatten)]
    pub global: Global,
    /// What to do; without a word, tell how it stands today
    #[command(subcommand)]
    pub command: Option<Command>,
}

/// The parser with every command built, and examples at the end of each command's help.
pub fn command() -> clap::Command {
    help::localized(bare())
}

/// The parser with every command built, without the layout and language of the help.
pub(crate) fn bare() -> clap::Command {
    let mut command = Cli::command();
    command.build();
    examples::with_examples(command)
}

/// Reads a command line.
pub fn parse(args: &[OsString]) -> Result<(Cli, ArgMatches), clap::Error> {
    let matches = Cli::command().try_get_matches_from(args).or_else(|error| match error.kind() {
        ErrorKind::DisplayVersion => Err(error),
        // Parse again with the examples that end the help.
        _ => command().try_get_matches_from(args),
    })?;
    let cli = Cli::from_arg_matches(&matches).map_err(|error| error.format(&mut command()))?;
    Ok((cli, matches))
}

// No doc comment: clap would show it instead of the commands' own.
#[derive(Debug, Args)]
#[expect(missing_docs, reason = "the family's commands say what it is about")]
pub struct Family<T: Subcommand> {
    #[command(subcommand)]
    pub command: T,
}

/// What to do. The arguments of a command are built when it is the one typed, and say what the command does.
#[derive(Debug, Subcommand)]
#[command(defer = true)]
#[expect(missing_docs, reason = "the arguments of a command, or the commands of a family, say what it does")]
pub enum Command {
    #[command(alias = "hoy")]
    Today(TodayArgs),
    Slots(slots::SlotsArgs),
    Why(why::WhyArgs),
    #[command(alias = "reserva")]
    Book(Box<book::BookArgs>),
    Show(appointment::ShowArgs),
    List(list::ListArgs),
    Count(list::CountArgs),
    Agenda(agenda::AgendaArgs),
    Queue(agenda::QueueArgs),
    Late(late::LateArgs),
    #[command(visible_alias = "move", alias = "mueve")]
    Reschedule(appointment::RescheduleArgs),
    #[command(alias = "cancela")]
    Cancel(appointment::CancelArgs),
    Status(appointment::StatusArgs),
    Update(appointment::UpdateArgs),
    /// Note that a patient has arrived
    #[command(alias = "llega")]
    Arrive(desk::StepArgs),
    /// Begin a visit: the patient goes in
    #[command(alias = "pasa")]
    Start(desk::StepArgs),
    #[command(alias = "listo")]
    Done(desk::DoneArgs),
    /// Note that a patient did not come
    #[command(alias = "falta")]
    Noshow(desk::StepArgs),
    /// Note that a patient has confirmed
    #[command(alias = "confirma")]
    Confirm(desk::StepArgs),
    #[command(alias = "siguiente")]
    Next(desk::NextArgs),
    #[command(alias = "busca")]
    Find(find::FindArgs),
    Undo(undo::UndoArgs),
    Series(Family<series::SeriesCommand>),
    Waitlist(Family<waitlist::WaitlistCommand>),
    Remind(Family<remind::RemindCommand>),
    Reply(reply::ReplyArgs),
    Inbox(inbox::InboxArgs),
    Listen(listen::ListenArgs),
    Init(setup::InitArgs),
    Setup(setup_file::SetupArgs),
    /// See a guided tour on a throw-away book
    Demo,
    Clinic(Family<setup::ClinicCommand>),
    Branch(Family<setup::BranchCommand>),
    Doctor(Family<setup::DoctorCommand>),
    Service(Family<setup::ServiceCommand>),
    Window(Family<calendar::WindowCommand>),
    Closure(Family<calendar::ClosureCommand>),
    Patient(Family<patient::PatientCommand>),
    Import(Family<import::ImportCommand>),
    Report(report::ReportFamily),
    Export(Family<export::ExportCommand>),
    Webhook(Family<webhook::WebhookCommand>),
    Key(Family<key::KeyCommand>),
    Audit(Family<admin::AuditCommand>),
    Cron(cron::CronArgs),
    Db(Family<admin::DbCommand>),
    Schema(schema::SchemaArgs),
    Completions(admin::CompletionsArgs),
    Man(admin::ManArgs),
    Help(help::HelpArgs),
}

/// The exit status of who gives up a question, by Ctrl-C or Esc: as that of a program that Ctrl-C ends.
const GIVEN_UP: u8 = 130;

/// Runs a command line. Answers the exit status.
pub fn run(args: impl IntoIterator<Item = OsString>) -> u8 {
    let args: Vec<OsString> = args.into_iter().collect();
    outlive_limits();
    locale::speak(match usage::wants_json(&args) {
        true => Language::English,
        false => Language::of(config::locale().as_deref()),
    });
    if let Some(exit) = completion::answer(&args) {
        return exit;
    }
    let (cli, matches) = match parse(&args) {
        Ok(parsed) => parsed,
        Err(error) => return usage::answer(&error, &args),
    };
    let printer =
        Printer::new(cli.global.format(), cli.global.color, cli.global.quiet).verbosely(cli.global.verbose);
    if printer.format != Format::Table {
        locale::speak(Language::English);
    }
    let session = Session::new(cli.global, printer, access::need(&matches), access::from_json(&matches));
    let command = cli.command.unwrap_or_else(|| Command::Today(TodayArgs::default()));
    let books = matches!(command, Command::Book(_));
    let ended = dispatch(&session, command);
    let refused = match &ended {
        Err(Stop::Refused(refusal)) => Some(refusal),
        _ => None,
    };
    key::note(&session, refused);
    match ended {
        Ok(exit) => {
            session.warnings.borrow().iter().for_each(|words| printer.warning(words));
            exit
        }
        Err(Stop::Refused(_)) if session.left.get() => {
            printer.talk(&format!("{}\n", text!("nothing-was-changed")));
            GIVEN_UP
        }
        Err(Stop::Refused(mut refusal)) => {
            // Only a booking can be repeated with an idempotency key; other commands get another hint.
            if !books && refusal.hint.as_ref().is_some_and(|hint| hint.contains("--idempotency-key")) {
                refusal.hint = Some(text!("the-change-may-be-there-or-not-look").to_owned());
            }
            let offers = session.afterword.take();
            if printer.format != Format::Json && !offers.is_empty() {
                // The offers below name the times with all that is needed to take one.
                refusal.details.remove("suggested_times");
            }
            printer.refusal(&refusal);
            printer.talk(&offers);
            refusal.code.exit()
        }
        Err(Stop::GivenUp) => {
            printer.talk(&format!("{}\n", text!("nothing-was-changed")));
            GIVEN_UP
        }
        Err(Stop::Output(problem)) if problem.kind() == io::ErrorKind::BrokenPipe => 0,
        Err(Stop::Output(problem)) => {
            let refusal = Refusal::new(Code::Internal, text!("the-result-cant-be-written", problem))
                .hint(text!("what-the-command-did-is-done-turno-list"));
            printer.refusal(&refusal);
            refusal.code.exit()
        }
    }
}

/// A file that may grow no further is told of in words, where the signal of it would end the program
/// without any.
fn outlive_limits() {
    #[cfg(unix)]
    {
        let heard = std::sync::Arc::new(std::sync::atomic::AtomicBool::new(false));
        // If the handler can't be installed, the signal ends the program as by default.
        let _ = signal_hook::flag::register(signal_hook::consts::SIGXFSZ, heard);
    }
}

fn dispatch(session: &Session, command: Command) -> Ended {
    let answer = match command {
        Command::Today(args) => agenda::today(session, args)?,
        Command::Slots(args) => slots::slots(session, args)?,
        Command::Why(args) => why::why(session, args)?,
        Command::Book(args) if args.input.is_some() => return stream::book(session, *args),
        Command::Book(args) => book::book(session, *args)?,
        Command::Show(args) => appointment::show(session, &args.appointment)?,
        Command::List(args) => list::list(session, args)?,
        Command::Count(args) => list::count(session, args)?,
        Command::Agenda(args) => agenda::agenda(session, args)?,
        Command::Queue(args) if args.watch => return watch::queue(session, args),
        Command::Queue(args) => agenda::queue(session, args)?,
        Command::Late(args) => late::late(session, args)?,
        Command::Reschedule(args) => appointment::reschedule(session, args)?,
        Command::Cancel(args) => appointment::cancel(session, args)?,
        Command::Status(args) => appointment::status(session, args)?,
        Command::Update(args) => appointment::update(session, args)?,
        Command::Arrive(args) => desk::bring(session, args, Status::CheckedIn)?,
        Command::Start(args) => desk::bring(session, args, Status::InProgress)?,
        Command::Done(args) => desk::done(session, args)?,
        Command::Noshow(args) => desk::bring(session, args, Status::NoShow)?,
        Command::Confirm(args) => desk::bring(session, args, Status::Confirmed)?,
        Command::Next(args) => desk::next(session, args)?,
        Command::Find(args) => find::find(session, &args)?,
        Command::Undo(args) => undo::run(session, &args)?,
        Command::Series(family) => series::series(session, family.command)?,
        Command::Waitlist(family) => waitlist::waitlist(session, family.command)?,
        Command::Remind(family) => return remind::remind(session, family.command),
        Command::Reply(args) => reply::take(session, args)?,
        Command::Inbox(args) => inbox::run(session, args)?,
        Command::Listen(args) => return listen::listen(session, &args),
        Command::Init(args) => setup::init(session, args.clinic)?,
        Command::Setup(args) => return setup_file::setup(session, &args),
        Command::Demo => return demo::run(session),
        Command::Clinic(family) => setup::clinic(session, family.command)?,
        Command::Branch(family) => setup::branch(session, family.command)?,
        Command::Doctor(family) => setup::doctor(session, family.command)?,
        Command::Service(family) => setup::service(session, family.command)?,
        Command::Window(family) => calendar::window(session, family.command)?,
        Command::Closure(family) => calendar::closure(session, family.command)?,
        Command::Patient(family) => patient::patient(session, family.command)?,
        Command::Import(family) => import::import(session, family.command)?,
        Command::Report(family) => report::report(session, family)?,
        Command::Export(family) => return export::export(session, family.command),
        Command::Webhook(family) => return webhook::webhook(session, family.command),
        Command::Key(family) => key::key(session, family.command)?,
        Command::Audit(family) => admin::audit(session, family.command)?,
        Command::Cron(args) => cron::cron(session, &args)?,
        Command::Db(family) => admin::db(session, &family.command)?,
        Command::Schema(args) => return admin::schema(session, &args),
        Command::Completions(args) => return admin::completions(session, &args),
        Command::Man(args) => return admin::man(session, args),
        Command::Help(args) => return help::help(session, &args),
    };
    session.tell(&answer)
}
