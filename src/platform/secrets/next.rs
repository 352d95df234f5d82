//! The secret that takes the place of another: it waits in a file beside, until the book is its own.

use super::Secrets;
use crate::domain::refusal::Refusal;
use crate::platform::error::Result;
use std::path::{Path, PathBuf};

/// What the file of the next secret ends with.
const NEXT: &str = ".next";

impl Secrets {
    /// The secret that waits beside this one, if one does.
    pub fn next(&self) -> Option<Secrets> {
        let path = self.next_path();
        path.exists().then(|| Secrets::new(path))
    }

    /// The same, made where there is none. One that a rotation left is taken: it may be the book's already, as soon as a
    /// commit that was sent shows.
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

    /// Puts the next secret in the place of this one, which is kept under that name. Answers whether it did: another
    /// program may have.
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

    /// Uses the next secret from where it lies.
    pub fn switch(&mut self, next: Secrets) {
        *self = next;
    }
}

/// The refusal where the next secret is the book's and can't be put in place.
pub fn left_aside(refusal: &Refusal, next: &Path) -> String {
    text!("the-books-new-secret-lies-in", next = next.display(), problem = refusal.message)
}
