//! Calendar windows and closures.

use crate::domain::text::code_key;
use crate::domain::time::{add_days, midnight};
use crate::domain::window::{Closure, Window};
use crate::platform::error::StoreError;
use crate::store::record::stored;
use crate::store::{Tx, params};
use chrono::NaiveDate;

stored!(Window in "windows" as "window" {
    id,
    clinic_id,
    code + code_key = code_key,
    position,
    branch_id,
    doctor_id,
    services,
    [days: weekdays on_date],
    valid_from,
    valid_until,
    [from: from_time],
    [to: to_time],
    session,
    batch,
    slot_minutes,
    capacity,
    [open: is_open],
    active,
    created_at,
});

stored!(Closure in "closures" as "closure" {
    id,
    clinic_id,
    code + code_key = code_key,
    branch_id,
    doctor_id,
    [from: from_wall],
    [to: to_wall],
    reason,
    active,
    created_at,
});

/// A doctor's active windows, oldest first.
pub fn of_doctor(tx: &mut Tx<'_>, clinic_id: &str, doctor_id: &str) -> Result<Vec<Window>, StoreError> {
    tx.select(OF_DOCTOR, params![clinic_id, doctor_id])
}

pub(super) const OF_DOCTOR: &str = "WHERE clinic_id = ?1 AND doctor_id = ?2 AND active = 1 ORDER BY position";

/// The active pooled windows, oldest first.
pub fn pooled(tx: &mut Tx<'_>, clinic_id: &str) -> Result<Vec<Window>, StoreError> {
    tx.select(POOLED, params![clinic_id])
}

pub(super) const POOLED: &str = "WHERE clinic_id = ?1 AND doctor_id IS NULL AND active = 1 ORDER BY position";

/// The position of the clinic's next window.
pub fn next_position(tx: &mut Tx<'_>, clinic_id: &str) -> Result<i64, StoreError> {
    let sql = "SELECT coalesce(max(position), 0) + 1 FROM windows WHERE clinic_id = ?1";
    tx.count(sql, params![clinic_id])
}

/// The closures that may affect visits on these local dates, earliest first.
pub fn closures_around(
    tx: &mut Tx<'_>,
    clinic_id: &str,
    first: NaiveDate,
    last: NaiveDate,
) -> Result<Vec<Closure>, StoreError> {
    // A visit may run into the next day, and a branch's zone may be a day off the clinic's.
    let (from, to) = (midnight(add_days(first, -2)), midnight(add_days(last, 3)));
    tx.select(AROUND, params![clinic_id, &from, &to])
}

pub(super) const AROUND: &str =
    "WHERE clinic_id = ?1 AND active = 1 AND to_wall > ?2 AND from_wall < ?3 ORDER BY from_wall, code_key";
