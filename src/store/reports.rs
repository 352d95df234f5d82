//! Appointment statistics, computed in SQL.

use crate::domain::report::By;
use crate::domain::status::Status;
use crate::platform::error::StoreError;
use crate::store::record::{FromRow, record};
use crate::store::{Tx, params};
use chrono::NaiveDate;

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
