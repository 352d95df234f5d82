//! Appointments with the records they name, in one question.

use crate::domain::appointment::Appointment;
use crate::domain::record::{Branch, Doctor, Patient, Service};
use crate::error::StoreError;
use crate::store::engine::{Row, Value};
use crate::store::record::{Stored, columns_of};
use crate::store::{Tx, params};
use std::sync::OnceLock;

/// A row of the join.
pub struct Joined {
    /// The promise itself.
    pub appointment: Appointment,
    /// For whom.
    pub patient: Patient,
    /// Where.
    pub branch: Branch,
    /// With whom.
    pub doctor: Option<Doctor>,
    /// What for.
    pub service: Option<Service>,
}

/// `SELECT … FROM …` of the join; the appointment is `a`, the patient `p`.
pub(crate) fn select() -> &'static str {
    static SELECT: OnceLock<String> = OnceLock::new();
    SELECT.get_or_init(|| {
        // What may be missing is preceded by its id, once more, so that the reader knows.
        format!(
            "SELECT {}, {}, {}, d.id, {}, s.id, {} FROM appointments AS a
             JOIN patients AS p ON p.id = a.patient_id
             JOIN branches AS b ON b.id = a.branch_id
             LEFT JOIN doctors AS d ON d.id = a.doctor_id
             LEFT JOIN services AS s ON s.id = a.service_id",
            columns_of::<Appointment>("a"),
            columns_of::<Patient>("p"),
            columns_of::<Branch>("b"),
            columns_of::<Doctor>("d"),
            columns_of::<Service>("s"),
        )
    })
}

pub(crate) fn joined(row: &mut Row) -> Result<Joined, StoreError> {
    Ok(Joined {
        appointment: Appointment::from_row(row)?,
        patient: Patient::from_row(row)?,
        branch: Branch::from_row(row)?,
        doctor: optional(row)?,
        service: optional(row)?,
    })
}

fn optional<T: Stored>(row: &mut Row) -> Result<Option<T>, StoreError> {
    if row.opt_text()?.is_some() {
        return T::from_row(row).map(Some);
    }
    row.skip(T::COLUMNS.len());
    Ok(None)
}

/// The appointment with that id or code in the clinic.
pub fn find(tx: &mut Tx<'_>, clinic_id: &str, word: &str) -> Result<Option<Joined>, StoreError> {
    let (sql, word) = find_sql(word);
    tx.query_one(&sql, params![clinic_id, word], joined)
}

/// The question for an id or code, and the word as it is stored.
pub(crate) fn find_sql(word: &str) -> (String, String) {
    let (condition, word) = if crate::domain::ids::is_id(word) {
        ("a.id = $2 AND a.clinic_id = $1", word.to_lowercase())
    } else {
        ("a.clinic_id = $1 AND a.code = $2", word.to_uppercase())
    };
    (format!("{} WHERE {condition}", select()), word)
}

/// The appointments whose code begins with that, in the order of their codes; of one doctor alone where
/// named. At most a hundred.
pub fn beginning_with(
    tx: &mut Tx<'_>,
    clinic_id: &str,
    prefix: &str,
    doctor_id: Option<&str>,
) -> Result<Vec<Joined>, StoreError> {
    // Behind every letter and digit.
    let end = format!("{prefix}~");
    let mut params = params![clinic_id, prefix, end].to_vec();
    params.extend(doctor_id.map(Value::from));
    several(tx, beginning_with_sql(doctor_id.is_some()), &params)
}

/// A code, and the ones before and behind it in the book.
pub type Neighbours = (String, [Option<String>; 2]);

/// Each of these codes that is in the book, with the one before and the one behind it.
pub fn neighbours(tx: &mut Tx<'_>, clinic_id: &str, codes: &[&str]) -> Result<Vec<Neighbours>, StoreError> {
    let mut found = Vec::with_capacity(codes.len());
    for share in codes.chunks(100) {
        let mut params = params![clinic_id].to_vec();
        params.extend(share.iter().map(|code| Value::from(*code)));
        found.extend(tx.query(&neighbours_sql(share.len()), &params, |row| {
            Ok((row.text()?, [row.opt_text()?, row.opt_text()?]))
        })?);
    }
    Ok(found)
}

/// The question for the neighbours of so many codes: two look-ups of the index for each.
pub(crate) fn neighbours_sql(codes: usize) -> String {
    let places: Vec<String> = (2..codes + 2).map(|n| format!("${n}")).collect();
    format!(
        "SELECT a.code,
         (SELECT max(b.code) FROM appointments AS b WHERE b.clinic_id = $1 AND b.code < a.code),
         (SELECT min(c.code) FROM appointments AS c WHERE c.clinic_id = $1 AND c.code > a.code)
         FROM appointments AS a WHERE a.clinic_id = $1 AND a.code IN ({})",
        places.join(", ")
    )
}

/// The rest of that question.
pub(crate) fn beginning_with_sql(of_doctor: bool) -> &'static str {
    if of_doctor {
        "WHERE a.clinic_id = $1 AND a.code >= $2 AND a.code < $3 AND a.doctor_id = $4 ORDER BY a.code LIMIT 100"
    } else {
        "WHERE a.clinic_id = $1 AND a.code >= $2 AND a.code < $3 ORDER BY a.code LIMIT 100"
    }
}

/// The appointments of a question that goes on behind the join (`WHERE … ORDER BY …`).
pub(crate) fn several(tx: &mut Tx<'_>, rest: &str, params: &[Value<'_>]) -> Result<Vec<Joined>, StoreError> {
    tx.query(&format!("{} {rest}", select()), params, joined)
}
