//! One transaction: everything that is read or written goes through it.

use crate::domain::refusal::Refusal;
use crate::platform::error::StoreError;
use crate::store::audit::Link;
use crate::store::chain_head::{self, Advance};
use crate::store::engine::{Engine, Row, Value};
use crate::store::forecast::{Foreseen, hand_over};
use crate::store::retry;

/// A transaction: dropped without a commit it is taken back.
pub struct Tx<'a> {
    pub(super) engine: &'a mut dyn Engine,
    pub(super) open: bool,
    /// Whether a constraint that stands in the way may be another writer.
    pub(super) doubt: bool,
    /// What makes everything that is done here vain.
    pub(super) trouble: Option<StoreError>,
    /// Whether a statement failed and was not taken back with its savepoint: nothing of this lasts.
    pub(super) failed: bool,
    /// The last audit entry of each chain that was written here and not taken back: this transaction is known
    /// again by any of them, and the chain's next entry follows it.
    pub(super) entries: Vec<Link>,
    /// The heads of chains that are still to be written.
    pub(super) advances: Vec<Advance>,
    /// How many statements were run that may have written something: all but a `SELECT`.
    pub(super) writes: u64,
    /// What is known before it is asked.
    pub(super) foreseen: Foreseen,
    /// The clinic whose write lock is held; none where it is the whole book's, or nothing is written.
    pub(super) locked: Option<String>,
    /// Whether the work turned out to need more than that clinic's lock.
    pub(super) lock_is_too_small: bool,
    /// The clinic that the work is done in, once it is known.
    pub(super) works_in: Option<String>,
}

impl<'a> Tx<'a> {
    pub(super) fn new(engine: &'a mut dyn Engine, doubt: bool) -> Self {
        Tx {
            engine,
            open: true,
            doubt,
            trouble: None,
            failed: false,
            entries: Vec::new(),
            advances: Vec::new(),
            writes: 0,
            foreseen: Foreseen::default(),
            locked: None,
            lock_is_too_small: false,
            works_in: None,
        }
    }
}

impl Tx<'_> {
    /// Runs a statement; answers how many rows it changed.
    pub(crate) fn execute(&mut self, sql: &str, params: &[Value<'_>]) -> Result<u64, StoreError> {
        self.untroubled()?;
        self.writes += 1;
        if self.is_guess() {
            return Ok(1);
        }
        self.foreseen.forget_after(sql, params);
        let answer = self.engine.execute(sql, params);
        self.noting(answer)
    }

    /// Runs a statement, however many rows it changes. Its answer may come with a later statement's, or with the
    /// commit's.
    pub(crate) fn run(&mut self, sql: &str, params: &[Value<'_>]) -> Result<(), StoreError> {
        self.run_on(sql, params, None)
    }

    /// The same for a statement that changes just so many rows.
    pub(crate) fn run_on(
        &mut self,
        sql: &str,
        params: &[Value<'_>],
        rows: Option<u64>,
    ) -> Result<(), StoreError> {
        self.untroubled()?;
        self.writes += 1;
        if self.is_guess() {
            return Ok(());
        }
        self.foreseen.forget_after(sql, params);
        let answer = self.engine.run(sql, params, rows);
        self.noting(answer)
    }

    /// Waits for the answers to all that was run so far.
    pub(crate) fn settle(&mut self) -> Result<(), StoreError> {
        self.untroubled()?;
        let answer = self.engine.settle();
        self.noting(answer)
    }

    /// Notes that the work is done in that clinic.
    pub(crate) fn work_in(&mut self, clinic_id: &str) -> Result<(), StoreError> {
        self.works_in = Some(clinic_id.to_owned());
        self.needs_lock_of(Some(clinic_id))
    }

    /// Makes sure that the write lock that is held covers that clinic, or without one the whole book. Where it does
    /// not, the work is run again under the whole book's.
    pub(crate) fn needs_lock_of(&mut self, clinic_id: Option<&str>) -> Result<(), StoreError> {
        // What a guess comes to tells nothing.
        if self.locked.is_none() || self.locked.as_deref() == clinic_id || self.is_guess() {
            return Ok(());
        }
        self.lock_is_too_small = true;
        self.trouble = Some(StoreError::Conflict);
        Err(StoreError::Conflict)
    }

    /// Once a transaction is lost, nothing more is asked of it.
    fn untroubled(&self) -> Result<(), StoreError> {
        self.trouble.clone().map_or(Ok(()), Err)
    }

    pub(super) fn noting<T>(&mut self, answer: Result<T, StoreError>) -> Result<T, StoreError> {
        if let Err(problem) = &answer {
            self.failed = true;
            if retry::may_pass(problem, self.doubt) {
                self.trouble = Some(problem.clone());
            }
        }
        answer
    }

    /// Whether the work is only run to find out what it asks: nothing that it writes is kept.
    pub(super) fn is_guess(&self) -> bool {
        self.foreseen.is_guess()
    }

    /// Whether an audit entry was written here.
    pub(crate) fn has_entry(&self) -> bool {
        !self.entries.is_empty()
    }

    /// All rows of an answer. A statement that begins with `SELECT` writes nothing.
    pub(crate) fn query<T>(
        &mut self,
        sql: &str,
        params: &[Value<'_>],
        read: impl Fn(&mut Row<'_>) -> Result<T, StoreError>,
    ) -> Result<Vec<T>, StoreError> {
        let mut rows = Vec::new();
        self.each(sql, params, |row| {
            rows.push(read(row)?);
            Ok(())
        })?;
        Ok(rows)
    }

    /// Looks at each row of an answer as it comes; none is kept.
    pub(crate) fn each(
        &mut self,
        sql: &str,
        params: &[Value<'_>],
        mut look: impl FnMut(&mut Row<'_>) -> Result<(), StoreError>,
    ) -> Result<(), StoreError> {
        self.untroubled()?;
        let writes = !sql.starts_with("SELECT");
        self.writes += u64::from(writes);
        if writes {
            self.foreseen.forget_after(sql, params);
        } else if let Some(rows) = self.foreseen.answer(sql, params) {
            return hand_over(&rows, &mut look);
        }
        if self.is_guess() {
            return Ok(());
        }
        let answer = self.engine.query(sql, params, &mut |mut row| look(&mut row));
        self.noting(answer)
    }

    /// The first row of an answer, if there is one.
    pub(crate) fn query_one<T>(
        &mut self,
        sql: &str,
        params: &[Value<'_>],
        read: impl Fn(&mut Row<'_>) -> Result<T, StoreError>,
    ) -> Result<Option<T>, StoreError> {
        Ok(self.query(sql, params, read)?.into_iter().next())
    }

    /// Whether a question has an answer.
    pub(crate) fn is_there(&mut self, sql: &str, params: &[Value<'_>]) -> Result<bool, StoreError> {
        Ok(self.query_one(sql, params, |_| Ok(()))?.is_some())
    }

    /// The number that a question answers, 0 where there is none.
    pub(crate) fn count<T>(&mut self, sql: &str, params: &[Value<'_>]) -> Result<T, StoreError>
    where
        T: TryFrom<i64> + Default,
    {
        let count = self.query_one(sql, params, |row| row.int())?.unwrap_or_default();
        Ok(T::try_from(count).unwrap_or_default())
    }

    /// How many statements were run here that may have written something, those that were taken back
    /// included.
    pub(crate) fn writes(&self) -> u64 {
        self.writes
    }

    /// Whether what was done since there were so many leaves nothing to take back: no statement wrote, and
    /// none failed.
    pub(crate) fn is_untouched_since(&self, writes: u64) -> bool {
        self.writes == writes && !self.failed
    }

    /// Runs the work so that its failure takes back its own changes only.
    pub fn nested<T>(&mut self, work: impl FnOnce(&mut Self) -> Result<T, Refusal>) -> Result<T, Refusal> {
        if self.is_guess() {
            return work(self);
        }
        self.untroubled()?;
        let begun = self.engine.begin_part();
        self.noting(begun)?;
        let before = (self.entries.clone(), self.advances.clone(), self.failed);
        match work(self) {
            Ok(done) => {
                let ended = self.engine.end_part();
                self.noting(ended)?;
                Ok(done)
            }
            Err(refusal) => {
                self.untroubled()?;
                let taken_back = self.engine.take_part_back();
                self.noting(taken_back)?;
                (self.entries, self.advances, self.failed) = before;
                self.foreseen.take_back();
                Err(refusal)
            }
        }
    }

    /// Makes sure that all of it would last.
    pub(super) fn rehearse(&mut self) -> Result<(), StoreError> {
        self.unfailed()?;
        chain_head::write(self)?;
        self.settle()
    }

    fn unfailed(&self) -> Result<(), StoreError> {
        match self.failed {
            // A server would take it all back, and call that a success.
            true => Err(StoreError::Internal("a change went on after one of its statements failed".into())),
            false => Ok(()),
        }
    }

    pub(super) fn commit(mut self) -> Result<(), StoreError> {
        self.unfailed()?;
        chain_head::write(&mut self)?;
        self.engine.commit()?;
        self.open = false;
        Ok(())
    }
}

impl Drop for Tx<'_> {
    fn drop(&mut self) {
        if self.open {
            self.engine.rollback();
        }
    }
}
