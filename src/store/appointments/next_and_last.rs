//! The next and the last appointment of each of some patients.

use crate::domain::record::Attendee;
use crate::domain::time::Instant;
use crate::platform::error::StoreError;
use crate::store::Tx;
use crate::store::appointments::visit::{Joined, several};
use crate::store::engine::Value;
use crate::store::record::marks;

/// The next appointment of each of these patients that ends after the instant and is not cancelled or missed.
pub fn next_of(
    tx: &mut Tx<'_>,
    patients: &[&str],
    now: Instant,
) -> Result<Vec<Joined<Attendee>>, StoreError> {
    nearest(tx, patients, now, Side::Next)
}

/// The last appointment of each of these patients that ended by the instant and was not cancelled.
pub fn last_of(
    tx: &mut Tx<'_>,
    patients: &[&str],
    now: Instant,
) -> Result<Vec<Joined<Attendee>>, StoreError> {
    nearest(tx, patients, now, Side::Last)
}

#[derive(Clone, Copy)]
pub(crate) enum Side {
    Next,
    Last,
}

fn nearest(
    tx: &mut Tx<'_>,
    patients: &[&str],
    now: Instant,
    side: Side,
) -> Result<Vec<Joined<Attendee>>, StoreError> {
    if patients.is_empty() {
        return Ok(Vec::new());
    }
    let mut params = vec![Value::from(now)];
    params.extend(patients.iter().map(|id| Value::from(*id)));
    several(tx, &sql(patients.len(), side), &params)
}

pub(crate) fn sql(patients: usize, side: Side) -> String {
    let of = |table: &str| match side {
        Side::Next => format!("{table}.ends_at > ?1 AND {table}.status NOT IN ('cancelled', 'no_show')"),
        Side::Last => format!("{table}.ends_at <= ?1 AND {table}.status <> 'cancelled'"),
    };
    let nearer = match side {
        Side::Next => "<",
        Side::Last => ">",
    };
    format!(
        "WHERE a.patient_id IN ({}) AND {} AND NOT EXISTS (SELECT 1 FROM appointments AS b
         WHERE b.patient_id = a.patient_id AND {} AND (b.starts_at, b.id) {nearer} (a.starts_at, a.id))",
        marks(2, patients),
        of("a"),
        of("b")
    )
}
