//! The public JSON of what a patient may ask of their record.

use crate::app::privacy::erase::{Erased, Gone};
use crate::app::privacy::purge::Purge;
use crate::output::view::object;
use serde_json::Value;

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
