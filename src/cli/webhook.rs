//! `turno webhook`.

use crate::app::setup::webhook::WebhookFields;
use crate::app::webhook::log::{LogRequest, ReplayRequest};
use crate::app::webhook::sweep::DeliverRequest;
use crate::app::when::When;
use crate::cli::options::options;
use crate::cli::setup::{Listing, Record};
use crate::cli::values;
use crate::domain::refusal::Refusal;
use crate::domain::webhook::DeliveryStatus;
use crate::platform::error::Result;
use clap::{Args, Subcommand};

/// Webhooks: programs that hear of what happens to appointments
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
    /// … with that status: pending, delivered, failed or dropped
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
