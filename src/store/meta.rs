//! Facts about the book as a whole.

use crate::platform::error::StoreError;
use crate::store::{Tx, params};

/// The id of the clinic that `clinic use` chose.
pub const CHOSEN_CLINIC: &str = "chosen_clinic";
/// What the secret file must answer to be the right one.
pub const SECRET_CHECK: &str = "secret_check";
/// Which book it is, where the first entry of the book's own chain does not say it: that began with a clinic's,
/// or the secret was changed.
pub const BOOK_ID: &str = "book_id";
/// In a backup: when it was made, in Unix seconds.
pub const BACKUP_MADE_AT: &str = "backup_made_at";
/// In a backup: which book it is of, by the first entry of its audit log.
pub const BACKUP_OF: &str = "backup_of";
/// In a backup: where its audit log's chains ended then. Where it ends elsewhere, somebody has worked in it since.
pub const BACKUP_HEAD: &str = "backup_head";
/// In a backup: the secret file, sealed by a passphrase.
pub const BACKUP_SECRET: &str = "backup_secret";
/// The erasure after which the book is still to be written anew: its number, and its chain.
pub const SCRUB_PENDING: &str = "scrub_pending";

/// A fact, if it is known.
pub fn get(tx: &mut Tx<'_>, key: &str) -> Result<Option<String>, StoreError> {
    tx.query_one(GET, params![key], |row| row.get())
}

pub(super) const GET: &str = "SELECT value FROM meta WHERE key = ?1";

/// Notes a fact.
pub fn set(tx: &mut Tx<'_>, key: &str, value: &str) -> Result<(), StoreError> {
    tx.run(
        "INSERT INTO meta (key, value) VALUES (?1, ?2) ON CONFLICT (key) DO UPDATE SET value = excluded.value",
        params![key, value],
    )
}

/// Forgets a fact, if it is still that one.
pub fn forget_if(tx: &mut Tx<'_>, key: &str, value: &str) -> Result<(), StoreError> {
    tx.run("DELETE FROM meta WHERE key = ?1 AND value = ?2", params![key, value])
}

/// Forgets a fact.
pub fn forget(tx: &mut Tx<'_>, key: &str) -> Result<(), StoreError> {
    tx.run("DELETE FROM meta WHERE key = ?1", params![key])
}
