//! The part of each code that is enough: bold, and the rest of it dim.

use anstyle::Style;
use std::fmt::Write;

/// The text with the codes that stand at the beginning of a line, each with how many of its characters are
/// enough.
pub(super) fn marked(text: &str, marks: &[(String, usize)]) -> String {
    let mut drawn = String::with_capacity(text.len());
    for line in text.split_inclusive('\n') {
        // A table's cells have a space before them, a card's code is bold as a whole.
        let plain = line.strip_prefix(' ').unwrap_or(line);
        let plain = plain.strip_prefix(&Style::new().bold().render().to_string()).unwrap_or(plain);
        let mark = marks.iter().find(|(code, _)| plain.starts_with(code.as_str()));
        let Some((code, enough)) = mark else {
            drawn.push_str(line);
            continue;
        };
        let (lead, rest) = (&line[..line.len() - plain.len()], &plain[code.len()..]);
        let (needed, spare) = code.split_at_checked(*enough).unwrap_or((code, ""));
        let (bold, dim) = (Style::new().bold(), Style::new().dimmed());
        let lead = if lead.starts_with(' ') { " " } else { "" };
        // Writing to a string can't fail.
        let _ = write!(drawn, "{lead}{bold}{needed}{bold:#}{dim}{spare}{dim:#}{rest}");
    }
    drawn
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_at_the_beginning_of_a_line_shows_what_is_enough() {
        let marks = [("K7QF3M".to_owned(), 3)];
        let shown = "\u{1b}[1mK7Q\u{1b}[0m\u{1b}[2mF3M\u{1b}[0m";
        assert_eq!(marked(" K7QF3M  Ana\n Ana K7QF3M\n", &marks), format!(" {shown}  Ana\n Ana K7QF3M\n"));
        assert_eq!(marked("\u{1b}[1mK7QF3M\u{1b}[0m  x\n", &marks), format!("{shown}\u{1b}[0m  x\n"));
        assert_eq!(marked("A4C6DE\n", &marks), "A4C6DE\n");
    }
}
