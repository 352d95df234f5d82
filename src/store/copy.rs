//! A whole book from one place into another: every row of every table as it is, whatever the engines.
//!
//! Rows are read a page at a time by their key, so that memory stays flat however large the book is.
//! What was read and what arrived are held against each other, table by table, before it lasts.

use crate::domain::access::Key;
use crate::domain::appointment::Appointment;
use crate::domain::record::{Branch, Clinic, Doctor, Patient, Service};
use crate::domain::refusal::Refusal;
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

/// A table as it is copied.
struct Table {
    name: &'static str,
    /// Every column; those of the primary key first, in its order.
    columns: &'static [&'static str],
    /// How many columns the primary key has.
    key: usize,
}

impl Table {
    const fn of<T: Stored>() -> Table {
        Table { name: T::TABLE, columns: T::COLUMNS, key: 1 }
    }

    const fn with(name: &'static str, columns: &'static [&'static str], key: usize) -> Table {
        Table { name, columns, key }
    }

    /// How many rows so many values are, but one at least.
    fn page(&self, values: usize) -> usize {
        (values / self.columns.len()).max(1)
    }
}

/// Every table of a book, each after those that its rows refer to. A test holds it against the schema.
const TABLES: [Table; 24] = [
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
    Table::with("sweeps", &["clinic_id", "finished_at"], 1),
    Table::with("channel_rests", &["clinic_id", "channel", "rests_since", "rest_until", "reason"], 2),
    Table::of::<Webhook>(),
    Table::of::<Told>(),
    Table::of::<Delivery>(),
    Table::with("audit_log", audit::Entry::COLUMNS, 2),
    Table::with("audit_head", &["chain", "seq", "mac", "signature", "latest"], 1),
];

/// How many values a page has at most: they are read by one question and written by one statement.
///
/// More of them ask a server less often, fewer keep a page short: at this many nothing is gained by more.
const VALUES: usize = 4_000;

/// How many rows the book has, of all kinds together.
pub fn rows(tx: &mut Tx<'_>) -> Result<u64, StoreError> {
    let mut rows = 0;
    for table in &TABLES {
        let sql = format!("SELECT count(*) FROM {}", table.name);
        rows += tx.count::<u64>(&sql, &[])?;
    }
    Ok(rows)
}

/// A table that has a row, if any has: a book without rows was made, but never used.
pub fn filled(tx: &mut Tx<'_>) -> Result<Option<&'static str>, StoreError> {
    for table in &TABLES {
        let sql = format!("SELECT 1 FROM {} LIMIT 1", table.name);
        if tx.is_there(&sql, &[])? {
            return Ok(Some(table.name));
        }
    }
    Ok(None)
}

/// Writes every row of one book into another that has none, and reads them back.
///
/// Answers each table with its number of rows. `progress` hears how many rows have been dealt with;
/// each counts twice, once when it is written and once when it is read back.
/// A fault has the detail `book`, which tells whose it is (`from` or `to`).
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
    // Only now: whatever wrote into another table on the way would have done so by here.
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
    // Where the answer to the commit is lost, the last entries of the copied log tell whether it is there.
    to.entries = audit::heads(to)?;
    Ok(TABLES.iter().zip(&sent).map(|(table, sum)| (table.name, sum.rows)).collect())
}

fn differs(table: &Table, sent: &Sum, arrived: &Sum) -> Refusal {
    let what = format!("the copy's {} are not what was read ", table.name);
    let what = what + &format!("({} rows sent, {} arrived)", sent.rows, arrived.rows);
    Refusal::from(StoreError::Internal(what)).detail("table", table.name)
}

/// Writes the rows of a table from one book into another; answers what was sent.
fn pour(
    from: &mut Tx<'_>,
    to: &mut Tx<'_>,
    table: &Table,
    page: usize,
    tick: &mut dyn FnMut(u64),
) -> Result<Sum, Refusal> {
    // Prepared once: all pages but the last are full.
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

/// What the schema does not let in is a fault of the rows: it is the same for every book.
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

/// Hands over the rows of a table in the order of its key, a page at a time: the values of row after
/// row in one run.
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

/// The first page of a table, or the one after the key in the parameters.
fn page_sql(table: &Table, page: usize, after: bool) -> String {
    let (columns, key) = (table.columns.join(", "), table.columns[..table.key].join(", "));
    let condition = if after { format!(" WHERE ({key}) > ({})", marks(1, table.key)) } else { String::new() };
    format!("SELECT {columns} FROM {}{condition} ORDER BY {key} LIMIT {page}", table.name)
}

fn insert_sql(table: &Table, rows: usize) -> String {
    insert_into(table.name, table.columns, rows)
}

/// Number and digest of a table's rows.
#[derive(Clone, Default)]
struct Sum {
    rows: u64,
    digest: Sha256,
}

impl Sum {
    /// Takes in whole rows; answers how many they were.
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

/// A value in bytes that no other value has, and that none begins with: its kind, length and content.
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
