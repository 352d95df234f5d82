//! Appointments in the short form of a calendar.

use crate::domain::appointment::Brief;
use crate::domain::record::{Attendee, Label};
use crate::platform::error::StoreError;
use crate::store::appointments::list::{Filter, Order, page_sql};
use crate::store::record::{FromRow, Stored, columns_of, record};
use crate::store::{Tx, params};

record!(Brief {
    id,
    code,
    branch_id,
    doctor_id,
    service_id,
    timezone,
    date,
    start_time,
    [span: starts_at ends_at],
    token_number,
    status,
    overbooked,
    visit_type,
    reason,
    [patient:],
});

record!(Label { id, code, name });

/// The appointments that pass the filter, by date and start.
pub fn briefs(tx: &mut Tx<'_>, clinic_id: &str, filter: &Filter) -> Result<Vec<Brief>, StoreError> {
    let (rest, params) = page_sql(clinic_id, filter, Order::Start, i64::MAX, 0);
    tx.query(&format!("{} {rest}", select()), &params, Brief::from_row)
}

fn select() -> String {
    let (columns, of_patient) = (columns_of::<Brief>("a"), columns_of::<Attendee>("p"));
    format!("SELECT {columns}, {of_patient} FROM appointments AS a JOIN patients AS p ON p.id = a.patient_id")
}

/// The names of the clinic's records of a kind, including retired records.
pub fn labels<T: Stored>(tx: &mut Tx<'_>, clinic_id: &str) -> Result<Vec<Label>, StoreError> {
    let sql = format!("SELECT id, code, name FROM {} WHERE clinic_id = ?1", T::TABLE);
    tx.query(&sql, params![clinic_id], Label::from_row)
}
