//! Appointments with the records they name.
//!
//! An appointment and its patient are one row of a question. Branches, doctors and services are few: each
//! that is named is read once, however many appointments name it.

use crate::domain::appointment::Appointment;
use crate::domain::record::{Branch, Doctor, Patient, Service};
use crate::error::StoreError;
use crate::store::engine::{Row, Value};
use crate::store::record::{Stored, columns_of};
use crate::store::{Tx, params};
use std::collections::{BTreeSet, HashMap};
use std::sync::{Arc, OnceLock};

/// An appointment with all that it names.
pub struct Joined {
    /// The promise itself.
    pub appointment: Appointment,
    /// For whom.
    pub patient: Patient,
    /// Where.
    pub branch: Arc<Branch>,
    /// With whom.
    pub doctor: Option<Arc<Doctor>>,
    /// What for.
    pub service: Option<Arc<Service>>,
}

/// A row of [`select`].
pub(crate) type Pair = (Appointment, Patient);

/// `SELECT … FROM …` of the appointment `a` and the patient `p`.
pub(crate) fn select() -> &'static str {
    static SELECT: OnceLock<String> = OnceLock::new();
    SELECT.get_or_init(|| {
        format!(
            "SELECT {}, {} FROM appointments AS a JOIN patients AS p ON p.id = a.patient_id",
            columns_of::<Appointment>("a"),
            columns_of::<Patient>("p"),
        )
    })
}

pub(crate) fn pair(row: &mut Row<'_>) -> Result<Pair, StoreError> {
    Ok((Appointment::from_row(row)?, Patient::from_row(row)?))
}

/// The appointments with all that they name, in their order.
pub(crate) fn joined(tx: &mut Tx<'_>, pairs: Vec<Pair>) -> Result<Vec<Joined>, StoreError> {
    let appointments = || pairs.iter().map(|(appointment, _)| appointment);
    let branches = named::<Branch>(tx, appointments().map(|it| it.branch_id.as_str()).collect())?;
    let doctors = named::<Doctor>(tx, appointments().filter_map(|it| it.doctor_id.as_deref()).collect())?;
    let services = named::<Service>(tx, appointments().filter_map(|it| it.service_id.as_deref()).collect())?;
    let joined = |(appointment, patient): Pair| {
        let branch = found(&branches, &appointment.branch_id)?;
        let doctor = appointment.doctor_id.as_ref().map(|id| found(&doctors, id)).transpose()?;
        let service = appointment.service_id.as_ref().map(|id| found(&services, id)).transpose()?;
        Ok(Joined { appointment, patient, branch, doctor, service })
    };
    pairs.into_iter().map(joined).collect()
}

/// The same for appointments that stand behind something else in their rows.
pub(crate) fn joined_behind<T>(
    tx: &mut Tx<'_>,
    rows: Vec<(T, Pair)>,
) -> Result<Vec<(T, Joined)>, StoreError> {
    let (before, pairs): (Vec<T>, Vec<Pair>) = rows.into_iter().unzip();
    Ok(before.into_iter().zip(joined(tx, pairs)?).collect())
}

/// The records with these ids.
fn named<T: Stored>(tx: &mut Tx<'_>, ids: BTreeSet<&str>) -> Result<HashMap<String, Arc<T>>, StoreError> {
    let mut found = HashMap::with_capacity(ids.len());
    let ids: Vec<Value<'_>> = ids.into_iter().map(Value::from).collect();
    for share in ids.chunks(100) {
        let places: Vec<String> = (1..=share.len()).map(|n| format!("${n}")).collect();
        let records = tx.select::<T>(&format!("WHERE id IN ({})", places.join(", ")), share)?;
        found.extend(records.into_iter().map(|record| (record.id().to_owned(), Arc::new(record))));
    }
    Ok(found)
}

fn found<T: Stored>(records: &HashMap<String, Arc<T>>, id: &str) -> Result<Arc<T>, StoreError> {
    let record = records.get(id).map(Arc::clone);
    record
        .ok_or_else(|| StoreError::unreadable(&format!("an appointment of a {} that is not there", T::KIND)))
}

/// The appointment with that id or code in the clinic.
pub fn find(tx: &mut Tx<'_>, clinic_id: &str, word: &str) -> Result<Option<Joined>, StoreError> {
    let (sql, word) = find_sql(word);
    let found = tx.query(&sql, params![clinic_id, word], pair)?;
    Ok(joined(tx, found)?.pop())
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
    let found = tx.query(&format!("{} {rest}", select()), params, pair)?;
    joined(tx, found)
}
