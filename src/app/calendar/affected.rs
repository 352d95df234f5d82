//! Finds the appointments that a calendar change affects. They stay as they are; the user sees them before
//! the change is saved.

use crate::app::access::find;
use crate::app::{Desk, Env};
use crate::domain::appointment::Visit;
use crate::domain::refusal::{Code, Refusal};
use crate::domain::status::Status;
use crate::domain::time::add_days;
use crate::platform::error::Result;
use crate::store::appointments::list::{Filter, Order, page};
use crate::store::{Ending, Tx};

/// How a calendar change is made.
#[derive(Debug, Clone, Copy)]
pub struct Care<'a> {
    /// Commit, or a dry run that only lists the affected appointments.
    pub ending: Ending,
    /// Ids of the appointments that the user has accepted; none if the user was not asked.
    pub agreed: Option<&'a [String]>,
}

impl Default for Care<'_> {
    fn default() -> Self {
        Care { ending: Ending::Commit, agreed: None }
    }
}

impl Care<'_> {
    /// Refuses the change if it affects an appointment that is not in `agreed`.
    pub fn check(&self, hits: &[Visit]) -> Result<()> {
        let Some(agreed) = self.agreed else { return Ok(()) };
        let new: Vec<&str> = hits
            .iter()
            .filter(|visit| !agreed.contains(&visit.appointment.id))
            .map(|visit| visit.appointment.code.as_str())
            .collect();
        if new.is_empty() {
            return Ok(());
        }
        Err(Refusal::new(Code::InvalidStateTransition, text!("it-hits-other-appointments-by-now"))
            .detail("appointments", new)
            .hint(text!("nothing-was-saved-the-same-again-shows-them")))
    }
}

/// A changed record with the affected appointments.
#[derive(Debug, Clone)]
pub struct Minded<T> {
    /// The record.
    pub record: T,
    /// The affected appointments, earliest first.
    pub hits: Vec<Visit>,
}

pub(crate) fn expected(tx: &mut Tx<'_>, env: &Env, desk: &Desk, filter: Filter) -> Result<Vec<Visit>> {
    // A branch's date may differ from the clinic's by a day, and a visit may run past midnight.
    let soon = add_days(desk.today(env).date, -2);
    let filter = Filter {
        from: Some(filter.from.map_or(soon, |from| from.max(soon))),
        statuses: vec![Status::Scheduled, Status::Confirmed, Status::CheckedIn, Status::InProgress],
        ..filter
    };
    let found = page(tx, &desk.clinic.id, &filter, Order::Start, i64::MAX, 0)?;
    let mut visits = find::with_zones(env, found)?;
    visits.retain(|visit| visit.appointment.span.end > env.now);
    Ok(visits)
}
