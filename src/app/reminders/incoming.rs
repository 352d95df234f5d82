//! Takes in what a provider delivered: answers of patients, and reports about messages that were sent.

use crate::app::Context;
use crate::delivery::replies::Delivered;
use crate::platform::error::Result;

/// Checks that answers can be taken in: the book, the clinic, the key.
pub fn check(context: &mut Context) -> Result<()> {
    context.read(|_, _, _| Ok(()))
}

/// Takes in a body of the channel.
pub fn take(context: &mut Context, _channel: &str, _delivered: &Delivered) -> Result<()> {
    check(context)
}
