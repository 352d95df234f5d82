//! Access keys.

use crate::domain::access::Key;
use crate::domain::text::{code_key, name_key};
use crate::domain::time::Instant;
use crate::error::StoreError;
use crate::store::engine::Value;
use crate::store::record::stored;
use crate::store::{Tx, params};

stored!(Key in "keys" as "key" {
    id,
    clinic_id,
    code + code_key = code_key,
    name + name_key = name_key,
    secret_hash,
    scopes,
    doctor_id,
    expires_at,
    last_used_at,
    revoked_at,
    active,
    created_at,
});

/// The key of that hash. Asked in each transaction of a clinic with `access: keys`.
pub(crate) const WITH_HASH: &str = "WHERE secret_hash = ?1";

/// The key whose secret has that hash, whatever its clinic and state.
pub fn with_hash(tx: &mut Tx<'_>, hash: &[u8]) -> Result<Option<Key>, StoreError> {
    let found = tx.select(WITH_HASH, &[Value::Bytes(hash.into())])?;
    Ok(found.into_iter().next())
}

/// Notes when a key was last let in. No audit entry: what it did has its own.
pub fn used(tx: &mut Tx<'_>, id: &str, at: Instant) -> Result<(), StoreError> {
    tx.run("UPDATE keys SET last_used_at = ?2 WHERE id = ?1", params![id, at])
}
