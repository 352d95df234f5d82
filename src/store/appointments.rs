//! Appointments: their rows, and the queries for booking.

use crate::domain::appointment::{Appointment, Other};
use crate::domain::interval::Interval;
use crate::domain::settings::DuplicateRule;
use crate::domain::text::name_key;
use crate::domain::time::Instant;
use crate::platform::error::StoreError;
use crate::store::engine::{Row, Value};
use crate::store::record::stored;
use crate::store::{Tx, params};
use chrono::NaiveDate;

pub mod brief;
pub mod list;
pub mod next_and_last;
pub mod of_patients;
pub mod visit;

stored!(Appointment in "appointments" as "appointment" {
    id,
    code,
    clinic_id,
    branch_id,
    doctor_id,
    patient_id,
    service_id,
    window_id,
    window_date,
    capacity,
    timezone,
    date,
    start_time,
    [span: starts_at ends_at],
    [busy: busy_from busy_until],
    session,
    batch,
    token_number,
    status,
    overbooked,
    visit_type,
    assigned_doctor,
    reason,
    notes,
    diagnosis,
    prescription,
    follow_up_required,
    follow_up_date,
    source,
    external_reference_id,
    idempotency_key,
    request_hash,
    reminders_planned,
    created_at,
    updated_at,
    [stamps: confirmed_at checked_in_at started_at completed_at cancelled_at no_show_at],
    cancellation_reason,
    reschedule_count,
    confirmed_by_patient_at,
});

/// An active appointment of the doctor whose busy span overlaps `busy`, ignoring `except`.
///
/// The lower bound is the longest busy span that the schema allows (172800 s); it keeps the index scan short.
pub fn conflict(
    tx: &mut Tx<'_>,
    doctor_id: &str,
    busy: Interval,
    except: Option<&str>,
) -> Result<Option<Other>, StoreError> {
    tx.query_one(CONFLICT, params![doctor_id, busy.start, busy.end, except.unwrap_or("")], other)
}

/// Reads id, code, day and time.
fn other(row: &mut Row<'_>) -> Result<Other, StoreError> {
    let (id, code, date, start_time) = (row.get()?, row.get()?, row.get()?, row.get()?);
    Ok(Other { id, code, date, start_time, doctor: None, patient: None })
}

// One table: a query with a join is asked again after every booking of a stream.
pub(crate) const CONFLICT: &str = "SELECT id, code, date, start_time FROM appointments
    WHERE doctor_id = ?1 AND status NOT IN ('cancelled', 'no_show')
      AND busy_from > CAST(?2 AS BIGINT) - 172800 AND busy_from < ?3 AND busy_until > ?2 AND id <> ?4
    ORDER BY busy_from LIMIT 1";

/// Like [`conflict`], but returns all ids.
pub fn conflicts(
    tx: &mut Tx<'_>,
    doctor_id: &str,
    busy: Interval,
    except: &str,
) -> Result<Vec<String>, StoreError> {
    let sql = CONFLICT.replacen(" LIMIT 1", "", 1);
    tx.query(&sql, params![doctor_id, busy.start, busy.end, except], |row| Ok(other(row)?.id))
}

/// Like [`conflict`], ignoring overbooked appointments, which may overlap.
pub fn guarded_conflict(
    tx: &mut Tx<'_>,
    doctor_id: &str,
    busy: Interval,
    except: &str,
) -> Result<Option<String>, StoreError> {
    let sql = CONFLICT.replacen("WHERE", "WHERE overbooked = 0 AND", 1);
    tx.query_one(&sql, params![doctor_id, busy.start, busy.end, except], |row| Ok(other(row)?.id))
}

/// The clinic's appointments that start after `after` and have not begun, ordered by start.
pub fn not_begun(tx: &mut Tx<'_>, clinic_id: &str, after: Instant) -> Result<Vec<Appointment>, StoreError> {
    let rest =
        "WHERE clinic_id = ?1 AND starts_at > ?2 AND status IN ('scheduled', 'confirmed', 'checked_in')
        ORDER BY starts_at, id";
    tx.select(rest, params![clinic_id, after])
}

/// The busy spans of a doctor that overlap `within`, ignoring the appointment `except`.
pub fn busy(
    tx: &mut Tx<'_>,
    doctor_id: &str,
    within: Interval,
    except: Option<&str>,
) -> Result<Vec<Interval>, StoreError> {
    tx.query(BUSY, params![doctor_id, within.start, within.end, except.unwrap_or("")], |row| row.get())
}

pub(crate) const BUSY: &str = "SELECT busy_from, busy_until FROM appointments
    WHERE doctor_id = ?1 AND status NOT IN ('cancelled', 'no_show')
      AND busy_from > CAST(?2 AS BIGINT) - 172800 AND busy_from < ?3 AND busy_until > ?2 AND id <> ?4";

/// The number of active appointments of a service (or of no service) in one opening of a window.
pub fn taken(
    tx: &mut Tx<'_>,
    opening: &crate::domain::window::Opening<'_>,
    service_id: Option<&str>,
    except: Option<&str>,
) -> Result<i64, StoreError> {
    let (window, date) = (opening.window, opening.date);
    let (service, except) = (service_id.unwrap_or(""), except.unwrap_or(""));
    match &window.doctor_id {
        None => tx.count(TAKEN_POOLED, params![&window.id, date, service, except]),
        Some(doctor) => {
            let span = opening.span;
            let params = params![&window.id, date, service, except, doctor, span.start, span.end];
            tx.count(TAKEN_OF_DOCTOR, params)
        }
    }
}

pub(crate) const TAKEN_POOLED: &str = "SELECT count(*) FROM appointments
    WHERE window_id = ?1 AND window_date = ?2 AND doctor_id IS NULL
      AND status NOT IN ('cancelled', 'no_show') AND coalesce(service_id, '') = ?3 AND id <> ?4";

pub(crate) const TAKEN_OF_DOCTOR: &str = "SELECT count(*) FROM appointments
    WHERE doctor_id = ?5 AND busy_from > CAST(?6 AS BIGINT) - 172800 AND busy_from < ?7
      AND window_id = ?1 AND window_date = ?2
      AND status NOT IN ('cancelled', 'no_show') AND coalesce(service_id, '') = ?3 AND id <> ?4";

/// Whether a pooled window has active appointments.
pub fn pool_is_used(tx: &mut Tx<'_>, window_id: &str) -> Result<bool, StoreError> {
    let sql = "SELECT 1 FROM appointments
        WHERE window_id = ?1 AND doctor_id IS NULL AND status NOT IN ('cancelled', 'no_show') LIMIT 1";
    tx.is_there(sql, params![window_id])
}

/// What a duplicate booking is compared with.
#[derive(Debug, Clone, Copy)]
pub struct Likeness<'a> {
    /// The clinic.
    pub clinic_id: &'a str,
    /// The clinic's duplicate rule.
    pub rule: DuplicateRule,
    /// The patient's phone.
    pub phone: &'a str,
    /// The patient's name, for the duplicate rule.
    pub name: &'a str,
    /// The service.
    pub service_id: Option<&'a str>,
    /// The doctor, compared if there is no service.
    pub doctor_id: Option<&'a str>,
    /// The current time: only future appointments count.
    pub now: Instant,
}

/// The first active future appointment on `date` with the same phone (and name, if the rule says so) and
/// service (or doctor, if there is no service), ignoring `except`; before it the id of its doctor.
pub fn duplicate(
    tx: &mut Tx<'_>,
    like: &Likeness<'_>,
    date: NaiveDate,
    except: Option<&str>,
) -> Result<Option<(Option<String>, Other)>, StoreError> {
    if like.rule == DuplicateRule::Off {
        return Ok(None);
    }
    let name = (like.rule == DuplicateRule::PhoneAndName).then(|| name_key(like.name));
    let Some(of) = like.service_id.or(like.doctor_id) else { return Ok(None) };
    let mut params = params![like.clinic_id, like.phone, date, like.now, of, except.unwrap_or("")].to_vec();
    params.extend(name.as_ref().map(Value::from));
    let sql = duplicate_sql(like.service_id.is_some(), name.is_some());
    // Few rows match, so take the minimum here instead of sorting in SQL.
    let found = tx.query(&sql, &params, |row| {
        let (starts_at, doctor_id, patient) = (row.int()?, row.get()?, row.get()?);
        Ok((starts_at, doctor_id, Other { patient, ..other(row)? }))
    })?;
    let first = found
        .into_iter()
        .min_by(|(at, _, one), (other_at, _, other)| (at, &one.id).cmp(&(other_at, &other.id)));
    Ok(first.map(|(_, doctor_id, other)| (doctor_id, other)))
}

/// The query of [`duplicate`], with only the conditions that apply. It must start from the patient: the
/// doctor's index would return everybody whom the doctor sees that day.
pub(crate) fn duplicate_sql(of_service: bool, of_name: bool) -> String {
    let of = if of_service {
        "a.service_id = ?5"
    } else {
        "a.service_id IS NULL AND coalesce(a.doctor_id, '') = ?5"
    };
    let name = if of_name { " AND p.name_key = ?7" } else { "" };
    format!(
        "SELECT a.starts_at, a.doctor_id, p.full_name, a.id, a.code, a.date, a.start_time
         FROM patients AS p JOIN appointments AS a ON a.patient_id = p.id AND a.date = ?3
         WHERE p.clinic_id = ?1 AND p.phone = ?2 AND a.starts_at > ?4 AND {of} AND a.id <> ?6{name}
           AND a.status NOT IN ('cancelled', 'no_show')"
    )
}

/// The id of the appointment with this external reference that is not cancelled.
pub fn by_reference(tx: &mut Tx<'_>, clinic_id: &str, reference: &str) -> Result<Option<String>, StoreError> {
    let sql = "SELECT id FROM appointments
        WHERE clinic_id = ?1 AND external_reference_id = ?2 AND status <> 'cancelled'";
    tx.query_one(sql, params![clinic_id, reference], |row| row.get())
}

/// The id and request hash of the appointment with this idempotency key, stored or generated. `hidden` is the
/// form of the key after an erasure.
pub fn by_key(
    tx: &mut Tx<'_>,
    clinic_id: &str,
    key: &str,
    hidden: &str,
) -> Result<Option<(String, Option<String>)>, StoreError> {
    let read = |row: &mut Row<'_>| Ok((row.get()?, row.get()?));
    let given = "SELECT id, request_hash FROM appointments
        WHERE clinic_id = ?1 AND idempotency_key IN (?2, ?3)";
    if let Some(found) = tx.query_one(given, params![clinic_id, key, hidden], read)? {
        return Ok(Some(found));
    }
    let Some(id) = crate::domain::ids::id_in_made_key(key) else { return Ok(None) };
    let made = "SELECT id, request_hash FROM appointments
        WHERE clinic_id = ?1 AND id = ?2 AND idempotency_key IS NULL";
    tx.query_one(made, params![clinic_id, id], read)
}

const LAST_TOKEN: &str = "INSERT INTO tokens (holder, date, last) VALUES (?1, ?2, ?3)
    ON CONFLICT (holder, date) DO UPDATE SET
      last = CASE WHEN tokens.last < excluded.last THEN excluded.last ELSE tokens.last END";

/// Takes the next token of a doctor (pooled: of a window) for a local date.
pub fn next_token(tx: &mut Tx<'_>, holder: &str, date: NaiveDate) -> Result<i64, StoreError> {
    let asked = "SELECT last FROM tokens WHERE holder = ?1 AND date = ?2";
    let last: i64 = tx.count(asked, params![holder, date])?;
    tx.run(LAST_TOKEN, params![holder, date, last + 1])?;
    tx.foreseen.conclude(asked, params![holder, date], vec![vec![Value::Int(last + 1)]]);
    Ok(last + 1)
}

/// Takes this token for a local date and returns `true`, or returns `false` if an appointment has it.
pub fn take_token(
    tx: &mut Tx<'_>,
    clinic_id: &str,
    holder: &str,
    date: NaiveDate,
    token: i64,
) -> Result<bool, StoreError> {
    let taken = "SELECT 1 FROM appointments WHERE clinic_id = ?1 AND date = ?2 AND token_number = ?3
        AND coalesce(doctor_id, window_id) = ?4";
    if tx.is_there(taken, params![clinic_id, date, token, holder])? {
        return Ok(false);
    }
    tx.run(LAST_TOKEN, params![holder, date, token])?;
    Ok(true)
}

/// Whether an appointment of the clinic has this code.
pub fn code_taken(tx: &mut Tx<'_>, clinic_id: &str, code: &str) -> Result<bool, StoreError> {
    tx.is_there(CODE, params![clinic_id, code])
}

pub(super) const CODE: &str = "SELECT 1 FROM appointments WHERE clinic_id = ?1 AND code = ?2";
