//! One transaction, through which everything is read and written.

use crate::domain::refusal::Refusal;
use crate::platform::error::StoreError;
use crate::store::audit::Link;
use crate::store::chain_head::{self, Advance};
use crate::store::engine::{Engine, Row, Value};
use crate::store::forecast::{Foreseen, hand_over};
use crate::store::retry;

/// A transaction; dropped without a commit, it rolls back.
pub struct Tx<'a> {
    pub(super) engine: &'a mut dyn Engine,
    pub(super) open: bool,
    /// Whether a constraint violation may come from a concurrent writer, so that a retry is worthwhile.
    pub(super) doubt: bool,
    /// An error after which the whole transaction must be retried.
    pub(super) trouble: Option<StoreError>,
    /// Whether a statement failed and was not rolled back with its savepoint: prevents the commit.
    pub(super) failed: bool,
    /// The last audit entry that this transaction wrote in each chain. The chain's next entry follows it, and
    /// after a lost commit any of these entries identifies the transaction.
    pub(super) entries: Vec<Link>,
    /// Chain heads still to be written.
    pub(super) advances: Vec<Advance>,
    /// The number of statements that may have written something: all but `SELECT`.
    pub(super) writes: u64,
    /// Prefetched answers.
    pub(super) foreseen: Foreseen,
    /// The clinic whose write lock is held; None if the whole database is locked, or in a read transaction.
    pub(super) locked: Option<String>,
    /// Whether the work needs more than the lock of that clinic.
    pub(super) lock_is_too_small: bool,
    /// The clinic that the work belongs to, once known.
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
    /// Runs a statement and returns the number of rows that it changed.
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

    /// Queues a statement that may change any number of rows. A later statement or the commit may report its
    /// error.
    pub(crate) fn run(&mut self, sql: &str, params: &[Value<'_>]) -> Result<(), StoreError> {
        self.run_on(sql, params, None)
    }

    /// Like `run`, but fails unless the statement changes exactly `rows` rows.
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

    /// Waits for the results of all queued statements.
    pub(crate) fn settle(&mut self) -> Result<(), StoreError> {
        self.untroubled()?;
        let answer = self.engine.settle();
        self.noting(answer)
    }

    pub(crate) fn work_in(&mut self, clinic_id: &str) -> Result<(), StoreError> {
        self.works_in = Some(clinic_id.to_owned());
        self.needs_lock_of(Some(clinic_id))
    }

    /// Checks that the held write lock covers `clinic_id` (None: the whole database). If not, fails so that
    /// the work is retried under the lock of the whole database.
    pub(crate) fn needs_lock_of(&mut self, clinic_id: Option<&str>) -> Result<(), StoreError> {
        // The result of a trial run is ignored.
        if self.locked.is_none() || self.locked.as_deref() == clinic_id || self.is_guess() {
            return Ok(());
        }
        self.lock_is_too_small = true;
        self.trouble = Some(StoreError::Conflict);
        Err(StoreError::Conflict)
    }

    /// After an error that needs a retry, every statement returns the same error.
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

    /// Whether this is a trial run that only collects the queries of the work.
    pub(super) fn is_guess(&self) -> bool {
        self.foreseen.is_guess()
    }

    pub(crate) fn has_entry(&self) -> bool {
        !self.entries.is_empty()
    }

    /// Returns all rows of a query. SQL that begins with `SELECT` counts as read-only.
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

    /// Passes each row of a query to `look` without collecting the rows.
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

    pub(crate) fn query_one<T>(
        &mut self,
        sql: &str,
        params: &[Value<'_>],
        read: impl Fn(&mut Row<'_>) -> Result<T, StoreError>,
    ) -> Result<Option<T>, StoreError> {
        Ok(self.query(sql, params, read)?.into_iter().next())
    }

    /// Whether a query returns a row.
    pub(crate) fn is_there(&mut self, sql: &str, params: &[Value<'_>]) -> Result<bool, StoreError> {
        Ok(self.query_one(sql, params, |_| Ok(()))?.is_some())
    }

    /// Returns the number in the first row of a query, or 0 if there is no row.
    pub(crate) fn count<T>(&mut self, sql: &str, params: &[Value<'_>]) -> Result<T, StoreError>
    where
        T: TryFrom<i64> + Default,
    {
        let count = self.query_one(sql, params, |row| row.int())?.unwrap_or_default();
        Ok(T::try_from(count).unwrap_or_default())
    }

    /// The number of statements that may have written something, including those rolled back.
    pub(crate) fn writes(&self) -> u64 {
        self.writes
    }

    /// Whether nothing needs a rollback: no statement has written since `writes` was read, and none failed.
    pub(crate) fn is_untouched_since(&self, writes: u64) -> bool {
        self.writes == writes && !self.failed
    }

    /// Runs `work` in a savepoint: an error rolls back only what `work` changed.
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

    /// Does everything but the commit, so that a dry run reports the errors of queued statements.
    pub(super) fn rehearse(&mut self) -> Result<(), StoreError> {
        self.unfailed()?;
        chain_head::write(self)?;
        self.settle()
    }

    fn unfailed(&self) -> Result<(), StoreError> {
        match self.failed {
            // On a server, COMMIT would roll back silently and still succeed.
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
