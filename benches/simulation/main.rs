//! Simulates a chain of clinics over a slow network: desks that book, sweeps and `turno today` on a
//! PostgreSQL server, which the simulation starts. Each command is a process of its own.
//!
//! ```text
//! cargo bench --bench simulation -- [--clinics 200] [--doctors 10] [--before 0] [--desks 32] [--delay 30]
//!   [--pooler 0] [--beside 1] [--seconds 30]
//! ```
//!
//! `--delay` is in milliseconds each way; 0 means a local server. `--pooler 1` uses PgBouncer. `--beside 0`
//! omits sweeps and `turno today`. `--before` is the number of fully booked days per doctor. Prints bookings
//! per second, durations, refusals, and the errors that must never occur.

#![allow(clippy::disallowed_macros, reason = "a program of its own, which says what it finds")]

mod book;
mod day;
mod line;
#[path = "../bench/measure.rs"]
#[expect(dead_code, reason = "the other benchmark uses all of it")]
mod measure;
mod plan;
mod verdict;

use plan::{Plan, Result};
use std::process::ExitCode;

fn main() -> ExitCode {
    match Plan::parse(std::env::args().skip(1)).and_then(|plan| run(&plan)) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(problem) => {
            eprintln!("simulation: {problem}");
            ExitCode::FAILURE
        }
    }
}

/// Returns whether no error was found.
fn run(plan: &Plan) -> Result<bool> {
    let chain = book::Chain::founded(plan)?;
    let day = day::run(plan, &chain)?;
    let verdict = verdict::Verdict::of(&chain, &day)?;
    println!("{plan:?}\n{day}{verdict}");
    Ok(verdict.is_good())
}
