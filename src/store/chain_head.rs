//! The heads of the audit chains: for each chain its last entry, signed, so that a truncated chain is
//! detected. The head of the database's own chain also signs the list of all chains, which detects a removed
//! chain.
//!
//! A head is signed again only if its old signature was correct. After tampering, the log still accepts
//! entries, because the clinic must go on, but that head is never signed again: no later entry hides the
//! tampering.

use crate::domain::time::Instant;
use crate::platform::error::StoreError;
use crate::store::audit::{BOOK, Link, put};
use crate::store::engine::Row;
use crate::store::{Tx, params};

/// A stored head.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Head {
    /// The last entry; the database's own chain may have none yet.
    pub link: Link,
    /// The signature (a MAC) in hex; None if the head was missing or wrong when it was written.
    pub signature: Option<String>,
}

/// The bytes that a head's signature covers. For the database's own head, `others` are the names of the
/// clinics' chains, sorted. No audit entry's bytes begin like these.
pub fn covered(link: &Link, others: &[String]) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(256);
    if link.chain == BOOK {
        bytes.extend_from_slice(b"head");
    } else {
        bytes.extend_from_slice(b"clinic");
        put(&mut bytes, Some(link.chain.as_bytes()));
    }
    bytes.extend_from_slice(&link.seq.to_le_bytes());
    bytes.extend_from_slice(link.mac.as_bytes());
    if link.chain == BOOK {
        others.iter().for_each(|other| put(&mut bytes, Some(other.as_bytes())));
    }
    bytes
}

/// All heads, the database's own first.
pub fn all(tx: &mut Tx<'_>) -> Result<Vec<Head>, StoreError> {
    write(tx)?;
    tx.query("SELECT chain, seq, mac, signature FROM audit_head ORDER BY chain", &[], |row| {
        Ok(Head { link: link(row)?, signature: row.get()? })
    })
}

fn link(row: &mut Row<'_>) -> Result<Link, StoreError> {
    Ok(Link { chain: row.get()?, seq: row.get()?, mac: row.get()? })
}

/// The number of a chain's last entry; 0 before the first.
pub fn last_seq(tx: &mut Tx<'_>, chain: &str) -> Result<i64, StoreError> {
    write(tx)?;
    tx.count("SELECT seq FROM audit_head WHERE chain = ?1", params![chain])
}

/// The latest time of any entry in any chain.
pub fn latest(tx: &mut Tx<'_>) -> Result<Option<Instant>, StoreError> {
    write(tx)?;
    Ok(tx.query_one("SELECT max(latest) FROM audit_head", &[], |row| row.get())?.flatten())
}

/// Where a chain ends.
pub(super) struct End {
    /// The last entry; number 0 if there is none.
    pub(super) link: Link,
    /// The latest time of an entry from before this transaction.
    pub(super) latest: Option<Instant>,
    /// Whether this is the first entry of the chain.
    begins: bool,
    /// Whether this is the first entry of the whole log.
    pub(super) is_first: bool,
}

/// Finds the end of a chain: this transaction's own entry, else the stored head, else the newest entry in the
/// log. If there is none, the chain is new and is added to the list that the database's own head signs.
pub(super) fn end(tx: &mut Tx<'_>, chain: &str, mac: impl Fn(&[u8]) -> String) -> Result<End, StoreError> {
    let goes_on = |link, latest| End { link, latest, begins: false, is_first: false };
    if let Some(own) = tx.entries.iter().find(|link| link.chain == chain) {
        return Ok(goes_on(own.clone(), None));
    }
    for sql in [LAST, NEWEST] {
        if let Some((link, own)) = tx.query_one(sql, params![chain], |row| Ok((link(row)?, row.get()?)))? {
            let latest = if chain == BOOK { latest(tx)? } else { own };
            return Ok(goes_on(link, latest));
        }
    }
    tx.needs_lock_of(None)?;
    let latest = latest(tx)?;
    let is_first = chain != BOOK && enlist(tx, chain, mac)?;
    let link = Link { chain: chain.to_owned(), ..Link::default() };
    Ok(End { link, latest, begins: true, is_first })
}

pub(super) const LAST: &str = "SELECT chain, seq, mac, latest FROM audit_head WHERE chain = ?1";
const NEWEST: &str = "SELECT chain, seq, mac, at FROM audit_log WHERE chain = ?1 ORDER BY seq DESC LIMIT 1";

/// Adds a new chain to the list that the database's own head signs; returns whether it is the first chain of
/// all. If that head was wrong, it loses its signature for good: the chain may have existed before.
fn enlist(tx: &mut Tx<'_>, chain: &str, mac: impl Fn(&[u8]) -> String) -> Result<bool, StoreError> {
    let heads = all(tx)?;
    let mut others: Vec<String> = chains(&heads).collect();
    let own = heads.into_iter().find(|head| head.link.chain == BOOK);
    let is_first =
        own.is_none() && others.is_empty() && !tx.is_there("SELECT 1 FROM audit_log LIMIT 1", &[])?;
    let before = mac(&covered(&own.as_ref().map(|head| head.link.clone()).unwrap_or_default(), &others));
    others.push(chain.to_owned());
    others.sort_unstable();
    let Some(Head { link, signature }) = own else {
        let link = tx.query_one(NEWEST, params![BOOK], link)?.unwrap_or_default();
        let signature = is_first.then(|| mac(&covered(&link, &others)));
        let sql = "INSERT INTO audit_head (chain, seq, mac, signature) VALUES ('', ?1, ?2, ?3)";
        tx.run(sql, params![link.seq, link.mac, signature])?;
        return Ok(is_first);
    };
    let after = (signature.as_ref() == Some(&before)).then(|| mac(&covered(&link, &others)));
    let sql = "UPDATE audit_head SET signature = ?1
        WHERE chain = '' AND seq = ?2 AND coalesce(signature, '') = ?3";
    match tx.execute(sql, params![after, link.seq, signature.as_deref().unwrap_or_default()])? {
        1 => Ok(false),
        // Another transaction added a chain meanwhile.
        _ => Err(StoreError::Conflict),
    }
}

/// The clinics' chains that have a head, sorted.
pub fn chains(heads: &[Head]) -> impl Iterator<Item = String> {
    heads.iter().map(|head| head.link.chain.clone()).filter(|chain| chain != BOOK)
}

/// Moves a chain's head to the entry `to`. The head is signed only if its signature was correct or the chain
/// is new. A clinic's head is written when it is read next, or at the commit.
pub(super) fn advance(
    tx: &mut Tx<'_>,
    end: &End,
    to: &Link,
    at: Instant,
    mac: impl Fn(&[u8]) -> String,
) -> Result<(), StoreError> {
    let mut others = Vec::new();
    let mut noted = None;
    if to.chain == BOOK {
        let heads = all(tx)?;
        others = chains(&heads).collect();
        noted = heads.into_iter().find(|head| head.link.chain == BOOK).and_then(|head| head.signature);
    }
    let (before, after) = (mac(&covered(&end.link, &others)), mac(&covered(to, &others)));
    if noted.as_ref() == Some(&before) {
        let sql = "UPDATE audit_head SET seq = ?1, mac = ?2, signature = ?3,
              latest = CASE WHEN latest > ?4 THEN latest ELSE ?4 END
            WHERE chain = '' AND signature = ?5";
        let rows = tx.execute(sql, params![to.seq, to.mac.as_str(), after, at, before])?;
        // Another transaction may have added a chain meanwhile.
        return if rows == 1 { Ok(()) } else { Err(StoreError::Conflict) };
    }
    let latest = if end.begins { end.latest.max(Some(at)) } else { Some(at) };
    if let Some(advance) = tx.advances.iter_mut().find(|advance| advance.to.chain == to.chain) {
        advance.latest = advance.latest.max(latest);
        (advance.to, advance.after) = (to.clone(), after);
    } else {
        let is_first = end.begins && others.is_empty();
        tx.advances.push(Advance { to: to.clone(), latest, is_first, before, after });
    }
    if to.chain == BOOK { write(tx) } else { Ok(()) }
}

/// A pending head: written once per transaction, because PostgreSQL keeps every version of a row that a
/// transaction writes, and each later update scans them all.
#[derive(Debug, Clone)]
pub(super) struct Advance {
    to: Link,
    latest: Option<Instant>,
    is_first: bool,
    /// Signatures of the head before this transaction's first entry and after its last.
    before: String,
    after: String,
}

/// Writes the pending heads.
pub(super) fn write(tx: &mut Tx<'_>) -> Result<(), StoreError> {
    for Advance { to, latest, is_first, before, after } in std::mem::take(&mut tx.advances) {
        let sql = "INSERT INTO audit_head (chain, seq, mac, signature, latest) VALUES (?1, ?2, ?3, ?4, ?5)
             ON CONFLICT (chain) DO UPDATE SET seq = excluded.seq, mac = excluded.mac,
               signature = CASE WHEN audit_head.signature = ?6 THEN ?7 ELSE audit_head.signature END,
               latest = CASE WHEN audit_head.latest > excluded.latest THEN audit_head.latest ELSE excluded.latest END";
        let signature = is_first.then_some(after.as_str());
        tx.run(sql, params![to.chain, to.seq, to.mac, signature, latest, before, after.as_str()])?;
    }
    Ok(())
}
