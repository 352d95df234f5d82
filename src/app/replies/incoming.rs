//! Takes in what a provider delivered: answers of patients, and reports about messages that were sent.

use crate::app::Context;
use crate::app::reminders::delivery_reports;
use crate::app::replies::{Taken, take as take_replies};
use crate::delivery::replies::{About, Answer, Delivered};
use crate::domain::reply::Reply;
use crate::platform::error::Result;
use crate::store::{Ending, delivery_reports as reports};

/// Checks that answers can be taken in: the book, the clinic, the key.
pub fn check(context: &mut Context) -> Result<()> {
    context.read(|_, _, _| Ok(()))
}

/// Takes in a body of the channel. Delivered again, it does nothing more.
pub fn take(context: &mut Context, channel: &str, delivered: &Delivered) -> Result<Vec<Taken>> {
    if !delivered.reports.is_empty() {
        context.write(Ending::Commit, |tx, env, desk| {
            let take = |report| delivery_reports::take(tx, env, &desk.clinic, channel, report);
            delivered.reports.iter().try_for_each(take)
        })?;
    }
    if delivered.answers.is_empty() {
        return Ok(Vec::new());
    }
    let replies: Result<Vec<Reply>> =
        delivered.answers.iter().map(|answer| reply(context, channel, answer)).collect();
    take_replies(context, &replies?)
}

/// An answer to a certain message is about that message's appointment.
fn reply(context: &mut Context, channel: &str, answer: &Answer) -> Result<Reply> {
    let appointment = match &answer.about {
        None => None,
        Some(About::Appointment(id)) => Some(id.clone()),
        Some(About::Message(id)) => context.read(|tx, _, desk| {
            let message = reports::message(tx, &desk.clinic.id, channel, id)?;
            Ok(message.map(|message| message.appointment_id))
        })?,
    };
    Ok(Reply {
        id: Some(answer.id.clone()),
        from: answer.from.clone(),
        text: answer.text.clone(),
        channel: Some(channel.to_owned()),
        received_at: answer.at,
        meaning: answer.said,
        appointment,
        automatic: false,
    })
}
