//! Imports: rows of another book, whatever format they came in, on the way of everything else.
//!
//! A reader makes [`Row`]s and nothing more; what is done with them is the same for each format. That a
//! row is in the book already is known by what it says of itself: a patient by code, or phone and name; an
//! appointment by its idempotency key, which a reader that finds none makes of the row ([`key_of`]); a
//! doctor, service or branch by code or name; a closure by its event. So an import that was cut short is begun again with the
//! same file, and nothing is there twice.

pub mod closures;
pub mod directory;
pub mod history;
pub mod patient;

use crate::app::booking::batch::{SHARE, is_of_the_store};
use crate::app::booking::book::{BookRequest, book_in};
use crate::app::calendar::branch::BranchFields;
use crate::app::calendar::doctor::DoctorFields;
use crate::app::calendar::service::ServiceFields;
use crate::app::{Context, Env};
use crate::domain::refusal::{Code, Refusal};
use crate::domain::spelled;
use crate::platform::error::Result;
use crate::platform::secrets::fingerprint;
use crate::store::{Ending, Tx};
use patient::PatientWish;
use strum::{IntoStaticStr, VariantArray};

/// With fewer rows than this an import is all or nothing, unless it is said otherwise.
pub const WHOLE: usize = 10_000;

/// What a row wants in the book. Shape problems travel inside.
#[derive(Debug, Clone)]
pub enum Wish {
    /// A branch to be known; with false one that is retired.
    Branch(BranchFields, bool),
    /// A service to be known; with false one that is retired.
    Service(ServiceFields, bool),
    /// A doctor to be known; with false one who is retired.
    Doctor(DoctorFields, bool),
    /// A patient.
    Patient(PatientWish),
    /// An appointment with its history.
    Appointment(Box<BookRequest>),
}

/// A row of the file: its place, and what it wants or what is wrong with it.
#[derive(Debug, Clone)]
pub struct Row {
    /// The line on which it begins (of a bundle: the place of its entry), from 1.
    pub line: u64,
    /// What it wants.
    pub wish: Result<Wish>,
}

/// What became of a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, IntoStaticStr, VariantArray)]
#[strum(serialize_all = "snake_case")]
pub enum Outcome {
    /// It is in the book now.
    Added,
    /// The book's record took over what is new.
    Updated,
    /// It was in the book already.
    Known,
}

spelled!(Outcome);

/// How rows are written down.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// All of them, or where one is refused none.
    Whole,
    /// Each by itself.
    Each,
    /// Each by itself, and all is taken back.
    Rehearsal,
}

/// The idempotency key of a row that brings none: the same row has the same one. Longer than a made key,
/// so that none is taken for one.
pub fn key_of(row: &str) -> String {
    let hash = fingerprint(row);
    format!("IMPORT_{}", hash.get(..40).unwrap_or(&hash))
}

/// Writes the rows down in one transaction. Answers what became of each, in their order; with
/// [`Mode::Whole`] that is what would have become of it where another was refused.
/// Where the store fails or the caller is not let in, none is written.
pub fn write(context: &mut Context, rows: &[Row], mode: Mode) -> Result<Vec<Result<Outcome>>> {
    match write_share(context, rows, mode, false) {
        // A server may refuse a row when it hears of the next one. Then each is waited for.
        Err(refusal) if !is_of_the_store(refusal.code) && !context.env.gate.stops(&refusal) => {
            write_share(context, rows, mode, true)
        }
        answer => answer,
    }
}

fn write_share(
    context: &mut Context,
    rows: &[Row],
    mode: Mode,
    each_is_waited_for: bool,
) -> Result<Vec<Result<Outcome>>> {
    let Context { store, env } = context;
    let ending = if mode == Mode::Rehearsal { Ending::Rollback } else { Ending::Commit };
    let mut answers: Vec<Result<Outcome>> = Vec::with_capacity(rows.len());
    let mut taken_back = false;
    let written = store.write_in_parts(ending, |tx| {
        // It may be run again from its start.
        answers.clear();
        taken_back = false;
        ask_ahead(tx, env, rows.get(..SHARE).unwrap_or(rows))?;
        // Who may not import is told so, whatever the rows are.
        env.desk(tx)?;
        for part in rows.chunks(SHARE) {
            ask_ahead(tx, env, part)?;
            for row in part {
                match write_row(tx, env, row, each_is_waited_for) {
                    Err(refusal) if is_of_the_store(refusal.code) || env.gate.stops(&refusal) => {
                        return Err(refusal);
                    }
                    answer => answers.push(answer),
                }
            }
        }
        let internal =
            |answer: &Result<Outcome>| answer.as_ref().err().filter(|r| r.code == Code::Internal).cloned();
        if let Some(refusal) = answers.iter().find_map(internal).filter(|_| !each_is_waited_for) {
            return Err(refusal);
        }
        if mode == Mode::Whole && answers.iter().any(Result::is_err) {
            taken_back = true;
            return Err(Refusal::new(Code::Internal, "taken back"));
        }
        Ok(())
    });
    match written {
        Err(_) if taken_back => Ok(answers),
        written => written.map(|()| answers),
    }
}

fn ask_ahead(tx: &mut Tx<'_>, env: &Env, rows: &[Row]) -> Result<()> {
    let wishes = || rows.iter().filter_map(|row| row.wish.as_ref().ok());
    tx.ask_ahead(|tx| wishes().for_each(|wish| drop(write_one(tx, env, wish))))?;
    Ok(())
}

fn write_row(tx: &mut Tx<'_>, env: &Env, row: &Row, is_waited_for: bool) -> Result<Outcome> {
    let wish = row.wish.as_ref().map_err(Refusal::clone)?;
    tx.nested(|tx| {
        let outcome = write_one(tx, env, wish)?;
        if is_waited_for {
            tx.settle()?;
        }
        Ok(outcome)
    })
}

fn write_one(tx: &mut Tx<'_>, env: &Env, wish: &Wish) -> Result<Outcome> {
    match wish {
        Wish::Branch(fields, active) => directory::branch(tx, env, fields, *active),
        Wish::Service(fields, active) => directory::service(tx, env, fields, *active),
        Wish::Doctor(fields, active) => directory::doctor(tx, env, fields, *active),
        Wish::Patient(wish) => patient::write(tx, env, wish),
        Wish::Appointment(request) => {
            let booked = book_in(tx, env, request)?;
            Ok(if booked.idempotent { Outcome::Known } else { Outcome::Added })
        }
    }
}
