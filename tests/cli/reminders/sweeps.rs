//! Sweeps that are killed, or whose output nobody reads.

use crate::support::Clinic;
use crate::support::views::{Messages, Sweep};
use std::collections::BTreeSet;
use std::process::Stdio;

/// A clinic with more due confirmations than fit into a pipe's buffer.
fn many_due() -> (Clinic, usize) {
    let mut clinic = Clinic::open();
    clinic.set("reminder_offsets", "none");
    clinic.does("window set DAY --from 00:00 --to 24:00");
    let count = 280;
    let lines: Vec<String> = (0..count)
        .map(|n| {
            format!(
                r#"{{"doctor_id":"GARCIA","date":"2026-06-15","time":"{:02}:{:02}","duration_minutes":5,"patient_name":"Paciente {n}","patient_phone":"+503770{n:05}"}}"#,
                n / 12,
                n % 12 * 5
            )
        })
        .collect();
    let ran = clinic.fed("book --input - --json", lines.join("\n")).exits(0);
    assert_eq!(ran.stdout().lines().count(), count);
    clinic.at("2026-06-02T08:00:00-06:00");
    (clinic, count)
}

fn ids(sweep: &Sweep) -> BTreeSet<String> {
    sweep.messages.iter().map(|message| message.message_id.clone()).collect()
}

#[test]
fn a_sweep_whose_reader_is_gone_leaves_the_messages_pending() {
    let clinic = Clinic::open();
    let _ = clinic.book_juan("--date 2026-06-15 --time 14:00");
    let (reader, writer) = std::io::pipe().unwrap();
    drop(reader);
    let status = clinic.process("remind due --json").stdout(writer).stderr(Stdio::piped()).output().unwrap();
    assert_eq!(String::from_utf8(status.stderr).unwrap(), "", "a closed pipe is quiet");
    assert_eq!(status.status.code(), Some(0));
    let Messages { messages, .. } = clinic.json("remind list --status sent");
    assert_eq!(messages, []);
    let sweep = clinic.sweep();
    assert_eq!((sweep.sent, sweep.messages[0].kind.as_str()), (1, "confirmation"), "it goes out at once");
}

#[test]
fn a_sweep_killed_half_way_loses_nothing_and_sends_again_under_the_same_ids() {
    let (mut clinic, count) = many_due();
    let rehearsed: Sweep = clinic.json("remind due --dry-run");
    let mut sweep = clinic.process("remind due --json").stdout(Stdio::piped()).spawn().unwrap();
    // The sweep has claimed the messages and blocks on its output.
    let held = loop {
        let seen: Sweep = clinic.json("remind due --dry-run");
        if seen.messages.iter().all(|message| message.decision == "leased") {
            break seen;
        }
        assert!(sweep.try_wait().unwrap().is_none(), "the sweep ended by itself");
    };
    assert_eq!(held.messages.len(), count);
    let meanwhile = clinic.sweep();
    assert_eq!((meanwhile.sent, meanwhile.messages.len()), (0, 0), "nobody else sends what is claimed");
    sweep.kill().unwrap();
    sweep.wait().unwrap();
    let Messages { total, .. } = clinic.json("remind list --status sent");
    assert_eq!(total, 0);
    clinic.at("2026-06-02T08:01:00-06:00");
    assert_eq!(clinic.sweep().sent, 0, "the lease still runs");
    clinic.at("2026-06-02T09:00:00-06:00");
    let again = clinic.sweep();
    assert_eq!(again.sent, count);
    assert_eq!(ids(&again), ids(&rehearsed), "the same messages under the same ids");
    clinic.is_sound();
}

#[test]
fn a_sweep_of_many_reads_like_one_report() {
    let (clinic, count) = many_due();
    let text = clinic.run("remind due");
    assert_eq!(text.lines().filter(|line| line.starts_with("+503770")).count(), count);
    assert!(text.ends_with(&format!("{count} sent, 0 failed, 0 skipped\n")), "{text}");
}
