//! The state that sweeps share: the end of the last sweep, and the back-off ("rest") of each channel.

use crate::domain::delivery::Rest;
use crate::domain::time::Instant;
use crate::platform::error::StoreError;
use crate::store::{Tx, params};

/// Stores the end of a sweep of the clinic.
pub fn note_end(tx: &mut Tx<'_>, clinic_id: &str, at: Instant) -> Result<(), StoreError> {
    tx.run(
        "INSERT INTO sweeps (clinic_id, finished_at) VALUES (?1, ?2)
         ON CONFLICT (clinic_id) DO UPDATE SET finished_at = excluded.finished_at",
        params![clinic_id, at],
    )
}

/// The end of the clinic's last sweep; None if there was none.
pub fn last_end(tx: &mut Tx<'_>, clinic_id: &str) -> Result<Option<Instant>, StoreError> {
    tx.query_one("SELECT finished_at FROM sweeps WHERE clinic_id = ?1", params![clinic_id], |row| row.get())
}

/// Since when the message that has waited longest could be sent; None if no message can be sent now.
pub fn waiting_since(tx: &mut Tx<'_>, clinic_id: &str, now: Instant) -> Result<Option<Instant>, StoreError> {
    tx.query_one(
        "SELECT ready_at FROM messages WHERE clinic_id = ?1 AND status = 'pending' AND ready_at <= ?2
         ORDER BY ready_at LIMIT 1",
        params![clinic_id, now],
        |row| row.get(),
    )
}

/// Stores a channel's back-off, unless a longer one is stored.
pub fn rest(tx: &mut Tx<'_>, clinic_id: &str, channel: &str, rest: &Rest) -> Result<(), StoreError> {
    tx.run(
        "INSERT INTO channel_rests (clinic_id, channel, rests_since, rest_until, reason)
         VALUES (?1, ?2, ?3, ?4, ?5)
         ON CONFLICT (clinic_id, channel) DO UPDATE SET rests_since = excluded.rests_since,
           rest_until = excluded.rest_until, reason = excluded.reason
         WHERE channel_rests.rest_until < excluded.rest_until",
        params![clinic_id, channel, rest.since, rest.until, &rest.why],
    )
}

/// Ends a channel's back-off after a message was sent through the channel.
pub fn recover(tx: &mut Tx<'_>, clinic_id: &str, channel: &str) -> Result<(), StoreError> {
    let sql = "DELETE FROM channel_rests WHERE clinic_id = ?1 AND channel = ?2";
    tx.run(sql, params![clinic_id, channel])
}

/// The back-offs of the clinic's channels that end after `after`.
pub fn rests(tx: &mut Tx<'_>, clinic_id: &str, after: Instant) -> Result<Vec<(String, Rest)>, StoreError> {
    tx.query(
        "SELECT channel, rests_since, rest_until, reason FROM channel_rests
         WHERE clinic_id = ?1 AND rest_until > ?2",
        params![clinic_id, after],
        |row| {
            let channel = row.get()?;
            Ok((channel, Rest { since: row.get()?, until: row.get()?, why: row.get()? }))
        },
    )
}
