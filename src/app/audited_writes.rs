//! Writing records down: each change with its audit entry, signed under the secret file.

use crate::app::Env;
use crate::domain::refusal::{Code, Refusal};
use crate::domain::time::Instant;
use crate::platform::error::Result;
use crate::platform::secrets::{Secrets, hex, random};
use crate::store::audit::{Draft, append, change, image, is_creation};
use crate::store::record::Stored;
use crate::store::{Tx, chain_head, meta};

impl Env {
    /// Writes a new record down, with its audit entry.
    pub fn create<T: Stored>(
        &self,
        tx: &mut Tx<'_>,
        clinic_id: Option<&str>,
        action: &str,
        record: &T,
    ) -> Result<()> {
        debug_assert!(is_creation(action), "{action} is no act that makes a record");
        tx.insert(record)?;
        self.log(tx, self.draft::<T>(clinic_id, action, record.id(), None, (None, Some(image(record)))))?;
        Ok(())
    }

    /// Writes down what differs, with its audit entry. Answers whether anything did.
    pub fn change<T: Stored>(
        &self,
        tx: &mut Tx<'_>,
        clinic_id: Option<&str>,
        action: &str,
        note: Option<&str>,
        (before, after): (&T, &T),
    ) -> Result<bool> {
        self.change_as(tx, self.actor(), clinic_id, (action, note), (before, after))
    }

    /// The same in another's name: what a sweep learns is nobody's doing at this workstation.
    pub fn change_as<T: Stored>(
        &self,
        tx: &mut Tx<'_>,
        actor: &str,
        clinic_id: Option<&str>,
        (action, note): (&str, Option<&str>),
        (before, after): (&T, &T),
    ) -> Result<bool> {
        let Some((old, new)) = change(before, after) else { return Ok(false) };
        tx.update(before, after)?;
        let images = (Some(old), Some(new));
        let draft = self.draft::<T>(clinic_id, action, after.id(), note, images);
        self.log(tx, Draft { actor, ..draft })?;
        Ok(true)
    }

    /// Writes an audit entry for an act that changes no field of the record.
    pub fn note<T: Stored>(
        &self,
        tx: &mut Tx<'_>,
        clinic_id: Option<&str>,
        action: &str,
        record_id: &str,
    ) -> Result<()> {
        self.log(tx, self.draft::<T>(clinic_id, action, record_id, None, (None, None)))?;
        Ok(())
    }

    /// Writes an audit entry for an act that is told by facts of its own (a JSON object) and not by
    /// the fields of the record. Answers its place in the chain.
    pub fn note_facts<T: Stored>(
        &self,
        tx: &mut Tx<'_>,
        clinic_id: Option<&str>,
        action: &str,
        record_id: &str,
        facts: String,
    ) -> Result<i64> {
        self.log(tx, self.draft::<T>(clinic_id, action, record_id, None, (None, Some(facts))))
    }

    /// Writes an audit entry for an act on the book as a whole.
    pub fn note_book(&self, tx: &mut Tx<'_>, action: &str, note: &str) -> Result<()> {
        let (kind, record_id, note) = ("book", "book", Some(note));
        let (at, actor) = (self.now, self.actor());
        self.log(
            tx,
            Draft { at, actor, clinic_id: None, action, kind, record_id, note, before: None, after: None },
        )?;
        Ok(())
    }

    fn draft<'a, T: Stored>(
        &'a self,
        clinic_id: Option<&'a str>,
        action: &'a str,
        record_id: &'a str,
        note: Option<&'a str>,
        (before, after): (Option<String>, Option<String>),
    ) -> Draft<'a> {
        Draft {
            at: self.now,
            actor: self.actor(),
            clinic_id,
            action,
            kind: T::KIND,
            record_id,
            note,
            before,
            after,
        }
    }

    pub(super) fn log(&self, tx: &mut Tx<'_>, draft: Draft<'_>) -> Result<i64> {
        if !tx.has_entry() {
            // A book that was restored meanwhile may be one of another secret.
            self.secret_is_right.set(false);
        }
        if !self.check_secret(tx)? {
            // Not known to last yet: the next change looks again.
            meta::set(tx, meta::SECRET_CHECK, &self.secrets.fingerprint()?)?;
        }
        self.log_under(&self.secrets, tx, draft)
    }

    /// The same under that secret, which is the book's from this transaction on.
    pub(super) fn log_under(&self, secrets: &Secrets, tx: &mut Tx<'_>, draft: Draft<'_>) -> Result<i64> {
        let key = secrets.audit_key()?;
        let salt = hex(&random::<16>()?);
        let written = append(tx, &draft, &salt, |bytes| key.sign(bytes))?;
        self.warn_if_behind(written.latest);
        Ok(written.seq)
    }

    /// Looks anew whether the secret file is the book's, which another program may have changed.
    pub(super) fn forget_secret(&self) {
        self.secret_is_right.set(false);
    }

    /// Says so where the system's clock is behind the book: nothing is done silently then. It is done,
    /// though: one wrong entry must not lock a clinic out. For work that writes no entry, such as a sweep;
    /// each entry looks for itself.
    pub fn mind_the_clock(&self, tx: &mut Tx<'_>) -> Result<()> {
        if !self.now_is_given {
            self.warn_if_behind(chain_head::latest(tx)?);
        }
        Ok(())
    }

    /// It is held against the chain's newest entry by time and not the last one: that one may have been written
    /// by the clock that is wrong. A time that was given is taken at its word.
    fn warn_if_behind(&self, newest: Option<Instant>) {
        const TOLERATED: i64 = 60;
        let behind = newest.map_or(0, |newest| newest.unix() - self.time().unix());
        if behind > TOLERATED && !self.now_is_given {
            self.warn(text!("the-clock-is-behind-the-books-newest-entry", roughly = roughly(behind)));
        }
    }

    /// Keeps words that are said once the answer is.
    pub fn warn(&self, words: String) {
        let mut warnings = self.warnings.borrow_mut();
        if !warnings.contains(&words) {
            warnings.push(words);
        }
    }

    /// Makes sure, once per transaction, that the secret file is the one that the book was made with.
    /// Answers `false` where the book has none noted: that is the next change's to do.
    pub fn check_secret(&self, tx: &mut Tx<'_>) -> Result<bool> {
        if self.secret_is_right.get() {
            return Ok(true);
        }
        let own = self.secrets.fingerprint()?;
        match meta::get(tx, meta::SECRET_CHECK)? {
            Some(noted) if noted != own => {
                let file = self.secrets.path().display();
                Err(Refusal::new(Code::StoreUnavailable, text!("the-secret-file-is-not-the-one", file))
                    .hint(text!("name-the-right-one-with-turno_secret_file")))
            }
            Some(_) => {
                self.secret_is_right.set(true);
                Ok(true)
            }
            None => Ok(false),
        }
    }
}

/// A length of time in words, of seconds.
fn roughly(seconds: i64) -> String {
    match seconds / 60 {
        minutes @ ..120 => text!("count-minutes", minutes),
        minutes @ ..2880 => text!("count-hours", hours = minutes / 60),
        minutes => text!("count-days", days = minutes / 1440),
    }
}
