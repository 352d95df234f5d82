//! The channel `command`: runs a program of the clinic and passes each message as JSON on its stdin.

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

/// Environment variables that every program gets. All others are withheld, so that a program never sees
/// another channel's password.
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

/// The exit status that asks for another try (`EX_TEMPFAIL` of `sysexits.h`).
const TRY_AGAIN: i32 = 75;

/// `[channels.NAME]` with `kind = "command"`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Settings {
    /// An absolute path, or a name to look up on `PATH`.
    program: String,
    /// Passed as they are, without a shell.
    #[serde(default)]
    args: Vec<String>,
    /// Names of further environment variables to pass.
    #[serde(default)]
    environment: Vec<String>,
    /// Time limit of one message in seconds (default 30, at most 90).
    timeout: Option<u64>,
}

pub(crate) struct Program {
    path: PathBuf,
    arguments: Vec<String>,
    environment: Vec<(String, OsString)>,
    timeout: Duration,
}

/// The JSON object on the program's stdin.
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

/// The recipient of a message.
#[derive(Serialize, JsonSchema)]
struct Addressee<'l> {
    name: &'l str,
    phone: &'l str,
    email: Option<&'l str>,
}

// Instants are in UTC.
/// The appointment as a calendar entry.
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
            // Without process groups, the time limit would not cover the program's child processes.
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

    /// Values of the variables in `environment`, which must not appear in error texts.
    #[cfg(unix)]
    fn secrets(&self) -> Vec<Secret> {
        let own = self.environment.iter().filter(|(name, _)| !PASSED_ON.contains(&name.as_str()));
        own.map(|(_, value)| Secret::new(value.to_string_lossy())).collect()
    }
}

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
        // Not reached: `open` refuses this channel.
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

/// RFC 3339 in UTC; `None` beyond the year 262000.
fn instant(seconds: i64) -> Option<At> {
    let instant = chrono::DateTime::from_timestamp(seconds, 0)?;
    Some(At(instant.to_rfc3339_opts(chrono::SecondsFormat::Secs, true)))
}

/// The last line that is not empty, without secrets.
fn last_line(tail: &[u8], secrets: &[Secret]) -> String {
    let (tail, secrets) = (String::from_utf8_lossy(tail), secrets.iter().collect::<Vec<_>>());
    tail.lines().rev().map(|line| reason(line, &secrets)).find(|line| !line.is_empty()).unwrap_or_default()
}
