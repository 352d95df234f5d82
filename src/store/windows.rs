//! Calendar windows and closures.

use crate::domain::time::{add_days, midnight, parse_date, parse_time};
use crate::domain::window::{Closure, Days, Window};
use crate::domain::{text::code_key, time::hhmm};
use crate::error::StoreError;
use crate::store::engine::{Row, Value};
use crate::store::record::Stored;
use crate::store::{Tx, params};
use chrono::{NaiveDate, NaiveDateTime};

/// How a wall-clock reading is written.
const WALL: &str = "%Y-%m-%dT%H:%M";

fn parse_wall(text: &str) -> Result<NaiveDateTime, String> {
    NaiveDateTime::parse_from_str(text, WALL).map_err(|_| format!("the wall-clock reading {text}"))
}

impl Stored for Window {
    const TABLE: &'static str = "windows";
    const KIND: &'static str = "window";
    const COLUMNS: &'static [&'static str] = &[
        "id",
        "clinic_id",
        "code",
        "code_key",
        "position",
        "branch_id",
        "doctor_id",
        "services",
        "weekdays",
        "on_date",
        "valid_from",
        "valid_until",
        "from_time",
        "to_time",
        "session",
        "batch",
        "slot_minutes",
        "capacity",
        "is_open",
        "active",
        "created_at",
    ];

    fn id(&self) -> &str {
        &self.id
    }

    fn values(&self) -> Vec<Value<'_>> {
        let (weekdays, on_date) = match self.days {
            Days::Weekly(bits) => (Some(i64::from(bits)), None),
            Days::On(date) => (None, Some(date)),
        };
        vec![
            (&self.id).into(),
            (&self.clinic_id).into(),
            (&self.code).into(),
            code_key(&self.code).into(),
            self.position.into(),
            (&self.branch_id).into(),
            (&self.doctor_id).into(),
            self.services.join(" ").into(),
            weekdays.into(),
            on_date.into(),
            self.valid_from.into(),
            self.valid_until.into(),
            hhmm(self.from).into(),
            hhmm(self.to).into(),
            (&self.session).into(),
            (&self.batch).into(),
            self.slot_minutes.into(),
            self.capacity.into(),
            self.open.into(),
            self.active.into(),
            self.created_at.into(),
        ]
    }

    fn from_row(row: &mut Row<'_>) -> Result<Self, StoreError> {
        let (id, clinic_id, code) = (row.text()?, row.text()?, row.text()?);
        row.text()?;
        let (position, branch_id, doctor_id) = (row.int()?, row.text()?, row.opt_text()?);
        let services = row.text()?.split_whitespace().map(str::to_owned).collect();
        let (weekdays, on_date) = (row.opt_int()?, row.opt_parsed(parse_date)?);
        let days = match (weekdays.and_then(|bits| u8::try_from(bits).ok()), on_date) {
            (Some(bits), None) => Days::Weekly(bits),
            (None, Some(date)) => Days::On(date),
            _ => return Err(StoreError::unreadable("a window without days")),
        };
        Ok(Window {
            id,
            clinic_id,
            code,
            position,
            branch_id,
            doctor_id,
            services,
            days,
            valid_from: row.opt_parsed(parse_date)?,
            valid_until: row.opt_parsed(parse_date)?,
            from: row.parsed(parse_time)?,
            to: row.parsed(parse_time)?,
            session: row.opt_text()?,
            batch: row.opt_text()?,
            slot_minutes: row.opt_int()?,
            capacity: row.opt_int()?,
            open: row.flag()?,
            active: row.flag()?,
            created_at: row.instant()?,
        })
    }
}

impl Stored for Closure {
    const TABLE: &'static str = "closures";
    const KIND: &'static str = "closure";
    const COLUMNS: &'static [&'static str] = &[
        "id",
        "clinic_id",
        "code",
        "code_key",
        "branch_id",
        "doctor_id",
        "from_wall",
        "to_wall",
        "reason",
        "active",
        "created_at",
    ];

    fn id(&self) -> &str {
        &self.id
    }

    fn values(&self) -> Vec<Value<'_>> {
        vec![
            (&self.id).into(),
            (&self.clinic_id).into(),
            (&self.code).into(),
            code_key(&self.code).into(),
            (&self.branch_id).into(),
            (&self.doctor_id).into(),
            self.from.format(WALL).to_string().into(),
            self.to.format(WALL).to_string().into(),
            (&self.reason).into(),
            self.active.into(),
            self.created_at.into(),
        ]
    }

    fn from_row(row: &mut Row<'_>) -> Result<Self, StoreError> {
        let (id, clinic_id, code) = (row.text()?, row.text()?, row.text()?);
        row.text()?;
        Ok(Closure {
            id,
            clinic_id,
            code,
            branch_id: row.opt_text()?,
            doctor_id: row.opt_text()?,
            from: row.parsed(parse_wall)?,
            to: row.parsed(parse_wall)?,
            reason: row.text()?,
            active: row.flag()?,
            created_at: row.instant()?,
        })
    }
}

/// The windows of a doctor that are not retired, oldest first.
pub fn of_doctor(tx: &mut Tx<'_>, clinic_id: &str, doctor_id: &str) -> Result<Vec<Window>, StoreError> {
    tx.select(OF_DOCTOR, params![clinic_id, doctor_id])
}

pub(super) const OF_DOCTOR: &str = "WHERE clinic_id = ?1 AND doctor_id = ?2 AND active = 1 ORDER BY position";

/// The pooled windows that are not retired, oldest first.
pub fn pooled(tx: &mut Tx<'_>, clinic_id: &str) -> Result<Vec<Window>, StoreError> {
    tx.select(
        "WHERE clinic_id = ?1 AND doctor_id IS NULL AND active = 1 ORDER BY position",
        params![clinic_id],
    )
}

/// The position that the clinic's next window gets.
pub fn next_position(tx: &mut Tx<'_>, clinic_id: &str) -> Result<i64, StoreError> {
    let sql = "SELECT coalesce(max(position), 0) + 1 FROM windows WHERE clinic_id = ?1";
    Ok(tx.query_one(sql, params![clinic_id], |row| row.int())?.unwrap_or(1))
}

/// The closures that can touch visits on those local dates, earliest first.
pub fn closures_around(
    tx: &mut Tx<'_>,
    clinic_id: &str,
    first: NaiveDate,
    last: NaiveDate,
) -> Result<Vec<Closure>, StoreError> {
    // A visit may run into the next day, and a branch's zone be a day off the clinic's.
    let (from, to) = (midnight(add_days(first, -2)), midnight(add_days(last, 3)));
    tx.select(AROUND, params![clinic_id, from.format(WALL).to_string(), to.format(WALL).to_string()])
}

pub(super) const AROUND: &str =
    "WHERE clinic_id = ?1 AND active = 1 AND to_wall > ?2 AND from_wall < ?3 ORDER BY from_wall, code_key";
