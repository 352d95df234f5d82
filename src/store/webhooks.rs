//! Webhook endpoints.

use crate::domain::text::code_key;
use crate::domain::time::Instant;
use crate::domain::webhook::{Event, Webhook};
use crate::platform::error::StoreError;
use crate::store::record::{FromRow, record, stored};
use crate::store::{Tx, params};

stored!(Webhook in "webhooks" as "webhook" {
    id,
    clinic_id,
    code + code_key = code_key,
    url,
    events,
    thin,
    allow_private,
    secret,
    old_secret,
    old_secret_until,
    disabled_at,
    disabled_reason,
    held_until,
    active,
    created_at,
});

/// The part of an endpoint that is needed to write events.
#[derive(Debug, Clone)]
pub struct Listener {
    /// The endpoint's id.
    pub id: String,
    /// The subscribed events; empty for all.
    pub events: Vec<Event>,
    /// Whether to send ids only.
    pub thin: bool,
}

record!(Listener { id, events, thin });

/// Runs at every change of an appointment.
pub(crate) const LISTENING: &str =
    "SELECT id, events, thin FROM webhooks WHERE clinic_id = ?1 AND active = 1 AND disabled_at IS NULL";

/// The clinic's endpoints that receive events.
pub fn listening(tx: &mut Tx<'_>, clinic_id: &str) -> Result<Vec<Listener>, StoreError> {
    tx.query(LISTENING, params![clinic_id], Listener::from_row)
}

/// The clinic's endpoints that take deliveries, oldest first.
pub fn open(tx: &mut Tx<'_>, clinic_id: &str) -> Result<Vec<Webhook>, StoreError> {
    let open = "WHERE clinic_id = ?1 AND active = 1 AND disabled_at IS NULL ORDER BY created_at, id";
    tx.select(open, params![clinic_id])
}

/// Saves until when an endpoint asked for a pause. No audit entry: the request comes from the endpoint.
pub fn hold(tx: &mut Tx<'_>, id: &str, until: Instant) -> Result<(), StoreError> {
    tx.run("UPDATE webhooks SET held_until = ?2 WHERE id = ?1", params![id, until])
}
