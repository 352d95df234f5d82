//! Private files that are written under a temporary name and then moved into place.

use crate::platform::error::{StoreError, close_some, too_many_files};
use crate::platform::folders;
use std::fs::{self, File, OpenOptions};
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};

/// Prefix of a temporary file's name; sixteen hexadecimal digits follow.
const PART: &str = ".turno-part-";
/// Suffixes of the files that SQLite keeps beside a database.
pub(crate) const COMPANIONS: [&str; 3] = ["-wal", "-shm", "-journal"];

/// A temporary file. Dropping it removes the file; after a crash the next run removes it.
pub(crate) struct Part {
    path: PathBuf,
    /// Locked while this process lives.
    file: File,
}

impl Part {
    /// Creates an empty file in `folder`.
    pub(crate) fn new(folder: &Path) -> Result<Part, StoreError> {
        Part::attempt(folder).map_err(|problem| trouble(folder, &problem))
    }

    /// Like `new`, with the system's error.
    pub(crate) fn attempt(folder: &Path) -> std::io::Result<Part> {
        loop {
            let random = getrandom::u64().map_err(std::io::Error::other)?;
            let path = folder.join(format!("{PART}{random:016x}"));
            let file = private().open(&path)?;
            // On a file system without locks, `clear` cannot lock the file and leaves it alone too.
            let _ = file.lock();
            // Another run may have removed the file before it was locked.
            if path.exists() {
                return Ok(Part { path, file });
            }
        }
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    pub(crate) fn bytes(&self) -> u64 {
        self.file.metadata().map_or(0, |file| file.len())
    }

    /// The open file, to be written without SQLite.
    pub(crate) fn writer(&self) -> &File {
        &self.file
    }

    /// Moves the file to `place` durably. Without `over`, an existing file is kept and is an error.
    pub(crate) fn put(self, place: &Path, over: bool) -> Result<(), StoreError> {
        self.name(place, over)?;
        sync_folder(folder_of(place))
    }

    /// Like `put`, but does not sync the directory: a power cut may undo the move.
    pub(crate) fn name(self, place: &Path, over: bool) -> Result<(), StoreError> {
        let failed = |problem: std::io::Error| trouble(place, &problem);
        self.file.sync_all().map_err(failed)?;
        if over {
            fs::rename(&self.path, place).map_err(failed)?;
        } else {
            // A hard link, unlike a rename, never replaces a file. Without hard links, check first.
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

/// The error for a file that exists already.
pub(crate) fn taken(place: &Path) -> StoreError {
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

/// Appends `end` to the file name.
pub(crate) fn beside(path: &Path, end: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(end);
    PathBuf::from(name)
}

/// Removes temporary files left by killed runs: files of our name pattern that no process has locked.
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
                // Skip anything but regular files: opening a pipe would block.
                Ok(found) if !found.is_file() => {}
                // Remove the file while it is locked, so that its maker can notice.
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

/// Creates a directory and its missing parents, accessible only to the owner.
pub(crate) fn make_folder(folder: &Path) -> Result<(), StoreError> {
    folders::make(folder).map_err(|problem| trouble(folder, &problem))
}

/// The directory of a file; `.` for a bare file name.
pub(crate) fn folder_of(path: &Path) -> &Path {
    path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

/// Options that create a new file, accessible only to the owner.
pub(crate) fn private() -> OpenOptions {
    let mut options = OpenOptions::new();
    options.read(true).write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options
}

/// Resolves a symbolic link, because SQLite keeps the log beside the target. Other paths, and links into a
/// missing directory, are returned unchanged.
pub(crate) fn real(path: &Path) -> PathBuf {
    match fs::symlink_metadata(path) {
        Ok(found) if found.is_symlink() => path.canonicalize().unwrap_or_else(|_| {
            let ahead = ahead(path).filter(|ahead| folder_of(ahead).is_dir());
            ahead.unwrap_or_else(|| path.to_owned())
        }),
        _ => path.to_owned(),
    }
}

/// The target of a link to a missing file; None for a loop of links.
pub(crate) fn ahead(link: &Path) -> Option<PathBuf> {
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

/// Whether a file has several hard links: its log lies beside only one of the names.
pub(crate) fn has_names(path: &Path) -> bool {
    #[cfg(unix)]
    return fs::metadata(path).is_ok_and(|file| std::os::unix::fs::MetadataExt::nlink(&file) > 1);
    #[cfg(not(unix))]
    {
        let _ = path;
        false
    }
}

/// Removes access for others from a file and its companions; errors are ignored.
pub(crate) fn narrow(path: &Path) {
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

/// Gives companions the file's own permissions, if they were created while the file was read-only and the
/// file is writable: otherwise the database could not be written.
pub(crate) fn free_companions(path: &Path) {
    let Ok(own) = fs::metadata(path).map(|file| file.permissions()) else { return };
    for companion in COMPANIONS.map(|end| beside(path, end)) {
        if !own.readonly() && fs::metadata(&companion).is_ok_and(|file| file.permissions().readonly()) {
            let _ = fs::set_permissions(&companion, own.clone());
        }
    }
}

/// Whether the log beside a database is empty or missing.
pub(crate) fn is_spent(book: &Path) -> bool {
    match fs::symlink_metadata(beside(book, "-wal")) {
        Ok(about) => is_empty(&about),
        Err(problem) => problem.kind() == ErrorKind::NotFound,
    }
}

/// Whether this is an empty regular file. Anything else may hold data.
fn is_empty(about: &fs::Metadata) -> bool {
    about.is_file() && about.len() == 0
}

/// The path of a database's log, beside the target of a link.
pub(crate) fn log_of(book: &Path) -> PathBuf {
    beside(&real(book), "-wal")
}

/// The log of a database that is missing or empty. SQLite would delete that log and its content when a
/// database is created there.
pub(crate) fn lost_log(book: &Path) -> Option<PathBuf> {
    let log = log_of(book);
    // Check the log first: a process that creates this database writes to the file before it has a log.
    fs::symlink_metadata(&log).ok().filter(|about| !is_empty(about))?;
    let lost = match fs::metadata(book) {
        Ok(book) => book.len() == 0,
        Err(problem) => problem.kind() == ErrorKind::NotFound,
    };
    lost.then_some(log)
}

/// Removes an empty log beside a database that is missing or cannot be opened, and an index without a log.
pub(crate) fn clear_spent(book: &Path) {
    let (log, index) = (beside(book, "-wal"), beside(book, "-shm"));
    let gone = match fs::symlink_metadata(&log) {
        Ok(about) => is_empty(&about) && fs::remove_file(&log).is_ok(),
        Err(problem) => problem.kind() == ErrorKind::NotFound,
    };
    if gone {
        let _ = fs::remove_file(index);
    }
}

/// Syncs the directory, so that the file's name survives a power cut.
pub(crate) fn sync_folder(folder: &Path) -> Result<(), StoreError> {
    folders::sync(folder).map_err(|problem| {
        let what = text!("cant-be-synced-the-file", folder = folder.display(), problem);
        StoreError::unavailable(what, text!("look-after-the-disk-then-do-it-again"))
    })
}

/// Device and inode of the file at a path.
#[cfg(unix)]
pub(crate) fn identity(path: &Path) -> Option<(u64, u64)> {
    use std::os::unix::fs::MetadataExt;
    fs::metadata(path).ok().map(|file| (file.dev(), file.ino()))
}

/// Unknown on this system.
#[cfg(not(unix))]
pub(crate) fn identity(_path: &Path) -> Option<(u64, u64)> {
    None
}

/// Converts a system error about a file, with a hint.
pub(crate) fn trouble(path: &Path, problem: &std::io::Error) -> StoreError {
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

/// Finds out why a file cannot be used, by trying the same with new files beside it. Opening and closing the
/// file itself would release the locks that this process holds on it.
pub(crate) fn cause(path: &Path) -> Option<StoreError> {
    cause_at(path, fs::metadata(path).map_or(0, |file| file.len()))
}

/// Like `cause`, for a file that should become `bytes` long.
pub(crate) fn cause_at(path: &Path, bytes: u64) -> Option<StoreError> {
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
        // The log may belong to another user. It may be opened: SQLite takes no locks on it.
        let log = log_of(path);
        let opened = OpenOptions::new().read(true).write(true).open(&log);
        let denied = opened.err().filter(|problem| problem.kind() == ErrorKind::PermissionDenied)?;
        Some(trouble(&log, &denied))
    })
}

/// Opens as many files as a database needs, writes as much as a new log, and grows the file to `bytes`.
fn tried(folder: &Path, bytes: u64) -> std::io::Result<()> {
    const ENOUGH: usize = 64 * 1024;
    let open: Vec<File> = (0..8).map(|_| File::open(folder)).collect::<std::io::Result<_>>()?;
    drop(open);
    let part = Part::attempt(folder)?;
    (&part.file).write_all(&vec![0; ENOUGH])?;
    part.file.set_len(bytes + ENOUGH as u64)?;
    part.file.sync_all()
}
