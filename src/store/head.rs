//! The head of the audit log: which entry is the last, signed, so that cutting entries off shows.
//!
//! The signature is moved on only where it was right. Behind a head that was tampered with the log goes
//! on, as a clinic must; but its head is never signed again, so that no later entry heals it.

use crate::error::StoreError;
use crate::store::audit::Link;
use crate::store::{Tx, params};

/// The head as it is noted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Head {
    /// The last entry.
    pub link: Link,
    /// The authentication code of that, in hex; none where the head was gone when an entry was written.
    pub signature: Option<String>,
}

/// The bytes that a head's signature covers. No entry's begin like that.
pub fn covered(link: &Link) -> Vec<u8> {
    let mut bytes = b"head".to_vec();
    bytes.extend_from_slice(&link.seq.to_le_bytes());
    bytes.extend_from_slice(link.mac.as_bytes());
    bytes
}

/// The head, if it is there.
pub fn noted(tx: &mut Tx<'_>) -> Result<Option<Head>, StoreError> {
    tx.query_one("SELECT seq, mac, signature FROM audit_head WHERE id = 1", &[], |row| {
        Ok(Head { link: Link { seq: row.get()?, mac: row.get()? }, signature: row.get()? })
    })
}

/// The last entry: this transaction's own, the head's, or, where that is gone, the newest there is. None
/// before the first.
pub(super) fn end(tx: &mut Tx<'_>) -> Result<Option<Link>, StoreError> {
    if let Some(own) = &tx.entry {
        return Ok(Some(own.clone()));
    }
    if let Some(head) = noted(tx)? {
        return Ok(Some(head.link));
    }
    let sql = "SELECT seq, mac FROM audit_log ORDER BY seq DESC LIMIT 1";
    tx.query_one(sql, &[], |row| Ok(Link { seq: row.get()?, mac: row.get()? }))
}

/// Moves the head on from the last entry to the next. It is signed only where it was, rightly, or where
/// there was no entry yet.
pub(super) fn advance(
    tx: &mut Tx<'_>,
    end: Option<&Link>,
    to: &Link,
    mac: impl Fn(&[u8]) -> String,
) -> Result<(), StoreError> {
    let sql = "INSERT INTO audit_head (id, seq, mac, signature) VALUES (1, ?1, ?2, ?3)
         ON CONFLICT (id) DO UPDATE SET seq = excluded.seq, mac = excluded.mac,
           signature = CASE WHEN audit_head.signature = ?4 THEN ?5 ELSE audit_head.signature END";
    let before = end.map_or_else(String::new, |end| mac(&covered(end)));
    let after = mac(&covered(to));
    let first = end.is_none().then_some(after.as_str());
    tx.run(sql, params![to.seq, to.mac.as_str(), first, before, after.as_str()])
}
