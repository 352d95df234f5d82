//! Copies a whole book as of one moment into a file, and replaces one book by another.

use super::schema::distrust;
use super::turn::in_turn;
use super::{Header, Sqlite, error, explained, header, missing};
use crate::platform::error::StoreError;
use crate::platform::files;
use crate::platform::files::{COMPANIONS, Part, beside};
use crate::store::engine::Engine;
use crate::store::migrate;
use rusqlite::backup::{Backup, StepResult};
use rusqlite::{Connection, OpenFlags};
use std::fs;
use std::path::{Path, PathBuf};

impl Sqlite {
    /// Writes the book as of one moment into an empty file, while others may write. The copy has no free
    /// pages, so it holds nothing that was erased.
    pub(in crate::store) fn vacuum_into(&self, to: &Path) -> Result<(), StoreError> {
        let Some(name) = to.to_str() else {
            return Err(StoreError::unavailable(
                text!("the-path-is-not-in-utf-8"),
                text!("name-another-file"),
            ));
        };
        let done = self.connection.execute("VACUUM INTO ?1", [name]).map(|_| ()).map_err(error);
        done.map_err(|problem| match problem {
            StoreError::Trouble(text) => {
                let bytes = fs::metadata(&self.path).map_or(0, |file| file.len());
                files::cause_at(to, bytes).unwrap_or(StoreError::Trouble(text))
            }
            problem => problem,
        })
    }

    /// Opens a book for reading and changes nothing: runs no migration and makes no log.
    pub(in crate::store) fn peek(path: &Path) -> Result<Self, StoreError> {
        // SQLite keeps the log beside the target of a link.
        let path = &files::real(path);
        let Header::Ours { wal } = header(path)? else { return Err(missing(path)) };
        let readers = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        // Without a log nobody has the book open: as `immutable`, the book is read without making a log.
        let connection = if wal && !beside(path, "-wal").exists() {
            if files::has_names(path) {
                return Err(StoreError::unavailable(
                    text!("has-another-name-too-a-hard-link", path = path.display()),
                    text!("name-the-book-by-the-name"),
                ));
            }
            let text = path.to_string_lossy();
            let name = text.replace('%', "%25").replace('?', "%3f").replace('#', "%23");
            let uri = format!("file:{name}?immutable=1");
            Connection::open_with_flags(uri, readers | OpenFlags::SQLITE_OPEN_URI)
        } else {
            Connection::open_with_flags(path, readers)
        };
        let mut connection = connection.map_err(|problem| explained(path, error(problem)))?;
        distrust(&connection)?;
        connection.busy_handler(Some(super::wait_a_little)).map_err(error)?;
        let mut engine = Sqlite::of(connection, path, None);
        migrate::refuse_unknown(&mut engine)?;
        Ok(engine)
    }

    /// The book's schema version.
    pub(in crate::store) fn schema(&mut self) -> Result<i64, StoreError> {
        migrate::Migrating::schema_version(self)
    }
}

/// Copies a book's log into the book and removes the log. Nobody else may have the book open.
pub(in crate::store) fn settle(path: &Path) -> Result<(), StoreError> {
    let engine = Sqlite::connect(path).map_err(|problem| explained(path, problem))?;
    engine
        .connection
        .pragma_update_and_check(None, "journal_mode", "DELETE", |row| row.get::<_, String>(0))
        .map(|_| ())
        .map_err(|problem| explained(path, error(problem)))
}

/// Returns a file beside the book that shows that the book is open or its log was left behind. First removes
/// an empty log that nobody uses, and the empty log of a deleted book.
pub(in crate::store) fn in_use(path: &Path) -> Option<PathBuf> {
    // SQLite keeps the log beside the target of a link.
    let path = &files::real(path);
    let beside_it = || COMPANIONS.iter().map(|end| beside(path, end)).find(|file| file.exists());
    if fs::symlink_metadata(path).is_err_and(|problem| problem.kind() == std::io::ErrorKind::NotFound) {
        // The book was deleted; its empty log can go.
        files::clear_spent(path);
    }
    let first = beside_it()?;
    // With a journal, opening the book would change it.
    let rests = files::is_spent(path) && !beside(path, "-journal").exists();
    if rests && matches!(header(path), Ok(Header::Ours { wal: true })) {
        // Closing removes the log, unless another program has the book open.
        let looked = Sqlite::connect(path).and_then(|engine| engine.is_marked().map(|_| ()));
        return looked.map_or(Some(first), |()| beside_it());
    }
    Some(first)
}

/// The error for a log that lies beside the path of a new book.
pub(in crate::store) fn in_its_way(log: &Path, hint: &'static str) -> StoreError {
    let what = text!("lies-there-a-book-of-that-name", log = log.display());
    StoreError::unavailable(what, hint)
}

/// Replaces the content of `book` by that of `with` as one change under the write lock, and keeps the old
/// book as `aside`. Programs that have the book open wait, then go on with the new content. A kill leaves the
/// old or the new content, whole. If the old book is too damaged, fails and changes nothing.
pub(in crate::store) fn replace(book: &Path, with: &Path, aside: &Path) -> Result<(), StoreError> {
    replace_unexplained(book, with, aside).map_err(|problem| explained(book, problem))
}

fn replace_unexplained(book: &Path, with: &Path, aside: &Path) -> Result<(), StoreError> {
    let mut target = Sqlite::connect(book)?;
    target.switch_to_wal()?;
    let source = Sqlite::peek(with)?;
    let putting = Backup::new(&source.connection, &mut target.connection).map_err(error)?;
    in_turn(&files::log_of(book), || put_over(&putting, book, aside))
}

fn put_over(putting: &Backup<'_, '_>, book: &Path, aside: &Path) -> Result<(), StoreError> {
    // Take the lock without copying a page.
    went(putting.step(0).map_err(error)?)?;
    keep(book, aside)?;
    // Make the file private, even if it was not before.
    files::narrow(book);
    let put = putting.step(-1).map_err(error).and_then(|step| match step {
        StepResult::Done => Ok(()),
        step => went(step).and(Err(StoreError::Busy)),
    });
    if put.is_err() {
        // Nothing was replaced, so remove the copy.
        let _ = fs::remove_file(aside);
    }
    put
}

fn went(step: StepResult) -> Result<(), StoreError> {
    match step {
        StepResult::Busy | StepResult::Locked => Err(StoreError::Busy),
        _ => Ok(()),
    }
}

/// Copies the book with its log page by page, which works for a damaged book, too.
fn keep(book: &Path, aside: &Path) -> Result<(), StoreError> {
    let old = Sqlite::connect(book)?;
    let part = Part::new(files::folder_of(aside))?;
    let mut copy = Connection::open(part.path()).map_err(error)?;
    distrust(&copy)?;
    let copied =
        Backup::new(&old.connection, &mut copy).and_then(|copying| copying.step(-1)).map_err(error)?;
    if copied != StepResult::Done {
        return Err(StoreError::Busy);
    }
    drop(copy);
    // A damaged copy may fail to settle, but has all pages.
    let _ = settle(part.path());
    part.name(aside, false)?;
    crate::platform::folders::sync(files::folder_of(aside)).map_err(|problem| {
        // Nothing will be replaced, so remove the copy.
        let _ = fs::remove_file(aside);
        files::trouble(files::folder_of(aside), &problem)
    })
}

/// Puts a book at a path without a book that SQLite can open. Moves an existing file and a left log to
/// `aside` first; returns the paths of what was moved.
pub(in crate::store) fn put(book: &Path, part: Part, aside: &Path) -> Result<Vec<PathBuf>, StoreError> {
    let mut kept = Vec::new();
    let put = put_keeping(book, part, aside, &mut kept);
    if put.is_err() {
        // Move the old files back: nothing was replaced.
        for to in &kept {
            match COMPANIONS.iter().find(|end| beside(aside, end) == *to) {
                Some(end) => drop(fs::rename(to, beside(book, end))),
                None => drop(fs::remove_file(to)),
            }
        }
    }
    put?;
    kept.iter().for_each(|path| files::narrow(path));
    files::sync_folder(files::folder_of(book))?;
    Ok(kept)
}

fn put_keeping(book: &Path, part: Part, aside: &Path, kept: &mut Vec<PathBuf>) -> Result<(), StoreError> {
    let failed = |problem: std::io::Error| files::trouble(aside, &problem);
    let there = fs::metadata(book).is_ok_and(|file| file.len() > 0);
    if there {
        // The old file keeps its name until the new file replaces it.
        fs::hard_link(book, aside).or_else(|_| fs::copy(book, aside).map(|_| ())).map_err(failed)?;
        kept.push(aside.to_owned());
    }
    // SQLite would apply the old file's log to the new file.
    for end in COMPANIONS {
        let (from, to) = (beside(book, end), beside(aside, end));
        if from.exists() {
            fs::rename(&from, &to).map_err(failed)?;
            kept.push(to);
        }
    }
    // Remove empty companions, so that they are not reported.
    files::clear_spent(aside);
    kept.retain(|file| file.exists());
    part.name(book, book.exists())
}

/// Copies a book and its log if nobody has the book open and the log remains, as after a kill: reading the
/// book in place would make files. Returns `None` for any other book.
pub(in crate::store) fn left(file: &Path, folder: &Path) -> Result<Option<Part>, StoreError> {
    let file = &files::real(file);
    let failed = |problem: std::io::Error| files::trouble(file, &problem);
    let Header::Ours { wal: true } = header(file)? else { return Ok(None) };
    let log = beside(file, "-wal");
    if !log.is_file() || beside(file, "-shm").exists() {
        return Ok(None);
    }
    files::make_folder(folder)?;
    let part = Part::new(folder)?;
    let mut copy = files::private().open(beside(part.path(), "-wal")).map_err(failed)?;
    std::io::copy(&mut fs::File::open(file).map_err(failed)?, &mut part.writer()).map_err(failed)?;
    std::io::copy(&mut fs::File::open(&log).map_err(failed)?, &mut copy).map_err(failed)?;
    // Another program may have opened the book meanwhile and emptied the log.
    let held = beside(file, "-shm").exists() || !log.exists();
    Ok((!held).then_some(part))
}

/// Whether a book is at `path`; fails for a foreign file and for a link into a missing folder.
pub(in crate::store) fn lies(path: &Path) -> Result<bool, StoreError> {
    match fs::metadata(path) {
        Err(problem) if problem.kind() == std::io::ErrorKind::NotFound => match files::ahead(path) {
            // The link may lead to a disk that is not mounted.
            Some(ahead) if fs::read_link(path).is_ok() && !files::folder_of(&ahead).is_dir() => {
                Err(StoreError::unavailable(
                    text!(
                        "leads-to-whose-folder-is-not-there",
                        path = path.display(),
                        ahead = ahead.display()
                    ),
                    text!("put-its-disk-back-make-the-folder"),
                ))
            }
            _ => Ok(false),
        },
        _ => Ok(matches!(header(path)?, Header::Ours { .. })),
    }
}

/// Fails if SQLite's check or the schema shows damage.
pub(in crate::store) fn is_whole(engine: &mut Sqlite) -> Result<(), StoreError> {
    match engine.integrity()?.first() {
        None => Ok(()),
        Some(finding) => Err(StoreError::Corrupt(finding.clone())),
    }
}
