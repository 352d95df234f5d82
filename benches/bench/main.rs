//! Times whole commands, as a script would run them, on books of up to ten years: the program's own,
//! and beside them in the same run what none of them can go below.
//!
//! ```text
//! cargo bench --bench bench -- [--program FILE] [--sizes 1000,1000000] [--engine sqlite] [--runs 41] [--json FILE]
//! ```
//!
//! `--program FILE`, as the first words behind `--`, times that one and not the one that was built along.
//! Books are kept in the build's temporary folder, so that only the first run makes them. The program that
//! has the floor's statements is this one, told `floor`: it links SQLite and nothing of turno's.

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
    // `cargo bench` adds a word of its own.
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
