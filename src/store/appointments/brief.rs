//! Appointments as a calendar tells of them. A picture of a week has hundreds, and needs a third of what is known of each.

use crate::domain::appointment::Brief;
use crate::domain::interval::Interval;
use crate::domain::record::{Attendee, Branch, Label, Service};
use crate::domain::status::Status;
use crate::domain::time::{parse_date, parse_time};
use crate::error::StoreError;
use crate::store::Tx;
use crate::store::appointments::list::{Filter, Order, page_sql};
use crate::store::appointments::visit::{self, ForWhom};
use crate::store::engine::Row;
use crate::store::record::{Stored, with_alias};
use std::sync::Arc;

const COLUMNS: [&str; 13] = [
    "id",
    "code",
    "doctor_id",
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
    let (mut briefs, mut branch, mut service) = (Vec::new(), None, None);
    tx.each(&format!("{} {rest}", select(tx.is_at_hand())), &params, |row| {
        briefs.push(Brief {
            id: row.text()?,
            code: row.text()?,
            doctor_id: row.opt_text()?,
            timezone: row.text()?,
            date: row.parsed(parse_date)?,
            start_time: row.parsed(parse_time)?,
            span: Interval::new(row.instant()?, row.instant()?),
            token_number: row.int()?,
            status: row.parsed(Status::parse)?,
            overbooked: row.flag()?,
            visit_type: row.opt_text()?,
            reason: row.opt_text()?,
            patient: Attendee::from_row(row)?,
            branch: label::<Branch>(row, &mut branch)?
                .ok_or_else(|| StoreError::unreadable("nothing where a text belongs"))?,
            service: label::<Service>(row, &mut service)?,
        });
        Ok(())
    })?;
    Ok(briefs)
}

/// The question for them, to be completed by `WHERE …`.
pub(crate) fn select(at_hand: bool) -> String {
    format!(
        "SELECT {}, {}, a.branch_id, b.code, b.name, a.service_id, s.code, s.name
         FROM appointments AS a JOIN patients AS p ON {}
         LEFT JOIN branches AS b ON b.id = a.branch_id LEFT JOIN services AS s ON s.id = a.service_id",
        with_alias("a", &COLUMNS),
        with_alias("p", Attendee::COLUMNS),
        if at_hand { Attendee::FOUND } else { visit::BY_ID },
    )
}

/// What is called by that id, if anything is: most rows name that of the one before.
fn label<T: Stored>(
    row: &mut Row<'_>,
    before: &mut Option<Arc<Label>>,
) -> Result<Option<Arc<Label>>, StoreError> {
    let Some(id) = row.opt_str()? else {
        row.skip(2);
        return Ok(None);
    };
    if before.as_ref().is_some_and(|known| known.id == id) {
        row.skip(2);
        return Ok(before.clone());
    }
    let (code, name) = (row.opt_text()?, row.opt_text()?);
    let (Some(code), Some(name)) = (code, name) else { return Err(visit::missing(T::KIND, id)) };
    *before = Some(Arc::new(Label { id: id.to_owned(), code, name }));
    Ok(before.clone())
}
