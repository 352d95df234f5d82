//! A patient's rights: to see the whole record, to have it corrected (merged), and to have it erased.

pub mod erase;
pub mod export;
mod mentions;
pub mod merge;
pub mod purge;
pub mod scrub;

use crate::app::{Context, Desk};
use crate::domain::record::Patient;
use crate::domain::refusal::{Code, Refusal};
use crate::platform::error::Result;
use crate::store::{Tx, chain_head, merges, redact};
pub(crate) use erase::hidden_key;
use serde_json::Value;

/// Facts of an audit entry, as a JSON object.
pub(crate) fn facts(pairs: &[(&str, Value)]) -> String {
    let map: serde_json::Map<String, Value> =
        pairs.iter().map(|(key, value)| ((*key).to_owned(), value.clone())).collect();
    Value::Object(map).to_string()
}

/// Returns the number of the clinic's newest audit entry, to date data that is kept outside the database.
pub fn log_place(context: &mut Context) -> Result<i64> {
    context.read(|tx, _, desk| Ok(chain_head::last_seq(tx, &desk.clinic.id)?))
}

/// Whether a patient was erased after audit entry `place`, or the database was replaced by an older one.
/// Older data may then belong to an erased patient and must not be used.
pub fn forgot_since(context: &mut Context, place: i64) -> Result<bool> {
    context.read(|tx, _, desk| {
        let clinic_id = &desk.clinic.id;
        Ok(chain_head::last_seq(tx, clinic_id)? < place || redact::erased_since(tx, clinic_id, place)?)
    })
}

/// Refuses a record that was erased, or merged into another.
pub fn check_own_record(tx: &mut Tx<'_>, desk: &Desk, patient: &Patient) -> Result<()> {
    if patient.erased_at.is_some() {
        return Err(erased(&patient.code));
    }
    let Some(kept) = &patient.merged_into else { return Ok(()) };
    let kept = tx.by_id::<Patient>(&desk.clinic.id, kept)?.map_or_else(|| kept.clone(), |kept| kept.code);
    let hint = match merges::of(tx, &patient.id)? {
        Some(_) => {
            text!("name-or-take-the-merge-back-with-turno", kept, code = patient.code)
        }
        None => text!("name-the-merge-was-sealed-and-both", kept),
    };
    let message = text!("patient-was-merged-into", code = patient.code, kept);
    Err(Refusal::new(Code::InvalidStateTransition, message).detail("merged_into", kept.as_str()).hint(hint))
}

/// Refuses a change to a visit of an erased patient.
pub fn check_not_erased(patient: &Patient) -> Result<()> {
    if patient.erased_at.is_some() { Err(erased(&patient.code)) } else { Ok(()) }
}

fn erased(code: &str) -> Refusal {
    Refusal::new(Code::InvalidStateTransition, text!("patient-was-erased", code))
        .detail("reason", text!("the-patient-was-erased"))
        .hint(text!("what-was-erased-takes-no-changes-a-person"))
}
