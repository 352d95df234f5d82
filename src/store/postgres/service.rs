//! libpq's other ways to name a server: texts of `key=value`, and services of `pg_service.conf`
//! (<https://www.postgresql.org/docs/current/libpq-pgservice.html>).

use crate::platform::error::StoreError;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use std::io::Read;
use std::path::{Path, PathBuf};

/// The limit of what is read of a service file, in bytes.
const LONGEST_FILE: u64 = 1 << 20;
/// The folder of the system's service file on Debian.
const SYSTEM: &str = "/etc/postgresql-common";

pub(super) type Settings = Vec<(String, String)>;

/// Converts a text of `key=value` to a URL; `None` if malformed. A value with spaces is quoted by `'`; a
/// backslash escapes the next character.
pub(super) fn url_of(text: &str) -> Option<String> {
    let (mut settings, mut rest) = (Settings::new(), text.trim_start());
    while !rest.is_empty() {
        let (key, value) = rest.split_once('=')?;
        let key = key.trim_end();
        if key.is_empty() || key.contains(char::is_whitespace) {
            return None;
        }
        let value = value.trim_start();
        let inner = value.strip_prefix('\'');
        let (mut letters, mut said) = (inner.unwrap_or(value).chars(), String::new());
        loop {
            match letters.next() {
                Some('\\') => said.extend(letters.next()),
                Some('\'') if inner.is_some() => break,
                Some(letter) if inner.is_none() && letter.is_whitespace() => break,
                Some(letter) => said.push(letter),
                None if inner.is_some() => return None,
                None => break,
            }
        }
        settings.push((key.to_owned(), said));
        rest = letters.as_str().trim_start();
    }
    Some(with("postgres://", &settings))
}

/// Adds settings to the query of a URL.
pub(super) fn with(url: &str, settings: &Settings) -> String {
    let encoded = |text: &str| utf8_percent_encode(text, NON_ALPHANUMERIC).to_string();
    settings.iter().fold(url.to_owned(), |url, (key, value)| {
        let mark = if url.contains('?') { '&' } else { '?' };
        // Encode a key only if it would break the query.
        let key = if key.contains(['&', '#', '%']) { encoded(key) } else { key.clone() };
        format!("{url}{mark}{key}={}", encoded(value))
    })
}

/// The settings of a service, from the user's file, else from the system's.
pub(super) fn settings(
    name: &str,
    home: Option<&Path>,
    variable: &dyn Fn(&str) -> Option<String>,
) -> Result<Settings, StoreError> {
    let said = |name: &str| variable(name).filter(|value| !value.is_empty()).map(PathBuf::from);
    let own = said("PGSERVICEFILE").or_else(|| Some(home?.join(".pg_service.conf")));
    let system = said("PGSYSCONFDIR").unwrap_or_else(|| SYSTEM.into()).join("pg_service.conf");
    let text = |file: PathBuf| {
        let mut text = String::new();
        std::fs::File::open(file).ok()?.take(LONGEST_FILE).read_to_string(&mut text).ok()?;
        Some(text)
    };
    let found = own.into_iter().chain([system]).find_map(|file| section(&text(file)?, name));
    found.ok_or_else(|| {
        StoreError::unavailable(
            text!("no-service-of-that-name-for-libpq", name),
            text!("services-are-sections-of-pg-service-conf"),
        )
    })
}

fn section(text: &str, name: &str) -> Option<Settings> {
    let mut lines = text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'));
    lines.find(|line| line.strip_prefix('[').and_then(|line| line.strip_suffix(']')) == Some(name))?;
    let lines = lines.take_while(|line| !line.starts_with('['));
    let pairs = lines.map(|line| line.split_once('=').unwrap_or((line, "")));
    Some(pairs.map(|(key, value)| (key.to_owned(), value.to_owned())).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_of_settings_is_read_as_a_url() {
        for (text, url) in [
            ("host=db dbname=clinic", Some("postgres://?host=db&dbname=clinic")),
            ("host = db   user='ana b'", Some("postgres://?host=db&user=ana%20b")),
            (r"password='it\'s' port=1", Some("postgres://?password=it%27s&port=1")),
            (r"user=a\ b", Some("postgres://?user=a%20b")),
            ("dbname='' host=/run", Some("postgres://?dbname=&host=%2Frun")),
            ("host=db clinic", None),
            ("host='db", None),
            ("=db", None),
        ] {
            assert_eq!(url_of(text).as_deref(), url, "{text}");
        }
    }

    #[test]
    fn a_service_is_a_section_of_its_file() {
        let text = "# of the desk\n[one]\nhost=a\n\n[two]\n host=b\n# no\nuser=ana\n[three]\nbroken\n";
        let of = |name: &str| section(text, name).map(|found| with("postgres://", &found));
        assert_eq!(of("one").as_deref(), Some("postgres://?host=a"));
        assert_eq!(of("two").as_deref(), Some("postgres://?host=b&user=ana"));
        assert_eq!(of("three").as_deref(), Some("postgres://?broken="));
        assert_eq!(of("four"), None);
    }
}
