//! `turno list` and `turno count`.

use crate::app::list::ListRequest;
use crate::app::when::When;
use crate::cli::options::options;
use crate::cli::values;
use crate::domain::status::Status;
use crate::store::appointments::list::Order;
use clap::Args;

options! {
    /// What `list` and `count` filter by.
    pub struct Filters by request -> ListRequest, problems where {
        let date = problems.said("date", date, values::day);
        let words = status.iter().flat_map(|words| words.split(','));
        let statuses = words.filter_map(|word| problems.take("status", Status::parse(word))).collect();
    } {
        /// On that day
        #[arg(long, value_name = "D", allow_hyphen_values = true, conflicts_with_all = ["from", "to"])]
        date: Option<String>,
        /// From that day on
        #[arg(long, value_name = "D", allow_hyphen_values = true)]
        from: Option<String> => from: problems.said("from", from, values::day).or(date),
        /// Up to that day
        #[arg(long, value_name = "D", allow_hyphen_values = true)]
        to: Option<String> => to: problems.said("to", to, values::day).or(date),
        /// With one of these statuses
        #[arg(long, value_name = "S")]
        status: Vec<String> => statuses: statuses,
        /// With that doctor
        #[arg(long, value_name = "D")]
        doctor: Option<String> => doctor,
        /// At that branch [env: TURNO_BRANCH]
        #[arg(long, value_name = "B")]
        branch: Option<String> => branch,
        /// For that service
        #[arg(long, value_name = "S")]
        service: Option<String> => service,
        /// Of that patient
        #[arg(long, value_name = "P")]
        patient: Option<String> => patient,
        /// Booked from there
        #[arg(long, value_name = "S")]
        source: Option<String> => source: source.map(|source| source.to_lowercase()),
        /// Whose follow-up is due today or was before
        #[arg(long)]
        follow_up_due: bool => follow_up_due,
    } and { order: Order::Start, page: 1, limit: 50, total: false, }
}

/// In which order appointments are listed.
const ORDERS: [(Order, &str, &str); 2] =
    [(Order::Start, "start", "Earliest first"), (Order::Created, "created", "In booking order")];

/// List appointments
#[derive(Debug, Args)]
pub struct ListArgs {
    #[command(flatten)]
    filters: Filters,
    /// In which order
    #[arg(long, default_value = "start", value_name = "ORDER", value_parser = values::one_of(ORDERS))]
    sort: Order,
    /// Which page
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = clap::value_parser!(i64).range(1..))]
    page: i64,
    /// How many on a page
    #[arg(long, value_name = "N", default_value_t = 50,
        value_parser = clap::value_parser!(i64).range(1..=crate::app::list::MOST))]
    limit: i64,
    /// Count all of them, also where that reads the whole book
    #[arg(long)]
    total: bool,
}

impl ListArgs {
    /// As a request.
    pub fn request(self) -> ListRequest {
        let ListArgs { filters, sort: order, page, limit, total } = self;
        ListRequest { order, page, limit, total, ..filters.request() }
    }
}

/// Count bookings made lately
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
        let since = request.problems.said("since", self.since, values::since);
        (request, since)
    }
}
