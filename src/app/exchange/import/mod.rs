//! Imports rows of another system, in any file format.
//!
//! A format's reader only makes [`Row`]s. Every row is recognised if it was imported before, so that an
//! interrupted import can be repeated with the same file: a patient by code, or phone and name; an
//! appointment by idempotency key, derived from the row if it has none ([`key_of`]); a doctor, service or
//! branch by code or name; a closure by its event.

pub mod closures;
pub mod directory;
pub mod history;
pub mod patient;

use crate::app::booking::batch::{SHARE, is_of_the_store};
use crate::app::booking::book::book_in;
use crate::app::booking::request::BookRequest;
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

/// An import with fewer rows than this is all or nothing by default.
pub const WHOLE: usize = 10_000;

/// A record to import, with its input errors.
#[derive(Debug, Clone)]
pub enum Wish {
    /// A branch; false if it is retired.
    Branch(BranchFields, bool),
    /// A service; false if it is retired.
    Service(ServiceFields, bool),
    /// A doctor; false if retired.
    Doctor(DoctorFields, bool),
    /// A patient.
    Patient(PatientWish),
    /// An appointment with its history.
    Appointment(Box<BookRequest>),
}

/// A row of the file.
#[derive(Debug, Clone)]
pub struct Row {
    /// Line on which the row begins, or position of a bundle's entry; from 1.
    pub line: u64,
    /// The record, or why the row cannot be read.
    pub wish: Result<Wish>,
}

/// The result for a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, IntoStaticStr, VariantArray)]
#[strum(serialize_all = "snake_case")]
pub enum Outcome {
    /// The record was added.
    Added,
    /// The existing record was updated.
    Updated,
    /// The record existed already.
    Known,
}

spelled!(Outcome);

/// How rows are committed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// All, or none if a row is refused.
    Whole,
    /// Each row on its own.
    Each,
    /// Each row on its own; then everything is rolled back.
    Rehearsal,
}

/// Derives the idempotency key of a row that has none from its text; longer than a made key, to avoid
/// clashes.
pub fn key_of(row: &str) -> String {
    let hash = fingerprint(row);
    format!("IMPORT_{}", hash.get(..40).unwrap_or(&hash))
}

/// Writes the rows in one transaction and returns the result of each, in order. If [`Mode::Whole`] rolls
/// everything back, accepted rows keep the result that they would have had. If the database fails or access
/// is denied, nothing is written.
pub fn write(context: &mut Context, rows: &[Row], mode: Mode) -> Result<Vec<Result<Outcome>>> {
    match write_share(context, rows, mode, false) {
        // A server's error may arrive only with a later row; then start again and wait for each row's answer.
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
        // The transaction may be run again from its start.
        answers.clear();
        taken_back = false;
        ask_ahead(tx, env, rows.get(..SHARE).unwrap_or(rows))?;
        // Check access first, whatever the rows are.
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
