//! A chain of clinics over a slow line: desks that book, sweeps and reports, all on one PostgreSQL server that is
//! started for it. Each command is a program of its own, as at a desk.
//!
//! ```text
//! cargo bench --bench simulation -- [--clinics 200] [--doctors 10] [--before 0] [--desks 32] [--delay 30] [--pooler 0]
//!   [--beside 1] [--seconds 30]
//! ```
//!
//! `--delay` is milliseconds one way; 0 is beside the server. With `--pooler 1` programs come to it through PgBouncer.
//! `--beside 0` leaves out the sweeps and the looks at the day. `--before` is how many days of each doctor are full when it
//! begins. Two desks want every sixteenth free time at once. It prints bookings a second, how long each took, what was
//! refused, and what must never be: double bookings, reminders lost or sent twice.

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

/// Answers whether nothing was found that must never be.
fn run(plan: &Plan) -> Result<bool> {
    let chain = book::Chain::founded(plan)?;
    let day = day::run(plan, &chain)?;
    let verdict = verdict::Verdict::of(&chain, &day)?;
    println!("{plan:?}\n{day}{verdict}");
    Ok(verdict.is_good())
}
