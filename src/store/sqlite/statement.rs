//! Binds parameters and reads rows.

use super::{Sqlite, error};
use crate::platform::error::StoreError;
use crate::store::engine::{Columns, Value, too_few_columns};
use rusqlite::types::{ToSqlOutput, ValueRef};
use rusqlite::{CachedStatement, Statement};

impl Sqlite {
    pub(super) fn prepared(&self, sql: &str) -> Result<CachedStatement<'_>, StoreError> {
        self.connection.prepare_cached(sql).map_err(|problem| self.told(problem))
    }
}

/// Binds the parameters: `?2` is the second of them, wherever it stands.
pub(super) fn bind(statement: &mut Statement<'_>, params: &[Value<'_>]) -> Result<(), StoreError> {
    let wanted = statement.parameter_count();
    // SQLite takes `$2` for a name and numbers it in order of appearance.
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

    fn at(&self, column: usize) -> Result<Value<'_>, StoreError> {
        match self.get_ref(column) {
            Ok(ValueRef::Null) => Ok(Value::Null),
            Ok(ValueRef::Integer(number)) => Ok(Value::Int(number)),
            Ok(ValueRef::Text(bytes)) => match std::str::from_utf8(bytes) {
                Ok(text) => Ok(Value::Text(text.into())),
                Err(_) => Err(StoreError::unreadable("text that is not UTF-8")),
            },
            Ok(ValueRef::Blob(bytes)) => Ok(Value::Bytes(bytes.into())),
            Ok(ValueRef::Real(_)) => Err(StoreError::unreadable("a fraction where none belongs")),
            Err(rusqlite::Error::InvalidColumnIndex(_)) => Err(too_few_columns()),
            Err(problem) => Err(error(problem)),
        }
    }
}
