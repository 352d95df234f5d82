//! Backups and restores: a database file is made in a temporary file, checked, and then moved into place.

use crate::domain::record::Clinic;
use crate::domain::refusal::{Code, Refusal};
use crate::domain::time::Instant;
use crate::platform::error::StoreError;
use crate::platform::files;
use crate::platform::files::{Part, beside};
use crate::store::sqlite::{Sqlite, replace_book};
use crate::store::{Ending, Location, Store, Tx, audit, copy, directory, meta, migrate};
use std::fs;
use std::path::{Path, PathBuf};

/// The content of a database file, in summary.
#[derive(Debug, Clone)]
pub struct Facts {
    /// The schema version.
    pub schema: i64,
    /// Its clinics.
    pub clinics: Vec<Clinic>,
    /// The number of appointments.
    pub appointments: i64,
    /// The number of audit entries.
    pub audit_entries: i64,
    /// The latest time of an audit entry.
    pub last_at: Option<Instant>,
    /// In a backup: when it was made.
    pub made_at: Option<Instant>,
    /// In a backup: the secret file, sealed, if it is included.
    pub sealed: Option<String>,
    /// A check value, to recognise the secret file that the database was made with.
    pub secret_check: Option<String>,
}

impl Facts {
    /// With `current` false the clinics are left out: records of an older schema cannot be read.
    fn of(tx: &mut Tx<'_>, schema: i64, current: bool) -> Result<Facts, StoreError> {
        // These queries also work with an older schema.
        let entries = "SELECT count(*), max(at) FROM audit_log";
        let entries = tx.query_one(entries, &[], |row| Ok((row.int()?, row.get()?)))?;
        let (audit_entries, last_at) = entries.unwrap_or_default();
        let number = |text: Option<String>| text.and_then(|text| text.parse().ok());
        Ok(Facts {
            schema,
            clinics: if current { directory::clinics(tx)? } else { Vec::new() },
            appointments: tx
                .query_one("SELECT count(*) FROM appointments", &[], |row| row.int())?
                .unwrap_or_default(),
            audit_entries,
            last_at,
            made_at: number(meta::get(tx, meta::BACKUP_MADE_AT)?).map(Instant::from_unix),
            sealed: meta::get(tx, meta::BACKUP_SECRET)?,
            secret_check: meta::get(tx, meta::SECRET_CHECK)?,
        })
    }
}

/// A backup that was made.
#[derive(Debug, Clone)]
pub struct Made {
    /// The backup's path.
    pub path: PathBuf,
    /// The size in bytes.
    pub bytes: u64,
    /// The number of rows in all tables.
    pub rows: u64,
    /// The backup's content.
    pub facts: Facts,
}

/// Where to write a backup.
#[derive(Debug, Clone, Copy)]
pub struct Target<'a> {
    /// The file.
    pub path: &'a Path,
    /// Whether to replace an earlier backup at this path.
    pub over: bool,
}

/// Checks that a backup may be written to this path, before anything is read.
pub fn may_go(target: Target<'_>) -> Result<(), StoreError> {
    let Target { path, over } = target;
    let there = fs::symlink_metadata(path);
    if there.is_ok() && !over {
        return Err(files::taken(path));
    }
    // SQLite would apply a log left by a lost file to the new one.
    if let Some(log) = replace_book::in_use(path) {
        return Err(replace_book::in_its_way(&log, text!("name-another-file")));
    }
    match there {
        Err(problem) if problem.kind() == std::io::ErrorKind::NotFound => Ok(()),
        Err(problem) => Err(files::trouble(path, &problem)),
        Ok(_) => match marks(path)? {
            None => Err(StoreError::unavailable(
                text!("is-no-backup-it-was-left", path = path.display()),
                text!("name-another-file"),
            )),
            Some(marks) if marks.changed => Err(StoreError::unavailable(
                text!("was-changed-since-it-was-made-as-a-backup", path = path.display()),
                text!("it-is-a-book-of-its-own-now"),
            )),
            Some(_) => Ok(()),
        },
    }
}

struct Marks {
    /// The id of the database that it is a backup of.
    of: Option<String>,
    /// Whether it was changed since it was made: then it is a database in use, not a backup.
    changed: bool,
}

/// Whether a database is a backup that is unchanged since it was made.
pub fn is_backup(tx: &mut Tx<'_>) -> Result<bool, StoreError> {
    Ok(meta::get(tx, meta::BACKUP_MADE_AT)?.is_some()
        && meta::get(tx, meta::BACKUP_HEAD)? == Some(end_of_log(tx)?))
}

/// The marks of the backup in a file that need not be open; None if it is no backup.
fn marks(path: &Path) -> Result<Option<Marks>, StoreError> {
    let mut store = over(Sqlite::peek(path)?, path);
    let read = store.read(|tx| {
        if meta::get(tx, meta::BACKUP_MADE_AT)?.is_none() {
            return Ok(None);
        }
        let changed = meta::get(tx, meta::BACKUP_HEAD)? != Some(end_of_log(tx)?);
        Ok(Some(Marks { of: meta::get(tx, meta::BACKUP_OF)?, changed }))
    });
    read.map_err(|_| StoreError::unreadable("no facts"))
}

/// The ends of all audit chains: every change moves one. The query also works with an older schema.
fn end_of_log(tx: &mut Tx<'_>) -> Result<String, StoreError> {
    let sql = "SELECT seq, mac FROM audit_head WHERE seq > 0 ORDER BY mac";
    let ends = tx.query(sql, &[], |row| Ok(format!("{} {}", row.int()?, row.text()?)))?;
    Ok(ends.join(", "))
}

fn over(engine: Sqlite, path: &Path) -> Store {
    Store::new(Box::new(engine), &Location::File(path.to_owned()))
}

/// Writes a backup to a temporary file, checks it, and moves it into place. An error leaves nothing behind.
pub fn make(
    from: &mut Store,
    target: Target<'_>,
    now: Instant,
    sealed: Option<&str>,
) -> Result<Made, Refusal> {
    let folder = files::folder_of(target.path);
    files::make_folder(folder)?;
    files::clear(folder);
    may_go(target)?;
    let part = Part::new(folder)?;
    let before = from.read(|tx| Ok(audit::heads(tx)?))?;
    if !from.engine.snapshot(part.path())? {
        let mut to = Store::create(&Location::File(part.path().to_owned()))?;
        from.read(|source| to.write(Ending::Commit, |target| copy::fill(source, target, &mut |_| {})))?;
    }
    sign(part.path(), now, sealed)?;
    replace_book::settle(part.path())?;
    let (rows, facts) = look_over(part.path(), from, &before)?;
    let bytes = part.bytes();
    // Somebody may have started to use the file that is being replaced.
    may_go(target)?;
    part.put(target.path, target.over)?;
    Ok(Made { path: target.path.to_owned(), bytes, rows, facts })
}

/// Marks a database as a backup.
fn sign(path: &Path, now: Instant, sealed: Option<&str>) -> Result<(), Refusal> {
    let mut store = Store::open(&Location::File(path.to_owned()))?;
    store.write(Ending::Commit, |tx| {
        meta::set(tx, meta::BACKUP_MADE_AT, &now.unix().to_string())?;
        let end = end_of_log(tx)?;
        meta::set(tx, meta::BACKUP_HEAD, &end)?;
        match book_id(tx)? {
            Some(id) => meta::set(tx, meta::BACKUP_OF, &id)?,
            None => meta::forget(tx, meta::BACKUP_OF)?,
        }
        match sealed {
            Some(sealed) => meta::set(tx, meta::BACKUP_SECRET, sealed)?,
            None => meta::forget(tx, meta::BACKUP_SECRET)?,
        }
        Ok(())
    })
}

/// An id that no other database has: the MAC of the first audit entry, made with the first secret.
pub fn book_id(tx: &mut Tx<'_>) -> Result<Option<String>, StoreError> {
    match meta::get(tx, meta::BOOK_ID)? {
        Some(id) => Ok(Some(id)),
        None => Ok(audit::from(tx, audit::BOOK, 1, 1)?.pop().map(|entry| entry.mac)),
    }
}

/// Checks the copy on its own and against the source: its audit chains must include those read before the
/// copy (`before`), and the source must still hold the end of each.
fn look_over(path: &Path, from: &mut Store, before: &[audit::Link]) -> Result<(u64, Facts), Refusal> {
    let mut engine = Sqlite::peek(path)?;
    replace_book::is_whole(&mut engine)?;
    let schema = engine.schema()?;
    let mut written = over(engine, path);
    let (rows, facts, heads) =
        written.read(|tx| Ok((copy::rows(tx)?, Facts::of(tx, schema, true)?, audit::heads(tx)?)))?;
    let goes_on =
        |before: &audit::Link| heads.iter().any(|head| head.chain == before.chain && head.seq >= before.seq);
    let all: i64 = heads.iter().map(|head| head.seq).sum();
    let follows = from.read(|tx| {
        let held = heads.iter().map(|head| audit::holds(tx, head));
        Ok(held.collect::<Result<Vec<bool>, StoreError>>()?.into_iter().all(|held| held))
    })?;
    if schema != migrate::LATEST || all != facts.audit_entries || !before.iter().all(goes_on) || !follows {
        return Err(StoreError::Internal(text!("the-backup-is-not-what-was-read").into()).into());
    }
    Ok((rows, facts))
}

/// The backups of one database in a directory.
#[derive(Debug, Default)]
pub struct Found {
    /// Unchanged backups, oldest first.
    pub backups: Vec<PathBuf>,
    /// Backups that were changed since they were made.
    pub changed: Vec<PathBuf>,
}

/// Finds the backups of the database `id` in a directory. `read` parses a file name into a sort key, or None.
pub fn of_book<K: Ord>(folder: &Path, id: &str, read: impl Fn(&str) -> Option<K>) -> Found {
    let Ok(entries) = fs::read_dir(folder) else { return Found::default() };
    let mut named: Vec<(K, PathBuf)> = entries
        .flatten()
        .filter(|entry| entry.file_type().is_ok_and(|kind| kind.is_file()))
        .filter_map(|entry| Some((read(entry.file_name().to_str()?)?, entry.path())))
        .collect();
    named.sort_by(|(one, _), (other, _)| one.cmp(other));
    let mut found = Found::default();
    for (_, path) in named {
        match marks(&path) {
            Ok(Some(marks)) if marks.of.as_deref() != Some(id) => {}
            Ok(Some(marks)) if marks.changed => found.changed.push(path),
            Ok(Some(_)) => found.backups.push(path),
            Ok(None) | Err(_) => {}
        }
    }
    found
}

/// Removes a backup, unless a program has it open as a database. Returns whether it was removed.
pub fn remove(path: &Path) -> bool {
    replace_book::in_use(path).is_none() && fs::remove_file(path).is_ok()
}

/// A database read from a file, ready to replace another.
pub struct Candidate {
    /// The database, with its schema brought up to date.
    pub store: Store,
    /// Its content, with the schema version that the file had.
    pub facts: Facts,
    part: Part,
}

impl Candidate {
    /// Copies `file` into a temporary file in `folder` and opens the copy; `file` is left unchanged.
    pub fn read(file: &Path, folder: &Path) -> Result<Candidate, Refusal> {
        let damaged = |problem: StoreError| match problem {
            StoreError::Corrupt(what) => StoreError::Corrupt(format!("{}: {what}", file.display())),
            problem => problem,
        };
        if fs::metadata(file).is_err_and(|problem| problem.kind() == std::io::ErrorKind::NotFound) {
            return Err(StoreError::unavailable(
                text!("there-is-no-backup-at-nothing-was-changed", file = file.display()),
                text!("name-the-file-that-the-book-comes-back"),
            )
            .into());
        }
        let left = replace_book::left(file, folder)?;
        let mut source = Sqlite::peek(left.as_ref().map_or(file, Part::path))?;
        let schema = source.schema()?;
        files::make_folder(folder)?;
        files::clear(folder);
        let part = Part::new(folder)?;
        source.vacuum_into(part.path()).map_err(damaged)?;
        let mut engine = Sqlite::open(part.path()).map_err(damaged)?;
        replace_book::is_whole(&mut engine).map_err(damaged)?;
        let mut store = over(engine, part.path());
        let facts = store.read(|tx| Ok(Facts::of(tx, schema, true)?))?;
        Ok(Candidate { store, facts, part })
    }

    /// Removes the marks of a backup.
    pub fn unsign(tx: &mut Tx<'_>) -> Result<(), StoreError> {
        [meta::BACKUP_MADE_AT, meta::BACKUP_OF, meta::BACKUP_HEAD, meta::BACKUP_SECRET]
            .iter()
            .try_for_each(|key| meta::forget(tx, key))
    }

    /// Moves the database to the path `book`. The old one is kept as `aside`; returns the files that were
    /// kept. On failure nothing is replaced.
    pub fn put(self, book: &Path, aside: &Path) -> Result<Vec<PathBuf>, StoreError> {
        let Candidate { store, part, .. } = self;
        drop(store);
        replace_book::settle(part.path())?;
        if replace_book::lies(book)? {
            match replace_book::replace(book, part.path(), aside) {
                Ok(()) => return Ok(vec![aside.to_owned()]),
                // A corrupt database is not in use.
                Err(StoreError::Corrupt(_)) => {}
                Err(problem) => return Err(problem),
            }
        }
        replace_book::put(book, part, aside)
    }
}

/// What is at the path of a restore.
#[derive(Debug, Clone)]
pub enum Present {
    /// Nothing.
    Nothing,
    /// A readable database.
    Book(Box<Facts>),
    /// An unreadable database, and the reason.
    Damaged(String),
}

/// Reads what is at a path, without changing it.
pub fn present(path: &Path) -> Result<Present, StoreError> {
    if !replace_book::lies(path)? {
        return Ok(Present::Nothing);
    }
    let looked = Sqlite::peek(path).and_then(|mut engine| {
        let schema = engine.schema()?;
        let mut store = over(engine, path);
        Ok(store.read(|tx| Ok(Facts::of(tx, schema, schema == migrate::LATEST)?)))
    });
    match looked {
        Ok(Ok(facts)) => Ok(Present::Book(Box::new(facts))),
        // A busy database is not damaged.
        Ok(Err(refusal)) if refusal.code == Code::StoreBusy => Err(StoreError::Busy),
        Ok(Err(refusal)) => Ok(Present::Damaged(refusal.message)),
        Err(StoreError::Corrupt(why)) => Ok(Present::Damaged(why)),
        Err(problem) => Err(problem),
    }
}

/// The target of a symbolic link, where the file is then put; any other path unchanged.
pub fn real(path: &Path) -> PathBuf {
    files::real(path)
}

/// A path with the suffix `end`, plus a number if needed, at which there is no file.
pub fn free_name(path: &Path, end: &str) -> PathBuf {
    let first = beside(path, end);
    let free = |path: &PathBuf| {
        fs::symlink_metadata(path).is_err() && !files::COMPANIONS.iter().any(|end| beside(path, end).exists())
    };
    if free(&first) {
        return first;
    }
    (2..).map(|n| beside(path, &format!("{end}-{n}"))).find(free).unwrap_or(first)
}

/// Whether users other than the owner may read or write a file.
pub fn others_may(path: &Path) -> bool {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        fs::metadata(path).is_ok_and(|file| file.permissions().mode() & 0o077 != 0)
    }
    #[cfg(not(unix))]
    {
        let _ = path;
        false
    }
}
