//! Shell completion: which arguments take a code, and which codes match the typed text. The caller looks them
//! up.

use crate::app::Context;
use crate::app::access::completion::{Choice, Named, choices};
use crate::domain::access::Need;
use crate::domain::status::Status;
use crate::domain::text::fold;
use crate::input::global::Global;
use crate::input::session::Session;
use crate::output::{Color, Format, Printer, printable};
use crate::platform::error::Result;
use crate::store::Store;
use clap::{Arg, Command, ValueHint};
use clap_complete::Shell;
use clap_complete::engine::{ArgValueCompleter, CompletionCandidate};
use clap_complete::env::Shells;
use std::ffi::{OsStr, OsString};
use std::sync::Arc;

/// Answers the book's words of a kind; none where it can't.
pub type Lookup = Arc<dyn Fn(Named) -> Vec<Choice> + Send + Sync>;

/// The parser, in which arguments that name a record complete it from the book. `before` is the word
/// before the one that is completed.
pub fn completable(command: Command, before: Option<&str>, lookup: &Lookup) -> Command {
    below("", command, before, lookup)
}

fn below(family: &str, command: Command, before: Option<&str>, lookup: &Lookup) -> Command {
    let name = command.get_name().to_owned();
    command
        .mut_args(|arg| match named(family, &name, &arg) {
            // Only the first word is a doctor; the others may be a patient.
            Some(_) if arg.get_id() == "words" && before != Some(&name) => arg,
            Some(named) => {
                let lookup = Arc::clone(lookup);
                arg.add(ArgValueCompleter::new(move |typed: &OsStr| from_book(typed, lookup(named))))
            }
            None if is_a_status(family, &name, &arg) => arg.add(ArgValueCompleter::new(statuses)),
            None if is_a_file(&arg) => arg.value_hint(ValueHint::AnyPath),
            None => arg,
        })
        .mut_subcommands(|inner| below(&name, inner, before, lookup))
}

/// What an argument names, by its own name and, where that tells nothing, by the commands it is of.
fn named(family: &str, command: &str, arg: &Arg) -> Option<Named> {
    let value = arg.get_value_names().and_then(<[_]>::first).map(|name| name.as_str());
    match (family, command, arg.get_id().as_str(), value) {
        (_, "book" | "slots" | "agenda", "words", _)
        | (_, "next", "doctor", _)
        | (_, _, "doctor", _)
        | ("doctor", _, "record", _) => Some(Named::Doctor),
        (_, _, "service", _) | ("service", _, "record", _) => Some(Named::Service),
        (_, _, "branch", _) | ("branch", _, "record", _) => Some(Named::Branch),
        (_, _, _, Some("APPT")) => Some(Named::Appointment),
        _ => None,
    }
}

/// Whether it names a file or folder, that shells know of themselves.
fn is_a_file(arg: &Arg) -> bool {
    let value = arg.get_value_names().and_then(<[_]>::first).map(|name| name.as_str());
    matches!(value, Some("FILE" | "DIR" | "PATH" | "PATH|URL"))
}

/// Whether it is what an appointment can be, and not a message or an event.
fn is_a_status(family: &str, command: &str, arg: &Arg) -> bool {
    family == "turno" && ["status", "list", "count"].contains(&command) && arg.get_id() == "status"
}

fn statuses(current: &OsStr) -> Vec<CompletionCandidate> {
    let typed = current.to_string_lossy().to_lowercase();
    let words = Status::ALL.into_iter().map(Status::as_str);
    words.filter(|word| word.starts_with(&typed)).map(CompletionCandidate::new).collect()
}

fn from_book(current: &OsStr, choices: Vec<Choice>) -> Vec<CompletionCandidate> {
    let found = current.to_str().map(|typed| going_on(typed, choices)).unwrap_or_default();
    let candidate = |choice: Choice| CompletionCandidate::new(choice.code).help(Some(choice.about.into()));
    found.into_iter().map(candidate).collect()
}

/// The choices whose codes begin so. Where none does, the only one that has a word which begins so: a
/// shell puts what several have in common in the place of what was typed.
fn going_on(typed: &str, choices: Vec<Choice>) -> Vec<Choice> {
    let typed = fold(typed);
    let (plain, by_name): (Vec<Choice>, Vec<Choice>) = choices
        .into_iter()
        .filter(|choice| choice.code.chars().all(stands_alone))
        .partition(|choice| fold(&choice.code).starts_with(&typed));
    if !plain.is_empty() {
        return plain;
    }
    let mut by_name = by_name
        .into_iter()
        .filter(|choice| fold(&choice.about).split_whitespace().any(|word| word.starts_with(&typed)));
    match (by_name.next(), by_name.next()) {
        (Some(only), None) => vec![only],
        _ => Vec::new(),
    }
}

/// Whether a shell takes the character for itself and nothing else.
fn stands_alone(c: char) -> bool {
    c.is_alphanumeric() || matches!(c, '-' | '_' | '.')
}

/// Names the shell that asks.
const ASKED: &str = "TURNO_COMPLETE";

/// What a shell is told so that it asks.
pub(crate) fn script(shell: Shell) -> std::io::Result<String> {
    let shells = Shells::builtins();
    let Some(completer) = shells.completer(&shell.to_string()) else { return Ok(String::new()) };
    let mut script = Vec::new();
    completer.write_registration(ASKED, "turno", "turno", "turno", &mut script)?;
    let mut script = String::from_utf8_lossy(&script).trim().to_owned() + "\n";
    if shell == Shell::Zsh {
        // zsh autoloads the script from $fpath as the function `_turno`; its first call must complete, too.
        script +=
            "\nif [ \"$funcstack[1]\" = \"_turno\" ]; then\n    _clap_dynamic_completer_turno \"$@\"\nfi\n";
    }
    Ok(script)
}

/// Answers a shell, if one asks: `turno -- WORDS` with its name in the environment.
pub(crate) fn answer(args: &[OsString]) -> Option<u8> {
    let shell = std::env::var(ASKED).ok().filter(|name| !name.is_empty())?;
    let words: Vec<OsString> = args.iter().skip_while(|arg| *arg != "--").skip(1).cloned().collect();
    let shells = Shells::builtins();
    if let (Some(completer), false) = (shells.completer(&shell), words.is_empty()) {
        let mut command = completable(crate::commands::command(), before(&words), &lookup(&words));
        let mut text = Vec::new();
        let folder = std::env::current_dir().ok();
        if completer.write_complete(&mut command, words, folder.as_deref(), &mut text).is_ok() {
            let printer = Printer::new(Format::Table, Color::Never, true);
            // Ignore errors: the shell may have closed the pipe.
            let _ = printer.raw(&String::from_utf8_lossy(&text));
        }
    }
    Some(0)
}

/// The word before the one that is completed: that is the last, unless the shell says which.
fn before(words: &[OsString]) -> Option<&str> {
    let told = std::env::var("_CLAP_COMPLETE_INDEX").ok().and_then(|index| index.parse::<usize>().ok());
    words.get(told.unwrap_or(words.len() - 1).checked_sub(1)?)?.to_str()
}

/// Looks into the book that the words so far are about.
fn lookup(words: &[OsString]) -> Lookup {
    let (db, clinic) = (option(words, "--db", "TURNO_DB"), option(words, "--clinic", "TURNO_CLINIC"));
    Arc::new(move |named| {
        let mut found = found(db.clone(), clinic.clone(), named).unwrap_or_default();
        found.iter_mut().for_each(|choice| choice.about = printable(&choice.about));
        found
    })
}

fn found(db: Option<String>, clinic: Option<String>, named: Named) -> Result<Vec<Choice>> {
    let global = Global {
        db,
        clinic,
        format: Format::Table,
        json: false,
        color: Color::Never,
        no_input: true,
        quiet: true,
        verbose: false,
    };
    // Completion shows the same data as the list of appointments, so it needs the same scope.
    let need = Need::of("list", |_| false);
    let session = Session::new(global, Printer::new(Format::Table, Color::Never, true), need, true);
    let config = session.config()?;
    let env = session.env(config)?;
    let store = Store::look(&session.location()?)?;
    choices(&mut Context { store, env }, named)
}

/// What the words give for an option that every command takes, else the environment.
fn option(words: &[OsString], name: &str, variable: &str) -> Option<String> {
    let mut words = words.iter().map(|word| word.to_string_lossy()).take_while(|word| word != "--");
    while let Some(word) = words.next() {
        match word.strip_prefix(name) {
            Some("") => return words.next().map(|value| value.into_owned()),
            Some(value) if value.starts_with('=') => return Some(value[1..].to_owned()),
            _ => {}
        }
    }
    std::env::var(variable).ok().filter(|value| !value.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn choice(code: &str, about: &str) -> Choice {
        Choice { code: code.into(), about: about.into() }
    }

    #[test]
    fn codes_go_on_from_what_was_typed_and_names_only_where_one_is_meant() {
        let doctors = || {
            vec![
                choice("RUIZ", "Dra. Ana Ruiz"),
                choice("MEJIA", "Dr. José Mejía"),
                choice("RIVAS", "Dr. José Rivas"),
                choice("$(rm)", "Dr. Ruin"),
            ]
        };
        let codes = |typed: &str| {
            going_on(typed, doctors()).into_iter().map(|found| found.code).collect::<Vec<_>>().join(" ")
        };
        for (typed, found) in [
            ("", "RUIZ MEJIA RIVAS"),
            ("r", "RUIZ RIVAS"),
            ("Me", "MEJIA"),
            ("mejía", "MEJIA"),
            ("an", "RUIZ"),
            ("jos", ""),
            ("x", ""),
            ("$", ""),
        ] {
            assert_eq!(codes(typed), found, "{typed}");
        }
    }

    #[test]
    fn what_names_a_record_completes_it() {
        let command = crate::commands::command();
        let of = |path: &[&str], id: &str| {
            let inner = path.iter().fold(&command, |command, name| command.find_subcommand(name).unwrap());
            let family = path.iter().rev().nth(1).unwrap_or(&"turno");
            named(family, inner.get_name(), inner.get_arguments().find(|arg| arg.get_id() == id).unwrap())
        };
        for (path, id, found) in [
            (&["book"][..], "words", Some(Named::Doctor)),
            (&["book"], "service", Some(Named::Service)),
            (&["why"], "doctor", Some(Named::Doctor)),
            (&["late"], "doctor", Some(Named::Doctor)),
            (&["agenda"], "branch", Some(Named::Branch)),
            (&["reschedule"], "words", None),
            (&["cancel"], "appointment", Some(Named::Appointment)),
            (&["waitlist", "add"], "appointment", Some(Named::Appointment)),
            (&["doctor", "set"], "record", Some(Named::Doctor)),
            (&["branch", "show"], "record", Some(Named::Branch)),
            (&["patient", "show"], "record", None),
        ] {
            assert_eq!(of(path, id), found, "{path:?} {id}");
        }
    }
}
