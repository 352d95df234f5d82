//! Tables that wait until something is inserted into them.
//!
//! SQLite reads its whole schema before a command's first statement, and a sixth to a quarter of a short
//! command was reading of tables that many clinics never use. Such a table is dormant, which is to say not there,
//! until something is inserted into it; to every question it is a table without rows.

use crate::store::{copy, migrate};
use rusqlite::{Connection, Error, OptionalExtension, Result};
use std::collections::{BTreeMap, BTreeSet};

/// Those that may be dormant, each before what it refers to.
pub(super) const TABLES: [&str; 9] = [
    "merged_visits",
    "merges",
    "series_visits",
    "series",
    "webhook_deliveries",
    "webhook_events",
    "webhooks",
    "waitlist",
    "keys",
];

/// What a statement that names a dormant table comes to.
#[derive(Debug, Clone)]
pub(super) enum Instead {
    /// It is run in these words.
    Run(String),
    /// There is nothing for it to change, or to answer.
    Nothing,
    /// It is run once that table is there.
    Wake(&'static str),
}

/// What was found out in one transaction.
#[derive(Debug, Default)]
pub(super) struct Dormant {
    instead: BTreeMap<String, Instead>,
}

impl Dormant {
    /// What is known to be run instead of a statement.
    pub(super) fn known(&self, sql: &str) -> Option<&Instead> {
        self.instead.get(sql)
    }

    /// What is run instead of a statement that SQLite did not take, where that is because a table is dormant.
    ///
    /// # Errors
    /// What SQLite said of the statement, where it is another fault.
    pub(super) fn instead(&mut self, connection: &Connection, sql: &str, fault: Error) -> Result<Instead> {
        let Some(table) = missing(&fault) else { return Err(fault) };
        look(connection)?;
        if connection.table_exists(None, table.as_str())? {
            // Another program has woken it meanwhile.
            return Ok(Instead::Run(sql.to_owned()));
        }
        let words = words_of(sql);
        let absent = absent(connection, &words)?;
        if !absent.contains(&table.as_str()) {
            return Err(fault);
        }
        let target = |verb: &str| absent.iter().find(|table| sql.starts_with(&format!("{verb} {table} ")));
        if let Some(&table) = target("INSERT INTO") {
            return Ok(Instead::Wake(table));
        }
        let instead = if target("UPDATE").or(target("DELETE FROM")).is_some() || is_of_no_row(sql, &absent) {
            Instead::Nothing
        } else {
            let empty: Vec<String> = absent.iter().map(|table| without_rows(table, &words)).collect();
            Instead::Run(format!("WITH {} {sql}", empty.join(", ")))
        };
        self.instead.insert(sql.to_owned(), instead.clone());
        Ok(instead)
    }

    /// A transaction begins, or some of it was taken back, or a table was woken.
    pub(super) fn forget(&mut self) {
        self.instead.clear();
    }
}

/// Takes this transaction's view of the book, where it has none yet, and the schema as it is in that.
pub(super) fn look(connection: &Connection) -> Result<()> {
    connection.query_row("SELECT 1 FROM sqlite_schema LIMIT 1", [], |_| Ok(())).optional().map(|_| ())
}

/// The table that SQLite says is not there.
fn missing(fault: &Error) -> Option<String> {
    let (Error::SqlInputError { msg: said, .. } | Error::SqliteFailure(_, Some(said))) = fault else {
        return None;
    };
    said.strip_prefix("no such table: ").map(str::to_owned)
}

/// The names and other words that a statement is made of.
fn words_of(sql: &str) -> BTreeSet<&str> {
    sql.split(|sign: char| !sign.is_alphanumeric() && sign != '_').collect()
}

/// The dormant tables among those words.
fn absent(connection: &Connection, words: &BTreeSet<&str>) -> Result<Vec<&'static str>> {
    let mut absent = Vec::new();
    for table in TABLES.into_iter().filter(|table| words.contains(table)) {
        if !connection.table_exists(None, table)? {
            absent.push(table);
        }
    }
    Ok(absent)
}

/// Whether a question is of the rows of one such table and of nothing else, so that it has no answer. Where it names
/// anything but the table's columns SQLite is asked, who knows what else that may be, or that it is nothing; our
/// statements' functions are in small letters, as columns are.
fn is_of_no_row(sql: &str, absent: &[&str]) -> bool {
    let ([table], Some((columns, rest))) = (absent, sql.split_once(" FROM ")) else { return false };
    let known = |name: &str| name == *table || copy::columns(table).contains(&name);
    columns.starts_with("SELECT ")
        && !columns.contains('(')
        && rest.split_whitespace().next() == Some(table)
        && !rest.contains("UNION")
        && names_of(sql).all(known)
}

/// The names in a statement, of tables, columns and functions: what is not quoted and not in capitals.
fn names_of(sql: &str) -> impl Iterator<Item = &str> {
    let words =
        sql.split('\'').step_by(2).flat_map(|part| part.split(|c: char| !c.is_alphanumeric() && c != '_'));
    words.filter(|word| word.starts_with(|c: char| c.is_ascii_lowercase()))
}

/// A table of that name and without rows, with those of its columns that are asked for.
fn without_rows(table: &str, words: &BTreeSet<&str>) -> String {
    let columns = copy::columns(table).iter();
    let asked: Vec<&str> = columns.copied().filter(|column| words.contains(column)).collect();
    if asked.is_empty() {
        return format!("{table} AS (SELECT NULL WHERE 0)");
    }
    format!("{table} ({}) AS (SELECT {} WHERE 0)", asked.join(", "), vec!["NULL"; asked.len()].join(", "))
}

/// Makes those of the tables that the book has not, as so many of the schema's steps would have left
/// them. What they are made of comes from the steps, and not from the book, whose own words nobody runs.
pub(super) fn wake(connection: &Connection, tables: &[&str], taken: usize) -> Result<()> {
    let schema = Connection::open_in_memory()?;
    for step in migrate::first(taken) {
        schema.execute_batch(step)?;
    }
    let made_by = "SELECT sql FROM sqlite_schema WHERE tbl_name = ?1 AND sql IS NOT NULL
        ORDER BY type = 'table' DESC, rowid";
    for &table in tables {
        if connection.table_exists(None, table)? {
            continue;
        }
        let mut made_by = schema.prepare_cached(made_by)?;
        let mut rows = made_by.query([table])?;
        while let Some(row) = rows.next()? {
            connection.execute_batch(&row.get::<_, String>(0)?)?;
        }
    }
    Ok(())
}

/// Takes out those that have no row.
pub(super) fn take_out(connection: &Connection) -> Result<()> {
    for table in TABLES {
        let used = connection.query_row(&format!("SELECT 1 FROM {table}"), [], |_| Ok(())).optional()?;
        if used.is_none() {
            connection.execute_batch(&format!("DROP TABLE {table}"))?;
        }
    }
    Ok(())
}

#[cfg(test)]
#[path = "dormant_tests.rs"]
mod tests;
