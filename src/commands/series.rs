//! `turno series`, and the options of `turno book` for a series.

use crate::app::booking::request::BookRequest;
use crate::app::booking::series;
use crate::app::booking::series::{Members, MoveRequest, SeriesRequest};
use crate::app::booking::status::StatusRequest;
use crate::app::when::Day;
use crate::commands::answers::rows;
use crate::commands::options::options;
use crate::domain::refusal::{Problems, Refusal};
use crate::domain::time::parse_duration;
use crate::domain::{series as rules, text};
use crate::input::prompts;
use crate::input::session::{Session, Stop, ending};
use crate::input::values;
use crate::output::sentences::Together;
use crate::output::series::{members, row};
use crate::output::view::Idempotent;
use crate::output::{Answer, Face, lists, sentences, view};
use crate::platform::error::Result;
use clap::{Args, Subcommand};
use serde::Serialize;

options! {
    /// How a booking repeats.
    #[derive(Default)]
    #[command(next_help_heading = "Series")]
    pub struct Repeat by request(book: BookRequest) -> SeriesRequest, problems where {
        if every.is_some() && times.is_none() && until.is_none() {
            problems.add("times", text!("is-required-or-until"));
        }
        let step = problems.said("every", every, rules::every);
    } {
        /// Again every day, week, `2 weeks` or month
        #[arg(long, value_name = "STEP", conflicts_with_all = ["rrule", "input", "pick", "external_ref"])]
        every: Option<String>,
        /// So many appointments
        #[arg(long, value_name = "N", requires = "every", conflicts_with = "until", value_parser = clap::value_parser!(u16).range(1..=366))]
        times: Option<u16> => times,
        /// Up to that day
        #[arg(long, value_name = "D", requires = "every")]
        until: Option<String> => until: problems.said("until", until, values::day),
        /// Again by a rule of iCalendar's, such as FREQ=WEEKLY;COUNT=6;BYDAY=MO,TH
        #[arg(long, value_name = "RULE", conflicts_with_all = ["input", "pick", "external_ref"])]
        rrule: Option<String> => rule: rrule.or(step).unwrap_or_default(),
        /// Leave out those that can't be booked
        #[arg(long)]
        skip_conflicts: bool => skip: skip_conflicts,
    } and { book, }
}

impl Repeat {
    /// Whether it is more than one appointment.
    pub fn is_series(&self) -> bool {
        self.every.is_some() || self.rrule.is_some()
    }

    /// What is said of a series only must be said of one.
    pub fn check(&self) -> Result<()> {
        if self.skip_conflicts && !self.is_series() {
            return Err(Refusal::invalid("skip_conflicts", text!("needs-every-or-rrule")));
        }
        Ok(())
    }
}

/// Series: appointments that were booked together
#[derive(Debug, Subcommand)]
pub enum SeriesCommand {
    /// List the series with appointments still to come
    List {
        /// Those that are over, too
        #[arg(long)]
        all: bool,
    },
    /// Show the appointments of a series
    Show(SeriesArg),
    /// Cancel what is still to come of a series
    Cancel(CancelArgs),
    /// Move what is still to come of a series
    Move(MoveArgs),
}

/// A series.
#[derive(Debug, Args)]
pub struct SeriesArg {
    /// The series' code or id
    #[arg(value_name = "SERIES")]
    pub series: String,
}

/// `turno series cancel`
#[derive(Debug, Args)]
pub struct CancelArgs {
    /// The series' code or id; on a terminal it is asked for where it is missing
    #[arg(value_name = "SERIES")]
    pub series: Option<String>,
    /// Why
    #[arg(long, value_name = "R")]
    reason: Option<String>,
    /// From that day on
    #[arg(long, value_name = "D")]
    from: Option<String>,
    /// Send no notices
    #[arg(long)]
    no_notify: bool,
    /// Even inside the clinic's cutoff
    #[arg(long)]
    force: bool,
    /// Try it and save nothing
    #[arg(long)]
    pub dry_run: bool,
}

impl CancelArgs {
    /// As a request, from a day on.
    pub fn request(self) -> (Option<Day>, StatusRequest) {
        let CancelArgs { series: _, reason, from, no_notify, force, dry_run: _ } = self;
        let mut problems = Problems::default();
        let from = problems.said("from", from, values::day);
        let reason = problems.said("reason", reason, text::long);
        (from, StatusRequest { reason, no_notify, force, problems, ..StatusRequest::default() })
    }
}

options! {
    /// `turno series move`
    pub struct MoveArgs by request -> MoveRequest, problems {
        /// The series' code or id
        #[arg(value_name = "SERIES")]
        pub series: String = _,
        /// To that time on the same days
        #[arg(long, value_name = "T", conflicts_with = "by")]
        time: Option<String> => time: problems.said("time", time, values::time),
        /// By so much, such as 30m, 1d or -1h
        #[arg(long, value_name = "DURATION", allow_hyphen_values = true)]
        by: Option<String> => minutes: problems.said("by", by, signed),
        /// From that day on
        #[arg(long, value_name = "D")]
        from: Option<String> => from: problems.said("from", from, values::day),
        /// Leave those where they are that can't move
        #[arg(long)]
        skip_conflicts: bool => skip: skip_conflicts,
        /// Why; noted in the audit log
        #[arg(long, value_name = "R")]
        reason: Option<String> => reason: problems.said("reason", reason, text::long),
        /// Send no notices
        #[arg(long)]
        no_notify: bool => no_notify,
        /// Even inside the clinic's cutoff
        #[arg(long)]
        force: bool => force,
        /// Try it and save nothing
        #[arg(long)]
        pub dry_run: bool = _,
    }
}

/// Minutes, earlier with a minus.
fn signed(text: &str) -> Result<i64, String> {
    let text = text.trim();
    match text.strip_prefix('-') {
        Some(rest) => parse_duration(rest).map(|seconds| -seconds / 60),
        None => parse_duration(text.strip_prefix('+').unwrap_or(text)).map(|seconds| seconds / 60),
    }
}

pub(crate) fn book(session: &Session, request: &SeriesRequest, dry_run: bool) -> Result<Answer> {
    let booked = series::book(&mut session.open()?, request, ending(dry_run))?;
    let idempotent = booked.idempotent;
    let answer = several(session, &booked, dry_run, &Idempotent { idempotent })
        .said(|value| sentences::series(value, Together::Booked));
    let code = &booked.series.code;
    Ok(if dry_run { answer } else { answer.hint(text!("turno-series-show-shows-them-again", code)) })
}

pub(crate) fn series(session: &Session, command: SeriesCommand) -> Result<Answer, Stop> {
    let context = &mut session.open()?;
    match command {
        SeriesCommand::List { all } => {
            Ok(rows(&lists::SERIES, &series::list(context, all)?.iter().map(row).collect::<Vec<_>>()))
        }
        SeriesCommand::Show(which) => {
            Ok(several(session, &series::show(context, &which.series)?, false, &()))
        }
        SeriesCommand::Cancel(mut args) => {
            if prompts::may(session) {
                let (word, reason) = prompts::visit::series(session, args.series.take(), args.reason.take())?;
                (args.series, args.reason) = (Some(word), reason);
            }
            let word = args.series.clone().ok_or_else(|| Refusal::invalid("series", text!("is-required")))?;
            let dry_run = args.dry_run;
            let (from, request) = args.request();
            let cancelled = series::cancel(context, &word, (from, &request), ending(dry_run))?;
            let answer = several(session, &cancelled, dry_run, &());
            Ok(answer.said(|value| sentences::series(value, Together::Cancelled)))
        }
        SeriesCommand::Move(args) => {
            let (word, dry_run) = (args.series.clone(), args.dry_run);
            let moved = series::shift(context, &word, &args.request(), ending(dry_run))?;
            let answer = several(session, &moved, dry_run, &());
            Ok(answer.said(|value| sentences::series(value, Together::Moved)))
        }
    }
}

fn several(session: &Session, found: &Members, dry_run: bool, more: &impl Serialize) -> Answer {
    let veil = if session.gate.shows_appointments() { |value| value } else { view::veiled };
    let value = view::with(view::json(&members(found, veil)), more);
    let value = view::with(value, &view::dry_run(dry_run));
    let mut answer = Answer::new(value, Face::Rows(&lists::APPOINTMENTS));
    for skipped in &found.skipped {
        answer = answer.hint(format!(
            "left out: {} {}",
            skipped.at.format("%Y-%m-%d %H:%M"),
            skipped.refusal.message
        ));
    }
    // A sentence says of itself that nothing was written.
    answer
}
