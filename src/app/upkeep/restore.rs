//! Restores a book from a backup file: checks the file, then replaces the book and keeps the old one aside.

use crate::app::Env;
use crate::app::upkeep::audit;
use crate::app::upkeep::backup::stamp;
#[cfg(feature = "postgres")]
use crate::app::upkeep::copy;
use crate::domain::refusal::{Code, Refusal};
use crate::platform::error::Result;
use crate::platform::secrets::Secrets;
use crate::store::backup::{Candidate, Facts, Present, free_name, present, real};
use crate::store::{Ending, Location};
#[cfg(feature = "postgres")]
use crate::store::{Store, copy as rows};
use std::path::{Path, PathBuf};

/// The result of a restore.
#[derive(Debug, Clone)]
pub struct Restored {
    /// The location of the book.
    pub book: String,
    /// The backup file.
    pub from: PathBuf,
    /// Facts about the backup.
    pub facts: Facts,
    /// The files that keep the replaced book.
    pub kept: Vec<PathBuf>,
    /// The secret file, if the backup's secret was installed, and the file that keeps the old secret.
    pub secret: Option<(PathBuf, Option<PathBuf>)>,
}

/// How this machine's secret file and a book match.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fit {
    /// The secret file is the book's, or the book has no secret recorded.
    Fits,
    /// The secret file is missing or another one, but the book carries its own, sealed.
    Sealed,
}

/// Returns the directory to prepare the book in: beside the target, or a temporary one for a server.
pub fn workshop(target: &Location) -> PathBuf {
    match target {
        Location::File(path) => match real(path).parent() {
            Some(parent) if !parent.as_os_str().is_empty() => parent.to_owned(),
            _ => PathBuf::from("."),
        },
        #[cfg(feature = "postgres")]
        Location::Server(_) => std::env::temp_dir(),
    }
}

/// Returns what exists at the target; refuses a server database that has rows.
pub fn at_place(target: &Location) -> Result<Present> {
    match target {
        Location::File(path) => Ok(present(path)?),
        #[cfg(feature = "postgres")]
        Location::Server(_) => {
            let filled = Store::create(target)?.read(|tx| Ok(rows::filled(tx)?))?;
            match filled {
                None => Ok(Present::Nothing),
                Some(_) => Err(Refusal::invalid("db", text!("holds-a-book-already", target))
                    .hint(text!("on-a-server-a-book-is-restored-into"))),
            }
        }
    }
}

/// Compares this machine's secret file with the book's; refuses a mismatch without a sealed secret.
pub fn fit(facts: &Facts, secrets: &Secrets) -> Result<Fit> {
    let Some(check) = &facts.secret_check else { return Ok(Fit::Fits) };
    match secrets.fingerprint() {
        Ok(own) if own == *check => Ok(Fit::Fits),
        _ if facts.sealed.is_some() => Ok(Fit::Sealed),
        Ok(_) => Err(Refusal::new(
            Code::StoreUnavailable,
            text!("the-secret-file-is-not-the-one-that-this-backups", path = secrets.path().display()),
        )
        .hint(text!("nothing-was-changed-put-the-right-one-there"))),
        Err(refusal) => Err(refusal),
    }
}

/// Opens the sealed secret that the backup carries.
pub fn unseal(facts: &Facts, path: &Path, passphrase: &str) -> Result<Secrets> {
    let sealed = facts.sealed.as_deref().unwrap_or_default();
    let check = facts.secret_check.as_deref().unwrap_or_default();
    Secrets::unseal(path.to_owned(), sealed, check, passphrase)
}

/// Verifies the book's audit log.
pub fn verify(candidate: &mut Candidate, env: Env) -> Result<Env> {
    if candidate.facts.secret_check.is_none() {
        return Ok(env);
    }
    let finding = audit::verify_in(&mut candidate.store, &env)?.1;
    match finding {
        None => Ok(env),
        Some(finding) => {
            Err(Refusal::new(Code::StoreCorrupt, text!("the-backups-audit-log", message = finding.message))
                .hint(text!("nothing-was-changed-take-another-backup-or-look")))
        }
    }
}

/// Puts the book in place. On failure nothing is replaced, unless only installing the secret file fails.
pub fn put(
    mut candidate: Candidate,
    env: &Env,
    target: &Location,
    from: &Path,
    install: bool,
) -> Result<Restored> {
    let note = match candidate.facts.made_at {
        Some(at) => format!("{}, made {}", from.display(), stamp(at)),
        None => from.display().to_string(),
    };
    candidate
        .store
        .write(Ending::Commit, |tx| {
            Candidate::unsign(tx)?;
            env.note_book(tx, "book.restored", &note)
        })
        .map_err(nothing_yet)?;
    // Remove secrets that killed runs have left.
    env.secrets.clear();
    let end = format!(".replaced-{}", stamp(env.now));
    let facts = candidate.facts.clone();
    let staged = install.then(|| env.secrets.stage()).transpose()?;
    let kept = place(candidate, target, &end)?;
    let secret = match staged {
        Some(staged) => {
            let path = env.secrets.path();
            let aside = free_name(path, &end);
            let settled = env.secrets.settle(&staged, &aside);
            let replaced = settled.map_err(|refusal| without_secret(&refusal, &kept, path))?;
            Some((path.to_owned(), replaced.then_some(aside)))
        }
        None => None,
    };
    Ok(Restored { book: target.to_string(), from: from.to_owned(), facts, kept, secret })
}

/// Rewords a failed commit: the target was not touched yet, so certainly nothing was changed.
fn nothing_yet(mut refusal: Refusal) -> Refusal {
    if refusal.details.remove("outcome").is_some() {
        refusal.message = text!("because-nothing-was-changed", message = refusal.message);
        refusal.hint = Some(text!("look-after-the-disk-then-do-it-again").to_owned());
    }
    refusal
}

/// Returns the refusal for a book that is in place without its secret file.
fn without_secret(refusal: &Refusal, kept: &[PathBuf], secret: &Path) -> Refusal {
    let (secret, problem) = (secret.display(), &refusal.message);
    let message = match kept.first() {
        Some(kept) => text!("the-book-was-restored-the-one-before", kept = kept.display(), secret, problem),
        None => text!("the-book-was-restored-its-secret-file-could", secret, problem),
    };
    Refusal::new(Code::StoreUnavailable, message)
        .detail("outcome", "saved")
        .hint(text!("mend-what-stands-in-the-way-then-run"))
}

fn place(candidate: Candidate, target: &Location, end: &str) -> Result<Vec<PathBuf>> {
    match target {
        Location::File(path) => {
            let path = real(path);
            Ok(candidate.put(&path, &free_name(&path, end))?)
        }
        #[cfg(feature = "postgres")]
        Location::Server(_) => {
            let (mut from, mut to) = (candidate, Store::create(target)?);
            copy::copy(&mut from.store, &mut to, &mut |_| {}).map(|_| Vec::new())
        }
    }
}
