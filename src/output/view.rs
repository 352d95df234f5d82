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
use crate::domain::record::{Branch, Clinic, Doctor, Service};
use crate::domain::refusal::Code;
use crate::domain::settings::KEYS;
use crate::domain::status::Status;
use crate::domain::time::Zone;
use crate::domain::why::Objection;
use crate::domain::window::Days;
use crate::output::error::RefusalView;
use crate::public::{
    AppointmentView, At, Clock, DoctorInside, Id, NamedView, On, True, Wall, branch_inside, doctor_inside,
    inside,
};
pub(crate) use crate::public::{appointment, json};
pub use agenda::{AgendaView, agenda};
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::Serialize;
use serde_json::{Map, Value};
use std::borrow::Cow;

/// The object with the keys of another at its end.
pub(crate) fn with(mut object: Value, more: &impl Serialize) -> Value {
    if let (Value::Object(map), Value::Object(more)) = (&mut object, json(more)) {
        map.extend(more);
    }
    object
}

/// A list under its key, and how many there are.
pub(crate) fn list<T: Serialize>(key: &str, rows: &[T]) -> Value {
    serde_json::json!({ key: rows, "total": rows.len() })
}

/// Whether nothing was written.
#[derive(Serialize, JsonSchema)]
pub(crate) struct DryRun {
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "True")]
    dry_run: Option<True>,
}

/// A rehearsal says that it is one.
pub(crate) fn dry_run(dry_run: bool) -> DryRun {
    DryRun { dry_run: dry_run.then_some(True) }
}

/// The appointment object as a key that may not read appointments has it: what was done, and not for
/// whom it is nor what others wrote about it.
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

/// A free slot.
#[derive(Serialize, JsonSchema)]
struct SlotView<'a> {
    doctor_id: Option<Id<'a>>,
    doctor: Option<&'a str>,
    branch_id: Id<'a>,
    branch: &'a str,
    service_id: Option<Id<'a>>,
    date: On,
    start_time: Clock,
    end_time: Clock,
    starts_at: At,
    ends_at: At,
    session: Option<&'a str>,
    batch: Option<&'a str>,
    capacity_left: Option<i64>,
}

/// Free slots.
#[derive(Serialize, JsonSchema)]
pub struct SlotsView<'a> {
    slots: Vec<SlotView<'a>>,
    total: usize,
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
        doctor_id: doctor.as_ref().map(|(id, _)| Id(id)),
        doctor: doctor.as_ref().map(|(_, name)| name.as_str()),
        branch_id: Id(&branch.0),
        branch: &branch.1,
        service_id: service_id.as_deref().map(Id),
        date: On(slot.date),
        start_time: Clock(slot.start_time),
        end_time: Clock(zone.wall(slot.span.end).time()),
        starts_at: At(zone.rfc3339(slot.span.start)),
        ends_at: At(zone.rfc3339(slot.span.end)),
        session: slot.session.as_deref(),
        batch: slot.batch.as_deref(),
        capacity_left: slot.capacity_left,
    }
}

/// A page of appointments.
#[derive(Serialize, JsonSchema)]
pub struct PageView<'a> {
    appointments: Vec<AppointmentView<'a>>,
    total: i64,
    page: i64,
    limit: i64,
}

/// A page of appointments.
pub fn page(page: &Page) -> PageView<'_> {
    let Page { visits, total, page, limit } = page;
    let appointments = visits.iter().map(appointment).collect();
    PageView { appointments, total: *total, page: *page, limit: *limit }
}

/// Whether the answer is that of an earlier request.
#[derive(Serialize, JsonSchema)]
pub(crate) struct Idempotent {
    pub(crate) idempotent: bool,
}

/// Whether anything is other than before.
#[derive(Serialize, JsonSchema)]
pub(crate) struct ChangedView {
    pub(crate) changed: bool,
}

/// How many were booked.
#[derive(Serialize, JsonSchema)]
pub(crate) struct CountView {
    pub(crate) count: i64,
    pub(crate) since: At,
}

/// A rule that refuses a time, by its place in the order of checks.
#[derive(Serialize, JsonSchema)]
struct ObjectionView {
    check: u8,
    code: Code,
    message: String,
    details: Map<String, Value>,
}

/// What stands in the way of a time.
#[derive(Serialize, JsonSchema)]
pub struct WhyView<'a> {
    starts_at: At,
    bookable: bool,
    objections: Vec<ObjectionView>,
    suggested_times: &'a [String],
}

/// What stands in the way of a time. Each rule is told as its refusal is.
pub fn why(why: &Why) -> WhyView<'_> {
    let objections = why.objections.iter().map(|Objection { check, refusal }| {
        let RefusalView { code, message, details, .. } = RefusalView::of(refusal, None);
        ObjectionView { check: *check, code, message, details }
    });
    WhyView {
        starts_at: At(why.zone.rfc3339(why.start)),
        bookable: why.objections.is_empty(),
        objections: objections.collect(),
        suggested_times: &why.suggested_times,
    }
}

/// A place in the waiting room.
#[derive(Serialize, JsonSchema)]
pub struct PlaceView<'a> {
    token_number: i64,
    status: Status,
    appointment_id: Id<'a>,
    code: &'a str,
    patient: &'a str,
    doctor: Option<&'a str>,
    start_time: Clock,
    waiting_minutes: Option<i64>,
    expected_at: Option<At>,
    expected_time: Option<Clock>,
    expected_wait_minutes: Option<i64>,
}

/// The waiting room.
#[derive(Serialize, JsonSchema)]
pub struct QueueView<'a> {
    date: On,
    as_of: At,
    queue: Vec<PlaceView<'a>>,
}

/// Today's queue.
pub fn queue(queue: &Queue) -> QueueView<'_> {
    QueueView {
        date: On(queue.date),
        as_of: At(queue.zone.rfc3339(queue.now)),
        queue: queue.places.iter().map(place).collect(),
    }
}

/// A place in the queue.
pub fn place(place: &Place) -> PlaceView<'_> {
    let Visit { appointment, patient, doctor, zone, .. } = &place.visit;
    PlaceView {
        token_number: appointment.token_number,
        status: appointment.status,
        appointment_id: Id(&appointment.id),
        code: &appointment.code,
        patient: &patient.full_name,
        doctor: doctor.as_ref().map(|doctor| doctor.full_name.as_str()),
        start_time: Clock(appointment.start_time),
        waiting_minutes: place.waiting_minutes,
        expected_at: place.expected_at.map(|at| At(zone.rfc3339(at))),
        expected_time: place.expected_at.map(|at| Clock(zone.wall(at).time())),
        expected_wait_minutes: place.expected_wait_minutes,
    }
}

/// A clinic with its settings.
#[derive(Serialize, JsonSchema)]
pub struct ClinicView<'a> {
    id: Id<'a>,
    code: &'a str,
    name: &'a str,
    timezone: &'a str,
    country: Option<&'a str>,
    settings: SettingsView,
    created_at: At,
}

/// A clinic's settings by their keys.
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
            "country" => json_schema!({"type": ["string", "null"]}),
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

/// The first clinic of a book, and where book and secret file are.
#[derive(Serialize, JsonSchema)]
pub(crate) struct FilesView {
    pub(crate) db: String,
    pub(crate) secret_file: String,
}

/// A clinic in a list, and whether it is the chosen one.
#[derive(Serialize, JsonSchema)]
pub(crate) struct ClinicRow<'a> {
    #[serde(flatten)]
    pub(crate) clinic: ClinicView<'a>,
    pub(crate) chosen: bool,
}

/// A clinic with its settings.
pub fn clinic<'a>(clinic: &'a Clinic, zone: &Zone) -> ClinicView<'a> {
    let settings = clinic.settings.pairs().into_iter().map(|(key, text)| (key.to_owned(), typed(key, &text)));
    ClinicView {
        id: Id(&clinic.id),
        code: &clinic.code,
        name: &clinic.name,
        timezone: &clinic.settings.timezone,
        country: clinic.settings.country.as_deref(),
        settings: SettingsView(settings.collect()),
        created_at: At(zone.rfc3339(clinic.created_at)),
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
#[derive(Serialize, JsonSchema)]
pub struct BranchView<'a> {
    id: Id<'a>,
    code: &'a str,
    name: &'a str,
    timezone: Option<&'a str>,
    active: bool,
    created_at: At,
}

/// A branch.
pub fn branch<'a>(branch: &'a Branch, zone: &Zone) -> BranchView<'a> {
    let Branch { id, code, name, timezone, active, created_at, .. } = branch;
    let created_at = At(zone.rfc3339(*created_at));
    BranchView { id: Id(id), code, name, timezone: timezone.as_deref(), active: *active, created_at }
}

/// A doctor.
#[derive(Serialize, JsonSchema)]
pub struct DoctorView<'a> {
    id: Id<'a>,
    code: &'a str,
    full_name: &'a str,
    specialty: Option<&'a str>,
    slot_minutes: Option<i64>,
    buffer_before: i64,
    buffer_after: i64,
    active: bool,
    created_at: At,
}

/// A doctor.
pub fn doctor<'a>(doctor: &'a Doctor, zone: &Zone) -> DoctorView<'a> {
    DoctorView {
        id: Id(&doctor.id),
        code: &doctor.code,
        full_name: &doctor.full_name,
        specialty: doctor.specialty.as_deref(),
        slot_minutes: doctor.slot_minutes,
        buffer_before: doctor.buffer_before,
        buffer_after: doctor.buffer_after,
        active: doctor.active,
        created_at: At(zone.rfc3339(doctor.created_at)),
    }
}

/// A service.
#[derive(Serialize, JsonSchema)]
pub struct ServiceView<'a> {
    id: Id<'a>,
    code: &'a str,
    name: &'a str,
    duration_minutes: Option<i64>,
    active: bool,
    created_at: At,
}

/// A service.
pub fn service<'a>(service: &'a Service, zone: &Zone) -> ServiceView<'a> {
    let Service { id, code, name, duration_minutes, active, created_at, .. } = service;
    let (duration_minutes, created_at) = (*duration_minutes, At(zone.rfc3339(*created_at)));
    ServiceView { id: Id(id), code, name, duration_minutes, active: *active, created_at }
}

/// A window: when patients are seen.
#[derive(Serialize, JsonSchema)]
pub struct WindowView<'a> {
    id: Id<'a>,
    code: &'a str,
    branch_id: Id<'a>,
    doctor_id: Option<Id<'a>>,
    days: Vec<&'static str>,
    on_date: Option<On>,
    from: Clock,
    to: Clock,
    valid_from: Option<On>,
    valid_until: Option<On>,
    session: Option<&'a str>,
    batch: Option<&'a str>,
    slot_minutes: Option<i64>,
    capacity: Option<i64>,
    #[schemars(extend("enum" = ["OPEN", "CLOSED"]))]
    status: &'static str,
    active: bool,
    doctor: Option<DoctorInside<'a>>,
    branch: Option<NamedView<'a>>,
    services: Vec<NamedView<'a>>,
    created_at: At,
}

/// A window with the names that it mentions.
pub fn window<'a>(named: &'a NamedWindow, zone: &Zone) -> WindowView<'a> {
    let NamedWindow { window, doctor, branch, services } = named;
    WindowView {
        id: Id(&window.id),
        code: &window.code,
        branch_id: Id(&window.branch_id),
        doctor_id: window.doctor_id.as_deref().map(Id),
        days: window.days.weekday_words(),
        on_date: match window.days {
            Days::On(date) => Some(On(date)),
            Days::Weekly(_) => None,
        },
        from: Clock(window.from),
        to: Clock(window.to),
        valid_from: window.valid_from.map(On),
        valid_until: window.valid_until.map(On),
        session: window.session.as_deref(),
        batch: window.batch.as_deref(),
        slot_minutes: window.slot_minutes,
        capacity: window.capacity,
        status: if window.open { "OPEN" } else { "CLOSED" },
        active: window.active,
        doctor: doctor.as_ref().map(doctor_inside),
        branch: branch.as_ref().map(branch_inside),
        services: services.iter().map(|it| inside(&it.id, &it.code, &it.name)).collect(),
        created_at: At(zone.rfc3339(window.created_at)),
    }
}

/// A closure, on the wall clock of each branch.
#[derive(Serialize, JsonSchema)]
pub struct ClosureView<'a> {
    id: Id<'a>,
    code: &'a str,
    from: Wall,
    to: Wall,
    reason: &'a str,
    doctor_id: Option<Id<'a>>,
    branch_id: Option<Id<'a>>,
    active: bool,
    doctor: Option<DoctorInside<'a>>,
    branch: Option<NamedView<'a>>,
    created_at: At,
}

/// A closure with the names that it mentions.
pub fn closure<'a>(named: &'a NamedClosure, zone: &Zone) -> ClosureView<'a> {
    let NamedClosure { closure, doctor, branch, hits: _ } = named;
    ClosureView {
        id: Id(&closure.id),
        code: &closure.code,
        from: Wall(closure.from),
        to: Wall(closure.to),
        reason: &closure.reason,
        doctor_id: closure.doctor_id.as_deref().map(Id),
        branch_id: closure.branch_id.as_deref().map(Id),
        active: closure.active,
        doctor: doctor.as_ref().map(doctor_inside),
        branch: branch.as_ref().map(branch_inside),
        created_at: At(zone.rfc3339(closure.created_at)),
    }
}

/// The appointments that a change hits.
#[derive(Serialize, JsonSchema)]
pub(crate) struct HitsView {
    #[schemars(with = "Vec<AppointmentView>")]
    pub(crate) appointments: Vec<Value>,
}

/// A patient.
#[derive(Serialize, JsonSchema)]
pub struct PatientView<'a> {
    id: Id<'a>,
    code: &'a str,
    full_name: &'a str,
    phone: &'a str,
    email: Option<&'a str>,
    national_id: Option<&'a str>,
    locale: Option<&'a str>,
    channels: Option<String>,
    opt_out: bool,
    no_show_count: i64,
    active: bool,
    created_at: At,
    updated_at: At,
    merged_into: Option<Id<'a>>,
    erased_at: Option<At>,
}

/// A page of patients.
#[derive(Serialize, JsonSchema)]
pub(crate) struct PatientsView<'a> {
    pub(crate) patients: Vec<PatientView<'a>>,
    pub(crate) total: i64,
    pub(crate) page: i64,
    pub(crate) limit: i64,
}

/// A patient, with as much of the national ID as may be seen.
pub fn patient<'a>(seen: &'a SeenPatient, zone: &Zone) -> PatientView<'a> {
    let SeenPatient { patient, national_id } = seen;
    PatientView {
        id: Id(&patient.id),
        code: &patient.code,
        full_name: &patient.full_name,
        phone: &patient.phone,
        email: patient.email.as_deref(),
        national_id: national_id.as_deref(),
        locale: patient.locale.as_deref(),
        channels: patient.channels.as_ref().map(|channels| channels.join(",")),
        opt_out: patient.opt_out,
        no_show_count: patient.no_show_count,
        active: patient.active,
        created_at: At(zone.rfc3339(patient.created_at)),
        updated_at: At(zone.rfc3339(patient.updated_at)),
        merged_into: patient.merged_into.as_deref().map(Id),
        erased_at: patient.erased_at.map(|at| At(zone.rfc3339(at))),
    }
}
