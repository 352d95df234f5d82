//! How a statement is run: prepared, given its parameters, and in other words where a table of it is dormant; and
//! how its rows are read.

use super::dormant::{self, Instead};
use super::{Sqlite, error};
use crate::error::StoreError;
use crate::store::engine::{Columns, Seen, Value, too_few_columns};
use crate::store::migrate;
use rusqlite::Statement;
use rusqlite::types::{ToSqlOutput, ValueRef};

/// What is done with a statement that is prepared.
pub(super) type Work<'a, T> = dyn FnMut(&mut Statement<'_>) -> Result<T, Fault> + 'a;

/// Why a statement came to nothing.
pub(super) enum Fault {
    /// What SQLite says.
    Said(rusqlite::Error),
    /// What is wrong on this side of it.
    Ours(StoreError),
}

impl From<rusqlite::Error> for Fault {
    fn from(fault: rusqlite::Error) -> Self {
        Fault::Said(fault)
    }
}

impl From<StoreError> for Fault {
    fn from(problem: StoreError) -> Self {
        Fault::Ours(problem)
    }
}

impl Sqlite {
    /// Runs a statement; nothing where it has nothing to do.
    pub(super) fn run<T>(
        &mut self,
        sql: &str,
        keep: bool,
        work: &mut Work<'_, T>,
    ) -> Result<Option<T>, StoreError> {
        let instead = match self.dormant.known(sql) {
            Some(known) => known.clone(),
            None => match self.tried(sql, keep, work) {
                Ok(done) => return Ok(Some(done)),
                Err(Fault::Ours(problem)) => return Err(problem),
                Err(Fault::Said(fault)) => self.instead(sql, fault)?,
            },
        };
        match instead {
            Instead::Run(sql) => self.run(&sql, keep, work),
            Instead::Nothing => Ok(None),
            Instead::Wake(table) => {
                // A table as it was made before would be no table of a newer book.
                migrate::refuse_newer(self)?;
                dormant::wake(&self.connection, &[table], usize::MAX)
                    .map_err(|problem| self.told(problem))?;
                self.dormant.forget();
                self.run(sql, keep, work)
            }
        }
    }

    /// Prepares a statement, and runs it. What is kept SQLite lays apart from what goes soon, which takes longer;
    /// most questions are asked once in a command's life, and kept from the second time on. One that was kept
    /// for a table which is gone again fails when it is run, as a new one does when it is prepared.
    fn tried<T>(&mut self, sql: &str, keep: bool, work: &mut Work<'_, T>) -> Result<T, Fault> {
        if !keep && !self.asked.contains(sql) {
            self.asked.insert(sql.to_owned());
            return work(&mut self.connection.prepare(sql)?);
        }
        work(&mut *self.connection.prepare_cached(sql)?)
    }

    /// What is run instead of a statement that SQLite did not take.
    fn instead(&mut self, sql: &str, fault: rusqlite::Error) -> Result<Instead, StoreError> {
        let instead = self.dormant.instead(&self.connection, sql, fault);
        instead.map_err(|problem| self.told(problem))
    }
}

/// Gives the statement its parameters: `?2` is the second of them, wherever it stands.
pub(super) fn bind(statement: &mut Statement<'_>, params: &[Value<'_>]) -> Result<(), StoreError> {
    let wanted = statement.parameter_count();
    // `$2` would be a name, and counted as it comes.
    debug_assert!((1..=wanted).all(|n| statement.parameter_name(n).is_none_or(|name| name.starts_with('?'))));
    if wanted > params.len() {
        return Err(StoreError::Internal(format!("a statement without a value for its ?{wanted}")));
    }
    for (value, index) in params.iter().zip(1..=wanted) {
        let value = match value {
            Value::Null => ValueRef::Null,
            Value::Int(number) => ValueRef::Integer(*number),
            Value::Text(text) => ValueRef::Text(text.as_bytes()),
            Value::Bytes(bytes) => ValueRef::Blob(bytes),
        };
        statement.raw_bind_parameter(index, ToSqlOutput::Borrowed(value)).map_err(error)?;
    }
    Ok(())
}

impl Columns for rusqlite::Row<'_> {
    fn width(&self) -> usize {
        self.as_ref().column_count()
    }

    fn at(&self, column: usize) -> Result<Seen<'_>, StoreError> {
        match self.get_ref(column) {
            Ok(ValueRef::Null) => Ok(Seen::Null),
            Ok(ValueRef::Integer(number)) => Ok(Seen::Int(number)),
            Ok(ValueRef::Text(bytes)) => match std::str::from_utf8(bytes) {
                Ok(text) => Ok(Seen::Text(text)),
                Err(_) => Err(StoreError::unreadable("text that is not UTF-8")),
            },
            Ok(ValueRef::Blob(bytes)) => Ok(Seen::Bytes(bytes)),
            Ok(ValueRef::Real(_)) => Err(StoreError::unreadable("a fraction where none belongs")),
            Err(rusqlite::Error::InvalidColumnIndex(_)) => Err(too_few_columns()),
            Err(problem) => Err(error(problem)),
        }
    }
}
