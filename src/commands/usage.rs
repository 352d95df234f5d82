//! The output for a command line that can't be run: help, the version, or an error.

use crate::commands::command;
use crate::commands::help::rendered;
use crate::domain::refusal::{Code, Refusal};
use crate::locale;
use crate::locale::Language;
use crate::output::{Color, Format, Printer};
use clap::error::{ContextKind, ContextValue, ErrorKind};
use std::ffi::OsString;

/// Help and version are results; usage mistakes are refusals.
pub(crate) fn answer(error: &clap::Error, args: &[OsString]) -> u8 {
    let format = if wants_json(args) { Format::Json } else { Format::Table };
    let printer = Printer::new(format, Color::Auto, false);
    match error.kind() {
        ErrorKind::DisplayHelp | ErrorKind::DisplayVersion => {
            let text = error.render();
            let text = if printer.color { text.ansi().to_string() } else { text.to_string() };
            let text = rendered(&text);
            // Ignore errors: stdout may be closed.
            let _ = printer.raw(&text);
            0
        }
        ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand if format == Format::Table => {
            printer.talk(&without_passwords(&rendered(&error.render().to_string())));
            Code::ValidationError.exit()
        }
        _ => {
            let text = without_passwords(&error.render().to_string());
            let mut lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
            let first = lines.next().unwrap_or("usage").trim_start_matches("error: ");
            let message = without_passwords(&spoken(error).unwrap_or_else(|| first.to_owned()));
            let rest: Vec<String> =
                lines.filter(|line| !line.starts_with("For more information")).map(spoken_line).collect();
            let likely = likely(error);
            let refusal = Refusal::new(Code::ValidationError, message)
                .detail("usage", rest.join("\n"))
                .detail("did_you_mean", likely.clone());
            if format == Format::Json {
                printer.refusal(&refusal);
            } else {
                let mut shown = Refusal { details: std::collections::BTreeMap::new(), ..refusal };
                let question = match likely.as_slice() {
                    [] => None,
                    likely => Some(text!("did-you-mean", or = likely.join("` or `"))),
                };
                // The question replaces clap's tip.
                let rest = rest.into_iter().filter(|line| question.is_none() || !line.contains(" similar "));
                let more = rest.chain([text!("turno-help-tells-more").to_owned()]);
                shown.hint = Some(question.clone().into_iter().chain(more).collect::<Vec<_>>().join("; "));
                printer.refusal(&shown);
            }
            Code::ValidationError.exit()
        }
    }
}

/// What is wrong, in Spanish where that is spoken; clap itself speaks English only.
fn spoken(error: &clap::Error) -> Option<String> {
    if locale::language() == Language::English {
        return None;
    }
    let given = |kind| error.get(kind).map(ContextValue::to_string);
    let argument = given(ContextKind::InvalidArg);
    match error.kind() {
        ErrorKind::UnknownArgument => Some(text!("unexpected-argument-found", argument = argument?)),
        ErrorKind::InvalidSubcommand => {
            Some(text!("unrecognized-subcommand", command = given(ContextKind::InvalidSubcommand)?))
        }
        ErrorKind::InvalidValue | ErrorKind::ValueValidation => {
            let (argument, value) = (argument?, given(ContextKind::InvalidValue)?);
            Some(match std::error::Error::source(error) {
                _ if value.is_empty() => text!("a-value-is-required-for-but-none", argument),
                Some(problem) => text!("invalid-value-for", value, argument, problem),
                None => text!("invalid-value", value, argument),
            })
        }
        ErrorKind::MissingRequiredArgument => {
            Some(text!("the-following-required-arguments-were-not-provided", arguments = argument?))
        }
        ErrorKind::ArgumentConflict => {
            let argument = argument?;
            Some(match given(ContextKind::PriorArg) {
                Some(other) if other != argument => {
                    text!("the-argument-cannot-be-used-with", argument, other)
                }
                _ => text!("the-argument-cannot-be-used-multiple-times", argument),
            })
        }
        ErrorKind::MissingSubcommand => Some(text!(
            "requires-a-subcommand-but-one-was-not-provided",
            command = given(ContextKind::InvalidSubcommand)?
        )),
        _ => None,
    }
}

/// A line below clap's message, in the language that is spoken.
fn spoken_line(line: &str) -> String {
    let inside = |before, after| line.strip_prefix(before).and_then(|line: &str| line.strip_suffix(after));
    if let Some(line) = inside("Usage: ", "") {
        return text!("usage-line", line);
    }
    if let Some(values) = inside("[possible values: ", "]") {
        return text!("possible-values", values);
    }
    if let Some((argument, form)) =
        inside("tip: to pass '", "'").and_then(|line| line.split_once("' as a value, use '"))
    {
        return text!("tip-to-pass-as-a-value-use", argument, form);
    }
    line.to_owned()
}

/// What was most likely meant by a word that nobody knows: commands, options or values.
fn likely(error: &clap::Error) -> Vec<String> {
    let kinds = [ContextKind::SuggestedSubcommand, ContextKind::SuggestedArg, ContextKind::SuggestedValue];
    let found = kinds.into_iter().filter_map(|kind| match error.get(kind)? {
        ContextValue::String(one) => Some(vec![one.clone()]),
        // clap lists the likeliest last.
        ContextValue::Strings(several) => Some(several.iter().rev().cloned().collect()),
        _ => None,
    });
    let mut likely: Vec<String> = Vec::new();
    for word in found.flatten() {
        // A command's other names, such as the Spanish ones, stand for the command.
        let word = command().find_subcommand(&word).map_or(word, |named| named.get_name().to_owned());
        if !likely.contains(&word) {
            likely.push(word);
        }
    }
    likely
}

/// A URL in the wrong place is repeated by the usage message, without what stands before its host.
fn without_passwords(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("://") {
        let end = after.find(|c: char| c.is_whitespace() || c == '\'').unwrap_or(after.len());
        let (url, behind) = after.split_at(end);
        let host = url.rsplit_once('@').map_or(url, |(_, host)| host);
        let address = host.split('?').next().unwrap_or_default();
        shown.extend([before, "://", address]);
        rest = behind;
    }
    shown += rest;
    // In `key=value` text the password may contain spaces: drop the rest of the line.
    let lines = shown.split('\n').map(|line| line.split_once("password=").map_or(line, |(before, _)| before));
    lines.collect::<Vec<_>>().join("\n")
}

/// Whether a command line that can't be parsed asked for JSON.
pub(crate) fn wants_json(args: &[OsString]) -> bool {
    let mut words = args.iter().filter_map(|arg| arg.to_str()).peekable();
    while let Some(word) = words.next() {
        if word == "--" {
            return false;
        }
        if word == "--json"
            || word == "--format=json"
            || (word == "--format" && words.peek() == Some(&"json"))
        {
            return true;
        }
    }
    false
}
