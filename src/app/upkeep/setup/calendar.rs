//! Hours, windows and closures as a file has them.

use super::{Applied, branch_of};
use crate::app::access::find;
use crate::app::calendar::hours::{Done, Whose, replace};
use crate::app::calendar::window::{self, WindowFields};
use crate::app::change::Change;
use crate::app::records::{free_code, required};
use crate::app::when::Day;
use crate::app::{Desk, Env};
use crate::domain::hours::{Hours, clock, weekdays};
use crate::domain::record::{Branch, Doctor, Service};
use crate::domain::refusal::{Problems, Refusal};
use crate::domain::text;
use crate::domain::time::{add_days, midnight, parse_date, parse_time};
use crate::domain::window::{Closure, Window};
use crate::formats::setup_file::Part;
use crate::platform::error::Result;
use crate::store::{Tx, directory};
use chrono::NaiveDateTime;

/// Sets the weekly hours of a doctor; windows whose codes are in `apart` are the file's own.
pub(super) fn doctors_hours(
    tx: &mut Tx<'_>,
    env: &Env,
    desk: &Desk,
    (part, doctor): (&Part, &Doctor),
    apart: &[String],
    applied: &mut Applied,
) -> Result<()> {
    set_hours(tx, env, desk, (part, Whose::Doctor(doctor)), apart, applied)
}

/// Sets the weekly hours of a service without a doctor.
pub(super) fn services_hours(
    tx: &mut Tx<'_>,
    env: &Env,
    desk: &Desk,
    (part, service): (&Part, &Service),
    apart: &[String],
    applied: &mut Applied,
) -> Result<()> {
    let capacity = part.get("capacity").map(|word| window::capacity(&word)).transpose();
    let capacity = capacity.map_err(|problem| Refusal::invalid("capacity", problem))?;
    set_hours(tx, env, desk, (part, Whose::Service(service, capacity)), apart, applied)
}

fn set_hours(
    tx: &mut Tx<'_>,
    env: &Env,
    desk: &Desk,
    (part, whose): (&Part, Whose<'_>),
    apart: &[String],
    applied: &mut Applied,
) -> Result<()> {
    for (branch, hours) in &part.hours {
        let field = branch.as_ref().map_or_else(|| "hours".to_owned(), |branch| format!("hours.{branch}"));
        let hours = Hours::parse(hours).map_err(|problem| Refusal::invalid(&field, problem))?;
        let branch = branch_of(tx, desk, &field, branch.as_deref())?;
        let done = replace(tx, env, desk, (whose, &branch.id), (&hours, apart))?;
        let Done { created, changed, kept, outside: _ } = done;
        created.iter().for_each(|window| applied.created::<Window>(&window.code));
        changed.iter().for_each(|window| applied.settled::<Window>(&window.code, true));
        applied.unchanged += kept;
    }
    Ok(())
}

/// Adds or changes a window; answers its code.
pub(super) fn window(
    tx: &mut Tx<'_>,
    env: &Env,
    desk: &Desk,
    part: &Part,
    applied: &mut Applied,
) -> Result<String> {
    let fields = window_fields(part);
    let code = part.get("code");
    let before = match &code {
        Some(code) => tx.by_code::<Window>(&desk.clinic.id, code)?,
        None => None,
    };
    let mut after = match &before {
        Some(before) => before.clone(),
        None => window::blank(tx, env, desk)?,
    };
    window::take(tx, env, desk, &fields, &mut after)?;
    if before.is_none() || part.get("branch").is_some() {
        after.branch_id = branch_of(tx, desk, "branch", part.get("branch").as_deref())?.id;
    }
    after.open = !part.says("closed");
    after.active = true;
    if let Some(before) = before {
        let changed = env.change(tx, Some(&desk.clinic.id), "window.updated", None, (&before, &after))?;
        applied.settled::<Window>(&after.code, changed);
        return Ok(after.code);
    }
    let mut problems = Problems::default();
    for (field, given) in [
        ("days", fields.weekdays.is_some() || fields.on.is_some()),
        ("from", fields.from.is_some()),
        ("to", fields.to.is_some()),
    ] {
        if !given {
            problems.add(field, text!("is-required"));
        }
    }
    problems.check()?;
    if code.is_none() {
        let all: Vec<Window> = directory::all(tx, &desk.clinic.id, false)?;
        if let Some(same) = all.into_iter().find(|other| window::is_same(other, &after)) {
            applied.settled::<Window>(&same.code, false);
            return Ok(same.code);
        }
    }
    after.code = free_code::<Window>(tx, desk, code, None, "WIN")?;
    env.create(tx, Some(&desk.clinic.id), "window.added", &after)?;
    applied.created::<Window>(&after.code);
    Ok(after.code)
}

fn window_fields(part: &Part) -> WindowFields {
    let mut problems = Problems::default();
    let mut date = |field: &str| problems.said(field, part.get(field), parse_date).map(Day::Date);
    let (on, first, last) = (date("on"), date("valid_from"), date("valid_until"));
    WindowFields {
        code: None,
        doctor: part.get("doctor"),
        branch: None,
        services: part.all("service").to_vec(),
        weekdays: problems.said("days", part.get("days"), weekdays),
        on,
        from: problems.said("from", part.get("from"), clock),
        to: problems.said("to", part.get("to"), clock),
        session: part.get("session"),
        batch: part.get("batch"),
        slot: part.get("slot"),
        capacity: part.get("capacity"),
        valid_from: Change::from_option(first),
        valid_until: Change::from_option(last),
        closed: part.says("closed"),
        overnight: part.says("overnight"),
        problems,
    }
}

/// Closes the clinic on whole days: `2026-12-25 Navidad`, `2026-12-24..2026-12-26 Navidad`.
pub(super) fn closed(
    tx: &mut Tx<'_>,
    env: &Env,
    desk: &Desk,
    part: &Part,
    applied: &mut Applied,
) -> Result<()> {
    for entry in part.all("closed") {
        let wrong = || Refusal::invalid("closed", text!("is-no-closed-day-such-as", entry));
        let (days, reason) = entry.trim().split_once(' ').ok_or_else(wrong)?;
        let (first, last) = days.split_once("..").unwrap_or((days, days));
        let (first, last) = (parse_date(first).map_err(|_| wrong())?, parse_date(last).map_err(|_| wrong())?);
        let reason = text::short(reason).map_err(|_| wrong())?;
        if last < first {
            return Err(wrong());
        }
        let span = (midnight(first), midnight(add_days(last, 1)));
        shut(tx, env, desk, (None, None), (span, reason), applied)?;
    }
    Ok(())
}

/// Adds or changes a closure of a doctor, of a branch, or of some hours.
pub(super) fn closure(
    tx: &mut Tx<'_>,
    env: &Env,
    desk: &Desk,
    part: &Part,
    applied: &mut Applied,
) -> Result<()> {
    let mut problems = Problems::default();
    let date = part.get("date");
    let (first, last) = match &date {
        Some(_) => (date.clone(), date),
        None => (part.get("from"), part.get("to")),
    };
    let from = required(&mut problems, "from", first.as_ref(), |text| bound(text, 0));
    let to = required(&mut problems, "to", last.as_ref(), |text| bound(text, 1));
    let reason = required(&mut problems, "reason", part.get("reason").as_ref(), text::short);
    if from.is_some() && to.is_some() && to <= from {
        problems.add("to", text!("is-not-after-from"));
    }
    problems.check()?;
    let doctor = part.get("doctor").map(|word| find::active::<Doctor>(tx, desk, &word)).transpose()?;
    let branch = part.get("branch").map(|word| find::active::<Branch>(tx, desk, &word)).transpose()?;
    let span = (from.unwrap_or_default(), to.unwrap_or_default());
    let whose = (doctor.map(|doctor| doctor.id), branch.map(|branch| branch.id));
    shut(tx, env, desk, whose, (span, reason.unwrap_or_default()), applied)
}

/// A wall-clock reading, or the midnight that begins or ends a day.
fn bound(text: &str, days: i64) -> Result<NaiveDateTime, String> {
    match text.split_once(['T', ' ']) {
        Some((date, time)) => Ok(parse_date(date)?.and_time(parse_time(time)?)),
        None => Ok(midnight(add_days(parse_date(text)?, days))),
    }
}

fn shut(
    tx: &mut Tx<'_>,
    env: &Env,
    desk: &Desk,
    (doctor_id, branch_id): (Option<String>, Option<String>),
    ((from, to), reason): ((NaiveDateTime, NaiveDateTime), String),
    applied: &mut Applied,
) -> Result<()> {
    let all: Vec<Closure> = directory::all(tx, &desk.clinic.id, false)?;
    let same = |closure: &&Closure| {
        closure.doctor_id == doctor_id
            && closure.branch_id == branch_id
            && (closure.from, closure.to) == (from, to)
    };
    if let Some(before) = all.iter().find(same) {
        let after = Closure { reason, ..before.clone() };
        let changed = env.change(tx, Some(&desk.clinic.id), "closure.updated", None, (before, &after))?;
        applied.settled::<Closure>(&after.code, changed);
        return Ok(());
    }
    let closure = Closure {
        id: env.new_id(),
        clinic_id: desk.clinic.id.clone(),
        code: free_code::<Closure>(tx, desk, None, None, "CLO")?,
        branch_id,
        doctor_id,
        from,
        to,
        reason,
        active: true,
        created_at: env.now,
    };
    env.create(tx, Some(&desk.clinic.id), "closure.added", &closure)?;
    applied.created::<Closure>(&closure.code);
    applied.closures.push(closure);
    Ok(())
}
