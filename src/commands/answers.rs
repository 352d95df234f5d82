//! Answers and look-ups that several commands share.

use crate::app::booking::book::Booked;
use crate::app::calendar::list;
use crate::app::waitlist::Waiting;
use crate::app::{Context, Desk};
use crate::commands::waitlist::with_waiting;
use crate::domain::appointment::Visit;
use crate::domain::time::Zone;
use crate::input::session::Session;
use crate::output::view::Idempotent;
use crate::output::{Answer, Face, Format, lists, sentences, view};
use crate::platform::error::Result;
use crate::store::words::Words;
use serde::Serialize;

/// What a command names that is about one appointment.
pub(crate) fn of_appointment(word: &str) -> Words {
    Words { appointment: Some(word.to_owned()), ..Words::default() }
}

/// What a command names that is about the whole clinic.
pub(crate) fn everyone() -> Words {
    Words { everyone: true, ..Words::default() }
}

/// The appointment object, with more keys at its end.
pub(crate) fn appointment(session: &Session, visit: &Visit, dry_run: bool, more: &impl Serialize) -> Answer {
    let mut value = view::with(view::json(&view::appointment(visit)), more);
    if !session.gate.shows_appointments() {
        value = view::veiled(value);
    }
    Answer::new(view::with(value, &view::dry_run(dry_run)), Face::Appointment)
}

/// A booking, and whether it was there already.
pub(crate) fn booked(session: &Session, booked: &Booked, dry_run: bool) -> Answer {
    appointment(session, &booked.visit, dry_run, &Idempotent { idempotent: booked.idempotent })
        .said(sentences::booked)
}

/// On a terminal with colours the part of each code that is enough is marked. Nobody is held up by what
/// goes wrong there.
pub(crate) fn mark<'v, P: 'v>(
    session: &Session,
    context: &mut Context,
    answer: &mut Answer,
    visits: impl IntoIterator<Item = &'v Visit<P>>,
) {
    answer.marks = marks(session, context, visits);
}

/// These codes with how much of each is enough, where that is shown.
pub(crate) fn marks<'v, P: 'v>(
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
pub(crate) fn marked(
    session: &Session,
    context: Option<Context>,
    mut answer: Answer,
    visit: &Visit,
) -> Answer {
    if session.printer.color
        && let Some(mut context) = context.or_else(|| session.open().ok())
    {
        mark(session, &mut context, &mut answer, [visit]);
    }
    answer
}

/// Makes the sentence of a change from its public JSON.
pub(crate) type Sentence = fn(&serde_json::Value) -> String;

/// An appointment that may have left its time, and whom to call for that.
pub(crate) fn freed(
    session: &Session,
    context: Option<Context>,
    (visit, dry_run): (&Visit, bool),
    (sentence, more): (Sentence, &impl Serialize),
    waiting: &[Waiting],
) -> Answer {
    let answer = appointment(session, visit, dry_run, more).said(sentence);
    with_waiting(session, marked(session, context, answer, visit), waiting)
}

/// The zone in which a clinic's records show their times.
pub(crate) fn clinic_zone(context: &mut Context) -> Result<Zone> {
    let Context { store, env } = context;
    store.read(|tx| {
        // Access is not checked again: the command may have revoked its own key.
        let Desk { zone, .. } = env.desk_unasked(tx)?;
        Ok(zone)
    })
}

/// One record as the answer.
pub(crate) fn one<'a, T, V: Serialize>(
    context: &mut Context,
    record: &'a T,
    view: fn(&'a T, &Zone) -> V,
) -> Result<Answer> {
    let zone = clinic_zone(context)?;
    Ok(Answer::new(view(record, &zone), Face::Record))
}

/// Several records as the answer.
pub(crate) fn several<'a, T, V: Serialize>(
    context: &mut Context,
    columns: &'static lists::Columns,
    records: &'a [T],
    view: fn(&'a T, &Zone) -> V,
) -> Result<Answer> {
    let zone = clinic_zone(context)?;
    Ok(rows(columns, &records.iter().map(|record| view(record, &zone)).collect::<Vec<_>>()))
}

/// An answer that is a list.
pub(crate) fn rows<T: Serialize>(columns: &'static lists::Columns, rows: &[T]) -> Answer {
    Answer::new(view::list(columns.key, rows), Face::Rows(columns))
}
