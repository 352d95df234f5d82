//! Patients that are imported: known again, brought up to date, or written down anew.

use crate::app::exchange::import::Outcome;
use crate::app::patients::patient::{PatientFields, add_in, check_phone, take};
use crate::app::patients::patient_match::Match;
use crate::app::patients::{patient_match, privacy};
use crate::app::{Desk, Env};
use crate::domain::phone;
use crate::domain::record::Patient;
use crate::domain::refusal::{Code, Problems, Refusal};
use crate::domain::text::{name_key, short};
use crate::platform::error::Result;
use crate::store::Tx;
use std::collections::BTreeMap;

/// A patient as a file has them.
#[derive(Debug, Clone, Default)]
pub struct PatientWish {
    /// What is wrong with its shape so far.
    pub problems: Problems,
    /// What the file calls the fields.
    pub names: BTreeMap<&'static str, String>,
    /// What is given.
    pub fields: PatientFields,
}

/// Writes the patient down: the record of that code, else of that phone and name (as the clinic's
/// `patient_identity` says), takes over what is given and keeps what it has besides.
pub(crate) fn write(tx: &mut Tx<'_>, env: &Env, wish: &PatientWish) -> Result<Outcome> {
    let desk = env.desk(tx)?;
    let PatientWish { problems, names, fields } = wish;
    problems.clone().renamed(names).check()?;
    upsert(tx, env, &desk, fields).map_err(|refusal| under(names, refusal))
}

fn upsert(tx: &mut Tx<'_>, env: &Env, desk: &Desk, fields: &PatientFields) -> Result<Outcome> {
    let before = match find(tx, desk, fields)? {
        Some(Match { patient, merged: None }) => patient,
        // They went by that name once; what is kept of them is newer.
        Some(_) => return Ok(Outcome::Known),
        None => {
            add_in(tx, env, desk, fields, "patient.imported")?;
            return Ok(Outcome::Added);
        }
    };
    privacy::check_not_erased(&before)?;
    let mut after = before.clone();
    take(env, desk, fields, Problems::default(), &mut after)?;
    if after.phone != before.phone {
        check_phone(tx, desk, &after)?;
    }
    if after != before {
        after.updated_at = env.now;
    }
    let changed = env.change(tx, Some(&desk.clinic.id), "patient.updated", None, (&before, &after))?;
    Ok(if changed { Outcome::Updated } else { Outcome::Known })
}

/// The record that the row is about, if the book has it.
fn find(tx: &mut Tx<'_>, desk: &Desk, fields: &PatientFields) -> Result<Option<Match>> {
    let country = desk.clinic.settings.country.as_deref();
    let (Some(Ok(name)), Some(Ok(phone))) = (
        fields.name.as_deref().map(short),
        fields.phone.as_deref().map(|given| phone::normalise(given, country)),
    ) else {
        // What is wrong with it is told where it is written down.
        return Ok(None);
    };
    if let Some(code) = &fields.code
        && let Some(patient) = tx.by_code::<Patient>(&desk.clinic.id, code)?
    {
        if patient.merged_into.is_some() {
            return patient_match::matching(tx, desk, &phone, &name);
        }
        if patient.phone != phone && name_key(&patient.full_name) != name_key(&name) {
            return Err(Refusal::invalid("code", text!("is-another-patients", code)));
        }
        return Ok(Some(Match { patient, merged: None }));
    }
    patient_match::matching(tx, desk, &phone, &name)
}

/// A refusal of fields under the names that the file has for them.
fn under(names: &BTreeMap<&'static str, String>, mut refusal: Refusal) -> Refusal {
    if refusal.code == Code::ValidationError {
        for (field, name) in names {
            if let Some(problem) = refusal.details.remove(*field) {
                refusal.message = refusal.message.replacen(&format!("{field}:"), &format!("{name}:"), 1);
                refusal.details.insert(name.clone(), problem);
            }
        }
    }
    refusal
}
