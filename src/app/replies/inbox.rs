//! The inbox: answers that a person has to deal with.

use crate::app::access::find;
use crate::app::patients::patient_match::of_address;
use crate::app::patients::privacy;
use crate::app::replies::TEXT;
use crate::app::{Context, Desk, Env, reminders};
use crate::domain::appointment::Visit;
use crate::domain::record::Patient;
use crate::domain::refusal::{Code, Refusal};
use crate::domain::reply::Received;
use crate::domain::text;
use crate::domain::time::Zone;
use crate::platform::error::Result;
use crate::store::appointments::visit;
use crate::store::{Ending, Tx, replies};

/// An answer with what it may be about.
#[derive(Debug, Clone)]
pub struct Item {
    /// The answer.
    pub received: Received,
    /// Its text; empty once erased.
    pub text: String,
    /// The appointment.
    pub visit: Option<Visit>,
    /// The patient who has the number, if there is only one.
    pub patient: Option<Patient>,
    /// The clinic's zone.
    pub zone: Zone,
}

/// All answers of a patient, oldest first.
pub(crate) fn of_patient(tx: &mut Tx<'_>, env: &Env, desk: &Desk, patient_id: &str) -> Result<Vec<Item>> {
    let found = replies::of_patient(tx, &desk.clinic.id, patient_id)?;
    found.into_iter().map(|received| item(tx, env, desk, received)).collect()
}

/// The answers that wait, oldest first.
pub fn list(context: &mut Context) -> Result<Vec<Item>> {
    context.read(|tx, env, desk| {
        let waiting = replies::inbox(tx, &desk.clinic.id)?;
        waiting.into_iter().map(|received| item(tx, env, &desk, received)).collect()
    })
}

/// Marks an answer as dealt with.
pub fn done(context: &mut Context, word: &str) -> Result<Item> {
    context.write(Ending::Commit, |tx, env, desk| {
        let found = numbered(tx, &desk, word)?;
        settle(tx, env, &desk, found, "reply.done", false)
    })
}

/// Writes back to the patient, through the outbox, and marks the answer as dealt with.
pub fn answer(context: &mut Context, word: &str, said: &str) -> Result<Item> {
    let said = text::long(said).map_err(|problem| Refusal::invalid("text", problem))?;
    // A channel's settings are read from files: not while the change is open.
    let found = context.read(|tx, _, desk| numbered(tx, &desk, word))?;
    let sends = !found.channel.is_empty() && (context.env.check_channel)(&found.channel).is_ok();
    let via = sends.then_some(found.channel.as_str());
    context.write(Ending::Commit, |tx, env, desk| {
        let found = numbered(tx, &desk, word)?;
        let about = recipient(tx, env, &desk, &found)?.ok_or_else(|| nobody(&found))?;
        privacy::check_not_erased(&about.patient)?;
        reminders::reply(tx, env, &about.appointment, &said, via)?;
        settle(tx, env, &desk, found, "reply.answered", true)
    })
}

fn numbered(tx: &mut Tx<'_>, desk: &Desk, word: &str) -> Result<Received> {
    let number = word.trim().trim_start_matches('#').parse().ok();
    let found = match number {
        Some(number) => replies::numbered(tx, &desk.clinic.id, number)?,
        None => None,
    };
    found.ok_or_else(|| {
        Refusal::new(Code::ResourceNotFound, text!("there-is-no-answer-with-the-number", word))
            .detail("kind", "reply")
            .detail("given", word)
            .hint(text!("turno-inbox-shows-what-waits"))
    })
}

/// An appointment whose patient has the writer's number, to write back about.
fn recipient(tx: &mut Tx<'_>, env: &Env, desk: &Desk, received: &Received) -> Result<Option<Visit>> {
    let about = match &received.appointment_id {
        Some(id) => visit::find(tx, &desk.clinic.id, id)?,
        None => None,
    };
    let own = |patient: &Patient| {
        patient.phone == received.sender
            || patient.email.as_ref().is_some_and(|email| email.to_lowercase() == received.sender)
    };
    let found = match about.filter(|joined| own(&joined.patient)) {
        Some(about) => Some(about),
        None => {
            let mut nearest = None;
            for patient in of_address(tx, desk, &received.sender)? {
                nearest = nearest.or(replies::nearest(tx, &desk.clinic.id, &patient.id, env.now)?);
            }
            nearest
        }
    };
    found.map(|joined| find::with_zone(&env.zones, joined)).transpose()
}

fn nobody(received: &Received) -> Refusal {
    Refusal::new(
        Code::InvalidStateTransition,
        text!("no-patient-with-an-appointment-has-the-number", number = received.number),
    )
    .hint(text!("call-the-number-or-add-the-patient"))
}

fn settle(
    tx: &mut Tx<'_>,
    env: &Env,
    desk: &Desk,
    received: Received,
    action: &str,
    answers: bool,
) -> Result<Item> {
    let first = received.done_at.is_none() || answers;
    let received = Received {
        done_at: received.done_at.or(Some(env.now)),
        answered: received.answered || answers,
        ..received
    };
    if first {
        replies::settle(tx, &received)?;
        env.note::<Received>(tx, Some(&desk.clinic.id), action, &received.id)?;
    }
    item(tx, env, desk, received)
}

fn item(tx: &mut Tx<'_>, env: &Env, desk: &Desk, received: Received) -> Result<Item> {
    let text = match &received.text {
        Some(sealed) => env.secrets.open(TEXT, &received.id, sealed)?.to_string(),
        None => String::new(),
    };
    let visit = match &received.appointment_id {
        Some(id) => visit::find(tx, &desk.clinic.id, id)?,
        None => None,
    };
    let visit = visit.map(|joined| find::with_zone(&env.zones, joined)).transpose()?;
    let patient = match &received.patient_id {
        Some(id) => tx.by_id::<Patient>(&desk.clinic.id, id)?,
        None => None,
    };
    let patient = patient.map(|patient| find::current(tx, desk, patient)).transpose()?;
    Ok(Item { received, text, visit, patient, zone: desk.zone.clone() })
}
