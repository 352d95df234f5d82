//! Appointments of the patients that a word stands for, in one query.

use crate::domain::time::Instant;
use crate::platform::error::StoreError;
use crate::store::appointments::visit::{Joined, several};
use crate::store::engine::Value;
use crate::store::patients::Likeness;
use crate::store::{Tx, params};

/// The most appointments of one query.
const MOST: i64 = 200;

/// Which appointments of those patients.
#[derive(Debug, Clone, Copy)]
pub enum Side {
    /// Those that end after the instant, earliest first.
    EndAfter(Instant),
    /// Those that end at the instant or before it, latest first.
    EndBefore(Instant),
}

/// The appointments of the patients that are like this; only those of `doctor_id` if given.
pub fn of_patients_like(
    tx: &mut Tx<'_>,
    clinic_id: &str,
    (like, doctor_id): (&Likeness, Option<&str>),
    side: Side,
) -> Result<Vec<Joined>, StoreError> {
    let (rest, params) = sql(clinic_id, (like, doctor_id), side);
    several(tx, &rest, &params)
}

pub(crate) fn sql<'a>(
    clinic_id: &'a str,
    (like, doctor_id): (&'a Likeness, Option<&'a str>),
    side: Side,
) -> (String, Vec<Value<'a>>) {
    let (end, order) = match side {
        Side::EndAfter(end) => ((">", end), "a.starts_at, a.id"),
        Side::EndBefore(end) => (("<=", end), "a.starts_at DESC, a.id DESC"),
    };
    let mut params = params![clinic_id, MOST, end.1].to_vec();
    let patients = like.ids(&mut params, doctor_id.is_none());
    // The patients are of the clinic, so that the appointments are, too: no condition on the clinic draws the planner to an
    // index of all its appointments.
    let mut rest = format!("WHERE a.ends_at {} ?3 AND a.patient_id IN ({patients})", end.0);
    if let Some(doctor_id) = doctor_id {
        params.push(doctor_id.into());
        rest += &format!(" AND a.doctor_id = ?{}", params.len());
    }
    (format!("{rest} ORDER BY {order} LIMIT ?2"), params)
}
