//! The head of the audit log: which entry is the last, signed, so that cutting entries off shows.
//!
//! The signature is moved on only where it was right. Behind a head that was tampered with the log goes
//! on, as a clinic must; but its head is never signed again, so that no later entry heals it.

use crate::error::StoreError;
use crate::store::audit::{Link, from};
use crate::store::engine::Row;
use crate::store::{Tx, params};

/// What an entry says of the head, in the bytes that its code covers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// Its head is signed.
    HeadSigned,
    /// It is of a time before heads were signed.
    Plain,
}

impl Form {
    /// All of them, the newest first.
    pub const ALL: [Form; 2] = [Form::HeadSigned, Form::Plain];
}

/// The head as it is noted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Head {
    /// The last entry.
    pub link: Link,
    /// The authentication code of that, in hex; older books have none until their next entry.
    pub signature: Option<String>,
}

/// Where the next entry goes.
pub(super) struct End {
    /// The last entry; 0 before the first.
    pub link: Link,
    /// Whether the head may be signed where it has no signature yet.
    unsigned: bool,
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
    tx.query_one(NOTED, &[], |row| {
        Ok(Head { link: Link { seq: row.int()?, mac: row.text()? }, signature: row.opt_text()? })
    })
}

pub(super) const NOTED: &str = "SELECT seq, mac, signature FROM audit_head WHERE id = 1";

/// The end of the log: this transaction's own last entry, the head's, or, where that is gone, the
/// newest there is.
pub(super) fn end(tx: &mut Tx<'_>, mac: impl Fn(&[u8]) -> String) -> Result<End, StoreError> {
    if let Some(own) = tx.last_entry() {
        return Ok(End { link: own.clone(), unsigned: false });
    }
    match noted(tx)? {
        Some(Head { link, signature: Some(_) }) => Ok(End { link, unsigned: false }),
        Some(Head { link, signature: None }) => {
            let unsigned = is_from_before(tx, &link, mac)?;
            Ok(End { link, unsigned })
        }
        None => {
            let sql = "SELECT seq, mac FROM audit_log ORDER BY seq DESC LIMIT 1";
            let last =
                tx.query_one(sql, &[], |row: &mut Row<'_>| Ok(Link { seq: row.int()?, mac: row.text()? }))?;
            let unsigned = last.is_none();
            Ok(End { link: last.unwrap_or_default(), unsigned })
        }
    }
}

/// Whether that is an entry of a time before heads were signed.
fn is_from_before(tx: &mut Tx<'_>, link: &Link, mac: impl Fn(&[u8]) -> String) -> Result<bool, StoreError> {
    let mut previous = String::new();
    for entry in from(tx, link.seq.saturating_sub(1), 2)? {
        if entry.seq == link.seq {
            return Ok(entry.mac == link.mac && entry.form(&previous, mac) == Some(Form::Plain));
        }
        previous = entry.mac;
    }
    Ok(false)
}

/// The statement that moves the head.
pub(super) const HEAD: &str = "INSERT INTO audit_head (id, seq, mac, signature) VALUES (1, ?1, ?2, ?3)
     ON CONFLICT (id) DO UPDATE SET seq = excluded.seq, mac = excluded.mac,
       signature = CASE WHEN coalesce(audit_head.signature, ?4) = ?5 THEN ?6 ELSE audit_head.signature END";

/// Moves the head on to an entry. It is signed only where it was, rightly, or had no need to be.
pub(super) fn advance(
    tx: &mut Tx<'_>,
    end: &End,
    to: &Link,
    mac: impl Fn(&[u8]) -> String,
) -> Result<(), StoreError> {
    let (before, after) = (mac(&covered(&end.link)), mac(&covered(to)));
    let (first, unsigned) =
        (end.unsigned.then(|| after.clone()), if end.unsigned { before.as_str() } else { "" });
    tx.execute(HEAD, params![to.seq, to.mac.as_str(), first, unsigned, before.as_str(), after]).map(|_| ())
}
