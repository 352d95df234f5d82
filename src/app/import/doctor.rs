//! Doctors that are imported: they must be known before their appointments.

use crate::app::Env;
use crate::app::import::Outcome;
use crate::app::setup::doctor::{DoctorFields, add_in};
use crate::domain::record::Doctor;
use crate::error::Result;
use crate::store::{Tx, directory};

/// Finds the doctor by code or name, retired or not, or adds them.
///
/// # Errors
/// `VALIDATION_ERROR`.
pub(super) fn write(tx: &mut Tx<'_>, env: &Env, fields: &DoctorFields) -> Result<Outcome> {
    let desk = env.desk(tx)?;
    let clinic_id = &desk.clinic.id;
    if let Some(code) = &fields.code
        && tx.by_code::<Doctor>(clinic_id, code)?.is_some()
    {
        return Ok(Outcome::Known);
    }
    if let (None, Some(name)) = (&fields.code, &fields.name)
        && !directory::named::<Doctor>(tx, clinic_id, name)?.is_empty()
    {
        return Ok(Outcome::Known);
    }
    add_in(tx, env, &desk, fields)?;
    Ok(Outcome::Added)
}
