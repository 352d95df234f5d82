//! Clinics, branches, doctors and services.

use crate::domain::record::{Branch, Clinic, Doctor, Service};
use crate::domain::text::{code_key, name_key};
use crate::platform::error::StoreError;
use crate::store::record::{Stored, stored};
use crate::store::{Tx, params};

stored!(Clinic in "clinics" as "clinic" {
    id,
    code + code_key = code_key,
    name + name_key = name_key,
    settings,
    created_at,
});

stored!(Branch in "branches" as "branch" {
    id,
    clinic_id,
    code + code_key = code_key,
    name + name_key = name_key,
    timezone,
    active,
    created_at,
});

stored!(Doctor in "doctors" as "doctor" {
    id,
    clinic_id,
    code + code_key = code_key,
    full_name + name_key = name_key,
    specialty,
    slot_minutes,
    buffer_before,
    buffer_after,
    active,
    created_at,
});

stored!(Service in "services" as "service" {
    id,
    clinic_id,
    code + code_key = code_key,
    name + name_key = name_key,
    duration_minutes,
    active,
    created_at,
});

/// All clinics of the book, oldest first.
pub fn clinics(tx: &mut Tx<'_>) -> Result<Vec<Clinic>, StoreError> {
    tx.select(OLDEST_FIRST, &[])
}

pub(super) const OLDEST_FIRST: &str = "ORDER BY created_at, code_key";

/// The clinic with this id or code.
pub fn clinic(tx: &mut Tx<'_>, word: &str) -> Result<Option<Clinic>, StoreError> {
    let found = tx.select(BY_WORD, params![word, code_key(word)])?;
    Ok(found.into_iter().next())
}

pub(super) const BY_WORD: &str = "WHERE id = ?1 OR code_key = ?2";

/// The clinic whose id is stored in `meta` under this key.
pub fn clinic_of(tx: &mut Tx<'_>, key: &str) -> Result<Option<Clinic>, StoreError> {
    Ok(tx.select(NOTED, params![key])?.into_iter().next())
}

pub(super) const NOTED: &str = "WHERE id = (SELECT value FROM meta WHERE key = ?1)";

/// The clinic's active branches, oldest first.
pub fn branches(tx: &mut Tx<'_>, clinic_id: &str) -> Result<Vec<Branch>, StoreError> {
    tx.select(IN_USE, params![clinic_id])
}

pub(super) const IN_USE: &str = "WHERE clinic_id = ?1 AND active = 1 ORDER BY created_at, code_key";

/// All records of a kind in the clinic, by code; retired ones only with `retired`.
pub fn all<T: Stored>(tx: &mut Tx<'_>, clinic_id: &str, retired: bool) -> Result<Vec<T>, StoreError> {
    let rest = if retired { "WHERE clinic_id = ?1 ORDER BY code_key" } else { ACTIVE };
    tx.select(rest, params![clinic_id])
}

pub(super) const ACTIVE: &str = "WHERE clinic_id = ?1 AND active = 1 ORDER BY code_key";

/// The active records of a kind with this name, ignoring case and accents.
pub fn named<T: Stored>(tx: &mut Tx<'_>, clinic_id: &str, name: &str) -> Result<Vec<T>, StoreError> {
    tx.select(NAMED, params![clinic_id, name_key(name)])
}

pub(super) const NAMED: &str = "WHERE clinic_id = ?1 AND name_key = ?2 AND active = 1 ORDER BY code_key";

/// The number of records of a kind in the clinic, retired ones included; generated codes continue from it.
pub fn count<T: Stored>(tx: &mut Tx<'_>, clinic_id: &str) -> Result<i64, StoreError> {
    let sql = format!("SELECT count(*) FROM {} WHERE clinic_id = ?1", T::TABLE);
    tx.count(&sql, params![clinic_id])
}
