//! The book on a PostgreSQL server.
//!
//! A writer in one clinic takes the clinic's lock before reading; a writer of the whole book takes a lock
//! that excludes all other writers. Servers that speak the protocol but cannot lock a table (CockroachDB,
//! YugabyteDB) run SERIALIZABLE transactions instead.
//!
//! To save round trips, a transaction begins with its first statement, and changes whose results are not
//! needed are sent with the next query or the commit. A pooler may give the session to another client after
//! each transaction, so settings end with the transaction and statements have no names.

mod auth;
mod catalog;
mod connect;
mod fault;
mod flight;
mod lookup;
mod passfile;
mod scrub;
mod server;
mod service;
mod session;
mod target;
mod tls;
mod url;
mod value;
mod variables;

pub(crate) use server::Server;

use crate::platform::error::StoreError;
use crate::store::engine::{Engine, Locked, Mode, Question, Row, Rows, Scrub, Value};
use crate::store::migrate::{self, Dialect, Migrating};
use crate::store::words::Words;
use connect::Opened;
use fault::fault;
use flight::{Ahead, END_OF_PART, Kept, PART, is_one_part};
use lookup::{Found, Lookup};
use sha2::{Digest, Sha256};
use std::cell::Cell;
use std::time::Duration;
use tokio_postgres::SimpleQueryMessage;

pub(super) struct Postgres {
    server: Server,
    opened: Opened,
    stage: Stage,
    /// Changes to send with the next statement or the commit.
    kept: Vec<Kept>,
    /// The error of a kept change that no rollback to a savepoint can undo: the commit must fail.
    spoiled: Option<StoreError>,
}

/// The state of the transaction.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Stage {
    None,
    /// The next statement begins the transaction.
    Due(Mode),
    Open,
}

/// The lock of the whole book, taken before the first read, so that the transaction sees the last writer's
/// changes. Does not block readers.
const LOCK: &str = "LOCK TABLE meta IN EXCLUSIVE MODE";
const BEGIN: &str = "BEGIN ISOLATION LEVEL SERIALIZABLE";
/// The lock of a writer in a clinic: compatible with itself, excluded by [`LOCK`].
const SHARED: &str = "LOCK TABLE meta IN ROW SHARE MODE";
/// READ COMMITTED: the query that takes a clinic's lock would fix a snapshot from before the lock.
const BEGIN_IN_CLINIC: &str = "BEGIN ISOLATION LEVEL READ COMMITTED";
const BEGIN_READING: &str = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY";

/// The time limit of each answer in a change, as others wait for its end. Longer than `lock_timeout`.
const IN_A_CHANGE: Duration = Duration::from_secs(30);

/// Kept changes are sent when their number reaches this.
const MOST_KEPT: usize = 1_000;

/// Returns one column: the size of the schema's tables and indexes in bytes.
const BYTES: &str = "SELECT CAST(coalesce(sum(pg_total_relation_size(c.oid)), 0) AS BIGINT)
    FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace
    WHERE n.nspname = current_schema() AND c.relkind = 'r'";

/// Returns a message for each index or constraint that cannot be relied on.
const UNSOUND: &str = "SELECT 'the index ' || c.relname || ' is not valid'
    FROM pg_index AS i JOIN pg_class AS c ON c.oid = i.indexrelid
    JOIN pg_namespace AS n ON n.oid = c.relnamespace
    WHERE n.nspname = current_schema() AND NOT i.indisvalid
    UNION ALL SELECT 'the constraint ' || o.conname || ' is not validated'
    FROM pg_constraint AS o JOIN pg_namespace AS n ON n.oid = o.connamespace
    WHERE n.nspname = current_schema() AND NOT o.convalidated
    UNION ALL SELECT 'the constraint appointments_no_overlap is missing, though btree_gist is there'
    WHERE EXISTS (SELECT 1 FROM pg_extension WHERE extname = 'btree_gist')
      AND NOT EXISTS (SELECT 1 FROM pg_constraint AS o JOIN pg_namespace AS n ON n.oid = o.connamespace
        WHERE n.nspname = current_schema() AND o.conname = 'appointments_no_overlap')";

/// Returns a row if the exclusion constraint exists.
const GUARD: &str = "SELECT 1 FROM pg_constraint AS o JOIN pg_namespace AS n ON n.oid = o.connamespace
    WHERE n.nspname = current_schema() AND o.conname = 'appointments_no_overlap'";

/// Returns the first table, view or sequence of the schema, if any; ignores those of extensions.
const OCCUPANT: &str = "SELECT c.relname FROM pg_class AS c
    JOIN pg_namespace AS n ON n.oid = c.relnamespace
    WHERE n.nspname = current_schema() AND c.relkind IN ('r', 'p', 'v', 'm', 'S', 'f')
      AND NOT EXISTS (SELECT 1 FROM pg_depend AS d WHERE d.objid = c.oid AND d.deptype = 'e')
    ORDER BY c.relname LIMIT 1";

const HAS_VERSION: &str = "SELECT 1 FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace
    WHERE n.nspname = current_schema() AND c.relname = 'schema_version'";

impl Postgres {
    /// Opens an existing database and brings its schema up to date.
    pub(super) fn open(server: &Server) -> Result<Self, StoreError> {
        Self::connect(server, &[])?.0.up_to_date()
    }

    /// Like [`Postgres::open`]; also looks up what `words` name, in the same round trip.
    pub(super) fn open_for(server: &Server, words: &Words) -> Result<(Self, Found), StoreError> {
        let lookup = Lookup::of(words);
        let questions: Vec<Question> = lookup.questions().iter().map(Question::numbered).collect();
        let (engine, answers) = Self::connect(server, &questions)?;
        Ok((engine.up_to_date()?, lookup.found(answers)))
    }

    fn up_to_date(mut self) -> Result<Self, StoreError> {
        match self.opened.schema {
            Some(migrate::LATEST) => {}
            Some(_) => migrate::run(&mut self)?,
            None => return Err(self.missing()?),
        }
        Ok(self)
    }

    /// Opens an up-to-date book for reading; tries once, with a short time limit.
    pub(super) fn look(server: &Server) -> Result<Self, StoreError> {
        let server = server.hasty();
        let (mut opened, _) = connect::once(&server, &[])?;
        opened.session.limit(Some(server.timeout));
        let mut engine = Postgres::at(server, opened);
        match engine.opened.schema {
            Some(version) => migrate::current(version).map(|()| engine),
            None => Err(engine.missing()?),
        }
    }

    /// Opens a book, and makes its schema first if there is none.
    pub(super) fn create(server: &Server) -> Result<Self, StoreError> {
        let (mut engine, _) = Self::connect(server, &[])?;
        if engine.opened.schema != Some(migrate::LATEST) {
            migrate::run(&mut engine)?;
        }
        Ok(engine)
    }

    fn connect(server: &Server, questions: &[Question]) -> Result<(Self, Vec<Rows>), StoreError> {
        let (opened, answers) = connect::patiently(server, questions)?;
        Ok((Postgres::at(server.clone(), opened), answers))
    }

    fn at(server: Server, opened: Opened) -> Self {
        Postgres { server, opened, stage: Stage::None, kept: Vec::new(), spoiled: None }
    }

    /// The error for a database without a book.
    fn missing(&mut self) -> Result<StoreError, StoreError> {
        let name = self.server.to_string();
        Ok(match self.first(OCCUPANT)? {
            Some(table) => foreign(&name, &table),
            None => StoreError::unavailable(
                text!("there-is-no-book-in", name),
                text!("make-one-with-turno-init-or-name-another"),
            ),
        })
    }

    /// Returns the first column of the first row of a query without parameters.
    fn first(&mut self, sql: &str) -> Result<Option<String>, StoreError> {
        let ask = async |client: &tokio_postgres::Client| client.simple_query(sql).await.map_err(fault);
        Ok(self.opened.session.ask(ask)?.iter().find_map(|message| match message {
            SimpleQueryMessage::Row(row) => row.get(0).map(str::to_owned),
            _ => None,
        }))
    }

    /// Opens a new session if the last one was lost.
    fn reconnect(&mut self) -> Result<(), StoreError> {
        if self.opened.session.is_lost() {
            self.stage = Stage::None;
            self.opened = connect::once(&self.server, &[])?.0;
        }
        Ok(())
    }

    /// The statements that begin the transaction, if it is due.
    fn beginning(&mut self) -> Option<String> {
        let Stage::Due(mode) = &self.stage else { return None };
        let (begin, lock) = match mode {
            Mode::Read => (BEGIN_READING, String::new()),
            Mode::Write if self.opened.locks => (BEGIN, LOCK.to_owned()),
            Mode::Write => (BEGIN, String::new()),
            Mode::WriteIn(clinic_id) => (BEGIN_IN_CLINIC, format!("{SHARED}; {}", lock_of(clinic_id))),
        };
        self.stage = Stage::Open;
        Some(format!("{begin}; {}{lock}", self.opened.settings))
    }

    /// Sends statements after the transaction's beginning and the kept changes.
    fn send<T>(
        &mut self,
        statements: impl FnOnce(&mut session::Session, &Ahead<'_>) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        let (begin, kept) = (self.beginning(), std::mem::take(&mut self.kept));
        let ahead = Ahead { begin, kept: &kept, failed_before: Cell::new(None) };
        let answer = statements(&mut self.opened.session, &ahead);
        if let (Err(problem), Some(behind)) = (&answer, ahead.failed_before.get()) {
            // A rollback to the current savepoint does not undo a failure outside it.
            if !is_one_part(behind) {
                self.spoiled = Some(problem.clone());
            }
        }
        answer
    }

    fn keep(&mut self, sql: &str, params: &[Value<'_>], rows: Option<u64>) {
        let params = params.iter().cloned().map(Value::into_owned).collect();
        self.kept.push(Kept { sql: numbered(sql), params, rows });
    }
}

/// Takes a clinic's advisory lock. Two clinics with the same number would only wait for each other.
fn lock_of(clinic_id: &str) -> String {
    let digest = Sha256::digest(format!("turno {clinic_id}"));
    let number = digest.iter().take(8).fold(0, |number: i64, &byte| number << 8 | i64::from(byte));
    format!("SELECT pg_advisory_xact_lock({number})")
}

/// Replaces `?2` with `$2`. Nothing else in the book's SQL has a question mark.
fn numbered(sql: &str) -> String {
    sql.replace('?', "$")
}

impl Question {
    fn numbered(&self) -> Question {
        Question { sql: numbered(&self.sql), params: self.params.clone() }
    }
}

fn foreign(name: &str, table: &str) -> StoreError {
    StoreError::unavailable(
        text!("is-not-a-turno-book", name, table),
        text!("name-the-book-with-db-or-turno_db-turno"),
    )
}

impl Engine for Postgres {
    fn execute(&mut self, sql: &str, params: &[Value<'_>]) -> Result<u64, StoreError> {
        self.send(|session, ahead| session.execute(ahead, &numbered(sql), params))
    }

    fn run(&mut self, sql: &str, params: &[Value<'_>], rows: Option<u64>) -> Result<(), StoreError> {
        self.keep(sql, params, rows);
        if self.kept.len() < MOST_KEPT { Ok(()) } else { self.send(|session, ahead| session.end(ahead, "")) }
    }

    fn query(
        &mut self,
        sql: &str,
        params: &[Value<'_>],
        each: &mut dyn FnMut(Row<'_>) -> Result<(), StoreError>,
    ) -> Result<(), StoreError> {
        self.send(|session, ahead| session.query(ahead, &numbered(sql), params, each))
    }

    fn is_far(&self) -> bool {
        true
    }

    /// Commits with the questions if the transaction only reads and has sent nothing yet.
    fn query_all(&mut self, questions: &[Question], likely_all: bool) -> Result<Vec<Rows>, StoreError> {
        let questions: Vec<Question> = questions.iter().map(Question::numbered).collect();
        let all = likely_all && self.stage == Stage::Due(Mode::Read);
        let end = all.then_some("COMMIT");
        let answers = self.send(|session, ahead| session.query_all(ahead, &questions, end))?;
        if all {
            self.stage = Stage::Due(Mode::Read);
        }
        Ok(answers)
    }

    fn settle(&mut self) -> Result<(), StoreError> {
        if let Some(problem) = &self.spoiled {
            return Err(problem.clone());
        }
        if self.kept.is_empty() { Ok(()) } else { self.send(|session, ahead| session.end(ahead, "")) }
    }

    fn begin_part(&mut self) -> Result<(), StoreError> {
        self.keep(PART, &[], None);
        Ok(())
    }

    fn end_part(&mut self) -> Result<(), StoreError> {
        self.keep(END_OF_PART, &[], None);
        Ok(())
    }

    /// Drops changes that were not sent. If they include the release of a nested savepoint that the server
    /// has, rolls back to that savepoint first.
    fn take_part_back(&mut self) -> Result<(), StoreError> {
        if let Some(problem) = &self.spoiled {
            return Err(problem.clone());
        }
        let mut ended = 0;
        while let Some(last) = self.kept.pop() {
            match last.sql.as_str() {
                PART if ended == 0 => return Ok(()),
                PART => ended -= 1,
                END_OF_PART => ended += 1,
                _ => {}
            }
        }
        for _ in 0..=ended {
            self.keep("ROLLBACK TO SAVEPOINT part", &[], None);
            self.end_part()?;
        }
        Ok(())
    }

    fn is_optimistic(&self) -> bool {
        !self.opened.locks
    }

    fn locks_clinics(&self) -> bool {
        self.opened.locks
    }

    fn begin(&mut self, mode: Mode) -> Result<(), StoreError> {
        let lost_primary = self.opened.session.is_lost() && !self.opened.standby;
        self.reconnect()?;
        let writes = mode != Mode::Read;
        if writes && self.opened.standby {
            // The next try opens another session, and still knows that a primary was lost.
            self.opened.session.give_up();
            self.opened.standby = !lost_primary;
            return Err(fault::standby(&self.server, lost_primary));
        }
        match self.opened.schema {
            Some(version) => migrate::current(version)?,
            None => return Err(self.missing()?),
        }
        self.opened.session.limit(writes.then_some(IN_A_CHANGE));
        self.stage = Stage::Due(mode);
        Ok(())
    }

    /// After any other error than a known rollback, the outcome is unknown: [`StoreError::Lost`].
    fn commit(&mut self) -> Result<(), StoreError> {
        if let Some(problem) = self.spoiled.take() {
            return Err(problem);
        }
        let mut taken_back = false;
        let committed = match self.stage == Stage::Open || !self.kept.is_empty() {
            true => self.send(|session, ahead| {
                let ended = session.end(ahead, "COMMIT");
                taken_back = ahead.failed_before.get().is_some();
                ended
            }),
            false => Ok(()),
        };
        self.stage = Stage::None;
        self.spoiled = None;
        self.opened.session.limit(None);
        committed.map_err(|problem| match problem {
            // A change before the commit failed, so nothing was committed.
            problem if taken_back => problem,
            StoreError::Conflict | StoreError::Constraint(_) | StoreError::Overlap => problem,
            StoreError::Lost { .. } => problem,
            problem => StoreError::Lost { message: problem.to_string() },
        })
    }

    fn rollback(&mut self) {
        self.kept.clear();
        self.spoiled = None;
        // A lost session has lost its transaction, too.
        if std::mem::replace(&mut self.stage, Stage::None) == Stage::Open && !self.opened.session.is_lost() {
            let _ = self.opened.session.run("ROLLBACK");
        }
        self.opened.session.limit(None);
    }

    fn version(&mut self) -> Result<String, StoreError> {
        // "PostgreSQL 15.4 on x86_64-pc-linux-gnu, compiled by …"
        let version = &self.opened.version;
        Ok(version.split(" on ").next().unwrap_or(version).to_owned())
    }

    fn bytes(&mut self) -> Result<u64, StoreError> {
        let bytes = self.first(BYTES)?.unwrap_or_default();
        bytes.parse().map_err(|_| StoreError::unreadable("a size that is no number"))
    }

    fn has_guard(&mut self) -> Result<bool, StoreError> {
        Ok(self.first(GUARD)?.is_some())
    }

    fn scrub(&mut self) -> Result<Scrub, StoreError> {
        self.reconnect()?;
        if let Some(table) = self.first(scrub::NOT_OURS)? {
            return Ok(Scrub::Waits(text!("the-server-lets-only-the-owner-of-write", table)));
        }
        let onlookers = scrub::onlookers(&self.first(scrub::NOW)?.unwrap_or_default());
        for nap in scrub::NAPS {
            if self.first(&onlookers)?.is_none() {
                break;
            }
            std::thread::sleep(nap);
        }
        if self.first(&onlookers)?.is_some() {
            return Ok(Scrub::Waits(text!("another-program-keeps-reading").into()));
        }
        let samples = self.first(scrub::MAY_SAMPLES)?.map(|_| &scrub::SAMPLES);
        let statements = scrub::statements().into_iter().chain(samples.map(|&sql| sql.to_owned()));
        let done = { statements }.try_for_each(|sql| self.opened.session.run(&sql));
        // A pooler may give this session to another client.
        let reset = self.opened.session.run("RESET lock_timeout");
        match done {
            Err(StoreError::Busy) => Ok(Scrub::Waits(text!("another-program-keeps-the-book").into())),
            done => done.and(reset).map(|()| if samples.is_some() { Scrub::Done } else { Scrub::ButSamples }),
        }
    }

    fn locked_by_scrub(&mut self) -> Result<Vec<Locked>, StoreError> {
        let mut locked = Vec::new();
        self.query(&scrub::sizes(), &[], &mut |mut row| {
            locked.push(Locked { table: row.text()?, bytes: row.get::<i64>()?.unsigned_abs() });
            Ok(())
        })?;
        Ok(locked)
    }

    fn integrity(&mut self) -> Result<Vec<String>, StoreError> {
        let mut findings = Vec::new();
        self.query(UNSOUND, &[], &mut |mut row| {
            findings.push(row.get()?);
            Ok(())
        })?;
        findings.extend(self.schema_differences()?);
        Ok(findings)
    }
}

impl Migrating for Postgres {
    fn dialect(&self) -> Dialect {
        Dialect::Postgres { collates: self.opened.collates }
    }

    /// READ COMMITTED, to see what another program committed meanwhile, under one lock for the whole
    /// database, because extensions belong to the database.
    fn begin_migrating(&mut self) -> Result<(), StoreError> {
        self.reconnect()?;
        self.stage = Stage::Open;
        let settings = &self.opened.settings;
        let lock = if self.opened.locks { "SELECT pg_advisory_xact_lock(1953853038, 1)" } else { "" };
        self.opened.session.run(&format!("BEGIN ISOLATION LEVEL READ COMMITTED; {settings}{lock}"))
    }

    fn schema_version(&mut self) -> Result<i64, StoreError> {
        let name = self.server.to_string();
        if self.first(HAS_VERSION)?.is_none() {
            return match self.first(OCCUPANT)? {
                Some(table) => Err(foreign(&name, &table)),
                None => Ok(0),
            };
        }
        let version = self.first(connect::SCHEMA_VERSION).map_err(|problem| match problem {
            // A foreign table of that name has other columns.
            StoreError::Internal(_) => foreign(&name, "a schema_version of its own"),
            problem => problem,
        })?;
        let version = version.and_then(|text| text.parse().ok());
        // Another program may have migrated the book meanwhile.
        self.opened.schema = version;
        version.ok_or_else(|| foreign(&name, "an empty schema_version"))
    }

    fn set_schema_version(&mut self, version: i64) -> Result<(), StoreError> {
        self.run_script(&format!(
            "CREATE TABLE IF NOT EXISTS schema_version (
               application TEXT NOT NULL PRIMARY KEY, version BIGINT NOT NULL);
             INSERT INTO schema_version (application, version) VALUES ('turno', {version})
             ON CONFLICT (application) DO UPDATE SET version = excluded.version"
        ))?;
        self.opened.schema = Some(version);
        Ok(())
    }

    fn run_script(&mut self, sql: &str) -> Result<(), StoreError> {
        self.opened.session.run(sql)
    }
}

#[cfg(test)]
mod tests;
