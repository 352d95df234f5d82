//! Clinics, branches, doctors and services.

use crate::domain::record::{Branch, Clinic, Doctor, Service};
use crate::domain::settings::Settings;
use crate::domain::text::{code_key, name_key};
use crate::error::StoreError;
use crate::store::engine::{Row, Value};
use crate::store::record::Stored;
use crate::store::{Tx, params};

impl Stored for Clinic {
    const TABLE: &'static str = "clinics";
    const KIND: &'static str = "clinic";
    const COLUMNS: &'static [&'static str] =
        &["id", "code", "code_key", "name", "name_key", "settings", "created_at"];

    fn id(&self) -> &str {
        &self.id
    }

    fn values(&self) -> Vec<Value<'_>> {
        vec![
            (&self.id).into(),
            (&self.code).into(),
            code_key(&self.code).into(),
            (&self.name).into(),
            name_key(&self.name).into(),
            settings_text(&self.settings).into(),
            self.created_at.into(),
        ]
    }

    fn from_row(row: &mut Row<'_>) -> Result<Self, StoreError> {
        let (id, code) = (row.text()?, row.text()?);
        row.skip(1);
        let name = row.text()?;
        row.skip(1);
        Ok(Clinic { id, code, name, settings: settings_from(&row.text()?)?, created_at: row.instant()? })
    }
}

/// The settings as one JSON object of names and texts.
fn settings_text(settings: &Settings) -> String {
    let map: serde_json::Map<String, serde_json::Value> =
        settings.pairs().into_iter().map(|(key, value)| (key.to_owned(), value.into())).collect();
    serde_json::Value::Object(map).to_string()
}

/// Settings that the book doesn't name keep their default: an older book knows fewer.
fn settings_from(text: &str) -> Result<Settings, StoreError> {
    let map: std::collections::BTreeMap<String, String> = serde_json::from_str(text)
        .map_err(|problem| StoreError::unreadable(&format!("settings that are no JSON: {problem}")))?;
    let zone = map.get("timezone").map_or("UTC", String::as_str);
    let mut settings = Settings::without_country(zone);
    for (key, value) in &map {
        settings
            .set(key, value)
            .map_err(|problem| StoreError::unreadable(&format!("the setting {key}: {problem}")))?;
    }
    Ok(settings)
}

impl Stored for Branch {
    const TABLE: &'static str = "branches";
    const KIND: &'static str = "branch";
    const COLUMNS: &'static [&'static str] =
        &["id", "clinic_id", "code", "code_key", "name", "name_key", "timezone", "active", "created_at"];

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
            (&self.timezone).into(),
            self.active.into(),
            self.created_at.into(),
        ]
    }

    fn from_row(row: &mut Row<'_>) -> Result<Self, StoreError> {
        let (id, clinic_id, code) = (row.text()?, row.text()?, row.text()?);
        row.skip(1);
        let name = row.text()?;
        row.skip(1);
        Ok(Branch {
            id,
            clinic_id,
            code,
            name,
            timezone: row.opt_text()?,
            active: row.flag()?,
            created_at: row.instant()?,
        })
    }
}

impl Stored for Doctor {
    const TABLE: &'static str = "doctors";
    const KIND: &'static str = "doctor";
    const COLUMNS: &'static [&'static str] = &[
        "id",
        "clinic_id",
        "code",
        "code_key",
        "full_name",
        "name_key",
        "specialty",
        "slot_minutes",
        "buffer_before",
        "buffer_after",
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
            (&self.full_name).into(),
            name_key(&self.full_name).into(),
            (&self.specialty).into(),
            self.slot_minutes.into(),
            self.buffer_before.into(),
            self.buffer_after.into(),
            self.active.into(),
            self.created_at.into(),
        ]
    }

    fn from_row(row: &mut Row<'_>) -> Result<Self, StoreError> {
        let (id, clinic_id, code) = (row.text()?, row.text()?, row.text()?);
        row.skip(1);
        let full_name = row.text()?;
        row.skip(1);
        Ok(Doctor {
            id,
            clinic_id,
            code,
            full_name,
            specialty: row.opt_text()?,
            slot_minutes: row.opt_int()?,
            buffer_before: row.int()?,
            buffer_after: row.int()?,
            active: row.flag()?,
            created_at: row.instant()?,
        })
    }
}

impl Stored for Service {
    const TABLE: &'static str = "services";
    const KIND: &'static str = "service";
    const COLUMNS: &'static [&'static str] = &[
        "id",
        "clinic_id",
        "code",
        "code_key",
        "name",
        "name_key",
        "duration_minutes",
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
            self.duration_minutes.into(),
            self.active.into(),
            self.created_at.into(),
        ]
    }

    fn from_row(row: &mut Row<'_>) -> Result<Self, StoreError> {
        let (id, clinic_id, code) = (row.text()?, row.text()?, row.text()?);
        row.skip(1);
        let name = row.text()?;
        row.skip(1);
        Ok(Service {
            id,
            clinic_id,
            code,
            name,
            duration_minutes: row.opt_int()?,
            active: row.flag()?,
            created_at: row.instant()?,
        })
    }
}

/// All clinics of the book, oldest first.
pub fn clinics(tx: &mut Tx<'_>) -> Result<Vec<Clinic>, StoreError> {
    tx.select("ORDER BY created_at, code_key", &[])
}

/// The clinic with that id or code.
pub fn clinic(tx: &mut Tx<'_>, word: &str) -> Result<Option<Clinic>, StoreError> {
    let found = tx.select("WHERE id = ?1 OR code_key = ?2", params![word, code_key(word)])?;
    Ok(found.into_iter().next())
}

/// The clinic whose id is noted under that key.
pub fn clinic_of(tx: &mut Tx<'_>, key: &str) -> Result<Option<Clinic>, StoreError> {
    Ok(tx.select(NOTED, params![key])?.into_iter().next())
}

pub(super) const NOTED: &str = "WHERE id = (SELECT value FROM meta WHERE key = ?1)";

/// The clinic's branches that are not retired, oldest first.
pub fn branches(tx: &mut Tx<'_>, clinic_id: &str) -> Result<Vec<Branch>, StoreError> {
    tx.select(IN_USE, params![clinic_id])
}

pub(super) const IN_USE: &str = "WHERE clinic_id = ?1 AND active = 1 ORDER BY created_at, code_key";

/// All records of a kind in the clinic, retired ones only where asked for, by code.
pub fn all<T: Stored>(tx: &mut Tx<'_>, clinic_id: &str, retired: bool) -> Result<Vec<T>, StoreError> {
    let rest = if retired {
        "WHERE clinic_id = ?1 ORDER BY code_key"
    } else {
        "WHERE clinic_id = ?1 AND active = 1 ORDER BY code_key"
    };
    tx.select(rest, params![clinic_id])
}

/// The records of a kind that are not retired and have that name, whatever case and accents.
pub fn named<T: Stored>(tx: &mut Tx<'_>, clinic_id: &str, name: &str) -> Result<Vec<T>, StoreError> {
    tx.select(
        "WHERE clinic_id = ?1 AND name_key = ?2 AND active = 1 ORDER BY code_key",
        params![clinic_id, name_key(name)],
    )
}

/// How many records of a kind the clinic has ever had: where made codes go on counting.
pub fn count<T: Stored>(tx: &mut Tx<'_>, clinic_id: &str) -> Result<i64, StoreError> {
    let sql = format!("SELECT count(*) FROM {} WHERE clinic_id = ?1", T::TABLE);
    Ok(tx.query_one(&sql, params![clinic_id], |row| row.int())?.unwrap_or(0))
}
