//! Splits a calendar file into unfolded content lines (RFC 5545, 3.1). No crate for iCalendar reports the
//! line of an error, so this is our own code.

use crate::formats::Problem;
use std::io::{BufRead, Read};

/// Most bytes of a line, continuations included.
pub(crate) const LONGEST_LINE: usize = 1 << 20;

pub(crate) struct Line {
    /// The line on which it begins, starting at 1.
    pub(crate) line: u64,
    /// In upper case.
    pub(crate) name: String,
    params: Vec<(String, String)>,
    /// The text after the colon, still escaped.
    pub(crate) value: String,
}

impl Line {
    pub(crate) fn wrong(&self, problem: &str) -> Problem {
        Problem { line: self.line, problem: problem.to_owned() }
    }

    pub(crate) fn param(&self, name: &str) -> Option<&str> {
        self.params.iter().find(|(own, _)| own == name).map(|(_, value)| value.as_str())
    }
}

pub(crate) struct Lines<R> {
    input: R,
    /// Lines read so far.
    number: u64,
    /// A line read ahead to see whether it continues the one before.
    held: Option<(u64, Vec<u8>)>,
}

impl<R: BufRead> Lines<R> {
    pub(crate) fn new(input: R) -> Self {
        Lines { input, number: 0, held: None }
    }

    /// The next line that is not empty.
    pub(crate) fn next_line(&mut self) -> Result<Option<Line>, Problem> {
        loop {
            let Some((line, mut bytes)) = self.raw()? else { return Ok(None) };
            while let Some((number, next)) = self.raw()? {
                match next.split_first() {
                    Some((b' ' | b'\t', rest)) => bytes.extend_from_slice(rest),
                    _ => {
                        self.held = Some((number, next));
                        break;
                    }
                }
                if bytes.len() > LONGEST_LINE {
                    return Err(Problem { line, problem: text!("is-longer-than-1-mib").into() });
                }
            }
            if !bytes.iter().all(u8::is_ascii_whitespace) {
                return parse(line, bytes).map(Some);
            }
        }
    }

    /// The next line of the file, without its line end.
    fn raw(&mut self) -> Result<Option<(u64, Vec<u8>)>, Problem> {
        if let Some(held) = self.held.take() {
            return Ok(Some(held));
        }
        let mut bytes = Vec::new();
        let line = self.number + 1;
        let wrong = |problem: String| Problem { line, problem };
        let most = LONGEST_LINE as u64 + 2;
        let read = Read::take(&mut self.input, most)
            .read_until(b'\n', &mut bytes)
            .map_err(|problem| wrong(text!("cant-be-read-because", problem)))?;
        if read == 0 {
            return Ok(None);
        }
        if bytes.len() > LONGEST_LINE {
            return Err(wrong(text!("is-longer-than-1-mib").into()));
        }
        if line == 1 && bytes.starts_with(b"\xef\xbb\xbf") {
            bytes.drain(..3);
        }
        while bytes.last().is_some_and(|byte| matches!(byte, b'\n' | b'\r')) {
            bytes.pop();
        }
        self.number = line;
        Ok(Some((line, bytes)))
    }
}

/// Parses a content line: `NAME;PARAM="a:b";OTHER=c:value`.
fn parse(line: u64, bytes: Vec<u8>) -> Result<Line, Problem> {
    let wrong = |problem: &str| Problem { line, problem: problem.to_owned() };
    let text = String::from_utf8(bytes).map_err(|_| wrong(text!("has-bytes-that-are-not-utf-8-save")))?;
    if text.contains('\0') {
        return Err(wrong(text!("holds-a-nul-character")));
    }
    let no_line = || wrong(text!("is-not-a-line-of-a-calendar-name"));
    let (mut quoted, mut parts, mut from, mut end) = (false, Vec::new(), 0, None);
    for (place, c) in text.char_indices() {
        match c {
            '"' => quoted = !quoted,
            ';' if !quoted => {
                parts.push(&text[from..place]);
                from = place + 1;
            }
            ':' if !quoted => {
                parts.push(&text[from..place]);
                end = Some(place);
                break;
            }
            _ => {}
        }
    }
    let value = end.map(|end| text[end + 1..].to_owned()).ok_or_else(no_line)?;
    let mut parts = parts.into_iter();
    let name = parts.next().unwrap_or_default().trim().to_uppercase();
    if name.is_empty() || !name.chars().all(|c| c.is_ascii_alphanumeric() || c == '-') {
        return Err(no_line());
    }
    let params = parts
        .map(|part| {
            let (name, value) = part.split_once('=').unwrap_or((part, ""));
            (name.trim().to_uppercase(), value.trim().trim_matches('"').to_owned())
        })
        .collect();
    Ok(Line { line, name, params, value })
}
