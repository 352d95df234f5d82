//! `turno slots`.

use crate::app::slots::SlotsRequest;
use crate::cli::values;
use crate::domain::refusal::Problems;
use clap::Args;

/// `turno slots`
#[derive(Debug, Args)]
pub struct SlotsArgs {
    /// Of that doctor only (code, id or name)
    #[arg(long, value_name = "D")]
    doctor: Option<String>,
    /// For that service
    #[arg(long, value_name = "S")]
    service: Option<String>,
    /// At that branch; `all` for every one
    #[arg(long, value_name = "B")]
    branch: Option<String>,
    /// In windows of that session
    #[arg(long, value_name = "S")]
    session: Option<String>,
    /// On that day [default: today]
    #[arg(long, value_name = "D", allow_hyphen_values = true, conflicts_with_all = ["from", "to"])]
    date: Option<String>,
    /// From that day on
    #[arg(long, value_name = "D", allow_hyphen_values = true)]
    from: Option<String>,
    /// Up to that day
    #[arg(long, value_name = "D", allow_hyphen_values = true)]
    to: Option<String>,
    /// For a visit of that length
    #[arg(long, value_name = "MIN", allow_hyphen_values = true)]
    duration: Option<String>,
    /// Look ahead until so many are found
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..))]
    first: Option<u16>,
}

impl SlotsArgs {
    /// As a request.
    pub fn request(self) -> SlotsRequest {
        let SlotsArgs { doctor, service, branch, session, date, from, to, duration, first } = self;
        let mut problems = Problems::default();
        let last_is_meant = to.is_some();
        let date = values::said_day(&mut problems, "date", date);
        SlotsRequest {
            last_is_meant,
            doctor,
            service,
            branch,
            session,
            from: values::said_day(&mut problems, "from", from).or(date),
            to: values::said_day(&mut problems, "to", to).or(date),
            minutes: duration.and_then(|text| problems.take("duration", values::minutes(&text))),
            first: first.map(usize::from),
            moving: None,
            problems,
        }
    }
}
