//! Files that are made aside and put in place as a whole, for their owner's eyes only.

use crate::platform::error::{StoreError, close_some, too_many_files};
use crate::platform::folders;
use std::fs::{self, File, OpenOptions};
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};

/// What a file that is still being made is called; sixteen digits follow.
const PART: &str = ".turno-part-";
/// What SQLite keeps beside a file.
pub(super) const COMPANIONS: [&str; 3] = ["-wal", "-shm", "-journal"];

/// A file that is still being made. Dropped, it is gone; killed, the next run clears it away.
pub(crate) struct Part {
    path: PathBuf,
    /// Locked as long as its maker lives.
    file: File,
}

impl Part {
    /// An empty file in that directory.
    pub(super) fn new(folder: &Path) -> Result<Part, StoreError> {
        Part::attempt(folder).map_err(|problem| trouble(folder, &problem))
    }

    /// The same, with what the system says where it can't be made.
    pub(crate) fn attempt(folder: &Path) -> std::io::Result<Part> {
        loop {
            let random = getrandom::u64().map_err(std::io::Error::other)?;
            let path = folder.join(format!("{PART}{random:016x}"));
            let file = private().open(&path)?;
            // Where the file system knows no locks, nobody clears it away while it is used either.
            let _ = file.lock();
            // Another run may have taken it for a dead one's before it was locked.
            if path.exists() {
                return Ok(Part { path, file });
            }
        }
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// How many bytes it has.
    pub(super) fn bytes(&self) -> u64 {
        self.file.metadata().map_or(0, |file| file.len())
    }

    /// Its content, to be written without the engine.
    pub(crate) fn writer(&self) -> &File {
        &self.file
    }

    /// Puts it in its place for good. Without `over`, a file that is there stays.
    pub(super) fn put(self, place: &Path, over: bool) -> Result<(), StoreError> {
        self.name(place, over)?;
        sync_folder(folder_of(place))
    }

    /// Puts it in its place, where a power cut may still take it from.
    pub(super) fn name(self, place: &Path, over: bool) -> Result<(), StoreError> {
        let failed = |problem: std::io::Error| trouble(place, &problem);
        self.file.sync_all().map_err(failed)?;
        if over {
            fs::rename(&self.path, place).map_err(failed)?;
        } else {
            // A link, unlike a rename, leaves a file alone that came meanwhile; where the file system
            // knows no links, a look before has to do.
            match fs::hard_link(&self.path, place) {
                Ok(()) => {}
                Err(problem) if problem.kind() == ErrorKind::AlreadyExists => return Err(taken(place)),
                Err(_) if place.exists() => return Err(taken(place)),
                Err(_) => fs::rename(&self.path, place).map_err(failed)?,
            }
        }
        Ok(())
    }
}

impl Drop for Part {
    fn drop(&mut self) {
        remove_with_companions(&self.path);
    }
}

/// There is a file where one was to be made.
pub(super) fn taken(place: &Path) -> StoreError {
    StoreError::unavailable(
        text!("is-there-already", place = place.display()),
        text!("name-another-file-or-replace-an-earlier-backup"),
    )
}

fn remove_with_companions(path: &Path) {
    let _ = fs::remove_file(path);
    for end in COMPANIONS {
        let _ = fs::remove_file(beside(path, end));
    }
}

/// The path with that at its end.
pub(super) fn beside(path: &Path, end: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(end);
    PathBuf::from(name)
}

/// Clears away what runs that were killed have left: files of our own pattern that nobody holds.
pub(crate) fn clear(folder: &Path) {
    let Ok(entries) = fs::read_dir(folder) else { return };
    for entry in entries.flatten() {
        let name = entry.file_name();
        let digits = name.to_str().and_then(|name| name.strip_prefix(PART));
        let base = digits
            .and_then(|digits| COMPANIONS.iter().find_map(|end| digits.strip_suffix(end)).or(Some(digits)));
        let ours = |digits: &str| digits.len() == 16 && digits.bytes().all(|byte| byte.is_ascii_hexdigit());
        if let Some(base) = base.filter(|base| ours(base)) {
            let part = folder.join(format!("{PART}{base}"));
            match fs::symlink_metadata(&part) {
                // What is no file is none of ours; to open a pipe would be to wait for its other end.
                Ok(found) if !found.is_file() => {}
                // Removed while it is held, so that its maker can tell.
                Ok(_) => {
                    let held = File::open(&part).ok().filter(|file| file.try_lock().is_ok());
                    held.iter().for_each(|_| remove_with_companions(&part));
                }
                Err(problem) if problem.kind() == ErrorKind::NotFound => remove_with_companions(&part),
                Err(_) => {}
            }
        }
    }
}

/// Makes a directory for its owner only, with those above it, where there is none.
pub(super) fn make_folder(folder: &Path) -> Result<(), StoreError> {
    folders::make(folder).map_err(|problem| trouble(folder, &problem))
}

/// The directory that a file lies in; one without a directory lies in the present one.
pub(super) fn folder_of(path: &Path) -> &Path {
    path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

/// A new file for its owner only.
pub(super) fn private() -> OpenOptions {
    let mut options = OpenOptions::new();
    options.read(true).write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options
}

/// The file that a link leads to, beside which SQLite keeps the log; any other path as it is, and a link
/// that leads into a folder that is not there.
pub(super) fn real(path: &Path) -> PathBuf {
    match fs::symlink_metadata(path) {
        Ok(found) if found.is_symlink() => path.canonicalize().unwrap_or_else(|_| {
            let ahead = ahead(path).filter(|ahead| folder_of(ahead).is_dir());
            ahead.unwrap_or_else(|| path.to_owned())
        }),
        _ => path.to_owned(),
    }
}

/// Where a link leads at which there is nothing; nowhere where it leads round.
pub(super) fn ahead(link: &Path) -> Option<PathBuf> {
    const MOST: usize = 40;
    let mut place = link.to_owned();
    for _ in 0..MOST {
        match fs::read_link(&place) {
            Ok(next) => place = folder_of(&place).join(next),
            Err(_) => return Some(place),
        }
    }
    None
}

/// Whether a file has more than one name: its log lies beside one of them only.
pub(super) fn has_names(path: &Path) -> bool {
    #[cfg(unix)]
    return fs::metadata(path).is_ok_and(|file| std::os::unix::fs::MetadataExt::nlink(&file) > 1);
    #[cfg(not(unix))]
    {
        let _ = path;
        false
    }
}

/// Takes a file and its companions out of others' sight. What can't be narrowed stays as it is.
pub(super) fn narrow(path: &Path) {
    #[cfg(unix)]
    for file in [path.to_owned()].into_iter().chain(COMPANIONS.map(|end| beside(path, end))) {
        use std::os::unix::fs::PermissionsExt;
        if let Ok(found) = fs::metadata(&file)
            && found.permissions().mode() & 0o077 != 0
        {
            let own = PermissionsExt::from_mode(found.permissions().mode() & 0o700);
            let _ = fs::set_permissions(&file, own);
        }
    }
    #[cfg(not(unix))]
    let _ = path;
}

/// Gives a file's companions its own permissions back, where they were made while it could not be written
/// and it can be now: else nobody could write it any more.
pub(super) fn free_companions(path: &Path) {
    let Ok(own) = fs::metadata(path).map(|file| file.permissions()) else { return };
    for companion in COMPANIONS.map(|end| beside(path, end)) {
        if !own.readonly() && fs::metadata(&companion).is_ok_and(|file| file.permissions().readonly()) {
            let _ = fs::set_permissions(&companion, own.clone());
        }
    }
}

/// Whether the log beside a book is empty, or not there.
pub(super) fn is_spent(book: &Path) -> bool {
    match fs::symlink_metadata(beside(book, "-wal")) {
        Ok(about) => is_empty(&about),
        Err(problem) => problem.kind() == ErrorKind::NotFound,
    }
}

/// Whether it is an empty file. What is no file may hold something: SQLite takes no link for a log.
fn is_empty(about: &fs::Metadata) -> bool {
    about.is_file() && about.len() == 0
}

/// Where a book's log lies: beside the file that a link leads to.
pub(super) fn log_of(book: &Path) -> PathBuf {
    beside(&real(book), "-wal")
}

/// The log that a book left that is gone, or is an empty file now. SQLite would drop it with what it holds as soon
/// as a book is made there.
pub(super) fn lost_log(book: &Path) -> Option<PathBuf> {
    let log = log_of(book);
    // First the log: whoever is making this book at the same time has written to the file before he has one.
    fs::symlink_metadata(&log).ok().filter(|about| !is_empty(about))?;
    let lost = match fs::metadata(book) {
        Ok(book) => book.len() == 0,
        Err(problem) => problem.kind() == ErrorKind::NotFound,
    };
    lost.then_some(log)
}

/// Takes an empty log away from beside a book that is gone or that nobody can open, and the index of one
/// that is not there any more.
pub(super) fn clear_spent(book: &Path) {
    let (log, index) = (beside(book, "-wal"), beside(book, "-shm"));
    let gone = match fs::symlink_metadata(&log) {
        Ok(about) => is_empty(&about) && fs::remove_file(&log).is_ok(),
        Err(problem) => problem.kind() == ErrorKind::NotFound,
    };
    if gone {
        let _ = fs::remove_file(index);
    }
}

/// Makes a file's name survive a power cut as the file does.
pub(super) fn sync_folder(folder: &Path) -> Result<(), StoreError> {
    folders::sync(folder).map_err(|problem| {
        let what = text!("cant-be-synced-the-file", folder = folder.display(), problem);
        StoreError::unavailable(what, text!("look-after-the-disk-then-do-it-again"))
    })
}

/// Which file a path leads to, where the system tells.
#[cfg(unix)]
pub(super) fn identity(path: &Path) -> Option<(u64, u64)> {
    use std::os::unix::fs::MetadataExt;
    fs::metadata(path).ok().map(|file| (file.dev(), file.ino()))
}

/// Which file a path leads to, where the system tells.
#[cfg(not(unix))]
pub(super) fn identity(_path: &Path) -> Option<(u64, u64)> {
    None
}

/// What the system says of a file, with what helps.
pub(super) fn trouble(path: &Path, problem: &std::io::Error) -> StoreError {
    let (what, hint) = match problem.kind() {
        ErrorKind::StorageFull | ErrorKind::QuotaExceeded => {
            (text!("the-disk-is-full").to_owned(), text!("make-room-then-try-again"))
        }
        ErrorKind::FileTooLarge => (
            text!("files-may-not-grow-any-larger-here").to_owned(),
            text!("raise-the-limit-ulimit-f-then-try-again"),
        ),
        ErrorKind::ReadOnlyFilesystem => {
            (text!("the-disk-is-read-only").to_owned(), text!("make-it-writable-or-name-a-file"))
        }
        ErrorKind::PermissionDenied => {
            (text!("there-is-no-permission").to_owned(), text!("check-the-permissions-of-the-file"))
        }
        ErrorKind::NotFound => {
            (text!("it-or-its-directory-is-not-there").to_owned(), text!("check-the-path"))
        }
        ErrorKind::IsADirectory => (text!("it-is-a-directory").to_owned(), text!("name-a-file")),
        ErrorKind::NotADirectory => {
            (text!("a-part-of-its-path-is-no-directory").to_owned(), text!("check-the-path"))
        }
        _ if too_many_files(problem) => (text!("too-many-files-are-open").to_owned(), close_some()),
        _ => (problem.to_string(), text!("check-the-path-its-permissions-and-the-disks")),
    };
    StoreError::unavailable(text!("cant-be-used-nothing-was-changed", path = path.display(), what), hint)
}

/// Why a file that is there can't be read or written: by trying what it takes, with others beside it.
/// Opening and closing the file itself would give up the locks that this process has on it.
pub(super) fn cause(path: &Path) -> Option<StoreError> {
    cause_at(path, fs::metadata(path).map_or(0, |file| file.len()))
}

/// The same of a file that was to have so many bytes.
pub(super) fn cause_at(path: &Path, bytes: u64) -> Option<StoreError> {
    let found = match fs::metadata(path) {
        Err(problem) => Some(problem),
        Ok(file) if file.is_dir() => Some(ErrorKind::IsADirectory.into()),
        Ok(file) => match tried(folder_of(path), bytes) {
            Err(problem) => Some(problem),
            Ok(()) if file.permissions().readonly() => Some(ErrorKind::PermissionDenied.into()),
            Ok(()) => None,
        },
    };
    found.map(|problem| trouble(path, &problem)).or_else(|| {
        // A book that was handed over may have been so without its log. SQLite takes no locks on that: it may be opened.
        let log = log_of(path);
        let opened = OpenOptions::new().read(true).write(true).open(&log);
        let denied = opened.err().filter(|problem| problem.kind() == ErrorKind::PermissionDenied)?;
        Some(trouble(&log, &denied))
    })
}

/// Opens as many files as a book has, writes as much as a log begins with, and makes the file as long
/// as the other is.
fn tried(folder: &Path, bytes: u64) -> std::io::Result<()> {
    const ENOUGH: usize = 64 * 1024;
    let open: Vec<File> = (0..8).map(|_| File::open(folder)).collect::<std::io::Result<_>>()?;
    drop(open);
    let part = Part::attempt(folder)?;
    (&part.file).write_all(&vec![0; ENOUGH])?;
    part.file.set_len(bytes + ENOUGH as u64)?;
    part.file.sync_all()
}
