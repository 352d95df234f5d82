//! Appointments by filter, page by page.

use crate::domain::appointment::Appointment;
use crate::domain::status::Status;
use crate::domain::time::Instant;
use crate::platform::error::StoreError;
use crate::store::Tx;
use crate::store::appointments::visit::{Joined, several};
use crate::store::engine::Value;
use crate::store::record::{FromRow, marks};
use chrono::NaiveDate;

/// Filter of appointments: all given conditions must hold. Records are named by id.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Filter {
    /// First local date.
    pub from: Option<NaiveDate>,
    /// Last local date.
    pub to: Option<NaiveDate>,
    /// The statuses; any if empty.
    pub statuses: Vec<Status>,
    /// The doctor.
    pub doctor_id: Option<String>,
    /// The branch.
    pub branch_id: Option<String>,
    /// The service.
    pub service_id: Option<String>,
    /// The patient.
    pub patient_id: Option<String>,
    /// The source of the booking.
    pub source: Option<String>,
    /// Earliest time of booking.
    pub since: Option<Instant>,
    /// Latest local date of a required follow-up.
    pub follow_up_by: Option<NaiveDate>,
}

impl Filter {
    /// Whether a patient or at most 31 dates limit the rows, so that counting reads a small part of the book.
    pub fn is_counted_cheaply(&self) -> bool {
        const MOST_DAYS: i64 = 31;
        let days = self.from.zip(self.to).map(|(from, to)| (to - from).num_days() + 1);
        self.patient_id.is_some() || days.is_some_and(|days| days <= MOST_DAYS)
    }
}

/// Sort order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Order {
    /// By local date and start.
    #[default]
    Start,
    /// By the time of booking.
    Created,
}

/// How many appointments pass the filter.
pub fn count(tx: &mut Tx<'_>, clinic_id: &str, filter: &Filter) -> Result<i64, StoreError> {
    let (sql, params) = count_sql(clinic_id, filter);
    tx.count(&sql, &params)
}

pub(crate) fn count_sql<'a>(clinic_id: &'a str, filter: &'a Filter) -> (String, Vec<Value<'a>>) {
    let (condition, params) = conditions(clinic_id, filter);
    (format!("SELECT count(*) FROM appointments AS a WHERE {condition}"), params)
}

/// A page of the appointments that pass the filter.
pub fn page<P: FromRow>(
    tx: &mut Tx<'_>,
    clinic_id: &str,
    filter: &Filter,
    order: Order,
    limit: i64,
    offset: i64,
) -> Result<Vec<Joined<P>>, StoreError> {
    let (rest, params) = page_sql(clinic_id, filter, order, limit, offset);
    several(tx, &rest, &params)
}

/// Position of an appointment in [`Order::Start`].
#[derive(Debug, Clone, PartialEq)]
pub struct Place {
    date: NaiveDate,
    starts_at: Instant,
    id: String,
}

impl Place {
    /// The position of an appointment.
    pub fn of(appointment: &Appointment) -> Self {
        Place { date: appointment.date, starts_at: appointment.span.start, id: appointment.id.clone() }
    }
}

/// The next appointments after `place`, by date and start; earlier ones are not read.
pub fn after(
    tx: &mut Tx<'_>,
    clinic_id: &str,
    filter: &Filter,
    place: Option<&Place>,
    limit: i64,
) -> Result<Vec<Joined>, StoreError> {
    let (rest, params) = after_sql(clinic_id, filter, place, limit);
    several(tx, &rest, &params)
}

pub(crate) fn after_sql<'a>(
    clinic_id: &'a str,
    filter: &'a Filter,
    place: Option<&'a Place>,
    limit: i64,
) -> (String, Vec<Value<'a>>) {
    let (mut condition, mut params) = conditions(clinic_id, filter);
    if let Some(place) = place {
        let n = params.len();
        condition.push_str(&format!(
            " AND (a.date, a.starts_at, a.id) > (?{}, ?{}, ?{})",
            n + 1,
            n + 2,
            n + 3
        ));
        params.extend([Value::from(place.date), place.starts_at.into(), (&place.id).into()]);
    }
    params.push(limit.into());
    let n = params.len();
    (format!("WHERE {condition} ORDER BY a.date, a.starts_at, a.id LIMIT ?{n}"), params)
}

/// The condition that a patient has an appointment that passes, with its parameters.
pub(crate) fn of_some_visit<'a>(clinic_id: &'a str, filter: &'a Filter) -> (String, Vec<Value<'a>>) {
    let (condition, params) = conditions(clinic_id, filter);
    (
        format!("EXISTS (SELECT 1 FROM appointments AS a WHERE a.patient_id = patients.id AND {condition})"),
        params,
    )
}

pub(crate) fn page_sql<'a>(
    clinic_id: &'a str,
    filter: &'a Filter,
    order: Order,
    limit: i64,
    offset: i64,
) -> (String, Vec<Value<'a>>) {
    let (condition, mut params) = conditions(clinic_id, filter);
    let order = match order {
        Order::Start => "a.date, a.starts_at, a.id",
        // Given dates leave few rows. The plus makes SQLite sort these, instead of reading all bookings of
        // the clinic in the order of the index.
        Order::Created if filter.from.or(filter.to).or(filter.follow_up_by).is_some() => {
            "+a.created_at, a.id"
        }
        Order::Created => "a.created_at, a.id",
    };
    params.extend([Value::from(limit), Value::from(offset)]);
    let (n, m) = (params.len() - 1, params.len());
    (format!("WHERE {condition} ORDER BY {order} LIMIT ?{n} OFFSET ?{m}"), params)
}

/// The filter as a condition, with its parameters.
fn conditions<'a>(clinic_id: &'a str, filter: &'a Filter) -> (String, Vec<Value<'a>>) {
    let Filter {
        from,
        to,
        statuses,
        doctor_id,
        branch_id,
        service_id,
        patient_id,
        source,
        since,
        follow_up_by,
    } = filter;
    let mut params = vec![Value::from(clinic_id)];
    // A patient or doctor has few appointments, a clinic has many. Whether the record belongs to the clinic
    // is checked once, not per row, so that the query needs only the record's own index.
    let clinic = match (patient_id, doctor_id) {
        (Some(_), _) => "EXISTS (SELECT 1 FROM patients AS own WHERE own.clinic_id = ?1 AND own.id = ?2)",
        (None, Some(_)) if since.is_none() => {
            "EXISTS (SELECT 1 FROM doctors AS own WHERE own.clinic_id = ?1 AND own.id = ?2)"
        }
        _ => "a.clinic_id = ?1",
    };
    if let Some(own) = patient_id.as_ref().or(doctor_id.as_ref()).filter(|_| clinic.starts_with("EXISTS")) {
        params.push(own.into());
    }
    let mut sql = String::from(clinic);
    let mut and = |condition: &str, value: Value<'a>| {
        params.push(value);
        sql.push_str(&format!(" AND {condition} ?{}", params.len()));
    };
    // `=` for a single date, so that the index returns the rows in order.
    match (from, to) {
        (Some(from), Some(to)) if from == to => and("a.date =", (*from).into()),
        (from, to) => {
            if let Some(from) = from {
                and("a.date >=", (*from).into());
            }
            if let Some(to) = to {
                and("a.date <=", (*to).into());
            }
        }
    }
    for (condition, id) in [
        ("a.doctor_id =", doctor_id),
        ("a.branch_id =", branch_id),
        ("a.service_id =", service_id),
        ("a.patient_id =", patient_id),
        ("a.source =", source),
    ] {
        if let Some(id) = id {
            and(condition, id.into());
        }
    }
    if let Some(since) = since {
        and("a.created_at >=", (*since).into());
    }
    if let Some(by) = follow_up_by {
        and("a.follow_up_required = 1 AND a.follow_up_date <=", (*by).into());
    }
    if !statuses.is_empty() {
        let marks = marks(params.len() + 1, statuses.len());
        params.extend(statuses.iter().map(|status| Value::from(status.as_str())));
        sql.push_str(&format!(" AND a.status IN ({marks})"));
    }
    (sql, params)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::fixtures::date;

    #[test]
    fn a_patients_visits_and_those_of_a_month_are_counted_cheaply() {
        let of = |from: &str, to: &str| Filter {
            from: (!from.is_empty()).then(|| date(from)),
            to: (!to.is_empty()).then(|| date(to)),
            ..Filter::default()
        };
        let id = || Some("ana".to_owned());
        for (filter, cheap) in [
            (of("", ""), false),
            (of("2026-06-15", ""), false),
            (of("", "2026-06-15"), false),
            (of("2026-06-15", "2026-06-15"), true),
            (of("2026-06-15", "2026-06-21"), true),
            (of("2026-07-01", "2026-07-31"), true),
            (of("2026-07-01", "2026-08-01"), false),
            (Filter { patient_id: id(), ..Filter::default() }, true),
            (Filter { patient_id: id(), ..of("2026-06-15", "") }, true),
            (Filter { doctor_id: id(), ..Filter::default() }, false),
            (Filter { doctor_id: id(), ..of("2026-06-15", "2026-06-21") }, true),
            (Filter { branch_id: id(), ..Filter::default() }, false),
            (Filter { service_id: id(), ..Filter::default() }, false),
            (Filter { source: id(), ..Filter::default() }, false),
            (Filter { statuses: vec![Status::Confirmed], ..Filter::default() }, false),
            (Filter { statuses: vec![Status::Confirmed], ..of("2026-06-15", "2026-06-15") }, true),
            (Filter { follow_up_by: Some(date("2026-06-15")), ..Filter::default() }, false),
        ] {
            assert_eq!(filter.is_counted_cheaply(), cheap, "{filter:?}");
        }
    }
}
