//! The schema's steps: a list that only grows.
//!
//! Each step and its version land in one transaction, under the write lock, so that two programs
//! that upgrade at once do it once. A book that is newer than this program is refused.

use crate::error::StoreError;
use crate::store::engine::{Engine, Mode};

/// Which words of the schema's language differ.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Dialect {
    /// The text as it is written.
    Sqlite,
}

/// What a step needs of an engine beyond running statements.
pub trait Migrating: Engine {
    /// The engine's dialect.
    const DIALECT: Dialect;

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
}

/// The steps, oldest first. Released ones are never changed.
fn steps(dialect: Dialect) -> [&'static str; 3] {
    match dialect {
        Dialect::Sqlite => [
            include_str!("migrations/0001_book.sql"),
            include_str!("migrations/0002_overlap.sqlite.sql"),
            include_str!("migrations/0003_outbox.sql"),
        ],
    }
}

/// The schema version that this program writes.
pub const LATEST: i64 = 3;

/// Refuses a book that is newer than this program, before anything of it is changed.
///
/// # Errors
/// `STORE_UNAVAILABLE`.
pub fn refuse_newer<E: Migrating>(engine: &mut E) -> Result<(), StoreError> {
    version_of(engine).map(|_| ())
}

/// Takes the steps that the book has not taken yet.
///
/// # Errors
/// `STORE_UNAVAILABLE` for a book that is newer than this program.
pub fn run<E: Migrating>(engine: &mut E) -> Result<(), StoreError> {
    if version_of(engine)? == LATEST {
        return Ok(());
    }
    engine.begin(Mode::Write)?;
    let answer = take_steps(engine);
    if answer.is_err() {
        engine.rollback();
    }
    answer
}

fn take_steps<E: Migrating>(engine: &mut E) -> Result<(), StoreError> {
    // Read again under the lock: another program may have taken them meanwhile.
    let taken = usize::try_from(version_of(engine)?).unwrap_or(0);
    for step in steps(E::DIALECT).into_iter().skip(taken) {
        engine.run_script(step)?;
    }
    engine.set_schema_version(LATEST)?;
    engine.commit()
}

fn version_of<E: Migrating>(engine: &mut E) -> Result<i64, StoreError> {
    let version = engine.schema_version()?;
    if version > LATEST {
        return Err(StoreError::unavailable(
            format!(
                "the book is newer than this program (schema {version}, known up to {LATEST}); it was left as it is"
            ),
            "install the newer turno",
        ));
    }
    Ok(version)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_latest_version_counts_the_steps() {
        assert_eq!(usize::try_from(LATEST), Ok(steps(Dialect::Sqlite).len()));
    }
}
