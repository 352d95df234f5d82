//! Asking on a terminal for what was not said. Nothing is written, and no transaction is open, while a
//! question is; who gives up leaves everything as it was.

pub(super) mod book;
mod labels;
mod patient;
mod picker;
mod time;
pub(super) mod visit;

use crate::output::Format;
use crate::run::Session;
use picker::Board;
use std::io::{self, IsTerminal};
pub(super) use time::has_start;

/// Whether what is missing can be asked for: somebody sits at a terminal, and wants a person's answer.
pub(super) fn may(session: &Session) -> bool {
    session.may_ask() && session.printer.format == Format::Table && io::stderr().is_terminal()
}

/// Whether a plain question is answered with yes.
pub(super) fn agrees(session: &Session, question: &str, usual: bool) -> bool {
    board(session).confirm(question, usual).is_ok()
}

fn board(session: &Session) -> Board {
    Board::new(session.printer.color_talk)
}
