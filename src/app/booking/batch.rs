//! Many bookings in few transactions: each is its own all-or-nothing, the commit is shared.

use crate::app::booking::book::{BookRequest, Booked, book_at};
use crate::app::{Context, Env};
use crate::domain::refusal::Code;
use crate::platform::error::Result;
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
    // Behind a savepoint a copy is kept of every page that changes, and a server hears of a booking by itself. Hardly
    // any booking is refused when something was written for it already, and one that was refused before leaves
    // nothing to take back. So none gets a savepoint; where one was needed, all are done again with one for each.
    match store.write_in_parts(ending, |tx| share(tx, env, requests, false)) {
        Err(refusal) if !is_of_the_store(refusal.code) && !env.gate.stops(&refusal) => {
            store.write_in_parts(ending, |tx| share(tx, env, requests, true))
        }
        answer => answer,
    }
}

/// Books one after the other. Without savepoints a refusal after something was written ends the share.
fn share(
    tx: &mut Tx<'_>,
    env: &Env,
    requests: &[BookRequest],
    with_savepoints: bool,
) -> Result<Vec<Result<Booked>>> {
    tx.ask_ahead(|tx| {
        if let Ok(desk) = env.desk(tx) {
            requests.iter().for_each(|request| drop(book_at(tx, env, &desk, request)));
        }
    })?;
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
        let answer = if with_savepoints {
            // What the book itself says to a row must not be said to the next one.
            tx.nested(|tx| book(tx).and_then(|booked| tx.settle().map(|()| booked).map_err(Into::into)))
        } else {
            book(tx)
        };
        match answer {
            Err(refusal)
                if is_of_the_store(refusal.code)
                    || env.gate.stops(&refusal)
                    || !(with_savepoints || tx.is_untouched_since(before)) =>
            {
                return Err(refusal);
            }
            answer => answers.push(answer),
        }
    }
    Ok(answers)
}

/// Whether the refusal is not about the request but about the book.
pub fn is_of_the_store(code: Code) -> bool {
    matches!(code, Code::StoreBusy | Code::StoreUnavailable | Code::StoreCorrupt)
}
