//! The log of webhook deliveries, and sending them again.

use crate::app::access::find;
use crate::app::when::When;
use crate::app::{Context, Desk, Env};
use crate::domain::refusal::{Code, Refusal};
use crate::domain::time::Zone;
use crate::domain::webhook::{DeliveryStatus, Webhook};
use crate::platform::error::Result;
use crate::store::deliveries::{self, Filter, Known};
use crate::store::{Ending, Tx, erase};

/// Filters for the log.
#[derive(Debug, Clone, Default)]
pub struct LogRequest {
    /// Only deliveries to this endpoint, as typed.
    pub webhook: Option<String>,
    /// Only events of this appointment, as typed.
    pub appointment: Option<String>,
    /// Only deliveries with this status.
    pub status: Option<DeliveryStatus>,
    /// Only events at or after this time.
    pub since: Option<When>,
    /// Maximum number of deliveries.
    pub limit: i64,
}

/// Returns the newest matching deliveries, oldest first, and the clinic's zone.
pub fn log(context: &mut Context, request: &LogRequest) -> Result<(Vec<Known>, Zone)> {
    context.read(|tx, env, desk| {
        let webhook: Option<Webhook> =
            request.webhook.as_deref().map(|word| find::any(tx, &desk, word)).transpose()?;
        let appointment =
            request.appointment.as_deref().map(|word| find::visit(tx, env, &desk, word)).transpose()?;
        let filter = Filter {
            webhook_id: webhook.map(|webhook| webhook.id),
            appointment_id: appointment.map(|visit| visit.appointment.id),
            status: request.status,
            since: request.since.map(|since| since.about(&desk.zone, desk.now(env))),
        };
        let found = deliveries::newest(tx, &desk.clinic.id, &filter, request.limit)?;
        Ok((found, desk.zone))
    })
}

/// The deliveries to send again: either ids, or an endpoint and a time.
#[derive(Debug, Clone, Default)]
pub struct ReplayRequest {
    /// Delivery ids.
    pub deliveries: Vec<String>,
    /// The endpoint, as typed; needs `since`.
    pub webhook: Option<String>,
    /// Only events at or after this time; needs `webhook`.
    pub since: Option<When>,
    /// Only deliveries with this status, of those to `webhook`.
    pub status: Option<DeliveryStatus>,
}

/// Makes deliveries due again (same id and body), except those under a lease; returns their number.
pub fn replay(context: &mut Context, request: &ReplayRequest) -> Result<u64> {
    context.write(Ending::Commit, |tx, env, desk| match (&request.webhook, request.since) {
        (Some(word), Some(since)) if request.deliveries.is_empty() => {
            let webhook = listening(tx, &desk, word)?;
            let filter = Filter {
                webhook_id: Some(webhook.id.clone()),
                since: Some(since.about(&desk.zone, desk.now(env))),
                status: request.status,
                ..Filter::default()
            };
            env.note::<Webhook>(tx, Some(&desk.clinic.id), "webhook.replayed", &webhook.id)?;
            Ok(deliveries::again(tx, &desk.clinic.id, None, &filter, env.now)?)
        }
        (None, None) if !request.deliveries.is_empty() => each(tx, env, &desk, &request.deliveries),
        _ => Err(Refusal::invalid("delivery", text!("name-deliveries-or-an-endpoint-and-a-time"))
            .hint(text!("turno-webhook-replay-id-or-turno-webhook-replay"))),
    })
}

fn each(tx: &mut Tx<'_>, env: &Env, desk: &Desk, ids: &[String]) -> Result<u64> {
    let mut count = 0;
    for id in ids {
        let id = id.trim().to_lowercase();
        let delivery = tx.by_id::<deliveries::Delivery>(&desk.clinic.id, &id)?.ok_or_else(|| {
            Refusal::new(Code::ResourceNotFound, text!("delivery-not-found", id))
                .detail("kind", "delivery")
                .detail("given", id.as_str())
                .hint(text!("turno-webhook-log-shows-the-deliveries"))
        })?;
        let webhook = listening(tx, desk, &delivery.webhook_id)?;
        if erase::event_is_empty(tx, &delivery.event_id)? {
            let message = text!("delivery-cant-be-sent-again-the-patient", id);
            return Err(Refusal::new(Code::InvalidStateTransition, message)
                .detail("reason", text!("the-patient-was-erased"))
                .detail("given", id.as_str())
                .hint(text!("what-was-erased-is-not-told-again")));
        }
        env.note::<Webhook>(tx, Some(&desk.clinic.id), "webhook.replayed", &webhook.id)?;
        count += deliveries::again(tx, &desk.clinic.id, Some(&id), &Filter::default(), env.now)?;
    }
    Ok(count)
}

fn listening(tx: &mut Tx<'_>, desk: &Desk, word: &str) -> Result<Webhook> {
    let webhook: Webhook = find::active(tx, desk, word)?;
    match &webhook.disabled_reason {
        Some(why) => Err(Refusal::invalid("webhook", text!("is-disabled", code = webhook.code, why))
            .hint(text!("turno-webhook-set-enable-opens-it-again", code = webhook.code))),
        None => Ok(webhook),
    }
}
