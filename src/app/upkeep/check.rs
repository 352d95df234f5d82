//! Facts about the book, and checks of its integrity.

use crate::app::Context;
use crate::app::patients::privacy::scrub;
use crate::app::reminders::heartbeat;
use crate::app::reminders::heartbeat::Heartbeat;
use crate::app::upkeep::audit;
use crate::domain::refusal::Code;
use crate::domain::settings::PRINT;
use crate::domain::time::Instant;
use crate::platform::error::Result;
use crate::platform::zones::Source;
use crate::store::backup::others_may;
use crate::store::check::{self, FILE_OPEN, Finding, SWEEP_LATE};
use crate::store::{Location, directory, migrate};
use std::path::PathBuf;

/// Facts about the book.
#[derive(Debug, Clone)]
pub struct Info {
    /// Path, or URL without its password.
    pub location: String,
    /// Size on disk in bytes, including the write-ahead log.
    pub bytes: u64,
    /// Engine and version.
    pub engine: String,
    /// Whether the database itself refuses overlapping visits of a doctor.
    pub overlap_guard: bool,
    /// Schema version.
    pub schema: i64,
    /// The secret file, and whether it exists.
    pub secret_file: (PathBuf, bool),
    /// Since when a rewrite of the database after an erasure has been pending.
    pub scrub_pending_since: Option<Instant>,
    /// The source of the time zone rules.
    pub zones: Source,
}

/// Returns facts about the book.
pub fn info(context: &mut Context) -> Result<Info> {
    context.store.read(|tx| context.env.whole_book(tx))?;
    let scrub_pending_since = scrub::pending_since(context)?;
    let Context { store, env } = context;
    Ok(Info {
        scrub_pending_since,
        bytes: store.bytes()?,
        location: store.location().to_string(),
        engine: store.engine_version()?,
        overlap_guard: store.has_guard()?,
        schema: migrate::LATEST,
        secret_file: (env.secrets.path().to_owned(), env.secrets.path().exists()),
        zones: env.zones.source(),
    })
}

/// Runs the engine's integrity check, compares the schema with the program's, and checks the book's
/// invariants and the audit chains.
pub fn check(context: &mut Context) -> Result<Vec<Finding>> {
    context.store.read(|tx| context.env.whole_book(tx))?;
    let engine = context.store.integrity()?;
    let mut findings: Vec<Finding> =
        engine.into_iter().map(|message| Finding { check: "integrity", message, record_id: None }).collect();
    match of_the_rows(context) {
        Ok(more) => findings.extend(more),
        // The findings about the engine or the schema explain why the rows cannot be read.
        Err(refusal)
            if matches!(refusal.code, Code::StoreCorrupt | Code::Internal) && !findings.is_empty() => {}
        Err(refusal) => return Err(refusal),
    }
    Ok(findings)
}

fn of_the_rows(context: &mut Context) -> Result<Vec<Finding>> {
    let now = context.env.now;
    let mut findings = context.store.read(|tx| Ok(check::run(tx, now)?))?;
    findings.extend(late_sweeps(context)?);
    findings.extend(scrub::finding(context)?);
    findings.extend(open_file(context.store.location()));
    findings.extend(match audit::verify(context) {
        Ok((_, finding)) => finding,
        // Without the secret file, the other findings are still useful.
        Err(refusal) if refusal.code == Code::StoreUnavailable => Some(Finding {
            check: "audit_unverified",
            message: text!("the-audit-log-cant-be-verified", message = refusal.message),
            record_id: None,
        }),
        Err(refusal) => return Err(refusal),
    });
    Ok(findings)
}

/// Reports a book file that others than its owner may read. Only a notice, because it may be intended.
fn open_file(book: &Location) -> Option<Finding> {
    match book {
        Location::File(path) if others_may(path) => {
            let path = path.display();
            let message = text!("may-be-read-by-others-than-its-owner", path, path2 = path);
            Some(Finding { check: FILE_OPEN, message, record_id: None })
        }
        _ => None,
    }
}

/// Reports clinics whose due messages have waited too long for a sweep, except clinics that have never swept
/// and use only `print`: they may not use messages.
fn late_sweeps(context: &mut Context) -> Result<Vec<Finding>> {
    let Context { store, env } = context;
    let now = env.now;
    store.read(|tx| {
        let mut findings = Vec::new();
        for clinic in directory::clinics(tx)? {
            let zone = env.zones.get(&clinic.settings.timezone)?;
            let prints = clinic.settings.reminder_channels.iter().all(|channel| channel == PRINT);
            let (since, last) = match heartbeat::of(tx, &clinic.id, now)? {
                Heartbeat::Late { waiting_since, last_sweep } => {
                    (waiting_since, text!("the-last-sweep-ended-at", last_sweep = zone.rfc3339(last_sweep)))
                }
                Heartbeat::Never { waiting_since } if !prints => {
                    (waiting_since, text!("there-never-was-a-sweep").to_owned())
                }
                _ => continue,
            };
            let message = text!(
                "messages-of-clinic-wait-since-and-does-cron",
                code = clinic.code,
                since = zone.rfc3339(since),
                last
            );
            findings.push(Finding { check: SWEEP_LATE, message, record_id: Some(clinic.id) });
        }
        Ok(findings)
    })
}
