//! `turno report`.

use crate::app::report::ReportRequest;
use crate::cli::values;
use crate::domain::refusal::Problems;
use crate::domain::report::By;
use clap::{Args, Subcommand, ValueEnum};

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

/// Which days, and how they are put together.
#[derive(Debug, Args)]
pub struct ReportArgs {
    /// From that day on [default: 29 days before the last]
    #[arg(long, value_name = "D", allow_hyphen_values = true)]
    from: Option<String>,
    /// Up to that day [default: today]
    #[arg(long, value_name = "D", allow_hyphen_values = true)]
    to: Option<String>,
    /// A row for each
    #[arg(long, value_enum, value_name = "KIND", default_value_t = ByArg::Doctor)]
    by: ByArg,
}

/// What the rows are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum ByArg {
    Doctor,
    Service,
    Branch,
    Weekday,
}

impl ReportArgs {
    /// As a request.
    pub fn request(self) -> ReportRequest {
        let ReportArgs { from, to, by } = self;
        let mut problems = Problems::default();
        ReportRequest {
            from: values::said_day(&mut problems, "from", from),
            to: values::said_day(&mut problems, "to", to),
            by: match by {
                ByArg::Doctor => By::Doctor,
                ByArg::Service => By::Service,
                ByArg::Branch => By::Branch,
                ByArg::Weekday => By::Weekday,
            },
            problems,
        }
    }
}
