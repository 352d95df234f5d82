//! Books many requests in few transactions; each booking succeeds or fails on its own.

use crate::app::booking::book::{Booked, book_at};
use crate::app::booking::request::BookRequest;
use crate::app::{Context, Env};
use crate::domain::refusal::Code;
use crate::platform::error::Result;
use crate::store::{Ending, Tx};

/// Bookings per transaction; kept small so that other clients do not wait long for the lock.
pub const SHARE: usize = 100;

/// Books each request in order. If the database fails or access is denied, nothing is booked.
pub fn book_each(
    context: &mut Context,
    requests: &[BookRequest],
    ending: Ending,
) -> Result<Vec<Result<Booked>>> {
    let Context { store, env } = context;
    // Savepoints are slow (SQLite copies pages, PostgreSQL needs a round trip) and rarely needed, so try
    // without; if a booking fails after a write, redo all with savepoints.
    match store.write_in_parts(ending, |tx| share(tx, env, requests, false)) {
        Err(refusal) if !is_of_the_store(refusal.code) && !env.gate.stops(&refusal) => {
            store.write_in_parts(ending, |tx| share(tx, env, requests, true))
        }
        answer => answer,
    }
}

/// Books in order; without savepoints, a refusal after a write aborts the batch.
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
    // Access is checked once, at the first request, for the whole transaction.
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
            // Wait for the database's answers, so that its errors are reported for this booking.
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

/// Returns whether the refusal is a database error.
pub fn is_of_the_store(code: Code) -> bool {
    matches!(code, Code::StoreBusy | Code::StoreUnavailable | Code::StoreCorrupt)
}
