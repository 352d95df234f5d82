//! Settings of a workstation: flags, the environment and the configuration file, in that order.

use crate::domain::access::claimed_actor;
use crate::domain::refusal::{Code, Refusal};
use crate::domain::text::short;
use crate::platform::error::{Result, unless_too_many};
use directories::ProjectDirs;
use serde::Deserialize;
use std::collections::BTreeMap;
use std::fmt;
use std::io::Read;
use std::path::{Path, PathBuf};
use zeroize::Zeroizing;

/// The environment variables, read once at the start.
#[derive(Debug, Clone, Default)]
pub struct Environment {
    /// `TURNO_CONFIG`
    pub config: Option<PathBuf>,
    /// `TURNO_SECRET_FILE`
    pub secret_file: Option<PathBuf>,
    /// `TURNO_ACTOR`
    pub actor: Option<String>,
    /// `TURNO_BRANCH`: this workstation's branch.
    pub branch: Option<String>,
    /// `TURNO_NO_INPUT`: never prompt.
    pub no_input: bool,
    /// `TURNO_KEY`, else `TURNO_KEY_FILE`
    pub key: KeySource,
    /// `TURNO_NOW`
    pub now: Option<String>,
    /// `TZDIR`: the folder of the system's zone files.
    pub zone_folder: Option<PathBuf>,
}

impl Environment {
    /// Reads the process's environment; empty variables count as unset.
    pub fn read() -> Self {
        let text = |name: &str| std::env::var(name).ok().filter(|value| !value.is_empty());
        let path = |name: &str| std::env::var_os(name).filter(|v| !v.is_empty()).map(PathBuf::from);
        Environment {
            config: path("TURNO_CONFIG"),
            secret_file: path("TURNO_SECRET_FILE"),
            actor: text("TURNO_ACTOR").and_then(|name| short(&name).ok()),
            branch: text("TURNO_BRANCH"),
            no_input: text("TURNO_NO_INPUT").is_some_and(|value| value != "0"),
            key: match (text("TURNO_KEY"), path("TURNO_KEY_FILE")) {
                (Some(key), _) => KeySource::Text(Zeroizing::new(key)),
                (None, Some(file)) => KeySource::File(file),
                (None, None) => KeySource::Nowhere,
            },
            now: text("TURNO_NOW"),
            zone_folder: path("TZDIR"),
        }
    }
}

/// The locale of messages: the first variable in POSIX's order that is not empty.
pub fn locale() -> Option<String> {
    ["LC_ALL", "LC_MESSAGES", "LANG"]
        .into_iter()
        .find_map(|name| std::env::var(name).ok().filter(|value| !value.is_empty()))
}

/// Where the access key comes from. `Debug` hides it; a file is read when a clinic requires a key.
#[derive(Clone, Default)]
pub enum KeySource {
    /// There is no key.
    #[default]
    Nowhere,
    /// The key itself.
    Text(Zeroizing<String>),
    /// A file with the key.
    File(PathBuf),
}

impl fmt::Debug for KeySource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("KeySource(…)")
    }
}

/// Bytes of a key file that are read.
const LONGEST_KEY: u64 = 4096;
/// Most bytes of a configuration file.
const LONGEST_FILE: u64 = 1 << 20;

impl KeySource {
    /// The access keys, separated by whitespace: several for commands on a database with several clinics.
    pub fn read(&self) -> Result<Vec<Zeroizing<String>>> {
        let apart = |text: &str| text.split_whitespace().map(|key| Zeroizing::new(key.to_owned())).collect();
        let path = match self {
            KeySource::Nowhere => return Ok(Vec::new()),
            KeySource::Text(keys) => return Ok(apart(keys)),
            KeySource::File(path) => path,
        };
        let place = path.display();
        let trouble = |problem: std::io::Error| {
            Refusal::new(Code::Unauthorized, text!("the-key-file-cant-be-read", place, problem))
                .hint(text!("turno_key_file-names-the-file-with-the-access-key"))
        };
        let file = std::fs::File::open(path).map_err(trouble)?;
        #[cfg(unix)]
        if std::os::unix::fs::MetadataExt::mode(&file.metadata().map_err(trouble)?) & 0o077 != 0 {
            return Err(Refusal::new(Code::Unauthorized, text!("the-key-file-can-be-read-by-others", place))
                .hint(format!("chmod 600 {place}")));
        }
        let mut text = Zeroizing::new(String::new());
        file.take(LONGEST_KEY).read_to_string(&mut text).map_err(trouble)?;
        Ok(apart(&text))
    }
}

/// The operating system's user. Asks the system first, as cron sets no `USER`.
pub fn system_user() -> String {
    user(whoami::username().ok(), |name| std::env::var(name).ok())
}

/// A user of a network directory may be unknown to the system; then the session's variables give the name.
/// Anyone can set them, so the name is a claim, as `TURNO_ACTOR` is.
fn user(known: Option<String>, session: impl Fn(&str) -> Option<String>) -> String {
    let sound = |name: String| short(&name).ok();
    let named = |variable: &&str| session(variable).and_then(sound).map(claimed_actor);
    let known = known.and_then(sound).or_else(|| ["LOGNAME", "USER"].iter().find_map(named));
    known.unwrap_or_else(|| "unknown".into())
}

/// The configuration file, `config.toml`.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct File {
    /// The database: a path or a `postgres://` URL.
    pub db: Option<String>,
    /// The clinic's code.
    pub clinic: Option<String>,
    /// This workstation's branch.
    pub branch: Option<String>,
    /// File with this workstation's access key, relative to the configuration file.
    pub key_file: Option<PathBuf>,
    /// The channels of messages, `[channels.NAME]`.
    #[serde(default)]
    pub channels: Channels,
    /// Settings of sweeps.
    #[serde(default)]
    pub sweep: Sweep,
    /// Settings of the clinics' own templates.
    #[serde(default)]
    pub templates: Templates,
}

/// The `[channels.NAME]` tables, by name. `delivery` reads a table when its channel is used, so that a mistake in
/// one table stops no other command.
#[derive(Clone, Default, Deserialize)]
#[serde(transparent)]
pub struct Channels(pub(crate) BTreeMap<String, toml::Table>);

impl fmt::Debug for Channels {
    /// Prints names only: a table may hold a password.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.0.keys()).finish()
    }
}

/// `[sweep]`
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Sweep {
    /// How many messages are sent at once by each channel, 1 to 256.
    pub workers: Option<usize>,
}

/// `[templates]`
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Templates {
    /// Directory with a directory for each clinic's code, relative to the configuration file.
    pub directory: Option<PathBuf>,
}

/// The configuration file and the platform's directories.
#[derive(Debug)]
pub struct Config {
    /// The file's content.
    pub file: File,
    /// The file's path, even if there is no file.
    path: Option<PathBuf>,
    directories: Option<ProjectDirs>,
}

impl Config {
    /// Reads the configuration file. It may be missing unless `TURNO_CONFIG` names it.
    pub fn load(environment: &Environment) -> Result<Config> {
        let directories = ProjectDirs::from("", "", "turno");
        let usual = directories.as_ref().map(|dirs| dirs.config_dir().join("config.toml"));
        let file = match (&environment.config, &usual) {
            (Some(named), _) => read_file(named)?.ok_or_else(|| {
                Refusal::invalid("TURNO_CONFIG", text!("there-is-no-file", named = named.display()))
            })?,
            (None, Some(usual)) => read_file(usual)?.unwrap_or_default(),
            (None, None) => File::default(),
        };
        let path = environment.config.clone().or(usual);
        Ok(Config { file, path, directories })
    }

    /// The path of the configuration file, if there is one.
    pub fn in_force(&self) -> Option<&Path> {
        self.path.as_deref().filter(|path| path.is_file())
    }

    /// Workers per channel, if configured; refused unless 1 to 256.
    pub fn workers(&self) -> Result<Option<usize>> {
        match self.file.sweep.workers {
            Some(workers) if !(1..=256).contains(&workers) => {
                Err(Refusal::invalid("sweep.workers", text!("is-not-between-1-and-256", workers)))
            }
            workers => Ok(workers),
        }
    }

    /// Directory of the clinics' own templates: the configured one, or `templates` beside the configuration
    /// file.
    pub fn templates(&self) -> Option<PathBuf> {
        let beside = self.path.as_deref().and_then(Path::parent);
        let directory = self.file.templates.directory.as_deref().unwrap_or(Path::new("templates"));
        beside.map(|beside| beside.join(directory))
    }

    /// The book's file in the data directory, used if neither flag, environment nor file names a book.
    ///
    /// Refused with `STORE_UNAVAILABLE` if the system names no such directory.
    pub fn usual_book(&self) -> Result<PathBuf> {
        Ok(self.directory("data")?.data_dir().join("turno.db"))
    }

    /// The secret file: `TURNO_SECRET_FILE`, else the one in the configuration directory.
    pub fn secret_file(&self, environment: &Environment) -> Result<PathBuf> {
        match &environment.secret_file {
            Some(path) => Ok(path.clone()),
            None => Ok(self.directory("configuration")?.config_dir().join("secret.key")),
        }
    }

    /// Where the access key is: `TURNO_KEY`, else `TURNO_KEY_FILE`, else the configured file.
    pub fn key(&self, environment: &Environment) -> KeySource {
        match (&environment.key, &self.file.key_file) {
            (KeySource::Nowhere, Some(file)) => {
                let beside = self.path.as_deref().and_then(Path::parent);
                KeySource::File(beside.map_or_else(|| file.clone(), |beside| beside.join(file)))
            }
            (given, _) => given.clone(),
        }
    }

    /// The directory for what may be lost without harm.
    pub fn state(&self) -> Result<&Path> {
        let directories = self.directory("state")?;
        Ok(directories.state_dir().unwrap_or_else(|| directories.cache_dir()))
    }

    fn directory(&self, what: &str) -> Result<&ProjectDirs> {
        self.directories.as_ref().ok_or_else(|| {
            Refusal::new(Code::StoreUnavailable, text!("the-system-names-no-directory", what))
                .hint(text!("set-home-or-name-the-files-with-turno_db"))
        })
    }
}

/// An environment variable; `None` if it is unset or empty.
pub(crate) fn variable(name: &str) -> Option<std::ffi::OsString> {
    std::env::var_os(name).filter(|value| !value.is_empty())
}

/// Reads a file of at most `LONGEST_FILE` bytes.
fn read_text(file: std::fs::File) -> std::io::Result<String> {
    let mut text = String::new();
    let length = file.take(LONGEST_FILE + 1).read_to_string(&mut text)?;
    if length as u64 > LONGEST_FILE {
        return Err(std::io::Error::other(text!("is-longer-than-mib", most = LONGEST_FILE >> 20)));
    }
    Ok(text)
}

fn read_file(path: &Path) -> Result<Option<File>> {
    let text = match std::fs::File::open(path).and_then(read_text) {
        Ok(text) => text,
        Err(problem) if problem.kind() == std::io::ErrorKind::NotFound => return Ok(None),
        Err(problem) => {
            let what = text!("cant-be-read", path = path.display(), problem);
            return Err(unless_too_many(Refusal::invalid("config", what), &problem));
        }
    };
    toml::from_str(&text).map(Some).map_err(|problem| {
        let place = path.display();
        Refusal::invalid("config", format!("{place}: {}", problem.message()))
            .hint(text!("the-settings-there-are-db-clinic-branch-key_file"))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[cfg(unix)]
    #[test]
    fn a_file_without_end_is_refused() {
        let refusal = read_file(Path::new("/dev/zero")).unwrap_err();
        assert!(refusal.message.contains("longer than 1 MiB"), "{refusal:?}");
    }

    #[test]
    fn a_key_is_not_shown() {
        let key = KeySource::Text(Zeroizing::new("turno_key_00".into()));
        let environment = Environment { key, ..Environment::default() };
        assert!(!format!("{environment:?}").contains("turno_key"), "{environment:?}");
    }

    #[test]
    fn who_is_unknown_to_the_system_is_called_what_the_session_says() {
        let named = |known: Option<&str>, logname: &str, user_name: &str| {
            let session = |name: &str| Some(if name == "LOGNAME" { logname } else { user_name }.to_owned());
            user(known.map(str::to_owned), session)
        };
        assert_eq!(named(Some("recepcion"), "other", "other"), "recepcion");
        assert_eq!(named(None, "CLINIC\\ana", "other"), "CLINIC\\ana");
        assert_eq!(named(None, "", "ana"), "ana");
        assert_eq!(named(None, "", ""), "unknown");
        assert_eq!(named(None, " ", "ana"), "ana");
        assert_eq!(named(None, "two\nlines", "ana"), "ana");
        assert_eq!(named(None, "two\nlines", "and\nmore"), "unknown");
        // Only an access key makes an actor `key:…`.
        assert_eq!(named(None, "key:KEY-001", "ana"), "claims key:KEY-001");
    }
}
