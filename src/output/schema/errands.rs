//! What is written of messages, webhooks, the log and the book itself.

use super::Kind::{Anything, At, Count, Flag, Id, List, Map, Maybe, Null, Of, Text, Time, True, Words};
use super::{Form, Shape, shape};
use crate::domain::reminder::{Kind as Message, MessageStatus};
use crate::domain::webhook::{DeliveryStatus, Event};
use crate::output::schema::Kind;

const KIND: Kind = Words(|| Message::ALL.map(Message::as_str).to_vec());
const MESSAGE_STATUS: Kind = Words(|| MessageStatus::ALL.map(MessageStatus::as_str).to_vec());
const EVENT: Kind = Words(|| Event::ALL.map(Event::as_str).to_vec());
const EVENTS: Kind = Words(|| Event::ALL.map(Event::as_str).into_iter().chain(["all"]).collect());
const DELIVERY_STATUS: Kind = Words(|| DeliveryStatus::ALL.map(DeliveryStatus::as_str).to_vec());

pub(super) const SHAPES: &[Shape] = &[
    shape!("sweep", "What a sweep sent, or with dry_run would send", {
        as_of: At, due: Count, sent: Count, failed: Count, skipped: Count, messages: List(&Of("swept")),
        dry_run: Maybe(&True),
    }),
    shape!("swept", "What a sweep made of a message", {
        message_id: Id, kind: KIND, appointment_id: Id, appointment_code: Text, channel: Text, to: Text,
        due_at: At, status: MESSAGE_STATUS, decision: Text, why: Text, error: Null(&Text), text: Null(&Text),
    }),
    shape!("messages", "Messages", { messages: List(&Of("message")), total: Count }),
    shape!("message", "A message of the outbox", {
        message_id: Id, kind: KIND, appointment_id: Id, appointment_code: Text, patient: Text, to: Text,
        due_at: At, status: MESSAGE_STATUS, attempts: Count, channel: Null(&Text), error: Null(&Text),
        settled_at: Null(&At), created_at: At,
    }),
    shape!("preview", "What a message would say", {
        appointment_id: Id, appointment_code: Text, kind: KIND, locale: Text, channels: List(&Text), to: Text,
        email: Null(&Text), subject: Text, text: Text,
    }),
    shape!("templates", "A clinic's own templates", { ok: True, directory: Text, templates: List(&Text) }),
    shape!("channel-message", "A message as a channel's own program reads it", {
        message_id: Id, kind: KIND, to: Of("addressee"), clinic: Text, language: Text, subject: Text,
        text: Text, appointment: Map(&Anything), entry: Of("calendar-entry"),
    }),
    shape!("addressee", "Whom a message is for", { name: Text, phone: Text, email: Null(&Text) }),
    shape!("calendar-entry", "What a calendar has to know", {
        uid: Text, sequence: Count, starts_at: Null(&At), ends_at: Null(&At), changed_at: Null(&At),
        place: Text, summary: Text, cancelled: Flag,
    }),
    shape!("webhook", "An endpoint, without its secret", {
        id: Id, code: Text, url: Text, events: List(&EVENTS), thin: Flag, allow_private: Flag,
        old_secret_until: Null(&At), disabled_at: Null(&At), disabled_reason: Null(&Text),
        held_until: Null(&At), active: Flag, created_at: At,
    }),
    shape!("webhooks", "Endpoints", { webhooks: List(&Of("webhook")), total: Count }),
    shape!("webhook-made" is "webhook", "An endpoint with its secret, which is not told again", { secret: Text }),
    shape!("delivery", "A delivery and what became of it", {
        delivery_id: Id, event_id: Id, r#type: EVENT, sequence: Count, webhook_id: Id, webhook_code: Text,
        appointment_id: Id, appointment_code: Text, status: DELIVERY_STATUS, attempts: Count, due_at: At,
        attempted_at: Null(&At), http_status: Null(&Count), error: Null(&Text), answer: Null(&Text),
        milliseconds: Null(&Count), settled_at: Null(&At), created_at: At,
    }),
    shape!("deliveries", "Deliveries", { deliveries: List(&Of("delivery")), total: Count }),
    shape!("delivered", "What a sweep delivered, or with dry_run would deliver", {
        as_of: At, due: Count, delivered: Count, retrying: Count, failed: Count,
        deliveries: List(&Of("delivery")), dry_run: Maybe(&True),
    }),
    shape!("trial", "What an endpoint answered to a trial", {
        webhook_id: Id, webhook_code: Text, url: Text, event_id: Id, delivered: Flag,
        http_status: Null(&Count), error: Null(&Text), answer: Null(&Text), milliseconds: Null(&Count),
    }),
    shape!("replayed", "How many deliveries go again", { replayed: Count }),
    Shape {
        name: "webhook-event",
        about: "What an endpoint is sent: with the appointment, or thin with ids alone",
        form: Form::Either(&["whole-event", "thin-event"]),
    },
    shape!("whole-event", "What happened, with the appointment as it was then", {
        r#type: EVENT, timestamp: At, sequence: Count, data: Of("appointment"),
    }),
    shape!("thin-event", "What happened, and to which records", {
        r#type: EVENT, timestamp: At, sequence: Count, data: Of("appointment-ids"),
    }),
    shape!("appointment-ids", "The ids of an appointment and of what it names", {
        id: Id, clinic_id: Id, branch_id: Id, doctor_id: Null(&Id), patient_id: Id, service_id: Null(&Id),
    }),
    shape!("webhook-test", "What an endpoint is sent for a trial", {
        r#type: Words(|| vec!["webhook.test"]), timestamp: At, sequence: Count, data: Of("trial-ids"),
    }),
    shape!("trial-ids", "Whose trial it is", { webhook_id: Id, clinic_id: Id }),
    shape!("imported", "What became of an import, and the first of what was refused", {
        import: Text, dry_run: Flag, all_or_nothing: Flag, written: Flag, rows: Count, added: Count,
        updated: Count, known: Count, removed: Maybe(&Count), refused: Count, refusals: List(&Of("error")),
        columns: Maybe(&List(&Of("import-column"))), preview: Maybe(&List(&Of("import-row"))),
        left_alone: Maybe(&List(&Of("left-alone"))),
    }),
    shape!("left-alone", "What a bundle has and a book has no record for", { resource: Text, count: Count }),
    shape!("import-column", "A column, and as which field it is taken; none where it is left out", {
        column: Text, field: Null(&Text),
    }),
    shape!("import-row", "A row as it was understood", { line: Count, fields: Map(&Anything) }),
    Shape {
        name: "fhir-bundle",
        about: "A FHIR R4 bundle; the rest of it is HL7's to tell",
        form: Form::Bundle,
    },
    shape!("entries", "Entries of the audit log", { entries: List(&Of("entry")), total: Count }),
    shape!("entry", "An entry of the audit log: the record before and after, as the log keeps it", {
        seq: Count, at: At, actor: Text, action: Text, kind: Text, record_id: Text, note: Null(&Text),
        before: Anything, after: Anything, hash: Text,
    }),
    shape!("findings", "What a check found", { ok: Flag, findings: List(&Of("finding")) }),
    shape!("finding", "Something that is not as it should be", {
        check: Text, message: Text, record_id: Null(&Text),
    }),
    shape!("verified" is "findings", "What was found in the log, and how many entries were read", {
        entries: Count,
    }),
    shape!("cron", "What the machine's clock has to be told", { crontab: Text, service: Text, timer: Text }),
    shape!("book-path", "Where the book is", { path: Text }),
    shape!("book-info", "What the book is made of", {
        path: Text, bytes: Count, engine: Text, overlap_guard: Flag, schema_version: Count,
        turno_version: Text, secret_file: Text, secret_file_present: Flag, timezone_rules: Text,
        timezone_version: Text, timezone_folder: Null(&Text),
    }),
    shape!("book-copied", "A book that was copied", {
        from: Text, to: Text, tables: Map(&Count), rows: Count, verified: True,
    }),
    shape!("book-purged", "What went for its age", {
        clinic: Text, before: At, patients: Count, visits: Count, messages: Count, events: Count,
        deliveries: Count, entries: Count, tokens: Count, scrubbed: Maybe(&Flag), dry_run: Maybe(&True),
    }),
    shape!("backup", "A backup that was made", {
        path: Text, bytes: Count, appointments: Count, rows: Count, audit_entries: Count,
        schema_version: Count, made_at: Null(&At), secret_file: Words(|| vec!["sealed", "not included"]),
        verified: True, removed: List(&Text),
    }),
    shape!("restored", "A book that was restored", {
        path: Text, from: Text, made_at: Null(&At), last_entry_at: Null(&At), appointments: Count,
        audit_entries: Count, schema_version: Count, clinics: List(&Text), kept: List(&Text),
        secret_file: Null(&Text), secret_file_kept: Null(&Text),
    }),
    shape!("rezoned", "Appointments whose instants are others under today's zone rules", {
        rezoned: List(&Of("rezoned-row")), total: Count, dry_run: Flag,
    }),
    shape!("rezoned-row", "An appointment that keeps its wall clock", {
        id: Id, code: Text, timezone: Text, date: Kind::Date, start_time: Time, starts_at_before: At,
        starts_at: At, outcome: Words(|| vec!["moved", "overlaps", "no such time"]),
    }),
    shape!("schemas", "The schemas that there are", { schemas: List(&Of("schema-row")), total: Count }),
    shape!("schema-row", "A schema, the commands that answer by it, and where else it is written", {
        name: Text, about: Text, commands: List(&Text), elsewhere: Null(&Text),
    }),
    Shape { name: "schema", about: "A JSON Schema", form: Form::Schema },
];
