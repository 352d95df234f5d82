//! Queries for undoing a change, and the reconstruction of an earlier record.

use crate::domain::reminder::Kind;
use crate::domain::time::Instant;
use crate::platform::error::StoreError;
use crate::store::audit::{self, BOOK, Entry, Place};
use crate::store::engine::{Row, Value};
use crate::store::record::Stored;
use crate::store::{Tx, chain_head, params};
use serde_json::{Map, Value as Json};

/// How many of the newest entries of a chain are searched for an actor's changes.
const LATELY: i64 = 20_000;

/// The actor's recent changes of a clinic's appointments, newest first.
pub fn done_by(tx: &mut Tx<'_>, clinic_id: &str, actor: &str, limit: i64) -> Result<Vec<Entry>, StoreError> {
    let rest = "WHERE chain = ?1 AND seq > ?2 AND actor = ?3 AND clinic_id = ?4 AND kind = 'appointment'
         ORDER BY seq DESC LIMIT ?5";
    let mut done = Vec::new();
    // The clinic's oldest entries are in the database's own chain.
    for chain in [clinic_id, BOOK] {
        let newest = chain_head::last_seq(tx, chain)?;
        done.extend(audit::entries(tx, rest, params![chain, newest - LATELY, actor, clinic_id, limit])?);
    }
    Ok(done)
}

/// The changes of an appointment after the entry at `place`, newest first.
pub fn done_since(tx: &mut Tx<'_>, record_id: &str, place: &Place) -> Result<Vec<Entry>, StoreError> {
    let mut entries = audit::about(tx, record_id, false)?;
    entries.retain(|entry| entry.place() > *place);
    entries.reverse();
    Ok(entries)
}

/// Returns the record with the columns in `image`, an audit entry's JSON, set back.
pub fn as_it_was<T: Stored>(record: &T, image: &str) -> Result<T, StoreError> {
    let columns: Map<String, Json> = serde_json::from_str(image)
        .map_err(|problem| StoreError::unreadable(&format!("an entry's image: {problem}")))?;
    let values = T::COLUMNS.iter().zip(record.values()).map(|(column, value)| match columns.get(*column) {
        Some(was) => written(column, was),
        None => Ok(value.into_owned()),
    });
    let values = values.collect::<Result<Vec<_>, _>>()?;
    T::from_row(&mut Row::new(&values))
}

/// Converts an audit entry's JSON value to a column value.
fn written(column: &str, value: &Json) -> Result<Value<'static>, StoreError> {
    let unreadable = || StoreError::unreadable(&format!("{value} in the column {column} of an entry"));
    match value {
        Json::Null => Ok(Value::Null),
        Json::Number(number) => number.as_i64().map(Value::Int).ok_or_else(unreadable),
        Json::String(text) if column.ends_with("_at") || column.ends_with("_until") => {
            Instant::parse_rfc3339(text).map(Value::from).map_err(|_| unreadable())
        }
        Json::String(text) => Ok(Value::from(text.clone())),
        _ => Err(unreadable()),
    }
}

/// Whether a message of one of these kinds was sent or may be on its way, made at or after `since` for the
/// appointment's time of reschedule count `plan`. A series has one confirmation for all its appointments.
pub fn has_gone(
    tx: &mut Tx<'_>,
    appointment_id: &str,
    plan: i64,
    kinds: &[Kind],
    since: Instant,
) -> Result<bool, StoreError> {
    let sql = "SELECT kind FROM messages WHERE ((appointment_id = ?1 AND plan = ?2) OR (kind = 'confirmation'
          AND appointment_id IN (SELECT s.appointment_id FROM series_visits AS o
            JOIN series_visits AS s ON s.series_id = o.series_id WHERE o.appointment_id = ?1)))
        AND created_at >= ?3 AND (status = 'sent' OR (status = 'pending' AND lease IS NOT NULL))";
    let gone = tx.query(sql, params![appointment_id, plan, since], |row| row.text())?;
    Ok(gone.iter().filter_map(|word| Kind::spelled(word)).any(|kind| kinds.contains(&kind)))
}

/// The kind of the newest confirmation or reschedule notice for that `plan` that was dropped unsent at `at`.
pub fn dropped_notice(
    tx: &mut Tx<'_>,
    appointment_id: &str,
    plan: i64,
    at: Instant,
) -> Result<Option<Kind>, StoreError> {
    let sql = "SELECT kind FROM messages WHERE appointment_id = ?1 AND plan = ?2 AND settled_at = ?3
        AND status = 'dropped' AND error IS NULL AND kind IN ('confirmation', 'reschedule')
        ORDER BY created_at DESC, id DESC LIMIT 1";
    let word = tx.query_one(sql, params![appointment_id, plan, at], |row| row.text())?;
    Ok(word.and_then(|word| Kind::spelled(&word)))
}
