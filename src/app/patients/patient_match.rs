//! Matches a booking's patient to a record: finds, updates or creates the record.

use crate::app::access::find;
use crate::app::access::find::masked;
use crate::app::{Desk, Env};
use crate::domain::phone;
use crate::domain::record::Patient;
use crate::domain::refusal::Refusal;
use crate::domain::settings::PatientIdentity;
use crate::domain::text::name_key;
use crate::platform::error::{Result, StoreError};
use crate::store::merges::Merge;
use crate::store::{Tx, merges, patients};

/// Patient data from a booking, already validated.
#[derive(Debug, Clone, Copy)]
pub struct Details<'a> {
    /// The name in its new spelling; `None` if the booking named a patient record.
    pub name: Option<&'a str>,
    /// The e-mail address.
    pub email: Option<&'a str>,
    /// The national ID, in clear.
    pub national_id: Option<&'a str>,
}

/// Returns the details that a booking may write to a known patient's record: a caller who may not correct
/// patients only fills in missing fields. Also returns the given values that differ, as a text for the staff.
pub fn allowed<'d>(
    tx: &mut Tx<'_>,
    env: &Env,
    desk: &Desk,
    known: &Patient,
    mut details: Details<'d>,
) -> Result<(Details<'d>, Option<String>)> {
    if desk.may_correct_patients() {
        return Ok((details, None));
    }
    // A merged patient is known by each record up to the kept one.
    let mut records = vec![known.clone()];
    while let Some(next) = records.last().and_then(|record| record.merged_into.clone()) {
        let Some(record) = tx.by_id::<Patient>(&desk.clinic.id, &next)? else { break };
        records.push(record);
    }
    let mut differs = Vec::new();
    let names = records.iter().map(|record| record.full_name.as_str());
    if let Some(name) = kept_back(&mut details.name, names) {
        differs.push(text!("a-name", name));
    }
    let emails = records.iter().filter_map(|record| record.email.as_deref());
    if let Some(email) = kept_back(&mut details.email, emails) {
        differs.push(text!("an-email", email));
    }
    if let Some(id) = details.national_id {
        let hash = env.secrets.lookup(&desk.clinic.id, id)?;
        let hashes = records.iter().filter_map(|record| record.national_id_hash.as_deref());
        let mut given = Some(hash.as_str());
        if kept_back(&mut given, hashes).is_some() {
            differs.push(text!("a-national-id", end = masked(id)));
        }
        details.national_id = given.map(|_| id);
    }
    let differs = (!differs.is_empty()).then(|| text!("given-and-not-taken-over", what = differs.join(", ")));
    Ok((details, differs))
}

/// Clears `given` if a value is known; returns the given value if it equals none of the known ones.
fn kept_back<'d, 'k>(given: &mut Option<&'d str>, known: impl Iterator<Item = &'k str>) -> Option<&'d str> {
    let known: Vec<&str> = known.collect();
    let taken = if known.is_empty() { None } else { given.take() };
    taken.filter(|taken| !known.contains(taken))
}

/// Reduces a patient out of the caller's reach to what the caller gave, so that nothing else is shown.
pub fn tell_as_given(patient: &mut Patient, name: &str, phone: &str) {
    *patient = Patient {
        id: patient.id.clone(),
        clinic_id: patient.clinic_id.clone(),
        code: patient.code.clone(),
        full_name: name.to_owned(),
        phone: phone.to_owned(),
        active: true,
        ..Patient::default()
    };
}

/// Combines a booking's notes with the values that were given but not saved.
pub fn noted(said: Option<&str>, differs: Option<String>) -> Option<String> {
    match (said, differs) {
        (Some(said), Some(differs)) => Some(format!("{said}; {differs}")),
        (said, differs) => said.map(str::to_owned).or(differs),
    }
}

/// Returns the patients with this phone (E.164) or e-mail address (lower case), directly or by a merged record.
pub fn of_address(tx: &mut Tx<'_>, desk: &Desk, address: &str) -> Result<Vec<Patient>> {
    let found = match address.contains('@') {
        true => patients::with_email(tx, &desk.clinic.id, address)?,
        false => patients::with_phone(tx, &desk.clinic.id, address)?,
    };
    Ok(kept_of(tx, desk, found)?)
}

/// Returns whether a patient has a phone that today's rules reject but earlier ones accepted; false for a
/// valid phone.
pub fn has_phone(tx: &mut Tx<'_>, desk: &Desk, phone: Option<&str>) -> Result<bool> {
    match phone {
        Some(phone) if phone.starts_with('+') && phone::normalise(phone, None).is_err() => {
            Ok(!patients::with_phone(tx, &desk.clinic.id, phone)?.is_empty())
        }
        _ => Ok(false),
    }
}

/// Returns the active kept records of these patients, without duplicates.
pub fn kept_of(tx: &mut Tx<'_>, desk: &Desk, found: Vec<Patient>) -> Result<Vec<Patient>, StoreError> {
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

/// Updates a patient's record with what the booking gives.
fn take_over(
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

/// Updates a merged record, and passes a value on to the kept record if that one lacks it or took it from
/// this record: undoing the merge then separates the values again. After the merge is sealed, updates the
/// kept record directly. Returns the kept record.
pub fn take_over_merged(
    tx: &mut Tx<'_>,
    env: &Env,
    desk: &Desk,
    named: Patient,
    details: &Details<'_>,
) -> Result<Patient> {
    // The name of a merged record does not correct the name of the kept one.
    let details = Details { name: None, ..*details };
    let mut record = named;
    loop {
        let Some(next) = record.merged_into.clone() else {
            return take_over(tx, env, desk, record, &details);
        };
        let next = tx.by_id::<Patient>(&desk.clinic.id, &next)?;
        let next = next.ok_or_else(|| Refusal::not_found("patient", &record.code))?;
        match merges::of(tx, &record.id)? {
            None => record = next,
            Some(merge) => {
                let after = take_over(tx, env, desk, record.clone(), &details)?;
                return pass_on(tx, env, desk, (&record, &after), (next, merge), &details);
            }
        }
    }
}

/// Passes changes of a merged record on to the kept one, and from there to the next. The audit entries name
/// the fields without their values.
fn pass_on(
    tx: &mut Tx<'_>,
    env: &Env,
    desk: &Desk,
    (before, after): (&Patient, &Patient),
    (kept, mut merge): (Patient, Merge),
    details: &Details<'_>,
) -> Result<Patient> {
    let mut updated = kept.clone();
    let mut taken = Vec::new();
    let had = |merge: &Merge, field: &str| merge.taken.iter().any(|taken| taken == field);
    if after.email != before.email
        && (kept.email.is_none() || (had(&merge, "email") && kept.email == before.email))
    {
        updated.email.clone_from(&after.email);
        taken.push("email");
    }
    if let Some(id) = details.national_id
        && after.national_id_hash != before.national_id_hash
        && (kept.national_id.is_none()
            || (had(&merge, "national_id") && kept.national_id_hash == before.national_id_hash))
    {
        seal_national_id(env, desk, &mut updated, id)?;
        taken.push("national_id");
    }
    if !taken.is_empty() {
        updated.updated_at = env.now;
        tx.update(&kept, &updated)?;
        let said = serde_json::json!({ "taken": taken }).to_string();
        env.note_facts::<Patient>(tx, Some(&desk.clinic.id), "patient.updated", &kept.id, said)?;
        let new: Vec<&str> = taken.into_iter().filter(|field| !had(&merge, field)).collect();
        merge.taken.extend(new.into_iter().map(str::to_owned));
        merges::note_taken(tx, &merge)?;
    }
    let Some(next) = &updated.merged_into else { return Ok(updated) };
    let next = tx.by_id::<Patient>(&desk.clinic.id, next)?;
    match (next, merges::of(tx, &updated.id)?) {
        (Some(next), Some(merge)) => pass_on(tx, env, desk, (&kept, &updated), (next, merge), details),
        (Some(next), None) => {
            let details = Details {
                name: None,
                email: details.email.filter(|_| updated.email != kept.email),
                national_id: details.national_id.filter(|_| updated.national_id != kept.national_id),
            };
            take_over_merged(tx, env, desk, next, &details)
        }
        (None, _) => Ok(updated),
    }
}

/// Encrypts a national ID into the record, unless the record already holds the same ID.
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

/// A patient found by phone and name.
#[derive(Debug, Clone)]
pub struct Match {
    /// The kept record.
    pub patient: Patient,
    /// The record with that phone and name, if it was merged into `patient`.
    pub merged: Option<Patient>,
}

impl Match {
    /// Returns the record with that phone and name.
    pub fn named(&self) -> &Patient {
        self.merged.as_ref().unwrap_or(&self.patient)
    }
}

/// Finds the patient with this phone (and name, depending on `patient_identity`), directly or by a merged
/// record.
pub fn matching(tx: &mut Tx<'_>, desk: &Desk, phone: &str, name: &str) -> Result<Option<Match>> {
    let mut same_phone = patients::with_phone(tx, &desk.clinic.id, phone)?;
    if desk.clinic.settings.patient_identity == PatientIdentity::PhoneAndName {
        let key = name_key(name);
        same_phone.retain(|patient| name_key(&patient.full_name) == key);
    }
    let own = same_phone.iter().position(|patient| patient.merged_into.is_none());
    let Some(found) = same_phone.into_iter().nth(own.unwrap_or(0)) else { return Ok(None) };
    let merged = found.merged_into.is_some().then(|| found.clone());
    Ok(Some(Match { patient: find::current(tx, desk, found)?, merged }))
}

/// Updates the found patient, or creates one with this phone and name.
pub fn upsert(
    tx: &mut Tx<'_>,
    env: &Env,
    desk: &Desk,
    details: &Details<'_>,
    found: Option<Match>,
    (phone, name): (&str, &str),
) -> Result<Patient> {
    match found {
        Some(Match { merged: Some(named), .. }) => return take_over_merged(tx, env, desk, named, details),
        Some(Match { patient, merged: None }) => return take_over(tx, env, desk, patient, details),
        None => {}
    }
    let mut patient = new_patient(tx, env, desk, name, phone)?;
    patient.email = details.email.map(str::to_owned);
    if let Some(id) = details.national_id {
        seal_national_id(env, desk, &mut patient, id)?;
    }
    env.create(tx, Some(&desk.clinic.id), "patient.added", &patient)?;
    Ok(patient)
}

/// Builds a patient with a generated code, without saving it.
fn new_patient(tx: &mut Tx<'_>, env: &Env, desk: &Desk, name: &str, phone: &str) -> Result<Patient> {
    let blank = blank_patient(tx, env, desk, &format!("{phone} {name}"))?;
    Ok(Patient { full_name: name.to_owned(), phone: phone.to_owned(), ..blank })
}

/// Builds a patient with only a generated code. `mark` must differ among the patients of one command, because
/// equal marks give equal codes.
pub fn blank_patient(tx: &mut Tx<'_>, env: &Env, desk: &Desk, mark: &str) -> Result<Patient> {
    let mut draw = 0;
    let code = loop {
        let code = format!("P-{}", env.new_code(mark, draw)?);
        if !tx.has_code::<Patient>(&desk.clinic.id, &code)? {
            break code;
        }
        draw += 1;
    };
    Ok(Patient {
        id: env.new_id(),
        clinic_id: desk.clinic.id.clone(),
        code,
        active: true,
        created_at: env.now,
        updated_at: env.now,
        ..Patient::default()
    })
}
