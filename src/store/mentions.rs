//! Traces of one patient that a merge left in the records of another, even if the merge was undone.

use crate::domain::time::Instant;
use crate::platform::error::StoreError;
use crate::store::audit::Place;
use crate::store::erase::NO_BODY;
use crate::store::{Tx, params};
use serde_json::Value;

/// A merge found in the audit log, undone or not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Told {
    /// The patient record that was merged.
    pub merged_id: String,
    /// The patient record that was kept.
    pub kept_id: String,
    /// The first audit entry that the merge wrote.
    pub place: Place,
    /// The time of the merge.
    pub at: Instant,
}

/// The clinic's merges in the audit log, oldest first.
pub fn merges(tx: &mut Tx<'_>, clinic_id: &str) -> Result<Vec<Told>, StoreError> {
    let sql = "SELECT record_id, after, chain, seq, at FROM audit_log
        WHERE clinic_id = ?1 AND action = 'patient.merged' AND after LIKE '%\"merged_into\"%' ORDER BY chain, seq";
    let told = tx.query(sql, params![clinic_id], |row| {
        let merged_id = row.get()?;
        let after: Value = serde_json::from_str(&row.text()?).unwrap_or_default();
        let kept_id = after.get("merged_into").and_then(Value::as_str).map(str::to_owned);
        // The entry of the kept record comes right before this one, in the same transaction.
        let place = Place { chain: row.get()?, seq: row.int()? - 1 };
        let at = row.get()?;
        Ok(kept_id.map(|kept_id| Told { merged_id, kept_id, place, at }))
    })?;
    Ok(told.into_iter().flatten().collect())
}

/// The ids of events of a patient's visits since an instant whose body contains `spelled` (as JSON text).
pub fn events(
    tx: &mut Tx<'_>,
    patient_id: &str,
    since: Instant,
    spelled: &str,
) -> Result<Vec<String>, StoreError> {
    let sql = "SELECT e.id FROM appointments AS a JOIN webhook_events AS e ON e.appointment_id = a.id
        WHERE a.patient_id = ?1 AND e.created_at >= ?2 AND replace(e.body, ?3, '') <> e.body
        ORDER BY e.id";
    tx.query(sql, params![patient_id, since, spelled], |row| row.get())
}

/// Erases the body of an event and drops its deliveries; returns the number of deliveries.
pub fn empty_event(tx: &mut Tx<'_>, event_id: &str, now: Instant) -> Result<u64, StoreError> {
    let event = format!(
        "UPDATE webhook_events SET
           body = CASE WHEN body IS NULL THEN body ELSE '{NO_BODY}' END,
           thin_body = CASE WHEN thin_body IS NULL THEN thin_body ELSE '{NO_BODY}' END
         WHERE id = ?1"
    );
    tx.execute(&event, params![event_id])?;
    let deliveries = "UPDATE webhook_deliveries SET
           status = CASE WHEN status = 'pending' THEN 'dropped' ELSE status END,
           settled_at = CASE WHEN status = 'pending' THEN ?2 ELSE settled_at END,
           error = NULL, answer = NULL, lease = NULL, lease_until = NULL
         WHERE event_id = ?1";
    tx.execute(deliveries, params![event_id, now])
}

/// Erases stored errors and responses that contain `word`, for all visits of the patient.
pub fn empty_answers(tx: &mut Tx<'_>, patient_id: &str, word: &str) -> Result<(), StoreError> {
    let of_theirs = "appointment_id IN (SELECT id FROM appointments WHERE patient_id = ?1)";
    for (table, column, empty) in [
        ("messages", "error", "NULL"),
        ("messages", "failures", "''"),
        ("webhook_deliveries", "error", "NULL"),
        ("webhook_deliveries", "answer", "NULL"),
    ] {
        let sql = format!(
            "UPDATE {table} SET {column} = {empty}
             WHERE {of_theirs} AND replace({column}, ?2, '') <> {column}"
        );
        tx.execute(&sql, params![patient_id, word])?;
    }
    Ok(())
}
