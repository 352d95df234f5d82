//! Many bookings in few transactions: each is its own all-or-nothing, the commit is shared.

use crate::app::Context;
use crate::app::book::{BookRequest, Booked, book_at};
use crate::domain::refusal::Code;
use crate::error::Result;
use crate::store::Ending;

/// How many bookings share a commit. Few enough that other desks are not kept waiting long.
pub const SHARE: usize = 100;

/// Books each request on its own, in order; one's refusal takes nothing from the others.
///
/// # Errors
/// Where the store fails, or the caller is not let in: then none of these is booked.
pub fn book_each(
    context: &mut Context,
    requests: &[BookRequest],
    ending: Ending,
) -> Result<Vec<Result<Booked>>> {
    let Context { store, env } = context;
    store.write(ending, |tx| {
        let mut answers = Vec::with_capacity(requests.len());
        // Who was let in for the first of them is let in for all that share its transaction.
        let mut desk = None;
        for request in requests {
            let answer = tx.nested(|tx| {
                let desk = match &desk {
                    Some(desk) => desk,
                    None => desk.insert(env.desk(tx)?),
                };
                book_at(tx, env, desk, request)
            });
            match answer {
                Err(refusal) if is_of_the_store(refusal.code) || env.gate.stops(&refusal) => {
                    return Err(refusal);
                }
                answer => answers.push(answer),
            }
        }
        Ok(answers)
    })
}

/// Whether the refusal is not about the request but about the book.
pub fn is_of_the_store(code: Code) -> bool {
    matches!(code, Code::StoreBusy | Code::StoreUnavailable | Code::StoreCorrupt)
}
