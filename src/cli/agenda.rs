//! `turno agenda` and `turno queue`.

use crate::app::agenda::AgendaRequest;
use crate::app::queue::QueueRequest;
use crate::cli::values;
use crate::domain::refusal::Problems;
use clap::Args;

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
}

impl AgendaArgs {
    /// As a request.
    pub fn request(self) -> AgendaRequest {
        let AgendaArgs { date, week, doctor, branch } = self;
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
}

impl QueueArgs {
    /// As a request.
    pub fn request(self) -> QueueRequest {
        let QueueArgs { doctor, branch } = self;
        QueueRequest { doctor, branch }
    }
}
