//! The waiting list: its rows, and what is held.

use crate::domain::interval::Interval;
use crate::domain::text::code_key;
use crate::domain::time::{Instant, parse_date};
use crate::domain::waitlist::{Entry, Half, Hold, Standing};
use crate::domain::window::Opening;
use crate::error::StoreError;
use crate::store::engine::{Row, Value};
use crate::store::record::Stored;
use crate::store::{Tx, params};

impl Stored for Entry {
    const TABLE: &'static str = "waitlist";
    const KIND: &'static str = "entry";
    const COLUMNS: &'static [&'static str] = &[
        "id",
        "clinic_id",
        "code",
        "code_key",
        "patient_id",
        "appointment_id",
        "branch_id",
        "doctor_id",
        "service_id",
        "session",
        "half",
        "from_date",
        "to_date",
        "minutes",
        "note",
        "status",
        "hold_until",
        "hold_doctor_id",
        "hold_window_id",
        "hold_window_date",
        "hold_starts_at",
        "hold_ends_at",
        "hold_busy_from",
        "hold_busy_until",
        "created_at",
        "updated_at",
    ];

    fn id(&self) -> &str {
        &self.id
    }

    fn values(&self) -> Vec<Value<'_>> {
        let hold = self.hold.as_ref();
        vec![
            (&self.id).into(),
            (&self.clinic_id).into(),
            (&self.code).into(),
            code_key(&self.code).into(),
            (&self.patient_id).into(),
            (&self.appointment_id).into(),
            (&self.branch_id).into(),
            (&self.doctor_id).into(),
            (&self.service_id).into(),
            (&self.session).into(),
            self.half.map(Half::as_str).into(),
            self.from.into(),
            self.to.into(),
            self.minutes.into(),
            (&self.note).into(),
            self.status.as_str().into(),
            hold.map(|hold| hold.until).into(),
            hold.and_then(|hold| hold.doctor_id.as_deref()).into(),
            hold.map(|hold| hold.window_id.as_str()).into(),
            hold.map(|hold| hold.window_date).into(),
            hold.map(|hold| hold.span.start).into(),
            hold.map(|hold| hold.span.end).into(),
            hold.map(|hold| hold.busy.start).into(),
            hold.map(|hold| hold.busy.end).into(),
            self.created_at.into(),
            self.updated_at.into(),
        ]
    }

    fn from_row(row: &mut Row<'_>) -> Result<Self, StoreError> {
        let (id, clinic_id, code) = (row.text()?, row.text()?, row.text()?);
        row.text()?;
        Ok(Entry {
            id,
            clinic_id,
            code,
            patient_id: row.text()?,
            appointment_id: row.opt_text()?,
            branch_id: row.text()?,
            doctor_id: row.opt_text()?,
            service_id: row.opt_text()?,
            session: row.opt_text()?,
            half: row.opt_parsed(Half::parse)?,
            from: row.opt_parsed(parse_date)?,
            to: row.opt_parsed(parse_date)?,
            minutes: row.opt_int()?,
            note: row.opt_text()?,
            status: row.parsed(Standing::parse)?,
            hold: hold(row)?,
            created_at: row.instant()?,
            updated_at: row.instant()?,
        })
    }
}

fn hold(row: &mut Row<'_>) -> Result<Option<Hold>, StoreError> {
    let Some(until) = row.opt_instant()? else {
        row.skip(7);
        return Ok(None);
    };
    Ok(Some(Hold {
        until,
        doctor_id: row.opt_text()?,
        window_id: row.text()?,
        window_date: row.parsed(parse_date)?,
        span: Interval::new(row.instant()?, row.instant()?),
        busy: Interval::new(row.instant()?, row.instant()?),
    }))
}

/// The entries of a clinic in the order in which they were made; those that wait, or all.
pub fn entries(tx: &mut Tx<'_>, clinic_id: &str, all: bool) -> Result<Vec<Entry>, StoreError> {
    let status = if all { "" } else { " AND status = 'waiting'" };
    tx.select(&format!("WHERE clinic_id = ?1{status} ORDER BY created_at, code_key"), params![clinic_id])
}

/// All entries of a clinic behind that id, in the order in which they came.
pub fn after(tx: &mut Tx<'_>, clinic_id: &str, id: &str, limit: i64) -> Result<Vec<Entry>, StoreError> {
    tx.select(AFTER, params![clinic_id, id, limit])
}

/// Of the clinic, said so that SQLite goes by the id, in order, and not by an index of clinics.
pub(crate) const AFTER: &str = "WHERE NOT (clinic_id <> ?1) AND id > ?2 ORDER BY id LIMIT ?3";

/// The entry of an appointment that waits for an earlier time.
pub fn waiting_of_visit(tx: &mut Tx<'_>, appointment_id: &str) -> Result<Option<Entry>, StoreError> {
    let found = tx.select("WHERE appointment_id = ?1 AND status = 'waiting'", params![appointment_id])?;
    Ok(found.into_iter().next())
}

/// All entries of a patient's record, oldest first.
pub fn of_patient(tx: &mut Tx<'_>, patient_id: &str) -> Result<Vec<Entry>, StoreError> {
    tx.select("WHERE patient_id = ?1 ORDER BY created_at, code_key", params![patient_id])
}

/// All entries about an appointment.
pub fn of_visit(tx: &mut Tx<'_>, appointment_id: &str) -> Result<Vec<Entry>, StoreError> {
    tx.select("WHERE appointment_id = ?1 ORDER BY created_at, code_key", params![appointment_id])
}

/// Whose hold stands in the way is told by when it ends. Leaves the holds of one entry out.
#[derive(Debug, Clone, Copy)]
pub struct Held<'a> {
    /// Holds that end later than now.
    pub now: Instant,
    /// The entry whose own hold stands in nobody's way.
    pub except: Option<&'a str>,
}

impl Held<'_> {
    /// Until when a time of the doctor's that overlaps this one is held, if one is.
    pub fn conflict(
        self,
        tx: &mut Tx<'_>,
        doctor_id: &str,
        busy: Interval,
    ) -> Result<Option<Instant>, StoreError> {
        let sql = "SELECT hold_until FROM waitlist
            WHERE hold_doctor_id = ?1 AND hold_until > ?2 AND hold_busy_from < ?4 AND hold_busy_until > ?3
              AND id <> ?5 ORDER BY hold_until DESC LIMIT 1";
        let except = self.except.unwrap_or("");
        tx.query_one(sql, params![doctor_id, self.now, busy.start, busy.end, except], |row| row.instant())
    }

    /// The times of a doctor's that are held and touch a span.
    pub fn busy(
        self,
        tx: &mut Tx<'_>,
        doctor_id: &str,
        within: Interval,
    ) -> Result<Vec<Interval>, StoreError> {
        let sql = "SELECT hold_busy_from, hold_busy_until FROM waitlist
            WHERE hold_doctor_id = ?1 AND hold_until > ?2 AND hold_busy_from < ?4 AND hold_busy_until > ?3
              AND id <> ?5";
        let except = self.except.unwrap_or("");
        tx.query(sql, params![doctor_id, self.now, within.start, within.end, except], |row| {
            Ok(Interval::new(row.instant()?, row.instant()?))
        })
    }

    /// Until when each of the places of an opening is held that are, for a service or for none.
    pub fn places(
        self,
        tx: &mut Tx<'_>,
        opening: &Opening<'_>,
        service_id: Option<&str>,
    ) -> Result<Vec<Instant>, StoreError> {
        let sql = "SELECT hold_until FROM waitlist
            WHERE hold_window_id = ?1 AND hold_until > ?2 AND hold_window_date = ?3
              AND coalesce(service_id, '') = ?4 AND id <> ?5 ORDER BY hold_until";
        let (service, except) = (service_id.unwrap_or(""), self.except.unwrap_or(""));
        let params = params![&opening.window.id, self.now, opening.date, service, except];
        tx.query(sql, params, |row| row.instant())
    }
}

/// The entries of a clinic that hold a time which touches a span.
pub fn holding(
    tx: &mut Tx<'_>,
    clinic_id: &str,
    within: Interval,
    now: Instant,
) -> Result<Vec<Entry>, StoreError> {
    tx.select(
        "WHERE clinic_id = ?1 AND status = 'waiting' AND hold_until > ?2
           AND hold_starts_at < ?4 AND hold_ends_at > ?3 ORDER BY hold_starts_at, id",
        params![clinic_id, now, within.start, within.end],
    )
}
