//! The plan for the appointments that a closure affects.

use crate::app::calendar::reassign::{Cleared, Move, Unplaced};
use crate::domain::appointment::Visit;
use crate::domain::time::Zone;
use crate::domain::time::hhmm;
use crate::formats::appointment::{AppointmentView, At, Clock, Id, On, appointment, view};
use crate::locale::{dated, plain};
use crate::output::error::RefusalView;
use crate::output::lists::lists;
use crate::output::table;
use crate::output::view::{self, ClosureView};
use crate::output::words::{at, list, state, words};
use chrono::{NaiveDateTime, NaiveTime};
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::{Map, Value};
use std::fmt::Write;

lists! {
    MOVES: "moves", or "nobody-moves" {
        "code", "patient", "date" => "from.date", "time" => "from.start_time", "moves-to" => "to.date",
        "at" => "to.start_time", "doctor",
    }
    UNPLACED: "unplaced", or "" {
        "code", "patient", "phone", "date" => "from.date", "time" => "from.start_time", "why" => "reason",
    }
    UNREACHABLE: "unreachable", or "" {
        "code", "patient", "phone", "moves-to" => "to.date", "at" => "to.start_time", "why" => "reason",
    }
}

/// An appointment that moves, of a patient whom no message reaches.
#[derive(Serialize, JsonSchema)]
struct UnreachableView<'a> {
    #[serde(flatten)]
    moved: MoveView<'a>,
    reason: &'static str,
}

view! {
    /// The plan for the appointments that a closure affects.
    pub struct ClearingView<'a> by view(cleared: &'a Cleared, zone: &Zone, applied: bool) where {
        let Cleared { closure: named, moves, unplaced } = cleared;
        let unreachable =
            |one: &'a Move| Some(UnreachableView { moved: moved(one), reason: one.unreachable? });
    } {
        closure: ClosureView<'a> = view::closure(named, zone),
        applied: bool = applied,
        moves: Vec<MoveView<'a>> = moves.iter().map(moved).collect(),
        unplaced: Vec<UnplacedView<'a>> = unplaced.iter().map(stays).collect(),
        unreachable: Vec<UnreachableView<'a>> = moves.iter().filter_map(unreachable).collect(),
        appointments: Vec<AppointmentView<'a>> = named.hits.iter().map(appointment).collect(),
    }
}

view! {
    /// An appointment that moves.
    struct MoveView<'a> by moved(found: &'a Move) where {
        let Move { before, after, .. } = found;
    } {
        #[serde(flatten)]
        who: WhoView<'a> = who(before),
        from: MomentView = when(before),
        to: MomentView = when(after),
        doctor_before: Option<&'a str> = doctor(before),
        doctor: Option<&'a str> = doctor(after),
    }
}

view! {
    /// An appointment for which there is no other time, and the reason.
    struct UnplacedView<'a> by stays(unplaced: &'a Unplaced) where {
        let Unplaced { visit, why } = unplaced;
    } {
        #[serde(flatten)]
        who: WhoView<'a> = who(visit),
        from: MomentView = when(visit),
        doctor: Option<&'a str> = doctor(visit),
        reason: &'a str = &why.message,
        error: RefusalView = RefusalView::of(why, None),
    }
}

fn doctor(visit: &Visit) -> Option<&str> {
    visit.doctor.as_deref().map(|doctor| doctor.full_name.as_str())
}

view! {
    /// The appointment and its patient.
    struct WhoView<'a> by who(visit: &'a Visit) where {
        let Visit { appointment, patient, .. } = visit;
    } {
        appointment_id: Id<'a> = Id(&appointment.id),
        code: &'a str = &appointment.code,
        patient: &'a str = &patient.full_name,
        phone: &'a str = &patient.phone,
        email: Option<&'a str> = patient.email.as_deref(),
    }
}

view! {
    /// The time of an appointment.
    struct MomentView by when(visit: &Visit) where {
        let Visit { appointment, zone, .. } = visit;
    } {
        date: On = On(appointment.date),
        start_time: Clock = Clock(appointment.start_time),
        starts_at: At = At(zone.rfc3339(appointment.span.start)),
    }
}

/// The plan for people: the moves, and the patients to call.
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
            let rows = table::rows(&in_our_words(value, columns.key), columns, color);
            let _ = write!(text, "\n{}\n{rows}", plain(heading));
        }
    }
    text
}

/// Translates the reasons of a list: they are our own words, unlike a closure's reason.
fn in_our_words(value: &Value, key: &str) -> Value {
    let row =
        |row: &Value| view::with(row.clone(), &serde_json::json!({ "reason": state(at(row, "reason")) }));
    Value::Object(Map::from_iter([(key.to_owned(), list(value, key).iter().map(row).collect())]))
}

/// The span of a closure for people: `Tue 2026-06-16` for a whole day.
fn span(from: &str, to: &str) -> String {
    let moment = |text: &str| NaiveDateTime::parse_from_str(text, "%Y-%m-%dT%H:%M").ok();
    let (Some(start), Some(end)) = (moment(from), moment(to)) else { return format!("{from} - {to}") };
    let day = |date| dated(date, "%a %Y-%m-%d");
    let (first, clock) = (start.date(), |at: NaiveDateTime| hhmm(at.time()));
    // A whole day ends at midnight of the next day.
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
