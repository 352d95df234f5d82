//! What a clinic may use instead: the calendar program `remind`, which reads a file of text anew each time.

use crate::books;
use crate::plan::Result;
use std::fs;
use std::io::{BufWriter, Write};
use std::path::PathBuf;

/// Debian's.
pub(crate) const PROGRAM: &str = "/usr/bin/remind";

/// The kept file with the visits of the book of that size; made where it is missing.
///
/// # Errors
/// Where it can't be written.
pub(crate) fn calendar(size: u32) -> Result<PathBuf> {
    let path = books::kept_folder().join(format!("remind-{size}.rem"));
    if !path.exists() {
        let half = path.with_extension("half");
        let mut file = BufWriter::new(fs::File::create(&half)?);
        for visit in books::visits(size) {
            let (name, phone) = books::patient(visit.patient);
            let at = books::local(visit.start);
            let (day, time) = (at.format("%d %b %Y"), at.format("%H:%M"));
            let doctor = books::code(visit.doctor);
            writeln!(file, "REM {day} AT {time} DURATION 0:15 MSG {doctor} {name} {phone}")?;
        }
        file.flush()?;
        fs::rename(half, &path)?;
    }
    Ok(path)
}
