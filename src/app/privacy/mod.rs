//! What a patient may ask of their record: to see all of it, to have it corrected where two are one,
//! and to have it gone.

pub mod erase;
pub mod export;
pub mod merge;
pub mod purge;
pub mod scrub;

use crate::app::Desk;
use crate::domain::record::Patient;
use crate::domain::refusal::{Code, Refusal};
use crate::error::Result;
use crate::store::Tx;
pub(in crate::app) use erase::hidden_key;
use serde_json::Value;

/// Facts of an audit entry, as a JSON object.
pub(in crate::app) fn facts(pairs: &[(&str, Value)]) -> String {
    let map: serde_json::Map<String, Value> =
        pairs.iter().map(|(key, value)| ((*key).to_owned(), value.clone())).collect();
    Value::Object(map).to_string()
}

/// Refuses a record that is not a person's own any more: one that was erased, or merged into another.
///
/// # Errors
/// `INVALID_STATE_TRANSITION`.
pub fn check_own_record(tx: &mut Tx<'_>, desk: &Desk, patient: &Patient) -> Result<()> {
    if patient.erased_at.is_some() {
        return Err(erased(&patient.code));
    }
    let Some(kept) = &patient.merged_into else { return Ok(()) };
    let kept = tx.by_id::<Patient>(&desk.clinic.id, kept)?.map_or_else(|| kept.clone(), |kept| kept.code);
    Err(Refusal::new(
        Code::InvalidStateTransition,
        format!("patient {} was merged into {kept}", patient.code),
    )
    .detail("merged_into", kept.as_str())
    .hint(format!("name {kept}, or take the merge back with `turno patient merge --undo {}`", patient.code)))
}

/// Refuses a change to a visit of somebody who was erased: nothing is to be known of it any more.
///
/// # Errors
/// `INVALID_STATE_TRANSITION`.
pub fn check_not_erased(patient: &Patient) -> Result<()> {
    if patient.erased_at.is_some() { Err(erased(&patient.code)) } else { Ok(()) }
}

fn erased(code: &str) -> Refusal {
    Refusal::new(Code::InvalidStateTransition, format!("patient {code} was erased"))
        .detail("reason", "the patient was erased")
        .hint("what was erased takes no changes; a person who comes again is a new patient")
}
