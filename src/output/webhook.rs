//! The public JSON of endpoints and deliveries.

use crate::app::webhook::sweep::Report;
use crate::app::webhook::trial::Trial;
use crate::domain::time::{Instant, Zone};
use crate::domain::webhook::{DeliveryStatus, Webhook};
use crate::output::view::object;
use crate::store::deliveries::Known;
use serde_json::Value;

/// An endpoint.
pub fn webhook(webhook: &Webhook, zone: &Zone) -> Value {
    let at = |instant: Option<Instant>| instant.map(|instant| zone.rfc3339(instant));
    let events: Vec<Value> = match webhook.events.as_slice() {
        [] => vec!["all".into()],
        events => events.iter().map(|event| event.as_str().into()).collect(),
    };
    object(vec![
        ("id", webhook.id.as_str().into()),
        ("code", webhook.code.as_str().into()),
        ("url", webhook.url.as_str().into()),
        ("events", events.into()),
        ("thin", webhook.thin.into()),
        ("allow_private", webhook.allow_private.into()),
        ("old_secret_until", at(webhook.old_secret_until).into()),
        ("disabled_at", at(webhook.disabled_at).into()),
        ("disabled_reason", webhook.disabled_reason.as_deref().into()),
        ("held_until", at(webhook.held_until).into()),
        ("active", webhook.active.into()),
        ("created_at", zone.rfc3339(webhook.created_at).into()),
    ])
}

/// A delivery and what became of it.
pub fn delivery(known: &Known, zone: &Zone) -> Value {
    let Known { delivery, event, webhook, appointment } = known;
    let at = |instant: Option<Instant>| instant.map(|instant| zone.rfc3339(instant));
    object(vec![
        ("delivery_id", delivery.id.as_str().into()),
        ("event_id", delivery.event_id.as_str().into()),
        ("type", event.as_str().into()),
        ("sequence", delivery.sequence.into()),
        ("webhook_id", delivery.webhook_id.as_str().into()),
        ("webhook_code", webhook.as_str().into()),
        ("appointment_id", delivery.appointment_id.as_str().into()),
        ("appointment_code", appointment.as_str().into()),
        ("status", delivery.status.as_str().into()),
        ("attempts", delivery.attempts.into()),
        ("due_at", zone.rfc3339(delivery.due_at).into()),
        ("attempted_at", at(delivery.attempted_at).into()),
        ("http_status", delivery.http_status.into()),
        ("error", delivery.error.as_deref().into()),
        ("answer", delivery.answer.as_deref().into()),
        ("milliseconds", delivery.milliseconds.into()),
        ("settled_at", at(delivery.settled_at).into()),
        ("created_at", zone.rfc3339(delivery.created_at).into()),
    ])
}

/// A sweep's report.
pub fn report(report: &Report) -> Value {
    let count = |status: DeliveryStatus| {
        let with_it = |known: &&Known| known.delivery.status == status;
        if report.dry_run { 0 } else { report.deliveries.iter().filter(with_it).count() }
    };
    let deliveries = report.deliveries.iter().map(|known| delivery(known, &report.zone)).collect();
    let mut pairs = vec![
        ("as_of", report.zone.rfc3339(report.as_of).into()),
        ("due", report.deliveries.len().into()),
        ("delivered", count(DeliveryStatus::Delivered).into()),
        ("retrying", count(DeliveryStatus::Pending).into()),
        ("failed", (count(DeliveryStatus::Failed) + count(DeliveryStatus::Dropped)).into()),
        ("deliveries", deliveries),
    ];
    if report.dry_run {
        pairs.push(("dry_run", true.into()));
    }
    object(pairs)
}

/// What became of a trial.
pub fn trial(trial: &Trial) -> Value {
    let Trial { webhook, event_id, attempt } = trial;
    object(vec![
        ("webhook_id", webhook.id.as_str().into()),
        ("webhook_code", webhook.code.as_str().into()),
        ("url", webhook.url.as_str().into()),
        ("event_id", event_id.as_str().into()),
        ("delivered", attempt.arrived().into()),
        ("http_status", attempt.status.into()),
        ("error", attempt.error.as_deref().into()),
        ("answer", attempt.answer.as_deref().into()),
        ("milliseconds", attempt.milliseconds.into()),
    ])
}
