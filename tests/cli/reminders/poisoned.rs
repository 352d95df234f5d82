//! A message or delivery that crashes every sweep is given up; the others are sent a limited number of times.

use crate::servers::http::{HttpServer, Reply};
use crate::support::Clinic;
use crate::support::views::{Delivery, Messages};
use crate::webhooks::{deliver, hook, log};
use rustix::process::{Pid, Signal, kill_process};
use std::process::{Child, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicI32, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

/// Number of sweeps.
const SWEEPS: usize = 11;
/// Sweeps that a poisoned message can crash: three with other messages, and one alone.
const ENDED: usize = 4;

/// Exit statuses: killed by a signal, then 8 for the given-up message, then 0.
fn exits() -> Vec<Option<i32>> {
    let mut exits = vec![Some(0); SWEEPS];
    exits[..ENDED].fill(None);
    exits[ENDED] = Some(8);
    exits
}

/// Books Veneno, whose messages crash the sweep, and two others.
fn book_three(clinic: &Clinic) {
    for (name, hour) in [("Veneno", 10), ("Ana", 11), ("Eva", 12)] {
        clinic.does(&format!(
            "book --doctor GARCIA --date 2026-06-15 --time {hour}:00 --name {name} --phone 7700-00{hour}"
        ));
    }
}

/// Runs `SWEEPS` sweeps, each after the leases of the previous one have expired. Returns the exit statuses.
fn sweeps(clinic: &mut Clinic, line: &str, mut begun: impl FnMut(&Child)) -> Vec<Option<i32>> {
    (0..SWEEPS)
        .map(|number| {
            clinic.at(&format!("2026-06-01T09:{:02}:00-06:00", number * 3));
            let mut sweep = clinic.process(line).stdout(Stdio::null()).spawn().unwrap();
            begun(&sweep);
            sweep.wait().unwrap().code()
        })
        .collect()
}

/// Kills the sweep at Veneno's message, if possible while the others are in flight. Those wait for the kill,
/// so that the sweep can't record them as sent.
const SCRIPT: &str = r#"#!/bin/sh
message=$(/bin/cat)
cd "$HOME" || exit 3
passed=0
case "$message" in
  *Veneno*)
    [ -e cured ] && exit 0
    while [ "$passed" -lt 50 ] && [ "$(/bin/ls | /bin/grep -c "^$PPID[.]")" -lt 2 ]; do
      /bin/sleep 0.02
      passed=$((passed + 1))
    done
    kill -9 "$PPID"
    ;;
  *)
    printf '%s\n' "$message" >> sms.got
    : > "$PPID.$$"
    while [ "$passed" -lt 50 ] && kill -0 "$PPID" 2>&-; do
      /bin/sleep 0.02
      passed=$((passed + 1))
    done
    ;;
esac
"#;

#[test]
fn a_message_that_ends_every_sweep_is_given_up_and_the_others_go_out_four_times_at_most() {
    let mut clinic = Clinic::open();
    clinic.set("reminder_offsets", "none");
    book_three(&clinic);
    clinic.gateways(&["sms"], "");
    clinic.file("gateway.sh", SCRIPT);
    clinic.set("reminder_channels", "sms");
    assert_eq!(sweeps(&mut clinic, "remind due --json", |_| ()), exits());
    let got = clinic.got("sms");
    for name in ["Ana", "Eva"] {
        let times = got.iter().filter(|got| got.to["name"] == name).count();
        assert!((2..=ENDED).contains(&times), "{name} got the same text {times} times");
    }
    let Messages { messages: sent, .. } = clinic.json("remind list --status sent");
    assert_eq!(sent.len(), 2);
    let Messages { messages: failed, .. } = clinic.json("remind list --status failed");
    let [veneno] = &failed[..] else { panic!("{failed:?}") };
    let why = veneno.error.as_deref().unwrap();
    assert!(why.contains("given up") && why.contains("the program ended"), "{why}");
    // A retry without the fault succeeds.
    clinic.file("cured", "");
    clinic.does(&format!("remind retry {}", veneno.message_id));
    let again = clinic.sweep();
    assert_eq!((again.sent, again.failed), (1, 0));
    clinic.is_sound();
}

#[test]
fn a_delivery_that_ends_every_sweep_is_given_up_and_the_others_arrive_four_times_at_most() {
    let (sweep, cured) = (Arc::new(AtomicI32::new(0)), Arc::new(AtomicBool::new(false)));
    let (ended, waiting) = (AtomicUsize::new(0), AtomicUsize::new(0));
    let of_server = (sweep.clone(), cured.clone());
    let server = HttpServer::start(move |request| {
        let ((sweep, cured), begun) = (&of_server, Instant::now());
        let wait_until = |happened: &dyn Fn() -> bool| {
            while !happened() && begun.elapsed() < Duration::from_secs(1) {
                std::thread::sleep(Duration::from_millis(10));
            }
        };
        let ended_before = ended.load(Ordering::SeqCst);
        if !request.text().contains("Veneno") {
            waiting.fetch_add(1, Ordering::SeqCst);
            wait_until(&|| ended.load(Ordering::SeqCst) > ended_before);
            waiting.fetch_sub(1, Ordering::SeqCst);
            return Reply::status(200);
        }
        if !cured.load(Ordering::SeqCst) {
            wait_until(&|| waiting.load(Ordering::SeqCst) == 2 && sweep.load(Ordering::SeqCst) != 0);
            let sweep = Pid::from_raw(sweep.swap(0, Ordering::SeqCst)).unwrap();
            kill_process(sweep, Signal::KILL).unwrap();
            ended.fetch_add(1, Ordering::SeqCst);
        }
        Reply::status(200)
    });
    let mut clinic = Clinic::open();
    hook(&clinic, &server, "");
    book_three(&clinic);
    let ends = sweeps(&mut clinic, "webhook deliver --json", |child| {
        sweep.store(child.id().cast_signed(), Ordering::SeqCst);
    });
    assert_eq!(ends, exits());
    for name in ["Ana", "Eva"] {
        let times = server.requests().iter().filter(|request| request.text().contains(name)).count();
        assert!((2..=ENDED).contains(&times), "{name}'s event arrived {times} times");
    }
    assert_eq!(log(&clinic, "--status delivered").total, 2);
    let failed = log(&clinic, "--status failed");
    let [veneno] = &failed.deliveries[..] else { panic!("{failed:?}") };
    let Delivery { error: Some(why), .. } = veneno else { panic!("{veneno:?}") };
    assert!(why.contains("given up") && why.contains("the program ended"), "{why}");
    // A replay without the fault succeeds.
    cured.store(true, Ordering::SeqCst);
    clinic.does(&format!("webhook replay {}", veneno.delivery_id));
    assert_eq!(deliver(&clinic).delivered, 1);
    clinic.is_sound();
}
