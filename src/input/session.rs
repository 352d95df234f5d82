//! What every command starts from: its options, the environment, the printer, and the book once it is opened.

use crate::app::access::gate::Gate;
use crate::app::upkeep::rotate;
use crate::app::{Context, Env};
use crate::domain::access::Need;
use crate::domain::refusal::Refusal;
use crate::input::global::Global;
use crate::output::{Answer, Printer};
use crate::platform::config::{self, Config, Environment};
use crate::platform::error::{Result, StoreError};
use crate::platform::secrets::Secrets;
use crate::platform::zones::Zones;
use crate::store::words::Words;
use crate::store::{Ending, Location, Store};
use indicatif::{ProgressBar, ProgressStyle};
use std::cell::{Cell, OnceCell, RefCell};
use std::io::{self, IsTerminal};
use std::rc::Rc;

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
pub(crate) type Ended = Result<u8, Stop>;

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
    /// Whether a question was answered with no: then the command ends without the text of an error.
    pub(crate) left: Cell<bool>,
}

impl Session {
    /// Nothing read and nothing opened yet.
    pub(crate) fn new(global: Global, printer: Printer, need: Need, exact: bool) -> Session {
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
            left: Cell::default(),
        }
    }

    /// Writes a command's answer. Answers its exit status.
    pub(crate) fn tell(&self, answer: &Answer) -> Ended {
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
            // A file needs no prefetch; a key that can't be read is reported later.
            let keys = match book {
                Location::File(_) => Vec::new(),
                #[cfg(feature = "postgres")]
                Location::Server(_) => env.gate.hashes().unwrap_or_default().to_vec(),
            };
            Store::open_for(book, &Words { clinic, branch, keys, ..words })
        })
    }

    fn opened(&self, open: impl FnOnce(&Location, &Env) -> Result<Store, StoreError>) -> Result<Context> {
        let config = self.config()?;
        let env = self.env(config)?;
        let book = self.location()?;
        let store = open(&book, &env)?;
        // Fails only if it is already set, to the same value.
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

    /// Everything that a use case needs besides the store.
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
