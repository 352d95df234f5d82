//! JSON on one line, as other programs read it.

use crate::domain::refusal::{Code, Refusal};
use crate::output::plain;
use serde::Serialize;
use serde_json::Value;
use std::io::{self, Write};

/// How many bytes are held before they are written on.
const PIECE: usize = 16 * 1024;

/// A text on its way out. What is held has been neither looked at nor written.
struct Line<W> {
    held: Vec<u8>,
    out: W,
}

impl<W: Write> Line<W> {
    /// Writes on what is held, safe for a terminal, and that behind it.
    fn pass_on(&mut self, end: &str) -> io::Result<()> {
        let held = std::mem::take(&mut self.held);
        let text = plain::json(String::from_utf8(held).map_err(io::Error::other)?) + end;
        self.out.write_all(text.as_bytes())?;
        self.held = text.into_bytes();
        self.held.clear();
        Ok(())
    }
}

impl<W: Write> Write for Line<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.write_all(bytes).map(|()| bytes.len())
    }

    /// Most pieces of JSON are one sign, for which nothing needs to be copied as a block. Such a sign is
    /// ASCII, and behind one [`plain`] judges as at the beginning: there the line may be cut.
    #[inline]
    fn write_all(&mut self, bytes: &[u8]) -> io::Result<()> {
        match bytes {
            [byte] => {
                self.held.push(*byte);
                if self.held.len() >= PIECE { self.pass_on("") } else { Ok(()) }
            }
            _ => {
                self.held.extend_from_slice(bytes);
                Ok(())
            }
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        self.pass_on("")?;
        self.out.flush()
    }
}

/// JSON on one line, safe for a terminal.
pub(crate) fn json_text(value: &Value) -> String {
    plain::json(value.to_string())
}

/// What other programs read as JSON, on a line of its own, safe for a terminal. It is written by the piece
/// as it is made: a long answer is never in memory whole.
///
/// # Errors
/// What writing answers, and for what JSON has no words for.
pub(super) fn write_json<T: Serialize>(value: &T, out: impl Write) -> io::Result<()> {
    let mut line = Line { held: Vec::new(), out };
    serde_json::to_writer(&mut line, value)?;
    line.pass_on("\n")?;
    line.out.flush()
}

/// What other programs read as JSON, on one line, safe for a terminal.
///
/// # Errors
/// `INTERNAL` for what JSON has no words for.
pub(crate) fn json_line<T: Serialize>(value: &T) -> Result<String, Refusal> {
    let no_json =
        |problem: &dyn std::fmt::Display| Refusal::new(Code::Internal, format!("this is no JSON: {problem}"));
    let mut text = Vec::new();
    write_json(value, &mut text).map_err(|problem| no_json(&problem))?;
    text.pop();
    String::from_utf8(text).map_err(|problem| no_json(&problem))
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
        assert!(json_line(&texts).unwrap() == whole);
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
