//! Finding appointments again: one, a page of them, or how many.

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

/// Which appointments.
#[derive(Debug, Clone, Default)]
pub struct ListRequest {
    /// What is wrong with its shape so far.
    pub problems: Problems,
    /// First local date.
    pub from: Option<Day>,
    /// Last local date.
    pub to: Option<Day>,
    /// One of these statuses.
    pub statuses: Vec<Status>,
    /// With that doctor.
    pub doctor: Option<String>,
    /// At that branch; `all` for every one. By default the one that the workstation stands in.
    pub branch: Option<String>,
    /// For that service.
    pub service: Option<String>,
    /// Of that patient.
    pub patient: Option<String>,
    /// Booked from there.
    pub source: Option<String>,
    /// Whose follow-up is due today or was before.
    pub follow_up_due: bool,
    /// In which order.
    pub order: Order,
    /// Which page, from 1.
    pub page: i64,
    /// How many on a page, 1 to [`MOST`].
    pub limit: i64,
    /// Whether all are counted, also where that reads the whole book.
    pub total: bool,
}

/// A page of appointments.
#[derive(Debug, Clone)]
pub struct Page {
    /// The appointments.
    pub visits: Vec<Visit<Attendee>>,
    /// How many there are on all pages, where that is known.
    pub total: Option<i64>,
    /// Whether more follow.
    pub has_more: bool,
    /// Which page.
    pub page: i64,
    /// How many on a page.
    pub limit: i64,
}

/// One appointment.
pub fn show(context: &mut Context, word: &str) -> Result<Visit> {
    context.read(|tx, env, desk| find::visit(tx, &env.zones, &desk, word))
}

/// How many characters of each code are enough to name it.
pub fn enough(context: &mut Context, codes: &[&str]) -> Result<Vec<(String, usize)>> {
    let found = context.read(|tx, _, desk| Ok(visit::neighbours(tx, &desk.clinic.id, codes)?))?;
    let found = found.into_iter().map(|(code, near)| {
        let shared = near.iter().flatten().map(|other| partial_match::shared(&code, other)).max();
        let enough = (shared.unwrap_or(0) + 1).max(partial_match::SHORTEST).min(code.len());
        (code, enough)
    });
    Ok(found.collect())
}

/// A page of appointments.
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

/// How many bookings were made since an instant, 24 hours ago by default.
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

fn filter(tx: &mut Tx<'_>, env: &Env, desk: &Desk, request: &ListRequest) -> Result<Filter> {
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
    // The visits of one who was merged are those of the record that is kept.
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
