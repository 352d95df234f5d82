//! Reading the audit log, and holding it against its own chain.

use crate::app::find::Spoken;
use crate::app::{Context, Desk, Env, find};
use crate::domain::ids::is_id;
use crate::domain::record::{Branch, Clinic, Doctor, Patient, Service};
use crate::domain::refusal::{Code, Detail, Refusal};
use crate::domain::series::Series;
use crate::domain::time::{Instant, Zone};
use crate::domain::waitlist::Entry as Waiting;
use crate::domain::webhook::Webhook;
use crate::domain::window::{Closure, Window};
use crate::error::Result;
use crate::secrets::AuditKey;
use crate::store::Store;
use crate::store::audit::{self, Entry, Filter, Link};
use crate::store::check::{Finding, without_history};
use crate::store::head::{self, Head};
use crate::store::record::Stored;
use crate::store::{Tx, directory, redact};
use std::collections::BTreeMap;

mod records;
pub use records::{Compared, compare};

/// Which entries.
#[derive(Debug, Clone, Default)]
pub struct LogRequest {
    /// Of that record: any record's id, or the word that its own commands take.
    pub record: Option<String>,
    /// By that actor.
    pub actor: Option<String>,
    /// That act (`patient.shown`), or all acts on that kind of record (`patient`).
    pub action: Option<String>,
    /// Not before.
    pub since: Option<Instant>,
    /// Not after.
    pub until: Option<Instant>,
    /// At most so many, the newest.
    pub limit: i64,
}

/// The newest entries, oldest first, and the clinic's zone.
pub fn log(context: &mut Context, request: &LogRequest) -> Result<(Vec<Entry>, Zone)> {
    context.read(|tx, env, desk| {
        let filter = Filter {
            record_id: request.record.as_deref().map(|word| record_id(tx, env, &desk, word)).transpose()?,
            actor: request.actor.clone(),
            action: request.action.clone(),
            since: request.since,
            until: request.until,
            limit: request.limit,
        };
        Ok((audit::newest(tx, &desk.clinic.id, &filter)?, desk.zone))
    })
}

/// A record that a word names.
struct Named {
    kind: &'static str,
    id: String,
    code: String,
}

/// The id that a word stands for: itself, the one record with that code, or the one with that name
/// or phone. An id needs no record any more: what was purged has its entries still.
fn record_id(tx: &mut Tx<'_>, env: &Env, desk: &Desk, word: &str) -> Result<String> {
    let word = word.trim();
    if is_id(word) {
        return Ok(word.to_lowercase());
    }
    let mut found = Vec::new();
    if let Some(visit) = optional(find::exact_visit(tx, &env.zones, desk, word))? {
        found.push(Named { kind: "appointment", id: visit.appointment.id, code: visit.appointment.code });
    }
    named::<Patient>(tx, desk, word, &mut found)?;
    named::<Doctor>(tx, desk, word, &mut found)?;
    named::<Service>(tx, desk, word, &mut found)?;
    named::<Branch>(tx, desk, word, &mut found)?;
    named::<Window>(tx, desk, word, &mut found)?;
    named::<Closure>(tx, desk, word, &mut found)?;
    named::<Waiting>(tx, desk, word, &mut found)?;
    named::<Series>(tx, desk, word, &mut found)?;
    named::<Webhook>(tx, desk, word, &mut found)?;
    if directory::clinic(tx, word)?.is_some_and(|clinic| clinic.id == desk.clinic.id) {
        found.push(Named { kind: Clinic::KIND, id: desk.clinic.id.clone(), code: desk.clinic.code.clone() });
    }
    if found.iter().any(|named| named.code.eq_ignore_ascii_case(word)) {
        found.retain(|named| named.code.eq_ignore_ascii_case(word));
    }
    match (found.pop(), found.len()) {
        (Some(only), 0) => Ok(only.id),
        (None, _) => {
            let given = Patient::repeatable(desk, word);
            Err(Refusal::new(Code::ResourceNotFound, text!("no-record-goes-by", given))
                .detail("given", given)
                .hint(text!("give-an-appointments-code-another-records-code-name")))
        }
        (Some(last), _) => {
            found.push(last);
            Err(several(word, &found))
        }
    }
}

fn named<T: Spoken>(tx: &mut Tx<'_>, desk: &Desk, word: &str, found: &mut Vec<Named>) -> Result<()> {
    if let Some(record) = optional(find::exact::<T>(tx, desk, word))? {
        found.push(Named { kind: T::KIND, id: record.id().to_owned(), code: record.code().to_owned() });
    }
    Ok(())
}

fn optional<T>(answer: Result<T>) -> Result<Option<T>> {
    match answer {
        Err(refusal) if refusal.code == Code::ResourceNotFound => Ok(None),
        answer => answer.map(Some),
    }
}

fn several(word: &str, found: &[Named]) -> Refusal {
    let candidate = |named: &Named| {
        Detail::Map(BTreeMap::from([
            ("kind".to_owned(), named.kind.into()),
            ("id".to_owned(), named.id.as_str().into()),
            ("code".to_owned(), named.code.as_str().into()),
        ]))
    };
    let kinds: Vec<&str> = found.iter().map(|named| named.kind).collect();
    Refusal::new(Code::Ambiguous, text!("names-a", word, a = kinds.join(" and a ")))
        .detail("candidates", Detail::List(found.iter().map(candidate).collect()))
        .hint(text!("say-which-by-its-id"))
}

/// Holds every entry against the chain; answers how many there are and the first that is wrong.
pub fn verify(context: &mut Context) -> Result<(i64, Option<Finding>)> {
    let Context { store, env } = context;
    store.read(|tx| env.whole_book(tx))?;
    verify_in(store, env)
}

/// As [`verify`], for a book that is not the command's own.
pub fn verify_in(store: &mut Store, env: &Env) -> Result<(i64, Option<Finding>)> {
    store.read(|tx| verify_tx(tx, env))
}

/// The same inside a transaction.
pub(in crate::app) fn verify_tx(tx: &mut Tx<'_>, env: &Env) -> Result<(i64, Option<Finding>)> {
    const AT_A_TIME: i64 = 1000;
    env.check_secret(tx)?;
    let key = env.secrets.audit_key()?;
    let mut chain = Chain { key, end: Link::default(), erasures: BTreeMap::new() };
    // From below the first: what was put there is none of ours.
    let mut next = i64::MIN;
    loop {
        let entries = audit::from(tx, next, AT_A_TIME)?;
        let count = entries.len();
        for entry in entries {
            if let Some(message) = chain.wrong(&entry) {
                let record_id = Some(entry.record_id);
                return Ok((chain.end.seq, Some(Finding { check: "audit_chain", message, record_id })));
            }
            next = entry.seq.saturating_add(1);
            chain.end = Link { seq: entry.seq, mac: entry.mac };
        }
        if count < usize::try_from(AT_A_TIME).unwrap_or(usize::MAX) {
            break;
        }
    }
    Ok((chain.end.seq, wrong_end(tx, &chain)?))
}

/// The chain as far as it was found to be right.
struct Chain<'a> {
    key: &'a AuditKey,
    end: Link,
    /// The erasures still to come, each with the first entry that names it, and how many do.
    erasures: BTreeMap<i64, (i64, u64)>,
}

impl Chain<'_> {
    /// What is wrong with the entry that comes next, if anything is.
    fn wrong(&mut self, entry: &Entry) -> Option<String> {
        let (seq, last) = (entry.seq, self.end.seq);
        if seq <= last {
            return Some(text!("entry-is-none-of-this-log", seq));
        }
        if seq > last + 1 {
            return Some(text!("after-entry-comes-entry-entries-are-missing", last, seq));
        }
        match entry.redacted_by {
            None => {
                let is_right = entry.is_as_written(&self.end.mac, |bytes| self.key.sign(bytes));
                if !is_right || entry.redaction_mac.is_some() {
                    return Some(text!("entry-is-not-as-it-was-written", seq));
                }
            }
            Some(by) => {
                let code = self.key.sign(&redact::covered(entry, by));
                if by <= seq || !redact::is_empty(entry) || entry.redaction_mac.as_ref() != Some(&code) {
                    return Some(text!("entry-is-not-as-its-erasure-left-it", seq));
                }
                self.erasures.entry(by).or_insert((seq, 0)).1 += 1;
            }
        }
        let emptied = self.erasures.remove(&seq);
        if !redact::is_erasure(&entry.action) {
            let wrong = |(first, _): (i64, u64)| text!("entry-was-emptied-by-entry", first, seq);
            return emptied.map(wrong);
        }
        let count = emptied.map_or(0, |(_, count)| count);
        // What an erasure emptied, a backup could fill again, and each entry would be as it was written.
        match erased_entries(entry) {
            Some(said) if said != count => {
                Some(text!("entry-emptied-entries-but-are-empty", seq, said, count))
            }
            _ => None,
        }
    }
}

/// How many entries an erasure says that it emptied; it may be emptied itself by now.
fn erased_entries(entry: &Entry) -> Option<u64> {
    let facts: serde_json::Value = serde_json::from_str(entry.after.as_deref()?).ok()?;
    facts.get("entries")?.as_u64()
}

/// What is wrong where the log ends, if anything is: entries that were cut off, or put out of sight.
fn wrong_end(tx: &mut Tx<'_>, chain: &Chain<'_>) -> Result<Option<Finding>> {
    let seq = chain.end.seq;
    let finding = |check, message, record_id| Ok(Some(Finding { check, message, record_id }));
    if let Some((by, (emptied, _))) = chain.erasures.first_key_value() {
        let message = text!("entry-was-emptied-by-entry-but-the-log", emptied, by, seq);
        return finding("audit_chain", message, None);
    }
    if let Some(message) = wrong_head(tx, chain)? {
        return finding("audit_head", message, None);
    }
    if let Some((kind, id)) = without_history(tx)? {
        let message = text!("the-log-ends-at-entry-but-knows-nothing", seq, kind, id);
        return finding("audit_missing", message, Some(id));
    }
    Ok(None)
}

/// What is wrong with the log's head, if anything is: it says which entry is the last, and is signed.
fn wrong_head(tx: &mut Tx<'_>, chain: &Chain<'_>) -> Result<Option<String>> {
    let seq = chain.end.seq;
    // Its table may be gone, or another's.
    let head = match tx.nested(|tx| Ok(head::noted(tx)?)) {
        Err(refusal) if matches!(refusal.code, Code::StoreCorrupt | Code::Internal) => {
            return Ok(Some(text!("the-log-ends-at-entry-but-its-head", seq)));
        }
        answer => answer?,
    };
    let Some(Head { link, signature }) = head else {
        return Ok((seq > 0).then(|| text!("the-log-ends-at-entry-but-its-head-is-gone", seq)));
    };
    if link.seq != seq {
        let at = link.seq;
        return Ok(Some(text!("the-log-ends-at-entry-but-its-head-is-at-entry", seq, at)));
    }
    if link != chain.end {
        return Ok(Some(text!("the-logs-head-is-not-that-of-entry", seq)));
    }
    let is_right = signature.is_some_and(|signature| signature == chain.key.sign(&head::covered(&link)));
    let wrong = text!("its-head-was-not-signed-as-this-program");
    Ok((!is_right).then(|| text!("the-log-ends-at-entry-but", seq, wrong)))
}
