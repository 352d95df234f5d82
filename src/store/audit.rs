//! The audit log: entries are written in the transaction of their change and chained by MAC.
//!
//! Each clinic has its own chain, so that clinics can write concurrently; one more, the database's own chain,
//! is for entries without a clinic.

use crate::domain::time::{Instant, Zone};
use crate::platform::error::StoreError;
use crate::store::chain_head;
use crate::store::engine::Value;
use crate::store::record::{FromRow, Stored, differences, marks, record};
use crate::store::{Tx, meta, params};
use serde::Serializer;
use serde_json::Value as Json;
use std::iter::Peekable;

/// Columns left out of entries: meaningless to a reader, already in the entry, derived, or secret.
const LEFT_OUT: [&str; 14] = [
    "id",
    "clinic_id",
    "code_key",
    "name_key",
    "search_key",
    "national_id_hash",
    "request_hash",
    "position",
    "busy_from",
    "busy_until",
    "reminders_planned",
    "window_date",
    "created_at",
    "updated_at",
];

/// The name of the database's own chain; a clinic's chain is named by the clinic's id.
pub const BOOK: &str = "";

/// Position of an entry. The database's own chain sorts first: its entries about a clinic are older.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// The chain's name.
    pub chain: String,
    /// The number in the chain, from 1.
    pub seq: i64,
}

/// One entry, as it was written.
#[derive(Debug, Clone)]
pub struct Entry {
    /// The chain's name.
    pub chain: String,
    /// The number in the chain; 0 before the first entry.
    pub seq: i64,
    /// The time of the change.
    pub at: Instant,
    /// The actor's name.
    pub actor: String,
    /// The clinic; None for actions on the whole database.
    pub clinic_id: Option<String>,
    /// The action, such as `appointment.booked`.
    pub action: String,
    /// The kind of record.
    pub kind: String,
    /// The record's id.
    pub record_id: String,
    /// The reason, if given.
    pub note: Option<String>,
    /// The changed columns before, as JSON.
    pub before: Option<String>,
    /// The changed columns after, as JSON.
    pub after: Option<String>,
    /// The authentication code (MAC) of this entry, in hex.
    pub mac: String,
    /// Random salt, so that the MAC of a redacted entry reveals nothing; None after redaction.
    pub salt: Option<String>,
    /// The number of the erasure's entry that redacted this one.
    pub redacted_by: Option<i64>,
    /// The chain of that erasure, if it is another chain.
    pub redacted_in: Option<String>,
    /// The MAC of what a redacted entry still holds, in hex.
    pub redaction_mac: Option<String>,
}

impl Entry {
    /// The entry's position.
    pub fn place(&self) -> Place {
        Place { chain: self.chain.clone(), seq: self.seq }
    }

    /// The position of the erasure that redacted this entry.
    pub fn erasure(&self) -> Option<Place> {
        let chain = self.redacted_in.as_ref().unwrap_or(&self.chain);
        self.redacted_by.map(|seq| Place { chain: chain.clone(), seq })
    }

    /// The content that the MAC covers.
    pub fn draft(&self) -> Draft<'_> {
        Draft {
            at: self.at,
            actor: &self.actor,
            clinic_id: self.clinic_id.as_deref(),
            action: &self.action,
            kind: &self.kind,
            record_id: &self.record_id,
            note: self.note.as_deref(),
            before: self.before.clone(),
            after: self.after.clone(),
        }
    }

    /// Whether the entry is unchanged, given the MAC of the previous entry.
    pub fn is_as_written(&self, previous: &str, mac: impl Fn(&[u8]) -> String) -> bool {
        mac(&covered((&self.chain, self.seq), previous, &self.draft(), self.salt.as_deref())) == self.mac
    }
}

/// The end of a chain, to which the next entry is linked; no two entries link to the same one.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Link {
    /// The chain's name.
    pub chain: String,
    /// The number in the chain; 0 before the first entry.
    pub seq: i64,
    /// The entry's MAC, in hex.
    pub mac: String,
}

/// An entry that is not in a chain yet.
#[derive(Debug, Clone, Default)]
pub struct Draft<'a> {
    /// The time of the change.
    pub at: Instant,
    /// The actor's name.
    pub actor: &'a str,
    /// The clinic; None for actions on the whole database.
    pub clinic_id: Option<&'a str>,
    /// The action, such as `appointment.booked`.
    pub action: &'a str,
    /// The kind of record.
    pub kind: &'a str,
    /// The record's id.
    pub record_id: &'a str,
    /// The reason, if given.
    pub note: Option<&'a str>,
    /// The changed columns before, as JSON.
    pub before: Option<String>,
    /// The changed columns after, as JSON.
    pub after: Option<String>,
}

impl Draft<'_> {
    /// The name of the chain that the entry goes into.
    pub fn chain(&self) -> &str {
        self.clinic_id.unwrap_or(BOOK)
    }
}

/// Whether the action creates a record, so that its entry holds the whole record.
pub fn is_creation(action: &str) -> bool {
    let act = action.rsplit_once('.').map_or(action, |(_, act)| act);
    ["added", "booked", "created", "imported"].contains(&act)
}

/// A new record as an entry's `after`: all columns that are not NULL.
pub fn image<T: Stored>(record: &T) -> String {
    let values = T::COLUMNS.iter().copied().zip(record.values());
    object(values.filter(|(_, value)| *value != Value::Null))
}

/// A change as an entry's `before` and `after`: the columns that differ. `None` if none does.
pub fn change<T: Stored>(before: &T, after: &T) -> Option<(String, String)> {
    let changed = differences(before, after);
    if changed.is_empty() {
        return None;
    }
    let old = object(changed.iter().map(|(column, old, _)| (*column, old.clone())));
    let new = object(changed.into_iter().map(|(column, _, new)| (column, new)));
    Some((old, new))
}

fn object<'a>(columns: impl Iterator<Item = (&'static str, Value<'a>)>) -> String {
    let mut text = Vec::new();
    let written = serde_json::Serializer::new(&mut text).collect_map(shown(columns));
    // Text and numbers always serialize, writing to memory does not fail, and JSON is UTF-8.
    let Ok(text) = written.map(|()| String::from_utf8(text).unwrap_or_default()) else {
        unreachable!("columns hold nothing that JSON has no words for")
    };
    text
}

/// The columns that an entry shows, with their JSON values.
pub(super) fn shown<'a>(
    columns: impl Iterator<Item = (&'static str, Value<'a>)>,
) -> impl Iterator<Item = (String, Json)> {
    let utc = Zone::utc();
    let shown = columns.filter(|(column, _)| !LEFT_OUT.contains(column));
    shown.map(move |(column, value)| (column.to_owned(), readable(&utc, column, value)))
}

/// Instants become RFC 3339 in UTC; sealed fields become a fixed text.
fn readable(utc: &Zone, column: &str, value: Value<'_>) -> Json {
    match value {
        Value::Null => Json::Null,
        Value::Int(seconds) if column.ends_with("_at") || column.ends_with("_until") => {
            utc.rfc3339(Instant::from_unix(seconds)).into()
        }
        Value::Int(number) => number.into(),
        Value::Text(text) if column == "settings" => {
            serde_json::from_str(&text).unwrap_or_else(|_| Json::String(text.into_owned()))
        }
        Value::Text(text) => Json::String(text.into_owned()),
        Value::Bytes(_) => "(sealed)".into(),
    }
}

/// The bytes that an entry's MAC covers. Each field has its length in front, so that no two entries have the
/// same bytes. A clinic's chain is named at the end; the database's own chain is older than that format.
pub fn covered((chain, seq): (&str, i64), previous: &str, draft: &Draft<'_>, salt: Option<&str>) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(512);
    let mut field = |part: Option<&[u8]>| put(&mut bytes, part);
    field(Some(previous.as_bytes()));
    field(Some(&seq.to_le_bytes()));
    field(Some(&draft.at.unix().to_le_bytes()));
    for text in [
        Some(draft.actor),
        draft.clinic_id,
        Some(draft.action),
        Some(draft.kind),
        Some(draft.record_id),
        draft.note,
        draft.before.as_deref(),
        draft.after.as_deref(),
        salt,
    ] {
        field(text.map(str::as_bytes));
    }
    if chain != BOOK {
        field(Some(chain.as_bytes()));
    }
    bytes
}

pub(super) fn put(bytes: &mut Vec<u8>, part: Option<&[u8]>) {
    match part {
        None => bytes.push(0),
        Some(part) => {
            bytes.push(1);
            bytes.extend_from_slice(&(part.len() as u64).to_le_bytes());
            bytes.extend_from_slice(part);
        }
    }
}

/// The result of appending an entry.
#[derive(Debug, Clone, Copy)]
pub struct Written {
    /// The number in the chain.
    pub seq: i64,
    /// The latest time of an earlier entry; None if this transaction already wrote one in the chain.
    pub latest: Option<Instant>,
}

/// Appends an entry to its chain; `mac` computes the MAC of the covered bytes.
pub fn append(
    tx: &mut Tx<'_>,
    draft: &Draft<'_>,
    salt: &str,
    mac: impl Fn(&[u8]) -> String,
) -> Result<Written, StoreError> {
    tx.needs_lock_of(draft.clinic_id)?;
    let chain = draft.chain();
    let end = chain_head::end(tx, chain, &mac)?;
    let seq = end.link.seq.saturating_add(1);
    if tx.is_guess() {
        return Ok(Written { seq, latest: end.latest });
    }
    let code = mac(&covered((chain, seq), &end.link.mac, draft, Some(salt)));
    tx.run(
        "INSERT INTO audit_log
           (chain, seq, at, actor, clinic_id, action, kind, record_id, note, before, after, mac, salt)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13)",
        params![
            chain,
            seq,
            draft.at,
            draft.actor,
            draft.clinic_id,
            draft.action,
            draft.kind,
            draft.record_id,
            draft.note,
            draft.before.as_ref(),
            draft.after.as_ref(),
            code.as_str(),
            salt
        ],
    )?;
    if end.is_first {
        meta::set(tx, meta::BOOK_ID, &code)?;
    }
    let link = Link { chain: chain.to_owned(), seq, mac: code };
    chain_head::advance(tx, &end, &link, draft.at, &mac)?;
    tx.entries.retain(|before| before.chain != chain);
    tx.entries.push(link);
    Ok(Written { seq, latest: end.latest })
}

pub(super) fn holds(tx: &mut Tx<'_>, link: &Link) -> Result<bool, StoreError> {
    let sql = "SELECT mac FROM audit_log WHERE chain = ?1 AND seq = ?2";
    let mac = tx.query_one(sql, params![link.chain.as_str(), link.seq], |row| row.text())?;
    Ok(mac.is_some_and(|mac| mac == link.mac))
}

/// The last entry of each chain, according to the heads.
pub(super) fn heads(tx: &mut Tx<'_>) -> Result<Vec<Link>, StoreError> {
    let links = chain_head::all(tx)?.into_iter().map(|head| head.link);
    Ok(links.filter(|link| link.seq > 0).collect())
}

/// The chains that have entries, the database's own first.
pub fn chains(tx: &mut Tx<'_>) -> Result<Vec<String>, StoreError> {
    tx.query("SELECT DISTINCT chain FROM audit_log ORDER BY chain", &[], |row| row.get())
}

/// How many of the newest entries are searched for a repetition.
const LATELY: i64 = 500;

/// Whether one of the newest entries of the clinic (None: of the whole database) has this action and `after`,
/// at or after the first instant and before the second.
pub fn said_between(
    tx: &mut Tx<'_>,
    clinic_id: Option<&str>,
    action: &str,
    after: &str,
    (from, until): (Instant, Instant),
) -> Result<bool, StoreError> {
    let chain = clinic_id.unwrap_or(BOOK);
    let newest = chain_head::last_seq(tx, chain)?;
    let sql = "SELECT 1 FROM audit_log WHERE chain = ?1 AND seq > ?2 AND action = ?3 AND after = ?4
        AND at >= ?5 AND at < ?6 AND coalesce(clinic_id, '') = ?1 LIMIT 1";
    tx.is_there(sql, params![chain, newest - LATELY, action, after, from, until])
}

/// The action of a patient search; its `after` holds the ids of the patients found.
pub const FOUND: &str = "patient.found";

/// Which entries to show.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    /// The record's id; for a patient, also the searches that found the patient.
    pub record_id: Option<String>,
    /// The actor.
    pub actor: Option<String>,
    /// An action, or a kind of record for all its actions.
    pub action: Option<String>,
    /// Entries at or after this instant.
    pub since: Option<Instant>,
    /// Entries at or before this instant.
    pub until: Option<Instant>,
    /// The maximum number of entries; the newest are kept.
    pub limit: i64,
}

/// The newest entries of a clinic and of the whole database that pass the filter, oldest first.
pub fn newest(tx: &mut Tx<'_>, clinic_id: &str, filter: &Filter) -> Result<Vec<Entry>, StoreError> {
    let book = newest_in(tx, BOOK, clinic_id, filter)?;
    let own = newest_in(tx, clinic_id, clinic_id, filter)?;
    let mut entries = merged((book, false), (own, false));
    let limit = usize::try_from(filter.limit).unwrap_or_default();
    Ok(entries.split_off(entries.len().saturating_sub(limit)))
}

fn newest_in(
    tx: &mut Tx<'_>,
    chain: &str,
    clinic_id: &str,
    filter: &Filter,
) -> Result<Vec<Entry>, StoreError> {
    let mut sql = String::from("WHERE chain = ?1 AND (clinic_id = ?3 OR clinic_id IS NULL)");
    let mut params = vec![Value::from(chain), Value::from(filter.limit), Value::from(clinic_id)];
    let mut and = |condition: &str, value: Value<'static>| {
        params.push(value);
        sql.push_str(&format!(" AND {}", condition.replace('?', &format!("?{}", params.len()))));
    };
    if let Some(record) = &filter.record_id {
        // An id contains no wildcard of `LIKE`.
        let found = format!("(record_id = ? OR (action = '{FOUND}' AND after LIKE '%' || ? || '%'))");
        and(&found, record.clone().into());
    }
    if let Some(actor) = &filter.actor {
        and("actor = ?", actor.clone().into());
    }
    if let Some(action) = &filter.action {
        and("(action = ? OR substr(action, 1, length(?) + 1) = ? || '.')", action.clone().into());
    }
    if let Some(since) = filter.since {
        and("at >= ?", since.into());
    }
    if let Some(until) = filter.until {
        and("at <= ?", until.into());
    }
    sql.push_str(" ORDER BY seq DESC LIMIT ?2");
    let mut entries = entries(tx, &sql, &params)?;
    entries.reverse();
    Ok(entries)
}

/// Merges the entries of the database's own chain and of a clinic's by time, keeping the order within each
/// chain. At equal times entries about a clinic come first, and of those the ones in the database's own
/// chain. If more of a chain follows (`more`), the merge stops where its loaded entries end.
fn merged((book, book_more): (Vec<Entry>, bool), (own, own_more): (Vec<Entry>, bool)) -> Vec<Entry> {
    let mut entries = Vec::with_capacity(book.len() + own.len());
    let (mut book, mut own) = (book.into_iter().peekable(), own.into_iter().peekable());
    let at = |run: &mut Peekable<_>| run.peek().map(|entry: &Entry| (entry.at, entry.clinic_id.is_none()));
    loop {
        let of_book = match (at(&mut book), at(&mut own)) {
            (None, _) if book_more => return entries,
            (_, None) if own_more => return entries,
            (Some(book), Some(own)) => book <= own,
            (book, _) => book.is_some(),
        };
        match if of_book { book.next() } else { own.next() } {
            Some(entry) => entries.push(entry),
            None => return entries,
        }
    }
}

/// The entries of a chain from number `seq` on, oldest first.
pub fn from(tx: &mut Tx<'_>, chain: &str, seq: i64, limit: i64) -> Result<Vec<Entry>, StoreError> {
    entries(tx, "WHERE chain = ?1 AND seq >= ?2 ORDER BY seq LIMIT ?3", params![chain, seq, limit])
}

/// The entries of a clinic and of the whole database after the given places (in the database's own chain, in
/// the clinic's chain), oldest first. Advances the places.
pub fn of_clinic(
    tx: &mut Tx<'_>,
    clinic_id: &str,
    places: &mut (i64, i64),
    limit: i64,
) -> Result<Vec<Entry>, StoreError> {
    let book = entries(tx, OF_CLINIC, params![BOOK, places.0, clinic_id, limit])?;
    let own = entries(tx, OF_CLINIC, params![clinic_id, places.1, clinic_id, limit])?;
    let is_full = |run: &[Entry]| i64::try_from(run.len()).is_ok_and(|len| len >= limit);
    let more = (is_full(&book), is_full(&own));
    let entries = merged((book, more.0), (own, more.1));
    for entry in &entries {
        let place = if entry.chain == BOOK { &mut places.0 } else { &mut places.1 };
        *place = entry.seq;
    }
    Ok(entries)
}

pub(crate) const OF_CLINIC: &str =
    "WHERE chain = ?1 AND seq > ?2 AND (clinic_id = ?3 OR clinic_id IS NULL) ORDER BY seq LIMIT ?4";

/// For each record, the number of its entries after the first; redacted entries count.
pub fn changes(tx: &mut Tx<'_>, ids: &[&str]) -> Result<Vec<(String, i64)>, StoreError> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let sql = format!(
        "SELECT record_id, count(*) - 1 FROM audit_log WHERE record_id IN ({}) GROUP BY record_id",
        marks(1, ids.len())
    );
    let params: Vec<Value<'_>> = ids.iter().map(|id| Value::from(*id)).collect();
    tx.query(&sql, &params, |row| Ok((row.text()?, row.int()?)))
}

/// Every entry about a record, oldest first; with `searches`, also the searches that found the patient.
pub fn about(tx: &mut Tx<'_>, record_id: &str, searches: bool) -> Result<Vec<Entry>, StoreError> {
    let found = format!(" OR (action = '{FOUND}' AND after LIKE '%' || ?1 || '%')");
    let found = if searches { found.as_str() } else { "" };
    entries(tx, &format!("WHERE record_id = ?1{found} ORDER BY chain, seq"), params![record_id])
}

record!(Entry {
    chain,
    seq,
    at,
    actor,
    clinic_id,
    action,
    kind,
    record_id,
    note,
    before,
    after,
    mac,
    salt,
    redacted_by,
    redacted_in,
    redaction_mac,
});

/// Selects entries; `rest` completes the query (`WHERE …`).
pub(super) fn entries(tx: &mut Tx<'_>, rest: &str, params: &[Value<'_>]) -> Result<Vec<Entry>, StoreError> {
    tx.query(&format!("SELECT {} FROM audit_log {rest}", Entry::COLUMNS.join(", ")), params, Entry::from_row)
}
