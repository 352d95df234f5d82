//! Power cuts and disk faults under a book in a file.
//!
//! A preloaded library (`shim/disk.c`) records every disk operation, so that tests can rebuild the disk after
//! a power cut at any moment; the library can also make single operations fail. If it can't be built or
//! loaded, the tests print a note and pass, or fail if `TURNO_TEST_NEEDS_SHIM` is set.
//!
//! `TURNO_CUTS=N` checks N disk states, `TURNO_FAULTS=N` every N-th fault (1 is all).

#![cfg(all(target_os = "linux", target_env = "gnu"))]
#![expect(
    unreachable_pub,
    clippy::panic,
    clippy::expect_used,
    reason = "the helpers of a test program are shared by its modules, and a test fails by a panic"
)]

#[path = "cli/support/mod.rs"]
mod support;

#[path = "disk/cuts.rs"]
mod cuts;
#[path = "disk/faults.rs"]
mod faults;
#[path = "disk/image.rs"]
mod image;
#[path = "disk/shim.rs"]
mod shim;
#[path = "disk/story.rs"]
mod story;
#[path = "disk/whole.rs"]
mod whole;

const ENGINE: support::Engine = support::Engine::Sqlite;

/// Random numbers with a fixed sequence per seed.
#[derive(Debug)]
pub struct Chance(pub u64);

impl Chance {
    /// A number below `limit`.
    pub fn below(&mut self, limit: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).expect("31 bits") % limit.max(1)
    }
}

/// A number from the environment.
pub fn wanted(name: &str) -> Option<usize> {
    std::env::var(name).ok().and_then(|text| text.parse().ok())
}
