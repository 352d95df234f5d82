//! Sweeps with fake channels.

mod fakes;

use crate::app::reminders::orders::Orders;
use crate::app::reminders::report::{Reader, Swept};
use crate::app::reminders::sweep::{start, sweep};
use crate::delivery::Ways;
use crate::delivery::channel::Outcome;
use crate::domain::appointment::Appointment;
use crate::domain::delivery::Failures;
use crate::domain::fixtures::at;
use crate::domain::record::Patient;
use crate::domain::refusal::{Code, Refusal};
use crate::domain::reminder::MessageStatus;
use crate::platform::error::Result;
use crate::platform::secrets::Secrets;
use crate::store::audit;
use crate::store::outbox::Message;
use fakes::*;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

fn later(after: Option<u64>, whole_channel: bool) -> Outcome {
    Outcome::Later { why: "too many".into(), after: after.map(Duration::from_secs), whole_channel }
}

#[test]
fn a_rate_limit_slows_its_own_channel_only_and_is_kept_by_the_next_sweeps() {
    let mut desk = Desk::open("a", 6);
    desk.edit("luis", |patient: &mut Patient| patient.channels = Some(vec!["b".into()]));
    for visit in ["v0003", "v0004"] {
        desk.edit(visit, |visit: &mut Appointment| visit.patient_id = "luis".into());
    }
    let fakes = || Fakes::default().with("a", |_| later(Some(600), true)).with("b", |_| Outcome::Sent);
    let first = fakes();
    let (tally, _) = desk.sweep(&first, 1);
    assert_eq!((tally.sent, tally.due, tally.skipped), (2, 3, 3));
    assert_eq!((first.given("a").len(), first.given("b").len()), (1, 2));
    for id in ["m0000", "m0005"] {
        let waits = desk.message(id);
        assert_eq!((waits.status, waits.attempts, waits.tries), (MessageStatus::Pending, 0, 0), "{id}");
        assert!(waits.ready_at >= at("2026-06-15T12:10:00-06:00"), "{id}");
    }
    // Messages that become due meanwhile wait too.
    desk.edit("m0000", |message: &mut Message| message.ready_at = message.due_at);
    desk.at("12:09:00");
    let second = fakes();
    let (tally, swept) = desk.sweep(&second, 8);
    assert_eq!((tally.due, tally.skipped, second.given("a").len()), (0, 1, 0));
    assert!(swept[0].why().contains("its channel rests"), "{}", swept[0].why());
    desk.at("12:11:00");
    let third = Fakes::default().with("a", |_| Outcome::Sent);
    assert_eq!(desk.sweep(&third, 8).0.sent, 4);
}

#[test]
fn a_channel_that_is_out_for_long_is_passed_by_until_something_goes_out_by_it_again() {
    let mut desk = Desk::open("a,b", 2);
    let fakes = || Fakes::default().with("a", |_| later(None, true)).with("b", |_| Outcome::Sent);
    for minute in ["12:00", "12:14", "12:28", "12:42", "12:56", "13:10"] {
        desk.at(&format!("{minute}:00"));
        let down = fakes();
        assert_eq!((desk.sweep(&down, 1).0.sent, down.given("a").len()), (0, 1), "{minute}");
    }
    desk.at("13:22:00");
    let down = fakes();
    assert_eq!((desk.sweep(&down, 1).0.sent, down.given("a").len(), down.given("b").len()), (2, 1, 2));
    assert!(desk.message("m0000").failures.summary().contains("a: too many"));
    // The channel is tried again; a message that it takes ends the outage.
    let revive = |desk: &mut Desk| {
        desk.edit("m0000", |message: &mut Message| {
            (message.status, message.failures) = (MessageStatus::Pending, Failures::default());
        });
    };
    revive(&mut desk);
    desk.at("13:24:00");
    let up = Fakes::default().with("a", |_| Outcome::Sent);
    assert_eq!(desk.sweep(&up, 1).0.sent, 1);
    revive(&mut desk);
    desk.at("13:26:00");
    let down = fakes();
    assert_eq!((desk.sweep(&down, 1).0.sent, down.given("a").len(), down.given("b").len()), (0, 1, 0));
}

#[test]
fn a_letter_is_not_tried_sooner_than_the_other_side_wishes() {
    let mut desk = Desk::open("a", 1);
    let fakes = Fakes::default().with("a", |_| later(Some(1200), false));
    let (tally, swept) = desk.sweep(&fakes, 8);
    assert_eq!((tally.due, tally.sent, tally.failed), (1, 0, 0));
    let wish = at("2026-06-15T12:20:00-06:00");
    assert!(swept[0].again_at >= Some(wish));
    let message = desk.message("m0000");
    assert_eq!((message.attempts, message.tries, message.due_at), (1, 1, at("2026-06-15T12:00:00-06:00")));
    assert!(message.ready_at >= wish);
}

#[test]
fn an_opt_out_that_the_provider_tells_of_is_kept_in_the_sweeps_name() {
    let mut desk = Desk::open("a,b", 3);
    let fakes = Fakes::default()
        .with("a", |_| Outcome::OptedOut { why: "21610: STOP".into() })
        .with("b", |_| Outcome::Sent);
    let (tally, _) = desk.sweep(&fakes, 1);
    assert_eq!((tally.sent, tally.failed, tally.skipped), (0, 0, 3));
    assert_eq!((fakes.given("a").len(), fakes.given("b").len()), (1, 0), "the others are dropped unasked");
    assert_eq!(desk.count(MessageStatus::Dropped), 3);
    let (rosa, entries) = desk
        .context
        .store
        .read(|tx| {
            let filter = audit::Filter { limit: 10, ..audit::Filter::default() };
            Ok((tx.by_id::<Patient>("clinic", "rosa")?.unwrap(), audit::newest(tx, "clinic", &filter)?))
        })
        .unwrap();
    assert!(rosa.opt_out);
    assert_eq!((entries[0].actor.as_str(), entries[0].action.as_str()), ("sweep", "patient.updated"));
    assert!(entries[0].note.as_ref().unwrap().contains("21610"), "{:?}", entries[0].note);
}

#[test]
fn an_opt_out_that_can_not_be_noted_is_not_forgotten_and_holds_up_nobody() {
    let mut desk = Desk::open("a", 2);
    std::fs::remove_file(desk.folder.path().join("secret.key")).unwrap();
    desk.context.env.secrets = Secrets::new(desk.folder.path().join("secret.key"));
    let fakes = Fakes::default().with("a", |letter| match letter.message_id.as_str() {
        "m0000" => Outcome::OptedOut { why: "STOP".into() },
        _ => Outcome::Sent,
    });
    assert_eq!(desk.sweep(&fakes, 1).0.sent, 1);
    let message = desk.message("m0000");
    assert_eq!(message.status, MessageStatus::Pending);
    assert!(message.error.unwrap().contains("could not be noted"));
}

#[test]
fn a_channel_that_falls_over_or_is_not_there_stops_no_other() {
    let mut desk = Desk::open("a", 3);
    desk.edit("luis", |patient: &mut Patient| patient.channels = Some(vec!["nowhere".into()]));
    desk.edit("v0001", |visit: &mut Appointment| visit.patient_id = "luis".into());
    let fakes = Fakes::default().with("a", |letter| {
        assert!(letter.message_id != "m0000", "as the test wants it");
        Outcome::Sent
    });
    let (tally, swept) = desk.sweep(&fakes, 8);
    assert_eq!((tally.due, tally.sent), (3, 1));
    let errors: Vec<String> = swept.into_iter().filter_map(|swept| swept.error).collect();
    assert!(errors.iter().any(|error| error.contains("the channel broke down")), "{errors:?}");
    assert!(errors.iter().any(|error| error.contains("there is none such")), "{errors:?}");
}

#[test]
fn what_lost_leases_goes_after_the_rest_then_alone_and_then_not_at_all() {
    let mut desk = Desk::open("a", 12);
    let lost = [("m0000", 3), ("m0001", 2), ("m0002", 4), ("m0003", 1), ("m0004", 3)];
    for (id, leases) in lost {
        desk.edit(id, |message: &mut Message| message.lost_leases = leases);
    }
    let on_their_way = Arc::new(AtomicUsize::new(0));
    let fakes = Fakes::default().with("a", move |letter| {
        let others = on_their_way.fetch_add(1, Ordering::SeqCst);
        std::thread::sleep(Duration::from_millis(10));
        on_their_way.fetch_sub(1, Ordering::SeqCst);
        assert!(others == 0 || !["m0000", "m0004"].contains(&letter.message_id.as_str()), "not alone");
        Outcome::Sent
    });
    let (tally, _) = desk.sweep(&fakes, 8);
    assert_eq!((tally.sent, tally.failed), (11, 1));
    let given = fakes.given("a");
    let mut last: Vec<&str> = given[7..9].iter().map(String::as_str).collect();
    last.sort();
    assert_eq!((last, &given[9..]), (vec!["m0001", "m0003"], &["m0000".to_owned(), "m0004".to_owned()][..]));
    let failed = desk.message("m0002");
    assert_eq!(failed.status, MessageStatus::Failed);
    assert!(failed.error.unwrap().contains("given up"));
    assert_eq!(desk.message("m0000").lost_leases, 0);
}

#[test]
fn a_try_whose_outcome_is_known_loses_no_lease() {
    let mut desk = Desk::open("a,b", 1);
    desk.edit("m0000", |message: &mut Message| message.lost_leases = 2);
    let fakes =
        Fakes::default().with("a", |_| Outcome::Never { why: "no".into() }).with("b", |_| later(None, false));
    let _ = desk.sweep(&fakes, 1);
    assert_eq!((fakes.given("b").len(), desk.message("m0000").lost_leases), (1, 2));
}

/// Printed messages count as sent when the report ends; until then none is sent alone.
#[test]
fn what_must_go_alone_waits_for_the_next_sweep_while_the_report_is_not_whole() {
    let mut desk = Desk::open("print", 3);
    for id in ["m0001", "m0002"] {
        desk.edit(id, |message: &mut Message| message.lost_leases = 3);
    }
    let fakes = Fakes::default();
    let mut reader = Kept { swept: Vec::new(), enough: usize::MAX, along: false };
    for sent in [1, 1, 1, 0] {
        assert_eq!(desk.run(&fakes, 8, &mut reader).unwrap().sent, sent);
    }
    assert_eq!(desk.count(MessageStatus::Sent), 3);
}

#[test]
fn an_appointment_whose_zone_nobody_knows_waits_to_be_mended_and_the_others_go_out() {
    let mut desk = Desk::open("a", 3);
    desk.edit("v0000", |visit: &mut Appointment| visit.timezone = "Mars/Olympus".into());
    let fakes = Fakes::default().with("a", |_| Outcome::Sent);
    let (tally, _) = desk.sweep(&fakes, 8);
    assert_eq!((tally.sent, tally.skipped), (2, 1));
    assert_eq!(desk.message("m0000").status, MessageStatus::Pending);
}

#[test]
fn where_the_reader_is_gone_what_is_on_its_way_is_settled_and_the_rest_given_back() {
    let mut desk = Desk::open("a", 600);
    let fakes = Fakes::default().with("a", |_| Outcome::Sent);
    let mut reader = Kept { swept: Vec::new(), enough: 3, along: true };
    assert!(desk.run(&fakes, 4, &mut reader).is_err());
    let given = fakes.given("a").len();
    assert!(given < 600, "{given}");
    assert_eq!((desk.count(MessageStatus::Sent), desk.count(MessageStatus::Pending)), (given, 600 - given));
    let back = desk.message("m0599");
    assert_eq!((back.attempts, back.lease, back.lost_leases), (0, None, 0));
}

/// A reader that blocks, and checks that no letter is in flight meanwhile.
struct Slow(Arc<AtomicUsize>);

impl Reader for Slow {
    type Problem = Refusal;

    fn reads_along(&self) -> bool {
        true
    }

    fn take(&mut self, _: &[Swept]) -> Result<()> {
        let Slow(on_their_way) = self;
        std::thread::sleep(Duration::from_millis(20));
        assert_eq!(on_their_way.load(Ordering::SeqCst), 0, "it would be sent again, were the reader slower");
        Ok(())
    }

    fn warn(&mut self, _: &str) {}
}

#[test]
fn while_the_reader_takes_its_time_nothing_is_on_its_way_that_could_not_be_settled() {
    let mut desk = Desk::open("a,print", 500);
    let on_their_way = Arc::new(AtomicUsize::new(0));
    let counter = Arc::clone(&on_their_way);
    let fakes = Fakes::default().with("a", move |letter| {
        counter.fetch_add(1, Ordering::SeqCst);
        std::thread::sleep(Duration::from_millis(1));
        counter.fetch_sub(1, Ordering::SeqCst);
        // Some are printed instead.
        if letter.message_id.ends_with('7') { Outcome::Never { why: "no".into() } } else { Outcome::Sent }
    });
    let tally = desk.run(&fakes, 8, &mut Slow(on_their_way)).unwrap();
    assert_eq!((tally.sent, desk.count(MessageStatus::Sent)), (500, 500));
    assert_eq!(fakes.given("a").len(), 500);
}

#[test]
fn what_is_printed_counts_as_sent_when_it_can_be_read() {
    for along in [true, false] {
        let mut desk = Desk::open("print", 2);
        let mut reader = Kept { swept: Vec::new(), enough: usize::MAX, along };
        let fakes = Fakes::default();
        let ways = Ways::new(&fakes);
        let orders = Orders { ways: &ways, workers: 8, limit: None };
        let start = start(&mut desk.context).unwrap();
        let ended = sweep(&mut desk.context, start, &orders, &mut reader, |reader| {
            assert!(reader.swept.iter().all(|swept| swept.text.is_some()));
            Err(Refusal::new(Code::Internal, "the end of the report can't be written"))
        });
        assert!(ended.is_err());
        let sent = if along { 2 } else { 0 };
        assert_eq!(desk.count(MessageStatus::Sent), sent, "read along: {along}");
        assert_eq!(desk.count(MessageStatus::Pending), 2 - sent, "read along: {along}");
        assert_eq!(desk.message("m0000").lost_leases, 0, "the sweep lived to give it back");
        assert_eq!(desk.run(&fakes, 8, &mut reader).map(|tally| tally.sent), Ok(2 - sent));
        assert_eq!(desk.count(MessageStatus::Sent), 2);
    }
}

#[test]
fn more_than_a_queue_holds_goes_out_once_each_by_every_channel() {
    let mut desk = Desk::open("a,b,print", 1200);
    let fakes = Fakes::default().with("a", |letter| {
        let number: usize = letter.message_id[1..].parse().unwrap();
        if number.is_multiple_of(3) { Outcome::Never { why: "no".into() } } else { Outcome::Sent }
    });
    let fakes = fakes.with("b", |letter| {
        let number: usize = letter.message_id[1..].parse().unwrap();
        if number.is_multiple_of(2) { Outcome::Never { why: "no".into() } } else { Outcome::Sent }
    });
    let (tally, swept) = desk.sweep(&fakes, 8);
    assert_eq!((tally.sent, swept.len()), (1200, 1200));
    let by = |channel: &str| swept.iter().filter(|swept| swept.channel == channel).count();
    assert_eq!((by("a"), by("b"), by("print")), (800, 200, 200));
    let mut given = fakes.given("a");
    given.sort();
    given.dedup();
    assert_eq!((given.len(), fakes.given("a").len()), (1200, 1200));
    assert_eq!(desk.message("m0000").attempts, 3);
    assert_eq!(desk.count(MessageStatus::Sent), 1200);
}

#[test]
fn a_sweep_of_two_thousand_messages_waits_few_times_for_its_book() {
    for (channels, opted_out) in [("a", false), ("print", false), ("a", true)] {
        let mut desk = Desk::open(channels, 2000);
        desk.edit("rosa", |patient: &mut Patient| patient.opt_out = opted_out);
        let (mut desk, waits, _) = desk.far_away();
        let fakes = Fakes::default().with("a", |_| Outcome::Sent);
        let (tally, swept) = desk.sweep(&fakes, 8);
        let sent = if opted_out { 0 } else { 2000 };
        assert_eq!((tally.sent, swept.len()), (sent, 2000), "{channels}");
        let waits = waits.load(Ordering::SeqCst);
        assert!(waits <= 40, "by {channels}: {waits} times");
        assert_eq!(desk.count(MessageStatus::Pending), 0, "{channels}");
    }
}

#[test]
fn letters_that_were_read_ahead_go_back_where_their_channel_or_their_patient_wants_none() {
    let stop: [fn() -> Outcome; 2] = [|| later(Some(600), true), || Outcome::OptedOut { why: "STOP".into() }];
    for stop in stop {
        let (mut desk, _, _) = Desk::open("a", 400).far_away();
        let count = AtomicUsize::new(0);
        let fakes = Fakes::default().with("a", move |_| {
            std::thread::sleep(Duration::from_millis(2));
            if count.fetch_add(1, Ordering::SeqCst) < 60 { Outcome::Sent } else { stop() }
        });
        let (tally, swept) = desk.sweep(&fakes, 8);
        assert_eq!((tally.sent, swept.len()), (60, 400));
        let given = fakes.given("a");
        assert!(given.len() <= 60 + 2 * 8, "{} were tried", given.len());
        for number in 0..400 {
            let message = desk.message(&format!("m{number:04}"));
            assert_eq!((message.lease, message.lost_leases), (None, 0), "{number}");
        }
    }
}

#[test]
fn what_went_out_and_could_not_be_written_down_at_once_is_not_sent_again() {
    let (mut desk, _, fails) = Desk::open("a", 400).far_away();
    let fakes = Fakes::default().with("a", |_| {
        std::thread::sleep(Duration::from_millis(2));
        Outcome::Sent
    });
    *fails.lock().unwrap() = Some("settled_at = ?3");
    let mut reader = Kept { swept: Vec::new(), enough: usize::MAX, along: true };
    assert!(desk.run(&fakes, 8, &mut reader).is_err());
    let first = fakes.given("a").len();
    assert!((100..400).contains(&first), "{first} went out before the sweep ended");
    assert_eq!(desk.count(MessageStatus::Sent), first);
    assert!(desk.run(&fakes, 8, &mut reader).is_ok());
    let mut given = fakes.given("a");
    given.sort();
    given.dedup();
    assert_eq!((given.len(), fakes.given("a").len()), (400, 400));
}

#[test]
fn that_nothing_was_due_is_noted_once_in_five_minutes() {
    let mut desk = Desk::open("a", 1);
    let fakes = Fakes::default().with("a", |_| Outcome::Sent);
    // The first sweep sends; before the last one the clock is set back.
    for (time, noted) in [
        ("12:00:00", "12:00:00"),
        ("12:01:00", "12:00:00"),
        ("12:04:50", "12:00:00"),
        ("12:05:10", "12:05:10"),
        ("11:00:00", "11:00:00"),
    ] {
        desk.at(time);
        desk.sweep(&fakes, 1);
        let end = |tx: &mut crate::store::Tx<'_>| Ok(crate::store::sweeps::last_end(tx, "clinic")?);
        let end = desk.context.store.read(end).unwrap().unwrap();
        let expected = at(&format!("2026-06-15T{noted}-06:00"));
        // The clock also counts the run time of the test.
        assert!((0..9).contains(&(end.unix() - expected.unix())), "{time}");
    }
}
