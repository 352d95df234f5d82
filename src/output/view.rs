//! The public JSON. Keys are snake_case, always present, and stay as they are once landed.

mod agenda;

use crate::app::list::Page;
use crate::app::queue::{Place, Queue};
use crate::app::setup::closure::NamedClosure;
use crate::app::setup::patient::SeenPatient;
use crate::app::setup::window::NamedWindow;
use crate::app::slots::FreeSlot;
use crate::app::why::Why;
use crate::domain::appointment::Visit;
use crate::domain::record::{Attendee, Branch, Clinic, Doctor, Service};
use crate::domain::time::{Zone, hhmm};
use crate::domain::why::Objection;
use crate::domain::window::Days;
use crate::output::error;
use crate::public::spell::{Spell, Text, view};
use crate::public::{At, Clock, On, Shown, doctor_inside, inside};
pub use crate::public::{appointment, json, object};
pub use agenda::{AgendaView, agenda};
use serde::Serialize;
use serde_json::{Map, Value};
use std::io;

/// The object with more keys at its end.
pub fn with(mut object: Value, more: &[(&str, Value)]) -> Value {
    if let Value::Object(map) = &mut object {
        map.extend(more.iter().map(|(key, value)| ((*key).to_owned(), value.clone())));
    }
    object
}

/// The appointment object as a key that may not read appointments has it: what was done, and not for
/// whom it is nor what others wrote about it.
pub fn veiled(mut object: Value) -> Value {
    const KEPT_BACK: [&str; 8] = [
        "patient",
        "reason",
        "notes",
        "diagnosis",
        "prescription",
        "follow_up_date",
        "cancellation_reason",
        "external_reference_id",
    ];
    for key in KEPT_BACK {
        object[key] = Value::Null;
    }
    object
}

view! {
    struct SlotView<'a> {
        doctor_id: Option<&'a str>,
        doctor: Option<&'a str>,
        branch_id: &'a str,
        branch: &'a str,
        service_id: Option<&'a str>,
        date: On,
        start_time: Clock,
        end_time: Clock,
        starts_at: At<'a>,
        ends_at: At<'a>,
        session: Option<&'a str>,
        batch: Option<&'a str>,
        capacity_left: Option<i64>,
    }
}

view! {
    /// Free slots, as a list.
    pub struct SlotsView<'a> {
        slots: Vec<SlotView<'a>>,
        total: usize,
    }
}

/// Free slots.
pub fn slots(free: &[FreeSlot]) -> SlotsView<'_> {
    SlotsView { slots: free.iter().map(slot_view).collect(), total: free.len() }
}

/// A free slot.
pub fn slot(free: &FreeSlot) -> Value {
    json(&slot_view(free))
}

fn slot_view(free: &FreeSlot) -> SlotView<'_> {
    let FreeSlot { slot, doctor, branch, service_id, zone } = free;
    SlotView {
        doctor_id: doctor.as_ref().map(|(id, _)| id.as_str()),
        doctor: doctor.as_ref().map(|(_, name)| name.as_str()),
        branch_id: &branch.0,
        branch: &branch.1,
        service_id: service_id.as_deref(),
        date: On(slot.date),
        start_time: Clock(slot.start_time),
        end_time: Clock(zone.wall(slot.span.end).time()),
        starts_at: At(zone, slot.span.start),
        ends_at: At(zone, slot.span.end),
        session: slot.session.as_deref(),
        batch: slot.batch.as_deref(),
        capacity_left: slot.capacity_left,
    }
}

view! {
    /// A page of appointments.
    pub struct PageView<'a> {
        appointments: Vec<Shown<'a, Attendee>>,
        total: i64,
        page: i64,
        limit: i64,
    }
}

/// A page of appointments.
pub fn page(page: &Page) -> PageView<'_> {
    let Page { visits, total, page, limit } = page;
    let appointments = visits.iter().map(Shown).collect();
    PageView { appointments, total: *total, page: *page, limit: *limit }
}

/// What was booked, as it is streamed.
pub struct BookedView<'a> {
    appointment: Shown<'a>,
    idempotent: bool,
    dry_run: bool,
}

impl Spell for BookedView<'_> {
    fn spell(&self, out: &mut Text<'_>) -> io::Result<()> {
        self.appointment.spell(out)?;
        out.reopen();
        out.put(",\"idempotent\":");
        self.idempotent.spell(out)?;
        out.put(if self.dry_run { ",\"dry_run\":true}" } else { "}" });
        Ok(())
    }
}

/// What was booked.
pub fn booked(visit: &Visit, idempotent: bool, dry_run: bool) -> BookedView<'_> {
    BookedView { appointment: Shown(visit), idempotent, dry_run }
}

/// What stands in the way of a time. Each rule is told as its refusal is.
pub fn why(why: &Why) -> Value {
    let objections = why.objections.iter().map(|Objection { check, refusal }| {
        let told = &error::json(refusal, None)["error"];
        let mut pairs = vec![("check", (*check).into())];
        pairs.extend(["code", "message", "details"].map(|key| (key, told[key].clone())));
        object(pairs)
    });
    object(vec![
        ("starts_at", why.zone.rfc3339(why.start).into()),
        ("bookable", why.objections.is_empty().into()),
        ("objections", objections.collect::<Vec<_>>().into()),
        ("suggested_times", why.suggested_times.clone().into()),
    ])
}

#[derive(Serialize)]
struct PlaceView<'a> {
    token_number: i64,
    status: &'a str,
    appointment_id: &'a str,
    code: &'a str,
    patient: &'a str,
    doctor: Option<&'a str>,
    start_time: String,
    waiting_minutes: Option<i64>,
    expected_at: Option<String>,
    expected_time: Option<String>,
    expected_wait_minutes: Option<i64>,
}

/// Today's queue.
pub fn queue(queue: &Queue) -> Value {
    let places: Vec<Value> = queue.places.iter().map(place).collect();
    object(vec![
        ("date", queue.date.to_string().into()),
        ("as_of", queue.zone.rfc3339(queue.now).into()),
        ("queue", places.into()),
    ])
}

/// A place in the queue.
pub fn place(place: &Place) -> Value {
    let Visit { appointment, patient, doctor, zone, .. } = &place.visit;
    json(&PlaceView {
        token_number: appointment.token_number,
        status: appointment.status.as_str(),
        appointment_id: &appointment.id,
        code: &appointment.code,
        patient: &patient.full_name,
        doctor: doctor.as_ref().map(|doctor| doctor.full_name.as_str()),
        start_time: hhmm(appointment.start_time),
        waiting_minutes: place.waiting_minutes,
        expected_at: place.expected_at.map(|at| zone.rfc3339(at)),
        expected_time: place.expected_at.map(|at| hhmm(zone.wall(at).time())),
        expected_wait_minutes: place.expected_wait_minutes,
    })
}

/// A clinic with its settings.
pub fn clinic(clinic: &Clinic, zone: &Zone, chosen: Option<bool>) -> Value {
    let settings: Map<String, Value> =
        clinic.settings.pairs().into_iter().map(|(key, text)| (key.to_owned(), typed(key, &text))).collect();
    let object = object(vec![
        ("id", clinic.id.as_str().into()),
        ("code", clinic.code.as_str().into()),
        ("name", clinic.name.as_str().into()),
        ("timezone", clinic.settings.timezone.as_str().into()),
        ("country", clinic.settings.country.as_deref().into()),
        ("settings", Value::Object(settings)),
        ("created_at", zone.rfc3339(clinic.created_at).into()),
    ]);
    match chosen {
        Some(chosen) => with(object, &[("chosen", chosen.into())]),
        None => object,
    }
}

/// A setting as JSON knows it: switches and minutes are not texts; durations such as `2h` are.
fn typed(key: &str, text: &str) -> Value {
    match (key, text) {
        (_, "true") => true.into(),
        (_, "false") => false.into(),
        ("country", "none") => Value::Null,
        ("slot_minutes", _) => text.parse::<i64>().map_or_else(|_| text.into(), Value::from),
        _ => text.into(),
    }
}

/// A branch.
pub fn branch(branch: &Branch, zone: &Zone) -> Value {
    object(vec![
        ("id", branch.id.as_str().into()),
        ("code", branch.code.as_str().into()),
        ("name", branch.name.as_str().into()),
        ("timezone", branch.timezone.as_deref().into()),
        ("active", branch.active.into()),
        ("created_at", zone.rfc3339(branch.created_at).into()),
    ])
}

/// A doctor.
pub fn doctor(doctor: &Doctor, zone: &Zone) -> Value {
    object(vec![
        ("id", doctor.id.as_str().into()),
        ("code", doctor.code.as_str().into()),
        ("full_name", doctor.full_name.as_str().into()),
        ("specialty", doctor.specialty.as_deref().into()),
        ("slot_minutes", doctor.slot_minutes.into()),
        ("buffer_before", doctor.buffer_before.into()),
        ("buffer_after", doctor.buffer_after.into()),
        ("active", doctor.active.into()),
        ("created_at", zone.rfc3339(doctor.created_at).into()),
    ])
}

/// A service.
pub fn service(service: &Service, zone: &Zone) -> Value {
    object(vec![
        ("id", service.id.as_str().into()),
        ("code", service.code.as_str().into()),
        ("name", service.name.as_str().into()),
        ("duration_minutes", service.duration_minutes.into()),
        ("active", service.active.into()),
        ("created_at", zone.rfc3339(service.created_at).into()),
    ])
}

/// A window with the names that it mentions.
pub fn window(named: &NamedWindow, zone: &Zone) -> Value {
    let NamedWindow { window, doctor, branch, services } = named;
    let on_date = match window.days {
        Days::On(date) => Some(date.to_string()),
        Days::Weekly(_) => None,
    };
    let date = |date: Option<chrono::NaiveDate>| date.map(|date| date.to_string());
    let doctor = doctor.as_ref().map(|doctor| json(&doctor_inside(doctor)));
    let branch = branch.as_ref().map(|branch| inside(&branch.id, &branch.code, &branch.name));
    let services: Vec<Value> =
        services.iter().map(|service| inside(&service.id, &service.code, &service.name)).collect();
    object(vec![
        ("id", window.id.as_str().into()),
        ("code", window.code.as_str().into()),
        ("branch_id", window.branch_id.as_str().into()),
        ("doctor_id", window.doctor_id.as_deref().into()),
        ("days", window.days.weekday_words().into()),
        ("on_date", on_date.into()),
        ("from", hhmm(window.from).into()),
        ("to", hhmm(window.to).into()),
        ("valid_from", date(window.valid_from).into()),
        ("valid_until", date(window.valid_until).into()),
        ("session", window.session.as_deref().into()),
        ("batch", window.batch.as_deref().into()),
        ("slot_minutes", window.slot_minutes.into()),
        ("capacity", window.capacity.into()),
        ("status", if window.open { "OPEN" } else { "CLOSED" }.into()),
        ("active", window.active.into()),
        ("doctor", doctor.into()),
        ("branch", branch.into()),
        ("services", services.into()),
        ("created_at", zone.rfc3339(window.created_at).into()),
    ])
}

/// A closure with the names that it mentions.
pub fn closure(named: &NamedClosure, zone: &Zone) -> Value {
    let NamedClosure { closure, doctor, branch, hits: _ } = named;
    let wall = |wall: chrono::NaiveDateTime| wall.format("%Y-%m-%dT%H:%M").to_string();
    let doctor = doctor.as_ref().map(|doctor| json(&doctor_inside(doctor)));
    let branch = branch.as_ref().map(|branch| inside(&branch.id, &branch.code, &branch.name));
    object(vec![
        ("id", closure.id.as_str().into()),
        ("code", closure.code.as_str().into()),
        ("from", wall(closure.from).into()),
        ("to", wall(closure.to).into()),
        ("reason", closure.reason.as_str().into()),
        ("doctor_id", closure.doctor_id.as_deref().into()),
        ("branch_id", closure.branch_id.as_deref().into()),
        ("active", closure.active.into()),
        ("doctor", doctor.into()),
        ("branch", branch.into()),
        ("created_at", zone.rfc3339(closure.created_at).into()),
    ])
}

/// A patient, with as much of the national ID as may be seen.
pub fn patient(seen: &SeenPatient, zone: &Zone) -> Value {
    let SeenPatient { patient, national_id } = seen;
    object(vec![
        ("id", patient.id.as_str().into()),
        ("code", patient.code.as_str().into()),
        ("full_name", patient.full_name.as_str().into()),
        ("phone", patient.phone.as_str().into()),
        ("email", patient.email.as_deref().into()),
        ("national_id", national_id.as_deref().into()),
        ("locale", patient.locale.as_deref().into()),
        ("channels", patient.channels.as_ref().map(|channels| channels.join(",")).into()),
        ("opt_out", patient.opt_out.into()),
        ("no_show_count", patient.no_show_count.into()),
        ("active", patient.active.into()),
        ("created_at", zone.rfc3339(patient.created_at).into()),
        ("updated_at", zone.rfc3339(patient.updated_at).into()),
        ("merged_into", patient.merged_into.as_deref().into()),
        ("erased_at", patient.erased_at.map(|at| zone.rfc3339(at)).into()),
    ])
}
