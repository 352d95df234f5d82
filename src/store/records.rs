//! Current records in the form of the audit log, to compare both.

use crate::domain::access::Key;
use crate::domain::appointment::Appointment;
use crate::domain::record::{Branch, Clinic, Doctor, Patient, Service};
use crate::domain::series::Series;
use crate::domain::waitlist::Entry as Waiting;
use crate::domain::webhook::Webhook;
use crate::domain::window::{Closure, Window};
use crate::platform::error::StoreError;
use crate::store::audit::{Entry, Place, entries, shown};
use crate::store::engine::Value;
use crate::store::record::{Stored, marks};
use crate::store::{Tx, params};
use serde_json::{Map, Value as Json};
use std::collections::BTreeMap;

struct Kind {
    kind: &'static str,
    table: &'static str,
    columns: &'static [&'static str],
}

const fn kind<T: Stored>() -> Kind {
    Kind { kind: T::KIND, table: T::TABLE, columns: T::COLUMNS }
}

const KINDS: [Kind; 12] = [
    kind::<Clinic>(),
    kind::<Branch>(),
    kind::<Doctor>(),
    kind::<Service>(),
    kind::<Window>(),
    kind::<Closure>(),
    kind::<Patient>(),
    kind::<Appointment>(),
    kind::<Waiting>(),
    kind::<Series>(),
    kind::<Webhook>(),
    kind::<Key>(),
];

/// A current record.
#[derive(Debug)]
pub struct Present {
    /// The record's clinic; None for a clinic.
    pub clinic_id: Option<String>,
    /// The columns that the audit log records, in the log's form.
    pub columns: Map<String, Json>,
}

/// A page of the audit log ordered by record id, chain and number, after the given entry.
pub fn page(
    tx: &mut Tx<'_>,
    (record_id, place): &(String, Place),
    limit: i64,
) -> Result<Vec<Entry>, StoreError> {
    let rest = "WHERE (record_id, chain, seq) > (?1, ?2, ?3) ORDER BY record_id, chain, seq LIMIT ?4";
    entries(tx, rest, params![record_id.as_str(), place.chain.as_str(), place.seq, limit])
}

/// The existing records with these ids; None for a kind whose changes are not all in the audit log.
pub fn present(
    tx: &mut Tx<'_>,
    kind: &str,
    ids: &[&str],
) -> Result<Option<BTreeMap<String, Present>>, StoreError> {
    let Some(Kind { table, columns, .. }) = KINDS.iter().find(|known| known.kind == kind) else {
        return Ok(None);
    };
    let sql = format!("SELECT {} FROM {table} WHERE id IN ({})", columns.join(", "), marks(1, ids.len()));
    let ids: Vec<Value<'_>> = ids.iter().map(|id| Value::from(*id)).collect();
    let rows = tx.query(&sql, &ids, |row| row.rest())?;
    let text = |value: &Value<'_>| match value {
        Value::Text(text) => Some(text.clone().into_owned()),
        _ => None,
    };
    let read = |row: Vec<Value<'static>>| {
        let of = |name: &str| columns.iter().zip(&row).find(|(column, _)| **column == name);
        let id = of("id").and_then(|(_, value)| text(value)).unwrap_or_default();
        let clinic_id = of("clinic_id").and_then(|(_, value)| text(value));
        (id, Present { clinic_id, columns: shown(columns.iter().copied().zip(row)).collect() })
    };
    Ok(Some(rows.into_iter().map(read).collect()))
}
