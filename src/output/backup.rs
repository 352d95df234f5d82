//! Backups, and what came back from them.

use crate::app::backup::Done;
use crate::app::restore::Restored;
use crate::app::rezone::{Outcome, Rezoned};
use crate::domain::time::{Instant, Zone};
use crate::public::{At, Clock, Id, On, True};
use crate::store::backup::{Facts, Present};
use schemars::JsonSchema;
use serde::Serialize;
use std::path::Path;

/// A backup that was made.
#[derive(Serialize, JsonSchema)]
pub struct BackupView {
    path: String,
    bytes: u64,
    appointments: i64,
    rows: u64,
    audit_entries: i64,
    schema_version: i64,
    made_at: Option<At>,
    #[schemars(extend("enum" = ["sealed", "not included"]))]
    secret_file: &'static str,
    verified: True,
    removed: Vec<String>,
}

/// A backup that was made.
pub fn made(done: &Done) -> BackupView {
    let made = &done.made;
    BackupView {
        path: shown(&made.path),
        bytes: made.bytes,
        appointments: made.facts.appointments,
        rows: made.rows,
        audit_entries: made.facts.last_seq,
        schema_version: made.facts.schema,
        made_at: made.facts.made_at.map(utc).map(At),
        secret_file: if made.facts.sealed.is_some() { "sealed" } else { text!("not-included") },
        verified: True,
        removed: done.removed.iter().map(|path| shown(path)).collect(),
    }
}

/// A book that was restored.
#[derive(Serialize, JsonSchema)]
pub struct RestoredView<'a> {
    path: &'a str,
    from: String,
    made_at: Option<At>,
    last_entry_at: Option<At>,
    appointments: i64,
    audit_entries: i64,
    schema_version: i64,
    clinics: Vec<&'a str>,
    kept: Vec<String>,
    secret_file: Option<String>,
    secret_file_kept: Option<String>,
}

/// A book that was restored.
pub fn restored(restored: &Restored) -> RestoredView<'_> {
    let facts = &restored.facts;
    let (secret, replaced) =
        restored.secret.as_ref().map(|(path, replaced)| (path, replaced.as_ref())).unzip();
    RestoredView {
        path: &restored.book,
        from: shown(&restored.from),
        made_at: facts.made_at.map(utc).map(At),
        last_entry_at: facts.last_at.map(utc).map(At),
        appointments: facts.appointments,
        audit_entries: facts.last_seq,
        schema_version: facts.schema,
        clinics: facts.clinics.iter().map(|clinic| clinic.code.as_str()).collect(),
        kept: restored.kept.iter().map(|path| shown(path)).collect(),
        secret_file: secret.map(|path| shown(path)),
        secret_file_kept: replaced.flatten().map(|path| shown(path)),
    }
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
    parts.extend(facts.last_at.map(|at| text!("last-changed-at", at = utc(at))));
    parts.extend(facts.made_at.map(|at| text!("backed-up-at", at = utc(at))));
    parts.join(", ")
}

/// An appointment that keeps its wall clock.
#[derive(Serialize, JsonSchema)]
struct RezonedRow<'a> {
    id: Id<'a>,
    code: &'a str,
    timezone: &'a str,
    date: On,
    start_time: Clock,
    starts_at_before: At,
    starts_at: At,
    #[schemars(extend("enum" = ["moved", "overlaps", "no such time"]))]
    outcome: &'static str,
}

/// Appointments whose instants are others under today's zone rules.
#[derive(Serialize, JsonSchema)]
pub struct RezonedView<'a> {
    rezoned: Vec<RezonedRow<'a>>,
    total: usize,
    dry_run: bool,
}

/// The appointments whose instants are others under today's rules.
pub fn rezoned<'a>(found: &'a [Rezoned], dry_run: bool) -> RezonedView<'a> {
    let row = |Rezoned { appointment, before, zone, outcome }: &'a Rezoned| RezonedRow {
        id: Id(&appointment.id),
        code: &appointment.code,
        timezone: &appointment.timezone,
        date: On(appointment.date),
        start_time: Clock(appointment.start_time),
        starts_at_before: At(zone.rfc3339(*before)),
        starts_at: At(zone.rfc3339(appointment.span.start)),
        outcome: match outcome {
            Outcome::Moved => "moved",
            Outcome::Overlaps => "overlaps",
            Outcome::NoSuchTime => text!("no-such-time"),
        },
    };
    RezonedView { rezoned: found.iter().map(row).collect(), total: found.len(), dry_run }
}

fn shown(path: &Path) -> String {
    path.display().to_string()
}

/// In UTC: a book may have clinics in several zones.
fn utc(at: Instant) -> String {
    Zone::utc().rfc3339(at)
}
