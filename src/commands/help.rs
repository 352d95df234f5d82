//! The help: commands by what one wants to do, and its texts in the user's language.
//!
//! clap speaks English only. [`localized`] puts the Spanish texts in, [`rendered`] translates clap's own words.

use crate::domain::refusal::Refusal;
use crate::input::session::{Session, Stop};
use crate::locale::{Language, help_text, language};
use clap::builder::styling::{AnsiColor, Style};
use clap::{Args, Command};
use std::fmt::Write;

/// Show the help of a command, or the options that hold everywhere
#[derive(Debug, Args)]
pub struct HelpArgs {
    /// The command, such as `patient add`, or `options`
    #[arg(value_name = "COMMAND")]
    words: Vec<String>,
}

/// The commands by what one wants to do, the daily ones first. Commands of one line share a description.
const GROUPS: [(&str, &[&[&str]]); 7] = [
    (
        "help-the-desk",
        &[
            &["book"],
            &["slots"],
            &["find"],
            &["show"],
            &["reschedule", "move"],
            &["cancel"],
            &["undo"],
            &["status", "confirm", "arrive", "start", "done", "noshow"],
            &["update"],
            &["why"],
            &["series"],
            &["waitlist"],
        ],
    ),
    (
        "help-the-day",
        &[
            &["today"],
            &["queue"],
            &["next"],
            &["agenda"],
            &["board"],
            &["list"],
            &["count"],
            &["late"],
            &["report"],
        ],
    ),
    ("help-group-patients", &[&["patient"]]),
    (
        "help-the-calendar",
        &[&["setup"], &["doctor"], &["service"], &["window"], &["closure"], &["branch"], &["clinic"]],
    ),
    ("help-messages-to-patients", &[&["remind"], &["cron"], &["reply"], &["inbox"], &["listen"]]),
    ("help-data", &[&["import"], &["export"], &["webhook"], &["schema"]]),
    (
        "help-administration",
        &[&["init"], &["demo"], &["key"], &["audit"], &["db"], &["completions"], &["man"], &["help"]],
    ),
];

/// The commands by what one wants to do.
fn groups(command: &Command) -> String {
    let header = AnsiColor::Green.on_default().bold();
    let literal = AnsiColor::Cyan.on_default().bold();
    let there = |name: &&&str| command.find_subcommand(name).is_some();
    let mut text = String::new();
    for (heading, lines) in GROUPS {
        let _ = writeln!(text, "{header}{}{header:#}", help_text(heading));
        for names in lines {
            let names: Vec<&str> = names.iter().filter(there).copied().collect();
            let Some(sub) = names.first().and_then(|name| command.find_subcommand(name)) else { continue };
            let about = sub.get_about().map(ToString::to_string).unwrap_or_default();
            let names = names.join(", ");
            let _ = writeln!(text, "  {literal}{names:<16}{literal:#}  {about}");
        }
    }
    text
}

/// The command with the texts of its help in the user's language, and the root's help by groups.
pub(super) fn localized(command: Command) -> Command {
    let command = if language() == Language::Spanish { translated(command) } else { command };
    let header = AnsiColor::Green.on_default().bold();
    let usage = format!("{header}{}{header:#}", help_text("help-clap-usage"));
    let template = format!(
        "{{about}}\n\n{usage} turno {}\n\n{}\n{}\n",
        help_text("[COMMAND] …; alone it shows today"),
        groups(&command),
        help_text("`turno help COMMAND` explains one command, `turno help options` what holds everywhere.")
    );
    hidden_globals(command, 0).help_template(template)
}

/// Leaves the options that hold everywhere out of each command's help: `turno help options` has them.
fn hidden_globals(command: Command, depth: usize) -> Command {
    let command = command.mut_args(|arg| match arg.is_global_set() {
        true => arg.hide_short_help(true).hide_long_help(true),
        false => arg,
    });
    if depth > 3 {
        return command;
    }
    command.mut_subcommands(|sub| hidden_globals(sub, depth + 1))
}

fn translated(command: Command) -> Command {
    let said = |text: Option<&clap::builder::StyledStr>| text.map(|text| help_text(&text.to_string()));
    let (about, long) = (said(command.get_about()), said(command.get_long_about()));
    let command = about.into_iter().fold(command, Command::about);
    let command = long.into_iter().fold(command, Command::long_about);
    let command = command.mut_args(|arg| {
        let (help, long) = (said(arg.get_help()), said(arg.get_long_help()));
        let heading = arg.get_help_heading().map(help_text);
        let arg = help.into_iter().fold(arg, clap::Arg::help);
        let arg = long.into_iter().fold(arg, clap::Arg::long_help);
        // clap keeps headings for as long as the program runs; there are two of them.
        heading.into_iter().fold(arg, |arg, heading| arg.help_heading(&*heading.leak()))
    });
    command.mut_subcommands(translated)
}

/// clap's own words, each with the id of its text.
const OWN_WORDS: [(&str, &str); 13] = [
    ("[OPTIONS]", "help-clap-options"),
    ("[COMMAND]", "help-clap-command"),
    ("<COMMAND>", "help-clap-a-command"),
    ("[default:", "help-clap-default"),
    ("[possible values:", "help-clap-values"),
    ("Possible values:", "help-clap-possible-values"),
    ("[aliases:", "help-clap-aliases"),
    ("[alias:", "help-clap-alias"),
    ("Usage:", "help-clap-usage"),
    ("Arguments:", "help-clap-arguments"),
    ("Options:", "help-clap-options-heading"),
    ("Commands:", "help-clap-commands"),
    ("Examples:", "help-clap-examples"),
];

/// Help that clap rendered, in the user's language.
pub(crate) fn rendered(text: &str) -> String {
    let mut text = text.to_owned();
    if language() == Language::Spanish {
        for (words, id) in OWN_WORDS {
            text = text.replace(words, &help_text(id));
        }
        // The values of an option are described behind a dash, in lines of their own.
        let lines = text.split('\n').map(|line| match line.split_once(": ") {
            Some((head, said)) if head.trim_start().starts_with("- ") => {
                format!("{head}: {}", help_text(said))
            }
            _ => line.to_owned(),
        });
        text = lines.collect::<Vec<_>>().join("\n");
    }
    text
}

pub(crate) fn help(session: &Session, args: &HelpArgs) -> Result<u8, Stop> {
    let mut command = super::command();
    let words: Vec<&str> = args.words.iter().flat_map(|word| word.split_whitespace()).collect();
    let text = match words.as_slice() {
        ["options" | "opciones"] => options(&command),
        words => {
            let mut found = &mut command;
            for word in words {
                let known = found.get_subcommands().map(|sub| sub.get_name().to_owned()).collect::<Vec<_>>();
                found = found.find_subcommand_mut(word).ok_or_else(|| {
                    Refusal::not_found("command", word).hint(text!("there-is", all = known.join(", ")))
                })?;
            }
            let text = found.render_long_help();
            rendered(&if session.printer.color { text.ansi().to_string() } else { text.to_string() })
        }
    };
    session.printer.raw(&text)?;
    Ok(0)
}

/// The options that every command takes, and how days, times and exit statuses are written.
fn options(command: &Command) -> String {
    let header = Style::new();
    let mut text = format!("{header}{}{header:#}\n", help_text("Everywhere"));
    for arg in command.get_arguments().filter(|arg| arg.is_global_set()) {
        let long = arg.get_long().map(|long| format!("--{long}")).unwrap_or_default();
        let short = arg.get_short().map_or_else(|| "    ".to_owned(), |short| format!("-{short}, "));
        let value = match arg.get_value_names() {
            Some([name, ..]) if arg.get_action().takes_values() => format!(" <{name}>"),
            _ => String::new(),
        };
        let values: Vec<String> =
            arg.get_possible_values().iter().map(|value| value.get_name().to_owned()).collect();
        let values = if values.is_empty() || values == ["true", "false"] {
            String::new()
        } else {
            format!(": {}", values.join(", "))
        };
        let env =
            arg.get_env().and_then(|env| env.to_str()).map(|env| format!(" ({env})")).unwrap_or_default();
        let help = arg.get_help().map(ToString::to_string).unwrap_or_default();
        let option = format!("{short}{long}{value}");
        let _ = writeln!(text, "  {option:<26}{help}{values}{env}");
    }
    let rest = [
        "Days are 2026-06-15, today, tomorrow, mon … sun (the next one), +3d or +2w; hoy, mañana and lun, too; 15/6 is the 15th of June unless the clinic writes English of the United States.",
        "Times are 14:30 or 2:30pm. Durations are 30, 30m, 2h or 1d.",
        "A doctor, patient or appointment goes by code, id or name.",
        "Exit status: 0 done, 1 damaged book or fault, 2 bad request, 3 not found, 4 taken, 5 against a rule, 6 no access, 7 the book can't be used, 8 some messages or deliveries failed, 130 a question was given up.",
        "`turno demo` is a guided tour; `turno man` is the manual.",
    ];
    for line in rest {
        let _ = write!(text, "\n{}\n", filled(&help_text(line), 100));
    }
    text
}

/// The text in lines of at most `width` columns.
fn filled(text: &str, width: usize) -> String {
    let (mut filled, mut used) = (String::new(), 0);
    for word in text.split(' ') {
        let wide = word.chars().count();
        if used > 0 && used + 1 + wide > width {
            filled.push('\n');
            used = 0;
        } else if used > 0 {
            filled.push(' ');
            used += 1;
        }
        filled.push_str(word);
        used += wide;
    }
    filled
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::commands::bare;
    use crate::locale::help_catalogue;
    use std::collections::BTreeSet;

    /// Every text of the help.
    fn texts(command: &Command, found: &mut BTreeSet<String>) {
        let mut add = |text: Option<String>| found.extend(text.filter(|text| !text.is_empty()));
        add(command.get_about().map(ToString::to_string));
        add(command.get_long_about().map(ToString::to_string));
        for arg in command.get_arguments() {
            add(arg.get_help().map(ToString::to_string));
            add(arg.get_long_help().map(ToString::to_string));
            add(arg.get_help_heading().map(str::to_owned));
            for value in arg.get_possible_values() {
                add(value.get_help().map(ToString::to_string));
            }
        }
        for sub in command.get_subcommands() {
            texts(sub, found);
        }
    }

    #[test]
    fn every_text_of_the_help_is_there_in_both_languages() {
        let mut found = BTreeSet::new();
        texts(&bare(), &mut found);
        assert!(found.len() > 300, "{}", found.len());
        let (english, spanish) = (help_catalogue(Language::English), help_catalogue(Language::Spanish));
        let missing: Vec<_> =
            found.iter().filter(|text| english.get(&crate::locale::help_id(text)) != Some(*text)).collect();
        assert!(missing.is_empty(), "not in src/locale/en/help.ftl, or with another text: {missing:#?}");
        let keys = |catalogue: &std::collections::BTreeMap<String, String>| {
            catalogue.keys().cloned().collect::<BTreeSet<_>>()
        };
        assert_eq!(keys(&english), keys(&spanish));
        let same = ["help-html", "help-webhooks", "help-for-cron"];
        for (id, text) in &english {
            assert!(spanish[id] != *text || same.contains(&id.as_str()), "{id} is not translated");
        }
    }

    #[test]
    fn every_command_stands_in_one_group_and_all_fit_a_screen() {
        let command = bare();
        let listed: Vec<&str> =
            GROUPS.iter().flat_map(|(_, lines)| lines.iter().flat_map(|line| line.iter().copied())).collect();
        for sub in command.get_subcommands() {
            let times = listed.iter().filter(|name| **name == sub.get_name()).count();
            assert_eq!(times, 1, "`turno {}` in GROUPS of src/commands/help.rs", sub.get_name());
        }
        let lines = localized(command).render_help().to_string();
        assert!(lines.lines().count() <= 60, "{lines}");
    }
}
