//! Merges that can still be taken back: what came with them.

use crate::domain::time::Instant;
use crate::error::StoreError;
use crate::store::engine::Row;
use crate::store::{Tx, params};

/// A merge of two patients that is not sealed.
#[derive(Debug, Clone, PartialEq)]
pub struct Merge {
    /// The patient who was merged.
    pub merged_id: String,
    /// Into whom.
    pub kept_id: String,
    /// Whose.
    pub clinic_id: String,
    /// The fields that the kept record took over.
    pub taken: Vec<String>,
    /// How many missed visits were counted in.
    pub no_shows: i64,
    /// When.
    pub merged_at: Instant,
}

/// Notes a merge, and moves the visits of one patient to the other. Answers how many it were.
pub fn begin(tx: &mut Tx<'_>, merge: &Merge) -> Result<u64, StoreError> {
    tx.execute(
        "INSERT INTO merges (merged_id, kept_id, clinic_id, taken, no_shows, merged_at)
         VALUES ($1, $2, $3, $4, $5, $6)",
        params![
            &merge.merged_id,
            &merge.kept_id,
            &merge.clinic_id,
            merge.taken.join(" "),
            merge.no_shows,
            merge.merged_at
        ],
    )?;
    tx.execute(
        "INSERT INTO merged_visits (merged_id, appointment_id, missed)
         SELECT patient_id, id, CASE WHEN status = 'no_show' THEN 1 ELSE 0 END
         FROM appointments WHERE patient_id = $1",
        params![&merge.merged_id],
    )?;
    tx.execute(
        "UPDATE appointments SET patient_id = $2 WHERE patient_id = $1",
        params![&merge.merged_id, &merge.kept_id],
    )
}

/// The merge of a patient that can still be taken back.
pub fn of(tx: &mut Tx<'_>, merged_id: &str) -> Result<Option<Merge>, StoreError> {
    let sql =
        "SELECT merged_id, kept_id, clinic_id, taken, no_shows, merged_at FROM merges WHERE merged_id = $1";
    tx.query_one(sql, params![merged_id], |row| {
        Ok(Merge {
            merged_id: row.text()?,
            kept_id: row.text()?,
            clinic_id: row.text()?,
            taken: row.text()?.split_whitespace().map(str::to_owned).collect(),
            no_shows: row.int()?,
            merged_at: row.instant()?,
        })
    })
}

/// How many visits a patient has.
pub fn visits(tx: &mut Tx<'_>, patient_id: &str) -> Result<u64, StoreError> {
    count(tx, "SELECT count(*) FROM appointments WHERE patient_id = $1", patient_id)
}

/// How many more of the visits that came with a merge the patient has missed since.
pub fn missed_since(tx: &mut Tx<'_>, merged_id: &str) -> Result<i64, StoreError> {
    // A server sums to a number of its own kind.
    let sql =
        "SELECT CAST(coalesce(sum(CASE WHEN a.status = 'no_show' THEN 1 ELSE 0 END - v.missed), 0) AS BIGINT)
        FROM merged_visits AS v JOIN appointments AS a ON a.id = v.appointment_id WHERE v.merged_id = $1";
    Ok(tx.query_one(sql, params![merged_id], Row::int)?.unwrap_or_default())
}

/// Gives the visits back that came with a merge. Answers how many it were.
pub fn give_back(tx: &mut Tx<'_>, merged_id: &str) -> Result<u64, StoreError> {
    tx.execute(
        "UPDATE appointments SET patient_id = $1
         WHERE id IN (SELECT appointment_id FROM merged_visits WHERE merged_id = $1)",
        params![merged_id],
    )
}

/// Forgets how a merge is taken back.
pub fn forget(tx: &mut Tx<'_>, merged_id: &str) -> Result<(), StoreError> {
    tx.execute("DELETE FROM merged_visits WHERE merged_id = $1", params![merged_id])?;
    tx.execute("DELETE FROM merges WHERE merged_id = $1", params![merged_id]).map(|_| ())
}

fn count(tx: &mut Tx<'_>, sql: &str, id: &str) -> Result<u64, StoreError> {
    let count = tx.query_one(sql, params![id], Row::int)?;
    Ok(count.and_then(|count| u64::try_from(count).ok()).unwrap_or_default())
}
