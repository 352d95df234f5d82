//! The book's schema, held against the one that the migrations make.

use super::{Sqlite, error};
use crate::platform::error::StoreError;
use crate::store::migrate::{self, Dialect};
use rusqlite::Connection;
use rusqlite::config::DbConfig;
use std::collections::BTreeMap;

/// What the schema says of a table, index, view or trigger: on which table it is, and its SQL.
type Parts = BTreeMap<(String, String), (String, String)>;

/// The tables of `ANALYZE` are SQLite's own, and harmless; indexes without SQL follow from their table's.
const PARTS: &str = "SELECT type, name, tbl_name, sql FROM sqlite_schema
    WHERE NOT (type = 'table' AND name IN ('sqlite_stat1', 'sqlite_stat4'))
      AND NOT (type = 'index' AND sql IS NULL AND name LIKE 'sqlite_autoindex_%')";

/// Keeps what stands in a file's schema from calling functions that have effects outside it.
pub(super) fn distrust(connection: &Connection) -> Result<(), StoreError> {
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_TRUSTED_SCHEMA, false).map_err(error).map(|_| ())
}

/// How a schema differs from the program's.
pub(super) struct Differences {
    /// What it holds beyond.
    pub(super) foreign: Vec<String>,
    /// What is missing or altered.
    pub(super) damaged: Vec<String>,
}

impl Sqlite {
    /// What is foreign, missing or altered in the schema.
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

    /// Where the schema is damaged, what SQLite says of a statement is the schema's fault.
    pub(super) fn or_its_schema(&self, problem: StoreError) -> StoreError {
        match self.schema_differences() {
            Ok(Differences { damaged, .. }) => {
                damaged.into_iter().next().map_or(problem, StoreError::Corrupt)
            }
            Err(problem) => problem,
        }
    }
}

/// What every book has, by kind and name: the tables, their columns and the indexes that have names.
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

/// A book in memory that has its schema and nothing else.
fn made() -> rusqlite::Result<Connection> {
    let made = Connection::open_in_memory()?;
    migrate::scripts(Dialect::Sqlite).try_for_each(|script| made.execute_batch(&script))?;
    Ok(made)
}

fn parts(connection: &Connection) -> rusqlite::Result<Parts> {
    // Whatever lies there is told of, text or not; only the ends of lines depend on where the program was built.
    let text = |row: &rusqlite::Row<'_>, column| -> rusqlite::Result<String> {
        let bytes = row.get_ref(column)?.as_bytes_or_null()?.unwrap_or_default();
        Ok(String::from_utf8_lossy(bytes).replace("\r\n", "\n"))
    };
    let mut statement = connection.prepare(PARTS)?;
    let read = |row: &rusqlite::Row<'_>| Ok(((text(row, 0)?, text(row, 1)?), (text(row, 2)?, text(row, 3)?)));
    statement.query_map([], read)?.collect()
}
