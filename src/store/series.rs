//! Series, and the appointments in them.

use crate::domain::series::Series;
use crate::domain::text::code_key;
use crate::platform::error::StoreError;
use crate::store::record::stored;
use crate::store::{Tx, params};

stored!(Series in "series" as "series" {
    id,
    clinic_id,
    code + code_key = code_key,
    rule,
    created_at,
});

/// Stores an appointment's position in a series.
pub fn add_visit(
    tx: &mut Tx<'_>,
    series_id: &str,
    appointment_id: &str,
    position: i64,
) -> Result<(), StoreError> {
    tx.run(
        "INSERT INTO series_visits (appointment_id, series_id, position) VALUES (?1, ?2, ?3)",
        params![appointment_id, series_id, position],
    )
}

/// The series of an appointment.
pub fn of_visit(tx: &mut Tx<'_>, appointment_id: &str) -> Result<Option<Series>, StoreError> {
    let rest = "WHERE id IN (SELECT series_id FROM series_visits WHERE appointment_id = ?1)";
    Ok(tx.select(rest, params![appointment_id])?.into_iter().next())
}

/// The ids of a series' appointments, in order.
pub fn visits(tx: &mut Tx<'_>, series_id: &str) -> Result<Vec<String>, StoreError> {
    let sql =
        "SELECT appointment_id FROM series_visits WHERE series_id = ?1 ORDER BY position, appointment_id";
    tx.query(sql, params![series_id], |row| row.get())
}
