//! Runs the tour in a private temporary directory, with the program as its own child.

use crate::commands::demo::{All, Step};
use crate::domain::refusal::{Code, Refusal};
use crate::domain::time::{Instant, Zone};
use crate::input::session::Stop;
use crate::output::Printer;
use crate::output::tour::{self, Shown};
use crate::platform::error::cause;
use console::strip_ansi_codes;
use std::fs;
use std::io::Write;
use std::path::PathBuf;
use std::process::{Command, Stdio};
use tempfile::TempDir;

/// The tour's stage.
pub(crate) struct Stage<'p> {
    printer: &'p Printer,
    program: PathBuf,
    place: TempDir,
    zone: Zone,
    now: Instant,
    /// How many commands were run.
    commands: usize,
    /// The last answer, without colours.
    answer: String,
    /// What was kept of answers, by the names that stand for it.
    kept: Vec<(String, String)>,
}

impl<'p> Stage<'p> {
    /// Makes the place, with a clock in that zone.
    pub(crate) fn set(printer: &'p Printer, zone: &str) -> Result<Self, Stop> {
        let zone = Zone::embedded(zone).ok_or_else(|| failed(format!("nobody knows the zone {zone}")))?;
        let program = std::env::current_exe()
            .map_err(|problem| failed(format!("the tour can't find its own program: {problem}")))?;
        let place = private_place()?;
        // Passed to the commands, so that they do not read the user's configuration.
        fs::write(place.path().join("config.toml"), "")
            .map_err(|problem| failed(format!("the tour's directory can't be written: {problem}")))?;
        let (now, answer, kept) = (Instant::from_unix(0), String::new(), Vec::new());
        Ok(Stage { printer, program, place, zone, now, commands: 0, answer, kept })
    }

    /// Takes a step.
    pub(crate) fn take(&mut self, step: &Step) -> Result<(), Stop> {
        let color = self.printer.color;
        match *step {
            Step::Part(text) => self.printer.raw(&tour::heading(text, color))?,
            Step::Say(text) => {
                let text = text.replace("{commands}", &self.commands.to_string());
                self.printer.raw(&tour::said(&text))?;
            }
            Step::Clock(words, instant) => {
                self.now = Instant::parse_rfc3339(instant).map_err(failed)?;
                self.printer.raw(&tour::clock(words, color))?;
            }
            Step::Run(shown, line) => self.act(line, None, shown, 0)?,
            Step::Input(line, input) => self.act(line, Some(input), All, 0)?,
            Step::Refused(line) => self.act(line, None, All, Code::AppointmentConflict.exit())?,
            Step::Keep(what, read) => match read(&self.answer) {
                Some(found) => self.kept.push((format!("{{{what}}}"), found.to_owned())),
                None => return Err(failed(format!("the tour stops: {what} is not in the answer"))),
            },
        }
        Ok(())
    }

    /// Runs a command that must end with that exit status, and shows so much of what it writes.
    fn act(&mut self, line: &str, input: Option<&str>, shown: Shown, expected: u8) -> Result<(), Stop> {
        let color = self.printer.color;
        let line = self.kept.iter().fold(line.to_owned(), |line, (name, value)| line.replace(name, value));
        self.printer.raw(&tour::typed(&line, input, color))?;
        let output = self
            .child(&words(&line), input)
            .map_err(|problem| failed(format!("the tour stops: `turno {line}` can't be run: {problem}")))?;
        // On success stderr holds only hints, which the tour does not follow.
        let bytes =
            if expected == 0 { output.stdout } else { [output.stdout, output.stderr.clone()].concat() };
        let text = String::from_utf8_lossy(&bytes);
        self.printer.raw(&tour::output(&text, shown, color))?;
        if output.status.code() != Some(i32::from(expected)) {
            if expected == 0 {
                self.printer.talk(&String::from_utf8_lossy(&output.stderr));
            }
            let ended = output.status;
            return Err(failed(format!(
                "the tour stops: `turno {line}` should have ended with {expected}, but: {ended}"
            )));
        }
        self.commands += 1;
        self.now = self.now.plus(60);
        self.answer = strip_ansi_codes(&text).into_owned();
        Ok(())
    }

    /// The program with nothing of the user's environment.
    fn child(&self, words: &[String], input: Option<&str>) -> std::io::Result<std::process::Output> {
        let mut command = Command::new(&self.program);
        command
            .args(words)
            .env_clear()
            .current_dir(self.place.path())
            .env("HOME", self.place.path())
            // A relative path, so that the output does not depend on the directory.
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
            // Windows finds its own libraries by this variable.
            command.env("SystemRoot", root);
        }
        let mut child = command.spawn()?;
        if let (Some(mut stdin), Some(input)) = (child.stdin.take(), input) {
            stdin.write_all(input.as_bytes())?;
        }
        child.wait_with_output()
    }
}

/// The words of a line as a shell reads it: blanks part them, but for those between quotes.
fn words(line: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    for (n, part) in line.split('\'').enumerate() {
        for (m, piece) in part.split(|c| c == ' ' && n % 2 == 0).enumerate() {
            words.extend((m > 0).then(String::new));
            words.last_mut().into_iter().for_each(|word| word.push_str(piece));
        }
    }
    words
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
    fn a_line_is_read_as_a_shell_reads_it() {
        assert_eq!(
            words("book --name 'María López' --notes ''"),
            ["book", "--name", "María López", "--notes", ""]
        );
    }

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
