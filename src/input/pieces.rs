//! Splits a stream of JSON into pieces that fit in memory: lines, and parts of long lines.

use crate::domain::refusal::Refusal;
use crate::input::bodies::not_utf8;
use std::io::{self, BufRead, Read};

/// The most bytes of a piece.
const LONGEST_PIECE: usize = 64 * 1024;

/// A line with its end, or a part of one.
#[derive(Debug)]
pub(crate) struct Piece {
    /// The number of the line, from 1.
    pub line: u64,
    pub text: String,
}

impl Piece {
    /// Whether the line ends with it.
    pub(crate) fn ends_line(&self) -> bool {
        self.text.ends_with('\n')
    }
}

/// The pieces of a stream, as they come.
pub(crate) struct Pieces<R> {
    reader: R,
    line: u64,
    in_line: bool,
    /// The beginning of a character that the last piece was cut in.
    cut: Vec<u8>,
}

impl<R: BufRead> Pieces<R> {
    pub(crate) fn new(reader: R) -> Self {
        Pieces { reader, line: 0, in_line: false, cut: Vec::new() }
    }

    /// The line that the last piece is of.
    pub(crate) fn line(&self) -> u64 {
        self.line
    }

    /// The next piece that is not a blank line; nothing at the end. Of a line that is not UTF-8 the rest is left out.
    pub(crate) fn next(&mut self) -> io::Result<Option<Result<Piece, Refusal>>> {
        loop {
            let mut bytes = std::mem::take(&mut self.cut);
            let is_whole = !self.in_line;
            let read = self.reader.by_ref().take(LONGEST_PIECE as u64).read_until(b'\n', &mut bytes)?;
            if bytes.is_empty() {
                return Ok(None);
            }
            self.line += u64::from(is_whole);
            self.in_line = !bytes.ends_with(b"\n");
            if is_whole && self.line == 1 && bytes.starts_with(b"\xef\xbb\xbf") {
                bytes.drain(..3);
            }
            if is_whole && !self.in_line && bytes.iter().all(u8::is_ascii_whitespace) {
                continue;
            }
            let text = match String::from_utf8(bytes) {
                Ok(text) => text,
                Err(wrong) => {
                    let (good, cut) =
                        (wrong.utf8_error().valid_up_to(), wrong.utf8_error().error_len().is_none());
                    let mut bytes = wrong.into_bytes();
                    if !(cut && read > 0 && good > 0) {
                        self.skip_line()?;
                        return Ok(Some(Err(not_utf8())));
                    }
                    self.cut = bytes.split_off(good);
                    String::from_utf8(bytes).unwrap_or_default()
                }
            };
            return Ok(Some(Ok(Piece { line: self.line, text })));
        }
    }

    /// Leaves out the rest of the line.
    pub(crate) fn skip_line(&mut self) -> io::Result<()> {
        self.cut.clear();
        self.skip(|byte| byte == b'\n')
    }

    /// Leaves out the rest of a value that has begun.
    pub(crate) fn skip_value(&mut self, mut nesting: Nesting) -> io::Result<()> {
        self.cut.clear();
        self.skip(|byte| nesting.ends_with(byte))
    }

    /// Leaves out what comes up to the byte that is the last, and that one. Nothing, where the line is at its end and
    /// the byte would be that.
    fn skip(&mut self, mut is_last: impl FnMut(u8) -> bool) -> io::Result<()> {
        while self.in_line || !is_last(b'\n') {
            let bytes = self.reader.fill_buf()?;
            if bytes.is_empty() {
                return Ok(());
            }
            let (mut used, mut found) = (0, false);
            for byte in bytes {
                used += 1;
                self.line += u64::from(!self.in_line);
                self.in_line = *byte != b'\n';
                if is_last(*byte) {
                    found = true;
                    break;
                }
            }
            self.reader.consume(used);
            if found {
                return Ok(());
            }
        }
        Ok(())
    }

    /// The rest of the stream, up to so many bytes.
    pub(crate) fn rest(&mut self, most: u64) -> io::Result<Vec<u8>> {
        let mut rest = std::mem::take(&mut self.cut);
        self.reader.by_ref().take(most).read_to_end(&mut rest)?;
        Ok(rest)
    }
}

/// How deep a text of JSON is in its brackets, as far as a look can tell: the parser knows better.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Nesting {
    depth: i64,
    quoted: bool,
    escaped: bool,
}

impl Nesting {
    /// Goes on over more of the text.
    pub(crate) fn over(mut self, text: &str) -> Nesting {
        text.bytes().for_each(|byte| self.step(byte));
        self
    }

    /// Whether every bracket that was opened is closed.
    pub(crate) fn is_closed(self) -> bool {
        self.depth <= 0 && !self.quoted
    }

    fn step(&mut self, byte: u8) {
        let escaped = std::mem::take(&mut self.escaped);
        match byte {
            // A JSON string can't contain a line end.
            b'\n' => self.quoted = false,
            b'\\' if self.quoted => self.escaped = !escaped,
            b'"' if !escaped => self.quoted = !self.quoted,
            b'{' | b'[' if !self.quoted => self.depth += 1,
            b'}' | b']' if !self.quoted => self.depth -= 1,
            _ => {}
        }
    }

    /// Whether a value that goes on ends with that byte: it closes, or breaks off inside a text.
    fn ends_with(&mut self, byte: u8) -> bool {
        let before = *self;
        self.step(byte);
        match byte {
            b'\n' => before.quoted || self.is_closed(),
            _ => self.is_closed() && !before.is_closed(),
        }
    }
}
