//! What is sure to be asked for in a change's turn, so that it can be prepared before that begins: while one desk
//! writes, the others wait for it. To prepare what a booking asks and writes was a fifth of the time that eight desks
//! at once had the lock for.

use super::outbox::Message;
use super::record::{WITH_CODE, insertion, is_there, selection};
use super::{appointments, audit, directory, head, meta, patients, windows};
use crate::domain::appointment::Appointment;
use crate::domain::record::{Branch, Clinic, Doctor, Patient};
use crate::domain::window::{Closure, Window};

/// The statements of a doctor's booking for a phone and a name, as most are; for the others it does no harm.
pub(super) fn booking() -> Vec<String> {
    let asked = [
        selection::<Clinic>(directory::NOTED),
        selection::<Branch>(directory::IN_USE),
        selection::<Doctor>(WITH_CODE),
        selection::<Patient>(patients::WITH_PHONE),
        selection::<Window>(windows::OF_DOCTOR),
        selection::<Closure>(windows::AROUND),
        appointments::duplicate_sql(false, false),
        is_there::<Patient>(),
    ];
    let written = [insertion::<Patient>(1), insertion::<Appointment>(1), insertion::<Message>(1)];
    let others = [
        appointments::CONFLICT,
        appointments::CODE,
        appointments::TOKEN,
        audit::APPEND,
        head::NOTED,
        head::HEAD,
        meta::GET,
    ];
    let texts = written.iter().map(AsRef::as_ref).chain(others).map(str::to_owned);
    asked.into_iter().chain(texts).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::fixtures::{Folder, Shelf};
    use crate::store::{Store, params};

    /// What can't be prepared is passed over, and nobody would hear of it.
    #[test]
    fn each_of_them_can_be_prepared() {
        let (_shelf, mut store) = Shelf::<Folder>::with_clinic().unwrap();
        for sql in booking() {
            let values: Vec<_> = (1..=60).map(|_| params![0][0].clone()).collect();
            let plan = |store: &mut Store| {
                store.read(|tx| Ok(tx.query(&format!("EXPLAIN {sql}"), &values, |_| Ok(()))?))
            };
            assert!(plan(&mut store).is_ok_and(|steps| !steps.is_empty()), "{sql}");
        }
    }
}
