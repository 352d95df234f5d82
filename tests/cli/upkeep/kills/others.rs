//! Every command is killed here or in its own test, or writes nothing.

use super::kinds::KINDS;
use super::{census, differences, ready};
use crate::support::views::Matrix;
use std::collections::BTreeSet;
use std::path::Path;

/// Commands that write nothing, with a command line for each.
const READERS: &[(&str, &str)] = &[
    ("slots", "slots --doctor GARCIA"),
    ("show", "show VISIT"),
    ("list", "list"),
    ("count", "count"),
    ("why", "why GARCIA 2026-06-16 10:00"),
    ("today", "today"),
    ("agenda", "agenda"),
    ("queue", "queue"),
    ("late", "late GARCIA 25m"),
    ("report utilisation", "report utilisation"),
    ("report no-shows", "report no-shows"),
    ("report volume", "report volume"),
    ("report overview", "report overview"),
    ("inbox list", "inbox list"),
    ("series list", "series list"),
    ("series show", "series show SER-001"),
    ("waitlist list", "waitlist list"),
    ("remind list", "remind list"),
    ("remind preview", "remind preview VISIT"),
    ("remind templates check", "remind templates check words"),
    ("cron", "cron"),
    ("clinic list", "clinic list"),
    ("clinic show", "clinic show"),
    ("branch list", "branch list"),
    ("branch show", "branch show NORTE"),
    ("doctor list", "doctor list"),
    ("doctor show", "doctor show GARCIA"),
    ("service list", "service list"),
    ("service show", "service show VAC"),
    ("window list", "window list"),
    ("window show", "window show DAY"),
    ("closure list", "closure list"),
    ("patient list", "patient list"),
    ("webhook list", "webhook list"),
    ("webhook show", "webhook show HOOK"),
    ("webhook log", "webhook log"),
    ("key list", "key list"),
    ("key show", "key show LECTORA"),
    ("key scopes", "key scopes"),
    ("audit log", "audit log"),
    ("audit verify", "audit verify"),
    ("db path", "db path"),
    ("db info", "db info"),
    ("db check", "db check"),
    ("schema", "schema appointment"),
    ("completions", "completions bash"),
    ("man", "man"),
    ("help", "help options"),
    // Sends a request and records nothing; nobody listens here.
    ("webhook test", "webhook test HOOK"),
    // Uses a temporary book.
    ("demo", "demo"),
    // Dry runs of commands that are killed.
    ("book", "book --doctor GARCIA --date 2026-06-16 --time 10:00 --name A --phone 7700-0009 --dry-run"),
    ("cancel", "cancel VISIT --reason x --dry-run"),
    ("confirm", "confirm VISIT --dry-run"),
    ("db purge", "db purge --older-than 10y --dry-run"),
    ("db scrub", "db scrub --dry-run"),
    ("db rezone", "db rezone --dry-run"),
    ("undo", "undo --dry-run"),
    ("closure add", "closure add --doctor GARCIA --date 2026-06-01 --reason x --move"),
    ("import csv", "import csv patients patients.csv --dry-run"),
    ("import ics", "import ics calendar.ics --as closures --doctor GARCIA --dry-run"),
    // Exports without patient data are not recorded.
    ("export csv", "export csv doctors"),
    ("export ics", "export ics --detail none"),
];

/// Commands with their own test of kills: they create files, or involve others.
const ELSEWHERE: [(&str, &str, &str); 8] = [
    (
        "listen",
        "reminders/answering.rs",
        "killed_and_started_anew_it_loses_nothing_that_it_acknowledged_and_does_nothing_twice",
    ),
    ("import fhir", "exchange/round_trips.rs", "an_import_that_is_killed_leaves_all_or_nothing"),
    ("remind templates set", "upkeep/kills/templates.rs", "templates_whose_change_is_killed_are_whole_each"),
    ("init", "upkeep/kills/init.rs", "a_book_whose_making_is_killed_is_there_or_made_by_the_same_command"),
    ("db backup", "upkeep/backup.rs", "a_backup_that_is_killed_leaves_nothing_under_the_name"),
    ("db copy", "upkeep/copying_files.rs", "a_copy_that_is_killed_leaves_no_half_book_and_can_be_made_again"),
    ("db restore", "upkeep/restoring_files.rs", "a_restore_that_is_killed_leaves_the_one_book_or_the_other"),
    (
        "webhook deliver",
        "exchange/webhook_sweeps.rs",
        "a_sweep_killed_anywhere_loses_nothing_and_delivers_nothing_that_did_not_arrive",
    ),
];

/// A verb that is `status`, which is killed: how many messages it drops depends on the clock.
const IS_STATUS: &str = "noshow";

#[test]
fn every_command_is_killed_or_writes_nothing() {
    let clinic = ready();
    let matrix: Matrix = clinic.json("key scopes");
    let commands: BTreeSet<String> = matrix.scopes.into_iter().map(|row| row.command).collect();
    let killed: BTreeSet<&str> =
        KINDS.iter().map(|kind| kind.command).chain(ELSEWHERE.map(|(command, ..)| command)).collect();
    let reads: BTreeSet<&str> = READERS.iter().map(|(command, _)| *command).collect();
    for command in &commands {
        let command = command.as_str();
        assert!(
            killed.contains(command) || reads.contains(command) || command == IS_STATUS,
            "`turno {command}` is not killed: it belongs into the KINDS of kills/kinds.rs where it writes"
        );
    }
    for command in killed.iter().chain(&reads) {
        assert!(commands.contains(*command), "there is no command `turno {command}`");
    }
    for kind in KINDS {
        assert!(kind.line.starts_with(kind.command) || kind.line.starts_with("book"), "{}", kind.line);
    }
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cli");
    for (command, file, test) in ELSEWHERE {
        let source = std::fs::read_to_string(folder.join(file)).expect("a file of tests");
        assert!(source.contains(&format!("fn {test}()")), "{file} has no {test}, which kills {command}");
        assert!(source.contains(".kill()"), "nothing is killed in {file}");
    }
}

#[test]
fn what_only_reads_writes_nothing() {
    let clinic = ready();
    let visit = clinic.book_juan("--date 2026-06-01 --time 10:00").code;
    for line in [
        "book --doctor SERIE --date 2026-07-06 --time 15:00 --name Serie --phone 7700-0041 --every week --times 2",
        "waitlist add --doctor ESPERA --name Bea --phone 7700-0031",
        "closure add --date 2026-12-25 --reason Navidad",
        "patient add --name Una --phone 7700-0001 --code UNA",
        "patient add --name Otra --phone 7700-0002 --code OTRA",
        "key create --name Lectora --scope reports:read --code LECTORA",
    ] {
        clinic.does(line);
    }
    clinic.file("patients.csv", "name,phone\nNueva,7700-0099\n");
    let event = "BEGIN:VEVENT\nUID:a\nDTSTART;VALUE=DATE:20260704\nEND:VEVENT";
    clinic.file("calendar.ics", format!("BEGIN:VCALENDAR\n{event}\nEND:VCALENDAR\n"));
    let before = (census(&clinic), clinic.place().content());
    for &(command, line) in READERS {
        let ran = clinic.ran(&line.replace("VISIT", &visit));
        // Nobody listens at the endpoint.
        assert!(ran.exit == Some(0) || command == "webhook test", "{ran:?}");
        let done = differences(&before.0, &census(&clinic));
        assert!(done.is_empty(), "turno {line}: {done:?}");
        assert!(clinic.place().content() == before.1, "turno {line} changed something");
    }
}
