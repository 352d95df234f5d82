//! Appointments as a calendar tells of them. A picture of a week has hundreds, and needs a third of what is known of each.

use crate::domain::appointment::Brief;
use crate::domain::interval::Interval;
use crate::domain::record::{Attendee, Label};
use crate::domain::status::Status;
use crate::domain::time::{parse_date, parse_time};
use crate::error::StoreError;
use crate::store::appointments::list::{Filter, Order, page_sql};
use crate::store::appointments::visit::ForWhom;
use crate::store::engine::Row;
use crate::store::record::{Stored, with_alias};
use crate::store::{Tx, params};
use std::sync::Arc;

const COLUMNS: [&str; 15] = [
    "id",
    "code",
    "branch_id",
    "doctor_id",
    "service_id",
    "timezone",
    "date",
    "start_time",
    "starts_at",
    "ends_at",
    "token_number",
    "status",
    "overbooked",
    "visit_type",
    "reason",
];

/// The appointments that pass the filter, by date and start.
pub fn briefs(tx: &mut Tx<'_>, clinic_id: &str, filter: &Filter) -> Result<Vec<Brief>, StoreError> {
    let (rest, params) = page_sql(clinic_id, filter, Order::Start, i64::MAX, 0);
    let (mut briefs, [mut branch, mut doctor, mut service, mut zone]) = (Vec::new(), [const { None }; 4]);
    tx.each(&format!("{} {rest}", select()), &params, |row| {
        briefs.push(Brief {
            id: row.text()?,
            code: row.text()?,
            branch_id: needed(shared(row, &mut branch)?)?,
            doctor_id: shared(row, &mut doctor)?,
            service_id: shared(row, &mut service)?,
            timezone: needed(shared(row, &mut zone)?)?,
            date: row.parsed(parse_date)?,
            start_time: row.parsed(parse_time)?,
            span: Interval::new(row.instant()?, row.instant()?),
            token_number: row.int()?,
            status: row.parsed(Status::parse)?,
            overbooked: row.flag()?,
            visit_type: row.opt_text()?,
            reason: row.opt_text()?,
            patient: Attendee::from_row(row)?,
        });
        Ok(())
    })?;
    Ok(briefs)
}

/// The question for them, to be completed by `WHERE …`.
fn select() -> String {
    let (columns, of_patient) = (with_alias("a", &COLUMNS), with_alias("p", Attendee::COLUMNS));
    format!("SELECT {columns}, {of_patient} FROM appointments AS a JOIN patients AS p ON p.id = a.patient_id")
}

/// What the clinic's records of a kind are called, retired ones as well.
///
/// # Errors
/// When the database fails.
pub fn labels<T: Stored>(tx: &mut Tx<'_>, clinic_id: &str) -> Result<Vec<Label>, StoreError> {
    let sql = format!("SELECT id, code, name FROM {} WHERE clinic_id = ?1", T::TABLE);
    tx.query(&sql, params![clinic_id], |row| {
        Ok(Label { id: row.text()?, code: row.text()?, name: row.text()? })
    })
}

/// The next column, a text or nothing: most rows say there what the one before said.
fn shared(row: &mut Row<'_>, before: &mut Option<Arc<str>>) -> Result<Option<Arc<str>>, StoreError> {
    let Some(text) = row.opt_str()? else { return Ok(None) };
    if before.as_deref() != Some(text) {
        *before = Some(text.into());
    }
    Ok(before.clone())
}

fn needed(text: Option<Arc<str>>) -> Result<Arc<str>, StoreError> {
    text.ok_or_else(|| StoreError::unreadable("nothing where a text belongs"))
}
