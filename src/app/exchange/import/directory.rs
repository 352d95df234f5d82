//! Imports doctors, services and branches: finds each by code or name, retired or not, or adds it.

use crate::app::access::find::Spoken;
use crate::app::calendar::branch;
use crate::app::calendar::branch::BranchFields;
use crate::app::calendar::doctor;
use crate::app::calendar::doctor::DoctorFields;
use crate::app::calendar::service;
use crate::app::calendar::service::ServiceFields;
use crate::app::exchange::import::Outcome;
use crate::app::{Desk, Env};
use crate::domain::record::{Branch, Doctor, Service};
use crate::platform::error::Result;
use crate::store::{Tx, directory};

macro_rules! known_or_added {
    ($($kind:ident: $record:ident, $fields:ident, $retired:literal;)*) => {$(
        pub(crate) fn $kind(tx: &mut Tx<'_>, env: &Env, fields: &$fields, active: bool) -> Result<Outcome> {
            let desk = env.desk(tx)?;
            if is_known::<$record>(tx, &desk, (fields.code.as_deref(), fields.name.as_deref()))? {
                return Ok(Outcome::Known);
            }
            let before = $kind::add_in(tx, env, &desk, fields)?;
            if !active {
                let after = $record { active, ..before.clone() };
                env.change(tx, Some(&desk.clinic.id), $retired, None, (&before, &after))?;
            }
            Ok(Outcome::Added)
        }
    )*};
}

known_or_added! {
    doctor: Doctor, DoctorFields, "doctor.retired";
    service: Service, ServiceFields, "service.retired";
    branch: Branch, BranchFields, "branch.retired";
}

/// Whether the record exists: by code, or without a code by name.
fn is_known<T: Spoken>(tx: &mut Tx<'_>, desk: &Desk, named: (Option<&str>, Option<&str>)) -> Result<bool> {
    let clinic_id = &desk.clinic.id;
    Ok(match named {
        (Some(code), _) => tx.has_code::<T>(clinic_id, code)?,
        (None, Some(name)) => !directory::named::<T>(tx, clinic_id, name)?.is_empty(),
        (None, None) => false,
    })
}
