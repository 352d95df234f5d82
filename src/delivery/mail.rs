//! A message as a mail: the text, and the appointment as a calendar alternative.

use super::channel::Letter;
use super::invitation::{invitation, method};
use super::secret::reason;
use crate::domain::reminder::Kind;
use lettre::address::Address;
use lettre::message::header::{ContentType, HeaderName, HeaderValue};
use lettre::message::{Mailbox, Message, MultiPart, SinglePart};
use url::Host;

pub(crate) struct Person<'p> {
    pub(crate) name: &'p str,
    pub(crate) address: &'p Address,
}

impl Person<'_> {
    fn mailbox(&self) -> Mailbox {
        let name = reason(self.name, &[]);
        Mailbox::new((!name.is_empty()).then_some(name), self.address.clone())
    }
}

/// The `Message-ID` derives from the message's id, so it is the same on every try.
pub(crate) fn mail(letter: &Letter, from: &Person<'_>, to: &Person<'_>) -> Result<Message, String> {
    let automatic = HeaderName::new_from_ascii_str("Auto-Submitted");
    // The builder sets `Date` to the current time, not to the sweep's `now`.
    let blank = Message::builder()
        .message_id(Some(format!("<{}@{}>", letter.message_id, from.address.domain())))
        .from(from.mailbox())
        .to(to.mailbox())
        .subject(reason(&letter.subject, &[]))
        // Keeps absence notes from replying (RFC 3834).
        .raw_header(HeaderValue::new(automatic, "auto-generated".into()));
    if letter.kind == Kind::Answer {
        let plain = SinglePart::plain(letter.text.clone());
        return blank.singlepart(plain).map_err(|problem| problem.to_string());
    }
    let entry = invitation(&letter.entry, from, to);
    let entry = entry.ok_or("the appointment is at no time that a calendar knows")?;
    let calendar = format!("text/calendar; method={}; charset=UTF-8", method(&letter.entry));
    let calendar = ContentType::parse(&calendar).map_err(|problem| problem.to_string())?;
    blank
        .multipart(
            MultiPart::alternative()
                .singlepart(SinglePart::plain(letter.text.clone()))
                .singlepart(SinglePart::builder().content_type(calendar).body(entry)),
        )
        .map_err(|problem| problem.to_string())
}

/// Parses an address; the domain becomes ASCII (`clínica.mx` to `xn--clnica-4va.mx`).
pub(crate) fn address(email: &str) -> Option<Address> {
    let address: Address = email.trim().parse().ok()?;
    match Host::parse(address.domain()) {
        Ok(Host::Domain(domain)) => Address::new(address.user(), domain).ok(),
        _ => Some(address),
    }
}

/// Whether all recipients' addresses are ASCII, so that the server needs no SMTPUTF8.
pub(crate) fn only_ascii(mail: &Message) -> bool {
    mail.envelope().to().iter().all(|to| to.to_string().is_ascii())
}
