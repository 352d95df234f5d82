//! What every engine guarantees for webhooks: order, leases and repeated deliveries.

use super::Shelf;
use crate::domain::fixtures::at;
use crate::domain::time::Instant;
use crate::domain::webhook::{DeliveryStatus, Event, Webhook};
use crate::store::deliveries::{self, Delivery, Due, Filter, Told};
use crate::store::fixtures::{add, set_up, visit};
use crate::store::*;
use std::ops::RangeInclusive;

fn noon() -> Instant {
    at("2026-06-15T12:00:00-06:00")
}

fn webhook(id: &str) -> Webhook {
    Webhook {
        id: id.into(),
        clinic_id: "clinic".into(),
        code: id.into(),
        url: "https://example.org/hook".into(),
        events: vec![Event::Booked, Event::NoShow],
        secret: vec![1, 0, 255],
        active: true,
        created_at: set_up(),
        ..Webhook::default()
    }
}

/// Adds an event of a visit and its delivery to the endpoint `crm`.
fn tell(store: &mut Store, id: &str, visit: &str, sequence: i64, due_at: Instant) {
    let told = Told {
        id: format!("event-{id}"),
        clinic_id: "clinic".into(),
        appointment_id: visit.into(),
        sequence,
        event: Event::Booked,
        body: Some(format!("{{\"ñ\":\"{id}\"}}")),
        thin_body: None,
        created_at: due_at,
    };
    add(store, &told).unwrap();
    let delivery = Delivery {
        id: id.into(),
        clinic_id: "clinic".into(),
        webhook_id: "crm".into(),
        event_id: told.id,
        appointment_id: visit.into(),
        sequence,
        due_at,
        created_at: due_at,
        ..Delivery::default()
    };
    add(store, &delivery).unwrap();
}

/// Two visits: one with three due events, one with a due event and one that is not due.
fn on_their_way() -> Option<(Shelf, Store)> {
    let (shelf, mut store) = Shelf::with_clinic()?;
    add(&mut store, &webhook("crm")).unwrap();
    add(&mut store, &visit("a", "14:00", "14:30")).unwrap();
    add(&mut store, &visit("b", "15:00", "15:30")).unwrap();
    tell(&mut store, "a1", "a", 1, noon().plus(-60));
    tell(&mut store, "a2", "a", 2, noon().plus(-90));
    tell(&mut store, "a3", "a", 3, noon().plus(-30));
    tell(&mut store, "b1", "b", 1, noon().plus(-20));
    tell(&mut store, "b2", "b", 2, noon().plus(20));
    Some((shelf, store))
}

fn due(store: &mut Store, now: Instant) -> Vec<String> {
    due_after(store, now, i64::MIN..=i64::MAX)
}

fn due_after(store: &mut Store, now: Instant, lost_leases: RangeInclusive<i64>) -> Vec<String> {
    let due = Due { webhook_id: "crm", by: now, now, lost_leases, limit: 10 };
    let found = store.read(|tx| Ok(deliveries::due(tx, &due)?)).unwrap();
    for ready in &found {
        assert_eq!(ready.body, format!("{{\"ñ\":\"{}\"}}", ready.known.delivery.id));
        assert_eq!((ready.known.webhook.as_str(), ready.known.event), ("crm", Event::Booked));
    }
    found.into_iter().map(|ready| ready.known.delivery.id).collect()
}

fn lease(store: &mut Store, id: &str, sweep: &str, until: Instant) {
    store.write(Ending::Commit, |tx| Ok(deliveries::lease(tx, id, sweep, until)?)).unwrap();
}

fn delivery(store: &mut Store, id: &str) -> Delivery {
    store.read(|tx| Ok(tx.by_id("clinic", id)?)).unwrap().unwrap()
}

fn settle(store: &mut Store, id: &str, sweep: &str, status: DeliveryStatus) -> bool {
    let before = delivery(store, id);
    let after = Delivery { status, attempts: 1, http_status: Some(200), ..before.clone() };
    store.write(Ending::Commit, |tx| Ok(deliveries::settle(tx, sweep, &after)?)).unwrap();
    delivery(store, id) != before
}

#[test]
fn words_that_no_delivery_has_are_kept_out() {
    let Some((_shelf, mut store)) = on_their_way() else { return };
    let mut set = |word: &str| {
        let sql = "UPDATE webhook_deliveries SET status = ?1";
        store.write(Ending::Rollback, |tx| Ok(tx.execute(sql, params![word])?)).is_ok()
    };
    assert!(["pending", "delivered", "failed", "dropped"].into_iter().all(&mut set));
    assert!(!["", "sent", "deliver"].into_iter().any(&mut set));
}

#[test]
fn an_endpoint_is_read_as_it_was_written() {
    let Some((_shelf, mut store)) = Shelf::with_clinic() else { return };
    let written = Webhook { old_secret: Some(vec![0]), old_secret_until: Some(noon()), ..webhook("crm") };
    add(&mut store, &written).unwrap();
    let read = store.read(|tx| Ok(tx.by_id::<Webhook>("clinic", "crm")?)).unwrap();
    assert_eq!(read, Some(written));
    let listening = |store: &mut Store, clinic: &str| {
        store.read(|tx| Ok(webhooks::listening(tx, clinic)?)).unwrap().len()
    };
    assert_eq!((listening(&mut store, "clinic"), listening(&mut store, "rival")), (1, 0));
    add(&mut store, &Webhook { active: false, ..webhook("retired") }).unwrap();
    add(&mut store, &Webhook { disabled_at: Some(noon()), ..webhook("gone") }).unwrap();
    assert_eq!(listening(&mut store, "clinic"), 1);
    assert_eq!(store.read(|tx| Ok(webhooks::open(tx, "clinic")?)).unwrap().len(), 1);
}

#[test]
fn an_event_waits_for_the_ones_before_it_and_for_no_other_visits() {
    let Some((_shelf, mut store)) = on_their_way() else { return };
    assert_eq!(due(&mut store, noon()), ["a1", "b1"]);
    lease(&mut store, "a1", "sweep-1", noon().plus(60));
    assert_eq!(due(&mut store, noon()), ["b1"], "held, it still stands before the others");
    assert!(settle(&mut store, "a1", "sweep-1", DeliveryStatus::Delivered));
    assert_eq!(due(&mut store, noon()), ["a2", "b1"]);
    lease(&mut store, "a2", "sweep-1", noon().plus(60));
    assert!(settle(&mut store, "a2", "sweep-1", DeliveryStatus::Failed), "given up, it holds nobody up");
    assert_eq!(due(&mut store, noon()), ["a3", "b1"]);
    let next =
        |store: &mut Store, visit: &str| store.read(|tx| Ok(deliveries::next_sequence(tx, visit)?)).unwrap();
    assert_eq!((next(&mut store, "a"), next(&mut store, "b"), next(&mut store, "c")), (4, 3, 1));
}

#[test]
fn a_delivery_is_settled_once_and_only_by_the_sweep_that_holds_it() {
    let Some((_shelf, mut store)) = on_their_way() else { return };
    lease(&mut store, "a1", "sweep-1", noon().plus(60));
    assert!(!settle(&mut store, "a1", "sweep-2", DeliveryStatus::Delivered));
    assert_eq!(due(&mut store, noon().plus(59)), ["b1"]);
    assert_eq!(due(&mut store, noon().plus(60)), ["a1", "b1"], "its lease ran out");
    lease(&mut store, "a1", "sweep-2", noon().plus(120));
    assert!(!settle(&mut store, "a1", "sweep-1", DeliveryStatus::Failed), "too late");
    assert!(settle(&mut store, "a1", "sweep-2", DeliveryStatus::Delivered));
    assert!(!settle(&mut store, "a1", "sweep-2", DeliveryStatus::Failed), "settled is settled");
    assert_eq!(delivery(&mut store, "a1").status, DeliveryStatus::Delivered);
}

#[test]
fn a_lease_counts_as_lost_until_the_outcome_of_its_try_is_noted() {
    let Some((_shelf, mut store)) = on_their_way() else { return };
    lease(&mut store, "a1", "sweep-1", noon());
    lease(&mut store, "a1", "sweep-2", noon());
    assert_eq!(due_after(&mut store, noon(), 0..=0), ["b1"]);
    assert_eq!(due_after(&mut store, noon(), 2..=i64::MAX), ["a1"]);
    assert_eq!(delivery(&mut store, "a1").lost_leases, 2);
    let after = Delivery { attempts: 1, lost_leases: 1, ..delivery(&mut store, "a1") };
    let settled = store.write(Ending::Commit, |tx| Ok(deliveries::settle(tx, "sweep-2", &after)?));
    assert_eq!((settled, delivery(&mut store, "a1").lost_leases), (Ok(()), 1));
    let again =
        |tx: &mut Tx<'_>| Ok(deliveries::again(tx, "clinic", Some("a1"), &Filter::default(), noon())?);
    assert_eq!(store.write(Ending::Commit, again), Ok(1));
    assert_eq!(delivery(&mut store, "a1").lost_leases, 0, "what is asked for again begins anew");
}

#[test]
fn what_is_dropped_on_its_way_may_still_have_arrived() {
    let Some((_shelf, mut store)) = on_their_way() else { return };
    lease(&mut store, "a1", "sweep-1", noon().plus(60));
    let dropped = store.write(Ending::Commit, |tx| Ok(deliveries::drop_pending(tx, "crm", "gone", noon())?));
    assert_eq!(dropped, Ok(5));
    assert!(due(&mut store, noon().plus(3600)).is_empty());
    assert!(settle(&mut store, "a1", "sweep-1", DeliveryStatus::Delivered));
    let statuses = ["a1", "a2"].map(|id| delivery(&mut store, id).status);
    assert_eq!(statuses, [DeliveryStatus::Delivered, DeliveryStatus::Dropped]);
}

#[test]
fn what_is_sent_again_is_what_was_asked_for_and_is_in_nobodys_hands() {
    let Some((_shelf, mut store)) = on_their_way() else { return };
    lease(&mut store, "a1", "sweep-1", noon().plus(60));
    assert!(settle(&mut store, "a1", "sweep-1", DeliveryStatus::Failed));
    lease(&mut store, "b1", "sweep-1", noon().plus(60));
    let mut again = |clinic: &str, id: Option<&str>, filter: &Filter| {
        let answer = store.write(Ending::Commit, |tx| Ok(deliveries::again(tx, clinic, id, filter, noon())?));
        answer.unwrap()
    };
    let all = Filter::default();
    assert_eq!(again("rival", Some("a1"), &all), 0, "another clinic's is not found");
    assert_eq!(again("clinic", Some("b1"), &all), 0, "a sweep has it");
    let failed = Filter { status: Some(DeliveryStatus::Failed), ..Filter::default() };
    let of_crm = Filter { webhook_id: Some("crm".into()), since: Some(noon()), ..Filter::default() };
    assert_eq!(again("clinic", None, &of_crm), 1, "of events since noon: the last one");
    assert_eq!(again("clinic", None, &failed), 1);
    assert_eq!(again("clinic", None, &failed), 0);
    assert_eq!(due(&mut store, noon()), ["a1"]);
    assert_eq!(delivery(&mut store, "a1").attempts, 0);
}

#[test]
fn the_log_shows_the_newest_that_pass_oldest_first() {
    let Some((_shelf, mut store)) = on_their_way() else { return };
    let mut ids = |clinic: &str, filter: &Filter, limit| {
        let found = store.read(|tx| Ok(deliveries::newest(tx, clinic, filter, limit)?)).unwrap();
        found.into_iter().map(|known| known.delivery.id).collect::<Vec<_>>()
    };
    let all = Filter::default();
    assert_eq!(ids("clinic", &all, 10), ["a2", "a1", "a3", "b1", "b2"]);
    assert_eq!(ids("clinic", &all, 2), ["b1", "b2"]);
    assert!(ids("rival", &all, 2).is_empty());
    let narrow = Filter {
        webhook_id: Some("crm".into()),
        appointment_id: Some("a".into()),
        status: Some(DeliveryStatus::Pending),
        since: Some(noon().plus(-60)),
    };
    assert_eq!(ids("clinic", &narrow, 10), ["a1", "a3"]);
}
