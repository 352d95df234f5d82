//! `turno remind`.

use crate::app::remind;
use crate::domain::refusal::Refusal;
use crate::domain::reminder::MessageStatus;
use crate::error::Result;
use clap::{Args, Subcommand};

/// `turno remind`
#[derive(Debug, Subcommand)]
pub enum RemindCommand {
    /// Send what is due (for cron, every minute)
    Due(DueArgs),
    /// List the messages of the outbox
    List(MessagesArgs),
}

/// `turno remind due`
#[derive(Debug, Args)]
pub struct DueArgs {
    /// Say for each pending message whether it is due, and why; send nothing
    #[arg(long)]
    pub dry_run: bool,
    /// Send at most so many; the rest goes with the next sweep
    #[arg(long, value_name = "N", default_value_t = remind::MOST, value_parser = clap::value_parser!(u32).range(1..))]
    limit: u32,
}

impl DueArgs {
    /// How many messages at most.
    pub fn limit(&self) -> usize {
        usize::try_from(self.limit).unwrap_or(usize::MAX)
    }
}

/// `turno remind list`
#[derive(Debug, Args)]
pub struct MessagesArgs {
    /// Of that appointment
    #[arg(long, value_name = "A")]
    appointment: Option<String>,
    /// With that status: pending, sent, failed, dropped, superseded or expired
    #[arg(long, value_name = "S")]
    status: Option<String>,
    /// At most so many
    #[arg(long, value_name = "N", default_value_t = 1000, value_parser = clap::value_parser!(i64).range(1..))]
    limit: i64,
}

impl MessagesArgs {
    /// As a request.
    ///
    /// # Errors
    /// `VALIDATION_ERROR` for an unknown status.
    pub fn request(self) -> Result<remind::ListRequest> {
        let MessagesArgs { appointment, status, limit } = self;
        let status = status.as_deref().map(MessageStatus::parse).transpose();
        let status = status.map_err(|problem| Refusal::invalid("status", problem))?;
        Ok(remind::ListRequest { appointment, status, limit })
    }
}
