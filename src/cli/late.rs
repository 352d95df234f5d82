//! `turno late`

use crate::app::late::LateRequest;
use crate::cli::values;
use crate::domain::refusal::Problems;
use clap::Args;

/// `turno late`
#[derive(Debug, Args)]
pub struct LateArgs {
    /// Who runs late (code, id or name)
    #[arg(value_name = "DOCTOR")]
    doctor: String,
    /// By so long, such as 25m: the next patient is seen that much later than was likely
    #[arg(value_name = "DURATION")]
    by: String,
    /// Queue a message to each, where they have a channel, with the time at which they are likely to be
    /// seen; nobody is told the same twice
    #[arg(long)]
    notify: bool,
}

impl LateArgs {
    /// As a request.
    pub fn request(self) -> LateRequest {
        let LateArgs { doctor, by, notify } = self;
        let mut problems = Problems::default();
        let minutes = problems.take("by", values::minutes(&by)).unwrap_or_default();
        LateRequest { problems, doctor, minutes, notify }
    }
}
