//! `turno series`, and bookings that repeat.

use crate::app::series::{self, Members, SeriesRequest};
use crate::cli::series::SeriesCommand;
use crate::output::series::{members, row};
use crate::output::view::Idempotent;
use crate::output::{Answer, Face, lists, view};
use crate::platform::error::Result;
use crate::run::{Session, ending, rows};
use serde::Serialize;

pub(super) fn book(session: &Session, request: &SeriesRequest, dry_run: bool) -> Result<Answer> {
    let booked = series::book(&mut session.open()?, request, ending(dry_run))?;
    let idempotent = booked.idempotent;
    let answer = several(session, &booked, dry_run, &Idempotent { idempotent });
    let code = &booked.series.code;
    Ok(if dry_run { answer } else { answer.hint(text!("turno-series-show-shows-them-again", code)) })
}

pub(super) fn series(session: &Session, command: SeriesCommand) -> Result<Answer> {
    let context = &mut session.open()?;
    match command {
        SeriesCommand::List { all } => {
            Ok(rows(&lists::SERIES, &series::list(context, all)?.iter().map(row).collect::<Vec<_>>()))
        }
        SeriesCommand::Show(which) => {
            Ok(several(session, &series::show(context, &which.series)?, false, &()))
        }
        SeriesCommand::Cancel(args) => {
            let (word, dry_run) = (args.series.clone(), args.dry_run);
            let (from, request) = args.request();
            Ok(several(
                session,
                &series::cancel(context, &word, (from, &request), ending(dry_run))?,
                dry_run,
                &(),
            ))
        }
        SeriesCommand::Move(args) => {
            let (word, dry_run) = (args.series.clone(), args.dry_run);
            Ok(several(
                session,
                &series::shift(context, &word, &args.request(), ending(dry_run))?,
                dry_run,
                &(),
            ))
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
    if dry_run { answer.hint(text!("dry-run-nothing-was-written")) } else { answer }
}
