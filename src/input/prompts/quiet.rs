//! Switches the terminal's echo off while questions are asked, so that text typed ahead is not shown.

use rustix::termios::{LocalModes, OptionalActions, Termios, tcgetattr, tcsetattr};
use std::io::stdin;

/// Keeps the terminal from echoing until it is dropped; then it is again as it was found. Ctrl-C is a key like
/// others meanwhile: a signal between two keys would leave a terminal that echoes nothing.
#[derive(Debug)]
pub(crate) struct Quiet {
    found: Option<Termios>,
}

impl Quiet {
    /// Where there is no terminal nothing is changed.
    pub(crate) fn begin() -> Quiet {
        let found = tcgetattr(stdin()).ok();
        if let Some(found) = &found {
            let mut quiet = found.clone();
            quiet.local_modes -= LocalModes::ECHO | LocalModes::ICANON | LocalModes::ISIG;
            // Ignore errors: the questions work with echo, too.
            let _ = tcsetattr(stdin(), OptionalActions::Drain, &quiet);
        }
        Quiet { found }
    }
}

impl Drop for Quiet {
    fn drop(&mut self) {
        if let Some(found) = &self.found {
            // Ignore errors: the terminal may be closed.
            let _ = tcsetattr(stdin(), OptionalActions::Drain, found);
        }
    }
}
