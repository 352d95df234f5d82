//! Redacts audit entries without breaking their chain. A redacted entry keeps its place, time, actor, action,
//! record and MAC, to which the next entry is linked. Its content is removed; a second MAC covers the rest.

use crate::platform::error::StoreError;
use crate::store::audit::{BOOK, Entry, Place, about, put};
use crate::store::{Tx, params};

/// The action of an erasure that a person requested.
pub const ERASED: &str = "patient.erased";
/// The action of an erasure of old data.
pub const PURGED: &str = "book.purged";

/// Whether an action is an erasure, which may redact entries.
pub fn is_erasure(action: &str) -> bool {
    action == ERASED || action == PURGED
}

/// Whether the clinic's chain has an erasure after entry `seq`.
pub fn erased_since(tx: &mut Tx<'_>, clinic_id: &str, seq: i64) -> Result<bool, StoreError> {
    let sql = "SELECT 1 FROM audit_log WHERE chain = ?1 AND seq > ?2 AND action IN (?3, ?4) LIMIT 1";
    tx.is_there(sql, params![clinic_id, seq, ERASED, PURGED])
}

/// Whether all content of an entry was removed.
pub fn is_empty(entry: &Entry) -> bool {
    let Entry { note, before, after, salt, .. } = entry;
    [note, before, after, salt].into_iter().all(Option::is_none)
}

/// The bytes that a redacted entry's own MAC covers: each field with its length in front, after a tag that no
/// other entry has. Both chains are named at the end, unless both are the database's own.
pub fn covered(entry: &Entry, erasure: &Place) -> Vec<u8> {
    let mut bytes = b"redacted".to_vec();
    let (seq, at, by) = (entry.seq.to_le_bytes(), entry.at.unix().to_le_bytes(), erasure.seq.to_le_bytes());
    for part in [
        Some(&seq[..]),
        Some(entry.mac.as_bytes()),
        Some(&by),
        Some(&at),
        Some(entry.actor.as_bytes()),
        entry.clinic_id.as_deref().map(str::as_bytes),
        Some(entry.action.as_bytes()),
        Some(entry.kind.as_bytes()),
        Some(entry.record_id.as_bytes()),
    ] {
        put(&mut bytes, part);
    }
    if entry.chain != BOOK || erasure.chain != BOOK {
        put(&mut bytes, Some(entry.chain.as_bytes()));
        put(&mut bytes, Some(erasure.chain.as_bytes()));
    }
    bytes
}

/// The entries about a record that are not redacted, oldest first.
pub fn open_about(tx: &mut Tx<'_>, record_id: &str) -> Result<Vec<Entry>, StoreError> {
    let mut entries = about(tx, record_id, false)?;
    entries.retain(|entry| entry.redacted_by.is_none());
    Ok(entries)
}

/// Redacts entries that are older than the erasure.
pub fn empty<'a>(
    tx: &mut Tx<'_>,
    entries: impl IntoIterator<Item = &'a Entry>,
    erasure: &Place,
    mac: impl Fn(&[u8]) -> String,
) -> Result<(), StoreError> {
    for entry in entries {
        let code = mac(&covered(entry, erasure));
        let elsewhere = (erasure.chain != entry.chain).then_some(erasure.chain.as_str());
        tx.run(
            "UPDATE audit_log SET note = NULL, before = NULL, after = NULL, salt = NULL,
               redacted_by = ?3, redacted_in = ?4, redaction_mac = ?5
             WHERE chain = ?1 AND seq = ?2",
            params![entry.chain.as_str(), entry.seq, erasure.seq, elsewhere, code],
        )?;
    }
    Ok(())
}

/// The number of entries about a record that are not redacted.
pub fn count_about(tx: &mut Tx<'_>, record_id: &str) -> Result<u64, StoreError> {
    let sql = "SELECT count(*) FROM audit_log WHERE record_id = ?1 AND redacted_by IS NULL";
    tx.count(sql, params![record_id])
}
