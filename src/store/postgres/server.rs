//! Which server, which database, as whom: a URL, or a text of `key=value`, read as libpq reads it.
//!
//! What the URL leaves out comes from its service, then from libpq's variables (`PGHOST`, `PGUSER`,
//! `PGSSLMODE` …) and the password from the URL, `PGPASSWORD` or the password file, in that order
//! (<https://www.postgresql.org/docs/current/libpq-connect.html>).

use crate::error::StoreError;
use crate::store::again::PATIENCE;
use percent_encoding::{NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};
use std::fmt;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::time::Duration;
use tokio_postgres::Config;
use tokio_postgres::config::{Host, LoadBalanceHosts};

use super::auth::Required;
use super::service;
use super::target::Target;

/// The most bytes that are read of a password file.
const LONGEST_PASSFILE: u64 = 1 << 20;
/// How long a server may take to answer at first, where nobody says.
const USUAL_TIMEOUT: Duration = Duration::from_secs(5);

/// What of the connection is hidden, and what is checked, in libpq's words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum SslMode {
    /// Never encrypted.
    Disable,
    /// Encrypted where the server will not have it otherwise.
    Allow,
    /// Encrypted where the server can; nobody's certificate is checked.
    Prefer,
    /// Encrypted or not at all; the certificate is checked where a root certificate is at hand.
    Require,
    /// … and signed by somebody who is trusted.
    VerifyCa,
    /// … and made out to that host.
    VerifyFull,
}

impl SslMode {
    fn parse(word: &str) -> Option<SslMode> {
        Some(match word {
            "disable" => SslMode::Disable,
            "allow" => SslMode::Allow,
            "prefer" => SslMode::Prefer,
            "require" => SslMode::Require,
            "verify-ca" => SslMode::VerifyCa,
            "verify-full" => SslMode::VerifyFull,
            _ => return None,
        })
    }
}

/// Files of certificates, in PEM.
#[derive(Debug, Clone, Default)]
pub(super) struct Certificates {
    /// Who is trusted; `system` for those whom the operating system trusts.
    pub(super) root: Option<PathBuf>,
    /// The client's own.
    pub(super) own: Option<PathBuf>,
    /// The key that goes with it.
    pub(super) key: Option<PathBuf>,
}

/// A database on a server.
#[derive(Clone)]
pub struct Server {
    pub(super) config: Config,
    pub(super) sslmode: SslMode,
    pub(super) certificates: Certificates,
    /// How the server may ask who somebody is.
    pub(super) required: Required,
    /// Which of several hosts is meant.
    pub(super) target: Target,
    pub(super) timeout: Duration,
    /// How long a server that lets nobody in is waited for.
    pub(super) patience: Duration,
    /// Whether writers queue for a lock, where the server has one. Always, but in tests of what
    /// happens on the others.
    pub(super) locks: bool,
    passfile: Option<PathBuf>,
    shown: String,
}

/// How long a mere look at a book waits for the server.
const MOMENT: Duration = Duration::from_secs(1);

impl Server {
    /// The same server, for who gives up after a moment.
    pub(super) fn hasty(&self) -> Server {
        let timeout = if self.timeout.is_zero() { MOMENT } else { self.timeout.min(MOMENT) };
        Server { timeout, ..self.clone() }
    }

    /// Reads a text of `key=value`; as [`Server::parse`].
    pub(crate) fn parse_settings(
        text: &str,
        variable: &dyn Fn(&str) -> Option<String>,
    ) -> Result<Server, StoreError> {
        let url = service::url_of(text).ok_or_else(|| malformed(text!("it-is-no-list-of-key-value")))?;
        Server::parse(&url, variable)
    }

    /// Reads a `postgres://` URL; `variable` looks up libpq's variables.
    /// No refusal holds the password.
    pub(crate) fn parse(url: &str, variable: &dyn Fn(&str) -> Option<String>) -> Result<Server, StoreError> {
        if has_two_ats(url) {
            return Err(malformed(text!("an-in-a-password-is-written-40")));
        }
        let home = variable("HOME").or_else(|| variable("USERPROFILE")).map(PathBuf::from);
        let (mut own, mut rest) = split(url);
        let mut config = read(&rest)?;
        let service = own.iter().rev().find(|(key, _)| key == "service").map(|(_, name)| name.clone());
        if let Some(name) = service.or_else(|| variable("PGSERVICE")).filter(|name| !name.is_empty()) {
            let mut settings = service::settings(&name, home.as_deref(), variable)?;
            settings.retain(|(key, _)| !names(url, &config, key));
            (own, rest) = split(&service::with(url, &settings));
            config = read(&rest)?;
        }
        let said = |key: &str, name: &str| {
            let found = own.iter().rev().find(|(own, _)| own == key).map(|(_, value)| value.clone());
            found.or_else(|| variable(name)).filter(|value| !value.is_empty())
        };
        let root = said("sslrootcert", "PGSSLROOTCERT").map(PathBuf::from);
        let sslmode = match said("sslmode", "PGSSLMODE") {
            Some(word) => SslMode::parse(&word)
                .ok_or_else(|| malformed(text!("sslmode-is-disable-allow-prefer-require-verify-ca")))?,
            // As libpq: the system's trust is worth nothing without the host's name.
            None if root.as_deref() == Some(Path::new("system")) => SslMode::VerifyFull,
            None => SslMode::Prefer,
        };
        let required = match said("require_auth", "PGREQUIREAUTH") {
            Some(list) => Required::parse(&list)
                .ok_or_else(|| malformed(text!("require_auth-lists-none-password-md5-scram")))?,
            None => Required::Unsaid,
        };
        let target = match said("target_session_attrs", "PGTARGETSESSIONATTRS") {
            Some(word) => Target::parse(&word)
                .ok_or_else(|| malformed(text!("target-session-attrs-is-any-read-write-read-only")))?,
            None => Target::Any,
        };
        let usual = |name: &str| home.as_ref().map(|home| home.join(".postgresql").join(name));
        let present = |path: &PathBuf| path.is_file();
        let certificates = Certificates {
            root: root.or_else(|| usual("root.crt").filter(present)),
            own: said("sslcert", "PGSSLCERT")
                .map(PathBuf::from)
                .or_else(|| usual("postgresql.crt").filter(present)),
            key: said("sslkey", "PGSSLKEY")
                .map(PathBuf::from)
                .or_else(|| usual("postgresql.key").filter(present)),
        };
        let passfile = said("passfile", "PGPASSFILE").map(PathBuf::from);
        fill(&mut config, variable)?;
        let (hosts, ports) = (config.get_hosts().len(), config.get_ports().len());
        if ports > 1 && ports != hosts {
            return Err(malformed(&text!("there-are-ports-for-hosts", ports, hosts)));
        }
        let timeout = config.get_connect_timeout().copied();
        let patience = timeout.filter(|timeout| !timeout.is_zero()).unwrap_or(PATIENCE).min(PATIENCE);
        Ok(Server {
            config,
            sslmode,
            certificates,
            required,
            target,
            timeout: timeout.unwrap_or(USUAL_TIMEOUT),
            patience,
            locks: true,
            passfile: passfile.or_else(|| home.map(|home| home.join(".pgpass"))),
            shown: without_password(url),
        })
    }

    /// The same for each of its hosts alone, in the order in which they are tried: each has its own password,
    /// and is a socket or not.
    pub(super) fn hosts(&self) -> Vec<Server> {
        let all = self.config.get_hosts().iter().enumerate();
        let mut hosts: Vec<Server> = all
            .map(|(position, host)| Server { config: self.only(position, host), ..self.clone() })
            .collect();
        if self.config.get_load_balance_hosts() == LoadBalanceHosts::Random {
            hosts.sort_by_cached_key(|_| getrandom::u32().unwrap_or_default());
        }
        hosts
    }

    /// The settings with one of the hosts.
    fn only(&self, position: usize, host: &Host) -> Config {
        let (all, mut one) = (&self.config, Config::new());
        match host {
            Host::Tcp(name) => one.host(name),
            #[cfg(unix)]
            Host::Unix(folder) => one.host_path(folder),
        };
        if let Some(address) = all.get_hostaddrs().get(position) {
            one.hostaddr(*address);
        }
        one.port(all.get_ports().get(position).or(all.get_ports().first()).copied().unwrap_or(5432));
        one.user(all.get_user().unwrap_or_default());
        if let Some(password) = all.get_password() {
            one.password(password);
        }
        if let Some(name) = all.get_dbname() {
            one.dbname(name);
        }
        if let Some(options) = all.get_options() {
            one.options(options);
        }
        if let Some(name) = all.get_application_name() {
            one.application_name(name);
        }
        if let Some(timeout) = all.get_tcp_user_timeout() {
            one.tcp_user_timeout(*timeout);
        }
        if let Some(interval) = all.get_keepalives_interval() {
            one.keepalives_interval(interval);
        }
        if let Some(retries) = all.get_keepalives_retries() {
            one.keepalives_retries(retries);
        }
        one.keepalives(all.get_keepalives())
            .keepalives_idle(all.get_keepalives_idle())
            .ssl_negotiation(all.get_ssl_negotiation())
            .channel_binding(all.get_channel_binding())
            .load_balance_hosts(all.get_load_balance_hosts());
        one
    }

    /// As on a server that has no such locks.
    #[cfg(test)]
    pub(crate) fn without_locks(self) -> Self {
        Server { locks: false, ..self }
    }

    /// The settings with the password that the password file has for them, where none was given.
    pub(super) fn with_password(&self) -> Config {
        let mut config = self.config.clone();
        if config.get_password().is_none()
            && let Some(password) = self.passfile.as_deref().and_then(|file| self.look_up(file))
        {
            config.password(password);
        }
        config
    }

    /// Why the password file is passed over, where it is there and libpq would pass over it, too.
    pub(super) fn passfile_is_open(&self) -> Option<&Path> {
        let file = self.passfile.as_deref()?;
        (self.config.get_password().is_none() && file.is_file() && !is_private(file)).then_some(file)
    }

    fn look_up(&self, file: &Path) -> Option<String> {
        if !is_private(file) {
            return None;
        }
        let mut text = String::new();
        std::fs::File::open(file).ok()?.take(LONGEST_PASSFILE).read_to_string(&mut text).ok()?;
        let port = self.config.get_ports().first().copied().unwrap_or(5432).to_string();
        let user = self.config.get_user().unwrap_or_default();
        let database = self.config.get_dbname().unwrap_or(user);
        let names = match self.config.get_hosts().first() {
            Some(Host::Tcp(name)) => vec![name.clone()],
            // A socket counts as this machine, and goes by its folder.
            #[cfg(unix)]
            Some(Host::Unix(folder)) => vec![folder.display().to_string(), "localhost".to_owned()],
            None => vec!["localhost".to_owned()],
        };
        text.lines()
            .find_map(|line| names.iter().find_map(|host| password_in(line, [host, &port, database, user])))
    }

    /// Host and port, for a message.
    pub(super) fn address(&self) -> String {
        let port = self.config.get_ports().first().copied().unwrap_or(5432);
        match self.config.get_hosts().first() {
            Some(Host::Tcp(name)) => format!("{name}:{port}"),
            #[cfg(unix)]
            Some(Host::Unix(folder)) => folder.join(format!(".s.PGSQL.{port}")).display().to_string(),
            None => format!("port {port}"),
        }
    }

    /// Whether the server is on this machine, behind a socket that has no name to be checked and nobody listens at.
    pub(super) fn is_local(&self) -> bool {
        #[cfg(unix)]
        let local = matches!(self.config.get_hosts().first(), Some(Host::Unix(_)));
        #[cfg(not(unix))]
        let local = false;
        local
    }

    /// How the connection is to be tried, one way after the other: whether it is encrypted.
    pub(super) fn ways(&self) -> &'static [bool] {
        match self.sslmode {
            _ if self.is_local() => &[false],
            SslMode::Disable => &[false],
            SslMode::Allow => &[false, true],
            SslMode::Prefer => &[true, false],
            SslMode::Require | SslMode::VerifyCa | SslMode::VerifyFull => &[true],
        }
    }
}

/// Without the password.
impl fmt::Display for Server {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.shown)
    }
}

/// Without the password.
impl fmt::Debug for Server {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Server").field(&self.shown).finish()
    }
}

fn malformed(why: &str) -> StoreError {
    StoreError::unavailable(
        format!("the database's URL can't be read: {why}"),
        "it looks like postgres://USER@HOST:5432/DATABASE?sslmode=require",
    )
}

/// Parameters that the client library does not know, and the URL without them.
const OWN: [&str; 9] = [
    "sslmode",
    "sslrootcert",
    "sslcert",
    "sslkey",
    "passfile",
    "gssencmode",
    "require_auth",
    "target_session_attrs",
    "service",
];

/// What the client library makes of a URL.
fn read(url: &str) -> Result<Config, StoreError> {
    url.parse().map_err(|problem: tokio_postgres::Error| {
        malformed(&std::error::Error::source(&problem).map_or(problem.to_string(), ToString::to_string))
    })
}

/// Whether a URL itself says what a service says, too.
fn names(url: &str, config: &Config, key: &str) -> bool {
    match key {
        "user" => config.get_user().is_some(),
        "password" => config.get_password().is_some(),
        "dbname" => config.get_dbname().is_some(),
        "host" | "hostaddr" => !config.get_hosts().is_empty() || !config.get_hostaddrs().is_empty(),
        "port" => !config.get_ports().is_empty(),
        key => {
            let query = url.split_once('?').map_or("", |(_, query)| query);
            query.split('&').any(|part| part.split('=').next() == Some(key))
        }
    }
}

fn split(url: &str) -> (Vec<(String, String)>, String) {
    let Some((address, query)) = url.split_once('?') else { return (Vec::new(), url.to_owned()) };
    let (mut own, mut rest) = (Vec::new(), Vec::new());
    for part in query.split('&').filter(|part| !part.is_empty()) {
        let (key, value) = part.split_once('=').unwrap_or((part, ""));
        let decoded = || percent_decode_str(value).decode_utf8_lossy().into_owned();
        if OWN.contains(&key) {
            own.push((key.to_owned(), decoded()));
        } else if key == "host" {
            // The client library takes one here.
            let hosts = decoded();
            let hosts = hosts.split(',').map(|host| utf8_percent_encode(host, NON_ALPHANUMERIC));
            rest.extend(hosts.map(|host| format!("host={host}")));
        } else {
            rest.push(part.to_owned());
        }
    }
    let mark = if rest.is_empty() { "" } else { "?" };
    (own, format!("{address}{mark}{}", rest.join("&")))
}

/// Whether a second `@` stands before the query: a password that was not escaped would be taken for a
/// host, looked up and shown.
fn has_two_ats(url: &str) -> bool {
    let address = url.split('?').next().unwrap_or_default();
    address.matches('@').count() > 1
}

/// The URL as it was typed, but for the password. Letters in it that should have been escaped don't
/// make it show: everything from the first colon to the last `@` before the path goes.
fn without_password(url: &str) -> String {
    let (scheme, rest) = url.split_once("://").unwrap_or(("postgres", url));
    let shown = match rest.split_once('@') {
        Some((who, tail)) => {
            let end = tail.find(['/', '?']).unwrap_or(tail.len());
            let host = tail[..end].rfind('@').map_or(tail, |more| &tail[more + 1..]);
            format!("{}@{host}", who.split(':').next().unwrap_or_default())
        }
        None => rest.to_owned(),
    };
    let (address, query) = shown.split_once('?').unwrap_or((&shown, ""));
    let is_password = |part: &&str| {
        let name = part.split('=').next().unwrap_or_default();
        percent_decode_str(name).decode_utf8_lossy() == "password"
    };
    let query: Vec<&str> =
        query.split('&').filter(|part| !part.is_empty()).filter(|part| !is_password(part)).collect();
    let mark = if query.is_empty() { "" } else { "?" };
    format!("{scheme}://{address}{mark}{}", query.join("&"))
}

/// Under whose name, where the URL doesn't say. Whom the system doesn't know the session names, as for the audit log;
/// nobody is taken for the server's own user unasked.
fn user(known: Option<String>, said: impl Fn(&str) -> Option<String>) -> Result<String, StoreError> {
    let said = |name: &str| said(name).filter(|name| !name.trim().is_empty());
    let named = known.or_else(|| said("LOGNAME")).or_else(|| said("USER"));
    named.ok_or_else(|| {
        malformed("neither it nor PGUSER names a user, and the system doesn't know who you are")
    })
}

/// What the URL leaves out: from the variables, else as on most machines.
fn fill(config: &mut Config, variable: &dyn Fn(&str) -> Option<String>) -> Result<(), StoreError> {
    let said = |name: &str| variable(name).filter(|value| !value.is_empty());
    if config.get_ports().is_empty()
        && let Some(port) = said("PGPORT")
    {
        for port in port.split(',') {
            config.port(port.parse().map_err(|_| malformed("PGPORT is not a port"))?);
        }
    }
    if config.get_hosts().is_empty() && !config.get_hostaddrs().is_empty() {
        // A line is encrypted, or watched, by its host's name.
        for address in config.get_hostaddrs().to_vec() {
            config.host(address.to_string());
        }
    }
    if config.get_hosts().is_empty() {
        match said("PGHOST") {
            Some(hosts) => hosts.split(',').for_each(|host| {
                config.host(host);
            }),
            None => {
                config.host(local_socket(config.get_ports()).unwrap_or("localhost"));
            }
        }
    }
    if config.get_user().is_none() {
        let known = said("PGUSER").or_else(|| whoami::username().ok());
        config.user(user(known, said)?);
    }
    if config.get_dbname().is_none()
        && let Some(name) = said("PGDATABASE")
    {
        config.dbname(&name);
    }
    if config.get_password().is_none()
        && let Some(password) = said("PGPASSWORD")
    {
        config.password(password);
    }
    if config.get_options().is_none()
        && let Some(options) = said("PGOPTIONS")
    {
        config.options(&options);
    }
    if config.get_connect_timeout().is_none()
        && let Some(seconds) = said("PGCONNECT_TIMEOUT")
    {
        let seconds =
            seconds.parse().map_err(|_| malformed("PGCONNECT_TIMEOUT is not a number of seconds"))?;
        config.connect_timeout(Duration::from_secs(seconds));
    }
    if config.get_application_name().is_none() {
        config.application_name("turno");
    }
    Ok(())
}

/// Where Debian and the others put the socket.
fn local_socket(ports: &[u16]) -> Option<&'static str> {
    let name = format!(".s.PGSQL.{}", ports.first().unwrap_or(&5432));
    ["/var/run/postgresql", "/tmp"].into_iter().find(|folder| Path::new(folder).join(&name).exists())
}

/// Whether nobody but its owner can read a file.
fn is_private(file: &Path) -> bool {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        std::fs::metadata(file).is_ok_and(|meta| meta.permissions().mode() & 0o077 == 0)
    }
    #[cfg(not(unix))]
    {
        file.is_file()
    }
}

/// The password of a line `host:port:database:user:password` that fits; `*` fits everything, and a
/// backslash keeps what follows it from meaning something.
fn password_in(line: &str, wanted: [&str; 4]) -> Option<String> {
    if line.starts_with('#') {
        return None;
    }
    let (mut fields, mut field, mut plain) = (Vec::new(), String::new(), true);
    let mut letters = line.chars();
    while let Some(letter) = letters.next() {
        match letter {
            '\\' => {
                field.extend(letters.next());
                plain = false;
            }
            ':' if fields.len() < 4 => {
                fields.push((std::mem::take(&mut field), plain));
                plain = true;
            }
            letter => field.push(letter),
        }
    }
    let fits = |((said, plain), wanted): (&(String, bool), &str)| (said == "*" && *plain) || said == wanted;
    (fields.len() == 4 && fields.iter().zip(wanted).all(fits)).then_some(field)
}

#[cfg(test)]
#[path = "server_tests.rs"]
mod tests;
