//! Series, and the appointments in them.

use crate::domain::interval::Interval;
use crate::domain::series::{Series, Sitting};
use crate::domain::text::code_key;
use crate::domain::time::Instant;
use crate::platform::error::StoreError;
use crate::store::engine::Value;
use crate::store::patients::Likeness;
use crate::store::record::{marks, stored};
use crate::store::{Tx, params};
use std::collections::BTreeMap;

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

/// By each of the appointments, the coming ones of its series that are still expected, in order.
pub fn dates(
    tx: &mut Tx<'_>,
    appointment_ids: &[String],
    now: Instant,
) -> Result<BTreeMap<String, Vec<Sitting>>, StoreError> {
    let mut params = params![now].to_vec();
    params.extend(appointment_ids.iter().map(Value::from));
    let sql = format!(
        "SELECT o.appointment_id, a.code, a.date, a.start_time, a.starts_at, a.ends_at
         FROM series_visits AS o JOIN series_visits AS s ON s.series_id = o.series_id
         JOIN appointments AS a ON a.id = s.appointment_id
         WHERE o.appointment_id IN ({}) AND a.starts_at > ?1 AND a.status IN ('scheduled', 'confirmed')
         ORDER BY a.starts_at, a.id",
        marks(2, appointment_ids.len())
    );
    let found: Vec<(String, Sitting)> = tx.query(&sql, &params, |row| {
        let (id, code, date, start_time) = (row.get()?, row.get()?, row.get()?, row.get()?);
        let span = Interval { start: row.get()?, end: row.get()? };
        Ok((id, Sitting { code, date, start_time, span }))
    })?;
    let mut dates: BTreeMap<String, Vec<Sitting>> = BTreeMap::new();
    for (id, sitting) in found {
        dates.entry(id).or_default().push(sitting);
    }
    Ok(dates)
}

/// The series with an appointment of the patients that are like this, by code; only appointments of `doctor_id` count if
/// given, and with `open` only those that may still take place.
pub fn of_patients_like(
    tx: &mut Tx<'_>,
    clinic_id: &str,
    (like, doctor_id): (&Likeness, Option<&str>),
    open: bool,
) -> Result<Vec<Series>, StoreError> {
    let mut params = params![clinic_id].to_vec();
    let patients = like.ids(&mut params, doctor_id.is_none());
    let mut own = format!("a.patient_id IN ({patients})");
    if let Some(doctor_id) = doctor_id {
        params.push(doctor_id.into());
        own += &format!(" AND a.doctor_id = ?{}", params.len());
    }
    if open {
        own += " AND a.status IN ('scheduled', 'confirmed')";
    }
    let rest = format!(
        "WHERE clinic_id = ?1 AND id IN (SELECT v.series_id FROM series_visits AS v
         JOIN appointments AS a ON a.id = v.appointment_id WHERE {own}) ORDER BY code_key"
    );
    tx.select(&rest, &params)
}
