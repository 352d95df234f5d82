//! An undone change as a sentence and as JSON.

use crate::app::booking::undo::Undone;
use crate::domain::appointment::Appointment;
use crate::domain::time::hhmm;
use crate::domain::undo::Act;
use crate::formats::appointment::{At, view};
use crate::output::printable;
use crate::output::words::status_words;
use schemars::JsonSchema;
use serde::Serialize;

/// Describes the undone change of `who`'s appointment, and the state of the appointment afterwards.
pub fn sentence(undone: &Undone, who: &str) -> String {
    let Undone { visit, before, act, .. } = undone;
    if let Some(closure) = &undone.closure {
        let (code, reason) = (&closure.code, &closure.reason);
        let codes: Vec<&str> = undone.all().map(|undone| undone.visit.appointment.code.as_str()).collect();
        let all = codes.join(", ");
        return printable(&text!("the-closure-and-what-it-did", code, reason, all; count = codes.len()));
    }
    let after = &visit.appointment;
    let made = visit.zone.wall(undone.at);
    let becomes = match act {
        Act::Booking => text!("it-is-cancelled").to_owned(),
        Act::Move => text!("it-goes-back-from-to", when = when(before), when2 = when(after)),
        Act::Step(_) => text!("it-is-again", status = status_words(after.status)),
    };
    let with = |name: &str| format!(" {} {name}", text!("with"));
    let doctor = visit.doctor.as_deref().map_or(String::new(), |doctor| with(&doctor.full_name));
    let who = format!("{who}{doctor}, {}", when(before));
    let (act, code, date, time) = (act.words(), &after.code, made.date(), hhmm(made.time()));
    printable(&text!("of-made-on-at", act, code, who, date, time, becomes))
}

fn when(appointment: &Appointment) -> String {
    format!("{} {}", appointment.date, hhmm(appointment.start_time))
}

/// A change that was undone; with a closure, also that and the appointments of the whole act.
#[derive(Serialize, JsonSchema)]
struct UndoneChange<'a> {
    entry: i64,
    action: &'a str,
    at: At,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "String")]
    closure: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Vec<String>")]
    appointments: Option<Vec<&'a str>>,
}

view! {
    /// The change that was undone.
    pub(crate) struct UndoneView<'a> by view(undone: &'a Undone) where {
        let at = At(undone.visit.zone.rfc3339(undone.at));
        let closure = undone.closure.as_ref().map(|closure| closure.code.as_str());
        let code = |undone: &'a Undone| undone.visit.appointment.code.as_str();
        let appointments = closure.map(|_| undone.all().map(code).collect());
    } {
        undone: UndoneChange<'a> = UndoneChange { entry: undone.entry, action: &undone.action, at, closure, appointments },
    }
}
