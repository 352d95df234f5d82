//! Asks for a doctor, a service, a window or a closure, where the command names nothing.

use crate::app::Context;
use crate::app::calendar::closure::{Bound, ClosureFields};
use crate::app::calendar::doctor::DoctorFields;
use crate::app::calendar::service::ServiceFields;
use crate::app::calendar::window::WindowFields;
use crate::app::records;
use crate::domain::hours::Hours;
use crate::domain::record::Doctor;
use crate::domain::settings::minutes;
use crate::domain::text;
use crate::input::prompts::picker::{Asked, Board, Choice};
use crate::input::prompts::setup::hours_text;
use crate::input::prompts::{board, may};
use crate::input::session::Session;
use crate::input::values;

/// A doctor's name, usual minutes and hours.
pub(crate) fn doctor(session: &Session, fields: DoctorFields) -> Asked<DoctorFields> {
    let given = [&fields.name, &fields.code, &fields.specialty, &fields.slot, &fields.hours];
    if given.iter().any(|field| field.is_some()) || !may(session) {
        return Ok(fields);
    }
    let board = board(session);
    let name = board.text(text!("ask-doctors-name"), "", text::short)?;
    let slot = board.text(text!("ask-minutes-of-a-visit"), "30", minutes)?;
    let hours = board.maybe(&text!("ask-hours-of", name), "", hours_text)?;
    Ok(DoctorFields { name: Some(name), slot: Some(slot.to_string()), hours, ..fields })
}

/// A service's name, minutes, and hours of its own.
pub(crate) fn service(session: &Session, fields: ServiceFields) -> Asked<ServiceFields> {
    let given = [&fields.name, &fields.code, &fields.duration, &fields.hours, &fields.capacity];
    if given.iter().any(|field| field.is_some()) || !may(session) {
        return Ok(fields);
    }
    let board = board(session);
    let name = board.text(text!("ask-services-name"), "", text::short)?;
    let duration = board.text(text!("ask-minutes-of-a-visit"), "30", minutes)?;
    let hours = board.maybe(text!("ask-hours-without-a-doctor"), "", hours_text)?;
    let capacity = match hours {
        Some(_) => Some(ask_places(&board)?.to_string()),
        None => None,
    };
    Ok(ServiceFields { name: Some(name), duration: Some(duration.to_string()), hours, capacity, ..fields })
}

/// How many patients are seen at a time without a doctor.
pub(crate) fn ask_places(board: &Board) -> Asked<u32> {
    board.text(text!("ask-places"), "1", |word| match word.trim().parse::<u32>() {
        Ok(places @ 1..=100_000) => Ok(places),
        _ => Err(text!("is-not-a-number-from-1-to", word, most = 100_000)),
    })
}

/// A window's doctor, days and times.
pub(crate) fn window(session: &Session, context: &mut Context, fields: WindowFields) -> Asked<WindowFields> {
    let is_begun = fields.weekdays.is_some()
        || fields.on.is_some()
        || fields.from.is_some()
        || fields.to.is_some()
        || !fields.problems.is_empty();
    if is_begun || !may(session) {
        return Ok(fields);
    }
    let board = board(session);
    let doctor = match &fields.doctor {
        None if fields.capacity.is_none() => choose_doctor(&board, context, None)?,
        given => given.clone(),
    };
    let (days, (from, to)) = board.text(text!("ask-days-and-times"), "", |text| {
        let hours = Hours::parse(text)?;
        match hours.0.into_iter().collect::<Vec<_>>().as_slice() {
            [(times, days)] => Ok((*days, *times)),
            _ => Err(text!("takes-one-span-hours-takes-more").to_owned()),
        }
    })?;
    // A night that is so long was written as one.
    Ok(WindowFields {
        doctor,
        weekdays: Some(days),
        from: Some(from),
        to: Some(to),
        overnight: true,
        ..fields
    })
}

/// Whom a closure concerns, its days and its reason.
pub(crate) fn closure(
    session: &Session,
    context: &mut Context,
    fields: ClosureFields,
) -> Asked<ClosureFields> {
    let is_begun = fields.date.is_some()
        || fields.from.is_some()
        || fields.to.is_some()
        || fields.reason.is_some()
        || !fields.problems.is_empty();
    if is_begun || !may(session) {
        return Ok(fields);
    }
    let board = board(session);
    let doctor = match &fields.doctor {
        None if fields.branch.is_none() => choose_doctor(&board, context, Some(text!("the-whole-clinic")))?,
        given => given.clone(),
    };
    let first = board.text(text!("ask-first-closed-day"), "", values::day)?;
    let last = board.maybe(text!("ask-last-closed-day"), "", values::day)?;
    let reason = board.text(text!("ask-why-closed"), "", text::short)?;
    let (from, to) = (Some(Bound::Day(first)), Some(Bound::Day(last.unwrap_or(first))));
    Ok(ClosureFields { doctor, from, to, reason: Some(reason), ..fields })
}

/// The code of one of the doctors, or nothing where `everyone` is chosen.
fn choose_doctor(
    board: &Board,
    context: &mut Context,
    everyone: Option<&'static str>,
) -> Asked<Option<String>> {
    let doctors: Vec<Doctor> = records::list(context, false)?;
    let whole = everyone.map(|label| Choice::new(None, label));
    let each = doctors.into_iter().map(|doctor| Choice::new(Some(doctor.code), doctor.full_name));
    let choices: Vec<_> = whole.into_iter().chain(each).collect();
    if choices.is_empty() {
        return Ok(None);
    }
    board.choose(text!("ask-whose-window"), &choices)
}
