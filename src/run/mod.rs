//! From words to a face: parses, opens the book, runs the use case, writes the answer.

mod admin;
mod affected;
mod ask;
mod atomic_file;
mod backup;
mod complete;
mod cron;
mod demo;
mod desk;
mod export;
mod export_buffer;
mod import;
mod key;
mod pick;
mod privacy;
mod remind;
mod series;
mod setup;
mod stream;
mod undo;
mod usage;
mod waitlist;
mod watch;
mod webhook;

use crate::app::access::Gate;
use crate::app::{Context, Env, rotate};
use crate::cli::agenda::TodayArgs;
use crate::cli::{Command, Global, access};
use crate::domain::access::Need;
use crate::domain::refusal::{Code, Refusal};
use crate::locale::{self, Language};
use crate::output::{Answer, Format, Printer};
use crate::platform::config;
use crate::platform::config::{Config, Environment};
use crate::platform::error::{Result, StoreError};
use crate::platform::secrets::Secrets;
use crate::platform::zones::Zones;
use crate::store::words::Words;
use crate::store::{Ending, Location, Store};
use indicatif::{ProgressBar, ProgressStyle};
use std::cell::{OnceCell, RefCell};
use std::ffi::OsString;
use std::io::{self, BufRead, IsTerminal, Read};
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
    locale::speak(match usage::wants_json(&args) {
        true => Language::English,
        false => Language::of(config::locale().as_deref()),
    });
    if let Some(exit) = complete::answer(&args) {
        return exit;
    }
    let (cli, matches) = match crate::cli::parse(&args) {
        Ok(parsed) => parsed,
        Err(error) => return usage::answer(&error, &args),
    };
    let printer = Printer::new(cli.global.format(), cli.global.color, cli.global.quiet);
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
        Err(Stop::Refused(mut refusal)) => {
            // Only a booking can be sent again under a key of its own.
            if !books && refusal.hint.as_ref().is_some_and(|hint| hint.contains("--idempotency-key")) {
                refusal.hint = Some(text!("the-change-may-be-there-or-not-look").to_owned());
            }
            printer.refusal(&refusal);
            printer.talk(&session.afterword.take());
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
        // Where it can't be had, the program ends as it would have.
        let _ = signal_hook::flag::register(signal_hook::consts::SIGXFSZ, heard);
    }
}

fn dispatch(session: &Session, command: Command) -> Ended {
    let answer = match command {
        Command::Today(args) => desk::today(session, args)?,
        Command::Slots(args) => desk::slots(session, args)?,
        Command::Why(args) => desk::why(session, args)?,
        Command::Book(args) if args.input.is_some() => return stream::book(session, *args),
        Command::Book(args) => desk::book(session, *args)?,
        Command::Show(args) => desk::show(session, &args.appointment)?,
        Command::List(args) => desk::list(session, args)?,
        Command::Count(args) => desk::count(session, args)?,
        Command::Agenda(args) => desk::agenda(session, args)?,
        Command::Queue(args) if args.watch => return watch::queue(session, args),
        Command::Queue(args) => desk::queue(session, args)?,
        Command::Late(args) => desk::late(session, args)?,
        Command::Reschedule(args) => desk::reschedule(session, args)?,
        Command::Cancel(args) => desk::cancel(session, args)?,
        Command::Status(args) => desk::status(session, args)?,
        Command::Update(args) => desk::update(session, args)?,
        Command::Undo(args) => undo::run(session, &args)?,
        Command::Series(family) => series::series(session, family.command)?,
        Command::Waitlist(family) => waitlist::waitlist(session, family.command)?,
        Command::Remind(family) => return remind::remind(session, family.command),
        Command::Init(args) => setup::init(session, args.clinic)?,
        Command::Demo => return demo::run(session),
        Command::Clinic(family) => setup::clinic(session, family.command)?,
        Command::Branch(family) => setup::branch(session, family.command)?,
        Command::Doctor(family) => setup::doctor(session, family.command)?,
        Command::Service(family) => setup::service(session, family.command)?,
        Command::Window(family) => setup::window(session, family.command)?,
        Command::Closure(family) => setup::closure(session, family.command)?,
        Command::Patient(family) => setup::patient(session, family.command)?,
        Command::Import(family) => import::import(session, family.command)?,
        Command::Report(family) => desk::report(session, family.command)?,
        Command::Export(family) => return export::export(session, family.command),
        Command::Webhook(family) => return webhook::webhook(session, family.command),
        Command::Key(family) => key::key(session, family.command)?,
        Command::Audit(family) => admin::audit(session, family.command)?,
        Command::Cron => cron::cron(session)?,
        Command::Db(family) => admin::db(session, &family.command)?,
        Command::Schema(args) => return admin::schema(session, &args),
        Command::Completions(args) => return admin::completions(session, &args),
        Command::Man(args) => return admin::man(session, args),
    };
    session.tell(&answer)
}

impl Session {
    /// Nothing read and nothing opened yet.
    fn new(global: Global, printer: Printer, need: Need, exact: bool) -> Session {
        Session {
            global,
            environment: Environment::read(),
            config: OnceCell::new(),
            printer,
            gate: Rc::new(Gate::new(need)),
            book: OnceCell::new(),
            warnings: Rc::default(),
            exact,
            afterword: RefCell::default(),
        }
    }

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
        self.opened(|book, _| Store::open(book))
    }

    /// The book, opened for use cases that may be run as a guess, for a command that names so much.
    pub(crate) fn open_for(&self, words: Words) -> Result<Context> {
        self.opened(|book, env| {
            let (clinic, branch) = (env.clinic.clone(), words.branch.clone().or_else(|| env.branch.clone()));
            // A file's questions are not asked ahead, and a key that can't be read is of no matter yet.
            let keys = match book {
                Location::File(_) => Vec::new(),
                #[cfg(feature = "postgres")]
                Location::Server(_) => env.gate.hashes().unwrap_or_default().to_vec(),
            };
            Store::open_for(book, &Words { clinic, branch, keys, ..words })
        })
    }

    fn opened(
        &self,
        open: impl FnOnce(&Location, &Env) -> std::result::Result<Store, StoreError>,
    ) -> Result<Context> {
        let config = self.config()?;
        let env = self.env(config)?;
        let book = self.location()?;
        let store = open(&book, &env)?;
        // Opened twice, it is the same.
        let _ = self.book.set(book);
        let mut context = Context { store, env };
        rotate::finish(&mut context);
        Ok(context)
    }

    /// Whether nobody named a book, and there is none where it would be: the first command that somebody
    /// gives. A book that was named and is not there is missing.
    pub(crate) fn has_no_book_yet(&self) -> Result<bool> {
        let config = self.config()?;
        Ok(self.named_book(config).is_none() && !config.usual_book()?.exists())
    }

    /// The book that the flag, `TURNO_DB` or the configuration file names. An empty name counts as none.
    fn named_book<'a>(&'a self, config: &'a Config) -> Option<&'a str> {
        self.global.db.as_deref().filter(|db| !db.is_empty()).or(config.file.db.as_deref())
    }

    /// Where the book is: as named, or the file in the data directory.
    pub(crate) fn location(&self) -> Result<Location> {
        let config = self.config()?;
        match self.named_book(config) {
            Some(word) => Ok(Location::named(word)?),
            None => Ok(Location::File(config.usual_book()?)),
        }
    }

    /// Everything that a use case needs to know besides the book.
    pub(crate) fn env(&self, config: &Config) -> Result<Env> {
        let environment = &self.environment;
        let mut env = Env::new(
            crate::platform::clock::now(environment.now.as_deref())?,
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
        if let Ok(style) = ProgressStyle::with_template(template) {
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

/// The template of a progress bar that tells percents.
pub(crate) fn in_percent() -> String {
    text!("progress-percent", bar = "{bar:40}", percent = "{percent}", eta = "{eta}")
}

/// The template of a progress line that counts rows.
pub(crate) fn in_rows() -> String {
    text!("progress-rows", spinner = "{spinner}", count = "{human_pos}", rate = "{per_sec}")
}

/// `--dry-run` takes everything back at the end.
pub(crate) fn ending(dry_run: bool) -> Ending {
    if dry_run { Ending::Rollback } else { Ending::Commit }
}

/// The input of a command: a file, or stdin for `-`.
pub(crate) fn input(path: &str) -> Result<Box<dyn Read + Send>> {
    if path == "-" {
        return Ok(Box::new(io::stdin()));
    }
    let file = std::fs::File::open(path)
        .map_err(|problem| Refusal::invalid("input", text!("cant-be-read", path, problem)))?;
    Ok(Box::new(file))
}

/// The most bytes of a line of stdin that are read.
const LONGEST_LINE: u64 = 64 * 1024;

/// A value that was given as `-` is the first line of stdin.
pub(crate) fn from_stdin(field: &str, value: Option<String>) -> Result<Option<String>> {
    if value.as_deref() != Some("-") {
        return Ok(value);
    }
    let mut line = String::new();
    // The first of a line without end is longer than any field, which says so.
    io::stdin()
        .lock()
        .take(LONGEST_LINE)
        .read_line(&mut line)
        .map_err(|problem| Refusal::invalid(field, text!("stdin-cant-be-read", problem)))?;
    Ok(Some(line.trim().to_owned()))
}

/// An answer that is a list.
pub(crate) fn rows<T: serde::Serialize>(
    columns: &'static crate::output::lists::Columns,
    rows: &[T],
) -> Answer {
    Answer::new(crate::output::view::list(columns.key, rows), crate::output::Face::Rows(columns))
}
