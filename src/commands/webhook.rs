//! `turno webhook`.

use crate::app::exchange::webhook::endpoint as endpoints;
use crate::app::exchange::webhook::endpoint::{WebhookFields, WithSecret};
use crate::app::exchange::webhook::log::{LogRequest, ReplayRequest};
use crate::app::exchange::webhook::sweep::DeliverRequest;
use crate::app::exchange::webhook::{log, send_test, sweep};
use crate::app::when::When;
use crate::app::{Context, records};
use crate::commands::answers::{clinic_zone, one, rows, several};
use crate::commands::options::options;
use crate::commands::remind::goes_again;
use crate::commands::setup::{Listing, Record};
use crate::domain::refusal::Refusal;
use crate::domain::time::Zone;
use crate::domain::webhook::{DeliveryStatus, Webhook};
use crate::input::session::{Ended, Session};
use crate::input::values;
use crate::output::key::SecretView;
use crate::output::sentences::Fate;
use crate::output::webhook::ReplayedView;
use crate::output::{Answer, Face, Format, lists, sentences, view, webhook};
use crate::platform::error::Result;
use clap::{Args, Subcommand};

/// Webhooks: tell other programs what happens to appointments
#[derive(Debug, Subcommand)]
pub enum WebhookCommand {
    /// Add an endpoint; its signing secret is in the answer, this once
    Add(EndpointArgs),
    /// List the endpoints
    List(Listing),
    /// Show an endpoint
    Show(Record),
    /// Change an endpoint
    Set(SetArgs),
    /// Retire an endpoint: what is still on its way there is dropped
    Remove(Record),
    /// Give an endpoint a new secret; the old one signs along for a while
    Rotate(RotateArgs),
    /// Send a test event to an endpoint at once, and show what it answers
    Test(Record),
    /// Deliver what is due (for cron, every minute)
    Deliver(DeliverArgs),
    /// List deliveries and what became of them, the newest
    Log(LogArgs),
    /// Send deliveries again, with the same id and bytes
    Replay(ReplayArgs),
}

options! {
    /// An endpoint's fields.
    pub struct EndpointArgs by fields -> WebhookFields {
        /// Where events go: https://…
        #[arg(long, value_name = "U")]
        url: Option<String> => url,
        /// An event that it takes, such as appointment.booked; several, or all [default: all]
        #[arg(long = "event", value_name = "E")]
        events: Vec<String> => events,
        /// Send ids only, and not the whole appointment
        #[arg(long)]
        thin: bool => thin: thin.then_some(true),
        /// It may stand at a private address; http is allowed then, to such an address
        #[arg(long)]
        allow_private: bool => allow_private: allow_private.then_some(true),
        /// Short name [default: made]
        #[arg(long, value_name = "C")]
        code: Option<String> => code,
    } and { enabled: None }
}

/// `turno webhook set`
#[derive(Debug, Args)]
pub struct SetArgs {
    /// Which one.
    #[command(flatten)]
    pub record: Record,
    #[command(flatten)]
    fields: EndpointArgs,
    /// Send the whole appointment
    #[arg(long, conflicts_with = "thin")]
    full: bool,
    /// It may not stand at a private address
    #[arg(long, conflicts_with = "allow_private")]
    no_allow_private: bool,
    /// Take events again
    #[arg(long, conflicts_with = "disable")]
    enable: bool,
    /// Take no events: what is still on its way there is dropped
    #[arg(long)]
    disable: bool,
}

impl SetArgs {
    /// As the record's word and its fields.
    pub fn fields(self) -> (String, WebhookFields) {
        let SetArgs { record, fields, full, no_allow_private, enable, disable } = self;
        let fields = fields.fields();
        let fields = WebhookFields {
            thin: if full { Some(false) } else { fields.thin },
            allow_private: if no_allow_private { Some(false) } else { fields.allow_private },
            enabled: (enable || disable).then_some(enable),
            ..fields
        };
        (record.record, fields)
    }
}

/// `turno webhook rotate`
#[derive(Debug, Args)]
pub struct RotateArgs {
    /// Which one.
    #[command(flatten)]
    pub record: Record,
    /// How long the old secret signs, too, such as 2h; 0 ends it at once [default: 24h]
    #[arg(long, value_name = "DURATION")]
    pub overlap: Option<String>,
}

options! {
    /// `turno webhook deliver`
    pub struct DeliverArgs by request -> DeliverRequest {
        /// Say which deliveries would be tried; send nothing
        #[arg(long)]
        pub dry_run: bool = _,
        /// Try at most so many; the rest goes with the next sweep
        #[arg(long, value_name = "N", default_value_t = 1000, value_parser = values::size(1..))]
        limit: usize => limit,
        /// Try so many at once
        #[arg(long, value_name = "N", default_value_t = 8, value_parser = values::size(1..=64))]
        workers: usize => workers,
    }
}

/// `turno webhook log`
#[derive(Debug, Args)]
pub struct LogArgs {
    /// To that endpoint
    #[arg(long, value_name = "W")]
    webhook: Option<String>,
    /// With that status: pending, delivered, failed or dropped
    #[arg(long, value_name = "S")]
    status: Option<String>,
    /// Of that appointment
    #[arg(long, value_name = "A")]
    appointment: Option<String>,
    /// Of events not before that day or moment
    #[arg(long, value_name = "T", value_parser = values::since)]
    since: Option<When>,
    /// At most so many
    #[arg(long, value_name = "N", default_value_t = 50, value_parser = clap::value_parser!(i64).range(1..))]
    limit: i64,
}

impl LogArgs {
    /// As a request.
    pub fn request(self) -> Result<LogRequest> {
        let LogArgs { webhook, status, appointment, since, limit } = self;
        Ok(LogRequest { webhook, appointment, status: read_status(status)?, since, limit })
    }
}

/// `turno webhook replay`
#[derive(Debug, Args)]
pub struct ReplayArgs {
    /// Their ids
    #[arg(value_name = "DELIVERY")]
    deliveries: Vec<String>,
    /// Instead: all to that endpoint …
    #[arg(long, value_name = "W", requires = "since", conflicts_with = "deliveries")]
    webhook: Option<String>,
    /// … of events since that day or moment …
    #[arg(long, value_name = "T", value_parser = values::since, requires = "webhook")]
    since: Option<When>,
    /// … and that status: pending, delivered, failed or dropped
    #[arg(long, value_name = "S", requires = "webhook")]
    status: Option<String>,
}

impl ReplayArgs {
    /// As a request.
    pub fn request(self) -> Result<ReplayRequest> {
        let ReplayArgs { deliveries, webhook, since, status } = self;
        Ok(ReplayRequest { deliveries, webhook, since, status: read_status(status)? })
    }
}

fn read_status(status: Option<String>) -> Result<Option<DeliveryStatus>> {
    let status = status.as_deref().map(DeliveryStatus::parse).transpose();
    status.map_err(|problem| Refusal::invalid("status", problem))
}

/// The exit status of a sweep in which something did not arrive.
const SOME_FAILED: u8 = 8;

pub(crate) fn webhook(session: &Session, command: WebhookCommand) -> Ended {
    let printer = &session.printer;
    let answer = answer(session, &mut session.open()?, command)?;
    let is_sweep = matches!(answer.face, Face::Deliveries);
    // Cron mails all output, so a quiet sweep with nothing due prints nothing.
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
            let all: Vec<Webhook> = records::list(context, listing.all)?;
            return several(context, &lists::WEBHOOKS, &all, webhook::webhook);
        }
        WebhookCommand::Show(record) => records::show(context, &record.record)?,
        WebhookCommand::Set(args) => {
            let (word, fields) = args.fields();
            let changed = endpoints::set(context, &word, &fields)?;
            let answer = one(context, &changed, webhook::webhook)?;
            return Ok(answer.said(|value| sentences::webhook(value, Fate::Changed)));
        }
        WebhookCommand::Remove(record) => {
            let removed = endpoints::remove(context, &record.record)?;
            let answer = one(context, &removed, webhook::webhook)?;
            return Ok(answer.said(|value| sentences::webhook(value, Fate::Removed)));
        }
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
    Ok(Answer::new(value, Face::Record)
        .said(|value| sentences::webhook(value, Fate::Added))
        .hint(text!("give-the-secret-to-the-receiver-now")))
}
