//! Looks a channel's settings over before anything is sent: every finding in one answer.

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

/// Asks for an environment variable: its value, where it is set and not empty.
pub type Lookup<'a> = &'a dyn Fn(&str) -> Option<OsString>;

/// How long a send may take where the settings don't say, in seconds.
const TIMEOUT: u64 = 30;
/// The longest that a send may be allowed to take, in seconds.
const LONGEST_TIMEOUT: u64 = 90;
/// More bytes than any secret has.
const SECRET_LIMIT: u64 = 64 * 1024;

/// The findings about one channel.
pub(crate) struct Check<'a> {
    name: &'a str,
    lookup: Lookup<'a>,
    problems: Problems,
}

impl<'a> Check<'a> {
    pub(crate) fn new(name: &'a str, lookup: Lookup<'a>) -> Self {
        Check { name, lookup, problems: Problems::default() }
    }

    /// Reads the settings and has the channel made of them, where nothing is wrong with any.
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

    /// What serde has against the table. It names keys, and values of the wrong type; a secret has no
    /// key of its own, so that its value is never among them.
    fn unreadable(self, problem: &toml::de::Error) -> Refusal {
        let said = problem.to_string();
        let words = said.trim().lines().collect::<Vec<_>>().join(" ");
        Refusal::invalid(&format!("channels.{}", self.name), words)
    }

    pub(crate) fn problem(&mut self, key: &str, problem: impl Into<String>) {
        self.problems.add(&format!("channels.{}.{key}", self.name), problem);
    }

    /// Keeps the value, or notes what is wrong with it.
    pub(crate) fn take<T>(&mut self, key: &str, value: Result<T, String>) -> Option<T> {
        value.map_err(|problem| self.problem(key, problem)).ok()
    }

    /// The refusal with all findings so far.
    pub(crate) fn refusal(self) -> Refusal {
        match self.problems.check() {
            Err(refusal) => refusal,
            Ok(()) => Refusal::new(Code::Internal, text!("the-channel-cant-be-opened", name = self.name)),
        }
    }

    /// A text that is there and is one line.
    pub(crate) fn text(&mut self, key: &str, value: &str) -> Option<String> {
        self.take(key, crate::domain::text::short(value))
    }

    /// The time limit, from seconds.
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

    /// A secret that must be there, from `KEY_file` or `KEY_env`.
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

    /// A secret that may be missing.
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
        // What is no name of a variable may be the secret itself, and must not be repeated.
        let of_name = |c: char| c.is_ascii_alphanumeric() || c == '_';
        let all_caps = !name.chars().any(|c| c.is_ascii_lowercase());
        if name.is_empty() || !name.chars().all(of_name) || !all_caps {
            return Err(text!("takes-the-name-of-an-environment-variable").into());
        }
        let value =
            self.variable(name).ok_or_else(|| text!("the-environment-variable-it-names-is-not-set"))?;
        value.into_string().map(Secret::new).map_err(|_| text!("the-variable-holds-no-utf-8").to_owned())
    }

    /// Where an API is: https, or http on this very machine.
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

/// The secret without the line end that an editor leaves. It goes into headers and commands, where
/// control characters would say something else.
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

/// A path that means the same wherever the program is called from: cron calls it from somewhere else.
pub(crate) fn absolute(path: &Path) -> Result<(), String> {
    if path.is_absolute() { Ok(()) } else { Err(text!("takes-an-absolute-path").into()) }
}

fn base_url(text: &str) -> Result<Url, String> {
    // The text is not repeated: a token may have been written into it.
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

/// Whether a host is this very machine, by its name or address.
pub(crate) fn is_loopback<S: AsRef<str>>(host: &Host<S>) -> bool {
    match host {
        Host::Domain(name) => name.as_ref().eq_ignore_ascii_case("localhost"),
        Host::Ipv4(address) => address.is_loopback(),
        Host::Ipv6(address) => address.is_loopback(),
    }
}

/// The URL with one more piece of path at its end, escaped.
pub(crate) fn below(base: &Url, pieces: &[&str]) -> Url {
    let mut url = base.clone();
    if let Ok(mut path) = url.path_segments_mut() {
        path.pop_if_empty().extend(pieces);
    }
    url
}
