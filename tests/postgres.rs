//! The tests of `cli.rs` and `races.rs` on a PostgreSQL server; without a server, they print a note and pass.
//!
//! Left out, with the reason (a test in `cli.rs` reads this list):
//!
//! - `cli/upkeep/book_file.rs`: book files only; `server.rs` tests servers.
//! - `cli/upkeep/copying_files.rs`: files only; `cli/upkeep/copying_servers.rs` takes its place.
//! - `cli/upkeep/restoring_files.rs`: only files can be replaced; `cli/upkeep/restoring.rs` has the rest.
//! - `cli/upkeep/restoring_links.rs`: files only.
//! - `cli/upkeep/restoring_secrets.rs`: files only.
//! - `cli/upkeep/file_modes.rs`: files only.
//! - `cli/upkeep/trouble.rs`: files and their disk only.
//! - `cli/commands/parity.rs`: reads documents and runs nothing.

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

#[path = "cli/access/access.rs"]
mod access;
#[path = "cli/access/access_answers.rs"]
mod access_answers;
#[path = "cli/access/access_reach.rs"]
mod access_reach;
#[path = "cli/access/access_ways.rs"]
mod access_ways;
#[path = "cli/calendar/agenda.rs"]
mod agenda;
#[cfg(unix)]
#[path = "cli/reminders/answering.rs"]
mod answering;
#[path = "cli/commands/answers.rs"]
mod answers;
#[path = "cli/upkeep/audit.rs"]
mod audit;
#[path = "cli/upkeep/backup.rs"]
mod backup;
#[path = "cli/booking/bad_input.rs"]
mod bad_input;
#[path = "cli/booking/booking.rs"]
mod booking;
#[path = "cli/booking/by_name.rs"]
mod by_name;
#[path = "cli/upkeep/chains.rs"]
mod chains;
#[path = "cli/booking/checks.rs"]
mod checks;
#[cfg(unix)]
#[path = "cli/calendar/clearing.rs"]
mod clearing;
#[path = "cli/calendar/clock.rs"]
mod clock;
#[path = "cli/calendar/closed_days.rs"]
mod closed_days;
#[path = "cli/upkeep/comparing.rs"]
mod comparing;
#[cfg(unix)]
#[path = "cli/commands/completing.rs"]
mod completing;
#[path = "cli/upkeep/copying.rs"]
mod copying;
#[path = "cli/upkeep/copying_servers.rs"]
mod copying_servers;
#[path = "cli/calendar/days.rs"]
mod days;
#[cfg(unix)]
#[path = "cli/reminders/delivering.rs"]
mod delivering;
#[path = "cli/calendar/desk.rs"]
mod desk;
#[path = "cli/booking/edges.rs"]
mod edges;
#[path = "cli/patients/erasing.rs"]
mod erasing;
#[path = "cli/exchange/exporting.rs"]
mod exporting;
#[path = "cli/commands/faces.rs"]
mod faces;
#[path = "cli/upkeep/foreign.rs"]
mod foreign;
#[cfg(unix)]
#[path = "cli/commands/fuzzed.rs"]
mod fuzzed;
#[path = "cli/commands/grammar.rs"]
mod grammar;
#[cfg(unix)]
#[path = "cli/commands/hostile.rs"]
mod hostile;
#[path = "cli/calendar/hours.rs"]
mod hours;
#[path = "cli/exchange/importing.rs"]
mod importing;
#[path = "cli/exchange/importing_calendars.rs"]
mod importing_calendars;
#[path = "cli/booking/input.rs"]
mod input;
#[path = "cli/access/key_matrix.rs"]
mod key_matrix;
#[path = "cli/access/keys.rs"]
mod keys;
#[cfg(unix)]
#[path = "cli/upkeep/killed.rs"]
mod killed;
#[cfg(unix)]
#[path = "cli/upkeep/kills.rs"]
mod kills;
#[path = "cli/commands/language.rs"]
mod language;
#[path = "cli/booking/life.rs"]
mod life;
#[cfg(unix)]
#[path = "cli/reminders/listening.rs"]
mod listening;
#[path = "cli/calendar/listing.rs"]
mod listing;
#[path = "cli/patients/merging.rs"]
mod merging;
#[path = "cli/booking/moving.rs"]
mod moving;
#[path = "cli/booking/other_days.rs"]
mod other_days;
#[path = "cli/booking/parts.rs"]
mod parts;
#[path = "cli/patients/patients.rs"]
mod patients;
#[path = "cli/reminders/patients_read.rs"]
mod patients_read;
#[path = "cli/booking/picking.rs"]
mod picking;
#[path = "cli/calendar/pictures.rs"]
mod pictures;
#[cfg(unix)]
#[path = "cli/reminders/poisoned.rs"]
mod poisoned;
#[path = "cli/upkeep/pooled.rs"]
mod pooled;
#[cfg(unix)]
#[path = "cli/reminders/previews.rs"]
mod previews;
#[cfg(unix)]
#[path = "cli/booking/prompts.rs"]
mod prompts;
#[path = "cli/calendar/queue.rs"]
mod queue;
#[path = "cli/booking/races.rs"]
mod races;
#[path = "cli/reminders/reminders.rs"]
mod reminders;
#[path = "cli/reminders/replies.rs"]
mod replies;
#[path = "cli/reminders/replies_at_once.rs"]
mod replies_at_once;
#[cfg(unix)]
#[path = "cli/reminders/reporting.rs"]
mod reporting;
#[path = "cli/calendar/reports.rs"]
mod reports;
#[path = "cli/upkeep/restoring.rs"]
mod restoring;
#[path = "cli/patients/retention.rs"]
mod retention;
#[path = "cli/reminders/retries.rs"]
mod retries;
#[path = "cli/upkeep/rezoning.rs"]
mod rezoning;
#[cfg(unix)]
#[path = "cli/upkeep/rotating.rs"]
mod rotating;
#[path = "cli/exchange/round_trips.rs"]
mod round_trips;
#[path = "cli/calendar/running_late.rs"]
mod running_late;
#[path = "cli/commands/schemas.rs"]
mod schemas;
#[cfg(unix)]
#[path = "cli/commands/screens.rs"]
mod screens;
#[path = "cli/patients/sealed.rs"]
mod sealed;
#[path = "cli/commands/seeds.rs"]
mod seeds;
#[path = "cli/booking/series.rs"]
mod series;
#[path = "cli/upkeep/settings.rs"]
mod settings;
#[path = "cli/upkeep/setup.rs"]
mod setup;
#[path = "cli/upkeep/setup_files.rs"]
mod setup_files;
#[path = "cli/calendar/slots.rs"]
mod slots;
#[path = "cli/upkeep/soundness.rs"]
mod soundness;
#[path = "cli/booking/speech.rs"]
mod speech;
#[path = "cli/reminders/sweeps.rs"]
mod sweeps;
#[path = "cli/upkeep/tampering.rs"]
mod tampering;
#[path = "cli/calendar/today.rs"]
mod today;
#[path = "cli/booking/undoing.rs"]
mod undoing;
#[path = "cli/waitlist/waitlist.rs"]
mod waitlist;
#[path = "cli/exchange/webhook_sweeps.rs"]
mod webhook_sweeps;
#[path = "cli/exchange/webhook_tls.rs"]
mod webhook_tls;
#[path = "cli/exchange/webhooks.rs"]
mod webhooks;
#[path = "cli/calendar/why.rs"]
mod why;
#[path = "cli/calendar/windows.rs"]
mod windows;
#[path = "cli/reminders/wording.rs"]
mod wording;

const ENGINE: support::Engine = support::Engine::Postgres;
