//! Services.

use crate::app::calendar::hours;
use crate::app::calendar::hours::Whose;
use crate::app::calendar::window::capacity;
use crate::app::records::{code, edit, field, free_code, required, solid};
use crate::app::{Context, Desk, Env};
use crate::domain::hours::Hours;
use crate::domain::record::Service;
use crate::domain::refusal::Problems;
use crate::domain::settings::minutes;
use crate::domain::text;
use crate::platform::error::Result;
use crate::store::{Ending, Tx};

/// A service's fields, as given.
#[derive(Debug, Clone, Default)]
pub struct ServiceFields {
    /// The name that patients see.
    pub name: Option<String>,
    /// The code.
    pub code: Option<String>,
    /// The duration.
    pub duration: Option<String>,
    /// The weekly hours without a doctor, in one line.
    pub hours: Option<String>,
    /// Places at a time in these hours.
    pub capacity: Option<String>,
}

/// The hours and capacity, as given.
fn times(problems: &mut Problems, fields: &ServiceFields) -> Option<(Hours, Option<i64>)> {
    let hours = solid(problems, "hours", fields.hours.as_ref(), Hours::parse);
    let places = solid(problems, "capacity", fields.capacity.as_ref(), capacity);
    if fields.capacity.is_some() && fields.hours.is_none() {
        problems.add("capacity", text!("goes-with-hours"));
    }
    Some((hours?, places))
}

/// Adds a service.
pub fn add(context: &mut Context, fields: &ServiceFields) -> Result<Service> {
    context.write(Ending::Commit, |tx, env, desk| add_in(tx, env, &desk, fields))
}

pub(crate) fn add_in(tx: &mut Tx<'_>, env: &Env, desk: &Desk, fields: &ServiceFields) -> Result<Service> {
    let mut problems = Problems::default();
    let name = required(&mut problems, "name", fields.name.as_ref(), text::short);
    let given = solid(&mut problems, "code", fields.code.as_ref(), code);
    let duration = field(&mut problems, "duration", fields.duration.as_ref(), minutes);
    let times = times(&mut problems, fields);
    problems.check()?;
    let mut service = Service {
        id: env.new_id(),
        clinic_id: desk.clinic.id.clone(),
        code: free_code::<Service>(tx, desk, given, None, "SVC")?,
        name: name.unwrap_or_default(),
        duration_minutes: None,
        active: true,
        created_at: env.now,
    };
    duration.apply(&mut service.duration_minutes);
    env.create(tx, Some(&desk.clinic.id), "service.added", &service)?;
    if let Some((given, places)) = times {
        hours::set(tx, env, desk, Whose::Service(&service, places), &given)?;
    }
    Ok(service)
}

/// Changes a service.
pub fn set(context: &mut Context, word: &str, fields: &ServiceFields) -> Result<Service> {
    edit(context, word, "service.updated", |tx, env, desk, service: &mut Service| {
        edit_in(tx, env, desk, fields, service)
    })
}

/// Applies the given fields.
pub(crate) fn edit_in(
    tx: &mut Tx<'_>,
    env: &Env,
    desk: &Desk,
    fields: &ServiceFields,
    service: &mut Service,
) -> Result<()> {
    let mut problems = Problems::default();
    let name = solid(&mut problems, "name", fields.name.as_ref(), text::short);
    let given = solid(&mut problems, "code", fields.code.as_ref(), code);
    let duration = field(&mut problems, "duration", fields.duration.as_ref(), minutes);
    let times = times(&mut problems, fields);
    problems.check()?;
    if given.is_some() {
        service.code = free_code::<Service>(tx, desk, given, Some(&service.id), "SVC")?;
    }
    service.name = name.unwrap_or_else(|| service.name.clone());
    duration.apply(&mut service.duration_minutes);
    if let Some((given, places)) = times {
        hours::set(tx, env, desk, Whose::Service(service, places), &given)?;
    }
    Ok(())
}

/// Retires a service.
pub fn remove(context: &mut Context, word: &str) -> Result<Service> {
    edit(context, word, "service.retired", |_, _, _, service: &mut Service| {
        service.active = false;
        Ok(())
    })
}
