//! For comparison: the calendar program `remind`, which parses a text file on every run.

use crate::books;
use crate::plan::Result;
use std::fs;
use std::io::{BufWriter, Write};
use std::path::PathBuf;

/// The path in Debian.
pub(crate) const PROGRAM: &str = "/usr/bin/remind";

/// The kept calendar with the same visits as the book of this size; created if missing.
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
