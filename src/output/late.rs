//! Whom to call when a doctor runs late.

use crate::app::late::{Call, Late, Told};
use crate::domain::appointment::Visit;
use crate::domain::status::Status;
use crate::output::lists::Columns;
use crate::public::{At, Clock, DoctorInside, Id, On, doctor_inside};
use schemars::JsonSchema;
use serde::Serialize;

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

/// Somebody to call.
#[derive(Serialize, JsonSchema)]
struct CallView<'a> {
    appointment_id: Id<'a>,
    code: &'a str,
    status: Status,
    patient: &'a str,
    phone: &'a str,
    start_time: Clock,
    expected_before: At,
    expected_time_before: Clock,
    expected_at: At,
    expected_time: Clock,
    late_minutes: i64,
    #[schemars(extend("enum" = ["queued", "told already", "opted out", "no channel", null]))]
    message: Option<&'static str>,
}

/// Whom to call when a doctor runs late.
#[derive(Serialize, JsonSchema)]
pub struct LateView<'a> {
    date: On,
    doctor: DoctorInside<'a>,
    delay_minutes: i64,
    queued: Option<usize>,
    calls: Vec<CallView<'a>>,
    total: usize,
}

/// The delay and the calls that it asks for.
pub fn view(late: &Late) -> LateView<'_> {
    LateView {
        date: On(late.date),
        doctor: doctor_inside(&late.doctor),
        delay_minutes: late.minutes,
        queued: late.calls.iter().any(|call| call.message.is_some()).then(|| queued(late)),
        calls: late.calls.iter().map(call).collect(),
        total: late.calls.len(),
    }
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

fn call(call: &Call) -> CallView<'_> {
    let Visit { appointment, patient, zone, .. } = &call.visit;
    let time = |at| Clock(zone.wall(at).time());
    CallView {
        appointment_id: Id(&appointment.id),
        code: &appointment.code,
        status: appointment.status,
        patient: &patient.full_name,
        phone: &patient.phone,
        start_time: Clock(appointment.start_time),
        expected_before: At(zone.rfc3339(call.expected_before)),
        expected_time_before: time(call.expected_before),
        expected_at: At(zone.rfc3339(call.expected_at)),
        expected_time: time(call.expected_at),
        late_minutes: call.late_minutes(),
        message: call.message.map(Told::as_str),
    }
}
