//! The heads of the audit log's chains: which entry of a chain is the last, signed, so that cutting entries
//! off shows. The head of the book's own chain also signs which chains there are, so that a chain that is
//! taken out whole is missed.
//!
//! A signature is moved on only where it was right. Behind a head that was tampered with the log goes
//! on, as a clinic must; but its head is never signed again, so that no later entry heals it.

use crate::domain::time::Instant;
use crate::platform::error::StoreError;
use crate::store::audit::{BOOK, Link, put};
use crate::store::engine::Row;
use crate::store::{Tx, params};

/// A head as it is noted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Head {
    /// The last entry; the book's own chain may have none yet.
    pub link: Link,
    /// The authentication code of that, in hex; none where the head was gone when an entry was written.
    pub signature: Option<String>,
}

/// The bytes that a head's signature covers; `others` are the clinics' chains, in order, where it is the
/// book's. No entry's begin like that.
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

/// All heads, the book's own first.
pub fn all(tx: &mut Tx<'_>) -> Result<Vec<Head>, StoreError> {
    write(tx)?;
    tx.query("SELECT chain, seq, mac, signature FROM audit_head ORDER BY chain", &[], |row| {
        Ok(Head { link: link(row)?, signature: row.get()? })
    })
}

fn link(row: &mut Row<'_>) -> Result<Link, StoreError> {
    Ok(Link { chain: row.get()?, seq: row.get()?, mac: row.get()? })
}

/// The place of a chain's last entry; 0 before the first.
pub fn last_seq(tx: &mut Tx<'_>, chain: &str) -> Result<i64, StoreError> {
    write(tx)?;
    tx.count("SELECT seq FROM audit_head WHERE chain = ?1", params![chain])
}

/// The latest time that an entry of any chain has.
pub fn latest(tx: &mut Tx<'_>) -> Result<Option<Instant>, StoreError> {
    write(tx)?;
    Ok(tx.query_one("SELECT max(latest) FROM audit_head", &[], |row| row.get())?.flatten())
}

/// Where a chain ends.
pub(super) struct End {
    /// The last entry; that before the first has the number 0.
    pub(super) link: Link,
    /// The latest time that an entry before this transaction has.
    pub(super) latest: Option<Instant>,
    /// Whether the chain begins now.
    begins: bool,
    /// Whether nothing was written in the whole log yet.
    pub(super) is_first: bool,
}

/// The end of a chain: this transaction's own entry, the head's, or, where that is gone, the newest there is.
/// Where there is none, the chain begins, and the book's head is told of it.
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

/// A chain's last entry, as its head has it, or as the chain itself does.
pub(super) const LAST: &str = "SELECT chain, seq, mac, latest FROM audit_head WHERE chain = ?1";
const NEWEST: &str = "SELECT chain, seq, mac, at FROM audit_log WHERE chain = ?1 ORDER BY seq DESC LIMIT 1";

/// Tells the head of the book's chain of a chain that begins; answers whether it is the first of all. A head
/// that was not right loses its signature for good: the chain may have been there before.
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
        // Another chain began at the same time.
        _ => Err(StoreError::Conflict),
    }
}

/// The clinics' chains that have a head, in order.
pub fn chains(heads: &[Head]) -> impl Iterator<Item = String> {
    heads.iter().map(|head| head.link.chain.clone()).filter(|chain| chain != BOOK)
}

/// Moves a chain's head on to the next entry. It is signed only where it was, rightly, or where the chain begins.
/// A clinic's head is written when it is asked for, or with the commit.
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
        // Another chain may have begun at the same time.
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

/// A head that is still to be written: once for all entries that a transaction adds to the chain, for a server
/// keeps every version of a row that one transaction writes, and looks through them all for the next.
#[derive(Debug, Clone)]
pub(super) struct Advance {
    to: Link,
    latest: Option<Instant>,
    /// Whether the chain begins with this transaction.
    is_first: bool,
    /// The signature of the head before this transaction's first entry, and behind its last.
    before: String,
    after: String,
}

/// Writes the heads of the chains that this transaction added entries to.
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
