//! The schema's steps: a list that only grows.
//!
//! Each step and its version land in one transaction, under the write lock, so that two programs
//! that upgrade at once do it once. A book that is newer than this program is refused.

use crate::error::StoreError;
use crate::store::engine::Engine;

/// Which words of the schema's language differ.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Dialect {
    /// The text as it is written.
    Sqlite,
    /// Numbers of 64 bits have another name, tables are strict anyway, and texts are told to compare
    /// by their bytes, as they do in a file.
    #[cfg(feature = "postgres")]
    Postgres {
        /// Whether a column can be told how to compare; without it texts compare by bytes anyway.
        collates: bool,
    },
}

impl Dialect {
    /// A step in the words of the dialect.
    fn translate(self, step: &'static str) -> std::borrow::Cow<'static, str> {
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

/// What a step needs of an engine beyond running statements.
pub trait Migrating: Engine {
    /// The engine's dialect.
    fn dialect(&self) -> Dialect;

    /// Begins a transaction that keeps every other program from taking steps.
    ///
    /// # Errors
    /// [`StoreError::Busy`] when another program takes too long over them.
    fn begin_migrating(&mut self) -> Result<(), StoreError>;

    /// How many steps the book has taken.
    ///
    /// # Errors
    /// When the engine can't be asked.
    fn schema_version(&mut self) -> Result<i64, StoreError>;

    /// Notes how many steps the book has taken.
    ///
    /// # Errors
    /// When it can't be written.
    fn set_schema_version(&mut self, version: i64) -> Result<(), StoreError>;

    /// Runs a script of several statements.
    ///
    /// # Errors
    /// When one of them fails.
    fn run_script(&mut self, sql: &str) -> Result<(), StoreError>;

    /// Makes what the schema has after so many steps and the book does not, because nobody uses it: the
    /// next ones are written for all of it.
    ///
    /// # Errors
    /// When it can't be made.
    fn complete(&mut self, taken: usize) -> Result<(), StoreError> {
        let _ = taken;
        Ok(())
    }

    /// Takes out what nobody uses.
    ///
    /// # Errors
    /// When it can't be taken out.
    fn thin_out(&mut self) -> Result<(), StoreError> {
        Ok(())
    }
}

/// The steps, oldest first. Released ones are never changed.
fn steps(dialect: Dialect) -> [&'static str; 16] {
    let overlap = match dialect {
        Dialect::Sqlite => include_str!("migrations/0002_overlap.sqlite.sql"),
        #[cfg(feature = "postgres")]
        Dialect::Postgres { .. } => include_str!("migrations/0002_overlap.postgres.sql"),
    };
    let delay = match dialect {
        Dialect::Sqlite => include_str!("migrations/0011_delay.sqlite.sql"),
        #[cfg(feature = "postgres")]
        Dialect::Postgres { .. } => include_str!("migrations/0011_delay.postgres.sql"),
    };
    let words = match dialect {
        Dialect::Sqlite => include_str!("migrations/0012_words.sqlite.sql"),
        // A server has its lists at hand.
        #[cfg(feature = "postgres")]
        Dialect::Postgres { .. } => "",
    };
    let attendees = match dialect {
        Dialect::Sqlite => include_str!("migrations/0015_attendees.sqlite.sql"),
        // On a server it is the way there and back that takes long.
        #[cfg(feature = "postgres")]
        Dialect::Postgres { .. } => "",
    };
    [
        include_str!("migrations/0001_book.sql"),
        overlap,
        include_str!("migrations/0003_outbox.sql"),
        include_str!("migrations/0004_sweep.sql"),
        include_str!("migrations/0005_webhooks.sql"),
        include_str!("migrations/0006_keys.sql"),
        include_str!("migrations/0007_privacy.sql"),
        include_str!("migrations/0008_waitlist.sql"),
        include_str!("migrations/0009_series.sql"),
        include_str!("migrations/0010_head.sql"),
        delay,
        words,
        // From here on a book in a file may lack tables that have no row: `thin_out`.
        "",
        include_str!("migrations/0014_pages.sql"),
        attendees,
        include_str!("migrations/0016_lost_leases.sql"),
    ]
}

/// The first so many steps, as SQLite takes them.
pub(super) fn first(taken: usize) -> impl Iterator<Item = &'static str> {
    steps(Dialect::Sqlite).into_iter().take(taken)
}

/// The schema version that this program writes.
pub const LATEST: i64 = 16;

/// Refuses a book that is newer than this program, before anything of it is changed.
///
/// # Errors
/// `STORE_UNAVAILABLE`.
pub fn refuse_newer<E: Migrating>(engine: &mut E) -> Result<(), StoreError> {
    version_of(engine).map(|_| ())
}

/// Refuses a book that is not as this program writes it.
///
/// # Errors
/// `STORE_UNAVAILABLE`.
pub fn refuse_other<E: Migrating>(engine: &mut E) -> Result<(), StoreError> {
    match version_of(engine)? {
        LATEST => Ok(()),
        older => Err(not_yet(older)),
    }
}

/// The book was not brought up to date, and is only looked at.
pub(super) fn not_yet(version: i64) -> StoreError {
    StoreError::unavailable(
        format!("the book is older than this program (schema {version}, known up to {LATEST})"),
        "any other command brings it up to date",
    )
}

/// Takes the steps that the book has not taken yet.
///
/// # Errors
/// `STORE_UNAVAILABLE` for a book that is newer than this program.
pub fn run<E: Migrating>(engine: &mut E) -> Result<(), StoreError> {
    if version_of(engine)? == LATEST {
        return Ok(());
    }
    match try_steps(engine) {
        // Whether they are there is read again under the lock.
        Err(StoreError::Lost { .. }) => try_steps(engine),
        answer => answer,
    }
}

fn try_steps<E: Migrating>(engine: &mut E) -> Result<(), StoreError> {
    engine.begin_migrating()?;
    let answer = take_steps(engine);
    if answer.is_err() {
        engine.rollback();
    }
    answer
}

fn take_steps<E: Migrating>(engine: &mut E) -> Result<(), StoreError> {
    // Read again under the lock: another program may have taken them meanwhile.
    let taken = usize::try_from(version_of(engine)?).unwrap_or(0);
    let dialect = engine.dialect();
    let steps = steps(dialect);
    if taken == steps.len() {
        return engine.commit();
    }
    engine.complete(taken)?;
    for step in steps.into_iter().skip(taken) {
        engine.run_script(&dialect.translate(step))?;
    }
    engine.thin_out()?;
    engine.set_schema_version(LATEST)?;
    engine.commit()
}

fn version_of<E: Migrating>(engine: &mut E) -> Result<i64, StoreError> {
    let version = engine.schema_version()?;
    if version > LATEST { Err(unknown(version)) } else { Ok(version) }
}

/// The book took steps that this program does not know.
pub(super) fn unknown(version: i64) -> StoreError {
    StoreError::unavailable(
        format!(
            "the book is newer than this program (schema {version}, known up to {LATEST}); it was left as it is"
        ),
        "install the newer turno",
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_latest_version_counts_the_steps() {
        assert_eq!(usize::try_from(LATEST), Ok(steps(Dialect::Sqlite).len()));
    }
}
