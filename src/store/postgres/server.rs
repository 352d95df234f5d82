//! The address of a server: a `postgres://` URL or a text of `key=value`, read as libpq reads it.
//!
//! A value that the URL lacks comes from its service, then from libpq's variables (`PGHOST`, `PGUSER`,
//! `PGSSLMODE` …). The password comes from the URL, `PGPASSWORD` or the password file, in that order
//! (<https://www.postgresql.org/docs/current/libpq-connect.html>).

use crate::platform::error::StoreError;
use crate::store::retry::PATIENCE;
use std::fmt;
use std::path::{Path, PathBuf};
use std::time::Duration;
use tokio_postgres::Config;
use tokio_postgres::config::{Host, LoadBalanceHosts};

use super::auth::Required;
use super::target::Target;
use super::url::{has_two_ats, malformed, names, read, split, without_password};
use super::variables::fill;
use super::{passfile, service};

/// The default limit for opening a session.
const USUAL_TIMEOUT: Duration = Duration::from_secs(5);

/// How a connection is encrypted and what is checked, in libpq's words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum SslMode {
    /// Never encrypted.
    Disable,
    /// Encrypted only if the server refuses a connection without encryption.
    Allow,
    /// Encrypted if the server can; the certificate is checked as for `Require`.
    Prefer,
    /// Always encrypted; the certificate is checked if a root certificate is at hand.
    Require,
    /// Like `Require`, and the certificate must be signed by a trusted authority.
    VerifyCa,
    /// Like `VerifyCa`, and the certificate must name the host.
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

/// Certificate files in PEM format.
#[derive(Debug, Clone, Default)]
pub(super) struct Certificates {
    /// The trusted authorities; `system` for those of the operating system.
    pub(super) root: Option<PathBuf>,
    /// The client's certificate.
    pub(super) own: Option<PathBuf>,
    pub(super) key: Option<PathBuf>,
}

/// A database on a server.
#[derive(Clone)]
pub struct Server {
    pub(super) config: Config,
    pub(super) sslmode: SslMode,
    pub(super) certificates: Certificates,
    pub(super) required: Required,
    pub(super) target: Target,
    pub(super) timeout: Duration,
    /// How long to retry while the server is away.
    pub(super) patience: Duration,
    /// Whether writers queue for a lock if the server has one. False only in tests.
    pub(super) locks: bool,
    passfile: Option<PathBuf>,
    shown: String,
}

/// The limit of [`Server::hasty`].
const MOMENT: Duration = Duration::from_secs(1);

impl Server {
    /// The same server with a short time limit.
    pub(super) fn hasty(&self) -> Server {
        let timeout = if self.timeout.is_zero() { MOMENT } else { self.timeout.min(MOMENT) };
        Server { timeout, ..self.clone() }
    }

    /// Parses a text of `key=value`; see [`Server::parse`].
    pub(crate) fn parse_settings(
        text: &str,
        variable: &dyn Fn(&str) -> Option<String>,
    ) -> Result<Server, StoreError> {
        let url = service::url_of(text).ok_or_else(|| malformed(text!("it-is-no-list-of-key-value")))?;
        Server::parse(&url, variable)
    }

    /// Parses a `postgres://` URL; `variable` looks up libpq's variables. No error holds the password.
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
            // As in libpq: `system` trusts many authorities, so the host's name must be checked, too.
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

    /// One `Server` per host, in the order of tries: password and kind of connection depend on the host.
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

    /// Makes writers work as on a server without such locks.
    #[cfg(test)]
    pub(crate) fn without_locks(self) -> Self {
        Server { locks: false, ..self }
    }

    /// The settings; a missing password is taken from the password file.
    pub(super) fn with_password(&self) -> Config {
        let mut config = self.config.clone();
        if config.get_password().is_none()
            && let Some(password) =
                self.passfile.as_deref().and_then(|file| passfile::look_up(file, &self.config))
        {
            config.password(password);
        }
        config
    }

    /// The password file, if it is needed and ignored (as by libpq) because others may read it.
    pub(super) fn passfile_is_open(&self) -> Option<&Path> {
        let file = self.passfile.as_deref()?;
        (self.config.get_password().is_none() && file.is_file() && !passfile::is_private(file))
            .then_some(file)
    }

    /// The host and port, or the path of the socket, for messages.
    pub(super) fn address(&self) -> String {
        let port = self.config.get_ports().first().copied().unwrap_or(5432);
        match self.config.get_hosts().first() {
            Some(Host::Tcp(name)) => format!("{name}:{port}"),
            #[cfg(unix)]
            Some(Host::Unix(folder)) => folder.join(format!(".s.PGSQL.{port}")).display().to_string(),
            None => format!("port {port}"),
        }
    }

    /// Whether the connection is a Unix socket, which needs no encryption.
    pub(super) fn is_local(&self) -> bool {
        #[cfg(unix)]
        let local = matches!(self.config.get_hosts().first(), Some(Host::Unix(_)));
        #[cfg(not(unix))]
        let local = false;
        local
    }

    /// The tries in order: whether each is encrypted.
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

#[cfg(test)]
mod tests;
