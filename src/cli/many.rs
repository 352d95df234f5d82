//! Many JSON values from one stream: an array, or values one after another (NDJSON).

use crate::cli::input::{Given, broken, not_utf8};
use crate::domain::refusal::{Code, Refusal};
use serde_json::value::RawValue;
use std::collections::VecDeque;
use std::io::{self, BufRead};

/// A value, or why there is none, with the line on which it begins.
#[derive(Debug)]
pub struct Item {
    /// Line of the input, from 1.
    pub line: u64,
    /// The value.
    pub value: Result<Given, Refusal>,
    /// Whether it is an array's element, so that it is one of many even when it is alone.
    pub of_many: bool,
}

/// The values of a stream, as they come. A line that is broken costs itself, not those after it.
pub struct Values<R> {
    reader: R,
    lines_read: u64,
    /// Lines read, but not yet whole: with their numbers.
    pending: VecDeque<(u64, String)>,
    ready: VecDeque<Item>,
    /// How many brackets of the pending lines are open, as far as a look can tell.
    open: i64,
    /// With how many pending lines they are looked at even so.
    look_at: usize,
    ended: bool,
    begun: bool,
    is_array: bool,
}

impl<R: BufRead> Values<R> {
    /// The values of that stream.
    pub fn new(reader: R) -> Self {
        Values {
            reader,
            lines_read: 0,
            pending: VecDeque::new(),
            ready: VecDeque::new(),
            open: 0,
            look_at: 1,
            ended: false,
            begun: false,
            is_array: false,
        }
    }

    /// Whether the input is an array: many values, whatever their number, none included.
    pub fn is_array(&self) -> bool {
        self.is_array
    }

    fn advance(&mut self) {
        match self.read_line() {
            Ok(None) => {
                self.ended = true;
                self.cut_short();
            }
            Ok(Some(Err(refusal))) => {
                // Nothing goes on across such a line: what is behind it would be taken for the rest of
                // what was before, without what stood on it.
                self.cut_short();
                (self.open, self.look_at) = (0, 1);
                self.push(self.lines_read, Err(refusal));
            }
            Ok(Some(Ok(line))) => {
                self.is_array = !self.begun && line.trim_start().starts_with('[');
                self.begun = true;
                if self.is_array {
                    self.read_array(line);
                    return;
                }
                self.open += brackets(&line);
                self.pending.push_back((self.lines_read, line));
                // A value over many lines is not read anew with each of them: only when its brackets
                // are closed, or when the lines have doubled, lest a broken one hold up those behind.
                if self.open <= 0 || self.pending.len() >= self.look_at {
                    self.parse_pending();
                    self.open = self.pending.iter().map(|(_, line)| brackets(line)).sum();
                    self.look_at = (2 * self.pending.len()).max(1);
                }
            }
            Err(problem) => {
                self.ended = true;
                let refusal = Refusal::new(Code::ValidationError, text!("the-input-cant-be-read", problem))
                    .detail("input", problem.to_string());
                self.push(self.lines_read, Err(refusal));
            }
        }
    }

    /// The next line that is not blank; nothing at the end.
    fn read_line(&mut self) -> io::Result<Option<Result<String, Refusal>>> {
        loop {
            let mut bytes = Vec::new();
            if self.reader.read_until(b'\n', &mut bytes)? == 0 {
                return Ok(None);
            }
            self.lines_read += 1;
            if self.lines_read == 1 && bytes.starts_with(b"\xef\xbb\xbf") {
                bytes.drain(..3);
            }
            if bytes.iter().all(u8::is_ascii_whitespace) {
                continue;
            }
            return Ok(Some(String::from_utf8(bytes).map_err(|_| not_utf8())));
        }
    }

    /// Takes every whole value out of the pending lines; what is not whole yet stays.
    fn parse_pending(&mut self) {
        while let Some((first, _)) = self.pending.front() {
            let first = *first;
            let text: String = self.pending.iter().map(|(_, line)| line.as_str()).collect();
            let mut stream = serde_json::Deserializer::from_str(&text).into_iter::<&RawValue>();
            let mut used = 0;
            let problem = loop {
                match stream.next() {
                    Some(Ok(value)) => {
                        let begin = text.len() - text[used..].trim_start().len();
                        let line = first + newlines(&text[..begin]);
                        self.push(line, Given::read(value));
                        used = stream.byte_offset();
                    }
                    Some(Err(problem)) => break Some(problem),
                    None => break None,
                }
            };
            self.drop_used(&text, used);
            match problem {
                Some(problem) if !problem.is_eof() => {
                    if let Some((line, _)) = self.pending.pop_front() {
                        self.push(line, Err(broken(&problem)));
                    }
                }
                // Whole, or still to be continued.
                _ => return,
            }
        }
    }

    /// Forgets the text that became values; the rest keeps its line numbers.
    fn drop_used(&mut self, text: &str, used: usize) {
        let rest = &text[used..];
        if rest.trim().is_empty() {
            self.pending.clear();
            return;
        }
        let mut skip = used;
        while let Some((_, line)) = self.pending.front_mut() {
            if skip < line.len() {
                line.drain(..skip);
                break;
            }
            skip -= line.len();
            self.pending.pop_front();
        }
        while self.pending.front().is_some_and(|(_, line)| line.trim().is_empty()) {
            self.pending.pop_front();
        }
    }

    /// What is pending is not continued: a value that is not whole is cut short; the lines after it may be.
    fn cut_short(&mut self) {
        while !self.pending.is_empty() {
            self.parse_pending();
            if let Some((line, text)) = self.pending.pop_front() {
                let problem = serde_json::from_str::<&RawValue>(&text).err();
                self.push(line, Err(problem.map_or_else(not_utf8, |problem| broken(&problem))));
            }
        }
    }

    fn read_array(&mut self, mut text: String) {
        self.ended = true;
        let first = self.lines_read;
        let mut rest = Vec::new();
        if let Err(problem) = self.reader.read_to_end(&mut rest) {
            let refusal = Refusal::new(Code::ValidationError, text!("the-input-cant-be-read", problem));
            self.ready.push_back(Item { line: first, value: Err(refusal), of_many: true });
            return;
        }
        let Ok(rest) = String::from_utf8(rest) else { return self.push(first, Err(not_utf8())) };
        text.push_str(&rest);
        match serde_json::from_str::<Vec<&RawValue>>(&text) {
            Ok(elements) => {
                for element in elements {
                    // The element is a part of the text, so its place there is its address's distance.
                    let at = (element.get().as_ptr() as usize).saturating_sub(text.as_ptr() as usize);
                    let line = first + newlines(text.get(..at).unwrap_or_default());
                    self.ready.push_back(Item { line, value: Given::read(element), of_many: true });
                }
            }
            Err(problem) => self.push(first, Err(broken(&problem))),
        }
    }

    fn push(&mut self, line: u64, value: Result<Given, Refusal>) {
        self.ready.push_back(Item { line, value, of_many: false });
    }
}

/// Brackets that open less those that close; those inside texts are not told apart, the parser
/// knows better.
fn brackets(line: &str) -> i64 {
    line.bytes().fold(0, |open, byte| match byte {
        b'{' | b'[' => open + 1,
        b'}' | b']' => open - 1,
        _ => open,
    })
}

fn newlines(text: &str) -> u64 {
    text.bytes().filter(|byte| *byte == b'\n').count() as u64
}

impl<R: BufRead> Iterator for Values<R> {
    type Item = Item;

    fn next(&mut self) -> Option<Item> {
        while self.ready.is_empty() && !self.ended {
            self.advance();
        }
        self.ready.pop_front()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `line:value` or `line:!` for each item.
    fn read(text: &str) -> String {
        let items = Values::new(text.as_bytes()).map(|item| match item.value {
            Ok(given) => format!("{}:{}", item.line, serde_json::Value::Object(given.map)),
            Err(_) => format!("{}:!", item.line),
        });
        items.collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn values_come_with_their_lines() {
        for (text, expected) in [
            ("{\"a\":1}\n{\"a\":2}\n", "1:{\"a\":1} 2:{\"a\":2}"),
            ("\n\n{\"a\":1}\n\n{\"a\":2}", "3:{\"a\":1} 5:{\"a\":2}"),
            ("{\n \"a\": 1\n}\n{\"a\":2}", "1:{\"a\":1} 4:{\"a\":2}"),
            ("{\"a\":1} {\"a\":2}", "1:{\"a\":1} 1:{\"a\":2}"),
            ("[{\"a\":1},\n{\"a\":2}]", "1:{\"a\":1} 2:{\"a\":2}"),
            ("[]", ""),
            ("", ""),
            ("\u{feff}{\"a\":1}", "1:{\"a\":1}"),
        ] {
            assert_eq!(read(text), expected, "{text:?}");
        }
    }

    #[test]
    fn a_value_is_not_read_across_a_line_that_is_no_text() {
        let bytes = b"{\"a\":1\n,\"notes\":\"Per\xe9z\"\n}\n{\"a\":3}\n";
        let items: Vec<(u64, bool)> =
            Values::new(bytes.as_slice()).map(|item| (item.line, item.value.is_ok())).collect();
        assert_eq!(items, [(1, false), (2, false), (3, false), (4, true)]);
    }

    #[test]
    fn a_broken_line_costs_itself_only() {
        for (text, expected) in [
            ("{\"a\":1}\nnonsense\n{\"a\":3}\n", "1:{\"a\":1} 2:! 3:{\"a\":3}"),
            ("{\"a\":1\n{\"a\":2}\n", "1:! 2:{\"a\":2}"),
            ("{\"a\":1}\n{\"a\":", "1:{\"a\":1} 2:!"),
            ("{\"a\":1}\n{\"a\":\n{\"a\":3}", "1:{\"a\":1} 2:! 3:{\"a\":3}"),
            ("[{\"a\":1},", "1:!"),
        ] {
            assert_eq!(read(text), expected, "{text:?}");
        }
        let bytes = b"{\"a\":1}\n\"\xff\"\n{\"a\":3}\n";
        let lines: Vec<_> = Values::new(&bytes[..]).map(|item| (item.line, item.value.is_ok())).collect();
        assert_eq!(lines, [(1, true), (2, false), (3, true)]);
    }
}
