//! Where the tour is given: a private directory that goes away, and the program as its own child.

use crate::domain::refusal::{Code, Refusal};
use crate::domain::time::{Instant, Zone};
use crate::error::cause;
use crate::output::Printer;
use crate::output::tour::{self, Shown};
use crate::run::Stop;
use console::strip_ansi_codes;
use std::fs;
use std::io::Write;
use std::path::PathBuf;
use std::process::{Command, Stdio};
use tempfile::TempDir;

/// A refusal that the tour counts on, by its exit status.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Refused {
    /// The time, the capacity or the day is taken.
    Taken,
}

impl Refused {
    fn exit(self) -> u8 {
        match self {
            Refused::Taken => Code::AppointmentConflict.exit(),
        }
    }
}

/// The tour's stage.
pub(super) struct Stage<'p> {
    printer: &'p Printer,
    program: PathBuf,
    place: TempDir,
    zone: Zone,
    now: Instant,
    /// How much of the next output is shown.
    shown: Shown,
    commands: usize,
}

impl<'p> Stage<'p> {
    /// Makes the place, with a clock in that zone.
    pub(super) fn set(printer: &'p Printer, zone: &str) -> Result<Self, Stop> {
        let zone = Zone::embedded(zone).ok_or_else(|| failed(format!("nobody knows the zone {zone}")))?;
        let program = std::env::current_exe()
            .map_err(|problem| failed(format!("the tour can't find its own program: {problem}")))?;
        let place = private_place()?;
        // Named to the commands, so that no configuration of the user's is read.
        fs::write(place.path().join("config.toml"), "")
            .map_err(|problem| failed(format!("the tour's directory can't be written: {problem}")))?;
        let now = Instant::from_unix(0);
        Ok(Stage { printer, program, place, zone, now, shown: Shown::All, commands: 0 })
    }

    /// How many commands were run.
    pub(super) fn commands(&self) -> usize {
        self.commands
    }

    /// The head of a part.
    pub(super) fn heading(&self, text: &str) -> Result<(), Stop> {
        Ok(self.printer.raw(&tour::heading(text, self.printer.color))?)
    }

    /// What happens next, and why.
    pub(super) fn say(&self, text: &str) -> Result<(), Stop> {
        Ok(self.printer.raw(&tour::said(text))?)
    }

    /// Moves the clock that the commands see; from there each takes it on by a minute.
    pub(super) fn clock(&mut self, words: &str, instant: &str) -> Result<(), Stop> {
        self.now = Instant::parse_rfc3339(instant).map_err(failed)?;
        Ok(self.printer.raw(&tour::clock(words, self.printer.color))?)
    }

    /// Shows a part of the next command's output.
    pub(super) fn only(&mut self, shown: Shown) -> &mut Self {
        self.shown = shown;
        self
    }

    /// Runs a command that must succeed. Answers what it wrote, without colours.
    pub(super) fn run(&mut self, words: &[&str]) -> Result<String, Stop> {
        self.act(words, None, 0)
    }

    /// Runs a command that reads its stdin and must succeed.
    pub(super) fn run_with_input(&mut self, words: &[&str], input: &str) -> Result<String, Stop> {
        self.act(words, Some(input), 0)
    }

    /// Runs a command that must be refused. Answers the refusal's text, without colours.
    pub(super) fn refused(&mut self, refused: Refused, words: &[&str]) -> Result<String, Stop> {
        self.act(words, None, refused.exit())
    }

    /// Something that the tour reads from an output and goes on with.
    pub(super) fn found<'t>(&self, what: &str, found: Option<&'t str>) -> Result<&'t str, Stop> {
        found.ok_or_else(|| failed(format!("the tour stops: {what} is not in the answer")))
    }

    fn act(&mut self, words: &[&str], input: Option<&str>, expected: u8) -> Result<String, Stop> {
        let color = self.printer.color;
        self.printer.raw(&tour::typed(words, input, color))?;
        let shown = std::mem::take(&mut self.shown);
        let output = self.child(words, input).map_err(|problem| {
            failed(format!("the tour stops: `turno {}` can't be run: {problem}", words.join(" ")))
        })?;
        // What a success says on stderr are hints for somebody who types; the tour goes on by itself.
        let bytes =
            if expected == 0 { output.stdout } else { [output.stdout, output.stderr.clone()].concat() };
        let text = String::from_utf8_lossy(&bytes);
        self.printer.raw(&tour::output(&text, shown, color))?;
        if output.status.code() != Some(i32::from(expected)) {
            if expected == 0 {
                self.printer.talk(&String::from_utf8_lossy(&output.stderr));
            }
            let command = words.join(" ");
            let ended = output.status;
            return Err(failed(format!(
                "the tour stops: `turno {command}` should have ended with {expected}, but: {ended}"
            )));
        }
        self.commands += 1;
        self.now = self.now.plus(60);
        Ok(strip_ansi_codes(&text).into_owned())
    }

    /// The program with nothing of the user's environment.
    fn child(&self, words: &[&str], input: Option<&str>) -> std::io::Result<std::process::Output> {
        let mut command = Command::new(&self.program);
        command
            .args(words)
            .env_clear()
            .current_dir(self.place.path())
            .env("HOME", self.place.path())
            // Relative, so that what is shown does not depend on where the directory is.
            .env("TURNO_DB", "turno.db")
            .env("TURNO_SECRET_FILE", "secret.key")
            .env("TURNO_CONFIG", "config.toml")
            .env("TURNO_NOW", self.zone.rfc3339(self.now))
            .env("TURNO_ACTOR", "reception")
            .env(if self.printer.color { "CLICOLOR_FORCE" } else { "NO_COLOR" }, "1")
            .stdin(if input.is_some() { Stdio::piped() } else { Stdio::null() })
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        #[cfg(windows)]
        if let Some(root) = std::env::var_os("SystemRoot") {
            // Windows looks for its own libraries there.
            command.env("SystemRoot", root);
        }
        let mut child = command.spawn()?;
        if let (Some(mut stdin), Some(input)) = (child.stdin.take(), input) {
            stdin.write_all(input.as_bytes())?;
        }
        child.wait_with_output()
    }
}

/// A directory for its owner's eyes only, removed when the tour ends, however it ends.
fn private_place() -> Result<TempDir, Stop> {
    let mut builder = tempfile::Builder::new();
    #[cfg(unix)]
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o700));
    builder.prefix("turno-demo-").tempdir().map_err(|problem| {
        let place = std::env::temp_dir();
        failed(format!("the tour's directory {} can't be made: {}", place.display(), cause(&problem)))
    })
}

fn failed(message: impl Into<String>) -> Stop {
    Stop::Refused(Refusal::new(Code::Internal, message.into()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_place_is_private_and_goes_away() {
        let place = private_place().unwrap_or_else(|_| panic!("no place"));
        let path = place.path().to_owned();
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o700);
        }
        fs::write(path.join("turno.db"), "x").unwrap();
        drop(place);
        assert!(!path.exists());
    }
}
