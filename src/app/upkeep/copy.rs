//! A whole book from one place to another, as it is: no secret file, all or nothing.

use crate::domain::refusal::Refusal;
use crate::platform::error::Result;
use crate::platform::secrets::Secrets;
use crate::store::{Ending, Location, Store, copy, meta};

/// What was copied.
#[derive(Debug, Clone)]
pub struct Copied {
    /// Where from: a path, or a URL without its password.
    pub from: String,
    /// Where to, likewise.
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

/// How many rows the book has. A book that can't be read shows it here, before its copy is made.
pub fn rows(from: &mut Store) -> Result<u64> {
    from.read(|tx| Ok(copy::rows(tx)?))
}

/// Copies every row, as of one moment, into a book that has none, and makes sure that the same rows
/// arrived. `progress` hears of each row twice; it may be told to start over.
/// Where it fails, nothing is kept.
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

/// Whether the secret is the book's own.
pub fn opens_with(book: &mut Store, secrets: &Secrets) -> Result<bool> {
    let noted = book.read(|tx| Ok(meta::get(tx, meta::SECRET_CHECK)?))?;
    Ok(noted.is_some() && noted == secrets.fingerprint().ok())
}

fn not_empty(place: &str, table: &str) -> Refusal {
    Refusal::invalid("to", text!("holds-a-book-already-there-are-rows-in", place, table))
        .hint(text!("name-a-file-that-is-not-there-yet"))
}
