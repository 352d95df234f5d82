//! JSON on one line, as other programs read it.

use crate::domain::refusal::{Code, Refusal};
use crate::output::plain;
use crate::public::spell::{Spell, Text};
use serde::Serialize;
use serde_json::Value;
use std::io::{self, Write};

/// How many bytes are held before they are written on.
const PIECE: usize = 16 * 1024;

/// JSON on one line, safe for a terminal.
pub(crate) fn json_text(value: &Value) -> String {
    // A value's keys are texts, and it holds no number that JSON has no words for: it can be written.
    plain::json(serde_json::to_string(value).unwrap_or_default())
}

/// What other programs read as JSON, on a line of its own, safe for a terminal. It is written by the piece
/// as it is made: a long answer is never in memory whole. [`plain`] judges each text by itself: a quotation mark, which is
/// ASCII, is around it, and behind that it judges as at the beginning.
///
/// # Errors
/// What writing answers.
pub(super) fn write_json<T: Spell>(view: &T, mut out: impl Write) -> io::Result<()> {
    let mut hand_on = |held: &mut String| {
        if held.len() < PIECE {
            return Ok(());
        }
        out.write_all(held.as_bytes())?;
        held.clear();
        Ok(())
    };
    let mut text = Text::new(plain::SAFE, &mut hand_on);
    view.spell(&mut text)?;
    let rest = text.rest() + "\n";
    out.write_all(rest.as_bytes())?;
    out.flush()
}

/// What other programs read as JSON, on one line, safe for a terminal.
pub(crate) fn json_line<T: Spell>(view: &T) -> String {
    let mut keep = |_: &mut String| Ok(());
    let mut text = Text::new(plain::SAFE, &mut keep);
    // Nothing is handed on, and nothing else can fail.
    let _ = view.spell(&mut text);
    text.rest()
}

/// The same of what is no view and no value.
///
/// # Errors
/// `INTERNAL` for what JSON has no words for.
pub(crate) fn json_of<T: Serialize>(given: &T) -> Result<String, Refusal> {
    let no_json = |problem| Refusal::new(Code::Internal, format!("this is no JSON: {problem}"));
    serde_json::to_string(given).map(plain::json).map_err(no_json)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_line_is_written_by_the_piece_and_says_the_same() {
        // Marks, joiners and what has to be escaped come to lie on every side of the cuts.
        let words =
            ["Inés", "e\u{301}\u{301}", "\u{202e}kcab", "\n\u{301}x", "न\u{200d}", "a", "", "\u{9b}31m"];
        let texts: Vec<String> =
            (0..9000).map(|n| words[n % words.len()].repeat(n % 13) + words[n % 7]).collect();
        let mut pieces = Pieces::default();
        write_json(&texts, &mut pieces).unwrap();
        assert!(pieces.0.len() > 10, "{}", pieces.0.len());
        assert!(pieces.0.iter().all(|piece| piece.len() < 2 * PIECE));
        let whole = plain::json(serde_json::to_string(&texts).unwrap());
        assert!(pieces.0.concat() == (whole.clone() + "\n").into_bytes());
        assert!(json_line(&texts) == whole);
    }

    #[test]
    fn what_can_not_be_written_is_told() {
        let problem = write_json(&vec!["x"; 9000], Full).unwrap_err();
        assert_eq!(problem.kind(), io::ErrorKind::StorageFull);
    }

    #[derive(Default)]
    struct Pieces(Vec<Vec<u8>>);

    impl Write for Pieces {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.push(bytes.to_vec());
            Ok(bytes.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    struct Full;

    impl Write for Full {
        fn write(&mut self, _: &[u8]) -> io::Result<usize> {
            Err(io::ErrorKind::StorageFull.into())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }
}
