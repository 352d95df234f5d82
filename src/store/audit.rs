//! The audit log: written in the change's own transaction, chained entry to entry.
//!
//! Each clinic has a chain of its own, and the book one for what belongs to no clinic: clinics write side by side.

use crate::domain::time::{Instant, Zone};
use crate::platform::error::StoreError;
use crate::store::chain_head;
use crate::store::engine::Value;
use crate::store::record::{FromRow, Stored, differences, marks, record};
use crate::store::{Tx, meta, params};
use serde::Serializer;
use serde_json::Value as Json;
use std::iter::Peekable;

/// Columns that say nothing to a reader, stand in the entry itself, follow from others, or hold what
/// must not be read.
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

/// The chain of the book itself; a clinic's has the clinic's id.
pub const BOOK: &str = "";

/// Where an entry stands. The book's chain comes first: of a clinic it holds only what is older than the
/// clinic's own chain.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// The chain.
    pub chain: String,
    /// The number there.
    pub seq: i64,
}

/// One entry, as it was written.
#[derive(Debug, Clone)]
pub struct Entry {
    /// The chain that it belongs to.
    pub chain: String,
    /// Place in the chain.
    pub seq: i64,
    /// When.
    pub at: Instant,
    /// Who.
    pub actor: String,
    /// Whose book; none for acts on the book as a whole.
    pub clinic_id: Option<String>,
    /// What was done.
    pub action: String,
    /// The kind of record.
    pub kind: String,
    /// The record.
    pub record_id: String,
    /// Why, where it was said.
    pub note: Option<String>,
    /// What it was, as JSON.
    pub before: Option<String>,
    /// What it became, as JSON.
    pub after: Option<String>,
    /// The chain's authentication code of this entry, in hex.
    pub mac: String,
    /// Random, so that the code of an emptied entry tells nothing; an emptied one has none.
    pub salt: Option<String>,
    /// The entry of the erasure that emptied this one.
    pub redacted_by: Option<i64>,
    /// The chain of that erasure, where it is another one than the entry's.
    pub redacted_in: Option<String>,
    /// The authentication code of what an emptied entry still says, in hex.
    pub redaction_mac: Option<String>,
}

impl Entry {
    /// Where it stands.
    pub fn place(&self) -> Place {
        Place { chain: self.chain.clone(), seq: self.seq }
    }

    /// Where the erasure stands that emptied it.
    pub fn erasure(&self) -> Option<Place> {
        let chain = self.redacted_in.as_ref().unwrap_or(&self.chain);
        self.redacted_by.map(|seq| Place { chain: chain.clone(), seq })
    }

    /// What was to be chained.
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

    /// Whether the entry is as it was written behind that code.
    pub fn is_as_written(&self, previous: &str, mac: impl Fn(&[u8]) -> String) -> bool {
        mac(&covered((&self.chain, self.seq), previous, &self.draft(), self.salt.as_deref())) == self.mac
    }
}

/// What the next entry is chained to: no two entries have it in common.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Link {
    /// The chain.
    pub chain: String,
    /// Place in the chain.
    pub seq: i64,
    /// The entry's authentication code, in hex.
    pub mac: String,
}

/// An entry still to be chained.
#[derive(Debug, Clone, Default)]
pub struct Draft<'a> {
    /// When.
    pub at: Instant,
    /// Who.
    pub actor: &'a str,
    /// Whose book.
    pub clinic_id: Option<&'a str>,
    /// What was done.
    pub action: &'a str,
    /// The kind of record.
    pub kind: &'a str,
    /// The record.
    pub record_id: &'a str,
    /// Why, where it was said.
    pub note: Option<&'a str>,
    /// What it was.
    pub before: Option<String>,
    /// What it became.
    pub after: Option<String>,
}

impl Draft<'_> {
    /// The chain that it goes into.
    pub fn chain(&self) -> &str {
        self.clinic_id.unwrap_or(BOOK)
    }
}

/// Whether an act of that name makes a record, so that its entry holds all that the record says.
pub fn is_creation(action: &str) -> bool {
    let act = action.rsplit_once('.').map_or(action, |(_, act)| act);
    ["added", "booked", "created", "imported"].contains(&act)
}

/// A new record as an entry's `after`: its columns that hold something.
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
    // Texts and numbers can be written, and memory takes them; what JSON writes is UTF-8.
    let Ok(text) = written.map(|()| String::from_utf8(text).unwrap_or_default()) else {
        unreachable!("columns hold nothing that JSON has no words for")
    };
    text
}

/// The columns that an image tells of, as it says them.
pub(super) fn shown<'a>(
    columns: impl Iterator<Item = (&'static str, Value<'a>)>,
) -> impl Iterator<Item = (String, Json)> {
    let utc = Zone::utc();
    let shown = columns.filter(|(column, _)| !LEFT_OUT.contains(column));
    shown.map(move |(column, value)| (column.to_owned(), readable(&utc, column, value)))
}

/// Instants as a reader knows them; sealed fields as no more than that they are there.
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

/// The bytes that an entry's authentication code covers: every field with its length, so that no
/// two entries read alike. A clinic's chain is named behind them; the book's was there before the others.
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

/// What came of an entry.
#[derive(Debug, Clone, Copy)]
pub struct Written {
    /// Its place in the chain.
    pub seq: i64,
    /// The latest time that an entry had before; none where this transaction wrote one in the chain already.
    pub latest: Option<Instant>,
}

/// Appends an entry to its chain; `mac` turns the covered bytes into the chain's authentication code.
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

/// Whether the log has that very entry.
pub(super) fn holds(tx: &mut Tx<'_>, link: &Link) -> Result<bool, StoreError> {
    let sql = "SELECT mac FROM audit_log WHERE chain = ?1 AND seq = ?2";
    let mac = tx.query_one(sql, params![link.chain.as_str(), link.seq], |row| row.text())?;
    Ok(mac.is_some_and(|mac| mac == link.mac))
}

/// The last entry of each chain, as the heads have them.
pub(super) fn heads(tx: &mut Tx<'_>) -> Result<Vec<Link>, StoreError> {
    let links = chain_head::all(tx)?.into_iter().map(|head| head.link);
    Ok(links.filter(|link| link.seq > 0).collect())
}

/// The chains that have entries, the book's first.
pub fn chains(tx: &mut Tx<'_>) -> Result<Vec<String>, StoreError> {
    tx.query("SELECT DISTINCT chain FROM audit_log ORDER BY chain", &[], |row| row.get())
}

/// How far back the log is looked through for an entry that says the same.
const LATELY: i64 = 500;

/// Whether one of the newest entries says this very thing, of a time in between: from the first instant
/// on, before the second. An entry of a later time says nothing of this one.
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

/// The action of a search for patients; its `after` holds the ids of those who were found.
pub const FOUND: &str = "patient.found";

/// Which entries to show.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    /// Of that record; a patient's also those searches that found them.
    pub record_id: Option<String>,
    /// By that actor.
    pub actor: Option<String>,
    /// That act, or all acts on that kind of record.
    pub action: Option<String>,
    /// Not before.
    pub since: Option<Instant>,
    /// Not after.
    pub until: Option<Instant>,
    /// How many, the newest.
    pub limit: i64,
}

/// The newest entries of a clinic (and of the book as a whole) that pass the filter, oldest first.
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
        // An id has no character that a pattern is made of.
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

/// The book's entries and a clinic's in the order of time, each chain's in its own order. Of one time, what tells of
/// the clinic comes first, and of that what is in the book's chain. A run behind which there is more ends them.
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

/// The entries of a chain from a place on, oldest first.
pub fn from(tx: &mut Tx<'_>, chain: &str, seq: i64, limit: i64) -> Result<Vec<Entry>, StoreError> {
    entries(tx, "WHERE chain = ?1 AND seq >= ?2 ORDER BY seq LIMIT ?3", params![chain, seq, limit])
}

/// The entries of a clinic (and of the book as a whole) behind those places of the book's chain and the
/// clinic's, oldest first; moves the places on.
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

/// How often each of those records was changed since it was made. What was blackened counts as it did.
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

/// Every entry about a record, oldest first; of a patient also the searches that found them where
/// those are wanted, too.
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

/// The question for entries that is completed by `rest` (`WHERE …`).
pub(super) fn entries(tx: &mut Tx<'_>, rest: &str, params: &[Value<'_>]) -> Result<Vec<Entry>, StoreError> {
    tx.query(&format!("SELECT {} FROM audit_log {rest}", Entry::COLUMNS.join(", ")), params, Entry::from_row)
}
