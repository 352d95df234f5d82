//! Appointment statistics, computed in SQL.

use crate::domain::report::By;
use crate::domain::status::Status;
use crate::platform::error::StoreError;
use crate::store::record::{FromRow, record};
use crate::store::{Tx, params};
use chrono::{NaiveDate, NaiveTime};

/// The visits of one group with one status.
#[derive(Debug, Clone, PartialEq)]
pub struct Share {
    /// The record's id or the local date; None for visits without such a record.
    pub key: Option<String>,
    /// The status.
    pub status: Status,
    /// The number of visits.
    pub count: i64,
    /// Their total duration in minutes.
    pub minutes: i64,
    /// The total duration of those with a doctor, in minutes.
    pub doctors_minutes: i64,
}

record!(Share { key, status, count, minutes, doctors_minutes });

/// The clinic's visits on these local dates, grouped by record (for weekdays: by date) and status.
pub fn shares(
    tx: &mut Tx<'_>,
    clinic_id: &str,
    (from, to): (NaiveDate, NaiveDate),
    by: By,
) -> Result<Vec<Share>, StoreError> {
    let key = match by {
        By::Doctor => "doctor_id",
        By::Service => "service_id",
        By::Branch => "branch_id",
        By::Weekday => "date",
    };
    let minutes = "(ends_at - starts_at) / 60";
    let from_where = "FROM appointments WHERE clinic_id = ?1 AND date >= ?2 AND date <= ?3";
    // PostgreSQL's sum of a BIGINT is a NUMERIC.
    let sql = format!(
        "SELECT {key}, status, count(*), CAST(sum({minutes}) AS BIGINT),
           CAST(sum(CASE WHEN doctor_id IS NULL THEN 0 ELSE {minutes} END) AS BIGINT)
         {from_where} GROUP BY {key}, status"
    );
    tx.query(&sql, params![clinic_id, from, to], Share::from_row)
}

/// Visits that begin at the same local time and last as long.
#[derive(Debug, Clone, PartialEq)]
pub struct Busy {
    /// The local date.
    pub date: NaiveDate,
    /// The local start.
    pub start_time: NaiveTime,
    /// The duration in minutes.
    pub minutes: i64,
    /// The number of visits.
    pub count: i64,
}

record!(Busy { date, start_time, minutes, count });

/// The clinic's visits with a doctor on these local dates that are neither cancelled nor missed.
pub fn busy(
    tx: &mut Tx<'_>,
    clinic_id: &str,
    (from, to): (NaiveDate, NaiveDate),
) -> Result<Vec<Busy>, StoreError> {
    let sql = "SELECT date, start_time, (ends_at - starts_at) / 60, count(*) FROM appointments
        WHERE clinic_id = ?1 AND date >= ?2 AND date <= ?3 AND doctor_id IS NOT NULL
          AND status NOT IN ('cancelled', 'no_show')
        GROUP BY date, start_time, (ends_at - starts_at) / 60";
    tx.query(sql, params![clinic_id, from, to], Busy::from_row)
}

/// Visits by the days of 24 hours from booking to start; those that were entered afterwards are left out.
pub fn lead_days(
    tx: &mut Tx<'_>,
    clinic_id: &str,
    (from, to): (NaiveDate, NaiveDate),
) -> Result<Vec<(i64, i64)>, StoreError> {
    let sql = "SELECT (starts_at - created_at) / 86400, count(*) FROM appointments
        WHERE clinic_id = ?1 AND date >= ?2 AND date <= ?3 AND starts_at > created_at
        GROUP BY (starts_at - created_at) / 86400";
    tx.query(sql, params![clinic_id, from, to], |row| Ok((row.get()?, row.get()?)))
}

/// The first local date from `from` on with a visit.
pub fn first_date(
    tx: &mut Tx<'_>,
    clinic_id: &str,
    from: NaiveDate,
) -> Result<Option<NaiveDate>, StoreError> {
    let sql = "SELECT min(date) FROM appointments WHERE clinic_id = ?1 AND date >= ?2";
    Ok(tx.query_one(sql, params![clinic_id, from], |row| row.get())?.flatten())
}
