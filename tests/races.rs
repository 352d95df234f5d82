//! Runs `cli/booking/races.rs` on a book in a file; a separate program, as the races need the whole machine.

#![expect(
    unreachable_pub,
    clippy::panic,
    clippy::expect_used,
    reason = "the helpers of a test program are shared by its modules, and a test fails by a panic"
)]

#[path = "cli/support/mod.rs"]
mod support;

#[path = "cli/booking/races.rs"]
mod races;

const ENGINE: support::Engine = support::Engine::Sqlite;
