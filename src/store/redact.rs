//! Emptying entries of the audit log without breaking its chain.
//!
//! An emptied entry keeps its place, time, actor, action and record, and its code, to which the next
//! entry is chained. What it held is gone; a code of its own covers what is left.

use crate::error::StoreError;
use crate::store::audit::{Entry, about, put};
use crate::store::{Tx, params};

/// The action of an erasure that a person asked for.
pub const ERASED: &str = "patient.erased";
/// The action of an erasure for its age.
pub const PURGED: &str = "book.purged";

/// Whether entries may be emptied by an act of that name.
pub fn is_erasure(action: &str) -> bool {
    action == ERASED || action == PURGED
}

/// Whether an erasure was written down after that entry.
pub fn erased_since(tx: &mut Tx<'_>, seq: i64) -> Result<bool, StoreError> {
    let sql = "SELECT 1 FROM audit_log WHERE seq > ?1 AND action IN (?2, ?3) LIMIT 1";
    tx.is_there(sql, params![seq, ERASED, PURGED])
}

/// Whether nothing is left in an entry that was emptied.
pub fn is_empty(entry: &Entry) -> bool {
    let Entry { note, before, after, salt, .. } = entry;
    [note, before, after, salt].into_iter().all(Option::is_none)
}

/// The bytes that an emptied entry's own code covers: every field with its length. They begin as no
/// entry's do.
pub fn covered(entry: &Entry, redacted_by: i64) -> Vec<u8> {
    let mut bytes = b"redacted".to_vec();
    let (seq, at, by) = (entry.seq.to_le_bytes(), entry.at.unix().to_le_bytes(), redacted_by.to_le_bytes());
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
    bytes
}

/// The entries about a record that still say something, oldest first.
pub fn open_about(tx: &mut Tx<'_>, record_id: &str) -> Result<Vec<Entry>, StoreError> {
    let mut entries = about(tx, record_id, false)?;
    entries.retain(|entry| entry.redacted_by.is_none());
    Ok(entries)
}

/// Empties entries that came before an erasure.
pub fn empty<'a>(
    tx: &mut Tx<'_>,
    entries: impl IntoIterator<Item = &'a Entry>,
    redacted_by: i64,
    mac: impl Fn(&[u8]) -> String,
) -> Result<(), StoreError> {
    for entry in entries {
        let code = mac(&covered(entry, redacted_by));
        tx.execute(
            "UPDATE audit_log SET note = NULL, before = NULL, after = NULL, salt = NULL,
               redacted_by = ?2, redaction_mac = ?3
             WHERE seq = ?1",
            params![entry.seq, redacted_by, code],
        )?;
    }
    Ok(())
}

/// How many entries about a record still say something.
pub fn count_about(tx: &mut Tx<'_>, record_id: &str) -> Result<u64, StoreError> {
    let sql = "SELECT count(*) FROM audit_log WHERE record_id = ?1 AND redacted_by IS NULL";
    tx.count(sql, params![record_id])
}
