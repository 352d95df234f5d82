//! Times whole commands on books of up to ten years, and the programs that are their lower bound.
//!
//! ```text
//! cargo bench --bench bench -- [--program FILE] [--sizes 1000,1000000] [--engine sqlite]
//!   [--runs 41] [--json FILE]
//! ```
//!
//! `--program FILE`, only as the first argument, times another program than the built one. Books are kept in
//! the build's temporary folder. With the argument `floor`, this program runs the floor's statements: it
//! links SQLite but nothing of turno.

#![allow(clippy::disallowed_macros, reason = "a program of its own, which says what it finds")]

mod books;
mod crowd;
mod floor;
mod measure;
mod plan;
mod remind;
mod server;
mod table;
mod work;

use std::process::ExitCode;

fn main() -> ExitCode {
    // `cargo bench` adds this argument.
    let words: Vec<String> = std::env::args().skip(1).filter(|word| word != "--bench").collect();
    let told: Vec<&str> = words.iter().map(String::as_str).collect();
    let told = match told.as_slice() {
        ["--program", program, rest @ ..] => {
            books::time_that(program.into());
            rest
        }
        all => all,
    };
    let done = match told {
        ["floor", rest @ ..] => floor::run(rest),
        rest => plan::Plan::parse(rest).and_then(|plan| work::run(&plan)),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(problem) => {
            eprintln!("bench: {problem}");
            ExitCode::FAILURE
        }
    }
}
