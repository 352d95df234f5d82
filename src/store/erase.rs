//! Removes a person from the rows that hold personal data.

use crate::domain::appointment::Appointment;
use crate::domain::record::Patient;
use crate::domain::time::Instant;
use crate::platform::error::StoreError;
use crate::store::engine::Value;
use crate::store::record::Stored;
use crate::store::{Tx, params};

/// Replaces an erased name.
pub const NAMELESS: &str = "(erased)";
/// Replaces the request hash of an erased visit; equal to no real hash.
pub const NO_REQUEST: &str = "erased";
/// Prefix of an idempotency key that was hidden by an erasure.
pub const HIDDEN_KEY: &str = "erased:";
/// Replaces the body of an erased event.
pub const NO_BODY: &str = "";

/// The patients merged into this one, directly or through others, nearest first.
pub fn merged_into(tx: &mut Tx<'_>, clinic_id: &str, id: &str) -> Result<Vec<Patient>, StoreError> {
    let mut all: Vec<Patient> = Vec::new();
    let mut kept = vec![id.to_owned()];
    while let Some(id) = kept.pop() {
        let more: Vec<Patient> =
            tx.select("WHERE merged_into = ?1 AND clinic_id = ?2 ORDER BY id", params![id, clinic_id])?;
        kept.extend(more.iter().map(|patient| patient.id.clone()));
        all.extend(more);
    }
    Ok(all)
}

/// A page of a patient's visits by id, after the visit `after`.
pub fn visits_of(
    tx: &mut Tx<'_>,
    patient_id: &str,
    after: &str,
    limit: i64,
) -> Result<Vec<Appointment>, StoreError> {
    tx.select("WHERE patient_id = ?1 AND id > ?2 ORDER BY id LIMIT ?3", params![patient_id, after, limit])
}

/// The codes of a patient's visits that are neither final nor past their end.
pub fn open_visits(tx: &mut Tx<'_>, patient_id: &str, now: Instant) -> Result<Vec<String>, StoreError> {
    let sql = "SELECT code FROM appointments WHERE patient_id = ?1 AND ends_at > ?2
          AND status NOT IN ('completed', 'cancelled', 'no_show')
        ORDER BY starts_at, id";
    tx.query(sql, params![patient_id, now], |row| row.get())
}

/// The numbers of records that belong to a visit.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Companions {
    /// The number of messages.
    pub messages: u64,
    /// The number of webhook events.
    pub events: u64,
    /// The number of webhook deliveries.
    pub deliveries: u64,
}

impl Companions {
    /// Adds the numbers of `other`.
    pub fn add(&mut self, other: Companions) {
        self.messages += other.messages;
        self.events += other.events;
        self.deliveries += other.deliveries;
    }
}

/// The number of messages, events and deliveries of a visit.
pub fn companions(tx: &mut Tx<'_>, appointment_id: &str) -> Result<Companions, StoreError> {
    let mut count = |table: &str| {
        let sql = format!("SELECT count(*) FROM {table} WHERE appointment_id = ?1");
        tx.count(&sql, params![appointment_id])
    };
    Ok(Companions {
        messages: count("messages")?,
        events: count("webhook_events")?,
        deliveries: count("webhook_deliveries")?,
    })
}

/// Drops a visit's pending messages and deliveries, ends their leases, and erases all content.
pub fn empty_companions(
    tx: &mut Tx<'_>,
    appointment_id: &str,
    now: Instant,
) -> Result<Companions, StoreError> {
    let (this, at) = (params![appointment_id], params![appointment_id, now]);
    let drop = "status = CASE WHEN status = 'pending' THEN 'dropped' ELSE status END,
        settled_at = CASE WHEN status = 'pending' THEN ?2 ELSE settled_at END,
        error = NULL, lease = NULL, lease_until = NULL";
    let messages = format!(
        "UPDATE messages SET {drop}, failures = '', answer = NULL, sent_phone = NULL, sent_email = NULL
         WHERE appointment_id = ?1"
    );
    let deliveries = format!("UPDATE webhook_deliveries SET {drop}, answer = NULL WHERE appointment_id = ?1");
    let events = format!(
        "UPDATE webhook_events SET
           body = CASE WHEN body IS NULL THEN body ELSE '{NO_BODY}' END,
           thin_body = CASE WHEN thin_body IS NULL THEN thin_body ELSE '{NO_BODY}' END
         WHERE appointment_id = ?1"
    );
    Ok(Companions {
        messages: tx.execute(&messages, at)?,
        events: tx.execute(&events, this)?,
        deliveries: tx.execute(&deliveries, at)?,
    })
}

/// Deletes a visit and everything that belongs to it.
pub fn remove_visit(tx: &mut Tx<'_>, appointment_id: &str) -> Result<Companions, StoreError> {
    let this = params![appointment_id];
    let mut remove =
        |table: &str| tx.execute(&format!("DELETE FROM {table} WHERE appointment_id = ?1"), this);
    remove("merged_visits")?;
    remove("series_visits")?;
    remove("replies")?;
    let removed = Companions {
        deliveries: remove("webhook_deliveries")?,
        events: remove("webhook_events")?,
        messages: remove("messages")?,
    };
    tx.execute("DELETE FROM appointments WHERE id = ?1", this)?;
    Ok(removed)
}

/// Erases stored errors of channels and endpoints for which `tells` is true, as a provider may repeat what it
/// was sent. Returns their number.
pub fn empty_reasons(
    tx: &mut Tx<'_>,
    clinic_id: &str,
    tells: impl Fn(&str) -> bool,
) -> Result<u64, StoreError> {
    let mut count = 0;
    for (table, id, reason) in [("channel_rests", "channel", "reason"), ("webhooks", "id", "disabled_reason")]
    {
        let said = tx.query(
            &format!("SELECT {id}, {reason} FROM {table} WHERE clinic_id = ?1 AND {reason} <> ''"),
            params![clinic_id],
            |row| Ok((row.text()?, row.text()?)),
        )?;
        for (which, _) in said.iter().filter(|(_, reason)| tells(reason)) {
            let sql = format!("UPDATE {table} SET {reason} = '' WHERE clinic_id = ?1 AND {id} = ?2");
            count += tx.execute(&sql, params![clinic_id, which])?;
        }
    }
    Ok(count)
}

/// Whether the body of an event was erased.
pub fn event_is_empty(tx: &mut Tx<'_>, event_id: &str) -> Result<bool, StoreError> {
    let sql = "SELECT 1 FROM webhook_events WHERE id = ?1 AND (body = '' OR thin_body = '')";
    tx.is_there(sql, params![event_id])
}

/// Deletes the record with this id; an error if not exactly one row was deleted.
pub fn remove<T: Stored>(tx: &mut Tx<'_>, id: &str) -> Result<(), StoreError> {
    let sql = format!("DELETE FROM {} WHERE id = ?1", T::TABLE);
    match tx.execute(&sql, &[Value::from(id)])? {
        1 => Ok(()),
        rows => Err(StoreError::Internal(format!("a removal met {rows} rows of {}", T::TABLE))),
    }
}
