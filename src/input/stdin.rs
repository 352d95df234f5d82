//! Files and values that a command reads, from stdin if they are given as `-`.

use crate::domain::refusal::Refusal;
use crate::platform::error::Result;
use std::io::{self, BufRead, Read};

/// The input of a command: a file, or stdin for `-`.
pub(crate) fn input(path: &str) -> Result<Box<dyn Read + Send>> {
    if path == "-" {
        return Ok(Box::new(io::stdin()));
    }
    let file = std::fs::File::open(path)
        .map_err(|problem| Refusal::invalid("input", text!("cant-be-read", path, problem)))?;
    Ok(Box::new(file))
}

/// The most bytes of a line of stdin that are read.
const LONGEST_LINE: u64 = 64 * 1024;

/// A value that was given as `-` is the first line of stdin.
pub(crate) fn from_stdin(field: &str, value: Option<String>) -> Result<Option<String>> {
    if value.as_deref() != Some("-") {
        return Ok(value);
    }
    let mut line = String::new();
    // The limit is longer than any field, so a cut line fails that field's length check.
    io::stdin()
        .lock()
        .take(LONGEST_LINE)
        .read_line(&mut line)
        .map_err(|problem| Refusal::invalid(field, text!("stdin-cant-be-read", problem)))?;
    Ok(Some(line.trim().to_owned()))
}
