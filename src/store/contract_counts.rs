//! More of what every engine guarantees: tokens, references, counts, duplicates and the outbox.

use super::Shelf;
use crate::domain::appointment::Appointment;
use crate::domain::delivery::Failures;
use crate::domain::fixtures::{at, date};
use crate::domain::ids::made_key;
use crate::domain::interval::Interval;
use crate::domain::record::Attendee;
use crate::domain::reminder::MessageStatus;
use crate::domain::settings::DuplicateRule;
use crate::domain::status::Status;
use crate::domain::time::Instant;
use crate::domain::window::Opening;
use crate::store::appointments::Likeness;
use crate::store::appointments::list::{self, Filter, Order};
use crate::store::appointments::visit::Joined;
use crate::store::audit::{Draft, append};
use crate::store::fixtures::{add, change, pooled, reminder, visit, window};
use crate::store::outbox::{Delay, Message, Settlement};
use crate::store::*;

// ---- tokens

fn token(store: &mut Store, holder: &str, day: &str) -> i64 {
    store.write(Ending::Commit, |tx| Ok(appointments::next_token(tx, holder, date(day))?)).unwrap()
}

#[test]
fn tokens_count_up_per_holder_and_day_and_none_comes_back() {
    let Some((shelf, mut store)) = Shelf::with_clinic() else { return };
    for expected in 1..=3 {
        assert_eq!(token(&mut store, "ana", "2026-06-15"), expected);
    }
    assert_eq!(token(&mut store, "pool", "2026-06-15"), 1);
    assert_eq!(token(&mut store, "ana", "2026-06-16"), 1);
    let third = Appointment { token_number: 3, ..visit("a", "09:00", "09:30") };
    add(&mut store, &third).unwrap();
    change(&mut store, &third, &Appointment { status: Status::Cancelled, ..third.clone() }).unwrap();
    assert_eq!(token(&mut shelf.open(), "ana", "2026-06-15"), 4, "the cancelled visit keeps its token");
}

#[test]
fn tokens_that_several_programs_draw_at_once_are_all_different() {
    let Some((shelf, _store)) = Shelf::with_clinic() else { return };
    let draw = || {
        let mut store = shelf.open();
        (0..25).map(|_| token(&mut store, "ana", "2026-06-15")).collect::<Vec<_>>()
    };
    let mut drawn: Vec<i64> = std::thread::scope(|scope| {
        let programs = [(); 4].map(|()| scope.spawn(draw));
        programs.into_iter().flat_map(|program| program.join().unwrap()).collect()
    });
    drawn.sort_unstable();
    assert_eq!(drawn, (1..=100).collect::<Vec<_>>());
}

// ---- references and keys

#[test]
fn an_external_reference_is_unique_until_its_visit_is_cancelled() {
    let Some((_shelf, mut store)) = Shelf::with_clinic() else { return };
    let with = |visit: Appointment| Appointment { external_reference_id: Some("crm-7".into()), ..visit };
    let first = with(visit("a", "09:00", "09:30"));
    add(&mut store, &first).unwrap();
    let second = with(visit("b", "10:00", "10:30"));
    assert!(matches!(add(&mut store, &second), Err(StoreError::Constraint(_))));
    let missed = Appointment { status: Status::NoShow, ..first.clone() };
    change(&mut store, &first, &missed).unwrap();
    assert!(matches!(add(&mut store, &second), Err(StoreError::Constraint(_))), "a missed one keeps it");
    let cancelled = Appointment { status: Status::Cancelled, ..first.clone() };
    change(&mut store, &missed, &cancelled).unwrap();
    assert_eq!(add(&mut store, &second), Ok(()));
    assert!(matches!(change(&mut store, &cancelled, &first), Err(StoreError::Constraint(_))));
    let found = |store: &mut Store, clinic: &str| {
        store.read(|tx| Ok(appointments::by_reference(tx, clinic, "crm-7")?)).unwrap()
    };
    assert_eq!(found(&mut store, "clinic").as_deref(), Some("b"));
    assert_eq!(found(&mut store, "rival"), None);
    let elsewhere = Appointment {
        clinic_id: "rival".into(),
        branch_id: "rival-main".into(),
        patient_id: "eva".into(),
        ..pooled(with(visit("c", "09:00", "09:30")))
    };
    let elsewhere = Appointment { window_id: "rivals".into(), ..elsewhere };
    assert_eq!(add(&mut store, &elsewhere), Ok(()), "another clinic has its own references");
}

#[test]
fn an_idempotency_key_is_never_free_again() {
    let Some((_shelf, mut store)) = Shelf::with_clinic() else { return };
    let with = |visit: Appointment| Appointment {
        idempotency_key: Some("key-1".into()),
        request_hash: Some("hash".into()),
        ..visit
    };
    add(&mut store, &Appointment { status: Status::Cancelled, ..with(visit("a", "09:00", "09:30")) })
        .unwrap();
    let again = add(&mut store, &with(visit("b", "10:00", "10:30")));
    assert!(matches!(again, Err(StoreError::Constraint(_))));
    let mut found = |key: &str| store.read(|tx| Ok(appointments::by_key(tx, "clinic", key, "")?)).unwrap();
    assert_eq!(found("key-1"), Some(("a".to_owned(), Some("hash".to_owned()))));
    assert_eq!(found("key-2"), None);
}

#[test]
fn a_made_key_finds_its_visit_in_its_own_clinic_only() {
    let Some((_shelf, mut store)) = Shelf::with_clinic() else { return };
    let id = "01977777-7777-7777-8777-777777777777";
    add(&mut store, &visit(id, "09:00", "09:30")).unwrap();
    let key = made_key("manual", id);
    let mut found = |clinic: &str| store.read(|tx| Ok(appointments::by_key(tx, clinic, &key, "")?)).unwrap();
    assert_eq!(found("clinic"), Some((id.to_owned(), None)));
    assert_eq!(found("rival"), None);
}

// ---- capacity and duplicates

#[test]
fn each_service_is_counted_on_its_own_per_window_and_date() {
    let Some((_shelf, mut store)) = Shelf::with_clinic() else { return };
    let serving =
        |service: &str, visit: Appointment| Appointment { service_id: Some(service.into()), ..visit };
    let next_day = |visit: Appointment| Appointment { window_date: date("2026-06-16"), ..visit };
    for record in [
        pooled(serving("checkup", visit("a", "09:00", "09:30"))),
        pooled(serving("checkup", visit("b", "09:00", "09:30"))),
        pooled(serving("x-ray", visit("c", "09:00", "09:30"))),
        pooled(visit("d", "09:00", "09:30")),
        pooled(serving("checkup", Appointment { status: Status::Cancelled, ..visit("e", "09:00", "09:30") })),
        pooled(serving("checkup", Appointment { status: Status::NoShow, ..visit("f", "09:00", "09:30") })),
        pooled(next_day(serving("checkup", visit("g", "09:00", "09:30")))),
        serving("checkup", visit("h", "09:00", "09:30")),
        serving("checkup", visit("i", "10:00", "10:30")),
        serving("checkup", Appointment { overbooked: true, ..visit("j", "10:00", "10:30") }),
        serving("x-ray", visit("k", "11:00", "11:30")),
    ] {
        add(&mut store, &record).unwrap();
    }
    let table = [
        ("pool", None, Some("checkup"), None, 2),
        ("pool", None, Some("checkup"), Some("a"), 1),
        ("pool", None, Some("x-ray"), None, 1),
        ("pool", None, None, None, 1),
        ("days-of-ana", Some("ana"), Some("checkup"), None, 3),
        ("days-of-ana", Some("ana"), Some("checkup"), Some("j"), 2),
        ("days-of-ana", Some("ana"), Some("x-ray"), None, 1),
        ("days-of-ana", Some("ana"), None, None, 0),
        ("days-of-bea", Some("bea"), Some("checkup"), None, 0),
    ];
    for (id, doctor, service, except, expected) in table {
        let window = window(id, doctor);
        let (start, end) = (at("2026-06-15T08:00:00-06:00"), at("2026-06-15T20:00:00-06:00"));
        let opening = Opening { window: &window, date: date("2026-06-15"), span: Interval::new(start, end) };
        let taken = store.read(|tx| Ok(appointments::taken(tx, &opening, service, except)?));
        assert_eq!(taken, Ok(expected), "{id}, {service:?} but {except:?}");
    }
}

#[test]
fn a_duplicate_is_of_the_same_phone_day_and_service_and_still_ahead() {
    let Some((_shelf, mut store)) = Shelf::with_clinic() else { return };
    let serving = Appointment { service_id: Some("checkup".into()), ..visit("a", "09:00", "09:30") };
    let plain = Appointment { patient_id: "luis".into(), ..visit("b", "15:00", "15:30") };
    let off = Appointment {
        service_id: Some("x-ray".into()),
        status: Status::Cancelled,
        ..visit("c", "16:00", "16:30")
    };
    for record in [&serving, &plain, &off] {
        add(&mut store, record).unwrap();
    }
    let like = Likeness {
        clinic_id: "clinic",
        rule: DuplicateRule::Phone,
        phone: "+50370000001",
        name: "Luis Paz",
        service_id: Some("checkup"),
        doctor_id: Some("bea"),
        now: at("2026-06-15T07:00:00-06:00"),
    };
    let plain_of_ana = Likeness { service_id: None, doctor_id: Some("ana"), ..like };
    let by_name = |like, name| Likeness { rule: DuplicateRule::PhoneAndName, name, ..like };
    let (monday, tuesday) = ("2026-06-15", "2026-06-16");
    let table = [
        ("whatever the doctor and the name", like, monday, None, Some("a")),
        ("not on another day", like, tuesday, None, None),
        ("not itself", like, monday, Some("a"), None),
        ("not another phone", Likeness { phone: "+50370000002", ..like }, monday, None, None),
        ("not another clinic", Likeness { clinic_id: "rival", ..like }, monday, None, None),
        ("not one that has begun", Likeness { now: serving.span.start, ..like }, monday, None, None),
        ("not a cancelled one", Likeness { service_id: Some("x-ray"), ..like }, monday, None, None),
        ("not where there is no rule", Likeness { rule: DuplicateRule::Off, ..like }, monday, None, None),
        ("not another of the family", by_name(like, "Luis Paz"), monday, None, None),
        ("the same name in its spellings", by_name(like, " rosa  PÁZ"), monday, None, Some("a")),
        ("without a service: of the doctor", plain_of_ana, monday, None, Some("b")),
        ("not of another", Likeness { doctor_id: Some("bea"), ..plain_of_ana }, monday, None, None),
    ];
    for (story, like, day, except, expected) in table {
        let found = store.read(|tx| Ok(appointments::duplicate(tx, &like, date(day), except)?)).unwrap();
        assert_eq!(found.map(|(_, other)| other.id).as_deref(), expected, "{story}");
    }
}

// ---- lists

#[test]
fn a_list_holds_the_visits_of_one_clinic_that_pass_in_the_order_asked_for() {
    let Some((_shelf, mut store)) = Shelf::with_clinic() else { return };
    let later =
        |visit: Appointment, seconds| Appointment { created_at: visit.created_at.plus(seconds), ..visit };
    let tuesday = |visit: Appointment| Appointment { date: date("2026-06-16"), ..visit };
    for record in [
        visit("a", "11:00", "11:30"),
        later(visit("b", "09:00", "09:30"), 1),
        Appointment { patient_id: "luis".into(), ..later(visit("c", "10:00", "10:30"), 2) },
        tuesday(later(visit("d", "08:00", "08:30"), 3)),
        Appointment {
            clinic_id: "rival".into(),
            branch_id: "rival-main".into(),
            patient_id: "eva".into(),
            window_id: "rivals".into(),
            doctor_id: None,
            ..visit("e", "09:00", "09:30")
        },
    ] {
        add(&mut store, &record).unwrap();
    }
    let (monday, tuesday) = (Some(date("2026-06-15")), Some(date("2026-06-16")));
    let all = Filter::default();
    let of = |patient: &str| Filter { patient_id: Some(patient.into()), ..all.clone() };
    let table = [
        ("clinic", all.clone(), Order::Start, vec!["b", "c", "a", "d"]),
        ("clinic", all.clone(), Order::Created, vec!["a", "b", "c", "d"]),
        ("clinic", Filter { from: monday, to: monday, ..all.clone() }, Order::Start, vec!["b", "c", "a"]),
        ("clinic", Filter { from: tuesday, ..all.clone() }, Order::Start, vec!["d"]),
        ("clinic", of("rosa"), Order::Start, vec!["b", "a", "d"]),
        ("clinic", Filter { from: tuesday, ..of("rosa") }, Order::Start, vec!["d"]),
        ("clinic", of("eva"), Order::Start, vec![]),
        ("rival", of("rosa"), Order::Start, vec![]),
        ("rival", of("eva"), Order::Start, vec!["e"]),
    ];
    for (clinic, filter, order, expected) in table {
        let page: Vec<Joined<Attendee>> =
            store.read(|tx| Ok(list::page(tx, clinic, &filter, order, 10, 0)?)).unwrap();
        let ids: Vec<_> = page.iter().map(|joined| joined.appointment.id.as_str()).collect();
        assert_eq!(ids, expected, "{clinic}: {filter:?}");
        let count = store.read(|tx| Ok(list::count(tx, clinic, &filter)?));
        assert_eq!(count, Ok(i64::try_from(expected.len()).unwrap()), "{clinic}: {filter:?}");
        let second: Vec<Joined> = store.read(|tx| Ok(list::page(tx, clinic, &filter, order, 1, 1)?)).unwrap();
        assert_eq!(second.first().map(|joined| joined.appointment.id.as_str()), expected.get(1).copied());
    }
}

// ---- the outbox

fn noon() -> Instant {
    at("2026-06-15T12:00:00-06:00")
}

fn outbox() -> Option<(Shelf, Store)> {
    let (shelf, mut store) = Shelf::with_clinic()?;
    add(&mut store, &visit("a", "14:00", "14:30")).unwrap();
    for (id, due) in [("second", "12:00"), ("first", "11:00"), ("later", "12:01")] {
        add(&mut store, &reminder(id, "a", due)).unwrap();
    }
    Some((shelf, store))
}

fn message(store: &mut Store, id: &str) -> Message {
    store.read(|tx| Ok(tx.by_id("clinic", id)?)).unwrap().unwrap()
}

fn lease(store: &mut Store, id: &str, sweep: &str) {
    store
        .write(Ending::Commit, |tx| Ok(outbox::lease(tx, &[id.into()], sweep, noon().plus(300), "print")?))
        .unwrap();
}

fn settle(store: &mut Store, id: &str, lease: Option<&str>, status: MessageStatus) -> bool {
    let settlement =
        Settlement { lease: lease.map(str::to_owned), status, channel: Some("print".into()), error: None };
    let before = message(store, id);
    store.write(Ending::Commit, |tx| Ok(outbox::settle(tx, &[id.into()], &settlement, noon())?)).unwrap();
    let after = message(store, id);
    assert_eq!(after != before, after.status == status, "it is settled, or nothing of it changes");
    after != before
}

#[test]
fn due_messages_come_earliest_first_with_their_visits() {
    let Some((_shelf, mut store)) = outbox() else { return };
    let first_due = message(&mut store, "first").due_at;
    let mut due = |ready_by: Option<Instant>, after: Option<(Instant, &str)>, limit| {
        let wanted = outbox::Wanted { clinic_id: "clinic", now: noon(), ready_by, after, limit };
        let found = store.read(|tx| Ok(outbox::pending(tx, &wanted)?)).unwrap();
        assert!(found.iter().all(|one| one.joined.appointment.id == "a" && one.joined.patient.id == "rosa"));
        found.into_iter().map(|one| (one.message.id, one.later_is_due)).collect::<Vec<_>>()
    };
    let (first, second, later) =
        (("first".to_owned(), true), ("second".to_owned(), false), ("later".to_owned(), false));
    assert_eq!(due(Some(noon()), None, 10), [first.clone(), second.clone()]);
    assert_eq!(due(Some(noon()), None, 1), std::slice::from_ref(&first));
    assert_eq!(due(None, None, 10), [first, second.clone(), later.clone()]);
    assert_eq!(due(None, Some((first_due, "first")), 10), [second, later]);
}

#[test]
fn a_message_is_settled_once_and_only_by_the_sweep_that_holds_it() {
    let Some((_shelf, mut store)) = outbox() else { return };
    lease(&mut store, "first", "sweep-1");
    assert_eq!(message(&mut store, "first").lease.as_deref(), Some("sweep-1"));
    assert!(!settle(&mut store, "first", Some("sweep-2"), MessageStatus::Sent), "not by another");
    assert!(!settle(&mut store, "first", None, MessageStatus::Expired), "nor by none");
    assert_eq!(message(&mut store, "first").status, MessageStatus::Pending);
    assert!(settle(&mut store, "first", Some("sweep-1"), MessageStatus::Sent));
    assert!(!settle(&mut store, "first", Some("sweep-1"), MessageStatus::Failed), "nor again");
    let sent = message(&mut store, "first");
    assert_eq!((sent.status, sent.attempts, sent.settled_at), (MessageStatus::Sent, 1, Some(noon())));
    assert_eq!((sent.lease, sent.lease_until, sent.channel.as_deref()), (None, None, Some("print")));
}

#[test]
fn of_many_messages_only_those_that_the_sweep_holds_are_settled() {
    let Some((_shelf, mut store)) = outbox() else { return };
    lease(&mut store, "first", "sweep-1");
    lease(&mut store, "second", "sweep-2");
    let all = ["first", "second", "later"].map(str::to_owned);
    let (lease, status) = (Some("sweep-1".to_owned()), MessageStatus::Sent);
    let settlement = Settlement { lease, status, channel: None, error: None };
    store.write(Ending::Commit, |tx| Ok(outbox::settle(tx, &all, &settlement, noon())?)).unwrap();
    let statuses = ["first", "second", "later"].map(|id| message(&mut store, id).status);
    assert_eq!(statuses, [MessageStatus::Sent, MessageStatus::Pending, MessageStatus::Pending]);
    assert_eq!(message(&mut store, "second").lease.as_deref(), Some("sweep-2"));
}

#[test]
fn a_sweep_whose_lease_ran_out_does_not_settle_what_the_next_one_holds() {
    let Some((_shelf, mut store)) = outbox() else { return };
    lease(&mut store, "first", "sweep-1");
    lease(&mut store, "first", "sweep-2");
    assert_eq!(message(&mut store, "first").attempts, 2);
    assert!(!settle(&mut store, "first", Some("sweep-1"), MessageStatus::Failed));
    assert!(settle(&mut store, "first", Some("sweep-2"), MessageStatus::Sent));
}

#[test]
fn a_message_that_nobody_holds_is_settled_without_a_lease() {
    let Some((_shelf, mut store)) = outbox() else { return };
    assert!(!settle(&mut store, "first", Some("sweep-1"), MessageStatus::Sent), "it was never leased");
    assert!(settle(&mut store, "first", None, MessageStatus::Superseded));
    lease(&mut store, "first", "sweep-1");
    let settled = message(&mut store, "first");
    assert_eq!((settled.status, settled.lease), (MessageStatus::Superseded, None), "it can't be leased");
}

#[test]
fn a_message_that_is_given_back_counts_no_attempt() {
    let Some((_shelf, mut store)) = outbox() else { return };
    lease(&mut store, "first", "sweep-1");
    let release = |store: &mut Store, sweep: &str| {
        store.write(Ending::Commit, |tx| Ok(outbox::release(tx, &["first".into()], sweep)?)).unwrap();
    };
    release(&mut store, "sweep-2");
    assert_eq!(message(&mut store, "first").lease.as_deref(), Some("sweep-1"), "only the holder can");
    release(&mut store, "sweep-1");
    let back = message(&mut store, "first");
    assert_eq!((back.status, back.lease, back.attempts), (MessageStatus::Pending, None, 0));
}

#[test]
fn a_lease_counts_as_lost_from_the_hand_over_until_the_outcome_is_noted() {
    let Some((_shelf, mut store)) = outbox() else { return };
    let hand_over = |store: &mut Store, sweep: &str| {
        lease(store, "first", sweep);
        store.write(Ending::Commit, |tx| Ok(outbox::hand_over(tx, &["first".into()], sweep)?)).unwrap();
    };
    let lost = |store: &mut Store| message(store, "first").lost_leases;
    hand_over(&mut store, "sweep-1");
    hand_over(&mut store, "sweep-2");
    assert_eq!(lost(&mut store), 2);
    let delay = Delay {
        lease: Some("sweep-2".into()),
        ready_at: noon(),
        channel: "print".into(),
        tries: 1,
        failures: Failures::default(),
        error: None,
        uncounted: false,
        lost_leases: 1,
    };
    store.write(Ending::Commit, |tx| Ok(outbox::put_off(tx, &["first".into()], &delay)?)).unwrap();
    assert_eq!(lost(&mut store), 1, "the second sweep knows what became of it");
    lease(&mut store, "first", "sweep-3");
    assert_eq!(lost(&mut store), 1, "it waits for its turn");
    store.write(Ending::Commit, |tx| Ok(outbox::hand_over(tx, &["first".into()], "sweep-1")?)).unwrap();
    assert_eq!(lost(&mut store), 1, "only the holder can hand it over");
    assert!(settle(&mut store, "first", Some("sweep-3"), MessageStatus::Failed));
    assert_eq!(lost(&mut store), 0, "a retry begins anew");
}

#[test]
fn a_cancelled_visits_messages_are_dropped_even_under_a_sweep() {
    let Some((_shelf, mut store)) = outbox() else { return };
    lease(&mut store, "first", "sweep-1");
    assert!(settle(&mut store, "second", None, MessageStatus::Sent));
    let dropped = store.write(Ending::Commit, |tx| Ok(outbox::drop_pending(tx, "a", noon())?));
    assert_eq!(dropped, Ok(()));
    assert!(!settle(&mut store, "first", Some("sweep-1"), MessageStatus::Sent));
    let statuses = ["first", "second", "later"].map(|id| message(&mut store, id).status);
    assert_eq!(statuses, [MessageStatus::Dropped, MessageStatus::Sent, MessageStatus::Dropped]);
}

// ---- the audit log

/// Appends an entry with the time `at`; returns the latest time of the earlier entries.
fn entry(store: &mut Store, at: Instant) -> Option<Instant> {
    let draft = Draft {
        at,
        actor: "recepcion",
        clinic_id: Some("clinic"),
        action: "book.told",
        kind: "book",
        record_id: "book",
        ..Draft::default()
    };
    let written = store
        .write(Ending::Commit, |tx| Ok(append(tx, &draft, "salt", |bytes| bytes.len().to_string())?.latest));
    written.unwrap()
}

#[test]
fn the_newest_time_of_the_log_is_known_whatever_a_clock_did() {
    let Some((_shelf, mut store)) = Shelf::with_clinic() else { return };
    let mut newest = None;
    for seconds in [1_000, 2_000, 1_500, 1_700, 2_500, 2_400, 9_000, 10, 20, 9_000, 9_001, 9_001, 5, 6] {
        let now = Instant::from_unix(seconds);
        assert_eq!(entry(&mut store, now), newest);
        newest = newest.max(Some(now));
        assert_eq!(store.read(|tx| Ok(chain_head::latest(tx)?)).unwrap(), newest);
    }
}
