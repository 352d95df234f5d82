//! Writing commands that are killed at any moment: what was acknowledged is there, nothing is there by
//! halves, and the book opens and goes on.

use crate::support::{Clinic, Engine};
use std::collections::BTreeMap;
use std::io::Write;
use std::process::Stdio;
use std::time::{Duration, Instant};

/// How many commands are killed; `TURNO_KILLS` says otherwise.
const KILLS: usize = 48;
/// After so many the book is looked at as a whole.
const HANDFUL: usize = 24;
/// How many bookings one `--input` asks for: more than share a commit.
const MANY: usize = 70;

/// A command, what it is fed, and a question that counts what of it is in the book.
struct Act {
    line: String,
    stdin: String,
    done: String,
    /// How many of those there are when all of it is done.
    whole: usize,
}

impl Act {
    fn new(line: String, done: String) -> Act {
        Act { line, stdin: String::new(), done, whole: 1 }
    }
}

/// Kinds of commands; each kill takes the next.
const KINDS: usize = 16;

/// The command for the kill of that number; `targets` are appointments that nobody touched yet.
fn act(number: usize, targets: &mut Vec<String>) -> Act {
    let count = |table: &str, of: String| format!("SELECT count(*) FROM {table} WHERE {of}");
    let mut target = || targets.pop().expect("an appointment");
    let at = slot(number * 2);
    match number % KINDS {
        0 => Act::new(
            format!(
                "book --doctor GARCIA {at} --duration 5 --name 'Nueva {number}' --phone +50376{number:06} --national-id ID-{number}"
            ),
            count(
                "appointments",
                format!("patient_id IN (SELECT id FROM patients WHERE phone = '+50376{number:06}')"),
            ),
        ),
        1 => Act::new(
            format!(
                "book --doctor GARCIA {at} --duration 5 --name 'Juan Pérez' --phone +50377654321 --external-ref K{number}"
            ),
            count("appointments", format!("external_reference_id = 'K{number}'")),
        ),
        2 => Act {
            line: "book --input -".to_owned(),
            stdin: (0..MANY)
                .map(|place| wish(&format!("M{number}-{place}"), number * MANY + place))
                .collect(),
            done: count("appointments", format!("external_reference_id LIKE 'M{number}-%'")),
            whole: MANY,
        },
        3 => {
            let id = target();
            let done = count("appointments", format!("id = '{id}' AND reschedule_count = 1"));
            Act::new(format!("reschedule {id} {at}"), done)
        }
        4 => {
            let id = target();
            let done = count("appointments", format!("id = '{id}' AND status = 'cancelled'"));
            Act::new(format!("cancel {id} --reason viaje"), done)
        }
        5 => {
            let id = target();
            let done = count("appointments", format!("id = '{id}' AND status = 'checked_in'"));
            Act::new(format!("status {id} checked_in"), done)
        }
        6 => {
            let id = target();
            let done = count("appointments", format!("id = '{id}' AND notes = 'kill {number}'"));
            Act::new(format!("update {id} --notes 'kill {number}'"), done)
        }
        7 => Act::new(
            format!(
                "patient add --name 'Sola {number}' --phone +50375{number:06} --national-id SOLA-{number}"
            ),
            count("patients", format!("phone = '+50375{number:06}'")),
        ),
        8 => Act::new(
            format!("patient set +50377654321 --email juan{number}@example.org"),
            count("patients", format!("email = 'juan{number}@example.org'")),
        ),
        9 => Act::new(
            format!("doctor add --name 'Dra. {number}' --code DRA-{number}"),
            count("doctors", format!("code = 'DRA-{number}'")),
        ),
        10 => Act::new(
            format!("service add --name 'Servicio {number}' --code SER-{number}"),
            count("services", format!("code = 'SER-{number}'")),
        ),
        11 => Act::new(
            format!("window add --doctor GARCIA --on 2040-01-01 --from 09:00 --to 10:00 --code VEN-{number}"),
            count("windows", format!("code = 'VEN-{number}'")),
        ),
        12 => Act::new(
            format!("closure add --date 2040-02-01 --reason 'kill {number}'"),
            count("closures", format!("reason = 'kill {number}'")),
        ),
        13 => Act::new(
            format!("clinic set slot_minutes {}", 5 + number % 200),
            count("audit_log", format!("action = 'clinic.updated' AND seq > {SETTINGS}")),
        ),
        14 => Act::new(
            format!(
                "webhook add --url https://example.org/{number} --event appointment.no_show --code WEB-{number}"
            ),
            count("webhooks", format!("code = 'WEB-{number}'")),
        ),
        _ => Act::new("remind due --limit 5".to_owned(), count("messages", "status = 'sent'".to_owned())),
    }
}

/// Takes the place of a number that is only known when the command is run.
const SETTINGS: &str = "(-1)";

/// `--date` and `--time` of the n-th five minutes of the doctor's time.
fn slot(number: usize) -> String {
    let (day, minute) = day_and_minute(number, 60);
    format!("--date {day} --time {:02}:{:02}", minute / 60, minute % 60)
}

/// Places for so many visits a day, from that many days from the first of July on.
fn day_and_minute(number: usize, from: u64) -> (chrono::NaiveDate, usize) {
    let first = chrono::NaiveDate::from_ymd_opt(2026, 7, 1).expect("a day");
    (first + chrono::Days::new(from + (number / 288) as u64), number % 288 * 5)
}

/// A booking as a line of JSON, with a doctor of its own.
fn wish(reference: &str, number: usize) -> String {
    let (day, minute) = day_and_minute(number, 0);
    format!(
        r#"{{"doctor_id":"MUCHOS","date":"{day}","time":"{:02}:{:02}","duration_minutes":5,"patient_name":"Muchos","patient_phone":"+50370000000","external_reference_id":"{reference}"}}
"#,
        minute / 60,
        minute % 60
    )
}

/// A clinic whose doctors are there day and night, and visits for the commands to change.
fn ready(kills: usize) -> (Clinic, Vec<String>) {
    let clinic = Clinic::open();
    clinic.set("duplicate_rule", "off");
    clinic.set("max_advance", "2000d");
    clinic.does("window set DAY --days daily --from 00:00 --to 24:00");
    clinic.does("doctor add --name 'Dr. Muchos' --code MUCHOS");
    clinic.does("doctor add --name 'Dra. Blanco' --code BLANCO");
    clinic.does("window add --doctor MUCHOS --days daily --from 00:00 --to 24:00");
    clinic.does("window add --doctor BLANCO --days daily --from 00:00 --to 24:00");
    clinic
        .does("book --doctor GARCIA --date 2026-06-15 --time 10:00 --name 'Juan Pérez' --phone +50377654321");
    let targets = (0..kills / 2 + 8).map(|number| wish(&format!("T{number}"), number)).collect::<String>();
    let made = clinic.fed("book --input - --json", targets.replace("MUCHOS", "BLANCO")).exits(0).stdout();
    let ids = made.lines().map(|line| {
        let made: serde_json::Value = serde_json::from_str(line).expect("an appointment");
        made["id"].as_str().expect("an id").to_owned()
    });
    let ids = ids.collect();
    (clinic, ids)
}

/// How many rows a question finds.
fn ask(clinic: &Clinic, question: &str) -> usize {
    clinic.place().ask(question)[0].parse().expect("a number")
}

/// Every record has the entry that made it, and none is about a record that is not there.
fn is_whole(clinic: &Clinic) {
    clinic.is_sound();
    for (table, action) in [
        ("appointments", "appointment.booked"),
        ("patients", "patient.added"),
        ("doctors", "doctor.added"),
        ("services", "service.added"),
        ("windows", "window.added"),
        ("closures", "closure.added"),
        ("webhooks", "webhook.added"),
    ] {
        let rows = ask(clinic, &format!("SELECT count(*) FROM {table}"));
        let entries = ask(clinic, &format!("SELECT count(*) FROM audit_log WHERE action = '{action}'"));
        assert_eq!(rows, entries, "rows of {table}, and entries that made them");
    }
    // A patient whom only a booking made is there with that booking or not at all.
    let alone = "SELECT count(*) FROM patients WHERE full_name LIKE 'Nueva%'
        AND id NOT IN (SELECT patient_id FROM appointments)";
    assert_eq!(ask(clinic, alone), 0, "patients without the booking that made them");
    let reminders = "SELECT count(*) FROM appointments WHERE status = 'confirmed' AND reminders_planned <>
        (SELECT count(*) FROM messages WHERE appointment_id = appointments.id AND kind = 'reminder' AND status = 'pending')";
    assert_eq!(ask(clinic, reminders), 0, "appointments without their reminders");
}

#[derive(Debug, Default)]
struct Tally {
    before: usize,
    after: usize,
    acknowledged: usize,
}

#[test]
fn a_command_that_is_killed_at_any_moment_did_all_of_it_or_nothing() {
    let kills = std::env::var("TURNO_KILLS").ok().and_then(|text| text.parse().ok()).unwrap_or(KILLS);
    let (clinic, mut targets) = ready(kills);
    let mut chance =
        std::env::var("TURNO_SEED").ok().and_then(|text| text.parse().ok()).unwrap_or(20_260_601_u64);
    let mut lives: BTreeMap<usize, Duration> = BTreeMap::new();
    let mut tally = Tally::default();
    // The first of each kind lives: it tells how long such a command takes.
    for number in 0..KINDS + kills {
        let mut act = act(number, &mut targets);
        act.done = act
            .done
            .replace(SETTINGS, &ask(&clinic, "SELECT coalesce(max(seq), 0) FROM audit_log").to_string());
        let there_before = ask(&clinic, &act.done);
        let begun = Instant::now();
        let mut command = clinic.process(&act.line);
        command.arg("--json").stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut program = command.spawn().expect("turno starts");
        let mut stdin = program.stdin.take().expect("its input");
        // One that was killed reads no more.
        let _ = stdin.write_all(act.stdin.as_bytes());
        drop(stdin);
        if let Some(life) = lives.get(&(number % KINDS)) {
            chance = chance.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            // From when it has just begun to a little beyond its usual end.
            let moment = life.mul_f64(0.15 + (chance >> 40) as f64 / (1_u64 << 24) as f64 * 1.1);
            std::thread::sleep(moment.saturating_sub(begun.elapsed()));
            program.kill().expect("it can be killed");
        }
        let output = program.wait_with_output().expect("its output");
        lives.entry(number % KINDS).or_insert_with(|| begun.elapsed());

        let there = ask(&clinic, &act.done) - there_before;
        let said = String::from_utf8_lossy(&output.stdout);
        let what = format!("kill {number}, {}: {there} of {} there", act.line, act.whole);
        if number % KINDS == 15 {
            assert!(there <= 5, "{what}");
        } else if number % KINDS == 2 {
            let lines = said
                .lines()
                .filter(|line| line.ends_with('}') && line.contains("\"external_reference_id\":\"M"))
                .count();
            assert!(lines <= there, "{what}: {lines} were acknowledged");
            // Each of them is there or not; how many share a commit depends on how fast they come.
            assert!(there <= act.whole, "{what}");
        } else {
            assert!(there == 0 || there == act.whole, "{what}");
            assert!(!output.status.success() || there == act.whole, "{what}: it was acknowledged");
            assert!(!said.ends_with("}\n") || there == act.whole, "{what}: it was said");
        }
        match (output.status.success(), there) {
            (true, _) => tally.acknowledged += 1,
            (false, 0) => tally.before += 1,
            (false, _) => tally.after += 1,
        }
        assert!(output.status.success() || output.status.code().is_none(), "{what}: {output:?}");
        if (number + 1).is_multiple_of(HANDFUL) {
            is_whole(&clinic);
        }
    }
    is_whole(&clinic);
    assert!(tally.before > 0 && tally.acknowledged > KINDS, "{tally:?}");
    let engine = if crate::ENGINE == Engine::Sqlite { "SQLite" } else { "PostgreSQL" };
    report(&format!("{kills} commands killed on {engine}: {tally:?}"));
}

#[test]
fn a_command_whose_answer_can_t_be_written_is_done_and_says_so() {
    let clinic = Clinic::open();
    let booked = clinic.book_juan("--date 2026-06-15 --time 10:00");
    for (line, done) in [
        (
            "doctor add --name 'Dra. Luna' --code LUNA",
            "SELECT count(*) FROM doctors WHERE code = 'LUNA'".to_owned(),
        ),
        (
            "book --doctor GARCIA --date 2026-06-16 --time 10:00 --name Eva --phone +50370000001",
            "SELECT count(*) FROM patients WHERE full_name = 'Eva'".to_owned(),
        ),
        (
            &*format!("cancel {} --reason viaje", booked.code),
            format!("SELECT count(*) FROM appointments WHERE id = '{}' AND status = 'cancelled'", booked.id),
        ),
    ] {
        for line in [line.to_owned(), format!("{line} --json")] {
            let full = std::fs::OpenOptions::new().write(true).open("/dev/full");
            // Not every system has such a device.
            let Ok(full) = full else { continue };
            let output = clinic.process(&line).stdout(full).output().expect("turno runs");
            let said = String::from_utf8_lossy(&output.stderr).into_owned();
            assert_eq!(ask(&clinic, &done), 1, "{line}: {said}");
            if line.ends_with("--json") {
                continue;
            }
            assert_eq!(output.status.code(), Some(1), "{line}: {said}");
            assert!(said.contains("what the command did is done"), "{line}: {said}");
        }
    }
    // Who has gone away hears nothing, and misses nothing.
    let line = "service add --name Control --code CONTROL";
    let mut program = clinic.process(line).stdout(Stdio::piped()).spawn().expect("turno starts");
    drop(program.stdout.take());
    assert_eq!(program.wait().expect("it ends").code(), Some(0));
    assert_eq!(ask(&clinic, "SELECT count(*) FROM services WHERE code = 'CONTROL'"), 1);
    is_whole(&clinic);
}

#[expect(clippy::disallowed_macros, reason = "shown with --nocapture: what a run by hand has tried")]
fn report(words: &str) {
    eprintln!("kills: {words}");
}
