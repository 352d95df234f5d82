//! Appointments with the records they name.

use crate::domain::appointment::Appointment;
use crate::domain::record::{Attendee, Branch, Doctor, Patient, Service};
use crate::platform::error::StoreError;
use crate::store::engine::{Row, Value};
use crate::store::record::{FromRow, Stored, columns_of, marks, record};
use crate::store::{Tx, params};
use std::sync::Arc;

record!(Attendee { id, code, full_name, phone, no_show_count });

/// An appointment with its records.
pub struct Joined<P = Patient> {
    /// The appointment.
    pub appointment: Box<Appointment>,
    /// The patient, in full or in short form.
    pub patient: Box<P>,
    /// The branch.
    pub branch: Arc<Branch>,
    /// The doctor; `None` in a pooled window.
    pub doctor: Option<Arc<Doctor>>,
    /// The service, if any.
    pub service: Option<Arc<Service>>,
}

/// `SELECT … FROM …` of the appointment `a`, its patient, branch, doctor and service.
pub(crate) fn select<P: FromRow>() -> String {
    // An optional record follows its id, which is NULL if there is no record.
    format!(
        "SELECT {}, {}, b.id, {}, d.id, {}, s.id, {}
         FROM appointments AS a JOIN patients AS p ON p.id = a.patient_id
         LEFT JOIN branches AS b ON b.id = a.branch_id
         LEFT JOIN doctors AS d ON d.id = a.doctor_id
         LEFT JOIN services AS s ON s.id = a.service_id",
        columns_of::<Appointment>("a"),
        columns_of::<P>("p"),
        columns_of::<Branch>("b"),
        columns_of::<Doctor>("d"),
        columns_of::<Service>("s"),
    )
}

/// Runs the SQL that `question` makes of the `SELECT`; returns the appointments in order, each with the
/// columns that `before` reads first.
pub(crate) fn ask<T, P: FromRow>(
    tx: &mut Tx<'_>,
    question: impl Fn(&str) -> String,
    params: &[Value<'_>],
    before: impl Fn(&mut Row<'_>) -> Result<T, StoreError>,
) -> Result<Vec<(T, Joined<P>)>, StoreError> {
    tx.query(&question(&select::<P>()), params, |row| Ok((before(row)?, joined(row)?)))
}

fn joined<P: FromRow>(row: &mut Row<'_>) -> Result<Joined<P>, StoreError> {
    let appointment = Box::new(Appointment::from_row(row)?);
    let patient = Box::new(P::from_row(row)?);
    let branch = named::<Branch>(row, Some(&appointment.branch_id))?
        .ok_or_else(|| missing(Branch::KIND, &appointment.branch_id))?;
    let doctor = named(row, appointment.doctor_id.as_deref())?;
    let service = named(row, appointment.service_id.as_deref())?;
    Ok(Joined { appointment, patient, branch, doctor, service })
}

/// The joined record, if the appointment names one; fails if the record is missing.
fn named<T: Stored>(row: &mut Row<'_>, id: Option<&str>) -> Result<Option<Arc<T>>, StoreError> {
    if row.get::<Option<String>>()?.is_some() {
        return T::from_row(row).map(|record| Some(Arc::new(record)));
    }
    row.skip(T::COLUMNS.len());
    id.map_or(Ok(None), |id| Err(missing(T::KIND, id)))
}

/// The error for a named record that is missing: only other programs can have deleted it.
pub(crate) fn missing(kind: &str, id: &str) -> StoreError {
    StoreError::unreadable(&format!("an appointment that names the {kind} {id}, which is not there"))
}

/// The clinic's appointment with the id or code `word`.
pub fn find(tx: &mut Tx<'_>, clinic_id: &str, word: &str) -> Result<Option<Joined>, StoreError> {
    let (condition, word) = find_condition(word);
    Ok(several(tx, &format!("WHERE {condition}"), params![clinic_id, word])?.pop())
}

/// The condition for an id or code, and `word` as stored.
pub(crate) fn find_condition(word: &str) -> (&'static str, String) {
    if crate::domain::ids::is_id(word) {
        ("a.id = ?2 AND a.clinic_id = ?1", word.to_lowercase())
    } else {
        ("a.clinic_id = ?1 AND a.code = ?2", word.to_uppercase())
    }
}

/// At most 100 appointments whose code begins with `prefix`, by code; only those of `doctor_id` if given.
pub fn beginning_with(
    tx: &mut Tx<'_>,
    clinic_id: &str,
    prefix: &str,
    doctor_id: Option<&str>,
) -> Result<Vec<Joined>, StoreError> {
    // `~` sorts after every letter and digit of a code.
    let end = format!("{prefix}~");
    let mut params = params![clinic_id, prefix, end].to_vec();
    params.extend(doctor_id.map(Value::from));
    several(tx, beginning_with_sql(doctor_id.is_some()), &params)
}

/// A code, and the clinic's previous and next code.
pub type Neighbours = (String, [Option<String>; 2]);

/// Returns each of `codes` that exists in the clinic, with its neighbours.
pub fn neighbours(tx: &mut Tx<'_>, clinic_id: &str, codes: &[&str]) -> Result<Vec<Neighbours>, StoreError> {
    let mut found = Vec::with_capacity(codes.len());
    for share in codes.chunks(100) {
        let mut params = params![clinic_id].to_vec();
        params.extend(share.iter().map(|code| Value::from(*code)));
        found.extend(tx.query(&neighbours_sql(share.len()), &params, |row| {
            Ok((row.get()?, [row.get()?, row.get()?]))
        })?);
    }
    Ok(found)
}

/// The query for that many codes: two index look-ups for each.
pub(crate) fn neighbours_sql(codes: usize) -> String {
    format!(
        "SELECT a.code,
         (SELECT max(b.code) FROM appointments AS b WHERE b.clinic_id = ?1 AND b.code < a.code),
         (SELECT min(c.code) FROM appointments AS c WHERE c.clinic_id = ?1 AND c.code > a.code)
         FROM appointments AS a WHERE a.clinic_id = ?1 AND a.code IN ({})",
        marks(2, codes)
    )
}

/// The end of the query of [`beginning_with`], after the join.
pub(crate) fn beginning_with_sql(of_doctor: bool) -> &'static str {
    if of_doctor {
        "WHERE a.clinic_id = ?1 AND a.code >= ?2 AND a.code < ?3 AND a.doctor_id = ?4 ORDER BY a.code LIMIT 100"
    } else {
        "WHERE a.clinic_id = ?1 AND a.code >= ?2 AND a.code < ?3 ORDER BY a.code LIMIT 100"
    }
}

/// Runs the query that continues the join with `rest` (`WHERE … ORDER BY …`).
pub(crate) fn several<P: FromRow>(
    tx: &mut Tx<'_>,
    rest: &str,
    params: &[Value<'_>],
) -> Result<Vec<Joined<P>>, StoreError> {
    let found = ask(tx, |select| format!("{select} {rest}"), params, |_| Ok(()))?;
    Ok(found.into_iter().map(|((), joined)| joined).collect())
}
