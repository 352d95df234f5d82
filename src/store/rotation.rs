//! Rewrites everything that is sealed or signed under the secret, when the secret changes.

use crate::platform::error::StoreError;
use crate::store::audit::{self, Entry, Link, covered};
use crate::store::chain_head::Head;
use crate::store::engine::Value;
use crate::store::{Tx, chain_head, meta, params, redact};
use std::fmt::Write;

/// A patient's sealed national ID.
#[derive(Debug)]
pub struct SealedId {
    /// The patient's id.
    pub id: String,
    /// The clinic's id.
    pub clinic_id: String,
    /// The sealed national ID.
    pub sealed: Vec<u8>,
}

/// A page of patients with a national ID, after the patient `after`.
pub fn national_ids(tx: &mut Tx<'_>, after: &str, limit: i64) -> Result<Vec<SealedId>, StoreError> {
    let sql = "SELECT id, clinic_id, national_id FROM patients
        WHERE id > ?1 AND national_id IS NOT NULL ORDER BY id LIMIT ?2";
    tx.query(sql, params![after, limit], |row| {
        Ok(SealedId { id: row.text()?, clinic_id: row.text()?, sealed: row.get()? })
    })
}

/// Stores a national ID sealed under the new secret.
pub fn reseal_id(tx: &mut Tx<'_>, id: &str, sealed: &Vec<u8>, hash: &str) -> Result<(), StoreError> {
    let sql = "UPDATE patients SET national_id = ?2, national_id_hash = ?3 WHERE id = ?1";
    tx.execute(sql, params![id, sealed, hash]).map(|_| ())
}

/// A webhook endpoint's sealed secrets.
#[derive(Debug)]
pub struct SealedEndpoint {
    /// The endpoint's id.
    pub id: String,
    /// The current secret.
    pub secret: Vec<u8>,
    /// The previous secret, while it is still used for signing too.
    pub old: Option<Vec<u8>>,
}

/// All endpoints of the database.
pub fn endpoints(tx: &mut Tx<'_>) -> Result<Vec<SealedEndpoint>, StoreError> {
    tx.query("SELECT id, secret, old_secret FROM webhooks ORDER BY id", &[], |row| {
        let (id, secret) = (row.text()?, row.get()?);
        Ok(SealedEndpoint { id, secret, old: row.get()? })
    })
}

/// Stores an endpoint's secrets sealed under the new secret.
pub fn reseal_endpoint(
    tx: &mut Tx<'_>,
    id: &str,
    secret: &Vec<u8>,
    old: Option<&Vec<u8>>,
) -> Result<(), StoreError> {
    let sql = "UPDATE webhooks SET secret = ?2, old_secret = ?3 WHERE id = ?1";
    tx.execute(sql, params![id, secret, old]).map(|_| ())
}

const AT_A_TIME: i64 = 500;

/// Signs all chains and heads again with the new `mac`. Redacted entries keep their old MAC, to which the
/// next entry is linked. Returns the last entry of each chain before the change.
pub fn sign_anew(tx: &mut Tx<'_>, mac: impl Fn(&[u8]) -> String) -> Result<Vec<Link>, StoreError> {
    let heads = chain_head::all(tx)?;
    let others: Vec<String> = chain_head::chains(&heads).collect();
    for Head { link, .. } in &heads {
        let code = sign_chain(tx, &link.chain, &mac)?;
        let link = Link { mac: code, ..link.clone() };
        let sql = "UPDATE audit_head SET mac = ?2, signature = ?3 WHERE chain = ?1";
        let signature = mac(&chain_head::covered(&link, &others));
        tx.run(sql, params![link.chain.as_str(), link.mac.as_str(), signature])?;
    }
    Ok(heads.into_iter().map(|head| head.link).filter(|link| link.seq > 0).collect())
}

/// Signs a chain's entries again; returns the last MAC.
fn sign_chain(tx: &mut Tx<'_>, chain: &str, mac: impl Fn(&[u8]) -> String) -> Result<String, StoreError> {
    let mut previous = String::new();
    let mut next = 1;
    loop {
        let entries = audit::from(tx, chain, next, AT_A_TIME)?;
        let is_last = entries.len() < usize::try_from(AT_A_TIME).unwrap_or(usize::MAX);
        let mut signed = Vec::with_capacity(entries.len());
        for entry in entries {
            next = entry.seq + 1;
            let (code, redaction) = codes(&entry, &previous, &mac);
            signed.push((entry.seq, code.clone(), redaction));
            previous = code;
        }
        write_codes(tx, chain, &signed)?;
        if is_last {
            return Ok(previous);
        }
    }
}

/// An entry's MAC after the MAC `previous`; for a redacted entry, its old MAC and a new MAC of what remains.
fn codes(entry: &Entry, previous: &str, mac: impl Fn(&[u8]) -> String) -> (String, Option<String>) {
    let place = (entry.chain.as_str(), entry.seq);
    match entry.erasure() {
        Some(erasure) => (entry.mac.clone(), Some(mac(&redact::covered(entry, &erasure)))),
        None => (mac(&covered(place, previous, &entry.draft(), entry.salt.as_deref())), None),
    }
}

fn write_codes(
    tx: &mut Tx<'_>,
    chain: &str,
    signed: &[(i64, String, Option<String>)],
) -> Result<(), StoreError> {
    if signed.is_empty() {
        return Ok(());
    }
    let mut rows = String::new();
    let mut values = Vec::with_capacity(signed.len() * 3 + 1);
    values.push(Value::from(chain));
    for (place, (seq, code, redaction)) in signed.iter().enumerate() {
        let comma = if place == 0 { "" } else { ", " };
        let (a, b, c) = (place * 3 + 2, place * 3 + 3, place * 3 + 4);
        let _ = write!(rows, "{comma}(CAST(?{a} AS BIGINT), CAST(?{b} AS TEXT), CAST(?{c} AS TEXT))");
        values.extend([Value::from(*seq), Value::from(code.as_str()), Value::from(redaction)]);
    }
    let sql = format!(
        "WITH signed (place, code, redaction) AS (VALUES {rows})
         UPDATE audit_log SET mac = signed.code, redaction_mac = signed.redaction
         FROM signed WHERE audit_log.chain = ?1 AND audit_log.seq = signed.place"
    );
    tx.execute(&sql, &values).map(|_| ())
}

/// Stores the database's id before its audit log is signed again.
pub fn keep_id(tx: &mut Tx<'_>, id: &str) -> Result<(), StoreError> {
    meta::set(tx, meta::BOOK_ID, id)
}
