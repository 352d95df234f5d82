//! Series of appointments by a recurrence rule; each is booked, moved and cancelled like a single one.

use crate::app::access::find;
use crate::app::booking::book::{Booked, book_in};
use crate::app::booking::request::BookRequest;
use crate::app::booking::reschedule::{NewStart, RescheduleRequest, move_in};
use crate::app::booking::status::{StatusRequest, set_in};
use crate::app::records::free_code;
use crate::app::when::{Day, Length, When};
use crate::app::{Context, Desk, Env};
use crate::domain::appointment::Visit;
use crate::domain::refusal::{Code, Detail, Problems, Refusal};
use crate::domain::series::{Series, ending, occurrences};
use crate::domain::status::Status;
use crate::domain::time::{add_minutes, hhmm};
use crate::platform::error::Result;
use crate::store::{Ending, Tx, series};
use chrono::{NaiveDateTime, NaiveTime};

/// A request for a series.
#[derive(Debug, Clone, Default)]
pub struct SeriesRequest {
    /// Input errors found so far.
    pub problems: Problems,
    /// The first appointment, and the fields common to all.
    pub book: BookRequest,
    /// The recurrence rule in iCalendar syntax (RRULE).
    pub rule: String,
    /// Number of appointments.
    pub times: Option<u16>,
    /// The last day.
    pub until: Option<Day>,
    /// Whether to skip appointments that cannot be booked, instead of refusing.
    pub skip: bool,
}

/// An appointment that was skipped.
#[derive(Debug, Clone)]
pub struct Skipped {
    /// Its start on the branch's wall clock.
    pub at: NaiveDateTime,
    /// Why it was refused.
    pub refusal: Refusal,
}

/// A series with its appointments.
#[derive(Debug, Clone)]
pub struct Members {
    /// The series.
    pub series: Series,
    /// The appointments shown or changed, in order.
    pub visits: Vec<Visit>,
    /// The appointments that were skipped.
    pub skipped: Vec<Skipped>,
    /// Whether all appointments existed already.
    pub idempotent: bool,
}

/// Books a series: all of it, or with `skip` every appointment that can be booked.
pub fn book(context: &mut Context, request: &SeriesRequest, how: Ending) -> Result<Members> {
    context.write(how, |tx, env, desk| {
        request.problems.clone().check()?;
        let Some(first) = first(tx, env, &desk, &request.book)? else {
            // Booking a single appointment reports what is wrong with the request.
            book_in(tx, env, &request.book)?;
            return Err(Refusal::invalid("date", text!("is-required-with-a-time")));
        };
        let (start, common) = first;
        let until = request.until.map(|day| day.on(desk.today(env)));
        let rule = ending(&request.rule, request.times, until);
        let walls = occurrences(&rule, start).map_err(|problem| Refusal::invalid("rrule", problem))?;
        let (mut booked, mut skipped): (Vec<(i64, Booked)>, _) = (Vec::new(), Vec::new());
        for (wall, number) in walls.into_iter().zip(1i64..) {
            let one = BookRequest {
                when: Some(When::Wall(wall)),
                idempotency_key: common.idempotency_key.as_ref().map(|key| format!("{key}#{number}")),
                // The confirmation of the first new one lists all dates.
                no_notify: common.no_notify || booked.iter().any(|(_, earlier)| !earlier.idempotent),
                ..common.clone()
            };
            match tx.nested(|tx| book_in(tx, env, &one)) {
                Ok(found) => booked.push((number, found)),
                Err(refusal) if request.skip && refusal.code.is_about_the_time() => {
                    skipped.push(Skipped { at: wall, refusal });
                }
                Err(refusal) => return Err(named(refusal, wall, ("occurrence", number))),
            }
        }
        if let (true, Some(Skipped { refusal, .. })) = (booked.is_empty(), skipped.first()) {
            return Err(refusal.clone());
        }
        let series = series_of(tx, env, &desk, &booked, rule)?;
        let idempotent = booked.iter().all(|(_, booked)| booked.idempotent);
        for (number, booked) in booked.iter().filter(|(_, booked)| !booked.idempotent) {
            series::add_visit(tx, &series.id, &booked.visit.appointment.id, *number)?;
        }
        let visits = booked.into_iter().map(|(_, booked)| booked.visit).collect();
        Ok(Members { series, visits, skipped, idempotent })
    })
}

/// Returns the first local start and the fields common to all; `None` without a valid start.
fn first(
    tx: &mut Tx<'_>,
    env: &Env,
    desk: &Desk,
    request: &BookRequest,
) -> Result<Option<(NaiveDateTime, BookRequest)>> {
    let Some(when) = request.when.filter(|_| request.problems.is_empty()) else { return Ok(None) };
    let branch = find::branch(tx, env, desk, request.branch.as_deref())?;
    let zone = env.branch_zone(desk, &branch)?;
    let start = when.about(&zone, desk.now(env));
    let wall = match when {
        // Keep a local time that a DST gap skips, so that the booking refuses it.
        When::DayTime(day, time) => day.on(desk.now(env).today(&zone)).and_time(time),
        When::Wall(wall) => wall,
        When::At(start) => zone.wall(start),
    };
    let length = match request.length {
        Some(length) => {
            let minutes = length.certain(&zone, start)?.minutes(&zone, start);
            Some(Length::Minutes(minutes.map_err(|problem| Refusal::invalid("end", problem))?))
        }
        None => None,
    };
    Ok(Some((wall, BookRequest { length, ..request.clone() })))
}

/// Returns the series of an earlier identical request, or creates one.
fn series_of(
    tx: &mut Tx<'_>,
    env: &Env,
    desk: &Desk,
    booked: &[(i64, Booked)],
    rule: String,
) -> Result<Series> {
    if let Some((_, found)) = booked.iter().find(|(_, booked)| booked.idempotent) {
        let id = &found.visit.appointment.id;
        return match series::of_visit(tx, id)? {
            Some(series) if series.rule == rule => Ok(series),
            _ => Err(Refusal::new(
                Code::IdempotencyMismatch,
                text!("that-idempotency-key-was-used-for-a-different"),
            )
            .detail("existing_appointment_id", id.as_str())
            .hint(text!("use-a-new-key-for-a-new-series"))),
        };
    }
    let series = Series {
        id: env.new_id(),
        clinic_id: desk.clinic.id.clone(),
        code: free_code::<Series>(tx, desk, None, None, "SER")?,
        rule,
        created_at: env.now,
    };
    env.create(tx, Some(&desk.clinic.id), "series.booked", &series)?;
    Ok(series)
}

/// Adds to a refusal about a time which appointment of the series is meant.
fn named(refusal: Refusal, wall: NaiveDateTime, (key, which): (&str, impl Into<Detail>)) -> Refusal {
    if !refusal.code.is_about_the_time() {
        return refusal;
    }
    let message = format!("{} {}: {}", wall.date(), hhmm(wall.time()), refusal.message);
    let hint = refusal.hint.clone().unwrap_or_else(|| text!("skip-conflicts-leaves-out-what-cant-be").into());
    Refusal { message, ..refusal }.detail(key, which).hint(hint)
}

fn members(tx: &mut Tx<'_>, env: &Env, desk: &Desk, series: Series) -> Result<Members> {
    let mut visits = Vec::new();
    for id in series::visits(tx, &series.id)? {
        visits.push(find::visit(tx, env, desk, &id)?);
    }
    Ok(Members { series, visits, skipped: Vec::new(), idempotent: false })
}

/// Returns the series with appointments ahead, or all. A key limited to a doctor sees only that doctor's.
pub fn list(context: &mut Context, all: bool) -> Result<Vec<Members>> {
    context.read(|tx, env, desk| {
        let mut found = Vec::new();
        walk(tx, env, &desk, &mut |members| {
            if all || members.visits.iter().any(|visit| is_ahead(env, visit)) {
                found.push(members);
            }
            Ok(())
        })?;
        Ok(found)
    })
}

/// Calls `each` for every series that the caller may see; loads 100 series at a time.
pub(crate) fn walk(
    tx: &mut Tx<'_>,
    env: &Env,
    desk: &Desk,
    each: &mut dyn FnMut(Members) -> Result<()>,
) -> Result<()> {
    let mut after = String::new();
    loop {
        let page = tx.after::<Series>(&desk.clinic.id, &after, 100)?;
        let Some(last) = page.last() else { return Ok(()) };
        after.clone_from(&last.id);
        for series in page {
            match members(tx, env, desk, series) {
                Ok(members) => each(members)?,
                // Another doctor's series.
                Err(refusal) if refusal.code == Code::Forbidden => {}
                Err(refusal) => return Err(refusal),
            }
        }
    }
}

/// Returns one series.
pub fn show(context: &mut Context, word: &str) -> Result<Members> {
    context.read(|tx, env, desk| {
        let series: Series = find::any(tx, &desk, word)?;
        members(tx, env, &desk, series)
    })
}

fn is_ahead(env: &Env, visit: &Visit) -> bool {
    visit.appointment.status.can_move() && visit.appointment.span.start > env.now
}

/// Loads a series with only its upcoming appointments from `from` on.
fn coming(tx: &mut Tx<'_>, env: &Env, desk: &Desk, word: &str, from: Option<Day>) -> Result<Members> {
    let series: Series = find::any(tx, desk, word)?;
    let mut members = members(tx, env, desk, series)?;
    let from = from.map(|day| day.on(desk.today(env)));
    members
        .visits
        .retain(|visit| is_ahead(env, visit) && from.is_none_or(|from| from <= visit.appointment.date));
    Ok(members)
}

/// Cancels the upcoming appointments of a series, all or nothing.
pub fn cancel(
    context: &mut Context,
    word: &str,
    (from, request): (Option<Day>, &StatusRequest),
    how: Ending,
) -> Result<Members> {
    context.write(how, |tx, env, desk| {
        let request = StatusRequest { to: Some(Status::Cancelled), ..request.clone() };
        let found = coming(tx, env, &desk, word, from)?;
        let mut visits = Vec::new();
        for visit in found.visits {
            visits.push(set_in(tx, env, &desk, visit, &request)?.visit);
        }
        Ok(Members { visits, ..found })
    })
}

/// How to move a series.
#[derive(Debug, Clone, Default)]
pub struct MoveRequest {
    /// Input errors found so far.
    pub problems: Problems,
    /// The new time on the same days; otherwise `minutes` is used.
    pub time: Option<NaiveTime>,
    /// The shift of the local time in minutes; negative for earlier.
    pub minutes: Option<i64>,
    /// The first day from which appointments move.
    pub from: Option<Day>,
    /// Whether to skip appointments that cannot move, instead of refusing.
    pub skip: bool,
    /// The reason, recorded in the audit log.
    pub reason: Option<String>,
    /// Whether to skip the notices.
    pub no_notify: bool,
    /// Whether to move even inside the `reschedule_cutoff`.
    pub force: bool,
}

/// Moves the upcoming appointments of a series: all, or with `skip` every one that can move.
pub fn shift(context: &mut Context, word: &str, request: &MoveRequest, how: Ending) -> Result<Members> {
    context.write(how, |tx, env, desk| {
        let mut problems = request.problems.clone();
        if request.time.is_none() && request.minutes.is_none() && problems.is_empty() {
            problems.add("time", text!("is-required-or-by-how-much"));
        }
        problems.check()?;
        let mut found = coming(tx, env, &desk, word, request.from)?;
        // Move the last one first when moving later, so that none collides with the next of its series.
        let later = request.minutes.is_some_and(|minutes| minutes > 0);
        if later {
            found.visits.reverse();
        }
        let (mut visits, mut skipped) = (Vec::new(), Vec::new());
        for visit in found.visits {
            let before = visit.appointment.date.and_time(visit.appointment.start_time);
            let to = match (request.time, request.minutes) {
                (Some(time), _) => before.date().and_time(time),
                (None, minutes) => add_minutes(before, minutes.unwrap_or_default()),
            };
            let one = RescheduleRequest {
                when: Some(NewStart::Whole(When::Wall(to))),
                reason: request.reason.clone(),
                no_notify: request.no_notify,
                force: request.force,
                ..RescheduleRequest::default()
            };
            let code = visit.appointment.code.clone();
            match tx.nested(|tx| move_in(tx, env, &desk, visit, &one)) {
                Ok(visit) => visits.push(visit),
                Err(refusal) if request.skip && refusal.code.is_about_the_time() => {
                    skipped.push(Skipped { at: before, refusal });
                }
                Err(refusal) => return Err(named(refusal, before, ("appointment_code", code))),
            }
        }
        if later {
            visits.reverse();
            skipped.reverse();
        }
        Ok(Members { visits, skipped, ..found })
    })
}
