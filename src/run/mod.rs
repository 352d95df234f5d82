//! From words to a face: parses, opens the book, runs the use case, writes the answer.

mod admin;
mod aside;
mod ask;
mod backup;
mod complete;
mod cron;
mod demo;
mod desk;
mod export;
mod hits;
mod import;
mod key;
mod pick;
mod privacy;
mod remind;
mod series;
mod setup;
mod spool;
mod stream;
mod undo;
mod usage;
mod waitlist;
mod watch;
mod webhook;

use crate::app::access::Gate;
use crate::app::{Context, Env};
use crate::cli::later::Later;
use crate::cli::{ChangeCommand, Cli, Command, DayCommand, Global, HouseCommand};
use crate::config::{self, Config, Environment};
use crate::domain::access::Need;
use crate::domain::refusal::{Code, Refusal};
use crate::error::Result;
use crate::output::tongue::{self, Tongue, say};
use crate::output::{Answer, Printer};
use crate::secrets::Secrets;
use crate::store::{Ending, Location, Store};
use crate::zones::Zones;
use indicatif::{ProgressBar, ProgressStyle};
use std::cell::{OnceCell, RefCell};
use std::ffi::OsString;
use std::io::{self, IsTerminal, Read};
use std::rc::Rc;

/// The exit status of who gives up a question, by Ctrl-C or Esc: as that of a program that Ctrl-C ends.
const GIVEN_UP: u8 = 130;

/// How a command ended before its end.
pub(crate) enum Stop {
    /// A refusal.
    Refused(Refusal),
    /// Writing the result failed; a closed pipe is no failure.
    Output(io::Error),
    /// A question was given up. Nothing was changed.
    GivenUp,
}

impl Stop {
    fn refusal(&self) -> Option<&Refusal> {
        match self {
            Stop::Refused(refusal) => Some(refusal),
            Stop::Output(_) | Stop::GivenUp => None,
        }
    }
}

impl From<Refusal> for Stop {
    fn from(refusal: Refusal) -> Self {
        Stop::Refused(refusal)
    }
}

impl From<io::Error> for Stop {
    fn from(problem: io::Error) -> Self {
        Stop::Output(problem)
    }
}

/// What a command came to: its exit status, or how it ended before its end.
pub(crate) type Ended = std::result::Result<u8, Stop>;

/// What a command works with, before the book is opened.
pub(crate) struct Session {
    pub global: Global,
    pub environment: Environment,
    /// The workstation's configuration, once it was read.
    pub config: OnceCell<Config>,
    pub printer: Printer,
    /// What the command needs of an access key, and what became of that.
    pub gate: Rc<Gate>,
    /// The book that the command was about, once it was opened.
    pub book: OnceCell<Location>,
    /// What use cases want said once the answer is.
    pub warnings: Rc<RefCell<Vec<String>>>,
    /// Whether records go by their whole names alone: what comes as JSON is a program's.
    pub exact: bool,
    /// What is told behind a refusal.
    pub afterword: RefCell<String>,
}

/// Runs a command line. Answers the exit status.
pub fn run(args: impl IntoIterator<Item = OsString>) -> u8 {
    let args: Vec<OsString> = args.into_iter().collect();
    outlive_limits();
    tongue::speak(Tongue::of(config::locale().as_deref()));
    if let Some(exit) = complete::answer(&args) {
        return exit;
    }
    let (cli, need, exact) = match parse(&args) {
        Ok(parsed) => parsed,
        Err(error) => return usage::answer(&error, &args),
    };
    let printer = Printer::new(cli.global.format(), cli.global.color(), cli.global.quiet);
    let session = Session {
        global: cli.global,
        environment: Environment::read(),
        config: OnceCell::new(),
        printer,
        gate: Rc::new(Gate::new(need)),
        book: OnceCell::new(),
        warnings: Rc::default(),
        exact,
        afterword: RefCell::default(),
    };
    let command = cli.command.unwrap_or_else(|| Command::Day(DayCommand::Today(Later(Box::default()))));
    let books = matches!(command, Command::Day(DayCommand::Book(_)));
    let ended = dispatch(&session, command);
    key::note(&session, ended.as_ref().err().and_then(Stop::refusal));
    match ended {
        Ok(exit) => {
            session.warnings.borrow().iter().for_each(|words| printer.warning(words));
            exit
        }
        Err(Stop::Refused(mut refusal)) => {
            // Only a booking can be sent again under a key of its own.
            if !books && refusal.hint.as_ref().is_some_and(|hint| hint.contains("--idempotency-key")) {
                refusal.hint =
                    Some("the change may be there or not: look first, then do it again".to_owned());
            }
            printer.refusal(&refusal);
            printer.talk(&session.afterword.take());
            refusal.code.exit()
        }
        Err(Stop::GivenUp) => {
            printer.talk(&format!("{}\n", say("nothing was changed")));
            GIVEN_UP
        }
        Err(Stop::Output(problem)) if problem.kind() == io::ErrorKind::BrokenPipe => 0,
        Err(Stop::Output(problem)) => {
            let refusal = Refusal::new(Code::Internal, format!("the result can't be written: {problem}"))
                .hint("what the command did is done; `turno list` or `turno show` shows it");
            printer.refusal(&refusal);
            refusal.code.exit()
        }
    }
}

/// The command line as it was meant, what that needs of an access key, and whether the rest of it comes
/// as JSON.
fn parse(args: &[OsString]) -> std::result::Result<(Cli, Need, bool), clap::Error> {
    let (cli, matches) = crate::cli::parse(args)?;
    let need = crate::cli::access::need(&matches);
    let from_json = crate::cli::access::from_json(&matches);
    Ok((cli, need, from_json))
}

/// A file that may grow no further is told of in words, where the signal of it would end the program
/// without any.
fn outlive_limits() {
    #[cfg(unix)]
    {
        let heard = std::sync::Arc::new(std::sync::atomic::AtomicBool::new(false));
        // Where it can't be had, the program ends as it would have.
        let _ = signal_hook::flag::register(signal_hook::consts::SIGXFSZ, heard);
    }
}

fn dispatch(session: &Session, command: Command) -> Ended {
    match command {
        Command::Day(command) => day(session, command),
        Command::Change(command) => change(session, command),
        Command::House(command) => house(session, command),
    }
}

fn day(session: &Session, command: DayCommand) -> Ended {
    let answer = match command {
        DayCommand::Today(Later(args)) => desk::today(session, *args)?,
        DayCommand::Slots(Later(args)) => desk::slots(session, *args)?,
        DayCommand::Why(Later(args)) => desk::why(session, *args)?,
        DayCommand::Book(Later(args)) if args.input.is_some() => return stream::book(session, *args),
        DayCommand::Book(Later(args)) => desk::book(session, *args)?,
        DayCommand::Show(Later(args)) => desk::show(session, &args)?,
        DayCommand::List(Later(args)) => desk::list(session, *args)?,
        DayCommand::Count(Later(args)) => desk::count(session, *args)?,
        DayCommand::Agenda(Later(args)) => desk::agenda(session, *args)?,
        DayCommand::Queue(Later(args)) if args.watch => return watch::queue(session, *args),
        DayCommand::Queue(Later(args)) => desk::queue(session, *args)?,
        DayCommand::Late(Later(args)) => desk::late(session, *args)?,
    };
    session.tell(&answer)
}

fn change(session: &Session, command: ChangeCommand) -> Ended {
    let answer = match command {
        ChangeCommand::Reschedule(Later(args)) => desk::reschedule(session, *args)?,
        ChangeCommand::Cancel(Later(args)) => desk::cancel(session, *args)?,
        ChangeCommand::Status(Later(args)) => desk::status(session, *args)?,
        ChangeCommand::Update(Later(args)) => desk::update(session, *args)?,
        ChangeCommand::Undo(Later(args)) => undo::run(session, &args)?,
        ChangeCommand::Series(Later(command)) => series::series(session, *command)?,
        ChangeCommand::Waitlist(Later(command)) => waitlist::waitlist(session, *command)?,
        ChangeCommand::Remind(Later(command)) => return remind::remind(session, *command),
    };
    session.tell(&answer)
}

fn house(session: &Session, command: HouseCommand) -> Ended {
    let answer = match command {
        HouseCommand::Init(Later(args)) => setup::init(session, *args)?,
        HouseCommand::Demo => return demo::run(session),
        HouseCommand::Clinic(Later(command)) => setup::clinic(session, *command)?,
        HouseCommand::Branch(Later(command)) => setup::branch(session, *command)?,
        HouseCommand::Doctor(Later(command)) => setup::doctor(session, *command)?,
        HouseCommand::Service(Later(command)) => setup::service(session, *command)?,
        HouseCommand::Window(Later(command)) => setup::window(session, *command)?,
        HouseCommand::Closure(Later(command)) => setup::closure(session, *command)?,
        HouseCommand::Patient(Later(command)) => setup::patient(session, *command)?,
        HouseCommand::Import(Later(command)) => import::import(session, *command)?,
        HouseCommand::Report(Later(command)) => desk::report(session, *command)?,
        HouseCommand::Export(Later(command)) => return export::export(session, *command),
        HouseCommand::Webhook(Later(command)) => return webhook::webhook(session, *command),
        HouseCommand::Key(Later(command)) => key::key(session, *command)?,
        HouseCommand::Audit(Later(command)) => admin::audit(session, *command)?,
        HouseCommand::Cron => cron::cron(session)?,
        HouseCommand::Db(Later(command)) => admin::db(session, &command)?,
        HouseCommand::Schema(Later(args)) => return admin::schema(session, &args),
        HouseCommand::Completions(Later(args)) => return admin::completions(session, &args),
        HouseCommand::Man(Later(args)) => return admin::man(session, *args),
    };
    session.tell(&answer)
}

impl Session {
    /// Writes a command's answer. Answers its exit status.
    fn tell(&self, answer: &Answer) -> Ended {
        self.printer.answer(answer)?;
        Ok(answer.exit)
    }

    /// The workstation's configuration, read once.
    pub(crate) fn config(&self) -> Result<&Config> {
        if let Some(config) = self.config.get() {
            return Ok(config);
        }
        let config = Config::load(&self.environment)?;
        Ok(self.config.get_or_init(|| config))
    }

    /// The book, opened.
    pub(crate) fn open(&self) -> Result<Context> {
        let config = self.config()?;
        let env = self.env(config)?;
        let book = config.book(self.global.db.as_deref())?;
        let store = Store::open(&book)?;
        // Opened twice, it is the same.
        let _ = self.book.set(book);
        Ok(Context { store, env })
    }

    /// Whether nobody named a book, and there is none where it would be: the first command that somebody
    /// gives. A book that was named and is not there is missing.
    pub(crate) fn has_no_book_yet(&self) -> Result<bool> {
        let config = self.config()?;
        let named = self.global.db.as_deref().is_some_and(|db| !db.is_empty()) || config.file.db.is_some();
        Ok(!named && matches!(config.book(None)?, Location::File(path) if !path.exists()))
    }

    /// Everything that a use case needs to know besides the book.
    pub(crate) fn env(&self, config: &Config) -> Result<Env> {
        let environment = &self.environment;
        let mut env = Env::new(
            crate::clock::now(environment.now.as_deref())?,
            environment.actor.clone(),
            self.global.clinic.clone().or_else(|| config.file.clinic.clone()),
            environment.branch.clone().or_else(|| config.file.branch.clone()),
            Zones::new(environment.zone_folder.clone()),
            Secrets::new(config.secret_file(environment)?),
        );
        env.now_is_given = environment.now.is_some();
        env.warnings = Rc::clone(&self.warnings);
        env.exact = self.exact;
        env.templates = config.templates();
        self.gate.present(config.key(environment));
        env.gate = Rc::clone(&self.gate);
        let channels = config.file.channels.clone();
        env.check_channel = Box::new(move |name| channels.check(name, &config::variable));
        let channels = config.file.channels.clone();
        env.is_mail = Box::new(move |name| channels.is_mail(name));
        Ok(env)
    }

    /// Progress on stderr, drawn by that template: on a terminal only, and not with `--quiet`.
    pub(crate) fn progress(&self, template: &str) -> ProgressBar {
        if self.printer.quiet || !io::stderr().is_terminal() {
            return ProgressBar::hidden();
        }
        let bar = ProgressBar::new_spinner();
        if let Ok(style) = ProgressStyle::with_template(&say(template)) {
            bar.set_style(style);
        }
        bar
    }

    /// Whether questions can be asked.
    pub(crate) fn may_ask(&self) -> bool {
        !self.global.no_input
            && !self.environment.no_input
            && io::stdin().is_terminal()
            && io::stdout().is_terminal()
    }
}

/// `--dry-run` takes everything back at the end.
pub(crate) fn ending(dry_run: bool) -> Ending {
    if dry_run { Ending::Rollback } else { Ending::Commit }
}

/// The whole of a file, or of stdin for `-`.
pub(crate) fn read_all(path: &str) -> Result<Vec<u8>> {
    let read = if path == "-" {
        let mut bytes = Vec::new();
        io::stdin().lock().read_to_end(&mut bytes).map(|_| bytes)
    } else {
        std::fs::read(path)
    };
    read.map_err(|problem| Refusal::invalid("input", format!("{path} can't be read: {problem}")))
}

/// A value that was given as `-` is the first line of stdin.
pub(crate) fn from_stdin(field: &str, value: Option<String>) -> Result<Option<String>> {
    if value.as_deref() != Some("-") {
        return Ok(value);
    }
    let mut line = String::new();
    io::stdin()
        .read_line(&mut line)
        .map_err(|problem| Refusal::invalid(field, format!("stdin can't be read: {problem}")))?;
    Ok(Some(line.trim().to_owned()))
}

/// An answer that is a list.
pub(crate) fn rows<T: serde::Serialize>(
    columns: &'static crate::output::lists::Columns,
    rows: &[T],
) -> Answer {
    Answer::new(crate::output::view::list(columns.key, rows), crate::output::Face::Rows(columns))
}
