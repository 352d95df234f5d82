//! Appointments with the records they name.
//!
//! In a file an appointment and its patient are one row of a question. Branches, doctors and services are
//! few: each that is named is read once, however many appointments name it, and no join of all five has to
//! be planned. To a server each question is a way there and back, so one asks for all.

use crate::domain::appointment::Appointment;
use crate::domain::record::{Attendee, Branch, Doctor, Patient, Service};
use crate::error::StoreError;
use crate::store::engine::{Row, Value};
use crate::store::record::{Stored, columns_of, marks, with_alias};
use crate::store::{Tx, params};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, OnceLock};

/// What is read of the patient whose appointment it is.
pub trait ForWhom: Sized {
    /// The columns that it takes.
    const COLUMNS: &'static [&'static str];

    /// `SELECT … FROM …` of the appointment `a` and the patient `p`.
    fn select() -> &'static str;

    /// The same with the branch, the doctor and the service.
    fn select_all() -> &'static str;

    /// What is in those columns.
    ///
    /// # Errors
    /// When the row holds what no rule of ours wrote.
    fn from_row(row: &mut Row<'_>) -> Result<Self, StoreError>;
}

macro_rules! for_whom {
    ($kind:ty, $columns:expr, $read:expr) => {
        impl ForWhom for $kind {
            const COLUMNS: &'static [&'static str] = $columns;

            fn select() -> &'static str {
                static SELECT: OnceLock<String> = OnceLock::new();
                SELECT.get_or_init(|| select_with::<Self>("", ""))
            }

            fn select_all() -> &'static str {
                static SELECT: OnceLock<String> = OnceLock::new();
                SELECT.get_or_init(select_all_with::<Self>)
            }

            fn from_row(row: &mut Row<'_>) -> Result<Self, StoreError> {
                $read(row)
            }
        }
    };
}
for_whom!(Patient, <Patient as Stored>::COLUMNS, <Patient as Stored>::from_row);
for_whom!(Attendee, ATTENDEE, |row: &mut Row<'_>| {
    Ok(Attendee {
        id: row.text()?,
        code: row.text()?,
        full_name: row.text()?,
        phone: row.text()?,
        no_show_count: row.int()?,
    })
});

const ATTENDEE: &[&str] = &["id", "code", "full_name", "phone", "no_show_count"];

/// An appointment with all that it names.
pub struct Joined<P = Patient> {
    /// The promise itself.
    pub appointment: Box<Appointment>,
    /// For whom.
    pub patient: Box<P>,
    /// Where.
    pub branch: Arc<Branch>,
    /// With whom.
    pub doctor: Option<Arc<Doctor>>,
    /// What for.
    pub service: Option<Arc<Service>>,
}

/// An appointment and its patient.
type Pair<P> = (Box<Appointment>, Box<P>);

fn select_all_with<P: ForWhom>() -> String {
    // What may be missing is preceded by its id, once more, so that the reader knows.
    let (branch, doctor, service) =
        (columns_of::<Branch>("b"), columns_of::<Doctor>("d"), columns_of::<Service>("s"));
    select_with::<P>(
        &format!(", {branch}, d.id, {doctor}, s.id, {service}"),
        " JOIN branches AS b ON b.id = a.branch_id
          LEFT JOIN doctors AS d ON d.id = a.doctor_id
          LEFT JOIN services AS s ON s.id = a.service_id",
    )
}

fn select_with<P: ForWhom>(columns: &str, tables: &str) -> String {
    format!(
        "SELECT {}, {}{columns} FROM appointments AS a JOIN patients AS p ON p.id = a.patient_id{tables}",
        columns_of::<Appointment>("a"),
        with_alias("p", P::COLUMNS),
    )
}

/// Asks what `question` makes of the `SELECT` above, and answers the appointments in their order, each with
/// what `before` reads in front of it.
pub(crate) fn ask<T, P: ForWhom>(
    tx: &mut Tx<'_>,
    question: impl Fn(&str) -> String,
    params: &[Value<'_>],
    before: impl Fn(&mut Row<'_>) -> Result<T, StoreError>,
) -> Result<Vec<(T, Joined<P>)>, StoreError> {
    if tx.is_at_hand() {
        let rows = tx.query(&question(P::select()), params, |row| Ok((before(row)?, pair(row)?)))?;
        let (before, pairs): (Vec<T>, Vec<Pair<P>>) = rows.into_iter().unzip();
        return Ok(before.into_iter().zip(joined(tx, pairs)?).collect());
    }
    tx.query(&question(P::select_all()), params, |row| {
        let (before, (appointment, patient)) = (before(row)?, pair(row)?);
        let branch = Arc::new(Branch::from_row(row)?);
        let (doctor, service) = (optional(row)?.map(Arc::new), optional(row)?.map(Arc::new));
        Ok((before, Joined { appointment, patient, branch, doctor, service }))
    })
}

fn pair<P: ForWhom>(row: &mut Row<'_>) -> Result<Pair<P>, StoreError> {
    Ok((Box::new(Appointment::from_row(row)?), Box::new(P::from_row(row)?)))
}

fn optional<T: Stored>(row: &mut Row<'_>) -> Result<Option<T>, StoreError> {
    if row.opt_text()?.is_some() {
        return T::from_row(row).map(Some);
    }
    row.skip(T::COLUMNS.len());
    Ok(None)
}

/// The appointments with all that they name, in their order.
fn joined<P>(tx: &mut Tx<'_>, pairs: Vec<Pair<P>>) -> Result<Vec<Joined<P>>, StoreError> {
    let appointments = || pairs.iter().map(|(appointment, _)| appointment.as_ref());
    let branches = named::<Branch>(tx, appointments().map(|it| it.branch_id.as_str()).collect())?;
    let doctors = named::<Doctor>(tx, appointments().filter_map(|it| it.doctor_id.as_deref()).collect())?;
    let services = named::<Service>(tx, appointments().filter_map(|it| it.service_id.as_deref()).collect())?;
    let joined = |(appointment, patient): Pair<P>| {
        let branch = found(&branches, &appointment.branch_id)?;
        let doctor = appointment.doctor_id.as_ref().map(|id| found(&doctors, id)).transpose()?;
        let service = appointment.service_id.as_ref().map(|id| found(&services, id)).transpose()?;
        Ok(Joined { appointment, patient, branch, doctor, service })
    };
    pairs.into_iter().map(joined).collect()
}

/// The records with these ids.
fn named<T: Stored>(tx: &mut Tx<'_>, ids: BTreeSet<&str>) -> Result<BTreeMap<String, Arc<T>>, StoreError> {
    let mut found = BTreeMap::new();
    let ids: Vec<Value<'_>> = ids.into_iter().map(Value::from).collect();
    for share in ids.chunks(100) {
        let records = tx.select::<T>(&format!("WHERE id IN ({})", marks(1, share.len())), share)?;
        found.extend(records.into_iter().map(|record| (record.id().to_owned(), Arc::new(record))));
    }
    Ok(found)
}

fn found<T: Stored>(records: &BTreeMap<String, Arc<T>>, id: &str) -> Result<Arc<T>, StoreError> {
    records.get(id).map(Arc::clone).ok_or_else(|| missing(T::KIND, id))
}

/// What an appointment names is gone: only other tools can have taken it out.
pub(crate) fn missing(kind: &str, id: &str) -> StoreError {
    StoreError::unreadable(&format!("an appointment that names the {kind} {id}, which is not there"))
}

/// The appointment with that id or code in the clinic.
pub fn find(tx: &mut Tx<'_>, clinic_id: &str, word: &str) -> Result<Option<Joined>, StoreError> {
    let (condition, word) = find_condition(word);
    Ok(several(tx, &format!("WHERE {condition}"), params![clinic_id, word])?.pop())
}

/// The condition for an id or code, and the word as it is stored.
pub(crate) fn find_condition(word: &str) -> (&'static str, String) {
    if crate::domain::ids::is_id(word) {
        ("a.id = ?2 AND a.clinic_id = ?1", word.to_lowercase())
    } else {
        ("a.clinic_id = ?1 AND a.code = ?2", word.to_uppercase())
    }
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
    format!(
        "SELECT a.code,
         (SELECT max(b.code) FROM appointments AS b WHERE b.clinic_id = ?1 AND b.code < a.code),
         (SELECT min(c.code) FROM appointments AS c WHERE c.clinic_id = ?1 AND c.code > a.code)
         FROM appointments AS a WHERE a.clinic_id = ?1 AND a.code IN ({})",
        marks(2, codes)
    )
}

/// The rest of that question.
pub(crate) fn beginning_with_sql(of_doctor: bool) -> &'static str {
    if of_doctor {
        "WHERE a.clinic_id = ?1 AND a.code >= ?2 AND a.code < ?3 AND a.doctor_id = ?4 ORDER BY a.code LIMIT 100"
    } else {
        "WHERE a.clinic_id = ?1 AND a.code >= ?2 AND a.code < ?3 ORDER BY a.code LIMIT 100"
    }
}

/// The appointments of a question that goes on behind the join (`WHERE … ORDER BY …`).
pub(crate) fn several<P: ForWhom>(
    tx: &mut Tx<'_>,
    rest: &str,
    params: &[Value<'_>],
) -> Result<Vec<Joined<P>>, StoreError> {
    let found = ask(tx, |select| format!("{select} {rest}"), params, |_| Ok(()))?;
    Ok(found.into_iter().map(|((), joined)| joined).collect())
}
