//! Webhooks: events stored in the transaction of the change (outbox), and the sweep that delivers them.

pub mod endpoint;
pub mod log;
pub mod send_test;
pub mod sweep;

use crate::app::Env;
use crate::delivery::webhook::signature::Key;
use crate::domain::appointment::Visit;
use crate::domain::refusal::{Code, Refusal};
use crate::domain::time::Instant;
use crate::domain::webhook::{Event, Webhook, takes};
use crate::formats::appointment::{At, appointment, appointment_ids, json};
use crate::platform::error::Result;
use crate::store::Tx;
use crate::store::deliveries::{self, Delivery, Told};
use crate::store::webhooks::{self, Listener};
use schemars::JsonSchema;
use serde::Serialize;

/// Column name used when sealing the current secret.
pub(crate) const SECRET: &str = "webhook_secret";
/// Column name used when sealing the secret before the last rotation.
pub(crate) const OLD_SECRET: &str = "webhook_old_secret";

/// Stores an event for each endpoint that subscribes to it, in the transaction of the change.
pub fn announce(tx: &mut Tx<'_>, env: &Env, event: Event, visit: &Visit) -> Result<()> {
    numbered(tx, env, event, visit, None)
}

/// Like [`announce`], for an appointment's first event: no query for its sequence number.
pub fn announce_first(tx: &mut Tx<'_>, env: &Env, event: Event, visit: &Visit) -> Result<()> {
    numbered(tx, env, event, visit, Some(1))
}

fn numbered(tx: &mut Tx<'_>, env: &Env, event: Event, visit: &Visit, number: Option<i64>) -> Result<()> {
    let mut listeners = webhooks::listening(tx, &visit.appointment.clinic_id)?;
    listeners.retain(|listener| takes(&listener.events, event));
    if listeners.is_empty() {
        return Ok(());
    }
    let sequence = match number {
        Some(number) => number,
        None => deliveries::next_sequence(tx, &visit.appointment.id)?,
    };
    let told = told(env, event, visit, sequence, &listeners);
    let all: Vec<Delivery> = listeners.iter().map(|listener| delivery(env, &told, listener)).collect();
    // No audit entry: the change itself has one.
    tx.insert(&told)?;
    Ok(tx.insert_all(&all)?)
}

fn told(env: &Env, event: Event, visit: &Visit, sequence: i64, listeners: &[Listener]) -> Told {
    let at = || At(visit.zone.rfc3339(env.now));
    let wanted = |thin: bool| listeners.iter().any(|listener| listener.thin == thin);
    Told {
        id: env.new_id(),
        clinic_id: visit.appointment.clinic_id.clone(),
        appointment_id: visit.appointment.id.clone(),
        sequence,
        event,
        body: wanted(false).then(|| envelope(event, at(), sequence, appointment(visit))),
        thin_body: wanted(true).then(|| envelope(event, at(), sequence, appointment_ids(visit))),
        created_at: env.now,
    }
}

fn delivery(env: &Env, told: &Told, listener: &Listener) -> Delivery {
    Delivery {
        id: env.new_id(),
        clinic_id: told.clinic_id.clone(),
        webhook_id: listener.id.clone(),
        event_id: told.id.clone(),
        appointment_id: told.appointment_id.clone(),
        sequence: told.sequence,
        thin: listener.thin,
        due_at: env.now,
        created_at: env.now,
        ..Delivery::default()
    }
}

/// The body of every webhook request.
#[derive(Serialize, JsonSchema)]
pub(crate) struct Envelope<K, D> {
    r#type: K,
    timestamp: At,
    sequence: i64,
    data: D,
}

fn envelope<K: Serialize, D: Serialize>(r#type: K, timestamp: At, sequence: i64, data: D) -> String {
    json(&Envelope { r#type, timestamp, sequence, data }).to_string()
}

/// The keys that sign for an endpoint at `now`; during a rotation the old key too.
fn keys(env: &Env, webhook: &Webhook, now: Instant) -> Result<Vec<Key>> {
    let mut sealed = vec![(SECRET, &webhook.secret)];
    if let (Some(old), Some(until)) = (&webhook.old_secret, webhook.old_secret_until)
        && until > now
    {
        sealed.push((OLD_SECRET, old));
    }
    let open = |(column, sealed): (&str, &Vec<u8>)| {
        let text = env.secrets.open(column, &webhook.id, sealed)?;
        Key::parse(&text)
            .ok_or_else(|| Refusal::new(Code::StoreCorrupt, text!("an-endpoints-secret-cant-be-read")))
    };
    sealed.into_iter().map(open).collect()
}
