//! `turno setup`: a clinic set up from a file, by questions, or written as a file.

use crate::app::upkeep::setup::{Applied, apply, print};
use crate::app::{Context, Env};
use crate::commands::affected::views;
use crate::domain::refusal::{Code, Refusal};
use crate::formats::setup_file::{self, SetupFile};
use crate::input::prompts;
use crate::input::session::{Ended, Session, ending};
use crate::input::stdin::input as input_of;
use crate::output::setup::{RecordName, SetupView};
use crate::output::view;
use crate::output::{Answer, Face};
use crate::platform::error::{Result, cause};
use crate::platform::secrets::Secrets;
use crate::store::{Ending, Location, Store};
use clap::Args;
use std::io::Read;
use std::path::Path;

/// The largest set-up file, in bytes.
const LARGEST: u64 = 1024 * 1024;

/// Set up the clinic by questions or from a file, and change only what differs
#[derive(Debug, Args)]
pub struct SetupArgs {
    /// A TOML file; `-` is stdin. Without it, it is asked for on a terminal
    #[arg(value_name = "FILE.toml")]
    file: Option<String>,
    /// List what would change, and save nothing
    #[arg(long)]
    dry_run: bool,
    /// Write the clinic's set-up as such a file
    #[arg(long, conflicts_with_all = ["file", "dry_run"])]
    print: bool,
}

pub(crate) fn setup(session: &Session, args: &SetupArgs) -> Ended {
    if args.print {
        let file = print(&mut session.open()?)?;
        session.printer.raw(&setup_file::text(&file))?;
        return Ok(0);
    }
    let file = match &args.file {
        Some(path) => read(path)?,
        None if prompts::may(session) => {
            let known = if is_there(session)? { print(&mut session.open()?)? } else { SetupFile::default() };
            prompts::setup::ask(session, known)?
        }
        None => {
            return Err(Refusal::invalid("file", text!("is-required"))
                .hint(text!("turno-setup-print-writes-one"))
                .into());
        }
    };
    let answer = applied(session, &file, args.dry_run)?;
    session.tell(&answer)
}

fn read(path: &str) -> Result<SetupFile> {
    let mut bytes = Vec::new();
    let problem = |problem: std::io::Error| Refusal::invalid("file", text!("cant-be-read", path, problem));
    input_of(path)?.take(LARGEST + 1).read_to_end(&mut bytes).map_err(problem)?;
    if bytes.len() as u64 > LARGEST {
        return Err(Refusal::invalid("file", text!("is-no-set-up-file-so-large")));
    }
    let text = String::from_utf8(bytes).map_err(|_| Refusal::invalid("file", text!("is-not-utf-8")))?;
    setup_file::read(text.strip_prefix('\u{feff}').unwrap_or(&text))
}

/// Whether there is a book already. On a server an error of another kind than a missing book comes again.
fn is_there(session: &Session) -> Result<bool> {
    match session.location()? {
        Location::File(path) => Ok(path.exists()),
        #[cfg(feature = "postgres")]
        Location::Server(_) => match session.open() {
            Ok(_) => Ok(true),
            Err(refusal) if refusal.code == Code::StoreUnavailable => Ok(false),
            Err(refusal) => Err(refusal),
        },
    }
}

/// Applies the file to the book, or to a new one.
fn applied(session: &Session, file: &SetupFile, dry_run: bool) -> Result<Answer> {
    if is_there(session)? {
        let done = apply(&mut session.open()?, file, ending(dry_run))?;
        return Ok(answer(session, &done, dry_run));
    }
    let env = session.env(session.config()?)?;
    // Try it on a book for that alone, so that a refused file leaves nothing behind.
    let (rehearsed, env) = rehearse(env, file)?;
    if dry_run {
        return Ok(answer(session, &rehearsed, true));
    }
    let book = session.location()?;
    env.secrets.make()?;
    let secret_file = env.secrets.path().display().to_string();
    let mut context = Context { store: Store::create(&book)?, env };
    let done = apply(&mut context, file, Ending::Commit)?;
    Ok(answer(session, &done, false).hint(text!("say-keep-safe", key = secret_file)))
}

fn rehearse(mut env: Env, file: &SetupFile) -> Result<(Applied, Env)> {
    let trouble = |problem: std::io::Error| {
        Refusal::new(Code::StoreUnavailable, text!("no-temporary-directory", problem = cause(&problem)))
    };
    let place = tempfile::tempdir().map_err(trouble)?;
    let own = std::mem::replace(&mut env.secrets, Secrets::new(place.path().join("secret.key")));
    env.secrets.make()?;
    let book = Location::File(Path::join(place.path(), "turno.db"));
    let mut context = Context { store: Store::create(&book)?, env };
    let rehearsed = apply(&mut context, file, Ending::Rollback)?;
    let Context { store, mut env } = context;
    drop(store);
    env.secrets = own;
    Ok((rehearsed, env))
}

fn answer(session: &Session, applied: &Applied, dry_run: bool) -> Answer {
    let named = |records: &[(&'static str, String)]| -> Vec<RecordName> {
        records.iter().map(|(kind, code)| RecordName { kind, code: code.clone() }).collect()
    };
    let value = SetupView {
        created: named(&applied.created),
        changed: named(&applied.changed),
        unchanged: applied.unchanged,
        outside: views(session, &applied.outside),
    };
    let value = view::with(view::json(&value), &view::dry_run(dry_run));
    let answer = Answer::new(value, Face::Setup);
    if dry_run { answer.hint(text!("dry-run-nothing-was-written")) } else { answer }
}
