//! `turno reply --body`: a provider's own body, from a file or a mail filter.

use crate::app::replies::incoming;
use crate::commands::reply::{again, told};
use crate::delivery::replies::{BODY_LIMIT, Receiver, Rejected, Request};
use crate::domain::refusal::{Code, Refusal};
use crate::input::session::Session;
use crate::input::stdin::input;
use crate::output::Answer;
use crate::platform::config::variable;
use crate::platform::error::Result;
use std::io::{self, Read};

/// Most bytes of a long mail that are read to their end and thrown away.
const DRAINED: u64 = 64 * 1024 * 1024;

/// Takes in the body of a channel.
pub(crate) fn take(session: &Session, channel: &str, body: &str, signature: Option<&str>) -> Result<Answer> {
    let receiver = session.config()?.file.channels.receiver(channel, &variable)?;
    let receiver = receiver.ok_or_else(|| {
        Refusal::invalid("channel", text!("the-channel-takes-no-answers", channel))
            .hint(text!("say-replies-in-a-channels-table"))
    })?;
    let body = read(body, &receiver)?;
    let request = Request { body: &body, signature, query: None };
    let delivered = receiver.read(&request).map_err(|rejected| match rejected {
        Rejected::Unsigned => {
            Refusal::new(Code::Forbidden, rejected.words()).hint(text!("give-the-signature-or-say-unsigned"))
        }
        Rejected::Unreadable(_) => Refusal::invalid("body", rejected.words()),
    })?;
    let mut context = session.open()?;
    // A body without answers asks for the same key.
    incoming::check(&mut context)?;
    told(&incoming::take(&mut context, channel, &delivered).map_err(again)?)
}

/// The body's bytes as they are. A long mail is read as far as its text; the mail filter that writes it must
/// not find the pipe closed.
fn read(path: &str, receiver: &Receiver) -> Result<Vec<u8>> {
    let limit = BODY_LIMIT as u64;
    let mut source = input(path)?;
    let mut body = Vec::new();
    let cant_be_read = |problem: io::Error| Refusal::invalid("body", text!("cant-be-read", path, problem));
    source.by_ref().take(limit + 1).read_to_end(&mut body).map_err(cant_be_read)?;
    if body.len() as u64 > limit {
        if !receiver.may_be_cut() {
            return Err(Refusal::invalid("body", text!("is-longer-than-kib", most = limit >> 10)));
        }
        io::copy(&mut source.take(DRAINED), &mut io::sink()).map_err(cant_be_read)?;
        body.truncate(BODY_LIMIT);
    }
    Ok(body)
}
