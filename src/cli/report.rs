//! `turno report`.

use crate::app::report::ReportRequest;
use crate::cli::options::options;
use crate::cli::values;
use crate::domain::report::By;
use clap::Subcommand;
use clap::builder::TypedValueParser;

/// `turno report`
#[derive(Debug, Subcommand)]
pub enum ReportCommand {
    /// How much of the open time is taken
    Utilisation(ReportArgs),
    /// Who did not come
    NoShows(ReportArgs),
    /// How many visits there were, and what became of them
    Volume(ReportArgs),
}

options! {
    /// Which days, and how they are put together.
    pub struct ReportArgs by request -> ReportRequest, problems {
        /// From that day on [default: 29 days before the last]
        #[arg(long, value_name = "D", allow_hyphen_values = true)]
        from: Option<String> => from: problems.said("from", from, values::day),
        /// Up to that day [default: today]
        #[arg(long, value_name = "D", allow_hyphen_values = true)]
        to: Option<String> => to: problems.said("to", to, values::day),
        /// A row for each
        #[arg(long, value_name = "KIND", default_value = "doctor", value_parser = kinds())]
        by: By => by,
    }
}

fn kinds() -> impl TypedValueParser<Value = By> {
    values::one_of(By::ALL.map(|by| (by, by.as_str(), "")))
}
