//! Sweeps killed at any moment: no message is lost or wrongly marked as sent, and retries keep the message's
//! id.

use crate::support::Clinic;
use crate::support::views::{Messages, Sweep};
use std::collections::{BTreeMap, BTreeSet};
use std::process::Stdio;
use std::time::Duration;

/// Messages in flight at once.
const WORKERS: usize = 3;
/// Default number of kills; `TURNO_KILLS` overrides it.
const KILLS: usize = 30;
/// More messages than a sweep sends before the kill.
const MOST_OF_A_SWEEP: usize = 100;

/// A clinic with `count` due confirmations, sent by a script.
fn many_due(count: usize) -> Clinic {
    let mut clinic = Clinic::open();
    clinic.gateways(&["sms"], &format!("[sweep]\nworkers = {WORKERS}\n"));
    clinic.set("reminder_channels", "sms");
    clinic.set("reminder_offsets", "none");
    clinic.does("window set DAY --days daily --from 00:00 --to 24:00");
    let lines: Vec<String> = (0..count)
        .map(|n| {
            let (day, n) = (15 + n / 280, n % 280);
            let time = format!("{:02}:{:02}", n / 12, n % 12 * 5);
            format!(
                r#"{{"doctor_id":"GARCIA","date":"2026-06-{day}","time":"{time}","duration_minutes":5,"patient_name":"Paciente {n}","patient_phone":"+503770{n:05}"}}"#
            )
        })
        .collect();
    assert_eq!(
        clinic.fed("book --input - --json", lines.join("\n")).exits(0).stdout().lines().count(),
        count
    );
    clinic
}

#[test]
fn a_sweep_that_is_killed_at_any_moment_loses_nothing_and_counts_nothing_as_sent_that_nobody_has() {
    let kills = std::env::var("TURNO_KILLS").ok().and_then(|text| text.parse().ok()).unwrap_or(KILLS);
    let count = kills * 20;
    let mut clinic = many_due(count);
    let mut chance = 20_260_601_u64;
    let mut minutes = 0;
    let (mut rounds, mut died_sending) = (0, 0);
    while rounds < kills {
        // Late enough that the previous sweep's leases have expired.
        minutes += 3;
        clinic.at(&format!("2026-06-02T{:02}:{:02}:00-06:00", 8 + minutes / 60, minutes % 60));
        chance = chance.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let mut sweep = clinic.process("remind due --json").stdout(Stdio::null()).spawn().unwrap();
        std::thread::sleep(Duration::from_millis(chance >> 58));
        sweep.kill().unwrap();
        let ended = sweep.wait().unwrap();
        died_sending += usize::from(!ended.success());
        let sent: Messages = clinic.json("remind list --status sent --limit 100000");
        let got: BTreeSet<String> = clinic.got("sms").into_iter().map(|got| got.message_id).collect();
        for message in sent.messages {
            assert!(got.contains(&message.message_id), "round {rounds}: {} is nowhere", message.message_id);
        }
        rounds += 1;
        // Messages in flight at a kill go last and fail if lost too often. Stop while other messages are
        // left, so that none is lost twice.
        let pending: Messages = clinic.json("remind list --status pending --limit 100000");
        if pending.messages.len() < MOST_OF_A_SWEEP {
            break;
        }
    }
    assert!(rounds * 4 > kills, "{rounds} sweeps sent nearly everything");
    assert!(died_sending * 2 > rounds, "only {died_sending} of {rounds} sweeps were killed at work");
    minutes += 3;
    clinic.at(&format!("2026-06-02T{:02}:{:02}:00-06:00", 8 + minutes / 60, minutes % 60));
    // The gateway scripts of killed sweeps end soon.
    let last: Sweep = clinic.json("remind due");
    assert_eq!(last.failed, 0);
    let Messages { messages, .. } = clinic.json("remind list --limit 100000");
    assert_eq!(messages.len(), count);
    let mut times: BTreeMap<String, usize> = BTreeMap::new();
    for got in clinic.got("sms") {
        *times.entry(got.message_id).or_default() += 1;
    }
    for message in &messages {
        assert_eq!(message.status, "sent");
        assert!(times.contains_key(&message.message_id), "{} never went out", message.message_id);
    }
    assert_eq!(times.len(), count, "nothing went out under another id");
    let again: usize = times.values().map(|times| times - 1).sum();
    assert!(again <= died_sending * WORKERS, "{again} went again after {died_sending} kills");
    clinic.is_sound();
}
