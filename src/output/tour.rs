//! Formats the guided tour.

use crate::output::words::paint;
use anstyle::{AnsiColor, Style};

const HEADING: Style = Style::new().bold();
const CLOCK: Style = AnsiColor::Yellow.on_default();
const TYPED: Style = AnsiColor::Cyan.on_default().bold();
const ASIDE: Style = Style::new().dimmed();

/// The heading of a part, underlined.
pub fn heading(text: &str, color: bool) -> String {
    let rule = "─".repeat(text.chars().count());
    format!("\n\n{}\n{}\n", paint(HEADING, text, color), paint(ASIDE, &rule, color))
}

/// An explaining paragraph.
pub fn said(text: &str) -> String {
    format!("\n{text}\n")
}

/// The line shown when the tour moves the clock.
pub fn clock(text: &str, color: bool) -> String {
    format!("\n{}\n", paint(CLOCK, &format!("The clock: {text}"), color))
}

/// A command as typed; its stdin is shown as a here-document.
pub fn typed(line: &str, stdin: Option<&str>, color: bool) -> String {
    let (mark, body) = match stdin {
        Some(body) => (" <<'JSON'", format!("{body}\nJSON\n")),
        None => ("", String::new()),
    };
    format!("\n{} {}\n{body}", paint(ASIDE, "$", color), paint(TYPED, &format!("turno {line}{mark}"), color))
}

/// Which lines of an output are shown; the others are counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Shown {
    /// All lines.
    #[default]
    All,
    /// The first lines, of this number.
    First(usize),
    /// The lines that contain this text.
    With(&'static str),
}

/// An output, shortened as `shown` requires.
pub fn output(text: &str, shown: Shown, color: bool) -> String {
    let lines: Vec<&str> = text.lines().collect();
    let kept: Vec<&str> = match shown {
        // The note takes a line too, so leaving out a single line saves nothing.
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
