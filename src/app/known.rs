//! Patients as bookings know them: found again, brought up to date, or written down anew.

use crate::app::{Desk, Env, find};
use crate::domain::ids;
use crate::domain::record::Patient;
use crate::domain::settings::PatientIdentity;
use crate::domain::text::name_key;
use crate::error::{Result, StoreError};
use crate::secrets::random;
use crate::store::{Tx, patients};

/// What a booking says of its patient; checked already.
#[derive(Debug, Clone, Copy)]
pub struct Details<'a> {
    /// The name in its new spelling; none for a patient who was named by record.
    pub name: Option<&'a str>,
    /// Where mail reaches them.
    pub email: Option<&'a str>,
    /// Their national ID.
    pub national_id: Option<&'a str>,
}

/// Whether the phone is, as it is written, one that a patient has: then it was read by the rules
/// before, and their tables, which take milliseconds to load, need not be asked again.
///
/// # Errors
/// When the book can't be read.
pub fn has_phone(tx: &mut Tx<'_>, desk: &Desk, phone: Option<&str>) -> Result<bool> {
    match phone {
        Some(phone) if phone.starts_with('+') => {
            Ok(!patients::with_phone(tx, &desk.clinic.id, phone)?.is_empty())
        }
        _ => Ok(false),
    }
}

/// The same patients, each by the record that is kept of them, and once.
///
/// # Errors
/// When the book can't be read.
pub fn kept_of(
    tx: &mut Tx<'_>,
    desk: &Desk,
    found: Vec<Patient>,
) -> std::result::Result<Vec<Patient>, StoreError> {
    let mut kept: Vec<Patient> = Vec::with_capacity(found.len());
    for mut patient in found {
        while let Some(id) = patient.merged_into.take() {
            match tx.by_id::<Patient>(&desk.clinic.id, &id)? {
                Some(next) => patient = next,
                None => break,
            }
        }
        if patient.active && !kept.iter().any(|other| other.id == patient.id) {
            kept.push(patient);
        }
    }
    Ok(kept)
}

/// A known patient's record takes over what the booking gives.
///
/// # Errors
/// When the book refuses it, or the secret file can't be read.
pub fn take_over(
    tx: &mut Tx<'_>,
    env: &Env,
    desk: &Desk,
    patient: Patient,
    details: &Details<'_>,
) -> Result<Patient> {
    let mut updated = patient.clone();
    if let Some(name) = details.name {
        updated.full_name = name.to_owned();
    }
    if let Some(email) = details.email {
        updated.email = Some(email.to_owned());
    }
    if let Some(id) = details.national_id {
        seal_national_id(env, desk, &mut updated, id)?;
    }
    if updated != patient {
        updated.updated_at = env.now;
        let states = (&patient, &updated);
        env.change(tx, Some(&desk.clinic.id), "patient.updated", None, states)?;
    }
    Ok(updated)
}

/// Seals the ID into the record, unless it holds that very one already.
///
/// # Errors
/// Where the secret file can't be read.
pub fn seal_national_id(env: &Env, desk: &Desk, patient: &mut Patient, plain: &str) -> Result<()> {
    let hash = env.secrets.lookup(&desk.clinic.id, plain)?;
    if patient.national_id_hash.as_ref() == Some(&hash)
        && let Some(sealed) = &patient.national_id
        && env.secrets.open("national_id", &patient.id, sealed)?.as_str() == plain
    {
        return Ok(());
    }
    patient.national_id = Some(env.secrets.seal("national_id", &patient.id, plain)?);
    patient.national_id_hash = Some(hash);
    Ok(())
}

/// A patient whom a booking's phone and name stand for.
#[derive(Debug, Clone)]
pub struct Match {
    /// The record that is kept of them.
    pub patient: Patient,
    /// Whether the phone and name are those of a record that was merged into it.
    pub by_merged: bool,
}

/// The patient with that phone (and name, as the clinic's rule says): by a record of their own, or by
/// one that was merged into theirs.
///
/// # Errors
/// When the book can't be read.
pub fn matching(tx: &mut Tx<'_>, desk: &Desk, phone: &str, name: &str) -> Result<Option<Match>> {
    let mut same_phone = patients::with_phone(tx, &desk.clinic.id, phone)?;
    if desk.clinic.settings.patient_identity == PatientIdentity::PhoneAndName {
        let key = name_key(name);
        same_phone.retain(|patient| name_key(&patient.full_name) == key);
    }
    let own = same_phone.iter().position(|patient| patient.merged_into.is_none());
    let Some(found) = same_phone.into_iter().nth(own.unwrap_or(0)) else { return Ok(None) };
    let by_merged = found.merged_into.is_some();
    Ok(Some(Match { patient: find::current(tx, desk, found)?, by_merged }))
}

/// The patient who was found, brought up to date, or a new one with that phone and name.
///
/// # Errors
/// As [`take_over`].
pub fn upsert(
    tx: &mut Tx<'_>,
    env: &Env,
    desk: &Desk,
    details: &Details<'_>,
    found: Option<Match>,
    (phone, name): (&str, &str),
) -> Result<Patient> {
    if let Some(Match { patient, by_merged }) = found {
        // A spelling under which they once had another record is no correction of this one's.
        let details = Details { name: details.name.filter(|_| !by_merged), ..*details };
        return take_over(tx, env, desk, patient, &details);
    }
    let mut patient = new_patient(tx, env, desk, name, phone)?;
    patient.email = details.email.map(str::to_owned);
    if let Some(id) = details.national_id {
        seal_national_id(env, desk, &mut patient, id)?;
    }
    env.create(tx, Some(&desk.clinic.id), "patient.added", &patient)?;
    Ok(patient)
}

/// A patient with a made code, not yet written down.
///
/// # Errors
/// Where the system gives no random numbers.
pub fn new_patient(tx: &mut Tx<'_>, env: &Env, desk: &Desk, name: &str, phone: &str) -> Result<Patient> {
    let mut code = format!("P-{}", ids::new_code(random()?));
    while tx.by_code::<Patient>(&desk.clinic.id, &code)?.is_some() {
        code = format!("P-{}", ids::new_code(random()?));
    }
    Ok(Patient {
        id: env.new_id()?,
        clinic_id: desk.clinic.id.clone(),
        code,
        full_name: name.to_owned(),
        phone: phone.to_owned(),
        email: None,
        national_id: None,
        national_id_hash: None,
        locale: None,
        channels: None,
        opt_out: false,
        no_show_count: 0,
        active: true,
        created_at: env.now,
        updated_at: env.now,
        merged_into: None,
        erased_at: None,
    })
}
