//! `turno inbox`: the answers of patients that a person has to deal with.

use crate::app::replies::inbox;
use crate::commands::answers::rows;
use crate::input::session::Session;
use crate::output::replies::item;
use crate::output::{Answer, Face, lists};
use crate::platform::error::Result;
use clap::{Args, Subcommand};

/// What patients wrote that nobody has dealt with; without a word, list it
#[derive(Debug, Args)]
pub struct InboxArgs {
    #[command(subcommand)]
    command: Option<InboxCommand>,
}

/// What to do with the inbox.
#[derive(Debug, Subcommand)]
pub enum InboxCommand {
    /// List what nobody has dealt with, oldest first
    List,
    /// Note that an answer was dealt with
    Done(ItemArg),
    /// Write back to the patient, and note that the answer was dealt with
    Answer(AnswerArgs),
}

/// An answer in the inbox.
#[derive(Debug, Args)]
pub struct ItemArg {
    /// Its number, as the list shows it
    #[arg(value_name = "ID")]
    item: String,
}

/// `turno inbox answer`
#[derive(Debug, Args)]
pub struct AnswerArgs {
    /// Its number, as the list shows it
    #[arg(value_name = "ID")]
    item: String,
    /// What to write
    #[arg(value_name = "TEXT")]
    text: String,
}

pub(crate) fn run(session: &Session, args: InboxArgs) -> Result<Answer> {
    let context = &mut session.open()?;
    let found = match args.command.unwrap_or(InboxCommand::List) {
        InboxCommand::List => {
            let items = inbox::list(context)?;
            return Ok(rows(&lists::INBOX, &items.iter().map(item).collect::<Vec<_>>()));
        }
        InboxCommand::Done(ItemArg { item }) => inbox::done(context, &item)?,
        InboxCommand::Answer(AnswerArgs { item, text }) => inbox::answer(context, &item, &text)?,
    };
    let view = item(&found);
    Ok(Answer::new(if session.gate.shows_replies() { view } else { view.veiled() }, Face::Record))
}
