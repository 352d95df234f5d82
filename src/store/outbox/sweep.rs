//! What a sweep does with messages: takes them, gives them back, settles them.

use crate::domain::delivery::Failures;
use crate::domain::reminder::MessageStatus;
use crate::domain::time::Instant;
use crate::platform::error::StoreError;
use crate::store::engine::Value;
use crate::store::record::marks;
use crate::store::{Tx, params};

/// Takes pending messages for a sweep, to be sent by that channel, until the lease runs out.
pub fn lease(
    tx: &mut Tx<'_>,
    ids: &[String],
    lease: &str,
    until: Instant,
    channel: &str,
) -> Result<(), StoreError> {
    let mut params = params![lease, until, channel].to_vec();
    let listed = listed(&mut params, ids);
    tx.run(
        &format!(
            "UPDATE messages SET lease = ?1, lease_until = ?2, attempts = attempts + 1, channel = ?3
             WHERE status = 'pending' AND id IN ({listed})"
        ),
        &params,
    )
}

/// Changes those of the messages that are pending under that lease, or under none where it is `None`; the change's
/// own parameters begin with `?2`.
fn change(
    tx: &mut Tx<'_>,
    ids: &[String],
    lease: Option<&str>,
    change: &str,
    values: &[Value<'_>],
) -> Result<(), StoreError> {
    let mut params = params![lease.unwrap_or("")].to_vec();
    params.extend_from_slice(values);
    let listed = listed(&mut params, ids);
    let sql = format!(
        "UPDATE messages SET {change} WHERE status = 'pending' AND coalesce(lease, '') = ?1 AND id IN ({listed})"
    );
    tx.run(&sql, &params)
}

/// Adds the ids to a statement's parameters, and answers their marks.
pub(super) fn listed<'a>(params: &mut Vec<Value<'a>>, ids: &'a [String]) -> String {
    let marks = marks(params.len() + 1, ids.len());
    params.extend(ids.iter().map(Value::from));
    marks
}

/// Notes that a sweep hands messages over to their channel. It counts as a lost lease until the outcome is noted.
pub fn hand_over(tx: &mut Tx<'_>, ids: &[String], lease: &str) -> Result<(), StoreError> {
    change(tx, ids, Some(lease), "lost_leases = lost_leases + 1", &[])
}

/// Notes that messages were not handed over after all.
pub fn take_back(tx: &mut Tx<'_>, ids: &[String], lease: &str) -> Result<(), StoreError> {
    change(tx, ids, Some(lease), "lost_leases = lost_leases - 1", &[])
}

/// Keeps everything that a sweep holds for longer.
pub fn renew(tx: &mut Tx<'_>, lease: &str, until: Instant) -> Result<(), StoreError> {
    tx.run(
        "UPDATE messages SET lease_until = ?2 WHERE lease = ?1 AND status = 'pending'",
        params![lease, until],
    )
}

/// What a sweep knows of messages at their end.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Settlement {
    /// The lease under which they went out; none where they never were leased.
    pub lease: Option<String>,
    /// How they ended.
    pub status: MessageStatus,
    /// By which channel.
    pub channel: Option<String>,
    /// Why they did not go out, where they did not.
    pub error: Option<String>,
}

/// Settles those of the messages that this sweep still holds (or that none does).
pub fn settle(
    tx: &mut Tx<'_>,
    ids: &[String],
    settlement: &Settlement,
    at: Instant,
) -> Result<(), StoreError> {
    let Settlement { lease, status, channel, error } = settlement;
    let settled = "status = ?2, settled_at = ?3, channel = ?4, error = ?5, lease = NULL, lease_until = NULL,
        lost_leases = 0";
    change(tx, ids, lease.as_deref(), settled, params![status.as_str(), at, channel, error])
}

/// What is known of messages that are to be tried again.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Delay {
    /// The lease that they were tried under; none where they never were leased.
    pub lease: Option<String>,
    /// Not before then.
    pub ready_at: Instant,
    /// By which channel.
    pub channel: String,
    /// How many tries by that channel failed for the moment.
    pub tries: i64,
    /// The channels that they were given up by.
    pub failures: Failures,
    /// Why; what is known stays where nothing new is.
    pub error: Option<String>,
    /// Whether the try that the lease counted was none after all.
    pub uncounted: bool,
    /// How many leases on them were lost.
    pub lost_leases: i64,
}

/// Puts those of the messages off that this sweep still holds (or that none does).
pub fn put_off(tx: &mut Tx<'_>, ids: &[String], delay: &Delay) -> Result<(), StoreError> {
    let Delay { lease, ready_at, channel, tries, failures, error, uncounted, lost_leases } = delay;
    let put_off = "ready_at = ?2, channel = ?3, tries = ?4, failures = ?5, error = coalesce(?6, error),
        attempts = attempts - ?7, lease = NULL, lease_until = NULL, lost_leases = ?8";
    let values = params![*ready_at, channel, *tries, failures, error, *uncounted, *lost_leases];
    change(tx, ids, lease.as_deref(), put_off, values)
}

/// Gives messages back that did not go out after all.
pub fn release(tx: &mut Tx<'_>, ids: &[String], lease: &str) -> Result<(), StoreError> {
    change(tx, ids, Some(lease), "lease = NULL, lease_until = NULL, attempts = attempts - 1", &[])
}

/// Gives everything back that a sweep still holds; who can do that has lost no lease.
pub fn release_all(tx: &mut Tx<'_>, lease: &str) -> Result<(), StoreError> {
    tx.run(
        "UPDATE messages SET lease = NULL, lease_until = NULL, attempts = attempts - 1, lost_leases = 0
         WHERE lease = ?1 AND status = 'pending'",
        params![lease],
    )
}

/// How messages that a sweep holds go on.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Onward {
    /// The sweep's lease.
    pub lease: String,
    /// By which channel.
    pub channel: String,
    /// The channels that they were given up by.
    pub failures: Failures,
    /// How many leases on them were lost.
    pub lost_leases: i64,
}

/// Notes that messages which a sweep holds go on by the next channel.
pub fn go_on(tx: &mut Tx<'_>, ids: &[String], onward: &Onward) -> Result<(), StoreError> {
    let Onward { lease, channel, failures, lost_leases } = onward;
    let gone_on = "channel = ?2, failures = ?3, tries = 0, attempts = attempts + 1, lost_leases = ?4";
    change(tx, ids, Some(lease), gone_on, params![channel, failures, *lost_leases])
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
