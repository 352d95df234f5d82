//! Doctors, services and branches that are imported: they must be known before their appointments.

use crate::app::import::Outcome;
use crate::app::setup::branch::{self, BranchFields};
use crate::app::setup::doctor::{self, DoctorFields};
use crate::app::setup::service::{self, ServiceFields};
use crate::app::{Desk, Env, find::Spoken};
use crate::domain::record::{Branch, Doctor, Service};
use crate::error::Result;
use crate::store::{Tx, directory};

/// Finds the doctor by code or name, retired or not, or adds them.
pub(super) fn doctor(tx: &mut Tx<'_>, env: &Env, fields: &DoctorFields, active: bool) -> Result<Outcome> {
    let desk = env.desk(tx)?;
    if is_known::<Doctor>(tx, &desk, (fields.code.as_deref(), fields.name.as_deref()))? {
        return Ok(Outcome::Known);
    }
    let before = doctor::add_in(tx, env, &desk, fields)?;
    if !active {
        let after = Doctor { active, ..before.clone() };
        env.change(tx, Some(&desk.clinic.id), "doctor.retired", None, (&before, &after))?;
    }
    Ok(Outcome::Added)
}

/// The same for a service.
pub(super) fn service(tx: &mut Tx<'_>, env: &Env, fields: &ServiceFields, active: bool) -> Result<Outcome> {
    let desk = env.desk(tx)?;
    if is_known::<Service>(tx, &desk, (fields.code.as_deref(), fields.name.as_deref()))? {
        return Ok(Outcome::Known);
    }
    let before = service::add_in(tx, env, &desk, fields)?;
    if !active {
        let after = Service { active, ..before.clone() };
        env.change(tx, Some(&desk.clinic.id), "service.retired", None, (&before, &after))?;
    }
    Ok(Outcome::Added)
}

/// The same for a branch.
pub(super) fn branch(tx: &mut Tx<'_>, env: &Env, fields: &BranchFields, active: bool) -> Result<Outcome> {
    let desk = env.desk(tx)?;
    if is_known::<Branch>(tx, &desk, (fields.code.as_deref(), fields.name.as_deref()))? {
        return Ok(Outcome::Known);
    }
    let before = branch::add_in(tx, env, &desk, fields)?;
    if !active {
        let after = Branch { active, ..before.clone() };
        env.change(tx, Some(&desk.clinic.id), "branch.retired", None, (&before, &after))?;
    }
    Ok(Outcome::Added)
}

/// Whether the book has it: by code, or where it has none by name.
fn is_known<T: Spoken>(tx: &mut Tx<'_>, desk: &Desk, named: (Option<&str>, Option<&str>)) -> Result<bool> {
    let clinic_id = &desk.clinic.id;
    Ok(match named {
        (Some(code), _) => tx.has_code::<T>(clinic_id, code)?,
        (None, Some(name)) => !directory::named::<T>(tx, clinic_id, name)?.is_empty(),
        (None, None) => false,
    })
}
