//! The password file (<https://www.postgresql.org/docs/current/libpq-pgpass.html>).

use std::io::Read;
use std::path::Path;
use tokio_postgres::Config;
use tokio_postgres::config::Host;

/// The limit of what is read, in bytes.
const LONGEST: u64 = 1 << 20;

/// The password for the first host, the database and the user of `config`.
pub(super) fn look_up(file: &Path, config: &Config) -> Option<String> {
    if !is_private(file) {
        return None;
    }
    let mut text = String::new();
    std::fs::File::open(file).ok()?.take(LONGEST).read_to_string(&mut text).ok()?;
    let port = config.get_ports().first().copied().unwrap_or(5432).to_string();
    let user = config.get_user().unwrap_or_default();
    let database = config.get_dbname().unwrap_or(user);
    let names = match config.get_hosts().first() {
        Some(Host::Tcp(name)) => vec![name.clone()],
        // A line for a socket names its folder or `localhost`.
        #[cfg(unix)]
        Some(Host::Unix(folder)) => vec![folder.display().to_string(), "localhost".to_owned()],
        None => vec!["localhost".to_owned()],
    };
    text.lines()
        .find_map(|line| names.iter().find_map(|host| password_in(line, [host, &port, database, user])))
}

/// Whether only the owner may read the file; checked on Unix only.
pub(super) fn is_private(file: &Path) -> bool {
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

/// The password, if the line `host:port:database:user:password` matches `wanted`. `*` matches everything; a
/// backslash escapes the next character.
pub(super) fn password_in(line: &str, wanted: [&str; 4]) -> Option<String> {
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
