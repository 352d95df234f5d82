//! The desk's commands.

use crate::app::Context;
use crate::app::book::{BookRequest, Booked};
use crate::app::queue::QueueRequest;
use crate::app::remind::heartbeat::Heartbeat;
use crate::app::status::Stepped;
use crate::app::waitlist::{Waiting, after_cancel, after_move};
use crate::app::{agenda, book, late, list, overview, queue, report, slots, update, why};
use crate::cli::agenda::{AgendaArgs, QueueArgs, TodayArgs};
use crate::cli::appointment::{Appointment, CancelArgs, RescheduleArgs, StatusArgs, UpdateArgs};
use crate::cli::book::BookArgs;
use crate::cli::fields::Raw;
use crate::cli::input::{self, Body};
use crate::cli::late::LateArgs;
use crate::cli::list::{CountArgs, ListArgs};
use crate::cli::report::ReportCommand;
use crate::cli::slots::SlotsArgs;
use crate::cli::why::WhyArgs;
use crate::domain::appointment::Visit;
use crate::domain::refusal::Refusal;
use crate::domain::status::Status;
use crate::formats::appointment::At;
use crate::output as face;
use crate::output::charts::{self, Kind};
use crate::output::view::{ChangedView, CountView, Idempotent};
use crate::output::{Answer, Face, Format, lists, view};
use crate::platform::error::Result;
use crate::run::waitlist::with_waiting;
use crate::run::{Session, Stop, ask, ending, from_stdin, input as input_of, pick, series};
use crate::store::words::Words;
use serde::Serialize;

/// What a booking names.
fn words_of(request: &BookRequest) -> Words {
    let BookRequest { doctor, service, branch, .. } = request.clone();
    Words { doctor, service, branch, ..Words::default() }
}

/// What a command names that is about one appointment.
fn of_appointment(word: &str) -> Words {
    Words { appointment: Some(word.to_owned()), ..Words::default() }
}

/// What a command names that is about the whole clinic.
fn everyone() -> Words {
    Words { everyone: true, ..Words::default() }
}

/// The appointment object, with more keys at its end.
pub(super) fn appointment(session: &Session, visit: &Visit, dry_run: bool, more: &impl Serialize) -> Answer {
    let mut value = view::with(view::json(&view::appointment(visit)), more);
    if !session.gate.shows_appointments() {
        value = view::veiled(value);
    }
    Answer::new(view::with(value, &view::dry_run(dry_run)), Face::Appointment)
}

/// A booking, and whether it was there already.
pub(super) fn booked(session: &Session, booked: &Booked, dry_run: bool) -> Answer {
    appointment(session, &booked.visit, dry_run, &Idempotent { idempotent: booked.idempotent })
}

/// On a terminal with colours the part of each code that is enough is marked. Nobody is held up by what
/// goes wrong there.
pub(super) fn mark<'v, P: 'v>(
    session: &Session,
    context: &mut Context,
    answer: &mut Answer,
    visits: impl IntoIterator<Item = &'v Visit<P>>,
) {
    answer.marks = marks(session, context, visits);
}

/// These codes with how much of each is enough, where that is shown.
fn marks<'v, P: 'v>(
    session: &Session,
    context: &mut Context,
    visits: impl IntoIterator<Item = &'v Visit<P>>,
) -> Vec<(String, usize)> {
    if !session.printer.color || session.printer.format != Format::Table {
        return Vec::new();
    }
    let visits = visits.into_iter();
    let codes: Vec<&str> = visits.map(|visit| visit.appointment.code.as_str()).collect();
    list::enough(context, &codes).unwrap_or_default()
}

/// The same for an answer of one appointment, whose command is over; with the book, where that is open.
fn marked(session: &Session, context: Option<Context>, mut answer: Answer, visit: &Visit) -> Answer {
    if session.printer.color
        && let Some(mut context) = context.or_else(|| session.open().ok())
    {
        mark(session, &mut context, &mut answer, [visit]);
    }
    answer
}

pub(super) fn today(session: &Session, args: TodayArgs) -> Result<Answer> {
    if session.has_no_book_yet()? {
        return Ok(Answer::new(face::overview::without_book(), Face::Overview));
    }
    let context = &mut session.open_for(everyone())?;
    let overview = overview::overview(context, &args.request())?;
    let mut answer = Answer::new(face::overview::view(&overview), Face::Overview);
    mark(session, context, &mut answer, overview.places().map(|place| &place.visit));
    Ok(answer)
}

pub(super) fn slots(session: &Session, args: SlotsArgs) -> std::result::Result<Answer, Stop> {
    let request = args.request();
    let (doctor, service) = (request.doctor.clone(), request.service.clone());
    let words = Words { everyone: doctor.is_none(), doctor, service, ..Words::default() };
    let free = slots::slots(&mut session.open_for(words)?, &request)?;
    Ok(session.printer.view(&view::slots(&free), Face::Rows(&lists::SLOTS))?)
}

pub(super) fn why(session: &Session, args: WhyArgs) -> Result<Answer> {
    let why = why::why(&mut session.open_for(everyone())?, &args.request())?;
    Ok(Answer::new(view::why(&why), Face::Why))
}

pub(super) fn book(session: &Session, mut args: BookArgs) -> std::result::Result<Answer, Stop> {
    args.national_id = from_stdin("national_id", args.national_id)?;
    let (dry_run, number) = (args.dry_run, args.pick);
    args.repeat.check()?;
    if args.repeat.is_series() {
        let repeat = std::mem::take(&mut args.repeat);
        return Ok(series::book(session, &repeat.request(args.fields().book()), dry_run)?);
    }
    let fields = args.fields();
    let context = &mut session.open_for(words_of(&fields.clone().book()))?;
    pick::tidy(session, context.env.now);
    let said = match number {
        Some(number) => pick::pick(session, context, number, fields)?,
        None => fields,
    };
    if number.is_none()
        && ask::may(session)
        && let Some(booked) = ask::book::ask(session, context, &said, dry_run)?
    {
        return Ok(self::booked(session, &booked, dry_run));
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
    let mut answer = self::booked(session, &booked, dry_run);
    mark(session, context, &mut answer, [&booked.visit]);
    Ok(answer)
}

pub(super) fn show(session: &Session, args: &Appointment) -> Result<Answer> {
    let context = &mut session.open_for(of_appointment(&args.appointment))?;
    let visit = list::show(context, &args.appointment)?;
    let mut answer = appointment(session, &visit, false, &());
    mark(session, context, &mut answer, [&visit]);
    Ok(answer)
}

pub(super) fn list(session: &Session, args: ListArgs) -> std::result::Result<Answer, Stop> {
    let request = args.request();
    let doctor = request.doctor.clone();
    let mut context = session.open_for(Words { doctor, ..Words::default() })?;
    let page = list::page(&mut context, &request)?;
    let marks = marks(session, &mut context, &page.visits);
    // Whoever reads the answer may take their time; the book is not kept open for that.
    drop(context);
    let answer = session.printer.view(&view::page(&page), Face::Rows(&lists::APPOINTMENTS))?;
    Ok(Answer { marks, ..answer })
}

pub(super) fn count(session: &Session, args: CountArgs) -> Result<Answer> {
    let (request, since) = args.request();
    let (count, since, zone) = list::count(&mut session.open_for(Words::default())?, &request, since)?;
    Ok(Answer::new(CountView { count, since: At(zone.rfc3339(since)) }, Face::Record))
}

pub(super) fn agenda(session: &Session, args: AgendaArgs) -> std::result::Result<Answer, Stop> {
    let mut context = session.open_for(everyone())?;
    let face = args.print.map_or(Face::Agenda, Face::Sheet);
    let agenda = agenda::agenda(&mut context, &args.request())?;
    drop(context);
    if let Heartbeat::Late { waiting_since, .. } = agenda.heartbeat {
        let since = agenda.zone.rfc3339(waiting_since);
        let words = text!("messages-wait-since-does-cron-run-turno-remind", since);
        session.printer.warning(&words);
    }
    Ok(session.printer.view(&view::agenda(&agenda), face)?)
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
    look_at_queue(session, &args.which.request())
}

/// The waiting room as it is now.
pub(super) fn look_at_queue(session: &Session, request: &QueueRequest) -> Result<Answer> {
    let context = &mut session.open_for(everyone())?;
    let queue = queue::queue(context, request)?;
    let mut answer = Answer::new(view::queue(&queue), Face::Rows(&lists::QUEUE));
    mark(session, context, &mut answer, queue.places.iter().map(|place| &place.visit));
    Ok(answer)
}

pub(super) fn late(session: &Session, args: LateArgs) -> Result<Answer> {
    let request = args.request();
    let context = &mut session.open_for(everyone())?;
    let late = late::late(context, &request)?;
    let mut answer = Answer::new(face::late::view(&late), Face::Rows(&face::late::CALLS));
    answer.hints.extend(face::late::hint(&late, request.notify));
    mark(session, context, &mut answer, late.calls.iter().map(|call| &call.visit));
    Ok(answer)
}

pub(super) fn reschedule(session: &Session, args: RescheduleArgs) -> std::result::Result<Answer, Stop> {
    let (word, dry_run) = (args.appointment.clone(), args.dry_run);
    let may_ask = args.input.is_none() && ask::may(session);
    let said = match &args.input {
        Some(path) => input::one(Body::Reschedule, input_of(path)?)?,
        None => args.fields(),
    };
    if may_ask && (word.is_none() || !ask::has_start(&said)) {
        let (visit, waiting) = ask::visit::move_it(session, word.as_deref(), &said, dry_run)?;
        return Ok(freed(session, None, (&visit, dry_run), &(), &waiting));
    }
    let (word, request) = (named(word)?, said.reschedule());
    let mut context = session.open_for(of_appointment(&word))?;
    let (visit, waiting) = after_move(&mut context, &word, &request, ending(dry_run))?;
    Ok(freed(session, Some(context), (&visit, dry_run), &(), &waiting))
}

/// An appointment that may have left its time, and whom to call for that.
fn freed(
    session: &Session,
    context: Option<Context>,
    (visit, dry_run): (&Visit, bool),
    more: &impl Serialize,
    waiting: &[Waiting],
) -> Answer {
    let answer = appointment(session, visit, dry_run, more);
    with_waiting(session, marked(session, context, answer, visit), waiting)
}

/// The appointment that has to be named, where nobody can be asked which.
fn named(word: Option<String>) -> Result<String> {
    word.ok_or_else(|| {
        Refusal::invalid("appointment", text!("is-required")).hint(text!("name-it-by-its-code-as-turno-list"))
    })
}

pub(super) fn cancel(session: &Session, args: CancelArgs) -> std::result::Result<Answer, Stop> {
    let (word, dry_run) = (args.appointment.clone(), args.dry_run);
    let may_ask = args.input.is_none() && ask::may(session);
    let request = match &args.input {
        Some(path) => {
            let mut raw = input::one(Body::Status, input_of(path)?)?;
            raw.must_be("status", Status::Cancelled.as_str());
            raw.status(Some(Status::Cancelled))
        }
        None => Raw::typed(&args).status(Some(Status::Cancelled)),
    };
    if may_ask && (word.is_none() || request.reason.is_none()) {
        let (Stepped { visit, .. }, waiting) =
            ask::visit::step(session, word.as_deref(), (request, true), dry_run)?;
        return Ok(freed(session, None, (&visit, dry_run), &(), &waiting));
    }
    let word = named(word)?;
    let mut context = session.open_for(of_appointment(&word))?;
    let (Stepped { visit, .. }, waiting) = after_cancel(&mut context, &word, &request, ending(dry_run))?;
    Ok(freed(session, Some(context), (&visit, dry_run), &(), &waiting))
}

pub(super) fn status(session: &Session, args: StatusArgs) -> std::result::Result<Answer, Stop> {
    let (word, dry_run) = (args.appointment.clone(), args.dry_run);
    let may_ask = args.input.is_none() && ask::may(session);
    let request = match &args.input {
        Some(path) => input::one(Body::Status, input_of(path)?)?.status(None),
        None => Raw::typed(&args).status(None),
    };
    let lacks_reason = request.to == Some(Status::Cancelled) && request.reason.is_none();
    let lacks_status = request.to.is_none() && request.problems.is_empty();
    if may_ask && (word.is_none() || lacks_status || lacks_reason) {
        let (Stepped { visit, changed }, waiting) =
            ask::visit::step(session, word.as_deref(), (request, false), dry_run)?;
        return Ok(freed(session, None, (&visit, dry_run), &ChangedView { changed }, &waiting));
    }
    let word = named(word)?;
    let mut context = session.open_for(of_appointment(&word))?;
    let (Stepped { visit, changed }, waiting) = after_cancel(&mut context, &word, &request, ending(dry_run))?;
    Ok(freed(session, Some(context), (&visit, dry_run), &ChangedView { changed }, &waiting))
}

pub(super) fn update(session: &Session, args: UpdateArgs) -> Result<Answer> {
    let (word, dry_run) = (args.appointment.clone(), args.dry_run);
    let request = match &args.input {
        Some(path) => input::one(Body::Update, input_of(path)?)?.update(),
        None => Raw::typed(&args).update(),
    };
    let mut context = session.open_for(of_appointment(&word))?;
    let visit = update::update(&mut context, &word, &request, ending(dry_run))?;
    let answer = appointment(session, &visit, dry_run, &());
    Ok(marked(session, Some(context), answer, &visit))
}
