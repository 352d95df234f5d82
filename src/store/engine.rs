//! The interface between SQL and the engine that runs it.
//!
//! SQL is written once for all engines: parameters are `?1`, `?2` …, values have four types, instants are
//! Unix seconds. Engines report failures as [`StoreError`].

use crate::platform::error::StoreError;
use crate::store::record::FromRow;
use std::borrow::Cow;

/// The result of rewriting the database after an erasure.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Scrub {
    /// Everything was rewritten.
    Done,
    /// Everything except the server's column statistics, which this user may not rewrite.
    ButSamples,
    /// Not done yet, for the reason given.
    Waits(String),
}

/// A table that readers cannot use while it is rewritten.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Locked {
    /// The table's name.
    pub table: String,
    /// Its size in bytes, indexes included.
    pub bytes: u64,
}

/// A value that is bound to a statement or read from a row.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Value<'a> {
    /// SQL `NULL`.
    Null,
    /// A whole number; booleans are 0 and 1, instants Unix seconds.
    Int(i64),
    /// Text; dates and wall times are ISO.
    Text(Cow<'a, str>),
    /// Bytes, such as a sealed field.
    Bytes(Cow<'a, [u8]>),
}

impl Value<'_> {
    /// Copies borrowed content.
    pub fn into_owned(self) -> Value<'static> {
        match self {
            Value::Null => Value::Null,
            Value::Int(number) => Value::Int(number),
            Value::Text(text) => Value::Text(Cow::Owned(text.into_owned())),
            Value::Bytes(bytes) => Value::Bytes(Cow::Owned(bytes.into_owned())),
        }
    }
}

impl From<i64> for Value<'_> {
    fn from(number: i64) -> Self {
        Value::Int(number)
    }
}
impl From<bool> for Value<'_> {
    fn from(flag: bool) -> Self {
        Value::Int(flag.into())
    }
}
impl<'a> From<&'a str> for Value<'a> {
    fn from(text: &'a str) -> Self {
        Value::Text(Cow::Borrowed(text))
    }
}
impl From<String> for Value<'_> {
    fn from(text: String) -> Self {
        Value::Text(Cow::Owned(text))
    }
}
impl From<crate::domain::time::Instant> for Value<'_> {
    fn from(instant: crate::domain::time::Instant) -> Self {
        Value::Int(instant.unix())
    }
}
impl From<chrono::NaiveDate> for Value<'_> {
    fn from(date: chrono::NaiveDate) -> Self {
        Value::Text(Cow::Owned(date.to_string()))
    }
}
impl<'a, T> From<Option<T>> for Value<'a>
where
    T: Into<Value<'a>>,
{
    fn from(value: Option<T>) -> Self {
        value.map_or(Value::Null, Into::into)
    }
}

/// The values of a row; the engine reads each value on demand.
pub trait Columns {
    /// The number of columns.
    fn width(&self) -> usize;

    /// The value of a column, counted from 0.
    fn at(&self, column: usize) -> Result<Value<'_>, StoreError>;
}

pub(super) fn wrong_count(sql: &str, wanted: u64) -> StoreError {
    StoreError::Internal(format!("a change met another number of rows than {wanted}: {sql}"))
}

pub(super) fn too_few_columns() -> StoreError {
    StoreError::unreadable("a row with too few columns")
}

impl Columns for Vec<Value<'_>> {
    fn width(&self) -> usize {
        self.len()
    }

    fn at(&self, column: usize) -> Result<Value<'_>, StoreError> {
        self.get(column).cloned().ok_or_else(too_few_columns)
    }
}

/// One row of a result, read column by column in the order of the `SELECT`.
pub struct Row<'a> {
    columns: &'a dyn Columns,
    next: usize,
}

impl<'a> Row<'a> {
    /// Reads the row from its first column.
    pub fn new(columns: &'a dyn Columns) -> Self {
        Row { columns, next: 0 }
    }

    /// Reads the next column.
    pub fn take(&mut self) -> Result<Value<'a>, StoreError> {
        self.next += 1;
        self.columns.at(self.next - 1)
    }

    /// Reads all remaining columns.
    pub fn rest(&mut self) -> Result<Vec<Value<'static>>, StoreError> {
        (self.next..self.columns.width()).map(|_| self.take().map(Value::into_owned)).collect()
    }

    /// Skips `columns` columns.
    pub fn skip(&mut self, columns: usize) {
        self.next += columns;
    }

    /// Reads a value of type `T` from the next columns, as many as `T` needs.
    pub fn get<T: FromRow>(&mut self) -> Result<T, StoreError> {
        T::from_row(self)
    }

    /// Reads the next column as text.
    pub fn text(&mut self) -> Result<String, StoreError> {
        self.get()
    }

    /// Reads the next column as a number.
    pub fn int(&mut self) -> Result<i64, StoreError> {
        self.get()
    }
}

/// How a transaction begins.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Mode {
    /// One consistent snapshot, without writes.
    Read,
    /// Takes the write lock of the whole database at the start.
    Write,
    /// Takes the write lock of the clinic with this id; if the engine has none, of the whole database.
    WriteIn(String),
}

/// A query to be sent together with others.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Question {
    /// The SQL text.
    pub sql: String,
    /// Its parameters.
    pub params: Vec<Value<'static>>,
}

impl Question {
    /// Copies the text and the parameters.
    pub fn new(sql: &str, params: &[Value<'_>]) -> Self {
        Question { sql: sql.to_owned(), params: params.iter().cloned().map(Value::into_owned).collect() }
    }
}

/// The rows of a result, copied out of the engine.
pub type Rows = Vec<Vec<Value<'static>>>;

/// A database engine with one open connection.
pub trait Engine {
    /// Runs a statement and returns the number of rows that it changed.
    fn execute(&mut self, sql: &str, params: &[Value<'_>]) -> Result<u64, StoreError>;

    /// Queues a statement, which runs at the latest with the commit. If it changes another number of rows
    /// than `rows`, the transaction fails.
    fn run(&mut self, sql: &str, params: &[Value<'_>], rows: Option<u64>) -> Result<(), StoreError> {
        match (self.execute(sql, params)?, rows) {
            (met, Some(rows)) if met != rows => Err(wrong_count(sql, rows)),
            _ => Ok(()),
        }
    }

    /// Whether each query costs a round trip, so that batching pays.
    fn is_far(&self) -> bool {
        false
    }

    /// Runs several queries in this order, in one round trip if possible. With `likely_all`, a transaction
    /// that only reads may end with them.
    fn query_all(&mut self, questions: &[Question], _likely_all: bool) -> Result<Vec<Rows>, StoreError> {
        let mut answers = Vec::with_capacity(questions.len());
        for question in questions {
            let mut rows = Rows::new();
            self.query(&question.sql, &question.params, &mut |mut row| {
                rows.push(row.rest()?);
                Ok(())
            })?;
            answers.push(rows);
        }
        Ok(answers)
    }

    /// Waits for the results of all queued statements.
    fn settle(&mut self) -> Result<(), StoreError> {
        Ok(())
    }

    /// Sets a savepoint.
    fn begin_part(&mut self) -> Result<(), StoreError> {
        self.execute("SAVEPOINT part", &[]).map(drop)
    }

    /// Releases the savepoint.
    fn end_part(&mut self) -> Result<(), StoreError> {
        self.execute("RELEASE SAVEPOINT part", &[]).map(drop)
    }

    /// Rolls back to the savepoint and releases it.
    fn take_part_back(&mut self) -> Result<(), StoreError> {
        self.execute("ROLLBACK TO SAVEPOINT part", &[])?;
        self.end_part()
    }

    /// Runs a query and passes each row to `each`.
    fn query(
        &mut self,
        sql: &str,
        params: &[Value<'_>],
        each: &mut dyn FnMut(Row<'_>) -> Result<(), StoreError>,
    ) -> Result<(), StoreError>;

    /// Whether writers run concurrently, so that conflicts appear only later, perhaps as a constraint
    /// violation, which is then worth a retry.
    fn is_optimistic(&self) -> bool {
        false
    }

    /// Whether writers of different clinics can work at the same time.
    fn locks_clinics(&self) -> bool {
        false
    }

    /// Begins a transaction.
    fn begin(&mut self, mode: Mode) -> Result<(), StoreError>;

    /// Commits the transaction.
    fn commit(&mut self) -> Result<(), StoreError>;

    /// Rolls the transaction back; does nothing if there is none.
    fn rollback(&mut self);

    /// Prepares for a bulk run (many changes, or a scan of everything): more memory may be used.
    fn expect_many(&mut self) {}

    /// Writes a consistent copy into an empty file; `false` if the engine cannot and rows must be copied.
    fn snapshot(&mut self, _to: &std::path::Path) -> Result<bool, StoreError> {
        Ok(false)
    }

    /// Engine name and version, for `db info`.
    fn version(&mut self) -> Result<String, StoreError>;

    /// The size on disk in bytes, indexes and write-ahead log included.
    fn bytes(&mut self) -> Result<u64, StoreError>;

    /// Whether the database itself refuses overlapping appointments, in addition to the program's checks.
    fn has_guard(&mut self) -> Result<bool, StoreError>;

    /// Rewrites the database so that deleted data remains in no free page and no log. Waits a while for
    /// readers; must run outside a transaction.
    fn scrub(&mut self) -> Result<Scrub, StoreError>;

    /// The tables that readers cannot use while [`scrub`](Engine::scrub) rewrites them.
    fn locked_by_scrub(&mut self) -> Result<Vec<Locked>, StoreError>;

    /// The problems that the engine's own integrity check finds.
    fn integrity(&mut self) -> Result<Vec<String>, StoreError>;
}
