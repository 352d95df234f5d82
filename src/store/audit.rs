//! The audit log: written in the change's own transaction, chained entry to entry.

use crate::domain::time::{Instant, Zone};
use crate::error::StoreError;
use crate::store::engine::Value;
use crate::store::head;
use crate::store::record::{FromRow, Stored, differences, marks, record};
use crate::store::{Tx, meta, params};
use serde::Serializer;
use serde_json::Value as Json;

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

/// One entry, as it was written.
#[derive(Debug, Clone)]
pub struct Entry {
    /// Place in the log.
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
    /// The authentication code of what an emptied entry still says, in hex.
    pub redaction_mac: Option<String>,
}

impl Entry {
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
        mac(&covered(self.seq, previous, &self.draft(), self.salt.as_deref())) == self.mac
    }
}

/// What the next entry is chained to: no two entries have it in common.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Link {
    /// Place in the log.
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
/// two entries read alike.
pub fn covered(seq: i64, previous: &str, draft: &Draft<'_>, salt: Option<&str>) -> Vec<u8> {
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

/// Appends an entry; `mac` turns the covered bytes into the chain's authentication code. Answers its
/// place.
pub fn append(
    tx: &mut Tx<'_>,
    draft: &Draft<'_>,
    salt: &str,
    mac: impl Fn(&[u8]) -> String,
) -> Result<i64, StoreError> {
    let end = head::end(tx)?;
    let (last, previous) = end.as_ref().map_or((0, ""), |end| (end.seq, end.mac.as_str()));
    let seq = last.saturating_add(1);
    let code = mac(&covered(seq, previous, draft, Some(salt)));
    tx.run(
        "INSERT INTO audit_log
           (seq, at, actor, clinic_id, action, kind, record_id, note, before, after, mac, salt)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)",
        params![
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
    let link = Link { seq, mac: code };
    head::advance(tx, end.as_ref(), &link, &mac)?;
    tx.entry = Some(link);
    Ok(seq)
}

/// Whether the log has that very entry.
pub(super) fn holds(tx: &mut Tx<'_>, link: &Link) -> Result<bool, StoreError> {
    let sql = "SELECT mac FROM audit_log WHERE seq = ?1";
    Ok(tx.query_one(sql, params![link.seq], |row| row.text())?.is_some_and(|mac| mac == link.mac))
}

/// The newest entry's link.
pub fn head(tx: &mut Tx<'_>) -> Result<Option<Link>, StoreError> {
    Ok(head::noted(tx)?.map(|head| head.link))
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
    let newest = head(tx)?.map_or(0, |head| head.seq);
    let sql = "SELECT 1 FROM audit_log WHERE seq > ?1 AND action = ?2 AND after = ?3 AND at >= ?4 AND at < ?5
        AND coalesce(clinic_id, '') = ?6 LIMIT 1";
    let params = params![newest - LATELY, action, after, from, until, clinic_id.unwrap_or_default()];
    Ok(tx.query_one(sql, params, |_| Ok(()))?.is_some())
}

/// The action of a search for patients; its `after` holds the ids of those who were found.
pub const FOUND: &str = "patient.found";

/// The newest entry's place and time.
pub fn last(tx: &mut Tx<'_>) -> Result<Option<(i64, Instant)>, StoreError> {
    let sql = "SELECT seq, at FROM audit_log ORDER BY seq DESC LIMIT 1";
    tx.query_one(sql, &[], |row| Ok((row.int()?, row.get()?)))
}

/// The latest time that an entry has, which need not be the last one's: then it is noted.
pub fn newest_at(tx: &mut Tx<'_>) -> Result<Option<Instant>, StoreError> {
    let noted = noted(tx)?;
    Ok(last(tx)?.map(|(_, at)| at).max(noted))
}

fn noted(tx: &mut Tx<'_>) -> Result<Option<Instant>, StoreError> {
    let noted = meta::get(tx, meta::NEWEST_ENTRY)?;
    Ok(noted.and_then(|text| text.parse().ok()).map(Instant::from_unix))
}

/// Looks whether the latest time has to be noted, now that an entry of that time is about to be written, and
/// answers the latest before it. What the last entry says itself is not noted: each change would write that
/// page, too. All entries of a transaction are of one time. Once in a book's life, where nothing is noted yet,
/// the log is looked through.
pub fn note_newest(tx: &mut Tx<'_>, at: Instant) -> Result<Option<Instant>, StoreError> {
    let Some(noted) = noted(tx)? else {
        let before = tx.query_one("SELECT max(at) FROM audit_log", &[], |row| row.get())?.flatten();
        note(tx, before.map_or(at, |before: Instant| before.max(at)))?;
        return Ok(before);
    };
    let before = last(tx)?.map_or(noted, |(_, last)| last.max(noted));
    if at < before && noted < before {
        note(tx, before)?;
    }
    Ok(Some(before))
}

fn note(tx: &mut Tx<'_>, newest: Instant) -> Result<(), StoreError> {
    meta::set(tx, meta::NEWEST_ENTRY, &newest.unix().to_string())
}

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
    let mut sql = String::from("WHERE (clinic_id = ?1 OR clinic_id IS NULL)");
    let mut params = vec![Value::from(clinic_id), Value::from(filter.limit)];
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

/// The entries from a place on, oldest first.
pub fn from(tx: &mut Tx<'_>, seq: i64, limit: i64) -> Result<Vec<Entry>, StoreError> {
    entries(tx, "WHERE seq >= ?1 ORDER BY seq LIMIT ?2", params![seq, limit])
}

/// The entries of a clinic (and of the book as a whole) behind that place, oldest first.
pub fn of_clinic(tx: &mut Tx<'_>, clinic_id: &str, seq: i64, limit: i64) -> Result<Vec<Entry>, StoreError> {
    entries(tx, OF_CLINIC, params![seq, clinic_id, limit])
}

pub(crate) const OF_CLINIC: &str =
    "WHERE seq > ?1 AND (clinic_id = ?2 OR clinic_id IS NULL) ORDER BY seq LIMIT ?3";

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
    entries(tx, &format!("WHERE record_id = ?1{found} ORDER BY seq"), params![record_id])
}

record!(Entry {
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
    redaction_mac,
});

/// The question for entries that is completed by `rest` (`WHERE …`).
pub(super) fn entries(tx: &mut Tx<'_>, rest: &str, params: &[Value<'_>]) -> Result<Vec<Entry>, StoreError> {
    tx.query(&format!("SELECT {} FROM audit_log {rest}", Entry::COLUMNS.join(", ")), params, Entry::from_row)
}
