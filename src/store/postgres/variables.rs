//! Fills in what an address leaves out from libpq's variables.

use super::url::malformed;
use crate::platform::error::StoreError;
use std::path::Path;
use std::time::Duration;
use tokio_postgres::Config;

/// The user name if the URL has none: `known`, else `LOGNAME`, else `USER`, as for the audit log. Refuses if
/// all are missing, instead of trying the server's own user.
pub(super) fn user(
    known: Option<String>,
    said: impl Fn(&str) -> Option<String>,
) -> Result<String, StoreError> {
    let said = |name: &str| said(name).filter(|name| !name.trim().is_empty());
    let named = known.or_else(|| said("LOGNAME")).or_else(|| said("USER"));
    named.ok_or_else(|| {
        malformed("neither it nor PGUSER names a user, and the system doesn't know who you are")
    })
}

pub(super) fn fill(config: &mut Config, variable: &dyn Fn(&str) -> Option<String>) -> Result<(), StoreError> {
    let said = |name: &str| variable(name).filter(|value| !value.is_empty());
    if config.get_ports().is_empty()
        && let Some(port) = said("PGPORT")
    {
        for port in port.split(',') {
            config.port(port.parse().map_err(|_| malformed("PGPORT is not a port"))?);
        }
    }
    if config.get_hosts().is_empty() && !config.get_hostaddrs().is_empty() {
        // Encryption and the check of the server's messages need a host name.
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

/// The folder of the server's socket: Debian's, else PostgreSQL's own default.
fn local_socket(ports: &[u16]) -> Option<&'static str> {
    let name = format!(".s.PGSQL.{}", ports.first().unwrap_or(&5432));
    ["/var/run/postgresql", "/tmp"].into_iter().find(|folder| Path::new(folder).join(&name).exists())
}
