//! The public JSON of webhook endpoints and deliveries.

use crate::app::access::find::MASK;
use crate::app::exchange::webhook::send_test::Trial;
use crate::app::exchange::webhook::sweep::Report;
use crate::domain::time::{Instant, Zone};
use crate::domain::webhook::{DeliveryStatus, Event, Webhook};
use crate::formats::appointment::{At, Id, view, written};
use crate::output::view::{DryRun, dry_run};
use crate::store::deliveries::Known;
use schemars::JsonSchema;
use serde::Serialize;

/// An event that an endpoint subscribes to; none for all events.
struct EventWord(Option<Event>);

written!(EventWord, |EventWord(event)| event.map_or("all", Event::as_str), {
    "enum": Event::ALL.map(Event::as_str).into_iter().chain(["all"]).collect::<Vec<_>>(),
});

view! {
    /// A webhook endpoint, without its secret.
    pub struct WebhookView<'a> by webhook(webhook: &'a Webhook, zone: &Zone) where {
        let at = |instant: Instant| At(zone.rfc3339(instant));
        let events = webhook.events.iter().copied().map(Some);
    } {
        id: Id<'a> = Id(&webhook.id),
        code: &'a str = &webhook.code,
        url: &'a str = &webhook.url,
        events: Vec<EventWord> =
            events.chain(webhook.events.is_empty().then_some(None)).map(EventWord).collect(),
        thin: bool = webhook.thin,
        allow_private: bool = webhook.allow_private,
        old_secret_until: Option<At> = webhook.old_secret_until.map(at),
        disabled_at: Option<At> = webhook.disabled_at.map(at),
        disabled_reason: Option<&'a str> = webhook.disabled_reason.as_deref(),
        held_until: Option<At> = webhook.held_until.map(at),
        active: bool = webhook.active,
        created_at: At = at(webhook.created_at),
    }
}

view! {
    /// A delivery and its result.
    pub struct DeliveryView<'a> by delivery(known: &'a Known, zone: &Zone) where {
        let Known { delivery, event, webhook, appointment } = known;
        let at = |instant: Instant| At(zone.rfc3339(instant));
    } {
        delivery_id: Id<'a> = Id(&delivery.id),
        event_id: Id<'a> = Id(&delivery.event_id),
        r#type: Event = *event,
        sequence: i64 = delivery.sequence,
        webhook_id: Id<'a> = Id(&delivery.webhook_id),
        webhook_code: &'a str = webhook,
        appointment_id: Id<'a> = Id(&delivery.appointment_id),
        appointment_code: &'a str = appointment,
        status: DeliveryStatus = delivery.status,
        attempts: i64 = delivery.attempts,
        due_at: At = at(delivery.due_at),
        attempted_at: Option<At> = delivery.attempted_at.map(at),
        http_status: Option<i64> = delivery.http_status,
        error: Option<&'a str> = delivery.error.as_deref(),
        answer: Option<&'a str> = delivery.answer.as_deref(),
        milliseconds: Option<i64> = delivery.milliseconds,
        settled_at: Option<At> = delivery.settled_at.map(at),
        created_at: At = at(delivery.created_at),
    }
}

view! {
    /// What a sweep delivered, or with dry_run would deliver.
    pub struct DeliveredView<'a> by report(report: &'a Report, veil: bool) where {
        // An endpoint's answer may repeat the patient data that was sent.
        let shown = |known| {
            let view = delivery(known, &report.zone);
            if veil { DeliveryView { answer: view.answer.map(|_| MASK), ..view } } else { view }
        };

        let count = |status: DeliveryStatus| {
            let with_it = |known: &&Known| known.delivery.status == status;
            if report.dry_run { 0 } else { report.deliveries.iter().filter(with_it).count() }
        };
    } {
        as_of: At = At(report.zone.rfc3339(report.as_of)),
        due: usize = report.deliveries.len(),
        delivered: usize = count(DeliveryStatus::Delivered),
        retrying: usize = count(DeliveryStatus::Pending),
        failed: usize = count(DeliveryStatus::Failed) + count(DeliveryStatus::Dropped),
        deliveries: Vec<DeliveryView<'a>> =
            report.deliveries.iter().map(shown).collect(),
        #[serde(flatten)]
        dry_run: DryRun = dry_run(report.dry_run),
    }
}

/// The number of deliveries that will be sent again.
#[derive(Serialize, JsonSchema)]
pub(crate) struct ReplayedView {
    pub(crate) replayed: u64,
}

view! {
    /// The answer of an endpoint to a test event.
    pub struct TrialView<'a> by trial(trial: &'a Trial) where {
        let Trial { webhook, event_id, attempt } = trial;
    } {
        webhook_id: Id<'a> = Id(&webhook.id),
        webhook_code: &'a str = &webhook.code,
        url: &'a str = &webhook.url,
        event_id: Id<'a> = Id(event_id),
        delivered: bool = attempt.arrived(),
        http_status: Option<u16> = attempt.status,
        error: Option<&'a str> = attempt.error.as_deref(),
        answer: Option<&'a str> = attempt.answer.as_deref(),
        milliseconds: Option<i64> = Some(attempt.milliseconds),
    }
}
