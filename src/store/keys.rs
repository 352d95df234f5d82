//! Access keys.

use crate::domain::access::{Key, Scope};
use crate::domain::text::{code_key, name_key};
use crate::domain::time::Instant;
use crate::platform::error::StoreError;
use crate::store::engine::{Row, Value};
use crate::store::record::{FromRow, Stored, ToRow};
use crate::store::{Tx, params};

// Written by hand: one column holds both the scopes and `sends_by_write`.
impl FromRow for Key {
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

    fn from_row(row: &mut Row<'_>) -> Result<Self, StoreError> {
        let (id, clinic_id, code) = (row.text()?, row.text()?, row.text()?);
        row.skip(1);
        let name = row.text()?;
        row.skip(1);
        let secret_hash = row.get()?;
        let (scopes, sends_by_write) =
            scopes_from(&row.text()?).map_err(|word| StoreError::unreadable(&word))?;
        Ok(Key {
            id,
            clinic_id,
            code,
            name,
            secret_hash,
            scopes,
            sends_by_write,
            doctor_id: row.get()?,
            expires_at: row.get()?,
            last_used_at: row.get()?,
            revoked_at: row.get()?,
            active: row.get()?,
            created_at: row.get()?,
        })
    }
}

impl ToRow for Key {
    fn write<'a>(&'a self, values: &mut Vec<Value<'a>>) {
        values.extend([
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
        ]);
    }
}

impl Stored for Key {
    const TABLE: &'static str = "keys";
    const KIND: &'static str = "key";

    fn id(&self) -> &str {
        &self.id
    }
}

/// Stored beside `appointments:write` in a key that may not send messages. A key with neither this nor
/// `messages:send` is older than that scope.
const MAY_NOT_SEND: &str = "-messages:send";

fn scopes_text(key: &Key) -> String {
    let has = |scope| key.scopes.contains(&scope);
    let may_not_send = has(Scope::AppointmentsWrite) && !has(Scope::MessagesSend) && !key.sends_by_write;
    let words = key.scopes.iter().map(|scope| scope.as_str());
    words.chain(may_not_send.then_some(MAY_NOT_SEND)).collect::<Vec<_>>().join(" ")
}

fn scopes_from(text: &str) -> Result<(Vec<Scope>, bool), String> {
    let words = text.split(' ').filter(|word| *word != MAY_NOT_SEND);
    let scopes: Vec<Scope> = words.map(Scope::parse).collect::<Result<_, _>>()?;
    let has = |scope| scopes.contains(&scope);
    let sends_by_write =
        has(Scope::AppointmentsWrite) && !has(Scope::MessagesSend) && !text.contains(MAY_NOT_SEND);
    Ok((scopes, sends_by_write))
}

/// Runs in each transaction of a clinic with `access: keys`.
pub(crate) const WITH_HASH: &str = "WHERE secret_hash = ?1";

/// The key with this secret hash, of any clinic and in any state.
pub fn with_hash(tx: &mut Tx<'_>, hash: &[u8]) -> Result<Option<Key>, StoreError> {
    let found = tx.select(WITH_HASH, &[Value::Bytes(hash.into())])?;
    Ok(found.into_iter().next())
}

/// Saves the time of a key's last use. No audit entry: the change made with the key has one.
pub fn used(tx: &mut Tx<'_>, id: &str, at: Instant) -> Result<(), StoreError> {
    tx.run("UPDATE keys SET last_used_at = ?2 WHERE id = ?1", params![id, at])
}
