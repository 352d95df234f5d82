//! The channel `command`: a program of the clinic's own gets each message as JSON.

use super::channel::{Channel, Letter, Outcome};
use super::check::{Check, absolute};
use super::secret::{Secret, reason};
use crate::domain::reminder::Kind;
use crate::formats::appointment::{At, Id};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// What the program is told of its surroundings without being asked for: where things are and which
/// language is spoken. It gets nothing else, so that no other channel's password reaches it.
const PASSED_ON: [&str; 12] = [
    "PATH",
    "HOME",
    "USER",
    "LOGNAME",
    "SHELL",
    "LANG",
    "LC_ALL",
    "LC_CTYPE",
    "TZ",
    "TMPDIR",
    "XDG_CONFIG_HOME",
    "XDG_RUNTIME_DIR",
];

/// The status by which a program asks to be tried again (`EX_TEMPFAIL` of `sysexits.h`).
const TRY_AGAIN: i32 = 75;

/// `[channels.NAME]` with `kind = "command"`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Settings {
    /// The program: an absolute path, or a name that is looked for on the `PATH`.
    program: String,
    /// Its arguments, as they are; no shell reads them.
    #[serde(default)]
    args: Vec<String>,
    /// Environment variables that it needs, by their names.
    #[serde(default)]
    environment: Vec<String>,
    /// How long it may take for one message, in seconds (30, at most 90).
    timeout: Option<u64>,
}

/// A program that sends.
pub(crate) struct Program {
    path: PathBuf,
    arguments: Vec<String>,
    environment: Vec<(String, OsString)>,
    timeout: Duration,
}

/// The message as the program reads it: one JSON object on its standard input.
#[derive(Serialize, JsonSchema)]
pub(crate) struct Message<'l> {
    message_id: Id<'l>,
    kind: Kind,
    to: Addressee<'l>,
    clinic: &'l str,
    language: &'l str,
    subject: &'l str,
    text: &'l str,
    appointment: serde_json::Map<String, serde_json::Value>,
    entry: CalendarEntry<'l>,
}

/// Whom a message is for.
#[derive(Serialize, JsonSchema)]
struct Addressee<'l> {
    name: &'l str,
    phone: &'l str,
    email: Option<&'l str>,
}

// The instants are in UTC.
/// What a calendar has to know.
#[derive(Serialize, JsonSchema)]
struct CalendarEntry<'l> {
    uid: &'l str,
    sequence: i64,
    starts_at: Option<At>,
    ends_at: Option<At>,
    changed_at: Option<At>,
    place: &'l str,
    summary: &'l str,
    cancelled: bool,
}

impl Program {
    pub(crate) fn open(settings: Settings, check: &mut Check<'_>) -> Option<Self> {
        let Settings { program, args, environment, timeout } = settings;
        let timeout = check.timeout(timeout);
        if cfg!(not(unix)) {
            // Without process groups the time limit could not hold for what the program starts.
            check.problem("kind", text!("command-is-for-unix-systems-only"));
        }
        let path = find(&program, check.variable("PATH"));
        let path = check.take("program", path);
        let mut passed_on = Vec::new();
        for name in PASSED_ON.into_iter().chain(environment.iter().map(String::as_str)) {
            match check.variable(name) {
                Some(value) => passed_on.push((name.to_owned(), value)),
                None if PASSED_ON.contains(&name) => {}
                None => check.problem("environment", text!("the-variable-is-not-set", name)),
            }
        }
        Some(Program { path: path?, arguments: args, environment: passed_on, timeout })
    }

    /// What it was trusted with, besides what every program gets.
    #[cfg(unix)]
    fn secrets(&self) -> Vec<Secret> {
        let own = self.environment.iter().filter(|(name, _)| !PASSED_ON.contains(&name.as_str()));
        own.map(|(_, value)| Secret::new(value.to_string_lossy())).collect()
    }
}

/// The program's file.
fn find(program: &str, search: Option<OsString>) -> Result<PathBuf, String> {
    let path = Path::new(program);
    if path.components().count() > 1 {
        absolute(path)?;
        return if is_program(path) { Ok(path.into()) } else { Err(missing(program)) };
    }
    let search = search.unwrap_or_default();
    let found = std::env::split_paths(&search).map(|folder| folder.join(path));
    found.into_iter().find(|path| path.is_absolute() && is_program(path)).ok_or_else(|| missing(program))
}

fn missing(program: &str) -> String {
    text!("there-is-no-program", program)
}

fn is_program(path: &Path) -> bool {
    let Ok(about) = path.metadata() else { return false };
    #[cfg(unix)]
    let executable = std::os::unix::fs::PermissionsExt::mode(&about.permissions()) & 0o111 != 0;
    #[cfg(not(unix))]
    let executable = true;
    about.is_file() && executable
}

impl Channel for Program {
    #[cfg(unix)]
    fn send(&self, letter: &Letter) -> Outcome {
        use std::os::unix::process::ExitStatusExt;
        let name = self.path.file_name().unwrap_or_default().to_string_lossy();
        let message = match serde_json::to_vec(&message(letter)) {
            Ok(message) => message,
            Err(problem) => return Outcome::never(text!("the-message-cant-be-written", problem)),
        };
        let mut command = std::process::Command::new(&self.path);
        command.args(&self.arguments).env_clear().envs(self.environment.iter().cloned());
        let ran = match super::process::run(&mut command, message, self.timeout) {
            Ok(ran) => ran,
            Err(problem) => return Outcome::held_up(text!("cant-be-started", name, problem), None),
        };
        let last = last_line(&ran.tail, &self.secrets());
        let why = |what: String| if last.is_empty() { what } else { format!("{what}: {last}") };
        let Some(status) = ran.status else {
            let seconds = self.timeout.as_secs();
            return Outcome::later(why(text!("took-longer-than-s-and-was-stopped", name, seconds)), None);
        };
        match (status.code(), status.signal()) {
            (Some(0), _) => Outcome::Sent,
            (Some(TRY_AGAIN), _) => Outcome::later(why(text!("asks-to-be-tried-again", name)), None),
            (Some(code), _) => Outcome::never(why(text!("ended-with-status", name, code))),
            (None, signal) => {
                Outcome::never(why(text!("was-ended-by-signal", name, signal = signal.unwrap_or_default())))
            }
        }
    }

    #[cfg(not(unix))]
    fn send(&self, _: &Letter) -> Outcome {
        // `open` refuses it.
        Outcome::never(text!("command-is-for-unix-systems-only"))
    }
}

fn message(letter: &Letter) -> Message<'_> {
    let Letter { message_id, kind, clinic, language, subject, text, name, phone, email, words, entry } =
        letter;
    let words = words.iter().map(|(name, word)| ((*name).to_owned(), word.as_str().into()));
    Message {
        message_id: Id(message_id),
        kind: *kind,
        to: Addressee { name, phone, email: email.as_deref() },
        clinic,
        language,
        subject,
        text,
        appointment: words.collect(),
        entry: CalendarEntry {
            uid: &entry.uid,
            sequence: entry.sequence,
            starts_at: instant(entry.starts_at),
            ends_at: instant(entry.ends_at),
            changed_at: instant(entry.changed_at),
            place: &entry.place,
            summary: &entry.summary,
            cancelled: entry.cancelled,
        },
    }
}

/// `None` for seconds beyond the year 262000, which no book holds.
fn instant(seconds: i64) -> Option<At> {
    let instant = chrono::DateTime::from_timestamp(seconds, 0)?;
    Some(At(instant.to_rfc3339_opts(chrono::SecondsFormat::Secs, true)))
}

/// The last line that says something.
fn last_line(tail: &[u8], secrets: &[Secret]) -> String {
    let (tail, secrets) = (String::from_utf8_lossy(tail), secrets.iter().collect::<Vec<_>>());
    tail.lines().rev().map(|line| reason(line, &secrets)).find(|line| !line.is_empty()).unwrap_or_default()
}
