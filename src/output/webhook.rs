//! The public JSON of endpoints and deliveries.

use crate::app::webhook::sweep::Report;
use crate::app::webhook::trial::Trial;
use crate::domain::time::{Instant, Zone};
use crate::domain::webhook::{DeliveryStatus, Event, Webhook};
use crate::output::view::{DryRun, dry_run};
use crate::public::{At, Id, written};
use crate::store::deliveries::Known;
use schemars::JsonSchema;
use serde::Serialize;

/// An endpoint, without its secret.
#[derive(Serialize, JsonSchema)]
pub struct WebhookView<'a> {
    id: Id<'a>,
    code: &'a str,
    url: &'a str,
    events: Vec<EventWord>,
    thin: bool,
    allow_private: bool,
    old_secret_until: Option<At>,
    disabled_at: Option<At>,
    disabled_reason: Option<&'a str>,
    held_until: Option<At>,
    active: bool,
    created_at: At,
}

/// An event that an endpoint takes; none for all of them.
struct EventWord(Option<Event>);

written!(EventWord, |EventWord(event)| event.map_or("all", Event::as_str), {
    "enum": Event::ALL.map(Event::as_str).into_iter().chain(["all"]).collect::<Vec<_>>(),
});

/// An endpoint.
pub fn webhook<'a>(webhook: &'a Webhook, zone: &Zone) -> WebhookView<'a> {
    let at = |instant: Instant| At(zone.rfc3339(instant));
    let events = webhook.events.iter().copied().map(Some);
    WebhookView {
        id: Id(&webhook.id),
        code: &webhook.code,
        url: &webhook.url,
        events: events.chain(webhook.events.is_empty().then_some(None)).map(EventWord).collect(),
        thin: webhook.thin,
        allow_private: webhook.allow_private,
        old_secret_until: webhook.old_secret_until.map(at),
        disabled_at: webhook.disabled_at.map(at),
        disabled_reason: webhook.disabled_reason.as_deref(),
        held_until: webhook.held_until.map(at),
        active: webhook.active,
        created_at: at(webhook.created_at),
    }
}

/// A delivery and what became of it.
#[derive(Serialize, JsonSchema)]
pub struct DeliveryView<'a> {
    delivery_id: Id<'a>,
    event_id: Id<'a>,
    r#type: Event,
    sequence: i64,
    webhook_id: Id<'a>,
    webhook_code: &'a str,
    appointment_id: Id<'a>,
    appointment_code: &'a str,
    status: DeliveryStatus,
    attempts: i64,
    due_at: At,
    attempted_at: Option<At>,
    http_status: Option<i64>,
    error: Option<&'a str>,
    answer: Option<&'a str>,
    milliseconds: Option<i64>,
    settled_at: Option<At>,
    created_at: At,
}

/// A delivery and what became of it.
pub fn delivery<'a>(known: &'a Known, zone: &Zone) -> DeliveryView<'a> {
    let Known { delivery, event, webhook, appointment } = known;
    let at = |instant: Instant| At(zone.rfc3339(instant));
    DeliveryView {
        delivery_id: Id(&delivery.id),
        event_id: Id(&delivery.event_id),
        r#type: *event,
        sequence: delivery.sequence,
        webhook_id: Id(&delivery.webhook_id),
        webhook_code: webhook,
        appointment_id: Id(&delivery.appointment_id),
        appointment_code: appointment,
        status: delivery.status,
        attempts: delivery.attempts,
        due_at: at(delivery.due_at),
        attempted_at: delivery.attempted_at.map(at),
        http_status: delivery.http_status,
        error: delivery.error.as_deref(),
        answer: delivery.answer.as_deref(),
        milliseconds: delivery.milliseconds,
        settled_at: delivery.settled_at.map(at),
        created_at: at(delivery.created_at),
    }
}

/// What a sweep delivered, or with dry_run would deliver.
#[derive(Serialize, JsonSchema)]
pub struct DeliveredView<'a> {
    as_of: At,
    due: usize,
    delivered: usize,
    retrying: usize,
    failed: usize,
    deliveries: Vec<DeliveryView<'a>>,
    #[serde(flatten)]
    dry_run: DryRun,
}

/// A sweep's report.
pub fn report(report: &Report) -> DeliveredView<'_> {
    let count = |status: DeliveryStatus| {
        let with_it = |known: &&Known| known.delivery.status == status;
        if report.dry_run { 0 } else { report.deliveries.iter().filter(with_it).count() }
    };
    DeliveredView {
        as_of: At(report.zone.rfc3339(report.as_of)),
        due: report.deliveries.len(),
        delivered: count(DeliveryStatus::Delivered),
        retrying: count(DeliveryStatus::Pending),
        failed: count(DeliveryStatus::Failed) + count(DeliveryStatus::Dropped),
        deliveries: report.deliveries.iter().map(|known| delivery(known, &report.zone)).collect(),
        dry_run: dry_run(report.dry_run),
    }
}

/// How many deliveries go again.
#[derive(Serialize, JsonSchema)]
pub(crate) struct ReplayedView {
    pub(crate) replayed: u64,
}

/// What an endpoint answered to a trial.
#[derive(Serialize, JsonSchema)]
pub struct TrialView<'a> {
    webhook_id: Id<'a>,
    webhook_code: &'a str,
    url: &'a str,
    event_id: Id<'a>,
    delivered: bool,
    http_status: Option<u16>,
    error: Option<&'a str>,
    answer: Option<&'a str>,
    milliseconds: Option<i64>,
}

/// What became of a trial.
pub fn trial(trial: &Trial) -> TrialView<'_> {
    let Trial { webhook, event_id, attempt } = trial;
    TrialView {
        webhook_id: Id(&webhook.id),
        webhook_code: &webhook.code,
        url: &webhook.url,
        event_id: Id(event_id),
        delivered: attempt.arrived(),
        http_status: attempt.status,
        error: attempt.error.as_deref(),
        answer: attempt.answer.as_deref(),
        milliseconds: Some(attempt.milliseconds),
    }
}
