//! What becomes of the appointments that a closure hits.

use crate::app::clearing::{Cleared, Move, Unplaced};
use crate::domain::appointment::Visit;
use crate::domain::time::hhmm;
use crate::locale::{dated, plain};
use crate::output::error;
use crate::output::lists::Columns;
use crate::output::table;
use crate::output::view::{self, object};
use crate::output::words::{at, list, state, words};
use chrono::{NaiveDateTime, NaiveTime};
use serde_json::{Map, Value};
use std::fmt::Write;

/// Those who move.
const MOVES: Columns = Columns {
    key: "moves",
    columns: &[
        ("code", "code"),
        ("patient", "patient"),
        ("date", "from.date"),
        ("time", "from.start_time"),
        ("moves-to", "to.date"),
        ("at", "to.start_time"),
        ("doctor", "doctor"),
    ],
    empty: "nobody-moves",
};
/// Those who stay where they are.
const UNPLACED: Columns = Columns {
    key: "unplaced",
    columns: &[
        ("code", "code"),
        ("patient", "patient"),
        ("phone", "phone"),
        ("date", "from.date"),
        ("time", "from.start_time"),
        ("why", "reason"),
    ],
    empty: "",
};
/// Those whom no message reaches.
const UNREACHABLE: Columns = Columns {
    key: "unreachable",
    columns: &[
        ("code", "code"),
        ("patient", "patient"),
        ("phone", "phone"),
        ("moves-to", "to.date"),
        ("at", "to.start_time"),
        ("why", "reason"),
    ],
    empty: "",
};

/// A plan, or what was done by it.
pub fn view(cleared: &Cleared, closure: Value, applied: bool) -> Value {
    let Cleared { closure: named, moves, unplaced } = cleared;
    let unreachable =
        moves.iter().filter_map(|one| Some(view::with(moved(one), &[("reason", one.unreachable?.into())])));
    object(vec![
        ("closure", closure),
        ("applied", applied.into()),
        ("moves", moves.iter().map(moved).collect()),
        ("unplaced", unplaced.iter().map(stays).collect()),
        ("unreachable", unreachable.collect()),
        ("appointments", named.hits.iter().map(view::appointment).collect()),
    ])
}

fn moved(one: &Move) -> Value {
    let doctor = |visit: &Visit| visit.doctor.as_deref().map(|doctor| doctor.full_name.clone());
    view::with(
        who(&one.before),
        &[
            ("from", when(&one.before)),
            ("to", when(&one.after)),
            ("doctor_before", doctor(&one.before).into()),
            ("doctor", doctor(&one.after).into()),
        ],
    )
}

fn stays(one: &Unplaced) -> Value {
    let doctor = one.visit.doctor.as_deref().map(|doctor| doctor.full_name.clone());
    view::with(
        who(&one.visit),
        &[
            ("from", when(&one.visit)),
            ("doctor", doctor.into()),
            ("reason", one.why.message.as_str().into()),
            ("error", error::json(&one.why, None)["error"].clone()),
        ],
    )
}

fn who(visit: &Visit) -> Value {
    let Visit { appointment, patient, .. } = visit;
    object(vec![
        ("appointment_id", appointment.id.as_str().into()),
        ("code", appointment.code.as_str().into()),
        ("patient", patient.full_name.as_str().into()),
        ("phone", patient.phone.as_str().into()),
        ("email", patient.email.as_deref().into()),
    ])
}

fn when(visit: &Visit) -> Value {
    let appointment = &visit.appointment;
    object(vec![
        ("date", appointment.date.to_string().into()),
        ("start_time", hhmm(appointment.start_time).into()),
        ("starts_at", visit.zone.rfc3339(appointment.span.start).into()),
    ])
}

/// The plan for people: who moves, and whom to call.
pub fn text(value: &Value, color: bool) -> String {
    let said = |path: &str| words(at(value, path));
    let whose = match said("closure.doctor.full_name") {
        doctor if doctor.is_empty() => String::new(),
        doctor => format!("{doctor}: "),
    };
    let mut text = format!(
        "{}  {}\n{whose}{}\n",
        said("closure.code"),
        span(&said("closure.from"), &said("closure.to")),
        said("closure.reason")
    );
    text.push('\n');
    text.push_str(&table::rows(value, &MOVES, color));
    for (heading, columns) in
        [(text!("cant-be-moved"), &UNPLACED), (text!("no-message-reaches-them-call"), &UNREACHABLE)]
    {
        if !list(value, columns.key).is_empty() {
            // Writing to a string can't fail.
            let rows = table::rows(&in_our_words(value, columns.key), columns, color);
            let _ = write!(text, "\n{}\n{rows}", plain(heading));
        }
    }
    text
}

/// The list with its reasons in the language that is spoken: these are ours, not those of a closure.
fn in_our_words(value: &Value, key: &str) -> Value {
    let row = |row: &Value| view::with(row.clone(), &[("reason", state(at(row, "reason")).into())]);
    Value::Object(Map::from_iter([(key.to_owned(), list(value, key).iter().map(row).collect())]))
}

/// From when until when, as people say it: `Tue 2026-06-16` for the whole of a day.
fn span(from: &str, to: &str) -> String {
    let moment = |text: &str| NaiveDateTime::parse_from_str(text, "%Y-%m-%dT%H:%M").ok();
    let (Some(start), Some(end)) = (moment(from), moment(to)) else { return format!("{from} - {to}") };
    let day = |date| dated(date, "%a %Y-%m-%d");
    let (first, clock) = (start.date(), |at: NaiveDateTime| hhmm(at.time()));
    // A whole day ends where the next one begins.
    let last = end.date().pred_opt().unwrap_or(first);
    match (start.time(), end.time()) {
        (NaiveTime::MIN, NaiveTime::MIN) if last <= first => day(first),
        (NaiveTime::MIN, NaiveTime::MIN) => format!("{} - {}", day(first), day(last)),
        _ if first == end.date() => format!("{} {}-{}", day(first), clock(start), clock(end)),
        _ => format!("{} {} - {} {}", day(first), clock(start), day(end.date()), clock(end)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_closure_is_said_in_days_and_hours() {
        for (from, to, said) in [
            ("2026-06-16T00:00", "2026-06-17T00:00", "Tue 2026-06-16"),
            ("2026-06-16T00:00", "2026-06-19T00:00", "Tue 2026-06-16 - Thu 2026-06-18"),
            ("2026-06-16T09:00", "2026-06-16T11:30", "Tue 2026-06-16 09:00-11:30"),
            ("2026-06-16T09:00", "2026-06-17T00:00", "Tue 2026-06-16 09:00 - Wed 2026-06-17 00:00"),
            ("soon", "later", "soon - later"),
        ] {
            assert_eq!(span(from, to), said);
        }
    }
}
