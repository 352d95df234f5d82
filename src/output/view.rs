//! The public JSON. Keys are snake_case and stable; every key is always present unless its schema makes it
//! optional.

mod agenda;

use crate::app::access::find::MASK;
use crate::app::calendar::closure::NamedClosure;
use crate::app::calendar::list::Page;
use crate::app::calendar::queue::{Place, Queue};
use crate::app::calendar::slots::FreeSlot;
use crate::app::calendar::why::Why;
use crate::app::calendar::window::NamedWindow;
use crate::app::patients::patient::SeenPatient;
use crate::domain::appointment::Visit;
use crate::domain::record::{Branch, Clinic, Doctor, Service};
use crate::domain::refusal::Code;
use crate::domain::settings::KEYS;
use crate::domain::status::Status;
use crate::domain::time::Zone;
use crate::domain::why::Objection;
use crate::domain::window::Days;
use crate::formats::appointment::{
    AppointmentView, At, Clock, DoctorInside, Id, NamedView, On, True, Wall, branch_inside, doctor_inside,
    inside, view,
};
pub(crate) use crate::formats::appointment::{appointment, json};
use crate::output::error::RefusalView;
pub use agenda::{AgendaView, agenda};
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::Serialize;
use serde_json::{Map, Value};
use std::borrow::Cow;

/// Appends the keys of `more` to the object.
pub(crate) fn with(mut object: Value, more: &impl Serialize) -> Value {
    if let (Value::Object(map), Value::Object(more)) = (&mut object, json(more)) {
        map.extend(more);
    }
    object
}

/// A list under `key`, and its `total`.
pub(crate) fn list<T: Serialize>(key: &str, rows: &[T]) -> Value {
    serde_json::json!({ key: rows, "total": rows.len() })
}

view! {
    /// Whether nothing was written.
    pub(crate) struct DryRun by dry_run(dry_run: bool) {
        #[serde(skip_serializing_if = "Option::is_none")]
        #[schemars(with = "True")]
        dry_run: Option<True> = dry_run.then_some(True),
    }
}

/// The appointment for a key that may not read appointments: no patient, free texts or reference.
pub(crate) fn veiled(mut object: Value) -> Value {
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
    /// Free slots.
    pub struct SlotsView<'a> by slots(free: &'a [FreeSlot]) {
        slots: Vec<SlotView<'a>> = free.iter().map(slot_view).collect(),
        total: usize = free.len(),
    }
}

/// A free slot as JSON.
pub fn slot(free: &FreeSlot) -> Value {
    json(&slot_view(free))
}

view! {
/// A free slot as JSON.
    struct SlotView<'a> by slot_view(free: &'a FreeSlot) where {
        let FreeSlot { slot, doctor, branch, service_id, zone } = free;
    } {
        doctor_id: Option<Id<'a>> = doctor.as_ref().map(|(id, _)| Id(id)),
        doctor: Option<&'a str> = doctor.as_ref().map(|(_, name)| name.as_str()),
        branch_id: Id<'a> = Id(&branch.0),
        branch: &'a str = &branch.1,
        service_id: Option<Id<'a>> = service_id.as_deref().map(Id),
        date: On = On(slot.date),
        start_time: Clock = Clock(slot.start_time),
        end_time: Clock = Clock(zone.wall(slot.span.end).time()),
        starts_at: At = At(zone.rfc3339(slot.span.start)),
        ends_at: At = At(zone.rfc3339(slot.span.end)),
        session: Option<&'a str> = slot.session.as_deref(),
        batch: Option<&'a str> = slot.batch.as_deref(),
        capacity_left: Option<i64> = slot.capacity_left,
    }
}

view! {
    /// A page of appointments.
    pub struct PageView<'a> by page(page: &'a Page) {
        appointments: Vec<AppointmentView<'a>> = page.visits.iter().map(appointment).collect(),
        total: Option<i64> = page.total,
        page: i64 = page.page,
        limit: i64 = page.limit,
        has_more: bool = page.has_more,
    }
}

/// Whether this is the result of an earlier request.
#[derive(Serialize, JsonSchema)]
pub(crate) struct Idempotent {
    pub(crate) idempotent: bool,
}

/// Whether anything changed.
#[derive(Serialize, JsonSchema)]
pub(crate) struct ChangedView {
    pub(crate) changed: bool,
}

/// The number of appointments booked since a time.
#[derive(Serialize, JsonSchema)]
pub(crate) struct CountView {
    pub(crate) count: i64,
    pub(crate) since: At,
}

/// A check that refuses a time; check is its number in the order of checks.
#[derive(Serialize, JsonSchema)]
struct ObjectionView {
    check: u8,
    code: Code,
    message: String,
    details: Map<String, Value>,
}

view! {
    /// The checks that refuse a time.
    pub struct WhyView<'a> by why(why: &'a Why) where {
        let objections = why.objections.iter().map(|Objection { check, refusal }| {
            let RefusalView { code, message, details, .. } = RefusalView::of(refusal, None);
            ObjectionView { check: *check, code, message, details }
        });
    } {
        starts_at: At = At(why.zone.rfc3339(why.start)),
        bookable: bool = why.objections.is_empty(),
        objections: Vec<ObjectionView> = objections.collect(),
        suggested_times: &'a [String] = &why.suggested_times,
    }
}

view! {
    /// The patients expected today.
    pub struct QueueView<'a> by queue(queue: &'a Queue) {
        date: On = On(queue.date),
        as_of: At = At(queue.zone.rfc3339(queue.now)),
        queue: Vec<PlaceView<'a>> = queue.places.iter().map(place).collect(),
        inbox: i64 = queue.inbox,
    }
}

view! {
    /// A patient in the queue.
    pub struct PlaceView<'a> by place(place: &'a Place) where {
        let Visit { appointment, patient, doctor, zone, .. } = &place.visit;
    } {
        token_number: i64 = appointment.token_number,
        status: Status = appointment.status,
        appointment_id: Id<'a> = Id(&appointment.id),
        code: &'a str = &appointment.code,
        patient: &'a str = &patient.full_name,
        doctor: Option<&'a str> = doctor.as_ref().map(|doctor| doctor.full_name.as_str()),
        start_time: Clock = Clock(appointment.start_time),
        waiting_minutes: Option<i64> = place.waiting_minutes,
        expected_at: Option<At> = place.expected_at.map(|at| At(zone.rfc3339(at))),
        expected_time: Option<Clock> = place.expected_at.map(|at| Clock(zone.wall(at).time())),
        expected_wait_minutes: Option<i64> = place.expected_wait_minutes,
    }
}

#[derive(Serialize)]
struct SettingsView(Map<String, Value>);

impl JsonSchema for SettingsView {
    fn schema_name() -> Cow<'static, str> {
        "Settings".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        let kind = |key: &str| match key {
            "initial_status" => json_schema!({"enum": ["scheduled", "confirmed"]}),
            "duplicate_rule" => json_schema!({"enum": ["off", "phone", "phone_and_name"]}),
            "patient_identity" => json_schema!({"enum": ["phone", "phone_and_name"]}),
            "access" => json_schema!({"enum": ["open", "keys"]}),
            "country" | "phone" => json_schema!({"type": ["string", "null"]}),
            "slot_minutes" => json_schema!({"type": "integer"}),
            "strict_slots" | "require_cancellation_reason" | "require_diagnosis" | "require_reason" => {
                json_schema!({"type": "boolean"})
            }
            _ => json_schema!({"type": "string"}),
        };
        let keys = KEYS.iter().map(|(key, _)| *key).filter(|key| *key != "name");
        json_schema!({
            "description": "A clinic's settings; durations are words such as 2h",
            "type": "object",
            "required": keys.clone().collect::<Vec<_>>(),
            "properties": keys.map(|key| (key.to_owned(), kind(key).to_value())).collect::<Map<_, _>>(),
        })
    }
}

/// The first clinic of a database, and the places of database and secret file.
#[derive(Serialize, JsonSchema)]
pub(crate) struct FilesView {
    pub(crate) db: String,
    pub(crate) secret_file: String,
}

/// A clinic in a list, and whether it is the default one.
#[derive(Serialize, JsonSchema)]
pub(crate) struct ClinicRow<'a> {
    #[serde(flatten)]
    pub(crate) clinic: ClinicView<'a>,
    pub(crate) chosen: bool,
}

view! {
    /// A clinic with its settings.
    pub struct ClinicView<'a> by clinic(clinic: &'a Clinic, zone: &Zone) where {
        let settings = clinic.settings.pairs().into_iter();
        let settings = settings.map(|(key, text)| (key.to_owned(), typed(key, &text)));
    } {
        id: Id<'a> = Id(&clinic.id),
        code: &'a str = &clinic.code,
        name: &'a str = &clinic.name,
        timezone: &'a str = &clinic.settings.timezone,
        country: Option<&'a str> = clinic.settings.country.as_deref(),
        settings: SettingsView = SettingsView(settings.collect()),
        created_at: At = At(zone.rfc3339(clinic.created_at)),
    }
}

/// A setting as JSON: booleans and minutes get their JSON types; durations such as `2h` stay text.
fn typed(key: &str, text: &str) -> Value {
    match (key, text) {
        (_, "true") => true.into(),
        (_, "false") => false.into(),
        ("country" | "phone", "none") => Value::Null,
        ("slot_minutes", _) => text.parse::<i64>().map_or_else(|_| text.into(), Value::from),
        _ => text.into(),
    }
}

view! {
    /// A branch.
    pub struct BranchView<'a> by branch(branch: &'a Branch, zone: &Zone) where {
        let Branch { id, code, name, timezone, active, created_at, .. } = branch;
        let created_at = At(zone.rfc3339(*created_at));
    } {
        id: Id<'a> = Id(id),
        code: &'a str = code,
        name: &'a str = name,
        timezone: Option<&'a str> = timezone.as_deref(),
        active: bool = *active,
        created_at: At = created_at,
    }
}

view! {
    /// A doctor.
    pub struct DoctorView<'a> by doctor(doctor: &'a Doctor, zone: &Zone) {
        id: Id<'a> = Id(&doctor.id),
        code: &'a str = &doctor.code,
        full_name: &'a str = &doctor.full_name,
        specialty: Option<&'a str> = doctor.specialty.as_deref(),
        slot_minutes: Option<i64> = doctor.slot_minutes,
        buffer_before: i64 = doctor.buffer_before,
        buffer_after: i64 = doctor.buffer_after,
        active: bool = doctor.active,
        created_at: At = At(zone.rfc3339(doctor.created_at)),
    }
}

view! {
    /// A service.
    pub struct ServiceView<'a> by service(service: &'a Service, zone: &Zone) where {
        let Service { id, code, name, duration_minutes, active, created_at, .. } = service;
        let (duration_minutes, created_at) = (*duration_minutes, At(zone.rfc3339(*created_at)));
    } {
        id: Id<'a> = Id(id),
        code: &'a str = code,
        name: &'a str = name,
        duration_minutes: Option<i64> = duration_minutes,
        active: bool = *active,
        created_at: At = created_at,
    }
}

view! {
    /// A window: the hours in which patients are seen.
    pub struct WindowView<'a> by window(named: &'a NamedWindow, zone: &Zone) where {
        let NamedWindow { window, doctor, branch, services, overlapping: _ } = named;
    } {
        id: Id<'a> = Id(&window.id),
        code: &'a str = &window.code,
        branch_id: Id<'a> = Id(&window.branch_id),
        doctor_id: Option<Id<'a>> = window.doctor_id.as_deref().map(Id),
        days: Vec<&'static str> = window.days.weekday_words(),
        on_date: Option<On> = match window.days {
            Days::On(date) => Some(On(date)),
            Days::Weekly(_) => None,
        },
        from: Clock = Clock(window.from),
        to: Clock = Clock(window.to),
        valid_from: Option<On> = window.valid_from.map(On),
        valid_until: Option<On> = window.valid_until.map(On),
        session: Option<&'a str> = window.session.as_deref(),
        batch: Option<&'a str> = window.batch.as_deref(),
        slot_minutes: Option<i64> = window.slot_minutes,
        capacity: Option<i64> = window.capacity,
        #[schemars(extend("enum" = ["OPEN", "CLOSED"]))]
        status: &'static str = if window.open { "OPEN" } else { "CLOSED" },
        active: bool = window.active,
        doctor: Option<DoctorInside<'a>> = doctor.as_ref().map(doctor_inside),
        branch: Option<NamedView<'a>> = branch.as_ref().map(branch_inside),
        services: Vec<NamedView<'a>> = services.iter().map(|it| inside(&it.id, &it.code, &it.name)).collect(),
        created_at: At = At(zone.rfc3339(window.created_at)),
    }
}

view! {
    /// A closure, in the local time of each branch.
    pub struct ClosureView<'a> by closure(named: &'a NamedClosure, zone: &Zone) where {
        let NamedClosure { closure, doctor, branch, hits: _, held: _ } = named;
    } {
        id: Id<'a> = Id(&closure.id),
        code: &'a str = &closure.code,
        from: Wall = Wall(closure.from),
        to: Wall = Wall(closure.to),
        reason: &'a str = &closure.reason,
        doctor_id: Option<Id<'a>> = closure.doctor_id.as_deref().map(Id),
        branch_id: Option<Id<'a>> = closure.branch_id.as_deref().map(Id),
        active: bool = closure.active,
        doctor: Option<DoctorInside<'a>> = doctor.as_ref().map(doctor_inside),
        branch: Option<NamedView<'a>> = branch.as_ref().map(branch_inside),
        created_at: At = At(zone.rfc3339(closure.created_at)),
    }
}

/// The appointments that a change affects.
#[derive(Serialize, JsonSchema)]
pub(crate) struct HitsView {
    #[schemars(with = "Vec<AppointmentView>")]
    pub(crate) appointments: Vec<Value>,
}

/// A page of patients.
#[derive(Serialize, JsonSchema)]
pub(crate) struct PatientsView<'a> {
    pub(crate) patients: Vec<PatientView<'a>>,
    pub(crate) total: Option<i64>,
    pub(crate) page: i64,
    pub(crate) limit: i64,
    pub(crate) has_more: bool,
}

impl PatientView<'_> {
    /// The record for a key that may not read patients: without name and contact data.
    #[must_use]
    pub(crate) fn veiled(self) -> Self {
        PatientView { full_name: MASK, phone: MASK, email: None, national_id: None, ..self }
    }
}

view! {
    /// A patient.
    pub struct PatientView<'a> by patient(seen: &'a SeenPatient, zone: &Zone) where {
        let SeenPatient { patient, national_id } = seen;
    } {
        id: Id<'a> = Id(&patient.id),
        code: &'a str = &patient.code,
        full_name: &'a str = &patient.full_name,
        phone: &'a str = &patient.phone,
        email: Option<&'a str> = patient.email.as_deref(),
        national_id: Option<&'a str> = national_id.as_deref(),
        locale: Option<&'a str> = patient.locale.as_deref(),
        channels: Option<String> = patient.channels.as_ref().map(|channels| channels.join(",")),
        opt_out: bool = patient.opt_out,
        no_show_count: i64 = patient.no_show_count,
        active: bool = patient.active,
        created_at: At = At(zone.rfc3339(patient.created_at)),
        updated_at: At = At(zone.rfc3339(patient.updated_at)),
        merged_into: Option<Id<'a>> = patient.merged_into.as_deref().map(Id),
        erased_at: Option<At> = patient.erased_at.map(|at| At(zone.rfc3339(at))),
        stopped_channels: Option<String> = patient.stopped_channels.as_ref().map(|channels| channels.join(",")),
        phone_unreachable_since: Option<At> = patient.unreachable_since.map(|at| At(zone.rfc3339(at))),
    }
}
