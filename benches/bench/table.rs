//! The results as a table and as JSON.

use crate::measure::Times;
use serde_json::{Value, json};
use std::fmt;

/// The result for a command.
#[derive(Debug, Clone)]
pub(crate) struct Figure {
    pub(crate) name: &'static str,
    /// The book's engine.
    pub(crate) engine: &'static str,
    /// Appointments in the book; 0 without a book.
    pub(crate) size: u32,
    /// The median in milliseconds.
    pub(crate) median: f64,
    /// The 99th percentile in milliseconds.
    pub p99: f64,
    pub(crate) runs: usize,
    /// Operations per second.
    pub(crate) rate: Option<f64>,
    /// Peak memory in KiB.
    pub(crate) resident: Option<u64>,
}

impl Figure {
    pub(crate) fn new(name: &'static str, size: u32, times: &Times) -> Figure {
        let (median, p99, runs) = (times.median(), times.share(99), times.len());
        Figure { name, engine: "sqlite", size, median, p99, runs, rate: None, resident: None }
    }
}

/// Pairs of a command and its floor.
const FLOORS: [(&str, &str); 9] = [
    ("--version", "an empty Rust program"),
    ("a day", "floor: a day"),
    ("slots of a day", "floor: a day"),
    ("a week, 190 rows", "floor: a week, 190 rows"),
    ("remind due, nothing due", "floor: due"),
    ("book", "floor: book"),
    ("reschedule", "floor: book"),
    ("cancel", "floor: book"),
    ("8 at once", "floor: 8 at once"),
];

/// All results of a run.
#[derive(Debug)]
pub(crate) struct Report {
    runs: u32,
    figures: Vec<Figure>,
}

impl Report {
    pub(crate) fn new(runs: u32) -> Report {
        Report { runs, figures: Vec::new() }
    }

    pub(crate) fn add(&mut self, figure: Figure) {
        self.figures.push(figure);
    }

    /// The floor's result in the same book.
    fn floor(&self, figure: &Figure) -> Option<&Figure> {
        let (_, floor) = FLOORS.iter().find(|(name, _)| *name == figure.name)?;
        let same = |other: &&Figure| {
            other.name == *floor && other.size == figure.size && other.engine == figure.engine
        };
        self.figures.iter().find(same)
    }

    /// The results as JSON, in milliseconds, KiB and operations per second.
    pub(crate) fn json(&self) -> Value {
        let figures = self.figures.iter().map(|figure| {
            json!({
                "name": figure.name, "engine": figure.engine, "appointments": figure.size,
                "median_ms": figure.median, "p99_ms": figure.p99, "runs": figure.runs,
                "per_second": figure.rate, "resident_kib": figure.resident,
                "of_floor": self.floor(figure).map(|floor| figure.median / floor.median),
            })
        });
        json!({ "runs": self.runs, "figures": figures.collect::<Vec<_>>() })
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(
            f,
            "{:<28} {:<8} {:>9} {:>10} {:>10} {:>8} {:>9} {:>8}",
            "what", "engine", "visits", "median ms", "p99 ms", "× floor", "per s", "MiB"
        )?;
        for figure in &self.figures {
            let floor = self.floor(figure).map(|floor| format!("{:.2}", figure.median / floor.median));
            let rate = figure.rate.map(|rate| format!("{rate:.0}"));
            let resident = figure.resident.map(|kib| format!("{:.1}", kib as f64 / 1024.0));
            writeln!(
                f,
                "{:<28} {:<8} {:>9} {:>10.2} {:>10.2} {:>8} {:>9} {:>8}",
                figure.name,
                figure.engine,
                figure.size,
                figure.median,
                figure.p99,
                floor.unwrap_or_default(),
                rate.unwrap_or_default(),
                resident.unwrap_or_default(),
            )?;
        }
        Ok(())
    }
}
