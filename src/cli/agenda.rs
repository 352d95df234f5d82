//! `turno agenda` and `turno queue`.

use crate::app::queue::QueueRequest;
use clap::Args;

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
