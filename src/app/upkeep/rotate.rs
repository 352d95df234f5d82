//! Gives the book a new secret: everything sealed or signed under the old one is sealed or signed again.
//!
//! The new secret is first written to a file beside the old one, and replaces it after the commit. If a run
//! is cut short in between, the next command finds out which of the two is the book's and puts it in place.

use crate::app::exchange::webhook::{OLD_SECRET, SECRET};
use crate::app::patients::privacy::scrub;
use crate::app::upkeep::audit;
use crate::app::upkeep::backup::stamp;
use crate::app::{Context, Env};
use crate::domain::refusal::{Code, Refusal};
use crate::platform::error::Result;
use crate::platform::secrets::{Secrets, left_aside};
use crate::store::audit::{BOOK, Draft, Link, Place};
use crate::store::backup::{book_id, free_name};
use crate::store::engine::Scrub;
use crate::store::rotation::SealedEndpoint;
use crate::store::{Ending, Tx, meta, replies, rotation};
use std::path::PathBuf;

const ROTATED: &str = "book.secret_rotated";
/// Patients loaded at a time.
const AT_A_TIME: i64 = 200;

/// The result of a rotation.
#[derive(Debug, Clone, Default)]
pub struct Rotated {
    /// The secret file.
    pub secret_file: PathBuf,
    /// The file that keeps the old secret; `None` if another program put the new one in place.
    pub kept: Option<PathBuf>,
    /// Number of national IDs sealed again.
    pub national_ids: u64,
    /// Number of webhook endpoints whose secrets were sealed again.
    pub webhooks: u64,
    /// Number of audit entries signed again.
    pub entries: i64,
}

/// Gives the book a new secret.
pub fn rotate(context: &mut Context) -> Result<Rotated> {
    let Context { store, env } = context;
    store.read(|tx| {
        env.whole_book(tx)?;
        env.check_secret(tx)
    })?;
    let next = env.secrets.make_next()?;
    store.expect_many();
    let rotated = store.write(Ending::Commit, |tx| rotate_in(tx, env, &next))?;
    let (path, aside) = (env.secrets.path().to_owned(), aside(env));
    let place = next.path().to_owned();
    let kept = env.secrets.succeed(next, &aside).map_err(|refusal| {
        Refusal::new(Code::StoreUnavailable, left_aside(&refusal, &place))
            .detail("outcome", "saved")
            .hint(text!("mend-what-stands-in-the-way-any-command"))
    })?;
    env.forget_secret();
    // Until the scrub has run, free pages still hold values sealed under the old secret.
    let waits = match scrub::run(context) {
        Ok(Scrub::Waits(why)) => Some(why),
        Ok(Scrub::Done | Scrub::ButSamples) => None,
        Err(problem) => Some(problem.message),
    };
    if let Some(why) = waits {
        context.env.warn(text!("what-was-sealed-under-the-old-secret-may-lie", why));
    }
    Ok(Rotated { secret_file: path, kept: kept.then_some(aside), ..rotated })
}

/// Returns the name of the file that keeps the old secret.
fn aside(env: &Env) -> PathBuf {
    free_name(env.secrets.path(), &format!(".replaced-{}", stamp(env.now)))
}

fn rotate_in(tx: &mut Tx<'_>, env: &Env, next: &Secrets) -> Result<Rotated> {
    env.whole_book(tx)?;
    let check = next.fingerprint()?;
    if meta::get(tx, meta::SECRET_CHECK)?.as_ref() == Some(&check) {
        return Err(Refusal::new(
            Code::StoreBusy,
            text!("another-program-has-just-given-the-book-a-new-secret"),
        )
        .hint(text!("it-has-one-now-nothing-is-left-to-do")));
    }
    env.forget_secret();
    env.check_secret(tx)?;
    // Verify first: under the new secret, tampered entries would look right.
    let (entries, finding) = audit::verify_tx(tx, env)?;
    if let Some(finding) = finding {
        return Err(Refusal::new(Code::StoreCorrupt, finding.message)
            .hint(text!("nothing-was-changed-look-at-audit-verify")));
    }
    let national_ids = reseal_ids(tx, env, next)?;
    let webhooks = reseal_endpoints(tx, env, next)?;
    reseal_texts(tx, env, next)?;
    if let Some(id) = book_id(tx)? {
        rotation::keep_id(tx, &id)?;
    }
    let key = next.audit_key()?;
    let ends = rotation::sign_anew(tx, |bytes| key.sign(bytes))?;
    meta::set(tx, meta::SECRET_CHECK, &check)?;
    // Record the last codes under the old secret, for those who noted them elsewhere.
    let end = |Link { chain, seq, mac }: Link| serde_json::json!({ "chain": chain, "seq": seq, "mac": mac });
    let ends: Vec<serde_json::Value> = ends.into_iter().map(end).collect();
    let before = serde_json::json!({ "chains": ends }).to_string();
    let after = serde_json::json!({ "national_ids": national_ids, "webhooks": webhooks, "entries": entries });
    let draft = Draft {
        at: env.now,
        actor: env.actor(),
        clinic_id: None,
        action: ROTATED,
        kind: "book",
        record_id: "book",
        note: None,
        before: Some(before),
        after: Some(after.to_string()),
    };
    let seq = env.log_under(next, tx, draft)?;
    scrub::note(tx, env.now, &Place { chain: BOOK.to_owned(), seq })?;
    Ok(Rotated { national_ids, webhooks, entries, ..Rotated::default() })
}

fn reseal_ids(tx: &mut Tx<'_>, env: &Env, next: &Secrets) -> Result<u64> {
    const COLUMN: &str = "national_id";
    let (mut count, mut last) = (0, String::new());
    loop {
        let page = rotation::national_ids(tx, &last, AT_A_TIME)?;
        for held in &page {
            let plain = env.secrets.open(COLUMN, &held.id, &held.sealed)?;
            let sealed = next.seal(COLUMN, &held.id, &plain)?;
            rotation::reseal_id(tx, &held.id, &sealed, &next.lookup(&held.clinic_id, &plain)?)?;
            count += 1;
        }
        match page.last() {
            Some(held) => last.clone_from(&held.id),
            None => return Ok(count),
        }
    }
}

fn reseal_endpoints(tx: &mut Tx<'_>, env: &Env, next: &Secrets) -> Result<u64> {
    let endpoints = rotation::endpoints(tx)?;
    for SealedEndpoint { id, secret, old } in &endpoints {
        let anew = |column, sealed: &Vec<u8>| next.seal(column, id, &env.secrets.open(column, id, sealed)?);
        let secret = anew(SECRET, secret)?;
        let old = old.as_ref().map(|old| anew(OLD_SECRET, old)).transpose()?;
        rotation::reseal_endpoint(tx, id, &secret, old.as_ref())?;
    }
    Ok(u64::try_from(endpoints.len()).unwrap_or(u64::MAX))
}

/// Seals the texts of patients' answers, and of answers to them, under the new secret.
fn reseal_texts(tx: &mut Tx<'_>, env: &Env, next: &Secrets) -> Result<()> {
    for (table, column) in replies::TEXTS {
        let (place, mut last) = (format!("{table}.{column}"), String::new());
        loop {
            let page = replies::texts(tx, (table, column), &last, AT_A_TIME)?;
            for held in &page {
                let plain = env.secrets.open(&place, &held.id, &held.sealed)?;
                let sealed = next.seal(&place, &held.id, &plain)?;
                replies::reseal(tx, (table, column), &held.id, &sealed)?;
            }
            match page.last() {
                Some(held) => last.clone_from(&held.id),
                None => break,
            }
        }
    }
    Ok(())
}

/// Completes a rotation that was cut short after its commit, if the waiting secret is the book's.
pub fn finish(context: &mut Context) {
    let Context { store, env } = context;
    let Some(next) = env.secrets.next() else { return };
    // If the book cannot be read, the command itself reports that.
    let Ok(Some(noted)) = store.read(|tx| Ok(meta::get(tx, meta::SECRET_CHECK)?)) else { return };
    if next.fingerprint().ok() != Some(noted) {
        return;
    }
    let (path, place, aside) = (env.secrets.path().to_owned(), next.path().to_owned(), aside(env));
    match env.secrets.succeed(next, &aside) {
        Ok(true) => env.warn(text!(
            "a-rotation-that-was-cut-short-is-ended",
            path = path.display(),
            aside = aside.display()
        )),
        Ok(false) => {}
        Err(refusal) => {
            env.warn(left_aside(&refusal, &place));
            env.secrets.switch(Secrets::new(place));
        }
    }
}
