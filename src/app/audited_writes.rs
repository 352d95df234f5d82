//! Writes records together with their audit entries, which are signed under the secret file.

use crate::app::Env;
use crate::domain::refusal::{Code, Refusal};
use crate::domain::time::Instant;
use crate::platform::error::Result;
use crate::platform::secrets::{Secrets, hex, random};
use crate::store::audit::{Draft, append, change, image, is_creation};
use crate::store::record::Stored;
use crate::store::{Tx, chain_head, meta};

impl Env {
    /// Inserts a new record and its audit entry.
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

    /// Updates the changed fields and adds an audit entry. Returns whether anything changed.
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

    /// Like [`Env::change`] for another actor: the results of a sweep are not the local user's doing.
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

    /// Adds an audit entry for an act that changes no field of the record.
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

    /// Adds an audit entry with the act's own facts (a JSON object) instead of the record's fields. Returns
    /// the entry's number in its chain.
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

    /// Adds an audit entry for an act on the whole book.
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
            // The book may have been replaced by one with another secret: check again.
            self.secret_is_right.set(false);
        }
        if !self.check_secret(tx)? {
            // `secret_is_right` stays unset, because this transaction may not commit.
            meta::set(tx, meta::SECRET_CHECK, &self.secrets.fingerprint()?)?;
        }
        self.log_under(&self.secrets, tx, draft)
    }

    /// Like `log` with other secrets, which become the book's in this transaction.
    pub(super) fn log_under(&self, secrets: &Secrets, tx: &mut Tx<'_>, draft: Draft<'_>) -> Result<i64> {
        let key = secrets.audit_key()?;
        let salt = hex(&random::<16>()?);
        let written = append(tx, &draft, &salt, |bytes| key.sign(bytes))?;
        self.warn_if_behind(written.latest);
        Ok(written.seq)
    }

    /// Makes the next use check the secret file again: another program may have changed it.
    pub(super) fn forget_secret(&self) {
        self.secret_is_right.set(false);
    }

    /// Warns if the system clock is behind the newest audit entry, but does not refuse: one wrong entry must
    /// not block a clinic. For work that writes no entry, such as a sweep; `Env::log` checks at each entry.
    pub fn mind_the_clock(&self, tx: &mut Tx<'_>) -> Result<()> {
        if !self.now_is_given {
            self.warn_if_behind(chain_head::latest(tx)?);
        }
        Ok(())
    }

    /// Compares with the newest entry by time, not the last one: a wrong clock may have written that. A given
    /// time is not checked.
    fn warn_if_behind(&self, newest: Option<Instant>) {
        const TOLERATED: i64 = 60;
        let behind = newest.map_or(0, |newest| newest.unix() - self.time().unix());
        if behind > TOLERATED && !self.now_is_given {
            self.warn(text!("the-clock-is-behind-the-books-newest-entry", roughly = roughly(behind)));
        }
    }

    /// Adds a warning, which is printed after the result.
    pub fn warn(&self, words: String) {
        let mut warnings = self.warnings.borrow_mut();
        if !warnings.contains(&words) {
            warnings.push(words);
        }
    }

    /// Checks that the secret file is the one that the book was made with; the result is cached until the
    /// next write. Returns `false` if the book has none recorded yet: the next change records it.
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

/// Formats a duration, given in seconds, as minutes, hours or days.
fn roughly(seconds: i64) -> String {
    match seconds / 60 {
        minutes @ ..120 => text!("count-minutes", minutes),
        minutes @ ..2880 => text!("count-hours", hours = minutes / 60),
        minutes => text!("count-days", days = minutes / 1440),
    }
}
