//! Webhook events and their deliveries.

use crate::domain::time::Instant;
use crate::domain::webhook::{DeliveryStatus, Event};
use crate::platform::error::StoreError;
use crate::store::engine::Value;
use crate::store::record::{FromRow, columns_of, record, stored};
use crate::store::{Tx, params};
use std::ops::RangeInclusive;

/// An event with its request bodies.
#[derive(Debug, Clone, PartialEq)]
pub struct Told {
    /// UUIDv7; the `webhook-id` header of every try.
    pub id: String,
    /// The clinic.
    pub clinic_id: String,
    /// The appointment.
    pub appointment_id: String,
    /// The event's number for this appointment, from 1.
    pub sequence: i64,
    /// The kind of event.
    pub event: Event,
    /// The body with the whole appointment, if an endpoint wants it.
    pub body: Option<String>,
    /// The body with ids only, if an endpoint wants it.
    pub thin_body: Option<String>,
    /// The time of the event.
    pub created_at: Instant,
}

stored!(Told in "webhook_events" as "event" {
    id,
    clinic_id,
    appointment_id,
    sequence,
    [event: kind],
    body,
    thin_body,
    created_at,
});

/// One event for one endpoint.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Delivery {
    /// UUIDv7.
    pub id: String,
    /// The clinic.
    pub clinic_id: String,
    /// The endpoint.
    pub webhook_id: String,
    /// The event.
    pub event_id: String,
    /// The event's appointment.
    pub appointment_id: String,
    /// The event's number for this appointment.
    pub sequence: i64,
    /// Whether to send ids only.
    pub thin: bool,
    /// The status.
    pub status: DeliveryStatus,
    /// The time of the next try.
    pub due_at: Instant,
    /// The sweep that holds the delivery.
    pub lease: Option<String>,
    /// The end of that sweep's lease.
    pub lease_until: Option<Instant>,
    /// The number of tries since the event, or since the delivery was requested again.
    pub attempts: i64,
    /// The time of the last try.
    pub attempted_at: Option<Instant>,
    /// The last HTTP status that the endpoint returned.
    pub http_status: Option<i64>,
    /// The beginning of the response to the last try.
    pub answer: Option<String>,
    /// The last error.
    pub error: Option<String>,
    /// The duration of the last try in milliseconds.
    pub milliseconds: Option<i64>,
    /// The time at which the delivery reached its final status.
    pub settled_at: Option<Instant>,
    /// The time of the event.
    pub created_at: Instant,
    /// The number of leases lost during a try; a try in progress counts as one.
    pub lost_leases: i64,
}

stored!(Delivery in "webhook_deliveries" as "delivery" {
    id,
    clinic_id,
    webhook_id,
    event_id,
    appointment_id,
    sequence,
    thin,
    status,
    due_at,
    lease,
    lease_until,
    attempts,
    attempted_at,
    http_status,
    answer,
    error,
    milliseconds,
    settled_at,
    created_at,
    lost_leases,
});

/// A delivery with the names of its event, endpoint and appointment.
#[derive(Debug, Clone, PartialEq)]
pub struct Known {
    /// The delivery.
    pub delivery: Delivery,
    /// The kind of event.
    pub event: Event,
    /// The endpoint's code.
    pub webhook: String,
    /// The appointment's code.
    pub appointment: String,
}

record!(Known { [delivery:], event, webhook, appointment });

/// A due delivery with its body.
#[derive(Debug, Clone)]
pub struct Ready {
    /// The delivery.
    pub known: Known,
    /// The request body, identical on every try.
    pub body: String,
}

/// The number of the appointment's next event.
pub fn next_sequence(tx: &mut Tx<'_>, appointment_id: &str) -> Result<i64, StoreError> {
    let sql = "SELECT coalesce(max(sequence), 0) FROM webhook_events WHERE appointment_id = ?1";
    Ok(tx.count::<i64>(sql, params![appointment_id])? + 1)
}

/// Selects deliveries that can be sent.
#[derive(Debug, Clone)]
pub struct Due<'a> {
    /// The endpoint.
    pub webhook_id: &'a str,
    /// Deliveries due at or before this instant.
    pub by: Instant,
    /// The current time, to which leases are compared.
    pub now: Instant,
    /// The range of lost leases.
    pub lost_leases: RangeInclusive<i64>,
    /// The maximum number of deliveries.
    pub limit: usize,
}

/// The endpoint's deliveries that can be sent, longest due first: pending, not leased, and with no earlier
/// pending event of the same appointment for this endpoint.
pub fn due(tx: &mut Tx<'_>, due: &Due<'_>) -> Result<Vec<Ready>, StoreError> {
    let Due { webhook_id, by, now, lost_leases, limit } = due;
    let limit = i64::try_from(*limit).unwrap_or(i64::MAX);
    let params = params![*webhook_id, *by, *now, limit, *lost_leases.start(), *lost_leases.end()];
    tx.query(&due_sql(), params, |row| Ok(Ready { known: row.get()?, body: row.get()? }))
}

pub(crate) fn due_sql() -> String {
    let body = ", CASE WHEN d.thin = 1 THEN e.thin_body ELSE e.body END";
    let condition = "d.webhook_id = ?1 AND d.status = 'pending' AND d.due_at <= ?2
          AND (d.lease_until IS NULL OR d.lease_until <= ?3) AND d.lost_leases BETWEEN ?5 AND ?6
          AND NOT EXISTS (SELECT 1 FROM webhook_deliveries AS earlier
            WHERE earlier.webhook_id = d.webhook_id AND earlier.appointment_id = d.appointment_id
              AND earlier.sequence < d.sequence AND earlier.status = 'pending')";
    format!("{} WHERE {condition} ORDER BY d.due_at, d.id LIMIT ?4", select(body))
}

/// The `SELECT` for [`Known`], plus the columns in `more`.
fn select(more: &str) -> String {
    format!(
        "SELECT {}, e.kind, w.code, a.code{more} FROM webhook_deliveries AS d
           JOIN webhook_events AS e ON e.id = d.event_id
           JOIN webhooks AS w ON w.id = d.webhook_id
           JOIN appointments AS a ON a.id = d.appointment_id",
        columns_of::<Delivery>("d")
    )
}

/// Leases a pending delivery to a sweep. Counts as a lost lease until the outcome is saved.
pub fn lease(tx: &mut Tx<'_>, id: &str, lease: &str, until: Instant) -> Result<(), StoreError> {
    tx.run(
        "UPDATE webhook_deliveries SET lease = ?2, lease_until = ?3, lost_leases = lost_leases + 1
         WHERE id = ?1 AND status = 'pending'",
        params![id, lease, until],
    )
}

/// Saves the outcome of a try, if this sweep still holds the delivery.
///
/// A delivery that was dropped during the try keeps its lease, so that it can still be recorded as delivered.
pub fn settle(tx: &mut Tx<'_>, lease: &str, after: &Delivery) -> Result<(), StoreError> {
    tx.run(
        "UPDATE webhook_deliveries SET status = ?3, due_at = ?4, attempts = ?5, attempted_at = ?6,
           http_status = ?7, answer = ?8, error = ?9, milliseconds = ?10, settled_at = ?11,
           lost_leases = ?12, lease = NULL, lease_until = NULL
         WHERE id = ?1 AND lease = ?2 AND status IN ('pending', 'dropped')",
        params![
            &after.id,
            lease,
            after.status.as_str(),
            after.due_at,
            after.attempts,
            after.attempted_at,
            after.http_status,
            &after.answer,
            &after.error,
            after.milliseconds,
            after.settled_at,
            after.lost_leases,
        ],
    )
}

/// Drops an endpoint's pending deliveries and returns their number.
pub fn drop_pending(tx: &mut Tx<'_>, webhook_id: &str, why: &str, now: Instant) -> Result<u64, StoreError> {
    tx.execute(
        "UPDATE webhook_deliveries SET status = 'dropped', error = ?2, settled_at = ?3
         WHERE webhook_id = ?1 AND status = 'pending'",
        params![webhook_id, why, now],
    )
}

/// Selects deliveries to list.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    /// The endpoint.
    pub webhook_id: Option<String>,
    /// The appointment.
    pub appointment_id: Option<String>,
    /// The status.
    pub status: Option<DeliveryStatus>,
    /// Events at or after this instant.
    pub since: Option<Instant>,
}

impl Filter {
    /// Appends the conditions and their parameters.
    fn narrow<'a>(&'a self, alias: &str, sql: &mut String, params: &mut Vec<Value<'a>>) {
        let mut and = |condition: &str, value: Option<Value<'a>>| {
            if let Some(value) = value {
                params.push(value);
                sql.push_str(&format!(" AND {alias}{condition} ?{}", params.len()));
            }
        };
        and("webhook_id =", self.webhook_id.as_deref().map(Value::from));
        and("appointment_id =", self.appointment_id.as_deref().map(Value::from));
        and("status =", self.status.map(|status| status.as_str().into()));
        and("created_at >=", self.since.map(Value::from));
    }
}

/// The newest deliveries of a clinic that pass the filter, oldest first.
pub fn newest(
    tx: &mut Tx<'_>,
    clinic_id: &str,
    filter: &Filter,
    limit: i64,
) -> Result<Vec<Known>, StoreError> {
    let mut narrower = String::new();
    let mut params = vec![Value::from(clinic_id), Value::from(limit)];
    filter.narrow("d.", &mut narrower, &mut params);
    let mut found = tx.query(&newest_sql(&narrower), &params, Known::from_row)?;
    found.reverse();
    Ok(found)
}

pub(crate) fn newest_sql(narrower: &str) -> String {
    let order = "d.created_at DESC, d.sequence DESC, d.id DESC";
    format!("{} WHERE d.clinic_id = ?1{narrower} ORDER BY {order} LIMIT ?2", select(""))
}

/// The position of a delivery in the list.
#[derive(Debug, Clone, PartialEq)]
pub struct Place {
    created_at: Instant,
    sequence: i64,
    id: String,
}

impl Place {
    /// The position of `delivery`.
    pub fn of(delivery: &Delivery) -> Self {
        Place { created_at: delivery.created_at, sequence: delivery.sequence, id: delivery.id.clone() }
    }
}

/// The clinic's deliveries after `place`, oldest first.
pub fn after(
    tx: &mut Tx<'_>,
    clinic_id: &str,
    place: Option<&Place>,
    limit: i64,
) -> Result<Vec<Known>, StoreError> {
    let mut params = params![clinic_id, limit].to_vec();
    if let Some(Place { created_at, sequence, id }) = place {
        params.extend([Value::from(*created_at), Value::from(*sequence), id.into()]);
    }
    tx.query(&after_sql(place.is_some()), &params, Known::from_row)
}

pub(crate) fn after_sql(behind: bool) -> String {
    let behind = if behind { " AND (d.created_at, d.sequence, d.id) > (?3, ?4, ?5)" } else { "" };
    let order = "d.created_at, d.sequence, d.id";
    format!("{} WHERE d.clinic_id = ?1{behind} ORDER BY {order} LIMIT ?2", select(""))
}

/// Makes the clinic's deliveries that pass the filter pending and due again, and returns their number. Skips
/// deliveries that a sweep holds, and those whose event was erased.
pub fn again(
    tx: &mut Tx<'_>,
    clinic_id: &str,
    id: Option<&str>,
    filter: &Filter,
    now: Instant,
) -> Result<u64, StoreError> {
    let mut sql = "UPDATE webhook_deliveries SET status = 'pending', due_at = ?2, attempts = 0, error = NULL,
           settled_at = NULL, lease = NULL, lease_until = NULL, lost_leases = 0
         WHERE clinic_id = ?1 AND (lease_until IS NULL OR lease_until <= ?2)
           AND NOT EXISTS (SELECT 1 FROM webhook_events AS e
             WHERE e.id = webhook_deliveries.event_id AND (e.body = '' OR e.thin_body = ''))"
        .to_owned();
    let mut params = vec![Value::from(clinic_id), Value::from(now)];
    if let Some(id) = id {
        params.push(id.into());
        sql.push_str(" AND id = ?3");
    }
    filter.narrow("", &mut sql, &mut params);
    tx.execute(&sql, &params)
}
