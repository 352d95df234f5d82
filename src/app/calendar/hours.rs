//! Sets the weekly hours of a doctor or a service: adds, changes and retires windows.

use crate::app::access::find;
use crate::app::calendar::window::{blank, left_out};
use crate::app::records::free_code;
use crate::app::{Desk, Env};
use crate::domain::appointment::Visit;
use crate::domain::hours::Hours;
use crate::domain::hours::plan::{Plan, is_weekly, plan};
use crate::domain::record::{Doctor, Service};
use crate::domain::time::hhmm;
use crate::domain::window::{Days, Window};
use crate::platform::error::Result;
use crate::store::appointments::list::Filter;
use crate::store::{Tx, windows};

/// Whose hours they are.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Whose<'a> {
    /// A doctor's.
    Doctor(&'a Doctor),
    /// A service's, without a doctor, with so many places at a time.
    Service(&'a Service, Option<i64>),
}

/// What was done to windows.
#[derive(Debug, Clone, Default)]
pub(crate) struct Done {
    /// The new windows.
    pub created: Vec<Window>,
    /// The changed and the retired ones, as they are now.
    pub changed: Vec<Window>,
    /// How many stayed as they were.
    pub kept: usize,
    /// The upcoming appointments that no window holds any more.
    pub outside: Vec<Visit>,
}

/// Makes the weekly windows at a branch say these hours. Windows whose codes are in `apart` are left alone.
pub(crate) fn replace(
    tx: &mut Tx<'_>,
    env: &Env,
    desk: &Desk,
    (whose, branch_id): (Whose<'_>, &str),
    (hours, apart): (&Hours, &[String]),
) -> Result<Done> {
    let before = of(tx, desk, whose)?;
    let at_branch = |window: &&Window| window.branch_id == branch_id && is_weekly(window);
    let of_service = |window: &&Window| match whose {
        Whose::Doctor(_) => true,
        Whose::Service(service, _) => window.services == [service.id.as_str()],
    };
    let is_apart = |window: &&Window| apart.contains(&window.code);
    let own: Vec<Window> =
        before.iter().filter(at_branch).filter(of_service).filter(|w| !is_apart(w)).cloned().collect();
    let capacity = match whose {
        Whose::Doctor(_) => None,
        Whose::Service(_, given) => {
            Some(given.or(own.iter().filter_map(|window| window.capacity).max()).unwrap_or(1))
        }
    };
    let Plan { kept, changed, added } = plan(&own, hours, capacity);
    let mut done = Done { kept, ..Done::default() };
    for (window, after) in changed {
        let action = if after.active { "window.updated" } else { "window.retired" };
        env.change(tx, Some(&desk.clinic.id), action, None, (&window, &after))?;
        done.changed.push(after);
    }
    for ((from, to), days) in added {
        let window = Window {
            code: free_code::<Window>(tx, desk, None, None, "WIN")?,
            branch_id: branch_id.to_owned(),
            doctor_id: whose.doctor_id().map(str::to_owned),
            services: whose.services(),
            days: Days::Weekly(days),
            from,
            to,
            capacity,
            ..blank(tx, env, desk)?
        };
        env.create(tx, Some(&desk.clinic.id), "window.added", &window)?;
        done.created.push(window);
    }
    if !done.changed.is_empty() {
        let then = of(tx, desk, whose)?;
        let filter = Filter {
            doctor_id: whose.doctor_id().map(str::to_owned),
            branch_id: Some(branch_id.to_owned()),
            ..Filter::default()
        };
        done.outside = left_out(tx, env, desk, filter, (&before, &then))?;
    }
    Ok(done)
}

impl Whose<'_> {
    fn doctor_id(&self) -> Option<&str> {
        match self {
            Whose::Doctor(doctor) => Some(&doctor.id),
            Whose::Service(..) => None,
        }
    }

    fn services(&self) -> Vec<String> {
        match self {
            Whose::Doctor(_) => Vec::new(),
            Whose::Service(service, _) => vec![service.id.clone()],
        }
    }
}

fn of(tx: &mut Tx<'_>, desk: &Desk, whose: Whose<'_>) -> Result<Vec<Window>> {
    Ok(match whose {
        Whose::Doctor(doctor) => windows::of_doctor(tx, &desk.clinic.id, &doctor.id)?,
        Whose::Service(..) => windows::pooled(tx, &desk.clinic.id)?,
    })
}

/// Sets the hours that `doctor` or `service` `add` or `set` were given, at the workstation's branch, and warns
/// of the appointments that they leave out.
pub(crate) fn set(tx: &mut Tx<'_>, env: &Env, desk: &Desk, whose: Whose<'_>, hours: &Hours) -> Result<()> {
    let branch = find::branch(tx, env, desk, None)?;
    let Done { outside, .. } = replace(tx, env, desk, (whose, &branch.id), (hours, &[]))?;
    if !outside.is_empty() {
        let each = outside.iter().map(|visit| {
            let appointment = &visit.appointment;
            format!("{} ({} {})", appointment.code, appointment.date, hhmm(appointment.start_time))
        });
        let appointments = each.collect::<Vec<_>>().join(", ");
        env.warn(text!("the-new-hours-leave-out", appointments));
    }
    Ok(())
}
