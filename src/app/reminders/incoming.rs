//! Takes in what a provider delivered: answers of patients, and reports about messages that were sent.

use crate::app::Context;
use crate::app::reminders::delivery_reports;
use crate::delivery::replies::Delivered;
use crate::platform::error::Result;
use crate::store::Ending;

/// Checks that answers can be taken in: the book, the clinic, the key.
pub fn check(context: &mut Context) -> Result<()> {
    context.read(|_, _, _| Ok(()))
}

/// Takes in a body of the channel.
pub fn take(context: &mut Context, channel: &str, delivered: &Delivered) -> Result<()> {
    if !delivered.reports.is_empty() {
        context.write(Ending::Commit, |tx, env, desk| {
            let take = |report| delivery_reports::take(tx, env, &desk.clinic, channel, report);
            delivered.reports.iter().try_for_each(take)
        })?;
    }
    Ok(())
}
