//! Asks on a terminal for missing input. No transaction is open during a question, and giving up changes
//! nothing.

pub(crate) mod book;
mod labels;
mod patient;
mod picker;
#[cfg(unix)]
mod quiet;
pub(crate) mod records;
pub(crate) mod setup;
mod time;
pub(crate) mod visit;
mod which;

use crate::input::session::{Session, Stop};
use crate::output::Format;
use dialoguer::Input;
use picker::Board;
use std::io::{self, IsTerminal};
pub(crate) use time::has_start;
pub(crate) use which::with_visit;

/// Whether what is missing can be asked for: somebody sits at a terminal, and wants a person's answer.
pub(crate) fn may(session: &Session) -> bool {
    session.may_ask() && session.printer.format == Format::Table && io::stderr().is_terminal()
}

/// A plain question is answered with yes, or given up.
pub(crate) fn confirm(session: &Session, question: &str, usual: bool) -> Result<(), Stop> {
    board(session).confirm(question, usual)
}

/// Like [`agrees`], where no ends the command: then that is no error.
pub(crate) fn agrees_or_leaves(session: &Session, question: &str, usual: bool) -> bool {
    let agrees = agrees(session, question, usual);
    session.left.set(!agrees);
    agrees
}

/// Whether a plain question is answered with yes.
pub(crate) fn agrees(session: &Session, question: &str, usual: bool) -> bool {
    confirm(session, question, usual).is_ok()
}

/// Whether somebody types that word, as nobody does by accident.
pub(crate) fn types(word: &str) -> bool {
    let typed = Input::<String>::new().with_prompt(text!("type-to-go-on", consent = word)).allow_empty(true);
    typed.interact_text().is_ok_and(|typed| typed.trim() == word)
}

fn board(session: &Session) -> Board {
    Board::new(session.printer.color_talk)
}
