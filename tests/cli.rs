//! The program from outside: real processes, real files, the public JSON. `postgres.rs` runs the same
//! at books on a server.
//!
//! Each module is a part of a clinic's work; `tests/README.md` names the tests of each row of the
//! parity table.

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
#[path = "cli/book_file.rs"]
mod book_file;
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
#[path = "cli/copying_files.rs"]
mod copying_files;
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
#[cfg(unix)]
#[path = "cli/file_modes.rs"]
mod file_modes;
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
#[path = "cli/parity.rs"]
mod parity;
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
#[path = "cli/reminders.rs"]
mod reminders;
#[path = "cli/reports.rs"]
mod reports;
#[path = "cli/restoring.rs"]
mod restoring;
#[path = "cli/restoring_files.rs"]
mod restoring_files;
#[cfg(unix)]
#[path = "cli/restoring_links.rs"]
mod restoring_links;
#[path = "cli/restoring_secrets.rs"]
mod restoring_secrets;
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
#[cfg(unix)]
#[path = "cli/trouble.rs"]
mod trouble;
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

use std::path::Path;

const ENGINE: support::Engine = support::Engine::Sqlite;

/// A module that nobody names is a module that nobody runs. On PostgreSQL each runs, too, or it is
/// said there why it does not.
#[test]
fn every_file_of_tests_is_named_for_both_engines() {
    let files = [include_str!("cli.rs"), include_str!("races.rs")].concat();
    let servers = include_str!("postgres.rs");
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cli");
    let mut seen = 0;
    for entry in std::fs::read_dir(&folder).expect("the directory of the tests") {
        let name = entry.expect("an entry").file_name().into_string().expect("a name in UTF-8");
        // A module's own parts are named by it.
        if folder.join(format!("{name}.rs")).exists() {
            continue;
        }
        let path = if name == "support" { "cli/support/mod.rs".to_owned() } else { format!("cli/{name}") };
        let named = format!("#[path = \"{path}\"]");
        let of_servers = name.ends_with("_servers.rs");
        assert!(of_servers || files.contains(&named), "tests/{path} is not named in tests/cli.rs");
        let left_out = servers.contains(&format!("//! - `{path}`: "));
        assert!(
            servers.contains(&named) != left_out,
            "tests/postgres.rs must either run tests/{path} or say why it leaves it out"
        );
        seen += 1;
    }
    assert!(seen > 10, "only {seen} modules were found");
}
