//! Backups, and what came back from them.

use crate::app::backup::Done;
use crate::app::restore::Restored;
use crate::app::rezone::{Outcome, Rezoned};
use crate::domain::time::{Instant, Zone};
use crate::output::view::object;
use crate::store::backup::{Facts, Present};
use serde_json::Value;
use std::path::{Path, PathBuf};

/// A backup that was made.
pub fn made(done: &Done) -> Value {
    let made = &done.made;
    object(vec![
        ("path", shown(&made.path)),
        ("bytes", made.bytes.into()),
        ("appointments", made.facts.appointments.into()),
        ("rows", made.rows.into()),
        ("audit_entries", made.facts.last_seq.into()),
        ("schema_version", made.facts.schema.into()),
        ("made_at", instant(made.facts.made_at)),
        ("secret_file", if made.facts.sealed.is_some() { "sealed" } else { text!("not-included") }.into()),
        ("verified", true.into()),
        ("removed", list(&done.removed)),
    ])
}

/// A book that was restored.
pub fn restored(restored: &Restored) -> Value {
    let facts = &restored.facts;
    let (secret, replaced) = match &restored.secret {
        Some((path, replaced)) => (shown(path), replaced.as_deref().map_or(Value::Null, shown)),
        None => (Value::Null, Value::Null),
    };
    object(vec![
        ("path", restored.book.as_str().into()),
        ("from", shown(&restored.from)),
        ("made_at", instant(facts.made_at)),
        ("last_entry_at", instant(facts.last_at)),
        ("appointments", facts.appointments.into()),
        ("audit_entries", facts.last_seq.into()),
        ("schema_version", facts.schema.into()),
        ("clinics", clinics(facts)),
        ("kept", list(&restored.kept)),
        ("secret_file", secret),
        ("secret_file_kept", replaced),
    ])
}

/// What a file holds, and what it would replace: words for somebody who is asked.
pub fn before(facts: &Facts, from: &Path, present: &Present, place: &str) -> [String; 2] {
    let replaced = match present {
        Present::Nothing => "nothing".to_owned(),
        Present::Book(facts) => in_words(facts),
        Present::Damaged(why) => text!("a-damaged-book", why),
    };
    [format!("{}: {}", from.display(), in_words(facts)), format!("{place}: {replaced}")]
}

fn in_words(facts: &Facts) -> String {
    let names: Vec<&str> = facts.clinics.iter().map(|clinic| clinic.name.as_str()).collect();
    let held = match (names.is_empty(), facts.appointments) {
        (false, count) => text!("appointments-of-clinics", clinics = names.join(", "); appointments = count),
        (true, 1) => text!("one-appointment").to_owned(),
        (true, count) => text!("count-appointments", several = count),
    };
    let mut parts = vec![held];
    if let Value::String(at) = instant(facts.last_at) {
        parts.push(text!("last-changed-at", at));
    }
    if let Value::String(at) = instant(facts.made_at) {
        parts.push(text!("backed-up-at", at));
    }
    parts.join(", ")
}

/// The appointments whose instants are others under today's rules.
pub fn rezoned(found: &[Rezoned], dry_run: bool) -> Value {
    let rows: Vec<Value> = found
        .iter()
        .map(|one| {
            let (appointment, zone) = (&one.appointment, &one.zone);
            let outcome = match one.outcome {
                Outcome::Moved => "moved",
                Outcome::Overlaps => "overlaps",
                Outcome::NoSuchTime => text!("no-such-time"),
            };
            object(vec![
                ("id", appointment.id.as_str().into()),
                ("code", appointment.code.as_str().into()),
                ("timezone", appointment.timezone.as_str().into()),
                ("date", appointment.date.to_string().into()),
                ("start_time", appointment.start_time.format("%H:%M").to_string().into()),
                ("starts_at_before", zone.rfc3339(one.before).into()),
                ("starts_at", zone.rfc3339(appointment.span.start).into()),
                ("outcome", outcome.into()),
            ])
        })
        .collect();
    let total = rows.len();
    object(vec![("rezoned", rows.into()), ("total", total.into()), ("dry_run", dry_run.into())])
}

fn clinics(facts: &Facts) -> Value {
    facts.clinics.iter().map(|clinic| Value::from(clinic.code.as_str())).collect()
}

fn list(paths: &[PathBuf]) -> Value {
    paths.iter().map(|path| shown(path)).collect()
}

fn shown(path: &Path) -> Value {
    path.display().to_string().into()
}

/// In UTC: a book may have clinics in several zones.
fn instant(at: Option<Instant>) -> Value {
    at.zip(Zone::embedded("UTC")).map_or(Value::Null, |(at, utc)| utc.rfc3339(at).into())
}
