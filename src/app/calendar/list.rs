//! Finds appointments: one, a page, or their number.

use crate::app::access::{find, partial_match};
use crate::app::paging::{Paged, Paging};
use crate::app::when::{Day, When};
use crate::app::{Context, Desk, Env};
use crate::domain::appointment::Visit;
use crate::domain::record::{Attendee, Branch, Patient, Service};
use crate::domain::refusal::Problems;
use crate::domain::status::Status;
use crate::domain::time::{Instant, Zone};
use crate::platform::error::Result;
use crate::store::Tx;
use crate::store::appointments::list::{self, Filter, Order};
use crate::store::appointments::visit;

/// The most appointments on one page.
pub const MOST: i64 = 1000;

/// Filters, order and page of a list.
#[derive(Debug, Clone, Default)]
pub struct ListRequest {
    /// Input errors found so far.
    pub problems: Problems,
    /// First local date.
    pub from: Option<Day>,
    /// Last local date.
    pub to: Option<Day>,
    /// Only these statuses; empty for all.
    pub statuses: Vec<Status>,
    /// Only this doctor, as typed.
    pub doctor: Option<String>,
    /// The branch, or `all`; by default the workstation's branch ([`Env::branch`]).
    pub branch: Option<String>,
    /// Only this service.
    pub service: Option<String>,
    /// Only this patient.
    pub patient: Option<String>,
    /// Only bookings from this source.
    pub source: Option<String>,
    /// Only appointments with a follow-up due today or earlier.
    pub follow_up_due: bool,
    /// The sort order.
    pub order: Order,
    /// Page number, starting at 1.
    pub page: i64,
    /// Appointments per page, 1 to [`MOST`].
    pub limit: i64,
    /// Whether to count all rows even if that needs a full scan.
    pub total: bool,
}

/// Returns a page of appointments.
#[derive(Debug, Clone)]
pub struct Page {
    /// The appointments.
    pub visits: Vec<Visit<Attendee>>,
    /// Number of appointments on all pages, if known.
    pub total: Option<i64>,
    /// Whether there is a next page.
    pub has_more: bool,
    /// Page number, starting at 1.
    pub page: i64,
    /// Appointments per page.
    pub limit: i64,
}

/// Returns one appointment.
pub fn show(context: &mut Context, word: &str) -> Result<Visit> {
    context.read(|tx, env, desk| find::visit(tx, env, &desk, word))
}

/// Returns how many leading characters identify each code.
pub fn enough(context: &mut Context, codes: &[&str]) -> Result<Vec<(String, usize)>> {
    let found = context.read(|tx, _, desk| Ok(visit::neighbours(tx, &desk.clinic.id, codes)?))?;
    let found = found.into_iter().map(|(code, near)| {
        let shared = near.iter().flatten().map(|other| partial_match::shared(&code, other)).max();
        let enough = (shared.unwrap_or(0) + 1).max(partial_match::SHORTEST).min(code.len());
        (code, enough)
    });
    Ok(found.collect())
}

/// Returns a page of appointments.
pub fn page(context: &mut Context, request: &ListRequest) -> Result<Page> {
    context.read(|tx, env, desk| {
        let filter = filter(tx, env, &desk, request)?;
        let ListRequest { order, page, limit, total, .. } = *request;
        let (clinic_id, paging) = (&desk.clinic.id, Paging { page, limit, total });
        let found = list::page(tx, clinic_id, &filter, order, limit + 1, paging.offset())?;
        let is_cheap = filter.is_counted_cheaply();
        let Paged { rows, total, has_more } =
            paging.cut(found, is_cheap, || Ok(list::count(tx, clinic_id, &filter)?))?;
        Ok(Page { visits: find::with_zones(env, rows)?, total, has_more, page, limit })
    })
}

/// Counts the bookings made since an instant, by default 24 hours ago.
pub fn count(
    context: &mut Context,
    request: &ListRequest,
    since: Option<When>,
) -> Result<(i64, Instant, Zone)> {
    context.read(|tx, env, desk| {
        let since = since.map_or(env.now.plus(-86_400), |when| when.about(&desk.zone, desk.now(env)));
        let filter = Filter { since: Some(since), ..filter(tx, env, &desk, request)? };
        Ok((list::count(tx, &desk.clinic.id, &filter)?, since, desk.zone))
    })
}

pub(crate) fn filter(tx: &mut Tx<'_>, env: &Env, desk: &Desk, request: &ListRequest) -> Result<Filter> {
    let today = desk.today(env);
    let mut problems = request.problems.clone();
    let (from, to) = (request.from.map(|day| day.on(today)), request.to.map(|day| day.on(today)));
    if let (Some(from), Some(to)) = (from, to)
        && to < from
    {
        problems.add("to", text!("is-before-from"));
    }
    problems.check()?;
    let id_of_branch = |tx: &mut Tx<'_>, word: &String| find::any::<Branch>(tx, desk, word).map(|b| b.id);
    let id_of_service = |tx: &mut Tx<'_>, word: &String| find::any::<Service>(tx, desk, word).map(|s| s.id);
    let id_of_patient = |tx: &mut Tx<'_>, word: &String| -> Result<String> {
        let named = find::any::<Patient>(tx, desk, word)?;
        Ok(find::current(tx, desk, named)?.id)
    };
    let branch = request.branch.as_ref().or(env.branch.as_ref()).filter(|word| *word != "all");
    Ok(Filter {
        from,
        to,
        statuses: request.statuses.clone(),
        doctor_id: desk.doctor_asked(tx, request.doctor.as_deref(), find::any)?.map(|doctor| doctor.id),
        branch_id: branch.map(|word| id_of_branch(tx, word)).transpose()?,
        service_id: request.service.as_ref().map(|word| id_of_service(tx, word)).transpose()?,
        patient_id: request.patient.as_ref().map(|word| id_of_patient(tx, word)).transpose()?,
        source: request.source.clone(),
        since: None,
        follow_up_by: request.follow_up_due.then_some(today.date),
    })
}
