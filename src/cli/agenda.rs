//! `turno agenda`, `turno queue` and `turno today`.

use crate::app::agenda::AgendaRequest;
use crate::app::queue::QueueRequest;
use crate::cli::options::options;
use crate::cli::values;
use crate::output::sheet::Paper;
use clap::Args;

/// What is printed on.
const PAPERS: [(Paper, &str, &str); 2] =
    [(Paper::Text, "text", "Plain text of 80 columns"), (Paper::Html, "html", "HTML")];

options! {
    /// Draw a day or a week: columns are doctors, or days
    pub struct AgendaArgs by request -> AgendaRequest, problems where {
        let QueueRequest { doctor, branch } = which.request();
    } {
        /// That day, or the week that it is in [default: today]
        #[arg(long, value_name = "D", allow_hyphen_values = true)]
        date: Option<String> => day: problems.said("date", date, values::day),
        /// The whole week, Monday to Sunday
        #[arg(long)]
        week: bool => week,
        #[command(flatten)]
        which: TodayArgs,
        /// For paper: a sheet for each doctor, as plain text or as a page for a browser
        #[arg(long, value_name = "AS", value_parser = values::one_of(PAPERS), num_args = 0..=1, default_missing_value = "text", require_equals = true)]
        pub print: Option<Paper> = _,
    } and { doctor, branch, }
}

/// Show today's waiting room: who is in, who waits, who is next
#[derive(Debug, Args)]
pub struct QueueArgs {
    /// Whose.
    #[command(flatten)]
    pub which: TodayArgs,
    /// Keep it on the screen, until Ctrl-C; with --json a line for each look
    #[arg(long)]
    pub watch: bool,
    /// Look again after so many seconds, with --watch
    #[arg(long, value_name = "SECONDS", default_value_t = 5, requires = "watch", value_parser = clap::value_parser!(u64).range(1..=3600))]
    pub every: u64,
}

options! {
    /// Tell how it stands today, as `turno` alone does: who waits, who is next, what is due
    #[derive(Default)]
    pub struct TodayArgs by request -> QueueRequest {
        /// Of that doctor only (code, id or name)
        #[arg(long, value_name = "D")]
        doctor: Option<String> => doctor,
        /// At that branch; `all` for every one [env: TURNO_BRANCH]
        #[arg(long, value_name = "B")]
        branch: Option<String> => branch,
    }
}
