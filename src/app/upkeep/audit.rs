//! Reads the audit log and verifies its chains.

use crate::app::access::find;
use crate::app::access::find::Spoken;
use crate::app::{Context, Desk, Env};
use crate::domain::ids::is_id;
use crate::domain::record::{Branch, Clinic, Doctor, Patient, Service};
use crate::domain::refusal::{Code, Detail, Refusal};
use crate::domain::series::Series;
use crate::domain::time::{Instant, Zone};
use crate::domain::waitlist::Entry as Waiting;
use crate::domain::webhook::Webhook;
use crate::domain::window::{Closure, Window};
use crate::platform::error::Result;
use crate::platform::secrets::AuditKey;
use crate::store::Store;
use crate::store::audit::{self, BOOK, Entry, Filter, Link, Place};
use crate::store::chain_head::{self, Head};
use crate::store::check::{Finding, without_history};
use crate::store::record::Stored;
use crate::store::{Tx, directory, redact};
use std::collections::{BTreeMap, BTreeSet};

mod records;
pub use records::{Compared, compare};

/// Filters for the audit log.
#[derive(Debug, Clone, Default)]
pub struct LogRequest {
    /// Only this record: any record's id, or the word that its own commands accept.
    pub record: Option<String>,
    /// Only this actor.
    pub actor: Option<String>,
    /// Only this action (`patient.shown`), or all actions on this kind of record (`patient`).
    pub action: Option<String>,
    /// Earliest time, inclusive.
    pub since: Option<Instant>,
    /// Latest time, inclusive.
    pub until: Option<Instant>,
    /// Maximum number of entries; the newest are returned.
    pub limit: i64,
}

/// Returns the newest matching entries, oldest first, and the clinic's zone.
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

struct Named {
    kind: &'static str,
    id: String,
    code: String,
}

/// Resolves a word to a record's id: an id, a code, a name or a phone. A record with the id need not exist:
/// purged records still have entries.
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

/// Verifies every chain; returns the number of verified entries and the first finding.
pub fn verify(context: &mut Context) -> Result<(i64, Option<Finding>)> {
    let Context { store, env } = context;
    store.read(|tx| env.whole_book(tx))?;
    verify_in(store, env)
}

/// Like [`verify`], for a store that is not the command's own, without the access check.
pub fn verify_in(store: &mut Store, env: &Env) -> Result<(i64, Option<Finding>)> {
    store.read(|tx| verify_tx(tx, env))
}

/// Like [`verify_in`], inside a transaction.
pub(crate) fn verify_tx(tx: &mut Tx<'_>, env: &Env) -> Result<(i64, Option<Finding>)> {
    env.check_secret(tx)?;
    let mut log = Log { key: env.secrets.audit_key()?, ends: Vec::new(), erasures: BTreeMap::new() };
    let finding = wrong(tx, &mut log)?;
    Ok((log.ends.iter().map(|end| end.seq).sum(), finding))
}

/// Returns the first finding: a wrong entry, a wrong head, or a record without an entry.
fn wrong(tx: &mut Tx<'_>, log: &mut Log<'_>) -> Result<Option<Finding>> {
    // The table of heads may be missing or have another structure.
    let heads = match tx.nested(|tx| Ok(chain_head::all(tx)?)) {
        Err(refusal) if matches!(refusal.code, Code::StoreCorrupt | Code::Internal) => None,
        answer => Some(answer?),
    };
    let mut chains: BTreeSet<String> = audit::chains(tx)?.into_iter().collect();
    chains.insert(BOOK.to_owned());
    chains.extend(heads.iter().flatten().map(|head| head.link.chain.clone()));
    // The book's chain comes first: erasures in clinics' chains may have emptied entries of it.
    for chain in chains {
        if let Some((message, record_id)) = log.walk(tx, chain.clone())? {
            return found(tx, "audit_chain", &chain, message, Some(record_id)).map(Some);
        }
    }
    if let Some((Place { chain, seq: by }, (emptied, _))) = log.erasures.first_key_value() {
        let seq = log.ends.iter().find(|end| end.chain == *chain).map_or(0, |end| end.seq);
        let message = text!("entry-was-emptied-by-entry-but-the-log", emptied, by, seq);
        return found(tx, "audit_chain", chain, message, None).map(Some);
    }
    // The book's head comes last, because it covers all chains: report a fault of one chain first.
    for end in log.ends.iter().filter(|end| end.chain != BOOK).chain(log.ends.first()) {
        if let Some(message) = wrong_head(log.key, heads.as_deref(), end) {
            return found(tx, "audit_head", &end.chain, message, None).map(Some);
        }
    }
    let entries: i64 = log.ends.iter().map(|end| end.seq).sum();
    let Some((kind, id)) = without_history(tx)? else { return Ok(None) };
    let message = text!("the-log-has-entries-but-knows-nothing", entries, kind, id);
    Ok(Some(Finding { check: "audit_missing", message, record_id: Some(id) }))
}

/// Builds a finding; its message names the clinic of the chain.
fn found(
    tx: &mut Tx<'_>,
    check: &'static str,
    chain: &str,
    message: String,
    record_id: Option<String>,
) -> Result<Finding> {
    let message = match directory::clinic(tx, chain)? {
        _ if chain == BOOK => message,
        Some(clinic) => text!("clinic-finding", clinic = clinic.code, message),
        None => text!("clinic-finding", clinic = chain, message),
    };
    Ok(Finding { check, message, record_id })
}

/// State of the verification.
struct Log<'a> {
    key: &'a AuditKey,
    /// Last verified entry of each chain, the book's first.
    ends: Vec<Link>,
    /// Erasures not reached yet, each with the first entry that it emptied and the number of them.
    erasures: BTreeMap<Place, (i64, u64)>,
}

impl Log<'_> {
    /// Walks a chain; returns the first fault and the id of the record concerned.
    fn walk(&mut self, tx: &mut Tx<'_>, chain: String) -> Result<Option<(String, String)>> {
        const AT_A_TIME: i64 = 1000;
        // Start below 1, so that foreign entries with such numbers are found.
        let mut next = i64::MIN;
        let mut end = Link { chain, ..Link::default() };
        let mut is_last = false;
        while !is_last {
            let entries = audit::from(tx, &end.chain, next, AT_A_TIME)?;
            is_last = entries.len() < usize::try_from(AT_A_TIME).unwrap_or(usize::MAX);
            for entry in entries {
                if let Some(message) = self.wrong(&end, &entry) {
                    self.ends.push(end);
                    return Ok(Some((message, entry.record_id)));
                }
                next = entry.seq.saturating_add(1);
                (end.seq, end.mac) = (entry.seq, entry.mac);
            }
        }
        self.ends.push(end);
        Ok(None)
    }

    /// Returns what is wrong with the next entry, if anything.
    fn wrong(&mut self, end: &Link, entry: &Entry) -> Option<String> {
        let (seq, last) = (entry.seq, end.seq);
        if seq <= last {
            return Some(text!("entry-is-none-of-this-log", seq));
        }
        if seq > last + 1 {
            return Some(text!("after-entry-comes-entry-entries-are-missing", last, seq));
        }
        match entry.erasure() {
            None => {
                let is_right = entry.is_as_written(&end.mac, |bytes| self.key.sign(bytes));
                if !is_right || entry.redaction_mac.is_some() || entry.redacted_in.is_some() {
                    return Some(text!("entry-is-not-as-it-was-written", seq));
                }
            }
            Some(by) => {
                let code = self.key.sign(&redact::covered(entry, &by));
                let comes_later = by > entry.place() && (by.chain == entry.chain || entry.chain == BOOK);
                if !comes_later || !redact::is_empty(entry) || entry.redaction_mac.as_ref() != Some(&code) {
                    return Some(text!("entry-is-not-as-its-erasure-left-it", seq));
                }
                self.erasures.entry(by).or_insert((seq, 0)).1 += 1;
            }
        }
        let emptied = self.erasures.remove(&entry.place());
        if !redact::is_erasure(&entry.action) {
            let wrong = |(first, _): (i64, u64)| text!("entry-was-emptied-by-entry", first, seq);
            return emptied.map(wrong);
        }
        let count = emptied.map_or(0, |(_, count)| count);
        // Entries refilled from a backup would verify, so compare the number of empty ones, too.
        match erased_entries(entry) {
            Some(said) if said != count => {
                Some(text!("entry-emptied-entries-but-are-empty", seq, said, count))
            }
            _ => None,
        }
    }
}

/// Returns the number of entries that an erasure emptied; `None` if the erasure was emptied itself.
fn erased_entries(entry: &Entry) -> Option<u64> {
    let facts: serde_json::Value = serde_json::from_str(entry.after.as_deref()?).ok()?;
    facts.get("entries")?.as_u64()
}

/// Checks that a chain's head names the last entry and is signed; returns what is wrong.
fn wrong_head(key: &AuditKey, heads: Option<&[Head]>, end: &Link) -> Option<String> {
    let seq = end.seq;
    let Some(heads) = heads else { return Some(text!("the-log-ends-at-entry-but-its-head", seq)) };
    let Some(Head { link, signature }) = heads.iter().find(|head| head.link.chain == end.chain) else {
        let is_begun = seq > 0 || !heads.is_empty();
        return is_begun.then(|| text!("the-log-ends-at-entry-but-its-head-is-gone", seq));
    };
    if link.seq != seq {
        let at = link.seq;
        return Some(text!("the-log-ends-at-entry-but-its-head-is-at-entry", seq, at));
    }
    if link != end {
        return Some(text!("the-logs-head-is-not-that-of-entry", seq));
    }
    let others: Vec<String> = chain_head::chains(heads).collect();
    if signature.as_ref() == Some(&key.sign(&chain_head::covered(link, &others))) {
        return None;
    }
    if end.chain == BOOK {
        return Some(text!("the-books-head-was-not-signed-as-this-program").to_owned());
    }
    let wrong = text!("its-head-was-not-signed-as-this-program");
    Some(text!("the-log-ends-at-entry-but", seq, wrong))
}
