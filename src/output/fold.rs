//! Folds lines that are wider than the terminal between words.

use console::measure_text_width;

/// Folds lines wider than `width`; indents the continuation by `indent` columns; never splits a word.
pub(super) fn folded(text: &str, width: Option<usize>, indent: usize) -> String {
    let Some(width) = width.filter(|width| *width > indent + 8) else { return text.to_owned() };
    let mut folded = String::with_capacity(text.len());
    for line in text.split_inclusive('\n') {
        if measure_text_width(line.trim_end_matches('\n')) <= width {
            folded.push_str(line);
            continue;
        }
        let (mut used, mut is_first) = (0, true);
        for word in line.split_inclusive(' ') {
            let need = measure_text_width(word.trim_end());
            if !is_first && used + need > width && need > 0 {
                folded.truncate(folded.trim_end_matches(' ').len());
                folded.push('\n');
                folded.push_str(&" ".repeat(indent));
                used = indent;
            }
            used += measure_text_width(word.trim_end_matches('\n'));
            is_first = is_first && need == 0;
            folded.push_str(word);
        }
    }
    folded
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_wider_than_the_terminal_goes_on_below() {
        let text = "hint: held until 11:55; `turno waitlist accept WAIT-001`\nshort\n";
        assert_eq!(
            folded(text, Some(30), 2),
            "hint: held until 11:55; `turno\n  waitlist accept WAIT-001`\nshort\n"
        );
        assert_eq!(folded(text, None, 2), text);
        assert_eq!(
            folded("  when      漢字 漢字 漢字 漢字\n", Some(22), 4),
            "  when      漢字 漢字\n    漢字 漢字\n"
        );
    }

    #[test]
    fn nothing_is_lost_and_a_style_takes_no_room() {
        let styled = "\u{1b}[36mhint\u{1b}[0m: one two three four five six seven\n";
        let shown = folded(styled, Some(20), 2);
        assert!(shown.lines().all(|line| measure_text_width(line) <= 20), "{shown:?}");
        let words = |text: &str| text.split_whitespace().map(str::to_owned).collect::<Vec<_>>();
        assert_eq!(words(&shown), words(styled));
    }
}
