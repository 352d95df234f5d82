//! Reads several JSON values from a stream: an array, or values one after another (NDJSON).

use crate::domain::refusal::{Code, Refusal};
use crate::input::bodies::{Given, LONGEST, broken, not_utf8, too_long};
use crate::input::pieces::{Nesting, Piece, Pieces};
use serde::de::IgnoredAny;
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

/// The most bytes of an array, which is read as a whole.
const LONGEST_ARRAY: usize = 16 * LONGEST;

/// The values of a stream, as they come. A line that is broken costs itself, not those after it.
pub struct Values<R> {
    pieces: Pieces<R>,
    /// What was read and is no whole value yet.
    pending: VecDeque<Piece>,
    /// How many bytes that is.
    held: usize,
    ready: VecDeque<Item>,
    /// How deep the pending pieces are in their brackets.
    nesting: Nesting,
    /// With how many pending pieces they are looked at even so.
    look_at: usize,
    ended: bool,
    begun: bool,
    /// The elements of an array that are still to come.
    array: Option<Elements>,
    is_array: bool,
}

impl<R: BufRead> Values<R> {
    /// The values of that stream.
    pub fn new(reader: R) -> Self {
        Values {
            pieces: Pieces::new(reader),
            pending: VecDeque::new(),
            held: 0,
            ready: VecDeque::new(),
            nesting: Nesting::default(),
            look_at: 1,
            ended: false,
            begun: false,
            array: None,
            is_array: false,
        }
    }

    /// Whether the input is an array: many values, whatever their number, none included.
    pub fn is_array(&self) -> bool {
        self.is_array
    }

    fn advance(&mut self) {
        if let Err(problem) = self.go_on() {
            self.ended = true;
            let refusal = Refusal::new(Code::ValidationError, text!("the-input-cant-be-read", problem))
                .detail("input", problem.to_string());
            self.ready.push_back(item(self.pieces.line(), Err(refusal)));
        }
    }

    fn go_on(&mut self) -> io::Result<()> {
        match self.pieces.next()? {
            None => {
                self.ended = true;
                self.cut_short()?;
            }
            Some(Err(refusal)) => {
                // A value can't continue across an unreadable line: end it here, or the text behind would be
                // taken for its rest.
                let line = self.pieces.line();
                self.pending.retain(|piece| piece.line != line);
                self.cut_short()?;
                (self.nesting, self.held, self.look_at) = (Nesting::default(), 0, 1);
                self.ready.push_back(item(line, Err(refusal)));
            }
            Some(Ok(piece)) => {
                self.is_array = !self.begun && piece.text.trim_start().starts_with('[');
                self.begun = true;
                if self.is_array {
                    return self.read_array(piece.text);
                }
                self.nesting = self.nesting.over(&piece.text);
                self.held += piece.text.len();
                self.pending.push_back(piece);
                // Parsing at every line would be quadratic: parse when the brackets are closed, or when the
                // lines have doubled, so that a broken value does not hold up the next ones.
                if self.nesting.is_closed() || self.pending.len() >= self.look_at {
                    self.parse_pending()?;
                    let nesting = Nesting::default();
                    self.nesting =
                        self.pending.iter().fold(nesting, |nesting, piece| nesting.over(&piece.text));
                    self.held = self.pending.iter().map(|piece| piece.text.len()).sum();
                    self.look_at = (2 * self.pending.len()).max(1);
                }
                self.give_up_on_long()?;
            }
        }
        Ok(())
    }

    /// A value that is longer than any may be is refused, and read no further.
    fn give_up_on_long(&mut self) -> io::Result<()> {
        if self.held <= LONGEST {
            return Ok(());
        }
        if let Some(first) = self.pending.front() {
            self.ready.push_back(item(first.line, Err(too_long(LONGEST))));
        }
        self.pending.clear();
        (self.held, self.look_at) = (0, 1);
        self.pieces.skip_value(std::mem::take(&mut self.nesting))
    }

    /// Takes every whole value out of the pending lines; what is not whole yet stays.
    fn parse_pending(&mut self) -> io::Result<()> {
        while let Some(first) = self.pending.front() {
            let first = first.line;
            let text: String = self.pending.iter().map(|piece| piece.text.as_str()).collect();
            let mut stream = serde_json::Deserializer::from_str(&text).into_iter::<&RawValue>();
            let (mut used, mut line) = (0, first);
            let problem = loop {
                match stream.next() {
                    Some(Ok(value)) => {
                        let begin = line + leading_newlines(&text[used..]);
                        self.ready.push_back(item(begin, Given::read(value)));
                        line += newlines(&text[used..stream.byte_offset()]);
                        used = stream.byte_offset();
                    }
                    Some(Err(problem)) => break Some(problem),
                    None => break None,
                }
            };
            self.drop_used(&text, used);
            match problem {
                Some(problem) if !problem.is_eof() => {
                    self.fail_first(broken(&problem))?;
                }
                // Nothing is left, or the rest is incomplete so far.
                _ => break,
            }
        }
        Ok(())
    }

    /// Forgets the text that became values; the rest keeps its line numbers.
    fn drop_used(&mut self, text: &str, used: usize) {
        let rest = &text[used..];
        if rest.trim().is_empty() {
            self.pending.clear();
            return;
        }
        let mut skip = used;
        while let Some(piece) = self.pending.front_mut() {
            if skip < piece.text.len() {
                piece.text.drain(..skip);
                break;
            }
            skip -= piece.text.len();
            self.pending.pop_front();
        }
        while self.pending.front().is_some_and(|piece| piece.text.trim().is_empty()) {
            self.pending.pop_front();
        }
    }

    /// Refuses the first line that is pending, and leaves out what is still to come of it.
    fn fail_first(&mut self, refusal: Refusal) -> io::Result<()> {
        let Some(first) = self.pending.front().map(|piece| piece.line) else { return Ok(()) };
        self.ready.push_back(item(first, Err(refusal)));
        let mut is_whole = true;
        while let Some(piece) = self.pending.front().filter(|piece| piece.line == first) {
            is_whole = piece.ends_line();
            self.pending.pop_front();
        }
        if is_whole { Ok(()) } else { self.pieces.skip_line() }
    }

    /// What is pending is not continued: a value that is not whole is cut short; the lines after it may be.
    fn cut_short(&mut self) -> io::Result<()> {
        while !self.pending.is_empty() {
            self.parse_pending()?;
            if let Some(first) = self.pending.front() {
                let problem = serde_json::from_str::<&RawValue>(&first.text).err();
                self.fail_first(problem.map_or_else(not_utf8, |problem| broken(&problem)))?;
            }
        }
        Ok(())
    }

    fn read_array(&mut self, mut text: String) -> io::Result<()> {
        self.ended = true;
        let line = self.pieces.line();
        let rest = self.pieces.rest(LONGEST_ARRAY as u64)?;
        let whole = String::from_utf8(rest).map_err(|_| not_utf8()).and_then(|rest| {
            text.push_str(&rest);
            if text.len() > LONGEST_ARRAY {
                return Err(too_long(LONGEST_ARRAY).hint(text!("give-the-objects-one-by-one")));
            }
            serde_json::from_str::<IgnoredAny>(&text).map_err(|problem| broken(&problem))
        });
        match whole {
            Ok(_) => {
                let at = text.find('[').map_or(0, |at| at + 1);
                self.array = Some(Elements { text, line, at });
            }
            Err(refusal) => self.ready.push_back(item(line, Err(refusal))),
        }
        Ok(())
    }
}

fn item(line: u64, value: Result<Given, Refusal>) -> Item {
    Item { line, value, of_many: false }
}

/// The elements of an array that is known to be whole.
struct Elements {
    text: String,
    /// The line that is come to.
    line: u64,
    /// The place in the text.
    at: usize,
}

impl Iterator for Elements {
    type Item = Item;

    fn next(&mut self) -> Option<Item> {
        let rest = self.text.get(self.at..)?;
        let element = rest.trim_start();
        let element = element.strip_prefix(',').unwrap_or(element).trim_start();
        let begin = rest.len() - element.len();
        // None at the closing bracket.
        let mut values = serde_json::Deserializer::from_str(element).into_iter::<&RawValue>();
        let value = values.next()?.ok()?;
        let line = self.line + newlines(&rest[..begin]);
        let end = begin + values.byte_offset();
        let item = Item { line, value: Given::read(value), of_many: true };
        self.line += newlines(&rest[..end]);
        self.at += end;
        Some(item)
    }
}

fn newlines(text: &str) -> u64 {
    text.bytes().filter(|byte| *byte == b'\n').count() as u64
}

fn leading_newlines(text: &str) -> u64 {
    newlines(&text[..text.len() - text.trim_start().len()])
}

impl<R: BufRead> Iterator for Values<R> {
    type Item = Item;

    fn next(&mut self) -> Option<Item> {
        while self.ready.is_empty() && !self.ended {
            self.advance();
        }
        self.ready.pop_front().or_else(|| self.array.as_mut()?.next())
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
    fn a_value_that_is_too_long_costs_itself_only() {
        let long = "x".repeat(2 * LONGEST);
        let list = "1,\n".repeat(LONGEST);
        for (text, expected) in [
            (format!("{{\"a\":\"{long}\"}}\n{{\"a\":2}}"), "1:! 2:{\"a\":2}"),
            (format!("{{\"a\":1}}\n{{\"a\":\"{long}\"}} {{\"a\":3}}"), "1:{\"a\":1} 2:! 2:{\"a\":3}"),
            // Over several lines, with brackets and quotes inside strings.
            (format!("{{\"a\":\"\\\"]}}\",\n\"b\":[{list}1]}}\n{{\"a\":2}}"), "1:! 1048579:{\"a\":2}"),
            // A value that is never closed ends with its line or with the stream.
            (format!("{{\"a\":\"{long}\n{{\"a\":2}}"), "1:! 2:{\"a\":2}"),
            (format!("{{\"a\":[\"{long}"), "1:!"),
            // A line or an array may be longer than the limit for a value.
            (format!("{}nonsense\n{{\"a\":2}}", " ".repeat(3 * LONGEST)), "1:! 2:{\"a\":2}"),
            (format!("[{{\"a\":\"{long}\"}},\n{{\"a\":2}}]"), "1:! 2:{\"a\":2}"),
            (format!("[{{\"a\":\"{}\"}}]", long.repeat(8)), "1:!"),
        ] {
            assert_eq!(read(&text), expected, "{}", &text[..40]);
        }
        let many = "{\"a\":\"ñ\"} ".repeat(300_000);
        assert_eq!(Values::new(many.as_bytes()).filter(|item| item.value.is_ok()).count(), 300_000);
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
