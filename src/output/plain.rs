//! Makes text from people and files safe to show: it cannot control the terminal, hide, or paint over other
//! text.

use crate::domain::text::is_invisible;
use std::borrow::Cow;
use std::fmt::Write;
use unicode_normalization::char::is_combining_mark;

/// The most combining marks per letter that are shown; more would paint over the lines around.
const MARKS: usize = 5;

/// Whether a terminal obeys the character instead of showing it: control characters, bidirectional controls,
/// line separators.
fn commands(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{061c}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// Joiners and variation selectors, which many scripts and emoji need, but Latin, Greek and Cyrillic do not.
fn joins(c: char) -> bool {
    matches!(c, '\u{200c}' | '\u{200d}' | '\u{fe00}'..='\u{fe0f}')
}

/// The context of the next character.
#[derive(Default)]
struct Look {
    before: char,
    marks: usize,
}

impl Look {
    /// Whether `c`, the next character, is safe to show unescaped.
    fn is_safe(&mut self, c: char) -> bool {
        if c.is_ascii() {
            let safe = !c.is_ascii_control();
            *self = Look { before: if safe { c } else { '\0' }, marks: 0 };
            return safe;
        }
        self.marks = if is_combining_mark(c) { self.marks + 1 } else { 0 };
        // Code points below U+0600 are Latin, Greek, Cyrillic, Armenian and Hebrew.
        let joined = joins(c) && self.before >= '\u{0600}';
        let safe = !commands(c) && (joined || !is_invisible(c)) && self.marks <= MARKS;
        // A joiner after an escaped character joins nothing.
        self.before = if safe { c } else { '\0' };
        safe
    }
}

/// Each character, and whether it is safe to show unescaped.
fn looked_at(text: &str) -> impl Iterator<Item = (char, bool)> + '_ {
    let mut look = Look::default();
    text.chars().map(move |c| (c, look.is_safe(c)))
}

#[cfg(test)]
pub(super) fn is_plain(text: &str) -> bool {
    looked_at(text).all(|(_, safe)| safe)
}

/// Escapes unsafe characters, such as `\u{202e}`, and line ends.
pub fn printable(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    for (c, safe) in looked_at(text) {
        match (safe, c) {
            (true, c) => shown.push(c),
            (false, '\n' | '\r' | '\t') => shown.extend(c.escape_default()),
            (false, c) => shown.extend(c.escape_unicode()),
        }
    }
    shown
}

/// Escapes everything in `text` that controls a terminal, except line and page ends and (with `color`) SGR
/// styles.
pub(super) fn drawn(text: &str, color: bool) -> Cow<'_, str> {
    let styled = |rest: &str| if color { style(rest) } else { 0 };
    let ends = |c: char| matches!(c, '\n' | '\u{c}');
    let mut shown = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find(|c: char| ends(c) || (color && c == '\u{1b}')) {
        shown.push_str(&printable(&rest[..at]));
        // Keep line and page ends and styles; escape an ESC that starts no style.
        let kept = if rest[at..].starts_with(ends) { 1 } else { styled(&rest[at..]) };
        match kept {
            0 => shown.push_str(&printable(&rest[at..=at])),
            kept => shown.push_str(&rest[at..at + kept]),
        }
        rest = &rest[at + kept.max(1)..];
    }
    shown.push_str(&printable(rest));
    if shown == text { Cow::Borrowed(text) } else { Cow::Owned(shown) }
}

/// The length in bytes of the SGR style that the text begins with (`ESC [`, digits and semicolons, `m`), or
/// 0.
fn style(text: &str) -> usize {
    let Some(rest) = text.strip_prefix("\u{1b}[") else { return 0 };
    let digits = rest.bytes().take_while(|byte| byte.is_ascii_digit() || *byte == b';').count();
    if rest.as_bytes().get(digits) == Some(&b'm') { digits + 3 } else { 0 }
}

/// Escapes unsafe characters inside a JSON string, where a JSON escape keeps the value the same.
pub(super) fn json(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    for (c, safe) in looked_at(text) {
        if safe {
            shown.push(c);
            continue;
        }
        let mut pair = [0; 2];
        for unit in c.encode_utf16(&mut pair) {
            let _ = write!(shown, "\\u{unit:04x}");
        }
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn nothing_from_a_patient_commands_the_terminal() {
        assert_eq!(printable("Ana\u{1b}[2J\u{7}"), "Ana\\u{1b}[2J\\u{7}");
        assert_eq!(printable("a\nb\u{9b}31m\u{202e}"), "a\\nb\\u{9b}31m\\u{202e}");
        assert_eq!(printable("Ángel Ñuñez 日本"), "Ángel Ñuñez 日本");
    }

    #[test]
    fn what_can_t_be_seen_is_shown() {
        for hidden in
            ['\u{ad}', '\u{61c}', '\u{180e}', '\u{200b}', '\u{2060}', '\u{3164}', '\u{feff}', '\u{e0041}']
        {
            let shown = printable(&format!("Ana{hidden}"));
            assert_eq!(shown, format!("Ana\\u{{{:x}}}", u32::from(hidden)));
        }
    }

    #[test]
    fn joiners_stay_where_a_script_needs_them() {
        for text in ["می\u{200c}خواهم", "क्\u{200d}ष", "👩\u{200d}⚕\u{fe0f}"] {
            assert_eq!(printable(text), text);
        }
        assert_eq!(printable("Jose\u{200d}"), "Jose\\u{200d}");
        assert_eq!(printable("José\u{200c}"), "José\\u{200c}");
        assert_eq!(printable("José\u{200b}\u{200d}"), "José\\u{200b}\\u{200d}");
    }

    #[test]
    fn a_flood_of_marks_stays_on_its_line() {
        let flood = format!("A{}na", "\u{30a}".repeat(60));
        assert_eq!(printable(&flood).matches('\u{30a}').count(), MARKS);
        assert_eq!(printable("Nguyê\u{303}n ă\u{301}"), "Nguyê\u{303}n ă\u{301}");
    }

    #[test]
    fn what_was_drawn_keeps_its_lines_and_styles_and_nothing_else() {
        for (text, color, shown) in [
            ("a\n  b\n\u{c}c\n", false, "a\n  b\n\u{c}c\n"),
            ("\u{1b}[1;31merror\u{1b}[0m: x\n", true, "\u{1b}[1;31merror\u{1b}[0m: x\n"),
            ("\u{1b}[1mx", false, "\\u{1b}[1mx"),
            ("a\u{1b}[2J\u{7}\u{1b}", true, "a\\u{1b}[2J\\u{7}\\u{1b}"),
            ("\u{1b}[31;mé\u{9b}\u{202e}\r\n", true, "\u{1b}[31;mé\\u{9b}\\u{202e}\\r\n"),
        ] {
            assert_eq!(drawn(text, color), shown);
        }
    }

    proptest! {
        #[test]
        fn what_is_printable_stays_as_it_is(text in any::<String>()) {
            let shown = printable(&text);
            prop_assert!(is_plain(&shown), "{shown:?}");
            prop_assert_eq!(printable(&shown), shown);
        }
    }
}
