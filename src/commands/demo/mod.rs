//! `demo`: a guided tour with a temporary database.

mod stage;
mod tour;

use crate::input::session::{Ended, Session};
use crate::output::tour::Shown::{self, All};
use stage::Stage;
use tour::TOUR;

/// A step of the tour.
enum Step {
    /// The head of a part.
    Part(&'static str),
    /// What happens next, and why.
    Say(&'static str),
    /// Moves the clock that the commands see; from there each takes it on by a minute.
    Clock(&'static str, &'static str),
    /// A command that must succeed, and how much of its answer is shown.
    Run(Shown, &'static str),
    /// A command that reads its stdin and must succeed.
    Input(&'static str, &'static str),
    /// A command that must find the time, the capacity or the day taken.
    Refused(&'static str),
    /// Something of the last answer that a later command names.
    Keep(&'static str, fn(&str) -> Option<&str>),
}

/// Gives the tour. Answers the exit status.
pub(crate) fn run(session: &Session) -> Ended {
    let mut stage = Stage::set(&session.printer, "America/El_Salvador")?;
    for step in TOUR {
        stage.take(step)?;
    }
    Ok(0)
}
