//! `turno report`.

use crate::app::calendar::pictures as app;
use crate::app::calendar::pictures::PicturesRequest;
use crate::app::calendar::report;
use crate::app::calendar::report::ReportRequest;
use crate::commands::options::options;
use crate::domain::report::By;
use crate::input::session::Session;
use crate::input::values;
use crate::output::charts::Kind;
use crate::output::{Answer, Face, charts, pictures};
use crate::platform::atomic_file;
use crate::platform::atomic_file::Over;
use crate::platform::error::Result;
use clap::builder::TypedValueParser;
use clap::{Args, Subcommand};
use std::path::{Path, PathBuf};

/// Report visits, no-shows and how much of the open time is used
#[derive(Debug, Args)]
#[command(args_conflicts_with_subcommands = true)]
pub struct ReportFamily {
    #[command(subcommand)]
    command: Option<ReportCommand>,
    #[command(flatten)]
    overview: OverviewArgs,
}

/// What to report; without a word, the overview
#[derive(Debug, Subcommand)]
pub enum ReportCommand {
    /// Draw the use of open time by weekday and hour, no-shows by month, and lead time
    Overview(OverviewArgs),
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

options! {
    /// Which days, and where the pictures go.
    pub struct OverviewArgs by request -> PicturesRequest, problems {
        /// From that day on [default: the first visit within twelve months]
        #[arg(long, value_name = "D", allow_hyphen_values = true)]
        from: Option<String> => from: problems.said("from", from, values::day),
        /// Up to that day [default: today]
        #[arg(long, value_name = "D", allow_hyphen_values = true)]
        to: Option<String> => to: problems.said("to", to, values::day),
        /// Write the pictures to that file as an SVG image, too
        #[arg(long, value_name = "FILE")]
        pub svg: Option<PathBuf> = _,
        /// Write the pictures to that file as a page for a browser or a printer, too
        #[arg(long, value_name = "FILE")]
        pub html: Option<PathBuf> = _,
        /// Write over earlier pictures
        #[arg(long)]
        pub force: bool = _,
    }
}

/// What a page begins with.
pub(crate) const HTML: &str = "<!DOCTYPE html>";
/// What an image begins with.
const SVG: &str = "<svg ";

/// What a file may take the place of, if it may be written at all.
pub(crate) fn free(path: &Path, force: bool, beginning: &'static str) -> Result<Over> {
    let over = if force { Over::Begun(beginning) } else { Over::Nothing };
    atomic_file::refuse_taken(path, over).map(|()| over)
}

fn overview(session: &Session, args: OverviewArgs) -> Result<Answer> {
    let (svg, html) = (args.svg.clone(), args.html.clone());
    let free = |path: Option<PathBuf>, beginning| {
        path.map(|path| free(&path, args.force, beginning).map(|over| (path, over))).transpose()
    };
    let (svg, html) = (free(svg, SVG)?, free(html, HTML)?);
    let found = app::pictures(&mut session.open()?, &args.request())?;
    let mut answer = Answer::new(pictures::pictures(&found), Face::Pictures);
    if let Some((path, over)) = svg {
        atomic_file::write(&path, pictures::svg(&found)?.as_bytes(), over)?;
        answer = answer.hint(text!("is-written", path = path.display()));
    }
    if let Some((path, over)) = html {
        atomic_file::write(&path, pictures::html(&found)?.as_bytes(), over)?;
        answer = answer.hint(text!("is-written", path = path.display()));
    }
    Ok(answer)
}

fn kinds() -> impl TypedValueParser<Value = By> {
    values::one_of(By::ALL.map(|by| (by, by.as_str(), "")))
}

pub(crate) fn report(session: &Session, family: ReportFamily) -> Result<Answer> {
    let ReportFamily { command, overview: alone } = family;
    let (kind, args) = match command.unwrap_or(ReportCommand::Overview(alone)) {
        ReportCommand::Overview(args) => return overview(session, args),
        ReportCommand::Utilisation(args) => (Kind::Utilisation, args),
        ReportCommand::NoShows(args) => (Kind::NoShows, args),
        ReportCommand::Volume(args) => (Kind::Volume, args),
    };
    let report = report::report(&mut session.open()?, &args.request(), kind == Kind::Utilisation)?;
    Ok(Answer::new(charts::report(kind, &report), Face::Report(kind)))
}
