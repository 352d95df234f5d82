//! What was taken back, in a sentence and as JSON.

use crate::app::undo::Undone;
use crate::domain::appointment::Appointment;
use crate::domain::time::hhmm;
use crate::domain::undo::Act;
use crate::output::printable;
use crate::output::tongue::{say, word};
use crate::public::At;
use schemars::JsonSchema;
use serde::Serialize;

/// What taking it back does: the change, of whom (`who`), and what becomes of the appointment.
pub fn sentence(undone: &Undone, who: &str) -> String {
    let Undone { visit, before, act, .. } = undone;
    let after = &visit.appointment;
    let made = visit.zone.wall(undone.at);
    let becomes = match act {
        Act::Booking => "it is cancelled".to_owned(),
        Act::Move => format!("it goes back from {} to {}", when(before), when(after)),
        Act::Step(_) => format!("it is {} again", after.status.as_str().replace('_', " ")),
    };
    let with = |name: &str| format!(" {} {name}", word("with"));
    let doctor = visit.doctor.as_deref().map_or(String::new(), |doctor| with(&doctor.full_name));
    let text = format!(
        "{} of {} ({}{doctor}, {}), made on {} at {}: {becomes}",
        act.words(),
        after.code,
        who,
        when(before),
        made.date(),
        hhmm(made.time()),
    );
    printable(&say(&text))
}

fn when(appointment: &Appointment) -> String {
    format!("{} {}", appointment.date, hhmm(appointment.start_time))
}

/// A change that was taken back.
#[derive(Serialize, JsonSchema)]
struct UndoneChange<'a> {
    entry: i64,
    action: &'a str,
    at: At,
}

/// The change that was taken back.
#[derive(Serialize, JsonSchema)]
pub(crate) struct UndoneView<'a> {
    undone: UndoneChange<'a>,
}

/// The change that was taken back.
pub(crate) fn view(undone: &Undone) -> UndoneView<'_> {
    let at = At(undone.visit.zone.rfc3339(undone.at));
    UndoneView { undone: UndoneChange { entry: undone.entry, action: &undone.action, at } }
}
