//! Setting up: clinics, branches, doctors, services, windows, closures, patients, webhooks and keys.

use crate::app::access::find;
use crate::app::access::find::Spoken;
use crate::app::calendar::affected::{Care, Minded};
use crate::app::change::Change;
use crate::app::{Context, Desk, Env};
use crate::domain::appointment::Visit;
use crate::domain::refusal::{Problems, Refusal};
use crate::domain::text;
use crate::domain::time::parse_duration;
use crate::platform::error::Result;
use crate::store::{Tx, directory};

/// The word that empties a field.
pub(crate) const NONE: &str = "none";

/// Parses a field of `add` or `set`: not given, emptied with `none`, or a value.
pub(crate) fn field<T>(
    problems: &mut Problems,
    name: &str,
    given: Option<&String>,
    parse: impl Fn(&str) -> Result<T, String>,
) -> Change<T> {
    match given {
        None => Change::Keep,
        Some(word) if word.trim().eq_ignore_ascii_case(NONE) => Change::Clear,
        Some(word) => Change::from_option(problems.take(name, parse(word))),
    }
}

/// Parses a field that cannot be emptied.
pub(crate) fn solid<T>(
    problems: &mut Problems,
    name: &str,
    given: Option<&String>,
    parse: impl Fn(&str) -> Result<T, String>,
) -> Option<T> {
    given.and_then(|word| problems.take(name, parse(word)))
}

/// Parses a field that `add` requires.
pub(crate) fn required<T>(
    problems: &mut Problems,
    name: &str,
    given: Option<&String>,
    parse: impl Fn(&str) -> Result<T, String>,
) -> Option<T> {
    if given.is_none() {
        problems.add(name, text!("is-required"));
    }
    solid(problems, name, given, parse)
}

/// Parses a buffer in minutes.
pub(crate) fn buffer(word: &str) -> Result<i64, String> {
    let minutes = parse_duration(word)? / 60;
    if minutes <= crate::domain::booking::LONGEST_BUFFER {
        Ok(minutes)
    } else {
        Err(text!("is-more-than-minutes", word, booking = crate::domain::booking::LONGEST_BUFFER))
    }
}

/// Parses a user's code; a record with a code that looks like an id would never be found.
pub(crate) fn code(word: &str) -> Result<String, String> {
    let code = text::code(word)?;
    if crate::domain::ids::is_id(&code) || code.eq_ignore_ascii_case(NONE) {
        return Err(text!("cant-be-a-code", code));
    }
    Ok(code)
}

/// Returns `given` if no other record has it, else the next free code with the prefix.
pub(crate) fn free_code<T: Spoken>(
    tx: &mut Tx<'_>,
    desk: &Desk,
    given: Option<String>,
    own_id: Option<&str>,
    prefix: &str,
) -> Result<String> {
    if let Some(code) = given {
        return match tx.by_code::<T>(&desk.clinic.id, &code)? {
            Some(other) if own_id != Some(other.id()) => {
                Err(Refusal::invalid("code", text!("is-another-s", code, kind = T::KIND)))
            }
            _ => Ok(code),
        };
    }
    let mut number = directory::count::<T>(tx, &desk.clinic.id)? + 1;
    loop {
        let code = format!("{prefix}-{number:03}");
        if !tx.has_code::<T>(&desk.clinic.id, &code)? {
            return Ok(code);
        }
        number += 1;
    }
}

/// Lists all records of a kind, by code.
pub fn list<T: Spoken>(context: &mut Context, retired: bool) -> Result<Vec<T>> {
    context.read(|tx, _, desk| Ok(directory::all(tx, &desk.clinic.id, retired)?))
}

/// Returns a record, retired or not.
pub fn show<T: Spoken>(context: &mut Context, word: &str) -> Result<T> {
    context.read(|tx, _, desk| find::any(tx, &desk, word))
}

pub(crate) fn edit<T: Spoken + Clone>(
    context: &mut Context,
    word: &str,
    action: &str,
    edit: impl Fn(&mut Tx<'_>, &Env, &Desk, &mut T) -> Result<()>,
) -> Result<T> {
    let found = |tx: &mut Tx<'_>, desk: &Desk| find::any(tx, desk, word);
    Ok(edit_minding(context, (found, Care::default()), action, edit, nobody_is_hit)?.record)
}

/// For changes that affect no appointment.
pub(crate) fn nobody_is_hit<T>(_: &mut Tx<'_>, _: &Env, _: &Desk, _: (&T, &T)) -> Result<Vec<Visit>> {
    Ok(Vec::new())
}

/// Changes a record after the check of affected appointments, which `hits` finds from the record before and
/// after.
pub(crate) fn edit_minding<T: Spoken + Clone>(
    context: &mut Context,
    (found, care): (impl Fn(&mut Tx<'_>, &Desk) -> Result<T>, Care<'_>),
    action: &str,
    edit: impl Fn(&mut Tx<'_>, &Env, &Desk, &mut T) -> Result<()>,
    hits: impl Fn(&mut Tx<'_>, &Env, &Desk, (&T, &T)) -> Result<Vec<Visit>>,
) -> Result<Minded<T>> {
    context.write(care.ending, |tx, env, desk| {
        let before: T = found(tx, &desk)?;
        let mut after = before.clone();
        edit(tx, env, &desk, &mut after)?;
        let hits = hits(tx, env, &desk, (&before, &after))?;
        care.check(&hits)?;
        env.change(tx, Some(&desk.clinic.id), action, None, (&before, &after))?;
        Ok(Minded { record: after, hits })
    })
}
