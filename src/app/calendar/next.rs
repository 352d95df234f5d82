//! Calls in the patient who waits first.

use crate::app::Context;
use crate::app::access::find;
use crate::app::booking::status::{StatusRequest, Stepped, set_in};
use crate::app::calendar::list::{ListRequest, filter};
use crate::app::calendar::queue::{QueueRequest, zone_in};
use crate::app::when::Day;
use crate::domain::appointment::Appointment;
use crate::domain::refusal::{Code, Refusal};
use crate::domain::status::Status;
use crate::platform::error::Result;
use crate::store::Ending;
use crate::store::appointments::list::{Order, page};

/// The most patients in a waiting room.
const MOST: i64 = 1000;

/// Brings the visit of the patient who came first, of those who wait today, to in progress.
pub fn call_in(context: &mut Context, request: &QueueRequest, ending: Ending) -> Result<Stepped> {
    context.write(ending, |tx, env, desk| {
        let today = Day::Date(zone_in(tx, env, &desk, request)?.date(env.now));
        let waiting = ListRequest {
            from: Some(today),
            to: Some(today),
            statuses: vec![Status::CheckedIn],
            doctor: request.doctor.clone(),
            branch: request.branch.clone(),
            ..ListRequest::default()
        };
        let filter = filter(tx, env, &desk, &waiting)?;
        let waiting = page(tx, &desk.clinic.id, &filter, Order::Start, MOST, 0)?;
        let came = |appointment: &Appointment| {
            (appointment.stamps.checked_in_at, appointment.span.start, appointment.token_number)
        };
        let first = waiting.into_iter().min_by_key(|joined| came(&joined.appointment));
        let first = first.ok_or_else(|| {
            Refusal::new(Code::ResourceNotFound, text!("nobody-waits-to-be-called-in"))
                .hint(text!("turno-queue-shows-who-is-expected-today"))
        })?;
        let visit = find::with_zone(&env.zones, first)?;
        let step = StatusRequest { to: Some(Status::InProgress), ..StatusRequest::default() };
        set_in(tx, env, &desk, visit, &step)
    })
}
