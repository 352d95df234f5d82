//! Checks a channel's settings before anything is sent, and collects all problems.

use super::channel::Channel;
use super::secret::Secret;
use crate::domain::refusal::{Code, Problems, Refusal};
use crate::platform::error::Result;
use serde::de::DeserializeOwned;
use std::ffi::OsString;
use std::io::Read;
use std::path::Path;
use std::time::Duration;
use url::{Host, Url};

/// Returns an environment variable; `None` if it is unset or empty.
pub type Lookup<'a> = &'a dyn Fn(&str) -> Option<OsString>;

/// Default time limit of a send, in seconds.
const TIMEOUT: u64 = 30;
/// Longest time limit of a send, in seconds.
const LONGEST_TIMEOUT: u64 = 90;
/// Bytes of a secret file that are read.
const SECRET_LIMIT: u64 = 64 * 1024;

pub(crate) struct Check<'a> {
    name: &'a str,
    lookup: Lookup<'a>,
    problems: Problems,
}

impl<'a> Check<'a> {
    pub(crate) fn new(name: &'a str, lookup: Lookup<'a>) -> Self {
        Check { name, lookup, problems: Problems::default() }
    }

    /// Parses the settings and makes the channel, or refuses with all problems.
    pub(crate) fn open<S: DeserializeOwned, C: Channel + 'static>(
        mut self,
        settings: toml::Table,
        make: impl FnOnce(S, &mut Check<'_>) -> Option<C>,
    ) -> Result<Box<dyn Channel>> {
        let settings: S = match settings.try_into() {
            Ok(settings) => settings,
            Err(problem) => return Err(self.unreadable(&problem)),
        };
        match make(settings, &mut self) {
            Some(channel) if self.problems.is_empty() => Ok(Box::new(channel)),
            _ => Err(self.refusal()),
        }
    }

    /// serde's text may quote a value, but no secret: a table only names files and variables that hold one.
    pub(crate) fn unreadable(self, problem: &toml::de::Error) -> Refusal {
        let said = problem.to_string();
        let words = said.trim().lines().collect::<Vec<_>>().join(" ");
        Refusal::invalid(&format!("channels.{}", self.name), words)
    }

    pub(crate) fn problem(&mut self, key: &str, problem: impl Into<String>) {
        self.problems.add(&format!("channels.{}.{key}", self.name), problem);
    }

    /// Returns the value, or records the problem and returns `None`.
    pub(crate) fn take<T>(&mut self, key: &str, value: Result<T, String>) -> Option<T> {
        value.map_err(|problem| self.problem(key, problem)).ok()
    }

    /// Refuses with all problems, if there are any.
    pub(crate) fn done(self) -> Result<()> {
        self.problems.check()
    }

    pub(crate) fn refusal(self) -> Refusal {
        match self.problems.check() {
            Err(refusal) => refusal,
            Ok(()) => Refusal::new(Code::Internal, text!("the-channel-cant-be-opened", name = self.name)),
        }
    }

    /// A text that is one line and not empty.
    pub(crate) fn text(&mut self, key: &str, value: &str) -> Option<String> {
        self.take(key, crate::domain::text::short(value))
    }

    /// Checks a time limit in seconds.
    pub(crate) fn timeout(&mut self, seconds: Option<u64>) -> Duration {
        let seconds = seconds.unwrap_or(TIMEOUT);
        if !(1..=LONGEST_TIMEOUT).contains(&seconds) {
            self.problem("timeout", text!("takes-seconds-from-1-to", longest_timeout = LONGEST_TIMEOUT));
        }
        Duration::from_secs(seconds)
    }

    pub(crate) fn variable(&self, name: &str) -> Option<OsString> {
        (self.lookup)(name)
    }

    /// A required secret, from the file `KEY_file` or the variable `KEY_env`.
    pub(crate) fn secret(
        &mut self,
        key: &str,
        file: Option<&Path>,
        variable: Option<&str>,
    ) -> Option<Secret> {
        if (file, variable) == (None, None) {
            let problem = text!("is-missing-name-a-file-that-holds", key);
            self.problem(&format!("{key}_file"), problem);
        }
        self.optional_secret(key, file, variable)
    }

    pub(crate) fn optional_secret(
        &mut self,
        key: &str,
        file: Option<&Path>,
        variable: Option<&str>,
    ) -> Option<Secret> {
        let (file_key, variable_key) = (format!("{key}_file"), format!("{key}_env"));
        match (file, variable) {
            (None, None) => None,
            (Some(file), None) => self.take(&file_key, read_secret(file).and_then(whole)),
            (None, Some(name)) => {
                let read = self.secret_variable(name);
                self.take(&variable_key, read.and_then(whole))
            }
            (Some(_), Some(_)) => {
                self.problem(&file_key, text!("is-given-and-too-one-is-enough", variable_key));
                None
            }
        }
    }

    fn secret_variable(&self, name: &str) -> Result<Secret, String> {
        // A wrong name may be the secret itself; do not repeat it.
        let of_name = |c: char| c.is_ascii_alphanumeric() || c == '_';
        let all_caps = !name.chars().any(|c| c.is_ascii_lowercase());
        if name.is_empty() || !name.chars().all(of_name) || !all_caps {
            return Err(text!("takes-the-name-of-an-environment-variable").into());
        }
        let value =
            self.variable(name).ok_or_else(|| text!("the-environment-variable-it-names-is-not-set"))?;
        value.into_string().map(Secret::new).map_err(|_| text!("the-variable-holds-no-utf-8").to_owned())
    }

    /// An API's base URL: https, or http on this machine.
    pub(crate) fn base_url(&mut self, key: &str, text: &str) -> Option<Url> {
        self.take(key, base_url(text))
    }
}

fn read_secret(path: &Path) -> Result<Secret, String> {
    absolute(path)?;
    let mut text = String::new();
    let read = std::fs::File::open(path)
        .and_then(|file| file.take(SECRET_LIMIT).read_to_string(&mut text))
        .map_err(|problem| text!("cant-be-read", path = path.display(), problem));
    let secret = Secret::new(text);
    read.map(|_| secret)
}

/// Removes line ends at the end and refuses control characters: the secret goes into headers and commands.
fn whole(secret: Secret) -> Result<Secret, String> {
    let text = secret.reveal().trim_end_matches(['\r', '\n']);
    if text.is_empty() {
        return Err(text!("the-secret-it-names-is-empty").into());
    }
    if text.chars().any(char::is_control) {
        return Err(text!("the-secret-it-names-is-more-than-one").into());
    }
    Ok(Secret::new(text))
}

/// Refuses a relative path: cron starts the program in another directory.
pub(crate) fn absolute(path: &Path) -> Result<(), String> {
    if path.is_absolute() { Ok(()) } else { Err(text!("takes-an-absolute-path").into()) }
}

fn base_url(text: &str) -> Result<Url, String> {
    // Do not repeat the text: it may contain a token.
    let url = Url::parse(text).map_err(|problem| text!("is-not-a-url", problem))?;
    if !url.username().is_empty() || url.password().is_some() {
        return Err(text!("must-not-hold-a-user-name-or-password").into());
    }
    if url.query().is_some() || url.fragment().is_some() {
        return Err(text!("must-not-hold-a-query-or-fragment").into());
    }
    match (url.scheme(), url.host()) {
        ("https", Some(_)) => Ok(url),
        ("http", Some(host)) if is_loopback(&host) => Ok(url),
        ("http", Some(_)) => Err(text!("must-begin-with-https-http").into()),
        _ => Err(text!("must-begin-with-https").into()),
    }
}

/// Whether a host is this machine.
pub(crate) fn is_loopback<S: AsRef<str>>(host: &Host<S>) -> bool {
    match host {
        Host::Domain(name) => name.as_ref().eq_ignore_ascii_case("localhost"),
        Host::Ipv4(address) => address.is_loopback(),
        Host::Ipv6(address) => address.is_loopback(),
    }
}

/// Appends path segments to the URL, escaped.
pub(crate) fn below(base: &Url, pieces: &[&str]) -> Url {
    let mut url = base.clone();
    if let Ok(mut path) = url.path_segments_mut() {
        path.pop_if_empty().extend(pieces);
    }
    url
}
