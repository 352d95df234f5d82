//! What is sealed and signed under the book's secret, to be written anew under another one.

use crate::platform::error::StoreError;
use crate::store::audit::{self, Entry, Link, covered};
use crate::store::chain_head::Head;
use crate::store::engine::Value;
use crate::store::{Tx, chain_head, meta, params, redact};
use std::fmt::Write;

/// A sealed national ID, and whose it is.
#[derive(Debug)]
pub struct SealedId {
    /// The patient.
    pub id: String,
    /// Their clinic.
    pub clinic_id: String,
    /// The ID.
    pub sealed: Vec<u8>,
}

/// A page of the patients with a national ID, behind that one.
pub fn national_ids(tx: &mut Tx<'_>, after: &str, limit: i64) -> Result<Vec<SealedId>, StoreError> {
    let sql = "SELECT id, clinic_id, national_id FROM patients
        WHERE id > ?1 AND national_id IS NOT NULL ORDER BY id LIMIT ?2";
    tx.query(sql, params![after, limit], |row| {
        Ok(SealedId { id: row.text()?, clinic_id: row.text()?, sealed: row.get()? })
    })
}

/// Writes a national ID down as it is sealed now.
pub fn reseal_id(tx: &mut Tx<'_>, id: &str, sealed: &Vec<u8>, hash: &str) -> Result<(), StoreError> {
    let sql = "UPDATE patients SET national_id = ?2, national_id_hash = ?3 WHERE id = ?1";
    tx.execute(sql, params![id, sealed, hash]).map(|_| ())
}

/// An endpoint with its sealed secret, and the one before while that signs along.
#[derive(Debug)]
pub struct SealedEndpoint {
    /// The endpoint.
    pub id: String,
    /// Its secret.
    pub secret: Vec<u8>,
    /// The one before.
    pub old: Option<Vec<u8>>,
}

/// The endpoints.
pub fn endpoints(tx: &mut Tx<'_>) -> Result<Vec<SealedEndpoint>, StoreError> {
    tx.query("SELECT id, secret, old_secret FROM webhooks ORDER BY id", &[], |row| {
        let (id, secret) = (row.text()?, row.get()?);
        Ok(SealedEndpoint { id, secret, old: row.get()? })
    })
}

/// Writes an endpoint's secrets down as they are sealed now.
pub fn reseal_endpoint(
    tx: &mut Tx<'_>,
    id: &str,
    secret: &Vec<u8>,
    old: Option<&Vec<u8>>,
) -> Result<(), StoreError> {
    let sql = "UPDATE webhooks SET secret = ?2, old_secret = ?3 WHERE id = ?1";
    tx.execute(sql, params![id, secret, old]).map(|_| ())
}

/// How many entries are signed at a time.
const AT_A_TIME: i64 = 500;

/// Signs all chains and their heads anew; `mac` is the new chains'. What was emptied keeps the code of what it held,
/// to which the next entry is chained. Answers the last entry of each chain as it was.
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

/// Signs a chain's entries anew; answers the last one's code.
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

/// An entry's code behind that one, and where it was emptied the code of what is left.
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

/// Notes which book it is, before its log is signed anew.
pub fn keep_id(tx: &mut Tx<'_>, id: &str) -> Result<(), StoreError> {
    meta::set(tx, meta::BOOK_ID, id)
}
