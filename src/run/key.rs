//! Access keys: their commands, and what is written down about them once a command is over.

use crate::app::setup::key::{self as keys, KnownKey, WithSecret};
use crate::app::{Context, access};
use crate::cli::key::KeyCommand;
use crate::domain::refusal::Refusal;
use crate::output::key::SecretView;
use crate::output::{Answer, Face, key, lists, view};
use crate::platform::error::Result;
use crate::run::setup::{one, several};
use crate::run::{Session, rows};
use crate::store::Store;

pub(super) fn key(session: &Session, command: KeyCommand) -> Result<Answer> {
    if let KeyCommand::Scopes = command {
        return Ok(rows(&lists::MATRIX, &key::matrix()).hint(text!("a-command-without-a-scope-is-open")));
    }
    let context = &mut session.open()?;
    let found = match command {
        KeyCommand::Create(args) => {
            let made = keys::create(context, &args.fields())?;
            return with_secret(context, &made);
        }
        KeyCommand::Rotate(args) => {
            let rotated = keys::rotate(context, &args.record.record, args.expires)?;
            return with_secret(context, &rotated);
        }
        KeyCommand::List(listing) => {
            let all: Vec<KnownKey> = keys::list(context, listing.all)?;
            return several(context, &lists::KEYS, &all, key::key);
        }
        KeyCommand::Show(record) => keys::show(context, &record.record)?,
        KeyCommand::Revoke(record) => keys::revoke(context, &record.record)?,
        KeyCommand::Scopes => return Ok(rows(&lists::MATRIX, &key::matrix())),
    };
    one(context, &found, key::key)
}

fn with_secret(context: &mut Context, made: &WithSecret) -> Result<Answer> {
    let answer = one(context, &made.key, key::key)?;
    let value = view::with(answer.value, &SecretView { secret: made.secret.as_str() });
    let mut answer = Answer::new(value, Face::Record).hint(text!("the-secret-is-not-shown-again-put"));
    if !made.idle.is_empty() {
        let idle: Vec<_> = made.idle.iter().map(|scope| scope.as_str()).collect();
        answer = answer.hint(text!("a-doctors-key-acts-on-that-doctors-appointments", all = idle.join(", ")));
    }
    Ok(answer)
}

/// Writes down that somebody was turned away, or when a key was last let in. That this can't be
/// written, as in a book that is open for reading alone, changes nothing about the command.
pub(super) fn note(session: &Session, refusal: Option<&Refusal>) {
    let Ok(now) = crate::platform::clock::now(session.environment.now.as_deref()) else { return };
    if session.gate.has_news(refusal, now) {
        let _ = try_note(session, refusal);
    }
}

fn try_note(session: &Session, refusal: Option<&Refusal>) -> Result<()> {
    let Some(book) = session.book.get() else { return Ok(()) };
    let env = session.env(session.config()?)?;
    let mut context = Context { store: Store::open(book)?, env };
    if let Some(refusal) = refusal {
        access::note_denial(&mut context, refusal)?;
    }
    access::note_use(&mut context)
}
