//! The database layer: every read and write goes through a [`Tx`], which rolls back unless it is committed.
//! All SQL is in this module.

pub mod appointments;
pub mod audit;
pub mod backup;
mod cells;
pub mod chain_head;
pub mod check;
pub mod copy;
pub mod deliveries;
pub mod delivery_reports;
pub mod directory;
mod effect;
pub mod engine;
pub mod erase;
mod forecast;
pub mod keys;
mod location;
pub mod mentions;
pub mod merges;
pub mod meta;
pub mod migrate;
pub mod outbox;
pub mod patients;
#[cfg(feature = "postgres")]
mod postgres;
pub mod purge;
pub mod record;
pub mod records;
pub mod redact;
pub mod replies;
pub mod reports;
mod retry;
pub mod rotation;
pub mod series;
mod sqlite;
pub mod sweeps;
mod tx;
pub mod undo;
pub mod waitlist;
pub mod webhooks;
pub mod windows;
pub mod words;

use crate::domain::refusal::Refusal;
use crate::platform::error::StoreError;
use audit::Link;
use engine::{Engine, Locked, Mode, Scrub};
use forecast::{Answers, Foreseen, Foresight};
pub use location::Location;
use retry::{Patience, Try, after_a_change, unknown_outcome};
pub use tx::Tx;
use words::Words;

/// Parameters of a statement, each turned into a [`Value`].
macro_rules! params {
    ($($value:expr),* $(,)?) => { &[$($crate::store::engine::Value::from($value)),*] };
}
pub(crate) use params;

/// An open database ("book").
pub struct Store {
    engine: Box<dyn Engine>,
    location: Location,
    /// Longest time to retry a change.
    patience: std::time::Duration,
    /// Whether this store has committed a change.
    changed: bool,
    /// Answers prefetched when the database was opened; None if this command's queries are not prefetched.
    hints: Option<Answers>,
    /// The id of the clinic that the command is expected to work in.
    clinic: Option<String>,
}

/// What to do with a transaction after its work succeeded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ending {
    /// Commit.
    Commit,
    /// Roll back (dry run).
    Rollback,
}

#[derive(Debug, Clone, Copy)]
struct Plan {
    ending: Ending,
    /// Whether the work calls [`Tx::ask_ahead`] for each part, so that it is not prefetched as a whole.
    in_parts: bool,
}

impl Store {
    /// Opens an existing database and brings its schema up to date.
    pub fn open(location: &Location) -> Result<Store, StoreError> {
        let engine: Box<dyn Engine> = match location {
            Location::File(path) => Box::new(sqlite::Sqlite::open(path)?),
            #[cfg(feature = "postgres")]
            Location::Server(server) => Box::new(postgres::Postgres::open(server)?),
        };
        Ok(Store::new(engine, location))
    }

    /// Like [`open`](Store::open); on a server, also prefetches the records that `words` name. There, work
    /// runs first as a trial run to save round trips, so it must have no effect outside the transaction.
    pub fn open_for(location: &Location, words: &Words) -> Result<Store, StoreError> {
        match location {
            Location::File(_) => {
                // A file has no round trips to save.
                let _ = words;
                Store::open(location)
            }
            #[cfg(feature = "postgres")]
            Location::Server(server) => {
                let (engine, found) = postgres::Postgres::open_for(server, words)?;
                let store = Store::new(Box::new(engine), location);
                Ok(Store { hints: Some(found.answers), clinic: found.clinic, ..store })
            }
        }
    }

    fn new(engine: Box<dyn Engine>, location: &Location) -> Store {
        let patience = retry::PATIENCE;
        Store { engine, location: location.clone(), patience, changed: false, hints: None, clinic: None }
    }

    /// Opens an existing database read-only: changes nothing, not even the schema, and waits for no lock.
    pub fn look(location: &Location) -> Result<Store, StoreError> {
        let engine: Box<dyn Engine> = match location {
            Location::File(path) => Box::new(sqlite::Sqlite::look(path)?),
            #[cfg(feature = "postgres")]
            Location::Server(server) => Box::new(postgres::Postgres::look(server)?),
        };
        Ok(Store::new(engine, location))
    }

    /// Creates the file (if missing) and the schema, and opens the database.
    pub fn create(location: &Location) -> Result<Store, StoreError> {
        let engine: Box<dyn Engine> = match location {
            Location::File(path) => Box::new(sqlite::Sqlite::create(path)?),
            #[cfg(feature = "postgres")]
            Location::Server(server) => Box::new(postgres::Postgres::create(server)?),
        };
        Ok(Store::new(engine, location))
    }

    /// The location that the database was opened with.
    pub fn location(&self) -> &Location {
        &self.location
    }

    /// Runs `work` in a read transaction with one consistent snapshot. After [`open_for`](Store::open_for) on
    /// a server, `work` may run several times and must have no effect outside the transaction.
    pub fn read<T>(&mut self, mut work: impl FnMut(&mut Tx<'_>) -> Result<T, Refusal>) -> Result<T, Refusal> {
        let mut patience = Patience::of(self.patience);
        let answer = loop {
            match self.looked(&mut work) {
                Try::Done(done) => break Ok(done),
                Try::Again(problem) if patience.nap(&problem) => {}
                Try::Again(problem) => break Err(problem.into()),
                Try::Refused(refusal) => break Err(refusal),
            }
        };
        if self.changed { answer.map_err(after_a_change) } else { answer }
    }

    /// Runs `work` under the write lock of the whole database, in one transaction.
    ///
    /// `work` may run again from its start after a conflict with another writer or a lost connection. If the
    /// answer to a commit was lost, the audit entry shows whether it succeeded; work without an audit entry
    /// may then be applied twice and must tolerate that. On an error nothing has changed, unless the error's
    /// details report an unknown outcome.
    pub fn write<T>(
        &mut self,
        ending: Ending,
        work: impl FnMut(&mut Tx<'_>) -> Result<T, Refusal>,
    ) -> Result<T, Refusal> {
        self.write_under(None, Plan { ending, in_parts: false }, work)
    }

    /// Like [`write`](Store::write), but locks only the command's clinic if it is known and the engine has
    /// such locks. `work` must call [`Tx::work_in`] before it reads any record of the clinic.
    pub fn write_in_clinic<T>(
        &mut self,
        ending: Ending,
        work: impl FnMut(&mut Tx<'_>) -> Result<T, Refusal>,
    ) -> Result<T, Refusal> {
        let clinic = self.clinic.clone().filter(|_| self.engine.locks_clinics());
        self.write_under(clinic, Plan { ending, in_parts: false }, work)
    }

    /// Like [`write_in_clinic`](Store::write_in_clinic), for work that calls [`Tx::ask_ahead`] for each of
    /// its parts.
    pub fn write_in_parts<T>(
        &mut self,
        ending: Ending,
        work: impl FnMut(&mut Tx<'_>) -> Result<T, Refusal>,
    ) -> Result<T, Refusal> {
        let clinic = self.clinic.clone().filter(|_| self.engine.locks_clinics());
        self.write_under(clinic, Plan { ending, in_parts: true }, work)
    }

    fn write_under<T>(
        &mut self,
        clinic: Option<String>,
        plan: Plan,
        work: impl FnMut(&mut Tx<'_>) -> Result<T, Refusal>,
    ) -> Result<T, Refusal> {
        let ending = plan.ending;
        let answer = self.tried(clinic, plan, work);
        if self.changed {
            return answer.map_err(after_a_change);
        }
        self.changed = answer.is_ok() && ending == Ending::Commit;
        answer
    }

    /// One attempt at a read.
    fn looked<T>(&mut self, work: &mut impl FnMut(&mut Tx<'_>) -> Result<T, Refusal>) -> Try<T, Refusal> {
        match self.engine.begin(Mode::Read) {
            Ok(()) => {}
            Err(problem) if retry::may_pass(&problem, false) => return Try::Again(problem),
            Err(problem) => return Try::Refused(problem.into()),
        }
        let mut tx = Tx::new(self.engine.as_mut(), false);
        let mut guessed = Ok(());
        if let Some(hints) = &self.hints {
            tx.foreseen = Foreseen::from_hints(hints.clone());
            guessed = tx.foresee(Foresight::OneView, work).map_err(Refusal::from);
        }
        let answer = guessed.and_then(|()| work(&mut tx));
        self.clinic = tx.works_in.take().or(self.clinic.take());
        match answer {
            Ok(done) => Try::Done(done),
            Err(refusal) => match tx.trouble.take() {
                Some(problem) if self.hints.is_some() => Try::Again(problem),
                _ => Try::Refused(refusal),
            },
        }
    }

    fn tried<T>(
        &mut self,
        mut clinic: Option<String>,
        plan: Plan,
        mut work: impl FnMut(&mut Tx<'_>) -> Result<T, Refusal>,
    ) -> Result<T, Refusal> {
        let mut patience = Patience::of(self.patience);
        let mut unanswered = None;
        loop {
            let doubt = self.engine.is_optimistic() && patience.doubts();
            match self.attempt((&mut clinic, plan), doubt, &mut work, &mut unanswered) {
                Try::Done(done) => return Ok(done),
                Try::Again(problem) if patience.nap(&problem) => {}
                Try::Again(problem) if unanswered.is_some() => return Err(unknown_outcome(&problem)),
                Try::Again(problem) => return Err(problem.into()),
                Try::Refused(refusal) if unanswered.is_some() => {
                    return Err(unknown_outcome(&refusal.message));
                }
                Try::Refused(refusal) => return Err(refusal),
            }
        }
    }

    /// One attempt at a write under the lock of `clinic`, which becomes None if that lock does not suffice.
    /// `unanswered` holds the audit entry and the result of a commit whose answer was lost.
    fn attempt<T>(
        &mut self,
        (clinic, Plan { ending, in_parts }): (&mut Option<String>, Plan),
        doubt: bool,
        work: &mut impl FnMut(&mut Tx<'_>) -> Result<T, Refusal>,
        unanswered: &mut Option<(Link, T)>,
    ) -> Try<T, Refusal> {
        let judged = |problem: StoreError| {
            if retry::may_pass(&problem, doubt) { Try::Again(problem) } else { Try::Refused(problem.into()) }
        };
        if let Err(problem) = self.engine.begin(clinic.clone().map_or(Mode::Write, Mode::WriteIn)) {
            return judged(problem);
        }
        // Without locks the lost session may still commit and conflict with this transaction.
        let may_come_yet = self.engine.is_optimistic();
        let mut tx = Tx::new(self.engine.as_mut(), doubt);
        tx.locked = clinic.clone();
        let mut not_there = None;
        if let Some((entry, done)) = unanswered.take() {
            match audit::holds(&mut tx, &entry) {
                Ok(true) => return Try::Done(done),
                Ok(false) => not_there = Some((entry, done)).filter(|_| may_come_yet),
                Err(problem) => {
                    *unanswered = Some((entry, done));
                    return judged(problem);
                }
            }
        }
        let mut answer = Ok(());
        if let Some(hints) = &mut self.hints {
            tx.foreseen = Foreseen::from_hints(std::mem::take(hints));
            if !in_parts {
                answer = tx.foresee(Foresight::Locked, work).map_err(Refusal::from);
            }
        }
        let answer = answer.and_then(|()| work(&mut tx));
        if let Some(hints) = &mut self.hints {
            *hints = std::mem::take(&mut tx.foreseen).into_hints();
        }
        self.clinic = tx.works_in.take().or(self.clinic.take());
        if tx.lock_is_too_small {
            *clinic = None;
        }
        let tried = match (tx.trouble.take(), answer) {
            (Some(problem), _) => Try::Again(problem),
            (None, Ok(done)) if ending == Ending::Commit => committed(tx, done, judged, unanswered),
            (None, Ok(done)) => tx.rehearse().map_or_else(judged, |()| Try::Done(done)),
            (None, Err(refusal)) => Try::Refused(refusal),
        };
        if matches!(tried, Try::Again(_)) && unanswered.is_none() {
            *unanswered = not_there;
        }
        tried
    }

    /// Prepares for a bulk run: more memory may be used as cache.
    pub fn expect_many(&mut self) {
        self.engine.expect_many();
    }

    /// The size on disk in bytes.
    pub fn bytes(&mut self) -> Result<u64, StoreError> {
        self.engine.bytes()
    }

    /// Engine name and version.
    pub fn engine_version(&mut self) -> Result<String, StoreError> {
        self.engine.version()
    }

    /// Whether the database itself refuses overlapping appointments.
    pub fn has_guard(&mut self) -> Result<bool, StoreError> {
        self.engine.has_guard()
    }

    /// Rewrites the database so that deleted data remains in no free page and no log.
    pub fn scrub(&mut self) -> Result<Scrub, StoreError> {
        self.engine.expect_many();
        self.engine.scrub()
    }

    /// The tables that readers cannot use while a scrub rewrites them.
    pub fn locked_by_scrub(&mut self) -> Result<Vec<Locked>, StoreError> {
        self.engine.locked_by_scrub()
    }

    /// The problems that the engine's own integrity check finds.
    pub fn integrity(&mut self) -> Result<Vec<String>, StoreError> {
        self.engine.expect_many();
        self.engine.integrity()
    }
}

/// Commits. If the answer is lost, stores the last audit entry and the result in `unanswered`.
fn committed<T>(
    mut tx: Tx<'_>,
    done: T,
    judged: impl Fn(StoreError) -> Try<T, Refusal>,
    unanswered: &mut Option<(Link, T)>,
) -> Try<T, Refusal> {
    let entry = tx.entries.pop();
    match tx.commit() {
        Ok(()) => Try::Done(done),
        Err(problem @ StoreError::Lost { .. }) => {
            *unanswered = entry.map(|entry| (entry, done));
            Try::Again(problem)
        }
        Err(problem) => judged(problem),
    }
}

#[cfg(test)]
mod effect_tests;
#[cfg(test)]
pub(crate) mod fixtures;
#[cfg(test)]
mod plan_tests;
#[cfg(test)]
mod retry_tests;

/// The tests shared by all engines, on SQLite.
#[cfg(test)]
#[path = "."]
mod on_sqlite {
    type Shelf = super::fixtures::Shelf<super::fixtures::Folder>;

    mod contract;
    mod contract_counts;
    mod contract_webhooks;
}

/// The shared tests on PostgreSQL; skipped with a message if there is no server.
#[cfg(test)]
#[cfg(feature = "postgres")]
#[path = "."]
mod on_postgres {
    type Shelf = super::fixtures::Shelf<super::fixtures::Database>;

    #[expect(clippy::duplicate_mod, reason = "one text for both engines")]
    mod contract;
    #[expect(clippy::duplicate_mod, reason = "one text for both engines")]
    mod contract_counts;
    #[expect(clippy::duplicate_mod, reason = "one text for both engines")]
    mod contract_webhooks;
}

/// The shared tests on PostgreSQL without locks, with serializable transactions only.
#[cfg(test)]
#[cfg(feature = "postgres")]
#[path = "."]
mod on_postgres_without_locks {
    type Shelf = super::fixtures::Shelf<super::fixtures::Unlocked>;

    #[expect(clippy::duplicate_mod, reason = "one text for both engines")]
    mod contract;
    #[expect(clippy::duplicate_mod, reason = "one text for both engines")]
    mod contract_counts;
    #[expect(clippy::duplicate_mod, reason = "one text for both engines")]
    mod contract_webhooks;
}
