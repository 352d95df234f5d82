//! Copies a whole book to another location, all or nothing; the secret file is not copied.

use crate::domain::refusal::Refusal;
use crate::platform::error::Result;
use crate::platform::secrets::Secrets;
use crate::store::{Ending, Location, Store, copy, meta};

/// The result of a copy.
#[derive(Debug, Clone)]
pub struct Copied {
    /// The source: a path, or a URL without its password.
    pub from: String,
    /// The target, likewise.
    pub to: String,
    /// Each table with its number of rows.
    pub tables: Vec<(&'static str, u64)>,
}

/// Refuses to copy a book onto itself.
pub fn refuse_same(from: &Location, to: &Location) -> Result<()> {
    if from.is_same(to) {
        return Err(Refusal::invalid("to", text!("is-the-place-that-the-book-is-copied"))
            .hint(text!("name-another-file-or-database")));
    }
    Ok(())
}

/// Counts the rows of a book; an unreadable book fails here, before the copy starts.
pub fn rows(from: &mut Store) -> Result<u64> {
    from.read(|tx| Ok(copy::rows(tx)?))
}

/// Copies all rows, as of one moment, into an empty book and verifies them; on failure nothing is kept.
/// `progress` receives the number of rows so far, each counted twice; the number may restart at 0.
pub fn copy(from: &mut Store, to: &mut Store, progress: &mut dyn FnMut(u64)) -> Result<Copied> {
    let place = to.location().to_string();
    from.expect_many();
    to.expect_many();
    let tables = from.read(|source| {
        to.write(Ending::Commit, |target| {
            if let Some(table) = copy::filled(target)? {
                return Err(not_empty(&place, table));
            }
            copy::fill(source, target, progress)
        })
    })?;
    Ok(Copied { from: from.location().to_string(), to: place, tables })
}

/// Returns whether `secrets` is the book's secret file.
pub fn opens_with(book: &mut Store, secrets: &Secrets) -> Result<bool> {
    let noted = book.read(|tx| Ok(meta::get(tx, meta::SECRET_CHECK)?))?;
    Ok(noted.is_some() && noted == secrets.fingerprint().ok())
}

fn not_empty(place: &str, table: &str) -> Refusal {
    Refusal::invalid("to", text!("holds-a-book-already-there-are-rows-in", place, table))
        .hint(text!("name-a-file-that-is-not-there-yet"))
}
