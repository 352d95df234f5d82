//! WORDS: what can be typed, and how it becomes a request. Nothing here opens the book.

pub mod access;
pub mod admin;
pub mod agenda;
pub mod appointment;
pub mod backup;
pub mod book;
pub mod calendar;
pub mod completion;
pub mod days;
pub mod examples;
pub mod export;
pub mod fields;
pub mod import;
pub mod input;
pub mod json_stream;
pub mod key;
pub mod late;
pub mod list;
mod options;
pub mod patient;
mod pieces;
pub mod reassign;
pub mod remind;
pub mod report;
pub mod schema;
pub mod series;
pub mod setup;
pub mod slots;
pub mod speech;
pub mod undo;
pub mod values;
pub mod waitlist;
pub mod webhook;
pub mod why;

use crate::output::{Color, Format};
use clap::builder::styling::{AnsiColor, Styles};
use clap::error::ErrorKind;
use clap::{ArgMatches, Args, CommandFactory, FromArgMatches, Parser, Subcommand};
use std::ffi::OsString;

const STYLES: Styles = Styles::styled()
    .header(AnsiColor::Green.on_default().bold())
    .usage(AnsiColor::Green.on_default().bold())
    .literal(AnsiColor::Cyan.on_default().bold())
    .placeholder(AnsiColor::Cyan.on_default());

const AFTER_HELP: &str = "\
Days are 2026-06-15, today, tomorrow, mon … sun (the next one), +3d or +2w; hoy, mañana and lun
work, too, and so does 15/6, the day first unless the clinic writes English in the United States or
like them. Times are 14:30 or 2:30pm. Durations are 30, 30m, 2h or 1d.

Exit status: 0 done, 1 damaged book or fault, 2 bad request, 3 not found, 4 taken,
5 against a rule, 6 no access, 7 the book can't be used, 8 some messages or deliveries failed,
130 a question was given up.

`turno demo` is a guided tour; `turno man` is the manual.";

/// A clinic's appointment book.
#[derive(Debug, Parser)]
#[command(name = "turno", bin_name = "turno", version, about, styles = STYLES, after_help = AFTER_HELP, disable_help_subcommand = true)]
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
    let mut command = Cli::command();
    command.build();
    examples::with_examples(command)
}

/// Reads a command line.
pub fn parse(args: &[OsString]) -> Result<(Cli, ArgMatches), clap::Error> {
    let matches = Cli::command().try_get_matches_from(args).or_else(|error| match error.kind() {
        ErrorKind::DisplayVersion => Err(error),
        // Help ends with examples.
        _ => command().try_get_matches_from(args),
    })?;
    let cli = Cli::from_arg_matches(&matches).map_err(|error| error.format(&mut command()))?;
    Ok((cli, matches))
}

const FORMATS: [(Format, &str, &str); 3] = [
    (Format::Table, "table", "For people"),
    (Format::Json, "json", "For programs"),
    (Format::Csv, "csv", "For spreadsheets"),
];

const COLORS: [(Color, &str, &str); 3] = [
    (Color::Auto, "auto", "On a terminal, unless NO_COLOR is set"),
    (Color::Always, "always", "Always"),
    (Color::Never, "never", "Never"),
];

/// Options that every command takes.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Everywhere")]
pub struct Global {
    /// The book: a file or postgres://USER@HOST/DATABASE [default: turno.db in the platform's data directory]
    #[arg(long, global = true, env = "TURNO_DB", value_name = "PATH|URL", hide_env_values = true)]
    pub db: Option<String>,
    /// The clinic to work in [default: the one chosen by `clinic use`, else the only one]
    #[arg(long, global = true, env = "TURNO_CLINIC", value_name = "CODE", hide_env_values = true)]
    pub clinic: Option<String>,
    /// How results are written
    #[arg(long, global = true, default_value = "table", value_name = "FORMAT", value_parser = values::one_of(FORMATS))]
    pub format: Format,
    /// Short for --format json
    #[arg(long, global = true)]
    pub json: bool,
    /// When to use colours
    #[arg(long, global = true, default_value = "auto", value_name = "WHEN", value_parser = values::one_of(COLORS))]
    pub color: Color,
    /// Never ask; implied when stdin or stdout is no terminal
    #[arg(long, global = true)]
    pub no_input: bool,
    /// Results only: no hints, no progress
    #[arg(short, long, global = true)]
    pub quiet: bool,
}

impl Global {
    /// How results are written.
    pub fn format(&self) -> Format {
        if self.json { Format::Json } else { self.format }
    }
}

// Without a doc comment: clap would show it in place of that of the commands.
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
    Today(agenda::TodayArgs),
    Slots(slots::SlotsArgs),
    Why(why::WhyArgs),
    Book(Box<book::BookArgs>),
    Show(appointment::ShowArgs),
    List(list::ListArgs),
    Count(list::CountArgs),
    Agenda(agenda::AgendaArgs),
    Queue(agenda::QueueArgs),
    Late(late::LateArgs),
    Reschedule(appointment::RescheduleArgs),
    Cancel(appointment::CancelArgs),
    Status(appointment::StatusArgs),
    Update(appointment::UpdateArgs),
    Undo(undo::UndoArgs),
    Series(Family<series::SeriesCommand>),
    Waitlist(Family<waitlist::WaitlistCommand>),
    Remind(Family<remind::RemindCommand>),
    Init(setup::InitArgs),
    /// See the main commands at work on a throw-away book
    Demo,
    Clinic(Family<setup::ClinicCommand>),
    Branch(Family<setup::BranchCommand>),
    Doctor(Family<setup::DoctorCommand>),
    Service(Family<setup::ServiceCommand>),
    Window(Family<calendar::WindowCommand>),
    Closure(Family<calendar::ClosureCommand>),
    Patient(Family<patient::PatientCommand>),
    Import(Family<import::ImportCommand>),
    Report(Family<report::ReportCommand>),
    Export(Family<export::ExportCommand>),
    Webhook(Family<webhook::WebhookCommand>),
    Key(Family<key::KeyCommand>),
    Audit(Family<admin::AuditCommand>),
    /// Print the crontab lines and systemd units that send what is due
    Cron,
    Db(Family<admin::DbCommand>),
    Schema(schema::SchemaArgs),
    Completions(admin::CompletionsArgs),
    Man(admin::ManArgs),
}
