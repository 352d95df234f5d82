//! The seam between the book's SQL and the engine that runs it.
//!
//! SQL is written once: parameters are `?1`, `?2` …, values are of four kinds, instants are Unix
//! seconds. An engine only opens, binds, runs and says in [`StoreError`] what went wrong.

use crate::platform::error::StoreError;
use crate::store::record::FromRow;
use std::borrow::Cow;

/// How far the book was written anew after an erasure.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Scrub {
    /// All of it.
    Done,
    /// All but a server's own samples of columns, which this user may not touch.
    ButSamples,
    /// Not yet: that stands in the way.
    Waits(String),
}

/// A table that keeps readers out while it is written anew.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Locked {
    /// Its name.
    pub table: String,
    /// How many bytes it takes, indexes included.
    pub bytes: u64,
}

/// A value on its way into or out of the store.
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
    /// The same, apart from where it was read.
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

/// Where the values of a row are: with the engine that delivers it, one is read when it is asked for.
pub trait Columns {
    /// How many there are.
    fn width(&self) -> usize;

    /// The value in that column, counted from 0.
    fn at(&self, column: usize) -> Result<Value<'_>, StoreError>;
}

/// What is said of a change that met other rows than it was made for.
pub(super) fn wrong_count(sql: &str, wanted: u64) -> StoreError {
    StoreError::Internal(format!("a change met another number of rows than {wanted}: {sql}"))
}

/// What is said of a column behind the last.
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

/// One row of an answer, read column by column in the order of the `SELECT`.
pub struct Row<'a> {
    columns: &'a dyn Columns,
    next: usize,
}

impl<'a> Row<'a> {
    /// The row whose values are there.
    pub fn new(columns: &'a dyn Columns) -> Self {
        Row { columns, next: 0 }
    }

    /// The next column.
    pub fn take(&mut self) -> Result<Value<'a>, StoreError> {
        self.next += 1;
        self.columns.at(self.next - 1)
    }

    /// The columns that are left, as they are.
    pub fn rest(&mut self) -> Result<Vec<Value<'static>>, StoreError> {
        (self.next..self.columns.width()).map(|_| self.take().map(Value::into_owned)).collect()
    }

    /// Passes over so many columns.
    pub fn skip(&mut self, columns: usize) {
        self.next += columns;
    }

    /// What the next columns hold, as many as it takes.
    pub fn get<T: FromRow>(&mut self) -> Result<T, StoreError> {
        T::from_row(self)
    }

    /// The next column, a text.
    pub fn text(&mut self) -> Result<String, StoreError> {
        self.get()
    }

    /// The next column, a number.
    pub fn int(&mut self) -> Result<i64, StoreError> {
        self.get()
    }
}

/// How a transaction begins.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Mode {
    /// One consistent view; nothing is written.
    Read,
    /// With the write lock from the start: the whole book's.
    Write,
    /// The same with the lock of one clinic, by its id, where the engine has such locks; else the whole book's.
    WriteIn(String),
}

/// A question that is asked together with others.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Question {
    /// Its text.
    pub sql: String,
    /// Its parameters.
    pub params: Vec<Value<'static>>,
}

impl Question {
    /// The question of that text, apart from where it was made.
    pub fn new(sql: &str, params: &[Value<'_>]) -> Self {
        Question { sql: sql.to_owned(), params: params.iter().cloned().map(Value::into_owned).collect() }
    }
}

/// The rows of an answer, apart from the engine.
pub type Rows = Vec<Vec<Value<'static>>>;

/// A database engine with one open connection.
pub trait Engine {
    /// Runs a statement; answers how many rows it changed.
    fn execute(&mut self, sql: &str, params: &[Value<'_>]) -> Result<u64, StoreError>;

    /// Runs a statement, at the latest with the commit. Where it changes another number of rows than is
    /// said, that is an error, and nothing of the transaction lasts.
    fn run(&mut self, sql: &str, params: &[Value<'_>], rows: Option<u64>) -> Result<(), StoreError> {
        match (self.execute(sql, params)?, rows) {
            (met, Some(rows)) if met != rows => Err(wrong_count(sql, rows)),
            _ => Ok(()),
        }
    }

    /// Whether questions are worth being asked together: each one by itself is a trip to a server.
    fn is_far(&self) -> bool {
        false
    }

    /// Asks several questions at once, in this order. Where they are likely to be all that a transaction asks which
    /// only reads, it may end with them.
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

    /// Waits for what became of all that was run so far.
    fn settle(&mut self) -> Result<(), StoreError> {
        Ok(())
    }

    /// Begins what can be taken back without the rest of the transaction.
    fn begin_part(&mut self) -> Result<(), StoreError> {
        self.execute("SAVEPOINT part", &[]).map(drop)
    }

    /// Ends such a part: it lasts as long as what is around it.
    fn end_part(&mut self) -> Result<(), StoreError> {
        self.execute("RELEASE SAVEPOINT part", &[]).map(drop)
    }

    /// Takes such a part back.
    fn take_part_back(&mut self) -> Result<(), StoreError> {
        self.execute("ROLLBACK TO SAVEPOINT part", &[])?;
        self.end_part()
    }

    /// Runs a question and hands over each row.
    fn query(
        &mut self,
        sql: &str,
        params: &[Value<'_>],
        each: &mut dyn FnMut(Row<'_>) -> Result<(), StoreError>,
    ) -> Result<(), StoreError>;

    /// Whether writers find out only on the way that they met, with whatever constraint stands there:
    /// then what a constraint says is worth a second look.
    fn is_optimistic(&self) -> bool {
        false
    }

    /// Whether writers of different clinics need not wait for one another.
    fn locks_clinics(&self) -> bool {
        false
    }

    /// Begins a transaction.
    fn begin(&mut self, mode: Mode) -> Result<(), StoreError>;

    /// Makes the transaction's changes last.
    fn commit(&mut self) -> Result<(), StoreError>;

    /// Takes the transaction's changes back; harmless where there is none.
    fn rollback(&mut self);

    /// Much is coming, changes or a look at all of the book: more may be held in memory for it.
    fn expect_many(&mut self) {}

    /// Writes the book as of one moment into an empty file. Answers `false` where the engine can't:
    /// then its rows have to be copied.
    fn snapshot(&mut self, _to: &std::path::Path) -> Result<bool, StoreError> {
        Ok(false)
    }

    /// Name and version, for `db info`.
    fn version(&mut self) -> Result<String, StoreError>;

    /// How many bytes the book takes on disk, indexes and write-ahead log included.
    fn bytes(&mut self) -> Result<u64, StoreError>;

    /// Whether the engine itself stands behind the checks: it refuses visits that overlap.
    fn has_guard(&mut self) -> Result<bool, StoreError>;

    /// Writes the book anew, so that what was taken out of its rows is in none of its free pages and
    /// logs any more; waits a while for those who read. Outside a transaction.
    fn scrub(&mut self) -> Result<Scrub, StoreError>;

    /// The tables that [`scrub`](Engine::scrub) keeps readers out of, each while it is written anew.
    fn locked_by_scrub(&mut self) -> Result<Vec<Locked>, StoreError>;

    /// The engine's own integrity check: what it finds wrong.
    fn integrity(&mut self) -> Result<Vec<String>, StoreError>;
}
