//! Emptying entries of the audit log without breaking its chain.
//!
//! An emptied entry keeps its place, time, actor, action and record, and its code, to which the next
//! entry is chained. What it held is gone; a code of its own covers what is left.

use crate::error::StoreError;
use crate::store::audit::{Entry, about};
use crate::store::{Tx, params};

/// The action of an erasure that a person asked for.
pub const ERASED: &str = "patient.erased";
/// The action of an erasure for its age.
pub const PURGED: &str = "book.purged";

/// Whether entries may be emptied by an act of that name.
pub fn is_erasure(action: &str) -> bool {
    action == ERASED || action == PURGED
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
        match part {
            None => bytes.push(0),
            Some(part) => {
                bytes.push(1);
                bytes.extend_from_slice(&(part.len() as u64).to_le_bytes());
                bytes.extend_from_slice(part);
            }
        }
    }
    bytes
}

/// Empties every entry about a record that came before an erasure. Answers how many it were.
pub fn entries_about(
    tx: &mut Tx<'_>,
    record_id: &str,
    redacted_by: i64,
    mac: impl Fn(&[u8]) -> String,
) -> Result<u64, StoreError> {
    let mut count = 0;
    for entry in about(tx, record_id, false)? {
        if entry.redacted_by.is_some() || entry.seq >= redacted_by {
            continue;
        }
        let code = mac(&covered(&entry, redacted_by));
        count += tx.execute(
            "UPDATE audit_log SET note = NULL, before = NULL, after = NULL, salt = NULL,
               redacted_by = $2, redaction_mac = $3
             WHERE seq = $1",
            params![entry.seq, redacted_by, code],
        )?;
    }
    Ok(count)
}

/// How many entries about a record still say something.
pub fn count_about(tx: &mut Tx<'_>, record_id: &str) -> Result<u64, StoreError> {
    let sql = "SELECT count(*) FROM audit_log WHERE record_id = $1 AND redacted_by IS NULL";
    let count = tx.query_one(sql, params![record_id], crate::store::engine::Row::int)?;
    Ok(count.and_then(|count| u64::try_from(count).ok()).unwrap_or_default())
}
