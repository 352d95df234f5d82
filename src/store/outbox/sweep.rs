//! How a sweep (one run of `remind due`) changes messages: leases, releases and settles them.

use crate::domain::delivery::Failures;
use crate::domain::reminder::MessageStatus;
use crate::domain::time::Instant;
use crate::platform::error::StoreError;
use crate::store::engine::Value;
use crate::store::record::marks;
use crate::store::{Tx, params};

/// Leases pending messages to a sweep until `until`, to be sent by `channel`; counts an attempt for each.
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

/// Changes the messages pending under `lease` (or under none); parameters of `change` begin with `?2`.
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

/// Adds the ids to `params` and returns their placeholders.
pub(super) fn listed<'a>(params: &mut Vec<Value<'a>>, ids: &'a [String]) -> String {
    let marks = marks(params.len() + 1, ids.len());
    params.extend(ids.iter().map(Value::from));
    marks
}

/// Records that messages go to their channel, and to whom: counts a lost lease until the outcome is recorded.
pub fn hand_over(tx: &mut Tx<'_>, ids: &[String], lease: &str) -> Result<(), StoreError> {
    let of_patient = |column: &str| {
        format!(
            "(SELECT {column} FROM appointments AS a JOIN patients AS p ON p.id = a.patient_id
              WHERE a.id = messages.appointment_id)"
        )
    };
    let (phone, email) = (of_patient("p.phone"), of_patient("lower(p.email)"));
    let handed_over = format!("lost_leases = lost_leases + 1, sent_phone = {phone}, sent_email = {email}");
    change(tx, ids, Some(lease), &handed_over, &[])
}

/// Records that messages were not handed over after all.
pub fn take_back(tx: &mut Tx<'_>, ids: &[String], lease: &str) -> Result<(), StoreError> {
    change(tx, ids, Some(lease), "lost_leases = lost_leases - 1", &[])
}

/// Extends a sweep's lease on all its messages.
pub fn renew(tx: &mut Tx<'_>, lease: &str, until: Instant) -> Result<(), StoreError> {
    tx.run(
        "UPDATE messages SET lease_until = ?2 WHERE lease = ?1 AND status = 'pending'",
        params![lease, until],
    )
}

/// The outcome of messages.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Settlement {
    /// The lease; `None` if the messages never were leased.
    pub lease: Option<String>,
    /// The final status.
    pub status: MessageStatus,
    /// The channel, if any.
    pub channel: Option<String>,
    /// The reason if the messages were not sent.
    pub error: Option<String>,
}

/// Stores the outcome of the messages that are still under the lease (under none if it is `None`).
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

/// Records the id of messages at their provider; nothing is known of their delivery.
pub fn name(tx: &mut Tx<'_>, ids: &[String], lease: &str, provider_id: &str) -> Result<(), StoreError> {
    let named = "provider_id = ?2, delivery = NULL, delivery_code = NULL, delivery_at = NULL";
    change(tx, ids, Some(lease), named, params![provider_id])
}

/// Why and until when messages are put off.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Delay {
    /// The lease; `None` if the messages never were leased.
    pub lease: Option<String>,
    /// The earliest time of the next try.
    pub ready_at: Instant,
    /// The next channel.
    pub channel: String,
    /// The number of temporary failures by that channel.
    pub tries: i64,
    /// The channels that are given up, with reasons.
    pub failures: Failures,
    /// The reason; `None` keeps the stored one.
    pub error: Option<String>,
    /// Whether the attempt that the lease counted does not count.
    pub uncounted: bool,
    /// The number of lost leases.
    pub lost_leases: i64,
}

/// Puts off the messages that are still under the lease (under none if it is `None`).
pub fn put_off(tx: &mut Tx<'_>, ids: &[String], delay: &Delay) -> Result<(), StoreError> {
    let Delay { lease, ready_at, channel, tries, failures, error, uncounted, lost_leases } = delay;
    let put_off = "ready_at = ?2, channel = ?3, tries = ?4, failures = ?5, error = coalesce(?6, error),
        attempts = attempts - ?7, lease = NULL, lease_until = NULL, lost_leases = ?8";
    let values = params![*ready_at, channel, *tries, failures, error, *uncounted, *lost_leases];
    change(tx, ids, lease.as_deref(), put_off, values)
}

/// Releases messages that were not sent; their attempt does not count.
pub fn release(tx: &mut Tx<'_>, ids: &[String], lease: &str) -> Result<(), StoreError> {
    change(tx, ids, Some(lease), "lease = NULL, lease_until = NULL, attempts = attempts - 1", &[])
}

/// Releases all messages of a sweep; a sweep that can do so has lost no lease.
pub fn release_all(tx: &mut Tx<'_>, lease: &str) -> Result<(), StoreError> {
    tx.run(
        "UPDATE messages SET lease = NULL, lease_until = NULL, attempts = attempts - 1, lost_leases = 0
         WHERE lease = ?1 AND status = 'pending'",
        params![lease],
    )
}

/// The next channel of messages under a lease.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Onward {
    /// The sweep's lease.
    pub lease: String,
    /// The next channel.
    pub channel: String,
    /// The channels that are given up, with reasons.
    pub failures: Failures,
    /// The number of lost leases.
    pub lost_leases: i64,
}

/// Records the next channel of messages under a lease; counts an attempt.
pub fn go_on(tx: &mut Tx<'_>, ids: &[String], onward: &Onward) -> Result<(), StoreError> {
    let Onward { lease, channel, failures, lost_leases } = onward;
    let gone_on = "channel = ?2, failures = ?3, tries = 0, attempts = attempts + 1, lost_leases = ?4";
    change(tx, ids, Some(lease), gone_on, params![channel, failures, *lost_leases])
}

/// Marks at most `limit` messages under the lease for `channel` as sent; returns their number.
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

/// Makes a failed message pending, for every channel; returns whether it had failed.
pub fn revive(tx: &mut Tx<'_>, id: &str, now: Instant) -> Result<bool, StoreError> {
    let rows = tx.execute(
        "UPDATE messages SET status = 'pending', ready_at = ?2, tries = 0, failures = '', channel = NULL,
           error = NULL, settled_at = NULL
         WHERE id = ?1 AND status = 'failed'",
        params![id, now],
    )?;
    Ok(rows == 1)
}

/// The ids of failed messages, earliest due first.
pub fn failed(tx: &mut Tx<'_>, clinic_id: &str) -> Result<Vec<String>, StoreError> {
    tx.query(
        "SELECT id FROM messages WHERE clinic_id = ?1 AND status = 'failed' ORDER BY due_at, id",
        params![clinic_id],
        |row| row.get(),
    )
}
