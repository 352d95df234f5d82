//! Copies a whole database, every row of every table unchanged, also between different engines.
//!
//! Rows are read in pages by primary key, so that memory use does not grow with the database. Before the
//! commit, each table is compared with what was read.

use crate::domain::access::Key;
use crate::domain::appointment::Appointment;
use crate::domain::record::{Branch, Clinic, Doctor, Patient, Service};
use crate::domain::refusal::Refusal;
use crate::domain::reply::Received;
use crate::domain::series::Series;
use crate::domain::waitlist::Entry;
use crate::domain::webhook::Webhook;
use crate::domain::window::{Closure, Window};
use crate::platform::error::StoreError;
use crate::store::deliveries::{Delivery, Told};
use crate::store::engine::Value;
use crate::store::merges::Merge;
use crate::store::outbox::Message;
use crate::store::record::{FromRow, Stored, insert_into, marks};
use crate::store::{Tx, audit};
use sha2::{Digest, Sha256};

struct Table {
    name: &'static str,
    /// All columns, beginning with the primary key's in its order.
    columns: &'static [&'static str],
    /// The number of columns in the primary key.
    key: usize,
}

impl Table {
    const fn of<T: Stored>() -> Table {
        Table { name: T::TABLE, columns: T::COLUMNS, key: 1 }
    }

    const fn with(name: &'static str, columns: &'static [&'static str], key: usize) -> Table {
        Table { name, columns, key }
    }

    /// The number of rows per page for `values` values, at least 1.
    fn page(&self, values: usize) -> usize {
        (values / self.columns.len()).max(1)
    }
}

/// All tables, each after the tables that it refers to. A test compares the list with the schema.
const TABLES: [Table; 26] = [
    Table::with("meta", &["key", "value"], 1),
    Table::of::<Clinic>(),
    Table::of::<Branch>(),
    Table::of::<Doctor>(),
    Table::of::<Key>(),
    Table::of::<Service>(),
    Table::of::<Window>(),
    Table::of::<Closure>(),
    Table::of::<Patient>(),
    Table::of::<Appointment>(),
    Table::of::<Entry>(),
    Table::of::<Series>(),
    Table::with("series_visits", &["appointment_id", "series_id", "position"], 1),
    Table::with("merges", Merge::COLUMNS, 1),
    Table::with("merged_visits", &["merged_id", "appointment_id", "missed"], 2),
    Table::with("tokens", &["holder", "date", "last"], 2),
    Table::of::<Message>(),
    Table::with("replies", Received::COLUMNS, 2),
    Table::with(
        "early_reports",
        &["clinic_id", "provider_id", "channel", "delivery", "delivery_code", "delivery_at"],
        3,
    ),
    Table::with("sweeps", &["clinic_id", "finished_at"], 1),
    Table::with("channel_rests", &["clinic_id", "channel", "rests_since", "rest_until", "reason"], 2),
    Table::of::<Webhook>(),
    Table::of::<Told>(),
    Table::of::<Delivery>(),
    Table::with("audit_log", audit::Entry::COLUMNS, 2),
    Table::with("audit_head", &["chain", "seq", "mac", "signature", "latest"], 1),
];

/// The most values in a page, which one query reads and one statement writes: larger pages save round trips,
/// smaller ones save memory.
const VALUES: usize = 4_000;

/// The number of rows in all tables.
pub fn rows(tx: &mut Tx<'_>) -> Result<u64, StoreError> {
    let mut rows = 0;
    for table in &TABLES {
        let sql = format!("SELECT count(*) FROM {}", table.name);
        rows += tx.count::<u64>(&sql, &[])?;
    }
    Ok(rows)
}

/// The name of a table that has a row; None for a database that was created but never used.
pub fn filled(tx: &mut Tx<'_>) -> Result<Option<&'static str>, StoreError> {
    for table in &TABLES {
        let sql = format!("SELECT 1 FROM {} LIMIT 1", table.name);
        if tx.is_there(&sql, &[])? {
            return Ok(Some(table.name));
        }
    }
    Ok(None)
}

/// Copies every row into an empty database, reads all rows back and compares them.
///
/// Returns each table with its number of rows. `progress` receives the number of rows handled so far; each
/// row counts twice, when written and when read back. Errors have the detail `book`: `from` or `to`.
pub fn fill(
    from: &mut Tx<'_>,
    to: &mut Tx<'_>,
    progress: &mut dyn FnMut(u64),
) -> Result<Vec<(&'static str, u64)>, Refusal> {
    fill_by_pages(from, to, VALUES, progress)
}

fn fill_by_pages(
    from: &mut Tx<'_>,
    to: &mut Tx<'_>,
    values: usize,
    progress: &mut dyn FnMut(u64),
) -> Result<Vec<(&'static str, u64)>, Refusal> {
    let mut done = 0;
    let mut tick = |rows: u64| {
        done += rows;
        progress(done);
    };
    let mut sent = Vec::with_capacity(TABLES.len());
    for table in &TABLES {
        sent.push(pour(from, to, table, table.page(values), &mut tick)?);
    }
    // Read back only after all tables are written: a trigger may have changed another table.
    for (table, sent) in TABLES.iter().zip(&sent) {
        let mut arrived = Sum::default();
        pages(to, table, table.page(values), "to", |values| {
            tick(arrived.add(table, values));
            Ok(())
        })?;
        if arrived.result() != sent.result() {
            return Err(differs(table, sent, &arrived));
        }
    }
    // If the answer to the commit is lost, these entries show whether the copy was committed.
    to.entries = audit::heads(to)?;
    Ok(TABLES.iter().zip(&sent).map(|(table, sum)| (table.name, sum.rows)).collect())
}

fn differs(table: &Table, sent: &Sum, arrived: &Sum) -> Refusal {
    let what = format!("the copy's {} are not what was read ", table.name);
    let what = what + &format!("({} rows sent, {} arrived)", sent.rows, arrived.rows);
    Refusal::from(StoreError::Internal(what)).detail("table", table.name)
}

/// Copies the rows of one table; returns their number and digest.
fn pour(
    from: &mut Tx<'_>,
    to: &mut Tx<'_>,
    table: &Table,
    page: usize,
    tick: &mut dyn FnMut(u64),
) -> Result<Sum, Refusal> {
    // All pages but the last are full and share one prepared statement.
    let full = insert_sql(table, page);
    let mut sum = Sum::default();
    pages(from, table, page, "from", |values| {
        let rows = values.len() / table.columns.len();
        let written = match rows == page {
            true => to.execute(&full, values),
            false => to.execute(&insert_sql(table, rows), values),
        };
        written.map_err(|error| refused(table, error))?;
        tick(sum.add(table, values));
        Ok(())
    })?;
    Ok(sum)
}

/// A constraint violation is a fault of the source's rows, because the schema is the same in every database.
fn refused(table: &Table, error: StoreError) -> Refusal {
    match error {
        StoreError::Constraint(_) | StoreError::Overlap => {
            let what = text!("rows-of-break-a-rule-of-every-book", name = table.name, error);
            in_book("from", StoreError::Corrupt(what)).detail("table", table.name)
        }
        error => in_book("to", error),
    }
}

fn in_book(book: &str, error: StoreError) -> Refusal {
    Refusal::from(error).detail("book", book)
}

/// Passes the rows of a table to `each` in key order, one page at a time, as one flat list of values.
fn pages(
    tx: &mut Tx<'_>,
    table: &Table,
    page: usize,
    book: &str,
    mut each: impl FnMut(&[Value<'static>]) -> Result<(), Refusal>,
) -> Result<(), Refusal> {
    let width = table.columns.len();
    let (first, next) = (page_sql(table, page, false), page_sql(table, page, true));
    let mut last_key: Vec<Value<'static>> = Vec::new();
    loop {
        let sql = if last_key.is_empty() { &first } else { &next };
        let rows = tx.query(sql, &last_key, |row| row.rest()).map_err(|error| in_book(book, error))?;
        let full = rows.len() == page;
        let values: Vec<Value<'static>> = rows.into_iter().flatten().collect();
        if !values.is_empty() {
            each(&values)?;
        }
        if !full {
            return Ok(());
        }
        last_key = values[values.len() - width..][..table.key].to_vec();
    }
}

/// The query for the first page, or for the page after the key in the parameters.
fn page_sql(table: &Table, page: usize, after: bool) -> String {
    let (columns, key) = (table.columns.join(", "), table.columns[..table.key].join(", "));
    let condition = if after { format!(" WHERE ({key}) > ({})", marks(1, table.key)) } else { String::new() };
    format!("SELECT {columns} FROM {}{condition} ORDER BY {key} LIMIT {page}", table.name)
}

fn insert_sql(table: &Table, rows: usize) -> String {
    insert_into(table.name, table.columns, rows)
}

#[derive(Clone, Default)]
struct Sum {
    rows: u64,
    digest: Sha256,
}

impl Sum {
    /// Adds whole rows; returns their number.
    fn add(&mut self, table: &Table, values: &[Value<'_>]) -> u64 {
        let mut bytes = Vec::with_capacity(16 * values.len());
        values.iter().for_each(|value| spell(value, &mut bytes));
        self.digest.update(&bytes);
        let rows = (values.len() / table.columns.len()) as u64;
        self.rows += rows;
        rows
    }

    fn result(&self) -> (u64, [u8; 32]) {
        (self.rows, self.digest.clone().finalize().into())
    }
}

/// Encodes a value as type, length and content: no encoding is a prefix of another.
fn spell(value: &Value<'_>, bytes: &mut Vec<u8>) {
    let mut put = |kind: u8, content: &[u8]| {
        bytes.push(kind);
        bytes.extend_from_slice(&(content.len() as u64).to_le_bytes());
        bytes.extend_from_slice(content);
    };
    match value {
        Value::Null => put(0, &[]),
        Value::Int(number) => put(1, &number.to_le_bytes()),
        Value::Text(text) => put(2, text.as_bytes()),
        Value::Bytes(content) => put(3, content),
    }
}

#[cfg(test)]
mod tests;
