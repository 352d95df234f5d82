//! Reads CSV (RFC 4180) row by row in constant memory.
//!
//! The `csv` crate is too lenient for imports: an unclosed quote swallows the rest of the file, a cell may
//! have any size, and after CRLF or an empty line its line numbers differ from an editor's.

use crate::formats::Problem;
use std::io::{BufRead, BufReader, ErrorKind, Read};

/// Most bytes of a row, quotes included; the read buffer may add to it.
pub const LONGEST_ROW: u64 = 1 << 20;
/// Most cells of a row.
pub const MOST_CELLS: usize = 500;

/// A row: its cells, or the problem with it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cells {
    /// The line on which the row begins, starting at 1.
    pub line: u64,
    /// The cells as text.
    pub cells: Result<Vec<String>, String>,
}

/// The rows of a CSV file below its header.
pub struct Rows<R> {
    reader: BufReader<R>,
    separator: u8,
    /// The current line, starting at 1.
    line: u64,
    header: Vec<String>,
    ended: bool,
}

impl<R: Read> Rows<R> {
    /// Reads the header; cells are separated by `separator`.
    pub fn new(input: R, separator: u8) -> Result<Self, Problem> {
        let reader = BufReader::new(input);
        let mut rows = Rows { reader, separator, line: 1, header: Vec::new(), ended: false };
        let no = |line, problem: &str| Problem { line, problem: problem.to_owned() };
        // Skip a byte order mark.
        if rows.reader.fill_buf().is_ok_and(|bytes| bytes.starts_with(b"\xef\xbb\xbf")) {
            rows.reader.consume(3);
        }
        let Some(first) = rows.next() else {
            return Err(no(1, text!("is-empty-the-first-line-must-name")));
        };
        let header = first.cells.map_err(|problem| Problem { line: first.line, problem })?;
        let header: Vec<String> = header.iter().map(|name| name.trim().to_owned()).collect();
        if header.iter().all(String::is_empty) {
            return Err(no(first.line, text!("has-no-names-of-columns-in-its-first")));
        }
        if let Some(name) = header
            .iter()
            .find(|name| !name.is_empty() && header.iter().filter(|other| other == name).count() > 1)
        {
            return Err(no(first.line, &text!("has-the-column-twice", name)));
        }
        rows.header = header;
        Ok(rows)
    }

    /// The names of the columns, trimmed.
    pub fn header(&self) -> &[String] {
        &self.header
    }

    /// The next row that is not empty.
    fn read(&mut self) -> Option<Cells> {
        let mut row = Row::at(self.line);
        loop {
            let bytes = match self.reader.fill_buf() {
                Ok(bytes) => bytes,
                Err(problem) if problem.kind() == ErrorKind::Interrupted => continue,
                Err(problem) => {
                    self.ended = true;
                    return Some(row.refused(text!("cant-be-read-because", problem)));
                }
            };
            if bytes.is_empty() {
                self.ended = true;
                return row.end(&self.header);
            }
            let mut used = 0;
            let mut ended = false;
            for byte in bytes {
                // The LF of a CRLF does not begin another line.
                if !(*byte == b'\n' && row.state == State::AfterReturn) {
                    if row.state == State::AfterReturn {
                        ended = true;
                        break;
                    }
                    row.take(*byte, self.separator);
                }
                used += 1;
                if *byte == b'\n' && row.state != State::Quoted {
                    ended = true;
                    break;
                }
            }
            self.reader.consume(used);
            row.bytes += used as u64;
            if ended {
                self.line = row.line + row.lines + 1;
                if row.is_blank() {
                    row = Row::at(self.line);
                    continue;
                }
                return row.end(&self.header);
            }
            if row.bytes > LONGEST_ROW {
                self.ended = true;
                let what = match row.state {
                    State::Quoted => text!("a-quote-is-opened-here-and-not-closed"),
                    _ => text!("is-a-row-of-more-than-1-mib"),
                };
                return Some(row.refused(text!("nothing-behind-it-was-read", what)));
            }
        }
    }
}

impl<R: Read> Iterator for Rows<R> {
    type Item = Cells;

    fn next(&mut self) -> Option<Cells> {
        if self.ended { None } else { self.read() }
    }
}

/// State of the parser within a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    /// At the start of a cell.
    Start,
    /// In a cell without quotes, or after the closing quote.
    Plain,
    /// In quotes.
    Quoted,
    /// After a quote in quotes: the closing one, or the first of two.
    Halved,
    /// After a CR.
    AfterReturn,
}

struct Row {
    /// The line on which the row begins.
    line: u64,
    /// Line ends in quotes so far.
    lines: u64,
    bytes: u64,
    state: State,
    cells: Vec<Vec<u8>>,
    cell: Vec<u8>,
    /// The line of the last opening quote.
    opened: u64,
    problem: Option<&'static str>,
}

impl Row {
    fn at(line: u64) -> Row {
        let (cells, cell) = (Vec::new(), Vec::new());
        Row { line, lines: 0, bytes: 0, state: State::Start, cells, cell, opened: line, problem: None }
    }

    fn take(&mut self, byte: u8, separator: u8) {
        match (self.state, byte) {
            (State::Quoted, b'"') => self.state = State::Halved,
            (State::Quoted, byte) => {
                self.lines += u64::from(byte == b'\n');
                self.cell.push(byte);
            }
            (State::Start, b'"') => {
                (self.state, self.opened) = (State::Quoted, self.line + self.lines);
            }
            (State::Halved, b'"') => {
                self.cell.push(b'"');
                self.state = State::Quoted;
            }
            (_, b'\r') => self.state = State::AfterReturn,
            (_, b'\n') => {}
            (_, byte) if byte == separator => {
                self.cells.push(std::mem::take(&mut self.cell));
                self.state = State::Start;
            }
            (state, byte) => {
                if state == State::Halved {
                    self.problem = Some(text!("has-text-behind-a-closing-quote"));
                }
                self.cell.push(byte);
                self.state = State::Plain;
            }
        }
    }

    fn is_blank(&self) -> bool {
        self.cells.is_empty() && self.cell.is_empty() && self.bytes <= 2
    }

    fn refused(&self, problem: String) -> Cells {
        let line = if self.state == State::Quoted { self.opened } else { self.line };
        Cells { line, cells: Err(problem) }
    }

    /// The row, unless it is blank.
    fn end(mut self, header: &[String]) -> Option<Cells> {
        if self.state == State::Quoted {
            // The cell holds the rest of the file.
            return Some(self.refused(text!("a-quote-is-opened-here-and-never-closed").to_owned()));
        }
        if self.is_blank() {
            return None;
        }
        self.cells.push(std::mem::take(&mut self.cell));
        let cells = match self.problem {
            Some(problem) => Err(problem.to_owned()),
            None => texts(self.cells, header),
        };
        Some(Cells { line: self.line, cells })
    }
}

/// Decodes the cells. If their number differs from the header's, they stand in the wrong columns.
fn texts(cells: Vec<Vec<u8>>, header: &[String]) -> Result<Vec<String>, String> {
    if cells.len() > MOST_CELLS {
        return Err(text!("has-more-than-cells", most_cells = MOST_CELLS));
    }
    if !header.is_empty() && cells.len() != header.len() {
        return Err(text!(
            "has-cells-where-the-first-line-names",
            count = cells.len(),
            count2 = header.len()
        ));
    }
    let text = |(place, bytes): (usize, Vec<u8>)| {
        let name = match header.get(place) {
            Some(name) if !name.is_empty() => name.clone(),
            _ => format!("cell {}", place + 1),
        };
        let text = String::from_utf8(bytes).map_err(|_| text!("file-has-bytes-that-are-not-utf-8", name))?;
        if text.contains('\0') {
            return Err(text!("has-a-nul-character", name));
        }
        Ok(text)
    };
    cells.into_iter().enumerate().map(text).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io;

    /// The rows as `line:a|b`, problems as `line:!problem`.
    fn rows(text: impl AsRef<[u8]>, separator: u8) -> Vec<String> {
        let rows = match Rows::new(text.as_ref(), separator) {
            Err(Problem { line, problem }) => return vec![format!("{line}:!!{problem}")],
            Ok(rows) => rows,
        };
        rows.map(|row| match row.cells {
            Ok(cells) => format!("{}:{}", row.line, cells.join("|")),
            Err(problem) => format!("{}:!{problem}", row.line),
        })
        .collect()
    }

    #[test]
    fn rows_come_with_their_lines() {
        for (text, expected) in [
            ("a,b\n1,2\n", &["2:1|2"][..]),
            ("\u{feff}a,b\r\n1,2\r\n\r\n3,4", &["2:1|2", "4:3|4"]),
            ("a,b\n\"1\n1\",2\n3,4\n", &["2:1\n1|2", "4:3|4"]),
            ("a,b\n\"say \"\"hi\"\"\",\"\"\n", &["2:say \"hi\"|"]),
            ("a,b\n5\" pipe,2\n", &["2:5\" pipe|2"]),
            ("a,b\n1,\"2\"", &["2:1|2"]),
            ("a,b\r1,2\r\r3,4\r", &["2:1|2", "4:3|4"]),
            ("a,b\n1,\"2\" x\n3,4\n", &["2:!has text behind a closing quote", "3:3|4"]),
            ("a,b", &[]),
            (
                "a,b\n1\n1,2,3\n4,5\n",
                &[
                    "2:!has 1 cells where the first line names 2",
                    "3:!has 3 cells where the first line names 2",
                    "4:4|5",
                ],
            ),
            ("a,b\n1,2\n3,\"4\n5,6\n", &["2:1|2", "3:!a quote is opened here and never closed"]),
            ("a,b\n1,2\0\n3,4\n", &["2:!b: has a NUL character", "3:3|4"]),
        ] {
            assert_eq!(rows(text, b','), expected, "{text:?}");
        }
        assert_eq!(rows("a;b\n1,5;2\n", b';'), ["2:1,5|2"]);
        assert_eq!(
            rows(b"a,b\nP\xe9rez,2\n3,4\n", b','),
            ["2:!a: has bytes that are not UTF-8; save the file as UTF-8", "3:3|4"]
        );
    }

    #[test]
    fn a_file_without_a_header_has_no_rows() {
        for (text, expected) in [
            (&b""[..], "1:!!is empty; the first line must name the columns"),
            (b"\n\n", "1:!!is empty; the first line must name the columns"),
            (b",,\n1,2,3\n", "1:!!has no names of columns in its first line"),
            (b"a,b,a\n", "1:!!has the column a twice"),
            (b"nombre,tel\xe9fono\n", "1:!!cell 2: has bytes that are not UTF-8; save the file as UTF-8"),
            (b"\"a,b\n1,2\n", "1:!!a quote is opened here and never closed"),
        ] {
            assert_eq!(rows(text, b','), [expected]);
        }
    }

    #[test]
    fn a_row_without_end_is_stopped() {
        let endless = |start: &str| {
            let reader = start.as_bytes().chain(io::repeat(b'x'));
            let rows: Vec<Cells> = Rows::new(reader, b',').unwrap().collect();
            rows.into_iter().map(|row| (row.line, row.cells.is_ok())).collect::<Vec<_>>()
        };
        assert_eq!(endless("a,b\n1,2\n"), [(2, true), (3, false)]);
        assert_eq!(endless("a,b\n1,2\n3,4\n\"5"), [(2, true), (3, true), (4, false)]);
    }

    proptest::proptest! {
        #[test]
        fn what_is_written_is_read(
            table in proptest::collection::vec(proptest::collection::vec("[^\0]{0,12}", 3), 0..8),
            semicolon in proptest::bool::ANY,
        ) {
            let separator = if semicolon { b';' } else { b',' };
            let mut writer = csv::WriterBuilder::new()
                .delimiter(separator)
                .terminator(csv::Terminator::CRLF)
                .quote_style(csv::QuoteStyle::Always)
                .from_writer(Vec::new());
            writer.write_record(["a", "b", "c"]).unwrap();
            for row in &table {
                writer.write_record(row).unwrap();
            }
            let bytes = writer.into_inner().unwrap();
            let read: Vec<Vec<String>> =
                Rows::new(bytes.as_slice(), separator).unwrap().map(|row| row.cells.unwrap()).collect();
            proptest::prop_assert_eq!(read, table);
        }
    }
}
