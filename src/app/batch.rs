//! Many bookings in few transactions: each is its own all-or-nothing, the commit is shared.

use crate::app::book::{BookRequest, Booked, book_at};
use crate::app::{Context, Env};
use crate::domain::refusal::Code;
use crate::error::Result;
use crate::store::{Ending, Tx};

/// How many bookings share a commit. Few enough that other desks are not kept waiting long.
pub const SHARE: usize = 100;

/// Books each request on its own, in order; one's refusal takes nothing from the others.
/// Where the store fails or the caller is not let in, none is booked.
pub fn book_each(
    context: &mut Context,
    requests: &[BookRequest],
    ending: Ending,
) -> Result<Vec<Result<Booked>>> {
    let Context { store, env } = context;
    // Behind a savepoint a copy is kept of every page that changes. Hardly any booking is refused when
    // something was written for it already, and one that was refused before leaves nothing to take back: so
    // none gets a savepoint, and where one would have been needed, all are done again with one for each.
    let mut half_written = false;
    match store.write_in_clinic(ending, |tx| {
        half_written = false;
        share(tx, env, requests, Some(&mut half_written))
    }) {
        Err(refusal) if half_written && !is_of_the_store(refusal.code) => {
            store.write_in_clinic(ending, |tx| share(tx, env, requests, None))
        }
        answer => answer,
    }
}

/// Books one after the other. With `half_written` none gets a savepoint: a refusal after something was
/// written is noted there, and ends the share. Without it each has one.
fn share(
    tx: &mut Tx<'_>,
    env: &Env,
    requests: &[BookRequest],
    mut half_written: Option<&mut bool>,
) -> Result<Vec<Result<Booked>>> {
    let mut answers = Vec::with_capacity(requests.len());
    // Who was let in for the first of them is let in for all that share its transaction.
    let mut desk = None;
    for request in requests {
        let before = tx.writes();
        let mut book = |tx: &mut Tx<'_>| {
            let desk = match &desk {
                Some(desk) => desk,
                None => desk.insert(env.desk(tx)?),
            };
            book_at(tx, env, desk, request)
        };
        let answer = match half_written {
            Some(_) => book(tx),
            // What the book itself says to a row must not be said to the next one.
            None => {
                tx.nested(|tx| book(tx).and_then(|booked| tx.settle().map(|()| booked).map_err(Into::into)))
            }
        };
        match (answer, &mut half_written) {
            (Err(refusal), _) if is_of_the_store(refusal.code) || env.gate.stops(&refusal) => {
                return Err(refusal);
            }
            (Err(refusal), Some(noted)) if !tx.is_untouched_since(before) => {
                **noted = true;
                return Err(refusal);
            }
            (answer, _) => answers.push(answer),
        }
    }
    Ok(answers)
}

/// Whether the refusal is not about the request but about the book.
pub fn is_of_the_store(code: Code) -> bool {
    matches!(code, Code::StoreBusy | Code::StoreUnavailable | Code::StoreCorrupt)
}
