//! `turno db backup`, `db restore` and `db check`.

use crate::app::Context;
use crate::app::upkeep::backup::Whereto;
use crate::app::upkeep::restore::Fit;
use crate::app::upkeep::{backup, restore, rotate};
use crate::domain::refusal::{Code, Refusal};
use crate::input::prompts;
use crate::input::session::Session;
use crate::output::{Answer, Face, backup as face, printable};
use crate::platform::config::variable;
use crate::platform::error::Result;
use crate::platform::secrets::{SHORTEST, Secrets, passphrase_of};
use crate::store::Location;
use crate::store::backup::{Candidate, Facts, Present};
use clap::Args;
use dialoguer::Password;
use std::path::{Path, PathBuf};
use zeroize::Zeroizing;

/// `turno db backup`
#[derive(Debug, Args)]
pub struct BackupArgs {
    /// The file to make; with --keep the directory to make one in
    #[arg(value_name = "FILE|DIR")]
    pub path: PathBuf,
    /// Name the file after clinic and time, and keep so many of this book's backups in the directory
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..))]
    pub keep: Option<u16>,
    /// Replace an earlier backup
    #[arg(long, conflicts_with = "keep")]
    pub force: bool,
    /// Put the secret file into the backup, sealed by a passphrase
    #[arg(long)]
    pub with_key: bool,
    /// The passphrase: the first line of a file that only its owner may read [default: asked for, or TURNO_PASSPHRASE]
    #[arg(long, value_name = "FILE", requires = "with_key")]
    pub passphrase_file: Option<PathBuf>,
}

/// `turno db restore`
#[derive(Debug, Args)]
pub struct RestoreArgs {
    /// The file that the book comes back from
    #[arg(value_name = "FILE")]
    pub file: PathBuf,
    /// Replace the book without asking
    #[arg(long)]
    pub force: bool,
    /// The passphrase of the secret file in the backup: the first line of a file that only its owner may read [default: asked for, or TURNO_PASSPHRASE]
    #[arg(long, value_name = "FILE")]
    pub passphrase_file: Option<PathBuf>,
}

/// What has to be typed before a book is replaced.
const CONSENT: &str = "restore";

pub(crate) fn backup(session: &Session, args: &BackupArgs) -> Result<Answer> {
    let BackupArgs { path, keep, force, with_key, passphrase_file } = args;
    let mut context = session.open()?;
    let whereto = match keep {
        Some(keep) => Whereto::Rotation(path.clone(), usize::from(*keep)),
        None => Whereto::File(path.clone(), *force),
    };
    let asks = session.may_ask() && !session.printer.quiet;
    let asked = || prompts::agrees(session, text!("put-the-secret-file-into-the-backup-sealed"), false);
    let sealed = match *with_key || (asks && asked()) {
        true => {
            let passphrase = new_passphrase(session, passphrase_file.as_deref())?;
            Some(backup::seal(&mut context, &passphrase)?)
        }
        false => None,
    };
    let done = backup::make(&mut context, &whereto, sealed.as_deref())?;
    let answer = Answer::new(face::made(&done), Face::Record);
    Ok(match sealed {
        Some(_) => answer.hint(text!("keep-the-passphrase-elsewhere-without-it-the-secret")),
        None => answer.hint(where_the_secret_is(&done.made.facts, &context.env.secrets)),
    })
}

pub(crate) fn rotate_secret(session: &Session) -> Result<Answer> {
    let rotated = rotate::rotate(&mut session.open()?)?;
    let answer = Answer::new(face::rotated(&rotated), Face::Record);
    let answer = match &rotated.kept {
        Some(kept) => answer.hint(text!("backups-made-before-need-the-secret-in", kept = kept.display())),
        None => answer,
    };
    Ok(answer.hint(text!("keep-a-copy-of-the-new-secret", path = rotated.secret_file.display())))
}

/// What a backup without the secret file needs besides.
fn where_the_secret_is(facts: &Facts, secrets: &Secrets) -> String {
    let path = secrets.path().display();
    match (&facts.secret_check, secrets.fingerprint()) {
        (Some(check), Ok(own)) if own != *check => {
            text!("the-secret-file", path)
        }
        (Some(_), Err(_)) => {
            text!("the-secret-file-is-not-in-it-and-cant-be-read", path)
        }
        _ => text!("the-secret-file-is-not-in-it-keep", path),
    }
}

fn new_passphrase(session: &Session, file: Option<&Path>) -> Result<Zeroizing<String>> {
    let passphrase = passphrase(session, file, "Passphrase", true)?;
    if passphrase.chars().count() < SHORTEST {
        return Err(Refusal::invalid("passphrase", text!("has-fewer-than-characters", shortest = SHORTEST))
            .hint(text!("several-words-are-easy-to-keep-and-hard")));
    }
    Ok(passphrase)
}

/// The passphrase of the file that was named, of the environment, or as it is typed.
fn passphrase(
    session: &Session,
    file: Option<&Path>,
    prompt: &str,
    twice: bool,
) -> Result<Zeroizing<String>> {
    if let Some(file) = file {
        return passphrase_of(file);
    }
    if let Some(word) = variable("TURNO_PASSPHRASE").and_then(|word| word.into_string().ok()) {
        return Ok(Zeroizing::new(word));
    }
    let mut question = Password::new().with_prompt(prompt);
    if twice {
        question = question.with_confirmation(text!("the-same-again"), text!("they-differ"));
    }
    let typed = if session.may_ask() { question.interact().ok() } else { None };
    typed.map(Zeroizing::new).ok_or_else(|| {
        Refusal::invalid("passphrase", text!("is-needed"))
            .hint(text!("give-it-in-turno_passphrase-or-in-a-file"))
    })
}

pub(crate) fn restore(session: &Session, args: &RestoreArgs) -> Result<Answer> {
    let RestoreArgs { file, force, passphrase_file } = args;
    let config = session.config()?;
    let mut env = session.env(config)?;
    let target = session.location()?;
    backup::refuse_itself(&target, file, "file")?;
    ask_for_keys(session, &target)?;
    let mut candidate = Candidate::read(file, &restore::workshop(&target))?;
    let fit = restore::fit(&candidate.facts, &env.secrets)?;
    if fit == Fit::Sealed {
        let prompt = text!("passphrase-of-the-secret-file-in-the-backup");
        let passphrase = passphrase(session, passphrase_file.as_deref(), prompt, false)?;
        env.secrets = restore::unseal(&candidate.facts, env.secrets.path(), &passphrase)?;
    }
    let env = restore::verify(&mut candidate, env)?;
    let present = restore::at_place(&target)?;
    if !force && !matches!(present, Present::Nothing) {
        consent(session, &face::before(&candidate.facts, file, &present, &target.to_string()))?;
    }
    let restored = restore::put(candidate, &env, &target, file, fit == Fit::Sealed)?;
    let mut answer = Answer::new(face::restored(&restored), Face::Record);
    if let Some(kept) = restored.kept.first() {
        answer = answer.hint(text!("the-book-that-was-replaced-is-kept-in", kept = kept.display()));
    }
    if let Some((path, replaced)) = &restored.secret {
        answer = answer.hint(match replaced {
            Some(aside) => text!(
                "is-the-backups-secret-file-now-the-one",
                path = path.display(),
                aside = aside.display()
            ),
            None => text!("was-made-from-the-backup", path = path.display()),
        });
    }
    Ok(answer.hint(text!("messages-that-went-out-since-the-backup")))
}

/// Has the book that would be replaced ask for its keys. One that is not there or damaged has nobody
/// to ask; one that is only busy, or can't be read just now, has.
fn ask_for_keys(session: &Session, target: &Location) -> Result<()> {
    match session.open() {
        Ok(Context { mut store, env }) => match store.read(|tx| env.whole_book(tx)) {
            Err(refusal) if refusal.code == Code::StoreCorrupt => Ok(()),
            answer => answer,
        },
        Err(refusal) if refusal.code == Code::StoreBusy => Err(refusal),
        Err(refusal) => match restore::at_place(target) {
            Ok(Present::Nothing | Present::Damaged(_)) => Ok(()),
            // If there is no file, its path is the problem: report that error.
            Err(trouble) if matches!(target, Location::File(path) if !path.exists()) => Err(trouble),
            Ok(Present::Book(_)) | Err(_) => Err(refusal),
        },
    }
}

/// Asks for consent, in a word that nobody types by accident.
fn consent(session: &Session, [holds, replaces]: &[String; 2]) -> Result<()> {
    if !session.may_ask() {
        return Err(Refusal::invalid("force", text!("is-needed-there-is-a-book-that-would"))
            .detail("holds", holds.as_str())
            .detail("replaces", replaces.as_str())
            .hint(text!("look-at-what-would-be-replaced-then-add")));
    }
    for line in [text!("restored-would-be", book = holds), text!("replaced-would-be", book = replaces)] {
        session.printer.talk(&format!("{}\n", printable(&line)));
    }
    match prompts::types(CONSENT) {
        true => Ok(()),
        false => Err(Refusal::invalid("force", text!("was-not-given-nothing-was-changed"))),
    }
}
