//! Whom to call when a doctor runs late.

use crate::app::late::{Call, Late, Told};
use crate::domain::appointment::Visit;
use crate::domain::time::hhmm;
use crate::output::lists::Columns;
use crate::output::view::object;
use serde_json::Value;

/// The calls, as a table.
pub const CALLS: Columns = Columns {
    key: "calls",
    columns: &[
        ("code", "code"),
        ("patient", "patient"),
        ("phone", "phone"),
        ("time", "start_time"),
        ("expected-before", "expected_time_before"),
        ("now", "expected_time"),
        ("late", "late_minutes"),
        ("message", "message"),
    ],
    empty: "nobody-has-to-be-called-who-is-still",
};

/// The delay and the calls that it asks for.
pub fn view(late: &Late) -> Value {
    let calls: Vec<Value> = late.calls.iter().map(call).collect();
    let doctor = object(vec![
        ("id", late.doctor.id.as_str().into()),
        ("code", late.doctor.code.as_str().into()),
        ("full_name", late.doctor.full_name.as_str().into()),
        ("specialty", late.doctor.specialty.as_deref().into()),
    ]);
    let total = calls.len();
    object(vec![
        ("date", late.date.to_string().into()),
        ("doctor", doctor),
        ("delay_minutes", late.minutes.into()),
        ("queued", late.calls.iter().any(|call| call.message.is_some()).then(|| queued(late)).into()),
        (CALLS.key, calls.into()),
        ("total", total.into()),
    ])
}

/// What to do next.
pub fn hint(late: &Late, notified: bool) -> Option<String> {
    match (notified, queued(late)) {
        (false, _) if late.calls.is_empty() => None,
        (false, _) => Some(text!("with-notify-each-of-them-gets-a-message").into()),
        (true, 0) => None,
        (true, 1) => Some(text!("message-is-queued-turno-remind-due-sends-it").into()),
        (true, count) => Some(text!("messages-are-queued-turno-remind-due-sends-them", count)),
    }
}

/// How many messages were queued.
pub fn queued(late: &Late) -> usize {
    late.calls.iter().filter(|call| call.message == Some(Told::Queued)).count()
}

fn call(call: &Call) -> Value {
    let Visit { appointment, patient, zone, .. } = &call.visit;
    let time = |at| hhmm(zone.wall(at).time());
    object(vec![
        ("appointment_id", appointment.id.as_str().into()),
        ("code", appointment.code.as_str().into()),
        ("status", appointment.status.as_str().into()),
        ("patient", patient.full_name.as_str().into()),
        ("phone", patient.phone.as_str().into()),
        ("start_time", hhmm(appointment.start_time).into()),
        ("expected_before", zone.rfc3339(call.expected_before).into()),
        ("expected_time_before", time(call.expected_before).into()),
        ("expected_at", zone.rfc3339(call.expected_at).into()),
        ("expected_time", time(call.expected_at).into()),
        ("late_minutes", call.late_minutes().into()),
        ("message", call.message.map(Told::as_str).into()),
    ])
}
