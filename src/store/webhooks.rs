//! Endpoints: who hears of events.

use crate::domain::text::code_key;
use crate::domain::time::Instant;
use crate::domain::webhook::{Event, Webhook};
use crate::error::StoreError;
use crate::store::engine::{Row, Value};
use crate::store::record::Stored;
use crate::store::{Tx, params};

impl Stored for Webhook {
    const TABLE: &'static str = "webhooks";
    const KIND: &'static str = "webhook";
    const COLUMNS: &'static [&'static str] = &[
        "id",
        "clinic_id",
        "code",
        "code_key",
        "url",
        "events",
        "thin",
        "allow_private",
        "secret",
        "old_secret",
        "old_secret_until",
        "disabled_at",
        "disabled_reason",
        "held_until",
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
            (&self.url).into(),
            events_text(&self.events).into(),
            self.thin.into(),
            self.allow_private.into(),
            (&self.secret).into(),
            self.old_secret.as_ref().into(),
            self.old_secret_until.into(),
            self.disabled_at.into(),
            (&self.disabled_reason).into(),
            self.held_until.into(),
            self.active.into(),
            self.created_at.into(),
        ]
    }

    fn from_row(row: &mut Row<'_>) -> Result<Self, StoreError> {
        let (id, clinic_id, code) = (row.text()?, row.text()?, row.text()?);
        row.text()?;
        Ok(Webhook {
            id,
            clinic_id,
            code,
            url: row.text()?,
            events: row.parsed(events_from)?,
            thin: row.flag()?,
            allow_private: row.flag()?,
            secret: row.opt_bytes()?.ok_or_else(|| StoreError::unreadable("an endpoint without a secret"))?,
            old_secret: row.opt_bytes()?,
            old_secret_until: row.opt_instant()?,
            disabled_at: row.opt_instant()?,
            disabled_reason: row.opt_text()?,
            held_until: row.opt_instant()?,
            active: row.flag()?,
            created_at: row.instant()?,
        })
    }
}

fn events_text(events: &[Event]) -> String {
    events.iter().map(|event| event.as_str()).collect::<Vec<_>>().join(" ")
}

fn events_from(text: &str) -> Result<Vec<Event>, String> {
    text.split(' ').filter(|word| !word.is_empty()).map(Event::parse).collect()
}

/// What an event needs to know of an endpoint.
#[derive(Debug, Clone)]
pub struct Listener {
    /// The endpoint.
    pub id: String,
    /// The events that it takes; none named for all.
    pub events: Vec<Event>,
    /// Whether it gets ids only.
    pub thin: bool,
}

/// The clinic's endpoints for which events are written down. Asked with every change of an
/// appointment.
pub(crate) const LISTENING: &str =
    "SELECT id, events, thin FROM webhooks WHERE clinic_id = ?1 AND active = 1 AND disabled_at IS NULL";

/// The clinic's endpoints for which events are written down.
pub fn listening(tx: &mut Tx<'_>, clinic_id: &str) -> Result<Vec<Listener>, StoreError> {
    tx.query(LISTENING, params![clinic_id], |row| {
        Ok(Listener { id: row.text()?, events: row.parsed(events_from)?, thin: row.flag()? })
    })
}

/// The clinic's endpoints that take deliveries, oldest first.
pub fn open(tx: &mut Tx<'_>, clinic_id: &str) -> Result<Vec<Webhook>, StoreError> {
    let open = "WHERE clinic_id = ?1 AND active = 1 AND disabled_at IS NULL ORDER BY created_at, id";
    tx.select(open, params![clinic_id])
}

/// Notes that an endpoint asked to be left alone until then. No audit entry: it says so itself.
pub fn hold(tx: &mut Tx<'_>, id: &str, until: Instant) -> Result<(), StoreError> {
    tx.execute("UPDATE webhooks SET held_until = ?2 WHERE id = ?1", params![id, until]).map(|_| ())
}
