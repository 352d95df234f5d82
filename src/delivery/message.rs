//! Renders and addresses a message, and adds its calendar entry.

use crate::delivery::Outgoing;
use crate::delivery::channel::Letter;
use crate::delivery::templates::{Broken, Language, Wording, words_of};
use crate::domain::reminder::Kind;
use crate::formats::ics::write::Entry;
use crate::platform::error::Result;

/// `changes` is how often the appointment was changed. Also returns the clinic's templates that failed and
/// were replaced by the built-in ones.
pub fn write(
    wording: &Wording,
    message_id: &str,
    changes: i64,
    outgoing: &Outgoing<'_>,
) -> Result<(Letter, Vec<Broken>)> {
    let said = wording.say(outgoing)?;
    let Outgoing { clinic, kind, visit, .. } = *outgoing;
    let letter = Letter {
        message_id: message_id.to_owned(),
        kind,
        clinic: clinic.name.clone(),
        language: said.language.as_str().to_owned(),
        subject: said.subject,
        text: said.text,
        name: visit.patient.full_name.clone(),
        phone: visit.patient.phone.clone(),
        email: visit.patient.email.clone(),
        words: words_of(outgoing),
        entry: entry(outgoing, changes, said.language),
    };
    Ok((letter, said.broken))
}

/// The sequence is the number of changes, as in an exported calendar; it grows even when a change is undone.
fn entry(outgoing: &Outgoing<'_>, changes: i64, language: Language) -> Entry {
    let Outgoing { clinic, kind, visit, .. } = *outgoing;
    let (what, with, at) = match language {
        Language::Spanish => ("Cita", "con", "en"),
        Language::English => ("Appointment", "with", "at"),
    };
    let summary = match &visit.doctor {
        Some(doctor) => format!("{what} {with} {}, {}", doctor.full_name, clinic.name),
        None => format!("{what} {at} {}", clinic.name),
    };
    let entry = Entry::of(visit, changes, &clinic.name, summary);
    Entry { cancelled: entry.cancelled || kind == Kind::Cancellation, ..entry }
}
