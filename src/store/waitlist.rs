//! The waiting list: its rows and the times held for its entries.

use crate::domain::interval::Interval;
use crate::domain::text::code_key;
use crate::domain::time::Instant;
use crate::domain::waitlist::Entry;
use crate::domain::window::Opening;
use crate::platform::error::StoreError;
use crate::store::record::stored;
use crate::store::{Tx, params};

stored!(Entry in "waitlist" as "entry" {
    id,
    clinic_id,
    code + code_key = code_key,
    patient_id,
    appointment_id,
    branch_id,
    doctor_id,
    service_id,
    session,
    half,
    [from: from_date],
    [to: to_date],
    minutes,
    note,
    status,
    [hold:
        hold_until
        hold_doctor_id
        hold_window_id
        hold_window_date
        hold_starts_at
        hold_ends_at
        hold_busy_from
        hold_busy_until],
    created_at,
    updated_at,
});

/// The clinic's entries in order of creation: those waiting, or all.
pub fn entries(tx: &mut Tx<'_>, clinic_id: &str, all: bool) -> Result<Vec<Entry>, StoreError> {
    let status = if all { "" } else { " AND status = 'waiting'" };
    tx.select(&format!("WHERE clinic_id = ?1{status} ORDER BY created_at, code_key"), params![clinic_id])
}

/// The waiting entry of an appointment whose patient wants an earlier time.
pub fn waiting_of_visit(tx: &mut Tx<'_>, appointment_id: &str) -> Result<Option<Entry>, StoreError> {
    let found = tx.select("WHERE appointment_id = ?1 AND status = 'waiting'", params![appointment_id])?;
    Ok(found.into_iter().next())
}

/// All entries of a patient, oldest first.
pub fn of_patient(tx: &mut Tx<'_>, patient_id: &str) -> Result<Vec<Entry>, StoreError> {
    tx.select("WHERE patient_id = ?1 ORDER BY created_at, code_key", params![patient_id])
}

/// All entries of an appointment, oldest first.
pub fn of_visit(tx: &mut Tx<'_>, appointment_id: &str) -> Result<Vec<Entry>, StoreError> {
    tx.select("WHERE appointment_id = ?1 ORDER BY created_at, code_key", params![appointment_id])
}

/// Finds times held at `now`, except the hold of one entry.
#[derive(Debug, Clone, Copy)]
pub struct Held<'a> {
    /// The current time; only holds that end later count.
    pub now: Instant,
    /// The entry whose own hold is ignored.
    pub except: Option<&'a str>,
}

impl Held<'_> {
    /// The latest end of the holds on a doctor's time that overlap `busy`; None if there is no such hold.
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
        tx.query_one(sql, params![doctor_id, self.now, busy.start, busy.end, except], |row| row.get())
    }

    /// The held times of a doctor that overlap `within`.
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
        tx.query(sql, params![doctor_id, self.now, within.start, within.end, except], |row| row.get())
    }

    /// The ends of the holds on places of an opening, for a service or for none, earliest first.
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
        tx.query(sql, params, |row| row.get())
    }
}

/// The clinic's entries whose held time overlaps `within`.
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
