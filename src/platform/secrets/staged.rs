//! A secret in a temporary file, before it is put in place.

use super::Secrets;
use std::fs::{self, File};
use std::io::Write;
use std::path::Path;
use tempfile::{Builder, NamedTempFile};

/// Prefix of the temporary files' names.
const STAGED: &str = ".turno-secret-";
const DIGITS: usize = 16;

/// A secret in a temporary file, which is locked by its process and removed on drop. [`Secrets::clear`]
/// removes those of processes that were killed.
#[derive(Debug)]
pub struct Staged(NamedTempFile);

impl Staged {
    /// Makes an empty file in `folder`, readable by its owner only.
    pub(crate) fn new(folder: &Path) -> std::io::Result<Staged> {
        loop {
            let file = Builder::new().prefix(STAGED).rand_bytes(DIGITS).tempfile_in(folder)?;
            // Without file locks, `clear` can't lock the file either and leaves it alone.
            let _ = file.as_file().lock();
            // Before the lock, the `clear` of another process may have removed it.
            if file.path().exists() {
                return Ok(Staged(file));
            }
        }
    }

    pub(crate) fn write(&mut self, text: &str) -> std::io::Result<()> {
        let file = self.0.as_file_mut();
        file.write_all(text.as_bytes())?;
        file.write_all(b"\n")?;
        file.sync_all()
    }

    pub(crate) fn path(&self) -> &Path {
        self.0.path()
    }
}

impl Secrets {
    /// Removes temporary files of processes that were killed.
    pub fn clear(&self) {
        let folder = match self.folder() {
            folder if folder.as_os_str().is_empty() => Path::new("."),
            folder => folder,
        };
        let Ok(entries) = fs::read_dir(folder) else { return };
        for entry in entries.flatten() {
            let name = entry.file_name();
            let digits = name.to_str().and_then(|name| name.strip_prefix(STAGED)).unwrap_or_default();
            if digits.len() == DIGITS
                && digits.bytes().all(|byte| byte.is_ascii_alphanumeric())
                // Opening a pipe would block.
                && entry.file_type().is_ok_and(|kind| kind.is_file())
                && File::open(entry.path()).is_ok_and(|file| file.try_lock().is_ok())
            {
                let _ = fs::remove_file(entry.path());
            }
        }
    }

    /// Puts a staged secret in place; an existing file is kept as `aside`, readable by its owner only. If
    /// this fails, the old file stays in place. Returns whether there was one.
    pub fn settle(&self, staged: &Staged, aside: &Path) -> crate::platform::error::Result<bool> {
        self.put(staged.path(), aside)
    }

    /// Like [`Secrets::settle`], for any file in the same folder.
    pub(crate) fn put(&self, from: &Path, aside: &Path) -> crate::platform::error::Result<bool> {
        let trouble = |problem: std::io::Error| self.trouble(&problem);
        let there = fs::symlink_metadata(self.path()).is_ok();
        let mut linked = false;
        if there {
            // With a link, there is always a file at the path.
            linked = fs::hard_link(self.path(), aside).is_ok();
            if !linked {
                fs::rename(self.path(), aside).map_err(trouble)?;
            }
        }
        if let Err(problem) = fs::rename(from, self.path()) {
            let _ = match (there, linked) {
                (false, _) => Ok(()),
                (true, true) => fs::remove_file(aside),
                (true, false) => fs::rename(aside, self.path()),
            };
            return Err(trouble(problem));
        }
        if there {
            narrow(aside);
        }
        self.sync_folder().map(|()| there)
    }
}

/// Makes the old secret readable by its owner only.
fn narrow(path: &Path) {
    #[cfg(unix)]
    {
        let mode = std::os::unix::fs::PermissionsExt::from_mode(0o600);
        // Leave the target of a symbolic link alone.
        if fs::symlink_metadata(path).is_ok_and(|file| file.is_file()) {
            let _ = fs::set_permissions(path, mode);
        }
    }
    #[cfg(not(unix))]
    let _ = path;
}
