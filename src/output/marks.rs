//! Highlights the shortest unique prefix of each code: bold, the rest dim.

use anstyle::Style;
use std::collections::HashMap;
use std::fmt::Write;

/// Highlights the codes that occur as words in `text`; each mark is a code and the length of its prefix.
pub(super) fn marked(text: &str, marks: &[(String, usize)]) -> String {
    let marks: HashMap<&str, usize> = marks.iter().map(|(code, enough)| (code.as_str(), *enough)).collect();
    let (bold, dim) = (Style::new().bold(), Style::new().dimmed());
    let lead = bold.render().to_string();
    let mut drawn = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find(|c: char| c.is_ascii_alphanumeric()) {
        drawn.push_str(&rest[..at]);
        rest = &rest[at..];
        // The letters of an escape sequence are not part of the word behind it.
        let styled = drawn.ends_with("\u{1b}[");
        let end = |c: char| if styled { c.is_ascii_alphabetic() } else { !c.is_alphanumeric() };
        let end = rest.find(end).map_or(rest.len(), |end| end + usize::from(styled));
        let (word, behind) = rest.split_at(end);
        rest = behind;
        let Some(enough) = marks.get(word) else {
            drawn.push_str(word);
            continue;
        };
        // A card's code is already bold: replace that style.
        if drawn.ends_with(&lead) {
            drawn.truncate(drawn.len() - lead.len());
        }
        let (needed, spare) = word.split_at_checked(*enough).unwrap_or((word, ""));
        let _ = write!(drawn, "{bold}{needed}{bold:#}{dim}{spare}{dim:#}");
    }
    drawn + rest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_shows_what_is_enough_wherever_it_stands() {
        let marks = [("K7QF3M".to_owned(), 3)];
        let shown = "\u{1b}[1mK7Q\u{1b}[0m\u{1b}[2mF3M\u{1b}[0m";
        for (text, drawn) in [
            (" K7QF3M  Ana\n", format!(" {shown}  Ana\n")),
            ("\u{1b}[1mK7QF3M\u{1b}[0m  x\n", format!("{shown}\u{1b}[0m  x\n")),
            (
                " 1  \u{1b}[38;5;6m▶ in\u{1b}[39m  K7QF3M",
                format!(" 1  \u{1b}[38;5;6m▶ in\u{1b}[39m  {shown}"),
            ),
            ("`turno status K7QF3M`", format!("`turno status {shown}`")),
            ("A4C6DE K7QF3MX éK7QF3M", "A4C6DE K7QF3MX é".to_owned() + shown),
        ] {
            assert_eq!(marked(text, &marks), drawn);
        }
    }
}
