//! MEMORY: one book, in transactions.
//!
//! Everything that is read or written goes through a [`Tx`]; a transaction that is not committed
//! is taken back. SQL sits here and nowhere else.

pub mod appointments;
pub mod audit;
pub mod check;
pub mod directory;
pub mod engine;
pub mod meta;
pub mod migrate;
pub mod outbox;
pub mod patients;
pub mod record;
mod sqlite;
pub mod windows;

use crate::domain::refusal::Refusal;
use crate::error::StoreError;
use engine::{Engine, Mode, Row, Value};
use std::path::{Path, PathBuf};

/// Parameters of a statement, each turned into a [`Value`].
macro_rules! params {
    ($($value:expr),* $(,)?) => { &[$($crate::store::engine::Value::from($value)),*] };
}
pub(crate) use params;

/// An open book.
pub struct Store {
    engine: Box<dyn Engine>,
    path: PathBuf,
}

/// What becomes of a transaction whose work succeeded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ending {
    /// It lasts.
    Commit,
    /// It is taken back: a rehearsal.
    Rollback,
}

impl Store {
    /// Opens the book in that file.
    ///
    /// # Errors
    /// `STORE_UNAVAILABLE` where there is none, or it is foreign, newer or can't be read.
    pub fn open(path: &Path) -> Result<Store, StoreError> {
        let engine = Box::new(sqlite::Sqlite::open(path)?);
        Ok(Store { engine, path: path.to_owned() })
    }

    /// Makes the file and its schema where they are not there yet, and opens the book.
    ///
    /// # Errors
    /// As [`Store::open`], and where the file can't be made.
    pub fn create(path: &Path) -> Result<Store, StoreError> {
        let engine = Box::new(sqlite::Sqlite::create(path)?);
        Ok(Store { engine, path: path.to_owned() })
    }

    /// The book's file.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Runs the work with one consistent view of the book.
    ///
    /// # Errors
    /// What the work answers, or what the engine says.
    pub fn read<T>(&mut self, work: impl FnOnce(&mut Tx<'_>) -> Result<T, Refusal>) -> Result<T, Refusal> {
        self.engine.begin(Mode::Read)?;
        let mut tx = Tx { engine: self.engine.as_mut(), open: true };
        work(&mut tx)
    }

    /// Runs the work under the write lock; it lasts as a whole or not at all.
    ///
    /// The work may be run again from its start: an engine that finds out late that two writers
    /// met takes the first try back.
    ///
    /// # Errors
    /// What the work answers, or what the engine says; nothing was changed then.
    pub fn write<T>(
        &mut self,
        ending: Ending,
        mut work: impl FnMut(&mut Tx<'_>) -> Result<T, Refusal>,
    ) -> Result<T, Refusal> {
        self.engine.begin(Mode::Write)?;
        let mut tx = Tx { engine: self.engine.as_mut(), open: true };
        let done = work(&mut tx)?;
        if ending == Ending::Commit {
            tx.commit()?;
        }
        Ok(done)
    }

    /// How many bytes the book takes on disk, the write-ahead log included.
    pub fn bytes(&self) -> u64 {
        let mut log = self.path.clone().into_os_string();
        log.push("-wal");
        let size = |path: &Path| std::fs::metadata(path).map_or(0, |meta| meta.len());
        size(&self.path) + size(log.as_ref())
    }

    /// Engine name and version.
    ///
    /// # Errors
    /// When the engine can't be asked.
    pub fn engine_version(&mut self) -> Result<String, StoreError> {
        self.engine.version()
    }

    /// What the engine's own integrity check finds wrong.
    ///
    /// # Errors
    /// When the engine can't be asked.
    pub fn integrity(&mut self) -> Result<Vec<String>, StoreError> {
        self.engine.integrity()
    }
}

/// A transaction: dropped without a commit it is taken back.
pub struct Tx<'a> {
    engine: &'a mut dyn Engine,
    open: bool,
}

impl Tx<'_> {
    /// Runs a statement; answers how many rows it changed.
    pub(crate) fn execute(&mut self, sql: &str, params: &[Value<'_>]) -> Result<u64, StoreError> {
        self.engine.execute(sql, params)
    }

    /// All rows of an answer.
    pub(crate) fn query<T>(
        &mut self,
        sql: &str,
        params: &[Value<'_>],
        read: impl Fn(&mut Row) -> Result<T, StoreError>,
    ) -> Result<Vec<T>, StoreError> {
        let mut rows = Vec::new();
        self.engine.query(sql, params, &mut |mut row| {
            rows.push(read(&mut row)?);
            Ok(())
        })?;
        Ok(rows)
    }

    /// The first row of an answer, if there is one.
    pub(crate) fn query_one<T>(
        &mut self,
        sql: &str,
        params: &[Value<'_>],
        read: impl Fn(&mut Row) -> Result<T, StoreError>,
    ) -> Result<Option<T>, StoreError> {
        Ok(self.query(sql, params, read)?.into_iter().next())
    }

    /// Runs the work so that its failure takes back its own changes only.
    ///
    /// # Errors
    /// What the work answers.
    pub fn nested<T>(&mut self, work: impl FnOnce(&mut Self) -> Result<T, Refusal>) -> Result<T, Refusal> {
        self.execute("SAVEPOINT one", &[])?;
        match work(self) {
            Ok(done) => {
                self.execute("RELEASE SAVEPOINT one", &[])?;
                Ok(done)
            }
            Err(refusal) => {
                self.execute("ROLLBACK TO SAVEPOINT one", &[])?;
                self.execute("RELEASE SAVEPOINT one", &[])?;
                Err(refusal)
            }
        }
    }

    fn commit(mut self) -> Result<(), StoreError> {
        self.engine.commit()?;
        self.open = false;
        Ok(())
    }
}

impl Drop for Tx<'_> {
    fn drop(&mut self) {
        if self.open {
            self.engine.rollback();
        }
    }
}

#[cfg(test)]
mod contract;
#[cfg(test)]
mod contract_counts;
#[cfg(test)]
pub(crate) mod fixtures;
#[cfg(test)]
mod plan_tests;
