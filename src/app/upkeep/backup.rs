//! Backups: one file with the book as of one moment, checked before it is put in place.

use crate::app::{Context, Env};
use crate::domain::refusal::Refusal;
use crate::domain::time::{Instant, Zone};
use crate::platform::error::Result;
use crate::store::backup::{self, Found, Made, Target};
use crate::store::{Ending, Location, Store, directory, meta};
use std::path::{Path, PathBuf};

/// Destination of a backup.
#[derive(Debug, Clone)]
pub enum Whereto {
    /// This file; the flag allows replacing an earlier backup there.
    File(PathBuf, bool),
    /// This directory, under a generated name; the number is how many backups of this book to keep.
    Rotation(PathBuf, usize),
}

/// The result of a backup.
#[derive(Debug, Clone)]
pub struct Done {
    /// The backup.
    pub made: Made,
    /// The old backups that were removed.
    pub removed: Vec<PathBuf>,
}

/// Refuses a file that is the book itself.
pub fn refuse_itself(book: &Location, file: &Path, field: &str) -> Result<()> {
    if book.is_same(&Location::File(file.to_owned())) {
        return Err(Refusal::invalid(field, text!("is-the-book-itself")).hint(text!("name-another-file")));
    }
    Ok(())
}

/// Returns the secret file, sealed with a passphrase, to be stored in a backup.
pub fn seal(context: &mut Context, passphrase: &str) -> Result<String> {
    let Context { store, env } = context;
    store.read(|tx| match meta::get(tx, meta::SECRET_CHECK)? {
        Some(_) => env.check_secret(tx).map(|_| ()),
        None => Ok(()),
    })?;
    env.secrets.seal_by(passphrase)
}

/// Makes a backup while others keep writing, and records that in the audit log. On failure no file is left
/// under the backup's name.
pub fn make(context: &mut Context, whereto: &Whereto, sealed: Option<&str>) -> Result<Done> {
    let Context { store, env } = context;
    store.read(|tx| env.whole_book(tx))?;
    let done = match whereto {
        Whereto::File(path, over) => {
            refuse_itself(store.location(), path, "path")?;
            let made = backup::make(store, Target { path, over: *over }, env.now, sealed)?;
            Done { made, removed: Vec::new() }
        }
        Whereto::Rotation(folder, keep) => {
            let made = into_folder(store, folder, env.now, sealed)?;
            let (removed, changed) = thin_out(store, folder, *keep, &made.path)?;
            let mut warnings = env.warnings.borrow_mut();
            warnings.extend(
                changed.iter().map(|path| text!("was-changed-since-it-was-made", path = path.display())),
            );
            Done { made, removed }
        }
    };
    let path = &done.made.path;
    let path = std::path::absolute(path).unwrap_or_else(|_| path.clone());
    let key = if sealed.is_some() { ", with the secret file, sealed" } else { "" };
    note(store, env, "book.backed_up", &format!("{}{key}", path.display()));
    Ok(done)
}

/// Records in the audit log that a full copy of the book exists elsewhere. A failure (read-only disk, lost
/// secret file) is only a warning, because the copy exists. A store that is an unchanged backup gets no
/// entry, which would make it a book of its own.
pub fn note(store: &mut Store, env: &Env, action: &str, to: &str) {
    let noted = store.read(|tx| Ok(backup::is_backup(tx)?)).and_then(|is_backup| {
        if is_backup {
            return Ok(());
        }
        store.write(Ending::Commit, |tx| env.note_book(tx, action, to))
    });
    if let Err(refusal) = noted {
        env.warn(text!("the-audit-log-does-not-tell-of-it", message = refusal.message));
    }
}

fn into_folder(store: &mut Store, folder: &Path, now: Instant, sealed: Option<&str>) -> Result<Made> {
    let code = store.read(|tx| {
        let clinics = directory::clinics(tx)?;
        Ok(clinics.into_iter().min_by(|one, other| one.id.cmp(&other.id)).map(|clinic| clinic.code))
    })?;
    let code = code.map_or("book".to_owned(), |code| in_a_name(&code));
    let stamp = stamp(now);
    let mut n = 1;
    loop {
        let more = if n == 1 { String::new() } else { format!("-{n}") };
        let path = folder.join(format!("turno-{code}-{stamp}{more}.db"));
        match backup::make(store, Target { path: &path, over: false }, now, sealed) {
            // Another run in the same second took the name.
            Err(_) if path.symlink_metadata().is_ok() && n < 100 => n += 1,
            made => return made,
        }
    }
}

/// Removes the oldest backups of this book beyond `keep`, but never `new`. Returns the removed files, and
/// those that are kept because they were changed since they were made.
fn thin_out(
    store: &mut Store,
    folder: &Path,
    keep: usize,
    new: &Path,
) -> Result<(Vec<PathBuf>, Vec<PathBuf>)> {
    let Some(id) = store.read(|tx| Ok(backup::book_id(tx)?))? else { return Ok((Vec::new(), Vec::new())) };
    let Found { backups: mut old, mut changed } = backup::of_book(folder, &id, read_name);
    // The book in use may itself be a former backup.
    changed.retain(|path| !store.location().is_same(&Location::File(path.clone())));
    old.retain(|path| {
        path.file_name() != new.file_name() && !store.location().is_same(&Location::File(path.clone()))
    });
    let beyond = (old.len() + 1).saturating_sub(keep);
    Ok((old.into_iter().take(beyond).filter(|path| backup::remove(path)).collect(), changed))
}

/// Formats an instant for a file name: UTC, to the second.
pub fn stamp(at: Instant) -> String {
    let utc = Zone::embedded("UTC").map(|utc| utc.wall(at));
    utc.map_or_else(|| at.unix().to_string(), |wall| wall.format("%Y%m%dT%H%M%SZ").to_string())
}

/// Replaces characters that some file systems do not allow in names.
fn in_a_name(code: &str) -> String {
    let plain = |c: char| if c.is_ascii_alphanumeric() { c.to_ascii_lowercase() } else { '_' };
    code.chars().map(plain).collect()
}

/// Parses the time stamp and the number of a generated file name; `None` for any other name.
fn read_name(name: &str) -> Option<(String, u32)> {
    let middle = name.strip_prefix("turno-")?.strip_suffix(".db")?;
    let (_, rest) = middle.split_once('-')?;
    let (stamp, number) = match rest.split_once('-') {
        Some((stamp, number)) => (stamp, number.parse().ok().filter(|number| *number > 1)?),
        None => (rest, 1),
    };
    let digits = |text: &str, count| text.len() == count && text.bytes().all(|byte| byte.is_ascii_digit());
    let (date, time) = stamp.strip_suffix('Z')?.split_once('T')?;
    (digits(date, 8) && digits(time, 6)).then(|| (stamp.to_owned(), number))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_names_of_a_rotation_are_read() {
        let read = |name: &str| read_name(name).map(|(stamp, number)| format!("{stamp} {number}"));
        assert_eq!(read("turno-sanjose-20260601T140000Z.db").unwrap(), "20260601T140000Z 1");
        assert_eq!(read("turno-san_jose-20260601T140000Z-12.db").unwrap(), "20260601T140000Z 12");
        for other in [
            "turno.db",
            "turno-sanjose-20260601.db",
            "turno-sanjose-20260601T140000Z.db.part",
            "turno-sanjose-20260601T140000Z-1.db",
            "turno-sanjose-20260601T140000Z-x.db",
            "turno-sanjose-2026O601T140000Z.db",
            "my-turno-sanjose-20260601T140000Z.db",
            "turno-20260601T140000Z.db",
        ] {
            assert_eq!(read(other), None, "{other}");
        }
    }
}
