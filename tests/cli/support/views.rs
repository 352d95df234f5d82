//! The public JSON of the manual; missing and unknown keys fail a test.

use serde::de::DeserializeOwned;
use serde::{Deserialize, Deserializer};
use serde_json::{Map, Value};

/// A key that must be present but may be `null`.
fn there<'de, D: Deserializer<'de>, T: DeserializeOwned>(field: D) -> Result<Option<T>, D::Error> {
    let value = Value::deserialize(field)?;
    serde_json::from_value(value).map_err(serde::de::Error::custom)
}

/// A record: keys with a value, keys that may be `null`, and keys that only some commands write.
macro_rules! record {
    ($(#[$doc:meta])* $name:ident { $($field:ident: $kind:ty,)* }
     $(nullable { $($null:ident: $null_kind:ty,)* })? $(sometimes { $($more:ident: $more_kind:ty,)* })?) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Deserialize)]
        #[serde(deny_unknown_fields)]
        pub struct $name {
            $(pub $field: $kind,)*
            $($(#[serde(deserialize_with = "there")] pub $null: Option<$null_kind>,)*)?
            $($(#[serde(default)] pub $more: Option<$more_kind>,)*)?
        }
    };
}

record! {
    Appointment {
        id: String, code: String, clinic_id: String, branch_id: String, patient_id: String,
        date: String, start_time: String, end_time: String, timezone: String,
        starts_at: String, ends_at: String, duration_minutes: i64,
        token_number: i64, status: String, overbooked: bool, follow_up_required: bool,
        source: String, idempotency_key: String,
        patient: PatientInside, branch: Named,
        created_at: String, updated_at: String, reschedule_count: i64,
    }
    nullable {
        doctor_id: String, service_id: String, session: String, batch: String,
        visit_type: String, assigned_doctor: String, reason: String, notes: String,
        diagnosis: String, prescription: String, follow_up_date: String,
        external_reference_id: String, doctor: DoctorInside, service: Named,
        confirmed_at: String, checked_in_at: String, started_at: String, completed_at: String,
        cancelled_at: String, no_show_at: String, cancellation_reason: String,
        confirmed_by_patient_at: String,
    }
    sometimes { idempotent: bool, changed: bool, dry_run: bool, undone: Undone, waiting: Vec<Waiting>, entry: Waiting, }
}
record! {
    Undone { entry: i64, action: String, at: String, }
    sometimes { closure: String, appointments: Vec<String>, }
}

record! {
    /// A series and its appointments.
    Members { series: Series, appointments: Vec<Appointment>, skipped: Vec<LeftOut>, }
    sometimes { idempotent: bool, dry_run: bool, }
}
record! { Series { id: String, code: String, rule: String, } nullable { created_at: String, } }
record! { LeftOut { date: String, start_time: String, error: Refusal, } }
record! { SeriesList { series: Vec<SeriesRow>, total: usize, } }
record! {
    SeriesRow { id: String, code: String, rule: String, appointments: usize, open: usize, }
    nullable { created_at: String, patient: String, doctor: String, }
}
record! {
    /// An entry of the waiting list.
    Waiting { id: String, code: String, status: String, patient: Person, branch: Named,
        created_at: String, updated_at: String, }
    nullable { appointment: Waited, doctor: DoctorInside, service: Named, session: String, half: String,
        from: String, to: String, duration_minutes: i64, note: String, hold: Hold, }
    sometimes { dry_run: bool, }
}
record! { Waitlist { waitlist: Vec<Waiting>, total: usize, } }
record! { Person { id: String, code: String, full_name: String, phone: String, } }
record! { Waited { id: String, code: String, status: String, starts_at: String, date: String, start_time: String, } }
record! {
    Hold { until: String, until_time: String, starts_at: String, ends_at: String, date: String,
        start_time: String, }
    nullable { doctor: DoctorInside, }
}
record! { PatientInside { id: String, code: String, full_name: String, phone: String, no_show_count: i64, } }
record! { DoctorInside { id: String, code: String, full_name: String, } nullable { specialty: String, } }
record! { Named { id: String, code: String, name: String, } }

record! {
    List { appointments: Vec<Appointment>, total: usize, page: usize, limit: usize, has_more: bool, }
}
record! { Count { count: usize, since: String, } }

record! {
    Agenda { from: String, to: String, timezone: String, as_of: String, columns: Vec<AgendaColumn>, }
    nullable { branch: Named, }
}
record! {
    AgendaColumn { date: String, open: Vec<OpenSpan>, closed: Vec<ClosedSpan>, held: Vec<HeldSpan>,
        appointments: Vec<AgendaVisit>, }
    nullable { doctor: DoctorInside, }
}
record! {
    /// The part of an appointment that calendars show.
    AgendaVisit { id: String, code: String, date: String, start_time: String, end_time: String, starts_at: String,
        ends_at: String, token_number: i64, status: String, overbooked: bool, patient: PatientInside,
        branch: Named, }
    nullable { visit_type: String, reason: String, doctor: DoctorInside, service: Named, }
}
record! {
    OpenSpan { starts_at: String, ends_at: String, start_time: String, end_time: String, slot_minutes: i64, }
}
record! {
    HeldSpan { starts_at: String, ends_at: String, start_time: String, end_time: String, entry: String,
        until: String, }
}
record! {
    ClosedSpan { starts_at: String, ends_at: String, start_time: String, end_time: String, reason: String, }
}

/// A report with rows of any kind.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Counted<Row> {
    pub report: String,
    pub from: String,
    pub to: String,
    pub by: String,
    pub rows: Vec<Row>,
    pub total: Row,
}
record! {
    Volume { name: String, total: i64, expected: i64, completed: i64, cancelled: i64, no_show: i64, minutes: i64, }
    nullable { id: String, code: String, }
}
record! {
    NoShows { name: String, completed: i64, no_show: i64, }
    nullable { id: String, code: String, no_show_percent: f64, }
}
record! {
    Utilisation { name: String, booked_minutes: i64, }
    nullable { id: String, code: String, open_minutes: i64, utilisation_percent: f64, }
}

record! {
    Why { starts_at: String, bookable: bool, objections: Vec<Objection>, suggested_times: Vec<String>, }
}
record! {
    Objection { check: u8, code: String, message: String, details: Map<String, Value>, }
}
record! { Queue { date: String, as_of: String, queue: Vec<Place>, inbox: i64, } }
record! {
    /// The output of `turno` without a command.
    Today { ready: bool, inbox: i64, in_progress: Vec<Turn>, waiting: Vec<Turn>, next: Vec<Turn>, expected: usize,
        unsettled: Vec<Turn>, messages: Due, offers: Vec<Waiting>, sweeps: Sweeps, commands: Vec<Proposed>, }
    nullable { clinic: Named, branch: Named, date: String, time: String, as_of: String, }
}
record! { Due { due: i64, } nullable { due_since: String, } }
record! { Sweeps { state: String, } nullable { waiting_since: String, last_sweep: String, } }
record! { Proposed { command: String, about: String, } }
record! {
    Turn { token_number: i64, status: String, appointment_id: String, code: String, patient: String,
        start_time: String, date: String, }
    nullable { doctor: String, waiting_minutes: i64, expected_at: String, expected_time: String,
        expected_wait_minutes: i64, }
}
record! {
    Place { token_number: i64, status: String, appointment_id: String, code: String, patient: String,
        start_time: String, }
    nullable { doctor: String, waiting_minutes: i64, expected_at: String, expected_time: String,
        expected_wait_minutes: i64, }
}

record! {
    Late { date: String, doctor: DoctorInside, delay_minutes: i64, calls: Vec<Call>, total: usize, }
    nullable { queued: usize, }
}
record! {
    Call { appointment_id: String, code: String, status: String, patient: String, phone: String,
        start_time: String, expected_before: String, expected_time_before: String, expected_at: String,
        expected_time: String, late_minutes: i64, }
    nullable { message: String, }
}

record! { Slots { slots: Vec<Slot>, total: usize, } }
record! {
    Slot { branch_id: String, branch: String, date: String, start_time: String, end_time: String,
        starts_at: String, ends_at: String, }
    nullable { doctor_id: String, doctor: String, service_id: String, session: String, batch: String,
        capacity_left: i64, }
}

record! {
    /// The output of `remind due`.
    Sweep { as_of: String, due: usize, sent: usize, failed: usize, skipped: usize, messages: Vec<Swept>, }
    sometimes { dry_run: bool, }
}
record! {
    Swept { message_id: String, kind: String, appointment_id: String, appointment_code: String,
        channel: String, to: String, due_at: String, status: String, decision: String, why: String, }
    nullable { error: String, text: String, }
}
record! {
    /// Messages as they would be sent.
    Previewed { kind: String, locale: String, channels: Vec<String>, to: String, subject: String,
                text: String, messages: Vec<OneMessage>, }
    nullable { appointment_id: String, appointment_code: String, email: String, }
}

record! {
    OneMessage { kind: String, channel: String, text: String, }
    nullable { segments: usize, }
}

record! {
    /// What the pictures of a report show.
    Overview { report: String, clinic: String, from: String, to: String, hours: Vec<HourOfUse>,
               months: Vec<MonthOfVisits>, lead_times: Vec<LeadTime>, }
}

record! {
    HourOfUse { weekday: String, hour: i64, open_minutes: i64, booked_minutes: i64, }
    nullable { utilisation_percent: f64, }
}

record! {
    MonthOfVisits { month: String, completed: i64, no_show: i64, }
    nullable { no_show_percent: f64, }
}

record! {
    LeadTime { from_days: i64, visits: i64, }
    nullable { to_days: i64, }
}

record! { Messages { messages: Vec<Message>, total: usize, } }
record! {
    Message { message_id: String, kind: String, appointment_id: String, appointment_code: String,
        patient: String, to: String, due_at: String, status: String, attempts: i64, created_at: String, }
    nullable { channel: String, error: String, settled_at: String, delivery: String, delivery_code: String,
        delivery_at: String, }
}

record! {
    Webhook { id: String, code: String, url: String, events: Vec<String>, thin: bool, allow_private: bool,
        active: bool, created_at: String, }
    nullable { old_secret_until: String, disabled_at: String, disabled_reason: String, held_until: String, }
    sometimes { secret: String, }
}
record! { Webhooks { webhooks: Vec<Webhook>, total: usize, } }
record! {
    Key { id: String, code: String, name: String, scopes: Vec<String>, status: String, active: bool,
        created_at: String, }
    nullable { doctor_id: String, expires_at: String, last_used_at: String, revoked_at: String,
        doctor: DoctorInside, }
    sometimes { secret: String, }
}
record! { Keys { keys: Vec<Key>, total: usize, } }
record! { Matrix { scopes: Vec<MatrixRow>, total: usize, } }
record! {
    MatrixRow { command: String, doctor_keys: bool, } nullable { option: String, scope: String, }
}
record! {
    /// The output of `webhook deliver`.
    Report { as_of: String, due: usize, delivered: usize, retrying: usize, failed: usize,
        deliveries: Vec<Delivery>, }
    sometimes { dry_run: bool, }
}
record! { Deliveries { deliveries: Vec<Delivery>, total: usize, } }
record! {
    Delivery { delivery_id: String, event_id: String, r#type: String, sequence: i64, webhook_id: String,
        webhook_code: String, appointment_id: String, appointment_code: String, status: String,
        attempts: i64, due_at: String, created_at: String, }
    nullable { attempted_at: String, http_status: i64, error: String, answer: String, milliseconds: i64,
        settled_at: String, }
}

record! {
    /// A refusal on stderr.
    ErrorLine { error: Refusal, }
}
record! {
    Refusal { code: String, message: String, details: Map<String, Value>, status: u16, }
    sometimes { hint: String, line: u64, }
}

record! {
    ClinicRecord { id: String, code: String, name: String, timezone: String, settings: Map<String, Value>,
        created_at: String, }
    nullable { country: String, }
    sometimes { chosen: bool, db: String, secret_file: String, }
}
record! {
    Branch { id: String, code: String, name: String, active: bool, created_at: String, }
    nullable { timezone: String, }
    sometimes { appointments: Vec<Appointment>, dry_run: bool, }
}
record! {
    Doctor { id: String, code: String, full_name: String, buffer_before: i64, buffer_after: i64,
        active: bool, created_at: String, }
    nullable { specialty: String, slot_minutes: i64, }
    sometimes { appointments: Vec<Appointment>, dry_run: bool, }
}
record! {
    Service { id: String, code: String, name: String, active: bool, created_at: String, }
    nullable { duration_minutes: i64, }
}
record! {
    Window { id: String, code: String, branch_id: String, days: Vec<String>, from: String, to: String,
        status: String, active: bool, branch: Named, services: Vec<Named>, created_at: String, }
    nullable { doctor_id: String, on_date: String, valid_from: String, valid_until: String, session: String,
        batch: String, slot_minutes: i64, capacity: i64, doctor: DoctorInside, }
    sometimes { appointments: Vec<Appointment>, dry_run: bool, }
}
record! {
    Closure { id: String, code: String, from: String, to: String, reason: String, active: bool,
        created_at: String, }
    nullable { doctor_id: String, branch_id: String, doctor: DoctorInside, branch: Named, }
    sometimes { appointments: Vec<Appointment>, waiting: Vec<Waiting>, dry_run: bool, }
}
record! {
    /// The output of `closure add --move`.
    Cleared { closure: Closure, applied: bool, moves: Vec<Moved>, unplaced: Vec<Unplaced>,
        unreachable: Vec<Unreachable>, appointments: Vec<Appointment>, }
}
record! { Moment { date: String, start_time: String, starts_at: String, } }
record! {
    Moved { appointment_id: String, code: String, patient: String, phone: String, from: Moment, to: Moment, }
    nullable { email: String, doctor_before: String, doctor: String, }
}
record! {
    Unplaced { appointment_id: String, code: String, patient: String, phone: String, from: Moment,
        reason: String, error: Refusal, }
    nullable { email: String, doctor: String, }
}
record! {
    Unreachable { appointment_id: String, code: String, patient: String, phone: String, from: Moment,
        to: Moment, reason: String, }
    nullable { email: String, doctor_before: String, doctor: String, }
}
record! {
    Patient { id: String, code: String, full_name: String, phone: String, opt_out: bool, no_show_count: i64,
        active: bool, created_at: String, updated_at: String, }
    nullable { email: String, national_id: String, locale: String, channels: String, merged_into: String,
        erased_at: String, stopped_channels: String, phone_unreachable_since: String, }
}

record! {
    /// The output of `find`.
    Glances { patients: Vec<Glance>, total: usize, }
}
record! {
    Glance { id: String, code: String, full_name: String, phone: String, opt_out: bool, no_show_count: i64,
        active: bool, created_at: String, updated_at: String, }
    nullable { email: String, national_id: String, locale: String, channels: String, merged_into: String,
        erased_at: String, stopped_channels: String, phone_unreachable_since: String, next: ShortVisit, last: ShortVisit, }
}
record! { ShortVisit { code: String, date: String, start_time: String, } nullable { doctor: String, } }

record! {
    /// The output of `patient erase`.
    Erased { patient_id: String, code: String, merged: Vec<String>, visits: u64, messages: u64, events: u64,
        deliveries: u64, entries: u64, changed: bool, }
    sometimes { scrubbed: bool, dry_run: bool, }
}
record! {
    /// The output of `db purge`.
    Purged { clinic: String, before: String, patients: u64, visits: u64, messages: u64, events: u64,
        deliveries: u64, entries: u64, tokens: u64, }
    sometimes { scrubbed: bool, dry_run: bool, }
}
record! {
    /// The output of `db scrub`.
    Scrubbed { tables: Vec<String>, bytes: u64, wait_seconds: u64, changed: bool, }
    nullable { pending_since: String, }
    sometimes { scrubbed: bool, dry_run: bool, }
}
record! {
    /// The output of `patient merge`.
    Merged { kept: Patient, merged: Patient, visits: u64, taken: Vec<String>, conflicts: Vec<Conflict>,
        stayed: Vec<String>, }
    sometimes { dry_run: bool, sealed: bool, }
}
record! { Conflict { field: String, kept: String, merged: String, } }
record! {
    /// The output of `patient export`.
    Export { exported_at: String, patient: Patient, merged: Vec<Patient>, appointments: Vec<Appointment>,
        waitlist: Vec<Waiting>, messages: Vec<Message>, replies: Vec<InboxItem>, deliveries: Vec<Delivery>, webhooks: Vec<Endpoint>, entries: Vec<Entry>, }
}
record! { Endpoint { id: String, code: String, url: String, } }
record! {
    Exported { file: String, patient_id: String, appointments: usize, messages: usize, deliveries: usize,
        entries: usize, }
}

record! { Clinics { clinics: Vec<ClinicRecord>, total: usize, } }
record! { Branches { branches: Vec<Branch>, total: usize, } }
record! { Doctors { doctors: Vec<Doctor>, total: usize, } }
record! { Services { services: Vec<Service>, total: usize, } }
record! { Windows { windows: Vec<Window>, total: usize, } }
record! { Closures { closures: Vec<Closure>, total: usize, } }
record! { Patients { patients: Vec<Patient>, total: usize, } sometimes { page: usize, limit: usize, has_more: bool, } }

record! { Log { entries: Vec<Entry>, total: usize, } }
record! {
    Entry { chain: String, seq: i64, at: String, actor: String, action: String, kind: String, record_id: String,
        hash: String, }
    nullable { note: String, before: Value, after: Value, }
}
record! {
    Backup { path: String, bytes: u64, appointments: usize, rows: u64, audit_entries: i64, schema_version: i64,
        made_at: String, secret_file: String, verified: bool, removed: Vec<String>, }
}
record! {
    Restored { path: String, from: String, appointments: usize, audit_entries: i64, schema_version: i64,
        clinics: Vec<String>, kept: Vec<String>, }
    nullable { made_at: String, last_entry_at: String, secret_file: String, secret_file_kept: String, }
}
record! {
    Rotated { secret_file: String, national_ids: u64, webhooks: u64, audit_entries: i64, }
    nullable { secret_file_kept: String, }
}
record! { Rezoned { rezoned: Vec<RezonedRow>, total: usize, dry_run: bool, } }
record! {
    RezonedRow { id: String, code: String, timezone: String, date: String, start_time: String,
        starts_at_before: String, starts_at: String, outcome: String, }
}
record! { Findings { ok: bool, findings: Vec<Finding>, } sometimes { entries: i64, records: u64, records_in_part: u64, } }
record! { Finding { check: String, message: String, } nullable { record_id: String, } }

impl Refusal {
    /// A detail that is a text.
    #[must_use]
    pub fn text(&self, key: &str) -> &str {
        self.details
            .get(key)
            .and_then(Value::as_str)
            .unwrap_or_else(|| panic!("no text {key} in {:?}", self.details))
    }

    /// A detail that is a list of texts.
    #[must_use]
    pub fn texts(&self, key: &str) -> Vec<&str> {
        let list = self.details.get(key).and_then(Value::as_array);
        let list = list.unwrap_or_else(|| panic!("no list {key} in {:?}", self.details));
        list.iter().map(|text| text.as_str().unwrap_or_else(|| panic!("no text: {text}"))).collect()
    }

    /// The keys of the details.
    #[must_use]
    pub fn fields(&self) -> Vec<&str> {
        self.details.keys().map(String::as_str).collect()
    }
}

record! { Replies { replies: Vec<Reply>, total: usize, } }
record! {
    Reply { id: String, from: String, understood: String, result: String, answered: bool, }
    nullable { appointment_id: String, appointment_code: String, }
}
record! { Inbox { inbox: Vec<InboxItem>, total: usize, } }
record! {
    InboxItem { id: String, from: String, text: String, received_at: String, understood: String, answered: bool, }
    nullable { why: String, appointment_code: String, patient: String, channel: String, done_at: String, }
}
