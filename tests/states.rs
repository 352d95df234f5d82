//! Random commands run on a model of the rules and on a real book; both must agree.
//!
//! `TURNO_STEPS=N` sets the number of commands (default 10,000), `TURNO_SEED=N` the seed. A failure prints
//! its seed and the fewest commands that reproduce it.

#![expect(
    unreachable_pub,
    clippy::panic,
    clippy::expect_used,
    reason = "the helpers of a test program are shared by its modules, and a test fails by a panic"
)]

#[path = "cluster/mod.rs"]
mod cluster;
#[path = "model/mod.rs"]
mod model;

use model::both::{Both, Setup};
use model::step::{Chance, Step, next};
use std::collections::BTreeMap;
use std::path::Path;
use turno::store::Location;

/// Default number of commands.
const STEPS: usize = 10_000;
/// Commands per book.
const OF_A_BOOK: usize = 250;
/// Maximum number of attempts to shorten a failing history.
const SHRINKS: usize = 400;

/// Results and refusals that must occur often enough.
const MET: [&str; 20] = [
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
    "moved out",
    "left in",
];

/// Creates the location of a new book; may delete the previous one.
type Shelf<'a> = &'a mut dyn FnMut(&Path) -> Location;

/// Runs a history on a new book. An error holds the number of commands run and the problem.
fn play(setup: Setup, history: &[Step], shelf: Shelf<'_>) -> Result<(), (usize, String)> {
    let folder = cluster::scratch::folder("turno-states-");
    let location = shelf(folder.path());
    let mut both =
        Both::new(setup, &location, folder.path()).map_err(|refusal| (0, format!("{refusal:?}")))?;
    for (number, step) in history.iter().enumerate() {
        both.take(step).map_err(|problem| (number + 1, problem))?;
    }
    both.compare().map_err(|problem| (history.len(), problem))
}

/// Runs random commands. Returns the count of each result, or the history that failed.
fn run(
    setup: Setup,
    seed: u64,
    steps: usize,
    shelf: Shelf<'_>,
) -> Result<BTreeMap<String, usize>, (Vec<Step>, String)> {
    let folder = cluster::scratch::folder("turno-states-");
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

/// Removes commands that the failure does not need.
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
    // A rule that never occurs is not tested.
    for code in MET {
        let times = answers.get(code).copied().unwrap_or_default();
        assert!(
            steps < STEPS / 2 || times * 2500 > steps,
            "{code} was answered {times} times by {steps} commands"
        );
    }
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
        Location::named(&url).expect("a server")
    });
    drop(kept);
}
