//! Compares the book's schema with the schema that the migrations make.

use super::{Sqlite, error};
use crate::platform::error::StoreError;
use crate::store::migrate::{self, Dialect};
use rusqlite::Connection;
use rusqlite::config::DbConfig;
use std::collections::BTreeMap;

/// The table and the SQL of each table, index, view and trigger, by type and name.
type Parts = BTreeMap<(String, String), (String, String)>;

/// Leaves out the tables of `ANALYZE`, and automatic indexes, which follow from their tables.
const PARTS: &str = "SELECT type, name, tbl_name, sql FROM sqlite_schema
    WHERE NOT (type = 'table' AND name IN ('sqlite_stat1', 'sqlite_stat4'))
      AND NOT (type = 'index' AND sql IS NULL AND name LIKE 'sqlite_autoindex_%')";

/// Forbids a file's schema to call functions with effects outside the file.
pub(super) fn distrust(connection: &Connection) -> Result<(), StoreError> {
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_TRUSTED_SCHEMA, false).map_err(error).map(|_| ())
}

pub(super) struct Differences {
    /// Objects that only this schema has.
    pub(super) foreign: Vec<String>,
    /// Missing or altered objects.
    pub(super) damaged: Vec<String>,
}

impl Sqlite {
    pub(super) fn schema_differences(&self) -> Result<Differences, StoreError> {
        let unreadable = |problem: rusqlite::Error| match error(problem) {
            StoreError::Internal(text) => StoreError::Corrupt(text),
            problem => problem,
        };
        let found = parts(&self.connection).map_err(unreadable)?;
        let expected = made().and_then(|made| parts(&made)).map_err(error)?;
        let is_foreign = |part: &&(String, String)| !expected.contains_key(*part);
        let foreign = found.keys().filter(is_foreign);
        let damaged = expected.iter().filter_map(|(part, made)| {
            let (kind, name) = part;
            match found.get(part) {
                None => Some(text!("the-schema-lacks", kind, name)),
                Some(how) if how != made => Some(text!("the-schema-has-altered", kind, name)),
                Some(_) => None,
            }
        });
        Ok(Differences {
            foreign: foreign.map(|(kind, name)| text!("the-schema-holds", kind, name)).collect(),
            damaged: damaged.collect(),
        })
    }

    /// Returns the schema's damage, if any, in place of an error that SQLite reports for a statement.
    pub(super) fn or_its_schema(&self, problem: StoreError) -> StoreError {
        match self.schema_differences() {
            Ok(Differences { damaged, .. }) => {
                damaged.into_iter().next().map_or(problem, StoreError::Corrupt)
            }
            Err(problem) => problem,
        }
    }
}

/// What every book has, by kind and name: tables, columns and named indexes.
#[cfg(feature = "postgres")]
pub(in crate::store) fn names() -> Result<Vec<(String, String)>, StoreError> {
    const NAMES: &str =
        "SELECT type, name FROM sqlite_schema WHERE type = 'table' OR type = 'index' AND sql IS NOT NULL
        UNION ALL SELECT 'column', t.name || '.' || c.name
          FROM sqlite_schema AS t JOIN pragma_table_info(t.name) AS c WHERE t.type = 'table'";
    let ask = |made: Connection| {
        let mut statement = made.prepare(NAMES)?;
        statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?.collect()
    };
    made().and_then(ask).map_err(error)
}

/// An empty book in memory.
fn made() -> rusqlite::Result<Connection> {
    let made = Connection::open_in_memory()?;
    migrate::scripts(Dialect::Sqlite).try_for_each(|script| made.execute_batch(&script))?;
    Ok(made)
}

fn parts(connection: &Connection) -> rusqlite::Result<Parts> {
    // A damaged schema may hold bytes that are no text; line ends depend on where the program was built.
    let text = |row: &rusqlite::Row<'_>, column| -> rusqlite::Result<String> {
        let bytes = row.get_ref(column)?.as_bytes_or_null()?.unwrap_or_default();
        Ok(String::from_utf8_lossy(bytes).replace("\r\n", "\n"))
    };
    let mut statement = connection.prepare(PARTS)?;
    let read = |row: &rusqlite::Row<'_>| Ok(((text(row, 0)?, text(row, 1)?), (text(row, 2)?, text(row, 3)?)));
    statement.query_map([], read)?.collect()
}
