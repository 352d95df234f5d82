//! The schema and its migration steps: a list that only grows.
//!
//! Schemas 1 to 15 belong to development versions; such databases are refused and left unchanged. The first
//! released schema, 16, is made by the files `migrations/0016_*`; each later step has the number of the
//! schema that it leads to.
//!
//! Steps and version number are committed together, under the write lock, so that two programs that upgrade
//! at the same time take each step once. A database newer than this program is refused.

use crate::platform::error::StoreError;
use crate::store::engine::Engine;
use std::borrow::Cow;

/// The SQL dialect of the schema.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Dialect {
    /// The text as written.
    Sqlite,
    /// Integers are named BIGINT, tables are always strict, and text needs a collation to compare by bytes.
    #[cfg(feature = "postgres")]
    Postgres {
        /// Whether a column can have a collation; without it, text compares by bytes anyway.
        collates: bool,
    },
}

impl Dialect {
    fn translate(self, step: &'static str) -> Cow<'static, str> {
        match self {
            Dialect::Sqlite => step.into(),
            #[cfg(feature = "postgres")]
            Dialect::Postgres { collates } => {
                let text = if collates { " TEXT COLLATE \"C\"" } else { " TEXT" };
                let words =
                    [(" INTEGER", " BIGINT"), (" BLOB", " BYTEA"), (" TEXT", text), (") STRICT;", ");")];
                words.iter().fold(step.to_owned(), |step, (ours, theirs)| step.replace(ours, theirs)).into()
            }
        }
    }
}

/// What migrations need of an engine, in addition to running statements.
pub trait Migrating: Engine {
    /// The engine's dialect.
    fn dialect(&self) -> Dialect;

    /// Begins a transaction that keeps other programs from migrating.
    fn begin_migrating(&mut self) -> Result<(), StoreError>;

    /// The schema version; 0 without a schema.
    fn schema_version(&mut self) -> Result<i64, StoreError>;

    /// Stores the schema version.
    fn set_schema_version(&mut self, version: i64) -> Result<(), StoreError>;

    /// Runs several statements.
    fn run_script(&mut self, sql: &str) -> Result<(), StoreError>;
}

const FIRST: i64 = 16;

/// A step from one schema to the next; the text differs by dialect.
pub(super) type Step = fn(Dialect) -> &'static str;

/// The steps after the first released schema, oldest first. Released steps are never changed.
const STEPS: [Step; 4] = [chains, indexes, replies, deliveries];

/// 17: one audit chain per clinic.
fn chains(dialect: Dialect) -> &'static str {
    match dialect {
        Dialect::Sqlite => include_str!("migrations/0017_chains.sqlite.sql"),
        #[cfg(feature = "postgres")]
        Dialect::Postgres { .. } => include_str!("migrations/0017_chains.postgres.sql"),
    }
}

/// 18: indexes for lists by status, and for parts of patients' names and phones.
fn indexes(dialect: Dialect) -> &'static str {
    match dialect {
        Dialect::Sqlite => include_str!("migrations/0018_indexes.sql"),
        #[cfg(feature = "postgres")]
        Dialect::Postgres { .. } => concat!(
            include_str!("migrations/0018_indexes.sql"),
            include_str!("migrations/0018_indexes.postgres.sql")
        ),
    }
}

/// 19: answers of patients.
fn replies(dialect: Dialect) -> &'static str {
    match dialect {
        Dialect::Sqlite => concat!(
            include_str!("migrations/0019_answers.sqlite.sql"),
            include_str!("migrations/0019_replies.sql")
        ),
        #[cfg(feature = "postgres")]
        Dialect::Postgres { .. } => concat!(
            include_str!("migrations/0019_answers.postgres.sql"),
            include_str!("migrations/0019_replies.sql")
        ),
    }
}

/// 20: what providers report about messages.
fn deliveries(_: Dialect) -> &'static str {
    include_str!("migrations/0020_deliveries.sql")
}

fn first(dialect: Dialect) -> [&'static str; 9] {
    let overlap = match dialect {
        Dialect::Sqlite => include_str!("migrations/0016_overlap.sqlite.sql"),
        #[cfg(feature = "postgres")]
        Dialect::Postgres { .. } => include_str!("migrations/0016_overlap.postgres.sql"),
    };
    [
        include_str!("migrations/0016_book.sql"),
        overlap,
        include_str!("migrations/0016_audit.sql"),
        include_str!("migrations/0016_keys.sql"),
        include_str!("migrations/0016_messages.sql"),
        include_str!("migrations/0016_webhooks.sql"),
        include_str!("migrations/0016_merges.sql"),
        include_str!("migrations/0016_waitlist.sql"),
        include_str!("migrations/0016_series.sql"),
    ]
}

/// All scripts of the latest schema, translated.
pub(super) fn scripts(dialect: Dialect) -> impl Iterator<Item = Cow<'static, str>> {
    let steps = STEPS.into_iter().map(move |step| step(dialect));
    first(dialect).into_iter().chain(steps).map(move |script| dialect.translate(script))
}

/// The schema version that this program writes.
pub const LATEST: i64 = FIRST + 4;

/// Refuses a database whose schema this program does not know, before changing it.
pub fn refuse_unknown<E: Migrating>(engine: &mut E) -> Result<(), StoreError> {
    known(engine.schema_version()?, LATEST).map(|_| ())
}

/// Refuses any schema but the latest.
pub(super) fn current(version: i64) -> Result<(), StoreError> {
    match known(version, LATEST)? {
        LATEST => Ok(()),
        older => Err(StoreError::unavailable(
            text!("the-book-is-older-than-this-program-schema", version = older, latest = LATEST),
            text!("any-other-command-brings-it-up-to-date"),
        )),
    }
}

/// Creates the schema, or takes the steps that are missing.
pub fn run<E: Migrating>(engine: &mut E) -> Result<(), StoreError> {
    run_steps(engine, &STEPS, LATEST)
}

/// Like [`run`], with other steps, which lead to the schema `latest`.
pub(super) fn run_steps<E: Migrating>(engine: &mut E, steps: &[Step], latest: i64) -> Result<(), StoreError> {
    if known(engine.schema_version()?, latest)? == latest {
        return Ok(());
    }
    match try_steps(engine, steps, latest) {
        // A lost commit may have succeeded: the version is read again under the lock.
        Err(StoreError::Lost { .. }) => try_steps(engine, steps, latest),
        answer => answer,
    }
}

fn try_steps<E: Migrating>(engine: &mut E, steps: &[Step], latest: i64) -> Result<(), StoreError> {
    engine.begin_migrating()?;
    let answer = take_steps(engine, steps, latest);
    if answer.is_err() {
        engine.rollback();
    }
    answer
}

fn take_steps<E: Migrating>(engine: &mut E, steps: &[Step], latest: i64) -> Result<(), StoreError> {
    // Read again under the lock: another program may have migrated meanwhile.
    let version = known(engine.schema_version()?, latest)?;
    if version == latest {
        return engine.commit();
    }
    let dialect = engine.dialect();
    if version == 0 {
        for part in first(dialect) {
            engine.run_script(&dialect.translate(part))?;
        }
    }
    let taken = usize::try_from(version - FIRST).unwrap_or(0);
    for step in steps.iter().skip(taken) {
        engine.run_script(&dialect.translate(step(dialect)))?;
    }
    engine.set_schema_version(latest)?;
    engine.commit()
}

/// Returns the version if a program that writes `latest` knows it; 0 means no schema yet.
fn known(version: i64, latest: i64) -> Result<i64, StoreError> {
    if (1..FIRST).contains(&version) {
        return Err(StoreError::unavailable(
            text!("the-book-was-made-by-a-development-version", version),
            text!("make-a-new-book-with-turno-init"),
        ));
    }
    if version > latest {
        return Err(StoreError::unavailable(
            text!("the-book-is-newer-than-this-program-schema", version, latest),
            text!("install-the-newer-turno"),
        ));
    }
    Ok(version)
}

#[cfg(test)]
pub(super) fn steps_and(later: &[Step]) -> Vec<Step> {
    STEPS.iter().chain(later).copied().collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::fixtures::{Folder, Shelf};
    use crate::store::sqlite::Sqlite;
    use crate::store::{Location, Store};

    #[test]
    fn the_latest_schema_counts_the_steps() {
        assert_eq!(usize::try_from(LATEST - FIRST), Ok(STEPS.len()));
    }

    fn engine(shelf: &Shelf<Folder>) -> Sqlite {
        let Location::File(path) = shelf.location() else { unreachable!("a folder's book is a file") };
        Sqlite::open(&path).unwrap()
    }

    fn add_rooms(_: Dialect) -> &'static str {
        "CREATE TABLE rooms (id INTEGER PRIMARY KEY) STRICT; INSERT INTO rooms VALUES (1);"
    }

    fn name_rooms(_: Dialect) -> &'static str {
        "ALTER TABLE rooms ADD COLUMN name TEXT; INSERT INTO rooms (id) SELECT max(id) + 1 FROM rooms;"
    }

    fn fails(_: Dialect) -> &'static str {
        "CREATE TABLE beds (id INTEGER PRIMARY KEY) STRICT; INSERT INTO nowhere VALUES (1);"
    }

    /// The number of rows of a table made by a later step; `None` if the table does not exist.
    fn rows(engine: &mut Sqlite, table: &str) -> Option<i64> {
        let mut count = None;
        let read = |mut row: crate::store::engine::Row<'_>| {
            count = Some(row.get()?);
            Ok(())
        };
        let _ = engine.query(&format!("SELECT count(*) FROM {table}"), &[], &mut { read });
        count
    }

    #[test]
    fn each_later_step_is_taken_once_whatever_the_book_has_taken_before() {
        let (shelf, store) = Shelf::<Folder>::with_clinic().unwrap();
        drop(store);
        let (mut one, mut other) = (engine(&shelf), engine(&shelf));
        run_steps(&mut one, &steps_and(&[add_rooms]), LATEST + 1).unwrap();
        assert_eq!((one.schema_version(), rows(&mut one, "rooms")), (Ok(LATEST + 1), Some(1)));
        // Another program, which opened the database before.
        for _ in 0..2 {
            run_steps(&mut other, &steps_and(&[add_rooms, name_rooms]), LATEST + 2).unwrap();
            assert_eq!((other.schema_version(), rows(&mut other, "rooms")), (Ok(LATEST + 2), Some(2)));
        }
        // The records are still there, and a program that knows fewer steps refuses the database.
        assert_eq!(rows(&mut other, "patients"), Some(3));
        let older = run_steps(&mut one, &steps_and(&[add_rooms]), LATEST + 1);
        assert!(matches!(older, Err(StoreError::Unavailable { .. })), "{older:?}");
        assert!(Store::open(&shelf.location()).is_err());
    }

    #[test]
    fn a_step_that_fails_leaves_the_book_as_it_was() {
        let (shelf, store) = Shelf::<Folder>::with_clinic().unwrap();
        drop(store);
        let mut book = engine(&shelf);
        assert!(run_steps(&mut book, &steps_and(&[add_rooms, fails]), LATEST + 2).is_err());
        assert_eq!(book.schema_version(), Ok(LATEST));
        assert_eq!((rows(&mut book, "rooms"), rows(&mut book, "beds")), (None, None));
        drop(book);
        assert!(Store::open(&shelf.location()).is_ok());
    }
}
