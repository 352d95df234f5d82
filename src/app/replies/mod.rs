//! Answers of patients: taken in once, understood, followed, answered, or left in the inbox for a person.
//!
//! Each answer has a transaction of its own. What it does to an appointment goes through the use cases of the
//! desk, with the actor `patient`.

mod acts;
pub mod inbox;
pub mod incoming;
mod sender;

use crate::app::replies::acts::Done;
use crate::app::replies::sender::Sender;
use crate::app::when::When;
use crate::app::{Context, Desk, Env};
use crate::domain::refusal::{Problems, Refusal};
use crate::domain::reply::{KEPT, Meaning, Outcome, Phrases, Received, Reply};
use crate::domain::settings::is_channel_name;
use crate::domain::text::SHORT_LIMIT;
use crate::domain::time::Instant;
use crate::platform::error::Result;
use crate::store::{Ending, Tx, replies};
use serde_json::json;

/// The actor of what patients do by their answers.
pub const PATIENT: &str = "patient";

/// What came of an answer.
#[derive(Debug, Clone, PartialEq)]
pub struct Taken {
    /// The provider's id, or the made one.
    pub id: String,
    /// Who wrote, as it was read.
    pub from: String,
    /// The meaning.
    pub understood: Meaning,
    /// The appointment's id and code.
    pub appointment: Option<(String, String)>,
    /// What came of it.
    pub result: Outcome,
    /// Whether an answer goes back.
    pub answered: bool,
    /// Its number in the inbox, if it waits there.
    pub inbox: Option<i64>,
}

/// Takes answers in, in their order. One that was taken in before under its id does nothing, so that after a
/// refusal all may be delivered again.
pub fn take(context: &mut Context, replies: &[Reply]) -> Result<Vec<Taken>> {
    check(replies)?;
    replies.iter().map(|reply| take_one(context, reply)).collect()
}

/// Refuses answers without a sender, and names that can be no channel's.
fn check(replies: &[Reply]) -> Result<()> {
    let mut problems = Problems::default();
    for (at, reply) in replies.iter().enumerate() {
        let field =
            |name: &str| if replies.len() == 1 { name.to_owned() } else { format!("{}.{name}", at + 1) };
        if reply.from.trim().is_empty() {
            problems.add(&field("from"), text!("is-required"));
        }
        if reply.channel.as_ref().is_some_and(|name| !is_channel_name(name)) {
            let name = reply.channel.clone().unwrap_or_default();
            problems.add(&field("channel"), text!("is-not-a-channels-name-such-as-print", name));
        }
        if reply.id.as_ref().is_some_and(|id| id.trim().is_empty() || id.chars().count() > SHORT_LIMIT) {
            problems.add(&field("id"), text!("must-have-1-to-200-characters"));
        }
    }
    problems.check()
}

/// The instant that was typed, on the clinic's wall clock.
pub fn moment(context: &mut Context, when: When) -> Result<Instant> {
    context.read(|_, env, desk| when.instant(&desk.zone, desk.now(env)))
}

fn take_one(context: &mut Context, reply: &Reply) -> Result<Taken> {
    // Reads files: not while a transaction is open.
    let sends = reply.channel.as_deref().filter(|name| (context.env.check_channel)(name).is_ok());
    let sends = sends.map(str::to_owned);
    context.write(Ending::Commit, |tx, env, desk| take_in(tx, env, &desk, reply, sends.as_deref()))
}

fn take_in(tx: &mut Tx<'_>, env: &Env, desk: &Desk, reply: &Reply, sends: Option<&str>) -> Result<Taken> {
    let clinic_id = desk.clinic.id.as_str();
    let channel = reply.channel.clone().unwrap_or_default();
    let new_id = env.new_id();
    let provider_id = reply.id.as_deref().map_or(new_id.as_str(), str::trim).to_owned();
    if let Some(seen) = replies::seen(tx, clinic_id, &channel, &provider_id)? {
        return repeated(tx, desk, seen);
    }
    let phrases = Phrases::with(&desk.clinic.settings.reply_words).unwrap_or_default();
    let said = phrases.understand(&reply.text);
    // What a machine writes is read by a person, unless its form says what it means.
    let read = if reply.automatic { Meaning::Unclear } else { said.meaning };
    let understood = reply.meaning.unwrap_or(read);
    let code = reply.appointment.clone().or(said.code);
    let sender = Sender::of(tx, env, desk, reply, sends)?;
    let done =
        env.acting_as(PATIENT, || acts::follow(tx, env, desk, &sender, understood, code.as_deref()))?;
    let Done { result, why, visit, answered, .. } = &done;
    let appointment = visit.as_ref().map(|visit| &visit.appointment);
    let number = replies::next_number(tx, clinic_id)?;
    let received = Received {
        clinic_id: clinic_id.to_owned(),
        text: Some(env.secrets.seal(TEXT, &new_id, &kept(&reply.text))?),
        id: new_id,
        number,
        channel,
        provider_id: provider_id.clone(),
        sender: sender.address.clone(),
        received_at: reply.received_at.filter(|at| *at <= env.now).unwrap_or(env.now),
        taken_at: env.now,
        understood,
        result: *result,
        why: *why,
        appointment_id: appointment.map(|appointment| appointment.id.clone()),
        patient_id: sender.only_patient().map(|patient| patient.id.clone()),
        answered: *answered,
        done_at: None,
    };
    tx.insert(&received)?;
    if matches!(result, Outcome::Confirmed | Outcome::Cancelled) {
        replies::told_apart(tx, clinic_id, &sender.address, env.now)?;
    }
    // Neither text nor number: the audit log keeps what was done, not what was said.
    let facts = json!({ "understood": understood.as_str(), "result": result.as_str(), "number": number });
    env.note_facts::<Received>(tx, Some(clinic_id), "reply.received", &received.id, facts.to_string())?;
    Ok(Taken {
        id: provider_id,
        from: received.sender,
        understood,
        appointment: appointment.map(|it| (it.id.clone(), it.code.clone())),
        result: *result,
        answered: *answered,
        inbox: why.map(|_| number),
    })
}

/// The column of an answer's sealed text.
pub(crate) const TEXT: &str = "replies.text";

/// What is kept of a text: the beginning of a long one, without NUL.
fn kept(text: &str) -> String {
    let mut kept: String = text.chars().filter(|c| *c != '\0').take(KEPT).collect();
    if text.chars().nth(KEPT).is_some() {
        kept.push('…');
    }
    kept
}

fn repeated(tx: &mut Tx<'_>, desk: &Desk, seen: Received) -> Result<Taken> {
    let visit = match &seen.appointment_id {
        Some(id) => crate::store::appointments::visit::find(tx, &desk.clinic.id, id)?,
        None => None,
    };
    Ok(Taken {
        id: seen.provider_id,
        from: seen.sender,
        understood: seen.understood,
        appointment: visit.map(|joined| (joined.appointment.id.clone(), joined.appointment.code.clone())),
        result: Outcome::Repeated,
        answered: false,
        inbox: None,
    })
}

/// Whether a refusal is a rule's, and not the book's: then the answer goes to the inbox.
fn is_rule(refusal: &Refusal) -> bool {
    use crate::domain::refusal::Code;
    !matches!(
        refusal.code,
        Code::StoreBusy
            | Code::StoreUnavailable
            | Code::StoreCorrupt
            | Code::Internal
            | Code::Unauthorized
            | Code::Forbidden
            | Code::InsufficientScope
    )
}
