//! The next secret of a rotation: it waits in a file beside the current one until the database uses it.

use super::Secrets;
use crate::domain::refusal::Refusal;
use crate::platform::error::Result;
use std::path::{Path, PathBuf};

const NEXT: &str = ".next";

impl Secrets {
    /// The next secret, if there is one.
    pub fn next(&self) -> Option<Secrets> {
        let path = self.next_path();
        path.exists().then(|| Secrets::new(path))
    }

    /// The next secret, made if missing. One left by a rotation is reused: the database may use it already.
    pub fn make_next(&self) -> Result<Secrets> {
        let next = Secrets::new(self.next_path());
        next.make()?;
        next.fingerprint().map(|_| next)
    }

    fn next_path(&self) -> PathBuf {
        let mut name = self.path().as_os_str().to_owned();
        name.push(NEXT);
        name.into()
    }

    /// Puts `next` in place of this secret, whose file is kept as `aside`. Returns whether a file was kept;
    /// false if another program replaced it first.
    pub fn succeed(&mut self, next: Secrets, aside: &Path) -> Result<bool> {
        let done = self.put(next.path(), aside);
        let is_gone = !next.path().exists();
        let kept = match done {
            Ok(kept) => kept,
            Err(_) if is_gone => false,
            Err(refusal) => return Err(refusal),
        };
        let path = self.path().to_owned();
        *self = Secrets { path, ..next };
        Ok(kept)
    }

    /// Uses `next` in its present file.
    pub fn switch(&mut self, next: Secrets) {
        *self = next;
    }
}

/// The text for a new secret that the database uses but that can't be put in place.
pub fn left_aside(refusal: &Refusal, next: &Path) -> String {
    text!("the-books-new-secret-lies-in", next = next.display(), problem = refusal.message)
}
