//! `turno reply`: takes patients' answers in.

use crate::app::replies;
use crate::commands::answers::rows;
use crate::commands::reply_body;
use crate::domain::refusal::{Problems, Refusal};
use crate::domain::reply::{Outcome, Reply};
use crate::input::session::Session;
use crate::input::stdin::input as input_of;
use crate::input::{replies as bodies, values};
use crate::output::replies::reply;
use crate::output::{Answer, lists};
use crate::platform::error::Result;
use clap::Args;

/// Take in what patients answered to messages, and do what it says
#[derive(Debug, Args)]
pub struct ReplyArgs {
    /// Who wrote: a phone or an e-mail address
    #[arg(long, value_name = "PHONE", allow_hyphen_values = true, required_unless_present_any = ["input", "body"])]
    from: Option<String>,
    /// What was written
    #[arg(long, value_name = "TEXT", allow_hyphen_values = true, required_unless_present_any = ["input", "body"])]
    text: Option<String>,
    /// The provider's id of it; one that was seen before does nothing
    #[arg(long, value_name = "ID")]
    id: Option<String>,
    /// The channel that it came by
    #[arg(long, value_name = "NAME")]
    channel: Option<String>,
    /// When it came: RFC 3339, or 2026-06-15T14:30 on the wall clock [default: now]
    #[arg(long, value_name = "T")]
    at: Option<String>,
    /// One answer or many as JSON from that file, - for stdin: from, text, id, channel, received_at
    #[arg(long, value_name = "FILE", conflicts_with_all = ["from", "text", "id", "at"])]
    input: Option<String>,
    /// The channel's provider's own body from that file, - for stdin: a form, JSON, or a mail as it came
    #[arg(long, value_name = "FILE", requires = "channel", conflicts_with_all = ["from", "text", "id", "at", "input"])]
    body: Option<String>,
    /// The provider's signature of the body
    #[arg(long, value_name = "S", requires = "body", allow_hyphen_values = true)]
    signature: Option<String>,
}

pub(crate) fn take(session: &Session, args: ReplyArgs) -> Result<Answer> {
    let ReplyArgs { from, text, id, channel, at, input, body, signature } = args;
    if let (Some(body), Some(channel)) = (&body, &channel) {
        return reply_body::take(session, channel, body, signature.as_deref());
    }
    let mut context;
    let replies = match input {
        Some(path) => {
            let replies = bodies::read(input_of(&path)?, channel.as_deref())?;
            context = session.open()?;
            replies
        }
        None => {
            let mut problems = Problems::default();
            let at = problems.said("at", at, values::moment);
            problems.check()?;
            context = session.open()?;
            let received_at = at.map(|at| replies::moment(&mut context, at)).transpose()?;
            let (from, text) = (from.unwrap_or_default(), text.unwrap_or_default());
            vec![Reply { id, from, text, channel, received_at, ..Reply::default() }]
        }
    };
    told(&replies::take(&mut context, &replies).map_err(again)?)
}

/// What the answers came to, however they came in.
pub(crate) fn told(taken: &[replies::Taken]) -> Result<Answer> {
    let views: Vec<_> = taken.iter().map(reply).collect();
    let mut answer = rows(&lists::REPLIES, &views);
    for one in taken {
        if let Some((_, code)) = one.appointment.as_ref().filter(|_| one.result == Outcome::Cancelled) {
            answer = answer.hint(text!("turno-waitlist-list-for-shows-whom-it-fits", code));
        }
        if let Some(number) = one.inbox {
            answer = answer.hint(text!("waits-in-the-inbox-as", from = one.from, number));
        }
    }
    Ok(answer)
}

/// A refusal by the book itself, part of the way: delivering all again is safe.
pub(crate) fn again(refusal: Refusal) -> Refusal {
    refusal.part_way(text!("what-was-taken-in-stays-deliver-all-again"))
}
