//! Facts about the database as a whole.

use crate::platform::error::StoreError;
use crate::store::{Tx, params};

/// The id of the clinic that `clinic use` chose.
pub const CHOSEN_CLINIC: &str = "chosen_clinic";
/// A check value, to recognise the right secret file.
pub const SECRET_CHECK: &str = "secret_check";
/// The database's id, stored if the first entry of the database's own audit chain is not the id.
pub const BOOK_ID: &str = "book_id";
/// In a backup: when it was made, in Unix seconds.
pub const BACKUP_MADE_AT: &str = "backup_made_at";
/// In a backup: the id of the database that it is a backup of.
pub const BACKUP_OF: &str = "backup_of";
/// In a backup: the ends of its audit chains when it was made; other ends mean that it was changed since.
pub const BACKUP_HEAD: &str = "backup_head";
/// In a backup: the secret file, sealed with a passphrase.
pub const BACKUP_SECRET: &str = "backup_secret";
/// The erasure (number and chain of its audit entry) after which the database must still be rewritten.
pub const SCRUB_PENDING: &str = "scrub_pending";

/// Returns a fact, if stored.
pub fn get(tx: &mut Tx<'_>, key: &str) -> Result<Option<String>, StoreError> {
    tx.query_one(GET, params![key], |row| row.get())
}

pub(super) const GET: &str = "SELECT value FROM meta WHERE key = ?1";

/// Stores a fact.
pub fn set(tx: &mut Tx<'_>, key: &str, value: &str) -> Result<(), StoreError> {
    tx.run(
        "INSERT INTO meta (key, value) VALUES (?1, ?2) ON CONFLICT (key) DO UPDATE SET value = excluded.value",
        params![key, value],
    )
}

/// Removes a fact if it still has this value.
pub fn forget_if(tx: &mut Tx<'_>, key: &str, value: &str) -> Result<(), StoreError> {
    tx.run("DELETE FROM meta WHERE key = ?1 AND value = ?2", params![key, value])
}

/// Removes a fact.
pub fn forget(tx: &mut Tx<'_>, key: &str) -> Result<(), StoreError> {
    tx.run("DELETE FROM meta WHERE key = ?1", params![key])
}
