//! `turno report`.

use crate::app::calendar::report;
use crate::app::calendar::report::ReportRequest;
use crate::commands::options::options;
use crate::domain::report::By;
use crate::input::session::Session;
use crate::input::values;
use crate::output::charts::Kind;
use crate::output::{Answer, Face, charts};
use crate::platform::error::Result;
use clap::Subcommand;
use clap::builder::TypedValueParser;

/// Report visits, no-shows and how much of the open time is used
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

pub(crate) fn report(session: &Session, command: ReportCommand) -> Result<Answer> {
    let (kind, args) = match command {
        ReportCommand::Utilisation(args) => (Kind::Utilisation, args),
        ReportCommand::NoShows(args) => (Kind::NoShows, args),
        ReportCommand::Volume(args) => (Kind::Volume, args),
    };
    let report = report::report(&mut session.open()?, &args.request(), kind == Kind::Utilisation)?;
    Ok(Answer::new(charts::report(kind, &report), Face::Report(kind)))
}
