//! Series: several appointments by one rule, each booked, moved and cancelled on the one path.

use crate::app::access::find;
use crate::app::booking::book::{BookRequest, book_in};
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

/// A wish for several appointments.
#[derive(Debug, Clone, Default)]
pub struct SeriesRequest {
    /// What is wrong with its shape so far.
    pub problems: Problems,
    /// The first appointment, and what all have in common.
    pub book: BookRequest,
    /// The rule, as iCalendar writes it.
    pub rule: String,
    /// So many.
    pub times: Option<u16>,
    /// Up to that day.
    pub until: Option<Day>,
    /// Leave out those that can't be booked.
    pub skip: bool,
}

/// One that was left out.
#[derive(Debug, Clone)]
pub struct Skipped {
    /// When it would have been, on the branch's clock.
    pub at: NaiveDateTime,
    /// Why.
    pub refusal: Refusal,
}

/// A series with its appointments.
#[derive(Debug, Clone)]
pub struct Members {
    /// The series.
    pub series: Series,
    /// Its appointments in their order; those that a command was about.
    pub visits: Vec<Visit>,
    /// Those that were left out.
    pub skipped: Vec<Skipped>,
    /// Whether all were there already.
    pub idempotent: bool,
}

/// Books a series: all of it, or with `skip` what can be booked.
pub fn book(context: &mut Context, request: &SeriesRequest, how: Ending) -> Result<Members> {
    context.write(how, |tx, env, desk| {
        request.problems.clone().check()?;
        let Some(first) = first(tx, env, &desk, &request.book)? else {
            // What is wrong with it is told as it is of one appointment.
            book_in(tx, env, &request.book)?;
            return Err(Refusal::invalid("date", text!("is-required-with-a-time")));
        };
        let (start, common) = first;
        let until = request.until.map(|day| day.on(desk.today(env)));
        let rule = ending(&request.rule, request.times, until);
        let walls = occurrences(&rule, start).map_err(|problem| Refusal::invalid("rrule", problem))?;
        let (mut booked, mut skipped) = (Vec::new(), Vec::new());
        for (wall, number) in walls.into_iter().zip(1i64..) {
            let one = BookRequest {
                when: Some(When::Wall(wall)),
                idempotency_key: common.idempotency_key.as_ref().map(|key| format!("{key}#{number}")),
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

/// The first start on the branch's clock, and what all have in common; none where it isn't said.
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
        // A reading that the clock jumps over stays as it was said, and is refused as such.
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

/// The series that a retry finds, or a new one.
fn series_of(
    tx: &mut Tx<'_>,
    env: &Env,
    desk: &Desk,
    booked: &[(i64, crate::app::booking::book::Booked)],
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

/// The refusal of one of several, which says of which.
fn named(refusal: Refusal, wall: NaiveDateTime, (key, which): (&str, impl Into<Detail>)) -> Refusal {
    if !refusal.code.is_about_the_time() {
        return refusal;
    }
    let message = format!("{} {}: {}", wall.date(), hhmm(wall.time()), refusal.message);
    let hint = refusal.hint.clone().unwrap_or_else(|| text!("skip-conflicts-leaves-out-what-cant-be").into());
    Refusal { message, ..refusal }.detail(key, which).hint(hint)
}

/// A series with the appointments that are told of.
fn members(tx: &mut Tx<'_>, env: &Env, desk: &Desk, series: Series) -> Result<Members> {
    let mut visits = Vec::new();
    for id in series::visits(tx, &series.id)? {
        visits.push(find::visit(tx, &env.zones, desk, &id)?);
    }
    Ok(Members { series, visits, skipped: Vec::new(), idempotent: false })
}

/// The series with appointments still ahead, or all; a doctor's key sees its own.
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

/// Gives each series that the caller sees, a few at a time.
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
                // Another doctor's.
                Err(refusal) if refusal.code == Code::Forbidden => {}
                Err(refusal) => return Err(refusal),
            }
        }
    }
}

/// One series.
pub fn show(context: &mut Context, word: &str) -> Result<Members> {
    context.read(|tx, env, desk| {
        let series: Series = find::any(tx, &desk, word)?;
        members(tx, env, &desk, series)
    })
}

fn is_ahead(env: &Env, visit: &Visit) -> bool {
    visit.appointment.status.can_move() && visit.appointment.span.start > env.now
}

/// The appointments of a series that are still to come, from a day on.
fn coming(tx: &mut Tx<'_>, env: &Env, desk: &Desk, word: &str, from: Option<Day>) -> Result<Members> {
    let series: Series = find::any(tx, desk, word)?;
    let mut members = members(tx, env, desk, series)?;
    let from = from.map(|day| day.on(desk.today(env)));
    members
        .visits
        .retain(|visit| is_ahead(env, visit) && from.is_none_or(|from| from <= visit.appointment.date));
    Ok(members)
}

/// Cancels what is still to come of a series: all of it or nothing.
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

/// How a series moves.
#[derive(Debug, Clone, Default)]
pub struct MoveRequest {
    /// What is wrong with its shape so far.
    pub problems: Problems,
    /// To that time on the same days …
    pub time: Option<NaiveTime>,
    /// … or by so many minutes of the wall clock, earlier where negative.
    pub minutes: Option<i64>,
    /// From that day on.
    pub from: Option<Day>,
    /// Leave those where they are that can't move.
    pub skip: bool,
    /// Why; noted in the audit log.
    pub reason: Option<String>,
    /// Leave out the notices.
    pub no_notify: bool,
    /// Inside the cutoff, too.
    pub force: bool,
}

/// Moves what is still to come of a series: all of it, or with `skip` what can move.
pub fn shift(context: &mut Context, word: &str, request: &MoveRequest, how: Ending) -> Result<Members> {
    context.write(how, |tx, env, desk| {
        let mut problems = request.problems.clone();
        if request.time.is_none() && request.minutes.is_none() && problems.is_empty() {
            problems.add("time", text!("is-required-or-by-how-much"));
        }
        problems.check()?;
        let mut found = coming(tx, env, &desk, word, request.from)?;
        // Who moves later goes last first, so that no appointment meets the next one of its own series.
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
