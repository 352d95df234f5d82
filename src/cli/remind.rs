//! `turno remind`.

use crate::app::remind::preview::PreviewRequest;
use crate::app::remind::retry::RetryRequest;
use crate::app::remind::{self};
use crate::cli::values;
use crate::domain::refusal::Refusal;
use crate::domain::reminder::{Kind, MessageStatus};
use crate::domain::settings::parse_locale;
use crate::platform::error::Result;
use clap::{Args, Subcommand};
use std::path::PathBuf;

/// Send what is due, and see what is planned
#[derive(Debug, Subcommand)]
pub enum RemindCommand {
    /// Send what is due (for cron, every minute)
    Due(DueArgs),
    /// List the messages of the outbox
    List(MessagesArgs),
    /// Let messages go out again that failed
    Retry(RetryArgs),
    /// Show what a message would say; send nothing
    Preview(PreviewArgs),
    /// The clinic's own templates
    #[command(subcommand)]
    Templates(TemplatesCommand),
}

/// `turno remind due`
#[derive(Debug, Args)]
pub struct DueArgs {
    /// Say for each pending message whether it is due, and why; send nothing
    #[arg(long)]
    pub dry_run: bool,
    /// Send at most so many; the rest goes with the next sweep [default: all]
    #[arg(long, value_name = "N", value_parser = values::size(1..))]
    pub limit: Option<usize>,
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
    pub fn request(self) -> Result<remind::ListRequest> {
        let MessagesArgs { appointment, status, limit } = self;
        let status = status.as_deref().map(MessageStatus::parse).transpose();
        let status = status.map_err(|problem| Refusal::invalid("status", problem))?;
        Ok(remind::ListRequest { appointment, status, limit })
    }
}

/// `turno remind retry`
#[derive(Debug, Args)]
pub struct RetryArgs {
    /// The messages' ids, as `remind list --status failed --json` shows them
    #[arg(value_name = "MESSAGE", required_unless_present = "all")]
    messages: Vec<String>,
    /// All that failed and whose appointment is still ahead
    #[arg(long, conflicts_with = "messages")]
    all: bool,
}

impl RetryArgs {
    /// As a request.
    pub fn request(self) -> RetryRequest {
        let RetryArgs { messages, all } = self;
        if all { RetryRequest::All } else { RetryRequest::These(messages) }
    }
}

/// `turno remind preview`
#[derive(Debug, Args)]
pub struct PreviewArgs {
    /// The appointment's code or id
    #[arg(value_name = "APPT")]
    appointment: String,
    /// What it is about: reminder, confirmation, reschedule or cancellation
    #[arg(long, value_name = "K", default_value = "reminder")]
    kind: String,
    /// In that language: es or en [default: the patient's]
    #[arg(long, value_name = "L")]
    locale: Option<String>,
}

impl PreviewArgs {
    /// As a request.
    pub fn request(self) -> Result<PreviewRequest> {
        let PreviewArgs { appointment, kind, locale } = self;
        let kind = Kind::spelled(kind.trim()).ok_or_else(|| {
            let all = Kind::list();
            Refusal::invalid("kind", text!("is-not-a-kind-of-message-there-are", kind, all))
        })?;
        let locale = locale.as_deref().map(parse_locale).transpose();
        let locale = locale.map_err(|problem| Refusal::invalid("locale", problem))?;
        Ok(PreviewRequest { appointment, kind, locale })
    }
}

/// `turno remind templates`
#[derive(Debug, Subcommand)]
pub enum TemplatesCommand {
    /// Try the clinic's templates on appointments of every sort
    Check {
        /// Those in that directory, before they are put in place [default: the clinic's]
        #[arg(value_name = "DIR")]
        directory: Option<PathBuf>,
    },
    /// Put those of a directory in the place of the clinic's, if every one of them is good
    Set {
        /// The directory, with es/ and en/ in it
        #[arg(value_name = "DIR")]
        directory: PathBuf,
    },
}
