//! The patients to call when a doctor is late.

use crate::app::calendar::late::{Call, Late, Told};
use crate::domain::appointment::Visit;
use crate::domain::status::Status;
use crate::formats::appointment::{At, Clock, DoctorInside, Id, On, doctor_inside, view};
use crate::output::lists::lists;

lists! {
    /// The table of calls.
    pub CALLS: "calls", or "nobody-has-to-be-called-who-is-still" {
        "code", "patient", "phone", "time" => "start_time", "expected-before" => "expected_time_before",
        "now" => "expected_time", "late" => "late_minutes", "message",
    }
}

view! {
    /// The patients to call when a doctor is late.
    pub struct LateView<'a> by view(late: &'a Late) {
        date: On = On(late.date),
        doctor: DoctorInside<'a> = doctor_inside(&late.doctor),
        delay_minutes: i64 = late.minutes,
        queued: Option<usize> = late.calls.iter().any(|call| call.message.is_some()).then(|| queued(late)),
        calls: Vec<CallView<'a>> = late.calls.iter().map(call).collect(),
        total: usize = late.calls.len(),
    }
}

/// The hint after the command; `notified` if messages were queued.
pub fn hint(late: &Late, notified: bool) -> Option<String> {
    match (notified, queued(late)) {
        (false, _) if late.calls.is_empty() => None,
        (false, _) => Some(text!("with-notify-each-of-them-gets-a-message").into()),
        (true, 0) => None,
        (true, 1) => Some(text!("message-is-queued-turno-remind-due-sends-it").into()),
        (true, count) => Some(text!("messages-are-queued-turno-remind-due-sends-them", count)),
    }
}

/// The number of queued messages.
pub fn queued(late: &Late) -> usize {
    late.calls.iter().filter(|call| call.message == Some(Told::Queued)).count()
}

view! {
    /// A patient to call.
    struct CallView<'a> by call(call: &'a Call) where {
        let Visit { appointment, patient, zone, .. } = &call.visit;
        let time = |at| Clock(zone.wall(at).time());
    } {
        appointment_id: Id<'a> = Id(&appointment.id),
        code: &'a str = &appointment.code,
        status: Status = appointment.status,
        patient: &'a str = &patient.full_name,
        phone: &'a str = &patient.phone,
        start_time: Clock = Clock(appointment.start_time),
        expected_before: At = At(zone.rfc3339(call.expected_before)),
        expected_time_before: Clock = time(call.expected_before),
        expected_at: At = At(zone.rfc3339(call.expected_at)),
        expected_time: Clock = time(call.expected_at),
        late_minutes: i64 = call.late_minutes(),
        #[schemars(extend("enum" = ["queued", "told already", "opted out", "no channel", null]))]
        message: Option<&'static str> = call.message.map(Told::as_str),
    }
}
