//! Finds the scope that a command line needs in the access matrix.

use crate::domain::access::Need;
use clap::ArgMatches;
use clap::parser::ValueSource;

/// What `turno` does alone.
const ALONE: &str = "today";
/// What `turno report` does alone.
const REPORT_ALONE: &str = "overview";

/// What the command that was typed needs, with its options.
pub fn need(matches: &ArgMatches) -> Need {
    let (words, inner) = innermost(matches);
    Need::of(&words.join(" "), |option| given(inner, option))
}

/// Whether the command that was typed takes what it works on from JSON.
pub fn from_json(matches: &ArgMatches) -> bool {
    given(innermost(matches).1, "input")
}

/// The words of the command that was typed, and what was given to it.
pub(crate) fn innermost(matches: &ArgMatches) -> (Vec<&str>, &ArgMatches) {
    let (mut words, mut inner) = (Vec::new(), matches);
    while let Some((name, next)) = inner.subcommand() {
        words.push(name);
        inner = next;
    }
    match words.as_slice() {
        [] => words.push(ALONE),
        ["inbox"] => words.push("list"),
        _ => {}
    }
    if words == ["report"] {
        words.push(REPORT_ALONE);
    }
    (words, inner)
}

/// Whether that option or argument was typed.
pub(crate) fn given(matches: &ArgMatches, option: &str) -> bool {
    matches.try_contains_id(option).is_ok()
        && matches.value_source(option).is_some_and(|source| source != ValueSource::DefaultValue)
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use crate::commands::command;
    use crate::domain::access::{MATRIX, Scope};
    use clap::Command;

    /// Options that need more than the command that they stand at, wherever they stand: `--force` where
    /// it goes against the clinic's rules, and not where it says yes to a question.
    const MARKED: [(&str, Scope); 3] = [
        ("overbook", Scope::AppointmentsOverride),
        ("force", Scope::AppointmentsOverride),
        ("reveal", Scope::PatientsReveal),
    ];

    /// Every command that has none below it, by its path.
    pub(in crate::commands) fn leaves(command: &Command, path: &str) -> Vec<(String, Command)> {
        let inner = |command: &Command| {
            if path.is_empty() {
                command.get_name().to_owned()
            } else {
                format!("{path} {}", command.get_name())
            }
        };
        let below: Vec<_> =
            command.get_subcommands().flat_map(|command| leaves(command, &inner(command))).collect();
        if below.is_empty() { vec![(path.to_owned(), command.clone())] } else { below }
    }

    #[test]
    fn every_command_has_its_row_and_every_row_its_command() {
        let commands = leaves(&command(), "");
        assert!(commands.len() > 60, "only {} commands were found", commands.len());
        for (path, _) in &commands {
            let rows = MATRIX.iter().filter(|row| row.command == path && row.option.is_none()).count();
            assert_eq!(
                rows, 1,
                "`turno {path}` needs one row in src/domain/access.rs that says what it needs"
            );
        }
        for row in MATRIX {
            let found = commands.iter().find(|(path, _)| path == row.command);
            let (_, command) = found.unwrap_or_else(|| panic!("there is no command `turno {}`", row.command));
            if let Some(option) = row.option {
                let named = command.get_arguments().any(|argument| argument.get_long() == Some(option));
                assert!(named, "`turno {}` has no option --{option}", row.command);
            }
        }
    }

    #[test]
    fn every_option_that_goes_against_a_rule_has_its_row() {
        for (path, command) in leaves(&command(), "") {
            for (option, scope) in MARKED {
                let itself = MATRIX.iter().find(|row| row.command == path && row.option.is_none());
                let says_yes =
                    option == "force" && itself.and_then(|row| row.scope) != Some(Scope::AppointmentsWrite);
                let has = command.get_arguments().any(|argument| argument.get_long() == Some(option));
                if has && !says_yes {
                    let row = MATRIX.iter().find(|row| row.command == path && row.option == Some(option));
                    assert_eq!(row.and_then(|row| row.scope), Some(scope), "turno {path} --{option}");
                }
            }
        }
    }

    fn needed(line: &str) -> Need {
        let words = std::iter::once("turno").chain(line.split(' '));
        need(&command().try_get_matches_from(words).unwrap())
    }

    #[test]
    fn what_was_typed_tells_what_it_needs() {
        let alone = command().try_get_matches_from(["turno", "--json"]).unwrap();
        assert_eq!(need(&alone), needed("today"));
        for (line, command, scopes) in [
            ("patient show ana", "patient show", &[Scope::PatientsRead][..]),
            ("patient show ana --reveal", "patient show", &[Scope::PatientsRead, Scope::PatientsReveal]),
            ("--json cancel K7 --force", "cancel", &[Scope::AppointmentsWrite, Scope::AppointmentsOverride]),
            (
                "book --doctor ANA --overbook",
                "book",
                &[Scope::AppointmentsWrite, Scope::AppointmentsOverride],
            ),
            ("remind templates set x", "remind templates set", &[Scope::Admin]),
            ("db info --clinic x", "db info", &[Scope::Admin]),
        ] {
            let need = needed(line);
            assert_eq!((need.command.as_str(), need.scopes.as_slice()), (command, scopes), "{line}");
        }
    }
}
