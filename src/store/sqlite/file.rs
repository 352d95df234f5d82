//! Checks and makes the book's file before SQLite opens it.

use crate::platform::error::StoreError;
use crate::platform::files;
use crate::platform::files::trouble;
use std::fs::{self, File};
use std::io::Read;
use std::path::Path;

/// Marks a file as a turno book (`PRAGMA application_id`): "turn" in ASCII.
pub(super) const APPLICATION_ID: i32 = 0x7475_726e;
/// What a file's first bytes show.
pub(super) enum Header {
    Empty,
    Ours { wal: bool },
}

/// Reads the file's first bytes, so that SQLite never opens or alters a foreign file.
pub(super) fn header(path: &Path) -> Result<Header, StoreError> {
    // Check the type first: opening a pipe would block until somebody writes to it.
    let found = fs::metadata(path).and_then(|found| match found.is_file() || found.is_dir() {
        true => File::open(path).map(Some),
        false => Ok(None),
    });
    let mut file = match found {
        Ok(Some(file)) => file,
        Ok(None) => {
            return Err(StoreError::unavailable(
                text!("is-no-regular-file-it-was-left", path = path.display()),
                text!("name-a-file"),
            ));
        }
        Err(problem) if problem.kind() == std::io::ErrorKind::NotFound => return Err(missing(path)),
        Err(problem) => return Err(trouble(path, &problem)),
    };
    let mut bytes = [0_u8; 100];
    let mut filled = 0;
    while filled < bytes.len() {
        match file.read(&mut bytes[filled..]) {
            Ok(0) => break,
            Ok(read) => filled += read,
            Err(problem) if problem.kind() == std::io::ErrorKind::Interrupted => {}
            Err(problem) => return Err(trouble(path, &problem)),
        }
    }
    // A power cut in the first run may leave only zeros. SQLite accepts such a file as empty only if the
    // journal agrees, and else refuses it.
    if bytes.iter().all(|byte| *byte == 0) {
        return Ok(Header::Empty);
    }
    let id = i32::from_be_bytes([bytes[68], bytes[69], bytes[70], bytes[71]]);
    if filled < bytes.len() || !bytes.starts_with(b"SQLite format 3\0") || id != APPLICATION_ID {
        return Err(not_ours(path));
    }
    Ok(Header::Ours { wal: bytes[18] == 2 })
}

pub(super) fn not_ours(path: &Path) -> StoreError {
    StoreError::unavailable(
        text!("is-not-a-turno-book-it-was-left", path = path.display()),
        text!("name-the-book-with-db-or-turno_db-or-make"),
    )
}

pub(super) fn missing(path: &Path) -> StoreError {
    let what = text!("there-is-no-book-at", path = path.display());
    let hint = match files::folder_of(path).exists() {
        true => text!("make-one-with-turno-init-or-name-another"),
        false => {
            text!("its-directory-is-not-there-is-the-disk")
        }
    };
    StoreError::unavailable(what, hint)
}

/// Finds the cause of an error for which SQLite gives none.
pub(super) fn explained(path: &Path, problem: StoreError) -> StoreError {
    match problem {
        StoreError::Trouble(text) => files::cause(path).unwrap_or(StoreError::Trouble(text)),
        problem => problem,
    }
}

/// Makes the file readable by its owner only; SQLite gives its companions the same mode.
pub(super) fn make_file(path: &Path) -> Result<(), StoreError> {
    files::make_folder(files::folder_of(path))?;
    match files::private().open(path) {
        Ok(_) => Ok(()),
        Err(problem) if problem.kind() == std::io::ErrorKind::AlreadyExists => narrow(path),
        Err(problem) => Err(trouble(path, &problem)),
    }
}

/// Makes an existing empty file private before it becomes a book.
pub(super) fn narrow(path: &Path) -> Result<(), StoreError> {
    #[cfg(unix)]
    if fs::metadata(path).is_ok_and(|file| file.is_file() && file.len() == 0) {
        let mode = std::os::unix::fs::PermissionsExt::from_mode(0o600);
        fs::set_permissions(path, mode).map_err(|problem| trouble(path, &problem))?;
    }
    Ok(())
}
