//! Sends one signed test event to one endpoint, at once.

use crate::app::Context;
use crate::app::access::find;
use crate::app::exchange::webhook::{envelope, keys};
use crate::delivery::webhook::{Attempt, Client, Parcel};
use crate::domain::webhook::Webhook;
use crate::formats::appointment::{At, Id, written};
use crate::platform::error::Result;
use schemars::JsonSchema;
use serde::Serialize;

/// The result of a test event.
#[derive(Debug, Clone)]
pub struct Trial {
    /// The endpoint.
    pub webhook: Webhook,
    /// The event's id.
    pub event_id: String,
    /// The HTTP attempt.
    pub attempt: Attempt,
}

pub(crate) struct Test;

written!(Test, |_| "webhook.test", {"enum": ["webhook.test"]});

#[derive(Serialize, JsonSchema)]
pub(crate) struct TrialIds<'a> {
    webhook_id: Id<'a>,
    clinic_id: Id<'a>,
}

/// Sends `webhook.test` to an endpoint, even a disabled one. Nothing is stored; a failed attempt is returned
/// and is not an error.
pub fn test(context: &mut Context, word: &str) -> Result<Trial> {
    let Context { store, env } = context;
    let (webhook, body) = store.read(|tx| {
        let desk = env.desk(tx)?;
        let webhook: Webhook = find::active(tx, &desk, word)?;
        let data = TrialIds { webhook_id: Id(&webhook.id), clinic_id: Id(&webhook.clinic_id) };
        let body = envelope(Test, At(desk.zone.rfc3339(env.now)), 0, data);
        Ok((webhook, body))
    })?;
    let event_id = env.new_id();
    let parcel = Parcel {
        url: webhook.url.clone(),
        allow_private: webhook.allow_private,
        id: event_id.clone(),
        body,
        keys: keys(env, &webhook, env.now)?,
    };
    let attempt = Client::default().post(&parcel, env.now.unix());
    Ok(Trial { webhook, event_id, attempt })
}
