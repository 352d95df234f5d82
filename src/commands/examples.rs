//! Examples at the end of every command's help and manual page, all of the same clinic. A test parses each
//! and checks that every command has one.

use clap::Command;

/// What the examples are called where they are shown.
pub const HEADING: &str = "Examples:";

/// A line each: its first words say of which command it is; `turno` alone is `turno today`.
const EXAMPLES: &[&str] = &[
    "turno",
    "turno today --doctor ruiz --json",
    "turno slots --doctor ruiz --date tomorrow",
    "turno slots ruiz tomorrow",
    "turno slots --service vac --first 3",
    "turno why ruiz tomorrow 9:30",
    "turno why ruiz sun 9 --service vac",
    "turno why mejía",
    "turno late ruiz 25m",
    "turno late ruiz 25m --notify",
    "turno undo --dry-run",
    "turno undo --yes",
    "turno undo --answer K7QF3M --yes",
    "turno series list",
    "turno series show SER-001",
    "turno series cancel SER-001 --reason 'Se muda' --from 2026-07-01",
    "turno series move SER-001 --time 10:30",
    "turno waitlist add K7QF3M",
    "turno waitlist add --doctor ruiz --patient 'Ana Mejía' --to 2026-07-01",
    "turno waitlist list",
    "turno waitlist list --for K7QF3M",
    "turno waitlist offer WAIT-001 --date tomorrow --time 9:30 --for 30m",
    "turno waitlist accept WAIT-001",
    "turno waitlist decline WAIT-001",
    "turno waitlist remove WAIT-001",
    "turno book ruiz tomorrow 9:30 'Ana Mejía' 7012-3456",
    "turno book ruiz 15/6 10 3456 --reason control",
    "turno book --service vac --at 2026-06-15T14:30 --patient 'Ana Mejía'",
    "turno book --pick 2",
    "turno book --input bookings.json --json",
    "turno show K7QF3M",
    "turno show rosa",
    "turno show k7q --json",
    "turno list --date today",
    "turno list --doctor ruiz --from mon --to fri --status scheduled",
    "turno count --source whatsapp",
    "turno count --doctor ruiz --since 2026-06-01",
    "turno agenda",
    "turno agenda ruiz 17/6",
    "turno agenda --week --doctor ruiz",
    "turno agenda --date tomorrow --print=html",
    "turno agenda --date tomorrow --html tomorrow.html",
    "turno queue",
    "turno queue --doctor ruiz --json",
    "turno queue --watch --every 10",
    "turno reschedule K7QF3M fri 10",
    "turno reschedule rosa fri 9:30",
    "turno reschedule k7q --doctor ruiz --date +2w --dry-run",
    "turno cancel rosa 'is ill'",
    "turno cancel K7QF3M --reason 'is ill'",
    "turno cancel k7q --reason travels --no-notify",
    "turno status K7QF3M checked_in",
    "turno status k7q completed --diagnosis flu --follow-up +2w",
    "turno update K7QF3M --notes 'brings her X-rays'",
    "turno update k7q --follow-up none",
    "turno update rosa --notes 'brings her X-rays'",
    "turno arrive mejía",
    "turno start mejía",
    "turno done mejía --diagnosis flu",
    "turno noshow mejía",
    "turno confirm 7012-3456",
    "turno next ruiz",
    "turno find rosa",
    "turno find 3456 --json",
    "turno reply --from 7012-3456 --text 'Sí'",
    "turno reply --from +50370123456 --text 'NO K7QF3M' --channel sms --id SM0123",
    "turno reply --input replies.ndjson --json",
    "turno reply --channel mail --body -",
    "turno reply --channel whatsapp --body body.json --signature sha256=9b2d",
    "turno listen",
    "turno listen --bind 127.0.0.1:0",
    "turno inbox list --json",
    "turno inbox done 12",
    "turno inbox answer 12 'Le esperamos a las 5'",
    "turno setup",
    "turno setup clinic.toml --dry-run",
    "turno setup --print",
    "turno demo",
    "turno help patient add",
    "turno help options",
    "turno export ics --doctor ruiz --from today --out ruiz.ics",
    "turno export ics --detail none",
    "turno export fhir --out book.fhir.json",
    "turno export fhir --doctor ruiz --searchset",
    "turno export csv patients --out patients.csv",
    "turno export csv appointments --from mon",
    "turno remind due",
    "turno remind due --dry-run --limit 10",
    "turno remind list --status pending",
    "turno remind list --appointment K7QF3M",
    "turno remind retry --all",
    "turno remind preview",
    "turno remind preview K7QF3M --kind reminder --locale es",
    "turno remind templates check",
    "turno remind templates check ./words",
    "turno remind templates set ./words",
    "turno webhook add --url https://hooks.example.org/turno --event appointment.booked",
    "turno webhook list",
    "turno webhook list --all",
    "turno webhook show H-001",
    "turno webhook set H-001 --disable",
    "turno webhook set H-001 --enable --full",
    "turno webhook remove H-001",
    "turno webhook rotate H-001 --overlap 1d",
    "turno webhook test H-001",
    "turno webhook deliver",
    "turno webhook deliver --dry-run",
    "turno webhook log --webhook H-001 --since yesterday",
    "turno webhook replay --webhook H-001 --since 2026-06-15",
    "turno cron",
    "turno cron --systemd",
    "turno init --name 'Clínica San José' --timezone America/El_Salvador --code sanjose",
    "turno clinic add --name 'Clínica Norte' --timezone America/El_Salvador",
    "turno clinic list",
    "turno clinic show",
    "turno clinic show sanjose --json",
    "turno clinic use sanjose",
    "turno clinic set locale en",
    "turno clinic set slot_minutes 20",
    "turno branch add --name Escalón --code ESC",
    "turno branch list",
    "turno branch show ESC",
    "turno branch set ESC --name 'Colonia Escalón'",
    "turno branch remove ESC --dry-run",
    "turno branch remove ESC",
    "turno doctor add --name 'Dra. Elena Ruiz' --code RUIZ --slot 30",
    "turno doctor add 'Dra. Ana Ruiz'",
    "turno doctor list",
    "turno doctor list --all",
    "turno doctor show ruiz",
    "turno doctor set ruiz --slot 20 --buffer-after 5",
    "turno doctor remove RUIZ --dry-run",
    "turno doctor remove RUIZ",
    "turno service add --name Vacunación --code VAC --duration 15",
    "turno service list",
    "turno service show vac",
    "turno service set vac --duration 20",
    "turno service remove VAC",
    "turno window add --doctor ruiz --days mon-fri --from 9:00 --to 13:00",
    "turno window add --doctor ruiz --on 2026-06-20 --from 9:00 --to 12:00 --capacity 10",
    "turno window list --doctor ruiz",
    "turno window show W-001",
    "turno window set W-001 --to 14:00",
    "turno window set W-001 --to 14:00 --dry-run",
    "turno window open W-001",
    "turno window close W-001",
    "turno window close W-001 --yes",
    "turno window remove W-001 --dry-run",
    "turno window remove W-001",
    "turno closure add --date 2026-12-25 --reason Navidad",
    "turno closure add --doctor ruiz --from '15 june' --to '19 june' --reason congress",
    "turno closure add --doctor ruiz --date tomorrow --reason sick --move",
    "turno closure add --doctor ruiz --date tomorrow --reason sick --move --apply",
    "turno closure list",
    "turno closure remove C-001",
    "turno import csv patients patients.csv --map name=Nombre,phone=Teléfono --dry-run",
    "turno import csv appointments visits.csv --doctor ruiz --separator ';'",
    "turno import ics calendar.ics --as closures --doctor ruiz",
    "turno import ics visits.ics --as appointments --doctor ruiz --dry-run",
    "turno import fhir clinic.fhir.json --dry-run",
    "turno patient add --name 'Ana Mejía' --phone 7012-3456",
    "turno patient list --limit 20 --page 2",
    "turno patient find mejía",
    "turno patient find ana 3456",
    "turno patient show 'Ana Mejía'",
    "turno patient show 3456 --reveal",
    "turno patient set 'Ana Mejía' --email ana@example.org",
    "turno patient set 3456 --opt-out",
    "turno patient export 'Ana Mejía' --out ana.json",
    "turno patient merge P-K7QF3M P-A4C6DE --dry-run",
    "turno patient merge --undo P-A4C6DE",
    "turno patient erase P-K7QF3M --dry-run",
    "turno report overview",
    "turno report overview --from 2026-01-01 --html report.html --svg report.svg",
    "turno report utilisation",
    "turno report utilisation --by branch --from -1w",
    "turno report no-shows --by weekday",
    "turno report volume --by service --from 2026-06-01 --to 2026-06-30 --format csv",
    "turno key create --name Reception --scope appointments:write --scope patients:read --expires 90d",
    "turno key list",
    "turno key list --all",
    "turno key show K-001",
    "turno key revoke K-001",
    "turno key rotate K-001 --expires 90d",
    "turno key scopes",
    "turno audit log --record K7QF3M",
    "turno audit log --actor recepcion --since yesterday",
    "turno audit verify",
    "turno db path",
    "turno db info --json",
    "turno db check",
    "turno db copy turno.db postgres://turno@db.example.org/clinic",
    "turno db backup /var/backups/turno --keep 14",
    "turno db restore turno-backup.db",
    "turno db rezone --dry-run",
    "turno db rotate-secret",
    "turno db purge --older-than 5y --dry-run",
    "turno db scrub --dry-run",
    "turno schema",
    "turno schema appointment",
    "turno schema error --json",
    "turno completions bash > ~/.local/share/bash-completion/completions/turno",
    "turno man | man -l -",
    "turno man ./man",
];

/// The commands with their examples.
pub fn with_examples(mut command: Command) -> Command {
    for line in EXAMPLES {
        put(&mut command, line.strip_prefix("turno ").unwrap_or("today"), line);
    }
    command
}

/// Adds a line to the command that the words begin with.
fn put(command: &mut Command, words: &str, line: &str) {
    let (word, rest) = words.split_once(' ').unwrap_or((words, ""));
    if let Some(inner) = command.find_subcommand_mut(word) {
        return put(inner, rest, line);
    }
    let text = command.get_after_help().map_or_else(|| HEADING.to_owned(), ToString::to_string);
    *command = std::mem::take(command).after_help(format!("{text}\n  {line}"));
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::commands::access::tests::leaves;
    use crate::commands::command;

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
        let found = leaves(&command(), "");
        assert!(found.len() > 60, "only {} commands were found", found.len());
        let mut lines = 0;
        for (path, leaf) in &found {
            let text = leaf.get_after_help().map(ToString::to_string).unwrap_or_default();
            let examples: Vec<&str> = text.lines().skip(1).map(str::trim).collect();
            assert!(!examples.is_empty(), "`turno {path}` has no example in src/cli/examples.rs");
            lines += examples.len();
            for example in examples {
                let alone = path == "today" && example == "turno";
                let own = alone || example.starts_with(&format!("turno {path}"));
                assert!(own, "{example} is none of `turno {path}`");
                if let Err(problem) = command().try_get_matches_from(words(example)) {
                    panic!("{example}: {problem}");
                }
            }
        }
        assert_eq!(lines, EXAMPLES.len(), "an example names no command");
    }
}
