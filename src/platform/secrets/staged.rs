//! A secret in a file of its own, before it has its place.

use super::Secrets;
use std::fs::{self, File};
use std::io::Write;
use std::path::Path;
use tempfile::{Builder, NamedTempFile};

/// What such a file is called; letters and digits follow.
const STAGED: &str = ".turno-secret-";
/// How many of them.
const DIGITS: usize = 16;

/// A secret that waits to be put in its place. Dropped, the file is gone; killed, the next run clears it
/// away. It is locked as long as its maker lives.
#[derive(Debug)]
pub struct Staged(NamedTempFile);

impl Staged {
    /// An empty file in that directory, for its owner's eyes only.
    pub(crate) fn new(folder: &Path) -> std::io::Result<Staged> {
        loop {
            let file = Builder::new().prefix(STAGED).rand_bytes(DIGITS).tempfile_in(folder)?;
            // Where the file system knows no locks, nobody clears it away while it is used either.
            let _ = file.as_file().lock();
            // Another run may have taken it for a dead one's before it was locked.
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
    /// Clears away the secrets that runs that were killed have left beside its place.
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
                // To open a pipe would be to wait for its other end.
                && entry.file_type().is_ok_and(|kind| kind.is_file())
                && File::open(entry.path()).is_ok_and(|file| file.try_lock().is_ok())
            {
                let _ = fs::remove_file(entry.path());
            }
        }
    }

    /// Puts a secret that was staged in place; another one that is there is kept under that name, for
    /// its owner's eyes; where that fails, the old one is in its place. Answers whether one was.
    pub fn settle(&self, staged: &Staged, aside: &Path) -> crate::platform::error::Result<bool> {
        self.put(staged.path(), aside)
    }

    /// The same with a file beside.
    pub(crate) fn put(&self, from: &Path, aside: &Path) -> crate::platform::error::Result<bool> {
        let trouble = |problem: std::io::Error| self.trouble(&problem);
        let there = fs::symlink_metadata(self.path()).is_ok();
        let mut linked = false;
        if there {
            // The name stays on the old one until the new one takes it.
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

/// A secret that others may have read stays one from now on.
fn narrow(path: &Path) {
    #[cfg(unix)]
    {
        let mode = std::os::unix::fs::PermissionsExt::from_mode(0o600);
        // A link's target is not ours to narrow.
        if fs::symlink_metadata(path).is_ok_and(|file| file.is_file()) {
            let _ = fs::set_permissions(path, mode);
        }
    }
    #[cfg(not(unix))]
    let _ = path;
}
