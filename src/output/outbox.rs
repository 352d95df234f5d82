//! The public JSON of messages, the audit log and the book's own state.

use crate::app::check::Info;
use crate::app::copy::Copied;
use crate::app::remind::Note;
use crate::app::remind::preview::{Preview, Templates};
use crate::app::remind::sweep::{Rehearsal, Swept, Tally};
use crate::domain::time::Zone;
use crate::output::view::object;
use crate::store::audit::Entry;
use crate::store::check::Finding;
use serde_json::Value;

/// A rehearsed sweep.
pub fn rehearsal(rehearsal: &Rehearsal) -> Value {
    let mut tally = Tally::default();
    rehearsal.messages.iter().for_each(|swept| tally.count(swept));
    let mut pairs = vec![("as_of", rehearsal.zone.rfc3339(rehearsal.as_of).into())];
    pairs.extend(sums(&tally));
    pairs.push(("messages", rehearsal.messages.iter().map(swept).collect()));
    pairs.push(("dry_run", true.into()));
    object(pairs)
}

/// A sweep's sums.
pub fn sums(tally: &Tally) -> [(&'static str, Value); 4] {
    let Tally { due, sent, failed, skipped } = *tally;
    [("due", due.into()), ("sent", sent.into()), ("failed", failed.into()), ("skipped", skipped.into())]
}

/// What a sweep made of a message.
pub fn swept(swept: &Swept) -> Value {
    let Note { message, visit } = &swept.note;
    object(vec![
        ("message_id", message.id.as_str().into()),
        ("kind", message.kind.as_str().into()),
        ("appointment_id", message.appointment_id.as_str().into()),
        ("appointment_code", visit.appointment.code.as_str().into()),
        ("channel", swept.channel.as_str().into()),
        ("to", swept.to.as_str().into()),
        ("due_at", visit.zone.rfc3339(message.due_at).into()),
        ("status", swept.status.as_str().into()),
        ("decision", swept.decision.word().into()),
        ("why", swept.why().into()),
        ("error", swept.error.as_deref().into()),
        ("text", swept.text.as_deref().into()),
    ])
}

/// What a message would say.
pub fn preview(preview: &Preview) -> Value {
    let Preview { visit, kind, channels, said } = preview;
    object(vec![
        ("appointment_id", visit.appointment.id.as_str().into()),
        ("appointment_code", visit.appointment.code.as_str().into()),
        ("kind", kind.as_str().into()),
        ("locale", said.language.as_str().into()),
        ("channels", channels.iter().map(String::as_str).collect()),
        ("to", visit.patient.phone.as_str().into()),
        ("email", visit.patient.email.as_deref().into()),
        ("subject", said.subject.as_str().into()),
        ("text", said.text.as_str().into()),
    ])
}

/// A clinic's own templates.
pub fn templates(templates: &Templates) -> Value {
    object(vec![
        ("ok", true.into()),
        ("directory", templates.directory.display().to_string().into()),
        ("templates", templates.files.iter().map(String::as_str).collect()),
    ])
}

/// A message of the outbox.
pub fn message(note: &Note) -> Value {
    let Note { message, visit } = note;
    let at = |instant: Option<crate::domain::time::Instant>| instant.map(|at| visit.zone.rfc3339(at));
    object(vec![
        ("message_id", message.id.as_str().into()),
        ("kind", message.kind.as_str().into()),
        ("appointment_id", message.appointment_id.as_str().into()),
        ("appointment_code", visit.appointment.code.as_str().into()),
        ("patient", visit.patient.full_name.as_str().into()),
        ("to", visit.patient.phone.as_str().into()),
        ("due_at", visit.zone.rfc3339(message.due_at).into()),
        ("status", message.status.as_str().into()),
        ("attempts", message.attempts.into()),
        ("channel", message.channel.as_deref().into()),
        ("error", message.error.as_deref().into()),
        ("settled_at", at(message.settled_at).into()),
        ("created_at", visit.zone.rfc3339(message.created_at).into()),
    ])
}

/// An entry of the audit log.
pub fn entry(entry: &Entry, zone: &Zone) -> Value {
    let image = |text: &Option<String>| match text {
        Some(text) => serde_json::from_str(text).unwrap_or_else(|_| Value::String(text.clone())),
        None => Value::Null,
    };
    object(vec![
        ("seq", entry.seq.into()),
        ("at", zone.rfc3339(entry.at).into()),
        ("actor", entry.actor.as_str().into()),
        ("action", entry.action.as_str().into()),
        ("kind", entry.kind.as_str().into()),
        ("record_id", entry.record_id.as_str().into()),
        ("note", entry.note.as_deref().into()),
        ("before", image(&entry.before)),
        ("after", image(&entry.after)),
        ("hash", entry.mac.as_str().into()),
    ])
}

/// What a check found; what is only a warning leaves it ok.
pub fn findings(findings: &[Finding]) -> Value {
    let list: Vec<Value> = findings
        .iter()
        .map(|finding| {
            object(vec![
                ("check", finding.check.into()),
                ("message", finding.message.as_str().into()),
                ("record_id", finding.record_id.as_deref().into()),
            ])
        })
        .collect();
    object(vec![("ok", findings.iter().all(Finding::is_warning).into()), ("findings", list.into())])
}

/// A copied book.
pub fn copied(copied: &Copied) -> Value {
    let rows: u64 = copied.tables.iter().map(|(_, rows)| rows).sum();
    object(vec![
        ("from", copied.from.as_str().into()),
        ("to", copied.to.as_str().into()),
        ("tables", object(copied.tables.iter().map(|(table, rows)| (*table, (*rows).into())).collect())),
        ("rows", rows.into()),
        ("verified", true.into()),
    ])
}

/// Facts about the book.
pub fn info(info: &Info) -> Value {
    let path = |path: &std::path::Path| path.display().to_string();
    object(vec![
        ("path", info.location.as_str().into()),
        ("bytes", info.bytes.into()),
        ("engine", info.engine.as_str().into()),
        ("overlap_guard", info.overlap_guard.into()),
        ("schema_version", info.schema.into()),
        ("turno_version", env!("CARGO_PKG_VERSION").into()),
        ("secret_file", path(&info.secret_file.0).into()),
        ("secret_file_present", info.secret_file.1.into()),
        ("timezone_rules", info.zones.name.into()),
        ("timezone_version", info.zones.version.as_str().into()),
        ("timezone_folder", info.zones.folder.as_deref().map(path).into()),
    ])
}
