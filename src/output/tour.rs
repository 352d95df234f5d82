//! The guided tour's face: headings, a sentence or two, commands as they are typed.

use crate::output::words::paint;
use anstyle::{AnsiColor, Style};

const HEADING: Style = Style::new().bold();
const CLOCK: Style = AnsiColor::Yellow.on_default();
const TYPED: Style = AnsiColor::Cyan.on_default().bold();
const ASIDE: Style = Style::new().dimmed();

/// The head of a part, with a rule below it.
pub fn heading(text: &str, color: bool) -> String {
    let rule = "─".repeat(text.chars().count());
    format!("\n\n{}\n{}\n", paint(HEADING, text, color), paint(ASIDE, &rule, color))
}

/// What happens next, and why.
pub fn said(text: &str) -> String {
    format!("\n{text}\n")
}

/// The clock, where it moves.
pub fn clock(text: &str, color: bool) -> String {
    format!("\n{}\n", paint(CLOCK, &format!("The clock: {text}"), color))
}

/// A command as it is typed, with what goes to its stdin.
pub fn typed(line: &str, stdin: Option<&str>, color: bool) -> String {
    let (mark, body) = match stdin {
        Some(body) => (" <<'JSON'", format!("{body}\nJSON\n")),
        None => ("", String::new()),
    };
    format!("\n{} {}\n{body}", paint(ASIDE, "$", color), paint(TYPED, &format!("turno {line}{mark}"), color))
}

/// How much of an output is shown; what is left out is counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Shown {
    /// All of it.
    #[default]
    All,
    /// The first lines.
    First(usize),
    /// The lines that hold that word.
    With(&'static str),
}

/// An output, or a part of it.
pub fn output(text: &str, shown: Shown, color: bool) -> String {
    let lines: Vec<&str> = text.lines().collect();
    let kept: Vec<&str> = match shown {
        // One line more costs as much as the note that it is left out.
        Shown::First(count) if count + 1 < lines.len() => lines[..count].to_vec(),
        Shown::All | Shown::First(_) => return text.to_owned(),
        Shown::With(word) => lines.iter().copied().filter(|line| line.contains(word)).collect(),
    };
    let left_out = format!("… and {} more lines", lines.len() - kept.len());
    kept.into_iter().chain([paint(ASIDE, &left_out, color).as_str()]).flat_map(|line| [line, "\n"]).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_command_is_shown_with_what_goes_to_its_stdin() {
        assert_eq!(typed("db check", None, false), "\n$ turno db check\n");
        let shown = typed("book --input -", Some("{}"), false);
        assert_eq!(shown, "\n$ turno book --input - <<'JSON'\n{}\nJSON\n");
    }

    #[test]
    fn a_long_output_says_how_much_of_it_is_left_out() {
        assert_eq!(output("1\n2\n3\n4\n", Shown::First(2), false), "1\n2\n… and 2 more lines\n");
        assert_eq!(output("1\n2\n3\n", Shown::First(2), false), "1\n2\n3\n");
        assert_eq!(output("1\n2\n3\n", Shown::With("2"), false), "2\n… and 2 more lines\n");
        assert_eq!(output("1\n2\n3\n", Shown::All, false), "1\n2\n3\n");
    }
}
