//! Access keys.

use crate::domain::access::{Key, Scope};
use crate::domain::text::{code_key, name_key};
use crate::domain::time::Instant;
use crate::error::StoreError;
use crate::store::engine::{Row, Value};
use crate::store::record::Stored;
use crate::store::{Tx, params};

impl Stored for Key {
    const TABLE: &'static str = "keys";
    const KIND: &'static str = "key";
    const COLUMNS: &'static [&'static str] = &[
        "id",
        "clinic_id",
        "code",
        "code_key",
        "name",
        "name_key",
        "secret_hash",
        "scopes",
        "doctor_id",
        "expires_at",
        "last_used_at",
        "revoked_at",
        "active",
        "created_at",
    ];

    fn id(&self) -> &str {
        &self.id
    }

    fn values(&self) -> Vec<Value<'_>> {
        vec![
            (&self.id).into(),
            (&self.clinic_id).into(),
            (&self.code).into(),
            code_key(&self.code).into(),
            (&self.name).into(),
            name_key(&self.name).into(),
            (&self.secret_hash).into(),
            scopes_text(self).into(),
            (&self.doctor_id).into(),
            self.expires_at.into(),
            self.last_used_at.into(),
            self.revoked_at.into(),
            self.active.into(),
            self.created_at.into(),
        ]
    }

    fn from_row(row: &mut Row<'_>) -> Result<Self, StoreError> {
        let (id, clinic_id, code) = (row.text()?, row.text()?, row.text()?);
        row.text()?;
        let name = row.text()?;
        row.text()?;
        let secret_hash = row.opt_bytes()?.ok_or_else(|| StoreError::unreadable("a key without a hash"))?;
        let (scopes, sends_by_write) = row.parsed(scopes_from)?;
        Ok(Key {
            id,
            clinic_id,
            code,
            name,
            secret_hash,
            scopes,
            sends_by_write,
            doctor_id: row.opt_text()?,
            expires_at: row.opt_instant()?,
            last_used_at: row.opt_instant()?,
            revoked_at: row.opt_instant()?,
            active: row.flag()?,
            created_at: row.instant()?,
        })
    }
}

/// Stands beside `appointments:write` in a key that may not send. A key that has neither this nor `messages:send` was
/// stored before there was that scope.
const MAY_NOT_SEND: &str = "-messages:send";

fn scopes_text(key: &Key) -> String {
    let has = |scope| key.scopes.contains(&scope);
    let may_not_send = has(Scope::AppointmentsWrite) && !has(Scope::MessagesSend) && !key.sends_by_write;
    let words = key.scopes.iter().map(|scope| scope.as_str());
    words.chain(may_not_send.then_some(MAY_NOT_SEND)).collect::<Vec<_>>().join(" ")
}

/// The scopes, and whether `appointments:write` sends, too.
fn scopes_from(text: &str) -> Result<(Vec<Scope>, bool), String> {
    let words = text.split(' ').filter(|word| *word != MAY_NOT_SEND);
    let scopes: Vec<Scope> = words.map(Scope::parse).collect::<Result<_, _>>()?;
    let has = |scope| scopes.contains(&scope);
    let sends_by_write =
        has(Scope::AppointmentsWrite) && !has(Scope::MessagesSend) && !text.contains(MAY_NOT_SEND);
    Ok((scopes, sends_by_write))
}

/// The key of that hash. Asked in each transaction of a clinic with `access: keys`.
pub(crate) const WITH_HASH: &str = "WHERE secret_hash = ?1";

/// The key whose secret has that hash, whatever its clinic and state.
pub fn with_hash(tx: &mut Tx<'_>, hash: &[u8]) -> Result<Option<Key>, StoreError> {
    let found = tx.select(WITH_HASH, &[Value::Bytes(hash.into())])?;
    Ok(found.into_iter().next())
}

/// Notes when a key was last let in. No audit entry: what it did has its own.
pub fn used(tx: &mut Tx<'_>, id: &str, at: Instant) -> Result<(), StoreError> {
    tx.execute("UPDATE keys SET last_used_at = ?2 WHERE id = ?1", params![id, at]).map(|_| ())
}
