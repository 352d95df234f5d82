//! What a sweep does with messages: takes them, gives them back, settles them.

use crate::domain::delivery::Failures;
use crate::domain::reminder::MessageStatus;
use crate::domain::time::Instant;
use crate::error::StoreError;
use crate::store::{Tx, params};

/// Takes a pending message for a sweep, to be sent by that channel, until the lease runs out.
pub fn lease(
    tx: &mut Tx<'_>,
    id: &str,
    lease: &str,
    until: Instant,
    channel: &str,
) -> Result<(), StoreError> {
    tx.run(
        "UPDATE messages SET lease = ?2, lease_until = ?3, attempts = attempts + 1, channel = ?4
         WHERE id = ?1 AND status = 'pending'",
        params![id, lease, until, channel],
    )
}

/// Notes that a sweep hands a message over to its channel. It counts as a lost lease until the outcome is noted.
pub fn hand_over(tx: &mut Tx<'_>, id: &str, lease: &str) -> Result<(), StoreError> {
    tx.run(
        "UPDATE messages SET lost_leases = lost_leases + 1
         WHERE id = ?1 AND lease = ?2 AND status = 'pending'",
        params![id, lease],
    )
}

/// Keeps everything that a sweep holds for longer.
pub fn renew(tx: &mut Tx<'_>, lease: &str, until: Instant) -> Result<(), StoreError> {
    tx.run(
        "UPDATE messages SET lease_until = ?2 WHERE lease = ?1 AND status = 'pending'",
        params![lease, until],
    )
}

/// What a sweep knows of a message at its end.
#[derive(Debug, Clone, PartialEq)]
pub struct Settlement {
    /// The message.
    pub id: String,
    /// The lease under which it went out; none for one that was never leased.
    pub lease: Option<String>,
    /// How it ended.
    pub status: MessageStatus,
    /// By which channel.
    pub channel: Option<String>,
    /// Why it did not go out, where it did not.
    pub error: Option<String>,
}

/// Settles a message that this sweep still holds (or that none does). Answers whether it did.
pub fn settle(tx: &mut Tx<'_>, settlement: &Settlement, at: Instant) -> Result<bool, StoreError> {
    let Settlement { id, lease, status, channel, error } = settlement;
    let rows = tx.execute(
        "UPDATE messages SET status = ?3, settled_at = ?4, channel = ?5, error = ?6,
           lease = NULL, lease_until = NULL, lost_leases = 0
         WHERE id = ?1 AND status = 'pending' AND coalesce(lease, '') = ?2",
        params![id, lease.as_deref().unwrap_or(""), status, at, channel, error],
    )?;
    Ok(rows == 1)
}

/// What is known of a message that is to be tried again.
#[derive(Debug, Clone, PartialEq)]
pub struct Delay {
    /// The message.
    pub id: String,
    /// The lease that it was tried under; none for one that was never leased.
    pub lease: Option<String>,
    /// Not before then.
    pub ready_at: Instant,
    /// By which channel.
    pub channel: String,
    /// How many tries by that channel failed for the moment.
    pub tries: i64,
    /// The channels that it was given up by.
    pub failures: Failures,
    /// Why; what is known stays where nothing new is.
    pub error: Option<String>,
    /// Whether the try that the lease counted was none after all.
    pub uncounted: bool,
    /// How many leases on it were lost.
    pub lost_leases: i64,
}

/// Puts a message off that this sweep still holds (or that none does). Answers whether it did.
pub fn put_off(tx: &mut Tx<'_>, delay: &Delay) -> Result<bool, StoreError> {
    let Delay { id, lease, ready_at, channel, tries, failures, error, uncounted, lost_leases } = delay;
    let lease = lease.as_deref().unwrap_or("");
    let rows = tx.execute(
        "UPDATE messages SET ready_at = ?3, channel = ?4, tries = ?5, failures = ?6,
           error = coalesce(?7, error), attempts = attempts - ?8, lease = NULL, lease_until = NULL,
           lost_leases = ?9
         WHERE id = ?1 AND status = 'pending' AND coalesce(lease, '') = ?2",
        params![id, lease, ready_at, channel, tries, failures, error, uncounted, lost_leases],
    )?;
    Ok(rows == 1)
}

/// Gives a message back that did not go out after all.
pub fn release(tx: &mut Tx<'_>, id: &str, lease: &str) -> Result<(), StoreError> {
    tx.run(
        "UPDATE messages SET lease = NULL, lease_until = NULL, attempts = attempts - 1
         WHERE id = ?1 AND lease = ?2 AND status = 'pending'",
        params![id, lease],
    )
}

/// Gives everything back that a sweep still holds; who can do that has lost no lease.
pub fn release_all(tx: &mut Tx<'_>, lease: &str) -> Result<(), StoreError> {
    tx.run(
        "UPDATE messages SET lease = NULL, lease_until = NULL, attempts = attempts - 1, lost_leases = 0
         WHERE lease = ?1 AND status = 'pending'",
        params![lease],
    )
}

/// A message that a sweep holds and sends on by its next channel.
#[derive(Debug, Clone, PartialEq)]
pub struct Onward {
    /// The message.
    pub id: String,
    /// The sweep's lease.
    pub lease: String,
    /// By which channel.
    pub channel: String,
    /// The channels that it was given up by.
    pub failures: Failures,
    /// How many leases on it were lost.
    pub lost_leases: i64,
}

/// Notes that a message which a sweep holds goes on by the next channel.
pub fn go_on(tx: &mut Tx<'_>, onward: &Onward) -> Result<(), StoreError> {
    let Onward { id, lease, channel, failures, lost_leases } = onward;
    tx.run(
        "UPDATE messages SET channel = ?3, failures = ?4, tries = 0, attempts = attempts + 1,
           lost_leases = ?5
         WHERE id = ?1 AND lease = ?2 AND status = 'pending'",
        params![id, lease, channel, failures, lost_leases],
    )
}

/// Settles as sent what a sweep holds to go by that channel, at most so many. Answers how many.
pub fn settle_all(
    tx: &mut Tx<'_>,
    lease: &str,
    channel: &str,
    at: Instant,
    limit: i64,
) -> Result<u64, StoreError> {
    tx.execute(
        "UPDATE messages SET status = 'sent', settled_at = ?3, error = NULL, lease = NULL, lease_until = NULL,
           lost_leases = 0
         WHERE id IN (SELECT m.id FROM messages AS m
           WHERE m.lease = ?1 AND m.status = 'pending' AND m.channel = ?2 LIMIT ?4)",
        params![lease, channel, at, limit],
    )
}

/// Lets a message that failed go out again, by every channel. Answers whether it had failed.
pub fn revive(tx: &mut Tx<'_>, id: &str, now: Instant) -> Result<bool, StoreError> {
    let rows = tx.execute(
        "UPDATE messages SET status = 'pending', ready_at = ?2, tries = 0, failures = '', channel = NULL,
           error = NULL, settled_at = NULL
         WHERE id = ?1 AND status = 'failed'",
        params![id, now],
    )?;
    Ok(rows == 1)
}

/// The ids of the messages that failed, earliest due first.
pub fn failed(tx: &mut Tx<'_>, clinic_id: &str) -> Result<Vec<String>, StoreError> {
    tx.query(
        "SELECT id FROM messages WHERE clinic_id = ?1 AND status = 'failed' ORDER BY due_at, id",
        params![clinic_id],
        |row| row.get(),
    )
}
