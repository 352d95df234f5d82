//! Merges that can still be undone.

use crate::domain::time::Instant;
use crate::platform::error::StoreError;
use crate::store::record::{FromRow, ToRow, insert_into, record};
use crate::store::{Tx, params};

/// A merge of two patients that can still be undone.
#[derive(Debug, Clone, PartialEq)]
pub struct Merge {
    /// The patient record that was merged.
    pub merged_id: String,
    /// The patient record that was kept.
    pub kept_id: String,
    /// The clinic.
    pub clinic_id: String,
    /// The fields that the kept record took over.
    pub taken: Vec<String>,
    /// The number of no-shows added to the kept record.
    pub no_shows: i64,
    /// The time of the merge.
    pub merged_at: Instant,
}

record!(Merge { merged_id, kept_id, clinic_id, taken, no_shows, merged_at });

/// Stores a merge and its visits.
pub fn begin(tx: &mut Tx<'_>, merge: &Merge) -> Result<(), StoreError> {
    let mut values = Vec::new();
    merge.write(&mut values);
    tx.run(&insert_into("merges", Merge::COLUMNS, 1), &values)?;
    tx.run(
        "INSERT INTO merged_visits (merged_id, appointment_id, missed)
         SELECT patient_id, id, CASE WHEN status = 'no_show' THEN 1 ELSE 0 END
         FROM appointments WHERE patient_id = ?1",
        params![&merge.merged_id],
    )
}

/// Updates the list of fields that the kept record took over.
pub fn note_taken(tx: &mut Tx<'_>, merge: &Merge) -> Result<(), StoreError> {
    let sql = "UPDATE merges SET taken = ?2 WHERE merged_id = ?1";
    tx.run(sql, params![&merge.merged_id, merge.taken.join(" ")])
}

/// The merge of a patient, if it can still be undone.
pub fn of(tx: &mut Tx<'_>, merged_id: &str) -> Result<Option<Merge>, StoreError> {
    let sql = format!("SELECT {} FROM merges WHERE merged_id = ?1", Merge::COLUMNS.join(", "));
    tx.query_one(&sql, params![merged_id], Merge::from_row)
}

/// The ids of a patient's visits.
pub fn visits(tx: &mut Tx<'_>, patient_id: &str) -> Result<Vec<String>, StoreError> {
    let sql = "SELECT id FROM appointments WHERE patient_id = ?1 ORDER BY starts_at, id";
    tx.query(sql, params![patient_id], |row| row.get())
}

/// The ids of the visits that moved with a merge.
pub fn came_with(tx: &mut Tx<'_>, merged_id: &str) -> Result<Vec<String>, StoreError> {
    let sql = "SELECT appointment_id FROM merged_visits WHERE merged_id = ?1 ORDER BY appointment_id";
    tx.query(sql, params![merged_id], |row| row.get())
}

/// The number of no-shows among a merge's visits that were added since the merge.
pub fn missed_since(tx: &mut Tx<'_>, merged_id: &str) -> Result<i64, StoreError> {
    // PostgreSQL's sum has another type.
    let sql =
        "SELECT CAST(coalesce(sum(CASE WHEN a.status = 'no_show' THEN 1 ELSE 0 END - v.missed), 0) AS BIGINT)
        FROM merged_visits AS v JOIN appointments AS a ON a.id = v.appointment_id WHERE v.merged_id = ?1";
    tx.count(sql, params![merged_id])
}

/// Deletes what is needed to undo a merge.
pub fn forget(tx: &mut Tx<'_>, merged_id: &str) -> Result<(), StoreError> {
    tx.execute("DELETE FROM merged_visits WHERE merged_id = ?1", params![merged_id])?;
    tx.run("DELETE FROM merges WHERE merged_id = ?1", params![merged_id])
}
