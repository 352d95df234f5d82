//! Doctors.

use crate::app::access::find;
use crate::app::calendar::affected::{Care, Minded, expected};
use crate::app::calendar::hours;
use crate::app::calendar::hours::Whose;
use crate::app::records::{buffer, code, edit, edit_minding, field, free_code, required, solid};
use crate::app::{Context, Desk, Env};
use crate::domain::hours::Hours;
use crate::domain::record::Doctor;
use crate::domain::refusal::Problems;
use crate::domain::settings::minutes;
use crate::domain::text;
use crate::platform::error::Result;
use crate::store::appointments::list::Filter;
use crate::store::{Ending, Tx};

/// A doctor's fields, as given.
#[derive(Debug, Clone, Default)]
pub struct DoctorFields {
    /// The name that patients see.
    pub name: Option<String>,
    /// The code.
    pub code: Option<String>,
    /// The specialty.
    pub specialty: Option<String>,
    /// Usual length of a visit.
    pub slot: Option<String>,
    /// Time kept free before each visit.
    pub buffer_before: Option<String>,
    /// Time kept free after each visit.
    pub buffer_after: Option<String>,
    /// The weekly hours in one line.
    pub hours: Option<String>,
}

/// Applies the given fields except the code.
fn take(problems: &mut Problems, fields: &DoctorFields, doctor: &mut Doctor) {
    if let Some(name) = solid(problems, "name", fields.name.as_ref(), text::short) {
        doctor.full_name = name;
    }
    field(problems, "specialty", fields.specialty.as_ref(), text::short).apply(&mut doctor.specialty);
    field(problems, "slot", fields.slot.as_ref(), minutes).apply(&mut doctor.slot_minutes);
    if let Some(before) = solid(problems, "buffer_before", fields.buffer_before.as_ref(), buffer) {
        doctor.buffer_before = before;
    }
    if let Some(after) = solid(problems, "buffer_after", fields.buffer_after.as_ref(), buffer) {
        doctor.buffer_after = after;
    }
}

/// Adds a doctor.
pub fn add(context: &mut Context, fields: &DoctorFields) -> Result<Doctor> {
    context.write(Ending::Commit, |tx, env, desk| add_in(tx, env, &desk, fields))
}

pub(crate) fn add_in(tx: &mut Tx<'_>, env: &Env, desk: &Desk, fields: &DoctorFields) -> Result<Doctor> {
    let mut problems = Problems::default();
    let name = required(&mut problems, "name", fields.name.as_ref(), text::short);
    let given = solid(&mut problems, "code", fields.code.as_ref(), code);
    let mut doctor = Doctor {
        id: env.new_id(),
        clinic_id: desk.clinic.id.clone(),
        code: String::new(),
        full_name: name.unwrap_or_default(),
        specialty: None,
        slot_minutes: None,
        buffer_before: 0,
        buffer_after: 0,
        active: true,
        created_at: env.now,
    };
    take(&mut problems, fields, &mut doctor);
    let hours = solid(&mut problems, "hours", fields.hours.as_ref(), Hours::parse);
    problems.check()?;
    doctor.code = free_code::<Doctor>(tx, desk, given, None, "DOC")?;
    env.create(tx, Some(&desk.clinic.id), "doctor.added", &doctor)?;
    if let Some(given) = hours {
        hours::set(tx, env, desk, Whose::Doctor(&doctor), &given)?;
    }
    Ok(doctor)
}

/// Changes a doctor.
pub fn set(context: &mut Context, word: &str, fields: &DoctorFields) -> Result<Doctor> {
    edit(context, word, "doctor.updated", |tx, env, desk, doctor: &mut Doctor| {
        edit_in(tx, env, desk, fields, doctor)
    })
}

/// Applies the given fields.
pub(crate) fn edit_in(
    tx: &mut Tx<'_>,
    env: &Env,
    desk: &Desk,
    fields: &DoctorFields,
    doctor: &mut Doctor,
) -> Result<()> {
    let mut problems = Problems::default();
    let given = solid(&mut problems, "code", fields.code.as_ref(), code);
    take(&mut problems, fields, doctor);
    let hours = solid(&mut problems, "hours", fields.hours.as_ref(), Hours::parse);
    problems.check()?;
    if given.is_some() {
        doctor.code = free_code::<Doctor>(tx, desk, given, Some(&doctor.id), "DOC")?;
    }
    if let Some(given) = hours {
        hours::set(tx, env, desk, Whose::Doctor(doctor), &given)?;
    }
    Ok(())
}

/// Retires a doctor, after the check of appointments still expected.
pub fn remove(context: &mut Context, word: &str, care: Care<'_>) -> Result<Minded<Doctor>> {
    edit_minding(
        context,
        (|tx: &mut Tx<'_>, desk: &Desk| find::any(tx, desk, word), care),
        "doctor.retired",
        |_, _, _, doctor: &mut Doctor| {
            doctor.active = false;
            Ok(())
        },
        |tx, env, desk, (before, _)| {
            expected(tx, env, desk, Filter { doctor_id: Some(before.id.clone()), ..Filter::default() })
        },
    )
}
