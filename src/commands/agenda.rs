//! `turno agenda`, `turno queue` and `turno today`.

use crate::app::calendar::agenda::AgendaRequest;
use crate::app::calendar::queue::QueueRequest;
use crate::app::calendar::{agenda, overview, queue};
use crate::app::reminders::heartbeat::Heartbeat;
use crate::commands::answers::{everyone, mark};
use crate::commands::options::options;
use crate::commands::report::{HTML, free};
use crate::input::session::{Session, Stop};
use crate::input::{speech, values};
use crate::output as face;
use crate::output::sheet::Paper;
use crate::output::{Answer, Face, lists, sheet, view};
use crate::platform::atomic_file;
use crate::platform::error::Result;
use clap::Args;
use std::path::PathBuf;

/// What is printed on.
const PAPERS: [(Paper, &str, &str); 2] =
    [(Paper::Text, "text", "Plain text of 80 columns"), (Paper::Html, "html", "HTML")];

options! {
    /// Draw the calendar of a day or a week
    pub struct AgendaArgs by request -> AgendaRequest, problems where {
        let QueueRequest { doctor, branch } = which.request();
        let (whose, said) = speech::whose_and_day(&words);
        let doctor = speech::once(whose, doctor, "doctor", &mut problems);
        let date = speech::once(said, date, "date", &mut problems);
    } {
        /// Of that doctor, and the day, such as `ruiz 17/6`
        #[arg(value_name = "DOCTOR] [DAY")]
        words: Vec<String>,
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
        /// Write the sheets to that file as a page for a browser or a printer, a doctor to a page
        #[arg(long, value_name = "FILE", conflicts_with = "print")]
        pub html: Option<PathBuf> = _,
        /// Write over earlier sheets
        #[arg(long, requires = "html")]
        pub force: bool = _,
    } and { doctor, branch, }
}

/// Show the waiting room: who is in, who waits, who is next
#[derive(Debug, Args)]
pub struct QueueArgs {
    /// Whose.
    #[command(flatten)]
    pub which: TodayArgs,
    /// Keep it on the screen until q or Ctrl-C; with --json a line for each look
    #[arg(long)]
    pub watch: bool,
    /// Look again after so many seconds, with --watch
    #[arg(long, value_name = "SECONDS", default_value_t = 5, requires = "watch", value_parser = clap::value_parser!(u64).range(1..=3600))]
    pub every: u64,
}

options! {
    /// Show today: who waits, who is next, what is due (`turno` alone does this, too)
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

pub(crate) fn today(session: &Session, args: TodayArgs) -> Result<Answer> {
    if session.has_no_book_yet()? {
        return Ok(Answer::new(face::overview::without_book(), Face::Overview));
    }
    let context = &mut session.open_for(everyone())?;
    let overview = overview::overview(context, &args.request())?;
    let mut answer = Answer::new(face::overview::view(&overview), Face::Overview);
    mark(session, context, &mut answer, overview.places().map(|place| &place.visit));
    Ok(answer)
}

pub(crate) fn agenda(session: &Session, args: AgendaArgs) -> Result<Answer, Stop> {
    let mut context = session.open_for(everyone())?;
    let face = args.print.map_or(Face::Agenda, Face::Sheet);
    let html = args.html.clone();
    let html = html.map(|path| free(&path, args.force, HTML).map(|over| (path, over))).transpose()?;
    let agenda = agenda::agenda(&mut context, &args.request())?;
    drop(context);
    if let Heartbeat::Late { waiting_since, .. } = agenda.heartbeat {
        let since = agenda.zone.rfc3339(waiting_since);
        let words = text!("messages-wait-since-does-cron-run-turno-remind", since);
        session.printer.warning(&words);
    }
    let shown = view::agenda(&agenda);
    let Some((path, over)) = html else { return Ok(session.printer.view(&shown, face)?) };
    let answer = Answer::new(&shown, face);
    atomic_file::write(&path, sheet::html(&answer.value)?.as_bytes(), over)?;
    Ok(answer.hint(text!("is-written", path = path.display())))
}

pub(crate) fn queue(session: &Session, args: QueueArgs) -> Result<Answer> {
    look_at_queue(session, &args.which.request())
}

/// The waiting room as it is now.
pub(crate) fn look_at_queue(session: &Session, request: &QueueRequest) -> Result<Answer> {
    let context = &mut session.open_for(everyone())?;
    let queue = queue::queue(context, request)?;
    let mut answer = Answer::new(view::queue(&queue), Face::Rows(&lists::QUEUE));
    if queue.inbox > 0 {
        answer = answer.hint(face::words::inbox(queue.inbox));
    }
    mark(session, context, &mut answer, queue.places.iter().map(|place| &place.visit));
    Ok(answer)
}
