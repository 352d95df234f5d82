//! Reading the audit log, and holding it against its own chain.

use crate::app::{Context, Env, find};
use crate::domain::time::{Instant, Zone};
use crate::error::Result;
use crate::store::Store;
use crate::store::audit::{self, Draft, Entry, Filter, Link, covered};
use crate::store::check::Finding;

/// Which entries.
#[derive(Debug, Clone, Default)]
pub struct LogRequest {
    /// Of that record: an appointment's id or code, or any record's id.
    pub record: Option<String>,
    /// By that actor.
    pub actor: Option<String>,
    /// Not before.
    pub since: Option<Instant>,
    /// At most so many, the newest.
    pub limit: i64,
}

/// The newest entries, oldest first, and the clinic's zone.
///
/// # Errors
/// `RESOURCE_NOT_FOUND` for an appointment that is named by its code.
pub fn log(context: &mut Context, request: &LogRequest) -> Result<(Vec<Entry>, Zone)> {
    let Context { store, env } = context;
    store.read(|tx| {
        let desk = env.desk(tx)?;
        let record_id = match &request.record {
            Some(word) if crate::domain::ids::is_id(word.trim()) => Some(word.trim().to_lowercase()),
            Some(word) => Some(find::visit(tx, &env.zones, &desk, word)?.appointment.id),
            None => None,
        };
        let filter =
            Filter { record_id, actor: request.actor.clone(), since: request.since, limit: request.limit };
        Ok((audit::newest(tx, &desk.clinic.id, &filter)?, desk.zone))
    })
}

/// Holds every entry against the chain; answers how many there are and the first that is wrong.
///
/// # Errors
/// `STORE_UNAVAILABLE` where the secret file is missing or not the book's.
pub fn verify(context: &mut Context) -> Result<(i64, Option<Finding>)> {
    verify_in(&mut context.store, &context.env)
}

/// As [`verify`], for a book that is not the command's own.
///
/// # Errors
/// As [`verify`].
pub fn verify_in(store: &mut Store, env: &Env) -> Result<(i64, Option<Finding>)> {
    const AT_A_TIME: i64 = 1000;
    store.read(|tx| {
        env.check_secret(tx)?;
        let key = env.secrets.audit_key()?;
        let (mut seq, mut previous) = (0, String::new());
        loop {
            let entries = audit::from(tx, seq + 1, AT_A_TIME)?;
            let count = entries.len();
            for entry in entries {
                if entry.seq != seq + 1
                    || key.sign(&covered(entry.seq, &previous, &draft(&entry))) != entry.mac
                {
                    return Ok((seq, Some(broken(&entry, seq))));
                }
                (seq, previous) = (entry.seq, entry.mac);
            }
            if count < usize::try_from(AT_A_TIME).unwrap_or(usize::MAX) {
                break;
            }
        }
        let head = audit::head(tx)?.unwrap_or_default();
        let cut = (head != Link { seq, mac: previous }).then(|| Finding {
            check: "audit_head",
            message: format!("the log ends at entry {seq}, but its head is at entry {}", head.seq),
            record_id: None,
        });
        Ok((seq, cut))
    })
}

fn broken(entry: &Entry, last_good: i64) -> Finding {
    let message = if entry.seq == last_good + 1 {
        format!("entry {} is not as it was written", entry.seq)
    } else {
        format!("after entry {last_good} comes entry {}: entries are missing", entry.seq)
    };
    Finding { check: "audit_chain", message, record_id: Some(entry.record_id.clone()) }
}

fn draft(entry: &Entry) -> Draft<'_> {
    Draft {
        at: entry.at,
        actor: &entry.actor,
        clinic_id: entry.clinic_id.as_deref(),
        action: &entry.action,
        kind: &entry.kind,
        record_id: &entry.record_id,
        note: entry.note.as_deref(),
        before: entry.before.clone(),
        after: entry.after.clone(),
    }
}
