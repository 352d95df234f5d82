//! The public JSON of what a patient may ask of their record.

use crate::app::privacy::erase::{Erased, Gone};
use crate::app::privacy::export::Export;
use crate::app::privacy::merge::Merged;
use crate::app::privacy::purge::Purge;
use crate::domain::time::Zone;
use crate::output::view::{self, object, with};
use crate::output::{json_text, outbox, waitlist, webhook};
use serde_json::Value;
use std::path::Path;

fn gone(gone: &Gone) -> [(&'static str, Value); 5] {
    [
        ("visits", gone.visits.into()),
        ("messages", gone.companions.messages.into()),
        ("events", gone.companions.events.into()),
        ("deliveries", gone.companions.deliveries.into()),
        ("entries", gone.entries.into()),
    ]
}

/// What went with a person; `scrubbed` tells whether it is out of the book's free pages, too.
pub fn erased(erased: &Erased, scrubbed: Option<bool>) -> Value {
    let mut pairs = vec![
        ("patient_id", erased.patient.id.as_str().into()),
        ("code", erased.patient.code.as_str().into()),
        ("merged", erased.merged.iter().map(String::as_str).collect()),
    ];
    pairs.extend(gone(&erased.gone));
    pairs.push(("changed", erased.changed.into()));
    pairs.extend(ending(scrubbed));
    object(pairs)
}

/// What went for its age.
pub fn purged(purge: &Purge, scrubbed: Option<bool>) -> Value {
    let mut pairs = vec![
        ("clinic", purge.clinic.as_str().into()),
        ("before", purge.zone.rfc3339(purge.before).into()),
        ("patients", purge.patients.into()),
    ];
    pairs.extend(gone(&purge.gone));
    pairs.push(("tokens", purge.tokens.into()));
    pairs.extend(ending(scrubbed));
    object(pairs)
}

/// A rehearsal says that it is one.
fn ending(scrubbed: Option<bool>) -> [(&'static str, Value); 1] {
    match scrubbed {
        Some(scrubbed) => [("scrubbed", scrubbed.into())],
        None => [("dry_run", true.into())],
    }
}

/// Everything that is held of a person.
pub fn export(export: &Export) -> Value {
    let zone = &export.zone;
    let record = |seen| view::patient(seen, zone);
    object(vec![
        ("exported_at", zone.rfc3339(export.at).into()),
        ("patient", record(&export.patient)),
        ("merged", export.merged.iter().map(record).collect()),
        ("appointments", export.visits.iter().map(view::appointment).collect()),
        ("waitlist", waitlist::entries(&export.waiting)),
        ("messages", export.messages.iter().map(outbox::message).collect()),
        ("deliveries", export.deliveries.iter().map(|known| webhook::delivery(known, zone)).collect()),
        ("webhooks", export.endpoints.iter().map(endpoint).collect()),
        ("entries", export.entries.iter().map(|entry| outbox::entry(entry, zone)).collect()),
    ])
}

/// Where a person's data went to.
fn endpoint(webhook: &crate::domain::webhook::Webhook) -> Value {
    object(vec![
        ("id", webhook.id.as_str().into()),
        ("code", webhook.code.as_str().into()),
        ("url", webhook.url.as_str().into()),
    ])
}

/// The same as a file: one line of JSON, as it would be printed.
pub fn file(exported: &Export) -> String {
    format!("{}\n", json_text(&export(exported)))
}

/// That a file was written, and what it holds in numbers.
pub fn exported(export: &Export, path: &Path) -> Value {
    object(vec![
        ("file", path.display().to_string().into()),
        ("patient_id", export.patient.patient.id.as_str().into()),
        ("appointments", export.visits.len().into()),
        ("messages", export.messages.len().into()),
        ("deliveries", export.deliveries.len().into()),
        ("entries", export.entries.len().into()),
    ])
}

/// Two records that are one person, or were.
pub fn merged(merged: &Merged, zone: &Zone, more: &[(&str, Value)]) -> Value {
    let conflicts = merged.conflicts.iter().map(|conflict| {
        object(vec![
            ("field", conflict.field.into()),
            ("kept", conflict.kept.as_str().into()),
            ("merged", conflict.merged.as_str().into()),
        ])
    });
    let value = object(vec![
        ("kept", view::patient(&merged.kept, zone)),
        ("merged", view::patient(&merged.merged, zone)),
        ("visits", merged.visits.into()),
        ("taken", merged.taken.iter().map(String::as_str).collect()),
        ("conflicts", conflicts.collect()),
        ("stayed", merged.stayed.iter().map(String::as_str).collect()),
    ]);
    with(value, more)
}
