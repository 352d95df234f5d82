//! Examples at the end of every command's help and manual page. They stand together, so that they tell of
//! one clinic; a test reads each with the parser, and looks whether a command has none.

use clap::Command;

/// What the examples are called where they are shown.
pub const HEADING: &str = "Examples:";

/// A command's words, and examples of it: a line each.
type Example = (&'static str, &'static [&'static str]);

/// The desk's.
const DESK: &[Example] = &[
    ("today", &["turno", "turno today --doctor ruiz --json"]),
    ("slots", &["turno slots --doctor ruiz --date tomorrow", "turno slots --service vac --first 3"]),
    ("why", &["turno why ruiz tomorrow 9:30", "turno why ruiz sun 9 --service vac"]),
    ("late", &["turno late ruiz 25m", "turno late ruiz 25m --notify"]),
    ("undo", &["turno undo --dry-run", "turno undo --yes"]),
    ("series list", &["turno series list"]),
    ("series show", &["turno series show SER-001"]),
    ("series cancel", &["turno series cancel SER-001 --reason 'Se muda' --from 2026-07-01"]),
    ("series move", &["turno series move SER-001 --time 10:30"]),
    (
        "waitlist add",
        &[
            "turno waitlist add K7QF3M",
            "turno waitlist add --doctor ruiz --patient 'Ana Mejía' --to 2026-07-01",
        ],
    ),
    ("waitlist list", &["turno waitlist list", "turno waitlist list --for K7QF3M"]),
    ("waitlist offer", &["turno waitlist offer WAIT-001 --date tomorrow --time 9:30 --for 30m"]),
    ("waitlist accept", &["turno waitlist accept WAIT-001"]),
    ("waitlist decline", &["turno waitlist decline WAIT-001"]),
    ("waitlist remove", &["turno waitlist remove WAIT-001"]),
    (
        "book",
        &[
            "turno book ruiz tomorrow 9:30 'Ana Mejía' 7012-3456",
            "turno book ruiz 15/6 10 3456 --reason control",
            "turno book --service vac --at 2026-06-15T14:30 --patient 'Ana Mejía'",
            "turno book --pick 2",
            "turno book --input bookings.json --json",
        ],
    ),
    ("show", &["turno show K7QF3M", "turno show k7q --json"]),
    ("list", &["turno list --date today", "turno list --doctor ruiz --from mon --to fri --status scheduled"]),
    ("count", &["turno count --source whatsapp", "turno count --doctor ruiz --since 2026-06-01"]),
    (
        "agenda",
        &["turno agenda", "turno agenda --week --doctor ruiz", "turno agenda --date tomorrow --print=html"],
    ),
    ("queue", &["turno queue", "turno queue --doctor ruiz --json", "turno queue --watch --every 10"]),
    (
        "reschedule",
        &["turno reschedule K7QF3M fri 10", "turno reschedule k7q --doctor ruiz --date +2w --dry-run"],
    ),
    ("cancel", &["turno cancel K7QF3M --reason 'is ill'", "turno cancel k7q --reason travels --no-notify"]),
    (
        "status",
        &["turno status K7QF3M checked_in", "turno status k7q completed --diagnosis flu --follow-up +2w"],
    ),
    ("update", &["turno update K7QF3M --notes 'brings her X-rays'", "turno update k7q --follow-up none"]),
    ("demo", &["turno demo"]),
    (
        "export ics",
        &["turno export ics --doctor ruiz --from today --out ruiz.ics", "turno export ics --detail none"],
    ),
    (
        "export fhir",
        &["turno export fhir --out book.fhir.json", "turno export fhir --doctor ruiz --searchset"],
    ),
    (
        "export csv",
        &["turno export csv patients --out patients.csv", "turno export csv appointments --from mon"],
    ),
];

/// Messages, webhooks, and what sends them.
const OUTSIDE: &[Example] = &[
    ("remind due", &["turno remind due", "turno remind due --dry-run --limit 10"]),
    ("remind list", &["turno remind list --status pending", "turno remind list --appointment K7QF3M"]),
    ("remind retry", &["turno remind retry --all"]),
    ("remind preview", &["turno remind preview K7QF3M --kind reminder --locale es"]),
    ("remind templates check", &["turno remind templates check", "turno remind templates check ./words"]),
    ("remind templates set", &["turno remind templates set ./words"]),
    ("webhook add", &["turno webhook add --url https://hooks.example.org/turno --event appointment.booked"]),
    ("webhook list", &["turno webhook list", "turno webhook list --all"]),
    ("webhook show", &["turno webhook show H-001"]),
    ("webhook set", &["turno webhook set H-001 --disable", "turno webhook set H-001 --enable --full"]),
    ("webhook remove", &["turno webhook remove H-001"]),
    ("webhook rotate", &["turno webhook rotate H-001 --overlap 1d"]),
    ("webhook test", &["turno webhook test H-001"]),
    ("webhook deliver", &["turno webhook deliver", "turno webhook deliver --dry-run"]),
    ("webhook log", &["turno webhook log --webhook H-001 --since yesterday"]),
    ("webhook replay", &["turno webhook replay --webhook H-001 --since 2026-06-15"]),
    ("cron", &["turno cron"]),
];

/// Setting up the calendar.
const CALENDAR: &[Example] = &[
    ("init", &["turno init --name 'Clínica San José' --timezone America/El_Salvador --code sanjose"]),
    ("clinic add", &["turno clinic add --name 'Clínica Norte' --timezone America/El_Salvador"]),
    ("clinic list", &["turno clinic list"]),
    ("clinic show", &["turno clinic show", "turno clinic show sanjose --json"]),
    ("clinic use", &["turno clinic use sanjose"]),
    ("clinic set", &["turno clinic set locale en", "turno clinic set slot_minutes 20"]),
    ("branch add", &["turno branch add --name Escalón --code ESC"]),
    ("branch list", &["turno branch list"]),
    ("branch show", &["turno branch show ESC"]),
    ("branch set", &["turno branch set ESC --name 'Colonia Escalón'"]),
    ("branch remove", &["turno branch remove ESC --dry-run", "turno branch remove ESC"]),
    ("doctor add", &["turno doctor add --name 'Dra. Elena Ruiz' --code RUIZ --slot 30"]),
    ("doctor list", &["turno doctor list", "turno doctor list --all"]),
    ("doctor show", &["turno doctor show ruiz"]),
    ("doctor set", &["turno doctor set ruiz --slot 20 --buffer-after 5"]),
    ("doctor remove", &["turno doctor remove RUIZ --dry-run", "turno doctor remove RUIZ"]),
    ("service add", &["turno service add --name Vacunación --code VAC --duration 15"]),
    ("service list", &["turno service list"]),
    ("service show", &["turno service show vac"]),
    ("service set", &["turno service set vac --duration 20"]),
    ("service remove", &["turno service remove VAC"]),
    (
        "window add",
        &[
            "turno window add --doctor ruiz --days mon-fri --from 9:00 --to 13:00",
            "turno window add --doctor ruiz --on 2026-06-20 --from 9:00 --to 12:00 --capacity 10",
        ],
    ),
    ("window list", &["turno window list --doctor ruiz"]),
    ("window show", &["turno window show W-001"]),
    ("window set", &["turno window set W-001 --to 14:00", "turno window set W-001 --to 14:00 --dry-run"]),
    ("window open", &["turno window open W-001"]),
    ("window close", &["turno window close W-001", "turno window close W-001 --yes"]),
    ("window remove", &["turno window remove W-001 --dry-run", "turno window remove W-001"]),
    (
        "closure add",
        &[
            "turno closure add --date 2026-12-25 --reason Navidad",
            "turno closure add --doctor ruiz --from '15 june' --to '19 june' --reason congress",
            "turno closure add --doctor ruiz --date tomorrow --reason sick --move",
            "turno closure add --doctor ruiz --date tomorrow --reason sick --move --apply",
        ],
    ),
    ("closure list", &["turno closure list"]),
    ("closure remove", &["turno closure remove C-001"]),
];

/// Patients, reports and the book itself.
const OFFICE: &[Example] = &[
    (
        "import csv",
        &[
            "turno import csv patients patients.csv --map name=Nombre,phone=Teléfono --dry-run",
            "turno import csv appointments visits.csv --doctor ruiz --separator ';'",
        ],
    ),
    (
        "import ics",
        &[
            "turno import ics calendar.ics --as closures --doctor ruiz",
            "turno import ics visits.ics --as appointments --doctor ruiz --dry-run",
        ],
    ),
    ("import fhir", &["turno import fhir clinic.fhir.json --dry-run"]),
    ("patient add", &["turno patient add --name 'Ana Mejía' --phone 7012-3456"]),
    ("patient list", &["turno patient list --limit 20 --page 2"]),
    ("patient find", &["turno patient find mejía", "turno patient find ana 3456"]),
    ("patient show", &["turno patient show 'Ana Mejía'", "turno patient show 3456 --reveal"]),
    (
        "patient set",
        &["turno patient set 'Ana Mejía' --email ana@example.org", "turno patient set 3456 --opt-out"],
    ),
    ("patient export", &["turno patient export 'Ana Mejía' --out ana.json"]),
    (
        "patient merge",
        &["turno patient merge P-K7QF3M P-A4C6DE --dry-run", "turno patient merge --undo P-A4C6DE"],
    ),
    ("patient erase", &["turno patient erase P-K7QF3M --dry-run"]),
    ("report utilisation", &["turno report utilisation", "turno report utilisation --by branch --from -1w"]),
    ("report no-shows", &["turno report no-shows --by weekday"]),
    ("report volume", &["turno report volume --by service --from 2026-06-01 --to 2026-06-30 --format csv"]),
    (
        "key create",
        &["turno key create --name Reception --scope appointments:write --scope patients:read --expires 90d"],
    ),
    ("key list", &["turno key list", "turno key list --all"]),
    ("key show", &["turno key show K-001"]),
    ("key revoke", &["turno key revoke K-001"]),
    ("key rotate", &["turno key rotate K-001 --expires 90d"]),
    ("key scopes", &["turno key scopes"]),
    (
        "audit log",
        &["turno audit log --record K7QF3M", "turno audit log --actor recepcion --since yesterday"],
    ),
    ("audit verify", &["turno audit verify"]),
    ("db path", &["turno db path"]),
    ("db info", &["turno db info --json"]),
    ("db check", &["turno db check"]),
    ("db copy", &["turno db copy turno.db postgres://turno@db.example.org/clinic"]),
    ("db backup", &["turno db backup /var/backups/turno --keep 14"]),
    ("db restore", &["turno db restore turno-backup.db"]),
    ("db rezone", &["turno db rezone --dry-run"]),
    ("db rotate-secret", &["turno db rotate-secret"]),
    ("db purge", &["turno db purge --older-than 5y --dry-run"]),
    ("schema", &["turno schema", "turno schema appointment", "turno schema error --json"]),
    ("completions", &["turno completions bash > ~/.local/share/bash-completion/completions/turno"]),
    ("man", &["turno man | man -l -", "turno man ./man"]),
];

/// The commands with their examples.
pub fn with_examples(command: Command) -> Command {
    [DESK, OUTSIDE, CALENDAR, OFFICE]
        .into_iter()
        .flatten()
        .fold(command, |command, (path, lines)| put(command, path, lines))
}

fn put(command: Command, path: &str, lines: &[&str]) -> Command {
    let (name, below) = path.split_once(' ').map_or((path, None), |(name, below)| (name, Some(below)));
    // What is named here and is no command is found by the test; clap would panic.
    if command.find_subcommand(name).is_none() {
        return command;
    }
    command.mut_subcommand(name, |inner| match below {
        Some(below) => put(inner, below, lines),
        None => inner.after_help(format!("{HEADING}\n  {}", lines.join("\n  "))),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::command;

    /// Every command that has none below it, with its path.
    fn leaves(command: &Command, path: &str, found: &mut Vec<(String, Command)>) {
        for inner in command.get_subcommands() {
            let path = format!("{path} {}", inner.get_name()).trim().to_owned();
            if inner.has_subcommands() {
                leaves(inner, &path, found);
            } else {
                found.push((path, inner.clone()));
            }
        }
    }

    /// The words of a line as a shell hands them over, up to a pipe or a file.
    fn words(line: &str) -> Vec<String> {
        let (mut words, mut quoted) = (vec![String::new()], false);
        for c in line.chars() {
            match c {
                '\'' => quoted = !quoted,
                ' ' if !quoted => words.push(String::new()),
                c => words.last_mut().unwrap().push(c),
            }
        }
        words.split(|word| word == "|" || word == ">").next().unwrap().to_vec()
    }

    #[test]
    fn every_command_has_examples_and_the_parser_takes_each() {
        let mut found = Vec::new();
        leaves(&command(), "", &mut found);
        assert!(found.len() > 60, "only {} commands were found", found.len());
        for (path, leaf) in &found {
            let text = leaf.get_after_help().map(ToString::to_string).unwrap_or_default();
            let examples: Vec<&str> = text.lines().skip(1).map(str::trim).collect();
            assert!(!examples.is_empty(), "`turno {path}` has no example in src/cli/examples.rs");
            for example in examples {
                let alone = path == "today" && example == "turno";
                let own = alone || example.starts_with(&format!("turno {path}"));
                assert!(own, "{example} is none of `turno {path}`");
                if let Err(problem) = command().try_get_matches_from(words(example)) {
                    panic!("{example}: {problem}");
                }
            }
        }
        for (path, _) in [DESK, OUTSIDE, CALENDAR, OFFICE].into_iter().flatten() {
            assert!(found.iter().any(|(leaf, _)| leaf == path), "there is no command `turno {path}`");
        }
    }
}
