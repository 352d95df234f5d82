//! The desk's commands.

use crate::app::remind::heartbeat::{self, Heartbeat};
use crate::app::status::{StatusRequest, Stepped};
use crate::app::{agenda, book, list, queue, report, reschedule, slots, status, update, why};
use crate::cli::agenda::{AgendaArgs, QueueArgs};
use crate::cli::appointment::{Appointment, CancelArgs, RescheduleArgs, StatusArgs, UpdateArgs};
use crate::cli::book::BookArgs;
use crate::cli::input::{self, Body};
use crate::cli::list::{CountArgs, ListArgs};
use crate::cli::report::ReportCommand;
use crate::cli::slots::SlotsArgs;
use crate::cli::why::WhyArgs;
use crate::domain::appointment::Visit;
use crate::domain::refusal::Refusal;
use crate::domain::status::Status;
use crate::error::Result;
use crate::output::charts::{self, Kind};
use crate::output::{Answer, Face, table, view};
use crate::run::{Session, Stop, ask, ending, from_stdin, pick, read_all, rows};
use serde_json::Value;

/// The appointment object, with more keys at its end.
pub(super) fn appointment(visit: &Visit, dry_run: bool, more: &[(&str, Value)]) -> Answer {
    let mut value = view::with(view::appointment(visit), more);
    if dry_run {
        value = view::with(value, &[("dry_run", true.into())]);
    }
    Answer::new(value, Face::Appointment)
}

pub(super) fn slots(session: &Session, args: SlotsArgs) -> Result<Answer> {
    let free = slots::slots(&mut session.open()?, &args.request())?;
    Ok(rows(&table::SLOTS, free.iter().map(view::slot).collect()))
}

pub(super) fn why(session: &Session, args: WhyArgs) -> Result<Answer> {
    let why = why::why(&mut session.open()?, &args.request())?;
    Ok(Answer::new(view::why(&why), Face::Why))
}

pub(super) fn book(session: &Session, mut args: BookArgs) -> std::result::Result<Answer, Stop> {
    args.national_id = from_stdin("national_id", args.national_id)?;
    let (dry_run, number) = (args.dry_run, args.pick);
    let context = &mut session.open()?;
    let said = match number {
        Some(number) => pick::pick(session, context, number, args.fields())?,
        None => args.fields(),
    };
    if number.is_none()
        && ask::may(session)
        && let Some(booked) = ask::book::ask(session, context, &said, dry_run)?
    {
        return Ok(appointment(&booked.visit, dry_run, &[("idempotent", booked.idempotent.into())]));
    }
    let request = said.clone().book();
    let booked = match book::book(context, &request, ending(dry_run)) {
        Ok(booked) => booked,
        Err(refusal) => {
            pick::offer(session, context, &said, &request, &refusal);
            return Err(refusal.into());
        }
    };
    if number.is_some() && !dry_run {
        pick::done(session);
    }
    Ok(appointment(&booked.visit, dry_run, &[("idempotent", booked.idempotent.into())]))
}

pub(super) fn show(session: &Session, args: &Appointment) -> Result<Answer> {
    Ok(appointment(&list::show(&mut session.open()?, &args.appointment)?, false, &[]))
}

pub(super) fn list(session: &Session, args: ListArgs) -> Result<Answer> {
    let page = list::page(&mut session.open()?, &args.request())?;
    let visits: Vec<Value> = page.visits.iter().map(view::appointment).collect();
    let value = view::object(vec![
        ("appointments", visits.into()),
        ("total", page.total.into()),
        ("page", page.page.into()),
        ("limit", page.limit.into()),
    ]);
    Ok(Answer::new(value, Face::Rows(&table::APPOINTMENTS)))
}

pub(super) fn count(session: &Session, args: CountArgs) -> Result<Answer> {
    let (request, since) = args.request();
    let (count, since, zone) = list::count(&mut session.open()?, &request, since)?;
    let value = view::object(vec![("count", count.into()), ("since", zone.rfc3339(since).into())]);
    Ok(Answer::new(value, Face::Record))
}

pub(super) fn agenda(session: &Session, args: AgendaArgs) -> Result<Answer> {
    let context = &mut session.open()?;
    let face = args.print.map_or(Face::Agenda, |print| Face::Sheet(print.paper()));
    let agenda = agenda::agenda(context, &args.request())?;
    if let Heartbeat::Late { waiting_since, .. } = heartbeat::look(context)? {
        let since = agenda.zone.rfc3339(waiting_since);
        let words = format!("messages wait since {since}: does cron run `turno remind due`?");
        session.printer.warning(&words);
    }
    Ok(Answer::new(view::agenda(&agenda), face))
}

pub(super) fn report(session: &Session, command: ReportCommand) -> Result<Answer> {
    let (kind, args) = match command {
        ReportCommand::Utilisation(args) => (Kind::Utilisation, args),
        ReportCommand::NoShows(args) => (Kind::NoShows, args),
        ReportCommand::Volume(args) => (Kind::Volume, args),
    };
    let report = report::report(&mut session.open()?, &args.request(), kind == Kind::Utilisation)?;
    Ok(Answer::new(charts::report(kind, &report), Face::Report(kind)))
}

pub(super) fn queue(session: &Session, args: QueueArgs) -> Result<Answer> {
    let queue = queue::queue(&mut session.open()?, &args.request())?;
    Ok(Answer::new(view::queue(&queue), Face::Rows(&table::QUEUE)))
}

pub(super) fn reschedule(session: &Session, args: RescheduleArgs) -> std::result::Result<Answer, Stop> {
    let (word, dry_run) = (args.appointment.clone(), args.dry_run);
    let may_ask = args.input.is_none() && ask::may(session);
    let said = match &args.input {
        Some(path) => input::one(Body::Reschedule, &read_all(path)?)?,
        None => args.fields(),
    };
    if may_ask && (word.is_none() || !ask::has_start(&said)) {
        let visit = ask::visit::move_it(session, word.as_deref(), &said, dry_run)?;
        return Ok(appointment(&visit, dry_run, &[]));
    }
    let (word, request) = (named(word)?, said.reschedule());
    let visit = reschedule::reschedule(&mut session.open()?, &word, &request, ending(dry_run))?;
    Ok(appointment(&visit, dry_run, &[]))
}

/// The appointment that has to be named, where nobody can be asked which.
fn named(word: Option<String>) -> Result<String> {
    word.ok_or_else(|| {
        Refusal::invalid("appointment", "is required")
            .hint("name it by its code, as `turno list` shows it; on a terminal it is asked for")
    })
}

pub(super) fn cancel(session: &Session, args: CancelArgs) -> std::result::Result<Answer, Stop> {
    let (word, dry_run) = (args.appointment.clone(), args.dry_run);
    let may_ask = args.input.is_none() && ask::may(session);
    let request = match &args.input {
        Some(path) => {
            let mut raw = input::one(Body::Status, &read_all(path)?)?;
            raw.must_be("status", Status::Cancelled.as_str());
            raw.status(Some(Status::Cancelled))
        }
        None => args.request(),
    };
    let Stepped { visit, changed: _ } = if may_ask && (word.is_none() || request.reason.is_none()) {
        ask::visit::cancel(session, word.as_deref(), request, dry_run)?
    } else {
        step(session, &named(word)?, &request, dry_run)?
    };
    Ok(appointment(&visit, dry_run, &[]))
}

pub(super) fn status(session: &Session, args: StatusArgs) -> std::result::Result<Answer, Stop> {
    let (word, dry_run) = (args.appointment.clone(), args.dry_run);
    let may_ask = args.input.is_none() && ask::may(session);
    let request = match &args.input {
        Some(path) => input::one(Body::Status, &read_all(path)?)?.status(None),
        None => args.request(),
    };
    let lacks_reason = request.to == Some(Status::Cancelled) && request.reason.is_none();
    let lacks_status = request.to.is_none() && request.problems.is_empty();
    let Stepped { visit, changed } = if may_ask && (word.is_none() || lacks_status || lacks_reason) {
        ask::visit::step(session, word.as_deref(), request, dry_run)?
    } else {
        step(session, &named(word)?, &request, dry_run)?
    };
    Ok(appointment(&visit, dry_run, &[("changed", changed.into())]))
}

fn step(session: &Session, word: &str, request: &StatusRequest, dry_run: bool) -> Result<Stepped> {
    status::set(&mut session.open()?, word, request, ending(dry_run))
}

pub(super) fn update(session: &Session, args: UpdateArgs) -> Result<Answer> {
    let (word, dry_run) = (args.appointment.clone(), args.dry_run);
    let request = match &args.input {
        Some(path) => input::one(Body::Update, &read_all(path)?)?.update(),
        None => args.request(),
    };
    let visit = update::update(&mut session.open()?, &word, &request, ending(dry_run))?;
    Ok(appointment(&visit, dry_run, &[]))
}
