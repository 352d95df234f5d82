//! `turno schema`, and the schema of a command line's output.

use crate::commands::access::{given, innermost};
use crate::output::schema::{ANSWERS, Answered, names};
use clap::builder::PossibleValuesParser;
use clap::{ArgMatches, Args, Command};

/// Print the JSON Schema of what the commands answer with --json, or list the schemas
#[derive(Debug, Args)]
pub struct SchemaArgs {
    /// Which one [default: a list of all]
    #[arg(value_name = "NAME", value_parser = PossibleValuesParser::new(names()), hide_possible_values = true)]
    pub name: Option<String>,
}

/// How the command that was typed answers with `--json`; none where no row tells.
pub fn answered(command: &Command, matches: &ArgMatches) -> Option<&'static Answered> {
    let (words, inner) = innermost(matches);
    let leaf = words.iter().try_fold(command, |command, word| command.find_subcommand(word))?;
    let path = words.join(" ");
    ANSWERS.iter().rev().find(|row| {
        row.command == path
            && row.with.is_none_or(|word| option(leaf, word).is_some_and(|id| given(inner, id)))
    })
}

/// The parser's own name for an option by its long name, or for an argument as the help shows it.
fn option<'c>(command: &'c Command, word: &str) -> Option<&'c str> {
    let shown = |argument: &clap::Arg| {
        argument.is_positional()
            && argument.get_value_names().is_some_and(|names| names.iter().any(|name| name == word))
    };
    let mut all = command.get_arguments();
    let found = all.find(|argument| argument.get_long() == Some(word) || shown(argument))?;
    Some(found.get_id().as_str())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::access::MATRIX;

    /// The matrix has a row for every command of the parser; a test of its own sees to that.
    #[test]
    fn every_command_says_what_it_answers_and_every_row_has_its_command() {
        for row in MATRIX.iter().filter(|row| row.option.is_none()) {
            let rows = ANSWERS.iter().filter(|answer| answer.command == row.command && answer.with.is_none());
            assert_eq!(
                rows.count(),
                1,
                "`turno {}` needs one row in src/output/schema/answers.rs that says what it answers",
                row.command
            );
        }
        let parser = crate::commands::command();
        for row in ANSWERS {
            let leaf =
                row.command.split(' ').try_fold(&parser, |command, word| command.find_subcommand(word));
            let leaf = leaf.unwrap_or_else(|| panic!("there is no command `turno {}`", row.command));
            assert!(!leaf.has_subcommands(), "`turno {}` is a family of commands", row.command);
            let known = row.with.is_none_or(|word| option(leaf, word).is_some());
            assert!(known, "`turno {}` has no {:?}", row.command, row.with);
        }
    }

    #[test]
    fn what_was_typed_tells_how_it_is_answered() {
        let parser = crate::commands::command();
        for (line, schema, lines) in [
            ("book --doctor ruiz", Some("booked"), false),
            ("book --doctor ruiz --every week --times 2", Some("series-booked"), false),
            ("--json book --input -", Some("bookings"), true),
            ("closure add --date 2026-12-25 --reason x --move", Some("clearing"), false),
            ("patient export x", Some("patient-export"), false),
            ("patient export x --out y", Some("patient-exported"), false),
            ("schema", Some("schemas"), false),
            ("schema slots", Some("schema"), false),
            ("man", None, false),
        ] {
            let matches = parser.clone().try_get_matches_from(format!("turno {line}").split(' ')).unwrap();
            let row = answered(&parser, &matches).unwrap();
            assert_eq!((row.schema, row.lines), (schema, lines), "{line}");
        }
    }
}
