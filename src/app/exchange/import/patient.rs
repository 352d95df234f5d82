//! Imports patients: updates the matching record, or adds one.

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

/// A patient as described in a file.
#[derive(Debug, Clone, Default)]
pub struct PatientWish {
    /// Input errors found so far.
    pub problems: Problems,
    /// The file's names of the fields.
    pub names: BTreeMap<&'static str, String>,
    /// The given fields.
    pub fields: PatientFields,
}

/// Updates the patient with the given code, else with the given phone and name (see `patient_identity`), or
/// adds one. Fields that are not given stay.
pub(crate) fn write(tx: &mut Tx<'_>, env: &Env, wish: &PatientWish) -> Result<Outcome> {
    let desk = env.desk(tx)?;
    let PatientWish { problems, names, fields } = wish;
    problems.clone().renamed(names).check()?;
    upsert(tx, env, &desk, fields).map_err(|refusal| under(names, refusal))
}

fn upsert(tx: &mut Tx<'_>, env: &Env, desk: &Desk, fields: &PatientFields) -> Result<Outcome> {
    let before = match find(tx, desk, fields)? {
        Some(Match { patient, merged: None }) => patient,
        // The row matches a merged record: the kept record is newer.
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

fn find(tx: &mut Tx<'_>, desk: &Desk, fields: &PatientFields) -> Result<Option<Match>> {
    let country = desk.clinic.settings.country.as_deref();
    let (Some(Ok(name)), Some(Ok(phone))) = (
        fields.name.as_deref().map(short),
        fields.phone.as_deref().map(|given| phone::normalise(given, country)),
    ) else {
        // `add_in` reports the invalid field.
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

/// Replaces our field names in a refusal by the file's names.
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
