//! Arguments that the parser learns when their command is typed: to build those of all commands takes
//! longer than most commands do.

use super::{ChangeCommand, DayCommand, Global, HouseCommand};
use clap::error::Error;
use clap::{ArgMatches, Args, Command, FromArgMatches, Subcommand};
use std::cell::Cell;
use std::ffi::OsString;

thread_local! {
    /// Whether the parser is being built whole.
    static WHOLE: Cell<bool> = const { Cell::new(false) };
}

/// What a command takes, unknown to the parser until somebody types the command.
#[derive(Debug)]
pub struct Later<T>(pub Box<T>);

/// Builds a parser that knows all arguments from the start, as help, the manual and completions need it.
pub(super) fn whole(build: impl FnOnce() -> Command) -> Command {
    WHOLE.set(true);
    let command = build();
    WHOLE.set(false);
    command
}

/// A parser that knows one command: the one that is most likely meant. What it takes, the whole parser
/// takes as well; what it refuses is the whole parser's to judge.
pub(super) fn parser_for(args: &[OsString]) -> Command {
    let alone = Global::augment_args(Command::new("turno").version(env!("CARGO_PKG_VERSION")));
    match args.iter().skip(1).filter_map(|word| word.to_str()).find_map(named) {
        Some(meant) => alone.subcommand(meant),
        None => alone,
    }
}

/// The command of that name. Of the groups, only its own is built.
fn named(name: &str) -> Option<Command> {
    group::<DayCommand>(name).or_else(|| group::<ChangeCommand>(name)).or_else(|| group::<HouseCommand>(name))
}

fn group<T: Subcommand>(name: &str) -> Option<Command> {
    let all = T::has_subcommand(name).then(|| T::augment_subcommands(Command::new("turno")))?;
    all.find_subcommand(name).cloned()
}

/// Puts more into a command, at once or when it is typed.
fn put(command: Command, more: fn(Command) -> Command) -> Command {
    if WHOLE.get() { more(command) } else { command.defer(more) }
}

impl<T: Args> Args for Later<T> {
    fn augment_args(command: Command) -> Command {
        put(command, T::augment_args)
    }

    fn augment_args_for_update(command: Command) -> Command {
        put(command, T::augment_args_for_update)
    }
}

impl<T: Subcommand> Subcommand for Later<T> {
    fn augment_subcommands(command: Command) -> Command {
        put(command, T::augment_subcommands)
    }

    fn augment_subcommands_for_update(command: Command) -> Command {
        put(command, T::augment_subcommands_for_update)
    }

    fn has_subcommand(name: &str) -> bool {
        T::has_subcommand(name)
    }
}

impl<T: FromArgMatches> FromArgMatches for Later<T> {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Self, Error> {
        T::from_arg_matches(matches).map(|taken| Later(Box::new(taken)))
    }

    fn from_arg_matches_mut(matches: &mut ArgMatches) -> Result<Self, Error> {
        T::from_arg_matches_mut(matches).map(|taken| Later(Box::new(taken)))
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), Error> {
        self.0.update_from_arg_matches(matches)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::access::{from_json, need};
    use crate::cli::{Cli, command, examples};

    /// What a parser makes of a line, as far as it takes it.
    fn read(parser: Command, args: &[OsString]) -> Option<String> {
        let matches = parser.try_get_matches_from(args).ok()?;
        let cli = Cli::from_arg_matches(&matches).ok()?;
        Some(format!("{cli:?} {:?} {}", need(&matches), from_json(&matches)))
    }

    fn args(line: &str) -> Vec<OsString> {
        examples::words(line).into_iter().map(OsString::from).collect()
    }

    #[test]
    fn what_the_parser_of_one_command_takes_the_whole_one_takes_and_understands_alike() {
        let mut read_at_once = 0;
        for line in examples::lines() {
            let args = args(line);
            let (at_once, whole) = (read(parser_for(&args), &args), read(command(), &args));
            assert!(at_once.is_none() || at_once == whole, "{line}: {at_once:?} and {whole:?}");
            read_at_once += usize::from(at_once.is_some());
        }
        // Nearly all need no more.
        assert!(read_at_once > 150, "{read_at_once}");
    }

    #[test]
    fn a_value_that_is_a_commands_name_misleads_nobody() {
        for line in [
            "turno --clinic list list",
            "turno --clinic list doctor list",
            "turno --db book cron",
            "turno --clinic list",
            "turno list list",
            "turno -- list",
            "turno list --doctor book --json",
            "turno book list tomorrow 9 show 70123456 --overbook",
            "turno --json",
            "turno",
            "turno help",
            "turno list help",
            "turno lisst",
            "turno patient show ana --reveal --quiet",
        ] {
            let args = args(line);
            let at_once = read(parser_for(&args), &args);
            assert!(at_once.is_none() || at_once == read(command(), &args), "{line}: {at_once:?}");
        }
    }
}
