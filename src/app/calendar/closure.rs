//! Closures: holidays, time off and breaks.

use crate::app::access::find;
use crate::app::booking::status::{StatusRequest, set_in};
use crate::app::booking::undo::act_reason;
use crate::app::calendar::affected::{Care, expected};
use crate::app::records::free_code;
use crate::app::waitlist::{self as waiting_list, Waiting};
use crate::app::when::Day;
use crate::app::{Context, Desk, Env};
use crate::domain::appointment::Visit;
use crate::domain::interval::Interval;
use crate::domain::record::{Branch, Doctor};
use crate::domain::refusal::{Problems, Refusal};
use crate::domain::status::Status;
use crate::domain::text;
use crate::domain::time::{Instant, add_days, midnight};
use crate::domain::waitlist::{Entry, Hold};
use crate::domain::window::Closure;
use crate::platform::error::Result;
use crate::store::appointments::list::Filter;
use crate::store::{Tx, directory, waitlist, windows};
use chrono::NaiveDateTime;

/// One end of a closure, as typed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Bound {
    /// A whole day.
    Day(Day),
    /// A wall-clock time.
    Wall(NaiveDateTime),
    /// An instant.
    At(Instant),
}

/// A closure's fields, as given.
#[derive(Debug, Clone, Default)]
pub struct ClosureFields {
    /// Input errors found so far.
    pub problems: Problems,
    /// One whole day; else `from` and `to`.
    pub date: Option<Day>,
    /// The start.
    pub from: Option<Bound>,
    /// The end; a day counts to its end.
    pub to: Option<Bound>,
    /// Only for this doctor.
    pub doctor: Option<String>,
    /// Only for this branch.
    pub branch: Option<String>,
    /// The reason.
    pub reason: Option<String>,
}

/// A closure with its doctor, its branch and the affected appointments.
#[derive(Debug, Clone)]
pub struct NamedClosure {
    /// The closure.
    pub closure: Closure,
    /// The doctor, if it is for one doctor.
    pub doctor: Option<Doctor>,
    /// The branch, if it is for one branch.
    pub branch: Option<Branch>,
    /// Upcoming appointments in it; loaded only when the closure is added.
    pub hits: Vec<Visit>,
    /// Waiting-list entries for whom a slot in it is held; loaded only when the closure is added.
    pub held: Vec<Waiting>,
}

/// Adds a closure. Appointments in it stay, and are returned.
pub fn add(context: &mut Context, fields: &ClosureFields, care: Care<'_>) -> Result<NamedClosure> {
    context.write(care.ending, |tx, env, desk| {
        let added = add_in(tx, env, &desk, fields)?;
        care.check(&added.hits)?;
        Ok(added)
    })
}

/// Adds a closure and cancels the appointments in it, but for those in progress, as one act. What was held in it
/// is given up.
pub fn add_cancelling(
    context: &mut Context,
    fields: &ClosureFields,
    how: &StatusRequest,
    care: Care<'_>,
) -> Result<NamedClosure> {
    context.write(care.ending, |tx, env, desk| {
        let mut added = add_in(tx, env, &desk, fields)?;
        care.check(&added.hits)?;
        let reason = Some(act_reason(&added.closure));
        let how = StatusRequest { to: Some(Status::Cancelled), reason, ..how.clone() };
        for visit in &mut added.hits {
            if visit.appointment.status != Status::InProgress {
                *visit = set_in(tx, env, &desk, visit.clone(), &how)?.visit;
            }
        }
        release(tx, env, &desk, &added)?;
        Ok(added)
    })
}

/// Gives up what is held in the closure.
pub(super) fn release(tx: &mut Tx<'_>, env: &Env, desk: &Desk, added: &NamedClosure) -> Result<()> {
    for Waiting { entry, .. } in &added.held {
        let after = Entry { hold: None, updated_at: env.now, ..entry.clone() };
        env.change(tx, Some(&desk.clinic.id), "waitlist.declined", None, (entry, &after))?;
    }
    Ok(())
}

/// Adds a closure inside an open transaction.
pub fn add_in(tx: &mut Tx<'_>, env: &Env, desk: &Desk, fields: &ClosureFields) -> Result<NamedClosure> {
    let mut problems = fields.problems.clone();
    let (from, to) = span(env, desk, fields, &mut problems);
    let reason = crate::app::records::required(&mut problems, "reason", fields.reason.as_ref(), text::short);
    problems.check()?;
    let doctor = fields.doctor.as_deref().map(|word| find::active::<Doctor>(tx, desk, word)).transpose()?;
    let branch = fields.branch.as_deref().map(|word| find::active::<Branch>(tx, desk, word)).transpose()?;
    if let Some(doctor) = &doctor {
        refuse_same(tx, desk, (doctor, branch.as_ref()), (from, to))?;
    }
    let closure = Closure {
        id: env.new_id(),
        clinic_id: desk.clinic.id.clone(),
        code: free_code::<Closure>(tx, desk, None, None, "CLO")?,
        branch_id: branch.as_ref().map(|branch| branch.id.clone()),
        doctor_id: doctor.as_ref().map(|doctor| doctor.id.clone()),
        from,
        to,
        reason: reason.unwrap_or_default(),
        active: true,
        created_at: env.now,
    };
    env.create(tx, Some(&desk.clinic.id), "closure.added", &closure)?;
    let hits = hits(tx, env, desk, &closure)?;
    let held = held(tx, env, desk, &closure)?;
    Ok(NamedClosure { closure, doctor, branch, hits, held })
}

/// The waiting-list entries for whom a slot in the closure is held.
fn held(tx: &mut Tx<'_>, env: &Env, desk: &Desk, closure: &Closure) -> Result<Vec<Waiting>> {
    // A branch's clock may differ from the clinic's by a day.
    let day = 86_400;
    let span = closure.span(&desk.zone);
    let around = Interval::new(span.start.plus(-day), span.end.plus(day));
    let entries = waitlist::holding(tx, &desk.clinic.id, around, env.now)?;
    let mut held = Vec::new();
    for entry in entries {
        let doctor = entry.hold.as_ref().and_then(|hold| hold.doctor_id.as_deref());
        if !closure.concerns(&entry.branch_id, doctor) {
            continue;
        }
        let waiting = waiting_list::name(tx, env, desk, entry)?;
        let in_it = |hold: &Hold| closure.span(&waiting.zone).overlaps(hold.span);
        if waiting.entry.hold.as_ref().is_some_and(in_it) {
            held.push(waiting);
        }
    }
    Ok(held)
}

/// Refuses a doctor's closure that is there already.
fn refuse_same(
    tx: &mut Tx<'_>,
    desk: &Desk,
    (doctor, branch): (&Doctor, Option<&Branch>),
    (from, to): (NaiveDateTime, NaiveDateTime),
) -> Result<()> {
    let around = windows::closures_around(tx, &desk.clinic.id, from.date(), to.date())?;
    let same = |closure: &&Closure| {
        closure.doctor_id.as_ref() == Some(&doctor.id)
            && closure.branch_id.as_deref() == branch.map(|branch| branch.id.as_str())
            && (closure.from, closure.to) == (from, to)
    };
    match around.iter().find(same) {
        None => Ok(()),
        Some(Closure { code, .. }) => Err(Refusal::invalid("closure", text!("is-there-already-as", code))
            .detail("existing", code.as_str())
            .hint(text!("turno-closure-remove-opens-it-again", code))),
    }
}

fn span(
    env: &Env,
    desk: &Desk,
    fields: &ClosureFields,
    problems: &mut Problems,
) -> (NaiveDateTime, NaiveDateTime) {
    let today = desk.today(env);
    let wall = |bound: Bound, end: bool| match bound {
        Bound::Day(day) => midnight(add_days(day.on(today), i64::from(end))),
        Bound::Wall(wall) => wall,
        // Closures are stored in whole minutes.
        Bound::At(instant) => desk.zone.wall(instant.plus(-instant.unix().rem_euclid(60))),
    };
    let (from, to) = match (fields.date, fields.from, fields.to) {
        (Some(day), None, None) => (Bound::Day(day), Bound::Day(day)),
        (None, Some(from), Some(to)) => (from, to),
        (Some(_), _, _) => {
            problems.add("date", text!("give-either-date-or-from-and-to"));
            return Default::default();
        }
        (None, from, to) => {
            for (name, missing) in [("from", from.is_none()), ("to", to.is_none())] {
                if missing {
                    problems.add(name, text!("is-required-or-date-for-one-whole-day"));
                }
            }
            return Default::default();
        }
    };
    let (from, to) = (wall(from, false), wall(to, true));
    if to <= from {
        problems.add("to", text!("is-not-after-from"));
    }
    (from, to)
}

fn hits(tx: &mut Tx<'_>, env: &Env, desk: &Desk, closure: &Closure) -> Result<Vec<Visit>> {
    let filter = Filter {
        from: Some(add_days(closure.from.date(), -1)),
        to: Some(add_days(closure.to.date(), 1)),
        doctor_id: closure.doctor_id.clone(),
        branch_id: closure.branch_id.clone(),
        ..Filter::default()
    };
    let mut hits = expected(tx, env, desk, filter)?;
    hits.retain(|visit| closure.span(&visit.zone).overlaps(visit.appointment.span));
    Ok(hits)
}

/// Lists closures by code; with `retired`, removed ones too.
pub fn list(context: &mut Context, retired: bool) -> Result<Vec<NamedClosure>> {
    context.read(|tx, _, desk| {
        let closures: Vec<Closure> = directory::all(tx, &desk.clinic.id, retired)?;
        closures.into_iter().map(|closure| name(tx, &desk, veiled(&desk, closure))).collect()
    })
}

/// Hides the reason of another doctor's closure: reasons are private, and imported ones may name patients.
fn veiled(desk: &Desk, closure: Closure) -> Closure {
    match &closure.doctor_id {
        Some(doctor_id) if desk.check_doctor(Some(doctor_id)).is_err() => {
            Closure { reason: find::MASK.to_owned(), ..closure }
        }
        _ => closure,
    }
}

/// Removes a closure, which reopens its time.
pub fn remove(context: &mut Context, word: &str) -> Result<NamedClosure> {
    let closure =
        crate::app::records::edit(context, word, "closure.removed", |_, _, _, closure: &mut Closure| {
            closure.active = false;
            Ok(())
        })?;
    context.read(|tx, _, desk| name(tx, &desk, closure.clone()))
}

fn name(tx: &mut Tx<'_>, desk: &Desk, closure: Closure) -> Result<NamedClosure> {
    let doctor = find::named_by(tx, &desk.clinic.id, closure.doctor_id.as_deref())?;
    let branch = find::named_by(tx, &desk.clinic.id, closure.branch_id.as_deref())?;
    Ok(NamedClosure { closure, doctor, branch, hits: Vec::new(), held: Vec::new() })
}
