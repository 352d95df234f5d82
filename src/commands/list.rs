//! `turno list` and `turno count`.

use crate::app::calendar::list;
use crate::app::calendar::list::ListRequest;
use crate::app::when::When;
use crate::commands::answers::marks;
use crate::commands::options::options;
use crate::domain::status::Status;
use crate::formats::appointment::At;
use crate::input::session::{Session, Stop};
use crate::input::values;
use crate::output::view::CountView;
use crate::output::{Answer, Face, lists, view};
use crate::platform::error::Result;
use crate::store::appointments::list::Order;
use crate::store::words::Words;
use clap::Args;

options! {
    /// What `list` and `count` filter by.
    pub struct Filters by request -> ListRequest, problems where {
        let date = problems.said("date", date, values::day);
        let words = status.iter().flat_map(|words| words.split(','));
        let statuses = words.filter_map(|word| problems.take("status", Status::said(word))).collect();
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
        value_parser = clap::value_parser!(i64).range(1..=crate::app::calendar::list::MOST))]
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

/// Count recent bookings
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

pub(crate) fn list(session: &Session, args: ListArgs) -> Result<Answer, Stop> {
    let request = args.request();
    let doctor = request.doctor.clone();
    let mut context = session.open_for(Words { doctor, ..Words::default() })?;
    let page = list::page(&mut context, &request)?;
    let marks = marks(session, &mut context, &page.visits);
    // Close the database before writing: the reader of stdout may be slow.
    drop(context);
    let answer = session.printer.view(&view::page(&page), Face::Rows(&lists::APPOINTMENTS))?;
    Ok(Answer { marks, ..answer })
}

pub(crate) fn count(session: &Session, args: CountArgs) -> Result<Answer> {
    let (request, since) = args.request();
    let (count, since, zone) = list::count(&mut session.open_for(Words::default())?, &request, since)?;
    Ok(Answer::new(CountView { count, since: At(zone.rfc3339(since)) }, Face::Record))
}
