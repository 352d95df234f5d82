//! Checks of the database's invariants: queries that must return no rows.

use crate::domain::time::Instant;
use crate::platform::error::StoreError;
use crate::store::engine::{Row, Value};
use crate::store::{Tx, params};

/// A violated invariant.
#[derive(Debug, Clone, PartialEq)]
pub struct Finding {
    /// The name of the check, for scripts.
    pub check: &'static str,
    /// The problem, in words.
    pub message: String,
    /// The record concerned.
    pub record_id: Option<String>,
}

/// A warning, not damage: messages are due and no sweep runs.
pub const SWEEP_LATE: &str = "sweep_late";
/// A warning, not damage: erased data may remain in free pages and logs.
pub const SCRUB_PENDING: &str = "scrub_pending";

/// A warning, not damage: other users may read the database file.
pub const FILE_OPEN: &str = "file_open";

impl Finding {
    /// Whether the finding is a warning, not damage.
    pub fn is_warning(&self) -> bool {
        matches!(self.check, SWEEP_LATE | SCRUB_PENDING | FILE_OPEN)
    }
}

/// Checks all invariants as of `now`.
pub fn run(tx: &mut Tx<'_>, now: Instant) -> Result<Vec<Finding>, StoreError> {
    let mut findings = Vec::new();
    let at_now = params![now];
    ask(tx, &mut findings, "overlap", OVERLAPS, &[], |id, other| {
        text!("appointment-overlaps-of-the-same-doctor", id, other)
    })?;
    ask(tx, &mut findings, "token", TOKENS, &[], |id, other| {
        text!("appointment-has-the-same-token-as", id, other)
    })?;
    ask(tx, &mut findings, "capacity", CAPACITY, &[], |id, more| {
        text!("appointment-s-window-holds-beyond-its-capacity", id, more)
    })?;
    ask(tx, &mut findings, "reminders_missing", REMINDERS_MISSING, at_now, |id, missing| {
        text!("appointment-lacks-of-its-reminders", id, missing)
    })?;
    ask(tx, &mut findings, "message_left", MESSAGES_LEFT, &[], |id, message| {
        text!("appointment-is-over-but-message-is-still-pending", id, message)
    })?;
    ask(tx, &mut findings, "message_stale", MESSAGES_STALE, &[], |id, message| {
        text!("appointment-was-moved-but-reminder-of-its-old", id, message)
    })?;
    ask(tx, &mut findings, "delivery_left", DELIVERIES_LEFT, &[], |id, webhook| {
        text!("delivery-is-still-pending-but-endpoint-takes-none", id, webhook)
    })?;
    ask(tx, &mut findings, "delivery_unheard", DELIVERIES_UNHEARD, &[], |id, status| {
        text!("delivery-counts-as-delivered-but-the-endpoint", id, status)
    })?;
    ask(tx, &mut findings, "merged_left", MERGED_LEFT, &[], |id, patient| {
        text!("appointment-is-still-that-of-patient", id, patient)
    })?;
    ask(tx, &mut findings, "erased_left", ERASED_LEFT, &[], |id, message| {
        text!("the-patient-of-appointment-was-erased-but-message", id, message)
    })?;
    ask(tx, &mut findings, "hold_overlap", HOLDS, at_now, |id, other| {
        text!("entry-of-the-waiting-list-holds-a-time", id, other)
    })?;
    ask(tx, &mut findings, "record_lost", RECORDS_LOST, &[], |id, kind| match kind {
        "webhook" => text!("the-log-tells-of-endpoint", id),
        "key" => text!("the-log-tells-of-access-key", id),
        _ => text!("the-log-tells-of-on-the-waiting-list", id),
    })?;
    Ok(findings)
}

fn ask(
    tx: &mut Tx<'_>,
    findings: &mut Vec<Finding>,
    check: &'static str,
    sql: &str,
    params: &[Value<'_>],
    message: impl Fn(&str, &str) -> String,
) -> Result<(), StoreError> {
    let read = |row: &mut Row<'_>| Ok((row.text()?, row.text()?));
    for (id, other) in tx.query(sql, params, read)? {
        findings.push(Finding { check, message: message(&id, &other), record_id: Some(id) });
    }
    Ok(())
}

/// Overbooked appointments may overlap a held time.
const HOLDS: &str =
    "SELECT w.id, min(a.id) FROM waitlist AS w JOIN appointments AS a ON a.doctor_id = w.hold_doctor_id
      AND a.busy_from > w.hold_busy_from - 172800 AND a.busy_from < w.hold_busy_until
      AND a.busy_until > w.hold_busy_from
    WHERE w.status = 'waiting' AND w.hold_until > ?1 AND a.overbooked = 0
      AND a.status NOT IN ('cancelled', 'no_show') AND (w.appointment_id IS NULL OR a.id <> w.appointment_id)
    GROUP BY w.id";

/// Endpoints, access keys and waiting-list entries are deleted only when their audit entries are redacted.
const RECORDS_LOST: &str = "SELECT l.record_id, l.kind FROM audit_log AS l
    WHERE l.action IN ('webhook.added', 'key.created', 'waitlist.added') AND l.redacted_by IS NULL
      AND NOT EXISTS (SELECT 1 FROM webhooks AS w WHERE w.id = l.record_id)
      AND NOT EXISTS (SELECT 1 FROM keys AS k WHERE k.id = l.record_id)
      AND NOT EXISTS (SELECT 1 FROM waitlist AS e WHERE e.id = l.record_id)";

/// The kind and id of a record without an audit entry for its creation or its last change. Detects a
/// truncated log even if its heads were replaced and new entries written.
pub fn without_history(tx: &mut Tx<'_>) -> Result<Option<(String, String)>, StoreError> {
    let read = |row: &mut Row<'_>| Ok((row.text()?, row.text()?));
    tx.query_one(WITHOUT_ENTRY, &[], read)
}

/// Each timestamp must be the time of an audit entry about the record, or of the erasure that redacted one:
/// that erasure's entry stands for all records deleted with the patient.
const WITHOUT_ENTRY: &str = "SELECT kind, id FROM (
      SELECT 'clinic' AS kind, id, created_at AS stamp FROM clinics
      UNION ALL SELECT 'branch', id, created_at FROM branches
      UNION ALL SELECT 'doctor', id, created_at FROM doctors
      UNION ALL SELECT 'service', id, created_at FROM services
      UNION ALL SELECT 'window', id, created_at FROM windows
      UNION ALL SELECT 'closure', id, created_at FROM closures
      UNION ALL SELECT 'webhook', id, created_at FROM webhooks
      UNION ALL SELECT 'webhook', id, disabled_at FROM webhooks WHERE disabled_at IS NOT NULL
      UNION ALL SELECT 'key', id, created_at FROM keys
      UNION ALL SELECT 'key', id, revoked_at FROM keys WHERE revoked_at IS NOT NULL
      UNION ALL SELECT 'patient', id, created_at FROM patients
      UNION ALL SELECT 'patient', id, updated_at FROM patients WHERE updated_at <> created_at
      UNION ALL SELECT 'series', id, created_at FROM series
      UNION ALL SELECT 'entry', id, created_at FROM waitlist
      UNION ALL SELECT 'entry', id, updated_at FROM waitlist WHERE updated_at <> created_at
      UNION ALL SELECT 'appointment', id, created_at FROM appointments
      UNION ALL SELECT 'appointment', id, updated_at FROM appointments WHERE updated_at <> created_at
    ) AS records
    WHERE NOT EXISTS (SELECT 1 FROM audit_log AS l WHERE l.record_id = records.id AND l.at = records.stamp)
      AND NOT EXISTS (SELECT 1 FROM audit_log AS l JOIN audit_log AS erasure
          ON erasure.seq = l.redacted_by AND erasure.chain = coalesce(l.redacted_in, l.chain)
        WHERE l.record_id = records.id AND erasure.at = records.stamp)
    LIMIT 1";

/// Each pair once: looks up later starts within the earlier span. `CROSS JOIN` stops SQLite from swapping the
/// tables, which would scan all earlier appointments.
const OVERLAPS: &str = "SELECT other.id, a.id FROM appointments AS a CROSS JOIN appointments AS other
    WHERE other.doctor_id = a.doctor_id
      AND other.busy_from >= a.busy_from AND other.busy_from < a.busy_until
      AND other.status NOT IN ('cancelled', 'no_show') AND other.overbooked = 0
      AND (other.busy_from > a.busy_from OR other.id > a.id)
      AND a.status NOT IN ('cancelled', 'no_show') AND a.overbooked = 0";

const TOKENS: &str = "SELECT max(id), min(id) FROM appointments
    GROUP BY coalesce(doctor_id, window_id), date, token_number HAVING count(*) > 1";

/// Compared with the capacity at booking time: a window may be made smaller later.
const CAPACITY: &str = "SELECT max(id), CAST(count(*) - max(capacity) AS TEXT) FROM appointments
    WHERE capacity IS NOT NULL AND overbooked = 0 AND status NOT IN ('cancelled', 'no_show')
    GROUP BY window_id, window_date, coalesce(service_id, '') HAVING count(*) > max(capacity)";

const REMINDERS_MISSING: &str = "SELECT id, CAST(reminders_planned - kept AS TEXT) FROM (
      SELECT a.id, a.reminders_planned, (
        SELECT count(*) FROM messages AS m
        WHERE m.appointment_id = a.id AND m.kind = 'reminder' AND m.plan = a.reschedule_count
          AND (m.status <> 'dropped' OR m.error IS NOT NULL)) AS kept
      FROM appointments AS a
      WHERE a.starts_at > ?1 AND a.status NOT IN ('completed', 'cancelled', 'no_show')
    ) AS counted WHERE kept < reminders_planned";

const MESSAGES_LEFT: &str = "SELECT a.id, m.id FROM messages AS m
    JOIN appointments AS a ON a.id = m.appointment_id
    WHERE m.status = 'pending' AND m.kind NOT IN ('cancellation', 'answer')
      AND a.status IN ('completed', 'cancelled', 'no_show')";

const MESSAGES_STALE: &str = "SELECT a.id, m.id FROM messages AS m
    JOIN appointments AS a ON a.id = m.appointment_id
    WHERE m.status = 'pending' AND m.kind = 'reminder' AND m.plan <> a.reschedule_count";

const MERGED_LEFT: &str =
    "SELECT a.id, p.code FROM patients AS p JOIN appointments AS a ON a.patient_id = p.id
    WHERE p.merged_into IS NOT NULL";

const ERASED_LEFT: &str =
    "SELECT a.id, m.id FROM messages AS m JOIN appointments AS a ON a.id = m.appointment_id
    JOIN patients AS p ON p.id = a.patient_id
    WHERE m.status = 'pending' AND p.erased_at IS NOT NULL";

const DELIVERIES_LEFT: &str = "SELECT d.id, w.code FROM webhook_deliveries AS d
    JOIN webhooks AS w ON w.id = d.webhook_id
    WHERE d.status = 'pending' AND (w.active = 0 OR w.disabled_at IS NOT NULL)";

const DELIVERIES_UNHEARD: &str = "SELECT id, coalesce(CAST(http_status AS TEXT), 'nothing')
    FROM webhook_deliveries
    WHERE status = 'delivered' AND (http_status IS NULL OR http_status < 200 OR http_status > 299)";
