//! `turno why`.

use crate::app::why::WhyRequest;
use crate::cli::values;
use crate::domain::refusal::Problems;
use clap::Args;

/// `turno why`
#[derive(Debug, Args)]
pub struct WhyArgs {
    /// The doctor (code, id or name)
    #[arg(value_name = "DOCTOR")]
    doctor: String,
    /// When, such as `tomorrow 9:30` or 2026-06-15T14:30
    #[arg(value_name = "WHEN", required = true)]
    when: Vec<String>,
    /// For that service
    #[arg(long, value_name = "S")]
    service: Option<String>,
    /// At that branch [env: TURNO_BRANCH]
    #[arg(long, value_name = "B")]
    branch: Option<String>,
    /// For that patient
    #[arg(long, value_name = "P")]
    patient: Option<String>,
    /// For so long
    #[arg(long, value_name = "MIN", allow_hyphen_values = true)]
    duration: Option<String>,
}

impl WhyArgs {
    /// As a request.
    pub fn request(self) -> WhyRequest {
        let WhyArgs { doctor, when, service, branch, patient, duration } = self;
        let mut problems = Problems::default();
        let when = when.join(" ");
        WhyRequest {
            doctor: Some(doctor),
            service,
            branch,
            patient,
            when: problems.take("when", values::said_moment(&when)),
            minutes: duration.and_then(|text| problems.take("duration", values::minutes(&text))),
            problems,
        }
    }
}
