//! `turno key`.

use crate::app::Context;
use crate::app::access::gate;
use crate::app::access::key as keys;
use crate::app::access::key::{Expiry, KeyFields, KnownKey, WithSecret};
use crate::commands::answers::{one, rows, several};
use crate::commands::options::options;
use crate::commands::setup::{Listing, Record};
use crate::domain::refusal::Refusal;
use crate::domain::time::parse_duration;
use crate::input::session::Session;
use crate::input::values;
use crate::output::key::SecretView;
use crate::output::sentences::Fate;
use crate::output::{Answer, Face, key, lists, sentences, view};
use crate::platform::error::Result;
use crate::store::Store;
use clap::{Args, Subcommand};

/// Access keys: who may give commands in a clinic with `access: keys`
#[derive(Debug, Subcommand)]
pub enum KeyCommand {
    /// Make a key; its secret is in the answer, this once
    Create(CreateArgs),
    /// List the keys
    List(Listing),
    /// Show a key
    Show(Record),
    /// Take a key back: it opens nothing any more
    Revoke(Record),
    /// Give a key a new secret; the old one opens nothing any more
    Rotate(RotateArgs),
    /// Print what each command needs
    Scopes,
}

options! {
    /// `turno key create`
    pub struct CreateArgs by fields -> KeyFields {
        /// Who or what will hold it
        #[arg(long, value_name = "N")]
        name: Option<String> => name,
        /// What it may do, such as appointments:read; several, or admin for everything
        #[arg(long = "scope", value_name = "S")]
        scopes: Vec<String> => scopes,
        /// For that doctor's appointments alone
        #[arg(long, value_name = "D")]
        doctor: Option<String> => doctor,
        /// Good through that day, until that moment, or for so long, such as 90d [default: for good]
        #[arg(long, value_name = "WHEN", value_parser = expiry)]
        expires: Option<Expiry> => expires,
        /// Short name [default: made]
        #[arg(long, value_name = "C")]
        code: Option<String> => code,
    }
}

/// `turno key rotate`
#[derive(Debug, Args)]
pub struct RotateArgs {
    /// Which one.
    #[command(flatten)]
    pub record: Record,
    /// Good through that day, until that moment, for so long, or none for good [default: as before]
    #[arg(long, value_name = "WHEN", value_parser = expiry)]
    pub expires: Option<Expiry>,
}

fn expiry(text: &str) -> Result<Expiry, String> {
    if text.trim().eq_ignore_ascii_case("none") {
        return Ok(Expiry::Never);
    }
    // `+3d` is a date, `3d` is a duration.
    values::bound(text).map(Expiry::Until).or_else(|_| {
        parse_duration(text).map(Expiry::In).map_err(|_| text!("is-neither-a-day-or-moment-nor", text))
    })
}

pub(crate) fn key(session: &Session, command: KeyCommand) -> Result<Answer> {
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
        KeyCommand::Revoke(record) => {
            let revoked = keys::revoke(context, &record.record)?;
            return Ok(one(context, &revoked, key::key)?.said(|value| sentences::key(value, Fate::Removed)));
        }
        KeyCommand::Scopes => return Ok(rows(&lists::MATRIX, &key::matrix())),
    };
    one(context, &found, key::key)
}

fn with_secret(context: &mut Context, made: &WithSecret) -> Result<Answer> {
    let answer = one(context, &made.key, key::key)?;
    let value = view::with(answer.value, &SecretView { secret: made.secret.as_str() });
    let mut answer = Answer::new(value, Face::Record)
        .said(|value| sentences::key(value, Fate::Added))
        .hint(text!("the-secret-is-not-shown-again-put"));
    if !made.idle.is_empty() {
        let idle: Vec<_> = made.idle.iter().map(|scope| scope.as_str()).collect();
        answer = answer.hint(text!("a-doctors-key-acts-on-that-doctors-appointments", all = idle.join(", ")));
    }
    Ok(answer)
}

/// Writes down that somebody was turned away, or when a key was last let in. That this can't be
/// written, as in a book that is open for reading alone, changes nothing about the command.
pub(crate) fn note(session: &Session, refusal: Option<&Refusal>) {
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
        gate::note_denial(&mut context, refusal)?;
    }
    gate::note_use(&mut context)
}
