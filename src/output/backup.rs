//! The public JSON of backups, restores, time zone changes and secret rotation.

use crate::app::upkeep::backup::Done;
use crate::app::upkeep::restore::Restored;
use crate::app::upkeep::rezone::{Outcome, Rezoned};
use crate::app::upkeep::rotate::Rotated;
use crate::domain::time::{Instant, Zone};
use crate::formats::appointment::{At, Clock, Id, On, True, view};
use crate::store::backup::{Facts, Present};
use schemars::JsonSchema;
use serde::Serialize;
use std::path::Path;

view! {
    /// A backup that was made.
    pub struct BackupView by made(done: &Done) where {
        let made = &done.made;
    } {
        path: String = shown(&made.path),
        bytes: u64 = made.bytes,
        appointments: i64 = made.facts.appointments,
        rows: u64 = made.rows,
        audit_entries: i64 = made.facts.audit_entries,
        schema_version: i64 = made.facts.schema,
        made_at: Option<At> = made.facts.made_at.map(utc).map(At),
        #[schemars(extend("enum" = ["sealed", "not included"]))]
        secret_file: &'static str =
            if made.facts.sealed.is_some() { "sealed" } else { text!("not-included") },
        verified: True = True,
        removed: Vec<String> = done.removed.iter().map(|path| shown(path)).collect(),
    }
}

view! {
    /// A database that was restored.
    pub struct RestoredView<'a> by restored(restored: &'a Restored) where {
        let facts = &restored.facts;
        let (secret, replaced) =
            restored.secret.as_ref().map(|(path, replaced)| (path, replaced.as_ref())).unzip();
    } {
        path: &'a str = &restored.book,
        from: String = shown(&restored.from),
        made_at: Option<At> = facts.made_at.map(utc).map(At),
        last_entry_at: Option<At> = facts.last_at.map(utc).map(At),
        appointments: i64 = facts.appointments,
        audit_entries: i64 = facts.audit_entries,
        schema_version: i64 = facts.schema,
        clinics: Vec<&'a str> = facts.clinics.iter().map(|clinic| clinic.code.as_str()).collect(),
        kept: Vec<String> = restored.kept.iter().map(|path| shown(path)).collect(),
        secret_file: Option<String> = secret.map(|path| shown(path)),
        secret_file_kept: Option<String> = replaced.flatten().map(|path| shown(path)),
    }
}

/// Describes the backup, and the database that it would replace, for the confirmation prompt.
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

/// An appointment that keeps its local time.
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

view! {
    /// Appointments whose instants changed with the time zone rules.
    pub struct RezonedView<'a> by rezoned(found: &'a [Rezoned], dry_run: bool) where {
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
    } {
        rezoned: Vec<RezonedRow<'a>> = found.iter().map(row).collect(),
        total: usize = found.len(),
        dry_run: bool = dry_run,
    }
}

view! {
    /// What was encrypted or signed again with a new secret.
    pub struct RotatedView by rotated(rotated: &Rotated) where {
    } {
        secret_file: String = shown(&rotated.secret_file),
        secret_file_kept: Option<String> = rotated.kept.as_deref().map(shown),
        national_ids: u64 = rotated.national_ids,
        webhooks: u64 = rotated.webhooks,
        audit_entries: i64 = rotated.entries,
    }
}

fn shown(path: &Path) -> String {
    path.display().to_string()
}

/// Formats an instant in UTC: the database may hold clinics in several zones.
fn utc(at: Instant) -> String {
    Zone::utc().rfc3339(at)
}
