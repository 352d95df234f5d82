//! Asks which appointment to reschedule, cancel or change in status, and how.

use crate::app::Context;
use crate::app::booking::alternatives::would_help;
use crate::app::booking::prompt_choices::{coming, counter};
use crate::app::booking::reschedule::{NewStart, reschedule};
use crate::app::booking::series;
use crate::app::booking::status::{StatusRequest, Stepped, other_day};
use crate::app::calendar::list;
use crate::app::calendar::slots::{Moving, SlotsRequest};
use crate::app::waitlist::{Waiting, after_cancel, after_move};
use crate::app::when::When;
use crate::domain::appointment::Visit;
use crate::domain::meant::Purpose;
use crate::domain::record::Attendee;
use crate::domain::refusal::Refusal;
use crate::domain::status::Status;
use crate::domain::text;
use crate::domain::time::hhmm;
use crate::input::fields::Raw;
use crate::input::prompts::picker::{Asked, Board, Choice};
use crate::input::prompts::time::{Wanted, has_start, with_start};
use crate::input::prompts::which::Found;
use crate::input::prompts::{board, labels, which};
use crate::input::session::{Session, ending};
use crate::output::words::status_words;
use crate::store::Ending;

/// The appointment of that word, or one of those that are ahead.
fn find(
    board: &Board,
    context: &mut Context,
    (word, purpose): (Option<&str>, Purpose),
    from: Vec<Status>,
) -> Asked<Found> {
    if let Some(word) = word {
        return which::find(board, context, word, purpose);
    }
    let now = context.env.now;
    let coming = coming(context, from)?.into_iter();
    let fits =
        |visit: &Visit<Attendee>| !purpose.is_of_today() || visit.appointment.date == visit.zone.date(now);
    let choices: Vec<_> = coming.filter(fits).map(|visit| labels::visit(&visit)).collect();
    if choices.is_empty() {
        return Err(Refusal::invalid("appointment", text!("there-is-none-to-choose-from-today"))
            .hint(text!("turno-list-shows-all-appointments-and-their-codes"))
            .into());
    }
    // Read it again: the list lacks parts of the patient, and another desk may have changed the appointment.
    let id = board.choose(text!("ask-appointment"), &choices)?;
    Ok(Found { visit: list::show(context, &id)?, by_name_alone: false })
}

fn when(visit: &Visit) -> String {
    let appointment = &visit.appointment;
    format!("{}, {}", labels::date(appointment.date), hhmm(appointment.start_time))
}

fn show(board: &Board, visit: &Visit) -> Asked<()> {
    board.say("")?;
    board.fact("patient", &format!("{}, {}", visit.patient.full_name, visit.patient.phone))?;
    match &visit.doctor {
        Some(doctor) => board.fact("doctor", &doctor.full_name),
        None => Ok(()),
    }
}

/// Asks for what is missing of a move, shows it, and moves.
pub(crate) fn move_it(
    session: &Session,
    word: Option<&str>,
    said: &Raw,
    dry_run: bool,
) -> Asked<(Visit, Vec<Waiting>)> {
    let context = &mut session.open()?;
    let board = board(session);
    let mut request = with_start(said).reschedule();
    request.problems.clone().check()?;
    let from = [Status::Scheduled, Status::Confirmed].to_vec();
    let visit = find(&board, context, (word, Purpose::Move), from)?.visit;
    let today = counter(context)?.today;
    let day = match request.when {
        Some(NewStart::Whole(When::DayTime(day, _))) if said.has("date") => Some(day.on(today)),
        _ => None,
    };
    let appointment = &visit.appointment;
    let slots = SlotsRequest {
        doctor: request.doctor.clone().or(appointment.doctor_id.clone()),
        service: appointment.service_id.clone(),
        branch: request.branch.clone().or(Some(appointment.branch_id.clone())),
        minutes: Some(appointment.duration_minutes()),
        moving: Some(Moving { id: appointment.id.clone(), pooled: appointment.doctor_id.is_none() }),
        ..SlotsRequest::default()
    };
    let mut wanted = Wanted { slots, today: today.date, day };
    let mut asks = !has_start(said);
    loop {
        if asks {
            let free = wanted.ask(&board, context)?;
            request.when = Some(NewStart::Whole(When::At(free.slot.span.start)));
        }
        let moved = match reschedule(context, &appointment.id, &request, Ending::Rollback) {
            Ok(would) => {
                show(&board, &would)?;
                board.fact("from", &when(&visit))?;
                board.fact("to", &when(&would))?;
                board.confirm(text!("move-it"), true)?;
                *context = session.open()?;
                after_move(context, &appointment.id, &request, ending(dry_run))
            }
            Err(refusal) => Err(refusal),
        };
        match moved {
            Err(refusal) if would_help(refusal.code) => {
                session.printer.refusal(&Refusal { hint: None, ..refusal });
                asks = true;
            }
            answer => return Ok(answer?),
        }
    }
}

/// Asks for what is missing of a step to another status, and takes it. Where anything was asked, `confirms`
/// shows it before.
pub(crate) fn step(
    session: &Session,
    word: Option<&str>,
    (mut request, confirms): (StatusRequest, bool),
    dry_run: bool,
) -> Asked<(Stepped, Vec<Waiting>)> {
    let context = &mut session.open()?;
    let board = board(session);
    let from = Status::ALL.into_iter().filter(|status| match request.to {
        Some(to) => status.next().contains(&to),
        None => !status.next().is_empty(),
    });
    let purpose = request.purpose();
    let Found { visit, by_name_alone } = find(&board, context, (word, purpose), from.collect())?;
    let chooses = request.to.is_none();
    if chooses {
        let next = visit.appointment.status.next();
        if next.is_empty() {
            // No status can follow: this call returns the refusal.
            visit.appointment.status.step_to(Status::Completed)?;
        }
        let choices: Vec<_> =
            next.iter().map(|to| Choice::new(*to, status_words(*to)).found_by(to.as_str())).collect();
        let question =
            text!("is-now", full_name = visit.patient.full_name, words = visit.appointment.status.words());
        request.to = Some(board.choose(&question, &choices)?);
    }
    if let Some(to) = request.to {
        confirm_other_day(&board, context, &visit, to)?;
    }
    let asked = ask_reason(&board, context, &visit, &mut request)?;
    if by_name_alone && !chooses {
        which::agree(&board, context, &visit, purpose)?;
    } else if confirms && (asked || word.is_none()) {
        show(&board, &visit)?;
        board.fact("when", &when(&visit))?;
        board.confirm(text!("call-it-off"), false)?;
    }
    *context = session.open()?;
    Ok(after_cancel(context, &visit.appointment.id, &request, ending(dry_run))?)
}

/// Asks whether a step is meant that falls on another day than the appointment's.
fn confirm_other_day(board: &Board, context: &Context, visit: &Visit, to: Status) -> Asked<()> {
    let now = context.env.now;
    match other_day(visit, to, now) {
        // A day that is over is often tidied up on the next; one that is ahead is likelier a slip.
        Some(date) if visit.appointment.status != to => {
            let (full_name, day) = (&visit.patient.full_name, when(visit));
            board.say(&text!("is-on-another-day", full_name, day))?;
            let question = text!("mark-it-all-the-same", words = to.words());
            board.confirm(&question, date < visit.zone.date(now))
        }
        _ => Ok(()),
    }
}

/// Asks which appointment is updated, if no word names one, and for its notes, unless the command says something
/// else. Answers the appointment's id, and notes that were asked for.
pub(crate) fn note(session: &Session, word: Option<String>, says: bool) -> Asked<(String, Option<String>)> {
    if let (Some(word), true) = (&word, says) {
        return Ok((word.clone(), None));
    }
    let context = &mut session.open()?;
    let board = board(session);
    let named = (word.as_deref(), Purpose::Write);
    let Found { visit, by_name_alone } = find(&board, context, named, Status::ALL.to_vec())?;
    if by_name_alone {
        which::agree(&board, context, &visit, Purpose::Write)?;
    }
    let before = visit.appointment.notes.as_deref().unwrap_or_default();
    let notes = match says {
        true => None,
        false => Some(board.text(text!("ask-notes"), before, text::long)?),
    };
    Ok((visit.appointment.id.clone(), notes))
}

/// Asks which series is meant, if no word names one, and for the reason if the clinic wants one.
pub(crate) fn series(
    session: &Session,
    word: Option<String>,
    reason: Option<String>,
) -> Asked<(String, Option<String>)> {
    let context = &mut session.open()?;
    let board = board(session);
    let (asks, code) = (word.is_none(), word);
    let code = match code {
        Some(code) => code,
        None => {
            let all = series::list(context, false)?;
            if all.is_empty() {
                return Err(Refusal::invalid("series", text!("there-is-none-to-choose-from")).into());
            }
            let choices: Vec<_> = all.iter().map(labels::series).collect();
            board.choose(text!("ask-series"), &choices)?
        }
    };
    let wanted = counter(context)?.requires_cancellation_reason && reason.is_none();
    let reason = match wanted {
        true => Some(board.text(text!("reason-for-calling-it-off"), "", text::long)?),
        false => reason,
    };
    if asks || wanted {
        board.confirm(text!("call-it-off"), false)?;
    }
    Ok((code, reason))
}

/// Why it is called off, where it is to be, nobody said and the clinic wants to know. Answers whether
/// that was asked.
fn ask_reason(
    board: &Board,
    context: &mut Context,
    visit: &Visit,
    request: &mut StatusRequest,
) -> Asked<bool> {
    if request.to != Some(Status::Cancelled) || request.reason.is_some() {
        return Ok(false);
    }
    visit.appointment.status.step_to(Status::Cancelled)?;
    let asks = counter(context)?.requires_cancellation_reason;
    if asks {
        request.reason = Some(board.text(text!("reason-for-calling-it-off"), "", text::long)?);
    }
    Ok(asks)
}
