//! What providers report about messages that they took.

use crate::domain::delivery::State;
use crate::domain::time::Instant;
use crate::platform::error::StoreError;
use crate::store::outbox::Message;
use crate::store::record::marks;
use crate::store::{Tx, params};

/// A report whose message is not known by that id yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Early {
    /// The channel.
    pub channel: String,
    /// The message's id at the provider.
    pub provider_id: String,
    /// What was reported.
    pub state: State,
    /// The provider's error code.
    pub code: Option<String>,
    /// When it happened.
    pub at: Instant,
}

/// The message with this id at the channel's provider.
pub fn message(
    tx: &mut Tx<'_>,
    clinic_id: &str,
    channel: &str,
    provider_id: &str,
) -> Result<Option<Message>, StoreError> {
    let found = tx.select(
        "WHERE clinic_id = ?1 AND channel = ?2 AND provider_id = ?3",
        params![clinic_id, channel, provider_id],
    )?;
    Ok(found.into_iter().next())
}

/// Keeps a report until its message is known, in place of an earlier one; forgets reports from before `oldest`.
pub fn keep(tx: &mut Tx<'_>, clinic_id: &str, early: &Early, oldest: Instant) -> Result<(), StoreError> {
    tx.run(
        "DELETE FROM early_reports WHERE clinic_id = ?1 AND delivery_at < ?2",
        params![clinic_id, oldest],
    )?;
    let Early { channel, provider_id, state, code, at } = early;
    tx.run(
        "INSERT INTO early_reports (clinic_id, channel, provider_id, delivery, delivery_code, delivery_at)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6)
         ON CONFLICT (clinic_id, provider_id, channel) DO UPDATE SET delivery = excluded.delivery,
           delivery_code = excluded.delivery_code, delivery_at = excluded.delivery_at",
        params![clinic_id, channel, provider_id, state, code, *at],
    )
}

/// The kept reports about messages with these ids.
pub fn kept(tx: &mut Tx<'_>, clinic_id: &str, provider_ids: &[&str]) -> Result<Vec<Early>, StoreError> {
    let mut values = params![clinic_id].to_vec();
    let listed = marks(2, provider_ids.len());
    values.extend(provider_ids.iter().map(|id| (*id).into()));
    tx.query(
        &format!(
            "SELECT channel, provider_id, delivery, delivery_code, delivery_at FROM early_reports
             WHERE clinic_id = ?1 AND provider_id IN ({listed})"
        ),
        &values,
        |row| {
            Ok(Early {
                channel: row.get()?,
                provider_id: row.get()?,
                state: row.get()?,
                code: row.get()?,
                at: row.get()?,
            })
        },
    )
}

/// Forgets a kept report.
pub fn forget(tx: &mut Tx<'_>, clinic_id: &str, early: &Early) -> Result<(), StoreError> {
    tx.run(
        "DELETE FROM early_reports WHERE clinic_id = ?1 AND provider_id = ?2 AND channel = ?3",
        params![clinic_id, &early.provider_id, &early.channel],
    )
}
