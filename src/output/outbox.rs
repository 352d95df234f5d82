//! The public JSON of messages, the audit log and the database itself.

use crate::app::access::find::MASK;
use crate::app::reminders::Note;
use crate::app::reminders::preview::{Preview, Previewed, Templates};
use crate::app::reminders::report::{Rehearsal, Swept, Tally};
use crate::app::upkeep::check::Info;
use crate::app::upkeep::copy::Copied;
use crate::domain::delivery::State;
use crate::domain::reminder::{Kind, MessageStatus};
use crate::domain::time::Zone;
use crate::formats::appointment::{At, Id, True, view};
use crate::output::view::{DryRun, dry_run};
use crate::store::audit::{BOOK, Entry};
use crate::store::check::Finding;
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::{Map, Value};
use std::collections::BTreeMap;

view! {
    /// What a sweep sent, or with dry_run would send.
    pub struct SweepView<'a> by rehearsal(rehearsal: &'a Rehearsal, veil: bool) where {
        let mut tally = Tally::default();
        rehearsal.messages.iter().for_each(|swept| tally.count(swept));
        // In a dry run no channel has answered: the error is our own text, so it needs no veil.
        let rehearsed =
            |message: &'a Swept| SweptView { error: message.error.as_deref(), ..swept(message, veil) };
    } {
        as_of: At = At(rehearsal.zone.rfc3339(rehearsal.as_of)),
        #[serde(flatten)]
        sums: Sums = sums(&tally),
        messages: Vec<SweptView<'a>> = rehearsal.messages.iter().map(rehearsed).collect(),
        #[serde(flatten)]
        dry_run: DryRun = dry_run(true),
    }
}

view! {
    /// The totals of a sweep.
    pub struct Sums by sums(tally: &Tally) where {
        let Tally { due, sent, failed, skipped } = *tally;
    } {
        due: usize = due,
        sent: usize = sent,
        failed: usize = failed,
        skipped: usize = skipped,
    }
}

view! {
    /// The result of a sweep for one message; text and recipient are masked for a key that may not read them.
    pub struct SweptView<'a> by swept(swept: &'a Swept, veil: bool) where {
        let Note { message, visit, .. } = &swept.note;
        let veiled = |text: &'a str| if veil { MASK } else { text };
    } {
        message_id: Id<'a> = Id(&message.id),
        kind: Kind = message.kind,
        appointment_id: Id<'a> = Id(&message.appointment_id),
        appointment_code: &'a str = &visit.appointment.code,
        channel: &'a str = &swept.channel,
        to: &'a str = veiled(&swept.to),
        due_at: At = At(visit.zone.rfc3339(message.due_at)),
        status: MessageStatus = swept.status,
        decision: &'static str = swept.decision.word(),
        why: String = swept.why(),
        error: Option<&'a str> = swept.error.as_deref().map(veiled),
        text: Option<&'a str> = swept.text.as_deref().map(veiled),
    }
}

view! {
    /// Messages as they would be sent. Of a made-up appointment id and code are null.
    pub struct PreviewView<'a> by preview(preview: &'a Preview) where {
        let Preview { visit, is_sample, kind, channels, said, messages } = preview;
        let appointment = Some(&visit.appointment).filter(|_| !is_sample);
    } {
        appointment_id: Option<Id<'a>> = appointment.map(|appointment| Id(&appointment.id)),
        appointment_code: Option<&'a str> = appointment.map(|appointment| appointment.code.as_str()),
        kind: Kind = *kind,
        locale: &'a str = said.language.as_str(),
        channels: &'a [String] = channels,
        to: &'a str = &visit.patient.phone,
        email: Option<&'a str> = visit.patient.email.as_deref(),
        subject: &'a str = &said.subject,
        text: &'a str = &said.text,
        messages: Vec<PreviewedView<'a>> = messages.iter().map(previewed).collect(),
    }
}

view! {
    /// A message on one channel. Segments are those of a text message; null for mail, and where the provider
    /// words the message.
    pub struct PreviewedView<'a> by previewed(message: &'a Previewed) where {
        let Previewed { kind, channel, text, length } = message;
    } {
        kind: Kind = *kind,
        channel: &'a str = channel,
        text: &'a str = text,
        segments: Option<usize> = length.map(|length| length.segments),
    }
}

view! {
    /// The message templates of a clinic.
    pub struct TemplatesView<'a> by templates(templates: &'a Templates) {
        ok: True = True,
        directory: String = templates.directory.display().to_string(),
        templates: &'a [String] = &templates.files,
    }
}

view! {
    /// A message of the outbox.
    pub struct MessageView<'a> by message(note: &'a Note) where {
        let Note { message, visit, .. } = note;
    } {
        message_id: Id<'a> = Id(&message.id),
        kind: Kind = message.kind,
        appointment_id: Id<'a> = Id(&message.appointment_id),
        appointment_code: &'a str = &visit.appointment.code,
        patient: &'a str = &visit.patient.full_name,
        to: &'a str = &visit.patient.phone,
        due_at: At = At(visit.zone.rfc3339(message.due_at)),
        status: MessageStatus = message.status,
        attempts: i64 = message.attempts,
        channel: Option<&'a str> = message.channel.as_deref(),
        error: Option<&'a str> = message.error.as_deref(),
        settled_at: Option<At> = message.settled_at.map(|at| At(visit.zone.rfc3339(at))),
        created_at: At = At(visit.zone.rfc3339(message.created_at)),
        delivery: Option<State> = message.delivery,
        delivery_code: Option<&'a str> = message.delivery_code.as_deref(),
        delivery_at: Option<At> = message.delivery_at.map(|at| At(visit.zone.rfc3339(at))),
    }
}

impl MessageView<'_> {
    /// The message without its patient.
    #[must_use]
    pub(crate) fn veiled(self) -> Self {
        MessageView { patient: MASK, to: MASK, error: self.error.map(|_| MASK), ..self }
    }
}

view! {
    /// An entry of the audit log, with the record before and after as the log keeps them.
    pub struct EntryView<'a> by entry(entry: &'a Entry, zone: &Zone) where {
        let image = |text: &Option<String>| match text {
            Some(text) => serde_json::from_str(text).unwrap_or_else(|_| Value::String(text.clone())),
            None => Value::Null,
        };
    } {
        seq: i64 = entry.seq,
        at: At = At(zone.rfc3339(entry.at)),
        actor: &'a str = &entry.actor,
        action: &'a str = &entry.action,
        kind: &'a str = &entry.kind,
        record_id: &'a str = &entry.record_id,
        note: Option<&'a str> = entry.note.as_deref(),
        before: Value = image(&entry.before),
        after: Value = image(&entry.after),
        hash: &'a str = &entry.mac,
        chain: &'static str = if entry.chain == BOOK { "book" } else { "clinic" },
    }
}

/// A finding of a check.
#[derive(Serialize, JsonSchema)]
struct FindingView<'a> {
    check: &'static str,
    message: &'a str,
    record_id: Option<&'a str>,
}

/// The number of audit entries that were read.
#[derive(Serialize, JsonSchema)]
pub(crate) struct EntriesRead {
    pub(crate) entries: i64,
    /// Records that were compared with the log in full.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) records: Option<u64>,
    /// Records of which the log covers only a part.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) records_in_part: Option<u64>,
}

view! {
    /// The findings of a check.
    pub struct FindingsView<'a> by findings(findings: &'a [Finding]) where {
        let view = |finding: &'a Finding| FindingView {
            check: finding.check,
            message: &finding.message,
            record_id: finding.record_id.as_deref(),
        };
    } {
        ok: bool = findings.iter().all(Finding::is_warning),
        findings: Vec<FindingView<'a>> = findings.iter().map(view).collect(),
    }
}

/// The location of the database.
#[derive(Serialize, JsonSchema)]
pub(crate) struct PathView {
    pub(crate) path: String,
}

view! {
    /// A database that was copied.
    pub struct CopiedView<'a> by copied(copied: &'a Copied) {
        from: &'a str = &copied.from,
        to: &'a str = &copied.to,
        #[schemars(with = "BTreeMap<String, u64>")]
        tables: Map<String, Value> =
            copied.tables.iter().map(|(table, rows)| ((*table).to_owned(), (*rows).into())).collect(),
        rows: u64 = copied.tables.iter().map(|(_, rows)| rows).sum(),
        verified: True = True,
    }
}

view! {
    /// Facts about the database.
    pub struct InfoView<'a> by info(info: &'a Info) {
        path: &'a str = &info.location,
        bytes: u64 = info.bytes,
        engine: &'a str = &info.engine,
        overlap_guard: bool = info.overlap_guard,
        schema_version: i64 = info.schema,
        turno_version: &'static str = env!("CARGO_PKG_VERSION"),
        scrub_pending_since: Option<At> = info.scrub_pending_since.map(|since| At(Zone::utc().rfc3339(since))),
        secret_file: String = info.secret_file.0.display().to_string(),
        secret_file_present: bool = info.secret_file.1,
        timezone_rules: &'a str = info.zones.name,
        timezone_version: &'a str = &info.zones.version,
        timezone_folder: Option<String> = info.zones.folder.as_ref().map(|path| path.display().to_string()),
    }
}
