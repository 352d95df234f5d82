//! The options that every command takes.

use crate::input::values;
use crate::output::{Color, Format};
use clap::Args;

const FORMATS: [(Format, &str, &str); 3] = [
    (Format::Table, "table", "For people"),
    (Format::Json, "json", "For programs"),
    (Format::Csv, "csv", "For spreadsheets"),
];

const COLORS: [(Color, &str, &str); 3] = [
    (Color::Auto, "auto", "On a terminal, unless NO_COLOR is set"),
    (Color::Always, "always", "Always"),
    (Color::Never, "never", "Never"),
];

/// Options that every command takes.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Everywhere")]
pub struct Global {
    /// The book: a file or postgres://USER@HOST/DATABASE [default: turno.db in the platform's data directory]
    #[arg(long, global = true, env = "TURNO_DB", value_name = "PATH|URL", hide_env_values = true)]
    pub db: Option<String>,
    /// The clinic to work in [default: the one chosen by `clinic use`, else the only one]
    #[arg(long, global = true, env = "TURNO_CLINIC", value_name = "CODE", hide_env_values = true)]
    pub clinic: Option<String>,
    /// How results are written
    #[arg(long, global = true, default_value = "table", value_name = "FORMAT", value_parser = values::one_of(FORMATS))]
    pub format: Format,
    /// Short for --format json
    #[arg(long, global = true)]
    pub json: bool,
    /// When to use colours
    #[arg(long, global = true, default_value = "auto", value_name = "WHEN", value_parser = values::one_of(COLORS))]
    pub color: Color,
    /// Never ask; implied when stdin or stdout is no terminal
    #[arg(long, global = true)]
    pub no_input: bool,
    /// Results only: no hints, no progress
    #[arg(short, long, global = true)]
    pub quiet: bool,
    /// Records whole, with their ids, where a sentence would do
    #[arg(short, long, global = true, conflicts_with = "quiet")]
    pub verbose: bool,
}

impl Global {
    /// How results are written.
    pub fn format(&self) -> Format {
        if self.json { Format::Json } else { self.format }
    }
}
