//! JSON on one line.

use crate::output::plain;
use serde::Serialize;
use serde_json::Serializer;
use serde_json::ser::Formatter;
use std::io::{self, BufWriter, Write};

/// Compact JSON whose texts are safe for a terminal.
struct Plain;

impl Formatter for Plain {
    fn write_string_fragment<W: ?Sized + Write>(&mut self, out: &mut W, fragment: &str) -> io::Result<()> {
        out.write_all(plain::json(fragment).as_bytes())
    }
}

/// Streams JSON and a line end, safe for a terminal; never holds the whole text in memory.
pub(super) fn write_json<T: Serialize>(view: &T, out: impl Write) -> io::Result<()> {
    let mut out = BufWriter::new(out);
    view.serialize(&mut Serializer::with_formatter(&mut out, Plain))?;
    out.write_all(b"\n")?;
    out.flush()
}

/// JSON on one line, without the line end, safe for a terminal.
pub(crate) fn json_line<T: Serialize>(view: &T) -> String {
    let mut line = Vec::new();
    // Writing to memory can't fail, and the views hold nothing that JSON can't.
    let written = view.serialize(&mut Serializer::with_formatter(&mut line, Plain));
    written.ok().and_then(|()| String::from_utf8(line).ok()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde_json::{Value, json};

    #[test]
    fn what_can_not_be_written_is_told() {
        let problem = write_json(&vec!["x"; 9000], Full).unwrap_err();
        assert_eq!(problem.kind(), io::ErrorKind::StorageFull);
    }

    proptest! {
        #[test]
        fn json_says_the_same_without_commanding_the_terminal(key in any::<String>(), text in any::<String>()) {
            let value = json!({ key: [text] });
            let line = json_line(&value);
            prop_assert!(plain::is_plain(&line), "{line:?}");
            let mut written = Vec::new();
            write_json(&value, &mut written).unwrap();
            prop_assert_eq!(serde_json::from_str::<Value>(&line).unwrap(), value);
            prop_assert_eq!(written, (line + "\n").into_bytes());
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
