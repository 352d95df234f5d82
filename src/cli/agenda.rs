//! `turno agenda`, `turno queue` and `turno today`.

use crate::app::agenda::AgendaRequest;
use crate::app::queue::QueueRequest;
use crate::cli::values;
use crate::domain::refusal::Problems;
use crate::output::sheet::Paper;
use clap::{Args, ValueEnum};

/// `turno agenda`
#[derive(Debug, Args)]
pub struct AgendaArgs {
    /// That day, or the week that it is in [default: today]
    #[arg(long, value_name = "D", allow_hyphen_values = true)]
    date: Option<String>,
    /// The whole week, Monday to Sunday
    #[arg(long)]
    week: bool,
    /// Of that doctor only (code, id or name)
    #[arg(long, value_name = "D")]
    doctor: Option<String>,
    /// At that branch; `all` for every one [env: TURNO_BRANCH]
    #[arg(long, value_name = "B")]
    branch: Option<String>,
    /// For paper: a sheet for each doctor, as plain text or as a page for a browser
    #[arg(long, value_enum, value_name = "AS", num_args = 0..=1, default_missing_value = "text", require_equals = true)]
    pub print: Option<PaperArg>,
}

/// What is printed on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum PaperArg {
    /// Plain text of 80 columns
    Text,
    /// HTML
    Html,
}

impl PaperArg {
    /// As the faces know it.
    pub fn paper(self) -> Paper {
        match self {
            PaperArg::Text => Paper::Text,
            PaperArg::Html => Paper::Html,
        }
    }
}

impl AgendaArgs {
    /// As a request.
    pub fn request(self) -> AgendaRequest {
        let AgendaArgs { date, week, doctor, branch, print: _ } = self;
        let mut problems = Problems::default();
        AgendaRequest { day: values::said_day(&mut problems, "date", date), week, doctor, branch, problems }
    }
}

/// `turno queue`
#[derive(Debug, Args)]
pub struct QueueArgs {
    /// Of that doctor only (code, id or name)
    #[arg(long, value_name = "D")]
    doctor: Option<String>,
    /// At that branch; `all` for every one [env: TURNO_BRANCH]
    #[arg(long, value_name = "B")]
    branch: Option<String>,
    /// Keep it on the screen, until Ctrl-C; with --json a line for each look
    #[arg(long)]
    pub watch: bool,
    /// Look again after so many seconds, with --watch
    #[arg(long, value_name = "SECONDS", default_value_t = 5, requires = "watch", value_parser = clap::value_parser!(u64).range(1..=3600))]
    pub every: u64,
}

impl QueueArgs {
    /// As a request.
    pub fn request(self) -> QueueRequest {
        let QueueArgs { doctor, branch, watch: _, every: _ } = self;
        QueueRequest { doctor, branch }
    }
}

/// `turno today`, and `turno` alone
#[derive(Debug, Default, Args)]
pub struct TodayArgs {
    /// Of that doctor only (code, id or name)
    #[arg(long, value_name = "D")]
    doctor: Option<String>,
    /// At that branch; `all` for every one [env: TURNO_BRANCH]
    #[arg(long, value_name = "B")]
    branch: Option<String>,
}

impl TodayArgs {
    /// As a request.
    pub fn request(self) -> QueueRequest {
        let TodayArgs { doctor, branch } = self;
        QueueRequest { doctor, branch }
    }
}
