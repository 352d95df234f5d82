//! Finds and deletes data past its retention time.

use crate::domain::appointment::Appointment;
use crate::domain::record::Patient;
use crate::domain::time::{Instant, add_days};
use crate::platform::error::StoreError;
use crate::store::{Tx, params};
use chrono::NaiveDate;

/// The first visits that ended before `before`, when `day` begins in the clinic's zone.
pub fn visits(
    tx: &mut Tx<'_>,
    clinic_id: &str,
    before: Instant,
    day: NaiveDate,
    limit: i64,
) -> Result<Vec<Appointment>, StoreError> {
    let rest = format!("WHERE {OLD} ORDER BY date, starts_at, id LIMIT ?5");
    let [sure, latest] = around(day);
    tx.select(&rest, params![clinic_id, before, sure, latest, limit])
}

/// Selected by date, which is indexed; the end is compared only for visits around that day.
pub(crate) const OLD: &str = "clinic_id = ?1 AND date <= ?4 AND (date < ?3 OR ends_at < ?2)";

/// The date before which every visit has ended when `day` begins, and the latest date that such a visit can
/// have: the zones of clinic and branch may be a day apart, and a visit may last two days.
fn around(day: NaiveDate) -> [NaiveDate; 2] {
    [add_days(day, -5), add_days(day, 2)]
}

/// Patients after the id `after`, unchanged since `before` and with no visit or waiting-list activity after
/// it. Merged patients are purged with the record that they were merged into.
pub fn patients(
    tx: &mut Tx<'_>,
    clinic_id: &str,
    before: Instant,
    after: &str,
    limit: i64,
) -> Result<Vec<Patient>, StoreError> {
    let rest = format!("WHERE {IDLE} AND id > ?3 ORDER BY id LIMIT ?4");
    tx.select(&rest, params![clinic_id, before, after, limit])
}

const IDLE: &str = "clinic_id = ?1 AND updated_at < ?2 AND merged_into IS NULL
    AND NOT EXISTS (SELECT 1 FROM appointments AS a WHERE a.patient_id = patients.id AND a.ends_at >= ?2)
    AND NOT EXISTS (SELECT 1 FROM waitlist AS w WHERE w.patient_id = patients.id AND w.updated_at >= ?2)";

/// How many visits, messages, events, deliveries, audit entries and token counters to purge.
pub fn counts(
    tx: &mut Tx<'_>,
    clinic_id: &str,
    before: Instant,
    day: NaiveDate,
) -> Result<[u64; 6], StoreError> {
    let old = format!("SELECT id FROM appointments WHERE {OLD}");
    let [sure, latest] = around(day);
    let of_old = |table: &str| format!("SELECT count(*) FROM {table} WHERE appointment_id IN ({old})");
    let mut count = |sql: &str| tx.count(sql, params![clinic_id, before, sure, latest]);
    let visits = count(&format!("SELECT count(*) FROM appointments WHERE {OLD}"))?;
    let companions = [of_old("messages"), of_old("webhook_events"), of_old("webhook_deliveries")];
    let [messages, events, deliveries] = companions.map(|sql| count(&sql));
    let entries = count(&format!(
        "SELECT count(*) FROM audit_log WHERE redacted_by IS NULL AND (record_id IN ({old})
          OR record_id IN (SELECT w.id FROM waitlist AS w WHERE w.appointment_id IN ({old})))"
    ))?;
    let sql = format!("SELECT count(*) FROM tokens WHERE {TOKENS}");
    let tokens = tx.count(&sql, params![clinic_id, day])?;
    Ok([visits, messages?, events?, deliveries?, entries, tokens])
}

/// Deletes token counters of days before `day`; returns their number.
pub fn tokens(tx: &mut Tx<'_>, clinic_id: &str, day: NaiveDate) -> Result<u64, StoreError> {
    tx.execute(&format!("DELETE FROM tokens WHERE {TOKENS}"), params![clinic_id, day])
}

/// Deletes series without appointments; returns their number.
pub fn series(tx: &mut Tx<'_>, clinic_id: &str) -> Result<u64, StoreError> {
    tx.execute(
        "DELETE FROM series WHERE clinic_id = ?1
           AND NOT EXISTS (SELECT 1 FROM series_visits AS v WHERE v.series_id = series.id)",
        params![clinic_id],
    )
}

const TOKENS: &str = "date < ?2 AND (holder IN (SELECT id FROM doctors WHERE clinic_id = ?1)
    OR holder IN (SELECT id FROM windows WHERE clinic_id = ?1))";
