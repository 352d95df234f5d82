//! A backup: one file that holds the book as of one moment, put in place when it was looked over.

use crate::app::{Context, Env};
use crate::domain::refusal::Refusal;
use crate::domain::time::{Instant, Zone};
use crate::platform::error::Result;
use crate::store::backup::{self, Found, Made, Target};
use crate::store::{Ending, Location, Store, directory, meta};
use std::path::{Path, PathBuf};

/// Where a backup goes.
#[derive(Debug, Clone)]
pub enum Whereto {
    /// Into that file; an earlier backup there gives way only where that was asked for.
    File(PathBuf, bool),
    /// Into that directory under a name of its own; so many of this book's are kept.
    Rotation(PathBuf, usize),
}

/// A backup that was made, and what it took the place of.
#[derive(Debug, Clone)]
pub struct Done {
    /// The backup.
    pub made: Made,
    /// The backups that were removed.
    pub removed: Vec<PathBuf>,
}

/// Refuses a file that is the book itself.
pub fn refuse_itself(book: &Location, file: &Path, field: &str) -> Result<()> {
    if book.is_same(&Location::File(file.to_owned())) {
        return Err(Refusal::invalid(field, text!("is-the-book-itself")).hint(text!("name-another-file")));
    }
    Ok(())
}

/// The secret file, sealed by a passphrase, as it goes with a backup.
pub fn seal(context: &mut Context, passphrase: &str) -> Result<String> {
    let Context { store, env } = context;
    store.read(|tx| match meta::get(tx, meta::SECRET_CHECK)? {
        Some(_) => env.check_secret(tx).map(|_| ()),
        None => Ok(()),
    })?;
    env.secrets.seal_by(passphrase)
}

/// Makes a backup while others go on writing, and notes in the book that it was made.
/// Where it fails, nothing is left under the backup's name.
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

/// Notes in a book that the whole of it is in another place, too. It is there whether the book can be told
/// or not: where it can't (its disk may be read-only, its secret file lost), that is a warning.
///
/// A backup that goes on elsewhere stays as it is: it would be a book of its own with that entry.
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
            // Another run of the same second took the name.
            Err(_) if path.symlink_metadata().is_ok() && n < 100 => n += 1,
            made => return made,
        }
    }
}

/// Removes the oldest backups of this book beyond so many, and never the one just made. Answers those,
/// and the ones that somebody has worked in since.
fn thin_out(
    store: &mut Store,
    folder: &Path,
    keep: usize,
    new: &Path,
) -> Result<(Vec<PathBuf>, Vec<PathBuf>)> {
    let Some(id) = store.read(|tx| Ok(backup::book_id(tx)?))? else { return Ok((Vec::new(), Vec::new())) };
    let Found { backups: mut old, mut changed } = backup::of_book(folder, &id, read_name);
    // The book itself may have begun as one.
    changed.retain(|path| !store.location().is_same(&Location::File(path.clone())));
    old.retain(|path| {
        path.file_name() != new.file_name() && !store.location().is_same(&Location::File(path.clone()))
    });
    let beyond = (old.len() + 1).saturating_sub(keep);
    Ok((old.into_iter().take(beyond).filter(|path| backup::remove(path)).collect(), changed))
}

/// An instant as it stands in a file's name: UTC, to the second.
pub fn stamp(at: Instant) -> String {
    let utc = Zone::embedded("UTC").map(|utc| utc.wall(at));
    utc.map_or_else(|| at.unix().to_string(), |wall| wall.format("%Y%m%dT%H%M%SZ").to_string())
}

/// What every file system takes for a name.
fn in_a_name(code: &str) -> String {
    let plain = |c: char| if c.is_ascii_alphanumeric() { c.to_ascii_lowercase() } else { '_' };
    code.chars().map(plain).collect()
}

/// The stamp and the number of a name that a rotation gave; nothing for any other.
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
