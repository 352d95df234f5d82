//! The tests of `cli.rs` and `races.rs` at books on a PostgreSQL server.
//!
//! Left out here:
//!
//! - `cli/book_file.rs`: it is about the file; `server.rs` is about the server.
//! - `cli/copying_files.rs`: it is about files; `cli/copying_servers.rs` takes its place.
//! - `cli/restoring_files.rs`: a book is put in the place of another in files only; `cli/restoring.rs` has
//!   the rest.
//! - `cli/restoring_links.rs`: it is about files.
//! - `cli/restoring_secrets.rs`: it is about files.
//! - `cli/file_modes.rs`: it is about files.
//! - `cli/trouble.rs`: it is about files and their disk.
//! - `cli/parity.rs`: it reads documents, and runs nothing.
//!
//! Where there is no server to be had, this says so and ends.

#![expect(
    unreachable_pub,
    clippy::panic,
    clippy::expect_used,
    clippy::unwrap_used,
    reason = "the helpers of a test program are shared by its modules, and a test fails by a panic"
)]

#[path = "servers/mod.rs"]
mod servers;
#[path = "cli/support/mod.rs"]
mod support;

#[path = "cli/access.rs"]
mod access;
#[path = "cli/access_answers.rs"]
mod access_answers;
#[path = "cli/access_reach.rs"]
mod access_reach;
#[path = "cli/access_ways.rs"]
mod access_ways;
#[path = "cli/agenda.rs"]
mod agenda;
#[path = "cli/audit.rs"]
mod audit;
#[path = "cli/backup.rs"]
mod backup;
#[path = "cli/bad_input.rs"]
mod bad_input;
#[path = "cli/booking.rs"]
mod booking;
#[path = "cli/chains.rs"]
mod chains;
#[path = "cli/checks.rs"]
mod checks;
#[cfg(unix)]
#[path = "cli/clearing.rs"]
mod clearing;
#[path = "cli/clock.rs"]
mod clock;
#[path = "cli/comparing.rs"]
mod comparing;
#[cfg(unix)]
#[path = "cli/completing.rs"]
mod completing;
#[path = "cli/copying.rs"]
mod copying;
#[path = "cli/copying_servers.rs"]
mod copying_servers;
#[path = "cli/days.rs"]
mod days;
#[cfg(unix)]
#[path = "cli/delivering.rs"]
mod delivering;
#[path = "cli/edges.rs"]
mod edges;
#[path = "cli/erasing.rs"]
mod erasing;
#[path = "cli/exporting.rs"]
mod exporting;
#[path = "cli/faces.rs"]
mod faces;
#[path = "cli/foreign.rs"]
mod foreign;
#[cfg(unix)]
#[path = "cli/fuzzed.rs"]
mod fuzzed;
#[cfg(unix)]
#[path = "cli/hostile.rs"]
mod hostile;
#[path = "cli/importing.rs"]
mod importing;
#[path = "cli/importing_calendars.rs"]
mod importing_calendars;
#[path = "cli/input.rs"]
mod input;
#[path = "cli/key_matrix.rs"]
mod key_matrix;
#[path = "cli/keys.rs"]
mod keys;
#[cfg(unix)]
#[path = "cli/killed.rs"]
mod killed;
#[cfg(unix)]
#[path = "cli/kills.rs"]
mod kills;
#[path = "cli/language.rs"]
mod language;
#[path = "cli/life.rs"]
mod life;
#[path = "cli/listing.rs"]
mod listing;
#[path = "cli/merging.rs"]
mod merging;
#[path = "cli/moving.rs"]
mod moving;
#[path = "cli/parts.rs"]
mod parts;
#[path = "cli/patients.rs"]
mod patients;
#[path = "cli/picking.rs"]
mod picking;
#[cfg(unix)]
#[path = "cli/poisoned.rs"]
mod poisoned;
#[path = "cli/pooled.rs"]
mod pooled;
#[cfg(unix)]
#[path = "cli/previews.rs"]
mod previews;
#[cfg(unix)]
#[path = "cli/prompts.rs"]
mod prompts;
#[path = "cli/queue.rs"]
mod queue;
#[path = "cli/races.rs"]
mod races;
#[path = "cli/reminders.rs"]
mod reminders;
#[path = "cli/reports.rs"]
mod reports;
#[path = "cli/restoring.rs"]
mod restoring;
#[path = "cli/retention.rs"]
mod retention;
#[path = "cli/retries.rs"]
mod retries;
#[path = "cli/rezoning.rs"]
mod rezoning;
#[cfg(unix)]
#[path = "cli/rotating.rs"]
mod rotating;
#[path = "cli/round_trips.rs"]
mod round_trips;
#[path = "cli/running_late.rs"]
mod running_late;
#[path = "cli/schemas.rs"]
mod schemas;
#[cfg(unix)]
#[path = "cli/screens.rs"]
mod screens;
#[path = "cli/sealed.rs"]
mod sealed;
#[path = "cli/seeds.rs"]
mod seeds;
#[path = "cli/series.rs"]
mod series;
#[path = "cli/settings.rs"]
mod settings;
#[path = "cli/setup.rs"]
mod setup;
#[path = "cli/slots.rs"]
mod slots;
#[path = "cli/soundness.rs"]
mod soundness;
#[path = "cli/speech.rs"]
mod speech;
#[path = "cli/sweeps.rs"]
mod sweeps;
#[path = "cli/tampering.rs"]
mod tampering;
#[path = "cli/today.rs"]
mod today;
#[path = "cli/undoing.rs"]
mod undoing;
#[path = "cli/waitlist.rs"]
mod waitlist;
#[path = "cli/webhook_sweeps.rs"]
mod webhook_sweeps;
#[path = "cli/webhook_tls.rs"]
mod webhook_tls;
#[path = "cli/webhooks.rs"]
mod webhooks;
#[path = "cli/why.rs"]
mod why;
#[path = "cli/windows.rs"]
mod windows;
#[path = "cli/wording.rs"]
mod wording;

const ENGINE: support::Engine = support::Engine::Postgres;
