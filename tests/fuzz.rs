//! Fuzz tests: random inputs must be read or refused, without a panic.
//!
//! Each target mutates a few seeds, among them the reference APIs' bodies. `TURNO_FUZZ_SECONDS=N` fuzzes each
//! target for at least N seconds, `TURNO_SEED=N` sets the random seed.

#![expect(
    unreachable_pub,
    clippy::expect_used,
    reason = "the helpers of a test program are shared by its modules, and a test fails by a panic"
)]

#[path = "fuzz/body.rs"]
mod body;
#[path = "fuzz/files.rs"]
mod files;
#[path = "fuzz/mutate.rs"]
mod mutate;
#[path = "fuzz/words.rs"]
mod words;

use mutate::{Chance, mutate};
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::time::{Duration, Instant};

/// Minimum number of inputs per target.
const INPUTS: usize = 4000;
/// Maximum number of seeds, including inputs that were added later.
const SEEDS: usize = 400;

/// Runs a target on inputs. Prints an input that fails.
#[expect(clippy::disallowed_macros, reason = "what failed, and what a run by hand has tried, is to be seen")]
pub fn fuzz(name: &str, seeds: &[Vec<u8>], mut target: impl FnMut(&[u8], &mut Chance)) {
    let number = |name: &str| std::env::var(name).ok().and_then(|text| text.parse::<u64>().ok());
    let seconds = Duration::from_secs(number("TURNO_FUZZ_SECONDS").unwrap_or_default());
    let mut chance = Chance(number("TURNO_SEED").unwrap_or(20_260_601));
    let mut seeds = seeds.to_vec();
    let begun = Instant::now();
    let mut inputs = 0;
    while inputs < INPUTS || begun.elapsed() < seconds {
        let one = chance.below(seeds.len());
        let other = chance.below(seeds.len());
        let input = if inputs < seeds.len() {
            seeds[inputs].clone()
        } else {
            mutate(&mut chance, &seeds[one], &seeds[other])
        };
        let failed = catch_unwind(AssertUnwindSafe(|| target(&input, &mut chance)));
        if let Err(problem) = failed {
            eprintln!("fuzz: {name}, input {inputs}: {:?}", String::from_utf8_lossy(&input));
            resume_unwind(problem);
        }
        inputs += 1;
        // Mutate some inputs again: repeated mutation reaches more code.
        if input.len() < 2000 && chance.below(8) == 0 {
            if seeds.len() < SEEDS {
                seeds.push(input);
            } else {
                let place = seeds.len() / 4 + chance.below(SEEDS * 3 / 4);
                seeds[place] = input;
            }
        }
    }
    eprintln!("fuzz: {name}: {inputs} inputs in {} s", begun.elapsed().as_secs());
}

/// A fresh directory.
pub fn scratch() -> tempfile::TempDir {
    let memory = tempfile::Builder::new().prefix("turno-fuzz-").tempdir_in("/dev/shm");
    memory.or_else(|_| tempfile::tempdir()).expect("a folder")
}
