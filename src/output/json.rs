//! JSON on one line, as other programs read it.

use crate::domain::refusal::{Code, Refusal};
use crate::output::plain;
use serde::Serialize;
use serde_json::Value;
use std::io;

/// A text that is written piece by piece: most pieces of JSON are one sign, for which nothing needs to be
/// copied as a block.
#[derive(Default)]
struct Line(Vec<u8>);

impl io::Write for Line {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.write_all(bytes).map(|()| bytes.len())
    }

    #[inline]
    fn write_all(&mut self, bytes: &[u8]) -> io::Result<()> {
        match bytes {
            [byte] => self.0.push(*byte),
            _ => self.0.extend_from_slice(bytes),
        }
        Ok(())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// JSON on one line, safe for a terminal.
pub(crate) fn json_text(value: &Value) -> String {
    plain::json(value.to_string())
}

/// What other programs read as JSON, on one line, safe for a terminal.
///
/// # Errors
/// `INTERNAL` for what JSON has no words for.
pub(crate) fn json_line<T: Serialize>(value: &T) -> Result<String, Refusal> {
    let no_json =
        |problem: &dyn std::fmt::Display| Refusal::new(Code::Internal, format!("this is no JSON: {problem}"));
    let mut line = Line::default();
    serde_json::to_writer(&mut line, value).map_err(|problem| no_json(&problem))?;
    String::from_utf8(line.0).map(plain::json).map_err(|problem| no_json(&problem))
}
