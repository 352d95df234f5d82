//! Servers that stop during the work, and connections that break at a commit.

use crate::support::Clinic;
use crate::support::cluster::private::Cluster;
use crate::support::views::{Appointment, Refusal};
use crate::wire::{Break, Line};
use crate::{Wishes, database, open_at, own_server, unavailable};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::io::{BufRead, BufReader, Write};
use std::process::Stdio;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

const HUNDRED: usize = 100;

/// Date and time of a booking: 16 a day on weekdays from Monday 15 June.
fn when(number: usize) -> (String, String) {
    let (day, slot) = (number / 16, number % 16);
    let date = 15 + day + day / 5 * 2;
    (format!("2026-06-{date}"), format!("{:02}:{:02}", 9 + slot / 2, slot % 2 * 30))
}

/// Each acknowledged booking must exist exactly once, and `db check` must find nothing.
fn holds_each_once(clinic: &Clinic, acknowledged: &BTreeMap<usize, Appointment>) {
    assert_eq!(acknowledged.len(), HUNDRED);
    let list = clinic.list("--limit 1000");
    let there: BTreeSet<String> = list.appointments.iter().map(|visit| visit.id.clone()).collect();
    for (number, visit) in acknowledged {
        assert!(there.contains(&visit.id), "booking {number} was acknowledged and is lost: {visit:?}");
    }
    assert_eq!((list.total, list.appointments.len(), there.len()), (HUNDRED, HUNDRED, HUNDRED));
    let messages = clinic.place().ask("SELECT count(*) FROM messages WHERE kind = 'confirmation'");
    assert_eq!(messages, [HUNDRED.to_string()]);
    clinic.is_sound();
}

/// Repeats the request with the same idempotency key until the booking is acknowledged.
fn insist(clinic: &Clinic, number: usize) -> Appointment {
    let (date, time) = when(number);
    let line = format!(
        "book --doctor GARCIA --date {date} --time {time} --name 'P {number}' --phone +5037700{number:04} --idempotency-key K-{number} --json"
    );
    for _ in 0..100 {
        let ran = clinic.ran(&line);
        if ran.exit == Some(0) {
            return ran.json();
        }
        let code = ran.exits(7);
        let refused: Value = serde_json::from_slice(&code.stderr).unwrap();
        let code = refused["error"]["code"].as_str().unwrap();
        assert!(["STORE_UNAVAILABLE", "STORE_BUSY"].contains(&code), "{refused}");
        std::thread::sleep(Duration::from_millis(100));
    }
    panic!("booking {number} never succeeded");
}

#[test]
fn a_server_restarted_amid_a_hundred_desks_loses_no_booking_and_doubles_none() {
    let mut own = own_server(&Wishes { durable: true, ..Wishes::default() });
    let clinic = open_at(&own.server);
    let (next, done) = (AtomicUsize::new(0), AtomicUsize::new(0));
    let desk = || {
        let mut booked = BTreeMap::new();
        loop {
            let number = next.fetch_add(1, Ordering::SeqCst);
            if number >= HUNDRED {
                return booked;
            }
            booked.insert(number, insist(&clinic, number));
            done.fetch_add(1, Ordering::SeqCst);
        }
    };
    let acknowledged = std::thread::scope(|scope| {
        let desks: Vec<_> = (0..8).map(|_| scope.spawn(desk)).collect();
        for (reached, mode) in [(20, "fast"), (45, "immediate"), (70, "immediate")] {
            // A failed desk fails the test later, when its thread is joined.
            while done.load(Ordering::SeqCst) < reached && !desks.iter().any(|desk| desk.is_finished()) {
                std::thread::sleep(Duration::from_millis(5));
            }
            own.stop(mode);
            std::thread::sleep(Duration::from_millis(300));
            own.start_again();
        }
        desks.into_iter().flat_map(|desk| desk.join().expect("the desk gets its bookings")).collect()
    });
    holds_each_once(&clinic, &acknowledged);
}

/// The desks do not retry here.
#[test]
fn no_new_command_is_refused_while_a_server_is_restarted() {
    let mut own = own_server(&Wishes { durable: true, ..Wishes::default() });
    let clinic = open_at(&own.server);
    let (begun, over) = (AtomicUsize::new(0), AtomicBool::new(false));
    let desk = |number: usize| {
        let mut booked = Vec::new();
        while !over.load(Ordering::SeqCst) {
            let next = begun.fetch_add(1, Ordering::SeqCst);
            if number.is_multiple_of(2) && next < HUNDRED {
                let (date, time) = when(next);
                let patient = format!("--name 'P {next}' --phone +5037700{next:04}");
                booked
                    .push(clinic.book(&format!("--doctor GARCIA --date {date} --time {time} {patient}")).id);
            } else {
                clinic.does("today");
            }
        }
        booked
    };
    let booked: BTreeSet<String> = std::thread::scope(|scope| {
        let desks: Vec<_> = (0..6).map(|number| scope.spawn(move || desk(number))).collect();
        for mode in ["fast", "immediate"] {
            let before = begun.load(Ordering::SeqCst);
            while begun.load(Ordering::SeqCst) < before + 12 && !desks.iter().any(|desk| desk.is_finished()) {
                std::thread::sleep(Duration::from_millis(5));
            }
            own.stop(mode);
            std::thread::sleep(Duration::from_millis(300));
            own.start_again();
        }
        over.store(true, Ordering::SeqCst);
        desks.into_iter().flat_map(|desk| desk.join().expect("no command is refused")).collect()
    });
    let list = clinic.list("--limit 1000");
    assert_eq!(list.appointments.into_iter().map(|visit| visit.id).collect::<BTreeSet<_>>(), booked);
    clinic.is_sound();
}

/// Bookings of `book --input -` by number. `meanwhile` runs between a line and its answer.
fn streamed(
    clinic: &Clinic,
    numbers: &[usize],
    mut meanwhile: impl FnMut(usize),
) -> BTreeMap<usize, Appointment> {
    let mut command = clinic.process("book --input -");
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut desk = command.spawn().unwrap();
    let mut input = desk.stdin.take().unwrap();
    let mut answers = BufReader::new(desk.stdout.take().unwrap()).lines();
    let mut booked = BTreeMap::new();
    let mut unanswered = VecDeque::new();
    for (position, number) in numbers.iter().enumerate() {
        // The command may have ended already.
        if writeln!(input, "{}", body(*number)).is_err() {
            break;
        }
        unanswered.push_back(*number);
        // The command needs a second line to recognise a batch.
        if position == 0 && numbers.len() > 1 {
            continue;
        }
        meanwhile(*number);
        if numbers.len() == 1 {
            break;
        }
        while let Some(number) = unanswered.pop_front() {
            let Some(Ok(answer)) = answers.next() else { break };
            booked.extend(booking(&answer).map(|visit| (number, visit)));
        }
    }
    drop(input);
    let last = answers.map_while(Result::ok).filter_map(|answer| booking(&answer));
    booked.extend(unanswered.into_iter().zip(last));
    let done = desk.wait_with_output().unwrap();
    assert!(matches!(done.status.code(), Some(0 | 4 | 7)), "{done:?}");
    booked
}

fn body(number: usize) -> Value {
    let (date, time) = when(number);
    serde_json::json!({
        "doctor_id": "GARCIA", "date": date, "time": time, "patient_name": format!("P {number}"),
        "patient_phone": format!("+5037700{number:04}"), "idempotency_key": format!("K-{number}"),
    })
}

/// The booking in an answer, or `None` if the server was unavailable.
fn booking(answer: &str) -> Option<Appointment> {
    let value: Value = serde_json::from_str(answer).unwrap();
    if let Some(error) = value.get("error") {
        let code = error["code"].as_str().unwrap();
        assert!(["STORE_UNAVAILABLE", "STORE_BUSY"].contains(&code), "{value}");
        return None;
    }
    Some(serde_json::from_str(answer).unwrap())
}

#[test]
fn a_server_restarted_amid_a_stream_of_a_hundred_loses_no_booking_and_doubles_none() {
    let mut own = own_server(&Wishes { durable: true, ..Wishes::default() });
    let clinic = open_at(&own.server);
    let mut acknowledged = BTreeMap::new();
    let mut streams = 0;
    while acknowledged.len() < HUNDRED {
        streams += 1;
        assert!(streams < 20, "the stream does not get on: {} are booked", acknowledged.len());
        let left: Vec<usize> = (0..HUNDRED).filter(|number| !acknowledged.contains_key(number)).collect();
        let booked = streamed(&clinic, &left, |number| {
            let mode = match number {
                30 => "immediate",
                60 => "fast",
                _ => return,
            };
            own.stop(mode);
            own.start_again();
        });
        acknowledged.extend(booked);
    }
    holds_each_once(&clinic, &acknowledged);
}

#[test]
fn a_stream_whose_server_stays_away_ends_with_a_refusal_and_nothing_half_done() {
    let mut own = own_server(&Wishes { durable: true, ..Wishes::default() });
    let clinic = open_at(&own.server);
    let booked = streamed(&clinic, &(0..HUNDRED).collect::<Vec<_>>(), |number| {
        if number == 40 {
            own.stop("immediate");
        }
    });
    assert!((40..=41).contains(&booked.len()), "{}", booked.len());
    own.start_again();
    let total = clinic.list("--limit 1000").total;
    assert!((booked.len()..=41).contains(&total), "{} were acknowledged, {total} are there", booked.len());
    clinic.is_sound();
}

/// Restarts the server as a standby without a primary.
fn becomes_a_standby(own: &mut Cluster) {
    own.stop("fast");
    std::fs::write(own.folder.join("data/standby.signal"), "").unwrap();
    own.start_again();
}

#[test]
fn a_standby_is_read_and_says_that_it_takes_no_changes_until_it_is_promoted() {
    let mut own = own_server(&Wishes::default());
    let clinic = open_at(&own.server);
    let at = |attributes: &str| format!("{}?target_session_attrs={attributes}", clinic.place().name());
    becomes_a_standby(&mut own);
    for attributes in ["any", "standby", "prefer-standby", "read-only"] {
        clinic.does(&format!("list --db {}", at(attributes)));
    }
    let refusal = unavailable(&clinic, "doctor add --name X");
    assert!(refusal.message.contains("standby"), "{refusal:?}");
    for attributes in ["primary", "read-write"] {
        let line = format!("list --db {}&connect_timeout=1", at(attributes));
        let refusal = unavailable(&clinic, &line);
        assert!(refusal.message.contains("target_session_attrs"), "{refusal:?}");
    }
    std::thread::scope(|scope| {
        let waiting =
            scope.spawn(|| clinic.ran(&format!("doctor add --name X --code X --db {}", at("primary"))));
        std::thread::sleep(Duration::from_secs(1));
        clinic.place().run("SELECT pg_promote()").unwrap();
        let _ = waiting.join().unwrap().exits(0);
    });
    for attributes in ["primary", "read-write", "prefer-standby"] {
        clinic.does(&format!("doctor show X --db {}", at(attributes)));
    }
    unavailable(&clinic, &format!("list --db {}", at("standby")));
    clinic.is_sound();
}

#[test]
fn a_standby_that_takes_a_lost_servers_place_in_mid_command_is_waited_for() {
    let mut own = own_server(&Wishes::default());
    let clinic = open_at(&own.server);
    std::thread::scope(|scope| {
        let booked = streamed(&clinic, &(0..20).collect::<Vec<_>>(), |number| {
            if number == 10 {
                becomes_a_standby(&mut own);
                scope.spawn(|| {
                    std::thread::sleep(Duration::from_secs(1));
                    clinic.place().run("SELECT pg_promote()").unwrap();
                });
            }
        });
        assert_eq!(booked.len(), 20);
    });
    assert_eq!(clinic.list("").total, 20);
    clinic.is_sound();
}

/// The URL of the clinic's database through `line`.
fn across(clinic: &Clinic, line: &Line) -> String {
    format!("postgres://postgres@{}/{}", line.address, database(clinic))
}

#[test]
fn a_line_that_breaks_at_the_commit_books_once_and_says_so() {
    let own = own_server(&Wishes::default());
    for place in [Break::BeforeCommit, Break::AfterCommit] {
        for key in ["", "--idempotency-key K-1", "--external-ref R-1"] {
            let clinic = open_at(&own.server);
            let line = Line::to(own.port, place, false);
            let booked = clinic
                .book_juan(&format!("--date 2026-06-15 --time 14:00 {key} --db {}", across(&clinic, &line)));
            assert!(line.broken.load(Ordering::SeqCst), "{place:?} {key}: the line did not break");
            assert_eq!(booked.idempotent, Some(false), "{place:?} {key}: it is this very booking");
            assert_eq!(clinic.list("").appointments, [clinic.show(&booked)], "{place:?} {key}");
            clinic.is_sound();
        }
    }
}

#[test]
fn a_line_that_breaks_under_a_stream_books_each_once() {
    let own = own_server(&Wishes::default());
    for place in [Break::BeforeCommit, Break::AfterCommit] {
        let mut clinic = open_at(&own.server);
        let line = Line::to(own.port, place, false);
        let direct = clinic.place().name();
        let url = across(&clinic, &line);
        clinic.env("TURNO_DB", &url);
        let booked = streamed(&clinic, &(0..20).collect::<Vec<_>>(), |_| ());
        assert!(line.broken.load(Ordering::SeqCst), "{place:?}: the line did not break");
        clinic.env("TURNO_DB", &direct);
        assert_eq!((booked.len(), clinic.list("").total), (20, 20), "{place:?}");
        clinic.is_sound();
    }
}

#[test]
fn every_kind_of_change_is_made_once_where_the_line_breaks_at_its_commit() {
    let own = own_server(&Wishes::default());
    let clinic = open_at(&own.server);
    let code = clinic.book_juan("--date 2026-06-15 --time 14:00").code;
    for place in [Break::BeforeCommit, Break::AfterCommit] {
        let tag = if place == Break::BeforeCommit { "B" } else { "A" };
        let day = if place == Break::BeforeCommit { 16 } else { 17 };
        for line in [
            format!("doctor add --name X --code D{tag}"),
            format!("patient add --name Eva --phone 7700-0002 --code P{tag}"),
            format!("closure add --date 2026-07-{day} --reason x"),
            format!("reschedule {code} --date 2026-06-{day} --time 15:00"),
            format!("update {code} --notes {tag}"),
            format!("clinic set locale {}", if tag == "B" { "en" } else { "es" }),
        ] {
            let breaking = Line::to(own.port, place, false);
            let ran = clinic.ran(&format!("{line} --db {} --json", across(&clinic, &breaking)));
            assert!(breaking.broken.load(Ordering::SeqCst), "{place:?} {line}: the line did not break");
            let ran = ran.exits(0);
            assert_eq!(ran.stderr(), "", "{place:?} {line}");
        }
    }
    let shown: Appointment = clinic.json(&format!("show {code}"));
    assert_eq!(shown.reschedule_count, 2);
    for (table, count) in [("doctors", "3"), ("patients", "3"), ("closures", "2")] {
        assert_eq!(clinic.place().ask(&format!("SELECT count(*) FROM {table}")), [count], "{table}");
    }
    clinic.is_sound();
}

/// If the outcome of a commit is unknown, the refusal must state this.
#[test]
fn a_line_that_breaks_at_the_commit_for_good_leaves_the_outcome_unknown() {
    let own = own_server(&Wishes::default());
    let clinic = open_at(&own.server);
    let line = Line::to(own.port, Break::AfterCommit, true);
    let options =
        "--doctor GARCIA --date 2026-06-15 --time 14:00 --name A --phone 7700-0001 --idempotency-key K";
    let refusal: Refusal =
        clinic.not_booked(&format!("{options} --db {}", across(&clinic, &line)), "STORE_UNAVAILABLE", 7);
    assert_eq!(refusal.text("outcome"), "unknown");
    assert!(refusal.hint.is_some_and(|hint| hint.contains("--idempotency-key")), "what is to be done?");
    let again = clinic.book(options);
    assert_eq!(again.idempotent, Some(true), "it was there");
    assert_eq!(clinic.list("").total, 1);
    clinic.is_sound();
}

/// Each message must be printed once, whether the connection breaks at the lease's commit or at the
/// outcome's.
#[test]
fn a_sweep_across_a_line_that_breaks_sends_each_message_once() {
    let own = own_server(&Wishes::default());
    for place in [Break::BeforeCommit, Break::AfterCommit] {
        for number in [1, 2] {
            let mut clinic = open_at(&own.server);
            for hour in 10..13 {
                clinic.does(&format!(
                    "book --doctor GARCIA --date 2026-06-15 --time {hour}:00 --name 'P {hour}' --phone 7700-00{hour} --no-notify"
                ));
            }
            clinic.at("2026-06-14T20:00:00-06:00");
            let line = Line::to_break(own.port, place, number, false);
            let first = clinic.run(&format!("remind due --db {}", across(&clinic, &line)));
            assert!(line.broken.load(Ordering::SeqCst), "{place:?} {number}: the line did not break");
            clinic.at("2026-06-14T20:30:00-06:00");
            let second = clinic.run("remind due");
            for hour in 10..13 {
                let times = (first.clone() + &second).matches(&format!("+503770000{hour}")).count();
                assert_eq!(times, 1, "{place:?} {number}: P {hour}\n{first}\n--\n{second}");
            }
            clinic.at("2026-06-14T21:00:00-06:00");
            assert_eq!(clinic.sweep().sent, 0, "{place:?} {number}");
            let states =
                clinic.place().ask("SELECT DISTINCT status FROM messages WHERE due_at <= 1781488800");
            assert_eq!(states, ["sent"], "{place:?} {number}");
            clinic.is_sound();
        }
    }
}
