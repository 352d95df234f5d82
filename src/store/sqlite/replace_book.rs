//! A whole book at once: read as of one moment into a file of its own, and put in another's place.

use super::schema::distrust;
use super::turn::in_turn;
use super::{Header, Sqlite, error, explained, header, missing};
use crate::platform::error::StoreError;
use crate::store::engine::Engine;
use crate::store::files::{self, COMPANIONS, Part, beside};
use crate::store::migrate;
use rusqlite::backup::{Backup, StepResult};
use rusqlite::{Connection, OpenFlags};
use std::fs;
use std::path::{Path, PathBuf};

impl Sqlite {
    /// Writes the book as of one moment into an empty file, while others go on writing. It has no
    /// free pages: what was erased is not in it.
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

    /// Opens a book to look into it, and changes nothing: no step is taken, and no log made beside it.
    pub(in crate::store) fn peek(path: &Path) -> Result<Self, StoreError> {
        // SQLite keeps the log beside the file that a link leads to.
        let path = &files::real(path);
        let Header::Ours { wal } = header(path)? else { return Err(missing(path)) };
        let readers = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        // A reader of a book with a log would make that log: where there is none, nobody has it open.
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

    /// Which steps the book has taken.
    pub(in crate::store) fn schema(&mut self) -> Result<i64, StoreError> {
        migrate::Migrating::schema_version(self)
    }
}

/// Folds a book's log into its file, which nobody else has open, so that it is one file alone.
pub(in crate::store) fn settle(path: &Path) -> Result<(), StoreError> {
    let engine = Sqlite::connect(path).map_err(|problem| explained(path, problem))?;
    engine
        .connection
        .pragma_update_and_check(None, "journal_mode", "DELETE", |row| row.get::<_, String>(0))
        .map(|_| ())
        .map_err(|problem| explained(path, error(problem)))
}

/// What tells that somebody has a book open, or that its log was left: a file beside it. A log that rests there,
/// empty, is taken away first, and what is left of a book that is gone.
pub(in crate::store) fn in_use(path: &Path) -> Option<PathBuf> {
    // SQLite keeps the log beside the file that a link leads to.
    let path = &files::real(path);
    let beside_it = || COMPANIONS.iter().map(|end| beside(path, end)).find(|file| file.exists());
    if fs::symlink_metadata(path).is_err_and(|problem| problem.kind() == std::io::ErrorKind::NotFound) {
        // Of a book that was taken away, with all that it held.
        files::clear_spent(path);
    }
    let first = beside_it()?;
    // A journal would be played back into it.
    let rests = files::is_spent(path) && !beside(path, "-journal").exists();
    if rests && matches!(header(path), Ok(Header::Ours { wal: true })) {
        // Who looks at it last takes the log along; where another program has it open, it stays.
        let looked = Sqlite::connect(path).and_then(|engine| engine.is_marked().map(|_| ()));
        return looked.map_or(Some(first), |()| beside_it());
    }
    Some(first)
}

/// Why no file is made beside what [`in_use`] tells of, or a lost book left.
pub(in crate::store) fn in_its_way(log: &Path, hint: &'static str) -> StoreError {
    let what = text!("lies-there-a-book-of-that-name", log = log.display());
    StoreError::unavailable(what, hint)
}

/// Puts a book in the place of another, as one change under its write lock, and keeps the other aside.
/// Programs that have the book open wait, and then go on with the new one; a kill leaves the one or
/// the other, whole.
/// Refuses another that is too much damaged; nothing was changed then.
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
    // No page yet, but the lock.
    went(putting.step(0).map_err(error)?)?;
    keep(book, aside)?;
    // A clinic's book is for its owner's eyes, also where its file was not.
    files::narrow(book);
    let put = putting.step(-1).map_err(error).and_then(|step| match step {
        StepResult::Done => Ok(()),
        step => went(step).and(Err(StoreError::Busy)),
    });
    if put.is_err() {
        // Nothing was replaced, so nothing is kept.
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

/// Copies the book page by page, what its log holds included: that works for a damaged one, too.
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
    // One that is damaged may not let itself be settled; its pages are all there.
    let _ = settle(part.path());
    part.name(aside, false)?;
    crate::platform::folders::sync(files::folder_of(aside)).map_err(|problem| {
        // Nothing is replaced then, so nothing is kept.
        let _ = fs::remove_file(aside);
        files::trouble(files::folder_of(aside), &problem)
    })
}

/// Puts a book where there is none that SQLite could open. What lies there, and what a lost book left in
/// its log, is moved aside; answers where to.
pub(in crate::store) fn put(book: &Path, part: Part, aside: &Path) -> Result<Vec<PathBuf>, StoreError> {
    let mut kept = Vec::new();
    let put = put_keeping(book, part, aside, &mut kept);
    if put.is_err() {
        // What made way comes back: nothing was replaced.
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
        // The name stays on the old one until the new one takes it.
        fs::hard_link(book, aside).or_else(|_| fs::copy(book, aside).map(|_| ())).map_err(failed)?;
        kept.push(aside.to_owned());
    }
    // A log of the old file would be taken for one of the new.
    for end in COMPANIONS {
        let (from, to) = (beside(book, end), beside(aside, end));
        if from.exists() {
            fs::rename(&from, &to).map_err(failed)?;
            kept.push(to);
        }
    }
    // One that holds nothing is not worth a word.
    files::clear_spent(aside);
    kept.retain(|file| file.exists());
    part.name(book, book.exists())
}

/// A book whose log nobody holds, as a run that was killed or a copy of its files leaves it: copied with
/// that log, as a reader would make files beside it. Nothing for any other.
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
    // Somebody has opened it meanwhile, and may have folded the log in.
    let held = beside(file, "-shm").exists() || !log.exists();
    Ok((!held).then_some(part))
}

/// What is at the path of a book.
pub(in crate::store) fn lies(path: &Path) -> Result<bool, StoreError> {
    match fs::metadata(path) {
        Err(problem) if problem.kind() == std::io::ErrorKind::NotFound => match files::ahead(path) {
            // The disk that it leads to may be put in again.
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

/// Makes sure that nothing is damaged, as far as the engine can tell.
pub(in crate::store) fn is_whole(engine: &mut Sqlite) -> Result<(), StoreError> {
    match engine.integrity()?.first() {
        None => Ok(()),
        Some(finding) => Err(StoreError::Corrupt(finding.clone())),
    }
}
