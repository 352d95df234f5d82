//! Maps records to rows: one list of columns serves inserts, updates and the audit log.

use crate::platform::error::StoreError;
use crate::store::Tx;
use crate::store::engine::{Row, Value};
use std::fmt::Write;

/// A value read from one or more columns: a record or a part of one.
pub trait FromRow: Sized {
    /// The columns of a record in their order.
    const COLUMNS: &'static [&'static str] = &[];

    /// Reads the next columns; an error if they hold an invalid value.
    fn from_row(row: &mut Row<'_>) -> Result<Self, StoreError>;
}

/// A value written to one or more columns.
pub trait ToRow {
    /// Appends the values in the order of the columns.
    fn write<'a>(&'a self, values: &mut Vec<Value<'a>>);
}

/// A kind of record that has a table.
pub trait Stored: FromRow + ToRow {
    /// The table's name.
    const TABLE: &'static str;
    /// The kind's name in the audit log and in errors.
    const KIND: &'static str;

    /// The record's id.
    fn id(&self) -> &str;

    /// The values in the order of the columns.
    fn values(&self) -> Vec<Value<'_>> {
        let mut values = Vec::with_capacity(Self::COLUMNS.len());
        self.write(&mut values);
        values
    }
}

/// Implements [`FromRow`] and [`ToRow`] for a struct; lists its fields in the order of their columns.
///
/// A column has the name of its field, except in `[field: column column]`. In `field + column = rule`, `rule`
/// derives a further column from the field; it is used in queries and never read back.
macro_rules! record {
    ($record:ident {
        $($($field:ident $(+ $made:ident = $rule:path)*)? $([$other:ident: $($column:ident)*])?),*
    }) => {
        impl $crate::store::record::FromRow for $record {
            const COLUMNS: &'static [&'static str] = &[
                $($(stringify!($field), $(stringify!($made),)*)? $($(stringify!($column),)*)?)*
            ];

            fn from_row(row: &mut $crate::store::engine::Row<'_>) -> Result<Self, $crate::platform::error::StoreError> {
                $(
                    $(let $field = row.get()?; row.skip(<[&str]>::len(&[$(stringify!($made)),*]));)?
                    $(let $other = row.get()?;)?
                )*
                Ok($record { $($($field,)? $($other,)?)* })
            }
        }

        impl $crate::store::record::ToRow for $record {
            fn write<'a>(&'a self, values: &mut Vec<$crate::store::engine::Value<'a>>) {
                use $crate::store::record::ToRow;
                $(
                    $(ToRow::write(&self.$field, values); $(values.push($rule(&self.$field).into());)*)?
                    $(ToRow::write(&self.$other, values);)?
                )*
            }
        }
    };
}
pub(super) use record;

/// Like [`record!`], plus the table and the kind's name in the audit log and in errors.
macro_rules! stored {
    ($record:ident in $table:literal as $kind:literal $fields:tt) => {
        $crate::store::record::record!($record $fields);

        impl $crate::store::record::Stored for $record {
            const TABLE: &'static str = $table;
            const KIND: &'static str = $kind;

            fn id(&self) -> &str {
                &self.id
            }
        }
    };
}
pub(super) use stored;

/// A changed column: name, old value, new value.
pub type Difference<'a> = (&'static str, Value<'a>, Value<'a>);

/// The columns that differ between two states of a record, derived columns included.
pub fn differences<'a, T: Stored>(before: &'a T, after: &'a T) -> Vec<Difference<'a>> {
    T::COLUMNS
        .iter()
        .zip(before.values().into_iter().zip(after.values()))
        .filter(|(_, (old, new))| old != new)
        .map(|(column, (old, new))| (*column, old, new))
        .collect()
}

/// `count` parameters, the first with number `from`, such as `?2, ?3, ?4`.
pub(super) fn marks(from: usize, count: usize) -> String {
    (from..from + count).map(|n| format!("?{n}")).collect::<Vec<_>>().join(", ")
}

/// The columns, each with a table alias in front, for joins.
pub fn columns_of<T: FromRow>(alias: &str) -> String {
    T::COLUMNS.iter().map(|column| format!("{alias}.{column}")).collect::<Vec<_>>().join(", ")
}

/// The `SELECT` for records of a kind; `rest` completes it (`WHERE …`).
pub(super) fn selection<T: Stored>(rest: &str) -> String {
    format!("SELECT {} FROM {} {rest}", T::COLUMNS.join(", "), T::TABLE)
}

pub(super) fn has_code<T: Stored>() -> String {
    format!("SELECT 1 FROM {} {WITH_CODE}", T::TABLE)
}

pub(super) const WITH_CODE: &str = "WHERE clinic_id = ?1 AND code_key = ?2";

pub(super) const WITH_ID: &str = "WHERE id = ?1 AND clinic_id = ?2";

/// `NOT (… <> …)` makes SQLite scan by id, in order, instead of using an index by clinic.
pub(super) const AFTER: &str = "WHERE NOT (clinic_id <> ?1) AND id > ?2 ORDER BY id LIMIT ?3";

pub(super) fn insert_into(table: &str, columns: &[&str], rows: usize) -> String {
    let width = columns.len();
    let rows: Vec<String> = (0..rows).map(|row| format!("({})", marks(1 + row * width, width))).collect();
    format!("INSERT INTO {table} ({}) VALUES {}", columns.join(", "), rows.join(", "))
}

/// The most values in one `INSERT`.
const MOST_VALUES: usize = 4_000;

impl Tx<'_> {
    pub(crate) fn insert<T: Stored>(&mut self, record: &T) -> Result<(), StoreError> {
        self.insert_all(std::slice::from_ref(record))
    }

    pub(crate) fn insert_all<T: Stored>(&mut self, records: &[T]) -> Result<(), StoreError> {
        if self.is_guess() {
            return Ok(());
        }
        // Both engines limit the number of parameters.
        for records in records.chunks(MOST_VALUES / T::COLUMNS.len()) {
            let values: Vec<Value<'_>> = records.iter().flat_map(Stored::values).collect();
            self.run(&insert_into(T::TABLE, T::COLUMNS, records.len()), &values)?;
        }
        Ok(())
    }

    /// Writes only the changed columns, so that indexes of other columns stay untouched.
    pub(crate) fn update<T: Stored>(&mut self, before: &T, after: &T) -> Result<(), StoreError> {
        let changed = differences(before, after);
        if changed.is_empty() {
            return Ok(());
        }
        let mut sql = format!("UPDATE {} SET ", T::TABLE);
        let mut params = vec![Value::from(before.id())];
        for (position, (column, _, new)) in changed.into_iter().enumerate() {
            let comma = if position == 0 { "" } else { ", " };
            let _ = write!(sql, "{comma}{column} = ?{}", position + 2);
            params.push(new);
        }
        sql.push_str(" WHERE id = ?1");
        self.run_on(&sql, &params, Some(1))
    }

    /// Selects records; `rest` completes the `SELECT` (`WHERE …`).
    pub(crate) fn select<T: Stored>(
        &mut self,
        rest: &str,
        params: &[Value<'_>],
    ) -> Result<Vec<T>, StoreError> {
        self.query(&selection::<T>(rest), params, T::from_row)
    }

    pub(crate) fn by_id<T: Stored>(&mut self, clinic_id: &str, id: &str) -> Result<Option<T>, StoreError> {
        let found = self.select(WITH_ID, super::params![id, clinic_id])?;
        Ok(found.into_iter().next())
    }

    /// The clinic's records after `id`, in order of creation.
    pub(crate) fn after<T: Stored>(
        &mut self,
        clinic_id: &str,
        id: &str,
        limit: i64,
    ) -> Result<Vec<T>, StoreError> {
        self.select(AFTER, super::params![clinic_id, id, limit])
    }

    /// Whether a record of the clinic has this code, ignoring case.
    pub(crate) fn has_code<T: Stored>(&mut self, clinic_id: &str, code: &str) -> Result<bool, StoreError> {
        let key = crate::domain::text::code_key(code);
        self.is_there(&has_code::<T>(), super::params![clinic_id, key])
    }

    /// The clinic's record with this code, ignoring case.
    pub(crate) fn by_code<T: Stored>(
        &mut self,
        clinic_id: &str,
        code: &str,
    ) -> Result<Option<T>, StoreError> {
        let key = crate::domain::text::code_key(code);
        let found = self.select(WITH_CODE, super::params![clinic_id, key])?;
        Ok(found.into_iter().next())
    }
}
