//! The public JSON of messages, the audit log and the book's own state.

use crate::app::check::Info;
use crate::app::copy::Copied;
use crate::app::remind::{Note, Sweep, Swept};
use crate::domain::reminder::Decision;
use crate::domain::time::Zone;
use crate::output::view::object;
use crate::store::audit::Entry;
use crate::store::check::Finding;
use serde_json::Value;

/// A sweep's report.
pub fn sweep(sweep: &Sweep) -> Value {
    let count = |wanted: fn(&Swept) -> bool| sweep.messages.iter().filter(|swept| wanted(swept)).count();
    let sends = count(|swept| swept.decision == Decision::Send);
    let mut pairs = vec![
        ("as_of", sweep.zone.rfc3339(sweep.as_of).into()),
        ("due", sends.into()),
        ("sent", if sweep.dry_run { 0 } else { sends }.into()),
        ("failed", count(|swept| swept.error.is_some()).into()),
        ("skipped", (sweep.messages.len() - sends).into()),
        ("messages", sweep.messages.iter().map(|swept| swept_message(swept, sweep.dry_run)).collect()),
    ];
    if sweep.dry_run {
        pairs.push(("dry_run", true.into()));
    }
    object(pairs)
}

fn swept_message(swept: &Swept, dry_run: bool) -> Value {
    let Swept { note: Note { message, visit }, decision, channel, text, error } = swept;
    let status = match (decision.settles_as(), dry_run) {
        (_, true) | (None, _) if *decision != Decision::Send || dry_run => message.status.as_str(),
        (Some(status), _) => status.as_str(),
        (None, _) => "sent",
    };
    object(vec![
        ("message_id", message.id.as_str().into()),
        ("kind", message.kind.as_str().into()),
        ("appointment_id", message.appointment_id.as_str().into()),
        ("appointment_code", visit.appointment.code.as_str().into()),
        ("channel", (*channel).into()),
        ("to", visit.patient.phone.as_str().into()),
        ("due_at", visit.zone.rfc3339(message.due_at).into()),
        ("status", status.into()),
        ("decision", decision.word().into()),
        ("why", decision.reason(&visit.zone).into()),
        ("error", error.as_deref().into()),
        ("text", text.as_deref().into()),
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

/// What a check found.
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
    object(vec![("ok", findings.is_empty().into()), ("findings", list.into())])
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
        ("schema_version", info.schema.into()),
        ("turno_version", env!("CARGO_PKG_VERSION").into()),
        ("secret_file", path(&info.secret_file.0).into()),
        ("secret_file_present", info.secret_file.1.into()),
        ("timezone_rules", info.zones.name.into()),
        ("timezone_version", info.zones.version.as_str().into()),
        ("timezone_folder", info.zones.folder.as_deref().map(path).into()),
    ])
}
