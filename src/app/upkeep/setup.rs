//! Sets up a clinic from a file: applies the difference in one transaction.

mod calendar;
mod print;
mod records;

use crate::app::calendar::affected::expected;
use crate::app::calendar::window::is_held;
use crate::app::upkeep::clinic::{self, ClinicRequest};
use crate::app::{Context, Desk, Env};
use crate::domain::appointment::Visit;
use crate::domain::record::{Branch, Doctor, Service};
use crate::domain::refusal::{Code, Detail, Refusal};
use crate::domain::window::{Closure, Window};
use crate::formats::setup_file::SetupFile;
use crate::platform::error::Result;
use crate::store::appointments::list::Filter;
use crate::store::record::Stored;
use crate::store::{Ending, Tx, directory, meta};
pub use print::print;

/// What a file changed.
#[derive(Debug, Clone, Default)]
pub struct Applied {
    /// Kind and code of the new records.
    pub created: Vec<(&'static str, String)>,
    /// Kind and code of the changed and the retired ones.
    pub changed: Vec<(&'static str, String)>,
    /// How many records of the file are as it says already.
    pub unchanged: usize,
    /// Upcoming appointments that lie outside the hours now.
    pub outside: Vec<Visit>,
    /// The new closures.
    closures: Vec<Closure>,
}

impl Applied {
    fn created<T: Stored>(&mut self, code: &str) {
        self.created.push((T::KIND, code.to_owned()));
    }

    fn settled<T: Stored>(&mut self, code: &str, changed: bool) {
        match changed {
            true => self.changed.push((T::KIND, code.to_owned())),
            false => self.unchanged += 1,
        }
    }
}

/// Applies a file to the command's clinic, or makes the first clinic of the book.
pub fn apply(context: &mut Context, file: &SetupFile, ending: Ending) -> Result<Applied> {
    let Context { store, env } = context;
    if store.read(|tx| Ok(directory::clinics(tx)?.is_empty()))? {
        return store.write(ending, |tx| make(tx, env, file));
    }
    context.write(ending, |tx, env, desk| {
        let mut applied = Applied::default();
        apply_in(tx, env, desk, file, &mut applied)?;
        Ok(applied)
    })
}

/// Makes the first clinic as the file says.
fn make(tx: &mut Tx<'_>, env: &Env, file: &SetupFile) -> Result<Applied> {
    if !directory::clinics(tx)?.is_empty() {
        return Err(Refusal::new(Code::StoreBusy, text!("the-book-is-busy")));
    }
    let request = ClinicRequest {
        name: file.clinic.get("name"),
        timezone: file.clinic.get("timezone"),
        country: file.clinic.get("country"),
        code: file.clinic.get("code"),
    };
    let made = at("clinic", clinic::add_in(tx, env, &request))?;
    meta::set(tx, meta::CHOSEN_CLINIC, &made.id)?;
    let mut applied = Applied::default();
    applied.created.push(("clinic", made.code.clone()));
    let zone = env.zones.get(&made.settings.timezone)?;
    let desk = Desk { clinic: made, zone, key: None, exact: true };
    records::first_branch(tx, env, &desk, &file.branches)?;
    apply_in(tx, env, desk, file, &mut applied)?;
    // The clinic was made and then set: that is told once, as made.
    match applied.changed.iter().position(|(kind, _)| *kind == "clinic") {
        Some(place) => drop(applied.changed.remove(place)),
        None => applied.unchanged = applied.unchanged.saturating_sub(1),
    }
    Ok(applied)
}

fn apply_in(tx: &mut Tx<'_>, env: &Env, desk: Desk, file: &SetupFile, applied: &mut Applied) -> Result<()> {
    let mut desk = Desk { exact: true, ..desk };
    let clinic_id = desk.clinic.id.clone();
    let before: Vec<Window> = directory::all(tx, &clinic_id, false)?;
    at("clinic", records::clinic(tx, env, &mut desk, &file.clinic, applied))?;
    for part in &file.branches {
        at(&part.place, records::branch(tx, env, &desk, part, applied))?;
    }
    let mut doctors: Vec<Doctor> = Vec::new();
    for part in &file.doctors {
        doctors.push(at(&part.place, records::doctor(tx, env, &desk, part, applied))?);
    }
    let mut services: Vec<Service> = Vec::new();
    for part in &file.services {
        services.push(at(&part.place, records::service(tx, env, &desk, part, applied))?);
    }
    let mut apart = Vec::new();
    for part in &file.windows {
        apart.push(at(&part.place, calendar::window(tx, env, &desk, part, applied))?);
    }
    for (part, doctor) in file.doctors.iter().zip(&doctors) {
        at(&part.place, calendar::doctors_hours(tx, env, &desk, (part, doctor), &apart, applied))?;
    }
    for (part, service) in file.services.iter().zip(&services) {
        at(&part.place, calendar::services_hours(tx, env, &desk, (part, service), &apart, applied))?;
    }
    at("clinic", calendar::closed(tx, env, &desk, &file.clinic, applied))?;
    for part in &file.closures {
        at(&part.place, calendar::closure(tx, env, &desk, part, applied))?;
    }
    applied.outside = outside(tx, env, &desk, &before, &applied.closures)?;
    Ok(())
}

/// The upcoming appointments that a window held before and none holds now, and those in a new closure.
fn outside(
    tx: &mut Tx<'_>,
    env: &Env,
    desk: &Desk,
    before: &[Window],
    closures: &[Closure],
) -> Result<Vec<Visit>> {
    let after: Vec<Window> = directory::all(tx, &desk.clinic.id, false)?;
    if before == after && closures.is_empty() {
        return Ok(Vec::new());
    }
    let mut visits = expected(tx, env, desk, Filter::default())?;
    visits.retain(|visit| {
        let appointment = &visit.appointment;
        let shut = |closure: &Closure| {
            closure.concerns(&appointment.branch_id, appointment.doctor_id.as_deref())
                && closure.span(&visit.zone).overlaps(appointment.span)
        };
        closures.iter().any(shut) || (is_held(before, visit) && !is_held(&after, visit))
    });
    Ok(visits)
}

/// Says where in the file a refusal comes from.
fn at<T>(place: &str, result: Result<T>) -> Result<T> {
    result.map_err(|refusal| match refusal.code {
        Code::ValidationError => {
            let details = refusal.details.into_iter().map(|(key, detail)| (format!("{place}.{key}"), detail));
            let refusal = Refusal { details: details.collect(), ..refusal };
            match refusal.details.iter().next() {
                Some((key, Detail::Text(problem))) if refusal.details.len() == 1 => {
                    Refusal { message: format!("{key}: {problem}"), ..refusal }
                }
                _ => refusal,
            }
        }
        _ => Refusal { message: format!("{place}: {}", refusal.message), ..refusal },
    })
}

/// The branch that a part names, else the only one.
fn branch_of(tx: &mut Tx<'_>, desk: &Desk, field: &str, named: Option<&str>) -> Result<Branch> {
    if let Some(word) = named {
        return crate::app::access::find::active(tx, desk, word);
    }
    let mut branches = directory::branches(tx, &desk.clinic.id)?;
    match (branches.pop(), branches.len()) {
        (Some(only), 0) => Ok(only),
        _ => Err(Refusal::invalid(field, text!("names-the-branch-there-are-several"))),
    }
}
