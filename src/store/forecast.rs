//! Prefetching to save round trips: the queries of a transaction are found by trial runs and sent together.
//!
//! The work first runs as a trial run. Queries without a known answer return no rows, or the answer from when
//! the connection was opened, and changes do nothing. All unknown queries then go to the server in one round
//! trip. This repeats until a trial run asks nothing new; then the work runs for real. Queries that were not
//! prefetched are sent one by one: prefetching saves round trips and never changes a result.

use crate::domain::refusal::Refusal;
use crate::platform::error::StoreError;
use crate::store::Tx;
use crate::store::effect::{Change, Reading, Records};
use crate::store::engine::{Question, Row, Rows, Value};
use std::collections::{HashMap, HashSet};

/// The most trial runs of one transaction: queries that depend on each other need one run per step.
const GUESSES: usize = 6;

/// About how many answers are kept for later transactions: a stream of changes brings ever new queries.
const MOST_HINTS: usize = 4_000;

pub(super) type Answers = HashMap<Question, Rows>;

/// How the answers of several rounds stay consistent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Foresight {
    /// The write lock is held, so earlier answers stay true.
    Locked,
    /// No lock: each round repeats all queries, so that all answers are from one moment.
    OneView,
}

/// Queries without an answer, each once, in order.
#[derive(Default)]
struct Unknown {
    questions: Vec<Question>,
    asked: HashSet<Question>,
}

impl Unknown {
    fn add(&mut self, question: Question) {
        if self.asked.insert(question.clone()) {
            self.questions.push(question);
        }
    }
}

/// What a transaction knows without a query.
#[derive(Default)]
pub(super) struct Foreseen {
    /// Answers in this transaction, by SQL text.
    known: HashMap<String, Known>,
    /// The queries that a trial run would have sent; None outside a trial run.
    guess: Option<Unknown>,
    /// Answers from before the transaction, used only in trial runs.
    hints: Answers,
    /// Records that were read or written.
    records: Records,
    /// The tables that were changed.
    changed: HashSet<String>,
    /// Queries answered from what was written, not by the server.
    concluded: Vec<Question>,
}

/// The answers to one SQL text, by parameters.
struct Known {
    reading: Reading,
    answers: HashMap<Vec<Value<'static>>, Rows>,
}

impl Foreseen {
    pub(super) fn from_hints(hints: Answers) -> Self {
        Foreseen { hints, ..Foreseen::default() }
    }

    /// Returns the hints for the next transaction: the old ones, and answers about unchanged tables.
    pub(super) fn into_hints(mut self) -> Answers {
        self.forget_changed();
        let mut hints = self.hints;
        if hints.len() > MOST_HINTS {
            return hints;
        }
        hints.extend(self.known.into_iter().flat_map(|(sql, known)| {
            known.answers.into_iter().map(move |(params, rows)| (Question { sql: sql.clone(), params }, rows))
        }));
        hints
    }

    /// Whether this is a trial run.
    pub(super) fn is_guess(&self) -> bool {
        self.guess.is_some()
    }

    /// Returns a known answer; in a trial run also a hint or no rows.
    pub(super) fn answer(&mut self, sql: &str, params: &[Value<'_>]) -> Option<Rows> {
        if self.known.is_empty() && self.guess.is_none() {
            return None;
        }
        let question = Question::new(sql, params);
        if let Some(rows) = self.known.get(sql).and_then(|known| known.answers.get(&question.params)) {
            return Some(rows.clone());
        }
        let unknown = self.guess.as_mut()?;
        let hint = self.hints.get(&question).cloned().unwrap_or_default();
        unknown.add(question);
        Some(hint)
    }

    fn learn(&mut self, Question { sql, params }: Question, rows: Rows) {
        let known = self.known.entry(sql);
        let known =
            known.or_insert_with_key(|sql| Known { reading: Reading::of(sql), answers: HashMap::new() });
        self.records.extend(known.reading.records(&rows));
        known.answers.insert(params, rows);
    }

    /// Stores an answer that follows from a write, until a savepoint is rolled back.
    pub(super) fn conclude(&mut self, sql: &str, params: &[Value<'_>], rows: Rows) {
        if !self.known.is_empty() && !self.is_guess() {
            let question = Question::new(sql, params);
            self.concluded.push(question.clone());
            self.learn(question, rows);
        }
    }

    /// Forgets answers derived from changes that were rolled back.
    pub(super) fn take_back(&mut self) {
        for Question { sql, params } in self.concluded.drain(..) {
            if let Some(known) = self.known.get_mut(&sql) {
                known.answers.remove(&params);
            }
        }
    }

    /// Forgets the answers that a change may affect.
    pub(super) fn forget_after(&mut self, sql: &str, params: &[Value<'_>]) {
        if self.known.is_empty() {
            return;
        }
        let Some(change) = Change::of(sql, params) else {
            self.known.clear();
            self.records.clear();
            return;
        };
        let table = change.table;
        if change.adds_only() {
            self.records.extend(change.records().map(|(id, record)| ((table.to_owned(), id), record)));
        } else {
            self.records.retain(|(known, _), _| known != table);
        }
        self.changed.insert(table.to_owned());
        for (sql, known) in &mut self.known {
            if !known.reading.names(sql, table) {
                continue;
            }
            if !known.reading.understands(sql, table) {
                known.answers.clear();
            }
            known.answers.retain(|params, _| !change.may_affect(&known.reading, params, &self.records));
        }
    }

    /// Forgets all answers about changed tables.
    fn forget_changed(&mut self) {
        let changed = std::mem::take(&mut self.changed);
        self.known.retain(|sql, known| !changed.iter().any(|table| known.reading.names(sql, table)));
        self.records.retain(|(table, _), _| !changed.contains(table));
        self.concluded.clear();
    }
}

impl Tx<'_> {
    /// Finds the queries of `work` by trial runs, and prefetches them.
    pub(super) fn foresee<T>(
        &mut self,
        foresight: Foresight,
        work: &mut impl FnMut(&mut Tx<'_>) -> Result<T, Refusal>,
    ) -> Result<(), StoreError> {
        let before = (self.entries.clone(), self.advances.clone(), self.failed, self.writes);
        for round in 1..=GUESSES {
            self.foreseen.guess = Some(Unknown::default());
            // The result of a trial run is ignored.
            let _ = work(self);
            (self.entries, self.advances, self.failed, self.writes) = before.clone();
            let mut questions = self.foreseen.guess.take().unwrap_or_default().questions;
            if questions.is_empty() {
                break;
            }
            if foresight == Foresight::OneView {
                questions.extend(self.foreseen.known.drain().flat_map(|(sql, known)| {
                    known.answers.into_keys().map(move |params| Question { sql: sql.clone(), params })
                }));
            }
            let answers = self.engine.query_all(&questions, round < GUESSES);
            let answers = self.noting(answers)?;
            questions
                .into_iter()
                .zip(answers)
                .for_each(|(question, rows)| self.foreseen.learn(question, rows));
        }
        Ok(())
    }

    /// Prefetches the queries of the next part of a long transaction, if the engine is remote. `part` must
    /// have no effect outside the transaction; the caller runs the part for real afterwards.
    pub(crate) fn ask_ahead(&mut self, mut part: impl FnMut(&mut Tx<'_>)) -> Result<(), StoreError> {
        if !self.engine.is_far() || self.foreseen.is_guess() {
            return Ok(());
        }
        self.foreseen.forget_changed();
        self.foresee(Foresight::Locked, &mut |tx| {
            part(tx);
            Ok(())
        })
    }
}

pub(super) fn hand_over(
    rows: &Rows,
    look: &mut dyn FnMut(&mut Row<'_>) -> Result<(), StoreError>,
) -> Result<(), StoreError> {
    rows.iter().try_for_each(|row| look(&mut Row::new(row)))
}
