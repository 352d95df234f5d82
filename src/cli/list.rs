//! `turno list` and `turno count`.

use crate::app::list::ListRequest;
use crate::app::when::When;
use crate::cli::values;
use crate::domain::refusal::Problems;
use crate::domain::status::Status;
use crate::store::appointments::list::Order;
use clap::{Args, ValueEnum};

/// What `list` and `count` filter by.
#[derive(Debug, Args)]
pub struct Filters {
    /// On that day
    #[arg(long, value_name = "D", allow_hyphen_values = true, conflicts_with_all = ["from", "to"])]
    date: Option<String>,
    /// From that day on
    #[arg(long, value_name = "D", allow_hyphen_values = true)]
    from: Option<String>,
    /// Up to that day
    #[arg(long, value_name = "D", allow_hyphen_values = true)]
    to: Option<String>,
    /// With one of these statuses
    #[arg(long, value_name = "S")]
    status: Vec<String>,
    /// With that doctor
    #[arg(long, value_name = "D")]
    doctor: Option<String>,
    /// At that branch [env: TURNO_BRANCH]
    #[arg(long, value_name = "B")]
    branch: Option<String>,
    /// For that service
    #[arg(long, value_name = "S")]
    service: Option<String>,
    /// Of that patient
    #[arg(long, value_name = "P")]
    patient: Option<String>,
    /// Booked from there
    #[arg(long, value_name = "S")]
    source: Option<String>,
    /// Whose follow-up is due today or was before
    #[arg(long)]
    follow_up_due: bool,
}

impl Filters {
    fn request(self) -> ListRequest {
        let Filters { date, from, to, status, doctor, branch, service, patient, source, follow_up_due } =
            self;
        let mut problems = Problems::default();
        let date = values::said_day(&mut problems, "date", date);
        ListRequest {
            from: values::said_day(&mut problems, "from", from).or(date),
            to: values::said_day(&mut problems, "to", to).or(date),
            statuses: status
                .iter()
                .flat_map(|words| words.split(','))
                .filter_map(|word| problems.take("status", Status::parse(word)))
                .collect(),
            doctor,
            branch,
            service,
            patient,
            source: source.map(|source| source.to_lowercase()),
            follow_up_due,
            order: Order::Start,
            page: 1,
            limit: 50,
            problems,
        }
    }
}

/// `turno list`
#[derive(Debug, Args)]
pub struct ListArgs {
    #[command(flatten)]
    filters: Filters,
    /// In which order
    #[arg(long, value_enum, default_value_t = Sort::Start, value_name = "ORDER")]
    sort: Sort,
    /// Which page
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = clap::value_parser!(i64).range(1..))]
    page: i64,
    /// How many on a page
    #[arg(long, value_name = "N", default_value_t = 50,
        value_parser = clap::value_parser!(i64).range(1..=crate::app::list::MOST))]
    limit: i64,
}

/// In which order appointments are listed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Sort {
    /// Earliest first
    Start,
    /// In booking order
    Created,
}

impl ListArgs {
    /// As a request.
    pub fn request(self) -> ListRequest {
        let ListArgs { filters, sort, page, limit } = self;
        let order = match sort {
            Sort::Start => Order::Start,
            Sort::Created => Order::Created,
        };
        ListRequest { order, page, limit, ..filters.request() }
    }
}

/// `turno count`
#[derive(Debug, Args)]
pub struct CountArgs {
    #[command(flatten)]
    filters: Filters,
    /// Booked since then [default: 24 hours ago]
    #[arg(long, value_name = "T")]
    since: Option<String>,
}

impl CountArgs {
    /// As a request, and the moment to count from.
    pub fn request(self) -> (ListRequest, Option<When>) {
        let mut request = self.filters.request();
        let since = self.since.and_then(|text| request.problems.take("since", values::since(&text)));
        (request, since)
    }
}
