//! Asks a person which appointment is meant, where a name stands for it.

use crate::app::Context;
use crate::app::access::visits::{Meant, asks_which, choices};
use crate::domain::appointment::Visit;
use crate::domain::meant::Purpose;
use crate::domain::status::Status;
use crate::domain::time::hhmm;
use crate::input::prompts::picker::{Asked, Board};
use crate::input::prompts::{board, labels, may};
use crate::input::session::{Session, Stop};
use crate::locale::dated;
use crate::platform::error::Result;
use crate::store::words::Words;

/// The appointment that was found, and how.
pub(super) struct Found {
    pub(super) visit: Visit,
    /// Whether it is the only one that the patient's name stands for: nobody has agreed to it yet.
    pub(super) by_name_alone: bool,
}

/// Does something with the appointment that a word stands for. At a terminal a person chooses among several, and agrees
/// before one that was found by name is changed. A code or an id goes straight to `act`.
pub(crate) fn with_visit<T>(
    session: &Session,
    context: &mut Context,
    (word, purpose): (&str, Purpose),
    mut act: impl FnMut(&mut Context, &str) -> Result<T>,
) -> Result<T, Stop> {
    if !may(session) {
        return Ok(act(context, word)?);
    }
    context.env.confirms = purpose != Purpose::Show;
    match act(context, word) {
        Err(refusal) if asks_which(&refusal) => {
            let board = board(session);
            let Found { visit, by_name_alone } = find(&board, context, word, purpose)?;
            if by_name_alone {
                agree(&board, context, &visit, purpose)?;
            }
            drop(board);
            let id = visit.appointment.id.clone();
            // The questions took time: open again to get the current time.
            *context = session.open_for(Words { appointment: Some(id.clone()), ..Words::default() })?;
            Ok(act(context, &id)?)
        }
        answer => Ok(answer?),
    }
}

/// The appointment that the word stands for; of several the one that is chosen.
pub(super) fn find(board: &Board, context: &mut Context, word: &str, purpose: Purpose) -> Asked<Found> {
    let Meant { mut visits, by_name } = choices(context, word, purpose)?;
    if visits.len() > 1 {
        let labels: Vec<_> = visits.iter().map(labels::whole_visit).collect();
        let id = board.choose(text!("ask-appointment"), &labels)?;
        visits.retain(|visit| visit.appointment.id == id);
        // Chosen by a person.
        return Ok(Found { visit: visits.swap_remove(0), by_name_alone: false });
    }
    Ok(Found { visit: visits.swap_remove(0), by_name_alone: by_name })
}

/// One question with all that tells whether it is the right appointment; yes, or given up.
pub(super) fn agree(board: &Board, context: &Context, visit: &Visit, purpose: Purpose) -> Asked<()> {
    board.confirm(&question(purpose, &whom(visit, context)), true)
}

fn question(purpose: Purpose, whom: &str) -> String {
    match purpose {
        Purpose::Move => text!("ask-move-whom", whom),
        Purpose::Step(Status::Cancelled) => text!("ask-cancel-whom", whom),
        Purpose::Step(to) => text!("ask-step-whom", whom, status = to.words()),
        Purpose::Show | Purpose::Write => text!("ask-change-whom", whom),
    }
}

/// `Rosa Mejía, tomorrow 10:00 with Dr. García`
fn whom(visit: &Visit, context: &Context) -> String {
    let Visit { appointment, patient, doctor, zone, .. } = visit;
    let day = match (appointment.date - zone.date(context.env.now)).num_days() {
        0 => text!("today").to_owned(),
        1 => text!("tomorrow").to_owned(),
        _ => dated(appointment.date, "%a %-d %b"),
    };
    let (name, time) = (&patient.full_name, hhmm(appointment.start_time));
    match doctor {
        Some(doctor) => text!("whom-with", name, day, time, doctor = doctor.full_name),
        None => text!("whom-alone", name, day, time),
    }
}
