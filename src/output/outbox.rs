//! The public JSON of messages, the audit log and the book's own state.

use crate::app::check::Info;
use crate::app::copy::Copied;
use crate::app::remind::Note;
use crate::app::remind::preview::{Preview, Templates};
use crate::app::remind::sweep::{Rehearsal, Swept, Tally};
use crate::domain::reminder::{Kind, MessageStatus};
use crate::domain::time::Zone;
use crate::output::view::{DryRun, dry_run};
use crate::public::{At, Id, True};
use crate::store::audit::Entry;
use crate::store::check::Finding;
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::{Map, Value};
use std::collections::BTreeMap;

/// What a sweep sent, or with dry_run would send.
#[derive(Serialize, JsonSchema)]
pub struct SweepView<'a> {
    as_of: At,
    #[serde(flatten)]
    sums: Sums,
    messages: Vec<SweptView<'a>>,
    #[serde(flatten)]
    dry_run: DryRun,
}

/// A sweep's sums.
#[derive(Serialize, JsonSchema)]
pub struct Sums {
    due: usize,
    sent: usize,
    failed: usize,
    skipped: usize,
}

/// A rehearsed sweep.
pub fn rehearsal(rehearsal: &Rehearsal) -> SweepView<'_> {
    let mut tally = Tally::default();
    rehearsal.messages.iter().for_each(|swept| tally.count(swept));
    SweepView {
        as_of: At(rehearsal.zone.rfc3339(rehearsal.as_of)),
        sums: sums(&tally),
        messages: rehearsal.messages.iter().map(swept).collect(),
        dry_run: dry_run(true),
    }
}

/// A sweep's sums.
pub fn sums(tally: &Tally) -> Sums {
    let Tally { due, sent, failed, skipped } = *tally;
    Sums { due, sent, failed, skipped }
}

/// What a sweep made of a message.
#[derive(Serialize, JsonSchema)]
pub struct SweptView<'a> {
    message_id: Id<'a>,
    kind: Kind,
    appointment_id: Id<'a>,
    appointment_code: &'a str,
    channel: &'a str,
    to: &'a str,
    due_at: At,
    status: MessageStatus,
    decision: &'static str,
    why: String,
    error: Option<&'a str>,
    text: Option<&'a str>,
}

/// What a sweep made of a message.
pub fn swept(swept: &Swept) -> SweptView<'_> {
    let Note { message, visit } = &swept.note;
    SweptView {
        message_id: Id(&message.id),
        kind: message.kind,
        appointment_id: Id(&message.appointment_id),
        appointment_code: &visit.appointment.code,
        channel: &swept.channel,
        to: &swept.to,
        due_at: At(visit.zone.rfc3339(message.due_at)),
        status: swept.status,
        decision: swept.decision.word(),
        why: swept.why(),
        error: swept.error.as_deref(),
        text: swept.text.as_deref(),
    }
}

/// What a message would say.
#[derive(Serialize, JsonSchema)]
pub struct PreviewView<'a> {
    appointment_id: Id<'a>,
    appointment_code: &'a str,
    kind: Kind,
    locale: &'a str,
    channels: &'a [String],
    to: &'a str,
    email: Option<&'a str>,
    subject: &'a str,
    text: &'a str,
}

/// What a message would say.
pub fn preview(preview: &Preview) -> PreviewView<'_> {
    let Preview { visit, kind, channels, said } = preview;
    PreviewView {
        appointment_id: Id(&visit.appointment.id),
        appointment_code: &visit.appointment.code,
        kind: *kind,
        locale: said.language.as_str(),
        channels,
        to: &visit.patient.phone,
        email: visit.patient.email.as_deref(),
        subject: &said.subject,
        text: &said.text,
    }
}

/// A clinic's own templates.
#[derive(Serialize, JsonSchema)]
pub struct TemplatesView<'a> {
    ok: True,
    directory: String,
    templates: &'a [String],
}

/// A clinic's own templates.
pub fn templates(templates: &Templates) -> TemplatesView<'_> {
    TemplatesView {
        ok: True,
        directory: templates.directory.display().to_string(),
        templates: &templates.files,
    }
}

/// A message of the outbox.
#[derive(Serialize, JsonSchema)]
pub struct MessageView<'a> {
    message_id: Id<'a>,
    kind: Kind,
    appointment_id: Id<'a>,
    appointment_code: &'a str,
    patient: &'a str,
    to: &'a str,
    due_at: At,
    status: MessageStatus,
    attempts: i64,
    channel: Option<&'a str>,
    error: Option<&'a str>,
    settled_at: Option<At>,
    created_at: At,
}

/// A message of the outbox.
pub fn message(note: &Note) -> MessageView<'_> {
    let Note { message, visit } = note;
    MessageView {
        message_id: Id(&message.id),
        kind: message.kind,
        appointment_id: Id(&message.appointment_id),
        appointment_code: &visit.appointment.code,
        patient: &visit.patient.full_name,
        to: &visit.patient.phone,
        due_at: At(visit.zone.rfc3339(message.due_at)),
        status: message.status,
        attempts: message.attempts,
        channel: message.channel.as_deref(),
        error: message.error.as_deref(),
        settled_at: message.settled_at.map(|at| At(visit.zone.rfc3339(at))),
        created_at: At(visit.zone.rfc3339(message.created_at)),
    }
}

/// An entry of the audit log: the record before and after, as the log keeps it.
#[derive(Serialize, JsonSchema)]
pub struct EntryView<'a> {
    seq: i64,
    at: At,
    actor: &'a str,
    action: &'a str,
    kind: &'a str,
    record_id: &'a str,
    note: Option<&'a str>,
    before: Value,
    after: Value,
    hash: &'a str,
}

/// An entry of the audit log.
pub fn entry<'a>(entry: &'a Entry, zone: &Zone) -> EntryView<'a> {
    let image = |text: &Option<String>| match text {
        Some(text) => serde_json::from_str(text).unwrap_or_else(|_| Value::String(text.clone())),
        None => Value::Null,
    };
    EntryView {
        seq: entry.seq,
        at: At(zone.rfc3339(entry.at)),
        actor: &entry.actor,
        action: &entry.action,
        kind: &entry.kind,
        record_id: &entry.record_id,
        note: entry.note.as_deref(),
        before: image(&entry.before),
        after: image(&entry.after),
        hash: &entry.mac,
    }
}

/// Something that is not as it should be.
#[derive(Serialize, JsonSchema)]
struct FindingView<'a> {
    check: &'static str,
    message: &'a str,
    record_id: Option<&'a str>,
}

/// What a check found.
#[derive(Serialize, JsonSchema)]
pub struct FindingsView<'a> {
    ok: bool,
    findings: Vec<FindingView<'a>>,
}

/// How many entries of the log were read.
#[derive(Serialize, JsonSchema)]
pub(crate) struct EntriesRead {
    pub(crate) entries: i64,
}

/// What a check found; what is only a warning leaves it ok.
pub fn findings<'a>(findings: &'a [Finding]) -> FindingsView<'a> {
    let view = |finding: &'a Finding| FindingView {
        check: finding.check,
        message: &finding.message,
        record_id: finding.record_id.as_deref(),
    };
    FindingsView {
        ok: findings.iter().all(Finding::is_warning),
        findings: findings.iter().map(view).collect(),
    }
}

/// Where the book is.
#[derive(Serialize, JsonSchema)]
pub(crate) struct PathView {
    pub(crate) path: String,
}

/// A book that was copied.
#[derive(Serialize, JsonSchema)]
pub struct CopiedView<'a> {
    from: &'a str,
    to: &'a str,
    #[schemars(with = "BTreeMap<String, u64>")]
    tables: Map<String, Value>,
    rows: u64,
    verified: True,
}

/// A copied book.
pub fn copied(copied: &Copied) -> CopiedView<'_> {
    CopiedView {
        from: &copied.from,
        to: &copied.to,
        tables: copied.tables.iter().map(|(table, rows)| ((*table).to_owned(), (*rows).into())).collect(),
        rows: copied.tables.iter().map(|(_, rows)| rows).sum(),
        verified: True,
    }
}

/// What the book is made of.
#[derive(Serialize, JsonSchema)]
pub struct InfoView<'a> {
    path: &'a str,
    bytes: u64,
    engine: &'a str,
    overlap_guard: bool,
    schema_version: i64,
    turno_version: &'static str,
    secret_file: String,
    secret_file_present: bool,
    timezone_rules: &'a str,
    timezone_version: &'a str,
    timezone_folder: Option<String>,
}

/// Facts about the book.
pub fn info(info: &Info) -> InfoView<'_> {
    InfoView {
        path: &info.location,
        bytes: info.bytes,
        engine: &info.engine,
        overlap_guard: info.overlap_guard,
        schema_version: info.schema,
        turno_version: env!("CARGO_PKG_VERSION"),
        secret_file: info.secret_file.0.display().to_string(),
        secret_file_present: info.secret_file.1,
        timezone_rules: info.zones.name,
        timezone_version: &info.zones.version,
        timezone_folder: info.zones.folder.as_ref().map(|path| path.display().to_string()),
    }
}
