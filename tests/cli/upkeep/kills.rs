//! Writing commands killed at any moment: acknowledged work exists, other work is complete or absent, and the
//! book stays usable.

#[path = "kills/census.rs"]
mod census;
#[path = "kills/init.rs"]
mod init;
#[path = "kills/kinds.rs"]
mod kinds;
#[path = "kills/others.rs"]
mod others;
#[path = "kills/templates.rs"]
mod templates;

use crate::support::{Clinic, Engine};
use census::{Census, census, differences};
use kinds::{KINDS, Kind, LONG_AGO};
use std::collections::BTreeMap;
use std::io::Write;
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};

/// Number of commands between full checks of the book.
const HANDFUL: usize = 24;
/// Bookings per `--input`: more than one transaction holds.
const MANY: usize = 70;
/// One command in this many rounds is not killed, to measure its duration.
const ROUNDS: usize = 10;

/// How a command commits its work.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Way {
    /// In one commit.
    Once,
    /// In one commit per batch of a stream.
    Stream,
    /// In several commits.
    Steps,
    /// One by one, up to the given number.
    Sweep(usize),
}

/// A command to be killed, with its prepared records.
struct Act<'a> {
    kind: &'a Kind,
    number: usize,
    made: String,
    /// An SQL condition for the audit entries made since.
    new: String,
}

impl<'a> Act<'a> {
    /// Runs the preparations.
    fn new(clinic: &Clinic, kind: &'a Kind, number: usize) -> Act<'a> {
        let mut act = Act { kind, number, made: String::new(), new: String::new() };
        for (place, line) in kind.ready.iter().enumerate() {
            let made = act.lives(clinic, line);
            if place == 0 {
                let code = [&made["code"], &made["series"]["code"], &made["id"]];
                act.made = code.into_iter().find_map(|word| word.as_str()).unwrap_or_default().to_owned();
            }
        }
        for words in kind.past {
            let words = act.filled(words);
            if words.starts_with("SELECT") {
                act.made = clinic.place().ask(&words).pop().expect("what was made");
            } else {
                clinic.place().run(&words).expect("a change past the program");
            }
        }
        let ask = |what: &str| clinic.place().ask(&format!("SELECT {what} FROM audit_head ORDER BY chain"));
        let heads = ask("chain").into_iter().zip(ask("seq"));
        let old: Vec<_> = heads.map(|(chain, seq)| format!("chain = '{chain}' AND seq <= {seq}")).collect();
        act.new = format!("NOT ({})", old.join(" OR "));
        act
    }

    /// Runs a command line to its end.
    fn lives(&self, clinic: &Clinic, line: &str) -> serde_json::Value {
        let line = self.filled(line);
        let (line, then) = match line.strip_prefix(LONG_AGO) {
            Some(line) => (line, "2010-01-04T08:00:00-06:00"),
            None => (line.as_str(), clinic.now()),
        };
        let mut command = clinic.process(line);
        command.arg("--json").env("TURNO_NOW", then);
        let output = fed(command, &self.stdin());
        assert!(output.status.success(), "{line}: {output:?}");
        serde_json::from_slice(&output.stdout).unwrap_or_default()
    }

    /// Replaces the placeholders in braces.
    fn filled(&self, text: &str) -> String {
        let Act { number, made, new, .. } = self;
        let (first, last) = ("2026-09-01", "2010-01-05");
        [
            ("{n}", number.to_string()),
            ("{six}", format!("{number:06}")),
            ("{v}", (5 + number % 200).to_string()),
            ("{at}", slot(first, number * 2)),
            ("{to}", slot(first, number * 2 + 1)),
            // The second visit is a day later, and each may be moved by five minutes.
            ("{series}", slot(first, number / 96 * 2 * 288 + number % 96 * 3)),
            ("{day}", day_and_time(first, number * 2).0.to_string()),
            ("{clock}", day_and_time(first, number * 2).1),
            ("{past}", slot(last, *number)),
            ("{made}", made.clone()),
            ("{new}", new.clone()),
        ]
        .iter()
        .fold(text.to_owned(), |text, (word, what)| text.replace(word, what))
    }

    fn line(&self) -> String {
        self.filled(self.kind.line)
    }

    fn stdin(&self) -> String {
        if !self.kind.reads.is_empty() {
            let lines = self.kind.reads.split_inclusive('\n').map(|line| match line.contains("{row}") {
                true => (0..MANY).map(|row| line.replace("{row}", &row.to_string())).collect(),
                false => line.to_owned(),
            });
            return self.filled(&lines.collect::<String>());
        }
        match self.kind.way {
            Way::Stream => (0..MANY).map(|place| self.wish(place)).collect(),
            _ => String::new(),
        }
    }

    /// A booking as a line of JSON, with a separate doctor.
    fn wish(&self, place: usize) -> String {
        let number = self.number;
        let (day, time) = day_and_time("2026-07-01", number / KINDS.len() * MANY + place);
        format!(
            r#"{{"doctor_id":"MUCHOS","date":"{day}","time":"{time}","duration_minutes":5,"patient_name":"Muchos","patient_phone":"+50370000000","external_reference_id":"M{number}-{place}"}}
"#
        )
    }

    /// The number of rows with the command's effect.
    fn there(&self, clinic: &Clinic) -> usize {
        ask(clinic, &format!("SELECT count(*) FROM {}", self.filled(self.kind.done)))
    }
}

/// `--date` and `--time` of a five-minute slot, counted from the day `first`.
fn slot(first: &str, number: usize) -> String {
    let (day, time) = day_and_time(first, number);
    format!("--date {day} --time {time}")
}

fn day_and_time(first: &str, number: usize) -> (chrono::NaiveDate, String) {
    let first: chrono::NaiveDate = first.parse().expect("a day");
    let minute = number % 288 * 5;
    (first + chrono::Days::new((number / 288) as u64), format!("{:02}:{:02}", minute / 60, minute % 60))
}

/// A clinic whose doctors work around the clock, with a second branch and records to be changed.
fn ready() -> Clinic {
    let mut clinic = Clinic::open();
    clinic.set("duplicate_rule", "off");
    clinic.set("max_advance", "3600d");
    clinic.does("window set DAY --days daily --from 00:00 --to 24:00");
    for doctor in ["MUCHOS", "BLANCO", "SERIE", "ESPERA"] {
        clinic.does(&format!("doctor add --name 'Dr. {doctor}' --code {doctor}"));
        clinic.does(&format!("window add --doctor {doctor} --days daily --from 00:00 --to 24:00"));
    }
    for line in [
        "book --doctor GARCIA --date 2026-06-15 --time 10:00 --name 'Juan Pérez' --phone +50377654321",
        "window add --doctor BLANCO --on 2040-03-01 --from 09:00 --to 12:00 --capacity 3 --code EXTRA",
        "service add --name Vacuna --code VAC",
        "branch add --name Norte --code NORTE",
        "webhook add --url http://127.0.0.1:9/hook --allow-private --event appointment.cancelled --code HOOK",
        "webhook add --url https://example.org/spare --event no_show --code SPARE",
        "clinic add --name Otra --timezone UTC --code otra",
        "clinic use sanjose",
    ] {
        clinic.does(line);
    }
    std::fs::create_dir(clinic.home().join("words")).expect("a folder");
    clinic.env("TURNO_CLINIC", "sanjose").env("TURNO_BRANCH", "main");
    clinic
}

/// Runs a query that counts rows.
fn ask(clinic: &Clinic, question: &str) -> usize {
    clinic.place().ask(question)[0].parse().expect("a number")
}

/// The book is sound, and records and their audit entries match.
fn is_whole(clinic: &Clinic) {
    clinic.is_sound();
    for (table, action) in [
        ("appointments", "appointment.booked', 'appointment.imported"),
        ("branches", "branch.added"),
        ("clinics", "clinic.added"),
        ("closures", "closure.added"),
        ("doctors", "doctor.added"),
        ("keys", "key.created"),
        ("patients", "patient.added', 'patient.imported"),
        ("series", "series.booked"),
        ("services", "service.added"),
        ("waitlist", "waitlist.added"),
        ("webhooks", "webhook.added"),
        ("windows", "window.added"),
    ] {
        let made = format!("SELECT record_id FROM audit_log WHERE action IN ('{action}')");
        let unheard = ask(clinic, &format!("SELECT count(*) FROM {table} WHERE id NOT IN ({made})"));
        assert_eq!(unheard, 0, "rows of {table} without the entry that made them");
        // A purge redacts the entries of its records.
        let gone = format!("{made} AND redacted_by IS NULL AND record_id NOT IN (SELECT id FROM {table})");
        assert_eq!(clinic.place().ask(&gone), [""; 0], "entries about {table} that are not there");
    }
    // A patient created by a booking exists only together with the booking.
    let alone = "SELECT count(*) FROM patients WHERE full_name LIKE 'Nueva%'
        AND id NOT IN (SELECT patient_id FROM appointments)";
    assert_eq!(ask(clinic, alone), 0, "patients without the booking that made them");
    let reminders = "SELECT count(*) FROM appointments WHERE status = 'confirmed' AND reminders_planned <>
        (SELECT count(*) FROM messages WHERE appointment_id = appointments.id AND kind = 'reminder' AND status = 'pending')";
    assert_eq!(ask(clinic, reminders), 0, "appointments without their reminders");
    let unsaid = "SELECT count(*) FROM audit_log WHERE action = 'appointment.cancelled' AND record_id NOT IN
        (SELECT appointment_id FROM webhook_events) AND EXISTS (SELECT 1 FROM webhooks WHERE code = 'HOOK')";
    assert_eq!(ask(clinic, unsaid), 0, "cancellations without their event");
}

/// Runs the command and kills the process after `moment`, if given. Returns its output and duration.
fn run(clinic: &Clinic, act: &Act<'_>, moment: Option<Duration>) -> (Output, Duration) {
    let begun = Instant::now();
    let mut command = clinic.process(&act.line());
    command.arg("--json").stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut program = command.spawn().expect("turno starts");
    feed(&mut program, &act.stdin());
    if let Some(moment) = moment {
        std::thread::sleep(moment.saturating_sub(begun.elapsed()));
        program.kill().expect("it can be killed");
    }
    let output = program.wait_with_output().expect("its output");
    (output, begun.elapsed())
}

/// Runs the command to its end with the given stdin.
fn fed(mut command: Command, input: &str) -> Output {
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut program = command.spawn().expect("turno starts");
    feed(&mut program, input);
    program.wait_with_output().expect("its output")
}

fn feed(program: &mut Child, input: &str) {
    let mut stdin = program.stdin.take().expect("its input");
    // Ignore errors: a killed process reads no more.
    let _ = stdin.write_all(input.as_bytes());
}

#[derive(Debug, Default)]
struct Tally {
    kills: usize,
    before: usize,
    after: usize,
    acknowledged: usize,
}

#[test]
fn every_command_that_is_killed_at_any_moment_did_all_of_it_or_nothing() {
    // By default, one of each kind is not killed and one is.
    let kills = number("TURNO_KILLS").unwrap_or(KINDS.len());
    let mut chance = number("TURNO_SEED").unwrap_or(20_260_601) as u64;
    let clinic = ready();
    let mut lives: BTreeMap<usize, (Duration, Census)> = BTreeMap::new();
    let mut tally = Tally::default();
    for number in 0.. {
        if tally.kills == kills {
            break;
        }
        let (place, round) = (number % KINDS.len(), number / KINDS.len());
        let act = Act::new(&clinic, &KINDS[place], number);
        let (there_before, before) = (act.there(&clinic), census(&clinic));
        chance = chance.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let moment = lives.get(&place).filter(|_| !round.is_multiple_of(ROUNDS)).map(|(life, _)| {
            // From soon after the start to a little after the usual end.
            life.mul_f64(0.15 + (chance >> 40) as f64 / (1_u64 << 24) as f64 * 1.1)
        });
        let (output, life) = run(&clinic, &act, moment);
        let there = act.there(&clinic) - there_before;
        let done = differences(&before, &census(&clinic));
        let what = format!("kill {number}, {}: {there} there, {done:?}, {output:?}", act.line());
        let ended = output.status.success();
        assert!(ended || output.status.code().is_none(), "{what}");
        if moment.is_none() {
            assert!(ended && !done.is_empty(), "{what}: it does nothing");
            let was = lives.insert(place, (life, done.clone()));
            assert!(act.kind.way != Way::Once || was.is_none_or(|(_, was)| was == done), "{what}");
        } else {
            tally.kills += 1;
            *(match (ended, done.is_empty()) {
                (true, _) => &mut tally.acknowledged,
                (false, true) => &mut tally.before,
                (false, false) => &mut tally.after,
            }) += 1;
        }
        let whole = &lives[&place].1;
        check(&act, &output, there, (&done, whole), &what);
        if !act.kind.after.is_empty() {
            let _ = act.lives(&clinic, act.kind.after);
            let there = act.there(&clinic) - there_before;
            assert!(act.kind.way != Way::Stream || there == MANY, "{what}: then {there}");
        }
        if (number + 1).is_multiple_of(HANDFUL) {
            is_whole(&clinic);
        }
    }
    is_whole(&clinic);
    assert!(tally.before > 0 && tally.acknowledged > 0, "{tally:?}");
    let engine = if crate::ENGINE == Engine::Sqlite { "SQLite" } else { "PostgreSQL" };
    report(&format!("on {engine}, of {} kinds: {tally:?}", KINDS.len()));
}

/// Checks the book against the command's output; `whole` is the effect of a complete run.
fn check(act: &Act<'_>, output: &Output, there: usize, (done, whole): (&Census, &Census), what: &str) {
    let said = String::from_utf8_lossy(&output.stdout);
    let acknowledged = output.status.success();
    match act.kind.way {
        Way::Once => {
            assert!(done.is_empty() || done == whole, "{what}: half of {whole:?}");
            assert_eq!(done.is_empty(), there == 0, "{what}");
            assert!(there > 0 || (said.is_empty() && !acknowledged), "{what}: it was said");
        }
        Way::Stream => {
            let answers = said.lines().filter(|line| line.ends_with('}') && line.contains("\"external_ref"));
            let answers = answers.count();
            assert!(answers <= there, "{what}: {answers} were acknowledged");
            assert!(there <= MANY && (!acknowledged || there == MANY), "{what}");
        }
        Way::Steps => assert!(there == 1 || (said.is_empty() && !acknowledged), "{what}: it was said"),
        Way::Sweep(limit) => assert!(there <= limit, "{what}"),
    }
}

/// A number from the environment.
fn number(name: &str) -> Option<usize> {
    std::env::var(name).ok().and_then(|text| text.parse().ok())
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
            // Not every system has `/dev/full`.
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
    // A closed stdout is not an error.
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
