//! Writes CSV that is safe for spreadsheets and can be read back unchanged.
//!
//! A spreadsheet runs a cell that begins with `=`, `+`, `-` or `@` as a formula. Such a text gets a leading
//! apostrophe, and so does one that begins with an apostrophe; reading it back removes one.

use crate::domain::text::is_invisible;
use std::borrow::Cow;

/// The text as a cell that no spreadsheet runs. [`undefuse`] reverses it.
pub fn defuse(text: &str) -> Cow<'_, str> {
    let hides = |c: char| c.is_whitespace() || c.is_control() || is_invisible(c) || matches!(c, '"' | '\'');
    let first = text.trim_start_matches(hides).chars().next();
    let runs = matches!(
        first,
        Some('=' | '+' | '-' | '@' | '＝' | '＋' | '－' | '＠' | '−' | '﹢' | '﹣' | '﹦' | '﹫')
    );
    // In some spreadsheets a tab or line end begins a new cell.
    if runs || text.starts_with(['\'', '\t', '\r', '\n']) {
        return Cow::Owned(format!("'{text}"));
    }
    Cow::Borrowed(text)
}

/// Reverses [`defuse`].
pub fn undefuse(cell: &str) -> &str {
    cell.strip_prefix('\'').unwrap_or(cell)
}

/// The line end of a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum End {
    /// As in RFC 4180.
    Crlf,
    /// For terminals.
    Lf,
}

/// A row with its line end, quoted as RFC 4180 requires. It does not call [`defuse`].
pub fn row<'a>(cells: impl IntoIterator<Item = &'a str>, end: End) -> String {
    let terminator = match end {
        End::Crlf => csv::Terminator::CRLF,
        End::Lf => csv::Terminator::Any(b'\n'),
    };
    let mut writer = csv::WriterBuilder::new().terminator(terminator).flexible(true).from_writer(Vec::new());
    // Writing to memory can't fail, and the parts are UTF-8.
    let written = writer.write_record(cells).ok().and_then(|()| writer.into_inner().ok());
    written.and_then(|bytes| String::from_utf8(bytes).ok()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_that_a_spreadsheet_runs_is_defused() {
        for formula in [
            "=1+1",
            "+50370123456",
            "-5",
            "@SUM(A1)",
            "  =1",
            "\t=1",
            "\r=1",
            "\"=1",
            "'=1",
            "＝1",
            "＋1",
            "－1",
            "＠1",
            "\u{200b}=1",
            "\u{feff}=1",
            "\tx",
            "' x",
        ] {
            assert_eq!(defuse(formula), format!("'{formula}"), "{formula:?}");
        }
        for plain in ["Ana", "a=b", "2026-06-15", "09:00", "", "ana@example.org", "5", "\"quoted\""] {
            assert_eq!(defuse(plain), plain);
        }
    }

    proptest::proptest! {
        #[test]
        fn what_is_written_is_read_back(
            rows in proptest::collection::vec(proptest::collection::vec(proptest::prelude::any::<String>(), 3), 1..6)
        ) {
            let text: String = rows
                .iter()
                .map(|cells| {
                    let cells: Vec<_> = cells.iter().map(|cell| defuse(cell)).collect();
                    row(cells.iter().map(AsRef::as_ref), End::Crlf)
                })
                .collect();
            let mut reader = ::csv::ReaderBuilder::new().has_headers(false).from_reader(text.as_bytes());
            let read: Vec<Vec<String>> = reader
                .records()
                .map(|record| record.unwrap().iter().map(|cell| undefuse(cell).to_owned()).collect())
                .collect();
            proptest::prop_assert_eq!(read, rows);
        }

        #[test]
        fn a_row_of_one_empty_cell_is_a_row(text in "[a\r\n\",]{0,3}") {
            let written = row([text.as_str()], End::Crlf);
            let mut reader = ::csv::ReaderBuilder::new().has_headers(false).from_reader(written.as_bytes());
            let record = reader.records().next().unwrap().unwrap();
            proptest::prop_assert_eq!(record.get(0), Some(text.as_str()));
        }
    }
}
