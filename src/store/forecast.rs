//! Few trips to a server: what a transaction is going to ask is found out beforehand, and asked at once.
//!
//! The work of a transaction is run as a guess first. Questions whose answers are not known yet have none then,
//! or the one that was true when the connection was opened; changes do nothing. All unknown questions go to the
//! server together, in the transaction that has begun with them. That is repeated until nothing new is asked;
//! then the work is run for good. What it still asks beyond that is asked as ever: a guess saves trips and
//! decides nothing.

use crate::domain::refusal::Refusal;
use crate::platform::error::StoreError;
use crate::store::Tx;
use crate::store::effect::{Change, Reading, Records};
use crate::store::engine::{Question, Row, Rows, Value};
use std::collections::{HashMap, HashSet};

/// How often the work is run as a guess at most: work whose questions hang on one another is asked step by step.
const GUESSES: usize = 6;

/// How many answers are kept for later transactions, roughly: a stream of many changes asks ever new questions.
const MOST_HINTS: usize = 4_000;

/// Questions with their answers.
pub(super) type Answers = HashMap<Question, Rows>;

/// What the answers of a transaction that are asked for in several rounds have in common.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Foresight {
    /// Nobody else changes anything meanwhile: what was answered stays true.
    Locked,
    /// Nothing, so that all is asked again in each round: all answers are of one moment.
    OneView,
}

/// Questions that have no answer yet, each once, as they came.
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

/// What is known in a transaction before it is asked.
#[derive(Default)]
pub(super) struct Foreseen {
    /// Answers of this transaction, by the text of the question.
    known: HashMap<String, Known>,
    /// The questions that a guess would have had to ask; none where this is no guess.
    guess: Option<Unknown>,
    /// Answers from before the transaction, for guesses alone.
    hints: Answers,
    /// Records that were read or written.
    records: Records,
    /// The tables that were changed.
    changed: HashSet<String>,
    /// Answers that come from what was written and not from the server.
    concluded: Vec<Question>,
}

/// The answers to questions of one text, by their parameters.
struct Known {
    reading: Reading,
    answers: HashMap<Vec<Value<'static>>, Rows>,
}

impl Foreseen {
    /// Nothing but such hints.
    pub(super) fn from_hints(hints: Answers) -> Self {
        Foreseen { hints, ..Foreseen::default() }
    }

    /// Hints for the next transaction: those that this one had, and what it knows of tables that it did not change.
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

    /// Whether the work is only being guessed.
    pub(super) fn is_guess(&self) -> bool {
        self.guess.is_some()
    }

    /// The answer that is known, or that a guess has to do with.
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

    /// Notes the answer that follows from what was written, until that is taken back.
    pub(super) fn conclude(&mut self, sql: &str, params: &[Value<'_>], rows: Rows) {
        if !self.known.is_empty() && !self.is_guess() {
            let question = Question::new(sql, params);
            self.concluded.push(question.clone());
            self.learn(question, rows);
        }
    }

    /// Forgets what was concluded from changes that are taken back.
    pub(super) fn take_back(&mut self) {
        for Question { sql, params } in self.concluded.drain(..) {
            if let Some(known) = self.known.get_mut(&sql) {
                known.answers.remove(&params);
            }
        }
    }

    /// Forgets the answers that a change may make untrue.
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

    /// Forgets what is known of tables that were changed.
    fn forget_changed(&mut self) {
        let changed = std::mem::take(&mut self.changed);
        self.known.retain(|sql, known| !changed.iter().any(|table| known.reading.names(sql, table)));
        self.records.retain(|(table, _), _| !changed.contains(table));
        self.concluded.clear();
    }
}

impl Tx<'_> {
    /// Finds out what the work is going to ask, and asks it.
    pub(super) fn foresee<T>(
        &mut self,
        foresight: Foresight,
        work: &mut impl FnMut(&mut Tx<'_>) -> Result<T, Refusal>,
    ) -> Result<(), StoreError> {
        let before = (self.entries.clone(), self.advances.clone(), self.failed, self.writes);
        for round in 1..=GUESSES {
            self.foreseen.guess = Some(Unknown::default());
            // What a guess comes to tells nothing.
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

    /// Asks what the next part of a long transaction is going to ask. The part must have no effect but on the
    /// transaction; it is run for good afterwards.
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

/// Hands over rows that are known.
pub(super) fn hand_over(
    rows: &Rows,
    look: &mut dyn FnMut(&mut Row<'_>) -> Result<(), StoreError>,
) -> Result<(), StoreError> {
    rows.iter().try_for_each(|row| look(&mut Row::new(row)))
}
