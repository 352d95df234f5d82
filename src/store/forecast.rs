//! Few trips to a server: what a transaction is going to ask is found out beforehand, and asked at once.
//!
//! The work of a transaction is run as a guess first. Questions whose answers are not known yet have none then,
//! or the one that was true when the connection was opened; changes do nothing. All unknown questions go to the
//! server together, in the transaction that has begun with them. That is repeated until nothing new is asked;
//! then the work is run for good. What it still asks beyond that is asked as ever: a guess saves trips and
//! decides nothing.

use crate::domain::refusal::Refusal;
use crate::error::StoreError;
use crate::store::Tx;
use crate::store::engine::{Question, Row, Rows, Value};
use std::collections::{HashMap, HashSet};

/// How often the work is run as a guess at most: work whose questions hang on one another is asked step by step.
const GUESSES: usize = 6;

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
    /// Answers of this transaction.
    known: Answers,
    /// The questions that a guess would have had to ask; none where this is no guess.
    guess: Option<Unknown>,
    /// Answers from before the transaction, for guesses alone.
    hints: Answers,
}

impl Foreseen {
    /// Nothing but such hints.
    pub(super) fn from_hints(hints: &Answers) -> Self {
        Foreseen { hints: hints.clone(), ..Foreseen::default() }
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
        if let Some(rows) = self.known.get(&question) {
            return Some(rows.clone());
        }
        let unknown = self.guess.as_mut()?;
        let hint = self.hints.get(&question).cloned().unwrap_or_default();
        unknown.add(question);
        Some(hint)
    }

    /// Forgets the answers that a change may make untrue: those that its table has a part in.
    pub(super) fn forget_after(&mut self, change: &str) {
        if !self.known.is_empty() {
            let table = table_of(change);
            self.known.retain(|question, _| table.is_some_and(|table| !names(&question.sql, table)));
        }
    }
}

/// The table that a statement inserts into or updates; none where that is not all that it does.
fn table_of(change: &str) -> Option<&str> {
    let mut words = change.split_whitespace();
    match (words.next()?, words.next()?) {
        ("INSERT", "INTO") => words.next(),
        ("UPDATE", table) => Some(table),
        _ => None,
    }
}

fn names(sql: &str, table: &str) -> bool {
    sql.split(|letter: char| !letter.is_ascii_alphanumeric() && letter != '_').any(|word| word == table)
}

impl Tx<'_> {
    /// Finds out what the work is going to ask, and asks it.
    pub(super) fn foresee<T>(
        &mut self,
        foresight: Foresight,
        work: &mut impl FnMut(&mut Tx<'_>) -> Result<T, Refusal>,
    ) -> Result<(), StoreError> {
        for round in 1..=GUESSES {
            self.foreseen.guess = Some(Unknown::default());
            // What a guess comes to tells nothing.
            let _ = work(self);
            (self.entries, self.advances, self.failed, self.writes) = (Vec::new(), Vec::new(), false, 0);
            let mut questions = self.foreseen.guess.take().unwrap_or_default().questions;
            if questions.is_empty() {
                break;
            }
            if foresight == Foresight::OneView {
                questions.extend(self.foreseen.known.drain().map(|(question, _)| question));
            }
            let answers = self.engine.query_all(&questions, round < GUESSES);
            let answers = self.noting(answers)?;
            self.foreseen.known.extend(questions.into_iter().zip(answers));
        }
        Ok(())
    }
}

/// Hands over rows that are known.
pub(super) fn hand_over(
    rows: &Rows,
    look: &mut dyn FnMut(&mut Row<'_>) -> Result<(), StoreError>,
) -> Result<(), StoreError> {
    rows.iter().try_for_each(|row| look(&mut Row::new(row)))
}
