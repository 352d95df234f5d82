//! Webhooks.

use crate::app::setup::webhook::{self as endpoints, WithSecret};
use crate::app::webhook::{log, send_test, sweep};
use crate::app::{Context, setup};
use crate::cli::webhook::WebhookCommand;
use crate::domain::time::Zone;
use crate::domain::webhook::{DeliveryStatus, Webhook};
use crate::output::key::SecretView;
use crate::output::webhook::ReplayedView;
use crate::output::{Answer, Face, Format, lists, view, webhook};
use crate::platform::error::Result;
use crate::run::remind::goes_again;
use crate::run::setup::{clinic_zone, one, several};
use crate::run::{Ended, Session, rows};

/// The exit status of a sweep in which something did not arrive.
const SOME_FAILED: u8 = 8;

pub(super) fn webhook(session: &Session, command: WebhookCommand) -> Ended {
    let printer = &session.printer;
    let answer = answer(session, &mut session.open()?, command)?;
    let is_sweep = matches!(answer.face, Face::Deliveries);
    // Cron mails whatever is printed: a sweep that found nothing has nothing to say there.
    if is_sweep && printer.quiet && printer.format == Format::Table && answer.value["due"] == 0 {
        return Ok(0);
    }
    session.tell(&answer)
}

fn answer(session: &Session, context: &mut Context, command: WebhookCommand) -> Result<Answer> {
    let found = match command {
        WebhookCommand::Add(args) => {
            let added = endpoints::add(context, &args.fields())?;
            return with_secret(context, &added);
        }
        WebhookCommand::Rotate(args) => {
            let rotated = endpoints::rotate(context, &args.record.record, args.overlap.as_deref())?;
            return with_secret(context, &rotated);
        }
        WebhookCommand::List(listing) => {
            let all: Vec<Webhook> = setup::list(context, listing.all)?;
            return several(context, &lists::WEBHOOKS, &all, webhook::webhook);
        }
        WebhookCommand::Show(record) => setup::show(context, &record.record)?,
        WebhookCommand::Set(args) => {
            let (word, fields) = args.fields();
            endpoints::set(context, &word, &fields)?
        }
        WebhookCommand::Remove(record) => endpoints::remove(context, &record.record)?,
        WebhookCommand::Test(record) => {
            let tried = send_test::test(context, &record.record)?;
            let exit = if tried.attempt.arrived() { 0 } else { SOME_FAILED };
            return Ok(Answer { exit, ..Answer::new(webhook::trial(&tried), Face::Record) });
        }
        WebhookCommand::Log(args) => {
            let (found, zone) = log::log(context, &args.request()?)?;
            let views: Vec<_> = found.iter().map(|known| webhook::delivery(known, &zone)).collect();
            return Ok(rows(&lists::DELIVERIES, &views));
        }
        WebhookCommand::Replay(args) => {
            let replayed = log::replay(context, &args.request()?)?;
            return Ok(Answer::new(ReplayedView { replayed }, Face::Record)
                .hint(text!("turno-webhook-deliver-sends-them")));
        }
        WebhookCommand::Deliver(args) => {
            let dry_run = args.dry_run;
            let request = args.request();
            let report = if dry_run {
                sweep::rehearse(context, request.limit)?
            } else {
                sweep::deliver(context, request).map_err(|refusal| refusal.part_way(goes_again()))?
            };
            return Ok(reported(&report, !session.gate.shows_appointments()));
        }
    };
    one(context, &found, webhook::webhook)
}

fn reported(report: &sweep::Report, veil: bool) -> Answer {
    let arrived = |status: DeliveryStatus| status == DeliveryStatus::Delivered;
    let all = report.dry_run || report.deliveries.iter().all(|known| arrived(known.delivery.status));
    let exit = if all { 0 } else { SOME_FAILED };
    Answer { exit, ..Answer::new(webhook::report(report, veil), Face::Deliveries) }
}

fn with_secret(context: &mut Context, made: &WithSecret) -> Result<Answer> {
    let zone: Zone = clinic_zone(context)?;
    let value = view::json(&webhook::webhook(&made.webhook, &zone));
    let value = view::with(value, &SecretView { secret: made.secret.as_str() });
    Ok(Answer::new(value, Face::Record).hint(text!("give-the-secret-to-the-receiver-now")))
}
