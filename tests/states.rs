//! A random run of commands, at a small model of the rules and at a real book: both say the same.
//!
//! `TURNO_STEPS=N` takes N commands instead of ten thousand, `TURNO_SEED=N` others. What fails is shown
//! with its seed and the fewest commands by which it still does.

#![expect(
    unreachable_pub,
    clippy::panic,
    clippy::expect_used,
    reason = "the helpers of a test program are shared by its modules, and a test fails by a panic"
)]

#[cfg(feature = "postgres")]
#[path = "cluster/mod.rs"]
mod cluster;
#[path = "model/mod.rs"]
mod model;

use model::real::{BRANCHES, Real, Seen, doctor_code, phone, status_word};
use model::step::{Chance, Setting, Step, next};
use model::time::{DAY, NEW_YORK, SALVADOR, Zone, days};
use model::{Doctor, Duplicates, Model, Refused, Settings, Status, Window};
use std::collections::BTreeMap;
use std::path::Path;
use turno::domain::refusal::Refusal;
use turno::store::Location;

/// How many commands are given in all; `TURNO_STEPS` says otherwise.
const STEPS: usize = 10_000;
/// How many of them to one book.
const OF_A_BOOK: usize = 250;
/// How often a failure is tried again with fewer commands.
const SHRINKS: usize = 400;

/// What must have been answered often enough: all refusals of the rules, and the two ways to succeed.
const MET: [&str; 18] = [
    "(, false)",
    "(, true)",
    "VALIDATION_ERROR",
    "PAST_APPOINTMENT",
    "RESOURCE_NOT_FOUND",
    "APPOINTMENT_CONFLICT",
    "SLOT_FULL",
    "SLOT_INACTIVE",
    "DUPLICATE_BOOKING",
    "IDEMPOTENCY_MISMATCH",
    "INVALID_APPOINTMENT_TYPE",
    "OUTSIDE_AVAILABILITY",
    "INVALID_TIME_SLOT",
    "INVALID_STATE_TRANSITION",
    "CANCELLATION_RESTRICTED",
    "RESCHEDULE_RESTRICTED",
    "TOO_SOON",
    "TOO_FAR",
];

/// A clinic to begin with, by the number of its run.
#[derive(Debug, Clone, Copy)]
struct Setup {
    zone: Zone,
    now: i64,
    one_patient_per_phone: bool,
}

impl Setup {
    fn of(run: usize) -> Setup {
        // Both jumps of the clock lie within the days for which visits are booked.
        let (zone, day) = match run % 3 {
            0 => (SALVADOR, days(2026, 6, 1)),
            1 => (NEW_YORK, days(2026, 10, 29)),
            _ => (NEW_YORK, days(2027, 3, 11)),
        };
        Setup { zone, now: day * DAY + 14 * 60, one_patient_per_phone: run % 4 == 3 }
    }
}

/// The model and the real book side by side.
struct Both {
    model: Model,
    real: Real,
    /// How often each answer was given.
    answers: BTreeMap<String, usize>,
}

impl Both {
    fn new(setup: Setup, location: &Location, folder: &Path) -> Result<Both, Refusal> {
        let settings = Settings {
            slot: 30,
            initial: Status::Confirmed,
            duplicates: Duplicates::Phone,
            one_patient_per_phone: setup.one_patient_per_phone,
            strict: false,
            min_notice: 0,
            max_advance: 365 * DAY,
            cancellation_cutoff: 0,
            reschedule_cutoff: 0,
            cancellation_reason: true,
            diagnosis: false,
            reason: false,
        };
        let mut model = Model::new(setup.zone, setup.now, settings);
        let mut real = Real::new(location, folder.join("secret.key"), setup.zone, setup.now)?;
        let identity = if setup.one_patient_per_phone { "phone" } else { "phone_and_name" };
        real.set(Setting("patient_identity", identity))?;
        for (number, slot) in [Some(30), Some(20), None].into_iter().enumerate() {
            model.doctors.push(Doctor { slot, before: 0, after: 0 });
            real.add_doctor(number, slot)?;
        }
        for (number, minutes) in [Some(45), None].into_iter().enumerate() {
            model.services.push(minutes);
            real.add_service(number, minutes)?;
        }
        let window = |doctor, (from, to), session, capacity| Window {
            branch: 0,
            doctor,
            service: None,
            weekdays: 127,
            from,
            to,
            session,
            slot: None,
            capacity,
            open: true,
            active: true,
        };
        for opening in [
            window(Some(0), (540, 1020), None, None),
            window(Some(1), (480, 720), Some("Morning"), None),
            window(Some(2), (1320, 300), None, Some(2)),
            window(None, (540, 780), Some("Morning"), Some(2)),
            Window { branch: 1, ..window(Some(0), (480, 720), None, None) },
        ] {
            real.add_window(&opening)?;
            model.windows.push(opening);
        }
        Ok(Both { model, real, answers: BTreeMap::new() })
    }

    /// What the model shows of a visit.
    fn expected(&self, number: usize) -> Seen {
        let visit = &self.model.visits[number];
        let patient = self.model.patients[visit.patient];
        Seen {
            doctor: visit.doctor.map(doctor_code),
            branch: BRANCHES[visit.branch].to_owned(),
            start: visit.start,
            minutes: visit.minutes,
            token: visit.token,
            status: status_word(visit.status).as_str().to_owned(),
            overbooked: visit.overbooked,
            moves: visit.moves,
            phone: phone(patient.phone),
            no_shows: patient.no_shows,
        }
    }

    /// Gives a command to both.
    fn take(&mut self, step: &Step) -> Result<(), String> {
        let Both { model, real, answers } = self;
        let visit =
            |wanted: usize, model: &Model| (!model.visits.is_empty()).then(|| wanted % model.visits.len());
        match step {
            Step::Book(wish) => {
                let (said, answer) = (model.book(wish), real.book(wish));
                let done = agree(answers, said, answer.map(|(number, seen, there)| ((number, there), seen)))?;
                self.same(done.map(|((number, _), seen)| (number, seen)))
            }
            Step::Reschedule(wanted, to) => {
                let Some(number) = visit(*wanted, model) else { return Ok(()) };
                let (said, answer) = (model.reschedule(number, to), real.reschedule(number, to));
                let done = agree(answers, said.map(drop), answer.map(|seen| ((), seen)))?;
                self.same(done.map(|((), seen)| (number, seen)))
            }
            Step::Status(wanted, step) => {
                let Some(number) = visit(*wanted, model) else { return Ok(()) };
                let (said, answer) = (model.step_to(number, step), real.step_to(number, step));
                let done = agree(answers, said, answer.map(|(seen, changed)| (changed, seen)))?;
                self.same(done.map(|(_, seen)| (number, seen)))
            }
            Step::Lengthen(wanted, minutes) => {
                let Some(number) = visit(*wanted, model) else { return Ok(()) };
                let (said, answer) = (model.lengthen(number, *minutes), real.lengthen(number, *minutes));
                let done = agree(answers, said, answer.map(|seen| ((), seen)))?;
                self.same(done.map(|((), seen)| (number, seen)))
            }
            other => self.arrange(other).map_err(|refusal| format!("the book refuses: {refusal:?}")),
        }
    }

    /// Commands that both always take.
    fn arrange(&mut self, step: &Step) -> Result<(), Refusal> {
        let Both { model, real, .. } = self;
        match step {
            Step::AddWindow(window) => {
                real.add_window(window)?;
                model.windows.push(window.clone());
            }
            Step::RemoveWindow(wanted) | Step::OpenWindow(wanted, _) => {
                let number = wanted % model.windows.len();
                let window = &mut model.windows[number];
                match step {
                    _ if !window.active => {}
                    Step::OpenWindow(_, open) => {
                        real.open_window(number, *open)?;
                        window.open = *open;
                    }
                    _ => {
                        real.remove_window(number)?;
                        window.active = false;
                    }
                }
            }
            Step::AddClosure(closure) => {
                real.add_closure(closure)?;
                model.closures.push(*closure);
            }
            Step::RemoveClosure(wanted) if !model.closures.is_empty() => {
                let number = wanted % model.closures.len();
                if std::mem::take(&mut model.closures[number].active) {
                    real.remove_closure(number)?;
                }
            }
            Step::Buffers(wanted, before, after) => {
                let number = wanted % model.doctors.len();
                real.buffers(number, *before, *after)?;
                (model.doctors[number].before, model.doctors[number].after) = (*before, *after);
            }
            Step::Set(setting) => {
                real.set(*setting)?;
                model.settings.set(setting.0, setting.1);
            }
            Step::Pass(minutes) => {
                model.now += minutes;
                real.at(model.now);
            }
            _ => {}
        }
        Ok(())
    }

    fn same(&self, seen: Option<(usize, Seen)>) -> Result<(), String> {
        match seen {
            Some((number, seen)) if seen != self.expected(number) => {
                Err(format!("visit {number}: the model has {:?}, the book {seen:?}", self.expected(number)))
            }
            _ => Ok(()),
        }
    }

    /// The whole list at the end, and what a check of the book finds.
    fn compare(&mut self) -> Result<(), String> {
        let all = self.real.all().map_err(|refusal| format!("{refusal:?}"))?;
        let expected: Vec<Seen> = (0..self.model.visits.len()).map(|number| self.expected(number)).collect();
        if all != expected {
            let place = all.iter().zip(&expected).position(|(seen, expected)| seen != expected);
            return Err(format!(
                "the lists differ, {} and {} visits, first at {place:?}",
                expected.len(),
                all.len()
            ));
        }
        match self.real.findings() {
            Ok(findings) if findings.is_empty() => Ok(()),
            other => Err(format!("a check of the book finds {other:?}")),
        }
    }
}

/// Whether both took it or both refused it, with the same words.
fn agree<T: PartialEq + std::fmt::Debug>(
    answers: &mut BTreeMap<String, usize>,
    said: Result<T, Refused>,
    answer: Result<(T, Seen), Refusal>,
) -> Result<Option<(T, Seen)>, String> {
    let word = said
        .as_ref()
        .map_or_else(|code| (*code).to_owned(), |done| format!("{done:?}").replace(char::is_numeric, ""));
    *answers.entry(word).or_default() += 1;
    match (said, answer) {
        (Ok(said), Ok((done, seen))) if said == done => Ok(Some((done, seen))),
        (Err(said), Err(refusal)) if said == refusal.code.as_str() => Ok(None),
        (said, answer) => Err(format!("the model answers {said:?}, the book {answer:?}")),
    }
}

impl Settings {
    fn set(&mut self, key: &str, value: &str) {
        let minutes = || match value {
            "0" => 0,
            "45m" => 45,
            "90m" => 90,
            "26h" => 26 * 60,
            "3h" => 180,
            "5d" => 5 * DAY,
            "365d" => 365 * DAY,
            other => panic!("{other}"),
        };
        let yes = value == "true";
        match key {
            "duplicate_rule" => {
                self.duplicates = match value {
                    "off" => Duplicates::Off,
                    "phone" => Duplicates::Phone,
                    _ => Duplicates::PhoneAndName,
                }
            }
            "min_notice" => self.min_notice = minutes(),
            "max_advance" => self.max_advance = minutes(),
            "cancellation_cutoff" => self.cancellation_cutoff = minutes(),
            "reschedule_cutoff" => self.reschedule_cutoff = minutes(),
            "strict_slots" => self.strict = yes,
            "require_cancellation_reason" => self.cancellation_reason = yes,
            "require_diagnosis" => self.diagnosis = yes,
            "require_reason" => self.reason = yes,
            "initial_status" => {
                self.initial = if value == "confirmed" { Status::Confirmed } else { Status::Scheduled };
            }
            other => panic!("{other}"),
        }
    }
}

/// Makes places for books; each is gone when the next one is made.
type Shelf<'a> = &'a mut dyn FnMut(&Path) -> Location;

/// Plays a history at a new book. Answers what is wrong, and after how many commands.
fn play(setup: Setup, history: &[Step], shelf: Shelf<'_>) -> Result<(), (usize, String)> {
    let folder = scratch();
    let location = shelf(folder.path());
    let mut both =
        Both::new(setup, &location, folder.path()).map_err(|refusal| (0, format!("{refusal:?}")))?;
    for (number, step) in history.iter().enumerate() {
        both.take(step).map_err(|problem| (number + 1, problem))?;
    }
    both.compare().map_err(|problem| (history.len(), problem))
}

/// Gives commands by chance. Answers what was answered how often, or the history that failed.
fn run(
    setup: Setup,
    seed: u64,
    steps: usize,
    shelf: Shelf<'_>,
) -> Result<BTreeMap<String, usize>, (Vec<Step>, String)> {
    let folder = scratch();
    let location = shelf(folder.path());
    let mut both = Both::new(setup, &location, folder.path()).expect("a book");
    let mut chance = Chance(seed);
    let mut history = Vec::new();
    for _ in 0..steps {
        history.push(next(&both.model, &mut chance));
        if let Err(problem) = both.take(history.last().expect("a step")) {
            return Err((history, problem));
        }
    }
    match both.compare() {
        Ok(()) => Ok(both.answers),
        Err(problem) => Err((history, problem)),
    }
}

/// Leaves out what the failure does without.
fn shrink(setup: Setup, mut history: Vec<Step>, shelf: Shelf<'_>) -> Vec<Step> {
    let (mut part, mut tries) = (history.len() / 2, SHRINKS);
    while part > 0 {
        let mut from = 0;
        while from < history.len() && tries > 0 {
            let mut fewer = history.clone();
            fewer.drain(from..(from + part).min(history.len()));
            tries -= 1;
            match play(setup, &fewer, shelf) {
                Err((until, _)) => {
                    fewer.truncate(until);
                    history = fewer;
                }
                Ok(()) => from += part,
            }
        }
        part /= 2;
    }
    history
}

fn walk(engine: &str, shelf: Shelf<'_>) {
    let number =
        |name: &str, usual| std::env::var(name).map_or(usual, |text| text.parse().expect("a number"));
    let (steps, first) = (number("TURNO_STEPS", STEPS), number("TURNO_SEED", 1));
    let mut answers = BTreeMap::<String, usize>::new();
    for run_number in 0..steps.div_ceil(OF_A_BOOK) {
        let setup = Setup::of(run_number);
        let seed = (first + run_number) as u64;
        let length = OF_A_BOOK.min(steps - run_number * OF_A_BOOK);
        match run(setup, seed.wrapping_mul(0x9E37_79B9_7F4A_7C15), length, shelf) {
            Ok(given) => {
                given.into_iter().for_each(|(word, times)| *answers.entry(word).or_default() += times)
            }
            Err((history, problem)) => {
                let fewest = shrink(setup, history, shelf);
                let again = play(setup, &fewest, shelf);
                panic!(
                    "{engine}, seed {seed}, {setup:?}: {problem}\nfewest commands: {fewest:#?}\n{again:?}"
                );
            }
        }
    }
    report(&format!("{steps} commands on {engine}: {answers:?}"));
    // A run that does not meet a rule says nothing of it.
    for code in MET {
        let times = answers.get(code).copied().unwrap_or_default();
        assert!(
            steps < STEPS / 2 || times * 2500 > steps,
            "{code} was answered {times} times by {steps} commands"
        );
    }
}

/// In memory where that can be: no book of these outlives the test.
fn scratch() -> tempfile::TempDir {
    let memory = tempfile::Builder::new().prefix("turno-states-").tempdir_in("/dev/shm");
    memory.or_else(|_| tempfile::tempdir()).expect("a folder")
}

#[expect(clippy::disallowed_macros, reason = "shown with --nocapture: what a run by hand has tried")]
fn report(words: &str) {
    eprintln!("states: {words}");
}

#[test]
fn a_book_in_a_file_answers_as_the_model_does() {
    walk("SQLite", &mut |folder| Location::File(folder.join("turno.db")));
}

#[cfg(feature = "postgres")]
#[test]
fn a_book_on_a_server_answers_as_the_model_does() {
    let Some(server) = cluster::server() else { return };
    let password = server.password.clone().unwrap_or_default();
    let mut kept = None;
    walk("PostgreSQL", &mut |_| {
        let database = server.database();
        let url = database.url().replacen('@', &format!(":{password}@"), 1);
        kept = Some(database);
        turno::config::place(&url).expect("a server")
    });
    drop(kept);
}
