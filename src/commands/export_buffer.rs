//! Buffers an export on disk while the database is read: in a temporary file that is renamed when complete,
//! or in an unnamed file that is copied to stdout at the end.
//!
//! So a slow reader does not hold the database, no partial result is written, and memory stays small. An
//! unnamed file vanishes with the program, even if it is killed.

use crate::domain::refusal::{Code, Refusal};
use crate::input::session::Stop;
use crate::platform::atomic_file::{Aside, Over};
use crate::platform::error::{Result, cause, unless_too_many};
use std::fs::File;
use std::io::{self, BufWriter, IsTerminal, Read, Seek, SeekFrom, Write};
use std::path::Path;
use tempfile::tempfile;

/// An export that is being written.
pub(crate) enum Spool {
    /// For a file.
    Named(Aside),
    /// For stdout.
    Nameless(BufWriter<File>),
}

impl Spool {
    /// For that file, or for stdout.
    pub(crate) fn begin(out: Option<&Path>, over: Over) -> Result<Spool> {
        match out {
            Some(path) => Ok(Spool::Named(Aside::begin(path, over)?)),
            None => {
                Ok(Spool::Nameless(BufWriter::new(tempfile().map_err(|problem| failed(cause(&problem)))?)))
            }
        }
    }

    pub(crate) fn add(&mut self, text: &str) -> Result<()> {
        match self {
            Spool::Named(aside) => aside.add(text.as_bytes()),
            Spool::Nameless(file) => file.write_all(text.as_bytes()).map_err(|problem| failed(&problem)),
        }
    }

    /// Gives the file its name, or stdout what was written. For a terminal `show` makes it harmless.
    pub(crate) fn end(self, show: fn(&str) -> String) -> Result<(), Stop> {
        let file = match self {
            Spool::Named(aside) => return Ok(aside.keep()?),
            Spool::Nameless(file) => file,
        };
        let mut file = file.into_inner().map_err(|problem| failed(problem.error()))?;
        file.seek(SeekFrom::Start(0)).map_err(|problem| failed(&problem))?;
        let mut out = io::stdout().lock();
        if out.is_terminal() {
            let mut text = String::new();
            file.read_to_string(&mut text).map_err(|problem| failed(&problem))?;
            for line in text.lines() {
                writeln!(out, "{}", show(line))?;
            }
        } else {
            io::copy(&mut file, &mut out)?;
        }
        Ok(out.flush()?)
    }
}

fn failed(problem: &io::Error) -> Refusal {
    let refusal =
        Refusal::new(Code::StoreUnavailable, text!("the-temporary-directory-takes-no-export", problem));
    unless_too_many(refusal.hint(text!("tmpdir-names-another-one-out-file-needs-none")), problem)
}
